//! Validates the command line and fills in the defaults.

use super::arg_values::{FailOn, FormatArg};
use super::args::{CommandLine, FindArgs};
use super::baseline;
use super::dictionary;
use super::exit::Tolerance;
use super::index;
use super::memory;
use super::messages::Failure;
use super::option_groups::{LastingRuleArgs, RuleArgs, RunArgs, SourceArgs};
use super::output_names;
use super::path_list;
use super::terminal::Terminal;
use super::usage;
use clap::CommandFactory;
use dedupe::{ReportOptions, Resources, Rules};
use dedupe_formats as source;
use dedupe_report::{Format, TerminalStyle};
use std::path::{Path, PathBuf};

/// Validated options of a run that finds copies.
#[derive(Debug)]
pub(crate) struct FindOptions {
    /// At least one path.
    pub(crate) paths: Vec<PathBuf>,
    /// What else the run reads: the list of inputs, a dictionary, a baseline.
    pub(crate) other_inputs: Vec<PathBuf>,
    /// The index that their documents are compared with.
    pub(crate) index: Option<PathBuf>,
    pub(crate) source: source::Options,
    pub(crate) rules: Rules,
    pub(crate) resources: Resources,
    pub(crate) report: ReportOptions,
    /// `None` is one thread per core.
    pub(crate) threads: Option<usize>,
    pub(crate) format: Format,
    pub(crate) look: TerminalStyle,
    /// `None` is standard output.
    pub(crate) output: Option<PathBuf>,
    pub(crate) fail_on: Option<FailOn>,
    pub(crate) tolerance: Tolerance,
    pub(crate) write_baseline: Option<PathBuf>,
    pub(crate) write_dictionary: Option<PathBuf>,
    pub(crate) quiet: bool,
}

impl FindOptions {
    /// Validates the arguments.
    pub(crate) fn new(args: FindArgs, terminal: &Terminal) -> Result<Self, Failure> {
        let mut paths = args.paths;
        check_paths(&paths)?;
        let tolerance = Tolerance::new(args.source.max_skipped, &paths);
        path_list::extend(&mut paths, args.files_from.as_deref(), args.null)?;
        check_inputs(&paths)?;
        let output = args.output.output.filter(|path| path != Path::new("-"));
        let on_terminal = terminal.stdout && output.is_none();
        let format = format(args.output.format, output.as_deref(), on_terminal);
        check_terminal(format, on_terminal)?;
        output_names::check_report(args.output.format, format, output.as_deref())?;
        let look = terminal.look(args.output.color, on_terminal);
        let mut rules = rules(&args.rules);
        rules.cross_source_only = args.output.cross_source_only;
        let dictionary = args.output.dictionary.as_deref();
        rules.dictionary =
            (dictionary.map(|file| dictionary::read(file, rules.shingle))).transpose()?;
        let mut source = source_options(&args.source)?;
        source.temporary_folder = args.run.temp_dir.clone();
        let resources = resources(&args.run)?;
        let baseline = args.output.baseline.as_deref().map(baseline::read);
        let folder_of =
            |file: &Option<PathBuf>| file.as_deref().map(baseline::folder_of).unwrap_or_default();
        let report = ReportOptions {
            new: None,
            baseline: baseline.transpose()?,
            baseline_folder: folder_of(&args.output.baseline),
            new_baseline: args.output.write_baseline.is_some(),
            new_baseline_folder: folder_of(&args.output.write_baseline),
            dictionary: args.output.write_dictionary.is_some(),
            timings: args.output.timings,
            excerpts: format.needs_excerpts(),
            texts: format.needs_texts(),
            ids: false,
            locations: format.needs_locations(),
            selection: false,
        };
        let others = [
            &args.files_from,
            &args.output.dictionary,
            &args.output.baseline,
        ];
        Ok(Self {
            paths,
            other_inputs: others.into_iter().flatten().cloned().collect(),
            index: None,
            tolerance,
            source,
            rules,
            resources,
            report,
            threads: args.run.threads.map(usize::from),
            format,
            look,
            output,
            fail_on: args.output.fail_on,
            write_baseline: args.output.write_baseline,
            write_dictionary: args.output.write_dictionary,
            quiet: args.output.quiet,
        })
    }
}

/// Fails if the first path does not exist and was probably meant as a subcommand, or if a path does not exist and is the
/// name of a subcommand.
fn check_paths(paths: &[PathBuf]) -> Result<(), Failure> {
    let first = paths.first().and_then(|path| path.to_str());
    if let Some(failure) = first.and_then(usage::mistaken_subcommand) {
        return Err(failure);
    }
    let command = CommandLine::command();
    let is_subcommand = |word: &&str| command.find_subcommand(word).is_some();
    let missing = paths.iter().filter(|path| !path.exists());
    let mut words = missing
        .filter_map(|path| path.to_str())
        .filter(is_subcommand);
    match words.next() {
        Some(word) => Err(Failure::SubcommandAsPath {
            path: word.to_owned(),
            hint: usage::hint_for_word(word).unwrap_or_default(),
        }),
        None => Ok(()),
    }
}

/// Limits of the run. Fails if there is no folder for temporary files, which may be needed only after hours.
pub(crate) fn resources(args: &RunArgs) -> Result<Resources, Failure> {
    match &args.temp_dir {
        Some(folder) if !folder.is_dir() => Err(Failure::NoTemporaryFolder(folder.clone())),
        folder => Ok(Resources {
            memory: args.memory.or_else(memory::default_budget),
            temporary_folder: folder.clone(),
        }),
    }
}

/// Rules from the options that decide which documents are copies.
pub(crate) fn rules(args: &RuleArgs) -> Rules {
    Rules {
        within: args.within,
        ..lasting_rules(&args.lasting)
    }
}

/// Rules that an index can keep.
pub(crate) fn lasting_rules(args: &LastingRuleArgs) -> Rules {
    let default = Rules::default();
    Rules {
        threshold: args.threshold.unwrap_or(default.threshold),
        min_passage: args.min_passage.unwrap_or(default.min_passage),
        shingle: args.shingle.unwrap_or(default.shingle),
        keep: args.keep.map_or(default.keep, Into::into),
        prefer: args.prefer.clone(),
        ..default
    }
}

/// Options for reading inputs.
pub(crate) fn source_options(args: &SourceArgs) -> Result<source::Options, Failure> {
    let mut options = source::Options::default();
    let fields = &mut options.fields;
    for (given, names) in [
        (&args.text_field, &mut fields.text),
        (&args.id_field, &mut fields.id),
        (&args.title_field, &mut fields.title),
        (&args.source_field, &mut fields.source),
        (&args.date_field, &mut fields.date),
        (&args.url_field, &mut fields.url),
        (&args.byline_field, &mut fields.byline),
        (&args.language_field, &mut fields.language),
    ] {
        if !given.is_empty() {
            names.clone_from(given);
        }
    }
    options.max_document_bytes = args
        .max_document_bytes
        .unwrap_or(options.max_document_bytes);
    options.format = args
        .input_format
        .as_deref()
        .and_then(source::InputFormat::named);
    options.html = args.html.map_or(options.html, Into::into);
    options.hidden = args.hidden;
    options.follow_links = args.follow;
    // Excerpts and texts are read in a second pass.
    options.keep_stdin = true;
    options.filter = source::PathFilter::new(&args.include, &args.exclude)?;
    Ok(options)
}

/// Fails if an input is an index: its files are no documents.
pub(crate) fn check_inputs(paths: &[PathBuf]) -> Result<(), Failure> {
    match paths.iter().find(|path| index::is_index(path)) {
        Some(path) => Err(Failure::IndexAsInput(path.clone())),
        None => Ok(()),
    }
}

/// The given format. `auto` depends on the destination of the report.
pub(crate) fn format(format: FormatArg, output: Option<&Path>, on_terminal: bool) -> Format {
    format.explicit().unwrap_or_else(|| match output {
        Some(path) => Format::of_path(path).unwrap_or(Format::Json),
        None if on_terminal => Format::Text,
        None => Format::Json,
    })
}

/// Fails if a format that is not for reading would go to a terminal.
pub(crate) fn check_terminal(format: Format, on_terminal: bool) -> Result<(), Failure> {
    let is_for_reading = !format.is_binary() && format != Format::Html;
    match on_terminal && !is_for_reading {
        true => Err(Failure::NotForTerminal(output_names::names(format).0)),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::CommandLine;
    use clap::Parser;

    const PIPE: Terminal = Terminal {
        stdin: false,
        stdout: false,
        stderr: false,
        colour: false,
        width: 80,
    };
    const SCREEN: Terminal = Terminal {
        stdin: true,
        stdout: true,
        stderr: true,
        colour: true,
        width: 132,
    };

    fn options(terminal: &Terminal, line: &[&str]) -> Result<FindOptions, Failure> {
        let line = ["dedupe"].iter().chain(line);
        FindOptions::new(CommandLine::try_parse_from(line).unwrap().find, terminal)
    }

    fn check_format(terminal: &Terminal, line: &[&str], format: Format, style: bool) {
        let options = options(terminal, line).unwrap();
        assert_eq!(
            (options.format, options.look.ansi),
            (format, style),
            "{line:?}"
        );
        assert_eq!(options.report.excerpts, format.needs_excerpts());
        assert_eq!(options.report.texts, format == Format::Html);
    }

    #[test]
    fn auto_format_depends_on_the_destination() {
        check_format(&SCREEN, &["x"], Format::Text, true);
        check_format(&PIPE, &["x"], Format::Json, false);
        check_format(&SCREEN, &["x", "-o", "-"], Format::Text, true);
        check_format(&SCREEN, &["x", "-o", "r.json"], Format::Json, false);
        check_format(&SCREEN, &["x", "-o", "r"], Format::Json, false);
        check_format(&SCREEN, &["x", "-o", "r.JSONL"], Format::Jsonl, false);
        check_format(&SCREEN, &["x", "-o", "r.txt"], Format::Text, false);
        check_format(&PIPE, &["x", "-o", "r.csv"], Format::Csv, false);
        check_format(&PIPE, &["x", "-o", "r.sarif"], Format::Sarif, false);
        check_format(&PIPE, &["x", "--format", "github"], Format::Github, false);
        check_format(&SCREEN, &["x", "-o", "r.html"], Format::Html, false);
        check_format(
            &SCREEN,
            &["x", "--format", "jsonl", "-o", "r.txt"],
            Format::Jsonl,
            false,
        );
    }

    #[test]
    fn html_is_refused_on_a_terminal() {
        let refused = options(&SCREEN, &["x", "-f", "html"]);
        assert!(matches!(refused, Err(Failure::NotForTerminal("HTML"))));
        check_format(&PIPE, &["x", "-f", "html"], Format::Html, false);
    }

    #[cfg(feature = "parquet")]
    #[test]
    fn binary_formats_are_refused_on_a_terminal() {
        let parquet = ["x", "--format=parquet"];
        let refused = options(&SCREEN, &parquet);
        assert!(matches!(refused, Err(Failure::NotForTerminal("Parquet"))));
        check_format(&PIPE, &parquet, Format::Parquet, false);
        check_format(&SCREEN, &["x", "-o", "r.parquet"], Format::Parquet, false);
    }

    #[test]
    fn a_name_that_stands_for_another_format_is_refused() {
        for line in [
            &["x", "-o", "r.xlsx"][..],
            &["x", "-o", "r.ODS"],
            &["x", "-f", "json", "-o", "r.parquet"],
            &["x", "-f", "text", "-o", "r.html"],
            &["x", "-f", "html", "-o", "r.json"],
            &["x", "-f", "html", "-o", "r.txt"],
            &["x", "-f", "csv", "-o", "r.JSON"],
            &["x", "-f", "pairs", "-o", "r.csv"],
            &["x", "-f", "pairs", "-o", "r.parquet"],
            #[cfg(feature = "parquet")]
            &["x", "-f", "parquet", "-o", "r.xlsx"],
        ] {
            let refused = options(&PIPE, line);
            assert!(
                matches!(refused, Err(Failure::OtherFormat { .. })),
                "{line:?}"
            );
        }
        check_format(
            &PIPE,
            &["x", "-f", "pairs", "-o", "r.tsv"],
            Format::Pairs,
            false,
        );
        for (line, format) in [
            (["x", "-f", "pairs", "-o", "r"], Format::Pairs),
            (["x", "-f", "sarif", "-o", "r.json"], Format::Sarif),
            (["x", "-f", "gitlab", "-o", "r.json"], Format::Gitlab),
            (["x", "-f", "github", "-o", "r.txt"], Format::Github),
        ] {
            check_format(&PIPE, &line, format, false);
        }
    }

    #[test]
    fn auto_colour_needs_a_terminal_with_colour() {
        let plain = Terminal {
            colour: false,
            ..SCREEN
        };
        check_format(&plain, &["x"], Format::Text, false);
        check_format(&plain, &["x", "--color=always"], Format::Text, true);
        check_format(&SCREEN, &["x", "--color=never"], Format::Text, false);
        check_format(&PIPE, &["x", "--format=text"], Format::Text, false);
        assert_eq!(options(&SCREEN, &["x"]).unwrap().look.width, 132);
        assert_eq!(
            options(&SCREEN, &["x", "-o", "r.txt"]).unwrap().look.width,
            80
        );
    }

    #[test]
    fn missing_options_have_their_defaults() {
        let found = options(&PIPE, &["x"]).unwrap();
        assert_eq!(found.rules, Rules::default());
        assert_eq!(found.resources.memory, memory::default_budget());
        assert_eq!(found.threads, None);
        let line = [
            "x",
            "--threshold=.8",
            "--min-passage=20",
            "--shingle=3",
            "--within=0",
            "--keep=first",
            "--cross-source-only",
        ];
        let found = options(&PIPE, &line).unwrap().rules;
        assert!(found.cross_source_only);
        assert_eq!(
            (found.threshold, found.min_passage, found.shingle),
            (0.8, 20, 3)
        );
        assert_eq!(found.within, Some(0));
        assert_eq!(found.keep, dedupe_report::Keep::First);
    }

    #[test]
    fn given_field_names_replace_the_defaults() {
        let line = [
            "x",
            "--text-field=body",
            "--text-field=lead",
            "--max-document-bytes=2M",
        ];
        let found = options(&PIPE, &line).unwrap().source;
        assert_eq!(found.fields.text, ["body", "lead"]);
        assert_eq!(found.fields.id, source::Options::default().fields.id);
        assert_eq!(found.max_document_bytes, 2_000_000);
    }

    #[test]
    fn invalid_values_are_refused() {
        assert!(matches!(options(&PIPE, &[]), Err(Failure::NoPath)));
        for argument in [
            "--threshold=0",
            "--threshold=-1",
            "--threshold=nan",
            "--max-document-bytes=0",
            "--max-document-bytes=many",
            "--memory=63M",
            "--within=-1",
            "--within=week",
            "--text-field=",
            "--prefer=a,,b",
        ] {
            let parsed = CommandLine::try_parse_from(["dedupe", "x", argument]);
            assert!(parsed.is_err(), "{argument}");
        }
    }
}
