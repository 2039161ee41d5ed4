//! All documents that a text shares passages with, in any story or overlap.

use super::block_layout::{BlockLayout, LoadedText};
use crate::Match;
use dedupe_core::model::{Relation, Span};
use serde::Serialize;
use std::cmp::Reverse;
use std::io;

/// Maximum number of sources of a text in the page.
const MAX_SOURCES: usize = 100;

/// The documents that a text shares passages with, those with the most words first.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct TextSources {
    items: Vec<TextSource>,
    /// Number of all such documents.
    all: usize,
}

/// A document that a text shares passages with.
#[derive(Debug, PartialEq, Serialize)]
struct TextSource {
    /// Id of that document.
    id: String,
    /// Relation of the text to that document.
    relation: Relation,
    /// Number of aligned words.
    words: u64,
    resemblance: f64,
    /// The passages in the text: begin, end, begin, end, and so on, in UTF-16 code units. None for an exact copy,
    /// which has all of it.
    passages: Vec<u32>,
}

/// Returns the sources of a text.
pub(super) fn text_sources(
    layout: &BlockLayout<'_>,
    id: &str,
    text: &LoadedText,
) -> io::Result<TextSources> {
    let mut found = vec![];
    for &at in layout.matches_of(id) {
        found.push(source(&*layout.report.match_at(at)?, true, text));
    }
    for &at in layout.matches_with_right(id) {
        found.push(source(&*layout.report.match_at(at)?, false, text));
    }
    found.sort_by(|a, b| (Reverse(a.words), &a.id).cmp(&(Reverse(b.words), &b.id)));
    let all = found.len();
    found.truncate(MAX_SOURCES);
    Ok(TextSources { items: found, all })
}

fn source(found: &Match, is_left: bool, text: &LoadedText) -> TextSource {
    let mut spans: Vec<Span> = (found.spans.iter())
        .map(|pair| if is_left { pair.left } else { pair.right })
        .collect();
    spans.sort_unstable();
    let passages = spans.into_iter().filter_map(|span| text.bytes(span));
    let ends = passages.flat_map(|bytes| [bytes.start, bytes.end]);
    TextSource {
        id: if is_left { &found.right } else { &found.left }.clone(),
        relation: match is_left {
            true => found.relation,
            false => found.relation.reversed(),
        },
        words: found.words,
        resemblance: found.resemblance,
        passages: ends.map(|byte| text.utf16_offset(byte)).collect(),
    }
}
