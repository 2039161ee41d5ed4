//! How far the run is, on a terminal, once it takes longer than a second.
//!
//! Threads that work only add to counters; one thread of its own looks at them and draws.

use super::memory;
use dedupe::pipeline::{Progress, Stage};
use indicatif::{DecimalBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Shorter work shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two drawings.
const TICK: Duration = Duration::from_millis(100);
/// With and without a known end.
const BAR: &str = "{prefix} [{bar:24}] {percent:>3}%  {msg}, {eta} left";
const SPINNER: &str = "{prefix} {spinner} {msg}";

/// Watches a run: how far it is, where that can be seen, and its memory.
pub(crate) struct Watch(Option<Meter>);

impl Watch {
    /// Starts to watch; `visible`: on the terminal.
    pub(crate) fn start(visible: bool) -> Self {
        Self(visible.then(Meter::start).flatten())
    }
}

impl Progress for Watch {
    fn stage(&self, stage: Stage, total: Option<u64>) {
        if let Some(meter) = &self.0 {
            meter.stage(stage, total);
        }
    }

    fn advance(&self, items: u64, bytes: u64) {
        if let Some(meter) = &self.0 {
            meter.advance(items, bytes);
        }
    }

    fn memory(&self) -> Option<u64> {
        memory::peak()
    }
}

/// Shows progress until it is dropped.
struct Meter {
    counters: Arc<Counters>,
    stop: Option<Sender<()>>,
    drawer: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Counters {
    items: AtomicU64,
    bytes: AtomicU64,
    running: Mutex<Option<Running>>,
}

/// The stage at work.
#[derive(Clone, Copy)]
struct Running {
    stage: Stage,
    total: Option<u64>,
    since: Instant,
}

impl Meter {
    /// Starts to look. None if there is no thread to be had: a run goes on without.
    fn start() -> Option<Self> {
        let counters = Arc::new(Counters::default());
        let (stop, stopped) = channel();
        let watched = Arc::clone(&counters);
        let drawer = thread::Builder::new()
            .name("progress".into())
            .spawn(move || draw_until(&stopped, &watched))
            .ok()?;
        Some(Self {
            counters,
            stop: Some(stop),
            drawer: Some(drawer),
        })
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(drawer) = self.drawer.take() {
            // What it may have to say is of no use to anybody now.
            let _ = drawer.join();
        }
    }
}

impl Meter {
    fn stage(&self, stage: Stage, total: Option<u64>) {
        let mut running = (self.counters.running.lock()).unwrap_or_else(PoisonError::into_inner);
        self.counters.items.store(0, Relaxed);
        self.counters.bytes.store(0, Relaxed);
        *running = Some(Running {
            stage,
            total,
            since: Instant::now(),
        });
    }

    fn advance(&self, items: u64, bytes: u64) {
        self.counters.items.fetch_add(items, Relaxed);
        self.counters.bytes.fetch_add(bytes, Relaxed);
    }
}

/// Draws now and then, until the meter is dropped; leaves a clean line.
fn draw_until(stopped: &Receiver<()>, counters: &Counters) {
    if stopped.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let mut shown = None;
    loop {
        let running = *(counters.running.lock()).unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = running {
            if shown != Some(running.since) {
                begin(&bar, &running);
                shown = Some(running.since);
            }
            draw(&bar, &running, counters);
        }
        if stopped.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
            break;
        }
    }
    bar.finish_and_clear();
}

/// Sets the bar up for a stage.
fn begin(bar: &ProgressBar, running: &Running) {
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

fn draw(bar: &ProgressBar, running: &Running, counters: &Counters) {
    let items = counters.items.load(Relaxed);
    let bytes = counters.bytes.load(Relaxed);
    bar.set_message(detail(running.stage, items, bytes, running.since.elapsed()));
    // Reading is measured in bytes, everything else in what it works on.
    let done = if running.stage == Stage::Read {
        bytes
    } else {
        items
    };
    bar.set_position(running.total.map_or(done, |total| done.min(total)));
    bar.tick();
}

/// What a stage does, for people.
fn activity(stage: Stage) -> &'static str {
    match stage {
        Stage::Walk => "looking for files",
        Stage::Read => "reading",
        Stage::Candidates => "looking for pairs",
        Stage::Boilerplate => "learning boilerplate",
        Stage::Verify => "comparing",
        Stage::Cluster => "grouping",
        Stage::Report => "reporting",
    }
}

/// What a stage has done so far.
fn detail(stage: Stage, items: u64, bytes: u64, elapsed: Duration) -> String {
    let count = HumanCount(items);
    match stage {
        Stage::Walk => format!("{count} files"),
        Stage::Read => {
            let rate = bytes as f64 / elapsed.as_secs_f64().max(0.001);
            format!("{count} documents, {}/s", DecimalBytes(rate as u64))
        }
        Stage::Verify => format!("{count} pairs"),
        Stage::Candidates | Stage::Boilerplate | Stage::Cluster | Stage::Report => {
            format!("{count} done")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_tells_documents_and_speed() {
        let second = Duration::from_secs(2);
        assert_eq!(
            detail(Stage::Read, 12_480, 48_000_000, second),
            "12,480 documents, 24.00 MB/s"
        );
        assert_eq!(detail(Stage::Verify, 7, 0, second), "7 pairs");
    }

    #[test]
    fn the_templates_are_valid() {
        for template in [BAR, SPINNER] {
            assert!(ProgressStyle::with_template(template).is_ok());
        }
    }

    #[test]
    fn short_work_ends_at_once_and_counts_from_many_threads() {
        let begun = Instant::now();
        let meter = Meter::start().unwrap();
        meter.stage(Stage::Read, Some(400));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..100).for_each(|_| meter.advance(1, 1)));
            }
        });
        assert_eq!(meter.counters.bytes.load(Relaxed), 400);
        drop(meter);
        assert!(begun.elapsed() < PATIENCE);
    }
}
