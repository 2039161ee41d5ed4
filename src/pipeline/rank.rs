//! The order of preference among documents that a `--keep` policy gives.

use crate::corpus::Corpus;
use crate::model::{DocumentIndex, Keep};
use rayon::prelude::*;
use std::cmp::Reverse;

/// The place of each document in the order of the policy: by date and then by id, undated ones
/// last; for [`Keep::Longest`] by words first, for [`Keep::First`] by id alone.
pub(super) fn ranks(corpus: &Corpus, keep: Keep) -> Vec<u32> {
    let mut keyed: Vec<_> = corpus
        .indices()
        .map(|document| {
            let record = corpus.record(document);
            let words = if keep == Keep::Longest {
                record.words.len()
            } else {
                0
            };
            let date = if keep == Keep::First {
                None
            } else {
                record.published
            };
            (
                Reverse(words),
                date.is_none(),
                date,
                record.id.as_deref(),
                document,
            )
        })
        .collect();
    keyed.par_sort_unstable();
    let mut ranks = vec![0; corpus.len()];
    for (rank, &(.., document)) in (0..).zip(&keyed) {
        let document: DocumentIndex = document;
        ranks[document.at()] = rank;
    }
    ranks
}
