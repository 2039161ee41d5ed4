//! The table that `--timings` prints.

use dedupe_report::StageTiming;
use indicatif::{DecimalBytes, HumanCount};
use std::time::Duration;

/// One line per stage: seconds, number of items, speed if the stage reads text, and peak memory at its end.
/// The last lines are writing the report, which the report itself cannot contain, and the total.
pub(crate) fn table(stages: &[StageTiming], writing: Duration, memory: Option<u64>) -> String {
    let mut table = line("stage", "seconds", ["items", "speed", "memory"]);
    let mut total = writing.as_secs_f64();
    for stage in stages {
        total += stage.seconds;
        let speed = stage.bytes.map(|bytes| speed(bytes, stage.seconds));
        let items = HumanCount(stage.items).to_string();
        let (speed, memory) = (speed.unwrap_or_default(), memory_size(stage.memory));
        let cells = [items.as_str(), &speed, &memory];
        table.push_str(&line(&stage.stage, &seconds(stage.seconds), cells));
    }
    let memory = memory_size(memory);
    let cells = ["", "", &memory];
    table.push_str(&line("write", &seconds(writing.as_secs_f64()), cells));
    table.push_str(&line("all", &seconds(total), cells));
    table
}

fn line(name: &str, seconds: &str, [items, speed, memory]: [&str; 3]) -> String {
    let line = format!("{name:<12}{seconds:>9}{items:>16}{speed:>14}{memory:>12}");
    format!("{}\n", line.trim_end())
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.3}")
}

fn memory_size(memory: Option<u64>) -> String {
    memory.map_or_else(String::new, |bytes| DecimalBytes(bytes).to_string())
}

fn speed(bytes: u64, seconds: f64) -> String {
    format!(
        "{}/s",
        DecimalBytes((bytes as f64 / seconds.max(1e-6)) as u64)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_aligned_in_columns() {
        let stage = |name: &str, seconds, items, bytes| StageTiming {
            stage: name.into(),
            seconds,
            items,
            bytes,
            memory: (name == "verify").then_some(96_500_000),
        };
        let stages = [
            stage("read", 2.0, 12_480, Some(48_000_000)),
            stage("verify", 0.25, 7, None),
        ];
        assert_eq!(
            table(&stages, Duration::from_millis(5), Some(96_500_000)),
            "stage         seconds           items         speed      memory\n\
             read            2.000          12,480    24.00 MB/s\n\
             verify          0.250               7                  96.50 MB\n\
             write           0.005                                  96.50 MB\n\
             all             2.255                                  96.50 MB\n"
        );
    }
}
