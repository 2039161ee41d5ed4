//! Texts for the documents of a report, read a second time.

use super::excerpts;
use super::lazy_report::LazyReport;
use super::locations;
use super::parts::from_hexadecimal;
use crate::corpus::{Spill, SpillError};
use crate::reading::unique_ids::stated_id;
use crate::reading::{Rereading, path, publishers};
use crate::settings::Resources;
use dedupe_core::model::{DocumentIndex, Span};
use dedupe_formats::Fault;
use dedupe_report::embedded_texts::{MAX_TEXT_BYTES, MAX_TOTAL_BYTES};
use dedupe_report::{
    Cluster, DocumentDetails, EmbeddedTexts, Excerpts, Match, MatchedDocument, Member, Report,
    ReportView, TextStore, listed_overlaps,
};
use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;

/// Texts go to a temporary file if they would take more than this fraction of the memory budget: one eighth.
const MEMORY_SHARE: u64 = 8;

/// The texts of the documents in a report's clusters, and of those in the overlaps that the page lists.
pub(super) fn texts(
    rereading: &Rereading<'_>,
    report: &LazyReport,
    resources: &Resources,
) -> Result<(EmbeddedTexts, Vec<Fault>), SpillError> {
    let documents = ReportDocuments::new(*rereading);
    let mut wanted = WantedTexts::default();
    for at in 0..report.cluster_count() {
        documents.want(&*report.make_cluster(at)?, &mut wanted);
    }
    documents.want_overlaps(report, &mut wanted)?;
    documents.read(wanted, resources)
}

/// The texts to read, within the size limits.
#[derive(Default)]
pub(super) struct WantedTexts {
    documents: Vec<WantedText>,
    /// Size of their embedded parts.
    bytes: u64,
    seen: HashSet<String>,
    /// Documents of overlaps that no cluster has added.
    described: Vec<(String, DocumentDetails)>,
    left_out: u64,
    unread: u64,
    /// The name of the first document that was not found.
    pub(super) first_unread: Option<String>,
}

impl WantedTexts {
    /// Counts a document that was not found. `name`: its path, or its id if the report does not record the path.
    fn add_unread(&mut self, name: &str) {
        self.unread += 1;
        self.first_unread.get_or_insert_with(|| name.to_owned());
    }
}

/// A text to read.
struct WantedText {
    /// The id of the document in the report.
    id: String,
    document: DocumentIndex,
    /// The offset of the story in the text.
    story_begin: u64,
}

/// Texts in a temporary file.
#[derive(Debug)]
struct SpilledTexts(Spill);

/// The errors wrap a [`SpillError`].
impl TextStore for SpilledTexts {
    fn append(&self, text: &str) -> io::Result<u64> {
        self.0.write(text.as_bytes()).map_err(io::Error::other)
    }

    fn read(&self, offset: u64, length: usize) -> io::Result<String> {
        let bytes = self.0.read(offset, length).map_err(io::Error::other)?;
        String::from_utf8(bytes).map_err(io::Error::other)
    }
}

/// What a report records of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Recorded<'r> {
    pub(super) id: &'r str,
    /// The file that it was read from.
    pub(super) path: &'r str,
    /// The digest of its words. `None` if the report has something else in its place.
    pub(super) digest: Option<u128>,
}

impl<'r> Recorded<'r> {
    pub(super) fn of_member(member: &'r Member) -> Self {
        Self {
            id: &member.id,
            path: &member.path,
            digest: from_hexadecimal(&member.digest),
        }
    }

    /// The documents of an overlap. Reports of early versions record nothing of them.
    pub(super) fn of_overlap(found: &'r Match) -> Option<[Self; 2]> {
        let [left, right] = found.documents.as_ref()?;
        let of = |id: &'r str, document: &'r MatchedDocument| Self {
            id,
            path: &document.path,
            digest: from_hexadecimal(&document.digest),
        };
        Some([of(&found.left, left), of(&found.right, right)])
    }
}

/// Finds the documents of a report in a corpus.
pub(super) struct ReportDocuments<'a> {
    rereading: Rereading<'a>,
    by_id: HashMap<&'a str, DocumentIndex>,
    /// Those of each file by their words, if their ids may differ from those of the report.
    by_words: Option<ByWords<'a>>,
}

/// Documents by file and digest of their words: the first of each stated id, and the first of all.
#[derive(Default)]
struct ByWords<'a> {
    of_stated_id: HashMap<(&'a str, u128, &'a str), DocumentIndex>,
    first: HashMap<(&'a str, u128), DocumentIndex>,
}

impl<'a> ReportDocuments<'a> {
    fn new(rereading: Rereading<'a>) -> Self {
        let corpus = rereading.corpus;
        Self {
            by_id: locations::by_id(corpus),
            rereading,
            by_words: None,
        }
    }

    /// The documents of some files of a corpus, for a report about the whole of it. Ids that repeat are made unique within
    /// what is read, so a document may have another id than in the report.
    pub(super) fn of_a_part(rereading: Rereading<'a>) -> Self {
        let mut by_words = ByWords::default();
        for document in rereading.corpus.indices() {
            let record = rereading.corpus.record(document);
            let (path, digest) = (path(rereading.inputs, &record), record.digest);
            let of_stated_id = (path, digest, stated_id(record.id));
            by_words
                .of_stated_id
                .entry(of_stated_id)
                .or_insert(document);
            by_words.first.entry((path, digest)).or_insert(document);
        }
        Self {
            by_words: Some(by_words),
            ..Self::new(rereading)
        }
    }

    /// The document that the report describes so. `None` if it is missing or has changed. Constant time on average.
    pub(super) fn document(&self, recorded: Recorded<'_>) -> Option<DocumentIndex> {
        let Rereading { corpus, inputs, .. } = self.rereading;
        let digest = recorded.digest?;
        let named = self.by_id.get(recorded.id).copied();
        let unchanged = named.filter(|document| {
            let record = corpus.record(*document);
            record.digest == digest && path(inputs, &record) == recorded.path
        });
        unchanged.or_else(|| {
            let ByWords {
                of_stated_id,
                first,
            } = self.by_words.as_ref()?;
            let of_stated_id = of_stated_id.get(&(recorded.path, digest, stated_id(recorded.id)));
            of_stated_id
                .or_else(|| first.get(&(recorded.path, digest)))
                .copied()
        })
    }

    /// Adds the texts of a cluster. The clusters come in the order of the report, so that those of the largest clusters
    /// come first.
    pub(super) fn want(&self, cluster: &Cluster, wanted: &mut WantedTexts) {
        for member in &cluster.members {
            if !wanted.seen.insert(member.id.clone()) {
                continue;
            }
            let recorded = Recorded::of_member(member);
            let Some(document) = self.document(recorded) else {
                wanted.add_unread(recorded.path);
                continue;
            };
            let story_begin = member.spans.first().map_or(0, |span| span.begin);
            self.want_text(&member.id, document, story_begin, wanted);
        }
    }

    /// Adds the texts of the overlaps that the page lists.
    pub(super) fn want_overlaps(
        &self,
        report: &dyn ReportView,
        wanted: &mut WantedTexts,
    ) -> Result<(), SpillError> {
        for at in listed_overlaps(report).map_err(SpillError::from_io)? {
            let found = report.match_at(at).map_err(SpillError::from_io)?;
            let first = found.spans.first();
            let begins = [
                first.map(|pair| pair.left.begin),
                first.map(|pair| pair.right.begin),
            ];
            let Some(documents) = Recorded::of_overlap(&found) else {
                for id in [&found.left, &found.right] {
                    if wanted.seen.insert(id.clone()) {
                        wanted.add_unread(id);
                    }
                }
                continue;
            };
            for (recorded, begin) in documents.into_iter().zip(begins) {
                self.want_described(recorded, begin.unwrap_or(0), wanted);
            }
        }
        Ok(())
    }

    /// Adds the text and the metadata of a document of an overlap, unless a cluster has added it.
    fn want_described(&self, recorded: Recorded<'_>, story_begin: u64, wanted: &mut WantedTexts) {
        let id = recorded.id;
        if !wanted.seen.insert(id.to_owned()) {
            return;
        }
        let Some(document) = self.document(recorded) else {
            wanted.add_unread(recorded.path);
            return;
        };
        let Rereading { corpus, inputs, .. } = self.rereading;
        let record = corpus.record(document);
        let owned = |field: Option<&str>| field.map(str::to_owned);
        let details = DocumentDetails {
            path: path(inputs, &record).to_owned(),
            title: owned(record.title),
            source: owned(publishers::stated(&record)),
            date: owned(record.date),
            url: owned(record.url),
            words: u64::from(corpus.word_count(document)),
        };
        wanted.described.push((id.to_owned(), details));
        self.want_text(id, document, story_begin, wanted);
    }

    fn want_text(
        &self,
        id: &str,
        document: DocumentIndex,
        story_begin: u64,
        wanted: &mut WantedTexts,
    ) {
        let text_bytes = self.rereading.corpus.text(document).bytes;
        let more = text_bytes.min(MAX_TEXT_BYTES);
        if wanted.bytes + more > MAX_TOTAL_BYTES {
            wanted.left_out += 1;
            return;
        }
        wanted.bytes += more;
        wanted.documents.push(WantedText {
            id: id.to_owned(),
            document,
            story_begin,
        });
    }

    /// Reads the wanted texts, and returns the faults of those that cannot be read again. The texts are in a temporary
    /// file if they would take much of the memory budget.
    pub(super) fn read(
        &self,
        wanted: WantedTexts,
        resources: &Resources,
    ) -> Result<(EmbeddedTexts, Vec<Fault>), SpillError> {
        let WantedTexts {
            documents: wanted,
            bytes,
            described,
            left_out,
            unread,
            ..
        } = wanted;
        let is_much = |memory: u64| bytes > memory / MEMORY_SHARE;
        let spill = (resources.memory.is_some_and(is_much)).then(|| resources.spill());
        let mut texts = match spill {
            Some(spill) => EmbeddedTexts::in_store(Arc::new(SpilledTexts(spill))),
            None => EmbeddedTexts::default(),
        };
        let documents: Vec<DocumentIndex> = wanted.iter().map(|w| w.document).collect();
        let mut stored = Ok(());
        let faults = self.rereading.texts(&documents, &mut |at, text| {
            if stored.is_ok() {
                let WantedText {
                    id, story_begin, ..
                } = &wanted[at];
                stored = texts.insert(id.clone(), text, *story_begin);
            }
        });
        stored.map_err(SpillError::from_io)?;
        for (id, details) in described {
            texts.describe(id, details);
        }
        texts.left_out = left_out;
        texts.unread = unread + faults.len() as u64;
        Ok((texts, faults))
    }

    pub(super) fn excerpts(&self, report: &Report) -> Excerpts {
        let story_begin = |cluster: &Cluster| -> Option<(DocumentIndex, Span)> {
            let member = cluster.members.first()?;
            Some((
                self.document(Recorded::of_member(member))?,
                *member.spans.first()?,
            ))
        };
        let (ids, wanted): (Vec<_>, Vec<_>) = (report.clusters.iter())
            .filter_map(|cluster| Some((cluster.id.clone(), story_begin(cluster)?)))
            .unzip();
        // The same documents are counted as unread with the texts.
        let (found, _faults) = excerpts::excerpts(&self.rereading, &wanted);
        ids.into_iter().zip(found).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Job, JobInput, ReportOptions, Rules, Silent, run};
    use dedupe_formats as formats;
    use std::fs;

    fn words(range: std::ops::Range<u32>) -> String {
        range.map(|n| format!("word{n} ")).collect()
    }

    /// The page once had no text of documents that are in an overlap only.
    #[test]
    fn the_texts_of_overlaps_are_read_too() {
        let folder = tempfile::tempdir().unwrap();
        let passage = words(0..60);
        let other = |seed: u32| words(seed..seed + 300);
        let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
        write("a.txt", format!("{}{passage}", other(1_000)));
        write("b.txt", format!("{passage}{}", other(2_000)));
        let job = Job {
            input: JobInput::Paths(&[folder.path().to_owned()]),
            reading: &formats::Options::default(),
            rules: &Rules::default(),
            resources: &Resources::default(),
            progress: &Silent,
        };
        let options = ReportOptions {
            texts: true,
            ..ReportOptions::default()
        };
        let outcome = run(&job, &options).unwrap();
        assert_eq!(outcome.report().unwrap().summary.overlaps, 1);
        assert_eq!(outcome.texts.len(), 2);
        let id = folder.path().join("b.txt").display().to_string();
        let details = outcome.texts.details(&id).unwrap();
        assert_eq!((details.words, &details.path), (360, &id));
    }
}
