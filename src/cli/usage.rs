//! Wrong usage: what clap says about a command line, with hints in place of its tips.
//!
//! Clap suggests the most similar name even if it is not similar, and to give any unknown option as a value.

use super::args::{CommandLine, commands};
use super::messages::Failure;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory};
use std::path::Path;

/// Names with more than this Jaro similarity are suggested.
const MIN_SIMILARITY: f64 = 0.8;

/// Subcommands of other programs, and what takes their place.
const OTHER_COMMANDS: [(&[&str], &str); 5] = [
    (
        &["find", "run", "scan", "dedup", "dedupe"],
        "to find copies, name files or folders: dedupe ./news",
    ),
    (
        &["compare", "diff"],
        "to compare two documents: dedupe explain A B",
    ),
    (&["version"], "for the version: dedupe --version"),
    (
        &["add", "query", "info", "verify", "history"],
        "for the commands of an index: dedupe index --help",
    ),
    (
        &["convert", "render"],
        "to convert a saved report: dedupe report report.json -o report.html",
    ),
];

/// Options of other programs, and what takes their place.
const OTHER_OPTIONS: [(&[&str], &str); 7] = [
    (&["--json"], "use --format json"),
    (&["--jsonl"], "use --format jsonl"),
    (&["--csv"], "use --format csv"),
    (&["--html"], "use --format html -o report.html"),
    (
        &["-r", "-R", "--recursive"],
        "folders are always read with their subfolders",
    ),
    (
        &["-v", "--verbose"],
        "all messages are shown unless --quiet is given; --timings lists the stages",
    ),
    (
        &["--since", "--until", "--from", "--to"],
        "dedupe reads all documents; to match only those of near dates: --within DAYS",
    ),
];

/// A usage error as the user sees it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UsageError {
    /// What is wrong.
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// How to use the command.
    pub(super) usage: String,
}

impl UsageError {
    /// `line`: the words of the command line, after the name of the program.
    pub(super) fn new(error: &clap::Error, line: &[String]) -> Self {
        let text = error.render().to_string();
        let paragraphs = text.split("\n\n");
        let is_told = |paragraph: &&str| !paragraph.trim_start().starts_with("tip:");
        let mut paragraphs = paragraphs.filter(is_told).map(str::trim_end);
        let message = paragraphs.next().unwrap_or_default();
        let message = message.replace("unrecognized subcommand", "unknown command");
        Self {
            message,
            hint: hint(error, line),
            usage: paragraphs.collect::<Vec<_>>().join("\n\n"),
        }
    }
}

/// The long name of the option whose value is wrong.
pub(super) fn option_of(error: &clap::Error) -> Option<&str> {
    let named = (error.kind() != ErrorKind::UnknownArgument)
        .then(|| text(error, ContextKind::InvalidArg))??;
    named.strip_prefix("--")?.split([' ', '=']).next()
}

/// The failure of a line whose first word was meant as a subcommand: it is none, and no file or folder.
pub(super) fn mistaken_subcommand(first: &str) -> Option<Failure> {
    let is_word = !first.starts_with('-') && !first.contains(['.', '/']);
    let is_known = CommandLine::command().find_subcommand(first).is_some();
    if !is_word || is_known || Path::new(first).exists() {
        return None;
    }
    let hint = hint_for_word(first)?;
    Some(Failure::SubcommandAsPath {
        path: first.to_owned(),
        hint,
    })
}

/// What to write instead of a word that was meant as a subcommand.
pub(super) fn hint_for_word(word: &str) -> Option<String> {
    let other = (OTHER_COMMANDS.iter()).find(|(words, _)| words.contains(&word));
    if let Some((_, hint)) = other {
        return Some((*hint).to_owned());
    }
    let command = CommandLine::command();
    let name = similar_subcommand(&command, word)?;
    Some(match name == word {
        true => format!("a command comes before options and paths: dedupe {name} --help"),
        false => format!("did you mean the command {name}? see: dedupe {name} --help"),
    })
}

/// The name of the subcommand that is equal or similar to a word.
fn similar_subcommand<'c>(command: &'c Command, word: &str) -> Option<&'c str> {
    most_similar(word, command.get_subcommands().map(Command::get_name))
}

/// The name that is most similar to a word, if one is similar enough.
pub(super) fn most_similar<'n>(
    word: &str,
    names: impl Iterator<Item = &'n str>,
) -> Option<&'n str> {
    let word = word.to_lowercase();
    names
        .map(|name| (strsim::jaro(&word, name), name))
        .filter(|(similarity, _)| *similarity > MIN_SIMILARITY)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

fn hint(error: &clap::Error, line: &[String]) -> Option<String> {
    let all = CommandLine::command();
    let (command, name) = command_of(&all, line);
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let option = text(error, ContextKind::InvalidArg)?;
            hint_for_option(&all, command, &name, option.split(['=', ' ']).next()?)
        }
        ErrorKind::InvalidValue => {
            let value = text(error, ContextKind::InvalidValue)?;
            let Some(ContextValue::Strings(valid)) = error.get(ContextKind::ValidValue) else {
                return None;
            };
            let value = most_similar(value, valid.iter().map(String::as_str))?;
            Some(format!("did you mean {value}?"))
        }
        ErrorKind::InvalidSubcommand => {
            let word =
                text(error, ContextKind::InvalidSubcommand).or(line.last().map(String::as_str));
            Some(
                match word.and_then(|word| similar_subcommand(command, word)) {
                    Some(similar) => format!("did you mean {similar}?"),
                    None => format!("for the list, see: {name} --help"),
                },
            )
        }
        ErrorKind::MissingRequiredArgument if line.last().is_some_and(|word| word == "help") => {
            Some(format!("for help: {name} --help"))
        }
        ErrorKind::MissingRequiredArgument => example(command, &name),
        _ => None,
    }
}

/// `called`: how the command is called.
fn hint_for_option(all: &Command, command: &Command, called: &str, option: &str) -> Option<String> {
    let other = (OTHER_OPTIONS.iter()).find(|(options, _)| options.contains(&option));
    if let Some((_, hint)) = other {
        return Some((*hint).to_owned());
    }
    let name = option.strip_prefix("--")?;
    let all_commands = commands(all);
    let has_option = |command: &Command| command.get_arguments().any(|arg| is_named(arg, name));
    let with_option = all_commands
        .iter()
        .filter(|(_, command)| has_option(command));
    let with_option: Vec<&str> = with_option.map(|(name, _)| name.as_str()).collect();
    match with_option.as_slice() {
        [] => {}
        [only] if *only == all.get_name() => {
            return Some(format!("{option} is an option of {only} without a command"));
        }
        [only] => return Some(format!("{option} is an option of {only}")),
        [one, other] => {
            return Some(format!(
                "{called} has no option {option}; {one} and {other} have it"
            ));
        }
        _ => return Some(format!("{called} has no option {option}")),
    }
    let names = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let found = most_similar(name, names.filter_map(Arg::get_long))?;
    Some(format!("did you mean --{found}?"))
}

fn is_named(arg: &Arg, name: &str) -> bool {
    arg.get_long() == Some(name) && !arg.is_hide_set()
}

/// The command that a line names, before any option, and how it is called.
fn command_of<'c>(all: &'c Command, line: &[String]) -> (&'c Command, String) {
    let (mut command, mut name) = (all, "dedupe".to_owned());
    // `dedupe help index add` names the command after `help`.
    for word in line.iter().skip_while(|word| *word == "help") {
        match command.find_subcommand(word) {
            Some(inner) => (command, name) = (inner, format!("{name} {word}")),
            None => break,
        }
    }
    (command, name)
}

/// The first example in the help of a command that calls it on one line.
fn example(command: &Command, name: &str) -> Option<String> {
    let help = command.get_after_help()?.to_string();
    let mut lines = help.lines().map(str::trim);
    let example = lines.find(|line| line.starts_with(name) && !line.ends_with('\\'))?;
    Some(format!("for example: {example}"))
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage_error(line: &str) -> UsageError {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let all = ["dedupe".to_owned()].into_iter().chain(words.clone());
        let error = CommandLine::command()
            .try_get_matches_from(all)
            .expect_err(line);
        UsageError::new(&error, &words)
    }

    fn check(line: &str, expected: Option<&str>) {
        let found = usage_error(line);
        assert!(!found.usage.contains("tip:") && !found.message.contains("tip:"));
        match (expected, &found.hint) {
            (None, None) => {}
            (Some(expected), Some(hint)) if hint.contains(expected) => {}
            _ => panic!("{line}: {found:?}"),
        }
    }

    #[test]
    fn only_similar_names_are_suggested() {
        check("./news --treshold 1", Some("did you mean --threshold?"));
        check("./news --format sarf", Some("did you mean sarif?"));
        check("./news --format JSON", Some("did you mean json?"));
        check("index ad archive.idx", Some("did you mean add?"));
        check("./news --colour never", Some("did you mean --color?"));
        check("./news --keep newest", None);
        check("./news --purple", None);
        check("./news -x", None);
    }

    #[test]
    fn options_of_other_programs_and_commands_are_known() {
        check("./news --json", Some("use --format json"));
        check(
            "check ./news --against ./a -r",
            Some("with their subfolders"),
        );
        check("./news --since=2024", Some("--within DAYS"));
        check(
            "./news --against ./a",
            Some("--against is an option of dedupe check"),
        );
        check(
            "report r.json --fail-on near",
            Some("dedupe report has no option --fail-on; dedupe and dedupe check have it"),
        );
        check(
            "index add a.idx ./news --within 3",
            Some("dedupe index add has no option --within"),
        );
        check(
            "./news --counts",
            Some("--counts is an option of dedupe index info"),
        );
    }

    #[test]
    fn an_example_shows_what_is_missing() {
        check(
            "check ./incoming ./archive",
            Some("for example: dedupe check ./incoming --against ./archive"),
        );
        check("report", Some("for example: dedupe report report.json"));
    }

    #[test]
    fn a_wrong_topic_of_the_help_is_told_where_the_list_is() {
        check("help nonsense", Some("for the list, see: dedupe --help"));
        check("help chek", Some("did you mean check?"));
        check("help index bogus", Some("see: dedupe index --help"));
        check("check help", Some("for help: dedupe check --help"));
    }

    #[test]
    fn words_that_are_no_path_were_meant_as_subcommands() {
        let hint = |word| match mistaken_subcommand(word) {
            Some(Failure::SubcommandAsPath { hint, .. }) => hint,
            _ => String::new(),
        };
        assert!(hint("chek").contains("dedupe check --help"));
        assert!(hint("find").contains("dedupe ./news"));
        assert!(hint("version").contains("--version"));
        for word in ["check", "agency", "./find", "-x", "find.txt", "src"] {
            assert_eq!(hint(word), "", "{word}");
        }
    }
}
