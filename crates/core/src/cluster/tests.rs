//! Clusters of small corpora.

// A text is a list of word ranges, often of one range.
#![allow(clippy::single_range_in_vec_init)]

use super::*;
use crate::align::{Aligner, Buffers};
use crate::evidence::document_view::DocumentView;
use crate::model::{Pair, Passage, Relation};
use crate::verify::relation::{Thresholds, classify};
use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Mutex;

/// Documents, compared by their words.
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

    fn view(&self, d: DocumentIndex) -> DocumentView<'_> {
        DocumentView::new(&self.0[d.index()])
    }

    /// The members of each cluster, the representative first. All pairs are candidates.
    fn clusters(&self, keep: Keep) -> Vec<Vec<u32>> {
        let documents: Vec<DocumentIndex> = (0..self.0.len() as u32).map(DocumentIndex).collect();
        let pairs: Vec<_> = documents
            .iter()
            .flat_map(|&a| documents[a.index() + 1..].iter().map(move |&b| (a, b)))
            .collect();
        let matches = self.verify(&pairs).unwrap().into_iter().flatten().collect();
        self.clusters_of(matches, keep)
    }

    fn clusters_of(&self, matches: Vec<Match>, keep: Keep) -> Vec<Vec<u32>> {
        let lengths: Vec<u32> = self.0.iter().map(|t| t.len() as u32).collect();
        let documents = Documents {
            keep,
            ..Documents::new(&lengths)
        };
        let Clustering { clusters, matches } = cluster(&documents, matches, self).unwrap();
        let mut found = vec![];
        for cluster in clusters {
            let representative = cluster.representative();
            let ids: Vec<u32> = cluster.members.iter().map(|m| m.document.0).collect();
            for m in cluster.members.iter().skip(1) {
                let evidence = m.evidence.as_ref().unwrap();
                assert_eq!(
                    (evidence.left, evidence.right),
                    (m.document, representative)
                );
                assert!(evidence.relation.is_copy());
                assert!(
                    matches.iter().any(
                        |x| Pair::new(x.left, x.right) == Pair::new(m.document, representative)
                    )
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
            let found = classify(self.view(left), self.view(right), &alignment, limits)?;
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
fn a_page_of_two_stories_does_not_merge_them() {
    // Half of the page is enough for a copy at the default threshold.
    check(
        &[&[0..100, 1000..1100], &[0..100], &[1000..1100]],
        &[&[1, 0], &[2, 0]],
    );
}

#[test]
fn two_copies_of_a_page_make_a_cluster_of_their_own() {
    let page = [0..300, 1000..1300, 2000..2300];
    check(
        &[&page, &page, &[0..300], &[1000..1300]],
        &[&[0, 1], &[2, 0, 1], &[3, 0, 1]],
    );
}

#[test]
fn the_whole_story_represents_its_cuts() {
    check(&[&[0..90], &[0..200, 900..910], &[0..120]], &[&[1, 0, 2]]);
}

#[test]
fn the_whole_story_represents_a_copy_with_a_footer_and_a_cut() {
    // A member that holds 9 tenths of what the copy with the footer holds has the whole story.
    check(&[&[0..100, 700..717], &[0..100], &[0..55]], &[&[1, 0, 2]]);
    check(&[&[0..100, 700..718], &[0..100], &[0..55]], &[&[0, 1, 2]]);
}

#[test]
fn the_full_story_represents_its_preview() {
    // Both are versions of one story, and neither has half of the other.
    let shares = (79.0 / 176.0, 79.0 / 566.0);
    let preview = found((0, 1), Relation::Near, 79, shares);
    assert_eq!(
        clusters_of(&Documents::new(&[176, 566]), vec![preview]),
        [[1, 0]]
    );
    // The longest of a chain of updates holds all others.
    let updates: Vec<Vec<std::ops::Range<u32>>> = (1..=4).map(|k| vec![0..k * 100]).collect();
    let texts: Vec<&[std::ops::Range<u32>]> = updates.iter().map(Vec::as_slice).collect();
    check(&texts, &[&[3, 0, 1, 2]]);
}

#[test]
fn a_longer_document_that_holds_less_than_half_of_a_story_is_no_member_of_it() {
    let clusters = |common: f64, keep: Keep| {
        let near = |pair| found(pair, Relation::Near, 300, (1.0, 1.0));
        let newer = |d| {
            found(
                (d, 3),
                Relation::Near,
                140,
                (common / 300.0, common / 700.0),
            )
        };
        let mut matches = vec![near((0, 1)), near((0, 2)), near((1, 2))];
        matches.extend((0..3).map(newer));
        let documents = Documents {
            keep,
            ..Documents::new(&[300, 300, 300, 700])
        };
        clusters_of(&documents, matches)
    };
    for keep in [Keep::Best, Keep::First] {
        assert_eq!(clusters(149.0, keep), [[0, 1, 2]]);
        assert_eq!(clusters(150.0, keep), [[0, 1, 2, 3]]);
    }
}

#[test]
fn a_story_represents_a_page_that_begins_with_it() {
    check(&[&[0..90, 1000..2000], &[0..90]], &[&[1, 0]]);
}

#[test]
fn the_copy_with_the_fewest_other_words_is_the_representative() {
    check(
        &[
            &[0..100, 800..812],
            &[0..100, 900..905],
            &[0..100, 700..708],
        ],
        &[&[1, 0, 2]],
    );
}

/// A hundred words with two other ones after every twenty: a version of a story that agrees in many places.
fn edited(from: u32, version: u32) -> Vec<std::ops::Range<u32>> {
    let piece = |n: u32| {
        let other = 100_000 + 100 * version + 2 * n;
        [from + 20 * n..from + 20 * n + 20, other..other + 2]
    };
    (0..5).flat_map(piece).collect()
}

#[test]
fn a_chain_of_updates_is_cut_into_stars() {
    // Each document shares 60 of 100 words with the next one, and 20 with the one after.
    let chain: Vec<Vec<std::ops::Range<u32>>> = (0..4).map(|k| edited(k * 40, k)).collect();
    let texts: Vec<&[std::ops::Range<u32>]> = chain.iter().map(Vec::as_slice).collect();
    // Document 1 holds the most of the others. Document 3 shares other words with 2 than the first story does.
    check(&texts, &[&[1, 0, 2], &[3, 2]]);
}

#[test]
fn members_that_meet_through_a_pivot_are_verified_against_the_representative() {
    // Document 2 is the pivot of a frequent fingerprint: only pairs with it are candidates.
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
    assert_eq!(corpus.clusters_of(matches, Keep::Best), [[2, 0, 1, 3]]);
}

#[test]
fn groups_of_one_round_are_cut_independently() {
    // Two chains: each document shares 60 of 100 words with the next one, and 20 with the one after.
    let chain = |from: u32| (0..4).map(move |k| edited(from + k * 40, from + k));
    let chains: Vec<Vec<std::ops::Range<u32>>> = chain(0).chain(chain(5000)).collect();
    let texts: Vec<&[std::ops::Range<u32>]> = chains.iter().map(Vec::as_slice).collect();
    check(&texts, &[&[1, 0, 2], &[3, 2], &[5, 4, 6], &[7, 6]]);
}

#[test]
fn an_unclustered_document_makes_no_cluster_of_words_that_another_one_claims() {
    // Document 2 has no match with 0. It shares words 45..120 with 1, and the cluster of 0 claims most of them.
    let texts: [&[std::ops::Range<u32>]; 3] = [&[0..100], &[20..120], &[45..145]];
    assert_eq!(Corpus::new(&texts).clusters(Keep::First), [[0, 1]]);
}

#[test]
fn near_identical_documents_stay_together_despite_a_looser_match() {
    // Document 0 ranks first. It has half of document 1, but too little of 2 and 3, which are document 1 with a few
    // other words. It joins their cluster instead of taking document 1 out of it.
    let corpus = Corpus::new(&[
        &[500..553, 30..46, 47..63, 64..82],
        &[0..100],
        &[0..50, 600..614, 64..100],
        &[0..50, 700..715, 65..100],
    ]);
    assert_eq!(corpus.clusters(Keep::First), [[1, 0, 2, 3]]);
}

#[test]
fn other_policies_choose_by_rank() {
    let texts: [&[std::ops::Range<u32>]; 2] = [&[0..100, 800..840], &[0..100]];
    assert_eq!(Corpus::new(&texts).clusters(Keep::First), [[0, 1]]);
}

/// A match of two documents with these figures. Its passages are not known.
fn found(
    (left, right): (u32, u32),
    relation: Relation,
    aligned: u32,
    (containment_left, containment_right): (f64, f64),
) -> Match {
    Match {
        left: DocumentIndex(left),
        right: DocumentIndex(right),
        relation,
        aligned,
        resemblance: 0.5,
        containment_left,
        containment_right,
        longest_run: aligned,
        passages: vec![],
    }
}

/// The clusters of these documents if no pair matches beyond the given ones.
fn clusters_of(documents: &Documents, matches: Vec<Match>) -> Vec<Vec<u32>> {
    let Ok(found) = cluster(documents, matches, &GivenMatches);
    let members = |c: &Cluster| c.members.iter().map(|m| m.document.0).collect();
    found.clusters.iter().map(members).collect()
}

#[test]
fn a_story_may_begin_after_a_lead_in_of_forty_words() {
    // Document 0 is longer than its cut. If it began later, it would be a page that contains document 1.
    check(&[&[900..940, 0..100, 1000..1120], &[0..100]], &[&[0, 1]]);
    check(&[&[900..941, 0..100, 1000..1120], &[0..100]], &[&[1, 0]]);
}

#[test]
fn a_story_is_at_most_three_times_as_long_as_its_cut() {
    check(&[&[0..100, 1000..1200], &[0..100]], &[&[0, 1]]);
    check(&[&[0..100, 1000..1201], &[0..100]], &[&[1, 0]]);
}

#[test]
fn near_identical_documents_leave_together_unless_nine_of_ten_match() {
    // Document 0 ranks first. Documents 1 to `last` are near-identical, and all but the last one match document 0.
    let clusters = |last: u32| {
        let chain = (1..last).map(|d| found((d, d + 1), Relation::Near, 90, (0.9, 0.9)));
        let star = (1..last).map(|d| found((0, d), Relation::Near, 60, (0.6, 0.6)));
        let across = (1..last - 1).map(|d| found((d, last), Relation::Near, 90, (0.9, 0.9)));
        let first = (3..last).map(|d| found((1, d), Relation::Near, 90, (0.9, 0.9)));
        let mut matches: Vec<Match> = chain.chain(star).chain(across).chain(first).collect();
        matches.sort_by_key(|m| Pair::new(m.left, m.right));
        matches.dedup_by_key(|m| Pair::new(m.left, m.right));
        let lengths = vec![100; last as usize + 1];
        let documents = Documents {
            keep: Keep::First,
            ..Documents::new(&lengths)
        };
        clusters_of(&documents, matches)
    };
    assert_eq!(clusters(10), [(0..10).collect::<Vec<u32>>()]);
    assert_eq!(clusters(9), [(1..10).collect::<Vec<u32>>()]);
}

#[test]
fn documents_are_near_identical_from_four_fifths_on() {
    // Document 0 ranks first and matches document 1 alone.
    let clusters = |containment: (f64, f64)| {
        let matches = vec![
            found((0, 1), Relation::Near, 60, (0.6, 0.6)),
            found((1, 2), Relation::Near, 80, containment),
        ];
        let documents = Documents {
            keep: Keep::First,
            ..Documents::new(&[100; 3])
        };
        clusters_of(&documents, matches)
    };
    assert_eq!(clusters((0.8, 0.8)), [[1, 2]]);
    assert_eq!(clusters((0.79, 0.9)), [[0, 1]]);
    assert_eq!(clusters((0.9, 0.79)), [[0, 1]]);
}

#[test]
fn a_representative_holds_nine_tenths_of_what_the_fullest_member_holds() {
    // Document 1 has no other words.
    let representative = |length: u32| {
        let in_longer = 90.0 / f64::from(length);
        let near = found((0, 1), Relation::Near, 90, (in_longer, 1.0));
        clusters_of(&Documents::new(&[length, 90]), vec![near])[0][0]
    };
    assert_eq!(representative(100), 1);
    assert_eq!(representative(101), 0);
}

#[test]
fn a_document_that_holds_two_stories_represents_none_of_them() {
    // Document 1 is a cut of 0, and 2 begins 70 words later.
    check(
        &[&[500..570, 0..230], &[500..570, 0..40], &[0..230, 900..930]],
        &[&[1, 0], &[2, 0]],
    );
}

#[test]
fn a_preferred_source_takes_precedence_over_the_policy() {
    let corpus: [u32; 3] = [100, 110, 120];
    let near = |left: u32, right: u32| {
        let share = |d: u32| 100.0 / f64::from(corpus[d as usize]);
        found(
            (left, right),
            Relation::Near,
            100,
            (share(left), share(right)),
        )
    };
    let matches = vec![near(0, 1), near(0, 2), near(1, 2)];
    for keep in [Keep::Best, Keep::First] {
        let documents = Documents {
            preferences: &[1, 1, 0],
            ranks: &[1, 2, 0],
            keep,
            ..Documents::new(&corpus)
        };
        assert_eq!(clusters_of(&documents, matches.clone()), [[2, 0, 1]]);
    }
    assert_eq!(clusters_of(&Documents::new(&corpus), matches), [[0, 1, 2]]);
}

/// Rejects all pairs and remembers them.
#[derive(Default)]
struct Rejecting(Mutex<Vec<(u32, u32)>>);

impl Verifier for Rejecting {
    type Error = Infallible;

    fn verify(
        &self,
        pairs: &[(DocumentIndex, DocumentIndex)],
    ) -> Result<Vec<Option<Match>>, Infallible> {
        let mut rejected = self.0.lock().unwrap();
        rejected.extend(pairs.iter().map(|(a, b)| (a.0, b.0)));
        Ok(vec![None; pairs.len()])
    }
}

#[test]
fn a_group_of_more_than_64_documents_is_verified_within_two_steps() {
    // A chain: each document matches the next one.
    let verified = |count: u32| {
        let near = |d| found((d, d + 1), Relation::Near, 60, (0.6, 0.6));
        let lengths = vec![100; count as usize];
        let documents = Documents {
            keep: Keep::First,
            ..Documents::new(&lengths)
        };
        let verifier = Rejecting::default();
        let Ok(_) = cluster(&documents, (0..count - 1).map(near).collect(), &verifier);
        let rejected = verifier.0.into_inner().unwrap();
        rejected.into_iter().filter(|pair| pair.0 == 0).count()
    };
    assert_eq!(verified(64), 62);
    assert_eq!(verified(65), 1);
}

#[test]
#[should_panic(expected = "beyond the 2 lengths")]
fn a_match_of_an_unknown_document_panics() {
    let near = found((0, 2), Relation::Near, 60, (0.6, 0.6));
    clusters_of(&Documents::new(&[100, 100]), vec![near]);
}

#[test]
fn without_matches_there_are_no_clusters() {
    let Ok(found) = cluster(&Documents::new(&[]), vec![], &GivenMatches);
    assert_eq!(found, Clustering::default());
}

#[test]
fn a_page_that_is_contained_in_the_representative_does_not_join() {
    // Document 2 contains 1, but not the representative of 1.
    let matches = vec![
        found((0, 1), Relation::Near, 900, (0.9, 0.9)),
        found((0, 2), Relation::Contains, 100, (0.1, 0.5)),
        found((1, 2), Relation::Contained, 100, (0.5, 0.1)),
    ];
    let documents = Documents {
        keep: Keep::First,
        ..Documents::new(&[1000, 1000, 400])
    };
    assert_eq!(clusters_of(&documents, matches), [[0, 1], [2, 0]]);
}

#[test]
fn a_document_with_a_story_and_its_cut_is_not_a_page() {
    check(&[&[0..120, 1000..1160], &[0..120], &[0..50]], &[&[0, 1, 2]]);
}

#[test]
fn the_shortest_unclustered_document_represents_the_pages_that_contain_it() {
    // Document 2 is in both others, and 1 is in 0. Each container is too long to carry the same story.
    let matches = vec![
        found((0, 1), Relation::Contains, 400, (0.2, 1.0)),
        found((0, 2), Relation::Contains, 100, (0.05, 1.0)),
        found((1, 2), Relation::Contains, 100, (0.25, 1.0)),
    ];
    let clusters = clusters_of(&Documents::new(&[2000, 400, 100]), matches);
    assert_eq!(clusters, [[2, 0, 1]]);
}

#[test]
fn of_two_unclustered_documents_of_one_length_the_preferred_one_claims_a_passage() {
    // Document 1 is in the cluster of 0 with its first words. Documents 2 and 3 share later words with it.
    let near = |pair, begin, end| Match {
        passages: vec![(Passage { begin, end }, Passage { begin, end })],
        ..found(pair, Relation::Near, 60, (0.6, 0.6))
    };
    let matches = vec![
        near((0, 1), 0, 10),
        near((1, 2), 50, 100),
        near((1, 3), 60, 100),
    ];
    let clusters = |ranks: &[u32]| {
        let documents = Documents {
            ranks,
            keep: Keep::First,
            ..Documents::new(&[100; 4])
        };
        clusters_of(&documents, matches.clone())
    };
    assert_eq!(clusters(&[0, 1, 2, 3]), [[0, 1], [2, 1]]);
    assert_eq!(clusters(&[0, 1, 3, 2]), [[0, 1], [3, 1]]);
}

/// A near copy of two documents of 100 words with `equal` words in common.
fn near(left: u32, right: u32, equal: u32) -> Match {
    let whole = Passage { begin: 0, end: 100 };
    let share = f64::from(equal) / 100.0;
    Match {
        left: DocumentIndex(left),
        right: DocumentIndex(right),
        relation: Relation::Near,
        aligned: equal,
        resemblance: share / (2.0 - share),
        containment_left: share,
        containment_right: share,
        longest_run: equal,
        passages: vec![(whole, whole)],
    }
}

#[test]
fn near_identical_documents_are_told_apart_when_what_joined_them_has_left() {
    // 1 is near-identical to 0, 3 and 4, and leaves with 0. Then 3 may join 2 without 4.
    let matches = vec![
        near(0, 1, 95),
        near(1, 3, 90),
        near(1, 4, 90),
        near(2, 3, 60),
        near(2, 5, 70),
        near(4, 5, 60),
    ];
    let documents = Documents {
        keep: Keep::First,
        ..Documents::new(&[100; 6])
    };
    let found = cluster(&documents, matches, &GivenMatches).unwrap();
    let ids = |cluster: &Cluster| cluster.members.iter().map(|m| m.document.0).collect();
    let clusters: Vec<Vec<u32>> = found.clusters.iter().map(ids).collect();
    assert_eq!(clusters, [[0, 1].as_slice(), &[2, 3, 5]]);
}
