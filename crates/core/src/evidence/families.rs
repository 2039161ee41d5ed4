//! Families: documents that are nearly the same, linked by near copies of near copies.

use crate::candidates::postings::Candidate;
use crate::model::DocumentIndex;
use crate::union_find::UnionFind;

/// Share of the fingerprints of either document from which two documents are of one family. Documents that fill in one
/// form share fewer, and must not become one family.
const MIN_SHARED: f64 = 0.9;

/// The families of a corpus. A document without a near copy is a family of its own.
#[derive(Clone, Debug)]
pub struct Families {
    /// By document: the first document of its family.
    first: Vec<DocumentIndex>,
}

impl Families {
    /// The families that `shared` pairs link. `fingerprint_counts`: by document, its number of fingerprints. Pairs of
    /// other documents are ignored. Time nearly linear in documents and pairs.
    #[must_use]
    pub fn new(fingerprint_counts: &[u32], shared: &[Candidate]) -> Self {
        let mut links = UnionFind::new(fingerprint_counts.len());
        let count = |d: DocumentIndex| fingerprint_counts.get(d.index()).copied().unwrap_or(0);
        for candidate in shared {
            let (a, b) = (candidate.pair.lower(), candidate.pair.higher());
            if f64::from(candidate.count) >= MIN_SHARED * f64::from(count(a).max(count(b))) {
                links.union(a.0, b.0);
            }
        }
        let documents = 0..fingerprint_counts.len() as u32;
        Self {
            first: documents.map(|d| DocumentIndex(links.root(d))).collect(),
        }
    }

    /// The first document of the family of `document`; the document itself if it is unknown.
    #[must_use]
    pub fn first_of(&self, document: DocumentIndex) -> DocumentIndex {
        self.first
            .get(document.index())
            .copied()
            .unwrap_or(document)
    }

    /// By document: the first day on which a document of its family was published. `days`: by document, its day, if it
    /// is known.
    #[must_use]
    pub fn first_days(&self, days: &[Option<i32>]) -> Vec<Option<i32>> {
        let mut of_family: Vec<Option<i32>> = vec![None; self.first.len()];
        for (first, day) in self.first.iter().zip(days) {
            let earliest = &mut of_family[first.index()];
            *earliest = match (*earliest, *day) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        let days = self.first.iter().map(|first| of_family[first.index()]);
        days.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Pair;

    fn shared(a: u32, b: u32, count: u32) -> Candidate {
        Candidate {
            pair: Pair::new(DocumentIndex(a), DocumentIndex(b)),
            count,
        }
    }

    #[test]
    fn near_copies_of_near_copies_are_one_family() {
        let counts = [10, 10, 10, 20, 10];
        let pairs = [
            shared(0, 2, 9),
            shared(1, 2, 10),
            shared(2, 3, 10),
            shared(3, 4, 8),
        ];
        let families = Families::new(&counts, &pairs);
        let first: Vec<u32> = (0..5)
            .map(|d| families.first_of(DocumentIndex(d)).0)
            .collect();
        // 10 of the 20 fingerprints of document 3 are too few.
        assert_eq!(first, [0, 0, 0, 3, 4]);
        assert_eq!(families.first_of(DocumentIndex(9)).0, 9);
    }

    #[test]
    fn a_family_appears_on_its_earliest_known_day() {
        let days = [Some(7), None, Some(3), None, Some(5)];
        let families = Families::new(&[10; 5], &[shared(0, 1, 10), shared(1, 4, 10)]);
        let first = families.first_days(&days);
        assert_eq!(first, [Some(5), Some(5), Some(3), None, Some(5)]);
    }
}
