//! The report as one JSON document, with one cluster, match or fault per line for line-based tools.

use crate::escaped_json::{append_json, encode_json};
use crate::{Excerpts, Renderer, ReportHeader, ReportView, parallel_items};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

/// Writes a [`Report`](crate::Report) as one JSON document. [`schema`](crate::schema()) returns its JSON Schema.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Renderer for Json {
    fn render(&self, report: &dyn ReportView, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        let header = report.header();
        let mut document = Document::begin(out)?;
        document.header(header)?;
        document.list("clusters", report.cluster_count(), |at| report.cluster(at))?;
        document.list("matches", report.match_count(), |at| report.match_at(at))?;
        document.slice("boilerplate", header.boilerplate)?;
        document.slice("skipped", header.skipped)?;
        document.slice("warnings", header.warnings)?;
        if let Some(timings) = header.timings {
            document.slice("timings", timings)?;
        }
        document.end()
    }
}

/// Writes a report whose clusters, matches and faults come one after the other, for programs that never have all of them.
/// The lists must come in the order of the fields of a [`Report`](crate::Report), after [`JsonItems::begin`].
#[derive(Debug)]
pub struct JsonItems<W: Write> {
    document: Document<W>,
    /// Items of the list that has begun.
    items: usize,
}

impl<W: Write> JsonItems<W> {
    /// Writes everything before the lists.
    ///
    /// # Errors
    ///
    /// `out` cannot be written to.
    pub fn begin(out: W, header: ReportHeader<'_>) -> io::Result<Self> {
        let mut document = Document::begin(out)?;
        document.header(header)?;
        Ok(Self { document, items: 0 })
    }

    /// Begins a list, such as `clusters`.
    ///
    /// # Errors
    ///
    /// The output cannot be written to.
    pub fn begin_list(&mut self, name: &str) -> io::Result<()> {
        self.items = 0;
        self.document.name(name)
    }

    /// Begins an item of the list with this JSON, or with a first part of it.
    ///
    /// # Errors
    ///
    /// The output cannot be written to.
    pub fn item(&mut self, json: &str) -> io::Result<()> {
        self.document.out.write_all(separator(self.items))?;
        self.items += 1;
        self.more(json)
    }

    /// Writes another part of the JSON of the same item.
    ///
    /// # Errors
    ///
    /// The output cannot be written to.
    pub fn more(&mut self, json: &str) -> io::Result<()> {
        self.document.out.write_all(json.as_bytes())
    }

    /// Ends a list.
    ///
    /// # Errors
    ///
    /// The output cannot be written to.
    pub fn end_list(&mut self) -> io::Result<()> {
        self.document.end_list(self.items)
    }

    /// Ends the report, and returns the output.
    ///
    /// # Errors
    ///
    /// The output cannot be written to.
    pub fn end(mut self) -> io::Result<W> {
        self.document.end()?;
        Ok(self.document.out)
    }
}

/// What comes before an item of a list.
fn separator(at: usize) -> &'static [u8] {
    if at == 0 { b"[\n    " } else { b",\n    " }
}

/// Writes a JSON object field by field.
#[derive(Debug)]
struct Document<W: Write> {
    out: W,
    /// Buffers one value, so that `out` gets one virtual call per value instead of one per token.
    buffer: Vec<u8>,
    first: bool,
}

impl<W: Write> Document<W> {
    fn begin(mut out: W) -> io::Result<Self> {
        out.write_all(b"{\n")?;
        Ok(Self {
            out,
            buffer: Vec::new(),
            first: true,
        })
    }

    /// Writes the fields before the lists.
    fn header(&mut self, header: ReportHeader<'_>) -> io::Result<()> {
        self.value("schema_version", &header.schema_version)?;
        self.value("tool", header.tool)?;
        self.value("parameters", header.parameters)?;
        self.value("summary", header.summary)
    }

    /// Writes a field on one line.
    fn value<T: Serialize>(&mut self, name: &str, value: &T) -> io::Result<()> {
        self.name(name)?;
        self.write(value)
    }

    /// Writes a field that is a list, one item per line.
    fn list<'i, T: Serialize + Clone + 'i>(
        &mut self,
        name: &str,
        length: usize,
        item: impl Fn(usize) -> io::Result<Cow<'i, T>> + Sync,
    ) -> io::Result<()> {
        self.name(name)?;
        parallel_items::write_items(length, &mut self.out, |at, text| {
            text.extend_from_slice(separator(at));
            append_json(text, &*item(at)?)
        })?;
        self.end_list(length)
    }

    /// Writes what comes after the items of a list.
    fn end_list(&mut self, length: usize) -> io::Result<()> {
        let end: &[u8] = if length == 0 { b"[]" } else { b"\n  ]" };
        self.out.write_all(end)
    }

    /// Writes a field that is a list in memory.
    fn slice<T: Serialize + Clone + Sync>(&mut self, name: &str, items: &[T]) -> io::Result<()> {
        self.list(name, items.len(), |at| Ok(Cow::Borrowed(&items[at])))
    }

    fn name(&mut self, name: &str) -> io::Result<()> {
        let before = if self.first { "" } else { ",\n" };
        self.first = false;
        write!(self.out, "{before}  \"{name}\": ")
    }

    fn write<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        encode_json(&mut self.buffer, value)?;
        self.out.write_all(&self.buffer)
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{empty, hostile, sample, timed};
    use crate::{Match, Report};

    #[test]
    fn writes_exactly_the_fields_of_the_report() {
        for (report, excerpts) in [sample(), empty(), hostile(), timed()] {
            let mut out = Vec::new();
            Json.render(&report, &excerpts, &mut out).unwrap();
            let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
            assert_eq!(read, serde_json::to_value(&report).unwrap());
            assert_eq!(serde_json::from_slice::<Report>(&out).unwrap(), report);
        }
    }

    #[test]
    fn long_lists_keep_their_order() {
        let (mut report, excerpts) = sample();
        let first = report.matches[0].clone();
        let nth = |words| Match {
            words,
            ..first.clone()
        };
        report.matches = (0..2500).map(nth).collect();
        let mut out = Vec::new();
        Json.render(&report, &excerpts, &mut out).unwrap();
        assert_eq!(serde_json::from_slice::<Report>(&out).unwrap(), report);
    }

    #[test]
    fn items_one_after_the_other_are_written_as_at_once() {
        for (report, excerpts) in [sample(), empty()] {
            let mut out = Vec::new();
            Json.render(&report, &excerpts, &mut out).unwrap();
            let mut items = JsonItems::begin(vec![], report.header()).unwrap();
            let list = |name: &str, list: &[String]| {
                items.begin_list(name).unwrap();
                for item in list {
                    let (begin, rest) = item.split_at(1);
                    items.item(begin).unwrap();
                    items.more(rest).unwrap();
                }
                items.end_list().unwrap();
            };
            each_list(&report, list);
            assert_eq!(items.end().unwrap(), out);
        }
    }

    /// Calls a function with the name of each list, and with its items as JSON.
    fn each_list(report: &Report, mut list: impl FnMut(&str, &[String])) {
        fn encoded<T: Serialize>(items: &[T]) -> Vec<String> {
            let text = |item: &T| {
                let mut buffer = vec![];
                append_json(&mut buffer, item).unwrap();
                String::from_utf8(buffer).unwrap()
            };
            items.iter().map(text).collect()
        }
        list("clusters", &encoded(&report.clusters));
        list("matches", &encoded(&report.matches));
        list("boilerplate", &encoded(&report.boilerplate));
        list("skipped", &encoded(&report.skipped));
        list("warnings", &encoded(&report.warnings));
    }

    #[test]
    fn writes_one_item_per_line() {
        let (report, excerpts) = sample();
        let mut out = Vec::new();
        Json.render(&report, &excerpts, &mut out).unwrap();
        let lines = String::from_utf8(out).unwrap();
        let clusters = lines.lines().filter(|l| l.contains("\"representative\":"));
        assert_eq!(clusters.count(), report.clusters.len());
        let matches = lines.lines().filter(|l| l.contains("\"longest_run\":"));
        assert_eq!(matches.count(), report.matches.len());
    }
}
