//! The command line as the user writes it. Clap checks its syntax; [`super::options`] validates the values.

use super::check::CheckArgs;
use super::eval::EvalArgs;
use super::explain::ExplainArgs;
use super::export::ExportArgs;
use super::help;
use super::index::IndexArgs;
use super::option_groups::{OutputArgs, RuleArgs, RunArgs, SourceArgs};
use super::report::ReportArgs;
use super::serve::ServeArgs;
use super::shell::{CompletionsArgs, ManArgs};
use super::subcommand::{AtOnce, Definition, OnDemand, OptionsOf};
use super::version;
use clap::{Arg, ArgAction, ArgMatches, Args, CommandFactory, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

/// A command, its subcommands and theirs, each with its full name.
pub(crate) fn commands(command: &clap::Command) -> Vec<(String, &clap::Command)> {
    let name = command.get_name();
    let inner = command.get_subcommands().flat_map(commands);
    let inner = inner.map(|(inner, command)| (format!("{name} {inner}"), command));
    [(name.to_owned(), command)]
        .into_iter()
        .chain(inner)
        .collect()
}

/// Finds every story that a news corpus carries more than once.
///
/// The report goes to standard output: as text on a terminal, as JSON in a pipe or a file. Progress and
/// messages go to standard error. Input files are never changed.
///
/// Many sites publish the same wire story, each with its own headline, cuts and footer. Other sites put
/// it on a page with several stories. dedupe lists the documents that carry the same story, shows the
/// copied passage in each, and says which document to keep.
#[derive(Debug, Parser)]
#[command(
    name = "dedupe",
    version,
    long_version = version::long(),
    override_usage = help::USAGE,
    before_help = help::EXAMPLES,
    before_long_help = help::LONG_EXAMPLES,
    after_help = help::SHORT_END,
    after_long_help = help::LONG_END,
    help_template = "{about-with-newline}\n{usage-heading} {usage}\n\n{before-help}{all-args}{after-help}\n",
    max_term_width = 100,
    args_conflicts_with_subcommands = true,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub(crate) struct DefinedLine<D: Definition> {
    #[command(subcommand)]
    pub(crate) command: Option<Command<D>>,
    #[command(flatten)]
    pub(crate) find: FindArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Print help; -h prints a summary
    #[arg(short, long, help_heading = "Run", global = true, action = ArgAction::Help)]
    pub(crate) help: Option<bool>,
    /// Print the version; --version also prints the commit
    #[arg(short = 'V', long, help_heading = "Run", action = ArgAction::Version)]
    pub(crate) version: Option<bool>,
}

/// The command line with the options of all subcommands.
pub(crate) type CommandLine = DefinedLine<AtOnce>;

/// Where options come from besides the command line.
#[derive(Args, Debug)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct ConfigArgs {
    /// Read options from this file instead of dedupe.toml
    #[arg(long, value_name = "FILE", global = true, hide_short_help = true)]
    pub(crate) config: Option<PathBuf>,
    /// Ignore dedupe.toml
    #[arg(long, global = true, hide_short_help = true, conflicts_with = "config")]
    pub(crate) no_config: bool,
    /// Print each option with its value and where the value was set, then exit
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) print_config: bool,
}

/// The whole command line: what [`CommandLine`] defines, and a hidden `--no-NAME` for each flag `--NAME`.
///
/// A flag that `dedupe.toml` switches on can be switched off only this way.
fn with_negated_flags() -> clap::Command {
    let command = CommandLine::command();
    add_negated_flags(command)
}

/// Parses a command line. `is_lenient`: ignores what is wrong with it.
pub(crate) fn parse(line: &[OsString], is_lenient: bool) -> Result<ArgMatches, clap::Error> {
    // Negated flags are hidden and take a third of the time, so they are defined only for a line that has one. A help lists the
    // options in the order in which they are defined.
    let is_negated = |arg: &OsString| arg.as_encoded_bytes().starts_with(b"--no-");
    let command = if line.iter().any(is_negated) {
        with_negated_flags()
    } else if line.iter().any(may_ask_for_help) {
        built(CommandLine::command().ignore_errors(is_lenient))
    } else {
        DefinedLine::<OnDemand>::command()
    };
    #[cfg(not(feature = "serve"))]
    let command = command.mut_subcommand("serve", |serve| {
        serve.about("Serve an index over HTTP (this build cannot)")
    });
    let mut command = command.ignore_errors(is_lenient);
    let parsed = command.try_get_matches_from_mut(line);
    // It has thousands of small parts, which the end of the process frees at once. There are two of it at most.
    std::mem::forget(command);
    parsed
}

/// A definition with its parts in place. Its command `help` is described in the words of the other texts.
pub(crate) fn built(mut command: clap::Command) -> clap::Command {
    command.build();
    let described = |help: clap::Command| help.about("Print this message or the help of a command");
    command.mut_subcommand("help", |help| {
        described(help).mut_subcommand("help", described)
    })
}

/// True for `help`, `--help`, `-h` and other words that may contain it, such as `-qh`.
fn may_ask_for_help(arg: &OsString) -> bool {
    match arg.as_encoded_bytes() {
        b"help" | b"--help" => true,
        [b'-', b'-', ..] => false,
        [b'-', short @ ..] => short.contains(&b'h'),
        _ => false,
    }
}

/// Adds the negated flags of a command and of its subcommands.
fn add_negated_flags(command: clap::Command) -> clap::Command {
    let names: Vec<String> = (command.get_subcommands())
        .map(|subcommand| subcommand.get_name().to_owned())
        .collect();
    let command = names.iter().fold(command, |command, name| {
        command.mut_subcommand(name, add_negated_flags)
    });
    let flags: Vec<(clap::Id, String)> = (command.get_arguments())
        .filter(|arg| matches!(arg.get_action(), ArgAction::SetTrue) && !arg.is_global_set())
        .filter_map(|arg| Some((arg.get_id().clone(), negated(arg.get_long()?))))
        .collect();
    flags.into_iter().fold(command, |command, (id, negated)| {
        let arg = Arg::new(negated.clone())
            .long(negated)
            .action(ArgAction::SetTrue)
            .overrides_with(id)
            .hide(true);
        command.arg(arg)
    })
}

/// The long name of the flag that switches `flag` off.
pub(crate) fn negated(flag: &str) -> String {
    format!("no-{flag}")
}

/// The subcommands. `D`: when their options are defined.
#[derive(Debug, Subcommand)]
pub(crate) enum Command<D: Definition> {
    /// Find copies of new documents in an archive.
    Check(OptionsOf<CheckArgs, D>),
    /// Keep an index of documents on disk.
    Index(OptionsOf<IndexArgs<D>, D>),
    /// Serve an index over HTTP, with a page of its stories.
    Serve(OptionsOf<ServeArgs, D>),
    /// Write the corpus without its copies.
    Export(OptionsOf<ExportArgs, D>),
    /// Convert a saved report, for example to an HTML page.
    Report(OptionsOf<ReportArgs, D>),
    /// Show why two documents are copies, or are not.
    Explain(OptionsOf<ExplainArgs, D>),
    /// Measure precision and recall against your own labels.
    Eval(OptionsOf<EvalArgs, D>),
    /// Print the JSON Schema of the report.
    #[command(after_help = "Examples:\n  dedupe schema > report.schema.json")]
    Schema,
    /// Print a shell completion script.
    Completions(OptionsOf<CompletionsArgs, D>),
    /// Print the manual page.
    Man(OptionsOf<ManArgs, D>),
}

/// Arguments of a run without a subcommand, which finds the copies in a corpus.
#[derive(Args, Debug)]
pub(crate) struct FindArgs {
    /// Files and folders to read; - is standard input
    ///
    /// Standard input is read as JSON Lines unless its content shows another format. Plain text and CSV
    /// need --input-format.
    #[arg(value_name = "PATH", hide_short_help = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Read the files and folders that a file lists
    ///
    /// Each line is a path. The paths are added to those on the command line. - is standard input.
    #[arg(
        long,
        value_name = "FILE",
        hide_short_help = true,
        help_heading = "Input"
    )]
    pub(crate) files_from: Option<PathBuf>,
    /// A NUL byte ends each path of --files-from, as in the output of find -print0
    #[arg(
        short = '0',
        long,
        requires = "files_from",
        hide_short_help = true,
        help_heading = "Input"
    )]
    pub(crate) null: bool,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[cfg(test)]
mod tests {
    use super::*;
    use dedupe_formats::Options;

    /// Examples that are wrapped cannot be copied.
    #[test]
    fn hand_written_help_fits_60_columns() {
        for (name, command) in commands(&CommandLine::command()) {
            let before = [command.get_before_help(), command.get_before_long_help()];
            let after = [command.get_after_help(), command.get_after_long_help()];
            for text in before.into_iter().chain(after).flatten() {
                let text = text.to_string();
                let wide = text.lines().find(|line| line.chars().count() > 60);
                assert_eq!(wide, None, "{name}");
            }
        }
    }

    #[test]
    fn options_that_are_defined_on_demand_are_those_that_are_defined_at_once() {
        let options = |mut command: clap::Command| {
            command.build();
            let options = |command: &clap::Command| {
                let option = |arg: &Arg| {
                    let help = (arg.get_help(), arg.get_long_help(), arg.get_help_heading());
                    format!("{} {:?} {help:?}", arg.get_id(), arg.get_index())
                };
                let options = command.get_arguments().map(option);
                let about = format!("{:?}", command.get_about());
                let mut options: Vec<String> = options.chain([about]).collect();
                options.sort();
                options
            };
            // A line with `help` gets the whole definition.
            let all = commands(&command).into_iter();
            all.filter(|(name, _)| !name.contains(" help"))
                .map(|(name, command)| (name, options(command)))
                .collect::<Vec<_>>()
        };
        let at_once = options(CommandLine::command());
        let on_demand = options(DefinedLine::<OnDemand>::command());
        assert!(at_once.len() > 15);
        for (at_once, on_demand) in at_once.iter().zip(&on_demand) {
            assert_eq!(on_demand, at_once);
        }
        assert_eq!(on_demand.len(), at_once.len());
    }

    #[test]
    fn a_line_that_may_ask_for_help_is_known() {
        for (word, expected) in [
            ("help", true),
            ("--help", true),
            ("-h", true),
            ("-qh", true),
            ("-q", false),
            ("--threshold", false),
            ("home.txt", false),
            ("-", false),
        ] {
            assert_eq!(may_ask_for_help(&word.into()), expected, "{word}");
        }
    }

    #[test]
    fn definition_is_consistent() {
        CommandLine::command().debug_assert();
        with_negated_flags().debug_assert();
    }

    #[test]
    fn subcommand_wins_over_a_path_of_the_same_name_in_first_place_only() {
        let parse = |line: &[&str]| CommandLine::try_parse_from(line).unwrap();
        assert!(parse(&["dedupe", "schema"]).command.is_some());
        assert!(parse(&["dedupe", "./schema"]).command.is_none());
        assert!(parse(&["dedupe", "news", "schema"]).command.is_none());
    }

    #[test]
    fn last_of_a_flag_and_its_negation_wins() {
        for (line, quiet) in [
            (&["--quiet"][..], true),
            (&["--quiet", "--no-quiet"], false),
            (&["--no-quiet", "-q"], true),
            (&["--no-quiet"], false),
        ] {
            let line = [&["dedupe", "news"], line].concat();
            let matches = with_negated_flags().try_get_matches_from(&line).unwrap();
            assert_eq!(matches.get_flag("quiet"), quiet, "{line:?}");
        }
        let twice_negated = ["dedupe", "news", "--no-no-config"];
        assert!(
            with_negated_flags()
                .try_get_matches_from(twice_negated)
                .is_err()
        );
    }

    #[test]
    fn help_starts_with_examples_and_the_short_help_fits_a_screen() {
        let screen = || CommandLine::command().term_width(80);
        let short = screen().render_help().to_string();
        assert!(short.lines().count() <= 44, "{short}");
        let long = screen().render_long_help().to_string();
        for help in [short, long] {
            let place = |what| help.find(what).unwrap();
            assert!(place("Examples:") < place("--threshold"), "{help}");
        }
    }

    /// Texts that are laid out by hand must fit narrow terminals, or clap breaks their lines in the middle.
    #[test]
    fn hand_written_layout_fits_60_columns() {
        let mut command = CommandLine::command();
        command.build();
        let mut too_long = vec![];
        for command in [&command].into_iter().chain(command.get_subcommands()) {
            let texts = [
                command.get_before_help(),
                command.get_before_long_help(),
                command.get_after_help(),
                command.get_after_long_help(),
            ];
            for text in texts.into_iter().flatten() {
                let text = text.to_string();
                let long = text.lines().filter(|line| line.chars().count() > 60);
                too_long.extend(long.map(|line| format!("{}: {line}", command.get_name())));
            }
        }
        assert!(too_long.is_empty(), "{}", too_long.join("\n"));
    }

    #[test]
    fn help_names_the_default_fields() {
        let fields = Options::default().fields;
        let command = CommandLine::command();
        for (option, names) in [
            ("text_field", fields.text),
            ("id_field", fields.id),
            ("title_field", fields.title),
            ("source_field", fields.source),
            ("date_field", fields.date),
            ("url_field", fields.url),
            ("byline_field", fields.byline),
            ("language_field", fields.language),
        ] {
            let arg = command.get_arguments().find(|arg| arg.get_id() == option);
            let arg = arg.unwrap();
            let help = arg.get_long_help().or(arg.get_help()).unwrap().to_string();
            let expected = format!("[default: {}]", names.join(", "));
            assert!(help.contains(&expected), "{option}: {help}");
        }
    }
}
