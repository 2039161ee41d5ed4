//! Types and parsers of option values.

use bytesize::ByteSize;
use clap::ValueEnum;
use dedupe_formats::HtmlText;
use dedupe_report as report;
use std::ops::RangeInclusive;
use std::str::FromStr;

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
    /// Code quality issues for GitLab
    Gitlab,
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
            Self::Gitlab => report::Format::Gitlab,
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

/// `--max-skipped`: how many unreadable inputs are tolerated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum SkipLimit {
    /// This many.
    Count(usize),
    /// This share of all documents and unreadable inputs.
    Share(f64),
}

impl SkipLimit {
    /// True if a run may skip `skipped` inputs besides `documents` documents.
    pub(crate) fn tolerates(self, skipped: usize, documents: usize) -> bool {
        match self {
            Self::Count(limit) => skipped <= limit,
            Self::Share(limit) => skipped as f64 <= limit * (skipped + documents) as f64,
        }
    }
}

/// Returns a parser of whole numbers within these limits. `limits_in_words` is for its message.
pub(crate) fn whole_number<N: FromStr + PartialOrd + Clone>(
    limits: RangeInclusive<N>,
    limits_in_words: &'static str,
) -> impl Fn(&str) -> Result<N, String> + Clone {
    move |value| {
        let number = value.parse().ok().filter(|number| limits.contains(number));
        number.ok_or_else(|| format!("expected a whole number, {limits_in_words}"))
    }
}

/// Parses a number such as `5`, or a share such as `1%` or `0.01`.
pub(crate) fn skip_limit(value: &str) -> Result<SkipLimit, String> {
    if let Ok(count) = value.parse() {
        return Ok(SkipLimit::Count(count));
    }
    let share = match value.strip_suffix('%') {
        Some(percent) => percent.parse().map(|percent: f64| percent / 100.0),
        None => value.parse(),
    };
    match share {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(SkipLimit::Share(share)),
        _ => Err("expected a number such as 5, or a share such as 1% or 0.01".to_owned()),
    }
}

/// `--fail-on`: the loosest kind of copy that fails a run. The closest kind is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum FailOn {
    /// Both have the same words
    Exact,
    /// Both tell one story, in mostly the same words
    Near,
    /// One carries the story of the other, and much else
    Contained,
    /// Both tell one story, with less than half of their words in common
    Version,
    /// Both share a passage
    Overlap,
}

impl From<FailOn> for report::FindingKind {
    fn from(limit: FailOn) -> Self {
        match limit {
            FailOn::Exact => Self::Exact,
            FailOn::Near => Self::Near,
            FailOn::Contained => Self::Contained,
            FailOn::Version => Self::Version,
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

/// Smallest memory budget in bytes.
const MIN_MEMORY: u64 = 64_000_000;

/// Parses `--threshold`.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok();
    share
        .filter(|share| *share > 0.0 && *share <= 1.0)
        .ok_or_else(|| "expected a number above 0 and at most 1, such as 0.8".to_owned())
}

/// Parses `--max-document-bytes`.
pub(crate) fn document_bytes(text: &str) -> Result<u64, String> {
    let bytes = byte_size(text).filter(|bytes| *bytes > 0);
    bytes
        .ok_or_else(|| "expected a size such as 64M, 1.5GB or 4096, from 1 to 16000000T".to_owned())
}

/// Parses `--memory`.
pub(crate) fn memory_budget(text: &str) -> Result<u64, String> {
    let bytes = byte_size(text).filter(|bytes| *bytes >= MIN_MEMORY);
    bytes.ok_or_else(|| "expected a size such as 500M or 2G, from 64M to 16000000T".to_owned())
}

/// Parses a name in `--prefer`.
pub(crate) fn source_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() {
        return Err("expected names of sources or hosts, separated by commas".to_owned());
    }
    Ok(name.to_owned())
}

/// Parses a size such as `4096`, `64M`, `1.5GB` or `64MiB`. Units without an `i` are powers of 1000.
fn byte_size(text: &str) -> Option<u64> {
    let size: ByteSize = text.trim().parse().ok()?;
    // The parser returns the maximum for a size that does not fit.
    Some(size.as_u64()).filter(|bytes| *bytes < u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_of_1000_and_1024() {
        for (text, expected) in [
            ("0", Some(0)),
            ("4096", Some(4096)),
            ("100B", Some(100)),
            ("64M", Some(64_000_000)),
            ("64MB", Some(64_000_000)),
            ("64 mb", Some(64_000_000)),
            (" 64k ", Some(64_000)),
            ("64MiB", Some(64 << 20)),
            ("2GiB", Some(2 << 30)),
            ("1.5G", Some(1_500_000_000)),
            ("1T", Some(1_000_000_000_000)),
            ("", None),
            ("M", None),
            ("-1", None),
            ("1.2.3M", None),
            ("64X", None),
            ("iB", None),
            ("99999999999T", None),
            ("9.9e99", None),
        ] {
            assert_eq!(byte_size(text), expected, "{text:?}");
        }
    }

    #[test]
    fn values_have_limits() {
        assert_eq!(share("1"), Ok(1.0));
        for text in ["0", "1.01", "-1", "nan", "inf", "half", ""] {
            assert!(share(text).is_err(), "{text}");
        }
        assert_eq!(document_bytes("1"), Ok(1));
        assert!(document_bytes("0").is_err());
        assert_eq!(memory_budget("64M"), Ok(64_000_000));
        assert!(memory_budget("63999999").is_err());
        assert_eq!(source_name(" Agency "), Ok("Agency".to_owned()));
        assert!(source_name(" ").is_err());
    }
}
