//! A run that finds copies, and its result.

use crate::errors::{InputError, of_frame, of_job};
use crate::options::{self, RunOptions};
use crate::output::Target;
use crate::{PyTable, background, table};
use arrow_array::{ArrayRef, Float64Array, LargeStringArray, RecordBatch, UInt64Array};
use dedupe::formats::{Input, Options, is_input};
use dedupe::report::{Format, RenderOptions, ReportView, TerminalStyle, arrow_tables};
use dedupe::{Error, Job, JobInput, Outcome, ReportOptions, Resources, export};
use pyo3::prelude::*;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The name of a frame in place of a path.
const FRAME: &str = "frame";

/// What a run reads.
#[derive(FromPyObject)]
pub(crate) enum Source {
    // First, because an empty table would be taken for a list without paths.
    Table(PyTable),
    Paths(Vec<PathBuf>),
}

/// The files that a job reads. No output may replace them.
#[derive(Default)]
pub(crate) struct InputFiles {
    paths: Vec<PathBuf>,
    options: Options,
}

impl InputFiles {
    pub(crate) fn contains(&self, file: &Path) -> bool {
        is_input(&self.paths, file, &self.options)
    }
}

/// The inputs of a job.
#[derive(Default)]
pub(crate) struct Inputs {
    paths: Vec<PathBuf>,
    table: Option<[Input; 1]>,
}

impl Source {
    pub(crate) fn files(&self, reading: &Options) -> InputFiles {
        let paths = match self {
            Self::Paths(paths) => paths.clone(),
            Self::Table(_) => vec![],
        };
        InputFiles {
            paths,
            options: reading.clone(),
        }
    }

    pub(crate) fn inputs(self, reading: &Options) -> PyResult<Inputs> {
        match self {
            Self::Paths(paths) => Ok(Inputs { paths, table: None }),
            Self::Table(given) => {
                let (batches, schema) = given.0.into_inner();
                let input = Input::arrow_table(FRAME, schema, batches, &reading.fields);
                let input = input.map_err(|fault| of_frame(&fault))?;
                Ok(Inputs {
                    paths: vec![],
                    table: Some([input]),
                })
            }
        }
    }
}

impl Inputs {
    pub(crate) fn of_job(&self) -> JobInput<'_> {
        match &self.table {
            Some(table) => JobInput::Inputs(table),
            None => JobInput::Paths(&self.paths),
        }
    }
}

/// Finds the copies in files or in a table.
#[pyfunction]
pub(crate) fn run(
    py: Python<'_>,
    source: Source,
    options: RunOptions,
    show: Option<&Bound<'_, PyAny>>,
) -> PyResult<Run> {
    let (rules, reading) = (options.rules()?, options.reading()?);
    let (resources, threads) = (options.resources()?, options.threads()?);
    let files = source.files(&reading);
    let inputs = source.inputs(&reading)?;
    let for_later = resources.clone();
    let work = move |progress: &background::Shared| {
        let job = Job {
            input: inputs.of_job(),
            reading: &reading,
            rules: &rules,
            resources: &resources,
            progress,
        };
        let options = ReportOptions {
            selection: true,
            ..ReportOptions::default()
        };
        dedupe::run(&job, &options)
    };
    let outcome = background::run(py, threads, show, work)?.map_err(of_job)?;
    Ok(Run::new(outcome, files, for_later, threads))
}

/// The result of a run.
#[pyclass(frozen, module = "news_dedupe._native")]
pub(crate) struct Run {
    outcome: Arc<Mutex<Outcome>>,
    files: InputFiles,
    resources: Resources,
    threads: Option<usize>,
    /// How many documents, the first ones that were read, can be dropped.
    own: usize,
}

impl Run {
    pub(crate) fn new(
        outcome: Outcome,
        files: InputFiles,
        resources: Resources,
        threads: Option<usize>,
    ) -> Self {
        Self {
            outcome: Arc::new(Mutex::new(outcome)),
            files,
            resources,
            threads,
            own: usize::MAX,
        }
    }

    /// Only the first `own` documents that were read can be dropped. The others are those of an index.
    pub(crate) fn of_first_documents(self, own: usize) -> Self {
        Self { own, ..self }
    }

    /// Calls `work` with the outcome, on other threads and without the GIL.
    fn with<T: Send + 'static>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut Outcome) -> T + Send + 'static,
    ) -> PyResult<T> {
        let outcome = Arc::clone(&self.outcome);
        background::run(py, self.threads, None, move |_| {
            work(&mut outcome.lock().unwrap_or_else(PoisonError::into_inner))
        })
    }

    fn list(
        &self,
        py: Python<'_>,
        make: fn(&dyn ReportView) -> io::Result<arrow_tables::ArrowTable>,
    ) -> PyResult<PyTable> {
        let made = self.with(py, move |outcome| make(&outcome.lazy_report))?;
        let made = made.map_err(|error| of_job(Error::Write(error)))?;
        table(made.batches, made.schema)
    }
}

#[pymethods]
impl Run {
    fn clusters(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.list(py, arrow_tables::clusters)
    }

    fn members(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.list(py, arrow_tables::members)
    }

    fn matches(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.list(py, arrow_tables::matches)
    }

    fn boilerplate(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.list(py, arrow_tables::boilerplate)
    }

    /// Parameters, summary and faults of the report as JSON, and the `stories` largest clusters.
    fn overview(&self, py: Python<'_>, stories: usize) -> PyResult<String> {
        let made = self.with(py, move |outcome| {
            let report = &outcome.lazy_report;
            let header = report.header();
            let clusters: Vec<_> = (0..report.cluster_count().min(stories))
                .map(|at| Ok(report.cluster(at)?.into_owned()))
                .collect::<io::Result<_>>()?;
            let overview = serde_json::json!({
                "parameters": header.parameters,
                "summary": header.summary,
                "skipped": header.skipped,
                "warnings": header.warnings,
                "clusters": clusters,
            });
            Ok(overview.to_string())
        })?;
        made.map_err(|error| of_job(Error::Write(error)))
    }

    /// The report as JSON.
    fn json(&self, py: Python<'_>) -> PyResult<String> {
        let made = self.with(py, |outcome| {
            let mut out = Vec::new();
            render(outcome, Format::Json, &mut out)?;
            String::from_utf8(out).map_err(io::Error::other)
        })?;
        made.map_err(|error| of_job(Error::Write(error)))
    }

    /// Writes the report to a file, in the format of this name, or else of its extension.
    fn write(&self, py: Python<'_>, path: PathBuf, format: Option<&str>) -> PyResult<()> {
        let format = options::format(format, &path)?;
        let (target, resources) = (Target::new(path, &self.files)?, self.resources.clone());
        self.with(py, move |outcome| {
            outcome.read_for(format, &resources).map_err(of_job)?;
            target.write(|out| render(outcome, format, out))
        })?
    }

    /// The documents to drop: the row of each, counted from 0, if it has one, its id and path, and why.
    fn dropped(&self, py: Python<'_>, drop: &str) -> PyResult<PyTable> {
        let policy = options::drop_policy(drop)?;
        let selection = self.with(py, move |outcome| export::select_from(outcome, policy))?;
        let selection = selection
            .map_err(of_job)?
            .ok_or_else(|| InputError::new_err("the run kept nothing to select from"))?;
        let all = selection.documents().take(self.own);
        let dropped: Vec<_> = all
            .filter_map(|document| Some((document, document.dropped?)))
            .collect();
        let each = || dropped.iter();
        let text = |strings: Vec<&str>| Arc::new(LargeStringArray::from(strings)) as ArrayRef;
        let share = |shares: Vec<f64>| Arc::new(Float64Array::from(shares)) as ArrayRef;
        let rows: UInt64Array = each().map(|(d, _)| d.line.map(|line| line - 1)).collect();
        let stand_ins =
            each().map(|(_, why)| selection.document(why.stand_in).map_or("", |d| d.id));
        let batch = RecordBatch::try_from_iter([
            ("row", Arc::new(rows) as ArrayRef),
            ("id", text(each().map(|(d, _)| d.id).collect())),
            ("path", text(each().map(|(d, _)| d.path).collect())),
            ("kept", text(stand_ins.collect())),
            (
                "relation",
                text(each().map(|(_, why)| relation(why.relation)).collect()),
            ),
            (
                "containment",
                share(each().map(|(_, why)| why.containment).collect()),
            ),
            (
                "resemblance",
                share(each().map(|(_, why)| why.resemblance).collect()),
            ),
        ]);
        let batch = batch.map_err(|error| InputError::new_err(error.to_string()))?;
        table(vec![batch.clone()], batch.schema())
    }
}

fn relation(relation: dedupe::core::Relation) -> &'static str {
    use dedupe::core::Relation;
    match relation {
        Relation::Exact => "exact",
        Relation::Near => "near",
        Relation::Contains => "contains",
        Relation::Contained => "contained",
        Relation::Version => "version",
        Relation::Overlap => "overlap",
    }
}

fn render(outcome: &Outcome, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let options = RenderOptions {
        style: TerminalStyle::default(),
        locations: &outcome.locations,
        fail_on: None,
        unread: &[],
        texts: &outcome.texts,
        provenance: &dedupe::report::Provenance::default(),
    };
    let renderer = format.renderer(&options);
    renderer.render(&outcome.lazy_report, &outcome.excerpts, out)
}
