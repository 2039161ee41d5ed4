//! Removes temporary files when a signal ends the process, or lets a service stop in order.

#[cfg(all(unix, feature = "serve"))]
pub(crate) use unix::on_stop;
#[cfg(unix)]
pub(crate) use unix::{handle_in_thread, install_handler};

/// Other systems end the process in their own way.
#[cfg(all(not(unix), feature = "serve"))]
pub(crate) fn on_stop(_: impl FnOnce() + Send + 'static) {}

/// Other systems end the process in their own way.
#[cfg(not(unix))]
pub(crate) fn install_handler() {}

/// Other systems end the process in their own way.
#[cfg(not(unix))]
pub(crate) fn handle_in_thread() {}

#[cfg(unix)]
mod unix {
    use crate::cli::temporary;
    use rustix::process::Signal;
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::flag;
    use signal_hook::iterator::Signals;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Mutex, Once, PoisonError};
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
        handle_in_thread();
    }

    /// Shells report a process that signal N ended with exit code 128 + N.
    const SIGNAL_BASE: i32 = 128;

    /// There is nothing to do before the process ends.
    static IS_IDLE: AtomicBool = AtomicBool::new(true);
    /// A signal was ignored.
    static WAS_IGNORED: AtomicBool = AtomicBool::new(false);

    /// Makes SIGHUP (exit code 129), SIGINT (130) and SIGTERM (143) end the process, at once until [`handle_in_thread`].
    ///
    /// SIGXFSZ does nothing: a write beyond the limit on the size of files then fails like any other write.
    pub(crate) fn install_handler() {
        // Where a handler cannot be installed, the system acts.
        let _ = flag::register(Signal::XFSZ.as_raw(), &WAS_IGNORED);
        for signal in handled() {
            let _ = flag::register_conditional_shutdown(signal, SIGNAL_BASE + signal, &IS_IDLE);
        }
    }

    /// Lets a thread handle the signals from now on: it calls the action of [`on_stop`], or removes temporary files. A run that
    /// has neither needs no thread.
    pub(crate) fn handle_in_thread() {
        static STARTED: Once = Once::new();
        STARTED.call_once(|| {
            let Ok(mut signals) = Signals::new(handled()) else {
                return;
            };
            let wait = move || {
                for signal in signals.forever() {
                    let action = stopping().take();
                    if let Some(stop) = action.filter(|_| signal != SIGHUP) {
                        stop();
                        continue;
                    }
                    let _lock = temporary::remove_all();
                    end(SIGNAL_BASE + signal);
                }
            };
            let started = thread::Builder::new().name("signals".into()).spawn(wait);
            IS_IDLE.store(started.is_err(), Ordering::SeqCst);
        });
    }

    /// The signals that end the process.
    fn handled() -> impl Iterator<Item = i32> {
        // A run under `nohup` ignores SIGHUP and goes on. Where that is unknown, the system acts.
        let hangup = (ignores_hangup() == Some(false)).then_some(SIGHUP);
        [SIGINT, SIGTERM].into_iter().chain(hangup)
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
