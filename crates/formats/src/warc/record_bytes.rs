//! Repairs the bytes of a record before it is parsed: the spelling of names in its header, and responses that a
//! server sent before the final one.

use std::ops::Range;

/// The names that the parser looks for in this spelling only.
const NAMES: &[&str] = &["WARC-Type", "Content-Type", "Content-Length"];

/// The record with the usual spelling of names, and with the final response of the server only.
pub(super) fn repaired(record: &[u8]) -> Vec<u8> {
    let mut repaired = record.to_vec();
    let Some(header) = header_bytes(record) else {
        return repaired;
    };
    spell_names(repaired.get_mut(..header).unwrap_or_default());
    let interim = interim_responses(record.get(header..).unwrap_or_default());
    repaired.drain(header..header + interim);
    repaired
}

/// True if the content of a record begins with the status line of an HTTP response.
pub(super) fn has_http_block(record: &[u8]) -> bool {
    let block = header_bytes(record).and_then(|header| record.get(header..));
    block.is_some_and(|block| block.starts_with(b"HTTP/"))
}

/// The length of a header with the empty line at its end.
fn header_bytes(record: &[u8]) -> Option<usize> {
    let end = |mark: &[u8]| memchr::memmem::find(record, mark).map(|at| at + mark.len());
    [end(b"\r\n\r\n"), end(b"\n\n")].into_iter().flatten().min()
}

/// Gives names the spelling that the parser expects. Case makes no difference in WARC.
fn spell_names(header: &mut [u8]) {
    for line in header.split_mut(|byte| *byte == b'\n') {
        let end = memchr::memchr(b':', line).unwrap_or(0);
        let name = line.get_mut(..end).unwrap_or_default();
        if let Some(usual) =
            (NAMES.iter()).find(|usual| usual.as_bytes().eq_ignore_ascii_case(name))
        {
            name.copy_from_slice(usual.as_bytes());
        }
    }
}

/// The length of the interim responses at the start of a block, such as `100 Continue` and `103 Early Hints`. Each has
/// a header only, and another response follows.
fn interim_responses(block: &[u8]) -> usize {
    let mut skipped = 0;
    loop {
        let rest = block.get(skipped..).unwrap_or_default();
        match interim_response(rest) {
            Some(response) => skipped += response.end,
            None => return skipped,
        }
    }
}

fn interim_response(block: &[u8]) -> Option<Range<usize>> {
    let status = block.strip_prefix(b"HTTP/")?;
    let code = status.iter().position(|byte| *byte == b' ')? + 1;
    let is_interim = status.get(code..code + 3)?.starts_with(b"1");
    let end = header_bytes(block).filter(|_| is_interim)?;
    block.get(end..)?.starts_with(b"HTTP/").then_some(0..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(record: &str, expected: &str) {
        let repaired = repaired(record.as_bytes());
        assert_eq!(String::from_utf8_lossy(&repaired), expected);
    }

    #[test]
    fn names_get_their_usual_spelling() {
        check(
            "WARC/1.0\r\nwarc-type: response\r\ncontent-LENGTH:4\r\nX: content-type\r\n\r\nwarc-type: a",
            "WARC/1.0\r\nWARC-Type: response\r\nContent-Length:4\r\nX: content-type\r\n\r\nwarc-type: a",
        );
        check("WARC/1.0\nwarc-type: x", "WARC/1.0\nwarc-type: x");
    }

    #[test]
    fn only_the_final_response_is_left() {
        let header = "WARC/1.0\r\nWARC-Type: response\r\n\r\n";
        let of = |block: &str| format!("{header}{block}");
        let last = "HTTP/1.1 200 OK\r\nA: b\r\n\r\nA page.";
        for before in [
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 100 Continue\n\nHTTP/2 103 Early Hints\r\nLink: </a>\r\n\r\n",
        ] {
            check(&of(&format!("{before}{last}")), &of(last));
        }
        for block in [
            last,
            "HTTP/1.1 101 Switching Protocols\r\n\r\nA page.",
            "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 is a protocol.",
            "HTTP/1.1",
            "HTTP/1.1 1",
        ] {
            check(&of(block), &of(block));
        }
    }
}
