//! The report as one HTML page for a browser. The page is self-contained and makes no network requests.
//!
//! Its script and style are the files in `assets/`. Its data are JSON in `script` elements of a type that browsers
//! do not run. The element `index` has the report without spans, and the data to list it. The texts are in blocks
//! of about 200 kB, compressed with DEFLATE. The page unpacks a block when a story in it is opened, so that a page
//! with 100 MB of text opens at once.

mod assets;
mod block_layout;
mod member_pairs;
mod page_index;
mod text_blocks;
mod utf16_offsets;

use crate::escaped_json::encode_json;
use crate::{EmbeddedTexts, Excerpts, Renderer, ReportView};
use assets::PageAssets;
use block_layout::BlockLayout;
use page_index::PageIndex;
use rayon::prelude::*;
use serde::Serialize;
use std::io::{self, Write};

/// Number of blocks to build at a time.
const BLOCKS_PER_BATCH: usize = 64;

/// Writes a report as an HTML page.
#[derive(Clone, Copy, Debug)]
pub struct Html<'a> {
    /// Texts to show side by side.
    pub texts: &'a EmbeddedTexts,
}

impl Renderer for Html<'_> {
    fn render(
        &self,
        report: &dyn ReportView,
        excerpts: &Excerpts,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let report = report.full_report()?;
        let assets = PageAssets::new();
        let layout = BlockLayout::new(report, self.texts);
        out.write_all(assets.before_data.as_bytes())?;
        let index = html_safe_json(&PageIndex::new(report, excerpts, self.texts, &layout))?;
        write_data(out, "index", &index)?;
        let numbers: Vec<usize> = (0..layout.blocks.len()).collect();
        for numbers in numbers.chunks(BLOCKS_PER_BATCH) {
            let packed = numbers
                .par_iter()
                .map(|&n| text_blocks::packed_block(&layout, n));
            let packed: Vec<io::Result<String>> = packed.collect();
            for (number, block) in numbers.iter().zip(packed) {
                write_data(out, &format!("block-{number}"), &html_safe_json(&block?)?)?;
            }
        }
        out.write_all(assets.after_data.as_bytes())
    }
}

/// Writes a `script` element with data.
fn write_data(out: &mut dyn Write, id: &str, json: &[u8]) -> io::Result<()> {
    write!(out, "<script type=\"application/json\" id=\"{id}\">")?;
    out.write_all(json)?;
    out.write_all(b"</script>\n")
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
