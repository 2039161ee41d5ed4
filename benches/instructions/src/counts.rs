//! The counts of a run, and their comparison with those of an earlier one.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The change, in per cent, from which a stage counts as changed.
const MARGIN: f64 = 3.0;

/// What was counted, and with what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) measured_with: MeasuredWith,
    pub(crate) stages: Vec<Stage>,
}

/// What the counts depend on besides the code. Counts of two different ones cannot be compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MeasuredWith {
    pub(crate) compiler: String,
    pub(crate) valgrind: String,
    /// Copies memory, and allocates it.
    pub(crate) libc: String,
    /// The processor that valgrind emulates, and its vector instructions.
    pub(crate) processor: String,
}

/// The instructions of one stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stage {
    pub(crate) stage: String,
    pub(crate) instructions: u64,
}

/// What a comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The counts were measured with something else, or of other stages.
    NotComparable,
    /// Some stage takes more than the margin allows.
    MoreInstructions,
    /// No stage takes more, and some stage takes less than the margin allows.
    FewerInstructions,
    /// All stages are within the margin.
    Same,
}

/// The counts of now beside those of an earlier run.
pub(crate) struct Comparison<'a> {
    now: &'a Counts,
    before: &'a Counts,
}

impl Counts {
    /// Compares with an earlier run.
    pub(crate) fn compare<'a>(&'a self, before: &'a Self) -> Comparison<'a> {
        Comparison { now: self, before }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.stages.iter().map(|stage| stage.stage.as_str())
    }
}

impl Comparison<'_> {
    /// What the comparison says.
    pub(crate) fn verdict(&self) -> Verdict {
        let is_same_machine = self.now.measured_with == self.before.measured_with;
        if !is_same_machine || !self.now.names().eq(self.before.names()) {
            return Verdict::NotComparable;
        }
        let changes = || self.stages().map(|(now, before)| change(now, before));
        if changes().any(|change| change > MARGIN) {
            Verdict::MoreInstructions
        } else if changes().any(|change| change < -MARGIN) {
            Verdict::FewerInstructions
        } else {
            Verdict::Same
        }
    }

    fn stages(&self) -> impl Iterator<Item = (&Stage, &Stage)> {
        self.now.stages.iter().zip(&self.before.stages)
    }
}

/// How many per cent more instructions a stage takes now.
fn change(now: &Stage, before: &Stage) -> f64 {
    100.0 * (now.instructions as f64 / before.instructions as f64 - 1.0)
}

impl fmt::Display for Comparison<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        const RENEW: &str = "benches/instructions/run --update";
        let verdict = self.verdict();
        if verdict == Verdict::NotComparable {
            let [now, before] = [self.now, self.before].map(|counts| &counts.measured_with);
            return writeln!(
                out,
                "skipped: counts.json is of other stages, or was measured with something else.\n  now:  {now}\n  file: {before}\n\
                 To renew it: {RENEW}"
            );
        }
        writeln!(out, "{:12} {:>13} {:>13}", "stage", "now", "counts.json")?;
        for (now, before) in self.stages() {
            let change = change(now, before);
            let mark = if change > MARGIN { "  <- more" } else { "" };
            let (stage, of_now, of_file) = (&now.stage, now.instructions, before.instructions);
            writeln!(
                out,
                "{stage:12} {of_now:>13} {of_file:>13} {change:+7.2}%{mark}"
            )?;
        }
        match verdict {
            Verdict::MoreInstructions => writeln!(
                out,
                "A stage takes over {MARGIN}% more instructions. Where that is worth it, renew the file: {RENEW}"
            ),
            Verdict::FewerInstructions => {
                writeln!(
                    out,
                    "A stage takes over {MARGIN}% less. To keep the gain: {RENEW}"
                )
            }
            Verdict::Same | Verdict::NotComparable => Ok(()),
        }
    }
}

impl fmt::Display for MeasuredWith {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            compiler,
            valgrind,
            libc,
            processor,
        } = self;
        write!(out, "{compiler}; {valgrind}; {libc}; {processor}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(stages: &[(&str, u64)]) -> Counts {
        let stages = stages.iter().map(|&(stage, instructions)| Stage {
            stage: stage.to_owned(),
            instructions,
        });
        Counts {
            measured_with: MeasuredWith {
                compiler: "rustc 1".to_owned(),
                valgrind: "valgrind 1".to_owned(),
                libc: "libc 1".to_owned(),
                processor: "x86_64".to_owned(),
            },
            stages: stages.collect(),
        }
    }

    #[test]
    fn only_a_stage_over_the_margin_takes_more() {
        let before = counts(&[("read", 1_000), ("write", 10_000)]);
        for (read, write, expected) in [
            (1_000, 10_000, Verdict::Same),
            (1_029, 9_710, Verdict::Same),
            (1_031, 10_000, Verdict::MoreInstructions),
            (1_031, 5_000, Verdict::MoreInstructions),
            (1_000, 9_690, Verdict::FewerInstructions),
        ] {
            let now = counts(&[("read", read), ("write", write)]);
            let comparison = now.compare(&before);
            assert_eq!(comparison.verdict(), expected, "{comparison}");
            let is_marked = comparison.to_string().contains("<- more");
            assert_eq!(is_marked, expected == Verdict::MoreInstructions);
        }
    }

    #[test]
    fn counts_of_another_compiler_or_of_other_stages_are_not_compared() {
        let before = counts(&[("read", 1_000)]);
        let other_stages = counts(&[("write", 1_000)]);
        let mut other_compiler = counts(&[("read", 2_000)]);
        other_compiler.measured_with.compiler = "rustc 2".to_owned();
        for now in [other_stages, other_compiler] {
            let comparison = now.compare(&before);
            assert_eq!(comparison.verdict(), Verdict::NotComparable);
            assert!(comparison.to_string().starts_with("skipped: "));
        }
    }
}
