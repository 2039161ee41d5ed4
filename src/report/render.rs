//! What every output format offers, and the list of them.

use super::{Html, Json, JsonLines, Report, Text, Texts};
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
    /// A page to read in a browser.
    Html,
}

/// What a renderer may need beside the report.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// What the place that shows it can do.
    pub look: Look,
    /// The texts of its documents; for the formats that [show texts](Format::shows_texts).
    pub texts: &'a Texts,
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
    pub fn renderer<'a>(self, setting: &Setting<'a>) -> Box<dyn Renderer + 'a> {
        let Setting { look, texts } = *setting;
        match self {
            Self::Text => Box::new(Text::new(look)),
            Self::Json => Box::new(Json),
            Self::Jsonl => Box::new(JsonLines),
            Self::Html => Box::new(Html { texts }),
        }
    }

    /// True where documents are read side by side.
    #[must_use]
    pub fn shows_texts(self) -> bool {
        self == Self::Html
    }

    /// True for people, who want to see how a story begins.
    #[must_use]
    pub fn shows_excerpts(self) -> bool {
        matches!(self, Self::Text | Self::Html)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{check_golden, empty, hostile, sample};

    fn render(report: &Report, excerpts: &Excerpts, format: Format) -> String {
        let mut out = Vec::new();
        let setting = Setting {
            look: Look::default(),
            texts: &Texts::default(),
        };
        let renderer = format.renderer(&setting);
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
        for format in [Format::Text, Format::Json, Format::Jsonl, Format::Html] {
            let output = render(&report, &excerpts, format);
            assert!(
                !output.contains(|c: char| c.is_control() && c != '\n'),
                "{format:?}: {output:?}"
            );
        }
    }
}
