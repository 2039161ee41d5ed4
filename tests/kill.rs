//! A run that is killed at any moment leaves each output as it was or complete, and the next run cleans up after it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

#[cfg(not(target_os = "linux"))]
#[test]
fn a_killed_run_leaves_old_or_complete_outputs() {
    eprintln!(
        "skipped: the moments of the kills are chosen for Linux, where unfinished outputs have no name"
    );
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::os::unix::process::ExitStatusExt;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::thread;
    use std::time::{Duration, Instant};

    /// Kills of each kind of run.
    const KILLS: u64 = 34;
    const SIGKILL: i32 = 9;
    const SEED: u64 = 20_240_517;
    const OLD: &str = "the old output\n";
    /// The input, in the folder of the test.
    const CORPUS: &str = "corpus.jsonl";
    /// The buffers of so many threads leave no memory for the corpus.
    const SPILLING: &[&str] = &["--memory=64M", "--threads=16"];

    /// The next number of a fixed sequence (SplitMix64).
    fn next(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Documents of 120 words, every third one a near copy of the one before.
    fn corpus() -> String {
        let line = |n: u32| {
            let begin = (n - u32::from(n % 3 == 2)) * 1_000;
            let words: Vec<String> = (begin + n % 3..begin + 120)
                .map(|word| format!("word{word}"))
                .collect();
            format!("{{\"id\": \"{n}\", \"text\": \"{}\"}}\n", words.join(" "))
        };
        (0..60).map(line).collect()
    }

    fn command(folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dedupe"));
        command.args(arguments).args(["--quiet", CORPUS]);
        command.current_dir(folder).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = (fs::read_dir(folder).unwrap())
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Kills a run again and again. `outputs`: the files that it writes. Returns how many runs were killed before they
    /// ended.
    fn kill_runs(arguments: &[&str], outputs: &[&str], seed: u64) -> u64 {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::write(folder.join(CORPUS), corpus()).unwrap();
        let read = |name: &&str| fs::read_to_string(folder.join(name)).unwrap();
        let begun = Instant::now();
        assert!(command(folder, arguments).status().unwrap().success());
        let duration = begun.elapsed();
        let complete: Vec<String> = outputs.iter().map(read).collect();
        let expected_names = names(folder);

        let (mut state, mut killed) = (seed, 0);
        for _ in 0..KILLS {
            for name in outputs {
                fs::write(folder.join(name), OLD).unwrap();
            }
            let mut run = command(folder, arguments).spawn().unwrap();
            let moment = next(&mut state) % (duration.as_micros() as u64 * 11 / 10);
            thread::sleep(Duration::from_micros(moment));
            run.kill().unwrap();
            killed += u64::from(run.wait().unwrap().signal() == Some(SIGKILL));
            for (name, complete) in outputs.iter().zip(&complete) {
                let found = read(name);
                assert!(
                    found == OLD || found == *complete,
                    "{arguments:?} killed after {moment} µs: {name} has {} bytes",
                    found.len()
                );
            }
        }
        assert!(command(folder, arguments).status().unwrap().success());
        assert_eq!(outputs.iter().map(read).collect::<Vec<_>>(), complete);
        assert_eq!(names(folder), expected_names);
        killed
    }

    #[test]
    fn a_killed_run_leaves_old_or_complete_outputs() {
        let killed = [
            kill_runs(&["--output=report.json"], &["report.json"], SEED),
            kill_runs(
                &[SPILLING, &["--temp-dir=.", "--output=report.html"]].concat(),
                &["report.html"],
                SEED + 1,
            ),
            kill_runs(
                &["export", "--output=kept.jsonl", "--manifest=dropped.jsonl"],
                &["kept.jsonl", "dropped.jsonl"],
                SEED + 2,
            ),
        ];
        // Otherwise the test shows nothing.
        assert!(killed.iter().all(|&runs| runs > KILLS / 4), "{killed:?}");
    }

    #[test]
    fn a_run_with_many_threads_and_little_memory_spills() {
        if thread::available_parallelism().map_or(1, usize::from) < 2 {
            eprintln!("skipped: one core runs too few threads for this");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(CORPUS), corpus()).unwrap();
        for (arguments, code) in [(&[][..], 0), (SPILLING, 2)] {
            let arguments = [arguments, &["--temp-dir=/proc"]].concat();
            let run = command(folder.path(), &arguments).status().unwrap();
            assert_eq!(run.code(), Some(code), "{arguments:?}");
        }
    }

    /// An unfinished output that a killed run could not remove is removed by the next run in the folder that needs
    /// such a name.
    #[test]
    fn the_next_run_removes_what_a_killed_run_left() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for name in [CORPUS, "report.json", ".dedupe-left.part"] {
            fs::write(folder.join(name), corpus()).unwrap();
        }
        let run = command(folder, &["--output=report.json"]).status();
        assert!(run.unwrap().success());
        assert_eq!(names(folder), [CORPUS, "report.json"]);
    }
}
