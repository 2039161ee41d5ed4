//! The lists of a report for people that are no stories; each is cut, and says so.

use super::more;
use super::page::{ALERT, HEADING, Page, fit};
use super::percent;
use super::phrase::counted;
use crate::Fault;
use crate::findings::findings;
use crate::sanitise::{fault_line, one_line, visible};
use crate::{Finding, Match, Report};
use anstyle::Style;
use dedupe_core::model::Relation;
use std::io;

/// Overlaps, faults and the like shown of each list.
const ITEMS: usize = 20;
/// Passages of boilerplate shown.
const PASSAGES: usize = 5;

/// Copies that are closer than what the stories above say of them, or of which no story above tells.
pub(super) fn closer(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let findings = findings(report);
    let is_closer = |f: &&Finding<'_>| f.cluster.is_none() && f.relation != Relation::Overlap;
    let all: Vec<_> = findings.iter().filter(is_closer).collect();
    if all.is_empty() {
        return Ok(());
    }
    let pairs = counted(all.len() as u64, "pair", "pairs");
    page.heading(HEADING, &format!("More copies of each other: {pairs}"))?;
    for each in all.iter().take(ITEMS) {
        let [document, other] = [each.document, each.other].map(visible);
        let line = format!("{}: {document} and {other}", each.kind().name());
        page.indented(3, Style::new(), &line)?;
    }
    more(page, 3, all.len(), ITEMS, "pairs")
}

pub(super) fn overlaps(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let all = || (report.matches.iter()).filter(|m| m.relation == Relation::Overlap);
    let count = all().count();
    if count == 0 {
        return Ok(());
    }
    let pairs = counted(count as u64, "pair shares", "pairs share");
    page.heading(
        HEADING,
        &format!("Overlaps: {pairs} a passage, and neither is a copy"),
    )?;
    for each in all().take(ITEMS) {
        overlap(page, each)?;
    }
    more(page, 3, count, ITEMS, "overlaps")
}

fn overlap(page: &mut Page<'_>, found: &Match) -> io::Result<()> {
    let mut words = counted(found.words, "word", "words");
    if found.same_source {
        words.push_str(", within one source");
    }
    page.indented(3, Style::new(), &words)?;
    for (id, share) in [
        (&found.left, found.containment_left),
        (&found.right, found.containment_right),
    ] {
        let share = percent(share);
        page.indented(5, Style::new(), &format!("{share:>8} of {}", visible(id)))?;
    }
    Ok(())
}

pub(super) fn boilerplate(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let all = &report.boilerplate;
    if all.is_empty() {
        return Ok(());
    }
    let found = report.summary.boilerplate.max(all.len() as u64);
    let passages = counted(found, "passage", "passages");
    page.heading(
        HEADING,
        &format!("Boilerplate, no evidence of copying: {passages}"),
    )?;
    for each in all.iter().take(PASSAGES) {
        let documents = counted(each.documents, "document", "documents");
        let excerpt = one_line(&each.excerpt);
        page.indented(3, Style::new(), &format!("in {documents}: {excerpt}"))?;
    }
    more(page, 3, found as usize, PASSAGES, "passages")
}

pub(super) fn faults(page: &mut Page<'_>, name: &str, all: &[Fault]) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let inputs = counted(all.len() as u64, "input", "inputs");
    page.heading(ALERT, &format!("{name}: {inputs}"))?;
    for fault in all.iter().take(ITEMS) {
        let line = format!("   {}", fault_line(fault));
        page.line(&fit(&line, page.width() * 3))?;
    }
    more(page, 3, all.len(), ITEMS, "inputs")
}
