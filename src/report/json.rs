//! One JSON document, laid out so that line tools work on it: one cluster, match or fault a line.

use super::encode::encode;
use super::{Excerpts, Renderer, Report};
use serde::Serialize;
use std::io::{self, Write};

/// Writes [`Report`] as one JSON document; its schema is [`super::schema`].
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Renderer for Json {
    fn render(&self, report: &Report, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        let mut document = Document::begin(out)?;
        document.value("schema_version", &report.schema_version)?;
        document.value("tool", &report.tool)?;
        document.value("parameters", &report.parameters)?;
        document.value("summary", &report.summary)?;
        document.list("clusters", &report.clusters)?;
        document.list("matches", &report.matches)?;
        document.list("boilerplate", &report.boilerplate)?;
        document.list("skipped", &report.skipped)?;
        document.list("warnings", &report.warnings)?;
        if let Some(timings) = &report.timings {
            document.list("timings", timings)?;
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

    /// A field whose items stand one on a line.
    fn list<T: Serialize>(&mut self, name: &str, items: &[T]) -> io::Result<()> {
        self.name(name)?;
        let mut before: &[u8] = b"[\n    ";
        for item in items {
            self.out.write_all(before)?;
            self.write(item)?;
            before = b",\n    ";
        }
        let end: &[u8] = if items.is_empty() { b"[]" } else { b"\n  ]" };
        self.out.write_all(end)
    }

    fn name(&mut self, name: &str) -> io::Result<()> {
        let before = if self.first { "" } else { ",\n" };
        self.first = false;
        write!(self.out, "{before}  \"{name}\": ")
    }

    fn write<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        encode(&mut self.buffer, value)?;
        self.out.write_all(&self.buffer)
    }

    fn end(self) -> io::Result<()> {
        self.out.write_all(b"\n}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{empty, hostile, sample, timed};

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
