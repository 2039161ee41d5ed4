//! Runs work on threads of its own, without the GIL, while the calling thread answers Ctrl-C and shows the progress.
//!
//! Each call has its own threads. So a process that was forked after a call can make another one.

use crate::errors::ResourceError;
use dedupe::{Progress, Stage};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How often Ctrl-C is looked for and the progress is shown.
const TICK: Duration = Duration::from_millis(100);
/// How long the end of the process waits for interrupted work.
const PATIENCE: Duration = Duration::from_secs(30);

/// The work that has not ended, with the process that began it: a forked process has a copy of the list, but not the
/// threads.
static RUNNING: Mutex<Vec<(u32, Arc<Shared>)>> = Mutex::new(Vec::new());
static ENDED: Condvar = Condvar::new();

fn running() -> MutexGuard<'static, Vec<(u32, Arc<Shared>)>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Work that is in the list as long as this exists.
struct Registration(Arc<Shared>);

impl Registration {
    fn new(shared: &Arc<Shared>) -> Self {
        running().push((process::id(), Arc::clone(shared)));
        Self(Arc::clone(shared))
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        running().retain(|(_, shared)| !Arc::ptr_eq(shared, &self.0));
        ENDED.notify_all();
    }
}

/// Stops interrupted work, and waits for it. Its threads use data of Python, so the interpreter must not end before them.
#[pyfunction]
pub(crate) fn finish(py: Python<'_>) {
    py.detach(|| {
        let own = process::id();
        let running = running();
        for (_, shared) in running.iter() {
            shared.is_cancelled.store(true, Ordering::Relaxed);
        }
        let is_running = |running: &mut Vec<(u32, _)>| running.iter().any(|(id, _)| *id == own);
        drop(ENDED.wait_timeout_while(running, PATIENCE, is_running));
    });
}

/// What the working threads tell the calling one, and the other way round.
#[derive(Default)]
pub(crate) struct Shared {
    is_cancelled: AtomicBool,
    stage: Mutex<Option<(Stage, Option<u64>)>>,
    items: AtomicU64,
    bytes: AtomicU64,
}

impl Progress for Shared {
    fn stage(&self, stage: Stage, total: Option<u64>) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = Some((stage, total));
        self.items.store(0, Ordering::Relaxed);
        self.bytes.store(0, Ordering::Relaxed);
    }

    fn advance(&self, items: u64, bytes: u64) {
        self.items.fetch_add(items, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}

/// Runs `work` on a pool of `threads` threads; `None` is one per core. Calls `show` with the stage, its total, the items
/// and the bytes that are done, every now and then.
///
/// # Errors
///
/// An exception that a signal handler or `show` raises, such as `KeyboardInterrupt`. It is raised at once; the work stops
/// as soon as it can.
pub(crate) fn run<T: Send + 'static>(
    py: Python<'_>,
    threads: Option<usize>,
    show: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Shared) -> T + Send + 'static,
) -> PyResult<T> {
    let shared = Arc::new(Shared::default());
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .thread_name(|index| format!("news-dedupe-{index}"))
        .build();
    let pool =
        pool.map_err(|error| ResourceError::new_err(format!("cannot start the threads: {error}")))?;
    let (sender, mut receiver) = mpsc::channel();
    let registration = Registration::new(&shared);
    let worker = thread::Builder::new()
        .name("news-dedupe".to_owned())
        .spawn(move || {
            // Nobody receives the result of work that was interrupted.
            let _ = sender.send(pool.install(|| work(&registration.0)));
            drop(pool);
            drop(registration);
        });
    worker.map_err(|error| ResourceError::new_err(format!("cannot start the threads: {error}")))?;
    loop {
        let receiver = &mut receiver;
        match py.detach(move || receiver.recv_timeout(TICK)) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Timeout) => {
                let shown = py.check_signals().and_then(|()| shared.show(show));
                if let Err(error) = shown {
                    shared.is_cancelled.store(true, Ordering::Relaxed);
                    return Err(error);
                }
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(PyRuntimeError::new_err(
                    "a bug in news-dedupe: a thread ended without a result",
                ));
            }
        }
    }
}

impl Shared {
    fn show(&self, show: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let stage = *self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(show), Some((stage, total))) = (show, stage) {
            let items = self.items.load(Ordering::Relaxed);
            let bytes = self.bytes.load(Ordering::Relaxed);
            show.call1((stage.name(), total, items, bytes))?;
        }
        Ok(())
    }
}
