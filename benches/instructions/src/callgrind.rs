//! Runs this program under callgrind and reads what it counts.
//!
//! Callgrind writes a profile each time [`stages::begins`](crate::stages) is called. So each profile has one stage.

use crate::corpus;
use crate::counts::{Counts, MeasuredWith, Stage};
use crate::stages::OTHER;
use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, io};

/// The argument with which this program runs the stages, instead of counting them.
pub(crate) const STAGES: &str = "stages";
/// What the name of the function has in a profile.
const BEGINS: &str = "*stages::begins*";

/// Counts the instructions of each stage.
pub(crate) fn count() -> Result<Counts, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let corpus = folder.path().join("corpus.jsonl");
    corpus::write(&corpus)?;
    let profiles = folder.path().join("profile");
    // An empty environment: its size would move the stack.
    let done = Command::new("valgrind")
        .env_clear()
        .arg("--tool=callgrind")
        .arg(format!("--dump-before={BEGINS}"))
        .arg(format!("--callgrind-out-file={}", profiles.display()))
        .arg(env::current_exe()?)
        .arg(STAGES)
        .arg(corpus)
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    if !done.status.success() {
        return Err(format!("valgrind: {}", String::from_utf8_lossy(&done.stderr)).into());
    }
    let output = String::from_utf8(done.stdout)?;
    let (processor, names) = output.split_once('\n').ok_or("no processor")?;
    let mut stages = Vec::new();
    // A profile ends where a stage begins. So the first one has what is before all stages.
    for (number, name) in names.lines().enumerate() {
        if name != OTHER {
            let profile = profiles.with_extension((number + 2).to_string());
            stages.push(Stage {
                stage: name.to_owned(),
                instructions: summary(&profile)?,
            });
        }
    }
    Ok(Counts {
        measured_with: MeasuredWith {
            compiler: first_line("rustc", &["--version"])?,
            valgrind: first_line("valgrind", &["--version"])?,
            libc: first_line("getconf", &["GNU_LIBC_VERSION"])?,
            processor: processor.to_owned(),
        },
        stages,
    })
}

/// The number of instructions of a profile.
fn summary(profile: &Path) -> Result<u64, Box<dyn Error>> {
    let text = fs::read_to_string(profile)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", profile.display())))?;
    let number = text.lines().find_map(|line| line.strip_prefix("summary: "));
    Ok(number.ok_or("a profile without a sum")?.trim().parse()?)
}

/// The first line that a program prints.
fn first_line(program: &str, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let done = Command::new(program).args(arguments).output();
    let done = done.map_err(|error| format!("{program}: {error}"))?;
    let text = String::from_utf8(done.stdout)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
