//! The thread pool of the program.

use super::messages::Failure;
use super::progress::RunProgress;
use dedupe::Progress;
use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};
use std::fs;
use std::path::PathBuf;
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
    start(threads, |builder, threads| match threads {
        // Another thread would do all the work while this one waits.
        1 => builder.use_current_thread(),
        _ => builder,
    })?;
    let progress = RunProgress::start(show_progress);
    Ok(rayon::scope(|_| work(&progress)))
}

/// Starts the thread pool, unless it runs already. Any thread may use it.
#[cfg(feature = "serve")]
pub(crate) fn start_once(threads: Option<usize>) -> Result<(), ThreadPoolBuildError> {
    start(threads, |builder, _| builder)
}

fn start(
    threads: Option<usize>,
    placed: impl FnOnce(ThreadPoolBuilder, usize) -> ThreadPoolBuilder,
) -> Result<(), ThreadPoolBuildError> {
    static STARTED: Mutex<bool> = Mutex::new(false);
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    if !*started {
        let threads = count(threads);
        placed(builder(threads), threads).build_global()?;
        *started = true;
    }
    Ok(())
}

/// The number of threads to start.
fn count(threads: Option<usize>) -> usize {
    // Asking the system for the number of cores takes as long as opening an index. There is at least one core.
    if let Some(few) = threads.filter(|&threads| threads <= MAX_PER_CORE) {
        return few;
    }
    let cores = available_parallelism().map_or(1, usize::from);
    threads.unwrap_or(cores).min(MAX_PER_CORE * cores)
}

fn builder(threads: usize) -> ThreadPoolBuilder {
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("worker-{index}"))
}

/// The number of threads for inputs that one thread reads and compares in the time that others need to start. `None`: as many
/// as usual.
pub(crate) fn for_inputs(paths: &[PathBuf]) -> Option<usize> {
    const FEW_BYTES: u64 = 128 << 10;
    let bytes = paths.iter().map(|path| {
        let file = fs::metadata(path).ok().filter(fs::Metadata::is_file);
        file.map(|file| file.len())
    });
    let bytes = bytes.sum::<Option<u64>>();
    bytes.is_some_and(|bytes| bytes <= FEW_BYTES).then_some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_files_get_one_thread() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name, bytes| {
            let path = folder.path().join(name);
            fs::write(&path, vec![b'x'; bytes]).unwrap();
            path
        };
        let (small, large) = (file("small", 64 << 10), file("large", 65 << 10));
        assert_eq!(for_inputs(&[small.clone(), small.clone()]), Some(1));
        assert_eq!(for_inputs(&[small.clone(), large]), None);
        for other in [
            folder.path().to_owned(),
            folder.path().join("missing"),
            "-".into(),
        ] {
            assert_eq!(for_inputs(&[small.clone(), other]), None);
        }
    }

    #[test]
    fn starts_the_given_number_of_threads_up_to_a_limit() {
        let cores = available_parallelism().map_or(1, usize::from);
        let started = |threads| {
            builder(count(threads))
                .build()
                .unwrap()
                .current_num_threads()
        };
        assert_eq!(started(None), cores);
        assert_eq!(started(Some(1)), 1);
        assert_eq!(started(Some(2)), 2);
        assert_eq!(started(Some(100_000)), MAX_PER_CORE * cores);
    }
}
