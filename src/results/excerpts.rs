//! Excerpts: the first words of passages. Their texts are read a second time.

use crate::reading::Rereading;
use dedupe_core::model::{DocumentIndex, Span};
use dedupe_formats::Fault;

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
        let passage = text.get(span.begin as usize..span.end as usize);
        excerpts[at] = passage.map(first_words).unwrap_or_default();
    });
    (excerpts, faults)
}

/// The beginning of a passage on one line. It is cut between words, or inside a very long one.
fn first_words(passage: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in passage.split_whitespace() {
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

    #[test]
    fn an_excerpt_is_one_line_and_ends_with_a_whole_word() {
        assert_eq!(
            first_words("  A storm\r\n closed\tthe harbour "),
            "A storm closed the harbour"
        );
        let long = "harbour ".repeat(40);
        let cut = first_words(&long);
        assert!(
            cut.ends_with("harbour…") && cut.chars().count() <= LENGTH + 1,
            "{cut}"
        );
    }

    #[test]
    fn a_text_without_spaces_is_cut_between_characters() {
        let cut = first_words(&"海".repeat(400));
        assert_eq!(cut.chars().count(), LENGTH + 1);
    }
}
