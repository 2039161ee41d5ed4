//! Chooses the stories and overlaps of the page, assigns each text to a block, and finds the texts and the matches of
//! a story.

use super::overlaps::{listed_overlaps, overlap_entry};
use super::utf16_offsets::Utf16Offsets;
use crate::embedded_texts::EmbeddedText;
use crate::{Cluster, EmbeddedTexts, Match, MatchHeader, ReportView};
use dedupe_core::model::Span;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::ops::Range;

/// A block with at least this many bytes of text is full.
const BLOCK_BYTES: usize = 200_000;

/// Limits of what the page lists.
#[derive(Clone, Copy)]
pub(super) struct PageLimits {
    pub(super) stories: usize,
    /// Members of all listed stories together. The story that exceeds it is listed, the ones after it are not.
    pub(super) members: usize,
}

/// A browser opens a page at these limits in about 3 seconds.
pub(super) const PAGE_LIMITS: PageLimits = PageLimits {
    stories: 50_000,
    members: 150_000,
};

/// The entries of the page, divided into blocks. An entry is a story or an overlap. The stories come first, in the
/// order of the report. Each text is in the block of the first entry that contains it.
pub(super) struct BlockLayout<'a> {
    pub(super) report: &'a dyn ReportView,
    pub(super) texts: &'a EmbeddedTexts,
    /// Number of stories that the page lists.
    pub(super) stories: usize,
    /// Indices of the matches that the page lists as overlaps.
    pub(super) overlaps: Vec<usize>,
    /// Range of entries of each block.
    pub(super) blocks: Vec<Range<usize>>,
    /// Block of each embedded text, by document id.
    block_of: HashMap<String, usize>,
    /// Indices of the matches, sorted by left document.
    by_left: Vec<usize>,
    /// The same, sorted by right document.
    by_right: Vec<usize>,
}

/// A text in memory.
pub(super) struct LoadedText {
    pub(super) embedded: EmbeddedText,
    offsets: Utf16Offsets,
}

impl<'a> BlockLayout<'a> {
    pub(super) fn new(
        report: &'a dyn ReportView,
        texts: &'a EmbeddedTexts,
        limits: PageLimits,
    ) -> io::Result<Self> {
        let sorted = |id: fn(MatchHeader<'a>) -> &'a str| {
            let mut order: Vec<usize> = (0..report.match_count()).collect();
            // The sort is stable, and the matches of a run have the order of their left documents already.
            order.sort_by(|&a, &b| {
                let [a, b] = [a, b].map(|at| id(report.match_header(at)));
                a.cmp(b)
            });
            order
        };
        let mut layout = Self {
            report,
            texts,
            stories: 0,
            overlaps: listed_overlaps(report)?,
            blocks: vec![],
            block_of: HashMap::with_capacity(texts.len()),
            by_left: sorted(|found| found.left),
            by_right: sorted(|found| found.right),
        };
        let clusters = report.cluster_count().min(limits.stories);
        let mut members = 0;
        while layout.stories < clusters && members < limits.members {
            members += report.cluster(layout.stories)?.members.len();
            layout.stories += 1;
        }
        let (mut begin, mut bytes) = (0, 0);
        for at in 0..layout.entry_count() {
            for member in &layout.entry(at)?.members {
                bytes += layout.place(&member.id);
            }
            if bytes >= BLOCK_BYTES || at + 1 == layout.entry_count() {
                layout.blocks.push(begin..at + 1);
                (begin, bytes) = (at + 1, 0);
            }
        }
        Ok(layout)
    }

    pub(super) fn entry_count(&self) -> usize {
        self.stories + self.overlaps.len()
    }

    /// Returns a story, or an overlap in the form of a story.
    pub(super) fn entry(&self, at: usize) -> io::Result<Cow<'a, Cluster>> {
        match self.overlap(at)? {
            Some(found) => {
                let number = at - self.stories;
                Ok(Cow::Owned(overlap_entry(&found, number, self.texts)))
            }
            None => self.report.cluster(at),
        }
    }

    /// Returns the match of an entry that is an overlap.
    pub(super) fn overlap(&self, at: usize) -> io::Result<Option<Cow<'a, Match>>> {
        let number = at.checked_sub(self.stories);
        let found = number.and_then(|number| self.overlaps.get(number));
        found.map(|&found| self.report.match_at(found)).transpose()
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

    /// Returns the embedded texts of a story's members, by document id.
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
        equal_range(&self.by_left, left, |at| self.report.match_header(at).left)
    }

    /// Returns the indices of the matches with this right document, in the order of the report.
    pub(super) fn matches_with_right(&self, right: &str) -> &[usize] {
        equal_range(&self.by_right, right, |at| {
            self.report.match_header(at).right
        })
    }

    /// Returns the block number of each entry.
    pub(super) fn block_numbers(&self) -> Vec<usize> {
        let blocks = self.blocks.iter().enumerate();
        blocks
            .flat_map(|(n, clusters)| clusters.clone().map(move |_| n))
            .collect()
    }
}

/// Returns the part of `sorted` with this id.
fn equal_range<'s, 'i>(
    sorted: &'s [usize],
    id: &str,
    id_of: impl Fn(usize) -> &'i str,
) -> &'s [usize] {
    let begin = sorted.partition_point(|&at| id_of(at) < id);
    let found = sorted.get(begin..).unwrap_or_default();
    let end = found.partition_point(|&at| id_of(at) == id);
    found.get(..end).unwrap_or_default()
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
