//! What boilerplate learning needs to know of the documents, above all who published each.

use super::read::path;
use crate::corpus::{Corpus, DocumentRecord};
use dedupe_core::model::DocumentIndex;
use dedupe_core::verify::boilerplate::{DocumentSource, SOURCE_SHARE};
use dedupe_formats::Input;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::convert::Infallible;

/// Instead of the number of a source, where none is stated.
const NONE: u32 = u32::MAX;

/// Who published each document of a corpus: its source by number.
#[derive(Debug)]
pub(super) struct Publishers {
    /// By document: the number of its source.
    numbers: Vec<u32>,
    /// By document: the number of the source that it states, the same however that is capitalised; or
    /// [`NONE`].
    stated: Vec<u32>,
    /// By number: the source's documents.
    sizes: Vec<usize>,
    /// By number: one of them.
    examples: Vec<DocumentIndex>,
}

impl Publishers {
    pub(super) fn new(corpus: &Corpus, inputs: &[Input]) -> Self {
        let names = corpus.par_indices().map(|document| {
            let record = corpus.record(document);
            let name = name(&record, path(inputs, &record));
            (name, stated(&record).is_some())
        });
        let names: Vec<(&str, bool)> = names.collect();
        let mut known: FxHashMap<&str, u32> = FxHashMap::default();
        let mut folded: FxHashMap<String, u32> = FxHashMap::default();
        // By number: that of the same name in lower case.
        let mut folds = vec![];
        let mut publishers = Self {
            numbers: Vec::with_capacity(names.len()),
            stated: Vec::with_capacity(names.len()),
            sizes: vec![],
            examples: vec![],
        };
        for ((name, is_stated), document) in names.into_iter().zip(corpus.indices()) {
            let number = *known.entry(name).or_insert_with(|| {
                let number = folds.len() as u32;
                folds.push(*folded.entry(name.to_lowercase()).or_insert(number));
                publishers.sizes.push(0);
                publishers.examples.push(document);
                number
            });
            publishers.sizes[number as usize] += 1;
            publishers.numbers.push(number);
            let stated = if is_stated {
                folds[number as usize]
            } else {
                NONE
            };
            publishers.stated.push(stated);
        }
        publishers
    }

    /// True where both documents state their source, and it is the same but for capitals.
    pub(super) fn same(&self, a: DocumentIndex, b: DocumentIndex) -> bool {
        let (a, b) = (self.stated[a.index()], self.stated[b.index()]);
        a != NONE && a == b
    }

    fn of(&self, document: DocumentIndex) -> u32 {
        self.numbers[document.index()]
    }

    /// The names of the sources of these documents, sorted, each once.
    pub(super) fn names(
        &self,
        documents: impl Iterator<Item = DocumentIndex>,
        corpus: &Corpus,
        inputs: &[Input],
    ) -> Vec<String> {
        let numbers: FxHashSet<u32> = documents.map(|document| self.of(document)).collect();
        let name = |number: u32| {
            let record = corpus.record(self.examples[number as usize]);
            name(&record, path(inputs, &record)).to_owned()
        };
        let mut names: Vec<String> = numbers.into_iter().map(name).collect();
        names.sort_unstable();
        names
    }
}

/// The documents of a corpus, as boilerplate learning sees them.
pub(super) struct Sources<'a> {
    pub(super) corpus: &'a Corpus,
    /// By document: its fingerprints.
    pub(super) counts: &'a [u32],
    pub(super) publishers: &'a Publishers,
}

impl DocumentSource for Sources<'_> {
    type Error = Infallible;

    fn source(&self, document: DocumentIndex) -> u32 {
        self.publishers.of(document)
    }

    fn words(&self, document: DocumentIndex) -> Result<Cow<'_, [u32]>, Infallible> {
        Ok(self.corpus.words(document))
    }

    fn fingerprints(
        &self,
        document: DocumentIndex,
    ) -> Result<impl Iterator<Item = (u32, u64)> + '_, Infallible> {
        Ok(self.corpus.placed_fingerprints(document))
    }

    fn word_count(&self, document: DocumentIndex) -> u32 {
        self.corpus.word_count(document)
    }

    fn fingerprint_count(&self, document: DocumentIndex) -> u32 {
        self.counts[document.index()]
    }

    fn is_dominant(&self, source: u32) -> bool {
        let Publishers { numbers, sizes, .. } = self.publishers;
        sizes[source as usize] as f64 > SOURCE_SHARE * numbers.len() as f64
    }
}

/// Who published a document: its source, else the host of its address, else the folder of its file.
pub(super) fn name<'a>(record: &DocumentRecord<'a>, path: &'a str) -> &'a str {
    stated(record).unwrap_or_else(|| match record.place.line {
        Some(_) => path,
        None => path.rsplit_once('/').map_or("", |(folder, _)| folder),
    })
}

/// The source that a document states: in a field, or by the host of its address.
pub(super) fn stated<'a>(record: &DocumentRecord<'a>) -> Option<&'a str> {
    let host = || record.url.and_then(host);
    record.source.or_else(host)
}

/// True for a document of this source: the field says so, or the host of its address is that or below it.
pub(super) fn is_of(record: &DocumentRecord, source: &str) -> bool {
    let source = source.to_lowercase();
    let named = record.source.map(str::to_lowercase);
    let host = record.url.and_then(host).map(str::to_lowercase);
    let is_below = |host: String| {
        let sub = host.strip_suffix(source.as_str());
        sub.is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
    };
    named.is_some_and(|named| named == source) || host.is_some_and(is_below)
}

fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|h| !h.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Batch;
    use crate::spill::Spill;

    #[test]
    fn a_source_is_named_by_the_best_there_is() {
        let file = DocumentRecord::default();
        assert_eq!(name(&file, "./news/herald/1.txt"), "./news/herald");
        let with_url = DocumentRecord {
            url: Some("https://www.herald.example/a?b"),
            ..file
        };
        assert_eq!(name(&with_url, "x.jsonl"), "herald.example");
        let with_source = DocumentRecord {
            source: Some("Herald"),
            ..with_url
        };
        assert_eq!(name(&with_source, "x.jsonl"), "Herald");
    }

    #[test]
    fn publishers_are_numbered_and_named_once_each() {
        let mut batch = Batch::default();
        for source in ["Herald", "Post", "Herald", "Agency", "Herald"] {
            batch.words.push(1);
            batch.push(&DocumentRecord {
                source: Some(source),
                ..DocumentRecord::default()
            });
        }
        let corpus = Corpus::new(vec![batch], Spill::new(None));
        let publishers = Publishers::new(&corpus, &[]);
        assert_eq!(publishers.numbers, [0, 1, 0, 2, 0]);
        assert_eq!(publishers.sizes, [3, 1, 1]);
        let names = |documents: &[u32]| {
            let documents = documents.iter().map(|&d| DocumentIndex(d));
            publishers.names(documents, &corpus, &[])
        };
        assert_eq!(names(&[4, 3, 2, 0]), ["Agency", "Herald"]);
        assert!(names(&[]).is_empty());
    }

    #[test]
    fn a_source_is_the_same_only_where_both_state_it() {
        let of = |source: Option<&'static str>, url: Option<&'static str>| DocumentRecord {
            source,
            url,
            ..DocumentRecord::default()
        };
        let records = [
            of(Some("Agency"), None),
            of(Some("AGENCY"), Some("https://post.example/")),
            of(None, Some("https://www.herald.example/a")),
            of(None, Some("http://Herald.example/b?c")),
            of(None, None),
            of(None, None),
        ];
        let mut batch = Batch::default();
        for record in records {
            batch.words.push(1);
            batch.push(&record);
        }
        let corpus = Corpus::new(vec![batch], Spill::new(None));
        let publishers = Publishers::new(&corpus, &[]);
        let same_as = |a: u32| {
            let is_same = |&b: &u32| publishers.same(DocumentIndex(a), DocumentIndex(b));
            (0..6).filter(is_same).collect::<Vec<u32>>()
        };
        assert_eq!(same_as(0), [0, 1]);
        assert_eq!(same_as(3), [2, 3]);
        // Of the same folder, as far as anybody can tell, but nobody states it.
        assert_eq!(publishers.numbers[4], publishers.numbers[5]);
        assert!(same_as(4).is_empty());
    }

    #[test]
    fn a_document_is_of_a_source_by_field_or_by_host() {
        let record = DocumentRecord {
            source: Some("Herald"),
            url: Some("https://news.herald.example/a"),
            ..DocumentRecord::default()
        };
        for source in ["herald", "news.herald.example", "Herald.example"] {
            assert!(is_of(&record, source), "{source}");
        }
        for source in ["ald.example", "example.com", "Her", "x.news.herald.example"] {
            assert!(!is_of(&record, source), "{source}");
        }
    }
}
