//! Which text stands in which block.

use super::utf16_offsets::Utf16Offsets;
use crate::embedded_texts::EmbeddedText;
use crate::{Cluster, EmbeddedTexts, Match, Member, Report};
use dedupe_core::model::Span;
use std::collections::HashMap;
use std::ops::Range;

/// Bytes of text from which a block is full.
const BLOCK_BYTES: usize = 200_000;

/// Clusters in their order, cut into blocks; each text stands in the block of the first cluster that has
/// it.
pub(super) struct BlockLayout<'a> {
    pub(super) clusters: &'a [Cluster],
    pub(super) matches: &'a [Match],
    /// By number: the clusters of a block.
    pub(super) blocks: Vec<Range<usize>>,
    /// EmbeddedTexts by document id.
    texts: HashMap<&'a str, PlacedText<'a>>,
    /// Matches by the id of their left document.
    by_left: HashMap<&'a str, Range<usize>>,
}

/// A text and where it stands.
pub(super) struct PlacedText<'a> {
    pub(super) kept: &'a EmbeddedText,
    pub(super) units: Utf16Offsets,
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
                bytes += layout.shelve(member, texts);
            }
            if bytes >= BLOCK_BYTES || at + 1 == report.clusters.len() {
                layout.blocks.push(begin..at + 1);
                (begin, bytes) = (at + 1, 0);
            }
        }
        layout
    }

    /// Puts a text into the block that is being filled; its bytes.
    fn shelve(&mut self, member: &'a Member, texts: &'a EmbeddedTexts) -> usize {
        let Some(kept) = texts.get(&member.id) else {
            return 0;
        };
        let block = self.blocks.len();
        let mut bytes = 0;
        self.texts.entry(&member.id).or_insert_with(|| {
            bytes = kept.text.len();
            PlacedText {
                kept,
                units: Utf16Offsets::new(&kept.text),
                block,
            }
        });
        bytes
    }

    /// The text of a document, where it is kept.
    pub(super) fn text(&self, id: &str) -> Option<&PlacedText<'a>> {
        self.texts.get(id)
    }

    /// The matches whose left document is this one.
    pub(super) fn matches_of(&self, left: &str) -> &'a [Match] {
        let range = self.by_left.get(left).cloned().unwrap_or_default();
        self.matches.get(range).unwrap_or_default()
    }

    /// The block that a cluster stands in, for each.
    pub(super) fn numbers(&self) -> Vec<usize> {
        let blocks = self.blocks.iter().enumerate();
        blocks
            .flat_map(|(n, clusters)| clusters.clone().map(move |_| n))
            .collect()
    }
}

/// Ranges of the matches with one left document; they stand together.
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
    /// The bytes of what is kept that a span of the whole text names; none where it is not all there.
    pub(super) fn bytes(&self, span: Span) -> Option<Range<usize>> {
        let place = |byte: u64| usize::try_from(byte.checked_sub(self.kept.begin)?).ok();
        let bytes = place(span.begin)?..place(span.end)?;
        self.kept.text.get(bytes.clone())?;
        Some(bytes)
    }

    /// These bytes of what is kept.
    pub(super) fn part(&self, bytes: &Range<usize>) -> &str {
        self.kept.text.get(bytes.clone()).unwrap_or_default()
    }

    /// UTF-16 units before a byte of what is kept.
    pub(super) fn unit(&self, byte: usize) -> u32 {
        self.units.before(&self.kept.text, byte)
    }
}
