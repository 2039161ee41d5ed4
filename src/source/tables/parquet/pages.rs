//! The pages of a column, checked before a decoder trusts what they promise.

use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::errors::{ParquetError, Result};

/// Values that a dictionary may have. The decoder makes room for as many as are promised.
const DICTIONARY_VALUES: u32 = 1 << 24;

/// Pages none of which promises more values than it has bytes for.
pub(super) struct Checked(pub(super) Box<dyn PageReader>);

impl PageReader for Checked {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.0.get_next_page()?;
        page.map(check).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.0.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.0.skip_next_page()
    }
}

impl Iterator for Checked {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

/// A value of a dictionary takes a byte at least.
fn check(page: Page) -> Result<Page> {
    match &page {
        Page::DictionaryPage {
            buf, num_values, ..
        } if *num_values > DICTIONARY_VALUES || *num_values as usize > buf.len() => {
            let promised = format!("a dictionary of {num_values} values in {} bytes", buf.len());
            Err(ParquetError::General(promised))
        }
        _ => Ok(page),
    }
}
