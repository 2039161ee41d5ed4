//! Documents of every layout are the same when they are read a second time.

use super::*;

/// Reads a file, and then each of its documents again.
fn check(name: &str, bytes: &[u8], texts: &[&str]) {
    let corpus = Corpus::of(&[(name, bytes)]);
    let options = Options::default();
    let inputs = corpus.walk(&["."], &options).inputs;
    let (mut locations, mut first) = (Vec::new(), Vec::new());
    for block in Blocks::new(&inputs, &options) {
        block.read(&mut |item| {
            if let Item::Document(document) = item {
                locations.push(document.location);
                first.push(document.text.into_owned());
            }
        });
    }
    assert_eq!(first, texts, "{name}");
    let mut second = vec![String::new(); first.len()];
    let unread = reread(&inputs, &options, &locations, &mut |index, text| {
        second[index] = text.to_owned();
    });
    assert!(unread.is_empty(), "{name}: {unread:?}");
    assert_eq!(second, first, "{name}");
}

#[test]
fn json_in_any_layout_can_be_read_again() {
    let one_two = &["one", "two"];
    check("a.json", br#"[{"text":"one"},{"text":"two"}]"#, one_two);
    check("a.json", b"{\n\"text\":\"one\"\n}", &["one"]);
    check(
        "a.json",
        b"{\n\"a\":[{\"text\":\"one\"},{\"text\":\"two\",}]}",
        one_two,
    );
    check(
        "a.json",
        br#"{"a":[{"text":"one"},{"text":"two"}]}"#,
        one_two,
    );
    check(
        "a.jsonl",
        b"{\n\"text\":\"one\"\n}\n{\n\"text\":\"two\"\n}",
        one_two,
    );
    check(
        "a.jsonl",
        b"\xEF\xBB\xBF{\"text\":\"one\"}\r{\"text\":\"two\"}\r",
        one_two,
    );
    check(
        "a.jsonl",
        b"{\"text\":\"one\",\"x\":NaN},\n{\"text\":\"two\"}",
        one_two,
    );
}

#[cfg(feature = "tables")]
#[test]
fn tables_with_doubtful_quotation_marks_can_be_read_again() {
    check(
        "a.tsv",
        b"id\ttext\n1\t\"a\n2\t\"b\nc\"\n",
        &["\"a", "b\nc"],
    );
    check("a.csv", b"sep=;\nid;text\n1;\"a\n2;b\n", &["\"a", "b"]);
}
