//! How long each stage took, as a table.

use dedupe::report::StageTiming;
use indicatif::{DecimalBytes, HumanCount};
use std::time::Duration;

/// One line a stage: seconds, what it worked on, and its speed where it reads text. The writing of the
/// report comes last; the report itself cannot tell of it.
pub(crate) fn table(stages: &[StageTiming], writing: Duration) -> String {
    let mut table = format!(
        "{:<12}{:>9}{:>16}{:>14}\n",
        "stage", "seconds", "items", "speed"
    );
    let mut total = writing.as_secs_f64();
    for stage in stages {
        total += stage.seconds;
        let speed = stage.bytes.map(|bytes| speed(bytes, stage.seconds));
        let items = HumanCount(stage.items).to_string();
        let row = line(
            &stage.stage,
            stage.seconds,
            &items,
            &speed.unwrap_or_default(),
        );
        table.push_str(&row);
    }
    table.push_str(&line("write", writing.as_secs_f64(), "", ""));
    table.push_str(&line("all", total, "", ""));
    table
}

fn line(name: &str, seconds: f64, items: &str, speed: &str) -> String {
    let line = format!("{name:<12}{seconds:>9.3}{items:>16}{speed:>14}");
    format!("{}\n", line.trim_end())
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
    fn stages_stand_in_columns() {
        let stage = |name: &str, seconds, items, bytes| StageTiming {
            stage: name.into(),
            seconds,
            items,
            bytes,
        };
        let stages = [
            stage("read", 2.0, 12_480, Some(48_000_000)),
            stage("verify", 0.25, 7, None),
        ];
        assert_eq!(
            table(&stages, Duration::from_millis(5)),
            "stage         seconds           items         speed\n\
             read            2.000          12,480    24.00 MB/s\n\
             verify          0.250               7\n\
             write           0.005\n\
             all             2.255\n"
        );
    }
}
