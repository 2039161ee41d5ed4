//! `dedupe report`: converts a saved report to another format, and renders the report of an index.

use super::arg_values::{ColorArg, FormatArg};
use super::exit::{self, Exit, Tolerance};
use super::messages::{Console, Failure};
use super::option_groups::SourceArgs;
use super::options;
use super::output::{OutputTarget, folder};
use super::terminal::Terminal;
use super::{command_line, index, output_names, threads};
use clap::Args;
use dedupe::{Progress, Relocated, Reread};
use dedupe_report::{
    DocumentLocations, EmbeddedTexts, Format, RenderOptions, Report, ReportView, SCHEMA_VERSION,
};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  dedupe ./news -o report.json
  dedupe report report.json -o report.html
  dedupe report report.json --format text | less
  dedupe report archive.idx -o report.html

The HTML page shows the texts of copies side by side, and
sarif, github, gitlab and junit name their lines. The report
contains neither, so the files are read again: run this
command in the folder where the report was made, with the
same options for fields. Only files in the folder of the
report are read; --root names another one. If a document
is missing or has changed, the exit code is 3. An index
has the texts of its documents.";

/// Options of `dedupe report`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "dedupe report REPORT.json [-o FILE] [OPTIONS]")]
pub(crate) struct ReportArgs {
    /// A report saved as JSON, or an index; - is standard input
    #[arg(value_name = "REPORT.json")]
    result: PathBuf,
    /// html, text, json, csv, sarif and others [default: auto]
    ///
    /// `dedupe --help` lists the formats. auto goes by the extension of the output file: json if it has
    /// none, html without -o.
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        hide_default_value = true,
        help_heading = "Output"
    )]
    format: FormatArg,
    /// Write the report to a file
    ///
    /// The file is created or replaced only when the report is complete. - is standard output.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Use colour in text: auto, always or never [default: auto]
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        hide_default_value = true,
        hide_short_help = true,
        help_heading = "Output"
    )]
    color: ColorArg,
    /// Print errors only: no progress, no warnings
    #[arg(short, long, help_heading = "Output")]
    quiet: bool,
    /// Read texts only from files in this folder [default: the folder of REPORT.json]
    ///
    /// A report may come from somebody else and name any file. Files outside this folder are not read, and
    /// neither are files whose words differ from those that the report recorded.
    #[arg(long, value_name = "FOLDER", help_heading = "Input")]
    root: Option<PathBuf>,
    #[command(flatten)]
    source: SourceArgs,
}

/// Reads a report, and the texts of its documents if the format shows them, and writes the report.
pub(crate) fn report(args: ReportArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let source = options::source_options(&args.source)?;
    let of_index = index::is_index(&args.result);
    let saved = (!of_index).then(|| read(&args.result)).transpose()?;
    let output = args.output.filter(|path| path != Path::new("-"));
    let named: BTreeSet<&str> = saved.iter().flat_map(Report::document_paths).collect();
    let inputs: Vec<PathBuf> = (named.into_iter().map(PathBuf::from))
        // A folder is no input: it is never walked.
        .filter(|path| !path.is_dir())
        .chain([args.result.clone()])
        .collect();
    let target = OutputTarget::check(output.as_deref(), &inputs, &source)?;
    let format = match (args.format, &output) {
        (FormatArg::Auto, None) => Format::Html,
        (format, output) => options::format(format, output.as_deref(), false),
    };
    output_names::check_report(args.format, format, output.as_deref())?;
    let on_terminal = terminal.stdout && output.is_none();
    options::check_terminal(format, on_terminal)?;
    let console = Console { quiet: args.quiet };
    let show_progress = terminal.stderr && !args.quiet;
    let provenance = command_line::provenance([&args.result]);
    let setting = RenderOptions {
        style: terminal.look(args.color, on_terminal),
        texts: &EmbeddedTexts::default(),
        locations: &DocumentLocations::new(),
        fail_on: None,
        unread: &[],
        provenance: &provenance,
    };
    let Some(report) = saved else {
        let outcome = index::report(&args.result, format, show_progress)?;
        let setting = RenderOptions {
            texts: &outcome.texts,
            locations: &outcome.locations,
            ..setting
        };
        let renderer = format.renderer(&setting);
        target.write(|out| renderer.render(&outcome.lazy_report, &outcome.excerpts, out))?;
        return Ok(Exit::Done);
    };
    if let Some(root) = args.root.as_ref().filter(|root| !root.is_dir()) {
        return Err(Failure::NoSuchPath {
            what: "folder",
            path: root.clone(),
            option: "--root",
        });
    }
    let root = args.root.unwrap_or_else(|| folder(&args.result).to_owned());
    let (mut reread, mut relocated) = (Reread::default(), Relocated::default());
    if format.needs_excerpts() {
        let read = |progress: &dyn Progress| dedupe::reread(&report, &root, &source, progress);
        reread = threads::run(None, show_progress, read)??;
    }
    if format.needs_locations() {
        let read = |progress: &dyn Progress| dedupe::relocate(&report, &root, &source, progress);
        relocated = threads::run(None, show_progress, read)??;
    }
    let tolerance = Tolerance::new(args.source.max_skipped, &[]);
    let skipped = exit::unread(report.header(), 0, &tolerance);
    let setting = RenderOptions {
        texts: &reread.texts,
        locations: &relocated.locations,
        unread: &skipped,
        ..setting
    };
    let renderer = format.renderer(&setting);
    target.write(|out| renderer.render(&report, &reread.excerpts, out))?;
    let (unread, first) = match format.needs_texts() {
        true => (reread.texts.unread, reread.first_unread),
        false => (relocated.unread, relocated.first_unread),
    };
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let documents = count(report.summary.documents.saturating_sub(unread));
    let exit = tolerance.exit_without(count(unread), documents);
    if unread > 0 {
        let message = missing(count(unread), &first.unwrap_or_default(), format, &root);
        match exit {
            Exit::Incomplete => console.error(&message),
            _ => console.note(&format!("warning: {message}")),
        }
    }
    Ok(exit)
}

/// Says what is missing in the output, and why. `first`: the path of the first document that is missing.
fn missing(documents: usize, first: &str, format: Format, root: &Path) -> String {
    let which = match documents {
        1 => first.to_owned(),
        _ => format!("the first is {first}"),
    };
    let what = match (format.needs_texts(), documents) {
        (true, 1) => "1 text is not in the page".to_owned(),
        (true, _) => format!("{documents} texts are not in the page"),
        (false, 1) => "1 document was not found again, so its line is not known".to_owned(),
        (false, _) => {
            format!("{documents} documents were not found again, so their lines are not known")
        }
    };
    format!(
        "{what} ({which}): files are gone, have changed, or are outside the folder {}; run this command in the folder where the report was made, with the same options for fields, and name the folder of the documents with --root",
        root.display()
    )
}

/// Reads a saved report.
fn read(file: &Path) -> Result<Report, Failure> {
    let mut bytes = vec![];
    let read = if file == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        fs::read(file).map(|read| bytes = read)
    };
    read.map_err(|error| Failure::SavedFile {
        file: file.into(),
        error,
    })?;
    let file = file.to_owned();
    let error = match serde_json::from_slice::<Report>(&bytes) {
        Ok(report) if report.schema_version == SCHEMA_VERSION => return Ok(report),
        Ok(report) => {
            let found = report.schema_version.into();
            return Err(Failure::SavedVersion { file, found });
        }
        Err(error) => error,
    };
    let version: Result<Version, _> = serde_json::from_slice(&bytes);
    Err(match version.map(|version| version.schema_version) {
        Ok(Some(found)) if found == u64::from(SCHEMA_VERSION) => Failure::Saved { file, error },
        Ok(Some(found)) => Failure::SavedVersion { file, found },
        Ok(None) | Err(_) => Failure::NotSavedReport { file },
    })
}

/// What every version of a report has.
#[derive(Deserialize)]
struct Version {
    schema_version: Option<u64>,
}
