//! One page that an editor opens in a browser: everything stands in it, and it asks for nothing.
//!
//! The page's own program and style are the files in `page/`; what it shows stands as JSON in elements that
//! no browser runs. `index` is the report with what the page needs to list it. The texts come in blocks of
//! some hundred kilobytes, deflated, so that a page of a hundred megabytes of text opens at once and
//! unpacks what is read.

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

/// Blocks that are made at a time.
const BLOCKS_PER_BATCH: usize = 64;

/// Writes a page for a browser.
#[derive(Clone, Copy, Debug)]
pub struct Html<'a> {
    /// The texts to read side by side.
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
        let page = PageAssets::new();
        let layout = BlockLayout::new(report, self.texts);
        out.write_all(page.head.as_bytes())?;
        let index = json(&PageIndex::new(report, excerpts, self.texts, &layout))?;
        data(out, "index", &index)?;
        let numbers: Vec<usize> = (0..layout.blocks.len()).collect();
        for numbers in numbers.chunks(BLOCKS_PER_BATCH) {
            let packed = numbers.par_iter().map(|&n| text_blocks::packed(&layout, n));
            let packed: Vec<io::Result<String>> = packed.collect();
            for (number, block) in numbers.iter().zip(packed) {
                data(out, &format!("block-{number}"), &json(&block?)?)?;
            }
        }
        out.write_all(page.foot.as_bytes())
    }
}

/// An element that holds data.
fn data(out: &mut dyn Write, id: &str, json: &[u8]) -> io::Result<()> {
    write!(out, "<script type=\"application/json\" id=\"{id}\">")?;
    out.write_all(json)?;
    out.write_all(b"</script>\n")
}

/// JSON without the one character that could end the element it stands in.
fn json<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
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
