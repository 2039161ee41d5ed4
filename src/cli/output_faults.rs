//! Faults that tests inject into the output files of the current thread.

use std::cell::Cell;
use std::io;

/// How an operation goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The operation fails, and those after it succeed.
    Fails,
    /// A write takes only a part of its bytes, as the system may do at any time. Other operations succeed.
    Short,
    /// A write takes only a part of its bytes. Then, as on a full disk, the operation and all others fail.
    Cut,
}

/// The message of an injected fault.
pub(crate) const MESSAGE: &str = "injected fault";

thread_local! {
    /// The fault, and how many operations succeed before it.
    static NEXT: Cell<Option<(Fault, u64)>> = const { Cell::new(None) };
}

/// Runs `work` with a fault in the output operation with this number, counted from 0. Returns false if there were fewer
/// operations.
pub(crate) fn with_fault<T>(fault: Fault, operation: u64, work: impl FnOnce() -> T) -> (T, bool) {
    NEXT.set(Some((fault, operation)));
    let result = work();
    let left = NEXT.take();
    let is_cut = left == Some((Fault::Cut, 0));
    (result, left.is_none() || is_cut)
}

/// The fault of this operation, if it has one.
fn next() -> Option<Fault> {
    let (fault, left) = NEXT.get()?;
    match (fault, left.checked_sub(1)) {
        (_, Some(left)) => NEXT.set(Some((fault, left))),
        (Fault::Cut, None) => return Some(fault),
        (_, None) => {
            NEXT.set(None);
            return Some(fault);
        }
    }
    None
}

fn error() -> io::Error {
    io::Error::other(MESSAGE)
}

/// Called before each operation other than a write.
pub(crate) fn check() -> io::Result<()> {
    match next() {
        Some(Fault::Fails | Fault::Cut) => Err(error()),
        Some(Fault::Short) | None => Ok(()),
    }
}

/// Called before each write. Returns the bytes that `write` is to take, or an error.
pub(crate) fn bytes_to_write(bytes: &[u8]) -> io::Result<&[u8]> {
    let part = bytes.get(..bytes.len().div_ceil(2)).unwrap_or(bytes);
    match next() {
        None => Ok(bytes),
        Some(Fault::Short) => Ok(part),
        Some(Fault::Cut) if part.len() < bytes.len() => Ok(part),
        Some(Fault::Cut | Fault::Fails) => Err(error()),
    }
}
