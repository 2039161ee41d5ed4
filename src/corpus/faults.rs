//! Faults that tests inject into the spill file.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Lets the first operations of a spill file succeed, and the others fail. Clones share one count.
#[derive(Clone, Debug, Default)]
pub(crate) struct SpillFaults {
    /// Operations that succeed. `None`: all.
    left: Option<Arc<AtomicU64>>,
}

impl SpillFaults {
    /// Every read and write fails after `operations`.
    pub(crate) fn after(operations: u64) -> Self {
        Self {
            left: Some(Arc::new(AtomicU64::new(operations))),
        }
    }

    pub(super) fn check(&self) -> io::Result<()> {
        let Some(left) = &self.left else {
            return Ok(());
        };
        let one_less = |left: u64| left.checked_sub(1);
        match left.fetch_update(Relaxed, Relaxed, one_less) {
            Ok(_) => Ok(()),
            Err(_) => Err(io::Error::other("injected fault")),
        }
    }
}

impl PartialEq for SpillFaults {
    fn eq(&self, other: &Self) -> bool {
        let left = |faults: &Self| faults.left.as_ref().map(|left| left.load(Relaxed));
        left(self) == left(other)
    }
}
