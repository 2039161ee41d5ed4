//! The five articles of the mission, where they stand beside the project's folder.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use support::{list, number, report, shared, span, string};

#[test]
fn one_wire_story_is_found_at_the_head_of_its_page() {
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
