//! Temporary files that become outputs.
//!
//! Where the system has them (`O_TMPFILE` of Linux), they have no name until they are complete: nothing is left over, even
//! if the process is killed. Elsewhere they have a name. A signal removes them, and the next run in the folder removes
//! those of a run that was killed. A lock shows that a run still needs its file.

#[cfg(test)]
use super::output_faults;
use super::signals;
use dedupe_formats::{UNFINISHED_PREFIX, UNFINISHED_SUFFIX, is_unfinished};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::{Builder, TempPath};

/// New files that are made where other runs remove those before. One is nearly always enough.
const MAX_RETRIES: usize = 8;

/// Paths of the named temporary files that exist now.
static EXISTING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn existing() -> MutexGuard<'static, Vec<PathBuf>> {
    signals::handle_in_thread();
    EXISTING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file that is removed when this value is dropped or the run ends, in whatever way.
#[derive(Debug)]
pub(crate) struct TemporaryFile {
    file: File,
    folder: PathBuf,
    /// `None`: the file has no name.
    name: Option<TempPath>,
}

impl TemporaryFile {
    /// Creates a file in a folder, with the mode of any new file.
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        #[cfg(test)]
        output_faults::check()?;
        match unnamed(folder) {
            Some(file) => Ok(Self {
                file,
                folder: folder.to_owned(),
                name: None,
            }),
            None => Self::named(folder),
        }
    }

    /// A signal is handled only after the file is registered.
    fn named(folder: &Path) -> io::Result<Self> {
        let mut existing = existing();
        remove_stale(folder, &existing);
        let mut builder = unfinished();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // The system subtracts the umask.
            builder.permissions(fs::Permissions::from_mode(NEW_FILE));
        }
        let (mut file, mut name) = builder.tempfile_in(folder)?.into_parts();
        for _ in 0..MAX_RETRIES {
            if locked(&file, &name) {
                break;
            }
            (file, name) = builder.tempfile_in(folder)?.into_parts();
        }
        existing.push(name.to_path_buf());
        Ok(Self {
            file,
            folder: folder.to_owned(),
            name: Some(name),
        })
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Waits until the content is on the disk.
    pub(crate) fn sync(&self) -> io::Result<()> {
        #[cfg(test)]
        output_faults::check()?;
        self.file.sync_all()
    }

    /// A path at which this process can read the file.
    pub(crate) fn path(&self) -> PathBuf {
        match &self.name {
            Some(name) => name.to_path_buf(),
            None => path_of(&self.file),
        }
    }

    /// Gives the file a name that it loses again when the result is dropped. The open file keeps its lock. `existing`: the
    /// named files of this process.
    fn into_named(self, existing: &[PathBuf]) -> io::Result<(TempPath, File)> {
        match self.name {
            Some(name) => Ok((name, self.file)),
            None => {
                remove_stale(&self.folder, existing);
                let link = |path: &Path| link(&self.file, path);
                let named = unfinished().make_in(&self.folder, link)?;
                Ok((named.into_temp_path(), self.file))
            }
        }
    }
}

impl Write for &TemporaryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        #[cfg(test)]
        let bytes = output_faults::bytes_to_write(bytes)?;
        (&self.file).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&self.file).flush()
    }
}

/// Locks a new file, so that no other run takes it for one that was left over. False if another run was faster: it removes
/// the file. On a file system without locks no run removes the files of another.
fn locked(file: &File, name: &Path) -> bool {
    let is_taken = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
    !is_taken && name.exists()
}

/// A builder of the names of outputs that are not complete.
fn unfinished() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(UNFINISHED_PREFIX).suffix(UNFINISHED_SUFFIX);
    builder
}

/// The mode of a new file, from which the system subtracts the umask.
#[cfg(unix)]
const NEW_FILE: u32 = 0o666;

/// A file without a name. `None` where the system or the file system has none.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path) -> Option<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let file = File::options()
        .read(true)
        .write(true)
        .mode(NEW_FILE)
        .custom_flags(OFlags::TMPFILE.bits().cast_signed())
        .open(folder)
        .ok()?;
    // It gets its name through this path, which needs /proc.
    path_of(&file).exists().then_some(())?;
    let _ = file.try_lock();
    Some(file)
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Path) -> Option<File> {
    None
}

#[cfg(target_os = "linux")]
fn path_of(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd;
    format!("/proc/self/fd/{}", file.as_raw_fd()).into()
}

#[cfg(not(target_os = "linux"))]
fn path_of(_: &File) -> PathBuf {
    PathBuf::new()
}

/// Gives a file without a name a name. Fails if the name is taken.
#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    #[cfg(test)]
    output_faults::check()?;
    Ok(linkat(
        CWD,
        path_of(file),
        CWD,
        path,
        AtFlags::SYMLINK_FOLLOW,
    )?)
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// A file that could not be put in place: its index, and why.
pub(crate) type Failed = (usize, io::Error);

/// Moves complete files to their targets, and replaces any files there: all of them, or none if one of them fails. Signals
/// wait until this is done.
pub(crate) fn put_in_place(files: Vec<(TemporaryFile, &Path)>) -> Result<(), Failed> {
    if files.is_empty() {
        // There is nothing for a signal to remove, so no thread has to wait for one.
        return Ok(());
    }
    // Held until the old names are gone, so that a signal never removes a finished file.
    let mut existing = existing();
    // A single new file needs no other name first.
    if let [(file, target)] = files.as_slice()
        && file.name.is_none()
        && link(&file.file, target).is_ok()
    {
        return Ok(());
    }
    let named: Vec<((TempPath, File), &Path)> = (files.into_iter().enumerate())
        .map(|(at, (file, target))| {
            let named = file.into_named(&existing).map_err(|error| (at, error))?;
            Ok((named, target))
        })
        .collect::<Result<_, Failed>>()?;
    // Nothing but renames comes between the first target and the last. The last one is never taken back.
    let others = named.len().saturating_sub(1);
    let mut replaced: Vec<Replaced<'_>> = (named.iter().take(others))
        .map(|(_, target)| Replaced::new(target))
        .collect();
    for (at, ((name, _locked), target)) in named.into_iter().enumerate() {
        let path = name.to_path_buf();
        if let Err(failed) = rename(name, target) {
            replaced.truncate(at);
            replaced.into_iter().rev().for_each(Replaced::restore);
            return Err((at, failed));
        }
        existing.retain(|known| *known != path);
    }
    Ok(())
}

fn rename(name: TempPath, target: &Path) -> io::Result<()> {
    #[cfg(test)]
    output_faults::check()?;
    name.persist(target).map_err(|failed| failed.error)
}

/// A target, and its old file under another name.
struct Replaced<'t> {
    target: &'t Path,
    /// `None`: there was no file, or the file system has no second names.
    old: Option<TempPath>,
    /// Keeps other runs from removing the old file.
    _lock: Option<File>,
    was_there: bool,
}

impl<'t> Replaced<'t> {
    fn new(target: &'t Path) -> Self {
        let folder = super::output::folder(target);
        let lock = File::open(target).ok();
        if let Some(file) = &lock {
            // Without it, only the repair of a failure is at risk.
            let _ = file.try_lock();
        }
        let link = |path: &Path| {
            #[cfg(test)]
            output_faults::check()?;
            fs::hard_link(target, path)
        };
        Self {
            target,
            old: unfinished()
                .make_in(folder, link)
                .ok()
                .map(|named| named.into_temp_path()),
            _lock: lock,
            was_there: target.exists(),
        }
    }

    /// Puts the old file back. A failure to do so cannot be repaired; the first one is reported.
    fn restore(self) {
        match self.old {
            Some(old) => drop(rename(old, self.target)),
            None if !self.was_there => drop(fs::remove_file(self.target)),
            None => {}
        }
    }
}

/// Removes the files that killed runs left in a folder. A file that cannot be removed stays. `existing`: the named files of
/// this process, which on some file systems would lose their locks if they were opened again.
fn remove_stale(folder: &Path, existing: &[PathBuf]) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_regular = || entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_unfinished(&entry.file_name()) && is_regular() && !existing.contains(&path) {
            remove_unlocked(&path);
        }
    }
}

/// Removes a file, unless a run holds its lock.
fn remove_unlocked(path: &Path) {
    // The lock is held until the file is gone.
    if let Ok(file) = File::open(path)
        && file.try_lock().is_ok()
    {
        let _ = fs::remove_file(path);
    }
}

/// Removes all temporary files before the process ends. While the caller holds the result, no file can
/// be created or renamed.
pub(crate) fn remove_all() -> impl Sized {
    remove_where(|_| true)
}

fn remove_where(is_wanted: impl Fn(&Path) -> bool) -> MutexGuard<'static, Vec<PathBuf>> {
    let existing = existing();
    for path in existing.iter().filter(|path| is_wanted(path)) {
        // The file may be gone already.
        let _ = fs::remove_file(path);
    }
    existing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = (fs::read_dir(folder).unwrap())
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// A named file and, where the system has one, a file without a name. Both have this content.
    fn both(folder: &Path, content: &str) -> Vec<TemporaryFile> {
        let files = [
            TemporaryFile::named(folder).unwrap(),
            TemporaryFile::new(folder).unwrap(),
        ];
        for file in &files {
            file.file().write_all(content.as_bytes()).unwrap();
        }
        files.into()
    }

    #[test]
    fn removes_unfinished_files_and_keeps_finished_ones() {
        let folder = tempfile::tempdir().unwrap();
        let create = || TemporaryFile::named(folder.path()).unwrap();
        let (unfinished, finished) = (create(), create());
        let target = folder.path().join("report.json");
        put_in_place(vec![(finished, &target)]).unwrap();
        assert!(unfinished.path().exists());
        // Other tests have temporary files at the same time.
        drop(remove_where(|path| path.starts_with(folder.path())));
        assert!(!unfinished.path().exists());
        assert!(target.exists());
    }

    /// A run that was killed left its unfinished file beside the output.
    #[cfg(target_os = "linux")]
    #[test]
    fn an_unfinished_file_has_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = TemporaryFile::new(folder.path()).unwrap();
        if file.name.is_some() {
            // The file system has no files without a name.
            return;
        }
        file.file().write_all(b"content").unwrap();
        assert!(names(folder.path()).is_empty());
        assert_eq!(fs::read(file.path()).unwrap(), b"content");
        std::mem::forget(file);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn finished_files_create_or_replace_their_targets() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("report.json");
        for content in ["first", "second"] {
            for file in both(folder.path(), content) {
                assert_eq!(fs::read_to_string(file.path()).unwrap(), content);
                put_in_place(vec![(file, &target)]).unwrap();
                assert_eq!(fs::read_to_string(&target).unwrap(), content);
                assert_eq!(names(folder.path()), ["report.json"]);
            }
        }
    }

    /// `export` could write a manifest that did not fit the corpus.
    #[test]
    fn several_files_are_put_in_place_together_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("old"), "old").unwrap();
        fs::create_dir_all(path("blocked/below")).unwrap();
        let (old, new, blocked) = (path("old"), path("new"), path("blocked"));
        let files = both(folder.path(), "content").into_iter();
        let failed = put_in_place(
            files
                .chain(both(folder.path(), "content"))
                .zip([&*old, &*new, &*blocked])
                .collect(),
        );
        assert_eq!(failed.unwrap_err().0, 2);
        assert_eq!(fs::read_to_string(&old).unwrap(), "old");
        assert_eq!(names(folder.path()), ["blocked", "old"]);
        let files = both(folder.path(), "content").into_iter();
        put_in_place(files.zip([&*old, &*new]).collect()).unwrap();
        assert_eq!(fs::read_to_string(&old).unwrap(), "content");
        assert_eq!(names(folder.path()), ["blocked", "new", "old"]);
    }

    #[test]
    fn files_of_killed_runs_are_removed_and_those_of_live_runs_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let live = both(folder.path(), "live");
        let other = File::create(folder.path().join(".dedupe-other.part")).unwrap();
        other.lock().unwrap();
        for name in [".dedupe-a.part", ".dedupe-a.json", "a.part"] {
            File::create(folder.path().join(name)).unwrap();
        }
        fs::create_dir(folder.path().join(".dedupe-folder.part")).unwrap();
        let target = folder.path().join("report.json");
        fs::write(&target, "old").unwrap();
        put_in_place(vec![(TemporaryFile::new(folder.path()).unwrap(), &target)]).unwrap();
        let left = names(folder.path());
        assert!(live.iter().all(|file| file.path().exists()), "{left:?}");
        for (name, stays) in [
            (".dedupe-a.json", true),
            (".dedupe-a.part", false),
            (".dedupe-folder.part", true),
            (".dedupe-other.part", true),
            ("a.part", true),
        ] {
            assert_eq!(left.contains(&name.to_owned()), stays, "{name} of {left:?}");
        }
    }

    /// A run lists the folder between the creation of a file and its lock.
    #[test]
    fn a_new_file_that_another_run_removes_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let new = || {
            let named = unfinished().tempfile_in(folder.path()).unwrap();
            named.into_parts()
        };
        let (file, name) = new();
        assert!(locked(&file, &name));
        let (file, name) = new();
        let seen = File::open(&name).unwrap();
        seen.lock().unwrap();
        assert!(!locked(&file, &name));
        fs::remove_file(&name).unwrap();
        drop(seen);
        assert!(!locked(&file, &name));
    }
}
