//! An index on disk. Each call sees the index as it is then, whoever changed it.

use crate::background::{self, Shared};
use crate::errors::of_archive;
use crate::options::RunOptions;
use crate::output::Target;
use crate::run::{InputFiles, Inputs, Run, Source};
use dedupe::archive::{
    Added, Archive, ArchiveError, MAX_FLAWS, Number, cache_of_budget, patiently,
};
use dedupe::{Job, Progress, ReportOptions, Rules};
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes for what was read from an index, if no memory budget says otherwise.
const CACHE: u64 = 256 << 20;

/// An index at a path.
#[pyclass(frozen, module = "news_dedupe._native")]
pub(crate) struct Index {
    path: PathBuf,
    /// The index as it was when it was last opened for reading.
    reader: Arc<Mutex<Option<Arc<Archive>>>>,
}

/// Documents that were added.
#[pyclass(frozen, module = "news_dedupe._native")]
pub(crate) struct Numbers(Arc<[Number]>);

/// What a call needs besides its own arguments.
struct Call {
    options: RunOptions,
    path: PathBuf,
    reader: Arc<Mutex<Option<Arc<Archive>>>>,
    cache: u64,
}

impl Call {
    /// The index as it is now, for reading.
    fn open(&self) -> Result<Arc<Archive>, ArchiveError> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(archive) = &*reader
            && archive.is_current().unwrap_or(false)
        {
            return Ok(Arc::clone(archive));
        }
        // Its files are closed before others are opened.
        *reader = None;
        let archive = Arc::new(Archive::open(&self.path, self.cache)?);
        *reader = Some(Arc::clone(&archive));
        Ok(archive)
    }

    /// The same, if there is an index.
    fn open_if_there(&self) -> Result<Option<Arc<Archive>>, ArchiveError> {
        match self.open() {
            Ok(archive) => Ok(Some(archive)),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The index, for changes. Waits a while for another process that changes it.
    fn open_for_writing(&self, progress: &dyn Progress) -> Result<Archive, ArchiveError> {
        patiently(progress, || {
            Archive::open_for_writing(&self.path, self.cache)
        })
    }

    /// The rules of the index, with those of the call in their place.
    fn rules(&self) -> PyResult<Rules> {
        let archive = self.open_if_there();
        let archive = archive.map_err(|error| of_archive(&self.path, error))?;
        let Some(archive) = archive else {
            return self.options.rules();
        };
        let rules = self.options.rules_over(archive.rules())?;
        let agreed = archive.agree(&rules);
        agreed.map_err(|error| of_archive(&self.path, error))?;
        Ok(rules)
    }
}

impl Index {
    fn call(&self, options: RunOptions) -> PyResult<Call> {
        let memory = options.resources()?.memory;
        Ok(Call {
            options,
            path: self.path.clone(),
            reader: Arc::clone(&self.reader),
            cache: memory.map_or(CACHE, cache_of_budget),
        })
    }

    /// Calls `work` on other threads and without the GIL.
    fn run<T: Send + 'static>(
        &self,
        py: Python<'_>,
        call: Call,
        show: Option<&Bound<'_, PyAny>>,
        work: impl FnOnce(&Call, &Shared) -> Result<T, ArchiveError> + Send + 'static,
    ) -> PyResult<T> {
        let threads = call.options.threads()?;
        let done = background::run(py, threads, show, move |progress| work(&call, progress))?;
        done.map_err(|error| of_archive(&self.path, error))
    }

    /// Calls `work` with a job, on other threads and without the GIL.
    fn run_job<T: Send + 'static>(
        &self,
        py: Python<'_>,
        source: Option<Source>,
        options: RunOptions,
        show: Option<&Bound<'_, PyAny>>,
        work: impl FnOnce(&Call, &Job<'_>) -> Result<T, ArchiveError> + Send + 'static,
    ) -> PyResult<T> {
        let call = self.call(options)?;
        let (reading, resources) = (call.options.reading()?, call.options.resources()?);
        let rules = py.detach(|| call.rules())?;
        let inputs = match source {
            Some(source) => source.inputs(&reading)?,
            None => Inputs::default(),
        };
        self.run(py, call, show, move |call, progress| {
            let job = Job {
                input: inputs.of_job(),
                reading: &reading,
                rules: &rules,
                resources: &resources,
                progress,
            };
            work(call, &job)
        })
    }
}

/// A report from which documents can be selected.
fn report_options() -> ReportOptions {
    ReportOptions {
        selection: true,
        ..ReportOptions::default()
    }
}

#[pymethods]
impl Index {
    /// An index at a path. Fails if there is something else, or an index with other rules.
    #[new]
    fn new(py: Python<'_>, path: PathBuf, options: RunOptions) -> PyResult<Self> {
        let index = Self {
            path,
            reader: Arc::default(),
        };
        let call = index.call(options)?;
        call.options.threads()?;
        call.options.reading()?;
        py.detach(|| call.rules())?;
        Ok(index)
    }

    /// Closes its files.
    fn close(&self, py: Python<'_>) {
        py.detach(|| {
            let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
            *reader = None;
        });
    }

    /// Adds documents. Returns the counts as JSON, and the numbers of the documents.
    fn add(
        &self,
        py: Python<'_>,
        source: Source,
        options: RunOptions,
        show: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<(String, Numbers)> {
        let added = self.run_job(py, Some(source), options, show, |call, job| {
            match patiently(job.progress, || Archive::add(&call.path, job, call.cache)) {
                // The caller raises the same exception as for an index that exists.
                Err(ArchiveError::NothingRead { skipped }) => Ok(Added {
                    skipped,
                    ..Added::default()
                }),
                other => other,
            }
        })?;
        let counts = serde_json::json!({
            "new": added.new,
            "versions": added.versions,
            "known": added.known,
            "copies": added.copies,
            "created": added.is_created,
            "documents": added.documents,
            "epoch": added.epoch,
            "skipped": added.skipped,
            "warnings": added.warnings,
        });
        Ok((counts.to_string(), Numbers(added.numbers.into())))
    }

    /// The report on documents that were added.
    fn report_about(
        &self,
        py: Python<'_>,
        numbers: &Numbers,
        options: RunOptions,
        show: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Run> {
        let (resources, threads) = (options.resources()?, options.threads()?);
        let numbers = Arc::clone(&numbers.0);
        let checked = self.run_job(py, None, options, show, move |call, job| {
            let archive = call.open()?;
            archive.report_about(&numbers, job, &report_options())
        })?;
        Ok(Run::new(
            checked.outcome,
            InputFiles::default(),
            resources,
            threads,
        ))
    }

    /// The answers about documents, as JSON.
    fn query(
        &self,
        py: Python<'_>,
        source: Source,
        options: RunOptions,
        show: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let answers = self.run_job(py, Some(source), options, show, |call, job| {
            call.open()?.query(job)
        })?;
        let encoded = serde_json::json!({
            "answers": answers.answers,
            "skipped": answers.skipped,
            "warnings": answers.warnings,
        });
        Ok(encoded.to_string())
    }

    /// The report on documents, compared with the index.
    fn check(
        &self,
        py: Python<'_>,
        source: Source,
        options: RunOptions,
        show: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Run> {
        let (resources, threads) = (options.resources()?, options.threads()?);
        let files = source.files(&options.reading()?);
        let checked = self.run_job(py, Some(source), options, show, |call, job| {
            call.open()?.check(job, &report_options())
        })?;
        let run = Run::new(checked.outcome, files, resources, threads);
        Ok(run.of_first_documents(checked.new))
    }

    /// The number of documents. 0: there is no index yet.
    fn count(&self, py: Python<'_>, options: RunOptions) -> PyResult<u64> {
        let call = self.call(options)?;
        let count = py.detach(|| match call.open_if_there()? {
            Some(archive) => archive.document_count(),
            None => Ok(0),
        });
        count.map_err(|error| of_archive(&self.path, error))
    }

    /// What the index is and holds, as JSON. `counts`: also the counts that require reading the whole index.
    fn info(&self, py: Python<'_>, options: RunOptions, counts: bool) -> PyResult<String> {
        let call = self.call(options)?;
        let info = self.run(py, call, None, move |call, _| call.open()?.info(counts))?;
        Ok(serde_json::json!(info).to_string())
    }

    /// Removes documents.
    fn remove(&self, py: Python<'_>, ids: Vec<String>, options: RunOptions) -> PyResult<()> {
        let call = self.call(options)?;
        self.run(py, call, None, move |call, progress| {
            call.open_for_writing(progress)?.remove(&ids).map(drop)
        })
    }

    /// The versions of a document, as JSON.
    fn history(&self, py: Python<'_>, id: String, options: RunOptions) -> PyResult<String> {
        let call = self.call(options)?;
        let versions = self.run(py, call, None, move |call, _| call.open()?.history(&id))?;
        Ok(serde_json::json!(versions).to_string())
    }

    /// Begins a new epoch. What changed, as JSON.
    fn compact(
        &self,
        py: Python<'_>,
        options: RunOptions,
        show: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let call = self.call(options)?;
        let resources = call.options.resources()?;
        let compacted = self.run(py, call, show, move |call, progress| {
            let mut archive = call.open_for_writing(progress)?;
            archive.compact(&resources, progress)
        })?;
        Ok(serde_json::json!(compacted).to_string())
    }

    /// What does not fit together, as JSON.
    fn verify(&self, py: Python<'_>, options: RunOptions) -> PyResult<String> {
        let call = self.call(options)?;
        let flaws = self.run(py, call, None, |call, progress| {
            call.open()?.verify(MAX_FLAWS, progress)
        })?;
        Ok(serde_json::json!(flaws).to_string())
    }

    /// Writes all documents to a file, as JSON Lines.
    fn export(&self, py: Python<'_>, path: PathBuf, options: RunOptions) -> PyResult<()> {
        let (call, target) = (
            self.call(options)?,
            Target::new(path, &InputFiles::default())?,
        );
        let threads = call.options.threads()?;
        background::run(py, threads, None, move |progress| {
            let archive = call.open();
            let archive = archive.map_err(|error| of_archive(&call.path, error))?;
            let written = archive.export_with(progress, |write| target.write(|out| write(out)));
            written.map_err(|error| of_archive(&call.path, error))?
        })?
    }
}
