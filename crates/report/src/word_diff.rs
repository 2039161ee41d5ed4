//! What two passages have of their own, word by word: for the eye, where alignment has said that they
//! belong together.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::HashMap;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Words and signs of a passage that are looked at, at most.
const MAX_TOKENS: usize = 20_000;

/// A word or a sign of a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its bytes in the passage.
    pub bytes: Range<usize>,
    /// White space stands before it.
    pub spaced: bool,
}

/// A run of words that both passages have, or that one has where the other has some of its own, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRun {
    /// Indices of the left passage's tokens.
    pub left: Range<usize>,
    /// Indices of the right passage's tokens.
    pub right: Range<usize>,
    /// The same words: neither their case nor the shape of quotes and dashes counts.
    pub same: bool,
}

/// Two passages side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordDiff {
    /// The left passage.
    pub left: Vec<Token>,
    /// The right passage.
    pub right: Vec<Token>,
    /// From the beginning to the end of both, equal runs and others by turns.
    pub runs: Vec<TokenRun>,
    /// A passage was too long, and its end was not looked at.
    pub cut: bool,
}

/// Compares two passages that align: the shortest edit from the left to the right one.
///
/// Time in proportion to the words times the edits (E. W. Myers, "An O(ND) difference algorithm and its
/// variations", Algorithmica 1, 1986), of at most 20,000 words.
#[must_use]
pub fn diff_passages(left: &str, right: &str) -> WordDiff {
    let pair = TokenizedPair::new(left, right);
    let ops = capture_diff_slices(Algorithm::Myers, &pair.keys[0], &pair.keys[1]);
    let runs = ops.iter().map(|op| TokenRun {
        left: op.old_range(),
        right: op.new_range(),
        same: matches!(op, DiffOp::Equal { .. }),
    });
    pair.compared(runs.collect())
}

/// Compares what stands between passages that align, where nothing does: all of it differs, but for how it
/// begins and ends. Linear time.
#[must_use]
pub fn diff_gap(left: &str, right: &str) -> WordDiff {
    let pair = TokenizedPair::new(left, right);
    let [l, r] = &pair.keys;
    let shortest = l.len().min(r.len());
    let head = l.iter().zip(r).take_while(|(a, b)| a == b).count();
    let ends = l.iter().rev().zip(r.iter().rev());
    let tail = (ends.take(shortest - head))
        .take_while(|(a, b)| a == b)
        .count();
    let (l, r) = (l.len(), r.len());
    let run = |left, right, same| TokenRun { left, right, same };
    let runs = [
        run(0..head, 0..head, true),
        run(head..l - tail, head..r - tail, false),
        run(l - tail..l, r - tail..r, true),
    ];
    let some = |run: &TokenRun| !run.left.is_empty() || !run.right.is_empty();
    pair.compared(runs.into_iter().filter(some).collect())
}

/// Two passages on their way: equal keys for equal words.
struct TokenizedPair {
    tokens: [Vec<Token>; 2],
    keys: [Vec<u32>; 2],
    cut: bool,
}

impl TokenizedPair {
    fn new(left: &str, right: &str) -> Self {
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut cut = false;
        let mut keys = [vec![], vec![]];
        let tokens = [left, right].map(tokens_of);
        for ((text, tokens), keys) in [left, right].iter().zip(&tokens).zip(&mut keys) {
            cut |= tokens.len() > MAX_TOKENS;
            for token in tokens.iter().take(MAX_TOKENS) {
                let next = known.len() as u32;
                keys.push(*known.entry(key(&text[token.bytes.clone()])).or_insert(next));
            }
        }
        let tokens = tokens.map(|mut tokens| {
            tokens.truncate(MAX_TOKENS);
            tokens
        });
        Self { tokens, keys, cut }
    }

    fn compared(self, runs: Vec<TokenRun>) -> WordDiff {
        let [left, right] = self.tokens;
        WordDiff {
            left,
            right,
            runs,
            cut: self.cut,
        }
    }
}

/// The words and signs of a text; one more than is looked at, to show that there are more.
fn tokens_of(text: &str) -> Vec<Token> {
    let mut tokens = vec![];
    let mut spaced = false;
    for (begin, part) in text.split_word_bound_indices() {
        if tokens.len() > MAX_TOKENS {
            break;
        }
        if part.trim().is_empty() {
            spaced = true;
            continue;
        }
        tokens.push(Token {
            bytes: begin..begin + part.len(),
            spaced,
        });
        spaced = false;
    }
    tokens
}

/// What makes two words equal: not the case, nor the shape of quotes and dashes.
fn key(word: &str) -> String {
    word.to_lowercase().chars().map(folded).collect()
}

/// One shape for all quotes, and for all dashes.
fn folded(c: char) -> char {
    match c {
        '"' | '\u{201c}'..='\u{201f}' | '«' | '»' | '‹' | '›' | '`' | '\u{2018}'..='\u{201b}' => {
            '\''
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What only one side has: `left|right`, with equal words left out.
    fn own(comparison: &WordDiff, left: &str, right: &str) -> Vec<String> {
        let words = |text: &str, tokens: &[Token]| {
            let words: Vec<&str> = tokens.iter().map(|t| &text[t.bytes.clone()]).collect();
            words.join(" ")
        };
        let runs = comparison.runs.iter().filter(|run| !run.same);
        runs.map(|run| {
            let left = words(left, &comparison.left[run.left.clone()]);
            let right = words(right, &comparison.right[run.right.clone()]);
            format!("{left}|{right}")
        })
        .collect()
    }

    fn check(left: &str, right: &str, expected: &[&str]) {
        assert_eq!(own(&diff_passages(left, right), left, right), expected);
    }

    #[test]
    fn words_are_added_dropped_and_changed() {
        check(
            "The council met on Monday.",
            "The Council met late on Monday.",
            &["|late"],
        );
        check("one two three", "one three", &["two|"]);
        check("five were hurt", "six were hurt", &["five|six"]);
        check("“so”, he – said", "\"So\", he - said", &[]);
        check("", "new", &["|new"]);
    }

    #[test]
    fn a_gap_differs_but_for_its_ends() {
        let (left, right) = (". \"", ". READ ALSO: the port, again. \u{201c}");
        let found = diff_gap(left, right);
        assert_eq!(
            own(&found, left, right),
            ["|READ ALSO : the port , again ."]
        );
        assert_eq!(diff_gap("", "").runs, []);
        let found = diff_gap("a a", "a");
        assert_eq!(own(&found, "a a", "a"), ["a|"]);
    }

    #[test]
    fn a_very_long_passage_is_cut() {
        let long = "a ".repeat(MAX_TOKENS + 5);
        let found = diff_passages(&long, "a");
        assert!(found.cut && found.left.len() == MAX_TOKENS);
        assert!(!diff_passages(&long[..2 * MAX_TOKENS], "a").cut);
    }

    proptest! {
        #[test]
        fn runs_cover_both_sides_in_order(
            left in "[ab ]{0,60}|\\PC{0,60}",
            right in "[ab ]{0,60}|\\PC{0,60}",
        ) {
            for found in [diff_passages(&left, &right), diff_gap(&left, &right)] {
                let (mut l, mut r) = (0, 0);
                for run in &found.runs {
                    prop_assert_eq!((run.left.start, run.right.start), (l, r));
                    (l, r) = (run.left.end, run.right.end);
                    prop_assert!(!run.same || run.left.len() == run.right.len());
                }
                prop_assert_eq!((l, r), (found.left.len(), found.right.len()));
            }
            prop_assert!(diff_passages(&left, &left).runs.iter().all(|run| run.same));
        }
    }
}
