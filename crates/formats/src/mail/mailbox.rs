//! Divides a mailbox into messages.

use memchr::memmem;
use std::borrow::Cow;

/// How the line before each message begins.
const MARK: &[u8] = b"From ";

/// One message of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    /// The line before the message, the message, and the empty line after it.
    pub(super) bytes: &'a [u8],
    /// The message.
    pub(super) message: &'a [u8],
    /// The offset of `bytes` in the mailbox.
    pub(super) offset: usize,
    /// The number of lines before `bytes`.
    pub(super) line: u64,
}

/// True if a text begins like a mailbox: the address of a sender and a date, then a header field.
pub(super) fn begins_mailbox(text: &str) -> bool {
    let mut lines = text.lines();
    let is_mark = lines.next().is_some_and(|line| {
        let ends_in_year = line
            .trim_end()
            .ends_with(|last: char| last.is_ascii_digit());
        line.starts_with("From ") && line.split_whitespace().count() >= 6 && ends_in_year
    });
    let field = lines.next().and_then(|line| line.split_once(':'));
    is_mark && field.is_some_and(|(name, _)| !name.contains(char::is_whitespace))
}

/// The messages of a mailbox. What comes before the first one belongs to none.
pub(super) fn entries(mailbox: &[u8]) -> impl Iterator<Item = Entry<'_>> {
    let mut begin = first_mark(mailbox);
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
        let message = memchr::memchr(b'\n', bytes).and_then(|at| bytes.get(at + 1..));
        Some(Entry {
            bytes,
            message: message.unwrap_or_default(),
            offset,
            line,
        })
    })
}

fn first_mark(mailbox: &[u8]) -> Option<usize> {
    if mailbox.starts_with(MARK) {
        Some(0)
    } else {
        next_mark(mailbox)
    }
}

/// The next line that begins a message: it follows an empty line.
fn next_mark(bytes: &[u8]) -> Option<usize> {
    memmem::find_iter(bytes, b"\nFrom ")
        .find(|at| {
            let before = bytes.get(..*at).unwrap_or_default();
            before.ends_with(b"\n") || before.ends_with(b"\n\r")
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
