//! What the formats for continuous integration share: each copy with its place, its words and its
//! weight.

use crate::findings::findings;
use crate::locations::bounding_span;
use crate::text::format_percent;
use crate::{DocumentLocation, DocumentLocations, FileRegion, Finding, FindingKind, Report};
use dedupe_core::model::{Relation, Span};

/// How much a copy matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    /// It fails the run.
    Error,
    /// A copy.
    Warning,
    /// A shared passage.
    Note,
}

/// A copy, with all that is said of it.
pub(super) struct Annotation<'a> {
    pub(super) finding: Finding<'a>,
    pub(super) severity: Severity,
    /// Of the copy and of the other document.
    locations: [Option<&'a DocumentLocation>; 2],
}

/// The copies of a report. Of a new document and an old one, the new one is the copy.
pub(super) fn annotations<'a>(
    report: &'a Report,
    locations: &'a DocumentLocations,
    fail_on: Option<FindingKind>,
) -> Vec<Annotation<'a>> {
    let annotation = |finding: Finding<'a>| {
        let is_new = |id: &str| locations.get(id).is_some_and(|place| place.is_new);
        let turned = is_new(finding.other) && !is_new(finding.document);
        let finding = if turned { finding.reversed() } else { finding };
        Annotation {
            severity: level(finding.kind(), fail_on),
            locations: [finding.document, finding.other].map(|id| locations.get(id)),
            finding,
        }
    };
    findings(report).into_iter().map(annotation).collect()
}

fn level(kind: FindingKind, fail_on: Option<FindingKind>) -> Severity {
    match kind {
        kind if fail_on.is_some_and(|limit| kind <= limit) => Severity::Error,
        FindingKind::Overlap => Severity::Note,
        _ => Severity::Warning,
    }
}

impl<'a> Annotation<'a> {
    /// The file of the copy, below the working directory where it was given so.
    pub(super) fn file(&self) -> &str {
        file(self.locations[0], self.finding.document)
    }

    /// The bytes of the copy's path, and of the other document's.
    pub(super) fn raw_files(&self) -> [&[u8]; 2] {
        let [copy, other] = self.locations;
        let raw =
            |place: Option<&'a DocumentLocation>| place.and_then(|place| place.raw_path.as_deref());
        let shown = [self.file(), file(other, self.finding.other)];
        let [own, others] = [raw(copy), raw(other)].map(|raw| raw.map(below));
        [
            own.unwrap_or(shown[0].as_bytes()),
            others.unwrap_or(shown[1].as_bytes()),
        ]
    }

    /// The part of the copy's file from the first copied passage to the last.
    pub(super) fn region(&self) -> FileRegion {
        region(self.locations[0], bounding_span(&self.finding.spans))
    }

    /// That of the other document.
    pub(super) fn other_region(&self) -> FileRegion {
        region(self.locations[1], bounding_span(&self.finding.spans_other))
    }

    /// Each copied passage.
    pub(super) fn passages(&self) -> impl Iterator<Item = FileRegion> + '_ {
        let spans = self.finding.spans.iter();
        spans.map(|span| region(self.locations[0], Some(*span)))
    }

    /// What it is, in two words.
    pub(super) fn title(&self) -> &'static str {
        match self.finding.kind() {
            FindingKind::Exact => "Exact copy",
            FindingKind::Near => "Near copy",
            FindingKind::Contained => "Contained copy",
            FindingKind::Overlap => "Shared passage",
        }
    }

    /// What it is, in a sentence.
    pub(super) fn message(&self) -> String {
        let Finding {
            document, other, ..
        } = &self.finding;
        let [own, others] =
            [self.finding.containment, self.finding.containment_other].map(format_percent);
        match self.finding.relation {
            Relation::Exact => format!("{document} has the same words as {other}."),
            Relation::Near => format!(
                "{document} is a near copy of {other}: {own} of its words stand there, {others} of that here."
            ),
            Relation::Contained => {
                format!("{document} stands in {other}: {own} of its words are copied.")
            }
            Relation::Contains => {
                format!("{document} carries {other}: {others} of that, {own} of its own words.")
            }
            Relation::Overlap => {
                format!("{document} shares a passage with {other}: {own} of its words.")
            }
        }
    }
}

fn file<'a>(place: Option<&'a DocumentLocation>, id: &'a str) -> &'a str {
    let path = place.map_or(id, |place| &place.path);
    path.strip_prefix("./").unwrap_or(path)
}

fn below(path: &[u8]) -> &[u8] {
    path.strip_prefix(b"./").unwrap_or(path)
}

fn region(place: Option<&DocumentLocation>, span: Option<Span>) -> FileRegion {
    place
        .zip(span)
        .map_or_else(FileRegion::default, |(place, span)| place.region(span))
}
