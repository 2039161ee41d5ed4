//! Workflow commands of GitHub Actions: one annotation per finding, at the copied passage.

use crate::annotations::{Annotation, Severity, visit_annotations};
use crate::escape::escape_text;
use crate::{DocumentLocations, Excerpts, FindingKind, Renderer, ReportView};
use std::io::{self, Write};

/// Writes the findings of a report as workflow commands. Findings that fail the run are errors, other copies are
/// warnings, and other shared passages are notices.
#[derive(Clone, Copy, Debug)]
pub struct Github<'a> {
    /// Locations of the documents.
    pub locations: &'a DocumentLocations,
    /// Findings of this kind or a closer one are errors.
    pub fail_on: Option<FindingKind>,
}

impl Renderer for Github<'_> {
    fn render(&self, report: &dyn ReportView, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        let mut counts = FindingCounts::default();
        self.visit(report, |annotation| {
            counts.add(annotation);
            Ok(())
        })?;
        if counts.all() > SHOWN_ANNOTATIONS {
            write_summary(&counts, out)?;
        }
        self.visit(report, |annotation| write_annotation(annotation, out))
    }
}

impl Github<'_> {
    fn visit(
        &self,
        report: &dyn ReportView,
        visit: impl FnMut(&Annotation<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        visit_annotations(report, self.locations, self.fail_on, visit)
    }
}

/// The number of annotations of each level that GitHub shows for a step. It drops the others.
const SHOWN_ANNOTATIONS: usize = 10;

/// The levels of annotations, the highest first.
const LEVELS: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// The kinds of findings, the closest first, and their names after a number.
const KINDS: [(FindingKind, &str, &str); 5] = [
    (FindingKind::Exact, "exact copy", "exact copies"),
    (FindingKind::Near, "near copy", "near copies"),
    (FindingKind::Contained, "contained copy", "contained copies"),
    (FindingKind::Version, "version", "versions"),
    (FindingKind::Overlap, "shared passage", "shared passages"),
];

/// How many findings have each level and each kind, in the order of the lists above.
#[derive(Default)]
struct FindingCounts {
    levels: [usize; LEVELS.len()],
    kinds: [usize; KINDS.len()],
}

impl FindingCounts {
    fn add(&mut self, annotation: &Annotation<'_>) {
        for (count, level) in self.levels.iter_mut().zip(LEVELS) {
            *count += usize::from(level == annotation.severity);
        }
        for (count, (kind, ..)) in self.kinds.iter_mut().zip(KINDS) {
            *count += usize::from(kind == annotation.finding.kind());
        }
    }

    fn all(&self) -> usize {
        self.levels.iter().sum()
    }
}

/// Writes an annotation with the counts of all others, so that nobody takes the first ones for all.
fn write_summary(counts: &FindingCounts, out: &mut dyn Write) -> io::Result<()> {
    let levels = || {
        counts
            .levels
            .iter()
            .zip(LEVELS)
            .filter(|(count, _)| **count > 0)
    };
    let highest = levels().next().map_or(Severity::Note, |(_, level)| level);
    let by_level = levels().map(|(count, severity)| {
        let plural = if *count == 1 { "" } else { "s" };
        format!("{count} {}{plural}", level(severity))
    });
    let kinds = counts
        .kinds
        .iter()
        .zip(KINDS)
        .filter(|(count, _)| **count > 0);
    let by_kind = kinds
        .map(|(count, (_, one, many))| format!("{count} {}", if *count == 1 { one } else { many }));
    writeln!(
        out,
        "::{} title=dedupe::{} findings in all: {} ({}). GitHub shows at most {SHOWN_ANNOTATIONS} annotations of each level; the log of this step has all.",
        level(highest),
        counts.all(),
        by_kind.collect::<Vec<_>>().join(", "),
        by_level.collect::<Vec<_>>().join(", ")
    )
}

/// The name of a level.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

fn write_annotation(annotation: &Annotation<'_>, out: &mut dyn Write) -> io::Result<()> {
    let level = level(annotation.severity);
    let file = path(annotation.file());
    write!(out, "::{level} file={file}")?;
    if let Some((first, last)) = annotation.region().lines() {
        write!(out, ",line={first},endLine={last}")?;
    }
    let title = property(annotation.title());
    writeln!(out, ",title={title}::{}", data(&annotation.message()))
}

/// Escapes a message. A line break would end the command, and a percent sign would start an escape.
fn data(text: &str) -> String {
    escape_text(text).replace('%', "%25")
}

/// Escapes the value of a property, where a colon or a comma would also end the value.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Escapes a path. Line breaks get the escapes of workflow commands, so that GitHub finds the file.
fn path(path: &str) -> String {
    let parts = path.split('\n').map(|line| {
        let parts: Vec<String> = line.split('\r').map(property).collect();
        parts.join("%0D")
    });
    parts.collect::<Vec<_>>().join("%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_levels_and_kinds() {
        let counts = FindingCounts {
            levels: [2, 0, 10],
            kinds: [1, 1, 0, 0, 10],
        };
        let mut out = vec![];
        write_summary(&counts, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "::error title=dedupe::12 findings in all: 1 exact copy, 1 near copy, 10 shared passages (2 errors, \
             10 notices). GitHub shows at most 10 annotations of each level; the log of this step has all.\n"
        );
    }

    #[test]
    fn escapes_characters_that_end_a_command() {
        assert_eq!(data("100% sure\n::error::x"), "100%25 sure\\n::error::x");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
        assert_eq!(property("\u{1b}[31m"), "\\u{1b}[31m");
        assert_eq!(
            path("new\nline,\r\t%FF.txt"),
            "new%0Aline%2C%0D\\t%25FF.txt"
        );
    }
}
