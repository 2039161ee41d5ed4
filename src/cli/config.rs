//! `dedupe.toml`: options from a file.
//!
//! A key is the long name of an option. A key in the table of a subcommand applies to that subcommand only,
//! and overrides the same key outside the tables. The command line overrides the file. Paths are relative to
//! the folder of the file.
//!
//! A file that `--config` names may set every option. A file that was found may come from somebody else, so it may
//! set how copies are found and shown, but not where anything is written or what is read outside its folder.
//!
//! The options of the file are inserted into the command line, and clap parses all of them. Crates that merge
//! layers of configuration (figment, config) would need a second definition of each option, with its own
//! parsers and messages.

use super::args::{CommandLine, commands, negated, parse};
use super::config_search::{FoundFile, search};
use super::messages::Failure;
use super::usage::most_similar;
use clap::builder::ValueParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory};
use dedupe_formats::quoted;
use std::collections::BTreeSet;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Name of the table for runs without a subcommand.
const FIND_TABLE: &str = "find";
/// Options that a file cannot set.
const COMMAND_LINE_ONLY: [&str; 5] = ["config", "no-config", "print-config", "help", "version"];
/// Options with a path that a found file may set, as long as the path stays in the folder of the file: they name
/// what is read.
const INPUTS: [&str; 5] = ["against", "baseline", "dictionary", "in", "truth"];
/// Options without a path that a found file may not set. Links may lead out of the folders that the user named, and the
/// names and the address of the service decide who is answered.
const NAMED_FILE_ONLY: [&str; 3] = ["follow", "host", "listen"];
/// The maximum size of a file in bytes.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// A command line with the options of a file inserted.
pub(crate) struct ConfiguredLine {
    line: Vec<OsString>,
    /// What the complete line says.
    pub(crate) parsed: Result<ArgMatches, clap::Error>,
    /// The arguments that the user gave.
    pub(crate) given: Vec<OsString>,
    /// The configuration file, if there is one.
    pub(crate) file: Option<PathBuf>,
    /// Long names of the options that come from the file.
    pub(crate) from_file: BTreeSet<String>,
    /// What to tell the user about a file that was found. `None` with `--quiet` on the command line: the file
    /// itself cannot hide that it is used.
    pub(crate) note: Option<String>,
}

/// The configuration file of a run.
enum Origin {
    /// `--config` names it.
    Named(PathBuf),
    /// It was found near the working directory.
    Found(FoundFile),
}

/// Finds the configuration file and inserts its options into a command line. `folder` is the working
/// directory.
pub(crate) fn configure(line: Vec<OsString>, folder: &Path) -> Result<ConfiguredLine, Failure> {
    let parsed = parse(&line, false);
    // Usage errors are reported later, for the complete command line.
    let matches = match &parsed {
        Ok(matches) => Ok(matches.clone()),
        Err(_) => parse(&line, true),
    };
    let mut configured = ConfiguredLine {
        given: line.iter().skip(1).cloned().collect(),
        line,
        parsed,
        file: None,
        from_file: BTreeSet::new(),
        note: None,
    };
    let Ok(matches) = matches else {
        return Ok(configured);
    };
    let note = match origin_of_file(&matches, folder) {
        None => None,
        Some(Origin::Named(file)) => {
            insert_options(&mut configured, &matches, &file, folder, false)?;
            configured.file = Some(file);
            None
        }
        Some(Origin::Found(FoundFile {
            path,
            distrust: Some(reason),
        })) => Some(format!(
            "ignored {path}: {reason}; to use it: --config {path}",
            path = path.display()
        )),
        Some(Origin::Found(FoundFile { path, .. })) => {
            insert_options(&mut configured, &matches, &path, folder, true)?;
            let note = configured.note_of_use(&path);
            configured.file = Some(path);
            note
        }
    };
    configured.note = note.filter(|_| configured.tells_use(&matches));
    Ok(configured)
}

/// The matches of the subcommand of a subcommand, or of the one before it.
pub(crate) fn innermost(mut matches: &ArgMatches) -> &ArgMatches {
    while let Some((_, inner)) = matches.subcommand() {
        matches = inner;
    }
    matches
}

impl ConfiguredLine {
    /// True if the use of a found file is told: the command has messages, and the command line does not silence them. A run
    /// that guards something with `--fail-on` tells it in any case, because the file may have loosened what it looks for.
    fn tells_use(&self, matches: &ArgMatches) -> bool {
        let matches = innermost(matches);
        let guards =
            || is_on_command_line(matches, "fail_on") || self.from_file.contains("fail-on");
        match matches.try_get_one::<bool>("quiet") {
            Ok(Some(is_quiet)) => !is_quiet || guards(),
            _ => false,
        }
    }

    fn note_of_use(&self, file: &Path) -> Option<String> {
        let options: Vec<&str> = self.from_file.iter().map(String::as_str).collect();
        (!options.is_empty()).then(|| {
            format!(
                "{} sets these options: {}; to ignore it: --no-config",
                file.display(),
                options.join(", ")
            )
        })
    }
}

/// Inserts the options of a file that the command line does not set.
fn insert_options(
    configured: &mut ConfiguredLine,
    matches: &ArgMatches,
    file: &Path,
    folder: &Path,
    was_found: bool,
) -> Result<(), Failure> {
    let text = read(file).map_err(|error| Failure::ConfigFile {
        file: file.into(),
        error,
    })?;
    let table: Table =
        toml::from_str(&text).map_err(|error| failure(file, &syntax_error(&text, &error)))?;
    let config = Config {
        folder: (file.parent().filter(|parent| *parent != folder)).map(Path::to_owned),
        file: file.to_owned(),
        was_found,
        all: CommandLine::command(),
    };
    // Options follow the name of the program, or that of the subcommand, which may have subcommands of its own.
    let (mut command, mut matches, mut at) = (&config.all, matches, 1);
    let own_table = matches.subcommand_name().unwrap_or(FIND_TABLE);
    while let Some((name, inner)) = matches.subcommand()
        && let Some(subcommand) = command.find_subcommand(name)
    {
        (command, matches, at) = (subcommand, inner, at + 1);
    }
    let mut arguments = vec![];
    for (key, value) in config.options(own_table, &table)? {
        let Some(arg) = option(command, key) else {
            continue;
        };
        let ids = [arg.get_id().to_string(), negated(key)];
        if !ids.iter().any(|id| is_on_command_line(matches, id)) {
            arguments.extend(config.arguments(arg, key, value)?);
            configured.from_file.insert(key.to_owned());
        }
    }
    if !arguments.is_empty() {
        let at = at.min(configured.line.len());
        configured.line.splice(at..at, arguments);
        configured.parsed = parse(&configured.line, false);
    }
    Ok(())
}

fn read(file: &Path) -> io::Result<String> {
    let mut text = String::new();
    let mut limited = File::open(file)?.take(MAX_FILE_BYTES + 1);
    match limited.read_to_string(&mut text)? as u64 {
        0..=MAX_FILE_BYTES => Ok(text),
        _ => Err(io::ErrorKind::FileTooLarge.into()),
    }
}

/// True if the command line sets an option. False for unknown options.
fn is_on_command_line(matches: &ArgMatches, id: &str) -> bool {
    let is_known = matches.try_contains_id(id).is_ok();
    is_known && matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// The file that `--config` names, or else the file that a search finds.
fn origin_of_file(matches: &ArgMatches, folder: &Path) -> Option<Origin> {
    let matches = innermost(matches);
    // `--config` with `--no-config` is an error that clap reports later. Until then no file is read.
    if matches!(matches.try_get_one::<bool>("no_config"), Ok(Some(true))) {
        return None;
    }
    if let Ok(Some(named)) = matches.try_get_one::<PathBuf>("config") {
        return Some(Origin::Named(folder.join(named)));
    }
    search(folder, env::home_dir().as_deref()).map(Origin::Found)
}

/// A configuration file and the command line that defines its keys.
struct Config {
    file: PathBuf,
    /// The folder of the file, if it is not the working directory.
    folder: Option<PathBuf>,
    /// Nobody named the file, so it may not set every option.
    was_found: bool,
    /// The program with all subcommands.
    all: Command,
}

impl Config {
    /// The keys and values that apply to a command. `own_table`: the name of its table.
    ///
    /// Every key in the file must be an option of some command.
    fn options<'t>(
        &self,
        own_table: &str,
        table: &'t Table,
    ) -> Result<Vec<(&'t str, &'t Value)>, Failure> {
        let subcommands = self.all.get_subcommands().map(Command::get_name);
        let tables: Vec<&str> = subcommands.chain([FIND_TABLE]).collect();
        let names = self.option_names();
        let mut found: Vec<(&str, &Value)> = vec![];
        for (key, value) in table {
            if let Value::Table(inner) = value {
                self.check(key, &tables, "command")?;
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
        let names = commands(&self.all)
            .into_iter()
            .flat_map(|(_, command)| command.get_arguments())
            .filter_map(Arg::get_long);
        names
            .filter(|name| !COMMAND_LINE_ONLY.contains(name))
            .collect()
    }

    fn check(&self, key: &str, known: &[&str], what: &str) -> Result<(), Failure> {
        if known.contains(&key) {
            return Ok(());
        }
        let key = quoted(key);
        let similar = most_similar(&key, known.iter().copied());
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
        let needs_a_name = NAMED_FILE_ONLY.contains(&key) && value != &Value::Boolean(false);
        if self.was_found && (needs_a_name || is_path(arg) && !INPUTS.contains(&key)) {
            return Err(self.refusal(key, "cannot be set in a file that --config does not name"));
        }
        match (arg.get_action(), value) {
            (ArgAction::SetTrue, Value::Boolean(true)) => Ok(vec![format!("--{key}").into()]),
            (ArgAction::SetTrue, Value::Boolean(false)) => Ok(vec![]),
            (ArgAction::SetTrue, _) => Err(wrong("true or false")),
            (ArgAction::Append, Value::Array(values)) => (values.iter())
                .map(|value| {
                    let text = text(value).ok_or_else(|| wrong("strings"))?;
                    self.argument(arg, key, &text)
                })
                .collect(),
            _ => {
                let text = text(value).ok_or_else(|| wrong("a string or a number"))?;
                self.argument(arg, key, &text)
                    .map(|argument| vec![argument])
            }
        }
    }

    fn argument(&self, arg: &Arg, key: &str, text: &str) -> Result<OsString, Failure> {
        let mut argument = OsString::from(format!("--{key}="));
        if !is_path(arg) || text == "-" {
            argument.push(text);
            return Ok(argument);
        }
        let path = match &self.folder {
            Some(folder) => folder.join(text),
            None => PathBuf::from(text),
        };
        if self.was_found && self.is_outside(&path) {
            return Err(self.refusal(key, &format!("{text} is outside the folder of the file")));
        }
        argument.push(path);
        Ok(argument)
    }

    /// True if a path leads out of the folder of the file. A path that does not exist leads nowhere.
    fn is_outside(&self, path: &Path) -> bool {
        let folder = self.file.parent().and_then(|f| fs::canonicalize(f).ok());
        let outside = |path: PathBuf| folder.is_none_or(|folder| !path.starts_with(folder));
        fs::canonicalize(path).is_ok_and(outside)
    }

    fn refusal(&self, key: &str, error: &str) -> Failure {
        Failure::FoundConfig {
            file: self.file.clone(),
            error: format!("{key}: {error}"),
        }
    }
}

/// A value that is not a list, a table or a flag, as text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

fn is_path(arg: &Arg) -> bool {
    arg.get_value_parser().type_id() == ValueParser::path_buf().type_id()
}

fn option<'c>(command: &'c Command, name: &str) -> Option<&'c Arg> {
    command
        .get_arguments()
        .find(|arg| arg.get_long() == Some(name))
}

/// What is wrong in a file that is not TOML, with its line. The parser shows the whole line, which may have a million
/// characters.
fn syntax_error(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    // The last words are those of the grammar.
    let message = error
        .message()
        .trim_end_matches(", expected literal string");
    format!("line {line}: {}", quoted(message))
}

fn failure(file: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::Config {
        file: file.into(),
        error: error.to_string(),
    }
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
    let listed: String = options.map(line).collect();
    match listed.is_empty() {
        true => "# this command has no options that a file can set\n".to_owned(),
        false => listed,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Each option without a path is either in this list, or a file that nobody named may not set it.
    #[test]
    fn a_found_file_may_set_these_options_of_all_commands() {
        let all = CommandLine::command();
        let arguments = commands(&all)
            .into_iter()
            .flat_map(|(_, command)| command.get_arguments());
        let without_path = arguments.filter(|arg| !is_path(arg));
        let mut names: BTreeSet<&str> = without_path.filter_map(Arg::get_long).collect();
        names.retain(|name| !COMMAND_LINE_ONLY.contains(name) && !NAMED_FILE_ONLY.contains(name));
        let names: Vec<&str> = names.into_iter().collect();
        let expected = "all byline-field color counts cross-source-only date-field drop exclude fail-on format hidden html \
                        id-field include input-format keep labels labels-complete language-field list \
                        max-document-bytes max-skipped memory min-passage no-curve null prefer quiet shingle source-field \
                        text-field threads threshold timings title-field url-field within";
        assert_eq!(names.join(" "), expected);
    }
}
