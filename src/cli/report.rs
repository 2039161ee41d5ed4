//! `dedupe report`: a saved report in another form, the page for reading above all.

use super::args::SourceArgs;
use super::exit::Exit;
use super::messages::{Console, Failure};
use super::options;
use super::output::Destination;
use super::terminal::Terminal;
use super::threads;
use super::values::{ColorArg, FormatArg};
use clap::Args;
use dedupe::pipeline::{self, Progress, Reread};
use dedupe_report::{Format, Places, Report, SCHEMA_VERSION, Setting};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  dedupe ./news -o result.json
  dedupe report result.json -o report.html         a page for a browser
  dedupe report result.json --format text | less

The page shows texts side by side: they are read again from the files that the report
names, from the folder in which it was made. Where a file is gone or has changed, the page
says so.";

/// Options of `dedupe report`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "dedupe report RESULT.json [-o FILE] [OPTIONS]")]
pub(crate) struct ReportArgs {
    /// A report that was saved as JSON; - reads it from standard input
    #[arg(value_name = "RESULT.json")]
    result: PathBuf,
    /// html, text, json, csv, sarif and others [default: by the file's extension]
    ///
    /// All that `dedupe --help` lists. Without a file: html; for an unknown extension: json.
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
    /// Write to a file, which appears when complete
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Colour in the text format: auto, always or never
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        hide_short_help = true,
        help_heading = "Output"
    )]
    color: ColorArg,
    /// Errors only: no progress
    #[arg(short, long, help_heading = "Output")]
    quiet: bool,
    #[command(flatten)]
    source: SourceArgs,
}

/// Reads the report, and its texts where the form shows them, and writes it anew.
pub(crate) fn report(args: ReportArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let source = options::source_options(args.source)?;
    let report = read(&args.result)?;
    let output = args.output.filter(|path| path != Path::new("-"));
    let members = report.clusters.iter().flat_map(|c| &c.members);
    let inputs: Vec<PathBuf> = members
        .map(|m| PathBuf::from(&m.path))
        .chain([args.result])
        .collect();
    let destination = Destination::check(output.as_deref(), &inputs, &source)?;
    let format = match (args.format, &output) {
        (FormatArg::Auto, None) => Format::Html,
        (asked, output) => options::format(asked, output.as_deref(), false),
    };
    let on_terminal = terminal.stdout && output.is_none();
    if format.is_binary() && on_terminal {
        return Err(Failure::BinaryOnTerminal);
    }

    let mut again = Reread::default();
    if format.shows_excerpts() {
        let visible = terminal.stderr && !args.quiet;
        let read = |progress: &dyn Progress| pipeline::reread(&report, &source, progress);
        again = threads::work(None, visible, read)?;
    }
    let console = Console { quiet: args.quiet };
    if format.shows_texts() && again.texts.unread > 0 {
        console.note(&unread(again.texts.unread));
    }
    let setting = Setting {
        look: terminal.look(args.color, on_terminal),
        texts: &again.texts,
        places: &Places::new(),
        alarm: None,
    };
    let renderer = format.renderer(&setting);
    destination.write(|out| renderer.render(&report, &again.excerpts, out))?;
    Ok(Exit::Done)
}

fn unread(documents: u64) -> String {
    let texts = match documents {
        1 => "the text of 1 document was not read again".to_owned(),
        _ => format!("the texts of {documents} documents were not read again"),
    };
    format!(
        "{texts}: run it in the folder, and with the options for fields, that the report was made with"
    )
}

/// The report that a file holds.
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
    let report: Report = serde_json::from_slice(&bytes).map_err(|error| Failure::Saved {
        file: file.into(),
        error,
    })?;
    if report.schema_version == SCHEMA_VERSION {
        Ok(report)
    } else {
        Err(Failure::SavedVersion {
            file: file.into(),
            found: report.schema_version,
        })
    }
}
