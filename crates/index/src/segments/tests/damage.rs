use super::*;
use crate::segments::Access;
use std::fs;
use std::path::PathBuf;

/// Documents, which are not compressed, and lists, which are.
fn store(folder: &std::path::Path) -> Vec<Entry> {
    let store = create(folder).unwrap();
    for round in 0..3u32 {
        let mut writes = commit(round);
        writes.extend((0..120u32).map(|n| write(Space::Ids, &n.to_be_bytes(), Some(b"a value"))));
        store.commit(writes).unwrap();
    }
    content(&store).unwrap()
}

#[test]
fn each_damaged_file_gives_an_error_or_what_was_stored() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let expected = store(folder);
    let read = || {
        let read = SegmentStorage::open(folder, Access::Read, CACHE).and_then(|storage| {
            storage.check()?;
            content(&storage)
        });
        match read {
            Ok(found) => assert_eq!(found, expected),
            Err(IndexError::Damaged(_)) => return true,
            Err(other) => panic!("{other:?}"),
        }
        false
    };
    assert!(!read());
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = files.filter(|file| !file.ends_with("lock")).collect();
    assert_eq!(files.len(), 4);
    for file in files {
        let whole = fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            fs::write(&file, &flipped).unwrap();
            assert!(read(), "{} at {at}", file.display());
        }
        for at in (0..whole.len()).step_by(7) {
            fs::write(&file, &whole[..at]).unwrap();
            assert!(read(), "{} until {at}", file.display());
        }
        fs::write(&file, [&whole[..], b"x"].concat()).unwrap();
        assert!(read());
        fs::remove_file(&file).unwrap();
        assert!(read());
        fs::write(&file, whole).unwrap();
    }
    assert!(!read());
}

#[test]
fn a_segment_of_another_store_is_not_taken_for_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["a", "b"].map(|name| folder.path().join(name));
    for (path, value) in paths.iter().zip([b"a", b"b"]) {
        fs::create_dir(path).unwrap();
        let store = create(path).unwrap();
        store
            .commit(vec![write(Space::State, b"key", Some(value))])
            .unwrap();
    }
    let segment = |path: &PathBuf| path.join(crate::segments::manifest::segment_file(0));
    fs::copy(segment(&paths[0]), segment(&paths[1])).unwrap();
    let opened = SegmentStorage::open(&paths[1], Access::Read, CACHE);
    assert!(matches!(opened, Err(IndexError::Damaged(_))));
}
