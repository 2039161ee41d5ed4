//! The notices of a corpus: one for each group of fingerprints that stand together.

use super::frequent::Frequent;
use super::marks::{Marked, Marks};
use super::{BoilerplatePassage, DocumentSource};
use crate::candidates::Key;
use std::cmp::Reverse;

/// One notice for each group of fingerprints that stand together, from the first document that has
/// most of them; most frequent first, `listed` at most. And how many there are.
pub(super) fn notices<D: DocumentSource>(
    frequent: &Frequent,
    marks: &Marks<'_, D>,
    found: &[Marked],
    listed: usize,
) -> (Vec<BoilerplatePassage>, usize) {
    let mut seen = vec![false; frequent.len()];
    let mut notices = vec![];
    for marked in found {
        let fingerprints = marks.fingerprints(marked);
        let is_seen = |number: u32| seen[number as usize];
        let known = fingerprints.clone().filter(|&f| is_seen(f)).count();
        if 2 * known < fingerprints.clone().count() {
            let runs = fingerprints.clone().map(|f| (f, frequent.holders(f)));
            if let Some((most, run)) = runs.max_by_key(|(_, run)| run.len())
                && !is_seen(most)
            {
                notices.push((marked.document, marked.passage, run));
            }
        }
        for fingerprint in fingerprints {
            seen[fingerprint as usize] = true;
        }
    }
    let count = notices.len();
    notices.sort_by_key(|&(document, passage, run)| (Reverse(run.len()), document, passage));
    let notice = |(document, passage, run): (_, _, &[Key])| BoilerplatePassage {
        document,
        passage,
        documents: run.iter().map(|k| k.document()).collect(),
    };
    (
        notices.into_iter().take(listed).map(notice).collect(),
        count,
    )
}
