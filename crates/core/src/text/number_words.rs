//! Finds the numbers among words.

use super::{NUMERIC, UNSPACED};
use wide::u32x4;

/// Words that are searched at a time.
const BLOCK: usize = 64;

/// The indices of the numbers among word ids, in order. Most words are none, and are passed over 64 at a time.
pub(super) struct NumberWords<'a> {
    ids: &'a [u32],
    /// Where the block begins that is searched.
    begin: usize,
    /// A bit for each number of this block that was not returned yet.
    numbers: u64,
}

impl<'a> NumberWords<'a> {
    pub(super) fn new(ids: &'a [u32]) -> Self {
        Self {
            ids,
            begin: 0,
            numbers: numbers_of_block(ids),
        }
    }
}

impl Iterator for NumberWords<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.numbers == 0 {
            self.begin += BLOCK;
            self.numbers = numbers_of_block(self.ids.get(self.begin..)?);
        }
        let at = self.begin + self.numbers.trailing_zeros() as usize;
        self.numbers &= self.numbers - 1;
        Some(at)
    }
}

/// A bit for each number among the first 64 words, the lowest for the first word.
#[inline]
fn numbers_of_block(ids: &[u32]) -> u64 {
    let block = ids.get(..BLOCK).unwrap_or(ids);
    let (fours, rest) = block.as_chunks();
    let mut last = [0; 4];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let numbers = fours
        .iter()
        .rev()
        .fold(0, |after, four| after << 4 | numbers_of_four(*four));
    numbers | numbers_of_four(last) << (4 * fours.len() % BLOCK)
}

/// A bit for each number.
#[inline]
fn numbers_of_four(ids: [u32; 4]) -> u64 {
    const { assert!(NUMERIC << 1 == UNSPACED) };
    let ids = u32x4::new(ids);
    // The bit mask takes the top bit of each lane.
    ((ids + ids) & !ids).to_bitmask().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::is_number;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_found_in_order(
            words in prop::collection::vec((0u32..9, prop::sample::select(vec![0, 1, 1, 1, 2, 3])), 0..300),
        ) {
            let ids: Vec<u32> = words.iter().map(|&(id, flags)| id | flags << 30).collect();
            let expected: Vec<usize> = (0..ids.len()).filter(|&at| is_number(ids[at])).collect();
            prop_assert_eq!(NumberWords::new(&ids).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn few_numbers_among_many_words_are_found(ats in prop::collection::btree_set(0usize..1000, 0..4)) {
            let mut ids = vec![0; 1000];
            ats.iter().for_each(|&at| ids[at] = NUMERIC);
            prop_assert_eq!(NumberWords::new(&ids).collect::<Vec<_>>(), ats.into_iter().collect::<Vec<_>>());
        }
    }
}
