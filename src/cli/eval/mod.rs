//! `dedupe eval`: measures the results against labels.

mod text;

use super::analysis::{Analysis, AnalysisArgs};
use super::exit::{self, Exit};
use super::messages::Failure;
use super::nothing_found;
use super::option_groups::RuleArgs;
use super::options;
use super::terminal::Terminal;
use clap::{Args, ValueEnum};
use dedupe::{Job, Progress, ReportOptions, Rules};
use dedupe_report::evaluate::labels::LabelFormat;
use dedupe_report::evaluate::score::{Evaluation, Mistake};
use dedupe_report::evaluate::{CurvePoint, LabelFileSummary, Truth, evaluate, score_pairs};
use dedupe_report::{Parameters, ReportView, Tool};
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// Number of unknown ids that a warning lists.
const MAX_UNKNOWN_IDS: usize = 5;

const EXAMPLES: &str = "\
Examples:
  dedupe eval --truth pairs.tsv ./news
  dedupe eval --truth clusters.tsv --labels-complete ./news
  dedupe eval --truth pairs.tsv --truth stories.tsv ./news

A label file has one label per line, with tabs between the
columns:
  id_a  id_b  kind
      The two documents are copies. The kind is optional and
      can have any name. The kinds not, no, 0, false,
      different and negative say that they are not copies.
  id  cluster
      The document belongs to the cluster. Write one line
      for each cluster of a document.
Ids are those of the report. Further columns are ignored.

A pair counts as found if the report lists it as exact,
near, contained or version, or if both documents are in one
cluster. An overlap counts only for the kind excerpt.

A found pair without a label is neither right nor wrong.
With --labels-complete it is wrong. If one label file has
pairs and another has clusters, the pairs give the recall,
and both give the precision.";

/// Options of `dedupe eval`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "dedupe eval --truth LABELS [OPTIONS] PATH...")]
pub(crate) struct EvalArgs {
    /// Files and folders to read; - is standard input
    ///
    /// Standard input is read as JSON Lines unless its content shows another format. Plain text and CSV
    /// need --input-format.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Label file; repeat the option for several files
    #[arg(long, value_name = "LABELS", required = true)]
    truth: Vec<PathBuf>,
    /// Content of the label files: pairs, clusters or auto [default: auto]
    ///
    /// auto looks at each file: it has pairs if at least half of the values in the second column are ids
    /// of documents.
    #[arg(
        long,
        value_name = "CONTENT",
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        hide_default_value = true
    )]
    labels: LabelsArg,
    /// Treat the labels as complete: every other pair is not a copy
    #[arg(long)]
    labels_complete: bool,
    /// Do not repeat the run with other thresholds
    #[arg(long)]
    no_curve: bool,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    analysis: AnalysisArgs,
}

/// `--labels`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LabelsArg {
    /// Decide for each file
    Auto,
    /// Two ids per line
    Pairs,
    /// An id and a cluster per line
    Clusters,
}

impl LabelsArg {
    fn form(self) -> Option<LabelFormat> {
        match self {
            Self::Auto => None,
            Self::Pairs => Some(LabelFormat::Pairs),
            Self::Clusters => Some(LabelFormat::Clusters),
        }
    }
}

/// The result, written as JSON.
#[derive(Debug, Serialize)]
struct EvalReport {
    schema_version: u32,
    tool: Tool,
    parameters: Parameters,
    documents: u64,
    labels: Vec<LabelFile>,
    labels_complete: bool,
    unknown_ids: Vec<String>,
    #[serde(flatten)]
    evaluation: Evaluation,
    curve: Vec<CurvePoint>,
}

/// What was read from a label file.
#[derive(Debug, Serialize)]
struct LabelFile {
    file: String,
    form: LabelFormat,
    rows: usize,
    pairs_with_itself: usize,
}

/// Runs the pipeline, compares the result with the labels, and writes the figures.
pub(crate) fn eval(args: EvalArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let inputs = [args.paths.clone(), args.truth.clone()].concat();
    let analysis = Analysis::new(
        args.analysis,
        options::rules(&args.rules),
        &inputs,
        terminal,
    )?;
    let with_ids = ReportOptions {
        ids: true,
        ..ReportOptions::default()
    };
    // Reads the labels first, so that a wrong name fails before a long run.
    let texts = args
        .truth
        .iter()
        .map(|f| read(f))
        .collect::<Result<Vec<_>, _>>()?;
    let outcome =
        analysis.run(|progress| dedupe::run(&analysis.job(&args.paths, progress), &with_ids))??;
    let report = outcome.report()?;
    analysis
        .console
        .faults(&report.skipped, &report.warnings, "the report of dedupe");
    let exit = exit::of_report(report.header(), 0, outcome.unread, &analysis.tolerance);
    if report.summary.documents == 0 {
        analysis.console.error(&nothing_found::nothing_read(
            &args.paths,
            &analysis.source,
            &report.skipped,
            Some(report.summary.ignored),
        ));
        return Ok(Exit::Failed);
    }

    let mut truth = Truth::new(&outcome.ids, args.labels_complete);
    let mut labels = vec![];
    for (file, text) in args.truth.iter().zip(&texts) {
        let added = truth.add(text, args.labels.form());
        let added = added.map_err(|error| labels_failure(file, error))?;
        if added.lone_clusters {
            analysis.console.note(&format!(
                "warning: {}: read as clusters, each of one document; if the lines are pairs, use --labels pairs",
                file.display()
            ));
        }
        labels.push(label_file(file, added));
    }
    warn(&analysis, &truth, &labels)?;
    let mut evaluation = evaluate(report, &truth);
    let mut curve = vec![];
    if args.paths.iter().any(|path| path == Path::new("-")) {
        analysis.console.note(
            "standard input is read only once, so other thresholds and the reasons for missed pairs are left out; to get both, save the input to a file and name it",
        );
    } else {
        analysis.run(|progress| {
            explain_missed(&mut evaluation.missed, &args.paths, &analysis, progress)
        })??;
        if !args.no_curve {
            curve = analysis.run(|progress| {
                threshold_curve(&args.paths, &analysis, &truth, &evaluation, progress)
            })??;
        }
    }
    let skipped = &report.skipped;
    let report = EvalReport {
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
    analysis.write(&report, text::page)?;
    analysis.console.incomplete(exit, skipped);
    Ok(exit)
}

/// Reads a label file.
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

fn labels_failure(file: &Path, error: dedupe_report::evaluate::labels::LabelError) -> Failure {
    Failure::Labels {
        file: file.into(),
        error,
    }
}

fn label_file(file: &Path, added: LabelFileSummary) -> LabelFile {
    LabelFile {
        file: file.display().to_string(),
        form: added.format,
        rows: added.rows,
        pairs_with_itself: added.with_itself,
    }
}

/// Warns about labels that cannot be used, and fails if no label can be used.
fn warn(analysis: &Analysis, truth: &Truth, labels: &[LabelFile]) -> Result<(), Failure> {
    for file in labels.iter().filter(|f| f.pairs_with_itself > 0) {
        let rows = file.pairs_with_itself;
        let name = &file.file;
        analysis.console.note(&format!(
            "warning: {name}: ignored pairs of a document with itself: {rows}"
        ));
    }
    let unknown = truth.unknown();
    if let Some(example) = unknown.first().filter(|_| !truth.knows_a_document()) {
        return Err(Failure::UnknownLabelIds {
            ids: unknown.len(),
            example: (*example).to_owned(),
        });
    }
    if !unknown.is_empty() {
        let listed: Vec<&str> = unknown.iter().take(MAX_UNKNOWN_IDS).copied().collect();
        let more = if unknown.len() > MAX_UNKNOWN_IDS {
            ", …"
        } else {
            ""
        };
        analysis.console.note(&format!(
            "warning: the labels contain ids that no document has: {} ({}{more}); their pairs count as missed",
            unknown.len(),
            listed.join(", "),
        ));
    }
    Ok(())
}

/// Adds the reason to each missed pair that has no match.
fn explain_missed(
    missed: &mut [Mistake],
    paths: &[PathBuf],
    analysis: &Analysis,
    progress: &dyn Progress,
) -> Result<(), dedupe::Error> {
    for mistake in missed.iter_mut().filter(|m| m.found.is_none()) {
        mistake.evidence = "no match".into();
    }
    let without: Vec<&mut Mistake> = missed.iter_mut().filter(|m| m.found.is_none()).collect();
    let pairs: Vec<(String, String)> = (without.iter())
        .map(|m| (m.left.clone(), m.right.clone()))
        .collect();
    if pairs.is_empty() {
        return Ok(());
    }
    let reasons = dedupe::explain::reasons(&analysis.job(paths, progress), &pairs)?;
    for (mistake, reason) in without.into_iter().zip(reasons) {
        mistake.evidence = reason.unwrap_or_else(|| "a document is not in the corpus".into());
    }
    Ok(())
}

/// Repeats the run with the thresholds 0.1 to 0.9.
fn threshold_curve(
    paths: &[PathBuf],
    analysis: &Analysis,
    truth: &Truth,
    evaluation: &Evaluation,
    progress: &dyn Progress,
) -> Result<Vec<CurvePoint>, dedupe::Error> {
    let point = |step: u32| {
        let threshold = f64::from(step) / 10.0;
        let rules = Rules {
            threshold,
            ..analysis.rules.clone()
        };
        let pairs = if (threshold - analysis.rules.threshold).abs() < 1e-9 {
            evaluation.pairs
        } else {
            let job = Job {
                rules: &rules,
                ..analysis.job(paths, progress)
            };
            let outcome = dedupe::run(&job, &ReportOptions::default())?;
            score_pairs(outcome.report()?, truth)
        };
        Ok(CurvePoint { threshold, pairs })
    };
    (1..=9).map(point).collect()
}
