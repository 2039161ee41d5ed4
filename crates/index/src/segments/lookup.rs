//! Looks up keys in a segment.
//!
//! First the filters say which keys the segment may have. Only for these, index pages and data blocks are read.

use super::block::BlockCursor;
use super::disk::will_read;
use super::filter;
use super::format::{EntryKey, Group};
use super::piece_cache::Piece;
use super::segment::{Reuse, Segment};
use crate::error::IndexError;

/// A key that is looked up.
pub(super) struct Sought {
    /// Its position among all keys of the lookup.
    pub(super) at: usize,
    key: EntryKey,
    hash: u64,
}

impl Sought {
    pub(super) fn new(at: usize, key: EntryKey) -> Self {
        let hash = filter::hash(&key);
        Self { at, key, hash }
    }
}

/// What a segment says about a key.
pub(super) enum Found<'b> {
    Value(&'b [u8]),
    Removed,
}

/// Looks up sorted keys, and hands what the segment says about each to `visit`. The keys that it says nothing about stay in
/// `sought`.
///
/// # Errors
///
/// The segment is damaged or cannot be read, or the first failure of `visit`.
pub(super) fn find(
    segment: &Segment,
    sought: &mut Vec<Sought>,
    visit: &mut dyn FnMut(usize, Found<'_>) -> Result<(), IndexError>,
) -> Result<(), IndexError> {
    let possible = possible(segment, sought)?;
    expect_pages(segment, sought, &possible)?;
    let mut places = Places::new(segment)?;
    let mut possible = possible.into_iter();
    let mut failure = Ok(());
    sought.retain(|Sought { at, key, .. }| {
        if failure.is_err() || possible.next() != Some(true) {
            return true;
        }
        match places.get(key) {
            Ok(Some(found)) => failure = visit(*at, found),
            Ok(None) => return true,
            Err(error) => failure = Err(error),
        }
        false
    });
    failure
}

/// Which keys the segment may have, by its filters. Reads the parts of filters that are in memory, lets the system fetch all
/// others at the same time, and then reads these.
fn possible(segment: &Segment, sought: &[Sought]) -> Result<Vec<bool>, IndexError> {
    let mut possible = vec![false; sought.len()];
    let mut filters = Filters::new(segment)?;
    let mut on_disk = vec![];
    for (possible, sought) in possible.iter_mut().zip(sought) {
        match filters.part_of(sought)? {
            Part::None => {}
            Part::InMemory(part) => *possible = filter::may_have(part, sought.hash),
            Part::OnDisk(offset) => {
                will_read(segment.file(), offset, filter::PART as u64);
                on_disk.push((possible, sought.hash, offset));
            }
        }
    }
    for (possible, hash, offset) in on_disk {
        *possible = filter::may_have(&segment.part(offset, Reuse::Likely)?, hash);
    }
    Ok(possible)
}

/// Filters, for keys each of which follows the one before. Neighbours share the parts that are read for them.
struct Filters<'s> {
    segment: &'s Segment,
    groups: BlockCursor,
    /// The group of the last key, if any has it.
    group: Option<Group>,
    /// The parts of its filter that were read.
    parts: Vec<Option<Piece>>,
}

/// The part of a filter that has the bits of a key.
enum Part<'f> {
    /// No group can have the key.
    None,
    InMemory(&'f [u8]),
    /// At this offset.
    OnDisk(u64),
}

impl<'s> Filters<'s> {
    fn new(segment: &'s Segment) -> Result<Self, IndexError> {
        let mut filters = Self {
            groups: BlockCursor::at(segment.root().clone(), &[])?,
            segment,
            group: None,
            parts: vec![],
        };
        filters.open_group()?;
        Ok(filters)
    }

    fn open_group(&mut self) -> Result<(), IndexError> {
        self.group = self.segment.group(&self.groups)?;
        let parts = self.group.map_or(0, |group| group.parts as usize);
        self.parts.clear();
        self.parts.resize(parts, None);
        Ok(())
    }

    fn part_of(&mut self, sought: &Sought) -> Result<Part<'_>, IndexError> {
        if self.groups.precedes(&sought.key) {
            self.groups.seek(&sought.key)?;
            self.open_group()?;
        }
        let Some(group) = &self.group else {
            return Ok(Part::None);
        };
        let number = filter::part(sought.hash, u64::from(group.parts));
        let Some(part) = self.parts.get_mut(number as usize) else {
            return Ok(Part::None);
        };
        if part.is_none() {
            let offset = group.part_offset(number);
            match self.segment.part_in_memory(offset)? {
                Some(read) => *part = Some(read),
                None => return Ok(Part::OnDisk(offset)),
            }
        }
        Ok(part
            .as_ref()
            .map_or(Part::None, |part| Part::InMemory(part)))
    }
}

/// Lets the system fetch the index pages of the keys that the segment may have, all at the same time, if they are several.
fn expect_pages(segment: &Segment, sought: &[Sought], possible: &[bool]) -> Result<(), IndexError> {
    let mut groups = BlockCursor::at(segment.root().clone(), &[])?;
    let (mut first, mut last) = (None, None);
    for (sought, _) in sought
        .iter()
        .zip(possible)
        .filter(|(_, possible)| **possible)
    {
        groups.seek(&sought.key)?;
        let page = segment.group(&groups)?.map(|group| group.page);
        // The first page is read at once.
        first = first.or(page);
        if let Some(page) = page.filter(|_| page != first && page != last)
            && !segment.has(page.offset)
        {
            will_read(segment.file(), page.offset, page.length.into());
        }
        last = page;
    }
    Ok(())
}

/// Places in a segment for keys, each of which follows the one before. Neighbours share what is read for them.
struct Places<'s> {
    segment: &'s Segment,
    /// At the group that has the last key, if any has.
    groups: BlockCursor,
    /// In the index page of that group, at the data block that has the key.
    blocks: Option<BlockCursor>,
    /// In the data block that was read last, and the offset of the block.
    entries: Option<(u64, BlockCursor)>,
}

impl<'s> Places<'s> {
    fn new(segment: &'s Segment) -> Result<Self, IndexError> {
        Ok(Self {
            groups: BlockCursor::at(segment.root().clone(), &[])?,
            segment,
            blocks: None,
            entries: None,
        })
    }

    /// What the segment says about a key; `None` if nothing.
    fn get(&mut self, key: &[u8]) -> Result<Option<Found<'_>>, IndexError> {
        self.find_block(key)?;
        let block = self
            .blocks
            .as_ref()
            .map(|blocks| self.segment.data_block(blocks));
        let Some(handle) = block.transpose()?.flatten() else {
            return Ok(None);
        };
        match &mut self.entries {
            Some((offset, entries)) if *offset == handle.offset => entries.seek(key)?,
            other => {
                let block = self.segment.block(&handle, Reuse::Likely)?;
                *other = Some((handle.offset, BlockCursor::at(block, key)?));
            }
        }
        let entries = self.entries.as_ref();
        let entry = entries.and_then(|(_, entries)| entries.entry());
        let entry = entry.filter(|(found, _)| *found == key);
        Ok(entry.map(|(_, value)| value.map_or(Found::Removed, Found::Value)))
    }

    /// Goes to the data block that has a key, if any has.
    fn find_block(&mut self, key: &[u8]) -> Result<(), IndexError> {
        if self.groups.precedes(key) {
            self.groups.seek(key)?;
            self.blocks = None;
        }
        match &mut self.blocks {
            Some(blocks) => blocks.seek(key)?,
            None => {
                if let Some(group) = self.segment.group(&self.groups)? {
                    let page = self.segment.block(&group.page, Reuse::Likely)?;
                    self.blocks = Some(BlockCursor::at(page, key)?);
                }
            }
        }
        Ok(())
    }
}
