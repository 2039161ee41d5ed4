use super::*;
use crate::segments::Access;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

#[test]
fn there_is_one_writer_and_readers_never_wait() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let writer = create(folder).unwrap();
    let busy = SegmentStorage::open(folder, Access::Write, CACHE);
    assert!(matches!(busy, Err(IndexError::Busy)));
    writer.commit(commit(1)).unwrap();
    let reader = SegmentStorage::open(folder, Access::Read, CACHE).unwrap();
    let expected = content(&memory([commit(1)])).unwrap();
    assert_eq!(content(&reader).unwrap(), expected);
    for change in [reader.commit(commit(2)), reader.settle(), reader.compact()] {
        assert!(matches!(change, Err(IndexError::ReadOnly)));
    }
    drop(writer);
    SegmentStorage::open(folder, Access::Write, CACHE).unwrap();
}

#[test]
fn readers_and_snapshots_keep_what_they_opened() {
    let folder = tempfile::tempdir().unwrap();
    let writer = create(folder.path()).unwrap();
    writer.commit(commit(0)).unwrap();
    writer.commit(commit(1)).unwrap();
    let expected = content(&memory([commit(0), commit(1)])).unwrap();
    let reader = SegmentStorage::open(folder.path(), Access::Read, CACHE).unwrap();
    let snapshot = writer.snapshot();
    assert!(reader.is_current().unwrap() && snapshot.is_current().unwrap());
    writer.commit(commit(2)).unwrap();
    assert!(!reader.is_current().unwrap() && writer.is_current().unwrap());
    writer.compact().unwrap();
    assert!(!snapshot.is_current().unwrap() && writer.is_current().unwrap());
    assert_eq!(content(&snapshot).unwrap(), expected);
    assert_eq!(content(&reader).unwrap(), expected);
    let now = content(&memory((0..3).map(commit))).unwrap();
    assert_eq!(content(&writer).unwrap(), now);
}

#[test]
fn readers_see_whole_commits_while_a_writer_commits_and_merges() {
    const COMMITS: u32 = 300;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let writer = create(folder).unwrap();
    let pair = |n: u32| {
        let value = n.to_be_bytes();
        [Space::Facts, Space::Matches].map(|space| write(space, b"n", Some(&value)))
    };
    writer.commit(pair(0).to_vec()).unwrap();
    let is_done = AtomicBool::new(false);
    let read = || {
        let mut before = 0;
        while !is_done.load(Ordering::Relaxed) {
            let reader = SegmentStorage::open(folder, Access::Read, CACHE).unwrap();
            let value = reader.get(Space::Facts, b"n").unwrap().unwrap();
            assert_eq!(reader.get(Space::Matches, b"n").unwrap().unwrap(), value);
            let now = u32::from_be_bytes(value.try_into().unwrap());
            assert!(now >= before);
            before = now;
        }
    };
    thread::scope(|scope| {
        let readers = [scope.spawn(read), scope.spawn(read)];
        let merging = scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                writer.settle().unwrap();
                writer.compact().unwrap();
            }
        });
        for n in 1..COMMITS {
            writer.commit(pair(n).to_vec()).unwrap();
        }
        is_done.store(true, Ordering::Relaxed);
        merging.join().unwrap();
        readers
            .into_iter()
            .for_each(|reader| reader.join().unwrap());
    });
    writer.compact().unwrap();
    let last = (COMMITS - 1).to_be_bytes().to_vec();
    assert_eq!(writer.get(Space::Facts, b"n").unwrap(), Some(last));
    assert_eq!(fs::read_dir(folder).unwrap().count(), 3);
}
