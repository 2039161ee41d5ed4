//! The pages of a column without nested values, checked before they are decoded.
//!
//! The decoders make room for as many values as a dictionary, or a list of lengths, promises. What no file
//! can keep is refused here, for there is no return from memory that cannot be had.

use ::parquet::basic::Encoding;
use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::errors::{ParquetError, Result};

/// Values of a dictionary, and of a page whose values have lengths of their own.
const MAX_VALUES: u64 = 1 << 24;

/// Pages none of which promises more values than it can hold.
pub(super) struct CheckedPages {
    pub(super) pages: Box<dyn PageReader>,
    /// Whether values may be missing, so that a page begins with levels.
    pub(super) is_optional: bool,
}

impl PageReader for CheckedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let Some(page) = self.pages.get_next_page()? else {
            return Ok(None);
        };
        if has_possible_value_count(&page, self.is_optional) {
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

fn has_possible_value_count(page: &Page, is_optional: bool) -> bool {
    if let Page::DictionaryPage { .. } = page {
        // A value takes a byte at least.
        let bytes = page.buffer().len() as u64;
        return u64::from(page.num_values()) <= bytes.min(MAX_VALUES);
    }
    let limit = u64::from(page.num_values()).min(MAX_VALUES);
    let lists = match page.encoding() {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
        Encoding::DELTA_BYTE_ARRAY => 2,
        _ => return true,
    };
    let mut rest = values(page, is_optional);
    for _ in 0..lists {
        match rest.and_then(delta_list_length) {
            Some((length, after)) if length <= limit => rest = Some(after),
            _ => return false,
        }
    }
    true
}

/// What stands behind the levels of a data page.
fn values(page: &Page, is_optional: bool) -> Option<&[u8]> {
    let bytes = page.buffer().as_ref();
    let levels = match page {
        Page::DataPageV2 {
            def_levels_byte_len,
            rep_levels_byte_len,
            ..
        } => def_levels_byte_len.checked_add(*rep_levels_byte_len)? as usize,
        _ if !is_optional => 0,
        Page::DataPage {
            def_level_encoding: Encoding::RLE,
            ..
        } => {
            let length = u32::from_le_bytes(*bytes.first_chunk()?);
            4 + usize::try_from(length).ok()?
        }
        // The older encoding: a bit a value.
        _ => page.num_values().div_ceil(8) as usize,
    };
    bytes.get(levels..)
}

/// How many numbers a delta-encoded list has (Parquet, Encodings, DELTA_BINARY_PACKED), and what follows
/// it; none where it is broken.
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

/// A number of seven bits a byte, the lowest first, and what follows it.
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
