//! Texts and excerpts for the documents of a report, read a second time: from the corpus of the run, or from the files
//! that a saved report names.

use super::excerpts;
use super::items::digest;
use crate::error::Error;
use crate::job::{Job, JobInput};
use crate::progress::{Progress, StageClock};
use crate::reading::{self, Rereading, path};
use crate::settings::{Resources, Rules};
use dedupe_core::model::{DocumentIndex, Span};
use dedupe_formats::{self as formats, Fault};
use dedupe_report::embedded_texts::{MAX_TEXT_BYTES, MAX_TOTAL_BYTES};
use dedupe_report::{Cluster, EmbeddedTexts, Excerpts, Member, Report};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What was read for a saved report.
#[derive(Clone, Debug, Default, PartialEq)]
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
    let documents = ReportDocuments::new(reading.rereading());
    Ok(Reread {
        // The page and the program tell only how many are unread.
        texts: documents.texts(report).0,
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

/// The texts of the documents in a report's clusters.
pub(super) fn texts(rereading: &Rereading<'_>, report: &Report) -> (EmbeddedTexts, Vec<Fault>) {
    ReportDocuments::new(*rereading).texts(report)
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

    /// The texts within the size limits, and the faults of those that cannot be read again. Those of the largest clusters
    /// come first.
    fn texts(&self, report: &Report) -> (EmbeddedTexts, Vec<Fault>) {
        let mut texts = EmbeddedTexts::default();
        let (mut seen, mut wanted, mut bytes) = (HashSet::new(), vec![], 0);
        for member in report.clusters.iter().flat_map(|c| &c.members) {
            if !seen.insert(member.id.as_str()) {
                continue;
            }
            let Some(document) = self.document(member) else {
                texts.unread += 1;
                continue;
            };
            let text_bytes = self.rereading.corpus.record(document).text_bytes;
            let more = text_bytes.min(MAX_TEXT_BYTES);
            if bytes + more > MAX_TOTAL_BYTES {
                texts.left_out += 1;
                continue;
            }
            bytes += more;
            wanted.push((document, member));
        }
        let documents: Vec<DocumentIndex> = wanted.iter().map(|w| w.0).collect();
        let faults = self.rereading.texts(&documents, &mut |at, text| {
            let member = wanted[at].1;
            let story_begin = member.spans.first().map_or(0, |span| span.begin);
            texts.insert(member.id.clone(), text, story_begin);
        });
        texts.unread += faults.len() as u64;
        (texts, faults)
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

        let root = folder.path();
        let again = reread(outcome.report().unwrap(), root, &reading, &Silent).unwrap();
        assert_eq!(again.texts, outcome.texts);
        let excerpts: Vec<&String> = again.excerpts.values().collect();
        assert!(excerpts[0].starts_with("word10 word11 "), "{excerpts:?}");

        // As many words as before, but others.
        write("b.txt", &words(1..201));
        fs::remove_file(folder.path().join("c.txt")).unwrap();
        let again = reread(outcome.report().unwrap(), root, &reading, &Silent).unwrap();
        assert_eq!((again.texts.len(), again.texts.unread), (1, 2));
    }
}
