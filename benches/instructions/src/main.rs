//! Counts the instructions of each stage on a small generated corpus, and compares them with `counts.json`.
//!
//! Instruction counts hardly vary from run to run, also on a busy machine, so they show a loss of a few per cent that
//! times do not show. Callgrind, a tool of valgrind, counts them. Caches, branches and threads are not part of them:
//! measure times as well (`benches/compare`).
//!
//! `benches/instructions/run` compares, `benches/instructions/run --update` writes the file. The exit code is 1 if a stage
//! takes over 3% more than the file says.

mod callgrind;
mod corpus;
mod counts;
mod stages;

use counts::{Counts, Verdict};
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

/// The file of the counts.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/counts.json");

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => compare(),
        ["--update"] => update(),
        [callgrind::STAGES, corpus] => {
            stages::run(Path::new(corpus), &mut io::stdout().lock())?;
            Ok(ExitCode::SUCCESS)
        }
        _ => Err("usage: benches/instructions/run [--update]".into()),
    }
}

/// Compares the counts of now with those of the file.
fn compare() -> Result<ExitCode, Box<dyn Error>> {
    let before: Counts = serde_json::from_str(&fs::read_to_string(FILE)?)?;
    let now = callgrind::count()?;
    let comparison = now.compare(&before);
    write!(io::stdout(), "{comparison}")?;
    Ok(match comparison.verdict() {
        Verdict::MoreInstructions => ExitCode::FAILURE,
        Verdict::NotComparable | Verdict::Same | Verdict::FewerInstructions => ExitCode::SUCCESS,
    })
}

/// Writes the counts of now to the file.
fn update() -> Result<ExitCode, Box<dyn Error>> {
    let now = callgrind::count()?;
    let mut json = serde_json::to_string_pretty(&now)?;
    json.push('\n');
    if let Ok(before) = fs::read_to_string(FILE) {
        write!(
            io::stdout(),
            "{}",
            now.compare(&serde_json::from_str(&before)?)
        )?;
    }
    fs::write(FILE, json)?;
    Ok(ExitCode::SUCCESS)
}
