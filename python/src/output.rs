//! Writes a file. It is created or replaced only when the new one is complete.

use crate::errors::{OutputError, of_output};
use crate::run::InputFiles;
use dedupe::formats::{UNFINISHED_PREFIX, UNFINISHED_SUFFIX, is_index, link_target};
use pyo3::PyResult;
use std::fs::{self, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Size of the write buffer in bytes.
const BUFFER_BYTES: usize = 1 << 18;

/// A file to write, checked before the work begins.
pub(crate) struct Target {
    given: PathBuf,
    /// Without symbolic links.
    resolved: PathBuf,
    /// The permissions of the file that is replaced.
    replaced: Option<Permissions>,
}

impl Target {
    /// Fails if the file cannot be written, or if the job whose result goes there reads it.
    pub(crate) fn new(given: PathBuf, read: &InputFiles) -> PyResult<Self> {
        let refused = |why: &str| {
            let path = given.display();
            Err(OutputError::new_err(format!("cannot write {path}: {why}")))
        };
        if is_index(folder(&link_target(&given))) {
            return refused("its folder is an index");
        }
        match fs::metadata(&given) {
            Ok(found) if !found.is_file() => refused("it is not a file"),
            Ok(_) if read.contains(&given) => refused("it is one of the inputs"),
            Ok(found) => Ok(Self {
                resolved: fs::canonicalize(&given).map_err(|error| of_output(&given, &error))?,
                replaced: Some(found.permissions()),
                given,
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let resolved = link_target(&given);
                let folder = folder(&resolved);
                if folder.is_dir() {
                    return Ok(Self {
                        resolved,
                        replaced: None,
                        given,
                    });
                }
                Err(OutputError::new_err(format!(
                    "cannot write {}: the folder {} does not exist",
                    given.display(),
                    folder.display()
                )))
            }
            Err(error) => Err(of_output(&given, &error)),
        }
    }

    /// Calls `write` with a buffered writer, and puts the file in place.
    pub(crate) fn write(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> PyResult<()> {
        self.replace(write)
            .map_err(|error| of_output(&self.given, &error))
    }

    fn replace(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(UNFINISHED_PREFIX).suffix(UNFINISHED_SUFFIX);
        // The mode of any new file: the umask takes away from it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder(&self.resolved))?;
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, file);
        write(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        if let Some(permissions) = &self.replaced {
            file.as_file().set_permissions(permissions.clone())?;
        }
        file.as_file().sync_all()?;
        file.persist(&self.resolved)?;
        Ok(())
    }
}

/// The folder that contains a file.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
