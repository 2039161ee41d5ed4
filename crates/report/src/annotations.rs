//! Findings with location, message and severity, shared by the formats for continuous integration (SARIF, GitHub,
//! JUnit).

use crate::findings::visit_findings;
use crate::locations::bounding_span;
use crate::text::{count_noun, format_number};
use crate::{DocumentLocation, DocumentLocations, FileRegion, Finding, FindingKind, ReportView};
use dedupe_core::model::{Relation, Span};
use std::io;

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    /// The finding fails the run.
    Error,
    /// A copy that does not fail the run.
    Warning,
    /// A shared passage that does not fail the run.
    Note,
}

/// A finding with its severity and locations.
pub(super) struct Annotation<'a> {
    pub(super) finding: Finding<'a>,
    pub(super) severity: Severity,
    /// Locations of `finding.document` and `finding.other`.
    locations: [Option<&'a DocumentLocation>; 2],
}

/// Calls `visit` with each finding of a report as an annotation. If only one of the two documents is new, the new one
/// is annotated.
pub(super) fn visit_annotations(
    report: &dyn ReportView,
    locations: &DocumentLocations,
    fail_on: Option<FindingKind>,
    mut visit: impl FnMut(&Annotation<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let is_new = |id: &str| locations.get(id).is_some_and(|place| place.is_new);
    visit_findings(report, |finding| {
        let reverse = is_new(finding.other) && !is_new(finding.document);
        let finding = if reverse { finding.reversed() } else { finding };
        visit(&Annotation {
            severity: level(finding.kind(), fail_on),
            locations: [finding.document, finding.other].map(|id| locations.get(id)),
            finding,
        })
    })
}

fn level(kind: FindingKind, fail_on: Option<FindingKind>) -> Severity {
    match kind {
        kind if fail_on.is_some_and(|limit| kind <= limit) => Severity::Error,
        FindingKind::Overlap => Severity::Note,
        _ => Severity::Warning,
    }
}

impl<'a> Annotation<'a> {
    /// Returns the path of the copy, without a leading `./`.
    pub(super) fn file(&self) -> &str {
        file(self.locations[0], self.finding.document)
    }

    /// Returns the paths of the copy and of the other document as bytes, without a leading `./`.
    pub(super) fn raw_files(&self) -> [&[u8]; 2] {
        let [copy, other] = self.locations;
        let raw =
            |place: Option<&'a DocumentLocation>| place.and_then(|place| place.raw_path.as_deref());
        let shown = [self.file(), file(other, self.finding.other)];
        let [own, others] = [raw(copy), raw(other)].map(|raw| raw.map(without_dot_slash));
        [
            own.unwrap_or(shown[0].as_bytes()),
            others.unwrap_or(shown[1].as_bytes()),
        ]
    }

    /// Returns the part of the copy's file from the first copied passage to the last.
    pub(super) fn region(&self) -> FileRegion {
        region(self.locations[0], bounding_span(&self.finding.spans))
    }

    /// Returns the same part of the file of the other document.
    pub(super) fn other_region(&self) -> FileRegion {
        region(self.locations[1], bounding_span(&self.finding.spans_other))
    }

    /// Returns each copied passage in the file of the copy.
    pub(super) fn passages(&self) -> impl Iterator<Item = FileRegion> + '_ {
        let spans = self.finding.spans.iter();
        spans.map(|span| region(self.locations[0], Some(*span)))
    }

    /// Returns a short title, such as `Near copy`.
    pub(super) fn title(&self) -> &'static str {
        match self.finding.kind() {
            FindingKind::Exact => "Exact copy",
            FindingKind::Near => "Near copy",
            FindingKind::Contained => "Contained copy",
            FindingKind::Version => "Version",
            FindingKind::Overlap => "Shared passage",
        }
    }

    /// Returns the message: one sentence for people.
    pub(super) fn message(&self) -> String {
        let Finding {
            document, other, ..
        } = &self.finding;
        let common = format_number(self.finding.words_in_common);
        let total = |words: Option<u64>| words.map(|words| count_noun(words, "word", "words"));
        let [own, others] = [self.finding.words, self.finding.words_other].map(total);
        let of_its_words = match &own {
            Some(own) => format!("{common} of its {own} are in {other}"),
            None => format!("{common} of its words are in {other}"),
        };
        match self.finding.relation {
            Relation::Exact => format!("{document} has the same words as {other}."),
            Relation::Near => format!("{document} is a near copy of {other}: {of_its_words}."),
            Relation::Contained => format!("{document} is contained in {other}: {of_its_words}."),
            Relation::Contains => match (own, others) {
                (Some(own), Some(others)) => format!(
                    "{document} contains {other}: {common} of the {others} of {other} are in it. It has {own}."
                ),
                _ => format!("{document} contains {other}: {common} words of {other} are in it."),
            },
            Relation::Version => {
                format!("{document} is a version of the story of {other}: {of_its_words}.")
            }
            Relation::Overlap => {
                let common = count_noun(self.finding.words_in_common, "word", "words");
                format!("{document} shares a passage with {other}: {common}.")
            }
        }
    }
}

fn file<'a>(place: Option<&'a DocumentLocation>, id: &'a str) -> &'a str {
    let path = place.map_or(id, |place| &place.path);
    path.strip_prefix("./").unwrap_or(path)
}

fn without_dot_slash(path: &[u8]) -> &[u8] {
    path.strip_prefix(b"./").unwrap_or(path)
}

fn region(place: Option<&DocumentLocation>, span: Option<Span>) -> FileRegion {
    place
        .zip(span)
        .map_or_else(FileRegion::default, |(place, span)| place.region(span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DocumentLocation;
    use crate::fixture::sample;

    fn severities(fail_on: Option<FindingKind>) -> Vec<(FindingKind, Severity)> {
        let (report, _) = sample();
        let locations = DocumentLocations::new();
        let mut found = vec![];
        visit_annotations(&report, &locations, fail_on, |annotation| {
            found.push((annotation.finding.kind(), annotation.severity));
            Ok(())
        })
        .unwrap();
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn severity_depends_on_the_kind_and_on_fail_on() {
        use FindingKind::{Contained, Exact, Near, Overlap, Version};
        use Severity::{Error, Note, Warning};
        let warnings = [
            (Exact, Warning),
            (Near, Warning),
            (Contained, Warning),
            (Version, Warning),
            (Overlap, Note),
        ];
        assert_eq!(severities(None), warnings);
        let some = [
            (Exact, Error),
            (Near, Error),
            (Contained, Warning),
            (Version, Warning),
            (Overlap, Note),
        ];
        assert_eq!(severities(Some(Near)), some);
        let all = [Exact, Near, Contained, Version, Overlap].map(|kind| (kind, Error));
        assert_eq!(severities(Some(Overlap)), all);
    }

    #[test]
    fn annotates_the_new_document_of_a_pair() {
        let (report, _) = sample();
        let annotated = |new: &[&str]| -> String {
            let location = |id: &&str| {
                let location = DocumentLocation {
                    is_new: true,
                    ..DocumentLocation::default()
                };
                ((*id).to_owned(), location)
            };
            let locations: DocumentLocations = new.iter().map(location).collect();
            let mut storm = None;
            visit_annotations(&report, &locations, None, |annotation| {
                if annotation.finding.cluster == Some("9a0b6e2d4410") {
                    storm.get_or_insert_with(|| annotation.finding.document.to_owned());
                }
                Ok(())
            })
            .unwrap();
            storm.unwrap()
        };
        assert_eq!(annotated(&[]), "portal/year.txt");
        assert_eq!(annotated(&["mill.txt"]), "mill.txt");
        assert_eq!(
            annotated(&["mill.txt", "portal/year.txt"]),
            "portal/year.txt"
        );
    }
}
