//! `dedupe.toml`: options from a file.
//!
//! A key is the long name of an option. A key in the table of a subcommand applies to that subcommand only,
//! and overrides the same key outside the tables. The command line overrides the file. Paths are relative to
//! the folder of the file.
//!
//! The options of the file are inserted into the command line, and clap parses all of them. Crates that merge
//! layers of configuration (figment, config) would need a second definition of each option, with its own
//! parsers and messages.

use super::args::{CommandLine, negated, with_negated_flags};
use super::messages::Failure;
use clap::builder::ValueParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory};
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Name of the file in the working directory or one of its parents.
const FILE_NAME: &str = "dedupe.toml";
/// Name of the table for runs without a subcommand.
const FIND_TABLE: &str = "find";
/// Options that a file cannot set.
const COMMAND_LINE_ONLY: [&str; 5] = ["config", "no-config", "print-config", "help", "version"];
/// Names with at least this Jaro similarity are suggested.
const MIN_SIMILARITY: f64 = 0.8;

/// A command line with the options of a file inserted.
pub(crate) struct ConfiguredLine {
    pub(crate) line: Vec<OsString>,
    /// The first argument that the user gave.
    pub(crate) first: Option<OsString>,
    /// The configuration file, if there is one.
    pub(crate) file: Option<PathBuf>,
    /// Long names of the options that come from the file.
    pub(crate) from_file: BTreeSet<String>,
}

/// Finds the configuration file and inserts its options into a command line. `folder` is the working
/// directory.
pub(crate) fn configure(line: Vec<OsString>, folder: &Path) -> Result<ConfiguredLine, Failure> {
    // Usage errors are reported later, for the complete command line.
    let lenient = with_negated_flags().ignore_errors(true);
    let matches = lenient.try_get_matches_from(&line);
    let mut configured = ConfiguredLine {
        first: line.get(1).cloned(),
        line,
        file: None,
        from_file: BTreeSet::new(),
    };
    let Ok(matches) = matches else {
        return Ok(configured);
    };
    if let Some(file) = file(&matches, folder) {
        insert_options(&mut configured, &matches, &file, folder)?;
        configured.file = Some(file);
    }
    Ok(configured)
}

/// Inserts the options of a file that the command line does not set.
fn insert_options(
    configured: &mut ConfiguredLine,
    matches: &ArgMatches,
    file: &Path,
    folder: &Path,
) -> Result<(), Failure> {
    let text = fs::read_to_string(file).map_err(|error| Failure::ConfigFile {
        file: file.into(),
        error,
    })?;
    let table: Table = toml::from_str(&text).map_err(|error| failure(file, &error))?;
    let config = Config {
        folder: (file.parent().filter(|parent| *parent != folder)).map(Path::to_owned),
        file: file.to_owned(),
        all: CommandLine::command(),
    };
    // Options follow the name of the program, or that of the subcommand.
    let found = matches.subcommand();
    let found = found.and_then(|(name, m)| Some((config.all.find_subcommand(name)?, m, 2)));
    let (command, matches, at) = found.unwrap_or((&config.all, matches, 1));
    let mut arguments = vec![];
    for (key, value) in config.options(command, &table)? {
        let Some(arg) = option(command, key) else {
            continue;
        };
        let ids = [arg.get_id().to_string(), negated(key)];
        if !ids.iter().any(|id| is_on_command_line(matches, id)) {
            arguments.extend(config.arguments(arg, key, value)?);
            configured.from_file.insert(key.to_owned());
        }
    }
    let at = at.min(configured.line.len());
    configured.line.splice(at..at, arguments);
    Ok(())
}

/// True if the command line sets an option. False for unknown options.
fn is_on_command_line(matches: &ArgMatches, id: &str) -> bool {
    let is_known = matches.try_contains_id(id).is_ok();
    is_known && matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// The file that `--config` names, or the nearest file in the working directory and its parents.
fn file(matches: &ArgMatches, folder: &Path) -> Option<PathBuf> {
    let matches = matches.subcommand().map_or(matches, |(_, matches)| matches);
    // `--config` with `--no-config` is an error that clap reports later. Until then no file is read.
    if matches!(matches.try_get_one::<bool>("no_config"), Ok(Some(true))) {
        return None;
    }
    if let Ok(Some(named)) = matches.try_get_one::<PathBuf>("config") {
        return Some(folder.join(named));
    }
    let mut candidates = folder.ancestors().map(|folder| folder.join(FILE_NAME));
    candidates.find(|file| file.is_file())
}

/// A configuration file and the command line that defines its keys.
struct Config {
    file: PathBuf,
    /// The folder of the file, if it is not the working directory.
    folder: Option<PathBuf>,
    /// The program with all subcommands.
    all: Command,
}

impl Config {
    /// The keys and values that apply to a command.
    ///
    /// Every key in the file must be an option of some command.
    fn options<'t>(
        &self,
        command: &Command,
        table: &'t Table,
    ) -> Result<Vec<(&'t str, &'t Value)>, Failure> {
        let own_table = match command.get_name() {
            name if name == self.all.get_name() => FIND_TABLE,
            name => name,
        };
        let subcommands = self.all.get_subcommands().map(Command::get_name);
        let tables: Vec<&str> = subcommands.chain([FIND_TABLE]).collect();
        let names = self.option_names();
        let mut found: Vec<(&str, &Value)> = vec![];
        for (key, value) in table {
            if let Value::Table(inner) = value {
                self.check(key, &tables, "subcommand")?;
                for key in inner.keys() {
                    self.check(key, &names, "option")?;
                }
            } else {
                self.check(key, &names, "option")?;
                found.push((key, value));
            }
        }
        if let Some(Value::Table(inner)) = table.get(own_table) {
            found.retain(|(key, _)| !inner.contains_key(*key));
            found.extend(inner.iter().map(|(key, value)| (key.as_str(), value)));
        }
        Ok(found)
    }

    /// The long names of the options of all commands.
    fn option_names(&self) -> Vec<&str> {
        let commands = self.all.get_subcommands().chain([&self.all]);
        let names = commands
            .flat_map(Command::get_arguments)
            .filter_map(Arg::get_long);
        names
            .filter(|name| !COMMAND_LINE_ONLY.contains(name))
            .collect()
    }

    fn check(&self, key: &str, known: &[&str], what: &str) -> Result<(), Failure> {
        if known.contains(&key) {
            return Ok(());
        }
        let similar = most_similar(key, known.iter().copied());
        let suggestion = similar.map_or(String::new(), |name| format!("; did you mean `{name}`?"));
        Err(failure(
            &self.file,
            &format!("there is no {what} `{key}`{suggestion}"),
        ))
    }

    /// A key and its value as command-line arguments.
    fn arguments(&self, arg: &Arg, key: &str, value: &Value) -> Result<Vec<OsString>, Failure> {
        let wrong = |expected: &str| {
            let found = value.type_str();
            failure(
                &self.file,
                &format!("{key}: expected {expected}, found {found}"),
            )
        };
        match (arg.get_action(), value) {
            (ArgAction::SetTrue, Value::Boolean(true)) => Ok(vec![format!("--{key}").into()]),
            (ArgAction::SetTrue, Value::Boolean(false)) => Ok(vec![]),
            (ArgAction::SetTrue, _) => Err(wrong("true or false")),
            (ArgAction::Append, Value::Array(values)) => (values.iter())
                .map(|value| {
                    self.argument(arg, key, value)
                        .ok_or_else(|| wrong("strings"))
                })
                .collect(),
            _ => (self
                .argument(arg, key, value)
                .map(|argument| vec![argument]))
            .ok_or_else(|| wrong("a string or a number")),
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

/// The name that is most similar to a text, if one is similar enough.
pub(crate) fn most_similar<'n>(
    text: &str,
    names: impl Iterator<Item = &'n str>,
) -> Option<&'n str> {
    let scored = names.map(|name| (strsim::jaro(text, name), name));
    scored
        .filter(|(score, _)| *score > MIN_SIMILARITY)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// Lists each option of the command with its value and where the value was set. The text is valid TOML.
pub(crate) fn listing(matches: &ArgMatches, configured: &ConfiguredLine) -> String {
    let all = CommandLine::command();
    let (command, matches) = match matches.subcommand() {
        Some((name, matches)) => (all.find_subcommand(name).unwrap_or(&all), matches),
        None => (&all, matches),
    };
    let named = |arg| Arg::get_long(arg).map(|name| (arg, name));
    let options = command.get_arguments().filter_map(named);
    let options = options.filter(|(_, name)| !COMMAND_LINE_ONLY.contains(name));
    let line = |(arg, name): (&Arg, &str)| match option_value(arg, matches) {
        None => format!("# {name} is not set\n"),
        Some(value) => {
            let origin = origin(arg, name, matches, configured);
            format!("{:<35} # {origin}\n", format!("{name} = {value}"))
        }
    };
    options.map(line).collect()
}

/// The value of an option as TOML. `None` if it is not set.
fn option_value(arg: &Arg, matches: &ArgMatches) -> Option<String> {
    let id = arg.get_id().as_str();
    let values: Vec<String> = (matches.get_raw(id).into_iter().flatten())
        .map(|raw| toml_value(arg, raw))
        .collect();
    match (values.as_slice(), arg.get_action()) {
        ([], ArgAction::SetTrue) => Some(matches.get_flag(id).to_string()),
        ([], _) => None,
        ([one], ArgAction::Append) => Some(format!("[{one}]")),
        ([one], _) => Some(one.clone()),
        (many, _) => Some(format!("[{}]", many.join(", "))),
    }
}

/// Where the value of an option was set.
fn origin(arg: &Arg, name: &str, matches: &ArgMatches, configured: &ConfiguredLine) -> String {
    if let (true, Some(file)) = (configured.from_file.contains(name), &configured.file) {
        return file.display().to_string();
    }
    let ids = [arg.get_id().to_string(), negated(name)];
    match ids.iter().any(|id| is_on_command_line(matches, id)) {
        true => "command line".to_owned(),
        false => "default".to_owned(),
    }
}

/// A value as the file would write it.
fn toml_value(arg: &Arg, raw: &OsStr) -> String {
    let text = raw.to_string_lossy();
    let is_plain = matches!(arg.get_action(), ArgAction::SetTrue) || text.parse::<f64>().is_ok();
    if is_plain {
        text.into_owned()
    } else {
        Value::String(text.into_owned()).to_string()
    }
}
