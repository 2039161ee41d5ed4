//! Where two texts run together again behind words in which they differ.

use super::join::SKEW;
use super::walk::{TOGETHER, WINDOW, Walk};
use wide::u32x8;

/// Farthest that the next equal words are looked for, in words.
const FARTHEST: usize = 12;
/// Equal words that make the two texts run together again.
pub(super) const SYNC: usize = 2;

/// Words of `left` and of `right` before the nearest place where [`SYNC`] words are equal again: the fewest words
/// passed over on the longer side, then the most even. `scale`: characters that make up a word's length, 1 or 2.
///
/// All of the places are compared at once, one bit for each.
pub(super) fn resync<W: Walk>(left: &[u32], right: &[u32], scale: usize) -> Option<(usize, usize)> {
    // As many words as the farthest place may be away, and those that must be equal there.
    match scale {
        1 => nearest::<W, 2>(left, right, 1),
        _ => nearest::<W, 4>(left, right, 2),
    }
}
const _: () = assert!(FARTHEST + SYNC <= 2 * TOGETHER);
const _: () = assert!(2 * (FARTHEST + SYNC) <= 4 * TOGETHER);
const _: () = assert!(4 * TOGETHER + SKEW <= WINDOW);

/// The same, with so many times [`TOGETHER`] words compared.
fn nearest<W: Walk, const TIMES: usize>(
    left: &[u32],
    right: &[u32],
    scale: usize,
) -> Option<(usize, usize)> {
    let (l, r) = (W::window(left), W::window(right));
    let (mut left_far, mut right_far) = ([0; SKEW + 1], [0; SKEW + 1]);
    for skew in 0..=SKEW {
        let there = |far: usize, near: usize| ones(far.saturating_sub(skew).min(near));
        let left_ahead = equal::<TIMES>(&l, &r, skew) & there(left.len(), right.len());
        let right_ahead = equal::<TIMES>(&r, &l, skew) & there(right.len(), left.len());
        left_far[skew] = runs(left_ahead, scale) << skew;
        right_far[skew] = runs(right_ahead, scale) << skew;
    }
    let reached = ones(FARTHEST * scale + 1) & !1;
    let any = left_far
        .iter()
        .chain(&right_far)
        .fold(0, |any, bits| any | bits)
        & reached;
    let far = any.trailing_zeros() as usize;
    let is_met = |bits: u32| {
        bits.checked_shr(far as u32)
            .is_some_and(|bits| bits & 1 == 1)
    };
    (0..=SKEW).find_map(|skew| {
        let near = far.saturating_sub(skew);
        if is_met(left_far[skew]) {
            Some((far, near))
        } else {
            is_met(right_far[skew]).then_some((near, far))
        }
    })
}

/// One bit for each place in `near`, the lowest for the first: the word there is that so many places ahead in `far`.
#[inline]
fn equal<const TIMES: usize>(far: &[u32; WINDOW], near: &[u32; WINDOW], skew: usize) -> u32 {
    let words = |of: &[u32; WINDOW], at: usize| {
        let words = of.get(at..).and_then(|of| of.first_chunk::<TOGETHER>());
        u32x8::new(words.copied().unwrap_or_default())
    };
    (0..TIMES).fold(0, |bits, time| {
        let at = time * TOGETHER;
        let same = words(far, at + skew).simd_eq(words(near, at));
        bits | same.to_bitmask() << at
    })
}

/// Those bits with which a run of as many begins as make the texts run together again.
fn runs(bits: u32, scale: usize) -> u32 {
    let pairs = bits & bits >> 1;
    match scale {
        1 => pairs,
        _ => pairs & pairs >> 2,
    }
}
const _: () = assert!(SYNC == 2);

/// So many bits, 32 at most.
fn ones(number: usize) -> u32 {
    u32::MAX
        .checked_shr(32u32.saturating_sub(number as u32))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::walk::{Ahead, Back};
    use super::*;
    use proptest::prelude::*;

    /// Place by place.
    fn slow(left: &[u32], right: &[u32], scale: usize) -> Option<(usize, usize)> {
        let run = SYNC * scale;
        let meets = |&(i, j): &(usize, usize)| {
            i + run <= left.len() && j + run <= right.len() && left[i..i + run] == right[j..j + run]
        };
        let places = (1..=FARTHEST * scale).flat_map(|far| {
            let near = (far.saturating_sub(SKEW)..=far).rev();
            near.flat_map(move |near| [(far, near), (near, far)])
        });
        { places }.find(meets)
    }

    /// Texts of few words, whose last ones may be the same.
    fn texts() -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
        let words = |number| prop::collection::vec(0u32..number, 0..40);
        let apart = (words(6), words(6));
        let together = (words(1000), words(1000), words(6)).prop_map(|(mut a, mut b, same)| {
            a.truncate(30);
            b.truncate(30);
            a.extend(&same);
            b.extend(&same);
            (a, b)
        });
        prop_oneof![apart, together]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn all_places_at_once_are_as_one_by_one((left, right) in texts(), scale in 1usize..3) {
            let expected = slow(&left, &right, scale);
            prop_assert_eq!(resync::<Ahead>(&left, &right, scale), expected);
            let backwards = |words: &[u32]| words.iter().rev().copied().collect::<Vec<u32>>();
            prop_assert_eq!(resync::<Back>(&backwards(&left), &backwards(&right), scale), expected);
        }
    }
}
