//! Limits on the structure of a message. The parser of mail keeps all header fields and parts, looks for the parts of a
//! container up to the end of the file, and frees messages inside messages by recursion. So a few bytes of header can cost a
//! hundred times as much memory, time in the square of the size, or the stack.
//!
//! The header fields of parts are recognised by their names only, wherever they are: a field that the parser would not
//! see counts too. The limits are far above what mail has.

use crate::error::ReadError;
use memchr::{memchr, memchr_iter, memchr3, memmem, memrchr};

/// Lines that may be header fields or begin parts: those with a colon or two hyphens.
const MAX_LINES: usize = 100_000;
/// Parts that hold other parts: multipart entities and messages.
const MAX_CONTAINERS: usize = 500;
/// The product of the number of these parts and the size of the message, in bytes: about two seconds.
const MAX_SEARCHED_BYTES: u64 = 4 << 30;
/// Parameters of a content type, which each have an equals sign. The parser compares each with all before it.
const MAX_PARAMETERS: usize = 100;
/// Addresses in the fields that name the author.
const MAX_AUTHORS: usize = 10_000;
/// The size up to which a digest may have encoded parts. The parser decodes a message in a digest, and its structure is not
/// checked.
const MAX_ENCODED_DIGEST_BYTES: usize = 1 << 20;

/// A header field that decides what the parser does with the rest.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    /// The type of a part, or how it is shown.
    Type,
    Encoding,
    Author,
}

/// What the fields of one header say so far.
#[derive(Default)]
struct Header {
    has_message: bool,
    has_encoding: bool,
    /// The end of the last field.
    end: usize,
}

/// Fields by their names, backwards.
const FIELDS: [(&[u8], Field); 4] = [
    (b"epyt-tnetnoc", Field::Type),
    (b"noitisopsid-tnetnoc", Field::Type),
    (b"gnidocne-refsnart-tnetnoc", Field::Encoding),
    (b"morf", Field::Author),
];

/// Fails if the parser would need far more time or memory than the size of the message suggests. Takes time linear in it.
pub(super) fn check(message: &[u8]) -> Result<(), ReadError> {
    let too_complex = |what| Err(ReadError::MailTooComplex(what));
    let lines = message.split(|&byte| byte == b'\n');
    let may_matter =
        |line: &&[u8]| memchr(b':', line).is_some() || memmem::find(line, b"--").is_some();
    if lines.filter(may_matter).count() > MAX_LINES {
        return too_complex("too many header fields or parts");
    }
    let mut containers = 0;
    let mut authors = 0;
    let (mut is_digest, mut is_encoded) = (false, false);
    let mut header = Header::default();
    for colon in memchr_iter(b':', message) {
        // A colon in the value of a field begins no other field.
        let Some(field) = (colon >= header.end)
            .then(|| field_before(message, colon))
            .flatten()
        else {
            continue;
        };
        let value = value_after(message, colon);
        let end = colon + value.len();
        if has_empty_line(message.get(header.end..colon).unwrap_or_default()) {
            header = Header::default();
        }
        header.end = end;
        match field {
            Field::Type => {
                if memchr_iter(b'=', value).count() > MAX_PARAMETERS {
                    return too_complex("a content type has too many parameters");
                }
                let kind = without_parameters(value);
                let is_message = contains(kind, b"message");
                header.has_message |= is_message;
                is_digest |= contains(kind, b"digest");
                containers += usize::from(is_message || contains(kind, b"multipart"));
            }
            Field::Encoding => {
                // The parser decodes encoded words, which may spell the name of an encoding.
                let encodings: [&[u8]; 3] = [b"base64", b"quoted-printable", b"=?"];
                let has_encoding = encodings.iter().any(|name| contains(value, name));
                header.has_encoding |= has_encoding;
                is_encoded |= has_encoding;
            }
            Field::Author => authors += memchr::memchr3_iter(b',', b';', b'<', value).count(),
        }
        if header.has_message && header.has_encoding {
            return too_complex("a message in it is encoded");
        }
    }
    let searched = (containers as u64).saturating_mul(message.len() as u64);
    if containers > MAX_CONTAINERS || searched > MAX_SEARCHED_BYTES {
        return too_complex("too many parts hold other parts");
    }
    if authors > MAX_AUTHORS {
        return too_complex("too many authors");
    }
    if is_digest && is_encoded && message.len() > MAX_ENCODED_DIGEST_BYTES {
        return too_complex("a long digest has encoded parts");
    }
    Ok(())
}

/// The field whose name ends before a colon. As for the parser, white space in a name does not count.
fn field_before(message: &[u8], colon: usize) -> Option<Field> {
    let before = message.get(..colon)?.iter().rev();
    let in_line = before.take_while(|&&byte| byte != b'\n');
    let mut letters = in_line.filter(|byte| !byte.is_ascii_whitespace());
    let mut candidates = FIELDS;
    for at in 0.. {
        let letter = letters.next().map(u8::to_ascii_lowercase);
        let mut is_possible = false;
        for (name, field) in &mut candidates {
            match name.get(at) {
                // Compared up to its first letter.
                None if at == name.len() && !name.is_empty() => return Some(*field),
                Some(expected) if Some(*expected) == letter => is_possible = true,
                _ => *name = &[],
            }
        }
        if !is_possible {
            return None;
        }
    }
    None
}

/// The value after a colon, up to the end of its last line. Lines that begin with white space continue a value.
fn value_after(message: &[u8], colon: usize) -> &[u8] {
    let value = message.get(colon..).unwrap_or_default();
    let end = memchr_iter(b'\n', value)
        .find(|&at| !matches!(value.get(at + 1), Some(b' ' | b'\t')))
        .unwrap_or(value.len());
    value.get(..end).unwrap_or_default()
}

/// The value without its parameters, which may name a file `message.html`. All of it if a comment or a quotation mark could
/// hide where the parameters begin.
fn without_parameters(value: &[u8]) -> &[u8] {
    let end = memchr3(b';', b'(', b'"', value).filter(|&at| value.get(at) == Some(&b';'));
    end.and_then(|at| value.get(..at)).unwrap_or(value)
}

/// True if there is a line without a letter, which ends a header.
fn has_empty_line(bytes: &[u8]) -> bool {
    let (Some(begin), Some(end)) = (memchr(b'\n', bytes), memrchr(b'\n', bytes)) else {
        return false;
    };
    let lines = bytes.get(begin + 1..end);
    lines.is_some_and(|lines| {
        let mut lines = lines.split(|&byte| byte == b'\n');
        lines.any(|line| line.trim_ascii().is_empty())
    })
}

/// True if the value has a word, in lower case, anywhere.
fn contains(value: &[u8], word: &[u8]) -> bool {
    (value.windows(word.len())).any(|window| window.eq_ignore_ascii_case(word))
}
