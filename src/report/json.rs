//! One JSON document, laid out so that line tools work on it: one cluster, match or fault a line.

use super::encode::encode;
use super::{Excerpts, Renderer, Report};
use rayon::prelude::*;
use serde::Serialize;
use std::io::{self, Write};

/// Items that are in memory as text at a time, and how many of them one thread encodes.
const AT_A_TIME: usize = 1024;
const OF_ONE_THREAD: usize = 128;

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

    /// A field whose items stand one on a line. They are encoded in parallel, some at a time.
    fn list<T: Serialize + Sync>(&mut self, name: &str, items: &[T]) -> io::Result<()> {
        self.name(name)?;
        let mut before: &[u8] = b"[\n    ";
        for some in items.chunks(AT_A_TIME) {
            let encoded: io::Result<Vec<Vec<u8>>> =
                some.par_chunks(OF_ONE_THREAD).map(lines).collect();
            for lines in encoded? {
                self.out.write_all(before)?;
                self.out.write_all(&lines)?;
                before = b",\n    ";
            }
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

/// Items as lines of a list, without the comma after the last one.
fn lines<T: Serialize>(items: &[T]) -> io::Result<Vec<u8>> {
    let (mut lines, mut buffer) = (Vec::new(), Vec::new());
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            lines.extend_from_slice(b",\n    ");
        }
        encode(&mut buffer, item)?;
        lines.extend_from_slice(&buffer);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Match;
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
    fn a_long_list_is_in_its_order() {
        let (mut report, excerpts) = sample();
        let first = report.matches[0].clone();
        let nth = |words| Match {
            words,
            ..first.clone()
        };
        report.matches = (0..2 * AT_A_TIME as u64 + 1).map(nth).collect();
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
