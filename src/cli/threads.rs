//! The threads that a run works on.

use super::messages::Failure;
use super::progress::Watch;
use dedupe::pipeline::Progress;
use rayon::ThreadPoolBuilder;
use std::sync::Mutex;
use std::thread::available_parallelism;

/// Threads for each core, at most: more only wait for each other.
const PER_CORE: usize = 8;

/// Does work on the program's threads, and shows how far it is where that can be seen. The first work
/// says how many threads there are: what is written afterwards is written on them too.
pub(crate) fn work<T: Send>(
    asked: Option<usize>,
    visible: bool,
    work: impl FnOnce(&dyn Progress) -> T + Send,
) -> Result<T, Failure> {
    start(asked)?;
    let watch = Watch::start(visible);
    Ok(rayon::scope(|_| work(&watch)))
}

/// Starts the threads, unless they were started before.
fn start(asked: Option<usize>) -> Result<(), Failure> {
    static STARTED: Mutex<bool> = Mutex::new(false);
    let mut started = STARTED
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    if !*started {
        builder(asked).build_global()?;
        *started = true;
    }
    Ok(())
}

/// So many threads; none given: one for each core.
fn builder(asked: Option<usize>) -> ThreadPoolBuilder {
    let cores = available_parallelism().map_or(1, usize::from);
    let threads = asked.unwrap_or(cores).min(PER_CORE * cores);
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("worker-{index}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_asked_for_within_reason() {
        let cores = available_parallelism().map_or(1, usize::from);
        let made = |asked| builder(asked).build().unwrap().current_num_threads();
        assert_eq!(made(None), cores);
        assert_eq!(made(Some(1)), 1);
        assert_eq!(made(Some(2)), 2);
        assert_eq!(made(Some(100_000)), PER_CORE * cores);
    }
}
