//! The one thread that changes the archive.
//!
//! Changes wait in a bounded queue, in the order in which they came. Documents that wait are added together in one commit, so
//! that many requests wait for one write to the disk. A document of an id that is in the same commit waits for the next
//! one. What is in the queue is done even if its client has gone.

use crate::answers::{self, Submitted};
use crate::archive::{Archive, Failure};
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::operator::Operator;
use crate::problem::Problem;
use crate::settler::Settler;
use dedupe_formats::Document;
use std::collections::HashSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::timeout;

type Reply<T> = oneshot::Sender<Result<T, Problem>>;

/// A change that waits.
enum Change {
    Add {
        document: Box<Document<'static>>,
        reply: Reply<Submitted>,
        /// Memory for the document, until it is stored.
        _memory: OwnedSemaphorePermit,
    },
    Remove {
        id: String,
        reply: Reply<bool>,
    },
}

/// The queue of changes.
#[derive(Clone)]
pub(crate) struct Writer {
    changes: mpsc::Sender<Change>,
    limits: Limits,
    /// True if the archive failed at the last change.
    has_failed: Arc<AtomicBool>,
}

impl Writer {
    /// Starts the thread. It ends when all queues are dropped and all changes are made.
    pub(crate) fn start(
        archive: Arc<dyn Archive>,
        limits: Limits,
        metrics: Arc<Metrics>,
        settler: Settler,
        operator: Operator,
    ) -> io::Result<(Self, JoinHandle<()>)> {
        let (changes, waiting) = mpsc::channel(limits.queue.max(1));
        let has_failed = Arc::new(AtomicBool::new(false));
        let work = Work {
            archive,
            batch: limits.batch,
            metrics,
            settler,
            operator,
            has_failed: Arc::clone(&has_failed),
        };
        let thread = thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || work.make_changes(waiting))?;
        let writer = Self {
            changes,
            limits,
            has_failed,
        };
        Ok((writer, thread))
    }

    /// Adds a document and waits for the answer.
    pub(crate) async fn add(
        &self,
        document: Document<'static>,
        memory: OwnedSemaphorePermit,
    ) -> Result<Submitted, Problem> {
        let (reply, answer) = oneshot::channel();
        let change = Change::Add {
            document: Box::new(document),
            reply,
            _memory: memory,
        };
        self.change(change, answer).await
    }

    /// Removes a document and waits until it is done. False if there is none.
    pub(crate) async fn remove(&self, id: String) -> Result<bool, Problem> {
        let (reply, answer) = oneshot::channel();
        self.change(Change::Remove { id, reply }, answer).await
    }

    async fn change<T>(
        &self,
        change: Change,
        answer: oneshot::Receiver<Result<T, Problem>>,
    ) -> Result<T, Problem> {
        self.changes.try_send(change).map_err(|error| match error {
            TrySendError::Full(_) => Problem::busy(),
            TrySendError::Closed(_) => Problem::stopping(),
        })?;
        let answer = timeout(self.limits.answer_time, answer).await;
        let answer = answer.map_err(|_| Problem::timeout())?;
        answer.map_err(|_| Problem::internal())?
    }

    /// True if the archive failed at the last change. It may need to be opened again.
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed)
    }

    /// Changes that wait.
    pub(crate) fn waiting(&self) -> usize {
        self.changes
            .max_capacity()
            .saturating_sub(self.changes.capacity())
    }
}

/// The thread, and what it works with.
struct Work {
    archive: Arc<dyn Archive>,
    /// Documents that are added together, at most.
    batch: usize,
    metrics: Arc<Metrics>,
    settler: Settler,
    operator: Operator,
    has_failed: Arc<AtomicBool>,
}

impl Work {
    /// Makes changes until there will be no more.
    fn make_changes(&self, mut waiting: mpsc::Receiver<Change>) {
        let mut next = None;
        while let Some(change) = next.take().or_else(|| waiting.blocking_recv()) {
            match change {
                Change::Remove { id, reply } => {
                    let removed = guarded(|| self.archive.remove(&id));
                    self.answer(reply, removed, |&is_removed| is_removed);
                }
                Change::Add {
                    document,
                    reply,
                    _memory: memory,
                } => {
                    let mut batch = Batch::default();
                    batch.push(document, reply, memory);
                    while batch.documents.len() < self.batch {
                        match waiting.try_recv() {
                            Ok(Change::Add {
                                document,
                                reply,
                                _memory: memory,
                            }) if batch.is_new(&document) => batch.push(document, reply, memory),
                            other => {
                                next = other.ok();
                                break;
                            }
                        }
                    }
                    self.add(batch);
                }
            }
            self.settler.wake();
        }
    }

    fn add(&self, batch: Batch) {
        self.metrics.batch(batch.documents.len());
        let archive = &*self.archive;
        let answers: Vec<Result<Submitted, Failure>> = match add(archive, &batch.documents) {
            Ok(answers) => answers.into_iter().map(Ok).collect(),
            // One document must not make the others fail.
            Err(_) if batch.documents.len() > 1 => {
                let alone = batch.documents.chunks(1);
                alone.map(|one| first(add(archive, one)?)).collect()
            }
            Err(failure) => vec![Err(failure)],
        };
        for (reply, answer) in batch.replies.into_iter().zip(answers) {
            if let Ok(submitted) = &answer {
                self.metrics.submitted(submitted.change);
            }
            // A document that is known is not written.
            self.answer(reply, answer, |submitted| {
                submitted.change != answers::Change::Known
            });
        }
    }

    /// Answers a client, if it is still there. `is_written`: whether the archive was written.
    fn answer<T>(
        &self,
        reply: Reply<T>,
        answer: Result<T, Failure>,
        is_written: impl FnOnce(&T) -> bool,
    ) {
        match &answer {
            Ok(answer) if is_written(answer) => self.has_failed.store(false, Ordering::Relaxed),
            Err(Failure::Broken(_)) => self.has_failed.store(true, Ordering::Relaxed),
            Ok(_) | Err(Failure::Refused(_)) => {}
        }
        let _ = reply.send(answer.map_err(|failure| self.operator.problem(failure)));
    }
}

/// Documents that are added together.
#[derive(Default)]
struct Batch {
    documents: Vec<Document<'static>>,
    ids: HashSet<String>,
    replies: Vec<Reply<Submitted>>,
    memory: Vec<OwnedSemaphorePermit>,
}

impl Batch {
    fn is_new(&self, document: &Document<'_>) -> bool {
        !self
            .ids
            .contains(document.id.as_deref().unwrap_or_default())
    }

    fn push(
        &mut self,
        document: Box<Document<'static>>,
        reply: Reply<Submitted>,
        memory: OwnedSemaphorePermit,
    ) {
        self.ids
            .insert(document.id.as_deref().unwrap_or_default().to_owned());
        self.documents.push(*document);
        self.replies.push(reply);
        self.memory.push(memory);
    }
}

/// Adds documents. Gives as many answers.
fn add(archive: &dyn Archive, documents: &[Document<'static>]) -> Result<Vec<Submitted>, Failure> {
    let answers = guarded(|| archive.add(documents))?;
    match answers.len() == documents.len() {
        true => Ok(answers),
        false => Err(Failure::Broken("it gave too few answers".to_owned())),
    }
}

fn first(answers: Vec<Submitted>) -> Result<Submitted, Failure> {
    let first = answers.into_iter().next();
    first.ok_or_else(|| Failure::Broken("it gave no answer".to_owned()))
}

/// Turns a panic into a failure, so that the thread goes on.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let result = catch_unwind(AssertUnwindSafe(work));
    result.unwrap_or_else(|_| {
        Err(Failure::Broken(
            "a change of it ended in a fault".to_owned(),
        ))
    })
}
