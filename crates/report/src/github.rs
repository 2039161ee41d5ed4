//! Workflow commands of GitHub Actions: an annotation a copy, at the copied passage.

use crate::annotations::{Annotation, annotations};
use crate::escape::escape_text;
use crate::{DocumentLocations, Excerpts, FindingKind, Renderer, ReportView};
use std::io::{self, Write};

/// Writes the copies of a report as annotations: errors where they fail the run, else warnings, and
/// annotations for shared passages.
#[derive(Clone, Copy, Debug)]
pub struct Github<'a> {
    /// Where documents stand.
    pub locations: &'a DocumentLocations,
    /// Which copies fail the run.
    pub fail_on: Option<FindingKind>,
}

impl Renderer for Github<'_> {
    fn render(&self, report: &dyn ReportView, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        annotations(report.full_report()?, self.locations, self.fail_on)
            .iter()
            .try_for_each(|annotation| write_annotation(annotation, out))
    }
}

fn write_annotation(annotation: &Annotation<'_>, out: &mut dyn Write) -> io::Result<()> {
    let level = match annotation.severity {
        crate::annotations::Severity::Error => "error",
        crate::annotations::Severity::Warning => "warning",
        crate::annotations::Severity::Note => "notice",
    };
    let file = path(annotation.file());
    write!(out, "::{level} file={file}")?;
    if let Some((first, last)) = annotation.region().lines() {
        write!(out, ",line={first},endLine={last}")?;
    }
    let title = property(annotation.title());
    writeln!(out, ",title={title}::{}", data(&annotation.message()))
}

/// A command ends with its line; a percent sign begins an escape.
fn data(text: &str) -> String {
    escape_text(text).replace('%', "%25")
}

/// In a property, a colon or comma would end it too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A path, which may hold what a line may not. Where it is not UTF-8, no escape says so: it is shown.
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
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("100% sure\n::error::x"), "100%25 sure\\n::error::x");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
        assert_eq!(property("\u{1b}[31m"), "\\u{1b}[31m");
        assert_eq!(
            path("new\nline,\r\t%FF.txt"),
            "new%0Aline%2C%0D\\t%25FF.txt"
        );
    }
}
