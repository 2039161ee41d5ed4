//! Requests that read the archive: a few at once, each on a thread of its own, and some that wait.

use crate::archive::{Archive, Failure, Size};
use crate::limits::Limits;
use crate::operator::Operator;
use crate::problem::Problem;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Reads an archive.
#[derive(Clone)]
pub(crate) struct Readers {
    archive: Arc<dyn Archive>,
    limits: Limits,
    operator: Operator,
    /// Requests that read or wait.
    admitted: Arc<Semaphore>,
    /// Requests that read.
    reading: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn new(archive: Arc<dyn Archive>, limits: Limits, operator: Operator) -> Self {
        let readers = limits.readers.max(1);
        let admitted = readers.saturating_add(limits.waiting_readers);
        Self {
            archive,
            limits,
            operator,
            admitted: Arc::new(Semaphore::new(admitted.min(Semaphore::MAX_PERMITS))),
            reading: Arc::new(Semaphore::new(readers)),
        }
    }

    /// How large the archive is. This is a short look-up, so it waits for no reader: probes get an answer while the service
    /// is busy.
    pub(crate) fn size(&self) -> Result<Size, Problem> {
        let size = self.archive.size();
        size.map_err(|failure| self.operator.problem(failure))
    }

    /// Reads the archive. A request that takes too long gets an error; its place is free again when its work has ended.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Archive) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Problem> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned();
        let admitted = admitted.map_err(|_| Problem::busy())?;
        let (archive, reading) = (Arc::clone(&self.archive), Arc::clone(&self.reading));
        let operator = self.operator.clone();
        let answer = async move {
            let reading = reading.acquire_owned().await;
            let reading = reading.map_err(|_| Problem::stopping())?;
            let work = spawn_blocking(move || {
                let _places = (admitted, reading);
                // Reported here, because the client may have gone.
                work(&*archive).map_err(|failure| operator.problem(failure))
            });
            // The error is a panic of the work.
            work.await.map_err(|_| Problem::internal())?
        };
        let answer = timeout(self.limits.answer_time, answer).await;
        answer.map_err(|_| Problem::timeout())?
    }
}
