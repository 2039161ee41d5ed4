//! Boilerplate: passages that documents share although none copied news from another, such as paywall notices, footers,
//! disclaimers and navigation. It is learnt from the corpus alone.
//!
//! A fingerprint of many documents belongs either to a story that many sites carried or to boilerplate of one
//! publisher. Three signs tell them apart:
//!
//! - *Sources.* Boilerplate appears in the documents of one source. A story appears across sources.
//! - *The rest of the documents.* Documents that carry one story share most of their other fingerprints too. Documents
//!   with the same boilerplate differ in the rest.
//! - *The first words.* Boilerplate that is longer than the article above it makes whole documents agree, but each
//!   article begins with its own words.
//!
//! A fingerprint is boilerplate if at least 5 documents of one source and hardly any others hold it, and
//! if its holders differ in the rest. They may instead differ in their first words, unless that source is nearly the
//! whole corpus. A passage that is also nearly all of a document is a story that pages reprint.

mod examples;
mod frequent;
mod holders;
mod spans;
#[cfg(test)]
mod tests;

use crate::candidates::Key;
use crate::candidates::postings::{Candidate, posting_lists, split_between_hashes};
use crate::model::{ByDocument, DocumentIndex, Passage};
use frequent::{Class, Frequent};
use holders::{Agreements, Holders};
use rayon::prelude::*;
use spans::{BoilerplateSpan, SpanFinder};
use std::borrow::Cow;

pub use holders::{AGREEMENT, SOURCE_SHARE};

/// Least number of documents of one source that hold a boilerplate passage.
const MIN_HOLDERS: usize = 5;

/// The documents from which boilerplate is learnt.
pub trait DocumentSource: Sync {
    /// Why the words or fingerprints of a document could not be read.
    type Error: Send;

    /// The number of the source of a document: its publisher, host or folder.
    fn source(&self, document: DocumentIndex) -> u32;
    /// The words of a document.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    fn words(&self, document: DocumentIndex) -> Result<Cow<'_, [u32]>, Self::Error>;
    /// The number of words of a document.
    fn word_count(&self, document: DocumentIndex) -> u32;
    /// The fingerprints of a document in order, each with the word at which it begins.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    fn fingerprints(
        &self,
        document: DocumentIndex,
    ) -> Result<impl Iterator<Item = (u32, u64)> + '_, Self::Error>;
    /// The number of fingerprints of a document.
    fn fingerprint_count(&self, document: DocumentIndex) -> u32;
    /// True for a source of nearly all documents. That a passage appears in this source alone means nothing.
    fn is_dominant(&self, source: u32) -> bool;
}

/// The boilerplate of a corpus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Boilerplate {
    /// The boilerplate passages of each document, disjoint and in order.
    pub passages: ByDocument<Passage>,
    /// One example of each distinct passage, the most frequent first, at most [`MAX_EXAMPLES`].
    pub examples: Vec<BoilerplatePassage>,
    /// The number of distinct passages.
    pub distinct_count: usize,
}

/// Number of examples at most.
pub const MAX_EXAMPLES: usize = 1000;

/// An example of a recurring passage.
#[derive(Clone, Debug, PartialEq)]
pub struct BoilerplatePassage {
    /// A document that has the passage.
    pub document: DocumentIndex,
    /// Its position in that document.
    pub passage: Passage,
    /// All documents that have the passage.
    pub documents: Vec<DocumentIndex>,
}

/// The keys of hashes that enough documents hold to be boilerplate. `keys` are sorted, in parts, with all keys of one
/// hash in one part.
#[must_use]
pub fn frequent(keys: &[Vec<Key>]) -> Vec<Key> {
    let pieces: Vec<&[Key]> = split_between_hashes(keys, rayon::current_num_threads()).collect();
    let keys = pieces
        .into_par_iter()
        .flat_map_iter(|keys| frequent_runs(keys).flatten().copied());
    keys.collect()
}

/// The keys of each frequent hash.
fn frequent_runs(keys: &[Key]) -> impl Iterator<Item = &[Key]> {
    let runs = posting_lists(keys).map(|(_, run)| run);
    runs.filter(|run| run.len() >= MIN_HOLDERS)
}

/// Learns the boilerplate of a corpus from its sorted fingerprint keys and the pairs that they propose. Only
/// [`frequent`] keys matter, and only pairs that share at least [`AGREEMENT`] of the smaller document's fingerprints.
///
/// Time linear in the keys, in the pairs, and in the fingerprints of the documents that have boilerplate.
///
/// # Errors
///
/// The first failure of `documents`.
pub fn learn<D: DocumentSource>(
    keys: &[Key],
    shared: &[Candidate],
    documents: &D,
) -> Result<Boilerplate, D::Error> {
    let runs: Vec<&[Key]> = frequent_runs(keys).collect();
    let agreements = Agreements::new(shared, documents);
    let classes: Vec<Class> = runs
        .par_iter()
        .map(|run| Holders::new(run, &agreements, documents).class())
        .collect::<Result<_, _>>()?;
    let frequent = Frequent::new(runs, &classes);
    let finder = SpanFinder::new(&frequent, documents)?;
    let spans = finder.spans()?;
    let (examples, distinct_count) = examples::examples(&frequent, &finder, &spans, MAX_EXAMPLES);
    Ok(Boilerplate {
        examples,
        distinct_count,
        passages: ByDocument::new(disjoint(&spans)),
    })
}

/// The item that makes up more than half of `items`, or any item if none does (Boyer and Moore 1991, "MJRTY: A Fast
/// Majority Vote Algorithm").
fn majority(items: impl Iterator<Item = u32>) -> Option<u32> {
    let (candidate, _) = items.fold((None, 0), |(candidate, votes), next| {
        match (votes, candidate == Some(next)) {
            (0, _) => (Some(next), 1),
            (_, true) => (candidate, votes + 1),
            (_, false) => (candidate, votes - 1),
        }
    });
    candidate
}

/// Merges spans that overlap or touch. `spans` are in order.
fn disjoint(spans: &[BoilerplateSpan]) -> Vec<(DocumentIndex, Passage)> {
    let mut out: Vec<(DocumentIndex, Passage)> = Vec::with_capacity(spans.len());
    for BoilerplateSpan {
        document, passage, ..
    } in spans
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

/// Replaces `out` by the words of a document, with the words of `passages` replaced by `blank`. Blank words align with
/// nothing if the other document does not have `blank`.
pub fn blank_out(words: &[u32], passages: &[Passage], blank: u32, out: &mut Vec<u32>) {
    out.clear();
    out.extend_from_slice(words);
    for p in passages {
        if let Some(run) = out.get_mut(p.begin as usize..p.end as usize) {
            run.fill(blank);
        }
    }
}
