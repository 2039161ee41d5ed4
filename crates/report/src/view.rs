//! A report whose long lists are asked for item by item, so that a format that writes one item after the other
//! never needs all of them at once.

use crate::Fault;
use crate::{
    Boilerplate, Cluster, Match, Parameters, Report, StageTiming, Summary, Tool, parallel_items,
};
use std::borrow::Cow;
use std::io;

/// All of a report but its clusters and matches.
#[derive(Clone, Copy, Debug)]
pub struct ReportHeader<'a> {
    /// The version of the report's meaning.
    pub schema_version: u32,
    /// What made it.
    pub tool: &'a Tool,
    /// The settings that decide the result.
    pub parameters: &'a Parameters,
    /// Counts.
    pub summary: &'a Summary,
    /// Passages that recur without being copied news.
    pub boilerplate: &'a [Boilerplate],
    /// Inputs that were not used.
    pub skipped: &'a [Fault],
    /// Inputs that were used with a reservation.
    pub warnings: &'a [Fault],
    /// How long each stage took.
    pub timings: Option<&'a [StageTiming]>,
}

/// What a report says, however much of it is at hand; each list in the report's order.
pub trait ReportView: Sync {
    /// All but the two lists.
    fn header(&self) -> ReportHeader<'_>;
    /// Number of clusters.
    fn cluster_count(&self) -> usize;
    /// Number of matches.
    fn match_count(&self) -> usize;
    /// The cluster at a place. Panics from [`ReportView::cluster_count`] on.
    fn cluster(&self, at: usize) -> io::Result<Cow<'_, Cluster>>;
    /// The match at a place. Panics from [`ReportView::match_count`] on.
    fn match_at(&self, at: usize) -> io::Result<Cow<'_, Match>>;
    /// All of it at once; what was not at hand is collected when it is first asked for, and kept.
    fn full_report(&self) -> io::Result<&Report>;
}

/// All that a view says, made in parallel.
pub fn collect_report(view: &dyn ReportView) -> io::Result<Report> {
    let head = view.header();
    Ok(Report {
        schema_version: head.schema_version,
        tool: head.tool.clone(),
        parameters: head.parameters.clone(),
        summary: head.summary.clone(),
        clusters: parallel_items::collect_items(0..view.cluster_count(), |at| view.cluster(at))?,
        matches: parallel_items::collect_items(0..view.match_count(), |at| view.match_at(at))?,
        boilerplate: head.boilerplate.to_vec(),
        skipped: head.skipped.to_vec(),
        warnings: head.warnings.to_vec(),
        timings: head.timings.map(<[_]>::to_vec),
    })
}

impl ReportView for Report {
    fn header(&self) -> ReportHeader<'_> {
        ReportHeader {
            schema_version: self.schema_version,
            tool: &self.tool,
            parameters: &self.parameters,
            summary: &self.summary,
            boilerplate: &self.boilerplate,
            skipped: &self.skipped,
            warnings: &self.warnings,
            timings: self.timings.as_deref(),
        }
    }

    fn cluster_count(&self) -> usize {
        self.clusters.len()
    }

    fn match_count(&self) -> usize {
        self.matches.len()
    }

    fn cluster(&self, at: usize) -> io::Result<Cow<'_, Cluster>> {
        Ok(Cow::Borrowed(&self.clusters[at]))
    }

    fn match_at(&self, at: usize) -> io::Result<Cow<'_, Match>> {
        Ok(Cow::Borrowed(&self.matches[at]))
    }

    fn full_report(&self) -> io::Result<&Report> {
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{empty, hostile, timed};

    #[test]
    fn what_is_collected_is_the_report() {
        for (report, _) in [empty(), hostile(), timed()] {
            assert_eq!(collect_report(&report).unwrap(), report);
        }
    }
}
