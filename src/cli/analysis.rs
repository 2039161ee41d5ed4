//! What `dedupe explain`, `dedupe eval` and `dedupe index query` share: options, threads, and output as text or JSON.

use super::arg_values::{ColorArg, whole_number};
use super::exit::Tolerance;
use super::messages::{Console, Failure};
use super::option_groups::SourceArgs;
use super::options;
use super::output::OutputTarget;
use super::output_names;
use super::terminal::Terminal;
use super::threads;
use clap::{Args, ValueEnum};
use dedupe::{Job, JobInput, Progress, Resources, Rules};
use dedupe_formats as source;
use dedupe_report::{self as report, Format, TerminalStyle};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Options as given.
#[derive(Args, Debug)]
pub(crate) struct AnalysisArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// text or json [default: text on a terminal and for FILE.txt, else json]
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        value_enum,
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub(crate) format: Option<AnalysisFormat>,
    /// Write the result to a file
    ///
    /// The file is created or replaced only when the result is complete. - is standard output.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
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
    pub(crate) color: ColorArg,
    /// Print errors only: no progress, no warnings
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Number of threads [default: the number of cores]
    #[arg(long, value_name = "NUMBER", hide_short_help = true, help_heading = "Run",
          allow_negative_numbers = true, value_parser = whole_number(1u16..=1024, "1 to 1024"))]
    pub(crate) threads: Option<u16>,
}

/// `--format` of these subcommands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnalysisFormat {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// Options after validation.
pub(crate) struct Analysis {
    pub(crate) rules: Rules,
    resources: Resources,
    pub(crate) source: source::Options,
    pub(crate) look: TerminalStyle,
    pub(crate) console: Console,
    format: AnalysisFormat,
    target: OutputTarget,
    threads: Option<usize>,
    show_progress: bool,
    pub(crate) tolerance: Tolerance,
}

impl Analysis {
    /// Validates the options. The output may not overwrite any of `inputs`.
    pub(crate) fn new(
        args: AnalysisArgs,
        rules: Rules,
        inputs: &[PathBuf],
        terminal: &Terminal,
    ) -> Result<Self, Failure> {
        options::check_inputs(inputs)?;
        let output = args.output.filter(|path| path != Path::new("-"));
        let on_terminal = terminal.stdout && output.is_none();
        let format = args.format.unwrap_or_else(|| {
            let of_name = output.as_deref().and_then(Format::of_path);
            match on_terminal || of_name == Some(Format::Text) {
                true => AnalysisFormat::Text,
                false => AnalysisFormat::Json,
            }
        });
        match args.format {
            None => output_names::RESULT.check_telling(output.as_deref()),
            Some(AnalysisFormat::Text) => output_names::TEXT.check(output.as_deref()),
            Some(AnalysisFormat::Json) => output_names::JSON.check(output.as_deref()),
        }?;
        let source = options::source_options(&args.source)?;
        Ok(Self {
            rules,
            resources: Resources::default(),
            look: terminal.look(args.color, on_terminal),
            console: Console { quiet: args.quiet },
            format,
            target: OutputTarget::check(output.as_deref(), inputs, &source)?,
            source,
            threads: (args.threads.map(usize::from)).or_else(|| threads::for_inputs(inputs)),
            show_progress: terminal.stderr && !args.quiet,
            tolerance: Tolerance::new(args.source.max_skipped, inputs),
        })
    }

    /// A job over these paths.
    pub(crate) fn job<'a>(&'a self, paths: &'a [PathBuf], progress: &'a dyn Progress) -> Job<'a> {
        Job {
            input: JobInput::Paths(paths),
            reading: &self.source,
            rules: &self.rules,
            resources: &self.resources,
            progress,
        }
    }

    /// Runs `work` on the thread pool and shows its progress.
    pub(crate) fn run<T: Send>(
        &self,
        work: impl FnOnce(&dyn Progress) -> T + Send,
    ) -> Result<T, Failure> {
        threads::run(self.threads, self.show_progress, work)
    }

    /// Writes the value as JSON, or the text that `text` makes of it. `text` must escape control
    /// characters.
    pub(crate) fn write<T: Serialize>(
        &self,
        value: &T,
        text: impl FnOnce(&T, TerminalStyle) -> String,
    ) -> Result<(), Failure> {
        let mut bytes = Vec::new();
        match self.format {
            AnalysisFormat::Text => bytes.extend_from_slice(text(value, self.look).as_bytes()),
            AnalysisFormat::Json => {
                let encoded = report::encode_json(&mut bytes, value);
                encoded.map_err(|error| Failure::Write {
                    to: "the JSON".into(),
                    error,
                })?;
                bytes.push(b'\n');
            }
        }
        self.target.write(|out| out.write_all(&bytes))
    }
}
