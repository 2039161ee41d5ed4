//! Assigns each text to a block.

use super::utf16_offsets::Utf16Offsets;
use crate::embedded_texts::EmbeddedText;
use crate::{Cluster, EmbeddedTexts, Match, Member, Report};
use dedupe_core::model::Span;
use std::collections::HashMap;
use std::ops::Range;

/// A block with at least this many bytes of text is full.
const BLOCK_BYTES: usize = 200_000;

/// The clusters in the order of the report, divided into blocks. Each text is in the block of the first cluster that
/// contains it.
pub(super) struct BlockLayout<'a> {
    pub(super) clusters: &'a [Cluster],
    pub(super) matches: &'a [Match],
    /// Range of clusters of each block.
    pub(super) blocks: Vec<Range<usize>>,
    /// Texts by document id.
    texts: HashMap<&'a str, PlacedText<'a>>,
    /// Matches by the id of their left document.
    by_left: HashMap<&'a str, Range<usize>>,
}

/// A text and its block.
pub(super) struct PlacedText<'a> {
    pub(super) embedded: &'a EmbeddedText,
    pub(super) offsets: Utf16Offsets,
    pub(super) block: usize,
}

impl<'a> BlockLayout<'a> {
    pub(super) fn new(report: &'a Report, texts: &'a EmbeddedTexts) -> Self {
        let mut layout = Self {
            clusters: &report.clusters,
            matches: &report.matches,
            blocks: vec![],
            texts: HashMap::with_capacity(texts.len()),
            by_left: by_left(&report.matches),
        };
        let (mut begin, mut bytes) = (0, 0);
        for (at, cluster) in report.clusters.iter().enumerate() {
            for member in &cluster.members {
                bytes += layout.place(member, texts);
            }
            if bytes >= BLOCK_BYTES || at + 1 == report.clusters.len() {
                layout.blocks.push(begin..at + 1);
                (begin, bytes) = (at + 1, 0);
            }
        }
        layout
    }

    /// Adds the text of a member to the current block, unless it is already in a block. Returns its size in bytes, or
    /// 0 if the text was not added.
    fn place(&mut self, member: &'a Member, texts: &'a EmbeddedTexts) -> usize {
        let Some(embedded) = texts.get(&member.id) else {
            return 0;
        };
        let block = self.blocks.len();
        let mut bytes = 0;
        self.texts.entry(&member.id).or_insert_with(|| {
            bytes = embedded.text.len();
            PlacedText {
                embedded,
                offsets: Utf16Offsets::new(&embedded.text),
                block,
            }
        });
        bytes
    }

    /// Returns the text of a document, if it is embedded.
    pub(super) fn text(&self, id: &str) -> Option<&PlacedText<'a>> {
        self.texts.get(id)
    }

    /// Returns the matches with this left document.
    pub(super) fn matches_of(&self, left: &str) -> &'a [Match] {
        let range = self.by_left.get(left).cloned().unwrap_or_default();
        self.matches.get(range).unwrap_or_default()
    }

    /// Returns the block number of each cluster.
    pub(super) fn block_numbers(&self) -> Vec<usize> {
        let blocks = self.blocks.iter().enumerate();
        blocks
            .flat_map(|(n, clusters)| clusters.clone().map(move |_| n))
            .collect()
    }
}

/// Returns the range of the matches of each left document. The report sorts matches by left document.
fn by_left(matches: &[Match]) -> HashMap<&str, Range<usize>> {
    let mut found = HashMap::new();
    let mut begin = 0;
    for group in matches.chunk_by(|a, b| a.left == b.left) {
        let end = begin + group.len();
        if let Some(first) = group.first() {
            found.insert(first.left.as_str(), begin..end);
        }
        begin = end;
    }
    found
}

impl PlacedText<'_> {
    /// Converts a span of the whole text to a byte range of the embedded part. Returns `None` if the span is not
    /// completely inside the embedded part.
    pub(super) fn bytes(&self, span: Span) -> Option<Range<usize>> {
        let place = |byte: u64| usize::try_from(byte.checked_sub(self.embedded.begin)?).ok();
        let bytes = place(span.begin)?..place(span.end)?;
        self.embedded.text.get(bytes.clone())?;
        Some(bytes)
    }

    /// Returns these bytes of the embedded part.
    pub(super) fn part(&self, bytes: &Range<usize>) -> &str {
        self.embedded.text.get(bytes.clone()).unwrap_or_default()
    }

    /// Converts a byte offset in the embedded part to UTF-16 code units.
    pub(super) fn utf16_offset(&self, byte: usize) -> u32 {
        self.offsets.before(&self.embedded.text, byte)
    }
}
