//! Counts the steps of an algorithm, so that tests can check how its work grows. Builds other than tests count nothing.

/// Adds to the steps of the current thread.
#[inline]
pub(crate) fn count(steps: usize) {
    #[cfg(test)]
    tests::STEPS.set(tests::STEPS.get() + steps as u64);
    #[cfg(not(test))]
    let _ = steps;
}

#[cfg(test)]
pub(crate) use tests::assert_nearly_linear;

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    /// Growth of the steps that a test accepts when its input doubles.
    const MAX_GROWTH: f64 = 2.3;

    std::thread_local! {
        pub(super) static STEPS: Cell<u64> = const { Cell::new(0) };
    }

    /// The steps of `work`, which runs on one thread.
    fn steps_of(work: impl FnOnce() + Send) -> u64 {
        let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1);
        one_thread.build().unwrap().install(|| {
            STEPS.set(0);
            work();
            STEPS.get()
        })
    }

    /// Checks that the work on an input of twice the size takes at most 2.3 times as many steps, and any at all.
    pub(crate) fn assert_nearly_linear(size: u32, work: impl Fn(u32) + Send + Sync) {
        let [once, twice] = [size, 2 * size].map(|size| steps_of(|| work(size)));
        let growth = twice as f64 / once as f64;
        assert!(
            once > u64::from(size) / 100 && growth <= MAX_GROWTH,
            "{once} steps for {size}, {twice} for {}: {growth:.2} times as many",
            2 * size
        );
    }

    #[test]
    #[should_panic(expected = "4.00 times as many")]
    fn quadratic_work_is_found() {
        assert_nearly_linear(10, |size| super::count((size * size) as usize));
    }
}
