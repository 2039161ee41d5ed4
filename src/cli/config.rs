//! `dedupe.toml`: options that stand in a file, as if they stood first on the command line.
//!
//! A key is an option's long name; one in the table of a subcommand counts there alone, and before one
//! above the tables. An option on the command line replaces that of the file. Paths are relative to the
//! file's folder.

use super::args::{CommandLine, accepted, denial};
use super::messages::Failure;
use clap::builder::ValueParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory};
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// What is looked for in the working directory and above it.
const FILE: &str = "dedupe.toml";
/// The table of the main job.
const FIND: &str = "find";
/// Options about the configuration itself, and what is none of it.
const NOT_THERE: [&str; 5] = ["config", "no-config", "print-config", "help", "version"];
/// Names that are this alike may be meant.
const ALIKE: f64 = 0.8;

/// A command line with the options of a file, and which those are.
pub(crate) struct Configured {
    pub(crate) line: Vec<OsString>,
    /// What stands first on the line as it was written.
    pub(crate) first: Option<OsString>,
    /// The file.
    pub(crate) file: Option<PathBuf>,
    /// Long names of the options that it gave.
    pub(crate) given: BTreeSet<String>,
}

/// Adds to a command line what a configuration file says.
pub(crate) fn configured(line: Vec<OsString>, folder: &Path) -> Result<Configured, Failure> {
    // Wrong usage is told when the whole line is there.
    let lenient = accepted().ignore_errors(true);
    let plain = |line: Vec<OsString>| Configured {
        first: line.get(1).cloned(),
        line,
        file: None,
        given: BTreeSet::new(),
    };
    let Ok(matches) = lenient.try_get_matches_from(&line) else {
        return Ok(plain(line));
    };
    let Some(file) = file(&matches, folder) else {
        return Ok(plain(line));
    };
    let mut configured = plain(line);
    add(&mut configured, &matches, &file, folder)?;
    configured.file = Some(file);
    Ok(configured)
}

/// Adds the options of a file that were not given on the line.
fn add(
    configured: &mut Configured,
    matches: &ArgMatches,
    file: &Path,
    folder: &Path,
) -> Result<(), Failure> {
    let text = fs::read_to_string(file).map_err(|error| failure(file, &error))?;
    let table: Table = toml::from_str(&text).map_err(|error| failure(file, &error))?;
    let config = Config {
        folder: (file.parent().filter(|parent| *parent != folder)).map(Path::to_owned),
        file: file.to_owned(),
        all: CommandLine::command(),
    };
    // Options stand behind the program's name, or the subcommand's.
    let found = matches.subcommand();
    let found = found.and_then(|(name, m)| Some((config.all.find_subcommand(name)?, m, 2)));
    let (command, matches, at) = found.unwrap_or((&config.all, matches, 1));
    let mut arguments = vec![];
    for (key, value) in config.options(command, &table)? {
        let Some(arg) = option(command, key) else {
            continue;
        };
        let flags = [arg.get_id().to_string(), denial(key)];
        if !flags.iter().any(|id| is_given(matches, id)) {
            arguments.extend(config.arguments(arg, key, value)?);
            configured.given.insert(key.to_owned());
        }
    }
    let at = at.min(configured.line.len());
    configured.line.splice(at..at, arguments);
    Ok(())
}

/// True where the command line has an option, if there is such.
fn is_given(matches: &ArgMatches, id: &str) -> bool {
    let is_known = matches.try_contains_id(id).is_ok();
    is_known && matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// The file that is named, else the nearest one above.
fn file(matches: &ArgMatches, folder: &Path) -> Option<PathBuf> {
    let matches = matches.subcommand().map_or(matches, |(_, matches)| matches);
    // With both, the line is refused: then no file may have a say, not even by being wrong.
    if matches!(matches.try_get_one::<bool>("no_config"), Ok(Some(true))) {
        return None;
    }
    if let Ok(Some(named)) = matches.try_get_one::<PathBuf>("config") {
        return Some(folder.join(named));
    }
    let mut above = folder.ancestors().map(|folder| folder.join(FILE));
    above.find(|file| file.is_file())
}

/// What the options of a file are read against.
struct Config {
    file: PathBuf,
    /// Where its paths begin, where that is not the working directory.
    folder: Option<PathBuf>,
    /// The command with all subcommands.
    all: Command,
}

impl Config {
    /// The keys that count for a command; every key must be an option of some command.
    fn options<'t>(
        &self,
        command: &Command,
        table: &'t Table,
    ) -> Result<Vec<(&'t str, &'t Value)>, Failure> {
        let own = match command.get_name() {
            name if name == self.all.get_name() => FIND,
            name => name,
        };
        let mut found: Vec<(&str, &Value)> = vec![];
        for (key, value) in table {
            if let Value::Table(inner) = value {
                let all = self.all.get_subcommands().map(Command::get_name);
                self.check(key, &all.chain([FIND]).collect::<Vec<_>>(), "subcommand")?;
                for key in inner.keys() {
                    self.check(key, &self.names(), "option")?;
                }
            } else {
                self.check(key, &self.names(), "option")?;
                found.push((key, value));
            }
        }
        if let Some(Value::Table(inner)) = table.get(own) {
            found.retain(|(key, _)| !inner.contains_key(*key));
            found.extend(inner.iter().map(|(key, value)| (key.as_str(), value)));
        }
        Ok(found)
    }

    /// The long names of all options of all commands.
    fn names(&self) -> Vec<&str> {
        let commands = self.all.get_subcommands().chain([&self.all]);
        let names = commands
            .flat_map(Command::get_arguments)
            .filter_map(Arg::get_long);
        names.filter(|name| !NOT_THERE.contains(name)).collect()
    }

    fn check(&self, key: &str, known: &[&str], what: &str) -> Result<(), Failure> {
        if known.contains(&key) {
            return Ok(());
        }
        let meant = similar(key, known.iter().copied());
        let meant = meant.map_or(String::new(), |name| format!("; did you mean `{name}`?"));
        Err(failure(
            &self.file,
            &format!("there is no {what} `{key}`{meant}"),
        ))
    }

    /// What a value is on the command line.
    fn arguments(&self, arg: &Arg, key: &str, value: &Value) -> Result<Vec<OsString>, Failure> {
        let wrong = |expected: &str| {
            let got = value.type_str();
            failure(
                &self.file,
                &format!("{key}: expected {expected}, got {got}"),
            )
        };
        match (arg.get_action(), value) {
            (ArgAction::SetTrue, Value::Boolean(true)) => Ok(vec![format!("--{key}").into()]),
            (ArgAction::SetTrue, Value::Boolean(false)) => Ok(vec![]),
            (ArgAction::SetTrue, _) => Err(wrong("true or false")),
            (ArgAction::Append, Value::Array(values)) => (values.iter())
                .map(|value| self.argument(arg, key, value).ok_or_else(|| wrong("texts")))
                .collect(),
            _ => (self
                .argument(arg, key, value)
                .map(|argument| vec![argument]))
            .ok_or_else(|| wrong("a text or a number")),
        }
    }

    fn argument(&self, arg: &Arg, key: &str, value: &Value) -> Option<OsString> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            _ => return None,
        };
        let is_path = arg.get_value_parser().type_id() == ValueParser::path_buf().type_id();
        let mut argument = OsString::from(format!("--{key}="));
        match &self.folder {
            Some(folder) if is_path && text != "-" => argument.push(folder.join(text)),
            _ => argument.push(text),
        }
        Some(argument)
    }
}

fn option<'c>(command: &'c Command, name: &str) -> Option<&'c Arg> {
    command
        .get_arguments()
        .find(|arg| arg.get_long() == Some(name))
}

fn failure(file: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::Config {
        file: file.into(),
        error: error.to_string(),
    }
}

/// The name that is most like a text, where one is.
pub(crate) fn similar<'n>(text: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let scored = names.map(|name| (strsim::jaro(text, name), name));
    let alike = scored.filter(|(score, _)| *score > ALIKE);
    alike
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// Every option of the command that was given, with its value and where that is from.
pub(crate) fn listing(matches: &ArgMatches, configured: &Configured) -> String {
    let all = CommandLine::command();
    let (command, matches) = match matches.subcommand() {
        Some((name, matches)) => (all.find_subcommand(name).unwrap_or(&all), matches),
        None => (&all, matches),
    };
    let file = configured.file.as_deref().map(Path::display);
    let mut lines = String::new();
    for arg in command.get_arguments() {
        let Some(name) = arg.get_long().filter(|name| !NOT_THERE.contains(name)) else {
            continue;
        };
        let id = arg.get_id().as_str();
        let values: Vec<String> = (matches.get_raw(id).into_iter().flatten())
            .map(|raw| written(arg, raw))
            .collect();
        let value = match (values.as_slice(), arg.get_action()) {
            ([], ArgAction::SetTrue) => matches.get_flag(id).to_string(),
            ([], _) => {
                lines.push_str(&format!("# {name} is not set\n"));
                continue;
            }
            ([one], ArgAction::Append) => format!("[{one}]"),
            ([one], _) => one.clone(),
            (many, _) => format!("[{}]", many.join(", ")),
        };
        let from = match (matches.value_source(id), &file) {
            (Some(ValueSource::CommandLine), Some(file)) if configured.given.contains(name) => {
                file.to_string()
            }
            (Some(ValueSource::CommandLine), _) => "command line".to_owned(),
            _ if is_given(matches, &denial(name)) => "command line".to_owned(),
            _ => "default".to_owned(),
        };
        lines.push_str(&format!("{:<35} # {from}\n", format!("{name} = {value}")));
    }
    lines
}

/// A value as the file would have it.
fn written(arg: &Arg, raw: &OsStr) -> String {
    let text = raw.to_string_lossy();
    let is_plain = matches!(arg.get_action(), ArgAction::SetTrue) || text.parse::<f64>().is_ok();
    if is_plain {
        text.into_owned()
    } else {
        Value::String(text.into_owned()).to_string()
    }
}
