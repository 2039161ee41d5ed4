//! The progress bar on the terminal.
//!
//! Worker threads only add to counters. A separate thread reads the counters and draws.

use super::memory;
use dedupe::{Progress, Stage};
use indicatif::{DecimalBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Time before the bar appears. Shorter runs show none.
const DELAY: Duration = Duration::from_secs(1);
/// Time between two drawings.
const INTERVAL: Duration = Duration::from_millis(100);
/// Template of a stage whose total is known. `wide_msg` is cut at the edge of the terminal.
const BAR: &str = "{prefix} [{bar:24}] {percent:>3}% {eta} left  {wide_msg}";
/// Template of a stage whose total is unknown.
const SPINNER: &str = "{prefix} {spinner} {elapsed}  {wide_msg}";

/// Receives the progress of a run and may draw it.
pub(crate) struct RunProgress(Option<Drawing>);

impl RunProgress {
    /// Starts the drawing thread if `draw` is set.
    pub(crate) fn start(draw: bool) -> Self {
        Self(draw.then(Drawing::start).flatten())
    }
}

impl Progress for RunProgress {
    fn stage(&self, stage: Stage, total: Option<u64>) {
        if let Some(drawing) = &self.0 {
            drawing.stage(stage, total);
        }
    }

    fn advance(&self, items: u64, bytes: u64) {
        if let Some(drawing) = &self.0 {
            drawing.advance(items, bytes);
        }
    }

    fn memory(&self) -> Option<u64> {
        memory::peak()
    }
}

/// Reports as progress what is written.
pub(crate) struct CountedWriter<'a> {
    pub(crate) out: &'a mut dyn Write,
    pub(crate) progress: &'a dyn Progress,
}

impl Write for CountedWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.progress.advance(0, written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Draws the bar until it is dropped.
struct Drawing {
    counters: Arc<Counters>,
    /// The drawing thread stops when this sender is dropped.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Counters {
    items: AtomicU64,
    bytes: AtomicU64,
    stage: Mutex<Option<RunningStage>>,
}

/// The current stage.
#[derive(Clone, Copy)]
struct RunningStage {
    stage: Stage,
    total: Option<u64>,
    started: Instant,
}

impl Drawing {
    /// `None` if the thread cannot be started. The run continues without a bar.
    fn start() -> Option<Self> {
        let counters = Arc::new(Counters::default());
        let (stop, stopped) = channel();
        let shared = Arc::clone(&counters);
        let thread = thread::Builder::new()
            .name("progress".into())
            .spawn(move || draw_until(&stopped, &shared))
            .ok()?;
        Some(Self {
            counters,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Drawing {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the drawing thread does not change the result of the run.
            let _ = thread.join();
        }
    }
}

impl Drawing {
    fn stage(&self, stage: Stage, total: Option<u64>) {
        let mut running = (self.counters.stage.lock()).unwrap_or_else(PoisonError::into_inner);
        self.counters.items.store(0, Relaxed);
        self.counters.bytes.store(0, Relaxed);
        *running = Some(RunningStage {
            stage,
            total,
            started: Instant::now(),
        });
    }

    fn advance(&self, items: u64, bytes: u64) {
        self.counters.items.fetch_add(items, Relaxed);
        self.counters.bytes.fetch_add(bytes, Relaxed);
    }
}

/// Draws at each interval until the sender of `stopped` is dropped, then clears the line.
fn draw_until(stopped: &Receiver<()>, counters: &Counters) {
    if stopped.recv_timeout(DELAY) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let mut drawn = None;
    loop {
        let running = *(counters.stage.lock()).unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = running {
            if drawn != Some(running.started) {
                begin(&bar, &running);
                drawn = Some(running.started);
            }
            draw(&bar, &running, counters);
        }
        if stopped.recv_timeout(INTERVAL) != Err(RecvTimeoutError::Timeout) {
            break;
        }
    }
    bar.finish_and_clear();
}

/// Resets the bar for a new stage.
fn begin(bar: &ProgressBar, running: &RunningStage) {
    let template = if running.total.is_some() {
        BAR
    } else {
        SPINNER
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.reset();
    bar.set_prefix(activity(running.stage));
    match running.total {
        Some(total) => bar.set_length(total),
        None => bar.unset_length(),
    }
}

fn draw(bar: &ProgressBar, running: &RunningStage, counters: &Counters) {
    let items = counters.items.load(Relaxed);
    let bytes = counters.bytes.load(Relaxed);
    bar.set_message(detail(
        running.stage,
        items,
        bytes,
        running.started.elapsed(),
    ));
    // The total is in bytes for reading, and in items for the other stages.
    let done = if running.stage == Stage::Read {
        bytes
    } else {
        items
    };
    bar.set_position(running.total.map_or(done, |total| done.min(total)));
    bar.tick();
}

/// What the program does in a stage.
fn activity(stage: Stage) -> &'static str {
    match stage {
        Stage::Walk => "listing files",
        Stage::Read => "reading",
        Stage::Candidates => "finding candidate pairs",
        Stage::Boilerplate => "finding boilerplate",
        Stage::Verify => "comparing pairs",
        Stage::Cluster => "clustering",
        Stage::Report => "preparing the report",
        Stage::Write => "writing the report",
    }
}

/// What a stage has done so far, and how fast.
fn detail(stage: Stage, items: u64, bytes: u64, elapsed: Duration) -> String {
    let count = HumanCount(items);
    match stage {
        Stage::Walk => format!("{count} files"),
        Stage::Read => {
            let rate = bytes as f64 / elapsed.as_secs_f64().max(0.001);
            format!("{count} documents, {}/s", DecimalBytes(rate as u64))
        }
        Stage::Verify => format!("{count} pairs"),
        Stage::Cluster => format!("{count} documents"),
        // Each document is looked at several times.
        Stage::Candidates | Stage::Boilerplate => format!("{count} steps"),
        Stage::Report => format!("{count} texts"),
        Stage::Write => format!("{}", DecimalBytes(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_shows_documents_and_speed() {
        let elapsed = Duration::from_secs(2);
        assert_eq!(
            detail(Stage::Read, 12_480, 48_000_000, elapsed),
            "12,480 documents, 24.00 MB/s"
        );
        assert_eq!(detail(Stage::Verify, 7, 0, elapsed), "7 pairs");
        assert_eq!(detail(Stage::Write, 0, 5_000_000, elapsed), "5.00 MB");
    }

    #[test]
    fn templates_are_valid() {
        for template in [BAR, SPINNER] {
            assert!(ProgressStyle::with_template(template).is_ok());
        }
    }

    #[test]
    fn counters_are_shared_and_short_runs_end_at_once() {
        let begun = Instant::now();
        let drawing = Drawing::start().unwrap();
        drawing.stage(Stage::Read, Some(400));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..100).for_each(|_| drawing.advance(1, 1)));
            }
        });
        assert_eq!(drawing.counters.bytes.load(Relaxed), 400);
        drop(drawing);
        assert!(begun.elapsed() < DELAY);
    }
}
