//! The words that options take, as clap knows them, and what they mean to the library.

use clap::ValueEnum;
use dedupe_formats::HtmlText;
use dedupe_report as report;

/// `--keep`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeepArg {
    /// The one that carries the whole story with the least around it
    Best,
    /// The one with the earliest date
    Earliest,
    /// The one with the most words
    Longest,
    /// The one whose id sorts first
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
    /// Text on a terminal; for a file as its extension says; else JSON
    Auto,
    /// For people; long lists are cut
    Text,
    /// One JSON document; `dedupe schema` describes it
    Json,
    /// One JSON object a line, each with a type, the summary last
    Jsonl,
    /// A page to read in a browser
    Html,
    /// A table of members, for spreadsheets
    Csv,
    /// A table of members, for data frames
    #[cfg(feature = "parquet")]
    Parquet,
    /// A table of matches, set apart by tabs
    Pairs,
    /// Results for a forge (SARIF 2.1.0)
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// Test cases, as XML
    Junit,
}

impl FormatArg {
    /// The format named; none where the destination decides.
    pub(crate) fn named(self) -> Option<report::Format> {
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
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

/// `--fail-on`: the loosest relation that fails a run, closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum FailOn {
    /// The same words
    Exact,
    /// Most of each stands in the other
    Near,
    /// Most of one stands in the other
    Contained,
    /// A shared passage
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
    /// The main text
    Article,
    /// All that is visible
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
