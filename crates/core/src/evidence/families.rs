//! Families: groups of documents that are versions of one text. A version of a version belongs to the family too.

use super::numbers;
use crate::candidates::postings::Candidate;
use crate::evidence::source::DocumentSource;
use crate::model::{DocumentIndex, Pair};
use crate::union_find::UnionFind;
use rayon::prelude::*;

/// Share of the fingerprints of either document from which two documents may be versions of one text: a live report
/// and its next state, an agency story and its correction. Stories that share less only have a part in common.
const MIN_SHARED: f64 = 0.75;

/// True if two documents share enough fingerprints to be versions of one text, so that [`numbers_agree`] decides. `shared`:
/// how many they share. `a`, `b`: how many each of them has.
#[must_use]
pub fn may_be_versions(shared: u32, a: u32, b: u32) -> bool {
    f64::from(shared) >= MIN_SHARED * f64::from(a.max(b))
}

/// True if the numbers of two documents agree. Documents that [`may_be_versions`] of one text are of one family then: daily
/// reports share as much, but fill in other numbers. Time O(n log n) in the numbers.
#[must_use]
pub fn numbers_agree(left: &[u32], right: &[u32]) -> bool {
    numbers::agree(left, right)
}

/// The families of a corpus. A document that has no other version is a family of its own.
#[derive(Clone, Debug)]
pub struct Families {
    /// By document: the first document of its family.
    first: Vec<DocumentIndex>,
}

impl Families {
    /// The families of a corpus. Two documents are linked if they share three quarters of their fingerprints and their
    /// numbers agree. Daily reports share as much, but fill in other numbers, so they are not one family.
    ///
    /// `fingerprint_counts`: by document, its number of fingerprints. `shared`: the pairs that share some, with their
    /// number. Pairs of other documents are ignored. Time nearly linear in documents and pairs, and linear in the words
    /// of those pairs that share enough; on all threads.
    ///
    /// # Errors
    ///
    /// Those of the source.
    pub fn find<S: DocumentSource>(
        fingerprint_counts: &[u32],
        shared: &[Candidate],
        source: &S,
    ) -> Result<Self, S::Error> {
        let count = |d: DocumentIndex| fingerprint_counts.get(d.index()).copied().unwrap_or(0);
        let may_be_versions = |candidate: &&Candidate| {
            let (a, b) = (candidate.pair.lower(), candidate.pair.higher());
            may_be_versions(candidate.count, count(a), count(b))
        };
        let are_versions = |pair: &Pair| {
            let words = (source.words(pair.lower())?, source.words(pair.higher())?);
            Ok(numbers_agree(&words.0, &words.1))
        };
        let linked = shared.par_iter().filter(may_be_versions).map(|c| c.pair);
        let linked = linked.filter_map(|pair| match are_versions(&pair) {
            Ok(agree) => agree.then_some(Ok(pair)),
            Err(error) => Some(Err(error)),
        });
        let linked: Vec<Pair> = linked.collect::<Result<_, _>>()?;
        Ok(Self::linked(fingerprint_counts.len(), &linked))
    }

    /// The families of so many documents that these pairs link. Pairs of other documents are ignored. Time nearly linear.
    #[must_use]
    pub fn linked(documents: usize, pairs: &[Pair]) -> Self {
        let mut links = UnionFind::new(documents);
        for pair in pairs {
            links.union(pair.lower().0, pair.higher().0);
        }
        let documents = 0..documents as u32;
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
    use crate::text::NUMERIC;
    use std::borrow::Cow;

    /// Documents of words, without fingerprints.
    struct Texts(Vec<Vec<u32>>);

    impl DocumentSource for Texts {
        type Error = &'static str;

        fn words(&self, document: DocumentIndex) -> Result<Cow<'_, [u32]>, Self::Error> {
            let words = self.0.get(document.index()).ok_or("unreadable")?;
            Ok(Cow::Borrowed(words))
        }

        fn fingerprints(
            &self,
            _: DocumentIndex,
        ) -> Result<impl Iterator<Item = (u32, u64)> + '_, Self::Error> {
            Ok(std::iter::empty())
        }
    }

    fn pair(a: u32, b: u32) -> Pair {
        Pair::new(DocumentIndex(a), DocumentIndex(b))
    }

    fn shared(a: u32, b: u32, count: u32) -> Candidate {
        Candidate {
            pair: pair(a, b),
            count,
        }
    }

    fn first(families: &Families, documents: u32) -> Vec<u32> {
        let first = (0..documents).map(|d| families.first_of(DocumentIndex(d)).0);
        first.collect()
    }

    #[test]
    fn versions_share_three_quarters_of_the_fingerprints_of_the_longer_document() {
        let shared = [(6, 8, 8), (5, 8, 8), (8, 8, 11), (8, 11, 8), (0, 0, 0)];
        let found = shared.map(|(shared, a, b)| may_be_versions(shared, a, b));
        assert_eq!(found, [true, false, false, false, true]);
    }

    #[test]
    fn versions_of_versions_are_one_family() {
        let counts = [8, 8, 8, 16, 8];
        let pairs = [
            shared(0, 2, 6),
            shared(1, 2, 8),
            shared(2, 3, 8),
            shared(3, 4, 11),
        ];
        let texts = Texts(vec![vec![1, 2, 3]; 5]);
        let families = Families::find(&counts, &pairs, &texts).unwrap();
        // 8 and 11 of the 16 fingerprints of document 3 are too few.
        assert_eq!(first(&families, 5), [0, 0, 0, 3, 4]);
        assert_eq!(families.first_of(DocumentIndex(9)).0, 9);
    }

    /// The states of a live report of one publisher stand on as many days as a daily report. They are one text that
    /// moves on; daily reports are texts of their own.
    #[test]
    fn reports_with_other_numbers_are_no_family() {
        let report = |numbers: [u32; 4]| -> Vec<u32> {
            let numbers = numbers.map(|n| NUMERIC | n);
            (0..30).chain(numbers).chain(40..60).collect()
        };
        let texts = Texts(vec![
            report([1, 2, 3, 4]),
            report([1, 2, 3, 9]),
            report([6, 7, 3, 4]),
        ]);
        let pairs = [shared(0, 1, 8), shared(0, 2, 8), shared(1, 2, 8)];
        let families = Families::find(&[8; 3], &pairs, &texts).unwrap();
        assert_eq!(first(&families, 3), [0, 0, 2]);
    }

    #[test]
    fn a_document_that_cannot_be_read_is_an_error() {
        let pairs = [shared(0, 1, 8)];
        let texts = Texts(vec![vec![1]]);
        assert_eq!(
            Families::find(&[8; 2], &pairs, &texts).err(),
            Some("unreadable")
        );
    }

    #[test]
    fn a_family_appears_on_its_earliest_known_day() {
        let days = [Some(7), None, Some(3), None, Some(5)];
        let families = Families::linked(5, &[pair(0, 1), pair(1, 4), pair(2, 9)]);
        let first = families.first_days(&days);
        assert_eq!(first, [Some(5), Some(5), Some(3), None, Some(5)]);
    }
}
