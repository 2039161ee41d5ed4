//! Tables: a row a member of a cluster, as CSV and as Parquet, and a row a matched pair.

mod csv;
mod pairs;
#[cfg(feature = "parquet")]
mod parquet;

pub use csv::Csv;
pub use pairs::Pairs;
#[cfg(feature = "parquet")]
pub use parquet::Parquet;

use super::{Cluster, Member, MemberRelation, Report};

/// A member with the cluster that it stands in.
type Row<'a> = (&'a Cluster, &'a Member);

/// The rows of a report, in its order.
fn rows(report: &Report) -> impl Iterator<Item = Row<'_>> {
    (report.clusters.iter()).flat_map(|cluster| cluster.members.iter().map(move |m| (cluster, m)))
}

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
