//! Boilerplate: passages that documents share without having copied news from each other, such as
//! paywall notices, footers, disclaimers, navigation. Learnt from the corpus alone.
//!
//! A fingerprint held by many documents is either a story that many ran or a notice that one
//! publisher puts under everything. What tells them apart:
//!
//! - *One source.* A notice stands in the documents of one source; a story travels.
//! - *The rest of the documents.* Where a story is run, the rest agrees too: the holders share most of
//!   their fingerprints. Under a notice the articles differ.
//! - *The heads.* A notice longer than what stands above it makes documents agree; but each has a head
//!   of its own.
//!
//! So a fingerprint is boilerplate where one source holds it at least [`LEAST_HOLDERS`] times and
//! hardly any other does, and its holders differ in the rest or, where that source is not nearly the
//! whole corpus, in their heads. A passage that also stands nearly alone, as a document of its own, is a
//! story that pages reprint.

mod frequent;
mod holders;
mod marks;
mod notices;
#[cfg(test)]
mod tests;

use crate::candidates::Key;
use crate::candidates::postings::{Candidate, posting_lists, split_between_hashes};
use crate::model::{ByDocument, DocumentIndex, Passage};
use frequent::{Class, Frequent};
use holders::{Agreements, Holders};
use marks::{Marked, Marks};
use rayon::prelude::*;
use std::borrow::Cow;

pub use holders::{AGREEMENT, SOURCE_SHARE};

/// DocumentSource of one source that must hold a passage before it can be boilerplate.
const LEAST_HOLDERS: usize = 5;

/// What learning needs to know of the documents.
pub trait DocumentSource: Sync {
    /// Why the words or fingerprints of a document could not be read.
    type Error: Send;

    /// The source of a document: a number for each publisher, host or folder.
    fn source(&self, document: DocumentIndex) -> u32;
    /// Its words.
    ///
    /// # Errors
    ///
    /// They could not be read.
    fn words(&self, document: DocumentIndex) -> Result<Cow<'_, [u32]>, Self::Error>;
    /// How many words it has.
    fn word_count(&self, document: DocumentIndex) -> u32;
    /// The word at which each of its fingerprints begins, and the fingerprint, in order.
    ///
    /// # Errors
    ///
    /// They could not be read.
    fn fingerprints(
        &self,
        document: DocumentIndex,
    ) -> Result<impl Iterator<Item = (u32, u64)> + '_, Self::Error>;
    /// How many fingerprints it has.
    fn fingerprint_count(&self, document: DocumentIndex) -> u32;
    /// True for a source of so many of the documents that standing in it tells nothing.
    fn is_dominant(&self, source: u32) -> bool;
}

/// The boilerplate of a corpus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Boilerplate {
    /// Where it stands, by document, disjoint and in order.
    pub passages: ByDocument<Passage>,
    /// The notices: one example of each, most frequent first, [`MAX_EXAMPLES`] at most.
    pub examples: Vec<BoilerplatePassage>,
    /// How many notices there are.
    pub distinct_count: usize,
}

/// Notices that are listed, at most.
pub const MAX_EXAMPLES: usize = 1000;

/// One recurring passage.
#[derive(Clone, Debug, PartialEq)]
pub struct BoilerplatePassage {
    /// A document that carries it.
    pub document: DocumentIndex,
    /// Where it stands there.
    pub passage: Passage,
    /// The documents that carry it.
    pub documents: Vec<DocumentIndex>,
}

/// The keys, of sorted ones in parts, whose hashes enough documents hold to be boilerplate.
#[must_use]
pub fn frequent(keys: &[Vec<Key>]) -> Vec<Key> {
    let pieces: Vec<&[Key]> = split_between_hashes(keys, rayon::current_num_threads()).collect();
    let keys = pieces
        .into_par_iter()
        .flat_map_iter(|keys| runs(keys).flatten().copied());
    keys.collect()
}

/// The holders of each frequent hash.
fn runs(keys: &[Key]) -> impl Iterator<Item = &[Key]> {
    let runs = posting_lists(keys).map(|(_, run)| run);
    runs.filter(|run| run.len() >= LEAST_HOLDERS)
}

/// Learns the boilerplate from the fingerprint keys, sorted, and the pairs they propose. Of the keys
/// only the [`frequent`] ones matter, of the pairs those that share [`AGREEMENT`] of the smaller document.
///
/// Time linear in the keys, the pairs and the fingerprints of the documents that carry some, and
/// constant for each frequent fingerprint.
///
/// # Errors
///
/// The first failure of `documents`.
pub fn learn<D: DocumentSource>(
    keys: &[Key],
    shared: &[Candidate],
    documents: &D,
) -> Result<Boilerplate, D::Error> {
    let runs: Vec<&[Key]> = runs(keys).collect();
    let agreements = Agreements::new(shared, documents);
    let classes: Vec<Class> = runs
        .par_iter()
        .map(|run| Holders::new(run, &agreements, documents).class())
        .collect::<Result<_, _>>()?;
    let frequent = Frequent::new(runs, &classes);
    let marks = Marks::new(&frequent, documents)?;
    let found = marks.passages()?;
    let (notices, count) = notices::notices(&frequent, &marks, &found, MAX_EXAMPLES);
    Ok(Boilerplate {
        examples: notices,
        distinct_count: count,
        passages: ByDocument::new(disjoint(&found)),
    })
}

/// What more than half of these are, if they are; else any of them (Boyer and Moore 1991, "MJRTY: a fast majority
/// vote algorithm").
fn majority(items: impl Iterator<Item = u32>) -> Option<u32> {
    let (left, _) = items.fold((None, 0), |(left, votes), next| {
        match (votes, left == Some(next)) {
            (0, _) => (Some(next), 1),
            (_, true) => (left, votes + 1),
            (_, false) => (left, votes - 1),
        }
    });
    left
}

/// Passages in order, made disjoint.
fn disjoint(found: &[Marked]) -> Vec<(DocumentIndex, Passage)> {
    let mut out: Vec<(DocumentIndex, Passage)> = Vec::with_capacity(found.len());
    for Marked {
        document, passage, ..
    } in found
    {
        match out.last_mut() {
            Some((same, last)) if same == document && passage.begin <= last.end => {
                last.end = last.end.max(passage.end);
            }
            _ => out.push((*document, *passage)),
        }
    }
    out
}

/// Replaces `out` by the words of a document with its boilerplate replaced by `blank`, so that it aligns
/// with nothing.
pub fn blank_out(words: &[u32], passages: &[Passage], blank: u32, out: &mut Vec<u32>) {
    out.clear();
    out.extend_from_slice(words);
    for p in passages {
        if let Some(run) = out.get_mut(p.begin as usize..p.end as usize) {
            run.fill(blank);
        }
    }
}
