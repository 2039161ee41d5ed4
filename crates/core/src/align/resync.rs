//! Finds where two texts agree again after words that differ.

use super::direction::{Direction, LANES, WINDOW};
use super::join::MAX_SKEW;
use wide::u32x8;

/// Farthest distance at which equal words are searched, in words.
const MAX_DISTANCE: usize = 12;
/// Consecutive equal words at which two texts agree again. One alone is often a chance: "the", "of".
pub(super) const SYNC_LEN: usize = 2;

/// Returns how many words of `left` and of `right` precede the nearest place where [`SYNC_LEN`] words are equal again.
/// The nearest place is the one with the fewest skipped words on the side that skips more. Ties go to the place that
/// skips the most on the other side, then to the one that skips more of `left`.
///
/// `chars_per_word` is 1 or 2. Compares all places at once, one bit per place.
pub(super) fn resync<D: Direction>(
    left: &[u32],
    right: &[u32],
    chars_per_word: usize,
) -> Option<(usize, usize)> {
    match chars_per_word {
        1 => nearest::<D, 2>(left, right, 1),
        _ => nearest::<D, 4>(left, right, 2),
    }
}
// The compared words include the equal words at the farthest place.
const _: () = assert!(MAX_DISTANCE + SYNC_LEN <= 2 * LANES);
const _: () = assert!(2 * (MAX_DISTANCE + SYNC_LEN) <= 4 * LANES);
const _: () = assert!(4 * LANES + MAX_SKEW <= WINDOW);

/// [`resync`] over `CHUNKS` times [`LANES`] words.
fn nearest<D: Direction, const CHUNKS: usize>(
    left: &[u32],
    right: &[u32],
    chars_per_word: usize,
) -> Option<(usize, usize)> {
    let (l, r) = (D::window(left), D::window(right));
    // By skew: one bit per distance on the side that skips more words.
    let (mut left_far, mut right_far) = ([0; MAX_SKEW + 1], [0; MAX_SKEW + 1]);
    for skew in 0..=MAX_SKEW {
        let in_text = |far: usize, near: usize| ones(far.saturating_sub(skew).min(near));
        let left_skips_more = equal::<CHUNKS>(&l, &r, skew) & in_text(left.len(), right.len());
        let right_skips_more = equal::<CHUNKS>(&r, &l, skew) & in_text(right.len(), left.len());
        left_far[skew] = run_starts(left_skips_more, chars_per_word) << skew;
        right_far[skew] = run_starts(right_skips_more, chars_per_word) << skew;
    }
    let in_reach = ones(MAX_DISTANCE * chars_per_word + 1) & !1;
    let any = left_far
        .iter()
        .chain(&right_far)
        .fold(0, |any, bits| any | bits)
        & in_reach;
    let far = any.trailing_zeros() as usize;
    let is_set = |bits: u32| {
        bits.checked_shr(far as u32)
            .is_some_and(|bits| bits & 1 == 1)
    };
    (0..=MAX_SKEW).find_map(|skew| {
        let near = far.saturating_sub(skew);
        if is_set(left_far[skew]) {
            Some((far, near))
        } else {
            is_set(right_far[skew]).then_some((near, far))
        }
    })
}

/// Returns one bit per position of `near`, the lowest bit for the first position. A bit is set if the word equals the
/// one `skew` positions farther in `far`.
#[inline]
fn equal<const CHUNKS: usize>(far: &[u32; WINDOW], near: &[u32; WINDOW], skew: usize) -> u32 {
    let words = |of: &[u32; WINDOW], at: usize| {
        let words = of.get(at..).and_then(|of| of.first_chunk::<LANES>());
        u32x8::new(words.copied().unwrap_or_default())
    };
    (0..CHUNKS).fold(0, |bits, chunk| {
        let at = chunk * LANES;
        let same = words(far, at + skew).simd_eq(words(near, at));
        bits | same.to_bitmask() << at
    })
}

/// Keeps the bits at which a run of [`SYNC_LEN`] words begins: 2 bits, or 4 of unspaced text.
fn run_starts(bits: u32, chars_per_word: usize) -> u32 {
    let pairs = bits & bits >> 1;
    match chars_per_word {
        1 => pairs,
        _ => pairs & pairs >> 2,
    }
}
const _: () = assert!(SYNC_LEN == 2);

/// The lowest `count` bits, at most 32.
fn ones(count: usize) -> u32 {
    u32::MAX
        .checked_shr(32u32.saturating_sub(count as u32))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::direction::{Backward, Forward};
    use super::*;
    use proptest::prelude::*;

    /// Tries one place after another.
    fn slow(left: &[u32], right: &[u32], chars_per_word: usize) -> Option<(usize, usize)> {
        let run = SYNC_LEN * chars_per_word;
        let agrees = |&(i, j): &(usize, usize)| {
            i + run <= left.len() && j + run <= right.len() && left[i..i + run] == right[j..j + run]
        };
        let places = (1..=MAX_DISTANCE * chars_per_word).flat_map(|far| {
            let near = (far.saturating_sub(MAX_SKEW)..=far).rev();
            near.flat_map(move |near| [(far, near), (near, far)])
        });
        { places }.find(agrees)
    }

    /// Pairs of texts over few words. Half of the pairs end in the same words.
    fn texts() -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
        let words = |vocabulary| prop::collection::vec(0u32..vocabulary, 0..40);
        let unrelated = (words(6), words(6));
        let related = (words(1000), words(1000), words(6)).prop_map(|(mut a, mut b, shared)| {
            a.truncate(30);
            b.truncate(30);
            a.extend(&shared);
            b.extend(&shared);
            (a, b)
        });
        prop_oneof![unrelated, related]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn comparing_all_places_at_once_agrees_with_trying_each(
            (left, right) in texts(),
            chars_per_word in 1usize..3,
        ) {
            let expected = slow(&left, &right, chars_per_word);
            prop_assert_eq!(resync::<Forward>(&left, &right, chars_per_word), expected);
            let reversed = |words: &[u32]| words.iter().rev().copied().collect::<Vec<u32>>();
            let backward = resync::<Backward>(&reversed(&left), &reversed(&right), chars_per_word);
            prop_assert_eq!(backward, expected);
        }
    }

    /// Where two texts agree again after `left` and `right` different words.
    fn after(left: u32, right: u32, chars_per_word: usize) -> Option<(usize, usize)> {
        let text = |from: u32, len: u32| (from..from + len).chain(0..4).collect::<Vec<u32>>();
        let (left, right) = (text(1000, left), text(2000, right));
        resync::<Forward>(&left, &right, chars_per_word)
    }

    #[test]
    fn texts_agree_again_within_twelve_words_and_a_skew_of_four() {
        assert_eq!(after(12, 12, 1), Some((12, 12)));
        assert_eq!(after(13, 13, 1), None);
        assert_eq!(after(24, 24, 2), Some((24, 24)));
        assert_eq!(after(25, 25, 2), None);
        assert_eq!(after(9, 5, 1), Some((9, 5)));
        assert_eq!(after(5, 10, 1), None);
    }

    #[test]
    fn one_equal_word_is_a_chance() {
        assert_eq!(resync::<Forward>(&[1, 7, 2], &[3, 7, 4], 1), None);
        assert_eq!(resync::<Forward>(&[1, 7, 8], &[3, 7, 8], 1), Some((1, 1)));
    }
}
