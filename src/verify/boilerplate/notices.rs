//! The notices of a corpus: one for each group of fingerprints that stand together.

use super::Notice;
use super::marks::{Frequent, Marked};
use crate::candidates::Key;
use crate::model::DocumentIndex;
use rustc_hash::FxHashSet;
use std::cmp::Reverse;

/// One notice for each group of fingerprints that stand together, from the first document that has
/// most of them; most frequent first, `listed` at most. And how many there are.
pub(super) fn notices(
    frequent: &Frequent,
    found: &[(DocumentIndex, Vec<Marked>)],
    listed: usize,
) -> (Vec<Notice>, usize) {
    let mut seen: FxHashSet<u64> = FxHashSet::default();
    let mut notices = vec![];
    for (document, m) in found
        .iter()
        .flat_map(|(d, all)| all.iter().map(move |m| (*d, m)))
    {
        let known = m.hashes.iter().filter(|h| seen.contains(h)).count();
        if 2 * known < m.hashes.len() {
            let runs = m.hashes.iter().map(|&h| (h, frequent.holders(h)));
            if let Some((most, run)) = runs.max_by_key(|(_, run)| run.len())
                && !seen.contains(&most)
            {
                notices.push((document, m.passage, run));
            }
        }
        seen.extend(&m.hashes);
    }
    let count = notices.len();
    notices.sort_by_key(|&(document, passage, run)| (Reverse(run.len()), document, passage));
    let notice = |(document, passage, run): (_, _, &[Key])| Notice {
        document,
        passage,
        documents: run.iter().map(|k| k.document()).collect(),
    };
    (
        notices.into_iter().take(listed).map(notice).collect(),
        count,
    )
}
