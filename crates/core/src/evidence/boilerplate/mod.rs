//! Boilerplate: the recurring passages of a corpus, to the word.
//!
//! Background, templates, footers and notices come back on many occasions, so that their words count little (see
//! [`dictionary`](crate::evidence::dictionary)). Here the fingerprints of the dictionary become passages of documents, for
//! reports and explanations. Nothing is decided here.

mod examples;
mod frequent;
mod spans;
#[cfg(test)]
mod tests;

use crate::candidates::Key;
use crate::candidates::postings::{posting_lists, split_between_hashes};
use crate::evidence::dictionary::{Dictionary, FRESH};
use crate::evidence::source::DocumentSource;
use crate::model::{ByDocument, DocumentIndex, Passage};
use frequent::Frequent;
use rayon::prelude::*;
use spans::{BoilerplateSpan, SpanFinder};

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

/// The keys of hashes that enough documents hold for a [`Dictionary`]. `keys` are sorted, in parts, with all keys of one
/// hash in one part.
#[must_use]
pub fn frequent(keys: &[Vec<Key>]) -> Vec<Key> {
    let pieces: Vec<&[Key]> = split_between_hashes(keys, rayon::current_num_threads()).collect();
    let keys = pieces.into_par_iter().flat_map_iter(|keys| {
        let runs = posting_lists(keys).map(|(_, run)| run);
        let frequent = runs.filter(|run| run.len() > FRESH as usize);
        frequent.flatten().copied()
    });
    keys.collect()
}

/// Finds the passages of the fingerprints in `dictionary`. `keys`: the [`frequent`] ones of the corpus, sorted.
///
/// Time linear in the keys, and in the fingerprints of the documents that have boilerplate.
///
/// # Errors
///
/// The first failure of `documents`.
pub fn find<D: DocumentSource>(
    keys: &[Key],
    dictionary: &Dictionary,
    documents: &D,
) -> Result<Boilerplate, D::Error> {
    let frequent = Frequent::new(keys, dictionary);
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
