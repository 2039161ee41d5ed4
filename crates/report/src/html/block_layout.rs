//! Assigns each text to a block, and finds the texts and the matches of a cluster.

use super::utf16_offsets::Utf16Offsets;
use crate::embedded_texts::EmbeddedText;
use crate::{Cluster, EmbeddedTexts, ReportView};
use dedupe_core::model::Span;
use std::collections::HashMap;
use std::io;
use std::ops::Range;

/// A block with at least this many bytes of text is full.
const BLOCK_BYTES: usize = 200_000;

/// The clusters in the order of the report, divided into blocks. Each text is in the block of the first cluster that
/// contains it.
pub(super) struct BlockLayout<'a> {
    pub(super) report: &'a dyn ReportView,
    pub(super) texts: &'a EmbeddedTexts,
    /// Range of clusters of each block.
    pub(super) blocks: Vec<Range<usize>>,
    /// Block of each embedded text, by document id.
    block_of: HashMap<String, usize>,
    /// Indices of the matches, sorted by left document.
    by_left: Vec<usize>,
}

/// A text in memory.
pub(super) struct LoadedText {
    pub(super) embedded: EmbeddedText,
    offsets: Utf16Offsets,
}

impl<'a> BlockLayout<'a> {
    pub(super) fn new(report: &'a dyn ReportView, texts: &'a EmbeddedTexts) -> io::Result<Self> {
        let mut by_left: Vec<usize> = (0..report.match_count()).collect();
        // The sort is stable, and the matches of a run have this order already.
        by_left.sort_by(|&a, &b| {
            let [a, b] = [a, b].map(|at| report.match_header(at).left);
            a.cmp(b)
        });
        let mut layout = Self {
            report,
            texts,
            blocks: vec![],
            block_of: HashMap::with_capacity(texts.len()),
            by_left,
        };
        let clusters = report.cluster_count();
        let (mut begin, mut bytes) = (0, 0);
        for at in 0..clusters {
            for member in &report.cluster(at)?.members {
                bytes += layout.place(&member.id);
            }
            if bytes >= BLOCK_BYTES || at + 1 == clusters {
                layout.blocks.push(begin..at + 1);
                (begin, bytes) = (at + 1, 0);
            }
        }
        Ok(layout)
    }

    /// Adds the text of a document to the current block, unless it is already in a block. Returns its size in bytes, or
    /// 0 if the text was not added.
    fn place(&mut self, id: &str) -> usize {
        match self.texts.size(id) {
            Some(size) if !self.block_of.contains_key(id) => {
                self.block_of.insert(id.to_owned(), self.blocks.len());
                size
            }
            _ => 0,
        }
    }

    /// Returns the block of a document's text, if the text is embedded.
    pub(super) fn block_of(&self, id: &str) -> Option<usize> {
        self.block_of.get(id).copied()
    }

    /// Returns the embedded texts of a cluster's members, by document id.
    pub(super) fn texts_of<'c>(
        &self,
        cluster: &'c Cluster,
    ) -> io::Result<HashMap<&'c str, LoadedText>> {
        let mut loaded = HashMap::with_capacity(cluster.members.len());
        for member in &cluster.members {
            if let Some(embedded) = self.texts.get(&member.id)? {
                loaded.insert(member.id.as_str(), LoadedText::new(embedded));
            }
        }
        Ok(loaded)
    }

    /// Returns the indices of the matches with this left document, in the order of the report.
    pub(super) fn matches_of(&self, left: &str) -> &[usize] {
        let id = |at: &usize| self.report.match_header(*at).left;
        let begin = self.by_left.partition_point(|at| id(at) < left);
        let found = self.by_left.get(begin..).unwrap_or_default();
        let end = found.partition_point(|at| id(at) == left);
        found.get(..end).unwrap_or_default()
    }

    /// Returns the block number of each cluster.
    pub(super) fn block_numbers(&self) -> Vec<usize> {
        let blocks = self.blocks.iter().enumerate();
        blocks
            .flat_map(|(n, clusters)| clusters.clone().map(move |_| n))
            .collect()
    }
}

impl LoadedText {
    fn new(embedded: EmbeddedText) -> Self {
        Self {
            offsets: Utf16Offsets::new(&embedded.text),
            embedded,
        }
    }

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
