//! Tables: CSV and Parquet with one row per cluster member, and tab-separated values with one row per match.

mod csv;
mod pairs;
#[cfg(feature = "parquet")]
mod parquet;

pub use csv::Csv;
pub use pairs::Pairs;
#[cfg(feature = "parquet")]
pub use parquet::Parquet;

use crate::{Cluster, Member, MemberRelation};

/// A member and its cluster.
type MemberRow<'a> = (&'a Cluster, &'a Member);

/// Returns the rows of a cluster in the order of its members.
fn rows(cluster: &Cluster) -> impl Iterator<Item = MemberRow<'_>> {
    cluster.members.iter().map(move |m| (cluster, m))
}

/// A column of optional metadata: its name, and the function that returns its value.
type MetadataColumn = (&'static str, fn(&Member) -> Option<&str>);

/// The metadata columns, in the order of all tables.
const METADATA: [MetadataColumn; 11] = [
    ("title", |m| m.title.as_deref()),
    ("source", |m| m.source.as_deref()),
    ("date", |m| m.date.as_deref()),
    ("url", |m| m.url.as_deref()),
    ("byline", |m| m.byline.as_deref()),
    ("language", |m| m.language.as_deref()),
    ("credit", |m| m.credit.as_deref()),
    ("dateline_place", |m| m.dateline.as_ref()?.place.as_deref()),
    ("dateline_date", |m| m.dateline.as_ref()?.date.as_deref()),
    ("version", |m| m.version.as_deref()),
    ("status", |m| m.status.as_deref()),
];

/// Returns the name of a relation, as in the other formats.
fn relation(relation: MemberRelation) -> &'static str {
    match relation {
        MemberRelation::Representative => "representative",
        MemberRelation::Exact => "exact",
        MemberRelation::Near => "near",
        MemberRelation::Contains => "contains",
        MemberRelation::Contained => "contained",
    }
}
