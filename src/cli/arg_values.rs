//! Values of options that clap parses, and their counterparts in the library.

use clap::ValueEnum;
use dedupe_formats::HtmlText;
use dedupe_report as report;

/// `--keep`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeepArg {
    /// Has the whole story and the least other text
    Best,
    /// Has the earliest date
    Earliest,
    /// Has the most words
    Longest,
    /// Has the id that sorts first
    First,
}

impl From<KeepArg> for report::Keep {
    fn from(keep: KeepArg) -> Self {
        match keep {
            KeepArg::Best => Self::Best,
            KeepArg::Earliest => Self::Earliest,
            KeepArg::Longest => Self::Longest,
            KeepArg::First => Self::First,
        }
    }
}

/// `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// Chosen by the extension of the output file; without one, text on a terminal and JSON elsewhere
    Auto,
    /// For people; long lists are cut
    Text,
    /// One JSON document; `dedupe schema` prints its schema
    Json,
    /// One JSON object per line, each with a type; the summary is last
    Jsonl,
    /// A page for the browser, with the texts side by side
    Html,
    /// One row per document of each story, for spreadsheets
    Csv,
    /// The same rows, for data frames
    #[cfg(feature = "parquet")]
    Parquet,
    /// One row per match, with tabs between columns
    Pairs,
    /// SARIF 2.1.0, for code hosting services
    Sarif,
    /// Annotations for GitHub Actions
    Github,
    /// Test cases, as XML
    Junit,
}

impl FormatArg {
    /// The format, or `None` for `auto`.
    pub(crate) fn explicit(self) -> Option<report::Format> {
        Some(match self {
            Self::Auto => return None,
            Self::Text => report::Format::Text,
            Self::Json => report::Format::Json,
            Self::Jsonl => report::Format::Jsonl,
            Self::Html => report::Format::Html,
            Self::Csv => report::Format::Csv,
            #[cfg(feature = "parquet")]
            Self::Parquet => report::Format::Parquet,
            Self::Pairs => report::Format::Pairs,
            Self::Sarif => report::Format::Sarif,
            Self::Github => report::Format::Github,
            Self::Junit => report::Format::Junit,
        })
    }
}

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorArg {
    /// Use colour on a terminal, unless NO_COLOR is set
    Auto,
    /// Always use colour
    Always,
    /// Never use colour
    Never,
}

/// `--fail-on`: the loosest kind of copy that fails a run. The closest kind is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum FailOn {
    /// Both have the same words
    Exact,
    /// Most of each document is in the other
    Near,
    /// Most of one document is in the other
    Contained,
    /// They share a passage
    Overlap,
}

impl From<FailOn> for report::Kind {
    fn from(limit: FailOn) -> Self {
        match limit {
            FailOn::Exact => Self::Exact,
            FailOn::Near => Self::Near,
            FailOn::Contained => Self::Contained,
            FailOn::Overlap => Self::Overlap,
        }
    }
}

/// `--html`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HtmlArg {
    /// The main text, without navigation, teasers and footers
    Article,
    /// All visible text, in order
    Whole,
}

impl From<HtmlArg> for HtmlText {
    fn from(html: HtmlArg) -> Self {
        match html {
            HtmlArg::Article => Self::Article,
            HtmlArg::Whole => Self::Whole,
        }
    }
}
