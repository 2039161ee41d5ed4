//! Writes output to standard output, a file or a device.
//!
//! A file is replaced only when the new one is complete.

use super::messages::Failure;
use super::temporary::{self, TemporaryFile};
use dedupe_formats as source;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Size of the write buffer in bytes. Tests make many small writes.
const BUFFER_BYTES: usize = if cfg!(test) { 1 << 9 } else { 1 << 18 };

/// Where output goes. It is checked before the run, so that a long run does not fail at the end.
#[derive(Debug)]
pub(crate) enum OutputTarget {
    /// Standard output.
    Stdout,
    /// A file that is created or replaced.
    File {
        /// The path as given, for messages.
        given: PathBuf,
        /// The path without symbolic links.
        resolved: PathBuf,
        /// The file that is replaced.
        replaced: Option<Metadata>,
    },
    /// A device or a pipe, which is written to but never replaced.
    Device(PathBuf),
}

impl OutputTarget {
    /// Checks that the output can be written and is not one of the inputs. `None` is standard output.
    pub(crate) fn check(
        output: Option<&Path>,
        inputs: &[PathBuf],
        reading: &source::Options,
    ) -> Result<Self, Failure> {
        let Some(path) = output else {
            return Ok(Self::Stdout);
        };
        let target = match fs::metadata(path) {
            Ok(found) if found.is_dir() => return Err(Failure::OutputIsFolder(path.into())),
            Ok(found) if !found.is_file() => return Ok(Self::Device(path.into())),
            Ok(found) => existing_file(path, found, inputs, reading)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => new_file(path)?,
            Err(error) => return Err(failure(path, error)),
        };
        if let Self::File { resolved, .. } = &target {
            if is_compressed(path) {
                return Err(Failure::CompressedOutput(path.into()));
            }
            if source::is_index(folder(resolved)) {
                return Err(Failure::OutputInIndex(path.into()));
            }
            // Tries to create a file there, and removes it at once.
            TemporaryFile::new(folder(resolved)).map_err(|error| failure(path, error))?;
        }
        Ok(target)
    }

    /// True for a file, which a run without a result must not create or replace.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// Fails if both are the same file, even under different paths.
    pub(crate) fn differs_from(&self, other: &Self) -> Result<(), Failure> {
        match (self, other) {
            (
                Self::File {
                    resolved: one,
                    given,
                    ..
                },
                Self::File {
                    resolved: other, ..
                },
            ) if canonical(one) == canonical(other) => Err(Failure::SameOutput(given.clone())),
            _ => Ok(()),
        }
    }

    /// Calls `write` with a buffered writer. A pipe whose reader has closed is not an error.
    pub(crate) fn write(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        put_in_place([self.prepare(write)?])
    }

    /// Writes the output as [`OutputTarget::write`] does, but does not put a file in place yet.
    pub(crate) fn prepare(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Prepared<'_>, Failure> {
        let (result, path) = match self {
            Self::Stdout => {
                let result = buffered(io::stdout().lock(), write).map(drop);
                (result, Path::new("standard output"))
            }
            Self::Device(path) => (to_device(path, write), path.as_path()),
            Self::File {
                given,
                resolved,
                replaced,
            } => {
                let file = to_temporary_file(resolved, replaced.as_ref(), write);
                let file = file.map_err(|error| failure(given, error))?;
                return Ok(Prepared(Some((file, resolved, given))));
            }
        };
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Prepared(None)),
            other => other
                .map(|()| Prepared(None))
                .map_err(|error| failure(path, error)),
        }
    }
}

/// An output that is complete. A file is not in place yet: it comes with its target, without links and as given.
pub(crate) struct Prepared<'t>(Option<(TemporaryFile, &'t Path, &'t Path)>);

/// Puts outputs in place: all of them, or none.
pub(crate) fn put_in_place<'t>(
    outputs: impl IntoIterator<Item = Prepared<'t>>,
) -> Result<(), Failure> {
    let files = outputs.into_iter().filter_map(|output| output.0);
    let (files, given): (Vec<_>, Vec<_>) = files
        .map(|(file, target, given)| ((file, target), given))
        .unzip();
    let targets: Vec<&Path> = files.iter().map(|(_, target)| *target).collect();
    temporary::put_in_place(files).map_err(|(at, error)| failure(given[at], error))?;
    // A rename is durable once the folder is synced. Some file systems do not support that.
    #[cfg(unix)]
    for target in targets {
        let _ = File::open(folder(target)).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

/// True if the extension is that of a compressed file.
pub(super) fn is_compressed(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    extension.is_some_and(|extension| {
        let mut suffixes = ["gz", "zst", "bz2", "xz"].into_iter();
        suffixes.any(|suffix| suffix.eq_ignore_ascii_case(extension))
    })
}

/// A target that replaces an existing file, unless the run reads that file.
fn existing_file(
    path: &Path,
    found: Metadata,
    inputs: &[PathBuf],
    reading: &source::Options,
) -> Result<OutputTarget, Failure> {
    let resolved = fs::canonicalize(path).map_err(|error| failure(path, error))?;
    if source::is_input(inputs, &resolved, reading) {
        return Err(Failure::OutputIsInput(path.into()));
    }
    Ok(OutputTarget::File {
        given: path.into(),
        resolved,
        replaced: Some(found),
    })
}

/// A target that creates a file in an existing folder.
fn new_file(path: &Path) -> Result<OutputTarget, Failure> {
    if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(Failure::OutputIsFolder(path.into()));
    }
    let resolved = source::link_target(path);
    let folder = folder(&resolved);
    if !folder.is_dir() {
        return Err(Failure::NoOutputFolder {
            file: path.into(),
            folder: folder.into(),
        });
    }
    Ok(OutputTarget::File {
        given: path.into(),
        resolved,
        replaced: None,
    })
}

/// The canonical path of a file that may not exist yet.
fn canonical(target: &Path) -> Option<PathBuf> {
    let folder = fs::canonicalize(folder(target)).ok()?;
    Some(folder.join(target.file_name()?))
}

/// The folder that contains a file.
pub(crate) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Creates a temporary file in the folder for temporary files, if one was given. Otherwise in the folder of the output,
/// which needs as much space anyway.
pub(crate) fn temporary_corpus(
    temporary: Option<&Path>,
    output: Option<&Path>,
) -> io::Result<TemporaryFile> {
    match temporary.or(output.map(folder)) {
        Some(folder) => TemporaryFile::new(folder),
        None => TemporaryFile::new(&std::env::temp_dir()),
    }
}

/// Writes a temporary file that can take the place of the target.
fn to_temporary_file(
    target: &Path,
    replaced: Option<&Metadata>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<TemporaryFile> {
    let temporary = TemporaryFile::new(folder(target))?;
    buffered(&temporary, write)?;
    if let Some(replaced) = replaced {
        take_over(temporary.file(), replaced)?;
    }
    temporary.sync()?;
    Ok(temporary)
}

/// Gives a new file the mode and, if the system allows it, the owner and the group of the file that it replaces. Nobody
/// gains access: a group that cannot be kept loses its permissions.
#[cfg(unix)]
fn take_over(file: &File, replaced: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    #[cfg(test)]
    super::output_faults::check()?;
    const SET_USER: u32 = 0o4000;
    const GROUP: u32 = 0o2070;
    let own = file.metadata()?;
    let mut mode = replaced.permissions().mode();
    if own.gid() != replaced.gid() && fchown(file, None, Some(replaced.gid())).is_err() {
        mode &= !GROUP;
    }
    if own.uid() != replaced.uid() && fchown(file, Some(replaced.uid()), None).is_err() {
        mode &= !SET_USER;
    }
    // Last, because a change of the owner clears parts of the mode.
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn take_over(file: &File, replaced: &Metadata) -> io::Result<()> {
    file.set_permissions(replaced.permissions())
}

fn to_device(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    buffered(File::options().write(true).open(path)?, write).map(drop)
}

/// Calls `write` with a buffered writer, then flushes and returns `out`.
pub(crate) fn buffered<W: Write>(
    out: W,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<W> {
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, out);
    write(&mut out)?;
    // Standard output has another buffer, which is flushed here too.
    out.flush()?;
    out.into_inner().map_err(io::IntoInnerError::into_error)
}

fn failure(path: &Path, error: io::Error) -> Failure {
    Failure::Write {
        to: path.display().to_string(),
        error,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The names of the entries of a folder, sorted.
    pub(in crate::cli) fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = (fs::read_dir(folder).unwrap())
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn creates_or_replaces_the_file_and_leaves_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        for content in ["first", "second"] {
            let target =
                OutputTarget::check(Some(&path), &[], &source::Options::default()).unwrap();
            target
                .write(|out| out.write_all(content.as_bytes()))
                .unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn failed_write_keeps_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "old").unwrap();
        let target = OutputTarget::check(Some(&path), &[], &source::Options::default()).unwrap();
        let full = |out: &mut dyn Write| {
            out.write_all(&vec![b'x'; 2 * BUFFER_BYTES])?;
            Err(io::ErrorKind::StorageFull.into())
        };
        let failed = target.write(full);
        assert!(matches!(failed, Err(Failure::Write { to, .. }) if to.ends_with("report.json")));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn invalid_outputs_are_found_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("news.txt");
        fs::write(&input, "text").unwrap();
        let check = |path: &Path| {
            OutputTarget::check(
                Some(path),
                std::slice::from_ref(&input),
                &source::Options::default(),
            )
        };
        assert!(matches!(
            check(folder.path()),
            Err(Failure::OutputIsFolder(_))
        ));
        let missing = folder.path().join("none/report.json");
        assert!(matches!(
            check(&missing),
            Err(Failure::NoOutputFolder { .. })
        ));
        let slash = folder.path().join("new/");
        assert!(matches!(check(&slash), Err(Failure::OutputIsFolder(_))));
        for name in ["report.json.gz", "report.ZST", "a.bz2", "a.xz"] {
            let packed = check(&folder.path().join(name));
            assert!(
                matches!(packed, Err(Failure::CompressedOutput(_))),
                "{name}"
            );
        }
        let index = folder.path().join("a.idx");
        fs::create_dir(&index).unwrap();
        fs::write(index.join("dedupe-index"), "index of dedupe, format 4\n").unwrap();
        for name in ["new.json", "dedupe-index"] {
            let inside = check(&index.join(name));
            assert!(matches!(inside, Err(Failure::OutputInIndex(_))), "{name}");
        }
        let below_a_file = input.join("report.json");
        assert!(check(&below_a_file).is_err());
        assert!(matches!(check(&input), Err(Failure::OutputIsInput(_))));
        assert_eq!(fs::read_to_string(&input).unwrap(), "text");
    }

    #[test]
    fn closed_pipe_is_not_an_error() {
        let gone = |_: &mut dyn Write| Err(io::ErrorKind::BrokenPipe.into());
        assert!(OutputTarget::Stdout.write(gone).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn keeps_mode_and_owner_and_follows_symbolic_links() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
        let folder = tempfile::tempdir().unwrap();
        let [path, plain, link] = ["report", "plain", "link"].map(|name| folder.path().join(name));
        fs::write(&plain, "").unwrap();
        symlink(&path, &link).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let write = |path: &Path, content: &str| {
            let target = OutputTarget::check(Some(path), &[], &source::Options::default()).unwrap();
            target
                .write(|out| out.write_all(content.as_bytes()))
                .unwrap();
        };
        write(&path, "a");
        assert_eq!(mode(&path), mode(&plain));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write(&link, "b");
        assert_eq!(
            (mode(&path), fs::read_to_string(&path).unwrap()),
            (0o640, "b".into())
        );
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        // Only root can give a file away.
        if chown(&path, Some(12_345), Some(23_456)).is_ok() {
            write(&path, "c");
            let found = fs::metadata(&path).unwrap();
            assert_eq!((found.uid(), found.gid()), (12_345, 23_456));
            assert_eq!(mode(&path), 0o640);
        }
    }
}
