//! The file operations of a writer. Tests replace them by ones that fail.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// A file that is being written.
pub(super) trait NewFile: Write + Send {
    /// Makes what was written durable.
    fn sync(&mut self) -> io::Result<()>;
}

/// Changes files and folders.
pub(super) trait Disk: Send + Sync {
    /// Creates a file, or empties the one that is there.
    fn create(&self, path: &Path) -> io::Result<Box<dyn NewFile>>;
    /// Renames a file. It takes the place of another one at once or not at all.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Makes the entries of a folder durable.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// The disk of the system.
pub(super) struct SystemDisk;

impl NewFile for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

impl Disk for SystemDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn NewFile>> {
        Ok(Box::new(File::create(path)?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        sync_folder(folder)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

/// Makes the entries of a folder durable, where a system has this.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Reads bytes at a place of a file. Threads may read one file at the same time.
#[cfg(unix)]
pub(super) fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

/// Reads bytes at a place of a file. Threads may read one file at the same time.
#[cfg(windows)]
pub(super) fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                bytes = &mut bytes[read..];
                offset += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Tells the system that bytes of a file will be read soon, so that it fetches all of them at the same time. A hint.
#[cfg(target_os = "linux")]
pub(super) fn will_read(file: &File, offset: u64, length: u64) {
    use rustix::fs::{Advice, fadvise};
    let length = std::num::NonZeroU64::new(length);
    // Without it, the bytes are fetched when they are read.
    let _ = fadvise(file, offset, length, Advice::WillNeed);
}

/// Other systems fetch bytes when they are read.
#[cfg(not(target_os = "linux"))]
pub(super) fn will_read(_: &File, _: u64, _: u64) {}

/// Reads bytes at a place of a file, if the system has all of them in memory. Otherwise false, at once.
#[cfg(target_os = "linux")]
pub(super) fn read_if_in_memory(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<bool> {
    use rustix::io::{Errno, ReadWriteFlags, preadv2};
    let length = bytes.len();
    let mut bytes = [io::IoSliceMut::new(bytes)];
    match preadv2(file, &mut bytes, offset, ReadWriteFlags::NOWAIT) {
        Ok(read) => Ok(read == length),
        // Not in memory, or the system or the file system cannot tell.
        Err(Errno::AGAIN | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL | Errno::INTR) => {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Other systems do not tell what is in memory.
#[cfg(not(target_os = "linux"))]
pub(super) fn read_if_in_memory(_: &File, _: &mut [u8], _: u64) -> io::Result<bool> {
    Ok(false)
}
