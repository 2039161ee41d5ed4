//! The fuzz targets, as functions of any bytes. The programs in `fuzz_targets/` run them under libFuzzer, and
//! `tests/fuzz.rs` runs them on a stable compiler.
//!
//! A target panics if a promise is broken. Bytes that are refused are as good as others.

use dedupe::core::model::{Relation, Span};
use dedupe::core::{compare, words};
use dedupe::formats::{Document, Input, InputFormat, Options, read_bytes};
use dedupe::report::evaluate::labels::LabelFormat;
use dedupe::report::evaluate::{Truth, evaluate};
use dedupe::report::findings::count_up_to;
use dedupe::report::{
    Baseline, DocumentLocations, EmbeddedTexts, Excerpts, FindingKind, Format, Provenance,
    RenderOptions, TerminalStyle,
};
use dedupe::{
    Job, JobInput, LearntDictionary, Outcome, Report, ReportOptions, Resources, Rules, Silent, run,
};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
#[cfg(any(feature = "arrow", feature = "parquet"))]
use std::{panic, sync::Once};
use xxhash_rust::xxh3::xxh3_128;

/// A target: its name and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets. Each has a program of its name.
pub const TARGETS: &[Target] = &[
    ("alignment", alignment),
    ("any", any),
    ("arrow", |bytes| read(bytes, Some("arrow"))),
    ("baseline", baseline),
    ("csv", |bytes| read(bytes, Some("csv"))),
    ("dictionary", dictionary),
    ("eml", |bytes| read(bytes, Some("eml"))),
    ("feed", |bytes| read(bytes, Some("feed"))),
    ("html", |bytes| read(bytes, Some("html"))),
    ("json", |bytes| read(bytes, Some("json"))),
    ("jsonl", |bytes| read(bytes, Some("jsonl"))),
    ("labels", labels),
    ("mbox", |bytes| read(bytes, Some("mbox"))),
    ("mhtml", |bytes| read(bytes, Some("mhtml"))),
    ("newsml", |bytes| read(bytes, Some("newsml"))),
    ("ninjs", |bytes| read(bytes, Some("ninjs"))),
    ("parquet", |bytes| read(bytes, Some("parquet"))),
    ("pipeline", pipeline),
    ("saved_report", saved_report),
    ("text", text),
    ("warc", |bytes| read(bytes, Some("warc"))),
];

/// Runs the target of this name.
///
/// # Panics
///
/// There is no such target, or a promise is broken.
pub fn run_target(name: &str, bytes: &[u8]) {
    #[cfg(any(feature = "arrow", feature = "parquet"))]
    ignore_caught_panics();
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    (target.expect("a known target").1)(bytes);
}

/// A panic that a reader catches is no failure of the target. libFuzzer ends the process at any panic that its hook sees.
#[cfg(any(feature = "arrow", feature = "parquet"))]
pub fn ignore_caught_panics() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !dedupe::formats::is_panic_caught() {
                hook(info);
            }
        }));
    });
}

/// Reads bytes as the format that they look like: compressed streams, archives, and all other formats.
fn any(bytes: &[u8]) {
    read(bytes, None);
}

/// Reads bytes as one format.
fn read(bytes: &[u8], format: Option<&str>) {
    let options = Options {
        format: format.and_then(InputFormat::named),
        keep_stdin: true,
        ..Options::default()
    };
    // An error is the fault of the whole input.
    let _ = read_bytes(bytes.to_vec(), &options, &mut |_| {});
}

/// The words of a text have offsets in order, inside the text and between characters.
fn text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let found = words(&text);
    assert_eq!(found.spans().count(), found.ids().len());
    let mut end = 0;
    for span in found.spans() {
        assert!(end <= span.begin && span.begin < span.end, "{span:?}");
        assert!(part(&text, span).is_some(), "{span:?}");
        end = span.end;
    }
}

fn part(text: &str, span: Span) -> Option<&str> {
    text.get(usize::try_from(span.begin).ok()?..usize::try_from(span.end).ok()?)
}

/// Two texts, divided by the first empty line, are compared in both directions.
fn alignment(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (left, right) = text.split_once("\n\n").unwrap_or((&text, &text));
    let [left, right] = [left, right].map(words);
    let [found, back] = [
        compare(left.ids(), right.ids()),
        compare(right.ids(), left.ids()),
    ];
    if left.ids() == right.ids() {
        let relation = found.as_ref().map(|found| found.relation);
        assert_eq!(relation, (!left.is_empty()).then_some(Relation::Exact));
        assert_eq!(back.is_some(), found.is_some());
    }
    for (found, left, right) in [(found, &left, &right), (back, &right, &left)] {
        let Some(found) = found else {
            continue;
        };
        for share in [
            found.resemblance,
            found.containment_left,
            found.containment_right,
        ] {
            assert!((0.0..=1.0).contains(&share), "{found:?}");
        }
        for (a, b) in &found.passages {
            assert!(a.begin < a.end && a.end as usize <= left.len(), "{found:?}");
            assert!(
                b.begin < b.end && b.end as usize <= right.len(),
                "{found:?}"
            );
        }
    }
}

/// Each line is a document. The report is true of the texts, and each output format can write it.
fn pipeline(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let document = |(number, line): (usize, &str)| Document {
        id: Some(number.to_string().into()),
        source: line.split(' ').next().map(|word| word.to_owned().into()),
        date: line.split(' ').nth(1).map(|word| word.to_owned().into()),
        title: line.split(' ').nth(2).map(|word| word.to_owned().into()),
        text: line.to_owned().into(),
        ..Document::default()
    };
    let documents: Vec<Document<'_>> = text.split('\n').enumerate().map(document).collect();
    let texts: HashMap<String, String> = (documents.iter())
        .filter_map(|d| Some((d.id.as_deref()?.to_owned(), d.text.clone().into_owned())))
        .collect();
    let options = ReportOptions {
        texts: true,
        excerpts: true,
        locations: true,
        new_baseline: true,
        ..ReportOptions::default()
    };
    let outcome = outcome(documents, &rules(), &options);
    let report = outcome.report().expect("no spill file");
    for member in report.clusters.iter().flat_map(|c| &c.members) {
        let text = &texts[&member.id];
        assert!(member.spans.iter().all(|span| part(text, *span).is_some()));
    }
    for found in &report.matches {
        for span in &found.spans {
            assert!(part(&texts[&found.left], span.left).is_some(), "{found:?}");
            assert!(
                part(&texts[&found.right], span.right).is_some(),
                "{found:?}"
            );
        }
    }
    write_all(
        report,
        &outcome.excerpts,
        &outcome.texts,
        &outcome.locations,
    );
}

/// Rules for short documents.
fn rules() -> Rules {
    Rules {
        min_passage: 6,
        ..Rules::default()
    }
}

/// Finds the copies among documents.
fn outcome(documents: Vec<Document<'static>>, rules: &Rules, options: &ReportOptions) -> Outcome {
    let inputs = [Input::in_memory("memory", documents)];
    let job = Job {
        input: JobInput::Inputs(&inputs),
        reading: &Options::default(),
        rules,
        resources: &Resources::default(),
        progress: &Silent,
    };
    run(&job, options).expect("few documents and no spill file")
}

/// Writes a report in every format. The JSON formats can be parsed, and JSON is the report again.
fn write_all(
    report: &Report,
    excerpts: &Excerpts,
    texts: &EmbeddedTexts,
    locations: &DocumentLocations,
) {
    let options = RenderOptions {
        style: TerminalStyle::default(),
        locations,
        fail_on: Some(FindingKind::Near),
        unread: &[],
        texts,
        provenance: &Provenance::default(),
    };
    let write = |format: Format| {
        let mut out = vec![];
        let written = (format.renderer(&options)).render(report, excerpts, &mut out);
        written.expect("a vector takes everything");
        out
    };
    for format in [
        Format::Text,
        Format::Csv,
        Format::Pairs,
        Format::Github,
        Format::Gitlab,
        Format::Junit,
        Format::Html,
    ] {
        let out = String::from_utf8(write(format)).expect("UTF-8");
        let is_safe = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
        assert!(out.chars().all(is_safe), "{format:?}");
        if format == Format::Pairs {
            let mut ids = out.lines().flat_map(|line| line.split('\t').take(2));
            assert!(!ids.any(|id| id.starts_with(['=', '+', '-', '@'])), "{out}");
        }
    }
    for line in write(Format::Jsonl).split(|&byte| byte == b'\n') {
        assert!(line.is_empty() || serde_json::from_slice::<serde_json::Value>(line).is_ok());
    }
    serde_json::from_slice::<serde_json::Value>(&write(Format::Sarif)).expect("JSON");
    let again: Report = serde_json::from_slice(&write(Format::Json)).expect("a report");
    assert_eq!(again, *report);
}

/// Documents with a copy, a shorter version, an overlap and one of their own.
fn some_documents() -> Vec<Document<'static>> {
    let words =
        |range: std::ops::Range<u32>| -> String { range.map(|n| format!("word{n} ")).collect() };
    let texts = [
        words(0..60),
        words(0..60),
        words(0..50),
        words(200..300) + &words(0..20),
        words(500..560),
    ];
    let document = |(id, text): (&str, String)| Document {
        id: Some(id.to_owned().into()),
        text: text.into(),
        ..Document::default()
    };
    ["a", "b", "c", "d", "e"]
        .into_iter()
        .zip(texts)
        .map(document)
        .collect()
}

/// A run with a file of known copies reports no more than one without.
fn baseline(bytes: &[u8]) {
    let Ok(known) = serde_json::from_slice::<Baseline>(bytes) else {
        return;
    };
    let mut again = vec![];
    known.write(&mut again).expect("a vector takes everything");
    assert_eq!(
        serde_json::from_slice::<Baseline>(&again).ok(),
        Some(known.clone())
    );
    let options = ReportOptions {
        baseline: Some(known),
        ..ReportOptions::default()
    };
    let outcome = outcome(some_documents(), &rules(), &options);
    let found = outcome.report().expect("no spill file");
    assert!(found.matches.len() <= some_report().matches.len());
    assert!(found.clusters.len() <= some_report().clusters.len());
}

fn some_report() -> &'static Report {
    static REPORT: OnceLock<Report> = OnceLock::new();
    REPORT.get_or_init(|| {
        let outcome = outcome(some_documents(), &rules(), &ReportOptions::default());
        outcome.into_report().expect("no spill file")
    })
}

/// A dictionary that anybody may have written. Its checksum is made to fit: otherwise nothing else would be read.
fn dictionary(bytes: &[u8]) {
    const CHECKSUM: usize = 16;
    let content = bytes.len().saturating_sub(CHECKSUM);
    let mut file = bytes[..content].to_vec();
    file.extend(xxh3_128(&file).to_le_bytes());
    let Ok(read) = LearntDictionary::from_bytes(&file) else {
        return;
    };
    // Numbers can be written in several ways, so the file may differ from the one that is written again.
    let written = read.to_bytes();
    let again = LearntDictionary::from_bytes(&written).expect("a dictionary");
    assert_eq!(again.to_bytes(), written);
    let rules = Rules {
        dictionary: Some(Arc::new(read)),
        ..rules()
    };
    if rules.check().is_ok() {
        let outcome = outcome(some_documents(), &rules, &ReportOptions::default());
        let report = outcome.report().expect("no spill file");
        write_all(
            report,
            &Excerpts::new(),
            &EmbeddedTexts::default(),
            &DocumentLocations::new(),
        );
    }
}

/// A report that anybody may have written, and texts that need not fit it.
fn saved_report(bytes: &[u8]) {
    let Ok(report) = serde_json::from_slice::<Report>(bytes) else {
        return;
    };
    let text = "Zürich: the harbour is shut. ".repeat(8);
    let mut texts = EmbeddedTexts::default();
    for member in report.clusters.iter().flat_map(|c| &c.members) {
        let begin = member.spans.first().map_or(0, |span| span.begin);
        let inserted = texts.insert(member.id.clone(), &text, begin);
        inserted.expect("kept in memory");
    }
    let counted = count_up_to(&report, FindingKind::Overlap);
    assert!(counted.is_ok());
    write_all(&report, &Excerpts::new(), &texts, &DocumentLocations::new());
}

/// Scores against labels that anybody may have written are shares.
fn labels(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let ids = ["a", "b", "c", "d", "e"].map(str::to_owned);
    for format in [None, Some(LabelFormat::Pairs), Some(LabelFormat::Clusters)] {
        for complete in [false, true] {
            let mut truth = Truth::new(&ids, complete);
            if truth.add(text, format).is_err() {
                continue;
            }
            let scores = evaluate(some_report(), &truth).pairs;
            for share in [scores.precision, scores.recall].into_iter().flatten() {
                assert!((0.0..=1.0).contains(&share), "{scores:?}");
            }
        }
    }
}
