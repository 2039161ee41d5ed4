//! The two directions in which an alignment grows from an anchor: forward and backward.

/// Words compared at once. 8 words of 4 bytes fill one 32-byte vector register.
pub(super) const LANES: usize = 8;
/// Nearest words that [`Direction::window`] returns.
pub(super) const WINDOW: usize = 5 * LANES;

/// A direction of reading. The nearest word is the first one of a slice ([`Forward`]) or the last one
/// ([`Backward`]).
pub(super) trait Direction {
    /// The number of nearest words that are equal. Time linear in the result.
    fn common(a: &[u32], b: &[u32]) -> usize;
    /// All words but the nearest `count`.
    fn skip(words: &[u32], count: usize) -> &[u32];
    /// The nearest words, nearest first, padded with zeros.
    fn window(words: &[u32]) -> [u32; WINDOW];
}

/// Towards the end.
pub(super) struct Forward;

impl Direction for Forward {
    fn common(a: &[u32], b: &[u32]) -> usize {
        let (a_chunks, _) = a.as_chunks::<LANES>();
        let (b_chunks, _) = b.as_chunks::<LANES>();
        let equal = a_chunks.iter().zip(b_chunks).take_while(|(x, y)| x == y);
        let count = equal.count() * LANES;
        let rest = Self::skip(a, count).iter().zip(Self::skip(b, count));
        count + rest.take_while(|(x, y)| x == y).count()
    }

    fn skip(words: &[u32], count: usize) -> &[u32] {
        words.get(count..).unwrap_or_default()
    }

    fn window(words: &[u32]) -> [u32; WINDOW] {
        words.first_chunk().copied().unwrap_or_else(|| {
            let mut window = [0; WINDOW];
            window
                .iter_mut()
                .zip(words)
                .for_each(|(to, word)| *to = *word);
            window
        })
    }
}

/// Towards the beginning.
pub(super) struct Backward;

impl Direction for Backward {
    fn common(a: &[u32], b: &[u32]) -> usize {
        let (_, a_chunks) = a.as_rchunks::<LANES>();
        let (_, b_chunks) = b.as_rchunks::<LANES>();
        let chunks = a_chunks.iter().rev().zip(b_chunks.iter().rev());
        let count = chunks.take_while(|(x, y)| x == y).count() * LANES;
        let rest = Self::skip(a, count).iter().rev();
        let rest = rest.zip(Self::skip(b, count).iter().rev());
        count + rest.take_while(|(x, y)| x == y).count()
    }

    fn skip(words: &[u32], count: usize) -> &[u32] {
        words
            .get(..words.len().saturating_sub(count))
            .unwrap_or_default()
    }

    fn window(words: &[u32]) -> [u32; WINDOW] {
        let mut window = words.last_chunk().copied().unwrap_or_else(|| {
            let mut window = [0; WINDOW];
            window
                .iter_mut()
                .rev()
                .zip(words.iter().rev())
                .for_each(|(to, word)| *to = *word);
            window
        });
        window.reverse();
        window
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_directions_agree_with_a_word_by_word_scan(
            a in prop::collection::vec(0u32..3, 0..60),
            b in prop::collection::vec(0u32..3, 0..60),
            shared in prop::collection::vec(0u32..9, 0..60),
        ) {
            let (a, b) = ([shared.clone(), a].concat(), [shared, b].concat());
            let reversed = |words: &[u32]| words.iter().rev().copied().collect::<Vec<u32>>();
            let slow = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
            prop_assert_eq!(Forward::common(&a, &b), slow);
            prop_assert_eq!(Backward::common(&reversed(&a), &reversed(&b)), slow);
            let rest = Forward::skip(&a, slow + 1);
            prop_assert_eq!(rest, a.get(slow + 1..).unwrap_or_default());
            let backward = Backward::skip(&reversed(&a), slow + 1).to_vec();
            prop_assert_eq!(backward, reversed(rest));
            let nearest: Vec<u32> = a.iter().copied().chain([0; WINDOW]).take(WINDOW).collect();
            prop_assert_eq!(&Forward::window(&a)[..], &nearest);
            prop_assert_eq!(&Backward::window(&reversed(&a))[..], &nearest);
        }
    }
}
