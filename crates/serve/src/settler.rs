//! The thread that brings the archive into a form that is read faster, while others read and change it.

use crate::archive::Archive;
use crate::metrics::Metrics;
use crate::operator::Operator;
use crate::writer::guarded;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

/// Wakes the thread.
pub(crate) struct Settler(SyncSender<()>);

impl Settler {
    /// Starts the thread. It ends when the result is dropped.
    pub(crate) fn start(
        archive: Arc<dyn Archive>,
        metrics: Arc<Metrics>,
        operator: Operator,
    ) -> io::Result<(Self, JoinHandle<()>)> {
        let (due, waiting) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("settler".to_owned())
            .spawn(move || settle(&*archive, &waiting, &metrics, &operator))?;
        Ok((Self(due), thread))
    }

    /// Says that the archive has changed.
    pub(crate) fn wake(&self) {
        // A full channel means that it will look anyway.
        let _ = self.0.try_send(());
    }
}

fn settle(archive: &dyn Archive, waiting: &Receiver<()>, metrics: &Metrics, operator: &Operator) {
    while waiting.recv().is_ok() {
        if let Err(failure) = guarded(|| archive.settle()) {
            metrics.settling_failed();
            operator.settling_failed(&failure);
        }
    }
}
