//! The command line: arguments, validated options, one file per job, messages, exit codes.
//!
//! To add a subcommand: a variant of [`args::Command`] with its arguments, a file with its job, a line
//! in [`dispatch`].

mod args;
mod eval;
mod exit;
mod explain;
mod find;
mod memory;
mod messages;
mod options;
mod output;
mod progress;
mod report;
mod side;
mod size;
mod terminal;
mod threads;
mod timings;

use args::{Command, CommandLine};
use clap::Parser;
use exit::Exit;
use messages::{Console, Failure};
use options::Options;
use output::Destination;
use std::ffi::OsString;
use terminal::Terminal;

/// Does what the command line says.
pub(crate) fn run(line: impl Iterator<Item = OsString>) -> Exit {
    match CommandLine::try_parse_from(line) {
        Ok(line) => dispatch(line),
        Err(error) => refused(&error),
    }
}

fn dispatch(line: CommandLine) -> Exit {
    let quiet = line.find.output.quiet;
    let done = match line.command {
        Some(Command::Schema) => schema(),
        Some(Command::Eval(args)) => eval::eval(*args, &Terminal::detect()),
        Some(Command::Explain(args)) => explain::explain(*args, &Terminal::detect()),
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
        serde_json::to_writer_pretty(&mut *out, &dedupe::report::schema())?;
        writeln!(out)
    })?;
    Ok(Exit::Done)
}

/// Help and version, which were asked for; otherwise wrong usage. It quotes what was written, which a
/// script may have taken from a corpus.
fn refused(error: &clap::Error) -> Exit {
    if error.use_stderr() {
        Console { quiet: true }.foreign(&error.render().to_string());
        return Exit::Failed;
    }
    // A closed pipe, as in `dedupe --help | head`, is no error.
    let _ = error.print();
    Exit::Done
}
