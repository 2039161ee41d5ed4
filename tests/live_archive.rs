//! An archive that a program keeps open, with documents from memory.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use dedupe::archive::{Archive, ArchiveError, Change, IndexError, LiveArchive, StoredDocument};
use dedupe::formats::{Input, Options};
use dedupe::{
    Document, Error, Job, JobInput, Progress, ReportOptions, Resources, Rules, Silent, Stage,
};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

const CACHE: u64 = 1 << 20;

fn story(seed: u32, words: std::ops::Range<u32>) -> String {
    words.map(|n| format!("word{seed}x{n} ")).collect()
}

fn document(id: &str, day: u32, text: String) -> Document<'static> {
    Document {
        id: Some(id.to_owned().into()),
        title: Some(format!("Headline of {id}").into()),
        date: Some(format!("2026-11-{day:02}").into()),
        text: text.into(),
        ..Document::default()
    }
}

/// Calls `work` with a job over documents.
fn with_job<T>(
    documents: Vec<Document<'static>>,
    progress: &dyn Progress,
    work: impl FnOnce(&Job<'_>) -> T,
) -> T {
    let inputs = [Input::in_memory("memory", documents)];
    work(&Job {
        input: JobInput::Inputs(&inputs),
        reading: &Options::default(),
        rules: &Rules::default(),
        resources: &Resources::default(),
        progress,
    })
}

/// An archive of two stories with a copy each and of two other documents, open. The headlines of `headlines` documents
/// are kept.
fn live(path: &Path, headlines: usize) -> LiveArchive {
    let documents = (0..4).flat_map(|n| {
        let first = document(&format!("a{n}"), 1 + n, story(n, 0..150));
        let copy = document(&format!("b{n}"), 1 + n, story(n, 0..140));
        std::iter::once(first).chain((n < 2).then_some(copy))
    });
    with_job(documents.collect(), &Silent, |job| {
        Archive::add(path, job, CACHE).unwrap();
    });
    let resources = Resources::default();
    let archive = Archive::open_for_writing(path, CACHE).unwrap();
    LiveArchive::new(archive, resources, headlines).unwrap()
}

/// The documents that stand for the stories that a search lists.
fn listed(archive: &LiveArchive, query: &str, count: usize) -> (Vec<String>, bool) {
    let found = archive.newest_stories(query, count).unwrap();
    let stories = found.stories.into_iter();
    (
        stories.map(|story| story.cluster.representative).collect(),
        found.has_more,
    )
}

fn names(names: &[&str], has_more: bool) -> (Vec<String>, bool) {
    (
        names.iter().map(|name| (*name).to_owned()).collect(),
        has_more,
    )
}

#[test]
fn a_preview_says_what_adding_says_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let archive = live(&folder.path().join("a.idx"), 100);
    let before = archive.size().unwrap();
    let copy = document("c", 9, story(2, 0..130));
    let previewed = archive.preview(copy.clone()).unwrap();
    assert_eq!((archive.size().unwrap(), before.documents), (before, 6));
    assert!(archive.document("c").unwrap().is_none());
    let added = archive.add(std::slice::from_ref(&copy)).unwrap();
    assert_eq!(added[0], previewed);
    assert_eq!(previewed.change, Change::New);
    assert_eq!(previewed.answer.of.as_deref(), Some("a2"));
    assert_eq!(
        archive.document("c").unwrap().unwrap().answer,
        previewed.answer
    );
    let again = archive.add(&[copy]).unwrap();
    assert_eq!(
        (again[0].change, &again[0].answer),
        (Change::Known, &previewed.answer)
    );
    // Only the words decide what is known. The fields are those that are stored.
    let retitled = Document {
        title: None,
        ..document("c", 9, story(2, 0..130))
    };
    assert_eq!(
        archive.add(&[retitled]).unwrap()[0].answer,
        previewed.answer
    );
    let stored = archive.document("c").unwrap().unwrap();
    assert_eq!(stored.document.title.as_deref(), Some("Headline of c"));
    archive.settle().unwrap();
    assert_eq!(archive.size().unwrap().documents, 7);
}

#[test]
fn a_preview_without_an_id_hides_no_document() {
    let folder = tempfile::tempdir().unwrap();
    let archive = live(&folder.path().join("a.idx"), 100);
    let nameless = || Document {
        id: None,
        ..document("", 9, story(70, 0..140))
    };
    assert_eq!(archive.preview(nameless()).unwrap().answer.id, "unnamed");
    for id in ["unnamed", "unnamed (2)"] {
        let stored = document(id, 8, story(70, 0..150));
        archive.add(&[stored]).unwrap();
    }
    let previewed = archive.preview(nameless()).unwrap();
    assert_eq!(previewed.change, Change::New);
    assert_eq!(previewed.answer.id, "unnamed (3)");
    assert_eq!(previewed.answer.clusters[0].members.len(), 3);
}

#[test]
fn documents_that_are_added_together_know_of_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let archive = live(&folder.path().join("a.idx"), 100);
    let added = archive
        .add(&[
            document("x", 9, story(50, 0..150)),
            document("a0", 1, story(50, 0..140)),
            document("a1", 1, story(1, 0..150)),
        ])
        .unwrap();
    let changes: Vec<Change> = added.iter().map(|one| one.change).collect();
    assert_eq!(changes, [Change::New, Change::Version, Change::Known]);
    assert_eq!(added[1].answer.of.as_deref(), Some("x"));
    assert_eq!(added[2].answer.of.as_deref(), Some("b1"));
    assert_eq!(archive.document("a0").unwrap().unwrap().versions, 2);
    // Its old words are no longer there.
    assert!(!archive.document("b0").unwrap().unwrap().answer.duplicate);
    archive.remove("x").unwrap();
    assert!(!archive.document("a0").unwrap().unwrap().answer.duplicate);
    assert!(matches!(
        archive.remove("x"),
        Err(ArchiveError::UnknownId(_))
    ));
}

#[test]
fn what_cannot_be_added_leaves_the_archive_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let archive = live(&folder.path().join("a.idx"), 100);
    let twice = [
        document("x", 9, story(50, 0..90)),
        document("x", 9, story(51, 0..90)),
    ];
    assert!(matches!(
        archive.add(&twice),
        Err(ArchiveError::RepeatedId(_))
    ));
    let empty = [
        document("x", 9, story(50, 0..90)),
        document("y", 9, " — ".to_owned()),
    ];
    assert!(matches!(archive.add(&empty), Err(ArchiveError::Refused { id, .. }) if id == "y"));
    assert_eq!(archive.size().unwrap().documents, 6);
    let undated = Document {
        date: Some("soon".into()),
        ..document("z", 1, story(60, 0..90))
    };
    assert_eq!(
        archive.add(&[undated]).unwrap()[0].warnings[0].code,
        "bad-date"
    );
}

#[test]
fn stories_are_listed_by_their_newest_document_and_found_by_headline() {
    let folder = tempfile::tempdir().unwrap();
    let archive = live(&folder.path().join("a.idx"), 100);
    assert_eq!(listed(&archive, "", 9), names(&["b1", "b0"], false));
    archive
        .add(&[document("late", 20, story(0, 0..145))])
        .unwrap();
    assert_eq!(listed(&archive, "", 9), names(&["b0", "b1"], false));
    assert_eq!(listed(&archive, "", 1), names(&["b0"], true));
    assert_eq!(listed(&archive, "of B1 headline", 9), names(&["b1"], false));
    assert_eq!(listed(&archive, "a2", 9), names(&[], false));
    archive.remove("late").unwrap();
    assert_eq!(listed(&archive, "", 1), names(&["b1"], true));
    assert_eq!(listed(&archive, "late", 9), names(&[], false));
    let (cluster, epoch) = archive.story("a1").unwrap().unwrap();
    assert_eq!(
        (cluster.representative.as_str(), cluster.size, epoch),
        ("b1", 2, 1)
    );
    assert!(archive.story("a2").unwrap().is_none());
    assert!(archive.story("nobody").unwrap().is_none());
    let page = archive.story_report("a1").unwrap().unwrap();
    assert_eq!(page.report.clusters, [cluster]);
    assert_eq!(
        (page.report.summary.clusters, page.report.summary.near),
        (1, 1)
    );
}

#[test]
fn an_archive_can_begin_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.idx");
    let archive = Archive::create(&path, &Rules::default(), CACHE).unwrap();
    assert!(matches!(
        Archive::create(&path, &Rules::default(), CACHE),
        Err(ArchiveError::Index(IndexError::Exists))
    ));
    let archive = LiveArchive::new(archive, Resources::default(), 9).unwrap();
    assert_eq!(listed(&archive, "", 9), names(&[], false));
    for id in ["a", "b"] {
        archive.add(&[document(id, 1, story(0, 0..150))]).unwrap();
    }
    let stored: StoredDocument = archive.document("b").unwrap().unwrap().document;
    assert_eq!(stored.id, "b");
    assert_eq!(listed(&archive, "", 9).0.len(), 1);
    drop(archive);
    let wrong = Rules {
        within: Some(3),
        ..Rules::default()
    };
    let other = folder.path().join("b.idx");
    assert!(Archive::create(&other, &wrong, CACHE).is_err());
    assert!(!other.exists());
}

#[test]
fn only_the_newest_documents_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let archive = live(&folder.path().join("a.idx"), 4);
    let found = archive.newest_stories("", 9).unwrap();
    assert_eq!((found.searched, found.stories.len()), (4, 1));
    assert_eq!(listed(&archive, "", 9), names(&["b1"], false));
}

/// A list never names a document that has left the archive, however its threads meet.
#[test]
fn stories_are_listed_while_versions_are_stored_and_documents_removed() {
    let folder = tempfile::tempdir().unwrap();
    let archive = live(&folder.path().join("a.idx"), 100);
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    let listed = archive.newest_stories("headline", 9);
                    if let Err(error) = listed {
                        is_done.store(true, Ordering::Relaxed);
                        panic!("{error}");
                    }
                }
            });
        }
        for version in 0..30 {
            if is_done.load(Ordering::Relaxed) {
                break;
            }
            let words = story(0, 0..150 - version % 2);
            archive.add(&[document("late", 20, words)]).unwrap();
            if version % 9 == 8 {
                archive.remove("late").unwrap();
            }
        }
        is_done.store(true, Ordering::Relaxed);
    });
    archive
        .add(&[document("late", 20, story(0, 0..145))])
        .unwrap();
    assert_eq!(listed(&archive, "", 9), names(&["b0", "b1"], false));
}

#[test]
fn a_check_of_documents_in_memory_and_a_report_about_them_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.idx");
    drop(live(&path, 0));
    // The copies among a0 and b0 involve no new document.
    let new = [
        document("c", 9, story(1, 0..145)),
        document("a2", 3, story(2, 0..150)),
        document("d", 9, story(7, 0..150)),
    ];
    let options = ReportOptions::default();
    let archive = Archive::open(&path, CACHE).unwrap();
    let checked = with_job(new[..1].to_vec(), &Silent, |job| {
        archive.check(job, &options)
    })
    .unwrap();
    let checked = checked.outcome.into_report().unwrap();
    assert_eq!((checked.summary.new, checked.clusters.len()), (Some(1), 1));
    let added = with_job(new.to_vec(), &Silent, |job| Archive::add(&path, job, CACHE)).unwrap();
    assert_eq!((added.new, added.known, added.numbers.len()), (2, 1, 3));
    assert!(!archive.is_current().unwrap());
    let archive = Archive::open(&path, CACHE).unwrap();
    assert!(archive.is_current().unwrap());
    let about = |numbers| {
        with_job(vec![], &Silent, |job| {
            archive.report_about(numbers, job, &options)
        })
        .unwrap()
        .outcome
        .into_report()
        .unwrap()
    };
    let report = about(&added.numbers);
    assert_eq!(report.clusters, checked.clusters);
    assert_eq!(report.matches, checked.matches);
    assert_eq!(report.summary.documents, 8);
    // What is not there any more is left out.
    let writer = Archive::open_for_writing(&path, CACHE).unwrap();
    writer.remove(&["c".to_owned()]).unwrap();
    let archive = Archive::open(&path, CACHE).unwrap();
    let report = with_job(vec![], &Silent, |job| {
        archive.report_about(&added.numbers, job, &options)
    });
    assert!(
        report
            .unwrap()
            .outcome
            .into_report()
            .unwrap()
            .clusters
            .is_empty()
    );
}

/// Cancels a job when its documents are being added.
struct CancelAdding(std::sync::atomic::AtomicBool);

impl Progress for CancelAdding {
    fn stage(&self, stage: Stage, _: Option<u64>) {
        let is_adding = stage == Stage::Verify;
        self.0
            .store(is_adding, std::sync::atomic::Ordering::Relaxed);
    }

    fn advance(&self, _: u64, _: u64) {}

    fn is_cancelled(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}

#[test]
fn an_addition_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.idx");
    drop(live(&path, 0));
    let progress = CancelAdding(false.into());
    let new = vec![document("c", 9, story(7, 0..150))];
    let added = with_job(new, &progress, |job| Archive::add(&path, job, CACHE));
    assert!(matches!(added, Err(ArchiveError::Run(Error::Cancelled))));
    let archive = Archive::open(&path, CACHE).unwrap();
    assert_eq!(archive.document_count().unwrap(), 6);
}
