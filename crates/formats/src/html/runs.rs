//! Tells how much of a text is in another text.

use rustc_hash::FxHasher;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};

/// The length of the runs that are compared, in letters and digits.
const RUN: usize = 12;

/// The runs of letters and digits of a text.
#[derive(Debug, Default)]
pub(super) struct Runs {
    letters: usize,
    /// Of a set with a random seed: whoever writes the page could choose letters whose hashes collide in any other.
    hashes: HashSet<u64>,
}

impl Runs {
    /// Adds a piece of the text.
    pub(super) fn add(&mut self, piece: &str) {
        let letters = letters(piece);
        self.letters += bytes(&letters);
        self.hashes.extend(letters.windows(RUN).map(hash));
    }

    /// The letters and digits of the text, in bytes.
    pub(super) fn letters(&self) -> usize {
        self.letters
    }

    /// How much of a piece of text is in this one: its letters and digits, in bytes. A piece shorter than
    /// a run is in no text.
    pub(super) fn letters_of(&self, piece: &str) -> u32 {
        let letters = letters(piece);
        let all = letters.len().saturating_sub(RUN - 1).max(1);
        let found = letters
            .windows(RUN)
            .filter(|run| self.hashes.contains(&hash(run)));
        let found = bytes(&letters).saturating_mul(found.count()) / all;
        u32::try_from(found).unwrap_or(u32::MAX)
    }
}

fn letters(text: &str) -> Vec<char> {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

fn bytes(letters: &[char]) -> usize {
    letters.iter().map(|letter| letter.len_utf8()).sum()
}

fn hash(run: &[char]) -> u64 {
    let mut hasher = FxHasher::default();
    run.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of 700 kB took 7 seconds, because its hashes began at a few places of an unseeded set.
    #[test]
    fn two_sets_of_the_same_runs_are_seeded_differently() {
        let letters: String = (0..400).map(|number| format!("{number:04}")).collect();
        let order = || {
            let mut runs = Runs::default();
            runs.add(&letters);
            runs.hashes.into_iter().collect::<Vec<u64>>()
        };
        assert_ne!(order(), order());
    }

    #[test]
    fn finds_pieces_in_spite_of_case_and_space() {
        let mut runs = Runs::default();
        runs.add("The night ferry to Holm will sail again from May.");
        assert_eq!(runs.letters(), 39);
        assert_eq!(runs.letters_of("THE NIGHT FERRY\nto Holm"), 19);
        assert_eq!(
            runs.letters_of("A cooperative of islanders has leased a vessel"),
            0
        );
        assert_eq!(runs.letters_of("the night"), 0);
        assert_eq!(runs.letters_of(""), 0);
    }
}
