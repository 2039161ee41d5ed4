//! Families: groups of documents that are versions of one text. A version of a version belongs to the family too.

use super::numbers;
use crate::candidates::postings::Candidate;
use crate::evidence::source::DocumentSource;
use crate::model::{DocumentIndex, Pair};
use crate::union_find::UnionFind;
use rayon::prelude::*;

/// Share of the fingerprints of the longer document from which two documents are versions of one text, of those that
/// candidate search counts: a live report and its next state, an agency story and its correction. Of a passage in more than
/// 24 documents, candidate search counts a few pairs only, so a notice that many texts carry makes no family.
const MIN_COUNTED: f64 = 0.75;
/// Share of the fingerprints of the longer document, counted or not, from which a text that is edited throughout is a
/// version.
const MIN_EDITED: f64 = 0.5;
/// A text is edited throughout if it has at least this many edits for each shared fingerprint. A page that has its own text
/// between two notices has none.
const MIN_EDITS: f64 = 0.1;
/// An edit takes at most this many fingerprints, about 25 words. More are a passage of its own.
const MAX_EDIT: usize = 3;
/// Counted share of the fingerprints of the longer document from which two documents are compared at all.
const MIN_READ: f64 = 0.2;

/// True if two documents share enough fingerprints that [`share_enough`] may hold. `counted`: the shared fingerprints that
/// candidate search counts. `a`, `b`: how many each of them has.
#[must_use]
pub fn may_be_versions(counted: u32, a: u32, b: u32) -> bool {
    f64::from(counted) >= MIN_READ * f64::from(a.max(b))
}

/// True if two documents that [`may_be_versions`] share three quarters of their fingerprints and one has the beginning of the
/// other one, or if they share half and are edited throughout. They are versions of one text, and so of one family, if [`numbers_agree`] too. `counted`: as there. `left`,
/// `right`: the hashes of the fingerprints of each, in order. Time O(n log n).
#[must_use]
pub fn share_enough(counted: u32, left: &[u64], right: &[u64]) -> bool {
    let longer = left.len().max(right.len());
    let share_most = f64::from(counted) >= MIN_COUNTED * longer as f64;
    (share_most && one_has_the_beginning(left, right)) || are_edited_throughout(left, right)
}

/// True if one of two documents has the first fingerprint of the other one. The next state of a live report has new lines above the
/// old ones; pages with lines of their own above one notice share the notice only.
fn one_has_the_beginning(left: &[u64], right: &[u64]) -> bool {
    let has_first_of = |a: &[u64], b: &[u64]| b.first().is_some_and(|first| a.contains(first));
    has_first_of(left, right) || has_first_of(right, left)
}

/// True if the numbers of two documents, given as word ids, agree. Daily reports share as much as versions of one text, but
/// fill in other numbers. Time O(n log n) in the numbers.
#[must_use]
pub fn numbers_agree(left: &[u32], right: &[u32]) -> bool {
    numbers::agree(left, right)
}

/// True if half of the fingerprints of the longer document are in the other one, with at least one edit for every ten.
fn are_edited_throughout(left: &[u64], right: &[u64]) -> bool {
    let (shorter, longer) = match left.len() <= right.len() {
        true => (left, right),
        false => (right, left),
    };
    let least = MIN_EDITED * longer.len() as f64;
    if (shorter.len() as f64) < least {
        return false;
    }
    let mut of_longer = longer.to_vec();
    of_longer.sort_unstable();
    let is_shared = |hash: &u64| of_longer.binary_search(hash).is_ok();
    let places = (0..).zip(shorter).filter(|(_, hash)| is_shared(hash));
    let places: Vec<usize> = places.map(|(at, _)| at).collect();
    let gaps = places.windows(2).map(|pair| pair[1] - pair[0] - 1);
    let edits = gaps.filter(|gap| (1..=MAX_EDIT).contains(gap)).count();
    let shared = places.len() as f64;
    shared >= least && edits as f64 >= MIN_EDITS * shared
}

/// The families of a corpus. A document that has no other version is a family of its own.
#[derive(Clone, Debug)]
pub struct Families {
    /// By document: the first document of its family.
    first: Vec<DocumentIndex>,
}

impl Families {
    /// The families of a corpus: pairs that [`share_enough`], and whose [`numbers_agree`], are linked.
    ///
    /// `fingerprint_counts`: by document, its number of fingerprints. `shared`: the pairs that share some, with the number
    /// that counts. Pairs of other documents are ignored. Time nearly linear in documents and pairs, and O(n log n) in the
    /// words of those pairs that share enough; on all threads.
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
        let fingerprints = |document| -> Result<Vec<u64>, S::Error> {
            Ok(source
                .fingerprints(document)?
                .map(|(_, hash)| hash)
                .collect())
        };
        let are_versions = |candidate: &Candidate| {
            let (left, right) = (candidate.pair.lower(), candidate.pair.higher());
            if !share_enough(candidate.count, &fingerprints(left)?, &fingerprints(right)?) {
                return Ok(false);
            }
            Ok(numbers_agree(&source.words(left)?, &source.words(right)?))
        };
        let linked = shared.par_iter().filter(may_be_versions);
        let linked = linked.filter_map(|candidate| match are_versions(candidate) {
            Ok(linked) => linked.then_some(Ok(candidate.pair)),
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

    /// Documents: their words and fingerprints.
    struct Texts(Vec<(Vec<u32>, Vec<u64>)>);

    impl Texts {
        /// The same words, with so many fingerprints each. The first one is in all documents, each other one in one of them.
        fn of_sizes(sizes: &[u64]) -> Self {
            let fingerprints = |at: u64, size: u64| {
                let own = at << 32..;
                [1].into_iter().chain(own).take(size as usize).collect()
            };
            let texts = (1..).zip(sizes);
            let texts = texts.map(|(at, &size)| (vec![1, 2, 3], fingerprints(at, size)));
            Self(texts.collect())
        }

        fn get(&self, document: DocumentIndex) -> Result<&(Vec<u32>, Vec<u64>), &'static str> {
            self.0.get(document.index()).ok_or("unreadable")
        }
    }

    impl DocumentSource for Texts {
        type Error = &'static str;

        fn words(&self, document: DocumentIndex) -> Result<Cow<'_, [u32]>, Self::Error> {
            Ok(Cow::Borrowed(&self.get(document)?.0))
        }

        fn fingerprints(
            &self,
            document: DocumentIndex,
        ) -> Result<impl Iterator<Item = (u32, u64)> + '_, Self::Error> {
            Ok(self.get(document)?.1.iter().map(|&hash| (0, hash)))
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
    fn a_fifth_of_the_fingerprints_of_the_longer_document_is_worth_a_look() {
        let shared = [(2, 10, 8), (2, 8, 11), (1, 6, 3), (3, 15, 15), (0, 0, 0)];
        let found = shared.map(|(shared, a, b)| may_be_versions(shared, a, b));
        assert_eq!(found, [true, false, false, true, true]);
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
        let texts = Texts::of_sizes(&[8, 8, 8, 16, 8]);
        let families = Families::find(&counts, &pairs, &texts).unwrap();
        // 8 and 11 of the 16 fingerprints of document 3 are too few.
        assert_eq!(first(&families, 5), [0, 0, 0, 3, 4]);
        assert_eq!(families.first_of(DocumentIndex(9)).0, 9);
    }

    /// Two documents of 40 fingerprints that share runs, with some of their own after each of them. The rest is their own too.
    /// Candidate search counts none of the shared ones.
    fn are_edited_versions(run: u64, runs: u64, gap: u64) -> bool {
        let fingerprints = |own: u64| -> Vec<u64> {
            let mut hashes = vec![];
            for at in (0..runs).map(|k| 100 * k) {
                hashes.extend(at..at + run);
                hashes.extend(own + at..own + at + gap);
            }
            hashes.extend((0..).map(|n| 2 * own + n).take(40 - hashes.len()));
            hashes
        };
        let (left, right) = (fingerprints(1_000_000), fingerprints(9_000_000));
        share_enough(0, &left, &right)
    }

    /// A text that a site publishes again and again, edited and cut each time, is one text. If it counts as a form, its copies
    /// are not found: of 5,001 versions, 73 were in one cluster.
    #[test]
    fn half_of_a_text_that_is_edited_throughout_makes_a_version() {
        assert!(are_edited_versions(5, 4, 1));
        assert!(are_edited_versions(5, 4, 3));
        assert!(!are_edited_versions(6, 3, 1));
        assert!(!are_edited_versions(5, 4, 4));
    }

    /// Each page behind a paywall is a few lines of its own above one long notice. Other pages have their own text
    /// between two notices.
    #[test]
    fn notices_beside_other_lines_make_no_version() {
        assert!(!are_edited_versions(38, 1, 1));
        assert!(!are_edited_versions(19, 2, 1));
        assert!(!are_edited_versions(12, 2, 8));
    }

    #[test]
    fn a_cut_text_is_measured_by_the_longer_one() {
        let cut = |length: u64| {
            // Every third fingerprint is edited.
            let edited: Vec<u64> = (0..length)
                .map(|n| n + 100 * u64::from(n % 3 == 1))
                .collect();
            let whole: Vec<u64> = (0..60).collect();
            let found = [(&edited, &whole), (&whole, &edited)]
                .map(|(left, right)| share_enough(0, left, right));
            assert_eq!(found[0], found[1]);
            found[0]
        };
        // 30 and 29 of 60 are left.
        assert!(cut(45));
        assert!(!cut(44));
    }

    /// 136 pages of a few lines above one long notice were one family: each shares most of its fingerprints with the first of
    /// them. So the notice was no house text, and 534 pairs of such pages overlapped. The next state of a live report has new
    /// lines above the old ones.
    #[test]
    fn texts_of_which_neither_has_the_beginning_of_the_other_one_are_no_versions() {
        let page = |own: u64| -> Vec<u64> { [own].into_iter().chain(10..30).collect() };
        assert!(!share_enough(20, &page(1), &page(2)));
        let state: Vec<u64> = (10..30).collect();
        assert!(share_enough(20, &page(1), &state));
        assert!(share_enough(20, &state, &page(1)));
    }

    /// The states of a live report of one publisher stand on as many days as a daily report. They are one text that
    /// moves on; daily reports are texts of their own.
    #[test]
    fn reports_with_other_numbers_are_no_family() {
        let report = |numbers: [u32; 4]| -> (Vec<u32>, Vec<u64>) {
            let numbers = numbers.map(|n| NUMERIC | n);
            let words = (0..30).chain(numbers).chain(40..60).collect();
            (words, (0..8).collect())
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
        assert_eq!(
            Families::find(&[8; 2], &pairs, &Texts::of_sizes(&[8])).err(),
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
