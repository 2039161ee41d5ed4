//! The threads that a run works on.

use super::messages::Failure;
use super::progress::Meter;
use dedupe::pipeline::{Progress, Silent};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::thread::available_parallelism;

/// Threads for each core, at most: more only wait for each other.
const PER_CORE: usize = 8;

/// Does work on threads of its own, and shows how far it is where that can be seen.
pub(crate) fn work<T: Send>(
    asked: Option<usize>,
    visible: bool,
    work: impl FnOnce(&dyn Progress) -> T + Send,
) -> Result<T, Failure> {
    let pool = pool(asked)?;
    let meter = visible.then(Meter::start).flatten();
    let progress: &dyn Progress = match &meter {
        Some(meter) => meter,
        None => &Silent,
    };
    Ok(pool.install(|| work(progress)))
}

/// So many threads; none given: one for each core.
fn pool(asked: Option<usize>) -> Result<ThreadPool, Failure> {
    let cores = available_parallelism().map_or(1, usize::from);
    let threads = asked.unwrap_or(cores).min(PER_CORE * cores);
    let builder = ThreadPoolBuilder::new().num_threads(threads);
    Ok(builder
        .thread_name(|index| format!("worker-{index}"))
        .build()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_asked_for_within_reason() {
        let cores = available_parallelism().map_or(1, usize::from);
        let made = |asked| pool(asked).unwrap().current_num_threads();
        assert_eq!(made(None), cores);
        assert_eq!(made(Some(1)), 1);
        assert_eq!(made(Some(2)), 2);
        assert_eq!(made(Some(100_000)), PER_CORE * cores);
    }
}
