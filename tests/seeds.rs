//! Five sample articles, if they are present beside the project's folder.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use support::{list, number, report, shared, span, string};

use dedupe_formats::credit::{Credit, Day};

#[test]
fn reads_credits_and_datelines() {
    let Some(seeds) = shared("seeds") else {
        return;
    };
    let credit = |name: &str| Credit::of(&std::fs::read_to_string(seeds.join(name)).unwrap());
    let wire = credit("000_93e17264775ca6d3.txt");
    assert_eq!(wire.agency.as_deref(), Some("UrduPoint"));
    assert_eq!(wire.place.as_deref(), Some("Moscow"));
    assert_eq!(wire.day.map(Day::iso_8601).as_deref(), Some("2021-02-26"));
    let portal = credit("004_8d3fb8c06047b71c.txt");
    assert_eq!(portal.agency.as_deref(), Some("TASS"));
    for other in [
        "001_86881a3a57d73c7f.txt",
        "002_b22a2843e4ff1581.txt",
        "003_f91e99004faf380b.txt",
    ] {
        assert_eq!(credit(other).agency, None, "{other}");
    }
}

#[test]
fn finds_the_wire_story_at_the_head_of_its_page() {
    let Some(seeds) = shared("seeds") else {
        return;
    };
    let report = report(seeds.parent().unwrap(), &["./seeds"]);
    let [cluster] = list(&report, "clusters") else {
        panic!("not one cluster: {report}");
    };
    let [story, page] = list(cluster, "members") else {
        panic!("not two members: {cluster}");
    };
    assert!(string(cluster, "representative").starts_with("./seeds/000_"));
    assert!(string(story, "id").starts_with("./seeds/000_"));
    assert_eq!(string(story, "relation"), "representative");
    assert_eq!(string(story, "credit"), "UrduPoint");
    assert_eq!(string(&story["dateline"], "date"), "2021-02-26");
    assert_eq!(string(&cluster["origin"], "id"), string(story, "id"));
    assert_eq!(number(cluster, "sources"), 1.0);
    assert!(string(page, "id").starts_with("./seeds/001_"));
    assert_eq!(string(page, "relation"), "contains");

    let extent = |member| {
        let spans: Vec<_> = list(member, "spans").iter().map(span).collect();
        spans[0].start..spans[spans.len() - 1].end
    };
    assert!(extent(story).len() >= 1_900, "{:?}", extent(story));
    assert!(extent(page).end <= 2_900, "{:?}", extent(page));

    let [found] = list(&report, "matches") else {
        panic!("not one match: {report}");
    };
    assert_eq!(string(found, "relation"), "contained");
    assert!(number(found, "containment_left") >= 0.88, "{found}");
    assert!(number(found, "containment_right") < 0.2, "{found}");
}
