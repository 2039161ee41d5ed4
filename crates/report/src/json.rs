//! The report as one JSON document, with one cluster, match or fault per line for line-based tools.

use crate::escaped_json::{append_json, encode_json};
use crate::{Excerpts, Renderer, ReportView, parallel_items};
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
        document.value("schema_version", &header.schema_version)?;
        document.value("tool", header.tool)?;
        document.value("parameters", header.parameters)?;
        document.value("summary", header.summary)?;
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

/// Writes a JSON object field by field.
struct Document<'a> {
    out: &'a mut dyn Write,
    /// Buffers one value, so that `out` gets one virtual call per value instead of one per token.
    buffer: Vec<u8>,
    first: bool,
}

impl<'a> Document<'a> {
    fn begin(out: &'a mut dyn Write) -> io::Result<Self> {
        out.write_all(b"{\n")?;
        Ok(Self {
            out,
            buffer: Vec::new(),
            first: true,
        })
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
        parallel_items::write_items(length, self.out, |at, text| {
            text.extend_from_slice(if at == 0 { b"[\n    " } else { b",\n    " });
            append_json(text, &*item(at)?)
        })?;
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

    fn end(self) -> io::Result<()> {
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
