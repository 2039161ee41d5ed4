//! Reads the documents of a saved report again, from the files that it names.

use super::locations;
use super::texts::{Recorded, ReportDocuments, WantedTexts};
use crate::corpus::SpillError;
use crate::error::Error;
use crate::job::{Job, JobInput};
use crate::progress::{Progress, StageClock};
use crate::reading::{self, Reading};
use crate::settings::{Resources, Rules};
use dedupe_formats as formats;
use dedupe_report::findings::visit_findings;
use dedupe_report::{DocumentLocation, DocumentLocations, EmbeddedTexts, Excerpts, Report};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// What was read for a saved report.
#[derive(Clone, Debug, Default)]
pub struct Reread {
    /// The texts of the documents in clusters, and of those in the overlaps that the page lists.
    pub texts: EmbeddedTexts,
    /// The first words of each cluster's story, by cluster id.
    pub excerpts: Excerpts,
    /// The path of the first document that could not be read again, or its id if the report does not record the path.
    pub first_unread: Option<String>,
}

/// Reads the documents of a saved report's clusters and overlaps from their files.
///
/// Anybody may have written the report, so it may name any file. Only files in `root` and below are read, and no folder
/// is walked. A document is shown only if its file still has a document of the same id, or else any document, whose words
/// have the recorded digest. All others, and those of standard input, are counted as unread.
///
/// # Errors
///
/// [`Error::TooManyDocuments`] and [`Error::Spill`].
pub fn reread(
    report: &Report,
    root: &Path,
    options: &formats::Options,
    progress: &dyn Progress,
) -> Result<Reread, Error> {
    let paths = files(report.document_paths());
    let reading = read(paths, root, options, progress)?;
    let documents = ReportDocuments::of_a_part(reading.rereading(progress));
    let mut wanted = WantedTexts::default();
    (report.clusters.iter()).for_each(|cluster| documents.want(cluster, &mut wanted));
    documents.want_overlaps(report, &mut wanted)?;
    let first_missing = wanted.first_unread.take();
    let (texts, faults) = documents.read(wanted, &Resources::default())?;
    Ok(Reread {
        texts,
        excerpts: documents.excerpts(report),
        first_unread: first_missing.or_else(|| Some(faults.into_iter().next()?.path)),
    })
}

/// Where the documents of a saved report are.
#[derive(Clone, Debug, Default)]
pub struct Relocated {
    /// The locations of all documents that findings name. A document that was not found again has only the path that the
    /// report states, or its id if the report states none.
    pub locations: DocumentLocations,
    /// How many documents were not found again.
    pub unread: u64,
    /// The path of the first of them, or its id if the report does not record the path.
    pub first_unread: Option<String>,
}

/// Finds the documents of a saved report in their files, as [`reread`] does.
///
/// # Errors
///
/// [`Error::TooManyDocuments`] and [`Error::Spill`].
pub fn relocate(
    report: &Report,
    root: &Path,
    options: &formats::Options,
    progress: &dyn Progress,
) -> Result<Relocated, Error> {
    let recorded: HashMap<&str, Recorded<'_>> = recorded(report).map(|r| (r.id, r)).collect();
    let mut named: BTreeSet<String> = BTreeSet::new();
    let visited = visit_findings(report, |finding| {
        for id in [finding.document, finding.other] {
            if !named.contains(id) {
                named.insert(id.to_owned());
            }
        }
        Ok(())
    });
    visited.map_err(SpillError::from_io)?;
    let paths = files(report.document_paths());
    let reading = read(paths, root, options, progress)?;
    let rereading = reading.rereading(progress);
    let documents = ReportDocuments::of_a_part(rereading);
    let find = |id: &str| documents.document(*recorded.get(id)?);
    let (mut locations, changed) = locations::locations(&rereading, None, report, &find)?;
    let mut unread = changed.len() as u64;
    let mut first_unread = None;
    for id in named {
        let path = recorded.get(id.as_str()).map_or(id.as_str(), |r| r.path);
        let path = path.to_owned();
        if let Entry::Vacant(place) = locations.entry(id) {
            first_unread.get_or_insert_with(|| path.clone());
            place.insert(DocumentLocation {
                path,
                ..DocumentLocation::default()
            });
            unread += 1;
        }
    }
    Ok(Relocated {
        locations,
        unread,
        first_unread: first_unread.or_else(|| Some(changed.into_iter().next()?.path)),
    })
}

/// The documents of clusters and overlaps.
fn recorded(report: &Report) -> impl Iterator<Item = Recorded<'_>> {
    let members = report.clusters.iter().flat_map(|c| &c.members);
    let overlaps = report.matches.iter().filter_map(Recorded::of_overlap);
    members.map(Recorded::of_member).chain(overlaps.flatten())
}

/// Reads those of the files that are in `root` and below.
fn read(
    files: Vec<PathBuf>,
    root: &Path,
    options: &formats::Options,
    progress: &dyn Progress,
) -> Result<Reading, Error> {
    let job = Job {
        input: JobInput::Paths(&formats::files_below(root, &files)),
        reading: options,
        rules: &Rules::default(),
        resources: &Resources::default(),
        progress,
    };
    reading::read(&job, &mut StageClock::new(progress))
}

/// The files of documents with these paths. For a member of an archive this includes the archive.
fn files<'p>(paths: impl Iterator<Item = &'p str>) -> Vec<PathBuf> {
    let paths: BTreeSet<&Path> = paths.flat_map(possible_files).collect();
    (paths.into_iter())
        .filter(|path| *path != Path::new("-"))
        .map(PathBuf::from)
        .collect()
}

/// How many `!` of a path may end the path of an archive. Anybody may have written the report, and each of them costs
/// another copy of the path.
const MAX_ARCHIVE_MARKS: usize = 16;

/// The files from which a document of this path may have been read: the path of an archive ends at a `!`, but other names
/// may have one too.
fn possible_files(path: &str) -> impl Iterator<Item = &Path> {
    let ends = path.match_indices('!').map(|(at, _)| at);
    let ends = ends.take(MAX_ARCHIVE_MARKS).chain([path.len()]);
    ends.filter_map(|end| path.get(..end)).map(Path::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReportOptions, Silent, run};
    use dedupe_report::Cluster;
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

    /// A saved report of 1 MB could take 500 GB: one copy of a path for each `!` in it.
    #[test]
    fn a_path_of_many_marks_names_few_files() {
        let path = "!".repeat(1 << 20);
        assert_eq!(possible_files(&path).count(), MAX_ARCHIVE_MARKS + 1);
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
}
