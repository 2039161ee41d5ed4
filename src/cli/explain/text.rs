//! The explanation for people.

use super::Explained;
use super::edits::{Row, rows};
use crate::cli::side::{FAINT, HEADING, styled, wrapped};
use anstyle::Style;
use dedupe::pipeline::explain::{AlignedPassage, Examined, Explanation};
use dedupe_core::model::{Relation, Span};
use dedupe_report::Look;
use dedupe_report::sanitise::{one_line, visible};
use indicatif::HumanCount;
use unicode_width::UnicodeWidthStr;

/// Columns from which the passages stand side by side.
const WIDE: usize = 100;
/// The narrowest that is laid out for.
const NARROWEST: usize = 40;
/// Passages shown, unless all are asked for.
const PASSAGES: usize = 12;
/// Equal rows in a run that are shown at each end of it.
const CONTEXT: usize = 2;
/// Characters of a notice.
const EXCERPT: usize = 120;

/// The whole page.
pub(super) fn page(explained: &Explained, look: Look) -> String {
    let explanation = &explained.explanation;
    let mut page = Page {
        out: String::new(),
        look: Look {
            width: look.width.max(NARROWEST),
            ..look
        },
        all: explained.all,
    };
    for line in wrapped(&verdict(explanation), page.look.width) {
        page.line(&styled(look, HEADING, &line));
    }
    documents(&mut page, explanation);
    figures(&mut page, explanation);
    stages(&mut page, explanation);
    boilerplate(&mut page, explained);
    passages(&mut page, explanation);
    page.out
}

struct Page {
    out: String,
    look: Look,
    all: bool,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn heading(&mut self, text: &str) {
        let text = styled(self.look, HEADING, text);
        self.line("");
        self.line(&text);
    }

    fn faint(&mut self, text: &str) {
        let text = styled(self.look, FAINT, text);
        self.line(&format!("   {text}"));
    }

    /// A paragraph in a style, its first line begun with `label`, the others under its text.
    fn paragraph(&mut self, label: &str, style: Style, text: &str) {
        let indent = label.width();
        let columns = self.look.width.saturating_sub(indent);
        for (at, line) in wrapped(text, columns).iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            let blanks = indent - label.width();
            let line = styled(self.look, style, line);
            self.line(&format!("{label}{:blanks$}{line}", ""));
        }
    }
}

/// The result in a sentence.
fn verdict(e: &Explanation) -> String {
    let t = e.needed;
    let update = if e.needed < e.threshold {
        "an update, "
    } else {
        ""
    };
    let why_none = match e.form {
        true => "both are one form with other numbers in it".to_owned(),
        false => format!("neither stands in the other at {t}"),
    };
    let found = match e.relation {
        Some(Relation::Exact) => "exact: A and B have the same words".to_owned(),
        Some(Relation::Near) => {
            format!("near: {update}A and B each stand in the other, at {t} or more")
        }
        Some(Relation::Contains) => format!("contains: {update}B stands in A, at {t} or more of B"),
        Some(Relation::Contained) => {
            format!("contained: {update}A stands in B, at {t} or more of A")
        }
        Some(Relation::Overlap) => format!(
            "overlap: a passage of {} words or more is shared, and {why_none}",
            e.min_passage
        ),
        None if e.form => format!("no relation: {why_none}"),
        None => format!(
            "no relation: {why_none}, and no shared passage has {} words",
            e.min_passage
        ),
    };
    if e.relation.is_some() && !e.sketches.proposed {
        return format!("{found}; but a run may miss it: the pair is not proposed");
    }
    found
}

fn documents(page: &mut Page, e: &Explanation) {
    for (name, document) in [("A", &e.left), ("B", &e.right)] {
        let known = [&document.title, &document.source, &document.date];
        let known: Vec<String> = known.into_iter().flatten().map(|t| one_line(t)).collect();
        page.line(&format!("   {name}  {}", visible(&document.id)));
        if !known.is_empty() {
            page.paragraph("      ", FAINT, &known.join(" · "));
        }
    }
}

fn figures(page: &mut Page, e: &Explanation) {
    page.heading("Figures");
    let count = |n: u64| HumanCount(n).to_string();
    let two = |page: &mut Page, name: &str, a: String, b: String, note: &str| {
        page.line(&format!("   {name:<19}{a:>10}{b:>10}  {note}"));
    };
    two(page, "", "A".into(), "B".into(), "");
    two(page, "words", count(e.left.words), count(e.right.words), "");
    if e.left.boilerplate_words + e.right.boilerplate_words > 0 {
        let [a, b] = [&e.left, &e.right].map(|d| count(d.boilerplate_words));
        two(page, "boilerplate", a, b, "discounted");
    }
    two(page, "words aligned", count(e.words), count(e.words), "");
    let share = |s: f64| format!("{s:.4}");
    let [a, b] = [e.containment_left, e.containment_right];
    two(
        page,
        "containment",
        share(a),
        share(b),
        &format!("threshold {}", e.threshold),
    );
    let margin = |s: f64| format!("{:+.4}", s - e.needed);
    let note = match e.needed < e.threshold {
        true => format!("an update needs {}", e.needed),
        false => String::new(),
    };
    two(page, "from what is needed", margin(a), margin(b), &note);
    let one = |page: &mut Page, name: &str, a: String, note: &str| {
        page.line(&format!("   {name:<19}{a:>20}  {note}"));
    };
    one(
        page,
        "resemblance",
        share(e.resemblance),
        "aligned / (A + B - aligned)",
    );
    one(
        page,
        "longest run",
        count(e.longest_run),
        "words, word for word",
    );
    let needed = format!("words; an overlap needs {}", e.min_passage);
    one(page, "longest passage", count(e.longest_passage), &needed);
}

fn stages(page: &mut Page, e: &Explanation) {
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
        let crowd = s.fingerprints_shared - s.fingerprints_counted;
        text.push_str(&format!(
            "; {crowd} do not count, since a crowd of documents holds them"
        ));
    }
    page.paragraph(&format!("   {}  ", mark(passes)), Style::new(), &text);
    page.line(&format!(
        "   {}  signatures: {} of {} buckets shared; 1 needed",
        mark(s.buckets_shared > 0),
        s.buckets_shared,
        s.buckets
    ));
    page.faint(&format!(
        "        resemblance {:.4} by shingles, {:.4} by signatures;",
        s.shingle_resemblance, s.signature_resemblance
    ));
    page.faint(&format!(
        "        documents alike so far meet in a bucket with probability {:.4}",
        s.bucket_probability
    ));
    let proposed = if s.proposed {
        "the pair is compared"
    } else {
        "the pair is never compared"
    };
    let label = format!("   {}  ", mark(s.proposed));
    page.paragraph(&label, Style::new(), &format!("candidates: {proposed}"));
    let found = e.relation.is_some_and(Relation::is_copy);
    let most = e.containment_left.max(e.containment_right);
    let mut text = format!(
        "verification: {most:.4} of a document aligned, {} needed for a copy",
        e.needed
    );
    if e.form {
        text.push_str("; but their numbers differ as in a form that is filled in twice");
    }
    page.paragraph(&format!("   {}  ", mark(found)), Style::new(), &text);
}

fn boilerplate(page: &mut Page, explained: &Explained) {
    let e = &explained.explanation;
    page.heading("Boilerplate, discounted");
    if !explained.in_corpus {
        page.faint("none: it is learnt from a corpus; name one with --in");
        return;
    }
    if e.left.boilerplate.is_empty() && e.right.boilerplate.is_empty() {
        page.faint("none in either");
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
    let text = document.passage(span);
    let shown: String = text.chars().take(EXCERPT).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    format!("{}{more}", one_line(&shown))
}

fn passages(page: &mut Page, e: &Explanation) {
    let all = e.passages.len();
    let shown = if page.all { all } else { PASSAGES.min(all) };
    page.heading(&match all {
        0 => "No passage aligns".to_owned(),
        1 => "One aligned passage".to_owned(),
        _ => format!("{} aligned passages", HumanCount(all as u64)),
    });
    for (at, aligned) in e.passages.iter().take(shown).enumerate() {
        passage(page, e, at + 1, aligned);
    }
    if shown < all {
        page.line("");
        page.faint(&format!("… and {} more; --all shows them", all - shown));
    }
}

fn passage(page: &mut Page, e: &Explanation, at: usize, aligned: &AlignedPassage) {
    let AlignedPassage {
        left,
        right,
        words,
        equal,
    } = *aligned;
    page.line("");
    page.faint(&format!(
        "{at}. {} words, {} equal; bytes {}-{} of A, {}-{} of B",
        HumanCount(words),
        HumanCount(equal),
        left.begin,
        left.end,
        right.begin,
        right.end
    ));
    let wide = page.look.width >= WIDE;
    let columns = if wide {
        (page.look.width - 6) / 2
    } else {
        page.look.width - 5
    };
    let (rows, cut) = rows(
        e.left.passage(left),
        e.right.passage(right),
        columns,
        page.look,
    );
    if rows.is_empty() {
        page.faint("(the text could not be read a second time)");
    }
    for run in rows.chunk_by(|a, b| a.same == b.same) {
        let hidden = run.len().saturating_sub(2 * CONTEXT);
        let elide = !page.all && run[0].same && hidden > 1;
        for (k, row) in run.iter().enumerate() {
            if elide && k == CONTEXT {
                page.faint(&format!("  ⋮ {hidden} lines alike"));
            }
            if elide && (CONTEXT..CONTEXT + hidden).contains(&k) {
                continue;
            }
            if wide {
                beside(page, row, columns)
            } else {
                below(page, row)
            }
        }
    }
    if cut {
        page.faint("the passage is very long: its end is not shown");
    }
}

/// Both sides of a row in two columns.
fn beside(page: &mut Page, row: &Row, columns: usize) {
    let blanks = columns.saturating_sub(row.left_columns);
    page.line(&format!("   {}{:blanks$} │ {}", row.left, "", row.right));
}

/// One side under the other; once where they are alike.
fn below(page: &mut Page, row: &Row) {
    if row.same {
        return page.line(&format!("     {}", row.left));
    }
    for (name, text) in [("A", &row.left), ("B", &row.right)] {
        if !text.is_empty() {
            page.line(&format!("   {name} {text}"));
        }
    }
}
