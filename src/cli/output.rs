//! Where the report goes. A file is replaced at once, when all of it is written, or not at all.

use super::messages::Failure;
use super::temporary::Temporary;
use dedupe_formats as source;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Bytes that are written at a time.
const BUFFER_BYTES: usize = 1 << 18;

/// Where the report goes; checked before the run, so that a long one does not end in a wrong name.
#[derive(Debug)]
pub(crate) enum Destination {
    /// Standard output.
    Stdout,
    /// A file that is made, or replaced.
    File {
        /// As given, for messages.
        named: PathBuf,
        /// The file itself, where `named` is a link to it.
        target: PathBuf,
        /// That of the file it replaces.
        permissions: Option<fs::Permissions>,
    },
    /// A device or a pipe: written to, never replaced.
    Device(PathBuf),
}

impl Destination {
    /// Finds out what can go wrong before there is anything to write.
    pub(crate) fn check(
        output: Option<&Path>,
        inputs: &[PathBuf],
        reading: &source::Options,
    ) -> Result<Self, Failure> {
        let Some(path) = output else {
            return Ok(Self::Stdout);
        };
        let destination = match fs::metadata(path) {
            Ok(found) if found.is_dir() => return Err(Failure::OutputIsFolder(path.into())),
            Ok(found) if !found.is_file() => return Ok(Self::Device(path.into())),
            Ok(found) => replacing(path, &found, inputs, reading)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => making(path)?,
            Err(error) => return Err(failure(path, error)),
        };
        if let Self::File { target, .. } = &destination {
            if is_compressed(path) {
                return Err(Failure::CompressedOutput(path.into()));
            }
            // Proves that a file can be made there; it is gone at once.
            temporary(target).map_err(|error| failure(path, error))?;
        }
        Ok(destination)
    }

    /// Fails where the other one would be written over this one's file, under whatever name.
    pub(crate) fn differs_from(&self, other: &Self) -> Result<(), Failure> {
        match (self, other) {
            (
                Self::File {
                    target: one, named, ..
                },
                Self::File { target: other, .. },
            ) if place(one) == place(other) => Err(Failure::SameOutput(named.clone())),
            _ => Ok(()),
        }
    }

    /// Lets `write` write to it. That the reader of a pipe has gone is no error.
    pub(crate) fn write(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let (result, named) = match self {
            Self::Stdout => {
                let result = buffered(io::stdout().lock(), write).map(drop);
                (result, Path::new("standard output"))
            }
            Self::Device(path) => (to_device(path, write), path.as_path()),
            Self::File {
                named,
                target,
                permissions,
            } => (
                to_file(target, permissions.as_ref(), write),
                named.as_path(),
            ),
        };
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other.map_err(|error| failure(named, error)),
        }
    }
}

/// True for a name that promises a compressed file.
fn is_compressed(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    extension.is_some_and(|extension| {
        let mut suffixes = ["gz", "zst", "bz2", "xz"].into_iter();
        suffixes.any(|suffix| suffix.eq_ignore_ascii_case(extension))
    })
}

/// A file that is there, and is none of the inputs.
fn replacing(
    path: &Path,
    found: &Metadata,
    inputs: &[PathBuf],
    reading: &source::Options,
) -> Result<Destination, Failure> {
    let target = fs::canonicalize(path).map_err(|error| failure(path, error))?;
    let is_target = |input: &PathBuf| {
        fs::canonicalize(input).is_ok_and(|input| {
            input == target || input.is_dir() && source::would_read(&input, &target, reading)
        })
    };
    if inputs.iter().any(is_target) {
        return Err(Failure::OutputIsInput(path.into()));
    }
    Ok(Destination::File {
        named: path.into(),
        target,
        permissions: Some(found.permissions()),
    })
}

/// A file that is not there yet, in a folder that is.
fn making(path: &Path) -> Result<Destination, Failure> {
    if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(Failure::OutputIsFolder(path.into()));
    }
    let folder = folder(path);
    if !folder.is_dir() {
        return Err(Failure::NoOutputFolder {
            file: path.into(),
            folder: folder.into(),
        });
    }
    Ok(Destination::File {
        named: path.into(),
        target: path.into(),
        permissions: None,
    })
}

/// One path for every name of a file that may not be there yet.
fn place(target: &Path) -> Option<PathBuf> {
    let folder = fs::canonicalize(folder(target)).ok()?;
    Some(folder.join(target.file_name()?))
}

/// The folder of a file.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A temporary file of JSON Lines, to be read again: beside the file that will be written, where there
/// is room for it.
pub(crate) fn scratch(output: Option<&Path>) -> io::Result<Temporary> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".dedupe-").suffix(".part.jsonl");
    Temporary::new(|| match output {
        Some(path) => builder.tempfile_in(folder(path)),
        None => builder.tempfile(),
    })
}

/// A temporary file beside the target, so that a rename suffices; readable as any new file is.
fn temporary(target: &Path) -> io::Result<Temporary> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".dedupe-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Less the umask, as for every file that is made.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    Temporary::new(|| builder.tempfile_in(folder(target)))
}

fn to_file(
    target: &Path,
    permissions: Option<&fs::Permissions>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let temporary = temporary(target)?;
    let file = temporary.file();
    buffered(file, write)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions.clone())?;
    }
    file.sync_all()?;
    temporary.persist(target)?;
    // The rename stands on the disk when its folder does. Not every file system can say so.
    #[cfg(unix)]
    let _ = File::open(folder(target)).and_then(|folder| folder.sync_all());
    Ok(())
}

fn to_device(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    buffered(File::options().write(true).open(path)?, write).map(drop)
}

pub(crate) fn buffered<W: Write>(
    out: W,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<W> {
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, out);
    write(&mut out)?;
    // Down to the file: standard output has a buffer of its own.
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
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = (fs::read_dir(folder).unwrap())
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_made_or_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        for content in ["first", "second"] {
            let destination =
                Destination::check(Some(&path), &[], &source::Options::default()).unwrap();
            destination
                .write(|out| out.write_all(content.as_bytes()))
                .unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn a_report_that_breaks_off_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "old").unwrap();
        let destination =
            Destination::check(Some(&path), &[], &source::Options::default()).unwrap();
        let full = |out: &mut dyn Write| {
            out.write_all(&vec![b'x'; 2 * BUFFER_BYTES])?;
            Err(io::ErrorKind::StorageFull.into())
        };
        let failed = destination.write(full);
        assert!(matches!(failed, Err(Failure::Write { to, .. }) if to.ends_with("report.json")));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn wrong_names_are_found_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("news.txt");
        fs::write(&input, "text").unwrap();
        let check = |path: &Path| {
            Destination::check(
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
        let below_a_file = input.join("report.json");
        assert!(check(&below_a_file).is_err());
        assert!(matches!(check(&input), Err(Failure::OutputIsInput(_))));
        assert_eq!(fs::read_to_string(&input).unwrap(), "text");
    }

    #[test]
    fn a_reader_that_has_gone_is_no_error() {
        let gone = |_: &mut dyn Write| Err(io::ErrorKind::BrokenPipe.into());
        assert!(Destination::Stdout.write(gone).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_readable_as_any_other_and_a_link_is_written_through() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let [path, plain, link] = ["report", "plain", "link"].map(|name| folder.path().join(name));
        fs::write(&plain, "").unwrap();
        symlink(&path, &link).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let write = |path: &Path, content: &str| {
            let destination =
                Destination::check(Some(path), &[], &source::Options::default()).unwrap();
            destination
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
    }
}
