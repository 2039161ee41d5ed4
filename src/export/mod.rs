//! Export: the corpus without its copies. Chooses which documents to keep, and writes them.

mod documents;
mod record;
mod table;

use crate::error::Error;
use crate::job::Job;
use crate::matching::Learnt;
use crate::matching::exact::ExactGroups;
use crate::matching::verification::Verification;
use crate::progress::{Progress, Silent, StageClock};
use crate::reading::{self, CHANGED, Reading, report_faults};
use crate::results::Outcome;
use crate::run::find_copies;
use crate::settings::Rules;
use dedupe_core::cluster::Cluster;
use dedupe_core::model::{DocumentIndex, Match, Relation};
use dedupe_core::select::{self, SelectionInput};
use dedupe_formats::{self as formats, Input, Location, NoticePages};
use dedupe_report as report;
use documents::Documents;
use record::write_record;
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

pub use dedupe_core::select::DropPolicy;
pub use documents::{Chosen, Dropped};
pub use table::{CorpusFormat, write_table};

/// The documents of a corpus, each kept or dropped.
#[derive(Debug)]
pub struct Selection {
    /// Inputs that were not used.
    pub skipped: Vec<report::Fault>,
    /// Inputs that were used with a warning.
    pub warnings: Vec<report::Fault>,
    documents: Documents,
    inputs: Vec<Input>,
    notice_pages: NoticePages,
}

/// Chooses the documents to keep.
///
/// No two kept documents match in a way that `drop` names. Each dropped document has a direct match with one that is
/// kept.
///
/// # Errors
///
/// Those of [`run`](crate::run()).
pub fn select(job: &Job<'_>, drop: DropPolicy) -> Result<Selection, Error> {
    let mut clock = StageClock::new(job.progress);
    let mut reading = reading::read(job, &mut clock)?;
    let found = find_copies(&mut reading, job, &mut clock)?;
    let chosen = choose(
        &Choice {
            reading: &reading,
            learnt: &found.learnt,
            exact: &found.exact,
            lengths: &found.lengths,
            ranks: &found.preference.ranks,
            clusters: &found.clusters,
            matches: &found.matches,
        },
        job.rules,
        drop,
        job.progress,
    )?;
    // The list of the documents takes the place of the matches.
    std::mem::drop(found);
    Ok(Selection::new(&reading, chosen))
}

/// Chooses the documents to keep among those of a run, without running again. `None` if
/// [`ReportOptions::selection`](crate::ReportOptions::selection) was not set.
///
/// # Errors
///
/// [`Error::Spill`].
pub fn select_from(outcome: &Outcome, drop: DropPolicy) -> Result<Option<Selection>, Error> {
    let (Some(found), report) = (&outcome.found, &outcome.lazy_report) else {
        return Ok(None);
    };
    let chosen = choose(
        &Choice {
            reading: report.reading(),
            learnt: &found.learnt,
            exact: report.exact(),
            lengths: report.lengths(),
            ranks: &found.ranks,
            clusters: &found.clusters,
            matches: &found.matches,
        },
        &found.rules,
        drop,
        &Silent,
    )?;
    Ok(Some(Selection::new(report.reading(), chosen)))
}

/// A corpus and its copies.
struct Choice<'a> {
    reading: &'a Reading,
    learnt: &'a Learnt,
    exact: &'a ExactGroups,
    /// By document: its number of words.
    lengths: &'a [u32],
    /// By document: its position in the order of preference.
    ranks: &'a [u32],
    clusters: &'a [Cluster],
    matches: &'a [Match],
}

/// The documents to drop: those that the selection drops, and exact copies. Their stand-ins are numbered as documents.
fn choose(
    found: &Choice<'_>,
    rules: &Rules,
    drop: DropPolicy,
    progress: &dyn Progress,
) -> Result<HashMap<DocumentIndex, Dropped>, Error> {
    let verification = Verification::new(&found.reading.corpus, found.learnt, rules, progress);
    let input = SelectionInput {
        order: &order(found),
        lengths: found.lengths,
        matches: found.matches,
        drop,
    };
    let mut dropped: HashMap<DocumentIndex, Dropped> = HashMap::new();
    for (document, evidence) in select::select(&input, &verification)? {
        let reason = Dropped {
            stand_in: evidence.right.index(),
            relation: evidence.relation,
            containment: evidence.containment_left,
            containment_stand_in: evidence.containment_right,
            resemblance: evidence.resemblance,
        };
        dropped.insert(document, reason);
    }
    for (leader, copy) in found.exact.copies() {
        let same_words = Dropped {
            stand_in: leader.index(),
            relation: Relation::Exact,
            containment: 1.0,
            containment_stand_in: 1.0,
            resemblance: 1.0,
        };
        let reason = dropped.get(&leader).copied().unwrap_or(same_words);
        dropped.insert(copy, reason);
    }
    Ok(dropped)
}

/// The documents that have matches, in order of preference: the representatives of clusters, then the other documents,
/// each by rank. So the document that the report keeps of a cluster is kept here too.
fn order(found: &Choice<'_>) -> Vec<DocumentIndex> {
    let first = |cluster: &Cluster| cluster.members.first().map(|m| m.document);
    let representatives: HashSet<DocumentIndex> = found.clusters.iter().filter_map(first).collect();
    let copies = found.matches.iter().filter(|m| m.relation.is_copy());
    let mut order: Vec<DocumentIndex> = copies.flat_map(|m| [m.left, m.right]).collect();
    order.sort_unstable();
    order.dedup();
    order.sort_by_key(|document| {
        let rank = found.ranks[document.index()];
        (!representatives.contains(document), rank)
    });
    order
}

impl Selection {
    fn new(reading: &Reading, dropped: HashMap<DocumentIndex, Dropped>) -> Self {
        let corpus = &reading.corpus;
        let mut places = vec![0; corpus.len()];
        for (place, document) in corpus.in_reading_order().iter().enumerate() {
            places[document.index()] = place;
        }
        let mut documents = Documents::with_capacity(corpus.len());
        for document in corpus.in_reading_order() {
            let record = corpus.record(*document);
            let dropped = dropped.get(document).map(|dropped| Dropped {
                stand_in: places[dropped.stand_in],
                ..*dropped
            });
            documents.push(Chosen {
                id: record.id,
                path: reading.path(&record),
                line: record.location.line,
                dropped: dropped.as_ref(),
                location: record.location,
                text: record.text,
            });
        }
        Self {
            documents,
            skipped: report_faults(&reading.skipped),
            warnings: report_faults(&reading.warnings),
            inputs: reading.inputs.clone(),
            notice_pages: reading.options.notice_pages.clone(),
        }
    }

    /// The documents, in reading order.
    pub fn documents(&self) -> impl Iterator<Item = Chosen<'_>> + Clone + '_ {
        self.documents.iter()
    }

    /// The document at an index into [`documents`](Self::documents).
    #[must_use]
    pub fn document(&self, at: usize) -> Option<Chosen<'_>> {
        self.documents.get(at)
    }

    /// The indices of the documents that are kept.
    pub fn kept(&self) -> impl Iterator<Item = usize> + '_ {
        self.documents.kept()
    }

    /// True if no document is dropped.
    #[must_use]
    pub fn keeps_all(&self) -> bool {
        self.documents.all_dropped().is_empty()
    }

    /// The name of a document for other programs: the path of a file, even if it is not UTF-8, or the id of a record.
    #[must_use]
    pub fn name<'a>(&'a self, document: &Chosen<'a>) -> &'a OsStr {
        let input = self.inputs.get(document.location.input as usize);
        let whole = input.filter(|_| document.id == document.path && document.line.is_none());
        let file = whole.and_then(Input::file_path);
        file.map_or(OsStr::new(document.id), Path::as_os_str)
    }

    /// Drops also what `again` drops. `again` is a selection among the documents that this one keeps.
    ///
    /// # Errors
    ///
    /// [`Error::DocumentUnread`] if `again` has more or fewer documents. Nothing is dropped then.
    pub fn drop_more(&mut self, again: &Selection) -> Result<(), Error> {
        let kept: Vec<usize> = self.kept().collect();
        if kept.len() != again.documents.len() {
            let first = kept.first().and_then(|&at| self.document(at));
            return Err(Error::DocumentUnread {
                id: first.map_or_else(String::new, |first| first.id.to_owned()),
                reason: format!(
                    "of {} documents to keep, {} were found when they were read again",
                    kept.len(),
                    again.documents.len()
                ),
            });
        }
        let dropped = again.documents.all_dropped().iter();
        let more = dropped.filter_map(|&(at, dropped)| {
            let stand_in = *kept.get(dropped.stand_in)?;
            Some((
                *kept.get(at)?,
                Dropped {
                    stand_in,
                    ..dropped
                },
            ))
        });
        self.documents.drop_more(more);
        Ok(())
    }

    /// The chain of stand-ins from a dropped document to one that is kept, as indices.
    #[must_use]
    pub fn stand_ins(&self, document: &Chosen<'_>) -> Vec<usize> {
        let mut chain: Vec<usize> = vec![];
        let mut next = document.dropped;
        while let Some(dropped) = next.filter(|d| !chain.contains(&d.stand_in)) {
            chain.push(dropped.stand_in);
            next = (self.document(dropped.stand_in)).and_then(|d| d.dropped);
        }
        chain
    }

    /// Writes the documents that are kept as JSON Lines, in reading order. A line of JSON Lines is copied as it is; a
    /// row of a table and an object of a JSON file keep all their fields; any other document becomes a record.
    ///
    /// Reads the inputs a second time, one document at a time, with the options of the first reading.
    ///
    /// # Errors
    ///
    /// [`Error::DocumentUnread`] and [`Error::Write`]. What was written before the error is incomplete.
    pub fn write(&self, options: &formats::Options, out: &mut dyn Write) -> Result<(), Error> {
        let kept: Vec<usize> = self.kept().collect();
        let chosen = |next: usize| self.document(*kept.get(next)?);
        let locations = (0..kept.len()).filter_map(|next| Some(chosen(next)?.location));
        let locations: Vec<Location> = locations.collect();
        let options = &formats::Options {
            notice_pages: self.notice_pages.clone(),
            whole_records: true,
            ..options.clone()
        };
        let (mut next, mut buffer, mut result) = (0, Vec::new(), Ok(()));
        // A document that is not visited leaves `next` behind, which is checked below.
        let unread =
            formats::reread_documents(&self.inputs, options, &locations, &mut |at, again| {
                let wanted = chosen(at).filter(|_| at == next);
                let Some(wanted) = wanted.filter(|w| w.text.is_of(&again.document.text)) else {
                    return ControlFlow::Break(());
                };
                result = write_record(wanted.id, again, &options.fields, &mut buffer, out);
                if result.is_err() {
                    return ControlFlow::Break(());
                }
                next += 1;
                ControlFlow::Continue(())
            });
        result?;
        match chosen(next) {
            Some(missing) => {
                let fault = unread.into_iter().find(|unread| unread.index == next);
                Err(Error::DocumentUnread {
                    id: missing.id.to_owned(),
                    reason: fault.map_or_else(|| CHANGED.to_owned(), |unread| unread.fault.reason),
                })
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{JobInput, ReportOptions, Resources, Silent, run};
    use std::path::PathBuf;

    #[test]
    fn selecting_from_an_outcome_equals_selecting_anew() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let paths: Vec<PathBuf> = ["languages", "syndicated.jsonl", "wire"]
            .map(|name| fixtures.join(name))
            .into();
        // What the report lists is no part of the selection.
        let rules = Rules {
            cross_source_only: true,
            ..Rules::default()
        };
        let job = Job {
            input: JobInput::Paths(&paths),
            reading: &formats::Options::default(),
            rules: &rules,
            resources: &Resources::default(),
            progress: &Silent,
        };
        let with = |selection| {
            let options = ReportOptions {
                selection,
                ..ReportOptions::default()
            };
            run(&job, &options).unwrap()
        };
        let outcome = with(true);
        let mut kept = vec![];
        for drop in [DropPolicy::Exact, DropPolicy::Near, DropPolicy::Contained] {
            let anew = select(&job, drop).unwrap();
            let from = select_from(&outcome, drop).unwrap().unwrap();
            assert!(anew.documents().eq(from.documents()), "{drop:?}");
            kept.push(from.kept().count());
        }
        assert!(kept.is_sorted_by(|a, b| a > b), "{kept:?}");
        assert!(
            select_from(&with(false), DropPolicy::Near)
                .unwrap()
                .is_none()
        );
    }
}
