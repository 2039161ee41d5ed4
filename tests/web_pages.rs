//! Web pages: which of their text is compared, and what the report says about it.

#![cfg(feature = "html")]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use support::{dedupe, list, report, string};

const NOTICE: &str = "We and our partners store and read information on your device, such as cookies, \
    and process personal data for advertising, for the measurement of content, for research about \
    readers, and to improve our services. With your permission we may use the location of your device \
    and identify it by its properties. You can click to agree to what we and our partners do, or refuse, \
    or read more before you decide. Some processing does not need your consent, but you have the right \
    to object to it.";

const STORIES: [(&str, &str); 3] = [
    (
        "Night ferry returns",
        "The night ferry to Holm will sail again from May, eight years after the line was closed for want of \
         passengers. A cooperative of islanders has leased a vessel and hired back six of the old crew, \
         among them the cook. Engineers still have to dredge the inner basin, which silted up while it lay idle, and \
         the harbour board put that at four weeks if the weather holds.",
    ),
    (
        "Quarry to become a lake",
        "The last stone left the granite quarry at Varde on Friday. Pumps will be switched off in autumn, and \
         the pit is to fill with ground water until bathers can use it in nine years. The council bought \
         the site for one krone on condition that the old crane stays, and has asked an artist to turn its cab into a \
         lookout over the cliffs.",
    ),
    (
        "School wins chess cup",
        "Four pupils from a village school with sixty children beat the favourites from the capital. Their \
         caretaker taught them, who once played for the national team and never told anyone. The final lasted five hours and was \
         decided by a pawn that two commentators had written off, while the bus home waited outside with its engine \
         running.",
    ),
];

/// A page that shows the notice in what it marks as its story, and the story in what it calls extra.
fn page(host: &str, number: usize, notice: &str) -> String {
    let (title, story) = STORIES[number];
    format!(
        "<!DOCTYPE html><html><head><title>{title}</title>\
         <link rel=canonical href='https://{host}/{number}'></head><body>\
         <article><p>{notice}</p></article><div class=extra><p>{story}</p></div></body></html>"
    )
}

fn matches(folder: &Path) -> (Value, Vec<String>) {
    let report = report(folder, &["."]);
    let relations = list(&report, "matches");
    let relations = relations.iter().map(|m| string(m, "relation").to_owned());
    let relations = relations.collect();
    (report, relations)
}

/// Writes pages of a host, each with the story of its number.
fn write(folder: &Path, host: &str, numbers: &[usize]) {
    for number in numbers {
        let path = folder.join(format!("{host}-{number}.html"));
        std::fs::write(path, page(host, *number, NOTICE)).unwrap();
    }
}

/// Once, all pages that showed one request for consent were exact copies of each other.
#[test]
fn a_text_on_pages_with_different_headlines_is_a_notice() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "herald.example", &[0, 1, 2]);
    let (report, relations) = matches(folder.path());
    assert_eq!(relations, [""; 0], "{report:#}");
    let warnings = list(&report, "warnings");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(string(&warnings[0], "code"), "notice");
    let reason = string(&warnings[0], "reason");
    assert!(
        reason.contains("on 3 pages of \"herald.example\""),
        "{reason}"
    );

    // The stories themselves are found.
    for (number, (title, story)) in STORIES.iter().enumerate() {
        let copy = format!("{title}\n\n{story}\n");
        std::fs::write(folder.path().join(format!("{number}.txt")), copy).unwrap();
    }
    let (report, relations) = matches(folder.path());
    assert_eq!(relations.len(), 3, "{report:#}");
    // Excerpts and exports read the same text again.
    let exported = dedupe(folder.path(), &["export", "."]);
    let exported = String::from_utf8(exported.stdout).unwrap();
    assert_eq!(exported.lines().count(), 3, "{exported}");
    assert!(!exported.contains("partners"), "{exported}");
    let html = dedupe(folder.path(), &[".", "--format", "html"]);
    assert!(!String::from_utf8(html.stderr).unwrap().contains("changed"));
}

#[test]
fn a_page_that_is_saved_twice_is_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "herald.example", &[0]);
    let again = page("herald.example", 0, NOTICE).replace("returns</title>", "is back</title>");
    std::fs::write(folder.path().join("again.html"), again).unwrap();
    let (report, relations) = matches(folder.path());
    assert_eq!(relations, ["exact"], "{report:#}");
    assert_eq!(list(&report, "warnings").len(), 0);
}

#[test]
fn a_text_on_pages_of_two_sites_is_a_story() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "herald.example", &[0]);
    write(folder.path(), "post.example", &[1]);
    let (report, relations) = matches(folder.path());
    assert_eq!(relations, ["exact"], "{report:#}");
    let extraction = &report["clusters"][0]["members"][0]["extraction"];
    assert_eq!(extraction, "section", "{report:#}");
}

/// The rest of the page is too short to be the story.
#[test]
fn a_story_that_one_site_published_under_two_headlines_is_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..2 {
        let (_, story) = STORIES[2];
        let page = page("herald.example", number, &story.repeat(4));
        let path = folder.path().join(format!("{number}.html"));
        std::fs::write(path, page).unwrap();
    }
    let (report, relations) = matches(folder.path());
    assert_eq!(relations, ["exact"], "{report:#}");
    assert_eq!(list(&report, "warnings").len(), 0);
}

const BRIEFS: [(&str, &str); 6] = [
    (
        "Glassworks lights second furnace",
        "After a winter of orders from abroad the glassworks in Telm has lit its second furnace, which had stood cold since \
         the flood, and wants forty apprentices by harvest time.",
    ),
    (
        "Marathon moved to evening",
        "Runners will set off at seven because forecasters expect great heat on Sunday; trams keep still until ten, and \
         every bridge over the canal closes for the whole race.",
    ),
    (
        "Owls nest in town hall",
        "A pair of barn owls has raised five chicks behind the clock of the tower, so the mayor has had the bells stopped and \
         couples marry without chimes this month.",
    ),
    (
        "Bakers strike over flour",
        "Ovens stayed dark across the province as bakers protested against the price of rye, which has doubled within a year, \
         and shops sold crispbread from across the border instead.",
    ),
    (
        "Library finds lost atlas",
        "An atlas that vanished in the war has come back by post without a sender, wrapped in oilcloth, with a fine of two \
         crowns paid in stamps long since withdrawn.",
    ),
    (
        "Frost kills early cherries",
        "Growers on the southern slopes lost nine in ten blossoms in a single night, despite fires between the rows, and ask \
         the ministry to delay their loans for three seasons.",
    ),
];

/// Writes six pages of a host that have the same stories below their own.
fn write_with_teasers(folder: &Path, title: impl Fn(usize) -> String) {
    for (number, (_, brief)) in BRIEFS.iter().enumerate() {
        let title = title(number);
        let teasers = STORIES[..2]
            .iter()
            .map(|(_, story)| format!("<p>{story}</p>"));
        let page = format!(
            "<!DOCTYPE html><html><head><title>{title} | Herald</title>\
             <link rel=canonical href='https://herald.example/{number}'></head><body>\
             <h1>{title}</h1><p>{brief}</p><h2>Most read</h2>{}</body></html>",
            teasers.collect::<String>()
        );
        std::fs::write(folder.join(format!("{number}.html")), page).unwrap();
    }
}

/// Once, such pages were copies of each other, because most of their text was.
#[test]
fn paragraphs_under_unrelated_headlines_are_notices() {
    let folder = tempfile::tempdir().unwrap();
    write_with_teasers(folder.path(), |number| BRIEFS[number].0.to_owned());
    let (report, relations) = matches(folder.path());
    assert_eq!(relations, [""; 0], "{report:#}");
    let warnings = list(&report, "warnings");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let reason = string(&warnings[0], "reason");
    assert!(
        reason
            .starts_with("paragraphs of 6 pages of \"herald.example\" are under up to 6 headlines"),
        "{reason}"
    );
    let exported = dedupe(folder.path(), &["export", "."]);
    let exported = String::from_utf8(exported.stdout).unwrap();
    assert_eq!(exported.lines().count(), 6, "{exported}");
    assert!(!exported.contains("granite"), "{exported}");
}

#[test]
fn paragraphs_under_the_headlines_of_one_story_are_no_notices() {
    let folder = tempfile::tempdir().unwrap();
    write_with_teasers(folder.path(), |number| {
        format!("Ferry report, part {number}")
    });
    let (report, relations) = matches(folder.path());
    assert!(!relations.is_empty(), "{report:#}");
    assert_eq!(list(&report, "warnings").len(), 0);
}

/// Documents before, between and after the pages stay as they are.
#[test]
fn other_documents_of_the_same_blocks_stay() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..40 {
        let (_, story) = STORIES[number % 3];
        let text = format!("{story} Report number {number} of this series ends here.");
        std::fs::write(folder.path().join(format!("{number:02}.txt")), text).unwrap();
    }
    write(folder.path(), "herald.example", &[0, 1]);
    let mut lines = String::new();
    for document in list(
        &report(folder.path(), &[".", "--threshold", "0.1"]),
        "clusters",
    ) {
        for member in list(document, "members") {
            writeln!(lines, "{} {}", string(member, "id"), member["words"]).unwrap();
        }
    }
    let words = |text: &str| text.split_whitespace().count();
    for (number, (_, story)) in STORIES.iter().enumerate().take(2) {
        let expected = format!("./herald.example-{number}.html {}\n", words(story));
        assert!(lines.contains(&expected), "{expected}\n{lines}");
    }
    for number in 0..40 {
        let count = words(STORIES[number % 3].1) + 8;
        let expected = format!("./{number:02}.txt {count}\n");
        assert!(lines.contains(&expected), "{expected}\n{lines}");
    }
}
