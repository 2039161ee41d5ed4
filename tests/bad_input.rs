//! Bad input beside good input: each fault is reported, no good document is lost, nothing hangs, and the
//! exit code is right.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;
use support::{clusters, list, program, root, string};

/// The time limit for a run, for any input.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// The path, line and code of an expected fault.
type Expected<'a> = (&'a str, Option<u64>, &'a str);

/// The two good documents in every folder. They carry the same story.
const GOOD: [&str; 2] = ["./news/good-1.txt", "./news/good-2.txt"];

/// The outcome of a run.
struct Run {
    exit: Option<i32>,
    report: Value,
    errors: String,
}

/// Runs the program in the folder.
fn run(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = program(folder);
    let command = command.args(arguments).timeout(TIME_LIMIT);
    let output = command.args(["--format", "json"]).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    Run {
        exit: output.status.code(),
        report: serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {errors}")),
        errors,
    }
}

/// A folder with two good documents in its subfolder `news`.
fn good() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let news = folder.path().join("news");
    fs::create_dir(&news).unwrap();
    let story = fs::read_to_string(root().join("fixtures/wire/a.txt")).unwrap();
    fs::write(news.join("good-1.txt"), &story).unwrap();
    fs::write(news.join("good-2.txt"), story.replace('"', "”")).unwrap();
    folder
}

/// Adds bad files to a good folder. Checks that exactly the expected faults are in the report and on
/// standard error, that the exit code is right, and that the story is found.
fn check(spoil: impl FnOnce(&Path), arguments: &[&str], faults: &[Expected], exit: i32) -> Run {
    let folder = good();
    spoil(&folder.path().join("news"));
    let run = run(folder.path(), &[&["./news"], arguments].concat());
    let found: Vec<Expected> = (list(&run.report, "skipped").iter())
        .map(|f| (string(f, "path"), f["line"].as_u64(), string(f, "code")))
        .collect();
    assert_eq!(found, faults, "{}", run.errors);
    // Standard error has the first fault of each kind.
    for (at, (path, line, code)) in faults.iter().enumerate() {
        let is_first = faults[..at].iter().all(|(.., other)| other != code);
        let line = line.map(|n| format!(":{n}")).unwrap_or_default();
        let place = format!("dedupe: {path}{line}: ");
        let is_printed = run.errors.contains(&place);
        assert_eq!(is_printed, is_first, "{place} in {}", run.errors);
    }
    let stories = clusters(&run.report);
    assert!(stories.contains(&GOOD.to_vec()), "{stories:?}");
    assert_eq!(run.exit, Some(exit), "{}", run.errors);
    run
}

/// Checks one bad file.
fn check_file(name: &str, bytes: &[u8], line: Option<u64>, code: &str, exit: i32) {
    let path = format!("./news/{name}");
    let spoil = |news: &Path| fs::write(news.join(name), bytes).unwrap();
    check(spoil, &[], &[(&path, line, code)], exit);
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[cfg(feature = "codecs")]
fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

/// Many records with different texts that compress badly.
fn records() -> Vec<u8> {
    let record = |n: u64| {
        let words =
            (0..30).map(|k| format!("{:x}", (n * 31 + k + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let text: Vec<String> = words.collect();
        format!(
            "{}\n",
            json!({"id": format!("r{n}"), "text": text.join(" ")})
        )
    };
    (0..2_000).map(record).collect::<String>().into_bytes()
}

#[test]
fn warns_of_an_invalid_date_and_keeps_the_document() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        r#"{"text":"The basin stays shut.","date":"yesterday"}"#,
        r#"{"text":"The lock opens.","date":""}"#,
    ];
    std::fs::write(folder.path().join("f.jsonl"), lines.join("\n")).unwrap();
    let report = support::report(folder.path(), &["f.jsonl"]);
    let [warning] = list(&report, "warnings") else {
        panic!("not one warning: {report}");
    };
    assert_eq!(
        (string(warning, "code"), &warning["line"]),
        ("bad-date", &1.into())
    );
    assert!(string(warning, "reason").contains("yesterday"));
    assert_eq!(report["summary"]["documents"], 2);
}

#[test]
fn reports_no_fault_for_good_documents() {
    let run = check(|_| (), &[], &[], 0);
    assert_eq!(run.errors, "");
}

/// The text of a file that was cut was said to be cut as well, and documents to be kept where there were none.
#[test]
fn a_compressed_file_that_was_cut_has_one_fault() {
    let folder = tempfile::tempdir().unwrap();
    let word = |of: u32, k: u32| format!("w{} ", (of * 1_000 + k).wrapping_mul(2_654_435_761));
    let text = |of: u32| (0..300).map(|k| word(of, k)).collect::<String>();
    let records: Vec<Value> = (0..20).map(|of| json!({"text": text(of)})).collect();
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    for (name, whole) in [
        ("a.jsonl.gz", lines),
        ("a.json.gz", json!(records).to_string()),
    ] {
        let packed = gz(whole.as_bytes());
        for part in [400, packed.len() / 2] {
            fs::write(folder.path().join(name), &packed[..part]).unwrap();
            let found = run(folder.path(), &[name]);
            let reason = "the gzip data ends too early; at most what comes before the end was read";
            let fault = json!({"path": name, "code": "truncated", "reason": reason});
            assert_eq!(found.report["skipped"], json!([fault]), "{name} {part}");
        }
    }
}

/// The message advised to look for the drive.
#[test]
fn an_address_is_told_from_a_missing_file() {
    let folder = good();
    let found = run(folder.path(), &["news", "https://news.example/feed.rss"]);
    assert_eq!(found.exit, Some(3));
    let message = "https://news.example/feed.rss: expected a file or folder, found an address of the web; download it first";
    assert!(found.errors.contains(message), "{}", found.errors);
}

#[test]
fn reports_a_missing_path() {
    check(|_| (), &["./none"], &[("./none", None, "not-found")], 3);
    let folder = good();
    let alone = run(folder.path(), &["./none"]);
    assert_eq!(alone.exit, Some(2));
    assert!(
        alone.errors.contains("dedupe: ./none: no such file"),
        "{}",
        alone.errors
    );
}

#[test]
fn empty_files_do_not_change_the_exit_code() {
    check_file("empty.txt", b"", None, "empty", 0);
    check_file("blank.txt", b" \n\t \n", None, "empty", 0);
    check_file("marks.txt", "… — ?!\n".as_bytes(), None, "empty", 0);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty.txt"), "").unwrap();
    let alone = run(folder.path(), &["."]);
    assert_eq!(alone.exit, Some(2));
    assert_eq!(alone.report["summary"]["empty"], 1);
}

#[test]
fn reports_binary_data() {
    check_file(
        "noise.txt",
        b"\x7fELF\x02\x01\0\0\0\x03\0\x3e",
        None,
        "not-text",
        3,
    );
    let controls: Vec<u8> = (0..2_000).map(|n| (n * 7 % 32) as u8 | 1).collect();
    check_file("controls.txt", &controls, None, "not-text", 3);
}

#[test]
fn reports_lines_that_are_not_records() {
    let lines = concat!(
        "{\"id\":\"a\",\"text\":\"one\"}\n{broken\n{\"id\":\"b\"}\n",
        "{\"id\":\"c\",\"text\":null}\n[1]\n{\"text\":7}\n\n{\"id\":\"d\",\"text\":\"two\"}\n",
        "{\"text\":\" \"}\n{\"text\":\"cut"
    );
    let path = "./news/j.jsonl";
    let run = check(
        |news| fs::write(news.join("j.jsonl"), lines).unwrap(),
        &[],
        &[
            (path, Some(2), "not-json"),
            (path, Some(3), "no-text-field"),
            (path, Some(4), "text-null"),
            (path, Some(5), "not-object"),
            (path, Some(6), "text-not-string"),
            (path, Some(9), "empty"),
            (path, Some(10), "not-json"),
        ],
        3,
    );
    assert_eq!(run.report["summary"]["documents"], 4);
    assert_eq!(run.report["summary"]["skipped"], 7);
}

/// Messages named parts of parsers, and advised to name a text field in JSON without fields.
#[test]
fn faults_are_told_in_plain_words() {
    let list = r#"[{"id":"x","text":"a word"}]"#;
    let lists = format!(r#"{{"a":{list},"b":{list}}}"#);
    for (name, bytes, reason) in [
        (
            "a.jsonl",
            &b"{\"text\":\"a word\"}\n{\"text\":\"cut"[..],
            "it ends too early, at column",
        ),
        ("b.jsonl.gz", b"not packed", "expected a value at column 2"),
        ("c.json", b"[1,2,3]", "found JSON without objects"),
        ("d.json", lists.as_bytes(), "save each list to its own file"),
        #[cfg(feature = "archives")]
        (
            "e.zip",
            b"PK\x03\x04 a part of an archive",
            "the archive file is damaged (its end is missing)",
        ),
        #[cfg(feature = "parquet")]
        (
            "f.parquet",
            b"PAR1 and no end",
            "could not be parsed: its end is missing",
        ),
    ] {
        let folder = good();
        fs::write(folder.path().join("news").join(name), bytes).unwrap();
        let found = run(folder.path(), &["./news"]);
        let skipped = found.report["skipped"].to_string();
        assert!(skipped.contains(reason), "{name}: {skipped}");
    }
}

/// A damaged first line once cost all lines of the file.
#[test]
fn a_damaged_first_line_costs_one_document() {
    let mut records = b"{\"id\": \"a\", \"text\": \"A record that was cut off\"\n".to_vec();
    records.extend(self::records());
    let run = check(
        |news| fs::write(news.join("wire.jsonl"), &records).unwrap(),
        &[],
        &[("./news/wire.jsonl", Some(1), "not-json")],
        3,
    );
    let documents = run.report["summary"]["documents"].as_u64();
    assert!(documents > Some(2), "{documents:?}");
}

#[test]
fn keeps_and_renames_documents_with_the_same_id() {
    let story = fs::read_to_string(root().join("fixtures/languages/en/article.txt")).unwrap();
    let record = json!({"id": "same", "text": story}).to_string();
    let lines = format!("{record}\n{record}\n");
    let run = check(
        |news| fs::write(news.join("j.jsonl"), lines).unwrap(),
        &[],
        &[],
        0,
    );
    assert!(clusters(&run.report).contains(&vec!["same", "same (2)"]));
    let [warning] = list(&run.report, "warnings") else {
        panic!("not one warning: {}", run.report);
    };
    assert_eq!(warning["line"], 2);
    assert_eq!(string(warning, "path"), "./news/j.jsonl");
    assert!(
        run.errors.contains("warning: ./news/j.jsonl:2: "),
        "{}",
        run.errors
    );
}

#[cfg(feature = "codecs")]
#[test]
fn keeps_documents_before_the_end_of_a_truncated_stream() {
    let whole = records();
    for (name, packed) in [("cut.jsonl.gz", gz(&whole)), ("cut.jsonl.zst", zst(&whole))] {
        let path = format!("./news/{name}");
        let half = &packed[..packed.len() / 2];
        let run = check(
            |news| fs::write(news.join(name), half).unwrap(),
            &[],
            &[(&path, None, "truncated")],
            3,
        );
        let read = run.report["summary"]["documents"].as_u64().unwrap();
        assert!((3..2_002).contains(&read), "{name}: {read} documents");
    }
}

#[test]
fn reports_corrupt_streams() {
    // A second member whose first block has an invalid type.
    let mut packed = gz(&records());
    packed.extend(b"\x1f\x8b\x08\0\0\0\0\0\0\x03");
    packed.extend([0xff; 64]);
    let run = check(
        |news| fs::write(news.join("broken.jsonl.gz"), packed).unwrap(),
        &[],
        &[("./news/broken.jsonl.gz", None, "corrupt")],
        3,
    );
    assert_eq!(run.report["summary"]["documents"], 2_002);
    let mut packed = gz(b"The council met on Monday in the hall above the fire station.");
    let sum = packed.len() - 8;
    packed[sum] ^= 1;
    check_file("sum.txt.gz", &packed, None, "corrupt", 3);
    check_file(
        "none.txt.gz",
        b"\x01\x02\x03 no gzip at all",
        None,
        "corrupt",
        3,
    );
    check_file(
        "none.jsonl.zst",
        b"\x01\x02\x03 no zstd at all",
        None,
        "corrupt",
        3,
    );
}

/// The Parquet reader panics if a length exceeds its page. The panic was caught, but its message was
/// still printed.
#[cfg(feature = "parquet")]
#[test]
fn reports_a_table_on_which_the_parser_panics() {
    use parquet::basic::Encoding;
    use parquet::data_type::ByteArrayType;
    use parquet::file::{properties::WriterProperties, writer::SerializedFileWriter};
    let schema = parquet::schema::parser::parse_message_type("message m { required binary text; }");
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::DELTA_LENGTH_BYTE_ARRAY);
    let (schema, properties) = (schema.unwrap().into(), properties.build().into());
    let mut writer = SerializedFileWriter::new(vec![], schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let texts = column.typed::<ByteArrayType>();
    texts.write_batch(&["one".into()], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    let mut bytes = writer.into_inner().unwrap();
    // The header of a delta list: blocks of 128 lengths in 4 parts, 1 length. The length 3 is stored as 6
    // in zigzag encoding and becomes 63.
    let lengths = [0x80, 0x01, 4, 1, 6];
    let at = bytes.windows(5).position(|five| five == lengths).unwrap();
    bytes[at + 4] = 126;
    let spoil = |folder: &Path| fs::write(folder.join("bad.parquet"), &bytes).unwrap();
    let run = check(spoil, &[], &[("./news/bad.parquet", None, "not-table")], 3);
    assert!(!run.errors.contains("panicked"), "{}", run.errors);
}

#[test]
fn reports_a_document_beyond_the_limit() {
    let spoil = |news: &Path| fs::write(news.join("long.txt"), "word ".repeat(3_000)).unwrap();
    let fault = [("./news/long.txt", None, "too-large")];
    check(spoil, &["--max-document-bytes", "10K"], &fault, 3);
    check(spoil, &["--max-document-bytes", "15K"], &[], 0);
    let line = format!(
        "{}\n{}\n",
        json!({"text": "x ".repeat(9_000)}),
        json!({"text": "one"})
    );
    let run = check(
        |news| fs::write(news.join("j.jsonl"), line).unwrap(),
        &["--max-document-bytes", "10K"],
        &[("./news/j.jsonl", Some(1), "too-large")],
        3,
    );
    assert_eq!(run.report["summary"]["documents"], 3);
}

#[cfg(feature = "codecs")]
#[test]
fn stops_a_decompression_bomb_at_the_document_limit() {
    let million = vec![b'a'; 1_000_000];
    // Ten gigabytes when decompressed.
    let packed = zst(&million).repeat(10_000);
    check_file("bomb.txt.zst", &packed, None, "too-large", 3);
    let spoil = |news: &Path| fs::write(news.join("bomb.txt.gz"), gz(&million).repeat(2_000));
    check(
        |news| spoil(news).unwrap(),
        &["--max-document-bytes", "3M"],
        &[("./news/bomb.txt.gz", None, "too-large")],
        3,
    );
}

#[cfg(feature = "codecs")]
#[test]
fn stops_an_endless_line_at_the_limit() {
    let packed = zst(&vec![b'a'; 1_000_000]).repeat(70);
    let path = "./news/bomb.jsonl.zst";
    let faults = [(path, None, "bomb"), (path, Some(1), "too-large")];
    check(
        |news| fs::write(news.join("bomb.jsonl.zst"), packed).unwrap(),
        &[],
        &faults,
        3,
    );
}

/// The time for each mark, and for each section, must not depend on how many there are.
#[test]
fn marks_that_nothing_ends_and_many_sections_do_not_hang() {
    let item =
        "<item><title>Harbour</title><description>The ferries run again.</description></item>";
    let feed = |mark: &str| {
        let marks = mark.repeat(100_000);
        format!("<rss version=\"2.0\"><channel>{marks}{item}</channel></rss>")
    };
    let sections = "<article>The ferries run again.</article>".repeat(40_000);
    let folder = good();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    write("news/comments.rss", feed("<!--"));
    write("news/sections.rss", feed("<![CDATA["));
    write(
        "news/page.html",
        format!("<html><body>{sections}</body></html>"),
    );
    let run = run(folder.path(), &["news"]);
    assert!(run.exit.is_some(), "{}", run.errors);
    assert!(
        clusters(&run.report).contains(&GOOD.map(|path| path.trim_start_matches("./")).to_vec())
    );
}

#[test]
fn warns_of_a_guessed_encoding() {
    let (bytes, ..) = encoding_rs::WINDOWS_1252.encode("Bäume über Hügeln – “schön” für Käthe.");
    let bytes = bytes.into_owned();
    let run = check(
        |news| fs::write(news.join("w.txt"), bytes).unwrap(),
        &[],
        &[],
        0,
    );
    let [warning] = list(&run.report, "warnings") else {
        panic!("not one warning: {}", run.report);
    };
    assert_eq!(string(warning, "code"), "encoding-guessed");
    assert!(
        run.errors.contains("warning: ./news/w.txt: expected UTF-8"),
        "{}",
        run.errors
    );
}

#[test]
fn fail_on_takes_precedence_over_bad_input() {
    let fault = [("./news/noise.txt", None, "not-text")];
    let spoil = |news: &Path| fs::write(news.join("noise.txt"), [0; 40]).unwrap();
    check(spoil, &["--fail-on", "exact"], &fault, 1);
    check(spoil, &[], &fault, 3);
}

/// Compares two documents and checks the exit code for each kind of copy.
fn check_fail_on(documents: [&str; 2], codes: [i32; 4]) {
    let paths = documents.map(|name| format!("./fixtures/{name}"));
    for (kind, code) in ["exact", "near", "contained", "overlap"].iter().zip(codes) {
        let run = run(root(), &[&paths[0], &paths[1], "--fail-on", kind]);
        assert_eq!(run.exit, Some(code), "{documents:?} {kind}");
        let says = |text| run.errors.contains(&format!("--fail-on {kind}: {text}"));
        let fails = says("") && !says("no findings");
        assert_eq!(fails, code == 1, "{}", run.errors);
    }
}

#[test]
fn fail_on_includes_weaker_kinds_of_copies() {
    check_fail_on(
        ["languages/en/article.txt", "languages/en/copy.txt"],
        [0, 1, 1, 1],
    );
    check_fail_on(["wire/a.txt", "wire/b.txt"], [0, 0, 1, 1]);
    check_fail_on(["wire/c.txt", "wire/d.txt"], [0, 0, 0, 0]);
    let folder = good();
    let run = run(folder.path(), &["./news", "--fail-on", "exact"]);
    assert_eq!(run.exit, Some(1));
}

/// A document keeps the id that its record states, even if it equals the new id of a renamed document.
#[test]
fn no_renamed_document_takes_an_existing_id() {
    let folder = tempfile::tempdir().unwrap();
    let ids = ["a", "a", "a (2)", "b", "a", "a (2)", "a (4)"];
    let line = |(at, id): (usize, &&str)| format!("{{\"id\":\"{id}\",\"text\":\"word{at}\"}}\n");
    let lines: String = ids.iter().enumerate().map(line).collect();
    fs::write(folder.path().join("feed.jsonl"), lines).unwrap();
    let line = ["export", "feed.jsonl", "--list", "keep"];
    let output = support::dedupe(folder.path(), &line);
    let listed = String::from_utf8(output.stdout).unwrap();
    let expected = ["a", "a (3)", "a (2)", "b", "a (5)", "a (2) (2)", "a (4)"];
    assert_eq!(listed.lines().collect::<Vec<_>>(), expected);
    let found = support::report(folder.path(), &["feed.jsonl"]);
    let codes = list(&found, "warnings").iter().map(|w| string(w, "code"));
    assert_eq!(codes.collect::<Vec<_>>(), ["duplicate-id"; 3]);
}

#[test]
fn renamed_documents_are_listed_as_other_faults_are() {
    let folder = tempfile::tempdir().unwrap();
    let check = |documents: usize, warnings: usize, last: &str| {
        let line = |at| format!("{{\"id\":\"a\",\"text\":\"word{at}\"}}\n");
        let lines: String = (0..documents).map(line).collect();
        fs::write(folder.path().join("feed.jsonl"), lines).unwrap();
        let found = support::report(folder.path(), &["feed.jsonl"]);
        let listed = list(&found, "warnings");
        assert_eq!(listed.len(), warnings);
        let reason = string(&listed[warnings - 1], "reason");
        assert!(reason.contains(last), "{reason}");
    };
    check(10_001, 10_000, "renamed to \"a (10001)\"");
    check(10_031, 10_001, "30 more of this kind");
}

/// The faults of a file of 8 million broken lines took 3 GB, for any `--memory`.
#[test]
fn the_first_faults_of_each_kind_are_listed_and_all_are_counted() {
    const BROKEN: usize = 25_000;
    let folder = good();
    let lines = "x\n".repeat(BROKEN) + &"{\"text\": \"\"}\n".repeat(BROKEN);
    fs::write(folder.path().join("news/bad.jsonl"), lines).unwrap();
    let run = self::run(folder.path(), &["news"]);
    assert_eq!(run.exit, Some(3));
    assert_eq!(run.report["summary"]["skipped"], 2 * BROKEN);
    assert_eq!(run.report["summary"]["empty"], BROKEN);
    let skipped = list(&run.report, "skipped");
    for (code, begin) in [("not-json", 1), ("empty", BROKEN + 1)] {
        let listed: Vec<&Value> = skipped.iter().filter(|f| f["code"] == code).collect();
        assert_eq!(listed.len(), 10_001);
        let (last, others) = listed.split_last().unwrap();
        assert!(
            others
                .iter()
                .zip(begin..)
                .all(|(f, line)| f["line"] == line)
        );
        assert_eq!(last["count"], BROKEN - 10_000);
    }
    let noted = "(25000 of this kind, not-json)";
    assert!(run.errors.contains(noted), "{}", run.errors);
    let noted = "lists the first of 50000 skipped inputs and counts the others";
    assert!(run.errors.contains(noted), "{}", run.errors);
    // Empty lines are no failures.
    for (tolerated, exit) in [("24999", 3), ("25000", 0)] {
        let run = self::run(folder.path(), &["news", "--max-skipped", tolerated]);
        assert_eq!(run.exit, Some(exit));
    }
    let export = program(folder.path())
        .args([
            "export",
            "news",
            "-o",
            "kept.jsonl",
            "--manifest",
            "all.jsonl",
        ])
        .output()
        .unwrap();
    assert_eq!(export.status.code(), Some(3));
    let manifest = fs::read_to_string(folder.path().join("all.jsonl")).unwrap();
    let counts: Value = serde_json::from_str(manifest.lines().last().unwrap()).unwrap();
    assert_eq!(counts["skipped"], 2 * BROKEN);
    assert_eq!(counts["read"], 2 * BROKEN + 2);
}
