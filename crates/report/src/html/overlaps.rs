//! The overlaps that the page lists, each as an entry of two documents.

use crate::{Cluster, EmbeddedTexts, Match, Member, MemberRelation, ReportView};
use dedupe_core::model::{Relation, Span};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::io;

/// Maximum number of overlaps in the page. A browser reads the data of 10,000 overlaps in 0.1 seconds.
const MAX_OVERLAPS: usize = 10_000;

/// Returns the indices of the matches that the HTML page lists as overlaps, those with the most words first.
///
/// # Errors
///
/// The data of a match cannot be read.
pub fn listed_overlaps(report: &dyn ReportView) -> io::Result<Vec<usize>> {
    let overlaps = overlap_indices(report);
    let mut by_words: Vec<(Reverse<u64>, usize)> = overlaps
        .into_par_iter()
        .map(|at| Ok((Reverse(report.match_at(at)?.words), at)))
        .collect::<io::Result<_>>()?;
    by_words.sort_unstable();
    by_words.truncate(MAX_OVERLAPS);
    Ok(by_words.into_iter().map(|(_, at)| at).collect())
}

/// Returns the number of all overlaps of a report.
pub(super) fn overlap_count(report: &dyn ReportView) -> usize {
    overlap_indices(report).len()
}

fn overlap_indices(report: &dyn ReportView) -> Vec<usize> {
    (0..report.match_count())
        .filter(|&at| report.match_header(at).relation == Relation::Overlap)
        .collect()
}

/// Returns an overlap in the form of a story, so that the page shows it in the same way. The page knows an entry of
/// this form by its place after the stories.
pub(super) fn overlap_entry(found: &Match, number: usize, texts: &EmbeddedTexts) -> Cluster {
    let spans = |side: fn(&crate::SpanPair) -> Span| {
        let mut spans: Vec<Span> = found.spans.iter().map(side).collect();
        spans.sort_unstable();
        spans
    };
    let left = member(&found.left, spans(|pair| pair.left), texts);
    let right = member(&found.right, spans(|pair| pair.right), texts);
    Cluster {
        id: number.to_string(),
        size: 2,
        representative: found.left.clone(),
        origin: None,
        publishers: 0,
        agencies: vec![],
        sources: 0,
        reissued_after_days: None,
        members: vec![
            Member {
                containment: found.containment_left,
                containment_representative: found.containment_right,
                resemblance: found.resemblance,
                ..left
            },
            Member {
                containment: found.containment_right,
                containment_representative: found.containment_left,
                resemblance: found.resemblance,
                ..right
            },
        ],
    }
}

/// A document of an overlap. If it is in a story, the page takes its metadata from there.
fn member(id: &str, spans: Vec<Span>, texts: &EmbeddedTexts) -> Member {
    let details = texts.details(id).cloned().unwrap_or_default();
    Member {
        id: id.to_owned(),
        path: details.path,
        title: details.title,
        source: details.source,
        date: details.date,
        url: details.url,
        byline: None,
        language: None,
        credit: None,
        dateline: None,
        version: None,
        status: None,
        extraction: None,
        relation: MemberRelation::Contained,
        same_source: false,
        spans,
        words: details.words,
        digest: String::new(),
        containment: 0.0,
        containment_representative: 0.0,
        resemblance: 0.0,
    }
}
