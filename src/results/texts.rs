//! Texts and excerpts for the documents of a report, read a second time: from the corpus of the run, or from the files
//! that a saved report names.

use super::excerpts;
use super::items::digest;
use super::lazy_report::LazyReport;
use crate::corpus::{Spill, SpillError};
use crate::error::Error;
use crate::job::{Job, JobInput};
use crate::progress::{Progress, StageClock};
use crate::reading::{self, Rereading, path, publishers};
use crate::settings::{Resources, Rules};
use dedupe_core::model::{DocumentIndex, Span};
use dedupe_formats::{self as formats, Fault};
use dedupe_report::embedded_texts::{MAX_TEXT_BYTES, MAX_TOTAL_BYTES};
use dedupe_report::{
    Cluster, DocumentDetails, EmbeddedTexts, Excerpts, Member, Report, ReportView, TextStore,
    listed_overlaps,
};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Texts go to a temporary file if they would take more than this fraction of the memory budget: one eighth.
const MEMORY_SHARE: u64 = 8;

/// What was read for a saved report.
#[derive(Clone, Debug, Default)]
pub struct Reread {
    /// The texts of the documents in clusters.
    pub texts: EmbeddedTexts,
    /// The first words of each cluster's story, by cluster id.
    pub excerpts: Excerpts,
}

/// Reads the documents of a saved report's clusters from their files.
///
/// Anybody may have written the report, so it may name any file. Only files in `root` and below are read, and no folder
/// is walked. A document is shown only if its file still has a document of the same id whose words have the recorded
/// digest. All others, and those of standard input, are counted as unread.
///
/// # Errors
///
/// [`Error::TooManyDocuments`].
pub fn reread(
    report: &Report,
    root: &Path,
    options: &formats::Options,
    progress: &dyn Progress,
) -> Result<Reread, Error> {
    let paths = formats::files_below(root, &paths(report));
    let job = Job {
        input: JobInput::Paths(&paths),
        reading: options,
        rules: &Rules::default(),
        resources: &Resources::default(),
        progress,
    };
    let reading = reading::read(&job, &mut StageClock::new(progress))?;
    let documents = ReportDocuments::new(reading.rereading(progress));
    let mut wanted = WantedTexts::default();
    (report.clusters.iter()).for_each(|cluster| documents.want(cluster, &mut wanted));
    Ok(Reread {
        // The page and the program tell only how many are unread.
        texts: documents.read(wanted, job.resources)?.0,
        excerpts: documents.excerpts(report),
    })
}

/// The files of a report's clusters. For a member of an archive this includes the archive.
fn paths(report: &Report) -> Vec<PathBuf> {
    let members = report.clusters.iter().flat_map(|c| &c.members);
    let files = |m: &'_ Member| -> Vec<String> {
        let archive = m.path.split_once('!').map(|(archive, _)| archive);
        archive
            .into_iter()
            .chain([m.path.as_str()])
            .map(str::to_owned)
            .collect()
    };
    let paths: BTreeSet<String> = members.flat_map(files).collect();
    (paths.into_iter())
        .filter(|path| path != "-")
        .map(PathBuf::from)
        .collect()
}

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
    for at in listed_overlaps(report).map_err(SpillError::from_io)? {
        let found = report.match_at(at).map_err(SpillError::from_io)?;
        let first = found.spans.first();
        let begins = [
            first.map(|pair| pair.left.begin),
            first.map(|pair| pair.right.begin),
        ];
        for (id, begin) in [&found.left, &found.right].into_iter().zip(begins) {
            documents.want_described(id, begin.unwrap_or(0), &mut wanted);
        }
    }
    documents.read(wanted, resources)
}

/// The texts to read, within the size limits.
#[derive(Default)]
struct WantedTexts {
    /// The documents, and the offset of the story in each.
    documents: Vec<(DocumentIndex, u64)>,
    /// Size of their embedded parts.
    bytes: u64,
    seen: HashSet<String>,
    /// Documents that are in no cluster.
    described: Vec<(String, DocumentDetails)>,
    left_out: u64,
    unread: u64,
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

/// Finds the documents of a report in a corpus.
struct ReportDocuments<'a> {
    rereading: Rereading<'a>,
    by_id: HashMap<&'a str, DocumentIndex>,
}

impl<'a> ReportDocuments<'a> {
    fn new(rereading: Rereading<'a>) -> Self {
        let corpus = rereading.corpus;
        Self {
            by_id: corpus.indices().map(|d| (corpus.id(d), d)).collect(),
            rereading,
        }
    }

    /// The document of a member. `None` if it is missing or has changed.
    fn document(&self, member: &Member) -> Option<DocumentIndex> {
        let Rereading { corpus, inputs, .. } = self.rereading;
        let document = *self.by_id.get(member.id.as_str())?;
        let record = corpus.record(document);
        let is_same = path(inputs, &record) == member.path && digest(&record) == member.digest;
        is_same.then_some(document)
    }

    /// Adds the texts of a cluster. The clusters come in the order of the report, so that those of the largest clusters
    /// come first.
    fn want(&self, cluster: &Cluster, wanted: &mut WantedTexts) {
        for member in &cluster.members {
            if !wanted.seen.insert(member.id.clone()) {
                continue;
            }
            let Some(document) = self.document(member) else {
                wanted.unread += 1;
                continue;
            };
            let story_begin = member.spans.first().map_or(0, |span| span.begin);
            self.want_text(document, story_begin, wanted);
        }
    }

    /// Adds the text and the metadata of a document that is in no cluster.
    fn want_described(&self, id: &str, story_begin: u64, wanted: &mut WantedTexts) {
        if !wanted.seen.insert(id.to_owned()) {
            return;
        }
        let Some(&document) = self.by_id.get(id) else {
            wanted.unread += 1;
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
        self.want_text(document, story_begin, wanted);
    }

    fn want_text(&self, document: DocumentIndex, story_begin: u64, wanted: &mut WantedTexts) {
        let text_bytes = self.rereading.corpus.text_bytes(document);
        let more = text_bytes.min(MAX_TEXT_BYTES);
        if wanted.bytes + more > MAX_TOTAL_BYTES {
            wanted.left_out += 1;
            return;
        }
        wanted.bytes += more;
        wanted.documents.push((document, story_begin));
    }

    /// Reads the wanted texts, and returns the faults of those that cannot be read again. The texts are in a temporary
    /// file if they would take much of the memory budget.
    fn read(
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
        let corpus = self.rereading.corpus;
        let documents: Vec<DocumentIndex> = wanted.iter().map(|w| w.0).collect();
        let mut stored = Ok(());
        let faults = self.rereading.texts(&documents, &mut |at, text| {
            if stored.is_ok() {
                let (document, story_begin) = wanted[at];
                stored = texts.insert(corpus.id(document).to_owned(), text, story_begin);
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

    fn excerpts(&self, report: &Report) -> Excerpts {
        let story_begin = |cluster: &Cluster| -> Option<(DocumentIndex, Span)> {
            let member = cluster.members.first()?;
            Some((self.document(member)?, *member.spans.first()?))
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
    use crate::{ReportOptions, Silent, run};
    use std::fs;

    fn words(range: std::ops::Range<u32>) -> String {
        range.map(|n| format!("word{n} ")).collect()
    }

    #[test]
    fn unchanged_documents_of_a_saved_report_are_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("a.txt", &words(0..200));
        write("b.txt", &words(0..200));
        write("c.txt", &words(10..200));
        let reading = formats::Options::default();
        let options = ReportOptions {
            texts: true,
            ..ReportOptions::default()
        };
        let job = Job {
            input: JobInput::Paths(&[folder.path().to_owned()]),
            reading: &reading,
            rules: &Rules::default(),
            resources: &Resources::default(),
            progress: &Silent,
        };
        let outcome = run(&job, &options).unwrap();
        assert_eq!((outcome.texts.len(), outcome.texts.unread), (3, 0));
        let resources = Resources {
            memory: Some(0),
            ..Resources::default()
        };
        let in_a_file = run(
            &Job {
                resources: &resources,
                ..job
            },
            &options,
        );
        let all = |texts: &EmbeddedTexts| {
            let ids = ["a.txt", "b.txt", "c.txt"].map(|name| folder.path().join(name));
            ids.map(|id| texts.get(id.to_str().unwrap()).unwrap().unwrap())
        };
        assert_eq!(all(&in_a_file.unwrap().texts), all(&outcome.texts));

        let root = folder.path();
        let again = reread(outcome.report().unwrap(), root, &reading, &Silent).unwrap();
        assert_eq!(all(&again.texts), all(&outcome.texts));
        let excerpts: Vec<&String> = again.excerpts.values().collect();
        assert!(excerpts[0].starts_with("word10 word11 "), "{excerpts:?}");

        // As many words as before, but others.
        write("b.txt", &words(1..201));
        fs::remove_file(folder.path().join("c.txt")).unwrap();
        let again = reread(outcome.report().unwrap(), root, &reading, &Silent).unwrap();
        assert_eq!((again.texts.len(), again.texts.unread), (1, 2));
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
