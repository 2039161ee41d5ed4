//! Removes temporary files when a signal ends the process.

#[cfg(unix)]
pub(crate) use unix::install_handler;

/// Other systems end the process in their own way.
#[cfg(not(unix))]
pub(crate) fn install_handler() {}

#[cfg(unix)]
mod unix {
    use crate::cli::temporary;
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use std::thread;

    /// Shells report a process that signal N ended with exit code 128 + N.
    const SIGNAL_BASE: i32 = 128;

    /// Handles SIGINT (exit code 130) and SIGTERM (143) in a thread of its own. Without that thread the
    /// default action of the system applies.
    pub(crate) fn install_handler() {
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else {
            return;
        };
        let wait = move || {
            if let Some(signal) = signals.forever().next() {
                let _lock = temporary::remove_all();
                end(SIGNAL_BASE + signal);
            }
        };
        let _ = thread::Builder::new().name("signals".into()).spawn(wait);
    }

    #[allow(clippy::exit)]
    fn end(code: i32) -> ! {
        std::process::exit(code)
    }
}
