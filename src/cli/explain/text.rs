//! The result of `dedupe explain` as text.

use super::ExplainReport;
use super::edits::{EditRow, edit_rows};
use crate::cli::text_page::{FAINT, HEADING, TextPage, styled, wrapped};
use anstyle::Style;
use dedupe::explain::{AlignedPassage, Examined, Explanation};
use dedupe_core::model::{Relation, Span};
use dedupe_report::escape::{escape_text, escape_to_one_line};
use dedupe_report::{TerminalStyle, format_percent};
use indicatif::HumanCount;

/// Minimum width in columns for passages side by side.
const WIDE: usize = 100;
/// Minimum width in columns of the page.
const MIN_WIDTH: usize = 40;
/// Number of passages that are shown without `--all`.
const MAX_PASSAGES: usize = 12;
/// Equal rows that are shown before and after a change.
const CONTEXT: usize = 2;
/// Characters of a boilerplate passage that are shown.
const EXCERPT: usize = 120;

/// The whole page.
pub(super) fn page(report: &ExplainReport, look: TerminalStyle) -> String {
    let explanation = &report.explanation;
    let mut page = TextPage::new(TerminalStyle {
        width: look.width.max(MIN_WIDTH),
        ..look
    });
    for line in wrapped(&verdict(explanation), page.look.width) {
        page.line(&styled(look, HEADING, &line));
    }
    documents(&mut page, explanation);
    figures(&mut page, explanation);
    evidence(&mut page, explanation);
    stages(&mut page, explanation);
    boilerplate(&mut page, report);
    passages(&mut page, report);
    page.into_text()
}

/// The result in a sentence.
fn verdict(e: &Explanation) -> String {
    let why_none = match e.evidence {
        Some(evidence) if evidence.log_odds >= 0.0 => {
            format!("the {} words that they share are too few to tell", e.words)
        }
        Some(evidence) => format!(
            "the evidence is against one story ({:+.1} log-odds)",
            evidence.log_odds
        ),
        None => "they have no words".to_owned(),
    };
    if let Some((apart, within)) = e.too_far_apart() {
        let apart = count_days(apart);
        return format!("no relation: the dates are {apart} apart, and --within allows {within}");
    }
    let found = match e.relation {
        Some(Relation::Exact) => "exact: A and B have the same words".to_owned(),
        Some(Relation::Near) => "near: A and B tell one story, in mostly the same words".to_owned(),
        Some(Relation::Contains) => "contains: the story of B is in A".to_owned(),
        Some(Relation::Contained) => "contained: the story of A is in B".to_owned(),
        Some(Relation::Version) => {
            "version: A and B tell one story, in mostly other words".to_owned()
        }
        Some(Relation::Overlap) => format!(
            "overlap: they share a passage of {} words or more, but {why_none}",
            e.min_passage
        ),
        None => format!(
            "no relation: {why_none}, and they share no passage of {} words",
            e.min_passage
        ),
    };
    if e.relation.is_some() && !e.sketches.is_compared() {
        return format!("{found}; but a run may miss the pair, since it is not a candidate");
    }
    found
}

fn count_days(days: u32) -> String {
    match days {
        1 => "1 day".to_owned(),
        _ => format!("{} days", HumanCount(days.into())),
    }
}

fn documents(page: &mut TextPage, e: &Explanation) {
    for (name, document) in [("A", &e.left), ("B", &e.right)] {
        let known = [&document.title, &document.source, &document.date];
        let known: Vec<String> = known
            .into_iter()
            .flatten()
            .map(|t| escape_to_one_line(t))
            .collect();
        page.line(&format!("   {name}  {}", escape_text(&document.id)));
        if !known.is_empty() {
            page.paragraph("      ", FAINT, &known.join(" · "));
        }
    }
}

fn figures(page: &mut TextPage, e: &Explanation) {
    page.heading("Figures");
    let count = |n: u64| HumanCount(n).to_string();
    let [left, right] = [&e.left, &e.right].map(|d| count(d.words));
    let common = count(e.words);
    let sentence =
        format!("A and B have {common} words in common, of {left} in A and {right} in B.");
    page.paragraph("   ", Style::new(), &sentence);
    let two = |page: &mut TextPage, name: &str, a: String, b: String, note: &str| {
        page.line(&format!("   {name:<19}{a:>10}{b:>10}  {note}"));
    };
    two(page, "", "A".into(), "B".into(), "");
    two(page, "words", count(e.left.words), count(e.right.words), "");
    if e.left.boilerplate_words + e.right.boilerplate_words > 0 {
        let [a, b] = [&e.left, &e.right].map(|d| count(d.boilerplate_words));
        two(page, "boilerplate", a, b, "recurs, has little weight");
    }
    two(page, "words in common", count(e.words), count(e.words), "");
    let [a, b] = [&e.left, &e.right].map(|d| count(d.words.saturating_sub(e.words)));
    two(page, "words of its own", a, b, "");
    let [a, b] = [e.containment_left, e.containment_right].map(format_percent);
    two(page, "containment", a, b, "common / words");
    let one = |page: &mut TextPage, name: &str, a: String, note: &str| {
        page.line(&format!("   {name:<19}{a:>20}  {note}"));
    };
    one(
        page,
        "resemblance",
        format_percent(e.resemblance),
        "common / (A + B - common)",
    );
    one(page, "longest run", count(e.longest_run), "words in a row");
    let needed = format!("words; an overlap needs {}", e.min_passage);
    one(page, "longest passage", count(e.longest_passage), &needed);
}

fn stages(page: &mut TextPage, e: &Explanation) {
    let s = e.sketches;
    page.heading("Stages");
    let mark = |passes: bool| if passes { "passes" } else { "misses" };
    let enough = s.proposed && s.buckets_shared == 0;
    let passes = enough || s.fingerprints_counted >= s.fingerprints_needed;
    let mut text = format!(
        "fingerprints: {} shared, of {} and {}; {} needed",
        s.fingerprints_shared, s.fingerprints_left, s.fingerprints_right, s.fingerprints_needed
    );
    if !passes && s.fingerprints_counted < s.fingerprints_shared {
        let frequent = s.fingerprints_shared - s.fingerprints_counted;
        text.push_str(&format!(
            "; {frequent} do not count, because too many documents have them"
        ));
    }
    page.paragraph(&format!("   {}  ", mark(passes)), Style::new(), &text);
    page.line(&format!(
        "   {}  signatures: {} of {} buckets shared; 1 needed",
        mark(s.buckets_shared > 0),
        s.buckets_shared,
        s.buckets
    ));
    let indent = " ".repeat(11);
    let resemblance = format!(
        "resemblance: {} by shingles, {} by signatures;",
        format_percent(s.shingle_resemblance),
        format_percent(s.signature_resemblance)
    );
    page.paragraph(&indent, FAINT, &resemblance);
    let probability = format!(
        "probability of a shared bucket at this resemblance: {}",
        format_percent(s.bucket_probability)
    );
    page.paragraph(&indent, FAINT, &probability);
    let compared = match (s.proposed, s.found_by_clustering) {
        (true, _) => "the pair is compared",
        (false, true) => "the pair is compared, because both are copies of a third document",
        (false, false) => "the pair is never compared",
    };
    let label = format!("   {}  ", mark(s.is_compared()));
    page.paragraph(&label, Style::new(), &format!("candidates: {compared}"));
    if let (Some(apart), Some(within)) = (e.days_apart, e.within) {
        let (apart, near) = (count_days(apart), apart <= within);
        let text = format!("dates: {apart} apart; --within allows {within}");
        page.paragraph(&format!("   {}  ", mark(near)), Style::new(), &text);
    }
    let found = e.relation.is_some_and(Relation::is_copy);
    let text = match e.evidence {
        None => "verification: all words are the same".to_owned(),
        Some(evidence) => format!(
            "verification: {:+.2} log-odds for one story; 0 needed",
            evidence.log_odds
        ),
    };
    page.paragraph(&format!("   {}  ", mark(found)), Style::new(), &text);
}

/// What was measured, and what each measure contributes to the decision.
fn evidence(page: &mut TextPage, e: &Explanation) {
    let Some(found) = e.evidence else {
        return;
    };
    page.heading("Evidence for one story, in log-odds");
    let (terms, parts) = (found.terms, found.contributions);
    let of_share = |term: f64| match terms.share > 0.0 {
        true => format!("{} of the share", format_percent(term / terms.share)),
        false => String::new(),
    };
    // The headline counts as much as the share does.
    let agreement = match terms.share > 0.0 {
        true => format_percent(terms.headline / terms.share),
        false => String::new(),
    };
    let has_headlines = [&e.left, &e.right].iter().all(|d| d.title.is_some());
    let days_apart = e
        .days_apart
        .map_or_else(|| "unknown".to_owned(), count_days);
    let rows = [
        (
            "words that count",
            format!("{} of a document", format_percent(terms.share)),
            parts.share,
        ),
        ("outside longest run", of_share(terms.spread), parts.spread),
        (
            match has_headlines {
                true => "headlines agree",
                false => "first words agree",
            },
            agreement,
            parts.headline,
        ),
        ("subjects replaced", of_share(terms.subject), parts.subject),
        ("numbers replaced", of_share(terms.numbers), parts.numbers),
        (
            "rare words shared",
            terms
                .rare_words
                .map_or_else(|| "unknown".to_owned(), format_percent),
            parts.rare_words,
        ),
        ("days apart", days_apart, parts.days),
        ("threshold", format!("{}", e.threshold), parts.threshold),
        ("sum", String::new(), found.log_odds),
    ];
    for (name, measured, part) in rows {
        // Not -0.00.
        let part = (100.0 * part).round() / 100.0 + 0.0;
        page.line(&format!("   {name:<19}{measured:>20}{part:>+10.2}"));
    }
}

fn boilerplate(page: &mut TextPage, report: &ExplainReport) {
    let e = &report.explanation;
    page.heading("Boilerplate, given little weight");
    if !report.in_corpus {
        page.faint("none: boilerplate is found in a corpus; name one with --in");
        return;
    }
    if e.left.boilerplate.is_empty() && e.right.boilerplate.is_empty() {
        page.faint("none in A or B");
    }
    for (name, document) in [("A", &e.left), ("B", &e.right)] {
        for &span in &document.boilerplate {
            let place = format!("{name} {}-{}", span.begin, span.end);
            page.paragraph(
                &format!("   {place}  "),
                Style::new(),
                &excerpt(document, span),
            );
        }
    }
}

fn excerpt(document: &Examined, span: Span) -> String {
    let text = document
        .passage(span)
        .unwrap_or("(the text could not be read again)");
    let shown: String = text.chars().take(EXCERPT).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    format!("{}{more}", escape_to_one_line(&shown))
}

fn passages(page: &mut TextPage, report: &ExplainReport) {
    let all = report.explanation.passages.len();
    let shown = if report.all {
        all
    } else {
        MAX_PASSAGES.min(all)
    };
    page.heading(&match all {
        0 => "No aligned passages".to_owned(),
        1 => "1 aligned passage".to_owned(),
        _ => format!("{} aligned passages", HumanCount(all as u64)),
    });
    let aligned = report.explanation.passages.iter().take(shown);
    for (number, aligned) in (1..).zip(aligned) {
        passage(page, report, number, aligned);
    }
    if shown < all {
        page.line("");
        page.faint(&format!("… and {} more; --all shows them", all - shown));
    }
}

fn passage(page: &mut TextPage, report: &ExplainReport, number: usize, aligned: &AlignedPassage) {
    let e = &report.explanation;
    let AlignedPassage {
        left,
        right,
        words,
        equal,
    } = *aligned;
    page.line("");
    let place = format!(
        "{} words, {} equal; bytes {}-{} of A, {}-{} of B",
        HumanCount(words),
        HumanCount(equal),
        left.begin,
        left.end,
        right.begin,
        right.end
    );
    page.paragraph(&format!("   {number}. "), FAINT, &place);
    let wide = page.look.width >= WIDE;
    let width = if wide {
        (page.look.width - 6) / 2
    } else {
        page.look.width - 5
    };
    let (rows, cut) = edit_rows(
        e.left.passage(left).unwrap_or_default(),
        e.right.passage(right).unwrap_or_default(),
        width,
        page.look,
    );
    if rows.is_empty() {
        page.faint("(the text could not be read again)");
    }
    for run in rows.chunk_by(|a, b| a.same == b.same) {
        let hidden = run.len().saturating_sub(2 * CONTEXT);
        let elide = !report.all && run[0].same && hidden > 1;
        for (k, row) in run.iter().enumerate() {
            if elide && k == CONTEXT {
                page.faint(&format!("  ⋮ {hidden} equal lines"));
            }
            if elide && (CONTEXT..CONTEXT + hidden).contains(&k) {
                continue;
            }
            if wide {
                side_by_side(page, row, width)
            } else {
                stacked(page, row)
            }
        }
    }
    if cut {
        page.faint("the passage is too long; its end is not shown");
    }
}

/// Both sides of a row in two columns.
fn side_by_side(page: &mut TextPage, row: &EditRow, width: usize) {
    let blanks = width.saturating_sub(row.left_width);
    page.line(&format!("   {}{:blanks$} │ {}", row.left, "", row.right));
}

/// Both sides of a row below each other, or one line if they are equal.
fn stacked(page: &mut TextPage, row: &EditRow) {
    if row.same {
        return page.line(&format!("     {}", row.left));
    }
    for (name, text) in [("A", &row.left), ("B", &row.right)] {
        if !text.is_empty() {
            page.line(&format!("   {name} {text}"));
        }
    }
}
