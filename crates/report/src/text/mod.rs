//! The report as text for people at a terminal: each story with its members, their relation to the representative,
//! and how much was copied. Long lists are shortened and say so; the other formats have all items.

mod lists;
mod terminal_writer;
mod wording;

pub use wording::format_percent;
pub(super) use wording::{common_words, count_noun, format_number};

use crate::escape::{escape_text, escape_to_one_line};
use crate::{
    Cluster, Excerpts, Member, MemberRelation, Renderer, Report, ReportView, TerminalStyle,
};
use anstyle::Style;
use dedupe_core::dates::parse_date;
use lists::{boilerplate, closer_copies, faults, overlaps};
use std::io::{self, Write};
use terminal_writer::{FAINT, HEADING, KEEP, TerminalWriter, columns, fit, pad, wrap};
use wording::{describe_attribution, describe_relation, format_bytes};

/// Maximum number of stories to show.
const MAX_STORIES: usize = 50;
/// Maximum number of members to show per story.
const MAX_MEMBERS: usize = 10;
/// Columns before the id of a member: the indent and the word `keep`.
const MEMBER_INDENT: usize = 9;
/// Maximum number of lines for the origin of a story and the reason.
const ORIGIN_LINES: usize = 3;
/// Columns reserved for the relation.
const RELATION_COLUMNS: usize = 42;
/// Tells where to find the rest of a shortened list.
const SEE_ALL: &str = "--format json lists all";

/// Writes a report as text for people.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    style: TerminalStyle,
}

impl Text {
    /// Creates a renderer with these colours and this width.
    #[must_use]
    pub fn new(style: TerminalStyle) -> Self {
        Self { style }
    }
}

impl Renderer for Text {
    fn render(
        &self,
        report: &dyn ReportView,
        excerpts: &Excerpts,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let report = report.full_report()?;
        let mut out = TerminalWriter::new(out, self.style);
        for line in wrap(&headline(report), out.width(), usize::MAX) {
            out.indented(0, HEADING, &line)?;
        }
        stories(&mut out, report, excerpts)?;
        let closer = closer_copies(&mut out, report)?;
        overlaps(&mut out, report)?;
        boilerplate(&mut out, report)?;
        faults(&mut out, "Not used", &report.skipped)?;
        faults(&mut out, "Used with a warning", &report.warnings)?;
        summary(&mut out, report, closer)
    }
}

/// Returns the result in one sentence.
fn headline(report: &Report) -> String {
    let mut documents = count_noun(report.summary.documents, "document", "documents");
    if let Some(new) = report.summary.new {
        documents.push_str(&format!(", {} of them new", format_number(new)));
    }
    if report.parameters.cross_source_only {
        documents.push_str(", across sources");
    }
    if report.summary.known.unwrap_or(0) > 0 {
        documents.push_str(", besides those in the baseline");
    }
    let with_new = match report.summary.new {
        Some(_) => " with a new document",
        None => "",
    };
    match report.summary.clusters {
        _ if report.summary.documents == 0 => "No document was read.".into(),
        0 => format!("No story{with_new} appears more than once in {documents}."),
        1 => format!("1 story{with_new} appears more than once in {documents}."),
        many => format!(
            "{} stories{with_new} appear more than once in {documents}.",
            format_number(many)
        ),
    }
}

fn stories(out: &mut TerminalWriter<'_>, report: &Report, excerpts: &Excerpts) -> io::Result<()> {
    for (at, cluster) in report.clusters.iter().take(MAX_STORIES).enumerate() {
        let across = report.parameters.cross_source_only;
        story(out, at + 1, cluster, excerpts.get(&cluster.id), across)?;
    }
    if report.clusters.len() > MAX_STORIES {
        out.line("")?;
    }
    more(
        out,
        0,
        report.clusters.len(),
        MAX_STORIES,
        ("story", "stories"),
    )
}

fn story(
    out: &mut TerminalWriter<'_>,
    at: usize,
    cluster: &Cluster,
    excerpt: Option<&String>,
    across: bool,
) -> io::Result<()> {
    out.heading(HEADING, &format!("{at}. {}", name(cluster, excerpt)))?;
    let size = count_noun(cluster.size, "document", "documents");
    let attribution = describe_attribution(cluster);
    let id = escape_text(&cluster.id);
    let facts = format!("{size} · {attribution}");
    let on_one_line = format!("{facts} · cluster {id}");
    if columns(&on_one_line) + 3 <= out.width() {
        out.indented(3, FAINT, &on_one_line)?;
    } else {
        out.indented(3, FAINT, &facts)?;
        out.indented(3, FAINT, &format!("cluster {id}"))?;
    }
    let mut shown = in_order_of_date(cluster);
    shown.truncate(MAX_MEMBERS);
    let widest = shown.iter().map(|m| columns(&escape_text(&m.id))).max();
    let most = out.width().saturating_sub(MEMBER_INDENT + RELATION_COLUMNS);
    let names = widest.unwrap_or(0).min(most);
    let paths = shown.iter().any(|m| m.path != shown[0].path);
    for each in &shown {
        let relation = describe_relation(each, cluster);
        member(out, each, relation, names, across)?;
        known(out, each, paths)?;
    }
    more(
        out,
        MEMBER_INDENT,
        cluster.members.len(),
        MAX_MEMBERS,
        ("member", "members"),
    )?;
    origin(out, cluster)
}

fn origin(out: &mut TerminalWriter<'_>, cluster: &Cluster) -> io::Result<()> {
    let Some(origin) = &cluster.origin else {
        return Ok(());
    };
    let (id, reason) = (escape_text(&origin.id), escape_text(&origin.reason));
    let text = format!("{id}, probably: {reason}");
    let lines = wrap(&text, out.width() - MEMBER_INDENT, ORIGIN_LINES);
    for (line, label) in lines
        .iter()
        .zip(["from"].into_iter().chain(std::iter::repeat("")))
    {
        out.indented(3, Style::new(), &format!("{label:6}{line}"))?;
    }
    Ok(())
}

/// Returns the members in display order: the representative, then by date and id, undated members last.
fn in_order_of_date(cluster: &Cluster) -> Vec<&Member> {
    let mut members: Vec<&Member> = cluster.members.iter().collect();
    members.sort_by_cached_key(|member| {
        let date = member.stated_date().and_then(parse_date);
        let kept = member.relation == MemberRelation::Representative;
        (!kept, date.is_none(), date, member.id.clone())
    });
    members
}

/// Returns the name of a story: its first words, or else a headline, or else the id of the representative.
fn name(cluster: &Cluster, excerpt: Option<&String>) -> String {
    let title = || cluster.members.iter().find_map(|m| m.title.as_ref());
    match excerpt.filter(|e| !e.trim().is_empty()).or_else(title) {
        Some(words) => escape_to_one_line(words),
        None => escape_text(&cluster.representative).into_owned(),
    }
}

/// Writes the id of a member with its relation beside it, or below it if the id is too long. A report across sources
/// marks members that have the source of the representative.
fn member(
    out: &mut TerminalWriter<'_>,
    member: &Member,
    mut relation: String,
    names: usize,
    across: bool,
) -> io::Result<()> {
    let kept = member.relation == MemberRelation::Representative;
    let mark = if kept {
        out.styled(KEEP, "keep")
    } else {
        "    ".into()
    };
    let id = fit(&escape_text(&member.id), out.width() * 3);
    if across && member.same_source {
        relation.push_str(", same source");
    }
    if columns(&id) <= names {
        out.line(&format!("   {mark}  {}  {relation}", pad(&id, names)))?;
    } else {
        out.line(&format!("   {mark}  {id}"))?;
        out.indented(MEMBER_INDENT, Style::new(), &relation)?;
    }
    Ok(())
}

/// Writes the metadata of a member. Includes the file if the members have different files and the id does not
/// contain it.
fn known(out: &mut TerminalWriter<'_>, member: &Member, paths: bool) -> io::Result<()> {
    let path = Some(&*member.path).filter(|path| paths && !member.id.starts_with(path));
    let [source, title] = [&member.source, &member.title].map(Option::as_deref);
    let credit = (member.credit.as_deref()).filter(|credit| source != Some(credit));
    let credit = credit.map(|credit| format!("credits {credit}"));
    let held = (member.status.as_deref()).filter(|status| *status != "usable");
    let date = member.stated_date();
    let known: Vec<String> = ([source, date, held, credit.as_deref(), path, title].into_iter())
        .flatten()
        .map(escape_to_one_line)
        .collect();
    if known.is_empty() {
        return Ok(());
    }
    out.indented(MEMBER_INDENT + 2, FAINT, &known.join(" · "))
}

/// `closer`: pairs that are closer copies than their stories show.
fn summary(out: &mut TerminalWriter<'_>, report: &Report, closer: u64) -> io::Result<()> {
    let summary = &report.summary;
    let copies = summary.exact + summary.near + summary.contained + summary.versions;
    let kinds = [
        format!("{} exact", format_number(summary.exact)),
        format!("{} near", format_number(summary.near)),
        format!("{} contained", format_number(summary.contained)),
        count_noun(summary.versions, "version", "versions"),
    ];
    let rows = [
        ("documents", summary.documents, format_bytes(summary.bytes)),
        (
            "stories",
            summary.clusters,
            "carried by more than one document".into(),
        ),
        ("copies", copies, kinds.join(", ")),
        ("pairs", closer, "other pairs of copies".into()),
        (
            "overlaps",
            summary.overlaps,
            "pairs that share a passage".into(),
        ),
        (
            "unique",
            summary.unique,
            match summary.new.or(summary.known.filter(|&known| known > 0)) {
                Some(_) => "documents that are in no story of this list".into(),
                None => "documents that are in no story".into(),
            },
        ),
        (
            "not used",
            summary.skipped,
            match (summary.skipped, summary.empty) {
                (1, 0) => "input".into(),
                (1, _) => "input, which is empty".into(),
                (_, 0) => "inputs".into(),
                (_, empty) => format!("inputs, {} of them empty", format_number(empty)),
            },
        ),
        (
            "ignored",
            summary.ignored,
            match summary.ignored {
                1 => "file of another type".into(),
                _ => "files of other types".into(),
            },
        ),
        (
            "known",
            summary.known.unwrap_or(0),
            "copies in the baseline, not listed".into(),
        ),
    ];
    out.heading(HEADING, "Summary")?;
    let widest = rows
        .iter()
        .map(|row| format_number(row.1).len())
        .max()
        .unwrap_or(0);
    for (name, count, detail) in rows {
        // These rows are left out if they are zero.
        if count == 0
            && matches!(
                name,
                "pairs" | "overlaps" | "not used" | "ignored" | "known"
            )
        {
            continue;
        }
        let line = format!("{name:<9}  {:>widest$}  {detail}", format_number(count));
        out.indented(3, Style::new(), &line)?;
    }
    Ok(())
}

/// Says how many items of a list are not shown. The noun is given in singular and plural.
fn more(
    out: &mut TerminalWriter<'_>,
    indent: usize,
    all: usize,
    shown: usize,
    (one, many): (&str, &str),
) -> io::Result<()> {
    if all <= shown {
        return Ok(());
    }
    let hidden = all - shown;
    let noun = if hidden == 1 { one } else { many };
    let hidden = format_number(hidden as u64);
    out.indented(
        indent,
        FAINT,
        &format!("… and {hidden} more {noun}; {SEE_ALL}"),
    )
}

#[cfg(test)]
mod tests;
