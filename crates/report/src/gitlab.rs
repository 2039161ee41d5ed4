//! A code quality report of GitLab: a JSON array with one issue per finding, at the copied passage.

use crate::annotations::{Annotation, Severity, visit_annotations};
use crate::escape::escape_text;
use crate::{DocumentLocations, Excerpts, FindingKind, Renderer, ReportView, encode_json};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// Writes the findings of a report for GitLab. Findings that fail the run are critical, other copies are minor, and
/// other shared passages are for information.
#[derive(Clone, Copy, Debug)]
pub struct Gitlab<'a> {
    /// Locations of the documents.
    pub locations: &'a DocumentLocations,
    /// Findings of this kind or a closer one are critical.
    pub fail_on: Option<FindingKind>,
}

impl Renderer for Gitlab<'_> {
    fn render(&self, report: &dyn ReportView, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")?;
        let mut before: &[u8] = b"\n";
        let mut buffer = vec![];
        visit_annotations(report, self.locations, self.fail_on, |annotation| {
            out.write_all(before)?;
            before = b",\n";
            encode_json(&mut buffer, &issue(annotation))?;
            out.write_all(&buffer)
        })?;
        out.write_all(b"]\n")
    }
}

fn issue(annotation: &Annotation<'_>) -> Value {
    let finding = &annotation.finding;
    // GitLab needs a line. A document without one begins its file.
    let begin = annotation.region().lines().map_or(1, |(first, _)| first);
    json!({
        "description": escape_text(&annotation.message()),
        "check_name": finding.kind().name(),
        "fingerprint": fingerprint(finding.document, finding.other),
        "severity": match annotation.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        "location": {"path": annotation.file(), "lines": {"begin": begin}},
    })
}

/// Identifies a pair of documents. It does not depend on positions or on the closeness of the pair, so that GitLab
/// knows an issue again.
fn fingerprint(document: &str, other: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(document);
    hash.update([0]);
    hash.update(other);
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_tell_pairs_apart() {
        let all = [("a", "b"), ("b", "a"), ("ab", ""), ("", "ab")];
        let mut found = all.map(|(document, other)| fingerprint(document, other));
        found.sort();
        assert!(found.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(found[0].len(), 64);
    }
}
