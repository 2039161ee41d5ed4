//! Sample reports for the tests of all formats, and the comparison with golden files.

use crate::*;
use crate::{Dateline, Fault};
use dedupe_core::model::{Relation, Span};

/// A report and its excerpts.
pub(crate) type Rendered = (Report, Excerpts);

/// Compares with a file below `src`. If `UPDATE_GOLDEN` is 1, writes the file first.
pub(crate) fn check_golden(name: &str, output: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src")
        .join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&path, output).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        golden == output,
        "{name} differs; UPDATE_GOLDEN=1 rewrites it. The output is now:\n{output}"
    );
}

/// A report of a run without documents.
pub(crate) fn empty() -> Rendered {
    let report = Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "dedupe".into(),
            version: "0.0.0".into(),
        },
        parameters: Parameters {
            threshold: 0.5,
            min_passage: 40,
            shingle: 5,
            within: None,
            window: 15,
            bands: 25,
            rows: 5,
            keep: Keep::Best,
            prefer: vec![],
            cross_source_only: false,
        },
        summary: Summary::default(),
        clusters: vec![],
        matches: vec![],
        boilerplate: vec![],
        skipped: vec![],
        warnings: vec![],
        timings: None,
    };
    (report, Excerpts::new())
}

/// A report with all relations, members with and without metadata, and faults with and without a line.
pub(crate) fn sample() -> Rendered {
    let (mut report, mut excerpts) = empty();
    report.summary = Summary {
        documents: 12_480,
        bytes: 48_301_112,
        clusters: 2,
        exact: 1,
        near: 1,
        contained: 3,
        versions: 1,
        overlaps: 1,
        unique: 12_472,
        boilerplate: 2,
        empty: 1,
        ignored: 3,
        skipped: 3,
        new: None,
        known: None,
    };
    report.clusters = vec![wire_story(), storm_story()];
    report.matches = vec![
        pair(
            "agency/0412.txt",
            "portal/page-7.txt",
            Relation::Contained,
            [0.9842, 0.1613],
            611,
        ),
        pair(
            "agency/0412.txt",
            "regional/harbour.txt",
            Relation::Exact,
            [1.0, 1.0],
            621,
        ),
        pair(
            "archive.jsonl:18",
            "portal/page-7.txt",
            Relation::Overlap,
            [0.0951, 0.0312],
            118,
        ),
    ];
    report.boilerplate = vec![Boilerplate {
        excerpt: "Subscribe to read the full story and support independent\nlocal journalism"
            .into(),
        words: 43,
        documents: 136,
        sources: vec!["Example Post".into()],
    }];
    report.skipped = vec![
        fault(
            "feed.jsonl",
            Some(2),
            "not-json",
            "expected a JSON object, found `{broken`",
        ),
        fault("notes/blank.txt", None, "empty", "no word in it"),
        fault(
            "scan.txt",
            None,
            "not-text",
            "expected text, found a NUL byte at 17",
        ),
    ];
    report.warnings = vec![fault(
        "old/1998.txt",
        None,
        "encoding-guessed",
        "not UTF-8; read as windows-1252",
    )];
    excerpts.insert(
        "57c31f81f2cb".into(),
        "The harbour authority closed the eastern basin on Tuesday after\ninspectors found cracks in \
         two of the lock gates"
            .into(),
    );
    (report, excerpts)
}

/// Locations of some documents of [`sample`]: a file with known positions, a record, and a new record.
pub(crate) fn locations() -> DocumentLocations {
    let position = |line, character| TextPosition {
        line,
        column: 3,
        character,
    };
    let file = DocumentLocation {
        path: "./portal/page-7.txt".into(),
        text_offset: Some(3),
        positions: [(0, position(1, 0)), (3_700, position(41, 3_650))].into(),
        ..DocumentLocation::default()
    };
    let record = DocumentLocation {
        path: "archive.jsonl".into(),
        record: Some(RecordLocation {
            line: 18,
            bytes: Some(Span {
                begin: 70100,
                end: 75300,
            }),
        }),
        ..DocumentLocation::default()
    };
    let new = DocumentLocation {
        is_new: true,
        ..record.clone()
    };
    let ids = ["portal/page-7.txt", "archive.jsonl:18", "post-88123"];
    let ids = ids.map(str::to_owned).into_iter();
    ids.zip([file, record, new]).collect()
}

/// [`sample`] with timings.
pub(crate) fn timed() -> Rendered {
    let (mut report, excerpts) = sample();
    report.timings = Some(vec![
        StageTiming {
            stage: "walk".into(),
            seconds: 0.25,
            items: 12_484,
            bytes: None,
            memory: None,
        },
        StageTiming {
            stage: "read".into(),
            seconds: 1.5,
            items: 12_480,
            bytes: Some(48_301_112),
            memory: Some(96_500_000),
        },
    ]);
    (report, excerpts)
}

/// A report with text that could attack a terminal, a browser or a spreadsheet.
pub(crate) fn hostile() -> Rendered {
    let (mut report, mut excerpts) = sample();
    report.clusters.truncate(1);
    report.summary.clusters = 1;
    let kept = &mut report.clusters[0].members[0];
    kept.title = Some("\u{1b}[31mred\u{1b}]0;owned\u{7}</script><b>".into());
    kept.source = Some("exe\u{202e}gpj.\u{2069}".into());
    let copy = &mut report.clusters[0].members[1];
    copy.id = "two\nlines\u{9b}2J".into();
    copy.path = "copy\u{1b}[31m.txt".into();
    copy.title = Some("e\u{301}".repeat(300));
    report.clusters[0].members[2].id = "long/".repeat(60) + "name.txt";
    report.matches[2].left = "=cmd|'/c calc'!A1\u{2028}".into();
    report.boilerplate[0].excerpt = "\u{feff}--> \u{1b}[2J \u{0} end".into();
    report.skipped[0].path = "esc\u{1b}[31m.txt".into();
    report.skipped[0].reason = "found `\u{1b}[1m\n`".into();
    report.warnings[0].path = "\u{200b}\u{7f}".into();
    excerpts.insert("57c31f81f2cb".into(), "新闻 \u{1b}c 報道 ".repeat(40));
    (report, excerpts)
}

/// A story with an exact copy, a near copy, a shortened version, and a page that contains it.
fn wire_story() -> Cluster {
    let kept = Member {
        source: Some("Example Agency".into()),
        date: Some("2026-11-20".into()),
        ..member(
            "agency/0412.txt",
            MemberRelation::Representative,
            621,
            [1.0, 1.0],
        )
    };
    let near = Member {
        title: Some("Harbour basin shut after cracks are found".into()),
        path: "archive.jsonl".into(),
        source: Some("Example Post".into()),
        date: Some("2026-11-21T06:30:00Z".into()),
        url: Some("https://post.example/harbour".into()),
        byline: Some("Mara Quist".into()),
        language: Some("en".into()),
        credit: Some("Example Agency".into()),
        dateline: Some(Dateline {
            place: Some("ORRIN".into()),
            date: Some("2026-11-20".into()),
        }),
        version: Some("3".into()),
        status: Some("embargoed".into()),
        extraction: Some(Extraction::Section),
        ..member("post-88123", MemberRelation::Near, 640, [0.9609, 0.9903])
    };
    let cut = member(
        "brief/harbour.txt",
        MemberRelation::Contained,
        280,
        [0.9964, 0.4493],
    );
    let page = member(
        "portal/page-7.txt",
        MemberRelation::Contains,
        3_786,
        [0.1613, 0.9842],
    );
    let exact = member(
        "regional/harbour.txt",
        MemberRelation::Exact,
        621,
        [1.0, 1.0],
    );
    Cluster {
        id: "57c31f81f2cb".into(),
        size: 5,
        representative: kept.id.clone(),
        origin: Some(Origin {
            id: kept.id.clone(),
            reason: "Example Agency's own copy; another member credits Example Agency".into(),
        }),
        publishers: 4,
        agencies: vec!["Example Agency".into()],
        sources: 1,
        reissued_after_days: None,
        members: vec![kept, cut, page, near, exact],
    }
}

/// A story without an excerpt, a version of it, and a long page that contains it.
fn storm_story() -> Cluster {
    let kept = Member {
        title: Some("Storm takes the roof off the old mill".into()),
        ..member("mill.txt", MemberRelation::Representative, 90, [1.0, 1.0])
    };
    let page = member(
        "portal/year.txt",
        MemberRelation::Contains,
        20_400,
        [0.0044, 0.9989],
    );
    let version = member(
        "regional/mill.txt",
        MemberRelation::Version,
        110,
        [0.3364, 0.4111],
    );
    Cluster {
        id: "9a0b6e2d4410".into(),
        size: 3,
        representative: kept.id.clone(),
        origin: None,
        publishers: 3,
        agencies: vec![],
        sources: 3,
        reissued_after_days: Some(46),
        members: vec![kept, page, version],
    }
}

pub(super) fn member(id: &str, relation: MemberRelation, words: u64, shares: [f64; 2]) -> Member {
    Member {
        id: id.into(),
        path: id.into(),
        title: None,
        source: None,
        date: None,
        url: None,
        byline: None,
        language: None,
        credit: None,
        dateline: None,
        version: None,
        status: None,
        extraction: None,
        relation,
        same_source: false,
        spans: vec![Span {
            begin: 0,
            end: 3_700,
        }],
        words,
        digest: format!("{words:032x}"),
        containment: shares[0],
        containment_representative: shares[1],
        resemblance: 0.5,
    }
}

pub(super) fn pair(
    left: &str,
    right: &str,
    relation: Relation,
    shares: [f64; 2],
    words: u64,
) -> Match {
    Match {
        left: left.into(),
        right: right.into(),
        relation,
        same_source: relation == Relation::Overlap,
        resemblance: 0.25,
        containment_left: shares[0],
        containment_right: shares[1],
        words,
        longest_run: words / 2,
        spans: vec![SpanPair {
            left: Span {
                begin: 0,
                end: 3_700,
            },
            right: Span {
                begin: 412,
                end: 4_130,
            },
        }],
        documents: (relation == Relation::Overlap).then(|| {
            [left, right].map(|id| MatchedDocument {
                path: id.into(),
                digest: format!("{:032x}", id.len()),
            })
        }),
    }
}

fn fault(path: &str, line: Option<u64>, code: &str, reason: &str) -> Fault {
    Fault {
        path: path.into(),
        line,
        code: code.into(),
        reason: reason.into(),
        count: 1,
    }
}
