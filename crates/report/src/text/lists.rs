//! The lists below the stories: other pairs of copies, overlaps, boilerplate and faults. Long lists are shortened and say so.

use super::format_percent;
use super::more;
use super::terminal_writer::{ALERT, FAINT, HEADING, TerminalWriter, wrap};
use super::wording::count_noun;
use crate::Fault;
use crate::escape::{escape_text, escape_to_one_line, format_fault_kinds};
use crate::findings::visit_findings;
use crate::{Match, Report, fault_count};
use anstyle::Style;
use dedupe_core::model::Relation;
use std::io;

/// Maximum number of items to show per list.
const MAX_ITEMS: usize = 20;
/// Maximum number of lines for one kind of fault.
const FAULT_LINES: usize = 4;
/// Maximum number of boilerplate passages to show.
const MAX_PASSAGES: usize = 5;

/// Writes the copies that are closer than the relations shown with the stories, or that are in no story. Returns their
/// number.
pub(super) fn closer_copies(out: &mut TerminalWriter<'_>, report: &Report) -> io::Result<u64> {
    let (mut lines, mut count) = (vec![], 0);
    visit_findings(report, |f| {
        if f.cluster.is_none() && f.relation != Relation::Overlap {
            count += 1;
            if lines.len() < MAX_ITEMS {
                let [document, other] = [f.document, f.other].map(escape_text);
                lines.push(format!("{}: {document} and {other}", f.kind().name()));
            }
        }
        Ok(())
    })?;
    if count == 0 {
        return Ok(0);
    }
    let pairs = count_noun(count as u64, "pair", "pairs");
    out.heading(HEADING, &format!("Other pairs of copies: {pairs}"))?;
    for line in &lines {
        out.indented(3, Style::new(), line)?;
    }
    more(out, 3, count, MAX_ITEMS, ("pair", "pairs"))?;
    Ok(count as u64)
}

pub(super) fn overlaps(out: &mut TerminalWriter<'_>, report: &Report) -> io::Result<()> {
    let all = || (report.matches.iter()).filter(|m| m.relation == Relation::Overlap);
    let count = all().count();
    if count == 0 {
        return Ok(());
    }
    let pairs = count_noun(count as u64, "pair shares", "pairs share");
    out.heading(
        HEADING,
        &format!("Overlaps: {pairs} a passage without being copies"),
    )?;
    for each in all().take(MAX_ITEMS) {
        overlap(out, each)?;
    }
    more(out, 3, count, MAX_ITEMS, ("overlap", "overlaps"))
}

fn overlap(out: &mut TerminalWriter<'_>, found: &Match) -> io::Result<()> {
    let mut words = count_noun(found.words, "word", "words");
    if found.same_source {
        words.push_str(", within one source");
    }
    out.indented(3, Style::new(), &words)?;
    for (id, share) in [
        (&found.left, found.containment_left),
        (&found.right, found.containment_right),
    ] {
        let share = format_percent(share);
        out.indented(
            5,
            Style::new(),
            &format!("{share:>8} of {}", escape_text(id)),
        )?;
    }
    Ok(())
}

pub(super) fn boilerplate(out: &mut TerminalWriter<'_>, report: &Report) -> io::Result<()> {
    let all = &report.boilerplate;
    if all.is_empty() {
        return Ok(());
    }
    let found = report.summary.boilerplate.max(all.len() as u64);
    let passages = count_noun(found, "passage", "passages");
    out.heading(
        HEADING,
        &format!("Boilerplate, given little weight: {passages}"),
    )?;
    for each in all.iter().take(MAX_PASSAGES) {
        let documents = count_noun(each.documents, "document", "documents");
        let excerpt = escape_to_one_line(&each.excerpt);
        out.indented(3, Style::new(), &format!("in {documents}: {excerpt}"))?;
    }
    more(
        out,
        3,
        found as usize,
        MAX_PASSAGES,
        ("passage", "passages"),
    )
}

pub(super) fn faults(out: &mut TerminalWriter<'_>, name: &str, all: &[Fault]) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let count = fault_count(all);
    let inputs = count_noun(count, "input", "inputs");
    out.heading(ALERT, &format!("{name}: {inputs}"))?;
    let kinds = format_fault_kinds(all);
    for kind in &kinds {
        for (at, line) in (0..).zip(wrap(kind, out.width() - 5, FAULT_LINES)) {
            out.line(&format!("   {}{line}", if at == 0 { "" } else { "  " }))?;
        }
    }
    // Each line counts all faults of its kind, so only their places are missing.
    if count > kinds.len() as u64 {
        let listed = match all.iter().any(|fault| fault.count > 1) {
            true => format!("the first of these {inputs} and counts the others"),
            false => format!("all {inputs}"),
        };
        out.indented(3, FAINT, &format!("--format json lists {listed}"))?;
    }
    Ok(())
}
