//! `dedupe eval`: what is found, measured against labels.

mod text;

use super::exit::{self, Exit};
use super::messages::Failure;
use super::side::{Side, SideArgs};
use super::terminal::Terminal;
use clap::{Args, ValueEnum};
use dedupe::pipeline::{self, Outcome, Progress, Settings};
use dedupe_report::evaluate::labels::Form;
use dedupe_report::evaluate::score::{Evaluation, Mistake};
use dedupe_report::evaluate::{Curve, Taken, Truth, evaluate, score};
use dedupe_report::{Listing, Parameters, Tool};
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// Ids named one by one in a warning.
const NAMED: usize = 5;

const EXAMPLES: &str = "\
Examples:
  dedupe eval --truth pairs.tsv ./news
  dedupe eval --truth clusters.tsv --labels-complete ./news --format json
  dedupe eval --truth pairs.tsv --truth stories.tsv wire.jsonl --no-curve

Labels, columns set apart by tabs; further columns are passed over:
  id_a id_b [kind]   two documents that are copies; of the kind not, no, 0, false,
                     different or negative: two that are none
  id cluster         a document and its story; in several stories: several lines

Ids are those of the report. A pair is found where the two match, other than as an overlap,
or stand in one cluster; an overlap finds a pair of the kind excerpt. A found pair that
the labels leave open counts as neither right nor wrong, unless --labels-complete. With
labels of both forms, the pairs give recall, and pairs and clusters precision.";

/// Options of `dedupe eval`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "dedupe eval --truth LABELS [OPTIONS] PATH...")]
pub(crate) struct EvalArgs {
    /// Files or folders; - reads standard input: JSON Lines, unless its content tells of another format
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// File of labels; may be repeated
    #[arg(long, value_name = "LABELS", required = true)]
    truth: Vec<PathBuf>,
    /// pairs, clusters or auto [default: auto]
    ///
    /// What the rows of the labels are. auto: pairs where at least half of the second columns are
    /// ids of documents, else clusters; for each file by itself.
    #[arg(
        long,
        value_name = "FORM",
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        hide_default_value = true
    )]
    labels: FormArg,
    /// The labels name all copies: every other pair found is wrong
    #[arg(long)]
    labels_complete: bool,
    /// Leave out the runs with other thresholds
    #[arg(long)]
    no_curve: bool,
    #[command(flatten)]
    side: SideArgs,
}

/// `--labels`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormArg {
    /// By the rows
    Auto,
    /// Two ids
    Pairs,
    /// An id and a cluster
    Clusters,
}

impl FormArg {
    fn form(self) -> Option<Form> {
        match self {
            Self::Auto => None,
            Self::Pairs => Some(Form::Pairs),
            Self::Clusters => Some(Form::Clusters),
        }
    }
}

/// What is written, as JSON.
#[derive(Debug, Serialize)]
struct Measured {
    schema_version: u32,
    tool: Tool,
    parameters: Parameters,
    documents: u64,
    labels: Vec<LabelFile>,
    labels_complete: bool,
    unknown_ids: Vec<String>,
    #[serde(flatten)]
    evaluation: Evaluation,
    curve: Vec<Curve>,
}

/// A label file, as it was taken.
#[derive(Debug, Serialize)]
struct LabelFile {
    file: String,
    form: Form,
    rows: usize,
    pairs_with_itself: usize,
}

/// Runs, compares, writes.
pub(crate) fn eval(args: EvalArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let inputs = [args.paths.clone(), args.truth.clone()].concat();
    let mut side = Side::new(args.side, &inputs, terminal)?;
    side.settings.ids = true;
    // A wrong name is found before a long run.
    let texts = args
        .truth
        .iter()
        .map(|f| read(f))
        .collect::<Result<Vec<_>, _>>()?;
    let outcome = side.run(|progress| run(&args.paths, &side, &side.settings, progress))??;
    let report = outcome.report()?;
    side.console
        .faults(&report.skipped, &report.warnings, "the report");
    let exit = exit::of_report(report.head(), 0);
    if report.summary.documents == 0 {
        side.console.error("no document could be read");
        return Ok(Exit::Failed);
    }

    let mut truth = Truth::new(&outcome.ids, args.labels_complete);
    let mut labels = vec![];
    for (file, text) in args.truth.iter().zip(&texts) {
        let taken = truth.add(text, args.labels.form());
        labels.push(label_file(
            file,
            taken.map_err(|error| labels_failure(file, error))?,
        ));
    }
    warn(&side, &truth, &labels)?;
    let mut evaluation = evaluate(report, &truth);
    let mut curve = vec![];
    if args.paths.iter().any(|path| path == Path::new("-")) {
        side.console
            .note("standard input is read once: no curve, and no evidence for what has no match");
    } else {
        side.run(|progress| examine(&mut evaluation.missed, &args.paths, &side, progress))?;
        if !args.no_curve {
            curve =
                side.run(|progress| runs(&args.paths, &side, &truth, &evaluation, progress))??;
        }
    }
    let measured = Measured {
        schema_version: report.schema_version,
        tool: report.tool.clone(),
        parameters: report.parameters.clone(),
        documents: report.summary.documents,
        labels,
        labels_complete: truth.is_complete(),
        unknown_ids: truth.unknown().into_iter().map(str::to_owned).collect(),
        evaluation,
        curve,
    };
    side.write(&measured, text::page)?;
    Ok(exit)
}

fn run(
    paths: &[PathBuf],
    side: &Side,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Outcome, pipeline::Error> {
    pipeline::run(paths, &side.source, settings, progress)
}

/// The text of a label file.
fn read(file: &Path) -> Result<String, Failure> {
    let bytes = fs::read(file).map_err(|error| Failure::LabelFile {
        file: file.into(),
        error,
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error
            .as_bytes()
            .iter()
            .take(error.utf8_error().valid_up_to());
        Failure::LabelEncoding {
            file: file.into(),
            line: 1 + valid.filter(|&&byte| byte == b'\n').count(),
        }
    })
}

fn labels_failure(file: &Path, error: dedupe_report::evaluate::labels::Error) -> Failure {
    Failure::Labels {
        file: file.into(),
        error,
    }
}

fn label_file(file: &Path, taken: Taken) -> LabelFile {
    LabelFile {
        file: file.display().to_string(),
        form: taken.form,
        rows: taken.rows,
        pairs_with_itself: taken.with_itself,
    }
}

/// Says what in the labels is of no use; fails where nothing is of any.
fn warn(side: &Side, truth: &Truth, labels: &[LabelFile]) -> Result<(), Failure> {
    for file in labels.iter().filter(|f| f.pairs_with_itself > 0) {
        let rows = file.pairs_with_itself;
        let name = &file.file;
        side.console.note(&format!(
            "warning: {name}: pairs of a document with itself, left out: {rows}"
        ));
    }
    let unknown = truth.unknown();
    if let Some(example) = unknown.first().filter(|_| !truth.knows_a_document()) {
        return Err(Failure::Strangers {
            ids: unknown.len(),
            example: (*example).to_owned(),
        });
    }
    if !unknown.is_empty() {
        let named: Vec<&str> = unknown.iter().take(NAMED).copied().collect();
        let more = if unknown.len() > NAMED { ", …" } else { "" };
        side.console.note(&format!(
            "warning: ids in the labels that no document has: {} ({}{more}); copies with them count as missed",
            unknown.len(),
            named.join(", "),
        ));
    }
    Ok(())
}

/// Looks for the reason where a missed pair has no match.
fn examine(missed: &mut [Mistake], paths: &[PathBuf], side: &Side, progress: &dyn Progress) {
    for mistake in missed.iter_mut().filter(|m| m.found.is_none()) {
        mistake.evidence = "no match".into();
    }
    let without: Vec<&mut Mistake> = missed.iter_mut().filter(|m| m.found.is_none()).collect();
    let pairs: Vec<(String, String)> = (without.iter())
        .map(|m| (m.left.clone(), m.right.clone()))
        .collect();
    if pairs.is_empty() {
        return;
    }
    let explained =
        pipeline::explain::reasons(paths, &pairs, &side.source, &side.settings, progress);
    for (mistake, reason) in without.into_iter().zip(explained.into_iter().flatten()) {
        mistake.evidence = reason.unwrap_or_else(|| "a document is not in the corpus".into());
    }
}

/// The whole run with other thresholds, as `--threshold` would give it.
fn runs(
    paths: &[PathBuf],
    side: &Side,
    truth: &Truth,
    evaluation: &Evaluation,
    progress: &dyn Progress,
) -> Result<Vec<Curve>, pipeline::Error> {
    let point = |step: u32| {
        let threshold = f64::from(step) / 10.0;
        let settings = Settings {
            threshold,
            ids: false,
            ..side.settings.clone()
        };
        let pairs = if (threshold - side.settings.threshold).abs() < 1e-9 {
            evaluation.pairs
        } else {
            let outcome = run(paths, side, &settings, progress)?;
            score(outcome.report()?, truth)
        };
        Ok(Curve { threshold, pairs })
    };
    (1..=9).map(point).collect()
}
