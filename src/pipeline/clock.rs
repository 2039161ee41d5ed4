//! How long each stage took, and what memory.

use super::{Progress, Stage};
use dedupe_report::StageTiming;
use std::time::Instant;

/// Runs stages, tells whoever watches, and keeps the times.
pub(super) struct Clock<'a> {
    progress: &'a dyn Progress,
    pub(super) timings: Vec<StageTiming>,
}

impl<'a> Clock<'a> {
    pub(super) fn new(progress: &'a dyn Progress) -> Self {
        Self {
            progress,
            timings: Vec::new(),
        }
    }

    /// Runs a stage. `total`: its work, where known beforehand; `done`: items and bytes of what it gave.
    pub(super) fn run<T>(
        &mut self,
        stage: Stage,
        total: Option<u64>,
        work: impl FnOnce() -> T,
        done: impl FnOnce(&T) -> (usize, Option<u64>),
    ) -> T {
        self.progress.stage(stage, total);
        let start = Instant::now();
        let result = work();
        let (items, bytes) = done(&result);
        self.timings.push(StageTiming {
            stage: stage.name().to_owned(),
            seconds: start.elapsed().as_secs_f64(),
            items: items as u64,
            bytes,
            memory: self.progress.memory(),
        });
        result
    }
}
