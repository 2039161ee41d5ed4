use super::*;
use crate::Report;
use crate::fixture::{empty, hostile, sample};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use serde_json::{Value, json};
use std::io::Read;

fn page(report: &Report, excerpts: &Excerpts, texts: &EmbeddedTexts) -> String {
    let mut out = vec![];
    let provenance = &Provenance {
        inputs: vec!["news".into(), "</script>".into()],
        command: "dedupe news '</script>' -o page.html".into(),
    };
    let html = Html { texts, provenance };
    html.render(report, excerpts, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Reads the JSON of an element of the page.
fn element(page: &str, id: &str) -> Value {
    let open = format!("<script type=\"application/json\" id=\"{id}\">");
    let (_, rest) = page.split_once(&open).unwrap();
    let (data, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(data).unwrap()
}

fn block(page: &str, number: usize) -> Value {
    let packed = element(page, &format!("block-{number}"));
    let deflated = STANDARD.decode(packed.as_str().unwrap()).unwrap();
    let mut json = String::new();
    let mut decoder = DeflateDecoder::new(&deflated[..]);
    decoder.read_to_string(&mut json).unwrap();
    serde_json::from_str(&json).unwrap()
}

/// A report of one cluster of two members that share `spans`, and its texts.
fn pair_of(texts: [&str; 2], spans: &[[u64; 4]]) -> (Report, EmbeddedTexts) {
    let (mut report, _) = sample();
    report.clusters.truncate(1);
    report.clusters[0].members.truncate(2);
    report.matches.truncate(1);
    let mut kept = EmbeddedTexts::default();
    for (member, (id, text)) in report.clusters[0]
        .members
        .iter_mut()
        .zip([("a", texts[0]), ("b", texts[1])])
    {
        member.id = id.into();
        member.spans.clear();
        kept.insert(id.into(), text, 0).unwrap();
    }
    let found = &mut report.matches[0];
    (found.left, found.right) = ("a".into(), "b".into());
    let span = |begin, end| dedupe_core::model::Span { begin, end };
    found.spans = (spans.iter())
        .map(|s| crate::SpanPair {
            left: span(s[0], s[1]),
            right: span(s[2], s[3]),
        })
        .collect();
    (report, kept)
}

#[test]
fn data_never_ends_its_script_element() {
    for (report, excerpts) in [sample(), empty(), hostile()] {
        let page = page(&report, &excerpts, &EmbeddedTexts::default());
        let (_, data) = page.split_once("id=\"index\">").unwrap();
        let (data, _) = data.split_once("</script>").unwrap();
        assert!(!data.contains('<'));
        let index = element(&page, "index");
        for (listed, cluster) in index["clusters"]
            .as_array()
            .unwrap()
            .iter()
            .zip(&report.clusters)
        {
            assert_eq!(listed["members"][0]["id"], cluster.members[0].id);
            assert_eq!(listed["members"][0].get("spans"), None);
        }
    }
}

#[test]
fn policy_allows_only_the_script_and_style_of_the_page() {
    let (report, excerpts) = sample();
    let page = page(&report, &excerpts, &EmbeddedTexts::default());
    let (_, policy) = page
        .split_once("Content-Security-Policy\" content=\"")
        .unwrap();
    let (policy, _) = policy.split_once('"').unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'sha256-"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'));
    for (open, close) in [("<script>", "</script>"), ("<style>", "</style>")] {
        let (_, rest) = page.split_once(open).unwrap();
        let (text, _) = rest.split_once(close).unwrap();
        assert!(policy.contains(&assets::csp_hash(text)), "{open}");
    }
    assert!(!page.contains("{{"), "a placeholder that was not replaced");
}

#[test]
fn names_a_story_by_a_headline_or_its_first_words() {
    let (report, excerpts) = sample();
    let index = element(
        &page(&report, &excerpts, &EmbeddedTexts::default()),
        "index",
    );
    assert_eq!(
        index["names"][0],
        "Harbour basin shut after cracks are found"
    );
    assert_eq!(index["names"][1], "Storm takes the roof off the old mill");
    assert_eq!(index["times"][0][0], 1_795_132_800);
    let (mut report, excerpts) = sample();
    report.clusters.truncate(1);
    report.clusters[0].members[3].title = None;
    let index = element(
        &page(&report, &excerpts, &EmbeddedTexts::default()),
        "index",
    );
    let name = index["names"][0].as_str().unwrap();
    assert!(name.starts_with("The harbour authority closed"), "{name}");
}

#[test]
fn blocks_contain_texts_with_passages_and_edits() {
    let texts = [
        "é Head. One two three. \"End.",
        "é Head. One 2 two three. READ ALSO: x “End.",
    ];
    let (report, texts) = pair_of(texts, &[[0, 22, 0, 24], [25, 28, 42, 45]]);
    let block = block(&page(&report, &Excerpts::new(), &texts), 0);
    assert_eq!(block["texts"]["a"]["begin"], 0);
    let pair = &block["entries"]["0"]["pairs"][0];
    assert_eq!([&pair["left"], &pair["right"]], [0, 1]);
    assert_eq!(pair["passages"], json!([[0, 21, 0, 23], [24, 27, 39, 42]]));
    assert_eq!(pair["edits"], json!([[11, 11, 12, 13], [22, 22, 25, 37]]));
}

#[test]
fn a_moved_passage_is_not_an_edit() {
    // A moved passage was once marked both as added and as copied.
    let texts = [
        "One two. Three four. Five six.",
        "Three four. One two. New. Five six.",
    ];
    let spans = [[0, 8, 12, 20], [9, 20, 0, 11], [21, 30, 26, 35]];
    let (report, texts) = pair_of(texts, &spans);
    let block = block(&page(&report, &Excerpts::new(), &texts), 0);
    let pair = &block["entries"]["0"]["pairs"][0];
    assert_eq!(pair["edits"], json!([]));
}

#[test]
fn an_exact_copy_of_a_copy_is_paired_with_the_representative() {
    let texts = ["Head. One two three.", "One two 3 three. Foot."];
    let (mut report, mut texts) = pair_of(texts, &[[6, 19, 0, 15]]);
    report.clusters[0].representative = "a".into();
    report.clusters[0].members[1].spans = vec![dedupe_core::model::Span { begin: 0, end: 15 }];
    let mut copy = report.clusters[0].members[1].clone();
    copy.id = "c".into();
    copy.spans[0] = dedupe_core::model::Span { begin: 1, end: 17 };
    report.clusters[0].members.push(copy);
    texts
        .insert("c".into(), " One  two 3 three. Foot.", 0)
        .unwrap();
    let mut exact = report.matches[0].clone();
    (exact.left, exact.right) = ("b".into(), "c".into());
    (exact.relation, exact.spans) = (dedupe_core::model::Relation::Exact, vec![]);
    report.matches.push(exact);

    let block = block(&page(&report, &Excerpts::new(), &texts), 0);
    let pairs = &block["entries"]["0"]["pairs"];
    assert_eq!([&pairs[2]["left"], &pairs[2]["right"]], [0, 2]);
    assert_eq!(pairs[2]["passages"], json!([[6, 19, 1, 17]]));
    assert_eq!(pairs[2]["edits"], json!([[13, 13, 10, 11]]));
}

#[test]
fn a_text_of_two_stories_is_in_the_block_of_the_first() {
    let (mut report, mut texts) = pair_of(["x", "y"], &[]);
    for id in ["a", "b"] {
        texts
            .insert(id.into(), &"long text ".repeat(30_000), 0)
            .unwrap();
    }
    let mut second = report.clusters[0].clone();
    second.id = "second".into();
    report.clusters.push(second);
    let page = page(&report, &Excerpts::new(), &texts);
    assert_eq!(element(&page, "index")["blocks"], json!([0, 1]));
    assert_eq!(block(&page, 1)["texts"], json!({}));
    assert_eq!(block(&page, 1)["elsewhere"], json!({"a": 0, "b": 0}));
}

#[test]
fn counts_passages_outside_the_embedded_text() {
    let (report, texts) = pair_of(
        ["short", "short"],
        &[[0, 5, 0, 5], [10, 20, 10, 20], [9, 2, 1, 3]],
    );
    let block = block(&page(&report, &Excerpts::new(), &texts), 0);
    let pair = &block["entries"]["0"]["pairs"][0];
    assert_eq!((&pair["beyond"], &pair["edits"]), (&json!(2), &json!([])));
}

#[test]
fn lists_at_most_200_faults_and_states_their_number() {
    let (mut report, excerpts) = sample();
    report.skipped = vec![report.skipped[0].clone(); 201];
    report.warnings = vec![report.warnings[0].clone(); 200];
    let index = element(
        &page(&report, &excerpts, &EmbeddedTexts::default()),
        "index",
    );
    for (list, listed, all) in [("skipped", 200, 201), ("warnings", 200, 200)] {
        assert_eq!(index[list]["items"].as_array().unwrap().len(), listed);
        assert_eq!(index[list]["all"], all);
    }
}

#[test]
fn a_gap_is_an_edit_up_to_2000_bytes() {
    for (gap, is_edit) in [(2_000, true), (2_001, false)] {
        let texts = [
            "One two. Five six.",
            &format!("One two. {}Five six.", "x".repeat(gap - 1)),
        ];
        let end = 8 + gap as u64;
        let (report, texts) = pair_of(texts, &[[0, 8, 0, 8], [9, 18, end, end + 9]]);
        let block = block(&page(&report, &Excerpts::new(), &texts), 0);
        let pair = &block["entries"]["0"]["pairs"][0];
        let edits = pair["edits"].as_array().unwrap();
        assert_eq!(!edits.is_empty(), is_edit, "{gap}: {pair}");
    }
}

#[test]
fn names_the_inputs_and_the_command() {
    let (report, excerpts) = sample();
    let page = page(&report, &excerpts, &EmbeddedTexts::default());
    let about = element(&page, "about");
    assert_eq!(
        about["inputs"],
        json!({"items": ["news", "</script>"], "all": 2})
    );
    assert_eq!(about["command"], "dedupe news '</script>' -o page.html");
}

#[test]
fn a_document_without_a_headline_has_its_first_words() {
    let (report, texts) = pair_of(["One  two.\nThree.", ""], &[]);
    let index = element(&page(&report, &Excerpts::new(), &texts), "index");
    assert_eq!(index["beginnings"][0], json!(["One two. Three.", null]));
    assert_eq!(index["names"][0], "One two. Three.");
    let nothing = EmbeddedTexts::default();
    let index = element(&page(&report, &Excerpts::new(), &nothing), "index");
    assert_eq!(index["names"][0], Value::Null);
}

/// A report whose only match is an overlap of two documents that are in no story.
fn overlap_of(texts: [&str; 2], spans: &[[u64; 4]]) -> (Report, EmbeddedTexts) {
    let (mut report, mut kept) = pair_of(texts, spans);
    report.clusters.clear();
    report.matches[0].relation = dedupe_core::model::Relation::Overlap;
    let details = crate::DocumentDetails {
        path: "b.txt".into(),
        title: Some("B".into()),
        words: 7,
        ..crate::DocumentDetails::default()
    };
    kept.describe("b".into(), details);
    (report, kept)
}

#[test]
fn an_overlap_is_an_entry_with_both_texts() {
    let (report, texts) = overlap_of(
        ["Head. One two three.", "x One two three."],
        &[[6, 20, 2, 16]],
    );
    let page = page(&report, &Excerpts::new(), &texts);
    let index = element(&page, "index");
    assert_eq!(
        (&index["stories"], &index["blocks"]),
        (&json!(0), &json!([0]))
    );
    let members = &index["clusters"][0]["members"];
    assert_eq!([&members[0]["id"], &members[1]["id"]], ["a", "b"]);
    assert_eq!(
        [&members[1]["title"], &members[1]["relation"]],
        ["B", "overlap"]
    );
    assert_eq!(members[1]["words"], 7);
    let block = block(&page, 0);
    let passages = &block["entries"]["0"]["pairs"][0]["passages"];
    assert_eq!(passages, &json!([[6, 20, 2, 16]]));
}

#[test]
fn a_text_names_its_sources_from_its_own_side() {
    let (mut report, texts) = pair_of(["é One two three.", "One two three."], &[[3, 17, 0, 14]]);
    report.matches[0].relation = dedupe_core::model::Relation::Contains;
    let block = block(&page(&report, &Excerpts::new(), &texts), 0);
    let sources = |id: &str| block["texts"][id]["sources"].clone();
    assert_eq!(sources("a")["all"], 1);
    assert_eq!(sources("a")["items"][0]["id"], "b");
    assert_eq!(sources("a")["items"][0]["relation"], "contains");
    assert_eq!(sources("a")["items"][0]["passages"], json!([2, 16]));
    assert_eq!(sources("b")["items"][0]["id"], "a");
    assert_eq!(sources("b")["items"][0]["relation"], "contained");
    assert_eq!(sources("b")["items"][0]["passages"], json!([0, 14]));
}

#[test]
fn lists_stories_up_to_the_limits() {
    let (mut report, texts) = pair_of(["x", "y"], &[]);
    report.clusters = vec![report.clusters[0].clone(); 4];
    let stories = |stories, members| {
        let limits = block_layout::PageLimits { stories, members };
        BlockLayout::new(&report, &texts, limits).unwrap().stories
    };
    assert_eq!([stories(9, 99), stories(3, 99)], [4, 3]);
    // Each story has two members.
    assert_eq!([stories(9, 4), stories(9, 5), stories(9, 0)], [2, 3, 0]);
}

#[test]
fn counts_what_it_leaves_out() {
    let (mut report, texts) = overlap_of(["x", "y"], &[]);
    let found = report.matches.remove(0);
    let of = |at: u32| crate::Match {
        left: format!("{at:05}"),
        ..found.clone()
    };
    report.matches = (0..10_001).map(of).collect();
    let index = element(&page(&report, &Excerpts::new(), &texts), "index");
    assert_eq!(index["left_out"], json!({"stories": 0, "overlaps": 1}));
    assert_eq!(index["clusters"].as_array().unwrap().len(), 10_000);
}
