//! What the formats for continuous integration share: each copy with its place, its words and its
//! weight.

use crate::findings::findings;
use crate::places::hull;
use crate::text::percent;
use crate::{Finding, Kind, Place, Places, Region, Report};
use dedupe_core::model::{Relation, Span};

/// Which copies fail a run: those of this kind or a closer one; none: none.
pub type Alarm = Option<Kind>;

/// How much a copy matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// It fails the run.
    Error,
    /// A copy.
    Warning,
    /// A shared passage.
    Note,
}

/// A copy, with all that is said of it.
pub(super) struct Notice<'a> {
    pub(super) finding: Finding<'a>,
    pub(super) level: Level,
    /// Of the copy and of the other document.
    places: [Option<&'a Place>; 2],
}

/// The copies of a report. Of a new document and an old one, the new one is the copy.
pub(super) fn notices<'a>(report: &'a Report, places: &'a Places, alarm: Alarm) -> Vec<Notice<'a>> {
    let notice = |finding: Finding<'a>| {
        let is_new = |id: &str| places.get(id).is_some_and(|place| place.new);
        let turned = is_new(finding.other) && !is_new(finding.document);
        let finding = if turned { finding.reversed() } else { finding };
        Notice {
            level: level(finding.kind(), alarm),
            places: [finding.document, finding.other].map(|id| places.get(id)),
            finding,
        }
    };
    findings(report).into_iter().map(notice).collect()
}

fn level(kind: Kind, alarm: Alarm) -> Level {
    match kind {
        kind if alarm.is_some_and(|limit| kind <= limit) => Level::Error,
        Kind::Overlap => Level::Note,
        _ => Level::Warning,
    }
}

impl<'a> Notice<'a> {
    /// The file of the copy, below the working directory where it was given so.
    pub(super) fn file(&self) -> &str {
        file(self.places[0], self.finding.document)
    }

    /// The bytes of the copy's path, and of the other document's.
    pub(super) fn raw_files(&self) -> [&[u8]; 2] {
        let [copy, other] = self.places;
        let raw = |place: Option<&'a Place>| place.and_then(|place| place.raw.as_deref());
        let shown = [self.file(), file(other, self.finding.other)];
        let [own, others] = [raw(copy), raw(other)].map(|raw| raw.map(below));
        [
            own.unwrap_or(shown[0].as_bytes()),
            others.unwrap_or(shown[1].as_bytes()),
        ]
    }

    /// The part of the copy's file from the first copied passage to the last.
    pub(super) fn region(&self) -> Region {
        region(self.places[0], hull(&self.finding.spans))
    }

    /// That of the other document.
    pub(super) fn other_region(&self) -> Region {
        region(self.places[1], hull(&self.finding.spans_other))
    }

    /// Each copied passage.
    pub(super) fn passages(&self) -> impl Iterator<Item = Region> + '_ {
        let spans = self.finding.spans.iter();
        spans.map(|span| region(self.places[0], Some(*span)))
    }

    /// What it is, in two words.
    pub(super) fn title(&self) -> &'static str {
        match self.finding.kind() {
            Kind::Exact => "Exact copy",
            Kind::Near => "Near copy",
            Kind::Contained => "Contained copy",
            Kind::Overlap => "Shared passage",
        }
    }

    /// What it is, in a sentence.
    pub(super) fn message(&self) -> String {
        let Finding {
            document, other, ..
        } = &self.finding;
        let [own, others] = [self.finding.containment, self.finding.containment_other].map(percent);
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

fn file<'a>(place: Option<&'a Place>, id: &'a str) -> &'a str {
    let path = place.map_or(id, |place| &place.path);
    path.strip_prefix("./").unwrap_or(path)
}

fn below(path: &[u8]) -> &[u8] {
    path.strip_prefix(b"./").unwrap_or(path)
}

fn region(place: Option<&Place>, span: Option<Span>) -> Region {
    place
        .zip(span)
        .map_or_else(Region::default, |(place, span)| place.region(span))
}
