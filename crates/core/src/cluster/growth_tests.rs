//! The work of clustering grows with the matches, for each shape that a group may have.

use super::*;
use crate::model::{Passage, Relation};
use crate::steps::assert_nearly_linear;

/// The match of two texts that are ranges of one long text, `left` before `right`.
fn shared([left, right]: [u32; 2], ranges: &[std::ops::Range<u32>]) -> Match {
    let [a, b] = [left, right].map(|at| &ranges[at as usize]);
    let (begin, end) = (a.start.max(b.start), a.end.min(b.end));
    let passage = |of: &std::ops::Range<u32>| Passage {
        begin: begin - of.start,
        end: end - of.start,
    };
    let aligned = end - begin;
    let share = |of: &std::ops::Range<u32>| f64::from(aligned) / f64::from(of.end - of.start);
    let relation = match (share(a) >= 0.5, share(b) >= 0.5) {
        (true, true) => Relation::Near,
        (true, false) => Relation::Contained,
        (false, true) => Relation::Contains,
        (false, false) => Relation::Overlap,
    };
    Match {
        left: DocumentIndex(left),
        right: DocumentIndex(right),
        relation,
        aligned,
        resemblance: share(a).min(share(b)),
        containment_left: share(a),
        containment_right: share(b),
        longest_run: aligned,
        passages: vec![(passage(a), passage(b))],
    }
}

/// Clusters texts that are ranges of one long text. Each matches the ten texts after it.
fn cluster_ranges(ranges: &[std::ops::Range<u32>]) -> Clustering {
    let count = ranges.len() as u32;
    let pairs = (0..count).flat_map(|a| (a + 1..count.min(a + 11)).map(move |b| [a, b]));
    let matches = pairs.map(|pair| shared(pair, ranges)).collect();
    let lengths: Vec<u32> = ranges.iter().map(|range| range.end - range.start).collect();
    let Ok(found) = cluster(&Documents::new(&lengths), matches, &GivenMatches);
    found
}

#[test]
fn sliding_windows_take_nearly_linear_time() {
    assert_nearly_linear(2000, |count| {
        let windows: Vec<_> = (0..count).map(|at| at * 15..at * 15 + 200).collect();
        assert!(cluster_ranges(&windows).clusters.len() as u32 > count / 30);
    });
}

#[test]
fn texts_that_grow_at_both_ends_take_nearly_linear_time() {
    assert_nearly_linear(2000, |count| {
        let grown: Vec<_> = (0..count).map(|at| count - at..count + at + 100).collect();
        assert!(cluster_ranges(&grown).clusters.len() as u32 > count / 30);
    });
}

#[test]
fn a_page_of_many_stories_takes_nearly_linear_time() {
    assert_nearly_linear(2000, |count| {
        let stories = (0..count).map(|at| at * 100..at * 100 + 100);
        let ranges: Vec<_> = std::iter::once(0..100 * count).chain(stories).collect();
        let matches = (1..=count)
            .map(|story| shared([0, story], &ranges))
            .collect();
        let lengths: Vec<u32> = ranges.iter().map(|range| range.end - range.start).collect();
        let Ok(found) = cluster(&Documents::new(&lengths), matches, &GivenMatches);
        assert_eq!(found.clusters.len() as u32, count);
    });
}
