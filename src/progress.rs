//! The stages of a job, and how a caller follows them.

use crate::error::Error;
use dedupe_report::StageTiming;
use std::time::Instant;

/// The stages, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// List the inputs.
    Walk,
    /// Read documents, split them into words, sketch them.
    Read,
    /// Find candidate pairs.
    Candidates,
    /// Learn which passages are boilerplate.
    Boilerplate,
    /// Align the words of each candidate pair.
    Verify,
    /// Group documents into clusters.
    Cluster,
    /// Make the report.
    Report,
    /// Write the report. A job does not write: the program that does announces this stage.
    Write,
}

impl Stage {
    /// The name of the stage in the report's timings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Read => "read",
            Self::Candidates => "candidates",
            Self::Boilerplate => "boilerplate",
            Self::Verify => "verify",
            Self::Cluster => "cluster",
            Self::Report => "report",
            Self::Write => "write",
        }
    }
}

/// Receives the progress of a job. Many threads call it at the same time.
pub trait Progress: Sync {
    /// A stage begins. `total` is its amount of work, if known: bytes for [`Stage::Read`], pairs for
    /// [`Stage::Verify`].
    fn stage(&self, stage: Stage, total: Option<u64>);
    /// Part of the current stage is done: `items` documents or pairs, `bytes` of input or output. A stage may count a
    /// document more than once.
    fn advance(&self, items: u64, bytes: u64);
    /// True if the job should stop. It then ends with [`Error::Cancelled`] as soon as it can: before its next stage, its
    /// next part of the input, or its next pairs to verify.
    fn is_cancelled(&self) -> bool {
        false
    }
    /// The peak memory of the process in bytes, if known. Goes into the timings.
    fn memory(&self) -> Option<u64> {
        None
    }
}

/// Ignores all progress.
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: Stage, _: Option<u64>) {}
    fn advance(&self, _: u64, _: u64) {}
}

/// Fails if the job should stop.
pub(crate) fn check_cancelled(progress: &dyn Progress) -> Result<(), Error> {
    match progress.is_cancelled() {
        true => Err(Error::Cancelled),
        false => Ok(()),
    }
}

/// Announces stages and measures how long each takes.
pub(crate) struct StageClock<'a> {
    progress: &'a dyn Progress,
    /// Whether the timings have the memory, which takes as long to find out as a short stage.
    has_memory: bool,
    pub(crate) timings: Vec<StageTiming>,
}

impl<'a> StageClock<'a> {
    pub(crate) fn new(progress: &'a dyn Progress) -> Self {
        Self {
            progress,
            has_memory: true,
            timings: Vec::new(),
        }
    }

    /// A clock whose timings nobody asks for.
    #[cfg(feature = "index")]
    pub(crate) fn unread(progress: &'a dyn Progress) -> Self {
        Self {
            has_memory: false,
            ..Self::new(progress)
        }
    }

    /// Runs a stage, unless the job is cancelled. `total`: its amount of work, if known. `count`: the items and bytes in
    /// its result.
    pub(crate) fn run<T, E>(
        &mut self,
        stage: Stage,
        total: Option<u64>,
        work: impl FnOnce() -> Result<T, E>,
        count: impl FnOnce(&T) -> (usize, Option<u64>),
    ) -> Result<T, Error>
    where
        Error: From<E>,
    {
        self.run_as(stage, total, work, count)
    }

    /// As [`StageClock::run`], with errors of another type.
    pub(crate) fn run_as<T, E, F>(
        &mut self,
        stage: Stage,
        total: Option<u64>,
        work: impl FnOnce() -> Result<T, E>,
        count: impl FnOnce(&T) -> (usize, Option<u64>),
    ) -> Result<T, F>
    where
        F: From<E> + From<Error>,
    {
        check_cancelled(self.progress)?;
        self.progress.stage(stage, total);
        let start = Instant::now();
        let result = work()?;
        let (items, bytes) = count(&result);
        self.timings.push(StageTiming {
            stage: stage.name().to_owned(),
            seconds: start.elapsed().as_secs_f64(),
            items: items as u64,
            bytes,
            memory: self.has_memory.then(|| self.progress.memory()).flatten(),
        });
        Ok(result)
    }
}
