//! Reasons why an input was skipped or was read with a warning. Each has a code for programs and a
//! message for people.

use crate::compression::BombError;
use crate::fault::{Fault, FaultCode};
use crate::field_names::FieldNames;
use std::borrow::Cow;
use std::io;

/// What went wrong with an input or a record.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("no such file or folder; check the spelling and whether the drive is mounted")]
    NotFound,
    #[error("expected a file or folder, found an address of the web; download it first")]
    Address,
    #[error("standard input cannot be read a second time, because no copy of it was kept")]
    NoStdinCopy,
    #[error(
        "standard input cannot be read a second time, because its copy could not be written: {0}; choose \
         another folder with --temp-dir"
    )]
    StdinCopy(String),
    #[error("the file that this link points to does not exist; remove the link or correct it")]
    Dangling,
    #[error("permission denied; check the owner and mode of the file and of its folder")]
    NotReadable,
    #[error("expected a file or a folder, found {0}; it was not opened")]
    NotRegular(&'static str),
    #[error("the link leads back to one of its parent folders, so it was not followed")]
    LinkLoop,
    #[error(
        "the link leads out of the folder, so it was not followed; name the file, or use --follow"
    )]
    LinkOutside,
    #[error("the system could not read it: {0}")]
    Io(String),
    #[error("it is empty")]
    NoBytes,
    #[error("its text has no letter or digit")]
    NoWord,
    #[error("expected text, found {0}; it may be a picture, a program or an archive file")]
    NotText(String),
    #[error("expected text, found {name}; {advice}")]
    Foreign {
        name: &'static str,
        advice: &'static str,
    },
    #[error("invalid JSON: {}", quoted(.0))]
    BrokenJson(String),
    #[error("invalid JSON: {}; each line must be one JSON object", quoted(.0))]
    NotJson(String),
    #[error(
        "invalid JSON: {0}; if standard input is not JSON Lines, name its format, such as --input-format csv"
    )]
    NotJsonInput(String),
    #[error("expected a JSON object, found another JSON value; the line was skipped")]
    NotObject,
    #[error("invalid XML: {}", quoted(.0))]
    #[cfg(feature = "feeds")]
    NotXml(String),
    #[error("expected a feed, but it could not be parsed: {}", quoted(.0))]
    #[cfg(feature = "feeds")]
    NotFeed(String),
    #[error("expected news items or a feed, found other {0}")]
    #[cfg(feature = "feeds")]
    NotNews(&'static str),
    #[error("expected a mail message with a sender or a date, found other text")]
    #[cfg(feature = "mail")]
    NotMail,
    #[error("the item has no text; it may be a picture, a video or a list of items")]
    #[cfg(feature = "feeds")]
    NoBody,
    #[error("the file has more than {limit} elements and texts; split it into smaller files")]
    #[cfg(feature = "feeds")]
    TooManyElements { limit: usize },
    #[error("expected {expected} columns as in the header, found {found}; the row was skipped")]
    #[cfg(feature = "tables")]
    RowWidth { expected: u64, found: u64 },
    #[error(
        "expected {expected} columns as in the header, found {found}; the missing ones were left empty"
    )]
    #[cfg(feature = "tables")]
    ShortRow { expected: u64, found: u64 },
    #[error(
        "the quotation marks in this row are unbalanced, so they were read as text; double each \
         quotation mark inside a quoted cell"
    )]
    #[cfg(feature = "tables")]
    UnbalancedQuotes,
    #[error(
        "a quoted cell joins {lines} lines, and each of them looks like a row; if they are rows, close \
         the quotation mark in the first one"
    )]
    #[cfg(feature = "tables")]
    JoinedRows { lines: u64 },
    #[error("expected a table, but it could not be parsed: {}", quoted(.0))]
    #[cfg(any(feature = "arrow", feature = "parquet", feature = "tables"))]
    NotTable(String),
    #[error("two columns have the name {}, and a copy of a row could keep only one; rename one", quoted(.0))]
    #[cfg(any(feature = "arrow", feature = "parquet"))]
    RepeatedColumn(String),
    #[error(
        "a quotation mark in this row is never closed, so the row and all rows after it were \
         skipped; close the quotation mark or double it"
    )]
    #[cfg(feature = "tables")]
    OpenQuote,
    #[error("expected {wanted}, found {found}; name the text field with --text-field")]
    NoTextField { wanted: String, found: String },
    #[error(
        "expected news, found JSON with {found}; if one of its fields is the text, name it with --text-field"
    )]
    OtherJson { found: String },
    #[error("expected news, found JSON without objects")]
    NoObjects,
    #[error("expected one list of records, found several; save each list to its own file")]
    SeveralLists,
    #[error(
        "expected news, found a report of dedupe; to read or convert it, use: dedupe report FILE"
    )]
    SavedReport,
    #[error("expected a string in the text field, found null")]
    TextNull,
    #[error("expected a string in the text field, found {0}")]
    TextNotString(&'static str),
    #[error("expected at most {} per document, found more; raise the limit with --max-document-bytes", bytes(*limit))]
    TooLarge { limit: u64 },
    #[cfg(any(feature = "html", feature = "feeds"))]
    #[error("expected at most {limit} nested levels, found more; the document was skipped")]
    TooDeep { limit: usize },
    #[cfg(feature = "html")]
    #[error("the page is too complex to parse: {0}")]
    TooComplex(&'static str),
    #[cfg(feature = "mail")]
    #[error("the message is too complex to parse: {0}")]
    MailTooComplex(&'static str),
    #[cfg(feature = "html")]
    #[error(
        "the page is too complex to separate the article from the rest, so all of its text was read"
    )]
    WholePage,
    #[cfg(feature = "html")]
    #[error(
        "the page has navigation and notices but no article; use --html whole to read all of its text"
    )]
    NoArticle,
    #[error("the {0} data ends too early; at most what comes before the end was read")]
    Truncated(&'static str),
    #[error(
        "the {name} data is damaged ({}); only what comes before the damage was read",
        quoted(detail)
    )]
    Corrupt { name: &'static str, detail: String },
    #[error(
        "the decompressed data is more than {ratio} times as large as the file, which looks like a \
         decompression bomb; only what comes before the limit was read"
    )]
    Bomb { ratio: u64 },
    #[cfg(feature = "archives")]
    #[error(
        "the archive file looks like a decompression bomb; {unread} more members were not read"
    )]
    AfterBomb { unread: usize },
    #[cfg(feature = "archives")]
    #[error(
        "another member has the same name, and only the last one can be read; rename one of them"
    )]
    Shadowed,
    #[cfg(feature = "archives")]
    #[error("the archive file is damaged ({}), so nothing in it could be read", quoted(.0))]
    Unreadable(String),
    #[cfg(feature = "archives")]
    #[error("an archive file inside another one is not read; unpack the outer one first")]
    NestedArchive,
    #[cfg(feature = "archives")]
    #[error(
        "expected web archives in its folder `archive`, found none; unpack it if it holds other WACZ files"
    )]
    NoWebArchive,
    #[cfg(feature = "archives")]
    #[error("the {name} member cannot be read ({what}); unpack it with another program")]
    Unsupported { name: &'static str, what: String },
    #[cfg(feature = "warc")]
    #[error("the WARC record at byte {offset} is damaged: {}", quoted(detail))]
    BadRecord { offset: u64, detail: String },
    #[cfg(feature = "warc")]
    #[error("the body of this page is damaged or ends too early; the part before that was read")]
    CutBody,
    #[cfg(not(feature = "codecs"))]
    #[error(
        "reading {name} data needs the feature `codecs`, which this build lacks; decompress the file first"
    )]
    CodecMissing { name: &'static str },
    #[error(
        "expected {name} data because of the file name, found other binary data; correct the extension"
    )]
    NotCompressed { name: &'static str },
    #[error("expected {}, found {found}; the file became shorter during the run", bytes(*expected))]
    Shrunk { expected: u64, found: u64 },
    #[error(
        "the document could not be read a second time, because the file changed during the run"
    )]
    Changed,
    #[error("expected UTF-8, found other bytes; they were read as {0}, the most likely encoding")]
    EncodingGuessed(&'static str),
    #[error("some bytes are not valid UTF-8 and were replaced by U+FFFD")]
    BytesReplaced,
}

impl ReadError {
    /// The code of this error in reports.
    pub(crate) fn code(&self) -> FaultCode {
        match self {
            Self::NotFound | Self::Address | Self::NoStdinCopy | Self::Dangling => {
                FaultCode::NotFound
            }
            Self::NotReadable => FaultCode::NotReadable,
            Self::NotRegular(_) => FaultCode::NotRegular,
            Self::LinkLoop => FaultCode::LinkLoop,
            Self::LinkOutside => FaultCode::LinkOutside,
            Self::Io(_) | Self::StdinCopy(_) => FaultCode::Io,
            Self::NoBytes | Self::NoWord => FaultCode::Empty,
            #[cfg(feature = "feeds")]
            Self::NotXml(_) => FaultCode::NotXml,
            #[cfg(feature = "feeds")]
            Self::NotFeed(_) => FaultCode::NotFeed,
            #[cfg(feature = "feeds")]
            Self::NotNews(_) => FaultCode::NotNews,
            #[cfg(feature = "mail")]
            Self::NotMail => FaultCode::NotMail,
            #[cfg(feature = "feeds")]
            Self::NoBody => FaultCode::Empty,
            #[cfg(feature = "feeds")]
            Self::TooManyElements { .. } => FaultCode::TooLarge,
            #[cfg(feature = "tables")]
            Self::RowWidth { .. } | Self::ShortRow { .. } => FaultCode::RowWidth,
            #[cfg(feature = "tables")]
            Self::UnbalancedQuotes => FaultCode::OpenQuote,
            #[cfg(feature = "tables")]
            Self::JoinedRows { .. } => FaultCode::JoinedRows,
            #[cfg(any(feature = "arrow", feature = "parquet", feature = "tables"))]
            Self::NotTable(_) => FaultCode::NotTable,
            #[cfg(any(feature = "arrow", feature = "parquet"))]
            Self::RepeatedColumn(_) => FaultCode::NotTable,
            #[cfg(feature = "tables")]
            Self::OpenQuote => FaultCode::OpenQuote,
            Self::NotText(_) | Self::Foreign { .. } => FaultCode::NotText,
            Self::BrokenJson(_) => FaultCode::NotJson,
            Self::NotJson(_) | Self::NotJsonInput(_) => FaultCode::NotJson,
            Self::NotObject => FaultCode::NotObject,
            Self::NoTextField { .. } | Self::SeveralLists => FaultCode::NoTextField,
            Self::OtherJson { .. } | Self::SavedReport => FaultCode::NotNews,
            Self::NoObjects => FaultCode::NotNews,
            Self::TextNull => FaultCode::TextNull,
            Self::TextNotString(_) => FaultCode::TextNotString,
            Self::TooLarge { .. } => FaultCode::TooLarge,
            #[cfg(any(feature = "html", feature = "feeds"))]
            Self::TooDeep { .. } => FaultCode::TooDeep,
            #[cfg(feature = "html")]
            Self::TooComplex(_) => FaultCode::TooComplex,
            #[cfg(feature = "mail")]
            Self::MailTooComplex(_) => FaultCode::TooComplex,
            #[cfg(feature = "html")]
            Self::WholePage => FaultCode::WholePage,
            #[cfg(feature = "html")]
            Self::NoArticle => FaultCode::NoArticle,
            Self::Truncated(_) | Self::Shrunk { .. } => FaultCode::Truncated,
            Self::Corrupt { .. } | Self::NotCompressed { .. } => FaultCode::Corrupt,
            Self::Bomb { .. } => FaultCode::Bomb,
            #[cfg(feature = "archives")]
            Self::AfterBomb { .. } => FaultCode::Bomb,
            #[cfg(feature = "archives")]
            Self::Shadowed => FaultCode::DuplicateMember,
            #[cfg(feature = "archives")]
            Self::Unreadable(_) => FaultCode::Corrupt,
            #[cfg(feature = "archives")]
            Self::NoWebArchive => FaultCode::Empty,
            #[cfg(feature = "archives")]
            Self::NestedArchive => FaultCode::NestedArchive,
            #[cfg(feature = "archives")]
            Self::Unsupported { .. } => FaultCode::Unsupported,
            #[cfg(not(feature = "codecs"))]
            Self::CodecMissing { .. } => FaultCode::Unsupported,
            #[cfg(feature = "warc")]
            Self::BadRecord { .. } => FaultCode::BadRecord,
            #[cfg(feature = "warc")]
            Self::CutBody => FaultCode::Truncated,
            Self::EncodingGuessed(_) => FaultCode::EncodingGuessed,
            Self::Changed => FaultCode::Changed,
            Self::BytesReplaced => FaultCode::BytesReplaced,
        }
    }

    /// The error for JSON that exceeds the nesting limit of the parser, or `None` for other errors. The
    /// parser marks this error only by its message.
    #[cfg(feature = "feeds")]
    pub(crate) fn of_deep_json(error: &serde_json::Error) -> Option<Self> {
        let is_deep = error.to_string().starts_with("recursion limit exceeded");
        is_deep.then_some(Self::TooDeep { limit: 128 })
    }

    /// The error for a record or a table without a text field. Names up to 20 of its fields.
    pub(crate) fn no_text_field<'n>(
        names: &FieldNames<'_>,
        found: impl Iterator<Item = &'n str>,
    ) -> Self {
        let wanted = match names.given_text() {
            [] => "a text field".to_owned(),
            given => format!("a text field named {}", given.join(" or ")),
        };
        Self::NoTextField {
            wanted,
            found: field_list(found),
        }
    }

    /// The error as a fault of this path and line.
    pub(crate) fn at(&self, path: &str, line: Option<u64>) -> Fault {
        Fault {
            path: path.to_owned(),
            line,
            code: self.code(),
            reason: self.to_string(),
            count: 1,
        }
    }
}

/// The maximum number of fields in a message, and of characters of each.
const LISTED_FIELDS: usize = 20;
const LISTED_CHARACTERS: usize = 40;

/// The names of fields, for a message.
pub(crate) fn field_list<'n>(mut names: impl Iterator<Item = &'n str>) -> String {
    let listed: Vec<String> = (names.by_ref().take(LISTED_FIELDS))
        .map(|name| name.chars().take(LISTED_CHARACTERS).collect())
        .collect();
    match (listed.as_slice(), names.next()) {
        ([], _) => "no fields".to_owned(),
        ([one], _) => format!("only the field {one}"),
        (_, None) => format!("the fields {}", listed.join(", ")),
        (_, Some(_)) => format!("the fields {} and others", listed.join(", ")),
    }
}

/// The maximum number of bytes that a message quotes of an input or of a parser's message.
const QUOTED_BYTES: usize = 200;

/// A quotation for a message, cut if it is long.
#[must_use]
pub fn quoted(text: &str) -> Cow<'_, str> {
    if text.len() <= QUOTED_BYTES {
        return Cow::Borrowed(text);
    }
    let end = (0..=QUOTED_BYTES)
        .rev()
        .find(|at| text.is_char_boundary(*at));
    Cow::Owned(format!(
        "{}…",
        text.get(..end.unwrap_or(0)).unwrap_or_default()
    ))
}

/// A byte count with its unit.
fn bytes(count: u64) -> String {
    format!("{count} {}", if count == 1 { "byte" } else { "bytes" })
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::PermissionDenied => Self::NotReadable,
            io::ErrorKind::UnexpectedEof => Self::Truncated("input"),
            _ if is_link_loop(&error) => Self::LinkLoop,
            _ => match error.downcast::<BombError>() {
                Ok(bomb) => bomb.into(),
                Err(error) => Self::Io(without_number(&error.to_string())),
            },
        }
    }
}

/// What the system says of an error, without its number.
fn without_number(said: &str) -> String {
    said.split(" (os error ")
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[cfg(unix)]
fn is_link_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ELOOP)
}

#[cfg(not(unix))]
fn is_link_loop(_: &io::Error) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_at_most_200_bytes() {
        assert_eq!(quoted(&"a".repeat(200)).len(), 200);
        let long = "é".repeat(300);
        assert_eq!(quoted(&long), format!("{}…", "é".repeat(100)));
        assert!(ReadError::NotJson(long).to_string().len() < 300);
    }

    /// A limit of 1 byte was once printed as "1 bytes".
    #[test]
    fn uses_the_singular_for_one_byte() {
        for (limit, words) in [(1, "most 1 byte per"), (2, "most 2 bytes per")] {
            let message = ReadError::TooLarge { limit }.to_string();
            assert!(message.contains(words), "{message}");
        }
    }
}
