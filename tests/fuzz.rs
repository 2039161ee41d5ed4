//! Runs the fuzz targets on a stable compiler: each with every seed, and then for some time with mutated seeds.
//!
//! `DEDUPE_FUZZ_SECONDS` sets the seconds for each target, and `DEDUPE_FUZZ_SEED` chooses the sequence of inputs: a number
//! gives the same inputs again. `fuzz/loop` runs many sequences. `fuzz/run` runs the targets under libFuzzer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::panic
)]

#[path = "support/files.rs"]
mod files;
#[path = "../fuzz/src/lib.rs"]
#[allow(dead_code, unreachable_pub)]
mod targets;

use rayon::prelude::*;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use targets::{TARGETS, Target};

/// Seconds for each target if nobody says otherwise.
const DEFAULT_SECONDS: f64 = 0.3;
/// The longest mutated input, in bytes. A cut seed is as good as a whole one.
const MAX_BYTES: usize = 1 << 14;
/// Values at the edge of what a byte or a character can be.
const EDGES: [u8; 8] = [0, 1, 0x0a, 0x22, 0x3c, 0x7f, 0x80, 0xff];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn time() -> Duration {
    let seconds = std::env::var("DEDUPE_FUZZ_SECONDS").ok();
    let seconds = seconds.map_or(DEFAULT_SECONDS, |value| value.parse().unwrap());
    Duration::from_secs_f64(seconds)
}

/// The state in which each sequence of inputs begins.
fn first_state() -> u64 {
    std::env::var("DEDUPE_FUZZ_SEED").map_or(1, |value| value.parse().unwrap())
}

/// The names and contents of all seeds, sorted: those of the folders here, and the sample of each format.
fn seeds() -> Vec<(String, Vec<u8>)> {
    #[cfg(any(feature = "arrow", feature = "parquet"))]
    targets::ignore_caught_panics();
    let folders = ["fuzz/seeds", "fuzz/program_seeds", "fixtures/formats"];
    let mut seeds: Vec<_> = folders.into_iter().flat_map(files::of_folder).collect();
    seeds.sort();
    seeds
}

/// Changes inputs in a fixed sequence of ways.
struct Mutator {
    state: u64,
}

impl Mutator {
    /// The next number of the sequence (SplitMix64).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, or 0.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn range(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let begin = self.below(bytes.len());
        let longest = bytes.len() - begin;
        let most = 1 << (1 + self.below(10));
        let length = 1 + self.below(longest.min(most));
        begin..bytes.len().min(begin + length)
    }

    /// Changes one to eight places of `bytes`. `other`: where to take parts from.
    fn mutate(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len());
            match self.below(8) {
                0 => bytes.truncate(at),
                1 | 2 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
                3 if !bytes.is_empty() => bytes[at] = EDGES[self.below(EDGES.len())],
                4 => bytes.insert(at, EDGES[self.below(EDGES.len())]),
                5 => drop(bytes.drain(self.range(bytes))),
                6 => {
                    let part = bytes[self.range(bytes)].to_vec();
                    let copies = 1 + self.below(4);
                    bytes.splice(at..at, part.repeat(copies));
                }
                _ => {
                    let part = other[self.range(other)].to_vec();
                    bytes.splice(at..at, part);
                }
            }
            bytes.truncate(MAX_BYTES);
        }
    }
}

/// Runs a target. If it panics, says with which input.
fn check((name, target): Target, bytes: &[u8], from: &str) {
    if catch_unwind(AssertUnwindSafe(|| target(bytes))).is_err() {
        let file = std::env::temp_dir().join(format!("dedupe-fuzz-{name}"));
        fs::write(&file, bytes).unwrap();
        panic!("target {name} failed with an input made from {from}; it is in {file:?}");
    }
}

/// Seeds that a target reads, rather than refuses at once, come first.
fn seeds_of(name: &str, seeds: &[(String, Vec<u8>)]) -> Vec<usize> {
    let own = |seed: &str| match name {
        "any" => true,
        "csv" => seed.ends_with("sv"),
        "feed" => seed.starts_with("entries"),
        "newsml" => seed.starts_with("item."),
        "ninjs" => seed == "items.json",
        "alignment" | "pipeline" | "text" => seed.ends_with(".txt"),
        _ => seed.ends_with(name) || seed.starts_with(&format!("{name}.")),
    };
    let found: Vec<usize> = (0..seeds.len()).filter(|&at| own(&seeds[at].0)).collect();
    assert!(!found.is_empty(), "no seed of target {name}");
    found
}

#[test]
fn each_format_has_a_target() {
    for format in dedupe::formats::InputFormat::names() {
        let is_known = TARGETS.iter().any(|(name, _)| *name == format);
        assert!(is_known, "{format}");
    }
}

#[test]
fn targets_keep_their_promises_with_every_seed() {
    let seeds = seeds();
    TARGETS.par_iter().for_each(|target| {
        for (name, bytes) in &seeds {
            check(*target, bytes, name);
        }
    });
}

#[test]
fn targets_keep_their_promises_with_mutated_seeds() {
    let seeds = seeds();
    for target in TARGETS {
        let own = seeds_of(target.0, &seeds);
        let mut mutator = Mutator {
            state: first_state(),
        };
        let (begun, mut runs) = (Instant::now(), 0u32);
        while begun.elapsed() < time() {
            let (name, seed) = &seeds[own[mutator.below(own.len())]];
            let other = &seeds[mutator.below(seeds.len())].1;
            let mut bytes = seed.get(..MAX_BYTES).unwrap_or(seed).to_vec();
            mutator.mutate(&mut bytes, other);
            check(*target, &bytes, name);
            runs += 1;
        }
        let per_second = f64::from(runs) / begun.elapsed().as_secs_f64();
        eprintln!("{}: {runs} runs, {per_second:.0} per second", target.0);
    }
}

/// The configuration file belongs to the program, so each run is a process.
#[cfg(feature = "cli")]
#[test]
fn the_program_accepts_or_refuses_any_configuration_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dedupe.toml");
    let seed = fs::read(self::folder().join("program_seeds/dedupe.toml")).unwrap();
    let mut mutator = Mutator {
        state: first_state(),
    };
    let (begun, mut runs, mut accepted) = (Instant::now(), 0u32, 0);
    while begun.elapsed() < time() || runs == 0 {
        let mut bytes = seed.clone();
        if runs > 0 {
            mutator.mutate(&mut bytes, &seed);
        }
        fs::write(&file, &bytes).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_dedupe"));
        program.args(["--config", "dedupe.toml", "--print-config"]);
        program.current_dir(folder.path()).stdin(Stdio::null());
        let output = program.output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        let given = String::from_utf8_lossy(&bytes);
        assert!(matches!(code, Some(0 | 2)), "{code:?} {errors}\n{given}");
        assert!(code == Some(0) || !errors.is_empty(), "{given}");
        assert!(!errors.contains("panicked"), "{errors}\n{given}");
        accepted += u32::from(code == Some(0));
        assert!(accepted > 0, "the seed was refused: {errors}");
        runs += 1;
    }
    let per_second = f64::from(runs) / begun.elapsed().as_secs_f64();
    eprintln!("configuration: {runs} runs, {per_second:.0} per second");
}

#[test]
fn each_target_has_a_program() {
    let manifest = fs::read_to_string(folder().join("Cargo.toml")).unwrap();
    let mut programs: Vec<String> = (fs::read_dir(folder().join("fuzz_targets")).unwrap())
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    programs.sort();
    let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(programs, names);
    for name in names {
        let source = fs::read_to_string(folder().join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(source.contains(&format!("run_target(\"{name}\", bytes)")));
        assert!(manifest.contains(&format!("name = \"{name}\"")));
    }
}
