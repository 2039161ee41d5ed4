//! Workflow commands of GitHub Actions: one annotation per finding, at the copied passage.

use crate::annotations::{Annotation, annotations};
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
