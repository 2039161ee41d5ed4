//! The thread pool of the program.

use super::messages::Failure;
use super::progress::RunProgress;
use dedupe::Progress;
use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};
use std::sync::{Mutex, PoisonError};
use std::thread::available_parallelism;

/// Upper limit of threads per core. More threads would only wait for each other.
const MAX_PER_CORE: usize = 8;

/// Runs `work` on the thread pool. `show_progress` draws a progress bar on standard error.
///
/// The first call starts the pool with `threads` threads, or one per core. Later calls use the same pool,
/// and so does the code that writes the report.
pub(crate) fn run<T: Send>(
    threads: Option<usize>,
    show_progress: bool,
    work: impl FnOnce(&dyn Progress) -> T + Send,
) -> Result<T, Failure> {
    start_once(threads)?;
    let progress = RunProgress::start(show_progress);
    Ok(rayon::scope(|_| work(&progress)))
}

/// Starts the thread pool, unless it runs already.
pub(crate) fn start_once(threads: Option<usize>) -> Result<(), ThreadPoolBuildError> {
    static STARTED: Mutex<bool> = Mutex::new(false);
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    if !*started {
        builder(threads).build_global()?;
        *started = true;
    }
    Ok(())
}

fn builder(threads: Option<usize>) -> ThreadPoolBuilder {
    let cores = available_parallelism().map_or(1, usize::from);
    let threads = threads.unwrap_or(cores).min(MAX_PER_CORE * cores);
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("worker-{index}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_the_given_number_of_threads_up_to_a_limit() {
        let cores = available_parallelism().map_or(1, usize::from);
        let started = |threads| builder(threads).build().unwrap().current_num_threads();
        assert_eq!(started(None), cores);
        assert_eq!(started(Some(1)), 1);
        assert_eq!(started(Some(2)), 2);
        assert_eq!(started(Some(100_000)), MAX_PER_CORE * cores);
    }
}
