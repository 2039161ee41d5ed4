//! Access to a report item by item. A renderer that writes one cluster or match after another never needs the
//! whole report in memory.

use crate::Fault;
use crate::{Boilerplate, Cluster, Match, Parameters, Report, StageTiming, Summary, Tool};
use dedupe_core::model::Relation;
use std::borrow::Cow;
use std::io;

/// All fields of a [`Report`] except `clusters` and `matches`.
#[derive(Clone, Copy, Debug)]
pub struct ReportHeader<'a> {
    /// Version of the report format.
    pub schema_version: u32,
    /// The program that wrote the report.
    pub tool: &'a Tool,
    /// The settings that determine the result.
    pub parameters: &'a Parameters,
    /// Totals of the run.
    pub summary: &'a Summary,
    /// Passages that many otherwise different documents share.
    pub boilerplate: &'a [Boilerplate],
    /// Inputs that were not used.
    pub skipped: &'a [Fault],
    /// Inputs that were used although part of them was unclear.
    pub warnings: &'a [Fault],
    /// Duration of each stage, if timings were requested.
    pub timings: Option<&'a [StageTiming]>,
}

/// The documents of a match and their relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchHeader<'a> {
    /// Id of the left document.
    pub left: &'a str,
    /// Id of the right document.
    pub right: &'a str,
    /// Relation of the left document to the right one.
    pub relation: Relation,
}

/// A report that is complete in memory or built on demand. The items have the order of the [`Report`].
pub trait ReportView: Sync {
    /// Returns everything except the clusters and the matches.
    fn header(&self) -> ReportHeader<'_>;
    /// Number of clusters.
    fn cluster_count(&self) -> usize;
    /// Number of matches.
    fn match_count(&self) -> usize;
    /// Returns the cluster with this index.
    ///
    /// # Errors
    ///
    /// The data of the cluster cannot be read.
    ///
    /// # Panics
    ///
    /// May panic if `index` is not below [`cluster_count`](Self::cluster_count).
    fn cluster(&self, index: usize) -> io::Result<Cow<'_, Cluster>>;
    /// Returns the match with this index.
    ///
    /// # Errors
    ///
    /// The data of the match cannot be read.
    ///
    /// # Panics
    ///
    /// May panic if `index` is not below [`match_count`](Self::match_count).
    fn match_at(&self, index: usize) -> io::Result<Cow<'_, Match>>;
    /// Returns the documents and the relation of the match with this index. Unlike [`match_at`](Self::match_at), it
    /// reads no data.
    ///
    /// # Panics
    ///
    /// May panic if `index` is not below [`match_count`](Self::match_count).
    fn match_header(&self, index: usize) -> MatchHeader<'_>;
    /// Returns the whole report. A report that is built on demand is built by the first call and kept.
    ///
    /// # Errors
    ///
    /// The data of the report cannot be read.
    fn full_report(&self) -> io::Result<&Report>;
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

    fn cluster(&self, index: usize) -> io::Result<Cow<'_, Cluster>> {
        Ok(Cow::Borrowed(&self.clusters[index]))
    }

    fn match_at(&self, index: usize) -> io::Result<Cow<'_, Match>> {
        Ok(Cow::Borrowed(&self.matches[index]))
    }

    fn match_header(&self, index: usize) -> MatchHeader<'_> {
        let found = &self.matches[index];
        MatchHeader {
            left: &found.left,
            right: &found.right,
            relation: found.relation,
        }
    }

    fn full_report(&self) -> io::Result<&Report> {
        Ok(self)
    }
}
