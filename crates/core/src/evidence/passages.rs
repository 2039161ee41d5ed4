//! The passages in which two documents fill in one text: those that are aligned, and the short pieces beside them.

use crate::align::Alignment;
use crate::model::Passage;

/// Longest piece between aligned passages that may be filled in, in words.
const MAX_FILLED_IN: u32 = 20;

/// The aligned passages, each with the piece before it, and the last one also with the piece after it, if the piece is
/// short in both documents. Such pieces are filled in too; their words are too different to align.
pub(super) fn widened(
    left: &[u32],
    right: &[u32],
    alignment: &Alignment,
) -> Vec<(Passage, Passage)> {
    let mut passages: Vec<(Passage, Passage)> =
        alignment.blocks.iter().map(|b| (b.left, b.right)).collect();
    let short = |from: u32, to: u32| (from..=from + MAX_FILLED_IN).contains(&to);
    let (mut left_end, mut right_end) = (0, 0);
    for (l, r) in &mut passages {
        let ends = (l.end, r.end);
        if short(left_end, l.begin) && short(right_end, r.begin) {
            (l.begin, r.begin) = (left_end, right_end);
        }
        (left_end, right_end) = ends;
    }
    let (words_left, words_right) = (left.len() as u32, right.len() as u32);
    if let Some((l, r)) = passages.last_mut()
        && short(l.end, words_left)
        && short(r.end, words_right)
    {
        (l.end, r.end) = (words_left, words_right);
    }
    passages
}

/// The words of a passage.
pub(super) fn within(words: &[u32], passage: Passage) -> &[u32] {
    &words[passage.begin as usize..passage.end as usize]
}
