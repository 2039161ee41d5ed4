//! First words of passages, for people: the few texts they need are read a second time.

use crate::corpus::Corpus;
use dedupe_core::model::{DocumentIndex, Span};
use dedupe_formats::{self as source, Input, Location};

/// Characters of an excerpt.
const LENGTH: usize = 160;

/// The first words of each wanted passage, in the order asked; empty where the text cannot be read any
/// more.
pub(super) fn excerpts(
    corpus: &Corpus,
    inputs: &[Input],
    options: &source::Options,
    wanted: &[(DocumentIndex, Span)],
) -> Vec<String> {
    let documents: Vec<DocumentIndex> = wanted.iter().map(|(document, _)| *document).collect();
    let mut found = vec![String::new(); wanted.len()];
    texts(corpus, inputs, options, &documents, &mut |at, text| {
        let span = wanted[at].1;
        let passage = text.get(span.begin as usize..span.end as usize);
        found[at] = passage.map(first_words).unwrap_or_default();
    });
    found
}

/// Reads documents a second time, and visits the text of each with its index in `wanted`, in the order
/// of the inputs; one that cannot be read any more is not visited.
pub(super) fn texts(
    corpus: &Corpus,
    inputs: &[Input],
    options: &source::Options,
    wanted: &[DocumentIndex],
    visit: &mut dyn FnMut(usize, &str),
) {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    let place = |at: usize| corpus.place(wanted[at]);
    let key = |p: Location| (p.input, p.member, p.offset, p.line);
    order.sort_by_key(|&at| key(place(at)));
    let groups: Vec<&[usize]> = order
        .chunk_by(|&a, &b| key(place(a)) == key(place(b)))
        .collect();
    let places: Vec<Location> = groups.iter().map(|g| place(g[0])).collect();
    let _unread = source::reread(inputs, options, &places, &mut |at, text| {
        for &request in groups[at] {
            visit(request, text);
        }
    });
}

/// The beginning of a passage on one line, cut between words where there are any.
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
    fn an_excerpt_is_one_line_cut_between_words() {
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
    fn an_unspaced_text_is_cut_between_characters() {
        let cut = first_words(&"海".repeat(400));
        assert_eq!(cut.chars().count(), LENGTH + 1);
    }
}
