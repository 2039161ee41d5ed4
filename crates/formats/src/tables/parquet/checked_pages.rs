//! Checks the pages of a flat column before they are decoded.
//!
//! The decoders allocate memory for as many values as a dictionary or a list of lengths promises. A
//! failed allocation would abort the process, so pages that cannot contain that many values are rejected
//! here.

use ::parquet::basic::Encoding;
use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::errors::{ParquetError, Result};

/// The maximum number of values in a dictionary, or in a page whose values have individual lengths.
const MAX_VALUES: u64 = 1 << 24;

/// Pages whose number of values is possible for their size.
pub(super) struct CheckedPages {
    pub(super) pages: Box<dyn PageReader>,
    /// The highest definition level. If it is above 0, values can be missing and each page begins with
    /// levels.
    pub(super) max_level: i16,
}

impl PageReader for CheckedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let Some(page) = self.pages.get_next_page()? else {
            return Ok(None);
        };
        if has_possible_value_count(&page, self.max_level) {
            Ok(Some(page))
        } else {
            let promised = "a page promises more values than it can hold".to_owned();
            Err(ParquetError::General(promised))
        }
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }
}

impl Iterator for CheckedPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

fn has_possible_value_count(page: &Page, max_level: i16) -> bool {
    if let Page::DictionaryPage { .. } = page {
        // Each value takes at least 1 byte.
        let bytes = page.buffer().len() as u64;
        return u64::from(page.num_values()) <= bytes.min(MAX_VALUES);
    }
    let limit = u64::from(page.num_values()).min(MAX_VALUES);
    let lists = match page.encoding() {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
        Encoding::DELTA_BYTE_ARRAY => 2,
        _ => return true,
    };
    let mut rest = values(page, max_level);
    for _ in 0..lists {
        match rest.and_then(delta_list_length) {
            Some((length, after)) if length <= limit => rest = Some(after),
            _ => return false,
        }
    }
    true
}

/// The bytes after the levels of a data page.
fn values(page: &Page, max_level: i16) -> Option<&[u8]> {
    let bytes = page.buffer().as_ref();
    let levels = match page {
        Page::DataPageV2 {
            def_levels_byte_len,
            rep_levels_byte_len,
            ..
        } => def_levels_byte_len.checked_add(*rep_levels_byte_len)? as usize,
        _ if max_level <= 0 => 0,
        Page::DataPage {
            def_level_encoding: Encoding::RLE,
            ..
        } => {
            let length = u32::from_le_bytes(*bytes.first_chunk()?);
            4 + usize::try_from(length).ok()?
        }
        // The older encoding takes as many bits per value as the highest level has.
        _ => {
            let bits = u64::from(i16::BITS - max_level.leading_zeros());
            usize::try_from((u64::from(page.num_values()) * bits).div_ceil(8)).ok()?
        }
    };
    bytes.get(levels..)
}

/// The length of a delta-encoded list (Parquet specification, Encodings, DELTA_BINARY_PACKED) and the
/// bytes after it. `None` if the list is malformed.
fn delta_list_length(list: &[u8]) -> Option<(u64, &[u8])> {
    let (block, rest) = varint(list)?;
    let (parts, rest) = varint(rest)?;
    let (numbers, rest) = varint(rest)?;
    let (_first, mut rest) = varint(rest)?;
    let numbers_of_part = block.checked_div(parts)?;
    let parts = usize::try_from(parts).ok()?;
    let mut left = numbers.saturating_sub(1);
    while left > 0 {
        let (_least, after) = varint(rest)?;
        let (widths, after) = after.split_at_checked(parts)?;
        rest = after;
        for width in widths {
            if left == 0 {
                break;
            }
            let bits = numbers_of_part.checked_mul((*width).into())?;
            rest = rest.get(usize::try_from(bits / 8).ok()?..)?;
            left = left.saturating_sub(numbers_of_part);
        }
    }
    Some((numbers, rest))
}

/// A number with 7 bits per byte, the lowest bits first, and the bytes after it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        number |= u64::from(byte & 0x7F) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(at + 1..)?));
        }
    }
    None
}
