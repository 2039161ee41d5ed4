//! The documents of one block: columns that they share, in memory or in the temporary file.

use super::DocumentRecord;
use crate::spill::{Pod, Spill};
use dedupe_formats::Location;
use jiff::Timestamp;
use std::borrow::Cow;
use std::ops::Range;

/// The documents of one block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// In the order of the block.
    entries: Vec<Entry>,
    /// Where what each document has in the columns ends: apart from the rest, since it is looked up most.
    ends: Vec<Ends>,
    /// The texts of their records, packed.
    texts: String,
    /// The paths of the archive's members that they were read from.
    members: Vec<Box<str>>,
    /// Word ids of all of them.
    pub words: Vec<u32>,
    /// Packed byte ranges of the words.
    pub offsets: Vec<u8>,
    /// Fingerprint hashes.
    pub fingerprints: Vec<u64>,
    /// Words from each fingerprint to the next: where a document's first one begins, then how far on
    /// each other one does.
    pub steps: Vec<u8>,
    /// Bucket hashes; emptied once they have become keys.
    pub buckets: Vec<u64>,
    /// Where words and hashes, the five columns above, stand in the temporary file, where they were moved there.
    away: Option<Away>,
}

/// A document's part of fixed size.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    digest: [u64; 2],
    published: Option<Timestamp>,
    place: Location,
    bytes: u64,
    /// Where its texts begin.
    texts: u32,
    /// Members of the archive up to its own; 0 for a file.
    member: u32,
}

/// Where what a document has in each column ends; it begins where that of the one before ends.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Ends {
    words: u32,
    offsets: u32,
    fingerprints: u32,
    buckets: u32,
}

/// Places in the columns.
pub(super) struct Ranges {
    pub(super) words: Range<usize>,
    pub(super) offsets: Range<usize>,
    /// Of steps too.
    pub(super) fingerprints: Range<usize>,
    pub(super) buckets: Range<usize>,
}

impl Ranges {
    fn new(begin: Ends, end: Ends) -> Self {
        let range = |begin: u32, end: u32| begin as usize..end as usize;
        Self {
            words: range(begin.words, end.words),
            offsets: range(begin.offsets, end.offsets),
            fingerprints: range(begin.fingerprints, end.fingerprints),
            buckets: range(begin.buckets, end.buckets),
        }
    }
}

/// Places in the temporary file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Away {
    words: u64,
    offsets: u64,
    fingerprints: u64,
    steps: u64,
    buckets: u64,
}

impl Batch {
    /// Number of documents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True for a batch without documents.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes that it takes in memory.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.fixed_bytes() + self.movable_bytes()
    }

    /// Bytes of what stays in memory.
    #[must_use]
    pub fn fixed_bytes(&self) -> u64 {
        let bytes = size_of_val(&self.entries[..]) + size_of_val(&self.ends[..]) + self.texts.len();
        bytes as u64
    }

    /// Bytes of its words and hashes that are in memory.
    #[must_use]
    pub fn movable_bytes(&self) -> u64 {
        let bytes = size_of_val(&self.words[..])
            + size_of_val(&self.offsets[..])
            + size_of_val(&self.fingerprints[..])
            + size_of_val(&self.steps[..])
            + size_of_val(&self.buckets[..]);
        bytes as u64
    }

    /// Bytes of the texts of its documents.
    #[must_use]
    pub fn text_bytes(&self) -> u64 {
        self.entries.iter().map(|entry| entry.bytes).sum()
    }

    /// Adds a document, which has what was appended to the columns since the one before.
    pub fn push(&mut self, record: &DocumentRecord) {
        let end = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        if let Some(member) = record.member
            && self.members.last().is_none_or(|last| **last != *member)
        {
            self.members.push(member.into());
        }
        self.entries.push(Entry {
            digest: [record.digest as u64, (record.digest >> 64) as u64],
            published: record.published,
            place: record.place,
            bytes: record.bytes,
            texts: end(self.texts.len()),
            member: record.member.map_or(0, |_| end(self.members.len())),
        });
        self.ends.push(Ends {
            words: end(self.words.len()),
            offsets: end(self.offsets.len()),
            fingerprints: end(self.fingerprints.len()),
            buckets: end(self.buckets.len()),
        });
        record.pack(&mut self.texts);
    }

    /// The record of the document at this place. Time linear in its texts.
    #[must_use]
    pub fn record(&self, at: usize) -> DocumentRecord<'_> {
        let entry = &self.entries[at];
        let member = (entry.member as usize).checked_sub(1);
        DocumentRecord {
            digest: self.digest(at),
            published: entry.published,
            place: entry.place,
            bytes: entry.bytes,
            member: member.map(|member| &*self.members[member]),
            ..DocumentRecord::unpack(self.packed(entry))
        }
    }

    /// The id of the document at this place.
    pub(super) fn id(&self, at: usize) -> &str {
        DocumentRecord::unpack_id(self.packed(&self.entries[at]))
    }

    /// The headline of the document at this place.
    pub(super) fn title(&self, at: usize) -> Option<&str> {
        DocumentRecord::unpack_title(self.packed(&self.entries[at]))
    }

    /// When the document at this place was published.
    pub(super) fn published(&self, at: usize) -> Option<Timestamp> {
        self.entries[at].published
    }

    /// Where the document at this place was read from.
    pub(super) fn place(&self, at: usize) -> Location {
        self.entries[at].place
    }

    /// The digest of the document at this place.
    pub(super) fn digest(&self, at: usize) -> u128 {
        let [low, high] = self.entries[at].digest.map(u128::from);
        high << 64 | low
    }

    fn packed(&self, entry: &Entry) -> &str {
        self.texts.get(entry.texts as usize..).unwrap_or_default()
    }

    /// Gives a document another id.
    pub(super) fn rename(&mut self, at: usize, id: &str) {
        let begin = self.texts.len();
        let mut packed = String::new();
        DocumentRecord {
            id,
            ..self.record(at)
        }
        .pack(&mut packed);
        self.texts.push_str(&packed);
        self.entries[at].texts = u32::try_from(begin).unwrap_or(u32::MAX);
    }

    /// Places in its columns of what a document has there.
    pub(super) fn ranges(&self, at: usize) -> Ranges {
        let before = at.checked_sub(1).map(|before| self.ends[before]);
        Ranges::new(before.unwrap_or_default(), self.ends[at])
    }

    /// Places of what all of its documents have there.
    pub(super) fn all(&self) -> Ranges {
        let last = self.ends.last().copied();
        Ranges::new(Ends::default(), last.unwrap_or_default())
    }

    /// Those of its words that stand at these places.
    pub(super) fn words(&self, range: Range<usize>, spill: &Spill) -> Cow<'_, [u32]> {
        values(&self.words, range, self.away.map(|a| a.words), spill)
    }

    /// Those bytes of its offsets.
    pub(super) fn offsets(&self, range: Range<usize>, spill: &Spill) -> Cow<'_, [u8]> {
        values(&self.offsets, range, self.away.map(|a| a.offsets), spill)
    }

    /// Those of its fingerprints.
    pub(super) fn fingerprints(&self, range: Range<usize>, spill: &Spill) -> Cow<'_, [u64]> {
        let away = self.away.map(|a| a.fingerprints);
        values(&self.fingerprints, range, away, spill)
    }

    /// The steps to those of its fingerprints.
    pub(super) fn steps(&self, range: Range<usize>, spill: &Spill) -> Cow<'_, [u8]> {
        values(&self.steps, range, self.away.map(|a| a.steps), spill)
    }

    /// Those of its buckets.
    pub(super) fn buckets(&self, range: Range<usize>, spill: &Spill) -> Cow<'_, [u64]> {
        values(&self.buckets, range, self.away.map(|a| a.buckets), spill)
    }

    /// What it holds, in arrays of just the size; its own are emptied, and keep their room.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let exact = self.clone();
        self.entries.clear();
        self.ends.clear();
        self.texts.clear();
        self.members.clear();
        self.words.clear();
        self.offsets.clear();
        self.fingerprints.clear();
        self.steps.clear();
        self.buckets.clear();
        exact
    }

    /// Moves its words and hashes to the temporary file.
    pub fn move_to(&mut self, spill: &Spill) {
        self.away = Some(Away {
            words: spill.write(&self.words),
            offsets: spill.write(&self.offsets),
            fingerprints: spill.write(&self.fingerprints),
            steps: spill.write(&self.steps),
            buckets: spill.write(&self.buckets),
        });
        self.words = Vec::new();
        self.offsets = Vec::new();
        self.fingerprints = Vec::new();
        self.steps = Vec::new();
        self.buckets = Vec::new();
    }
}

/// The values of a range: borrowed from memory, or read from where they stand in the temporary file.
fn values<'a, T: Pod>(
    held: &'a [T],
    range: Range<usize>,
    away: Option<u64>,
    spill: &Spill,
) -> Cow<'a, [T]> {
    match away {
        None => Cow::Borrowed(&held[range]),
        Some(at) => {
            let first = at + (range.start * size_of::<T>()) as u64;
            Cow::Owned(spill.read(first, range.len()))
        }
    }
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
                bytes: u64::from(n),
                ..DocumentRecord::default()
            });
        }
        batch
    }

    #[test]
    fn a_document_finds_what_was_added_with_it() {
        let spill = Spill::new(None);
        let mut work = batch(6);
        let held = work.take();
        assert!(work.is_empty() && work.bytes() == 0);
        let mut moved = held.clone();
        moved.move_to(&spill);
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
                    *batch.words(ranges.words, &spill),
                    *(0..n).collect::<Vec<_>>()
                );
                assert_eq!(batch.offsets(ranges.offsets, &spill).len(), n as usize);
                let fingerprints = ranges.fingerprints;
                assert_eq!(*batch.steps(fingerprints.clone(), &spill), [n as u8]);
                assert_eq!(*batch.fingerprints(fingerprints, &spill), [u64::from(n)]);
                assert_eq!(
                    *batch.buckets(ranges.buckets, &spill),
                    [u64::from(n) + 100; 2]
                );
            }
        }
        assert_eq!(spill.check(), Ok(()));
    }

    #[test]
    fn another_id_changes_nothing_else() {
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
    fn the_part_of_fixed_size_is_small() {
        assert!(size_of::<Entry>() + size_of::<Ends>() <= 112);
    }
}
