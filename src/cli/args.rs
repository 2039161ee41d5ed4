//! The command line as it is written: what clap can check, and no more. [`super::options`] validates.

use super::check::CheckArgs;
use super::config::similar;
use super::eval::EvalArgs;
use super::explain::ExplainArgs;
use super::export::ExportArgs;
use super::help;
use super::report::ReportArgs;
use super::shell::{CompletionsArgs, ManArgs};
use super::values::{ColorArg, FailOn, FormatArg, HtmlArg, KeepArg};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Args, CommandFactory, Parser, Subcommand};
use dedupe_formats::InputFormat;
use std::path::PathBuf;

/// Finds every story that a news corpus carries more than once.
///
/// A wire story is run by many sites, each with its own headline, cuts and footer, or buries it in a
/// page of other stories. dedupe says which documents carry the same story, which part of each is the
/// copied passage, and which one to keep. The report goes to standard output, messages to standard error. No
/// input is ever changed.
#[derive(Debug, Parser)]
#[command(
    name = "dedupe",
    version,
    override_usage = help::USAGE,
    before_help = help::EXAMPLES,
    before_long_help = help::LONG_EXAMPLES,
    after_help = help::SHORT_END,
    after_long_help = help::LONG_END,
    help_template = "{about-with-newline}\n{usage-heading} {usage}\n\n{before-help}{all-args}{after-help}\n",
    max_term_width = 100,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) find: FindArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Print help; -h prints a shorter one
    #[arg(short, long, help_heading = "Run", global = true, action = ArgAction::Help)]
    pub(crate) help: Option<bool>,
    /// Print the version
    #[arg(short = 'V', long, help_heading = "Run", action = ArgAction::Version)]
    pub(crate) version: Option<bool>,
}

/// Where options come from beside the command line.
#[derive(Args, Debug)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct ConfigArgs {
    /// Take options from this file
    ///
    /// Without it, from dedupe.toml in the working directory or the nearest one above it: a key is an
    /// option's long name, in the table of a subcommand for that one alone. The command line goes
    /// before the file; what the file switches on (`quiet = true`) `--no-quiet` switches off.
    #[arg(long, value_name = "FILE", global = true, hide_short_help = true)]
    pub(crate) config: Option<PathBuf>,
    /// Look for no dedupe.toml
    #[arg(long, global = true, hide_short_help = true, conflicts_with = "config")]
    pub(crate) no_config: bool,
    /// Print every option with its value and where that is from, and do nothing else
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) print_config: bool,
}

/// All that a command line may say: what [`CommandLine`] defines, and for each flag `--no-` before its name, which
/// takes it back.
pub(crate) fn accepted() -> clap::Command {
    let command = CommandLine::command();
    let names: Vec<String> = (command.get_subcommands())
        .map(|subcommand| subcommand.get_name().to_owned())
        .collect();
    let all = (names.iter()).fold(command, |all, name| all.mut_subcommand(name, with_denials));
    with_denials(all)
}

fn with_denials(command: clap::Command) -> clap::Command {
    let denials: Vec<(clap::Id, String)> = (command.get_arguments())
        .filter(|arg| matches!(arg.get_action(), ArgAction::SetTrue) && !arg.is_global_set())
        .filter_map(|arg| Some((arg.get_id().clone(), denial(arg.get_long()?))))
        .collect();
    denials.into_iter().fold(command, |command, (id, denial)| {
        let denying = Arg::new(denial.clone())
            .long(denial)
            .action(ArgAction::SetTrue)
            .overrides_with(id)
            .hide(true);
        command.arg(denying)
    })
}

/// The long name of what takes back the flag of this one.
pub(crate) fn denial(flag: &str) -> String {
    format!("no-{flag}")
}

/// The subcommand that a word is, or may be meant to be; none for an option.
pub(crate) fn subcommand(word: &str) -> Option<String> {
    let command = CommandLine::command();
    let names = command.get_subcommands().map(clap::Command::get_name);
    let similar = similar(word, names).filter(|_| !word.starts_with('-'));
    similar.map(str::to_owned)
}

/// Everything but the main job.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the JSON Schema of the report.
    #[command(after_help = "Examples:\n  dedupe schema > report.schema.json")]
    Schema,
    /// Measure what is found against labels of your own.
    Eval(Box<EvalArgs>),
    /// Say why two documents are copies, or are not.
    Explain(Box<ExplainArgs>),
    /// Find the copies that involve new documents.
    Check(Box<CheckArgs>),
    /// Write the corpus without its copies.
    Export(Box<ExportArgs>),
    /// Print what a shell needs to complete the command line.
    Completions(CompletionsArgs),
    /// Print the manual page.
    Man(ManArgs),
    /// Write a saved report in another form, such as a page.
    Report(Box<ReportArgs>),
}

/// The main job: find the copies.
#[derive(Args, Debug)]
pub(crate) struct FindArgs {
    /// Files or folders; - reads standard input: JSON Lines, unless its content tells of another format
    #[arg(value_name = "PATH", hide_short_help = true)]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// What decides the result.
#[derive(Args, Debug)]
#[command(next_help_heading = "What counts as a copy")]
pub(crate) struct RuleArgs {
    /// Share of the words that makes a copy [default: 0.5]
    ///
    /// So much of a document, over 0 and at most 1, must stand in the other; of an update, whose shared
    /// passages are spread out or under the same headline, six tenths of it. Boilerplate that recurs does
    /// not count.
    #[arg(
        long,
        value_name = "SHARE",
        allow_negative_numbers = true,
        default_value = "0.5",
        hide_default_value = true
    )]
    pub(crate) threshold: Option<f64>,
    /// Shared words that make an overlap [default: 40]
    #[arg(long, value_name = "WORDS", allow_negative_numbers = true, default_value = "40",
          hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) min_passage: Option<u32>,
    /// Consecutive words that are compared as one [default: 5]
    ///
    /// Fewer find more in badly scanned text, and take longer.
    #[arg(long, value_name = "WORDS", hide_short_help = true, allow_negative_numbers = true,
          default_value = "5", hide_default_value = true,
          value_parser = clap::value_parser!(u32).range(3..=32))]
    pub(crate) shingle: Option<u32>,
    /// best, earliest, longest or first [default: best]
    ///
    /// Which document of a story is the one to keep:
    ///   best      it carries the whole story with the least around it
    ///   earliest  it has the earliest date
    ///   longest   it has the most words
    ///   first     its id sorts first
    #[arg(
        long,
        value_name = "RULE",
        value_enum,
        default_value = "best",
        hide_default_value = true,
        hide_possible_values = true,
        verbatim_doc_comment
    )]
    pub(crate) keep: Option<KeepArg>,
    /// Keep documents of these sources before others
    ///
    /// Names as in the field of the source, or hosts of addresses; the most preferred first. With `--keep
    /// best` they come first among the documents that carry the whole story.
    #[arg(
        long,
        value_name = "SOURCE,...",
        hide_short_help = true,
        value_delimiter = ','
    )]
    pub(crate) prefer: Vec<String>,
}

/// Where the report goes, and what of it.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// text, json, html, csv, sarif and others [default: auto]
    ///
    /// Form of the report:
    ///   auto     text on a terminal; for a file as its extension says; else, and for an
    ///            unknown extension, json
    ///   text     for people; long lists are cut
    ///   json     one JSON document; `dedupe schema` describes it
    ///   jsonl    one JSON object a line, each with a `type`, the summary last
    ///   html     a page for a browser, with the texts side by side
    ///   csv      a table of the members of all stories, for spreadsheets
    ///   parquet  the same for data frames
    ///   pairs    a table of the matches, set apart by tabs
    ///   sarif    results for a forge (SARIF 2.1.0)
    ///   github   annotations of GitHub Actions
    ///   junit    test cases, as XML
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        hide_default_value = true,
        verbatim_doc_comment
    )]
    pub(crate) format: FormatArg,
    /// Write the report to a file
    ///
    /// The file appears, or is replaced, when the report is complete. - is standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Leave out what stays within one source
    ///
    /// Not reported: matches of two documents of one source, such as an agency's own updates, and
    /// stories whose documents are all of one. A source is what the field says, or else the host of
    /// the address; a document that has neither is taken for one of its own.
    #[arg(long, hide_short_help = true)]
    pub(crate) cross_source_only: bool,
    /// Exit with 1 on copies: exact, near, contained, overlap
    ///
    /// The kind named and every closer one count, in this order. Only what the report lists counts.
    #[arg(long, value_name = "KIND", value_enum, hide_possible_values = true)]
    pub(crate) fail_on: Option<FailOn>,
    /// Leave out the copies that this file knows
    ///
    /// What --write-baseline wrote. A pair that has become closer since is listed again.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) baseline: Option<PathBuf>,
    /// Write all copies to a file, as known from now on
    ///
    /// Those that --baseline leaves out of the report too.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Colour in the text format: auto, always or never [default: auto]
    ///
    /// auto: on a terminal, unless NO_COLOR is set.
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        hide_short_help = true,
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub(crate) color: ColorArg,
    /// Errors only: no progress, no list of bad inputs
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Show how long each stage took, and what memory, and put it into the report
    #[arg(long, hide_short_help = true)]
    pub(crate) timings: bool,
}

/// How inputs are read.
#[derive(Args, Debug)]
#[command(next_help_heading = "Input")]
pub(crate) struct SourceArgs {
    /// JSON field, or column, of the text
    ///
    /// A name given replaces the ones that are tried by default. This option, as those of the other
    /// fields, may be repeated: the first field that a record has is taken.
    #[arg(long, value_name = "NAME")]
    pub(crate) text_field: Vec<String>,
    /// JSON field, or column, of the id
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) id_field: Vec<String>,
    /// JSON field, or column, of the headline
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) title_field: Vec<String>,
    /// JSON field, or column, of the publisher or site
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) source_field: Vec<String>,
    /// JSON field, or column, of the date of publication
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) date_field: Vec<String>,
    /// JSON field, or column, of the address
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) url_field: Vec<String>,
    /// JSON field, or column, of the author
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) byline_field: Vec<String>,
    /// JSON field, or column, of the language
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) language_field: Vec<String>,
    /// Read every input as this format
    ///
    /// Without it the content decides, and where that says nothing, the name. Folders are then walked for
    /// files of any extension.
    #[arg(long, value_name = "FORMAT", hide_short_help = true,
          value_parser = PossibleValuesParser::new(InputFormat::names()))]
    pub(crate) input_format: Option<String>,
    /// article or whole: which text of a web page counts [default: article]
    ///
    ///   article  its main text, without navigation, teasers and footers
    ///   whole    all that is visible, in order
    #[arg(
        long,
        value_name = "TEXT",
        value_enum,
        default_value = "article",
        hide_short_help = true,
        hide_possible_values = true,
        hide_default_value = true,
        verbatim_doc_comment
    )]
    pub(crate) html: Option<HtmlArg>,
    /// Leave out documents larger than this, as 64M, 1.5GB or 4096 [default: 64M]
    ///
    /// K, M, G and T count by 1000; KiB, MiB, GiB and TiB by 1024. Decompressed bytes count.
    #[arg(
        long,
        value_name = "SIZE",
        hide_short_help = true,
        default_value = "64M",
        hide_default_value = true
    )]
    pub(crate) max_document_bytes: Option<String>,
    /// Walk hidden files and folders too
    #[arg(long, hide_short_help = true)]
    pub(crate) hidden: bool,
    /// Walk folders that are links too
    #[arg(long, hide_short_help = true)]
    pub(crate) follow: bool,
}

/// How the run is done; none of it changes the result.
#[derive(Args, Debug)]
#[command(next_help_heading = "Run")]
pub(crate) struct RunArgs {
    /// Threads [default: one for each core]
    #[arg(long, value_name = "NUMBER", hide_short_help = true, allow_negative_numbers = true,
          value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Memory to keep to, as 500M or 2G [default: a quarter of the machine's]
    ///
    /// Words and hashes beyond it go to a temporary file. The report is the same.
    #[arg(long, value_name = "SIZE", hide_short_help = true)]
    pub(crate) memory: Option<String>,
    /// Folder for temporary files [default: the system's]
    #[arg(long, value_name = "FOLDER", hide_short_help = true)]
    pub(crate) temp_dir: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        CommandLine::command().debug_assert();
        accepted().debug_assert();
    }

    #[test]
    fn a_subcommand_wins_over_a_folder_of_its_name_only_in_first_place() {
        let parse = |line: &[&str]| CommandLine::try_parse_from(line).unwrap();
        assert!(parse(&["dedupe", "schema"]).command.is_some());
        assert!(parse(&["dedupe", "./schema"]).command.is_none());
        assert!(parse(&["dedupe", "news", "schema"]).command.is_none());
    }

    #[test]
    fn the_last_of_a_flag_and_its_denial_counts() {
        for (line, quiet) in [
            (&["--quiet"][..], true),
            (&["--quiet", "--no-quiet"], false),
            (&["--no-quiet", "-q"], true),
            (&["--no-quiet"], false),
        ] {
            let line = [&["dedupe", "news"], line].concat();
            let matches = accepted().try_get_matches_from(&line).unwrap();
            assert_eq!(matches.get_flag("quiet"), quiet, "{line:?}");
        }
        let no_config = ["dedupe", "news", "--no-no-config"];
        assert!(accepted().try_get_matches_from(no_config).is_err());
    }

    #[test]
    fn help_begins_with_examples_and_the_short_one_fits_a_screen() {
        let screen = || CommandLine::command().term_width(80);
        let short = screen().render_help().to_string();
        assert!(short.lines().count() <= 40, "{short}");
        let long = screen().render_long_help().to_string();
        for help in [short, long] {
            let place = |what| help.find(what).unwrap();
            assert!(place("Examples:") < place("--threshold"), "{help}");
        }
    }
}
