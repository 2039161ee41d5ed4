//! Texts and excerpts for the documents of a report, read a second time: from the corpus of the run, or from the files
//! that a saved report names.

use super::excerpts;
use super::lazy_report::LazyReport;
use super::parts::digest;
use crate::corpus::{Spill, SpillError};
use crate::error::Error;
use crate::job::{Job, JobInput};
use crate::progress::{Progress, StageClock};
use crate::reading::unique_ids::stated_id;
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
/// is walked. A document is shown only if its file still has a document of the same id, or else any document, whose words
/// have the recorded digest. All others, and those of standard input, are counted as unread.
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
    let documents = ReportDocuments::of_a_part(reading.rereading(progress));
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
    let paths: BTreeSet<&Path> = members.flat_map(|m| possible_files(&m.path)).collect();
    (paths.into_iter())
        .filter(|path| *path != Path::new("-"))
        .map(PathBuf::from)
        .collect()
}

/// The files from which a document of this path may have been read: the path of an archive ends at a `!`, but other names
/// may have one too.
fn possible_files(path: &str) -> impl Iterator<Item = &Path> {
    let ends = path.match_indices('!').map(|(at, _)| at);
    let ends = ends.chain([path.len()]);
    ends.filter_map(|end| path.get(..end)).map(Path::new)
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
    documents: Vec<WantedText>,
    /// Size of their embedded parts.
    bytes: u64,
    seen: HashSet<String>,
    /// Documents that are in no cluster.
    described: Vec<(String, DocumentDetails)>,
    left_out: u64,
    unread: u64,
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

/// Finds the documents of a report in a corpus.
struct ReportDocuments<'a> {
    rereading: Rereading<'a>,
    by_id: HashMap<&'a str, DocumentIndex>,
    /// The documents of each path, if their ids may differ from those of the report.
    by_path: Option<HashMap<&'a str, Vec<DocumentIndex>>>,
}

impl<'a> ReportDocuments<'a> {
    fn new(rereading: Rereading<'a>) -> Self {
        let corpus = rereading.corpus;
        Self {
            by_id: corpus.indices().map(|d| (corpus.id(d), d)).collect(),
            rereading,
            by_path: None,
        }
    }

    /// The documents of some files of a corpus, for a report about the whole of it. Ids that repeat are made unique within
    /// what is read, so a document may have another id than in the report.
    fn of_a_part(rereading: Rereading<'a>) -> Self {
        let mut by_path: HashMap<&str, Vec<DocumentIndex>> = HashMap::new();
        for document in rereading.corpus.indices() {
            let path = path(rereading.inputs, &rereading.corpus.record(document));
            by_path.entry(path).or_default().push(document);
        }
        Self {
            by_path: Some(by_path),
            ..Self::new(rereading)
        }
    }

    /// The document of a member. `None` if it is missing or has changed.
    fn document(&self, member: &Member) -> Option<DocumentIndex> {
        let Rereading { corpus, inputs, .. } = self.rereading;
        let is_same = |document: &DocumentIndex| {
            let record = corpus.record(*document);
            path(inputs, &record) == member.path && digest(&record) == member.digest
        };
        let named = self.by_id.get(member.id.as_str()).copied();
        named.filter(is_same).or_else(|| {
            let there = self.by_path.as_ref()?.get(member.path.as_str())?;
            let same_words = || there.iter().copied().filter(is_same);
            let stated = stated_id(&member.id);
            let same_id = same_words().find(|&document| stated_id(corpus.id(document)) == stated);
            same_id.or_else(|| same_words().next())
        })
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
            self.want_text(&member.id, document, story_begin, wanted);
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

    /// Only the files of clusters are read again, so `1 (3)` became `1 (2)` and was not found.
    #[test]
    fn documents_are_found_again_although_their_ids_count_in_other_files() {
        let folder = tempfile::tempdir().unwrap();
        let story = words(0..80);
        let others = [
            story.clone(),
            words(500..580),
            story.replace("word0 ", "word0, "),
        ];
        for (name, text) in ["a.jsonl", "b.jsonl", "c.jsonl"].iter().zip(&others) {
            let line = |id: u32, text: &str| format!("{{\"id\":\"{id}\",\"text\":\"{text}\"}}\n");
            let lines = line(1, text) + &line(2, &words(9_000..9_050));
            fs::write(folder.path().join(name), lines).unwrap();
        }
        let reading = formats::Options::default();
        let job = Job {
            input: JobInput::Paths(&[folder.path().to_owned()]),
            reading: &reading,
            rules: &Rules::default(),
            resources: &Resources::default(),
            progress: &Silent,
        };
        let outcome = run(&job, &ReportOptions::default()).unwrap();
        let report = outcome.report().unwrap();
        let ids = |cluster: &Cluster| cluster.members.iter().map(|m| m.id.clone()).collect();
        let mut ids: Vec<Vec<String>> = report.clusters.iter().map(ids).collect();
        ids.sort();
        assert_eq!(ids, [vec!["1", "1 (3)"], vec!["2", "2 (2)", "2 (3)"]]);

        fs::remove_file(folder.path().join("b.jsonl")).unwrap();
        let again = reread(report, folder.path(), &reading, &Silent).unwrap();
        assert_eq!((again.texts.len(), again.texts.unread), (4, 1));
        let text = again.texts.get("1 (3)").unwrap().unwrap();
        assert!(text.text.starts_with("word0, "), "{text:?}");
    }

    /// A `!` in the name of a folder was taken for the one between an archive and its member.
    #[test]
    fn the_file_of_a_member_ends_at_any_exclamation_mark() {
        let files: Vec<&Path> = possible_files("Wow!/news.zip!a.txt").collect();
        assert_eq!(
            files,
            ["Wow", "Wow!/news.zip", "Wow!/news.zip!a.txt"].map(Path::new)
        );
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
