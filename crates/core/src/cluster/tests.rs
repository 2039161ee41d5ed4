//! Clusters of small corpora, as a reader would draw them.

// Texts are lists of word runs; many have one.
#![allow(clippy::single_range_in_vec_init)]

use super::*;
use crate::model::Pair;
use crate::verify::align::{Aligner, Buffers};
use crate::verify::relation::{DocumentView, Thresholds, classify};
use std::collections::HashSet;
use std::convert::Infallible;

/// Documents as lists of word runs, verified as the pipeline does.
struct Corpus(Vec<Vec<u32>>);

impl Corpus {
    fn new(texts: &[&[std::ops::Range<u32>]]) -> Self {
        Self(
            texts
                .iter()
                .map(|t| t.iter().cloned().flatten().collect())
                .collect(),
        )
    }

    fn side(&self, d: DocumentIndex) -> DocumentView<'_> {
        let words = &self.0[d.index()];
        DocumentView {
            words,
            effective_length: words.len() as u32,
            headline: "",
        }
    }

    /// Clusters as sets of indices, the representative first; all pairs are candidates.
    fn clusters(&self, keep: Keep) -> Vec<Vec<u32>> {
        let documents: Vec<DocumentIndex> = (0..self.0.len() as u32).map(DocumentIndex).collect();
        let pairs: Vec<_> = documents
            .iter()
            .flat_map(|&a| documents[a.index() + 1..].iter().map(move |&b| (a, b)))
            .collect();
        let matches = self.verify(&pairs).unwrap().into_iter().flatten().collect();
        self.group(matches, keep)
    }

    fn group(&self, matches: Vec<Match>, keep: Keep) -> Vec<Vec<u32>> {
        let effective_lengths: Vec<u32> = self.0.iter().map(|t| t.len() as u32).collect();
        let rank: Vec<u32> = (0..effective_lengths.len() as u32).collect();
        let facts = Documents {
            effective_lengths: &effective_lengths,
            ranks: &rank,
            preferences: &vec![0; rank.len()],
            keep,
        };
        let Clustering {
            clusters: stories,
            matches,
        } = cluster(&facts, matches, self).unwrap();
        let mut found = vec![];
        for story in stories {
            let centre = story.representative();
            let ids: Vec<u32> = story.members.iter().map(|m| m.document.0).collect();
            for m in story.members.iter().skip(1) {
                let evidence = m.evidence.as_ref().unwrap();
                assert_eq!((evidence.left, evidence.right), (m.document, centre));
                assert!(evidence.relation.is_copy());
                assert!(
                    matches
                        .iter()
                        .any(|x| Pair::new(x.left, x.right) == Pair::new(m.document, centre))
                );
            }
            assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
            found.push(ids);
        }
        found
    }
}

impl Verifier for Corpus {
    type Error = Infallible;

    fn verify(
        &self,
        pairs: &[(DocumentIndex, DocumentIndex)],
    ) -> Result<Vec<Option<Match>>, Infallible> {
        let limits = Thresholds {
            threshold: 0.5,
            min_passage: 40,
        };
        let verify = |&(left, right): &(DocumentIndex, DocumentIndex)| {
            let mut buffers = Buffers::default();
            let mut aligner = Aligner::new(&self.0[left.index()], 5, &mut buffers);
            let alignment = aligner.align(&self.0[right.index()]);
            let found = classify(self.side(left), self.side(right), &alignment, limits)?;
            Some(Match {
                left,
                right,
                ..found
            })
        };
        Ok(pairs.iter().map(verify).collect())
    }
}

fn check(texts: &[&[std::ops::Range<u32>]], expected: &[&[u32]]) {
    assert_eq!(Corpus::new(texts).clusters(Keep::Best), expected);
}

#[test]
fn a_page_of_three_stories_is_in_three_clusters() {
    check(
        &[
            &[0..100, 1000..1100, 2000..2100],
            &[0..100],
            &[1000..1100],
            &[2000..2100],
        ],
        &[&[1, 0], &[2, 0], &[3, 0]],
    );
}

#[test]
fn a_page_of_two_halves_does_not_merge_them() {
    // Each half is near the page at the default threshold.
    check(
        &[&[0..100, 1000..1100], &[0..100], &[1000..1100]],
        &[&[1, 0], &[2, 0]],
    );
}

#[test]
fn two_copies_of_a_page_are_a_cluster_beside_its_stories() {
    let page = [0..300, 1000..1300, 2000..2300];
    check(
        &[&page, &page, &[0..300], &[1000..1300]],
        &[&[0, 1], &[2, 0, 1], &[3, 0, 1]],
    );
}

#[test]
fn the_whole_story_stands_for_its_cut_copies() {
    check(&[&[0..90], &[0..200, 900..910], &[0..120]], &[&[1, 0, 2]]);
}

#[test]
fn the_whole_story_stands_for_a_copy_with_a_footer_and_a_cut() {
    // The footer makes the copy a container of the cut, which the story itself is not quite.
    check(&[&[0..100, 700..720], &[0..100], &[0..55]], &[&[1, 0, 2]]);
}

#[test]
fn the_story_stands_for_the_page_that_begins_with_it() {
    check(&[&[0..90, 1000..2000], &[0..90]], &[&[1, 0]]);
}

#[test]
fn the_copy_with_the_least_around_it_is_kept() {
    check(
        &[
            &[0..100, 800..840],
            &[0..100, 900..905],
            &[0..100, 700..730],
        ],
        &[&[1, 0, 2]],
    );
}

#[test]
fn a_chain_of_updates_falls_into_stars() {
    // Each shares 60 of 100 words with the next, and too little with the one after.
    let chain: Vec<Vec<std::ops::Range<u32>>> =
        (0..4).map(|k| vec![k * 40..k * 40 + 100]).collect();
    let texts: Vec<&[std::ops::Range<u32>]> = chain.iter().map(Vec::as_slice).collect();
    check(&texts, &[&[0, 1], &[2, 3]]);
}

#[test]
fn members_that_met_over_a_leader_are_verified_against_the_representative() {
    // Only the matches with document 2 were proposed, as for a crowd.
    let corpus = Corpus::new(&[
        &[0..100],
        &[0..100, 500..510],
        &[0..100, 600..640],
        &[0..100, 700..720],
    ]);
    let pairs = [0, 1, 3].map(|other| (DocumentIndex(2), DocumentIndex(other)));
    let matches = corpus
        .verify(&pairs)
        .unwrap()
        .into_iter()
        .flatten()
        .collect();
    assert_eq!(corpus.group(matches, Keep::Best), [[0, 1, 2, 3]]);
}

#[test]
fn groups_that_fall_apart_at_once_fall_apart_each_by_itself() {
    // Two chains in which each document shares 60 of 100 words with the next, and too little with the one after.
    let chain = |from: u32| (0..4).map(move |k| vec![from + k * 40..from + k * 40 + 100]);
    let chains: Vec<Vec<std::ops::Range<u32>>> = chain(0).chain(chain(5000)).collect();
    let texts: Vec<&[std::ops::Range<u32>]> = chains.iter().map(Vec::as_slice).collect();
    check(&texts, &[&[0, 1], &[2, 3], &[4, 5], &[6, 7]]);
}

#[test]
fn what_is_left_over_makes_no_cluster_of_what_another_one_has() {
    // Document 2 has no match with 0, and of 1 little that does not stand with 0 already.
    let texts: [&[std::ops::Range<u32>]; 3] = [&[0..100], &[20..120], &[60..160]];
    assert_eq!(Corpus::new(&texts).clusters(Keep::First), [[0, 1]]);
}

#[test]
fn nearly_equal_documents_are_not_parted_by_a_looser_match() {
    // Document 0, preferred, holds half of 1, but not of 2 and 3, which are 1 with a little around
    // it: it does not take 1 away from them, but joins them.
    let corpus = Corpus::new(&[
        &[0..52, 500..553],
        &[0..100],
        &[0..100, 600..608],
        &[0..100, 700..709],
    ]);
    assert_eq!(corpus.clusters(Keep::First), [[1, 0, 2, 3]]);
}

#[test]
fn other_policies_go_by_rank() {
    let texts: [&[std::ops::Range<u32>]; 2] = [&[0..100, 800..840], &[0..100]];
    assert_eq!(Corpus::new(&texts).clusters(Keep::First), [[0, 1]]);
}
