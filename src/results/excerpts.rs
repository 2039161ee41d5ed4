//! Excerpts: the first words of passages. Their texts are read a second time.

use crate::reading::Rereading;
use dedupe_core::model::{DocumentIndex, Span};
use dedupe_formats::Fault;
use dedupe_formats::credit::preamble;
use std::ops::Range;

/// Characters of an excerpt at most.
const LENGTH: usize = 160;

/// The first words of each wanted passage, in the same order, and the faults of texts that cannot be read again. Their
/// excerpts are empty.
pub(super) fn excerpts(
    rereading: &Rereading<'_>,
    wanted: &[(DocumentIndex, Span)],
) -> (Vec<String>, Vec<Fault>) {
    let documents: Vec<DocumentIndex> = wanted.iter().map(|(document, _)| *document).collect();
    let mut excerpts = vec![String::new(); wanted.len()];
    let faults = rereading.texts(&documents, &mut |at, text| {
        let span = wanted[at].1;
        excerpts[at] = beginning(text, span.begin as usize..span.end as usize);
    });
    (excerpts, faults)
}

/// The beginning of a passage, without the byline and dateline in it, unless it has nothing else.
fn beginning(text: &str, passage: Range<usize>) -> String {
    let preamble = preamble(text);
    let before = passage.start..passage.end.min(preamble.start);
    let after = passage.start.max(preamble.end)..passage.end;
    let told = first_words(text, [before, after]);
    match told.is_empty() {
        true => first_words(text, [passage]),
        false => told,
    }
}

/// The beginning of these parts of a text on one line. It is cut between words, or inside a very long one.
fn first_words<const N: usize>(text: &str, parts: [Range<usize>; N]) -> String {
    let mut out = String::new();
    let mut length = 0;
    let parts = parts.map(|part| text.get(part).unwrap_or_default());
    for word in parts.iter().flat_map(|part| part.split_whitespace()) {
        let more = word.chars().count() + usize::from(length > 0);
        if length + more > LENGTH {
            let room = LENGTH.saturating_sub(length);
            if length < LENGTH / 2 {
                out.extend(word.chars().take(room));
            }
            out.push('…');
            return out;
        }
        if length > 0 {
            out.push(' ');
        }
        out.push_str(word);
        length += more;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> String {
        beginning(text, 0..text.len())
    }

    #[test]
    fn an_excerpt_is_one_line_and_ends_with_a_whole_word() {
        assert_eq!(
            whole("  A storm\r\n closed\tthe harbour "),
            "A storm closed the harbour"
        );
        let long = "harbour ".repeat(40);
        let cut = whole(&long);
        assert!(
            cut.ends_with("harbour…") && cut.chars().count() <= LENGTH + 1,
            "{cut}"
        );
    }

    #[test]
    fn an_excerpt_has_no_byline_and_no_dateline() {
        let text = "Mill burns\nBy Jane Doe\nOSLO, May 4 (AFP) - The old mill burnt down.";
        let from = |begin: usize| beginning(text, begin..text.len());
        assert_eq!(from(0), "Mill burns The old mill burnt down.");
        assert_eq!(from(11), "The old mill burnt down.");
        assert_eq!(from(20), "The old mill burnt down.");
        assert_eq!(from(46), "old mill burnt down.");
        assert_eq!(beginning(text, 11..22), "By Jane Doe");
        assert_eq!(beginning(text, 1_000..2_000), "");
    }

    #[test]
    fn a_text_without_spaces_is_cut_between_characters() {
        let cut = whole(&"海".repeat(400));
        assert_eq!(cut.chars().count(), LENGTH + 1);
    }
}
