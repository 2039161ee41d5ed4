//! Tables: a row a member of a cluster, as CSV and as Parquet, and a row a matched pair.

mod csv;
mod pairs;
#[cfg(feature = "parquet")]
mod parquet;

pub use csv::Csv;
pub use pairs::Pairs;
#[cfg(feature = "parquet")]
pub use parquet::Parquet;

use crate::{Cluster, Member, MemberRelation};

/// A member with the cluster that it stands in.
type MemberRow<'a> = (&'a Cluster, &'a Member);

/// The rows of a cluster, in their order.
fn rows(cluster: &Cluster) -> impl Iterator<Item = MemberRow<'_>> {
    cluster.members.iter().map(move |m| (cluster, m))
}

/// What a member's publisher may have stated: the name of the column, and the cell.
type MetadataColumn = (&'static str, fn(&Member) -> Option<&str>);

/// The columns of what is known of a member besides its relation, in every table's order.
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

/// The relation's name, as in the other formats.
fn relation(relation: MemberRelation) -> &'static str {
    match relation {
        MemberRelation::Representative => "representative",
        MemberRelation::Exact => "exact",
        MemberRelation::Near => "near",
        MemberRelation::Contains => "contains",
        MemberRelation::Contained => "contained",
    }
}
