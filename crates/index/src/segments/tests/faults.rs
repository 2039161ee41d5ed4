use super::faulty_disk::{Fault, FaultyDisk, Unsynced};
use super::*;
use crate::segments::Access;
use crate::segments::manifest::StoreManifest;
use std::fs;
use std::sync::Arc;

const COMMITS: u32 = 7;

/// What the commits until a fault give.
struct Run {
    had_fault: bool,
    /// The commits that succeeded.
    done: Vec<u32>,
    /// The commit that failed, if it may be there.
    unknown: Option<u32>,
}

/// Commits and merges on a disk with a fault.
fn run(folder: &Path, fault: Fault, at: u64) -> Run {
    let disk = Arc::new(FaultyDisk::new(fault, at));
    let (mut done, mut unknown) = (vec![], None);
    let committed = MemoryStorage::default();
    let store = SegmentStorage::open_on(Arc::clone(&disk) as _, folder, CACHE).unwrap();
    for round in 0..COMMITS {
        match store.commit(commit(round)) {
            Ok(()) => {
                done.push(round);
                committed.commit(commit(round)).unwrap();
            }
            Err(_) if unknown.is_none() => unknown = Some(round),
            Err(_) => {}
        }
        // Once only, so that later commits have to merge. A commit that was durable gave an error if that merge failed.
        if round == 1 {
            let _ = store.settle();
        }
        // A reader sees what was committed also after a failure.
        assert_eq!(content(&store).unwrap(), content(&committed).unwrap());
        // A commit after the one that failed has overwritten what the failure may have left.
        if unknown.is_some_and(|failed| done.last() > Some(&failed)) {
            unknown = None;
        }
    }
    let _ = store.rest();
    assert_eq!(content(&store).unwrap(), content(&committed).unwrap());
    let _ = store.compact();
    drop(store);
    disk.lose_what_is_not_durable();
    Run {
        had_fault: disk.had_fault(),
        done,
        unknown,
    }
}

fn check(folder: &Path, run: &Run) {
    let store = SegmentStorage::open(folder, Access::Write, CACHE).unwrap();
    let done = || run.done.iter().copied();
    let found = content(&store).unwrap();
    let without = content(&memory(done().map(commit))).unwrap();
    let with = content(&memory(done().chain(run.unknown).map(commit))).unwrap();
    assert!(found == without || found == with);
    let rounds: Vec<u32> = match found == without {
        true => done().collect(),
        false => done().chain(run.unknown).collect(),
    };
    store.commit(commit(77)).unwrap();
    let expected = memory(rounds.into_iter().chain([77]).map(commit));
    assert_eq!(content(&store).unwrap(), content(&expected).unwrap());
    // Nothing is left behind.
    let segments = StoreManifest::read(folder).unwrap().segments.len();
    assert_eq!(fs::read_dir(folder).unwrap().count(), segments + 2);
}

#[test]
fn a_fault_at_any_operation_loses_nothing_that_was_committed() {
    for fault in [
        Fault::Fails,
        Fault::Stops(Unsynced::Kept),
        Fault::Stops(Unsynced::Lost),
        Fault::Stops(Unsynced::OnlyRenamesKept),
    ] {
        let mut faults = 0;
        loop {
            let folder = tempfile::tempdir().unwrap();
            drop(create(folder.path()).unwrap());
            let run = run(folder.path(), fault, faults);
            check(folder.path(), &run);
            if !run.had_fault {
                assert_eq!(run.done.len(), COMMITS as usize);
                break;
            }
            faults += 1;
        }
        assert!(faults > 50, "{faults}");
    }
}
