//! A corpus without its copies: which documents stay, and the writing of them.

mod records;

use super::read::{self, path};
use super::verification::Verification;
use super::{
    Error, Findings, Progress, Settings, Stage, check_size, clock::Clock, find, rank, reported,
};
use crate::corpus::Corpus;
use dedupe_core::cluster::Cluster;
use dedupe_core::model::{DocumentIndex, Keep, Relation};
use dedupe_core::select::{SelectionInput, select};
use dedupe_formats::{self as source, Input, Location};
use dedupe_report as report;
use records::write_one;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use dedupe_core::select::DropPolicy;

/// The documents of a corpus, each to be kept or dropped.
#[derive(Debug)]
pub struct Selection {
    /// In reading order.
    pub documents: Vec<Chosen>,
    /// Inputs that were not used.
    pub skipped: Vec<report::Fault>,
    /// Inputs that were used with a reservation.
    pub warnings: Vec<report::Fault>,
    inputs: Vec<Input>,
}

/// One document.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// Its id.
    pub id: String,
    /// The file it was read from.
    pub path: String,
    /// Its line, where it is a record.
    pub line: Option<u64>,
    /// Why it is dropped; none where it is kept.
    pub dropped: Option<Dropped>,
    place: Location,
    /// Bytes of its text.
    bytes: u64,
}

/// Why a document is dropped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropped {
    /// Which document stands for it, by its place in [`Selection::documents`].
    pub stand_in: usize,
    /// What it is to that one.
    pub relation: Relation,
    /// Share of its words that stand there.
    pub containment: f64,
    /// Share of the other's words that stand in it.
    pub containment_stand_in: f64,
    /// Words aligned / words of both.
    pub resemblance: f64,
}

/// Why a selection could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A document is not what it was.
    #[error("{id} changed while it was read, or cannot be read again")]
    Changed {
        /// The first such document.
        id: String,
    },
    /// The output failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads what `paths` name, and chooses the documents to keep: no two of them are known to be copies that
/// `drop` names, and each other one has a direct match with one that is kept.
///
/// # Errors
///
/// See [`Error`].
pub fn selection(
    paths: &[PathBuf],
    source: &source::Options,
    settings: &Settings,
    drop: DropPolicy,
    progress: &dyn Progress,
) -> Result<Selection, Error> {
    progress.stage(Stage::Walk, None);
    let walk = source::walk(paths, source);
    let total = Input::total_size(&walk.inputs);
    progress.stage(Stage::Read, total);
    let reading = read::read(&walk.inputs, source, settings, progress);
    check_size(&reading.corpus)?;
    reading.corpus.check()?;
    let unknown = rank::unknown(&reading.corpus, &settings.prefer);
    let mut clock = Clock::new(progress);
    let (corpus, found) = find(reading.corpus, &walk.inputs, settings, &mut clock, progress);
    let dropped = dropped(&corpus, &found, settings, drop);
    corpus.check()?;
    let documents = corpus.indices().map(|document| {
        let record = corpus.record(document);
        Chosen {
            id: record.id.to_owned(),
            path: path(&walk.inputs, &record).to_owned(),
            line: record.place.line,
            dropped: dropped.get(&document).copied(),
            place: record.place,
            bytes: record.bytes,
        }
    });
    let mut skipped = [walk.skipped, reading.skipped].concat();
    skipped.sort();
    Ok(Selection {
        documents: documents.collect(),
        skipped: reported(&skipped),
        warnings: reported(&[reading.warnings, unknown].concat()),
        inputs: walk.inputs,
    })
}

/// The documents to drop: copies with the same words, and what the selection among the others drops.
fn dropped(
    corpus: &Corpus,
    found: &Findings,
    settings: &Settings,
    drop: DropPolicy,
) -> HashMap<DocumentIndex, Dropped> {
    let verification = Verification::new(corpus, &found.boilerplate, settings);
    let choice = SelectionInput {
        order: &order(corpus, found, settings),
        effective_lengths: &found.effective_lengths,
        matches: &found.matches,
        drop,
    };
    let Ok(selected) = select(&choice, &verification);
    let mut dropped: HashMap<DocumentIndex, Dropped> = HashMap::new();
    for (document, evidence) in selected {
        let figures = Dropped {
            stand_in: evidence.right.index(),
            relation: evidence.relation,
            containment: evidence.containment_left,
            containment_stand_in: evidence.containment_right,
            resemblance: evidence.resemblance,
        };
        dropped.insert(document, figures);
    }
    for (centre, copy) in found.groups.copies() {
        let same_words = Dropped {
            stand_in: centre.index(),
            relation: Relation::Exact,
            containment: 1.0,
            containment_stand_in: 1.0,
            resemblance: 1.0,
        };
        let figures = dropped.get(&centre).copied().unwrap_or(same_words);
        dropped.insert(copy, figures);
    }
    dropped
}

/// How much longer than the one to keep of its story a document must be to go before it.
const LENGTH_RATIO: f64 = 1.25;

/// The documents that have matches, in order of preference: representatives of stories before others,
/// then by the policy. For [`Keep::Best`] a longer one goes before both, so that a cut never stands for
/// the whole: of two near copies one may have half as much again.
fn order(corpus: &Corpus, found: &Findings, settings: &Settings) -> Vec<DocumentIndex> {
    let preferences = rank::preferences(corpus, &settings.prefer);
    let by_id = rank::by_id(corpus);
    let ranks = rank::ranks(corpus, &preferences, &by_id, settings.keep);
    let first = |s: &Cluster| s.members.first().map(|m| m.document);
    let representatives: HashSet<DocumentIndex> = found.stories.iter().filter_map(first).collect();
    let likes = likes(&found.stories);
    let copies = found.matches.iter().filter(|m| m.relation.is_copy());
    let mut order: Vec<DocumentIndex> = copies.flat_map(|m| [m.left, m.right]).collect();
    order.sort_unstable();
    order.dedup();
    order.sort_by_key(|d| {
        let length = match settings.keep {
            Keep::Best => length(
                &found.effective_lengths,
                *d,
                likes.get(d).copied().unwrap_or(*d),
            ),
            Keep::Earliest | Keep::Longest | Keep::First => 0,
        };
        (
            preferences[d.index()],
            Reverse(length),
            !representatives.contains(d),
            ranks[d.index()],
        )
    });
    order
}

/// The representative that each document is a near copy of.
fn likes(stories: &[Cluster]) -> HashMap<DocumentIndex, DocumentIndex> {
    let members = stories.iter().flat_map(|story| &story.members);
    let evidence = members.filter_map(|member| member.evidence.as_ref());
    let near = evidence.filter(|m| m.relation == Relation::Near);
    near.map(|m| (m.left, m.right)).collect()
}

/// The words of a document for the order: those of the representative, where it has some more only.
fn length(
    effective_lengths: &[u32],
    document: DocumentIndex,
    representative: DocumentIndex,
) -> u32 {
    let (own, other) = (
        effective_lengths[document.index()],
        effective_lengths[representative.index()],
    );
    if f64::from(own) > LENGTH_RATIO * f64::from(other) {
        own
    } else {
        own.min(other)
    }
}

impl Selection {
    /// The documents that are kept, by their places.
    pub fn kept(&self) -> impl Iterator<Item = usize> + '_ {
        let all = self.documents.iter().enumerate();
        all.filter(|(_, d)| d.dropped.is_none()).map(|(at, _)| at)
    }

    /// What names a document for other programs: a file's path, whatever its bytes, or a record's id.
    #[must_use]
    pub fn name<'a>(&'a self, document: &'a Chosen) -> &'a OsStr {
        let input = self.inputs.get(document.place.input as usize);
        let whole = input.filter(|_| document.id == document.path && document.line.is_none());
        let file = whole.and_then(Input::file_path);
        file.map_or(document.id.as_ref(), Path::as_os_str)
    }

    /// Drops what a selection among the documents kept here drops.
    pub fn drop_more(&mut self, again: &Selection) {
        let kept: Vec<usize> = self.kept().collect();
        for (at, document) in kept.iter().zip(&again.documents) {
            if let Some(dropped) = document.dropped {
                let stand_in = kept.get(dropped.stand_in).copied().unwrap_or(*at);
                self.documents[*at].dropped = Some(Dropped {
                    stand_in,
                    ..dropped
                });
            }
        }
    }

    /// From a dropped document to the kept one that stands for it: all that stand between them, and it.
    #[must_use]
    pub fn stand_ins(&self, document: &Chosen) -> Vec<usize> {
        let mut way: Vec<usize> = vec![];
        let mut next = document.dropped;
        while let Some(dropped) = next.filter(|d| !way.contains(&d.stand_in)) {
            way.push(dropped.stand_in);
            next = self.documents.get(dropped.stand_in).and_then(|d| d.dropped);
        }
        way
    }

    /// Writes the documents that are kept as JSON Lines, in reading order: a line of JSON Lines as it
    /// stands, anything else as a record. Reads the inputs a second time, a document at a time.
    ///
    /// # Errors
    ///
    /// See [`WriteError`]; what was written by then is of no use.
    pub fn write(&self, source: &source::Options, out: &mut dyn Write) -> Result<(), WriteError> {
        let kept: Vec<&Chosen> = self.kept().map(|at| &self.documents[at]).collect();
        let places: Vec<Location> = kept.iter().map(|document| document.place).collect();
        let (mut next, mut buffer, mut failed) = (0, Vec::new(), Ok(()));
        let _unread = source::reread_documents(&self.inputs, source, &places, &mut |at, again| {
            let chosen = kept[at];
            let is_same = at == next && again.document.text.len() as u64 == chosen.bytes;
            if failed.is_err() || !is_same {
                return;
            }
            next += 1;
            failed = write_one(&chosen.id, again, &source.fields, &mut buffer, out);
        });
        failed?;
        match kept.get(next) {
            Some(missing) => Err(WriteError::Changed {
                id: missing.id.clone(),
            }),
            None => Ok(()),
        }
    }
}
