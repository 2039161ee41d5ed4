//! Faults: inputs that were skipped, and inputs that were read with a warning.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// An input that was skipped, or read with a warning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The displayed path of the file; bytes that are not UTF-8 are written as `%XX`.
    pub path: String,
    /// The line of the record, counted from 1.
    pub line: Option<u64>,
    /// The kind of fault, for programs.
    pub code: FaultCode,
    /// One sentence for people: what was expected and what was found.
    pub reason: String,
    /// How many faults the entry stands for: 1, except for the last entry of a kind of which a
    /// [`FaultList`](crate::FaultList) lists only the first ones.
    pub count: u64,
}

/// The kind of a [`Fault`]. Its text form, such as `not-json`, is part of the report's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultCode {
    /// The path does not exist.
    NotFound,
    /// The system denies access to the file or folder.
    NotReadable,
    /// The path is a device, a socket or a pipe.
    NotRegular,
    /// A link leads back to one of its own parent folders.
    LinkLoop,
    /// A link in a folder leads to a file outside the folder.
    LinkOutside,
    /// The system reported an error while the input was read.
    Io,
    /// The document has no word.
    Empty,
    /// The file is not well-formed XML.
    NotXml,
    /// The XML is not an RSS or Atom feed.
    NotFeed,
    /// The file has a format of news agencies but holds no news item.
    NotNews,
    /// The file or entry is not a mail message.
    NotMail,
    /// The document exceeds a size limit.
    TooLarge,
    /// A table row has more or fewer columns than the header.
    RowWidth,
    /// The file is not a table that can be read.
    NotTable,
    /// A quotation mark in a table is never closed.
    OpenQuote,
    /// A quoted cell of a table joins lines that look like rows.
    JoinedRows,
    /// The bytes are not text.
    NotText,
    /// The line or file is not well-formed JSON.
    NotJson,
    /// The JSON value is not an object.
    NotObject,
    /// The record has none of the text fields.
    NoTextField,
    /// The text field is null.
    TextNull,
    /// The text field is not a string.
    TextNotString,
    /// Elements or values are nested too deeply.
    TooDeep,
    /// The page asks for too much work to parse.
    TooComplex,
    /// The article could not be extracted, so the whole page was read.
    WholePage,
    /// The page has no article apart from navigation and notices.
    NoArticle,
    /// The article that was found first is a notice that other pages of the site have too, so another text was read.
    Notice,
    /// The stream ends early; the part before the end was kept.
    Truncated,
    /// The compressed or packed data is damaged; the part before the damage was kept.
    Corrupt,
    /// The data expands too far; the records before that were kept.
    Bomb,
    /// Another member of the archive has the same name.
    DuplicateMember,
    /// The member is an archive itself.
    NestedArchive,
    /// The member uses a feature that is not supported.
    Unsupported,
    /// The file changed between the first and the second reading.
    Changed,
    /// A WARC record is damaged.
    BadRecord,
    /// The encoding was guessed.
    EncodingGuessed,
    /// Bytes that are not valid UTF-8 were replaced.
    BytesReplaced,
    /// The publisher marks the item as not for publication.
    NotUsable,
    /// The date cannot be parsed; the document is treated as undated.
    BadDate,
    /// An earlier document has the same id, and this one was renamed; or this one takes the place of an unlike document of an
    /// index.
    DuplicateId,
    /// No document has the preferred source.
    UnknownSource,
    /// No record has a field of the given name.
    UnknownField,
}

impl FaultCode {
    /// Every code.
    pub const ALL: &[Self] = &[
        Self::NotFound,
        Self::NotReadable,
        Self::NotRegular,
        Self::LinkLoop,
        Self::LinkOutside,
        Self::Io,
        Self::Empty,
        Self::NotXml,
        Self::NotFeed,
        Self::NotNews,
        Self::NotMail,
        Self::TooLarge,
        Self::RowWidth,
        Self::NotTable,
        Self::OpenQuote,
        Self::JoinedRows,
        Self::NotText,
        Self::NotJson,
        Self::NotObject,
        Self::NoTextField,
        Self::TextNull,
        Self::TextNotString,
        Self::TooDeep,
        Self::TooComplex,
        Self::WholePage,
        Self::NoArticle,
        Self::Notice,
        Self::Truncated,
        Self::Corrupt,
        Self::Bomb,
        Self::DuplicateMember,
        Self::NestedArchive,
        Self::Unsupported,
        Self::Changed,
        Self::BadRecord,
        Self::EncodingGuessed,
        Self::BytesReplaced,
        Self::NotUsable,
        Self::BadDate,
        Self::DuplicateId,
        Self::UnknownSource,
        Self::UnknownField,
    ];

    /// The text form of the code, as it appears in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::NotReadable => "not-readable",
            Self::NotRegular => "not-regular",
            Self::LinkLoop => "link-loop",
            Self::LinkOutside => "link-outside",
            Self::Io => "io",
            Self::Empty => "empty",
            Self::NotXml => "not-xml",
            Self::NotFeed => "not-feed",
            Self::NotNews => "not-news",
            Self::NotMail => "not-mail",
            Self::TooLarge => "too-large",
            Self::RowWidth => "row-width",
            Self::NotTable => "not-table",
            Self::OpenQuote => "open-quote",
            Self::JoinedRows => "joined-rows",
            Self::NotText => "not-text",
            Self::NotJson => "not-json",
            Self::NotObject => "not-object",
            Self::NoTextField => "no-text-field",
            Self::TextNull => "text-null",
            Self::TextNotString => "text-not-string",
            Self::TooDeep => "too-deep",
            Self::TooComplex => "too-complex",
            Self::WholePage => "whole-page",
            Self::NoArticle => "no-article",
            Self::Notice => "notice",
            Self::Truncated => "truncated",
            Self::Corrupt => "corrupt",
            Self::Bomb => "bomb",
            Self::DuplicateMember => "duplicate-member",
            Self::NestedArchive => "nested-archive",
            Self::Unsupported => "unsupported",
            Self::Changed => "changed",
            Self::BadRecord => "bad-record",
            Self::EncodingGuessed => "encoding-guessed",
            Self::BytesReplaced => "bytes-replaced",
            Self::NotUsable => "not-usable",
            Self::BadDate => "bad-date",
            Self::DuplicateId => "duplicate-id",
            Self::UnknownSource => "unknown-source",
            Self::UnknownField => "unknown-field",
        }
    }

    /// False for inputs that were skipped as expected: documents without a word, pages without an article, and
    /// files of another kind that share their extension with news. They do not make a run incomplete.
    #[must_use]
    pub fn is_failure(self) -> bool {
        !matches!(self, Self::Empty | Self::NoArticle | Self::NotNews)
    }
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A code that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a fault code such as not-json, found {found:?}")]
pub struct UnknownFaultCode {
    /// The text that was parsed.
    pub found: String,
}

impl FromStr for FaultCode {
    type Err = UnknownFaultCode;

    fn from_str(text: &str) -> Result<Self, UnknownFaultCode> {
        let code = Self::ALL.iter().find(|code| code.as_str() == text);
        code.copied().ok_or_else(|| UnknownFaultCode {
            found: text.to_owned(),
        })
    }
}

/// Codes are ordered by their text form, as reports list them.
impl Ord for FaultCode {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for FaultCode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_code_has_its_own_text_and_parses_back() {
        let texts: BTreeSet<&str> = FaultCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), FaultCode::ALL.len());
        for code in FaultCode::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
        }
        let unknown = "not-a-code".parse::<FaultCode>().unwrap_err();
        assert!(unknown.to_string().contains("\"not-a-code\""));
    }

    #[test]
    fn faults_sort_by_path_then_line_then_the_text_of_the_code() {
        let fault = |path: &str, line, code| Fault {
            path: path.to_owned(),
            line,
            code,
            reason: String::new(),
            count: 1,
        };
        let sorted = [
            fault("a", None, FaultCode::NotFound),
            fault("a", Some(1), FaultCode::BadDate),
            fault("a", Some(1), FaultCode::NotJson),
            fault("a", Some(1), FaultCode::TextNull),
            fault("b", None, FaultCode::Io),
        ];
        assert!(sorted.is_sorted());
    }
}
