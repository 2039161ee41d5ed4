//! A disk of which one operation fails, or with which the machine stops.

use crate::segments::disk::{Disk, NewFile};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

/// What happens at the operation with the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It fails, half done. The next ones succeed.
    Fails,
    /// The machine stops. What happens to changes of folders that were not synced?
    Stops(Unsynced),
}

/// What a stopped machine keeps of changes of folders that were not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsynced {
    Kept,
    Lost,
    OnlyRenamesKept,
}

#[derive(Default)]
struct State {
    /// Operations until the fault.
    left: u64,
    has_stopped: bool,
    /// Files whose content is not durable.
    unsynced: BTreeSet<PathBuf>,
    /// Files whose entries in the folder are not durable.
    created: BTreeSet<PathBuf>,
    /// Files that renames replaced, and what they were before.
    replaced: Vec<(PathBuf, Option<Vec<u8>>)>,
}

pub(super) struct FaultyDisk {
    fault: Fault,
    state: Arc<Mutex<State>>,
}

impl FaultyDisk {
    /// A disk whose operation number `at` has a fault.
    pub(super) fn new(fault: Fault, at: u64) -> Self {
        let state = State {
            left: at,
            ..State::default()
        };
        Self {
            fault,
            state: Arc::new(Mutex::new(state)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// True if there were enough operations for the fault.
    pub(super) fn had_fault(&self) -> bool {
        self.state().left == u64::MAX
    }

    /// Leaves the files as a stopped machine does.
    pub(super) fn lose_what_is_not_durable(&self) {
        let mut state = self.state();
        let Fault::Stops(kept) = self.fault else {
            return;
        };
        for path in std::mem::take(&mut state.unsynced) {
            if let Ok(bytes) = fs::read(&path) {
                fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
            }
        }
        if kept == Unsynced::Lost {
            for (path, before) in state.replaced.drain(..).rev() {
                match before {
                    Some(bytes) => fs::write(path, bytes).unwrap(),
                    None => fs::remove_file(path).unwrap(),
                }
            }
        }
        if kept != Unsynced::Kept {
            for path in std::mem::take(&mut state.created) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Counts an operation. An error if it has the fault, or if the machine has stopped.
fn count(state: &mut State, fault: Fault) -> io::Result<()> {
    if state.has_stopped {
        return Err(io::Error::other("the machine has stopped"));
    }
    match state.left {
        u64::MAX => Ok(()),
        0 => {
            state.left = u64::MAX;
            state.has_stopped = fault != Fault::Fails;
            Err(io::ErrorKind::StorageFull.into())
        }
        _ => {
            state.left -= 1;
            Ok(())
        }
    }
}

struct FaultyFile {
    file: File,
    path: PathBuf,
    fault: Fault,
    state: Arc<Mutex<State>>,
}

impl Write for FaultyFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.state.lock().unwrap();
        if let Err(error) = count(&mut state, self.fault) {
            self.file.write_all(&bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        self.file.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl NewFile for FaultyFile {
    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        count(&mut state, self.fault)?;
        state.unsynced.remove(&self.path);
        Ok(())
    }
}

impl Disk for FaultyDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn NewFile>> {
        let mut state = self.state();
        count(&mut state, self.fault)?;
        state.unsynced.insert(path.to_owned());
        state.created.insert(path.to_owned());
        Ok(Box::new(FaultyFile {
            file: File::create(path)?,
            path: path.to_owned(),
            fault: self.fault,
            state: Arc::clone(&self.state),
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        count(&mut state, self.fault)?;
        assert!(
            !state.unsynced.contains(from),
            "renamed before it is durable"
        );
        state.replaced.push((to.to_owned(), fs::read(to).ok()));
        state.created.remove(from);
        fs::rename(from, to)
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        let mut state = self.state();
        count(&mut state, self.fault)?;
        state.created.clear();
        state.replaced.clear();
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        count(&mut state, self.fault)?;
        state.unsynced.remove(path);
        state.created.remove(path);
        fs::remove_file(path)
    }
}
