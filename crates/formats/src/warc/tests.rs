//! Web archives that the tests write, read end to end.

use super::*;
use crate::tests::{Corpus, gzip};
use crate::{Blocks, Document, Item, Options, reread};

#[cfg(feature = "html")]
const PAGE: &str =
    "<html><head><title>Basin closed</title></head><body><p>The council voted to close it.</p>";

/// A record of this type, with additional header lines.
fn record(kind: &str, header: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{kind}>\r\n\
         WARC-Date: 2026-11-20T08:00:00Z\r\n{header}Content-Length: {}\r\n\r\n",
        content.len()
    )
    .into_bytes();
    bytes.extend_from_slice(content);
    bytes.extend_from_slice(b"\r\n\r\n");
    bytes
}

/// The response of a server for a URL, with additional header lines.
fn response(url: &str, header: &str, body: &[u8]) -> Vec<u8> {
    let mut content = format!("HTTP/1.1 200 OK\r\n{header}\r\n").into_bytes();
    content.extend_from_slice(body);
    let address =
        format!("WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n");
    record("response", &address, &content)
}

#[cfg(feature = "html")]
fn page(url: &str) -> Vec<u8> {
    response(
        url,
        "Content-Type: text/html; charset=utf-8\r\n",
        PAGE.as_bytes(),
    )
}

fn text(url: &str, body: &str) -> Vec<u8> {
    response(url, "Content-Type: text/plain\r\n", body.as_bytes())
}

/// The items as strings: `URL DATE TITLE: TEXT` for documents, `CODE` for faults.
fn read(bytes: &[u8]) -> Vec<String> {
    let corpus = Corpus::of(&[("x.warc.gz", bytes)]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    let mut items = Vec::new();
    for block in Blocks::new(&found.inputs, &options) {
        block.read(&mut |item| {
            items.push(match item {
                Item::Document(document) => shown(&document),
                Item::Skipped(fault) => fault.code.to_string(),
                Item::Warning(fault) => format!("warning {}", fault.code),
                Item::Ignored => "ignored".to_owned(),
            });
        });
    }
    items
}

fn shown(document: &Document<'_>) -> String {
    let part = |part: &Option<Cow<'_, str>>| part.as_deref().unwrap_or("-").to_owned();
    let words: Vec<&str> = document.text.split_whitespace().take(3).collect();
    let (url, date, title) = (
        part(&document.url),
        part(&document.date),
        part(&document.title),
    );
    format!("{url} {date} {title}: {}", words.join(" "))
}

const DATE: &str = "2026-11-20T08:00:00Z";

#[cfg(feature = "html")]
#[test]
fn reads_responses_with_url_and_date() {
    let dated = PAGE.replace(
        "<title>",
        "<meta property=article:published_time content=2026-11-19><title>",
    );
    let html = "Content-Type: text/html\r\n";
    let chunked = format!("{:x}\r\n{PAGE}\r\n0\r\n\r\n", PAGE.len());
    let bytes = [
        record(
            "warcinfo",
            "Content-Type: application/warc-fields\r\n",
            b"software: none\r\n",
        ),
        page("https://a.example/"),
        response("https://b.example/", html, dated.as_bytes()),
        response(
            "https://c.example/",
            &format!("{html}Transfer-Encoding: chunked\r\n"),
            chunked.as_bytes(),
        ),
        response(
            "https://d.example/",
            &format!("{html}Content-Encoding: gzip\r\n"),
            &gzip(PAGE),
        ),
        response(
            "https://e.example/",
            "Content-Type: image/png\r\n",
            b"\x89PNG",
        ),
        record(
            "request",
            "Content-Type: application/http; msgtype=request\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
        ),
    ];
    let expected = [
        "ignored".to_owned(),
        format!("https://a.example/ {DATE} Basin closed: The council voted"),
        "https://b.example/ 2026-11-19 Basin closed: The council voted".to_owned(),
        format!("https://c.example/ {DATE} Basin closed: The council voted"),
        format!("https://d.example/ {DATE} Basin closed: The council voted"),
        "ignored".to_owned(),
        "ignored".to_owned(),
    ];
    assert_eq!(read(&bytes.concat()), expected);
    let members: Vec<Vec<u8>> = bytes.iter().map(gzip).collect();
    assert_eq!(read(&members.concat()), expected);
}

#[test]
fn reads_text_from_responses_resources_and_conversions() {
    let plain = "WARC-Target-URI: <https://b.example/>\r\nContent-Type: text/plain\r\n";
    let moved = text("https://d.example/", "gone")
        .windows(1)
        .flatten()
        .copied()
        .collect::<Vec<u8>>();
    let moved = String::from_utf8(moved)
        .unwrap()
        .replace("200 OK", "404 No");
    let bytes = [
        text("https://a.example/", "One two three."),
        record("resource", plain, b"Four five six."),
        record("conversion", plain, b"Seven eight nine."),
        moved.into_bytes(),
    ];
    assert_eq!(
        read(&bytes.concat()),
        [
            format!("https://a.example/ {DATE} -: One two three."),
            format!("https://b.example/ {DATE} -: Four five six."),
            format!("https://b.example/ {DATE} -: Seven eight nine."),
            "ignored".to_owned(),
        ]
    );
}

#[test]
fn continues_after_a_damaged_record() {
    let (a, b) = (
        text("https://a.example/", "One two three."),
        text("https://b.example/", "Four."),
    );
    let first = format!("https://a.example/ {DATE} -: One two three.");
    let second = format!("https://b.example/ {DATE} -: Four.");
    let check = |middle: &[u8], code: &str| {
        let found = read(&[&a, middle, &b].concat());
        assert_eq!(
            found,
            [first.clone(), code.to_owned(), second.clone()],
            "{code}"
        );
    };
    check(b"nonsense that is no record\r\n\r\n", "bad-record");
    check(b"WARC/1.0\r\nWARC-Type: response\r\n\r\n\r\n", "bad-record");
    check(
        b"WARC/1.0\r\nContent-Length: many\r\n\r\n\r\n",
        "bad-record",
    );
    check(&text("https://c.example/", ""), "empty");
    let gzipped = "Content-Type: text/plain\r\nContent-Encoding: gzip\r\n";
    check(
        &response("https://c.example/", gzipped, b"\x1F\x8B\x08 no gzip"),
        "bad-record",
    );
    // A length that exceeds the following records must not hide the last record.
    let long = String::from_utf8(text("https://c.example/", "x")).unwrap();
    let length = long
        .split("Content-Length: ")
        .nth(1)
        .unwrap()
        .split("\r\n")
        .next()
        .unwrap();
    let long = long.replace(&format!("Content-Length: {length}"), "Content-Length: 9000");
    check(long.as_bytes(), "bad-record");
}

#[test]
fn continues_after_damage_in_a_compressed_record() {
    let [a, b] = ["a", "b"].map(|name| text(&format!("https://{name}.example/"), "One two three."));
    let noise: String = (0..2_000u32)
        .map(|n| format!("{:x} ", n.wrapping_mul(2_654_435_761)))
        .collect();
    let mut middle = gzip(text("https://c.example/", &noise));
    let at = middle.len() / 2;
    middle[at..at + 200].fill(0xFF);
    let found = read(&[gzip(&a), middle, gzip(&b)].concat());
    assert_eq!(
        found.first().unwrap(),
        &format!("https://a.example/ {DATE} -: One two three.")
    );
    assert_eq!(
        found.last().unwrap(),
        &format!("https://b.example/ {DATE} -: One two three.")
    );
    assert!(found.contains(&"corrupt".to_owned()), "{found:?}");
}

#[test]
fn reports_a_truncated_web_archive() {
    let (a, b) = (
        text("https://a.example/", "One two three."),
        text("https://b.example/", "Four."),
    );
    let first = format!("https://a.example/ {DATE} -: One two three.");
    let both = [&a[..], &b[..]].concat();
    assert_eq!(
        read(&both[..both.len() - 8]),
        [first.clone(), "bad-record".to_owned()]
    );
    assert_eq!(
        read(&both[..a.len() + 30]),
        [first.clone(), "bad-record".to_owned()]
    );
    let packed = [gzip(&a), gzip(&b)].concat();
    let found = read(&packed[..packed.len() - 20]);
    assert_eq!(found[0], first);
    assert!(found.contains(&"truncated".to_owned()), "{found:?}");
    assert_eq!(read(b"WARC/1.0"), ["bad-record"]);
    assert_eq!(
        read(b"filedesc://x.arc 0.0.0.0 20261120\n1 0 None\n"),
        ["bad-record"]
    );
    assert_eq!(read(&gzip("\r\n\r\n")), ["empty"]);
}

/// A header may have 64 KiB.
#[test]
fn limits_the_size_of_record_headers() {
    let plain = "Content-Type: text/plain\r\n";
    let with_field = |bytes: usize| {
        let field = format!("{plain}X-Field: {}\r\n", "x".repeat(bytes));
        [
            record("resource", &field, b"One two three."),
            record("resource", plain, b"Four."),
        ]
        .concat()
    };
    let second = format!("- {DATE} -: Four.");
    let first = format!("- {DATE} -: One two three.");
    assert_eq!(read(&with_field(60_000)), [first, second.clone()]);
    assert_eq!(read(&with_field(70_000)), ["bad-record".to_owned(), second]);
}

#[test]
fn skips_only_the_record_beyond_the_limit() {
    let bytes = [
        text("https://a.example/", "One two three."),
        text("https://b.example/", &"long ".repeat(200_000)),
        text("https://c.example/", "Four."),
    ];
    let corpus = Corpus::of(&[("x.warc", &bytes.concat())]);
    let options = Options {
        max_document_bytes: 1_000,
        ..Options::default()
    };
    let found = corpus.walk(&[""], &options);
    let items = corpus.read(&found.inputs, &options);
    assert_eq!(
        items,
        ["x.warc=One two three.", "x.warc too-large", "x.warc=Four."]
    );
}

#[test]
fn rereads_records() {
    let all: Vec<Vec<u8>> = (0..9)
        .map(|at| text("https://a.example/", &format!("Text number {at}.")))
        .collect();
    let packed: Vec<Vec<u8>> = all.iter().map(gzip).collect();
    let corpus = Corpus::of(&[("x.warc", &all.concat()), ("y.warc.gz", &packed.concat())]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    let mut locations = Vec::new();
    for block in Blocks::new(&found.inputs, &options) {
        block.read(&mut |item| {
            if let Item::Document(document) = item {
                locations.push((document.location, document.text.into_owned()));
            }
        });
    }
    assert_eq!(locations.len(), 18);
    let wanted: Vec<_> = locations
        .iter()
        .step_by(4)
        .map(|(location, _)| *location)
        .collect();
    let expected: Vec<_> = locations
        .iter()
        .step_by(4)
        .map(|(_, text)| text.clone())
        .enumerate()
        .collect();
    let mut again = Vec::new();
    let unread = reread(&found.inputs, &options, &wanted, &mut |index, text| {
        again.push((index, text.to_owned()))
    });
    assert_eq!(unread, []);
    assert_eq!(again, expected);
}

/// Crawlers store decoded bodies with the headers of encoded ones.
#[test]
fn a_body_without_the_encoding_that_its_header_states_is_read() {
    for header in ["Transfer-Encoding: chunked", "Content-Encoding: gzip"] {
        let header = format!("Content-Type: text/plain\r\n{header}\r\n");
        let body = response("http://a/", &header, b"The council voted.");
        assert_eq!(
            read(&body),
            [format!("http://a/ {DATE} -: The council voted.")]
        );
    }
    let chunked = response(
        "http://a/",
        "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n",
        b"8\r\nThe coun\r\n9\r\ncil",
    );
    assert_eq!(
        read(&chunked),
        [
            "warning truncated".to_owned(),
            format!("http://a/ {DATE} -: The council")
        ]
    );
}

#[test]
fn a_response_without_media_types_is_read_by_its_content() {
    let block = b"HTTP/1.1 200 OK\r\n\r\nThe council voted.";
    let bytes = record("response", "WARC-Target-URI: http://a/\r\n", block);
    assert_eq!(
        read(&bytes),
        [format!("http://a/ {DATE} -: The council voted.")]
    );
    let other = record("response", "", b"no status line");
    assert_eq!(read(&other), ["ignored"]);
}

#[cfg(feature = "feeds")]
#[test]
fn items_of_a_record_can_be_read_again() {
    let items = br#"[{"uri":"a","body_text":"one"},{"uri":"b","body_text":"two"}]"#;
    let bytes = response("http://a/", "Content-Type: application/json\r\n", items);
    let corpus = Corpus::of(&[("x.warc.open", &bytes)]);
    let options = Options::default();
    let inputs = corpus.walk(&["."], &options).inputs;
    let mut locations = Vec::new();
    for block in Blocks::new(&inputs, &options) {
        block.read(&mut |item| {
            if let Item::Document(document) = item {
                assert_eq!(document.url.as_deref(), Some("http://a/"));
                locations.push(document.location);
            }
        });
    }
    let mut texts = Vec::new();
    let unread = reread(&inputs, &options, &locations, &mut |_, text| {
        texts.push(text.to_owned());
    });
    assert!(unread.is_empty());
    assert_eq!(texts, ["one", "two"]);
}

#[cfg(feature = "html")]
#[test]
fn reads_records_whatever_the_case_of_their_names_and_the_protocol() {
    let lower = String::from_utf8_lossy(&page("http://a.example/1"))
        .replace("WARC-Type", "warc-type")
        .replace("Content-Length", "content-length");
    let ftp = record(
        "response",
        "WARC-Target-URI: ftp://a.example/2\r\nContent-Type: text/html\r\n",
        PAGE.as_bytes(),
    );
    let dns = record(
        "response",
        "WARC-Target-URI: dns:a.example\r\n",
        b"a.example. IN A",
    );
    let found = read(&[lower.as_bytes(), &ftp, &dns].concat());
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("http://a.example/1 ") && found[0].contains("Basin closed"));
    assert!(found[1].starts_with("ftp://a.example/2 ") && found[1].contains("Basin closed"));
    assert_eq!(found[2], "ignored");
}

#[cfg(feature = "html")]
#[test]
fn skips_the_responses_before_the_final_one() {
    let content = format!(
        "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{PAGE}"
    );
    let header = "WARC-Target-URI: http://a.example/1\r\nContent-Type: application/http\r\n";
    let found = read(&record("response", header, content.as_bytes()));
    assert_eq!(found, read(&page("http://a.example/1")));
}
