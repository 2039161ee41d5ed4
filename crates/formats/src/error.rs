//! Reasons why an input was skipped or was read with a warning. Each has a code for programs and a
//! message for people.

use crate::compression::BombError;
use crate::fault::{Fault, FaultCode};
use std::io;

/// What went wrong with an input or a record.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("no such file or folder: check the spelling, and that it is mounted")]
    NotFound,
    #[error("the link leads nowhere: the file it points to does not exist")]
    Dangling,
    #[error("reading it is not permitted: check its owner and mode, and those of its folder")]
    NotReadable,
    #[error("expected a file or a folder, found {0}: such things are never opened")]
    NotRegular(&'static str),
    #[error("the link leads back to where it came from, and was not followed")]
    LinkLoop,
    #[error("the system could not read it: {0}")]
    Io(String),
    #[error("it is empty")]
    NoBytes,
    #[error("its text has no letter and no digit")]
    NoWord,
    #[error("expected text, found {0}: is it a picture, a program, or an archive?")]
    NotText(String),
    #[error("expected well-formed JSON, found {0}")]
    #[cfg(feature = "feeds")]
    BrokenJson(String),
    #[error("expected one JSON object on the line, found {0}")]
    NotJson(String),
    #[error(
        "expected one JSON object on the line, found {0}: name the format of standard input, such as \
         --input-format csv"
    )]
    NotJsonInput(String),
    #[error("expected a JSON object on the line, found another value")]
    NotObject,
    #[error("expected well-formed XML, found {0}")]
    #[cfg(feature = "feeds")]
    NotXml(String),
    #[error("expected a feed, found something else: {0}")]
    #[cfg(feature = "feeds")]
    NotFeed(String),
    #[error("expected agency items or a feed, found other {0}")]
    #[cfg(feature = "feeds")]
    NotNews(&'static str),
    #[error("it carries no text: is it a picture, a film, or a list of others?")]
    #[cfg(feature = "feeds")]
    NoBody,
    #[error("more than {limit} elements and texts: split the file")]
    #[cfg(feature = "feeds")]
    TooManyElements { limit: usize },
    #[error("expected {expected} columns as in the header, found {found}")]
    #[cfg(feature = "tables")]
    RowWidth { expected: u64, found: u64 },
    #[error("expected a table, found something else: {0}")]
    #[cfg(any(feature = "tables", feature = "parquet"))]
    NotTable(String),
    #[error(
        "a quote of this row is never closed, and takes in all that follows: close or double it"
    )]
    #[cfg(feature = "tables")]
    OpenQuote,
    #[error("none of the fields that carry the text is there, expected {0}: name the right one")]
    NoTextField(String),
    #[error("the text field is null")]
    TextNull,
    #[error("expected a string in the text field, found {0}")]
    TextNotString(&'static str),
    #[error("longer than the limit of {} for one document: raise the limit to read it", bytes(*limit))]
    TooLarge { limit: u64 },
    #[cfg(any(feature = "html", feature = "feeds"))]
    #[error(
        "its parts stand more than {limit} deep in one another: nothing that is meant to be read is made so"
    )]
    TooDeep { limit: usize },
    #[cfg(feature = "html")]
    #[error("{0}: no page that is meant to be read is made so")]
    TooComplex(&'static str),
    #[cfg(feature = "html")]
    #[error(
        "too many elements or escapes, or too deep, to tell the article from the rest: all of its text was read"
    )]
    WholePage,
    #[error("the {0} stream ends too early: what stood before the end was kept")]
    Truncated(&'static str),
    #[error("the {name} stream is broken ({detail}): what stood before the break was kept")]
    Corrupt { name: &'static str, detail: String },
    #[error(
        "decompressed, it is over {ratio} times as long: a decompression bomb; records before that were kept"
    )]
    Bomb { ratio: u64 },
    #[cfg(feature = "archives")]
    #[error("its members are a decompression bomb: the {unread} after that were not read")]
    AfterBomb { unread: usize },
    #[cfg(feature = "archives")]
    #[error("another member has the same name, and only the last of them can be read: rename one")]
    Shadowed,
    #[cfg(feature = "archives")]
    #[error("it is broken ({0}): nothing of it could be read")]
    Unreadable(String),
    #[cfg(feature = "archives")]
    #[error("it is an archive in an archive: decompress the outer one to read it")]
    NestedArchive,
    #[cfg(feature = "archives")]
    #[error("the {name} member cannot be read ({what}): decompress it by other means")]
    Unsupported { name: &'static str, what: String },
    #[cfg(feature = "warc")]
    #[error("the WARC record at byte {offset} is broken: {detail}")]
    BadRecord { offset: u64, detail: String },
    #[error("expected {name} data for its name, found something else")]
    NotCompressed { name: &'static str },
    #[error("expected {}, found {found}: it became shorter after it was listed", bytes(*expected))]
    Shrunk { expected: u64, found: u64 },
    #[error("the document could not be found a second time: the file changed after it was read")]
    Changed,
    #[error("not written in UTF-8: read as {0}, the encoding that fits best")]
    EncodingGuessed(&'static str),
    #[error("not valid UTF-8 all through: the bytes that are not were replaced")]
    BytesReplaced,
}

impl ReadError {
    /// The code of this error in reports.
    pub(crate) fn code(&self) -> FaultCode {
        match self {
            Self::NotFound | Self::Dangling => FaultCode::NotFound,
            Self::NotReadable => FaultCode::NotReadable,
            Self::NotRegular(_) => FaultCode::NotRegular,
            Self::LinkLoop => FaultCode::LinkLoop,
            Self::Io(_) => FaultCode::Io,
            Self::NoBytes | Self::NoWord => FaultCode::Empty,
            #[cfg(feature = "feeds")]
            Self::NotXml(_) => FaultCode::NotXml,
            #[cfg(feature = "feeds")]
            Self::NotFeed(_) => FaultCode::NotFeed,
            #[cfg(feature = "feeds")]
            Self::NotNews(_) => FaultCode::NotNews,
            #[cfg(feature = "feeds")]
            Self::NoBody => FaultCode::Empty,
            #[cfg(feature = "feeds")]
            Self::TooManyElements { .. } => FaultCode::TooLarge,
            #[cfg(feature = "tables")]
            Self::RowWidth { .. } => FaultCode::RowWidth,
            #[cfg(any(feature = "tables", feature = "parquet"))]
            Self::NotTable(_) => FaultCode::NotTable,
            #[cfg(feature = "tables")]
            Self::OpenQuote => FaultCode::OpenQuote,
            Self::NotText(_) => FaultCode::NotText,
            #[cfg(feature = "feeds")]
            Self::BrokenJson(_) => FaultCode::NotJson,
            Self::NotJson(_) | Self::NotJsonInput(_) => FaultCode::NotJson,
            Self::NotObject => FaultCode::NotObject,
            Self::NoTextField(_) => FaultCode::NoTextField,
            Self::TextNull => FaultCode::TextNull,
            Self::TextNotString(_) => FaultCode::TextNotString,
            Self::TooLarge { .. } => FaultCode::TooLarge,
            #[cfg(any(feature = "html", feature = "feeds"))]
            Self::TooDeep { .. } => FaultCode::TooDeep,
            #[cfg(feature = "html")]
            Self::TooComplex(_) => FaultCode::TooComplex,
            #[cfg(feature = "html")]
            Self::WholePage => FaultCode::WholePage,
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
            Self::NestedArchive => FaultCode::NestedArchive,
            #[cfg(feature = "archives")]
            Self::Unsupported { .. } => FaultCode::Unsupported,
            #[cfg(feature = "warc")]
            Self::BadRecord { .. } => FaultCode::BadRecord,
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

    /// The error as a fault of this path and line.
    pub(crate) fn at(&self, path: &str, line: Option<u64>) -> Fault {
        Fault {
            path: path.to_owned(),
            line,
            code: self.code(),
            reason: self.to_string(),
        }
    }
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
                Err(error) => Self::Io(error.to_string()),
            },
        }
    }
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

    /// A limit of 1 byte was once printed as "1 bytes".
    #[test]
    fn bytes_are_counted_in_words_that_fit() {
        for (limit, words) in [(1, "of 1 byte for"), (2, "of 2 bytes for")] {
            let message = ReadError::TooLarge { limit }.to_string();
            assert!(message.contains(words), "{message}");
        }
    }
}
