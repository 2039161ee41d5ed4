//! Catches panics of third-party parsers that fail on malformed bytes.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static IS_PANIC_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// The result of the call, or `None` if it panics.
pub(super) fn catch_panic<T>(call: impl FnOnce() -> T) -> Option<T> {
    let before = IS_PANIC_CAUGHT.replace(true);
    // Objects that the call was changing may be inconsistent. Callers do not use them after a panic.
    let given = catch_unwind(AssertUnwindSafe(call));
    IS_PANIC_CAUGHT.set(before);
    given.ok()
}

/// True while this thread runs a parser whose panic will be caught and reported as a fault of the file.
///
/// A program's panic hook should print nothing in this case.
#[must_use]
pub fn is_panic_caught() -> bool {
    IS_PANIC_CAUGHT.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catches_a_panic_and_resets_the_flag() {
        assert_eq!(
            catch_panic(|| catch_panic(is_panic_caught)),
            Some(Some(true))
        );
        assert_eq!(
            catch_panic(|| std::panic::resume_unwind(Box::new(()))),
            None::<()>
        );
        assert_eq!(
            catch_panic(|| (catch_panic(|| ()), is_panic_caught())),
            Some((Some(()), true))
        );
        assert!(!is_panic_caught());
    }
}
