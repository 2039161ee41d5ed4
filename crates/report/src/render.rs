//! What every output format offers, and the list of them.

#[cfg(feature = "parquet")]
use crate::Parquet;
use crate::{
    Csv, DocumentLocations, EmbeddedTexts, FindingKind, Github, Html, Json, JsonLines, Junit,
    Pairs, ReportView, Sarif, Text,
};
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
    fn render(
        &self,
        report: &dyn ReportView,
        excerpts: &Excerpts,
        out: &mut dyn Write,
    ) -> io::Result<()>;
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
    /// A table of members, for spreadsheets.
    Csv,
    /// A table of members, for data frames.
    #[cfg(feature = "parquet")]
    Parquet,
    /// A table of matches, tab-separated.
    Pairs,
    /// Results for a forge.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// Test cases.
    Junit,
    /// A page to read in a browser.
    Html,
}

/// What a renderer may need beside the report.
#[derive(Clone, Copy, Debug)]
pub struct RenderOptions<'a> {
    /// What the place that shows it can do.
    pub style: TerminalStyle,
    /// Where documents stand; for the formats that [point at files](Format::needs_locations).
    pub locations: &'a DocumentLocations,
    /// Which copies fail the run.
    pub fail_on: Option<FindingKind>,
    /// The texts of its documents; for the formats that [show texts](Format::needs_texts).
    pub texts: &'a EmbeddedTexts,
}

/// What the place that shows the report can do; only formats for people style at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalStyle {
    /// Colours and weights, as ANSI escape sequences.
    pub ansi: bool,
    /// Columns.
    pub width: usize,
}

impl Default for TerminalStyle {
    fn default() -> Self {
        Self {
            ansi: false,
            width: 80,
        }
    }
}

impl Format {
    /// The renderer of this format.
    #[must_use]
    pub fn renderer<'a>(self, setting: &RenderOptions<'a>) -> Box<dyn Renderer + 'a> {
        let RenderOptions {
            style,
            texts,
            locations,
            fail_on,
        } = *setting;
        match self {
            Self::Text => Box::new(Text::new(style)),
            Self::Json => Box::new(Json),
            Self::Jsonl => Box::new(JsonLines),
            Self::Html => Box::new(Html { texts }),
            Self::Csv => Box::new(Csv),
            #[cfg(feature = "parquet")]
            Self::Parquet => Box::new(Parquet),
            Self::Pairs => Box::new(Pairs),
            Self::Sarif => Box::new(Sarif { locations, fail_on }),
            Self::Github => Box::new(Github { locations, fail_on }),
            Self::Junit => Box::new(Junit { locations, fail_on }),
        }
    }

    /// True where it says in which file, and where in it, a copy stands.
    #[must_use]
    pub fn needs_locations(self) -> bool {
        matches!(self, Self::Sarif | Self::Github | Self::Junit)
    }

    /// True where it is no text, which nobody wants on a terminal.
    #[must_use]
    pub fn is_binary(self) -> bool {
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet => true,
            _ => false,
        }
    }

    /// True where documents are read side by side.
    #[must_use]
    pub fn needs_texts(self) -> bool {
        self == Self::Html
    }

    /// True for people, who want to see how a story begins.
    #[must_use]
    pub fn needs_excerpts(self) -> bool {
        matches!(self, Self::Text | Self::Html)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{check_golden, empty, hostile, locations, sample};
    use crate::{FindingKind, Report};

    fn render(report: &Report, excerpts: &Excerpts, format: Format) -> String {
        let mut out = Vec::new();
        let setting = RenderOptions {
            style: TerminalStyle::default(),
            locations: &locations(),
            fail_on: Some(FindingKind::Near),
            texts: &EmbeddedTexts::default(),
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
                ("csv", Format::Csv),
                ("tsv", Format::Pairs),
                ("sarif", Format::Sarif),
                ("github", Format::Github),
                ("xml", Format::Junit),
            ] {
                let output = render(&report, &excerpts, format);
                let ends = output.is_empty() || output.ends_with('\n');
                assert!(ends, "{name}.{extension}: {output:?}");
                check_golden(&format!("testdata/{name}.{extension}"), &output);
            }
        }
    }

    #[test]
    fn no_format_lets_a_control_character_through() {
        let (report, excerpts) = hostile();
        for format in [
            Format::Text,
            Format::Json,
            Format::Jsonl,
            Format::Html,
            Format::Csv,
            Format::Pairs,
            Format::Sarif,
            Format::Github,
            Format::Junit,
        ] {
            let output = render(&report, &excerpts, format);
            let allowed = |c| c == '\n' || c == '\t' && format == Format::Pairs;
            assert!(
                !output.contains(|c: char| c.is_control() && !allowed(c)),
                "{format:?}: {output:?}"
            );
        }
    }
}
