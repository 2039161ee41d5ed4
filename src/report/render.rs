//! What every output format offers, and the list of them.

use super::{Json, JsonLines, Report, Text};
use std::collections::HashMap;
use std::io::{self, Write};

/// The first words of each cluster's story, by cluster id; formats for programs have no use for it.
pub type Excerpts = HashMap<String, String>;

/// Writes a report in one format.
pub trait Renderer {
    /// Writes all of the report to `out`, in many small writes: hand it something buffered. Does not
    /// flush.
    ///
    /// # Errors
    ///
    /// Whatever `out` reports.
    fn render(&self, report: &Report, excerpts: &Excerpts, out: &mut dyn Write) -> io::Result<()>;
}

/// The formats a report is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON document, as its schema describes it.
    Json,
    /// One JSON object a line.
    Jsonl,
}

/// What the place that shows the report can do; only formats for people look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colours and weights, as ANSI escape sequences.
    pub style: bool,
    /// Columns.
    pub width: usize,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            style: false,
            width: 80,
        }
    }
}

impl Format {
    /// The renderer of this format.
    #[must_use]
    pub fn renderer(self, look: Look) -> Box<dyn Renderer> {
        match self {
            Self::Text => Box::new(Text::new(look)),
            Self::Json => Box::new(Json),
            Self::Jsonl => Box::new(JsonLines),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{check_golden, empty, hostile, sample};

    fn render(report: &Report, excerpts: &Excerpts, format: Format) -> String {
        let mut out = Vec::new();
        let renderer = format.renderer(Look::default());
        renderer.render(report, excerpts, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_format_gives_its_golden_output() {
        for (name, (report, excerpts)) in [
            ("sample", sample()),
            ("empty", empty()),
            ("hostile", hostile()),
        ] {
            for (extension, format) in [
                ("txt", Format::Text),
                ("json", Format::Json),
                ("jsonl", Format::Jsonl),
            ] {
                let output = render(&report, &excerpts, format);
                assert!(output.ends_with('\n'), "{name}.{extension}: {output:?}");
                check_golden(&format!("report/testdata/{name}.{extension}"), &output);
            }
        }
    }

    #[test]
    fn no_format_lets_a_control_character_through() {
        let (report, excerpts) = hostile();
        for format in [Format::Text, Format::Json, Format::Jsonl] {
            let output = render(&report, &excerpts, format);
            assert!(
                !output.contains(|c: char| c.is_control() && c != '\n'),
                "{format:?}: {output:?}"
            );
        }
    }
}
