//! One JSON document, laid out so that line tools work on it: one cluster, match or fault a line.

use crate::escaped_json::{append_json, encode_json};
use crate::{Excerpts, Renderer, ReportView, parallel_items};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

/// Writes a [`Report`](crate::Report) as one JSON document; its schema is [`crate::schema`].
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Renderer for Json {
    fn render(&self, report: &dyn ReportView, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        let head = report.header();
        let mut document = Document::begin(out)?;
        document.value("schema_version", &head.schema_version)?;
        document.value("tool", head.tool)?;
        document.value("parameters", head.parameters)?;
        document.value("summary", head.summary)?;
        document.list("clusters", report.cluster_count(), |at| report.cluster(at))?;
        document.list("matches", report.match_count(), |at| report.match_at(at))?;
        document.all("boilerplate", head.boilerplate)?;
        document.all("skipped", head.skipped)?;
        document.all("warnings", head.warnings)?;
        if let Some(timings) = head.timings {
            document.all("timings", timings)?;
        }
        document.end()
    }
}

/// An object whose fields are written one after the other, each on lines of its own.
struct Document<'a> {
    out: &'a mut dyn Write,
    /// Holds one value at a time: a virtual call a value, not a virtual call a token.
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

    /// A field on one line.
    fn value<T: Serialize>(&mut self, name: &str, value: &T) -> io::Result<()> {
        self.name(name)?;
        self.write(value)
    }

    /// A field of so many items, one a line.
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

    /// The same of items that are at hand.
    fn all<T: Serialize + Clone + Sync>(&mut self, name: &str, items: &[T]) -> io::Result<()> {
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
    fn gives_every_field_of_the_report_and_no_other() {
        for (report, excerpts) in [sample(), empty(), hostile(), timed()] {
            let mut out = Vec::new();
            Json.render(&report, &excerpts, &mut out).unwrap();
            let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
            assert_eq!(read, serde_json::to_value(&report).unwrap());
            assert_eq!(serde_json::from_slice::<Report>(&out).unwrap(), report);
        }
    }

    #[test]
    fn a_long_list_is_in_its_order() {
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
    fn one_item_stands_on_one_line() {
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
