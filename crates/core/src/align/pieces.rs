//! The short pieces in which two aligned passages differ.

use super::direction::{Direction, Forward};
use super::resync::resync;

/// True if `is_wanted` holds for a piece of `left` and the piece of `right` that stands in its place. Pieces have at most
/// 12 words, and at least two equal words follow them; in unspaced text twice as many characters. An insertion is no
/// piece. `chars_per_word` is 1 or 2. Time linear in both passages.
pub(crate) fn any_replaced(
    mut left: &[u32],
    mut right: &[u32],
    chars_per_word: usize,
    mut is_wanted: impl FnMut(&[u32], &[u32]) -> bool,
) -> bool {
    loop {
        let same = Forward::common(left, right);
        (left, right) = (Forward::skip(left, same), Forward::skip(right, same));
        if left.is_empty() || right.is_empty() {
            return false;
        }
        // Where too much differs, the search goes on a word later.
        let (in_left, in_right) = match resync::<Forward>(left, right, chars_per_word) {
            Some((in_left, in_right)) => {
                let pieces = (left.get(..in_left), right.get(..in_right));
                if let (Some(l @ [_, ..]), Some(r @ [_, ..])) = pieces
                    && is_wanted(l, r)
                {
                    return true;
                }
                (in_left, in_right)
            }
            None => (1, 1),
        };
        (left, right) = (Forward::skip(left, in_left), Forward::skip(right, in_right));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(left: &[u32], right: &[u32]) -> Vec<(Vec<u32>, Vec<u32>)> {
        let mut found = vec![];
        any_replaced(left, right, 1, |l, r| {
            found.push((l.to_vec(), r.to_vec()));
            false
        });
        found
    }

    fn text(parts: &[std::ops::Range<u32>]) -> Vec<u32> {
        parts.iter().cloned().flatten().collect()
    }

    #[test]
    fn pieces_are_what_stands_in_one_place() {
        let left = text(&[0..10, 100..101, 10..20, 102..105, 20..30]);
        let right = text(&[0..10, 200..202, 10..20, 202..203, 20..30]);
        let expected = [
            (vec![100], vec![200, 201]),
            (vec![102, 103, 104], vec![202]),
        ];
        assert_eq!(pieces(&left, &right), expected);
        assert_eq!(pieces(&left, &left), []);
    }

    #[test]
    fn an_insertion_is_no_piece_and_long_differences_do_not_end_the_search() {
        let left = text(&[0..10, 10..20, 100..140, 20..40, 500..501, 40..50]);
        let right = text(&[0..10, 300..303, 10..20, 200..240, 20..40, 600..601, 40..50]);
        let found = pieces(&left, &right);
        assert!(found.contains(&(vec![500], vec![600])), "{found:?}");
        assert!(
            found
                .iter()
                .all(|(l, r)| !l.contains(&10) && !r.contains(&300))
        );
    }

    #[test]
    fn the_search_ends_with_the_first_wanted_piece() {
        let (left, right) = (
            text(&[0..10, 100..101, 10..20, 102..103, 20..30]),
            text(&[0..10, 200..201, 10..20, 202..203, 20..30]),
        );
        let mut seen = 0;
        assert!(any_replaced(&left, &right, 1, |_, _| {
            seen += 1;
            true
        }));
        assert_eq!(seen, 1);
    }
}
