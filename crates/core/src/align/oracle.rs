//! Checks the aligner against optimal alignments by dynamic programming: Smith and Waterman 1981, "Identification of
//! Common Molecular Subsequences", and the longest common subsequence. Both take quadratic time.

use super::tests::{align, check};
use super::*;
use proptest::prelude::*;

/// Score of an equal word, and of a substituted, inserted or deleted one. The oracle and the aligner share the scale.
const EQUAL: i64 = 3;
const EDIT: i64 = -2;

/// The best local alignment of two texts: its score, then the fewest equal words of any alignment of that score.
fn smith_waterman(left: &[u32], right: &[u32]) -> (i64, u32) {
    // Ordered by score, then by fewer equal words.
    type Cell = (i64, i64);
    let (mut best, mut row): (Cell, Vec<Cell>) = ((0, 0), vec![(0, 0); right.len() + 1]);
    for l in left {
        let mut diagonal = row[0];
        for (j, r) in right.iter().enumerate() {
            let paired = match l == r {
                true => (diagonal.0 + EQUAL, diagonal.1 - 1),
                false => (diagonal.0 + EDIT, diagonal.1),
            };
            let skipped = |cell: Cell| (cell.0 + EDIT, cell.1);
            diagonal = row[j + 1];
            let cell = paired.max(skipped(row[j])).max(skipped(row[j + 1]));
            row[j + 1] = cell.max((0, 0));
            best = best.max(row[j + 1]);
        }
    }
    (best.0, best.1.unsigned_abs() as u32)
}

/// Length of the longest common subsequence of two texts.
pub(super) fn common_subsequence(left: &[u32], right: &[u32]) -> u32 {
    let mut row = vec![0; right.len() + 1];
    for l in left {
        let mut diagonal = 0;
        for (j, r) in right.iter().enumerate() {
            let next = match l == r {
                true => diagonal + 1,
                false => row[j].max(row[j + 1]),
            };
            diagonal = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row[right.len()]
}

/// An edit of a copy, in words.
#[derive(Clone, Copy, Debug)]
enum Edit {
    Substitute(usize),
    Insert(usize),
    Delete(usize),
}

/// A copied passage: runs of equal words with an edit after each one but the last.
#[derive(Clone, Debug)]
struct CopiedPassage {
    runs: Vec<usize>,
    edits: Vec<Edit>,
}

impl CopiedPassage {
    fn equal(&self) -> usize {
        self.runs.iter().sum()
    }
}

/// Passages with edits of at most 3 words. One run is long enough to stand alone, and all others gain more than an
/// edit costs.
fn passage() -> impl Strategy<Value = CopiedPassage> {
    let edit = prop_oneof![
        (1usize..=3).prop_map(Edit::Substitute),
        (1usize..=3).prop_map(Edit::Insert),
        (1usize..=3).prop_map(Edit::Delete),
    ];
    let runs = prop::collection::vec(3usize..12, 0..8);
    (
        runs,
        prop::collection::vec(edit, 8),
        8usize..20,
        any::<prop::sample::Index>(),
    )
        .prop_map(|(mut runs, edits, long, at)| {
            runs.insert(at.index(runs.len() + 1), long);
            CopiedPassage { runs, edits }
        })
}

/// Writes texts whose words occur once each.
#[derive(Default)]
struct Writer(u32);

impl Writer {
    fn words(&mut self, count: usize) -> Vec<u32> {
        let begin = self.0;
        self.0 += count as u32;
        (begin..self.0).collect()
    }

    /// The original and the copy of a passage.
    fn passage(&mut self, passage: &CopiedPassage) -> (Vec<u32>, Vec<u32>) {
        let (mut left, mut right) = (vec![], vec![]);
        for (k, &run) in passage.runs.iter().enumerate() {
            let run = self.words(run);
            left.extend(&run);
            right.extend(&run);
            if k + 1 < passage.runs.len() {
                let (deleted, inserted) = match passage.edits[k] {
                    Edit::Substitute(count) => (count, count),
                    Edit::Insert(count) => (0, count),
                    Edit::Delete(count) => (count, 0),
                };
                left.extend(self.words(deleted));
                right.extend(self.words(inserted));
            }
        }
        (left, right)
    }
}

/// The passages in `order`, each between 30 words of its own.
fn page(passages: &[Vec<u32>], order: &[usize], writer: &mut Writer) -> Vec<u32> {
    let mut text = writer.words(30);
    for &k in order {
        text.extend(&passages[k]);
        text.extend(writer.words(30));
    }
    text
}

proptest! {
    /// The aligner finds as many equal words as the optimal local alignment and as the longest common subsequence if
    /// words occur once and edits are short.
    #[test]
    fn an_edited_passage_is_aligned_optimally(passage in passage()) {
        let mut writer = Writer::default();
        let (original, copy) = writer.passage(&passage);
        let left = page(&[original], &[0], &mut writer);
        let right = page(&[copy], &[0], &mut writer);
        let found = check(&left, &right);
        prop_assert_eq!(found.equal(), smith_waterman(&left, &right).1);
        prop_assert_eq!(found.equal(), common_subsequence(&left, &right));
        let score = found.blocks.iter().map(|b| {
            let edits = b.left.len().max(b.right.len()) - b.equal;
            EQUAL * i64::from(b.equal) + EDIT * i64::from(edits)
        });
        prop_assert!(score.sum::<i64>() >= smith_waterman(&left, &right).0);
    }

    /// Passages that changed places are all found, and each one whole.
    #[test]
    fn moved_passages_are_aligned_optimally(
        passages in prop::collection::vec(passage(), 1..5),
        order in Just((0..5).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let mut writer = Writer::default();
        let texts = passages.iter().map(|passage| writer.passage(passage));
        let (originals, copies): (Vec<_>, Vec<_>) = texts.unzip();
        let in_order: Vec<usize> = (0..passages.len()).collect();
        let order: Vec<usize> = order.into_iter().filter(|&k| k < passages.len()).collect();
        let left = page(&originals, &in_order, &mut writer);
        let right = page(&copies, &order, &mut writer);
        let found = check(&left, &right);
        let equal: usize = passages.iter().map(CopiedPassage::equal).sum();
        prop_assert_eq!(found.equal() as usize, equal);
        prop_assert!(found.equal() >= smith_waterman(&left, &right).1);
    }

    /// A verbatim run that occurs once lies in a block, for any words around it.
    #[test]
    fn a_run_that_occurs_once_lies_in_a_block(
        left in prop::collection::vec(0u32..6, 0..60),
        right in prop::collection::vec(0u32..6, 0..60),
        len in 8u32..30,
        at in any::<(prop::sample::Index, prop::sample::Index)>(),
    ) {
        let run: Vec<u32> = (100..100 + len).collect();
        let insert = |text: &[u32], at: prop::sample::Index| {
            let at = at.index(text.len() + 1);
            let text = [&text[..at], &run, &text[at..]].concat();
            (at as u32, text)
        };
        let ((left_at, left), (right_at, right)) = (insert(&left, at.0), insert(&right, at.1));
        let found = check(&left, &right);
        let holds = |p: Passage, begin: u32| p.begin <= begin && begin + len <= p.end;
        prop_assert!(found.blocks.iter().any(|b| holds(b.left, left_at) && holds(b.right, right_at)));
    }

    /// No count is more than the words of a block can give.
    #[test]
    fn equal_words_of_a_block_are_a_common_subsequence(
        left in prop::collection::vec(0u32..12, 0..90),
        right in prop::collection::vec(0u32..12, 0..90),
        shared in prop::collection::vec(0u32..12, 0..60),
        at in any::<(prop::sample::Index, prop::sample::Index)>(),
    ) {
        let insert = |text: &[u32], at: prop::sample::Index| {
            let at = at.index(text.len() + 1);
            [&text[..at], &shared, &text[at..]].concat()
        };
        let (left, right) = (insert(&left, at.0), insert(&right, at.1));
        check(&left, &right);
    }
}

#[test]
fn the_oracles_agree_with_alignments_made_by_hand() {
    // Four equal words, one of them behind a substituted word: 4 × 3 − 2.
    assert_eq!(
        smith_waterman(&[1, 2, 3, 9, 4], &[8, 1, 2, 3, 7, 4]),
        (10, 4)
    );
    // A gap of two words costs as much as the equal word behind it scores and one more: it is left out.
    assert_eq!(smith_waterman(&[1, 2, 3, 9, 9, 4], &[1, 2, 3, 4]), (9, 3));
    assert_eq!(smith_waterman(&[1, 2], &[3, 4]), (0, 0));
    assert_eq!(common_subsequence(&[1, 2, 3, 9, 4], &[2, 8, 4, 3]), 2);
    assert_eq!(align(&[1, 2], &[3, 4]), Alignment::default());
}
