//! Divides a mailbox into messages.

use memchr::memmem;
use std::borrow::Cow;

/// How the line before each message begins.
const MARK: &[u8] = b"From ";

/// One message of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    /// The line before the message, if there is one, the message, and the empty line after it.
    pub(super) bytes: &'a [u8],
    /// The message.
    pub(super) message: &'a [u8],
    /// The offset of `bytes` in the mailbox.
    pub(super) offset: usize,
    /// The number of lines before `bytes`.
    pub(super) line: u64,
}

/// The byte order mark that some editors put before the first line.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The bytes that a line before a message and the name of the first header field may have together.
const MAX_MARK_BYTES: usize = 1024;

/// True if a text begins like a mailbox: the address of a sender and a date, then a header field.
pub(super) fn begins_mailbox(text: &[u8]) -> bool {
    let text = text.get(..MAX_MARK_BYTES).unwrap_or(text);
    let line = text.split(|byte| *byte == b'\n').next();
    let line = line.unwrap_or_default().trim_ascii_end();
    let words = line.split(u8::is_ascii_whitespace);
    line.starts_with(MARK)
        && words.filter(|word| !word.is_empty()).count() >= 6
        && line.last().is_some_and(u8::is_ascii_digit)
        && precedes_field(text)
}

/// True if the second line is a header field.
fn precedes_field(text: &[u8]) -> bool {
    let text = text.get(..MAX_MARK_BYTES).unwrap_or(text);
    let line = text.split(|byte| *byte == b'\n').nth(1);
    let line = line.unwrap_or_default();
    let name = memchr::memchr(b':', line).and_then(|end| line.get(..end));
    name.is_some_and(|name| !name.is_empty() && !name.iter().any(u8::is_ascii_whitespace))
}

/// The messages of a mailbox. What comes before the first line that begins a message is a message too, unless it is
/// blank: that line may be missing.
pub(super) fn entries(mailbox: &[u8]) -> impl Iterator<Item = Entry<'_>> {
    let mark = BYTE_ORDER_MARK.len() * usize::from(mailbox.starts_with(BYTE_ORDER_MARK));
    let unmarked = mailbox.get(mark..).unwrap_or_default();
    let first = match next_mark(unmarked) {
        _ if unmarked.starts_with(MARK) => 0,
        Some(first) if unmarked.get(..first).is_some_and(is_blank) => first,
        _ => 0,
    };
    let mut begin = Some(mark + first).filter(|_| !is_blank(unmarked));
    let mut counted = (0, 0);
    std::iter::from_fn(move || {
        let offset = begin?;
        let rest = mailbox.get(offset..)?;
        let end = next_mark(rest);
        begin = end.map(|end| offset + end);
        let bytes = rest.get(..end.unwrap_or(rest.len()))?;
        let (line_offset, mut line) = counted;
        let passed = mailbox.get(line_offset..offset).unwrap_or_default();
        line += memchr::memchr_iter(b'\n', passed).count() as u64;
        counted = (offset, line);
        let message = match bytes.starts_with(MARK) {
            true => memchr::memchr(b'\n', bytes).and_then(|at| bytes.get(at + 1..)),
            false => Some(bytes),
        };
        Some(Entry {
            bytes,
            message: message.unwrap_or_default(),
            offset,
            line,
        })
    })
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.trim_ascii().is_empty()
}

/// The next line that begins a message. A header field follows it. It follows an empty line or, in mailboxes whose
/// messages do not end with one, has a sender and a date.
fn next_mark(bytes: &[u8]) -> Option<usize> {
    memmem::find_iter(bytes, b"\nFrom ")
        .find(|at| {
            let before = bytes.get(..*at).unwrap_or_default();
            let line = bytes.get(at + 1..).unwrap_or_default();
            let is_after_empty = before.ends_with(b"\n") || before.ends_with(b"\n\r");
            is_after_empty && precedes_field(line) || begins_mailbox(line)
        })
        .map(|at| at + 1)
}

/// The message without the `>` that mail programs put before its own lines that begin with `From `.
pub(super) fn unquoted(message: &[u8]) -> Cow<'_, [u8]> {
    if memmem::find(message, b">From ").is_none() {
        return Cow::Borrowed(message);
    }
    let lines = message.split_inclusive(|byte| *byte == b'\n');
    let unquoted = lines.map(|line| {
        let quoted = line.iter().take_while(|byte| **byte == b'>').count();
        let is_quoted = quoted > 0
            && line
                .get(quoted..)
                .is_some_and(|rest| rest.starts_with(MARK));
        line.get(usize::from(is_quoted)..).unwrap_or_default()
    });
    Cow::Owned(unquoted.collect::<Vec<_>>().concat())
}
