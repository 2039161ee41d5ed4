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
        let mut counts = LEVELS.map(|severity| (severity, 0));
        self.visit(report, |annotation| {
            for (severity, count) in &mut counts {
                *count += usize::from(*severity == annotation.severity);
            }
            Ok(())
        })?;
        if counts.iter().map(|(_, count)| count).sum::<usize>() > SHOWN_ANNOTATIONS {
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

/// Writes an annotation with the counts of all others, so that nobody takes the first ten for all.
fn write_summary(counts: &[(Severity, usize)], out: &mut dyn Write) -> io::Result<()> {
    let all: usize = counts.iter().map(|(_, count)| count).sum();
    let counts = || counts.iter().filter(|(_, count)| *count > 0);
    let highest = counts()
        .next()
        .map_or(Severity::Note, |(severity, _)| *severity);
    let parts: Vec<String> = counts()
        .map(|(severity, count)| format!("{count} {}", count_name(*severity, *count)))
        .collect();
    writeln!(
        out,
        "::{} title=dedupe::{} findings in all: {}. GitHub shows at most {SHOWN_ANNOTATIONS} of each kind.",
        level(highest),
        all,
        parts.join(", ")
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

fn count_name(severity: Severity, count: usize) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{}{plural}", level(severity))
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
