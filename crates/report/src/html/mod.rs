//! The report as one HTML page for a browser. The page is self-contained and makes no network requests.
//!
//! Its script and style are the files in `assets/`. Its data are JSON in `script` elements of a type that browsers
//! do not run. The element `about` has the inputs and the command, `index` the report without spans, and the data to
//! list it. The texts are in blocks of about 200 kB, compressed with DEFLATE. The page unpacks a block when a story in it is opened, so that a page
//! with 100 MB of text opens at once. The page is written one cluster and one block at a time.

mod about;
mod assets;
mod block_layout;
mod lineage;
mod member_pairs;
mod overlaps;
mod page_index;
mod text_blocks;
mod text_sources;
mod utf16_offsets;

pub use assets::BASE_STYLE;
pub use overlaps::listed_overlaps;

use crate::escaped_json::encode_json;
use crate::parallel_items::write_items;
use crate::{EmbeddedTexts, Excerpts, Provenance, Renderer, ReportView};
use assets::PageAssets;
use block_layout::{BlockLayout, PAGE_LIMITS};
use serde::Serialize;
use std::io::{self, Write};

/// The beginning of a `script` element with data, before its id.
const DATA: &str = "<script type=\"application/json\" id=\"";
const END_OF_DATA: &str = "</script>\n";

/// Writes a report as an HTML page.
#[derive(Clone, Copy, Debug)]
pub struct Html<'a> {
    /// Texts to show side by side.
    pub texts: &'a EmbeddedTexts,
    /// The inputs and the command, for the page to name.
    pub provenance: &'a Provenance,
}

impl Html<'_> {
    /// The content security policy that the page states. A server can send it in a header too.
    #[must_use]
    pub fn policy() -> String {
        assets::policy()
    }
}

impl Renderer for Html<'_> {
    fn render(
        &self,
        report: &dyn ReportView,
        excerpts: &Excerpts,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let assets = PageAssets::new();
        let layout = BlockLayout::new(report, self.texts, PAGE_LIMITS)?;
        out.write_all(assets.before_data.as_bytes())?;
        write!(out, "{DATA}about\">")?;
        out.write_all(&about::about(self.provenance)?)?;
        out.write_all(END_OF_DATA.as_bytes())?;
        write!(out, "{DATA}index\">")?;
        page_index::write_index(excerpts, &layout, out)?;
        out.write_all(END_OF_DATA.as_bytes())?;
        write_items(layout.blocks.len(), out, |number, page| {
            write!(page, "{DATA}block-{number}\">")?;
            let block = text_blocks::packed_block(&layout, number)?;
            page.extend_from_slice(&html_safe_json(&block)?);
            page.extend_from_slice(END_OF_DATA.as_bytes());
            Ok(())
        })?;
        out.write_all(assets.after_data.as_bytes())
    }
}

/// Encodes a value as JSON without `<`, so that the JSON cannot end its `script` element.
fn html_safe_json<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let mut json = Vec::new();
    encode_json(&mut json, value)?;
    let mut safe = Vec::with_capacity(json.len());
    for byte in json {
        match byte {
            b'<' => safe.extend_from_slice(b"\\u003c"),
            byte => safe.push(byte),
        }
    }
    Ok(safe)
}

#[cfg(test)]
mod tests;
