//! The command line: arguments, validated options, one file per job, messages, exit codes.
//!
//! To add a subcommand: a variant of [`args::Command`] with its arguments, a file with its job, a line
//! in [`dispatch`].

mod args;
mod baseline;
mod check;
mod config;
mod eval;
mod exit;
mod explain;
mod export;
mod find;
mod help;
mod memory;
mod messages;
mod options;
mod output;
mod panics;
mod progress;
mod report;
mod shell;
mod side;
mod signals;
mod size;
mod temporary;
mod terminal;
mod threads;
mod timings;
mod values;

use args::{Command, CommandLine};
use clap::FromArgMatches;
use config::Configured;
use exit::Exit;
use messages::{Console, Failure};
use options::Options;
use output::Destination;
use std::ffi::OsString;
use terminal::Terminal;

/// Does what the command line says.
pub(crate) fn run(line: impl Iterator<Item = OsString>) -> Exit {
    panics::watch();
    signals::watch();
    let folder = std::env::current_dir().unwrap_or_default();
    let configured = match config::configured(line.collect(), &folder) {
        Ok(configured) => configured,
        Err(failure) => return Console { quiet: true }.failure(&failure),
    };
    let matches = match args::accepted().try_get_matches_from(&configured.line) {
        Ok(matches) => matches,
        Err(error) => return refused(&error, &configured),
    };
    match CommandLine::from_arg_matches(&matches) {
        Ok(line) if line.config.print_config => {
            let listing = config::listing(&matches, &configured);
            let printed = Destination::Stdout.write(|out| out.write_all(listing.as_bytes()));
            printed.map_or_else(|f| Console { quiet: true }.failure(&f), |()| Exit::Done)
        }
        Ok(line) => dispatch(line),
        Err(error) => refused(&error, &configured),
    }
}

fn dispatch(line: CommandLine) -> Exit {
    let quiet = line.find.output.quiet;
    let done = match line.command {
        Some(Command::Schema) => schema(),
        Some(Command::Eval(args)) => eval::eval(*args, &Terminal::detect()),
        Some(Command::Explain(args)) => explain::explain(*args, &Terminal::detect()),
        Some(Command::Export(args)) => export::export(*args, &Terminal::detect()),
        Some(Command::Completions(args)) => shell::completions(&args),
        Some(Command::Man(args)) => shell::man(&args),
        Some(Command::Check(args)) => check::check(*args, &Terminal::detect()),
        Some(Command::Report(args)) => report::report(*args, &Terminal::detect()),
        None => {
            let terminal = Terminal::detect();
            Options::new(line.find, &terminal).and_then(|options| find::find(&options, &terminal))
        }
    };
    done.unwrap_or_else(|failure| Console { quiet }.failure(&failure))
}

/// Prints the JSON Schema of the report.
fn schema() -> Result<Exit, Failure> {
    Destination::Stdout.write(|out| {
        serde_json::to_writer_pretty(&mut *out, &dedupe_report::schema())?;
        writeln!(out)
    })?;
    Ok(Exit::Done)
}

/// Help and version, which were asked for; otherwise wrong usage. It quotes what was written, which a
/// script may have taken from a corpus.
fn refused(error: &clap::Error, configured: &Configured) -> Exit {
    if error.use_stderr() {
        let console = Console { quiet: false };
        console.foreign(&error.render().to_string());
        if let (Some(file), false) = (&configured.file, configured.given.is_empty()) {
            let given: Vec<&str> = configured.given.iter().map(String::as_str).collect();
            let (file, given) = (file.display(), given.join(", "));
            console.note(&format!("{file} gave: {given}"));
        }
        let first = configured.first.as_deref().and_then(|word| word.to_str());
        let name = first.and_then(args::subcommand);
        if let Some(name) = name.filter(|name| Some(name.as_str()) != first) {
            console.note(&format!(
                "did you mean the subcommand {name}? dedupe {name} --help"
            ));
        }
        return Exit::Failed;
    }
    // A closed pipe, as in `dedupe --help | head`, is no error.
    let _ = error.print();
    Exit::Done
}
