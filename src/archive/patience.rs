//! Waiting for another process that writes to an archive.

use super::ArchiveError;
use crate::error::Error;
use crate::progress::Progress;
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait. To remove a document takes less than a second.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// Opens an archive for changes with `attempt`, and tries again for 5 seconds while another process writes to it.
///
/// # Errors
///
/// The last failure of `attempt`, or the job was cancelled.
pub fn patiently<T>(
    progress: &dyn Progress,
    mut attempt: impl FnMut() -> Result<T, ArchiveError>,
) -> Result<T, ArchiveError> {
    let begun = Instant::now();
    loop {
        match attempt() {
            Err(error) if error.is_busy() && begun.elapsed() < PATIENCE => thread::sleep(PAUSE),
            result => return result,
        }
        if progress.is_cancelled() {
            return Err(Error::Cancelled.into());
        }
    }
}
