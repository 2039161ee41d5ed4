//! Reading words away from a place: to the end of a text, or to its beginning.

/// The nearest words that are looked at together.
pub(super) const WINDOW: usize = 40;
/// Words compared together.
pub(super) const TOGETHER: usize = 8;

/// A direction in which words are read, the nearest first.
pub(super) trait Walk {
    /// How many of the nearest words are equal. Time linear in them.
    fn common(a: &[u32], b: &[u32]) -> usize;
    /// All but so many of the nearest words.
    fn beyond(words: &[u32], passed: usize) -> &[u32];
    /// The nearest words, the nearest first; zeroes where there are fewer.
    fn window(words: &[u32]) -> [u32; WINDOW];
}

/// Towards the end.
pub(super) struct Ahead;

impl Walk for Ahead {
    fn common(a: &[u32], b: &[u32]) -> usize {
        let (pieces, _) = a.as_chunks::<TOGETHER>();
        let (others, _) = b.as_chunks::<TOGETHER>();
        let same = pieces.iter().zip(others).take_while(|(x, y)| x == y);
        let passed = same.count() * TOGETHER;
        let rest = Self::beyond(a, passed).iter().zip(Self::beyond(b, passed));
        passed + rest.take_while(|(x, y)| x == y).count()
    }

    fn beyond(words: &[u32], passed: usize) -> &[u32] {
        words.get(passed..).unwrap_or_default()
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
pub(super) struct Back;

impl Walk for Back {
    fn common(a: &[u32], b: &[u32]) -> usize {
        let (_, pieces) = a.as_rchunks::<TOGETHER>();
        let (_, others) = b.as_rchunks::<TOGETHER>();
        let pairs = pieces.iter().rev().zip(others.iter().rev());
        let passed = pairs.take_while(|(x, y)| x == y).count() * TOGETHER;
        let rest = Self::beyond(a, passed).iter().rev();
        let rest = rest.zip(Self::beyond(b, passed).iter().rev());
        passed + rest.take_while(|(x, y)| x == y).count()
    }

    fn beyond(words: &[u32], passed: usize) -> &[u32] {
        words
            .get(..words.len().saturating_sub(passed))
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
        fn both_directions_read_the_nearest_words(
            a in prop::collection::vec(0u32..3, 0..60),
            b in prop::collection::vec(0u32..3, 0..60),
            same in prop::collection::vec(0u32..9, 0..60),
        ) {
            let (a, b) = ([same.clone(), a].concat(), [same, b].concat());
            let backwards = |words: &[u32]| words.iter().rev().copied().collect::<Vec<u32>>();
            let slow = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
            prop_assert_eq!(Ahead::common(&a, &b), slow);
            prop_assert_eq!(Back::common(&backwards(&a), &backwards(&b)), slow);
            let passed = slow + 1;
            let (reversed, beyond) = (backwards(&a), backwards(Ahead::beyond(&a, passed)));
            prop_assert_eq!(Back::beyond(&reversed, passed), beyond);
            let nearest: Vec<u32> = a.iter().copied().chain([0; WINDOW]).take(WINDOW).collect();
            prop_assert_eq!(&Ahead::window(&a)[..], &nearest);
            prop_assert_eq!(&Back::window(&backwards(&a))[..], &nearest);
        }
    }
}
