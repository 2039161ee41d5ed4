//! The command line as it is written: what clap can check, and no more. [`super::options`] validates.

use super::eval::EvalArgs;
use super::explain::ExplainArgs;
use super::report::ReportArgs;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use dedupe::report;
use std::path::PathBuf;

const USAGE: &str = "dedupe [OPTIONS] PATH...\n       dedupe eval --truth LABELS PATH...\n       dedupe explain A B [--in PATH...]\n       dedupe report RESULT.json -o report.html\n       dedupe schema";

const EXAMPLES: &str = "\
Examples:
  dedupe ./news                    show each story that stands more than once
  dedupe ./news -o report.json     write all of it, for programs
  zcat wire.jsonl.gz | dedupe -    read JSON Lines from standard input
  dedupe ./news --fail-on near     exit with 1 on near copies, for scripts";

const SHORT_END: &str = "More options, formats and exit codes: dedupe --help";

const LONG_EXAMPLES: &str = "\
Examples:
  Show every story that a folder carries more than once, and which document to keep:
      dedupe ./news
  Write all of it as one JSON document, in place of an older one only when complete:
      dedupe ./news -o report.json
  Read a compressed feed whose articles stand in fields of other names:
      dedupe feed.jsonl.zst --text-field body --id-field guid
  Read JSON Lines from standard input:
      zcat wire.jsonl.gz | dedupe -
  Only close copies, the earliest of them to be kept:
      dedupe ./news --threshold 0.8 --keep earliest
  Stop a script when there are exact or near copies:
      dedupe ./incoming --fail-on near --quiet > /dev/null || exit 1
  The document to keep of each story, with jq:
      dedupe ./news --format jsonl | jq -r 'select(.type == \"cluster\").representative'";

const LONG_END: &str = "\
What is read:
  Text files (.txt, .text, .md, or no extension) are one document each; JSON Lines files (.jsonl,
  .ndjson) one document a line; both also as .gz and .zst. A folder is walked. Files of other kinds
  are ignored there, and read as text when named. A bad input is named, counted and left out, and
  the run goes on.

What is found:
  exact      the same words
  near       most of each stands in the other
  contained  most of one stands in the other: a cut, or a page that carries the story
  overlap    less than that, but a shared passage: a quotation

Exit codes, the first that holds:
  2  wrong usage, or nothing could be done
  1  --fail-on was given, and such copies were found
  3  done, but some input could not be read
  0  done

A subcommand's name wins over a folder's: write ./schema for the folder.";

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
    override_usage = USAGE,
    before_help = EXAMPLES,
    before_long_help = LONG_EXAMPLES,
    after_help = SHORT_END,
    after_long_help = LONG_END,
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
}

/// Everything but the main job.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the JSON Schema of the report.
    Schema,
    /// Measure what is found against labels of your own.
    Eval(Box<EvalArgs>),
    /// Say why two documents are copies, or are not.
    Explain(Box<ExplainArgs>),
    /// Write a saved report in another form, such as a page for a browser.
    Report(Box<ReportArgs>),
}

/// The main job: find the copies.
#[derive(Args, Debug)]
pub(crate) struct FindArgs {
    /// Files or folders; - reads JSON Lines from standard input
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
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true)]
    pub(crate) threshold: Option<f64>,
    /// Shared words that make an overlap [default: 40]
    #[arg(long, value_name = "WORDS", allow_negative_numbers = true,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) min_passage: Option<u32>,
    /// Consecutive words that are compared as one [default: 5]
    ///
    /// Fewer find more in badly scanned text, and take longer.
    #[arg(long, value_name = "WORDS", hide_short_help = true, allow_negative_numbers = true,
          value_parser = clap::value_parser!(u32).range(1..=32))]
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
        hide_possible_values = true,
        verbatim_doc_comment
    )]
    pub(crate) keep: Option<KeepArg>,
}

/// Where the report goes, and what of it.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// text, json, jsonl or html [default: auto]
    ///
    /// Form of the report:
    ///   auto   text on a terminal; for a file as its extension says; else json
    ///   text   for people; long lists are cut
    ///   json   one JSON document; `dedupe schema` describes it
    ///   jsonl  one JSON object a line, each with a `type`, the summary last
    ///   html   one page for a browser, with the texts side by side
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
    /// The kind named and every closer one count, in this order.
    #[arg(long, value_name = "KIND", value_enum, hide_possible_values = true)]
    pub(crate) fail_on: Option<FailOn>,
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
    /// Show how long each stage took, and put it into the report
    #[arg(long, hide_short_help = true)]
    pub(crate) timings: bool,
}

/// How inputs are read.
#[derive(Args, Debug)]
#[command(next_help_heading = "Input")]
pub(crate) struct SourceArgs {
    /// JSON field of the text
    ///
    /// A name given replaces the ones that are tried by default. This option, as those of the other
    /// fields, may be repeated: the first field that a record has is taken.
    #[arg(long, value_name = "NAME")]
    pub(crate) text_field: Vec<String>,
    /// JSON field of the id
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) id_field: Vec<String>,
    /// JSON field of the headline
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) title_field: Vec<String>,
    /// JSON field of the publisher or site
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) source_field: Vec<String>,
    /// JSON field of the date of publication
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) date_field: Vec<String>,
    /// JSON field of the address
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) url_field: Vec<String>,
    /// Leave out documents larger than this, as 64M, 1.5GB or 4096 [default: 64M]
    ///
    /// K, M, G and T count by 1000; KiB, MiB, GiB and TiB by 1024. Decompressed bytes count.
    #[arg(long, value_name = "SIZE", hide_short_help = true)]
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
    /// Words and fingerprints beyond it go to a temporary file. The report is the same.
    #[arg(long, value_name = "SIZE", hide_short_help = true)]
    pub(crate) memory: Option<String>,
    /// Folder for temporary files [default: the system's]
    #[arg(long, value_name = "FOLDER", hide_short_help = true)]
    pub(crate) temp_dir: Option<PathBuf>,
    /// Print help; -h prints a shorter one
    #[arg(short, long, global = true, action = ArgAction::Help)]
    pub(crate) help: Option<bool>,
    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    pub(crate) version: Option<bool>,
}

/// `--keep`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeepArg {
    /// The one that carries the whole story with the least around it
    Best,
    /// The one with the earliest date
    Earliest,
    /// The one with the most words
    Longest,
    /// The one whose id sorts first
    First,
}

impl From<KeepArg> for report::Keep {
    fn from(keep: KeepArg) -> Self {
        match keep {
            KeepArg::Best => Self::Best,
            KeepArg::Earliest => Self::Earliest,
            KeepArg::Longest => Self::Longest,
            KeepArg::First => Self::First,
        }
    }
}

/// `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// Text on a terminal; for a file as its extension says; else JSON
    Auto,
    /// For people; long lists are cut
    Text,
    /// One JSON document; `dedupe schema` describes it
    Json,
    /// One JSON object a line, each with a type, the summary last
    Jsonl,
    /// One page for a browser, with the texts side by side
    Html,
}

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorArg {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

/// `--fail-on`: the loosest relation that fails a run, closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum FailOn {
    /// The same words
    Exact,
    /// Most of each stands in the other
    Near,
    /// Most of one stands in the other
    Contained,
    /// A shared passage
    Overlap,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_holds_together() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn a_subcommand_wins_over_a_folder_of_its_name_only_in_first_place() {
        let parse = |line: &[&str]| CommandLine::try_parse_from(line).unwrap();
        assert!(parse(&["dedupe", "schema"]).command.is_some());
        assert!(parse(&["dedupe", "./schema"]).command.is_none());
        assert!(parse(&["dedupe", "news", "schema"]).command.is_none());
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
