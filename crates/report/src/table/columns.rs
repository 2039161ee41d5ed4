//! The columns of the tables with types: one row per cluster member. They are those of the CSV table.

use super::{METADATA, MemberRow, relation};
use crate::Member;

/// Type of a column of the member table, and the function that returns its value.
#[derive(Clone, Copy)]
pub(super) enum Cell {
    Text(for<'a> fn(MemberRow<'a>) -> &'a str),
    /// Optional text.
    Stated(fn(&Member) -> Option<&str>),
    Count(fn(MemberRow<'_>) -> u64),
    Share(fn(MemberRow<'_>) -> f64),
    Flag(fn(MemberRow<'_>) -> bool),
    /// A list of pairs `begin`, `end`.
    Spans,
}

const IDENTITY: [(&str, Cell); 7] = [
    ("cluster", Cell::Text(|(c, _)| &c.id)),
    ("size", Cell::Count(|(c, _)| c.size)),
    ("representative", Cell::Text(|(c, _)| &c.representative)),
    ("id", Cell::Text(|(_, m)| &m.id)),
    ("relation", Cell::Text(|(_, m)| relation(m.relation))),
    ("same_source", Cell::Flag(|(_, m)| m.same_source)),
    ("path", Cell::Text(|(_, m)| &m.path)),
];

const MEASURES: [(&str, Cell); 7] = [
    ("words", Cell::Count(|(_, m)| m.words)),
    ("containment", Cell::Share(|(_, m)| m.containment)),
    (
        "containment_representative",
        Cell::Share(|(_, m)| m.containment_representative),
    ),
    ("resemblance", Cell::Share(|(_, m)| m.resemblance)),
    ("spans", Cell::Spans),
    ("publishers", Cell::Count(|(c, _)| c.publishers)),
    ("sources", Cell::Count(|(c, _)| c.sources)),
];

/// Returns name and type of each column, in order.
pub(super) fn columns() -> impl Iterator<Item = (&'static str, Cell)> {
    let stated = METADATA.map(|(name, cell)| (name, Cell::Stated(cell)));
    IDENTITY.into_iter().chain(stated).chain(MEASURES)
}
