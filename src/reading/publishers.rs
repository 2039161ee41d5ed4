//! The publisher of each document: its source, else the host of its URL, else its folder.

use super::path;
use crate::corpus::{Corpus, DocumentRecord};
use dedupe_core::model::DocumentIndex;
use dedupe_formats::{Input, host};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::HashMap;

/// Takes the place of a source number if a document states no source.
const NOT_STATED: u32 = u32::MAX;

/// The publishers of a corpus, numbered from 0.
#[derive(Debug)]
pub(crate) struct Publishers {
    /// By document: the number of its publisher.
    numbers: Vec<u32>,
    /// By document: the number of the source that it states, ignoring case, or [`NOT_STATED`].
    stated: Vec<u32>,
    /// By number: a document of the publisher.
    examples: Vec<DocumentIndex>,
}

impl Publishers {
    pub(crate) fn new(corpus: &Corpus, inputs: &[Input]) -> Self {
        let names = corpus.par_indices().map(|document| {
            let record = corpus.record(document);
            let name = name(&record, path(inputs, &record));
            (name, stated(&record).is_some())
        });
        let names: Vec<(&str, bool)> = names.collect();
        // Names come from the input, so these maps have a random seed. Nothing depends on their order.
        let mut by_name: HashMap<&str, u32> = HashMap::new();
        let mut by_lower_case: HashMap<String, u32> = HashMap::new();
        // By number: the first number of the same name in lower case.
        let mut folded = vec![];
        let mut publishers = Self {
            numbers: Vec::with_capacity(names.len()),
            stated: Vec::with_capacity(names.len()),
            examples: vec![],
        };
        for ((name, is_stated), document) in names.into_iter().zip(corpus.indices()) {
            let number = *by_name.entry(name).or_insert_with(|| {
                let number = folded.len() as u32;
                folded.push(*(by_lower_case.entry(name.to_lowercase())).or_insert(number));
                publishers.examples.push(document);
                number
            });
            publishers.numbers.push(number);
            publishers.stated.push(match is_stated {
                true => folded[number as usize],
                false => NOT_STATED,
            });
        }
        publishers
    }

    /// True if both documents state the same source, ignoring case.
    pub(crate) fn same_source(&self, a: DocumentIndex, b: DocumentIndex) -> bool {
        let (a, b) = (self.stated[a.index()], self.stated[b.index()]);
        a != NOT_STATED && a == b
    }

    /// By document: the number of its publisher.
    pub(crate) fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The number of a document's publisher.
    pub(crate) fn number(&self, document: DocumentIndex) -> u32 {
        self.numbers[document.index()]
    }

    /// The number of a document's publisher. Sources that differ in case only are one.
    pub(crate) fn number_ignoring_case(&self, document: DocumentIndex) -> u32 {
        match self.stated[document.index()] {
            NOT_STATED => self.number(document),
            stated => stated,
        }
    }

    /// The names of the publishers of these documents, sorted and distinct.
    pub(crate) fn names(
        &self,
        documents: impl Iterator<Item = DocumentIndex>,
        corpus: &Corpus,
        inputs: &[Input],
    ) -> Vec<String> {
        let numbers: FxHashSet<u32> = documents.map(|document| self.number(document)).collect();
        let name = |number: u32| {
            let record = corpus.record(self.examples[number as usize]);
            name(&record, path(inputs, &record)).to_owned()
        };
        let mut names: Vec<String> = numbers.into_iter().map(name).collect();
        names.sort_unstable();
        names
    }
}

/// The publisher's name: the source, else the host of the URL, else the file of a record or the folder of a file.
pub(crate) fn name<'a>(record: &DocumentRecord<'a>, path: &'a str) -> &'a str {
    stated(record).unwrap_or_else(|| match record.location.line {
        Some(_) => path,
        None => path.rsplit_once('/').map_or("", |(folder, _)| folder),
    })
}

/// The source that a document states: its source field, else the host of its URL.
pub(crate) fn stated<'a>(record: &DocumentRecord<'a>) -> Option<&'a str> {
    let host = || record.url.and_then(host);
    record.source.or_else(host)
}

/// True if the source field of a document is `source`, or the host of its URL is `source` or a subdomain. Ignores
/// case.
pub(crate) fn is_of(record: &DocumentRecord, source: &str) -> bool {
    let source = source.to_lowercase();
    let named = record.source.map(str::to_lowercase);
    let host = record.url.and_then(host).map(str::to_lowercase);
    let is_in_domain = |host: String| {
        let subdomain = host.strip_suffix(source.as_str());
        subdomain.is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
    };
    named.is_some_and(|named| named == source) || host.is_some_and(is_in_domain)
}

/// The position of the first of these sources that a document is of, or the number of sources.
pub(crate) fn preference(record: &DocumentRecord, preferred: &[String]) -> u32 {
    let position = preferred.iter().position(|name| is_of(record, name));
    u32::try_from(position.unwrap_or(preferred.len())).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Batch, Spill};

    #[test]
    fn a_publisher_is_named_by_source_then_host_then_folder() {
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
    fn publishers_are_numbered_in_order_of_appearance() {
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
        let names = |documents: &[u32]| {
            let documents = documents.iter().map(|&d| DocumentIndex(d));
            publishers.names(documents, &corpus, &[])
        };
        assert_eq!(names(&[4, 3, 2, 0]), ["Agency", "Herald"]);
        assert!(names(&[]).is_empty());
    }

    #[test]
    fn two_documents_have_the_same_source_only_if_both_state_it() {
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
            let is_same = |&b: &u32| publishers.same_source(DocumentIndex(a), DocumentIndex(b));
            (0..6).filter(is_same).collect::<Vec<u32>>()
        };
        assert_eq!(same_as(0), [0, 1]);
        assert_eq!(same_as(3), [2, 3]);
        // Names that differ in case are one publisher.
        let count = |documents: &[u32]| {
            let numbers = documents
                .iter()
                .map(|&d| publishers.number_ignoring_case(DocumentIndex(d)));
            numbers.collect::<FxHashSet<u32>>().len()
        };
        assert_eq!([count(&[]), count(&[0, 1]), count(&[2, 3])], [0, 1, 1]);
        assert_eq!(count(&[0, 1, 2, 3, 4, 5]), 3);
        // Same folder, so the same publisher, but neither states a source.
        assert_eq!(publishers.numbers[4], publishers.numbers[5]);
        assert!(same_as(4).is_empty());
    }

    #[test]
    fn a_source_matches_the_field_or_the_domain() {
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
