//! The program: command line, validated options, one file per subcommand, messages and exit codes.
//!
//! To add a subcommand, add a variant with its arguments to [`args::Command`], a file with its code, and a
//! line to [`dispatch`].

mod analysis;
mod arg_values;
mod args;
mod baseline;
mod check;
mod command_line;
mod config;
mod config_search;
mod dictionary;
mod eval;
mod exit;
mod explain;
mod export;
mod find;
mod given;
mod help;
mod hints;
mod index;
mod memory;
mod messages;
mod nothing_found;
mod option_groups;
mod options;
mod output;
#[cfg(test)]
mod output_fault_tests;
#[cfg(test)]
mod output_faults;
mod output_names;
mod panics;
mod path_list;
mod progress;
#[cfg(test)]
mod reference;
mod report;
mod sarif_size;
mod serve;
mod shell;
mod signals;
mod subcommand;
mod temporary;
mod terminal;
mod text_page;
mod threads;
mod timings;
mod usage;
mod version;

use args::{Command, CommandLine};
use clap::FromArgMatches;
use config::ConfiguredLine;
use exit::Exit;
use given::GivenOptions;
use messages::{Console, Failure};
use options::FindOptions;
use output::OutputTarget;
use std::ffi::OsString;
use terminal::Terminal;
use usage::UsageError;

/// Runs the program with these arguments.
pub(crate) fn run(line: impl Iterator<Item = OsString>) -> Exit {
    panics::install_hook();
    signals::install_handler();
    let folder = std::env::current_dir().unwrap_or_default();
    let configured = match config::configure(line.collect(), &folder) {
        Ok(configured) => configured,
        Err(failure) => return Console { quiet: true }.failure(&failure),
    };
    let matches = match &configured.parsed {
        Ok(matches) => matches,
        Err(error) => return clap_message(error, &configured),
    };
    if let Some(note) = &configured.note {
        Console { quiet: false }.note(note);
    }
    match CommandLine::from_arg_matches(matches) {
        Ok(line) if line.config.print_config => {
            let listing = config::listing(matches, &configured);
            let printed = OutputTarget::Stdout.write(|out| out.write_all(listing.as_bytes()));
            printed.map_or_else(|f| Console { quiet: true }.failure(&f), |()| Exit::Done)
        }
        Ok(line) => execute(line, &GivenOptions::of(config::innermost(matches))),
        Err(error) => clap_message(&error, &configured),
    }
}

/// Runs a command and prints its failure.
fn execute(line: CommandLine, given: &GivenOptions) -> Exit {
    let quiet = line.find.output.quiet;
    dispatch(line, given).unwrap_or_else(|failure| Console { quiet }.failure(&failure))
}

fn dispatch(line: CommandLine, given: &GivenOptions) -> Result<Exit, Failure> {
    match line.command {
        Some(Command::Schema) => schema(),
        Some(Command::Eval(args)) => eval::eval(args.given(), &Terminal::detect()),
        Some(Command::Index(args)) => index::index(args.given(), given, &Terminal::detect()),
        Some(Command::Serve(args)) => serve::serve(&args.given()),
        Some(Command::Explain(args)) => explain::explain(args.given(), &Terminal::detect()),
        Some(Command::Export(args)) => export::export(args.given(), &Terminal::detect()),
        Some(Command::Completions(args)) => shell::completions(&args.given()),
        Some(Command::Man(args)) => shell::man(&args.given()),
        Some(Command::Check(args)) => check::check(args.given(), given, &Terminal::detect()),
        Some(Command::Report(args)) => report::report(args.given(), &Terminal::detect()),
        None => {
            let terminal = Terminal::detect();
            FindOptions::new(line.find, &terminal)
                .and_then(|options| find::find(&options, &terminal))
        }
    }
}

/// Prints the JSON Schema of the report.
fn schema() -> Result<Exit, Failure> {
    OutputTarget::Stdout.write(|out| {
        serde_json::to_writer_pretty(&mut *out, &dedupe_report::schema())?;
        writeln!(out)
    })?;
    Ok(Exit::Done)
}

/// Prints what clap returns instead of arguments: help, the version, or a usage error.
fn clap_message(error: &clap::Error, configured: &ConfiguredLine) -> Exit {
    if error.use_stderr() {
        let console = Console { quiet: false };
        let words = configured.given.iter().map(|word| word.to_string_lossy());
        let words: Vec<String> = words.map(|word| word.into_owned()).collect();
        let first = words.first().map(String::as_str).unwrap_or_default();
        if let Some(failure) = usage::mistaken_subcommand(first) {
            return console.failure(&failure);
        }
        let mut usage = UsageError::new(error, &words);
        let file = configured.file.as_deref().map(std::path::Path::display);
        let of_file = usage::option_of(error).filter(|name| configured.from_file.contains(*name));
        match (file, of_file) {
            (Some(file), Some(option)) => {
                usage.hint = Some(format!("correct `{option}` in {file}"));
                console.usage_error(&usage);
            }
            (Some(file), None) if !configured.from_file.is_empty() => {
                console.usage_error(&usage);
                let options: Vec<&str> = configured.from_file.iter().map(String::as_str).collect();
                let options = options.join(", ");
                console.note(&format!("{file} sets these options: {options}"));
            }
            _ => console.usage_error(&usage),
        }
        return Exit::Failed;
    }
    // Ignores a closed pipe, as in `dedupe --help | head`.
    let _ = error.print();
    Exit::Done
}
