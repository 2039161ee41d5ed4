//! Word-by-word differences of two aligned passages, for display.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::HashMap;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Maximum number of tokens of a passage that are compared.
const MAX_TOKENS: usize = 20_000;

/// A word or a punctuation mark of a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Byte range in the passage.
    pub bytes: Range<usize>,
    /// Whether white space precedes the token.
    pub spaced: bool,
}

/// A run of tokens that is equal in both passages, or an edit: tokens of one side replace tokens of the other.
/// One side of an edit may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRun {
    /// Token indices in the left passage.
    pub left: Range<usize>,
    /// Token indices in the right passage.
    pub right: Range<usize>,
    /// Whether both sides are equal. Letter case and the shape of quotes and dashes are ignored.
    pub same: bool,
}

/// The differences of two passages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordDiff {
    /// Tokens of the left passage.
    pub left: Vec<Token>,
    /// Tokens of the right passage.
    pub right: Vec<Token>,
    /// Runs from the start to the end of both passages.
    pub runs: Vec<TokenRun>,
    /// Whether a passage was too long, so that its end was not compared.
    pub cut: bool,
}

/// Returns the shortest edit script from the left passage to the right one.
///
/// Takes O(words × edits) time for at most 20,000 tokens per passage (E. W. Myers, "An O(ND) Difference Algorithm
/// and Its Variations", Algorithmica 1, 1986).
///
/// ```
/// use dedupe_report::word_diff::diff_passages;
///
/// let diff = diff_passages("five were hurt", "six were hurt");
/// assert!(!diff.runs[0].same);
/// assert!(diff.runs[1].same);
/// ```
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

/// Compares the text between two aligned passages. Only the common start and the common end are equal; everything
/// else is one edit. Takes linear time.
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

/// Two passages as tokens. Equal tokens have equal keys.
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

/// Splits a text into tokens. Returns up to `MAX_TOKENS` + 1 tokens, so that the caller can see that there are more.
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

/// Returns a key that ignores letter case and the shape of quotes and dashes.
fn key(word: &str) -> String {
    word.to_lowercase().chars().map(folded).collect()
}

/// Maps all quotes to one character and all dashes to another.
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

    /// The edits as `left|right`, without equal words.
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
    fn finds_added_dropped_and_changed_words() {
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
    fn a_gap_is_one_edit_between_common_ends() {
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
    fn cuts_very_long_passages() {
        let long = "a ".repeat(MAX_TOKENS + 5);
        let found = diff_passages(&long, "a");
        assert!(found.cut && found.left.len() == MAX_TOKENS);
        assert!(!diff_passages(&long[..2 * MAX_TOKENS], "a").cut);
    }

    proptest! {
        #[test]
        fn runs_cover_both_passages_in_order(
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
