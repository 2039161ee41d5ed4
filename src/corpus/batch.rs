//! The documents of one block: columns that they share, in memory or in the spill file.

use super::spill::{Pod, Spill, SpillError};
use super::{DocumentRecord, TextDigest};
use dedupe_formats::Location;
use jiff::Timestamp;
use std::borrow::Cow;
use std::ops::Range;

/// The documents of one block.
///
/// Five columns hold the words and hashes of all documents, one document after the other. They can be moved to
/// the spill file together. The records always stay in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Batch {
    /// One per document, in the order of the block.
    entries: Vec<Entry>,
    /// By document: where its part of each column ends. Kept apart from `entries` because it is read most often.
    ends: Vec<ColumnEnds>,
    /// The packed strings of the records.
    strings: String,
    /// The paths of the archive members that the documents were read from.
    members: Vec<Box<str>>,
    /// The bytes of these paths.
    member_bytes: usize,
    /// Word ids.
    pub(crate) words: Vec<u32>,
    /// Packed byte ranges of the words.
    pub(crate) offsets: Vec<u8>,
    /// Fingerprint hashes.
    pub(crate) fingerprints: Vec<u64>,
    /// One per fingerprint: words from the fingerprint before it, or from the beginning of the document.
    pub(crate) steps: Vec<u8>,
    /// LSH bucket hashes. Empty after candidate search, which uses them up.
    pub(crate) buckets: Vec<u64>,
    /// Where the five columns are in the spill file. `None`: they are in memory.
    spilled: Option<SpillOffsets>,
}

/// The part of a record that has a fixed size.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    digest: [u64; 2],
    published: Option<Timestamp>,
    location: Location,
    text: TextDigest,
    /// Where the strings of the record begin in `strings`.
    strings: u32,
    /// The path in `members`, counted from 1. 0: the document is a file of its own.
    member: u32,
}

/// Where a document's part of each column ends. It begins where the part of the document before it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct ColumnEnds {
    words: u32,
    offsets: u32,
    fingerprints: u32,
    buckets: u32,
}

/// Ranges of the columns.
pub(crate) struct ColumnRanges {
    pub(crate) words: Range<usize>,
    pub(crate) offsets: Range<usize>,
    /// Also the range of `steps`.
    pub(crate) fingerprints: Range<usize>,
    pub(crate) buckets: Range<usize>,
}

impl ColumnRanges {
    fn new(begin: ColumnEnds, end: ColumnEnds) -> Self {
        let range = |begin: u32, end: u32| begin as usize..end as usize;
        Self {
            words: range(begin.words, end.words),
            offsets: range(begin.offsets, end.offsets),
            fingerprints: range(begin.fingerprints, end.fingerprints),
            buckets: range(begin.buckets, end.buckets),
        }
    }
}

/// Offsets of the columns in the spill file, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SpillOffsets {
    words: u64,
    offsets: u64,
    fingerprints: u64,
    steps: u64,
    buckets: u64,
}

impl Batch {
    /// Number of documents.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Bytes that the batch takes in memory.
    #[must_use]
    pub(crate) fn bytes(&self) -> u64 {
        self.resident_bytes() + self.spillable_bytes()
    }

    /// Bytes that always stay in memory.
    #[must_use]
    pub(crate) fn resident_bytes(&self) -> u64 {
        let bytes = size_of_val(&self.entries[..])
            + size_of_val(&self.ends[..])
            + self.strings.len()
            + size_of_val(&self.members[..])
            + self.member_bytes;
        bytes as u64
    }

    /// Bytes of words and hashes in memory. 0 after [`Batch::spill_to`].
    #[must_use]
    pub(crate) fn spillable_bytes(&self) -> u64 {
        let bytes = size_of_val(&self.words[..])
            + size_of_val(&self.offsets[..])
            + size_of_val(&self.fingerprints[..])
            + size_of_val(&self.steps[..])
            + size_of_val(&self.buckets[..]);
        bytes as u64
    }

    /// Bytes of the texts of the documents.
    #[must_use]
    pub(crate) fn text_bytes(&self) -> u64 {
        self.entries.iter().map(|entry| entry.text.bytes).sum()
    }

    /// Adds a document. Its words and hashes are the values appended to the columns since the last call.
    pub(crate) fn push(&mut self, record: &DocumentRecord) {
        let end = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        if let Some(member) = record.member
            && self.members.last().is_none_or(|last| **last != *member)
        {
            self.members.push(member.into());
            self.member_bytes += member.len();
        }
        self.entries.push(Entry {
            digest: [record.digest as u64, (record.digest >> 64) as u64],
            published: record.published,
            location: record.location,
            text: record.text,
            strings: end(self.strings.len()),
            member: record.member.map_or(0, |_| end(self.members.len())),
        });
        self.ends.push(ColumnEnds {
            words: end(self.words.len()),
            offsets: end(self.offsets.len()),
            fingerprints: end(self.fingerprints.len()),
            buckets: end(self.buckets.len()),
        });
        record.pack(&mut self.strings);
    }

    /// Adds a copy of a document of another batch.
    ///
    /// # Errors
    ///
    /// The spill file could not be read.
    pub(crate) fn push_copy(
        &mut self,
        from: &Self,
        at: usize,
        spill: &Spill,
    ) -> Result<(), SpillError> {
        let ranges = from.ranges(at);
        let fingerprints = ranges.fingerprints;
        (self.words).extend_from_slice(&from.words(ranges.words, spill)?);
        (self.offsets).extend_from_slice(&from.offsets(ranges.offsets, spill)?);
        (self.steps).extend_from_slice(&from.steps(fingerprints.clone(), spill)?);
        (self.fingerprints).extend_from_slice(&from.fingerprints(fingerprints, spill)?);
        (self.buckets).extend_from_slice(&from.buckets(ranges.buckets, spill)?);
        self.push(&from.record(at));
        Ok(())
    }

    /// The record of the document at this index. Time linear in its strings.
    #[must_use]
    pub(crate) fn record(&self, at: usize) -> DocumentRecord<'_> {
        let entry = &self.entries[at];
        let member = (entry.member as usize).checked_sub(1);
        DocumentRecord {
            digest: self.digest(at),
            published: entry.published,
            location: entry.location,
            text: entry.text,
            member: member.map(|member| &*self.members[member]),
            ..DocumentRecord::unpack(self.packed(entry))
        }
    }

    /// The digest of the text of the document at this index.
    pub(super) fn text(&self, at: usize) -> TextDigest {
        self.entries[at].text
    }

    pub(super) fn id(&self, at: usize) -> &str {
        DocumentRecord::unpack_id(self.packed(&self.entries[at]))
    }

    pub(super) fn title(&self, at: usize) -> Option<&str> {
        DocumentRecord::unpack_title(self.packed(&self.entries[at]))
    }

    pub(super) fn published(&self, at: usize) -> Option<Timestamp> {
        self.entries[at].published
    }

    pub(super) fn location(&self, at: usize) -> Location {
        self.entries[at].location
    }

    pub(super) fn digest(&self, at: usize) -> u128 {
        let [low, high] = self.entries[at].digest.map(u128::from);
        high << 64 | low
    }

    fn packed(&self, entry: &Entry) -> &str {
        let begin = entry.strings as usize;
        self.strings.get(begin..).unwrap_or_default()
    }

    /// Adds to the number of the input that each document was read from.
    #[cfg(feature = "index")]
    pub(super) fn shift_inputs(&mut self, by: u32) {
        for entry in &mut self.entries {
            entry.location.input += by;
        }
    }

    /// Frees the words and hashes.
    #[cfg(feature = "index")]
    pub(super) fn drop_words(&mut self) {
        *self = Self {
            entries: std::mem::take(&mut self.entries),
            ends: std::mem::take(&mut self.ends),
            strings: std::mem::take(&mut self.strings),
            members: std::mem::take(&mut self.members),
            member_bytes: self.member_bytes,
            ..Self::default()
        };
    }

    /// Replaces the id of a document.
    pub(super) fn rename(&mut self, at: usize, id: &str) {
        let begin = self.strings.len();
        let mut packed = String::new();
        DocumentRecord {
            id,
            ..self.record(at)
        }
        .pack(&mut packed);
        self.strings.push_str(&packed);
        self.entries[at].strings = u32::try_from(begin).unwrap_or(u32::MAX);
    }

    /// The column ranges of one document.
    pub(crate) fn ranges(&self, at: usize) -> ColumnRanges {
        let before = at.checked_sub(1).map(|before| self.ends[before]);
        ColumnRanges::new(before.unwrap_or_default(), self.ends[at])
    }

    /// The column ranges of all documents.
    pub(super) fn all_ranges(&self) -> ColumnRanges {
        let last = self.ends.last().copied();
        ColumnRanges::new(ColumnEnds::default(), last.unwrap_or_default())
    }

    pub(super) fn words(
        &self,
        range: Range<usize>,
        spill: &Spill,
    ) -> Result<Cow<'_, [u32]>, SpillError> {
        values(&self.words, range, self.spilled.map(|s| s.words), spill)
    }

    pub(super) fn offsets(
        &self,
        range: Range<usize>,
        spill: &Spill,
    ) -> Result<Cow<'_, [u8]>, SpillError> {
        values(&self.offsets, range, self.spilled.map(|s| s.offsets), spill)
    }

    pub(super) fn fingerprints(
        &self,
        range: Range<usize>,
        spill: &Spill,
    ) -> Result<Cow<'_, [u64]>, SpillError> {
        let spilled = self.spilled.map(|s| s.fingerprints);
        values(&self.fingerprints, range, spilled, spill)
    }

    pub(super) fn steps(
        &self,
        range: Range<usize>,
        spill: &Spill,
    ) -> Result<Cow<'_, [u8]>, SpillError> {
        values(&self.steps, range, self.spilled.map(|s| s.steps), spill)
    }

    pub(super) fn buckets(
        &self,
        range: Range<usize>,
        spill: &Spill,
    ) -> Result<Cow<'_, [u64]>, SpillError> {
        values(&self.buckets, range, self.spilled.map(|s| s.buckets), spill)
    }

    /// Takes the documents out. The result has vectors without spare capacity; this batch keeps its buffers.
    #[must_use]
    pub(crate) fn take(&mut self) -> Self {
        let exact = self.clone();
        self.entries.clear();
        self.ends.clear();
        self.strings.clear();
        self.members.clear();
        self.member_bytes = 0;
        self.words.clear();
        self.offsets.clear();
        self.fingerprints.clear();
        self.steps.clear();
        self.buckets.clear();
        exact
    }

    /// Moves the words and hashes to the spill file.
    ///
    /// # Errors
    ///
    /// The file could not be written. The batch is unchanged then.
    pub(crate) fn spill_to(&mut self, spill: &Spill) -> Result<(), SpillError> {
        self.spilled = Some(SpillOffsets {
            words: spill.write(&self.words)?,
            offsets: spill.write(&self.offsets)?,
            fingerprints: spill.write(&self.fingerprints)?,
            steps: spill.write(&self.steps)?,
            buckets: spill.write(&self.buckets)?,
        });
        self.words = Vec::new();
        self.offsets = Vec::new();
        self.fingerprints = Vec::new();
        self.steps = Vec::new();
        self.buckets = Vec::new();
        Ok(())
    }
}

/// A range of a column: borrowed from memory, or read from the spill file at `spilled`.
fn values<'a, T: Pod>(
    column: &'a [T],
    range: Range<usize>,
    spilled: Option<u64>,
    spill: &Spill,
) -> Result<Cow<'a, [T]>, SpillError> {
    Ok(match spilled {
        None => Cow::Borrowed(&column[range]),
        Some(offset) => {
            let first = offset + (range.start * size_of::<T>()) as u64;
            Cow::Owned(spill.read(first, range.len())?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(documents: u32) -> Batch {
        let mut batch = Batch::default();
        for n in 0..documents {
            batch.words.extend(0..n);
            batch.offsets.extend((0..n).map(|w| w as u8));
            batch.fingerprints.push(u64::from(n));
            batch.steps.push(n as u8);
            batch.buckets.extend([u64::from(n) + 100; 2]);
            batch.push(&DocumentRecord {
                id: &n.to_string(),
                title: (n % 2 == 0).then_some("even"),
                member: (n > 1).then_some(if n < 4 { "zip!a" } else { "zip!b" }),
                digest: u128::MAX - u128::from(n),
                text: TextDigest::of(&n.to_string()),
                ..DocumentRecord::default()
            });
        }
        batch
    }

    #[test]
    fn strings_of_documents_stay_in_memory() {
        let of = |title: Option<&str>, member: Option<&str>| {
            let mut batch = Batch::default();
            batch.push(&DocumentRecord {
                title,
                member,
                ..DocumentRecord::default()
            });
            batch.resident_bytes()
        };
        let long = "a".repeat(1000);
        let least = of(None, None) + 1000;
        assert!(of(Some(&long), None) >= least);
        assert!(of(None, Some(&long)) >= least);
    }

    #[test]
    fn documents_keep_their_values_in_memory_and_in_the_spill_file() {
        let spill = Spill::new(None);
        let mut work = batch(6);
        let held = work.take();
        assert_eq!((work.len(), work.bytes()), (0, 0));
        let mut moved = held.clone();
        moved.spill_to(&spill).unwrap();
        assert!(moved.bytes() < held.bytes());
        for batch in [held, moved] {
            assert_eq!(batch.len(), 6);
            for n in 0..6u32 {
                let (record, ranges) = (batch.record(n as usize), batch.ranges(n as usize));
                assert_eq!(record.id, n.to_string());
                assert_eq!(batch.id(n as usize), record.id);
                assert_eq!(record.title.is_some(), n % 2 == 0);
                assert_eq!(batch.title(n as usize), record.title);
                let member = ["", "", "zip!a", "zip!a", "zip!b", "zip!b"][n as usize];
                assert_eq!(record.member.unwrap_or_default(), member);
                assert_eq!(record.digest, u128::MAX - u128::from(n));
                assert_eq!(
                    *batch.words(ranges.words, &spill).unwrap(),
                    *(0..n).collect::<Vec<_>>()
                );
                assert_eq!(
                    batch.offsets(ranges.offsets, &spill).unwrap().len(),
                    n as usize
                );
                let fingerprints = ranges.fingerprints;
                assert_eq!(
                    *batch.steps(fingerprints.clone(), &spill).unwrap(),
                    [n as u8]
                );
                assert_eq!(
                    *batch.fingerprints(fingerprints, &spill).unwrap(),
                    [u64::from(n)]
                );
                assert_eq!(
                    *batch.buckets(ranges.buckets, &spill).unwrap(),
                    [u64::from(n) + 100; 2]
                );
            }
        }
    }

    #[test]
    fn copies_of_documents_are_equal_to_them() {
        let spill = Spill::new(None);
        let held = batch(6);
        let mut moved = held.clone();
        moved.spill_to(&spill).unwrap();
        for from in [&held, &moved] {
            let mut copy = Batch::default();
            for at in 0..from.len() {
                copy.push_copy(from, at, &spill).unwrap();
            }
            assert_eq!(copy, held);
        }
    }

    #[test]
    fn a_new_id_leaves_the_rest_of_the_record_as_it_was() {
        let mut batch = batch(3);
        let before = batch.clone();
        batch.rename(1, "a longer id than it had");
        for at in [0, 2] {
            assert_eq!(batch.record(at), before.record(at));
        }
        let renamed = batch.record(1);
        assert_eq!(renamed.id, "a longer id than it had");
        assert_eq!(DocumentRecord { id: "1", ..renamed }, before.record(1));
    }

    #[test]
    fn the_fixed_part_of_a_record_is_at_most_120_bytes() {
        assert!(size_of::<Entry>() + size_of::<ColumnEnds>() <= 120);
    }
}
