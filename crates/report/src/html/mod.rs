//! One page that an editor opens in a browser: everything stands in it, and it asks for nothing.
//!
//! The page's own program and style are the files in `page/`; what it shows stands as JSON in elements that
//! no browser runs. `index` is the report with what the page needs to list it. The texts come in blocks of
//! some hundred kilobytes, deflated, so that a page of a hundred megabytes of text opens at once and
//! unpacks what is read.

mod blocks;
mod index;
mod page;
mod pairs;
mod plan;
mod units;

use crate::encode::encode;
use crate::{Excerpts, Listing, Renderer, Texts};
use index::Index;
use page::Page;
use plan::Plan;
use rayon::prelude::*;
use serde::Serialize;
use std::io::{self, Write};

/// Blocks that are made at a time.
const AT_A_TIME: usize = 64;

/// Writes a page for a browser.
#[derive(Clone, Copy, Debug)]
pub struct Html<'a> {
    /// The texts to read side by side.
    pub texts: &'a Texts,
}

impl Renderer for Html<'_> {
    fn render(
        &self,
        report: &dyn Listing,
        excerpts: &Excerpts,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let report = report.whole()?;
        let page = Page::new();
        let plan = Plan::new(report, self.texts);
        out.write_all(page.head.as_bytes())?;
        let index = json(&Index::new(report, excerpts, self.texts, &plan))?;
        data(out, "index", &index)?;
        let numbers: Vec<usize> = (0..plan.blocks.len()).collect();
        for numbers in numbers.chunks(AT_A_TIME) {
            let packed = numbers.par_iter().map(|&n| blocks::packed(&plan, n));
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
    encode(&mut json, value)?;
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
