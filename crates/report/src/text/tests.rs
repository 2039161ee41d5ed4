use super::*;
use crate::fixture::{empty, hostile, sample};

fn render(report: &Report, excerpts: &Excerpts, style: TerminalStyle) -> String {
    let mut out = Vec::new();
    Text::new(style).render(report, excerpts, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn at_width(width: usize) -> TerminalStyle {
    TerminalStyle { ansi: false, width }
}

#[test]
fn lines_fit_the_width_and_ids_are_never_shortened() {
    let (report, excerpts) = sample();
    for width in [60, 80, 140] {
        let text = render(&report, &excerpts, at_width(width));
        for line in text.lines() {
            assert!(columns(line) <= width, "{width}: {line:?}");
        }
        for cluster in &report.clusters {
            for member in &cluster.members {
                assert!(text.contains(&member.id), "{width}: {}", member.id);
            }
        }
        // The result and the reason for the origin are there to the end.
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let origin = report.clusters[0].origin.as_ref().unwrap();
        for whole in [&headline(&report), &origin.reason] {
            assert!(words.contains(whole), "{width}: {whole}");
        }
    }
}

#[test]
fn names_a_story_by_its_first_words() {
    let (report, excerpts) = sample();
    let text = render(&report, &excerpts, at_width(140));
    assert!(
        text.contains(
            "1. The harbour authority closed the eastern basin on Tuesday after inspectors"
        )
    );
    assert!(text.contains("2. Storm takes the roof off the old mill"));
}

#[test]
fn styles_are_optional_and_do_not_change_the_words() {
    let (report, excerpts) = hostile();
    let plain = render(&report, &excerpts, at_width(80));
    assert!(!plain.contains('\u{1b}'));
    let styled = render(
        &report,
        &excerpts,
        TerminalStyle {
            ansi: true,
            width: 80,
        },
    );
    assert!(styled.contains("\u{1b}[1m"));
    let stripped = anstream::adapter::strip_str(&styled).to_string();
    assert_eq!(stripped, plain);
}

#[test]
fn long_lists_are_shortened_and_say_so() {
    let (mut report, excerpts) = sample();
    let member = report.clusters[1].members[1].clone();
    report.clusters[1].members.extend(vec![member; 8]);
    report
        .clusters
        .extend(vec![report.clusters[1].clone(); 1_200]);
    report.skipped = vec![report.skipped[0].clone(); 30];
    let text = render(&report, &excerpts, at_width(120));
    assert!(text.contains("\n… and 1,152 more stories; --format json lists all\n"));
    assert!(text.contains("\n         … and 1 more member; --format json lists all\n"));
    assert!(text.contains(" (30 of this kind, "));
    assert!(text.contains("\n   --format json lists all 30 inputs\n"));
    // The list itself is shortened, in every format.
    report.skipped.truncate(2);
    report.skipped[1].count = 70;
    let text = render(&report, &excerpts, at_width(120));
    assert!(text.contains(" (71 of this kind, "));
    let rest = "\n   --format json lists the first of these 71 inputs and counts the others\n";
    assert!(text.contains(rest), "{text}");
    // Each fault has a line of its own.
    report.skipped.truncate(1);
    let text = render(&report, &excerpts, at_width(120));
    assert!(!text.contains("\n   --format json lists"), "{text}");
    assert_eq!(text.matches("feed.jsonl:2:").count(), 1);
}

#[test]
fn faults_are_wrapped_between_words() {
    let (mut report, excerpts) = sample();
    report.skipped.truncate(1);
    let text = render(&report, &excerpts, at_width(60));
    let expected = "   feed.jsonl:2: expected a JSON object, found `{broken`\n";
    assert!(text.contains(expected), "{text}");
    report.skipped[0].reason = "expected one of the words ".repeat(4).trim().to_owned();
    let text = render(&report, &excerpts, at_width(60));
    let expected = "   feed.jsonl:2: expected one of the words expected one of\n     the words expected one of the words expected one of the\n     words\n";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn members_are_sorted_by_date_with_undated_ones_last() {
    let (mut report, excerpts) = sample();
    let members = &mut report.clusters[0].members;
    members[0].date = Some("2026-11-22".into());
    members[1].date = Some("yesterday".into());
    members[2].date = Some("2026-11-21T09:00:00+03:00".into());
    let ids: Vec<String> = members.iter().map(|m| m.id.clone()).collect();
    let text = render(&report, &excerpts, at_width(140));
    let place = |at: usize| text.find(&format!("  {} ", ids[at])).unwrap();
    assert!(text.contains("  keep  agency/0412.txt "));
    let order = [0, 2, 3, 1, 4].map(place);
    assert!(order.is_sorted(), "{order:?}\n{text}");
}

#[test]
fn a_cross_source_report_says_so() {
    let (mut report, excerpts) = sample();
    report.parameters.cross_source_only = true;
    let text = render(&report, &excerpts, at_width(80));
    assert!(
        text.starts_with("2 stories appear more than once in 12,480 documents, across sources.\n")
    );
}

#[test]
fn describes_a_corpus_without_copies() {
    let (mut report, excerpts) = empty();
    assert!(render(&report, &excerpts, at_width(80)).starts_with("No document was read.\n"));
    report.summary.documents = 5;
    let text = render(&report, &excerpts, at_width(80));
    assert!(text.starts_with("No story appears more than once in 5 documents.\n"));
}

#[test]
fn shows_five_boilerplate_passages_and_counts_the_rest() {
    let (mut report, excerpts) = sample();
    report.boilerplate = vec![report.boilerplate[0].clone(); 7];
    report.summary.boilerplate = 9;
    let text = render(&report, &excerpts, at_width(80));
    assert_eq!(text.matches("in 136 documents:").count(), 5);
    assert!(
        text.contains("\n   … and 4 more passages; --format json lists all\n"),
        "{text}"
    );
}
