//! The order in which documents are preferred as representatives.

use crate::corpus::Corpus;
use crate::reading::{Moment, publishers};
use crate::settings::Rules;
use dedupe_core::model::{DocumentIndex, Keep};
use jiff::Timestamp;
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
    let position = |document| publishers::preference(&corpus.record(document), preferred);
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

/// How much a document is preferred as a representative, apart from its id. Low is preferred.
///
/// [`Keep::Longest`] compares words before dates, [`Keep::First`] ignores dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Precedence {
    source: u32,
    words: Reverse<u32>,
    moment: Moment,
}

impl Precedence {
    /// `source`: the position of its source among the preferred ones.
    pub(crate) fn new(source: u32, words: u32, published: Option<Timestamp>, keep: Keep) -> Self {
        Self {
            source,
            words: Reverse(match keep {
                Keep::Longest => words,
                Keep::Best | Keep::Earliest | Keep::First => 0,
            }),
            moment: Moment(match keep {
                Keep::First => None,
                Keep::Best | Keep::Earliest | Keep::Longest => published,
            }),
        }
    }

    /// Bytes in the order of preference.
    pub(crate) fn to_bytes(self) -> [u8; 21] {
        let mut bytes = [0; 21];
        bytes[..4].copy_from_slice(&self.source.to_be_bytes());
        bytes[4..8].copy_from_slice(&(!self.words.0).to_be_bytes());
        bytes[8..].copy_from_slice(&self.moment.to_bytes());
        bytes
    }
}

fn ranks(corpus: &Corpus, by_source: &[u32], id_ranks: &[u32], keep: Keep) -> Vec<u32> {
    let mut keyed: Vec<_> = corpus
        .par_indices()
        .map(|document| {
            let source = by_source[document.index()];
            let (words, published) = (corpus.word_count(document), corpus.published(document));
            let precedence = Precedence::new(source, words, published, keep);
            (precedence, id_ranks[document.index()], document)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_in_the_order_of_preference() {
        let second = |second, nanosecond| Timestamp::new(second, nanosecond).ok();
        let published = [
            None,
            second(0, 0),
            second(0, 1),
            second(0, -1),
            second(-7, 0),
            second(-7, -999_999_999),
            second(1 << 33, 5),
            Some(Timestamp::MIN),
            Some(Timestamp::MAX),
        ];
        let words = [0, 1, 255, 256, u32::MAX];
        let keeps = [Keep::Best, Keep::Longest, Keep::First];
        for keep in keeps {
            let mut all = vec![];
            for source in [0, 1, 300] {
                for words in words {
                    all.extend(published.map(|p| Precedence::new(source, words, p, keep)));
                }
            }
            for a in &all {
                for b in &all {
                    assert_eq!(a.cmp(b), a.to_bytes().cmp(&b.to_bytes()), "{a:?} {b:?}");
                }
            }
        }
    }
}
