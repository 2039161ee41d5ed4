//! The order in which documents are preferred as representatives.

use crate::corpus::Corpus;
use crate::reading::publishers;
use crate::settings::Rules;
use dedupe_core::model::{DocumentIndex, Keep};
use rayon::prelude::*;
use std::cmp::Reverse;

/// Ranks of all documents.
#[derive(Debug)]
pub(crate) struct Preference {
    /// By document: the position of its source in the list of preferred sources, or the length of that list.
    pub(crate) by_source: Vec<u32>,
    /// By document: its position among all ids, sorted.
    pub(crate) id_ranks: Vec<u32>,
    /// By document: its position in the order of preference. Low is preferred.
    pub(crate) ranks: Vec<u32>,
}

impl Preference {
    /// Ranks by preferred source, then by the policy of [`Keep`], then by id. Time `O(n log n)` in the documents.
    pub(crate) fn new(corpus: &Corpus, rules: &Rules) -> Self {
        let by_source = by_source(corpus, &rules.prefer);
        let id_ranks = id_ranks(corpus);
        Self {
            ranks: ranks(corpus, &by_source, &id_ranks, rules.keep),
            by_source,
            id_ranks,
        }
    }
}

fn by_source(corpus: &Corpus, preferred: &[String]) -> Vec<u32> {
    if preferred.is_empty() {
        return vec![0; corpus.len()];
    }
    let position = |document| {
        let record = corpus.record(document);
        let mut names = preferred.iter();
        let position = names.position(|name| publishers::is_of(&record, name));
        position.unwrap_or(preferred.len()) as u32
    };
    corpus.par_indices().map(position).collect()
}

fn id_ranks(corpus: &Corpus) -> Vec<u32> {
    let id = |document| corpus.id(document);
    let mut ids: Vec<_> = corpus.par_indices().map(|d| (id(d), d)).collect();
    ids.par_sort_unstable();
    let mut ranks = vec![0; corpus.len()];
    for (rank, (_, document)) in (0..).zip(ids) {
        ranks[document.index()] = rank;
    }
    ranks
}

/// Documents with a date come before undated ones, the earliest first. [`Keep::Longest`] compares words before
/// dates, [`Keep::First`] ignores dates.
fn ranks(corpus: &Corpus, by_source: &[u32], id_ranks: &[u32], keep: Keep) -> Vec<u32> {
    let mut keyed: Vec<_> = corpus
        .par_indices()
        .map(|document| {
            let words = match keep {
                Keep::Longest => corpus.word_count(document),
                Keep::Best | Keep::Earliest | Keep::First => 0,
            };
            let date = match keep {
                Keep::First => None,
                Keep::Best | Keep::Earliest | Keep::Longest => corpus.published(document),
            };
            (
                by_source[document.index()],
                Reverse(words),
                date.is_none(),
                date,
                id_ranks[document.index()],
                document,
            )
        })
        .collect();
    keyed.par_sort_unstable();
    let mut ranks = vec![0; corpus.len()];
    for (rank, &(.., document)) in (0..).zip(&keyed) {
        let document: DocumentIndex = document;
        ranks[document.index()] = rank;
    }
    ranks
}
