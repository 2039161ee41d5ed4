use super::*;
use crate::segments::Access;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<Write>),
    Settle,
    Rest,
    Compact,
    Reopen,
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    // Few different bytes, so that keys are equal, and prefixes of others.
    prop::collection::vec(0u8..3, 0..5)
}

fn space() -> impl Strategy<Value = Space> {
    prop::sample::select(&SPACES[3..6])
}

fn value() -> impl Strategy<Value = Option<Vec<u8>>> {
    prop_oneof![
        1 => Just(None),
        3 => (any::<u8>(), 0usize..40).prop_map(|(byte, length)| Some(vec![byte; length])),
        1 => prop::collection::vec(any::<u8>(), 0..5000).prop_map(Some),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let writes = (space(), key(), value()).prop_map(|(space, key, value)| Write {
        space,
        key: key.into(),
        value,
    });
    prop_oneof![
        6 => prop::collection::vec(writes, 0..40).prop_map(Step::Commit),
        1 => Just(Step::Settle),
        1 => Just(Step::Rest),
        1 => Just(Step::Compact),
        1 => Just(Step::Reopen),
    ]
}

/// By key: the value that is visited.
fn get_all(storage: &dyn Storage, space: Space, keys: &[&[u8]]) -> Vec<Option<Vec<u8>>> {
    let mut values = vec![None; keys.len()];
    let mut visit = |at: usize, value: &[u8]| {
        assert_eq!(values[at].replace(value.to_vec()), None);
        Ok(())
    };
    storage.visit_all(space, keys, &mut visit).unwrap();
    values
}

fn assert_same(storage: &SegmentStorage, expected: &MemoryStorage, keys: &BTreeSet<Vec<u8>>) {
    assert_eq!(content(storage).unwrap(), content(expected).unwrap());
    for space in &SPACES[3..6] {
        let all: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
        assert_eq!(
            get_all(storage, *space, &all),
            get_all(expected, *space, &all)
        );
        for key in keys {
            assert_eq!(
                storage.get(*space, key).unwrap(),
                expected.get(*space, key).unwrap()
            );
            let scanned = |storage: &dyn Storage| {
                let mut found = vec![];
                let visit = &mut |key: &[u8], value: &[u8]| {
                    found.push((key.to_vec(), value.to_vec()));
                    Ok(found.len() < 3)
                };
                storage.scan(*space, key, visit).unwrap();
                found
            };
            assert_eq!(scanned(storage), scanned(expected));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_store_is_an_ordered_map(
        steps in prop::collection::vec(step(), 1..24),
        others in prop::collection::vec(key(), 8),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let mut store = create(folder).unwrap();
        let expected = MemoryStorage::default();
        let mut keys: BTreeSet<Vec<u8>> = others.into_iter().collect();
        for step in steps {
            match step {
                Step::Commit(writes) => {
                    keys.extend(writes.iter().map(|write| write.key.to_vec()));
                    expected.commit(writes.clone()).unwrap();
                    store.commit(writes).unwrap();
                }
                Step::Settle => store.settle().unwrap(),
                Step::Rest => store.rest().unwrap(),
                Step::Compact => store.compact().unwrap(),
                Step::Reopen => {
                    drop(store);
                    store = SegmentStorage::open(folder, Access::Write, CACHE).unwrap();
                }
            }
            assert_same(&store, &expected, &keys);
        }
        drop(store);
        assert_same(&SegmentStorage::open(folder, Access::Read, CACHE).unwrap(), &expected, &keys);
    }
}

#[test]
fn segments_of_many_pages_are_read_like_small_ones() {
    let folder = tempfile::tempdir().unwrap();
    let store = create(folder.path()).unwrap();
    let key = |n: u32| (n * 2).to_be_bytes();
    let all = |of: u32| (0..40_000).filter(move |n| n % 3 == of);
    for of in 0..3 {
        let writes = all(of).map(|n| write(Space::Postings, &key(n), Some(&n.to_le_bytes())));
        store.commit(writes.collect()).unwrap();
    }
    for _ in 0..2 {
        for n in 0..40_000u32 {
            let found = store.get(Space::Postings, &key(n)).unwrap();
            assert_eq!(found, Some(n.to_le_bytes().to_vec()));
            let between = (n * 2 + 1).to_be_bytes();
            assert_eq!(store.get(Space::Postings, &between).unwrap(), None);
        }
        let keys: Vec<[u8; 4]> = (0..80_000u32).map(u32::to_be_bytes).collect();
        for step in [1, 7, 1000] {
            let keys: Vec<&[u8]> = keys.iter().step_by(step).map(<[u8; 4]>::as_slice).collect();
            let found = get_all(&store, Space::Postings, &keys);
            for (key, found) in keys.iter().zip(found) {
                let key = u32::from_be_bytes((*key).try_into().unwrap());
                let value = (key / 2).to_le_bytes().to_vec();
                assert_eq!(found, key.is_multiple_of(2).then_some(value));
            }
        }
        assert_eq!(content(&store).unwrap().len(), 40_000);
        store.compact().unwrap();
    }
    assert_eq!(store.get(Space::Postings, &[0xff; 4]).unwrap(), None);
    assert_eq!(store.get(Space::Matches, &[]).unwrap(), None);
}

#[test]
fn merging_forgets_removed_keys_and_frees_their_space() {
    let folder = tempfile::tempdir().unwrap();
    let store = create(folder.path()).unwrap();
    let value = vec![7; 100];
    let of = |value: Option<&[u8]>| {
        let keys = (0..500u32).map(u32::to_be_bytes);
        keys.map(|key| write(Space::Facts, &key, value))
            .collect::<Vec<Write>>()
    };
    store.commit(of(Some(&value))).unwrap();
    store.commit(of(None)).unwrap();
    assert!(store.bytes().unwrap() > 0);
    store.compact().unwrap();
    assert_eq!(store.bytes().unwrap(), 0);
    assert_eq!(content(&store).unwrap(), vec![]);
    store.commit(of(Some(&value))).unwrap();
    assert_eq!(content(&store).unwrap().len(), 500);
}

/// Its parts of filters are then not in memory when they are looked at. So few keys do not read whole filters.
#[cfg(target_os = "linux")]
#[test]
fn segments_that_the_system_has_forgotten_are_read_from_the_disk() {
    use rustix::fs::{Advice, fadvise};
    let folder = tempfile::tempdir().unwrap();
    let key = |n: u32| (n * 2).to_be_bytes();
    let writes = (0..40_000).map(|n| write(Space::Postings, &key(n), Some(&n.to_le_bytes())));
    create(folder.path())
        .unwrap()
        .commit(writes.collect())
        .unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = std::fs::File::open(file.unwrap().path()).unwrap();
        fadvise(&file, 0, None, Advice::DontNeed).unwrap();
    }
    let store = SegmentStorage::open(folder.path(), Access::Read, 0).unwrap();
    let keys: Vec<[u8; 4]> = (0..80_000u32).step_by(9999).map(u32::to_be_bytes).collect();
    let keys: Vec<&[u8]> = keys.iter().map(<[u8; 4]>::as_slice).collect();
    for (key, found) in keys.iter().zip(get_all(&store, Space::Postings, &keys)) {
        let key = u32::from_be_bytes((*key).try_into().unwrap());
        let value = (key / 2).to_le_bytes().to_vec();
        assert_eq!(found, key.is_multiple_of(2).then_some(value));
    }
}
