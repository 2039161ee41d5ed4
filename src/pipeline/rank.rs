//! The order of preference among documents that a `--keep` policy gives.

use super::sources;
use crate::corpus::Corpus;
use dedupe_core::model::{DocumentIndex, Keep};
use dedupe_formats::{Fault, FaultCode};
use rayon::prelude::*;
use std::cmp::Reverse;

/// The place of each document's source in the list of preferred ones; of those in none, its length.
pub(super) fn preferences(corpus: &Corpus, preferred: &[String]) -> Vec<u32> {
    if preferred.is_empty() {
        return vec![0; corpus.len()];
    }
    let place = |document| {
        let record = corpus.record(document);
        let mut names = preferred.iter();
        let at = names.position(|name| sources::is_of(&record, name));
        at.unwrap_or(preferred.len()) as u32
    };
    corpus.par_indices().map(place).collect()
}

/// A warning for each preferred source that no document is of: a slip, most likely.
pub(super) fn unknown(corpus: &Corpus, preferred: &[String]) -> Vec<Fault> {
    let is_known = |name: &&String| {
        let mut records = corpus.indices().map(|document| corpus.record(document));
        records.any(|record| sources::is_of(&record, name))
    };
    let unknown = preferred.iter().filter(|name| !is_known(name));
    unknown
        .map(|name| Fault {
            path: "--prefer".to_owned(),
            line: None,
            code: FaultCode::UnknownSource,
            reason: format!("no document is of the source {name:?}"),
        })
        .collect()
}

/// The place of each document in the order of ids. Time n log n.
pub(super) fn by_id(corpus: &Corpus) -> Vec<u32> {
    let id = |document| corpus.id(document);
    let mut ids: Vec<_> = corpus.par_indices().map(|d| (id(d), d)).collect();
    ids.par_sort_unstable();
    let mut places = vec![0; corpus.len()];
    for (place, (_, document)) in (0..).zip(ids) {
        places[document.index()] = place;
    }
    places
}

/// The place of each document in the order of the policy: by preference, then by date and then by id,
/// undated ones last; for [`Keep::Longest`] by words before the date, for [`Keep::First`] without it. `by_id`: the
/// place of each in the order of ids.
pub(super) fn ranks(corpus: &Corpus, preferences: &[u32], by_id: &[u32], keep: Keep) -> Vec<u32> {
    let mut keyed: Vec<_> = corpus
        .par_indices()
        .map(|document| {
            let words = if keep == Keep::Longest {
                corpus.word_count(document)
            } else {
                0
            };
            let date = if keep == Keep::First {
                None
            } else {
                corpus.published(document)
            };
            (
                preferences[document.index()],
                Reverse(words),
                date.is_none(),
                date,
                by_id[document.index()],
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
