//! Ctrl-C and its like: temporary files go, then the process does.

#[cfg(unix)]
pub(crate) use unix::watch;

/// Elsewhere the system ends the process as it likes.
#[cfg(not(unix))]
pub(crate) fn watch() {}

#[cfg(unix)]
mod unix {
    use crate::cli::temporary;
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use std::thread;

    /// What shells add to the number of a signal that ended a process.
    const ENDED_BY: i32 = 128;

    /// Waits for a signal that ends the process: exit code 130 for SIGINT, 143 for SIGTERM. Where there
    /// is no thread for it, the process ends as without.
    pub(crate) fn watch() {
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else {
            return;
        };
        let wait = move || {
            if let Some(signal) = signals.forever().next() {
                let _none_made = temporary::remove_all();
                end(ENDED_BY + signal);
            }
        };
        let _ = thread::Builder::new().name("signals".into()).spawn(wait);
    }

    #[allow(clippy::exit)]
    fn end(code: i32) -> ! {
        std::process::exit(code)
    }
}
