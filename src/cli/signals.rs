//! Removes temporary files when a signal ends the process, or lets a service stop in order.

#[cfg(unix)]
pub(crate) use unix::install_handler;
#[cfg(all(unix, feature = "serve"))]
pub(crate) use unix::on_stop;

/// Other systems end the process in their own way.
#[cfg(all(not(unix), feature = "serve"))]
pub(crate) fn on_stop(_: impl FnOnce() + Send + 'static) {}

/// Other systems end the process in their own way.
#[cfg(not(unix))]
pub(crate) fn install_handler() {}

#[cfg(unix)]
mod unix {
    use crate::cli::temporary;
    use rustix::process::Signal;
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use std::sync::{Mutex, PoisonError};
    use std::{fs, thread};

    type Action = Box<dyn FnOnce() + Send>;

    /// What the first SIGINT or SIGTERM does instead of ending the process.
    static ON_STOP: Mutex<Option<Action>> = Mutex::new(None);

    fn stopping() -> std::sync::MutexGuard<'static, Option<Action>> {
        ON_STOP.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the first SIGINT or SIGTERM call `action`. The next one ends the process.
    #[cfg(feature = "serve")]
    pub(crate) fn on_stop(action: impl FnOnce() + Send + 'static) {
        *stopping() = Some(Box::new(action));
    }

    /// Shells report a process that signal N ended with exit code 128 + N.
    const SIGNAL_BASE: i32 = 128;

    /// Handles SIGHUP (exit code 129), SIGINT (130) and SIGTERM (143) in a thread of its own. Without that
    /// thread the default action of the system applies.
    ///
    /// SIGXFSZ does nothing: a write beyond the limit on the size of files then fails like any other write.
    pub(crate) fn install_handler() {
        let file_size = Signal::XFSZ.as_raw();
        // A run under `nohup` ignores SIGHUP and goes on. Where that is unknown, the system acts.
        let hangup = (ignores_hangup() == Some(false)).then_some(SIGHUP);
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, file_size].into_iter().chain(hangup))
        else {
            return;
        };
        let wait = move || {
            for signal in signals.forever().filter(|signal| *signal != file_size) {
                let action = stopping().take();
                if let Some(stop) = action.filter(|_| signal != SIGHUP) {
                    stop();
                    continue;
                }
                let _lock = temporary::remove_all();
                end(SIGNAL_BASE + signal);
            }
        };
        let _ = thread::Builder::new().name("signals".into()).spawn(wait);
    }

    /// True if the process ignores SIGHUP. `None` if the system does not tell.
    fn ignores_hangup() -> Option<bool> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let mask = status
            .lines()
            .find_map(|line| line.strip_prefix("SigIgn:"))?;
        let mask = u64::from_str_radix(mask.trim(), 16).ok()?;
        Some(mask >> (SIGHUP - 1) & 1 == 1)
    }

    #[allow(clippy::exit)]
    fn end(code: i32) -> ! {
        std::process::exit(code)
    }
}
