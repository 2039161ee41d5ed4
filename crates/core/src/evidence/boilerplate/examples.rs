//! Examples of the distinct boilerplate passages of a corpus.

use super::BoilerplatePassage;
use super::frequent::Frequent;
use super::spans::{BoilerplateSpan, SpanFinder};
use crate::candidates::Key;
use crate::evidence::source::DocumentSource;
use std::cmp::Reverse;

/// One example for each group of fingerprints that appear together, from the first document that has most of them, the
/// most frequent first, at most `max`. Also returns the number of groups.
pub(super) fn examples<D: DocumentSource>(
    frequent: &Frequent,
    finder: &SpanFinder<'_, D>,
    spans: &[BoilerplateSpan],
    max: usize,
) -> (Vec<BoilerplatePassage>, usize) {
    let mut seen = vec![false; frequent.len()];
    let mut found = vec![];
    for span in spans {
        let fingerprints = finder.fingerprints(span);
        let is_seen = |number: u32| seen[number as usize];
        let known = fingerprints.clone().filter(|&f| is_seen(f)).count();
        if 2 * known < fingerprints.clone().count() {
            let runs = fingerprints.clone().map(|f| (f, frequent.holders(f)));
            if let Some((most, run)) = runs.max_by_key(|(_, run)| run.len())
                && !is_seen(most)
            {
                found.push((span.document, span.passage, run));
            }
        }
        for fingerprint in fingerprints {
            seen[fingerprint as usize] = true;
        }
    }
    let count = found.len();
    found.sort_by_key(|&(document, passage, run)| (Reverse(run.len()), document, passage));
    let example = |(document, passage, run): (_, _, &[Key])| BoilerplatePassage {
        document,
        passage,
        documents: run.iter().map(|k| k.document()).collect(),
    };
    (found.into_iter().take(max).map(example).collect(), count)
}
