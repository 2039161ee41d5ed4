//! From inputs to a corpus. Every job begins here: it walks the paths once and reads the documents once.

mod attribution;
mod document_order;
mod notice_paragraphs;
mod notices;
pub(crate) mod publishers;
mod rereading;
mod rewriting;
mod sketching;
pub(crate) mod unique_ids;
mod unknown_fields;

pub(crate) use document_order::Moment;
pub(crate) use rereading::{CHANGED, Rereading};
pub(crate) use sketching::{BATCH_BYTES, BlockSketcher, Faults};

use crate::corpus::{Corpus, DocumentRecord};
use crate::error::Error;
use crate::job::{Job, JobInput};
use crate::progress::{Progress, Stage, StageClock};
use dedupe_core::candidates::MAX_DOCUMENTS;
use dedupe_formats::{self as formats, Fault, FaultCode, Input, Location, Walk};
use dedupe_report as report;
use std::path::PathBuf;

/// The documents of a job.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) corpus: Corpus,
    pub(crate) inputs: Vec<Input>,
    /// The options to read a document again as it was read.
    pub(crate) options: formats::Options,
    /// Inputs and documents that were not used, sorted.
    pub(crate) skipped: Vec<Fault>,
    /// Inputs and documents that were used with a warning, sorted.
    pub(crate) warnings: Vec<Fault>,
    /// Files, archive members and records of a kind that has no documents.
    pub(crate) ignored: u64,
    /// By input, whether it is new. Unset if the job does not tell new documents from others.
    pub(crate) new_inputs: Option<Vec<bool>>,
}

impl Reading {
    /// Reads texts again.
    pub(crate) fn rereading<'a>(&'a self, progress: &'a dyn Progress) -> Rereading<'a> {
        Rereading {
            corpus: &self.corpus,
            inputs: &self.inputs,
            options: &self.options,
            progress,
        }
    }

    /// Adds the documents of another reading, none of which spilled. Their ids are not among those that are here.
    #[cfg(feature = "index")]
    pub(crate) fn append(&mut self, other: Self) {
        self.corpus.append(other.corpus, self.inputs.len() as u32);
        self.inputs.extend(other.inputs);
        if let Some(new) = &mut self.new_inputs {
            new.resize(self.inputs.len(), false);
        }
        document_order::renumber(&mut self.corpus);
    }

    /// The displayed path of the file or archive member that a document was read from.
    pub(crate) fn path<'a>(&'a self, record: &DocumentRecord<'a>) -> &'a str {
        path(&self.inputs, record)
    }
}

/// Walks the paths of a job, and reads and sketches the documents.
///
/// # Errors
///
/// The rules cannot be followed, there are too many documents, or the spill file failed.
pub(crate) fn read(job: &Job<'_>, clock: &mut StageClock<'_>) -> Result<Reading, Error> {
    read_with_new(job, None, clock)
}

/// As [`read`]. `new`: the files and folders whose inputs are new. This is decided before anything is read, because a new
/// file may be moved away as soon as it has been read.
///
/// # Errors
///
/// Those of [`read`].
pub(crate) fn read_with_new(
    job: &Job<'_>,
    new: Option<&[PathBuf]>,
    clock: &mut StageClock<'_>,
) -> Result<Reading, Error> {
    job.rules.check()?;
    let (walk, new_inputs) = clock.run(
        Stage::Walk,
        None,
        || {
            let walk = walk(job);
            let is_new = |paths| formats::reachable_from(&walk.inputs, paths, job.reading);
            let new_inputs = new.map(is_new);
            Ok::<_, Error>((walk, new_inputs))
        },
        |(walk, _)| (walk.inputs.len(), None),
    )?;
    let total = Input::total_size(&walk.inputs);
    let mut documents = clock.run(
        Stage::Read,
        total,
        || sketching::read_documents(&walk.inputs, job),
        |read| (read.corpus.len(), Some(read.corpus.bytes())),
    )?;
    check_size(documents.corpus.len())?;
    // The documents that new ones are checked against keep their ids.
    let is_old = |input| (new_inputs.as_ref()).is_none_or(|new| new.get(input) != Some(&true));
    let renamed = unique_ids::make_unique(&mut documents.corpus, &walk.inputs, is_old);
    document_order::renumber(&mut documents.corpus);
    let unknown = unknown_sources(&documents.corpus, &job.rules.prefer);
    let unknown_fields =
        unknown_fields::unknown_fields(&documents.corpus, &walk.inputs, &documents.options);
    let Faults {
        mut skipped,
        mut warnings,
    } = documents.faults;
    skipped.extend(walk.skipped);
    warnings.append(renamed);
    warnings.extend(unknown.into_iter().chain(unknown_fields));
    Ok(Reading {
        corpus: documents.corpus,
        skipped: skipped.into_sorted(),
        warnings: warnings.into_sorted(),
        ignored: walk.ignored + documents.ignored,
        options: documents.options,
        inputs: walk.inputs,
        new_inputs,
    })
}

fn walk(job: &Job<'_>) -> Walk {
    match job.input {
        JobInput::Paths(paths) => formats::walk(paths, job.reading),
        JobInput::Inputs(inputs) => Walk {
            inputs: inputs.to_vec(),
            ..Walk::default()
        },
    }
}

fn check_size(documents: usize) -> Result<(), Error> {
    if documents >= MAX_DOCUMENTS as usize {
        return Err(Error::TooManyDocuments {
            found: documents,
            limit: MAX_DOCUMENTS - 1,
        });
    }
    Ok(())
}

/// A warning for each preferred source that has no document. It is most likely misspelt.
fn unknown_sources(corpus: &Corpus, preferred: &[String]) -> Vec<Fault> {
    let is_known = |name: &&String| {
        let mut records = corpus.indices().map(|document| corpus.record(document));
        records.any(|record| publishers::is_of(&record, name))
    };
    let unknown = preferred.iter().filter(|name| !is_known(name));
    unknown
        .map(|name| Fault {
            path: "prefer".to_owned(),
            line: None,
            code: FaultCode::UnknownSource,
            reason: format!("no document has the source {name:?}"),
            count: 1,
        })
        .collect()
}

/// Faults in the form of the report.
pub(crate) fn report_faults(faults: &[Fault]) -> Vec<report::Fault> {
    let fault = |fault: &Fault| report::Fault {
        path: fault.path.clone(),
        line: fault.line,
        code: fault.code.to_string(),
        reason: fault.reason.clone(),
        count: fault.count,
    };
    faults.iter().map(fault).collect()
}

/// The displayed path of the file or archive member that a document was read from.
pub(crate) fn path<'a>(inputs: &'a [Input], record: &DocumentRecord<'a>) -> &'a str {
    displayed_path(record.member, record.location, inputs)
}

fn displayed_path<'a>(member: Option<&'a str>, location: Location, inputs: &'a [Input]) -> &'a str {
    let file = || inputs.get(location.input as usize).map_or("", Input::path);
    member.unwrap_or_else(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corpus_with_too_many_documents_is_refused() {
        let limit = MAX_DOCUMENTS as usize;
        assert!(check_size(limit - 1).is_ok());
        let error = check_size(limit).unwrap_err();
        assert!(matches!(error, Error::TooManyDocuments { found, .. } if found == limit));
    }
}
