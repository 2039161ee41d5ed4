//! The [`Renderer`] trait, the list of output formats, and the options of the renderers.

#[cfg(feature = "parquet")]
use crate::Parquet;
use crate::{
    Csv, DocumentLocations, EmbeddedTexts, Fault, FindingKind, Github, Gitlab, Html, Json,
    JsonLines, Junit, Pairs, Provenance, ReportView, Sarif, Text,
};
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

/// First words of each story, by cluster id. Only formats for people use them.
pub type Excerpts = HashMap<String, String>;

/// Writes a report in one format.
pub trait Renderer {
    /// Writes the whole report to `out`. It makes many small writes, so `out` should be buffered, and it
    /// does not flush.
    ///
    /// # Errors
    ///
    /// An error of `out`, or of `report` if its data cannot be read.
    fn render(
        &self,
        report: &dyn ReportView,
        excerpts: &Excerpts,
        out: &mut dyn Write,
    ) -> io::Result<()>;
}

/// The output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for people, for a terminal.
    Text,
    /// One JSON document; [`schema`](crate::schema()) describes it.
    Json,
    /// JSON Lines: one JSON object per line.
    Jsonl,
    /// CSV for spreadsheets: one row per cluster member.
    Csv,
    /// Parquet for data frames: one row per cluster member.
    #[cfg(feature = "parquet")]
    Parquet,
    /// Tab-separated values: one row per match.
    Pairs,
    /// SARIF for code-scanning services: one result per finding.
    Sarif,
    /// Workflow commands of GitHub Actions: one annotation per finding.
    Github,
    /// A code quality report of GitLab: one issue per finding.
    Gitlab,
    /// JUnit XML: one test case per finding.
    Junit,
    /// A page for a browser, with the texts side by side.
    Html,
}

/// Input of the renderers besides the report. Most formats use only part of it.
#[derive(Clone, Copy, Debug)]
pub struct RenderOptions<'a> {
    /// Colours and width, for [`Format::Text`].
    pub style: TerminalStyle,
    /// Locations of the documents, for formats that [need them](Format::needs_locations).
    pub locations: &'a DocumentLocations,
    /// Findings of this kind or a closer one fail the run. `None`: no finding does.
    pub fail_on: Option<FindingKind>,
    /// Inputs that were not read, if they fail the run, for [`Format::Junit`].
    pub unread: &'a [Fault],
    /// Texts of the documents, for formats that [need them](Format::needs_texts).
    pub texts: &'a EmbeddedTexts,
    /// The inputs and the command, for [`Format::Html`].
    pub provenance: &'a Provenance,
}

/// Colours and width of text output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalStyle {
    /// Whether to use ANSI escape sequences for colours and bold text.
    pub ansi: bool,
    /// Width in columns.
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
    /// Returns the renderer of this format.
    #[must_use]
    pub fn renderer<'a>(self, options: &RenderOptions<'a>) -> Box<dyn Renderer + 'a> {
        let RenderOptions {
            style,
            texts,
            locations,
            fail_on,
            unread,
            provenance,
        } = *options;
        match self {
            Self::Text => Box::new(Text::new(style)),
            Self::Json => Box::new(Json),
            Self::Jsonl => Box::new(JsonLines),
            Self::Html => Box::new(Html { texts, provenance }),
            Self::Csv => Box::new(Csv),
            #[cfg(feature = "parquet")]
            Self::Parquet => Box::new(Parquet),
            Self::Pairs => Box::new(Pairs),
            Self::Sarif => Box::new(Sarif { locations, fail_on }),
            Self::Github => Box::new(Github { locations, fail_on }),
            Self::Gitlab => Box::new(Gitlab { locations, fail_on }),
            Self::Junit => Box::new(Junit {
                locations,
                fail_on,
                unread,
            }),
        }
    }

    /// The format that the extension of a file stands for. `None` if no format has it. Case makes no difference.
    ///
    /// ```
    /// use dedupe_report::Format;
    /// assert_eq!(Format::of_path("report.HTML".as_ref()), Some(Format::Html));
    /// assert_eq!(Format::of_path("report".as_ref()), None);
    /// ```
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_ascii_lowercase();
        Some(match extension.to_str()? {
            "json" => Self::Json,
            "jsonl" | "ndjson" => Self::Jsonl,
            "txt" | "text" => Self::Text,
            "csv" => Self::Csv,
            #[cfg(feature = "parquet")]
            "parquet" => Self::Parquet,
            "tsv" => Self::Pairs,
            "sarif" => Self::Sarif,
            "xml" => Self::Junit,
            "html" | "htm" => Self::Html,
            _ => return None,
        })
    }

    /// Whether the format states the file and the position of each finding.
    #[must_use]
    pub fn needs_locations(self) -> bool {
        matches!(
            self,
            Self::Sarif | Self::Github | Self::Gitlab | Self::Junit
        )
    }

    /// Whether the output is binary and must not be written to a terminal.
    #[must_use]
    pub fn is_binary(self) -> bool {
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet => true,
            _ => false,
        }
    }

    /// Whether the format embeds the texts of the documents.
    #[must_use]
    pub fn needs_texts(self) -> bool {
        self == Self::Html
    }

    /// Whether the format shows the first words of each story.
    #[must_use]
    pub fn needs_excerpts(self) -> bool {
        matches!(self, Self::Text | Self::Html)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{check_golden, empty, hostile, locations, sample};
    use crate::{Cluster, FindingKind, Match, MatchHeader, Report, ReportHeader};
    use std::borrow::Cow;

    fn render(report: &dyn ReportView, excerpts: &Excerpts, format: Format) -> String {
        let mut out = Vec::new();
        let options = RenderOptions {
            style: TerminalStyle::default(),
            locations: &locations(),
            fail_on: Some(FindingKind::Near),
            unread: &[],
            texts: &EmbeddedTexts::default(),
            provenance: &Provenance::default(),
        };
        let renderer = format.renderer(&options);
        renderer.render(report, excerpts, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_format_matches_its_golden_file() {
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
                ("gitlab", Format::Gitlab),
                ("xml", Format::Junit),
            ] {
                let output = render(&report, &excerpts, format);
                let ends = output.is_empty() || output.ends_with('\n');
                assert!(ends, "{name}.{extension}: {output:?}");
                check_golden(&format!("testdata/{name}.{extension}"), &output);
            }
        }
    }

    /// A saved report may have any id for a cluster: the suite of a JUnit report had it as it was.
    #[test]
    fn no_format_for_people_or_ci_passes_control_characters_on() {
        let (mut report, excerpts) = hostile();
        report.clusters[0].id = "9\u{7f}\u{1b}[2J".into();
        for format in [
            Format::Text,
            Format::Html,
            Format::Csv,
            Format::Pairs,
            Format::Github,
            Format::Gitlab,
            Format::Junit,
        ] {
            let output = render(&report, &excerpts, format);
            let is_raw = |c: char| c.is_control() && c != '\n' && c != '\t';
            assert!(!output.contains(is_raw), "{format:?}: {output}");
        }
    }

    /// The formats that are text and are written piece by piece.
    const PIECEWISE: [Format; 9] = [
        Format::Json,
        Format::Jsonl,
        Format::Html,
        Format::Csv,
        Format::Pairs,
        Format::Sarif,
        Format::Github,
        Format::Gitlab,
        Format::Junit,
    ];

    /// A report that is too large to be in memory as a whole.
    struct Large(Report);

    impl ReportView for Large {
        fn header(&self) -> ReportHeader<'_> {
            self.0.header()
        }

        fn cluster_count(&self) -> usize {
            self.0.cluster_count()
        }

        fn match_count(&self) -> usize {
            self.0.match_count()
        }

        fn cluster(&self, index: usize) -> io::Result<Cow<'_, Cluster>> {
            self.0.cluster(index)
        }

        fn match_at(&self, index: usize) -> io::Result<Cow<'_, Match>> {
            self.0.match_at(index)
        }

        fn match_header(&self, index: usize) -> MatchHeader<'_> {
            self.0.match_header(index)
        }

        fn full_report(&self) -> io::Result<&Report> {
            Err(io::ErrorKind::OutOfMemory.into())
        }
    }

    /// The HTML page of 12,000 stories once took 260 MB.
    #[test]
    fn formats_other_than_text_never_need_the_whole_report() {
        for format in PIECEWISE {
            let (report, excerpts) = sample();
            let whole = render(&report, &excerpts, format);
            assert_eq!(render(&Large(report), &excerpts, format), whole);
        }
    }

    #[test]
    fn no_format_writes_control_characters_of_the_corpus() {
        let (report, excerpts) = hostile();
        for format in [&[Format::Text], &PIECEWISE[..]].concat() {
            let output = render(&report, &excerpts, format);
            let allowed = |c| c == '\n' || c == '\t' && format == Format::Pairs;
            assert!(
                !output.contains(|c: char| c.is_control() && !allowed(c)),
                "{format:?}: {output:?}"
            );
        }
    }
}
