//! A slow reference for stars: it finds the groups anew after each star.

use super::matches::MatchView;
use super::pages::are_in_separate_places;
use super::*;
use crate::model::{Pair, Passage, Relation};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::convert::Infallible;

type Group = Vec<DocumentIndex>;

impl<E: Send> Clusterer<'_, E> {
    fn slow_stars(&mut self) -> Result<Vec<Cluster>, E> {
        let documents: Group = self.matches.documents().collect();
        let is_same_story = |c: &Self, seen: MatchView| c.is_same_story(seen);
        let mut groups = self.components(&documents, is_same_story);
        let mut clusters = vec![];
        while let Some(group) = groups.pop() {
            if group.len() < 2 {
                continue;
            }
            let representative = self.slow_representative(&group);
            let near = match group.len() {
                ..=64 => group.clone(),
                _ => self.slow_within_two_steps(representative, &group),
            };
            self.matches.verify_missing(&[(representative, near)])?;
            let mut star = Cluster::of(representative);
            let mut left = vec![];
            for part in self.components(&group, |_, seen| least_containment(seen) >= 0.8) {
                let own = part.contains(&representative);
                let members = part.into_iter().filter(|&d| d != representative);
                let (passed, failed): (Vec<Member>, Vec<Member>) = members
                    .map(|document| {
                        let evidence = self.matches.membership(document, representative);
                        let evidence = evidence.map(MatchView::to_match);
                        Member { document, evidence }
                    })
                    .partition(|member| member.evidence.is_some());
                left.extend(failed.iter().map(|m| m.document));
                match own || passed.len() >= 9 * failed.len() {
                    true => star.members.extend(passed),
                    false => left.extend(passed.iter().map(|m| m.document)),
                }
            }
            clusters.extend((star.members.len() > 1).then_some(star));
            left.sort_unstable();
            groups.extend(self.components(&left, is_same_story));
        }
        Ok(clusters)
    }

    /// The connected components of sorted documents by the matches that `connects` accepts.
    fn components(
        &self,
        documents: &[DocumentIndex],
        connects: impl Fn(&Self, MatchView) -> bool,
    ) -> Vec<Group> {
        let mut labels: BTreeMap<DocumentIndex, DocumentIndex> =
            documents.iter().map(|&d| (d, d)).collect();
        loop {
            let before = labels.clone();
            for &document in documents {
                for (other, seen) in self.matches.neighbours(document) {
                    if let (Some(&a), true) = (labels.get(&other), connects(self, seen)) {
                        let label = a.min(labels[&document]);
                        labels.extend([(document, label), (other, label)]);
                    }
                }
            }
            if labels == before {
                break;
            }
        }
        let mut components: BTreeMap<DocumentIndex, Group> = BTreeMap::new();
        for (document, label) in labels {
            components.entry(label).or_default().push(document);
        }
        components.into_values().collect()
    }

    fn slow_representative(&self, group: &[DocumentIndex]) -> DocumentIndex {
        let rank = |d: &DocumentIndex| self.documents.rank(*d);
        if self.documents.keep != Keep::Best {
            return *group.iter().min_by_key(|d| rank(d)).unwrap();
        }
        let links = |d: DocumentIndex| {
            let links = self.matches.neighbours(d);
            links.filter(|(_, seen)| self.is_same_story(*seen))
        };
        let holds_several_stories = |d: DocumentIndex| {
            let held = links(d).map(|(_, seen)| seen);
            let held: Vec<MatchView> = held
                .filter(|seen| seen.reversed().containment() >= 0.8)
                .collect();
            are_in_separate_places(&held)
        };
        let standings = group.iter().map(|&d| {
            let inside = self.matches.neighbours(d);
            let inside: Vec<(DocumentIndex, MatchView)> =
                inside.filter(|(other, _)| group.contains(other)).collect();
            let equal = inside.iter().map(|(_, seen)| self.equal_words(*seen));
            let words = inside.iter().map(|(d, _)| self.documents.length(*d));
            let (held, words) = (equal.clone().sum::<u32>(), words.sum::<u32>().max(1));
            let compared = inside.len().min(4) as u64;
            let share = match holds_several_stories(d) {
                true => 0,
                false => 1000 * compared * u64::from(held) / (4 * u64::from(words)),
            };
            let other_words = self
                .documents
                .length(d)
                .saturating_sub(equal.max().unwrap_or(0));
            (
                share,
                (self.documents.preference(d), other_words, rank(&d), d),
            )
        });
        let standings: Vec<_> = standings.collect();
        let largest = standings.iter().map(|s| s.0).max().unwrap();
        let enough = standings.iter().filter(|s| s.0 * 10 >= largest * 9);
        enough.map(|s| s.1).min().unwrap().3
    }

    fn slow_within_two_steps(&self, from: DocumentIndex, group: &[DocumentIndex]) -> Group {
        let near = |d| {
            let links = self.matches.neighbours(d);
            links
                .filter(|(_, seen)| self.is_same_story(*seen))
                .map(|(other, _)| other)
        };
        let first: Group = near(from).collect();
        let mut all: Group = first
            .iter()
            .flat_map(|&d| near(d))
            .chain(first.clone())
            .collect();
        all.sort_unstable();
        all.dedup();
        all.retain(|d| group.contains(d));
        all
    }
}

fn least_containment(seen: MatchView) -> f64 {
    seen.containment().min(seen.reversed().containment())
}

/// Finds matches in a table.
struct Table(BTreeMap<(u32, u32), Match>);

impl Verifier for Table {
    type Error = Infallible;

    fn verify(
        &self,
        pairs: &[(DocumentIndex, DocumentIndex)],
    ) -> Result<Vec<Option<Match>>, Infallible> {
        let find = |&(a, b): &(DocumentIndex, DocumentIndex)| {
            let pair = Pair::new(a, b);
            let found = self.0.get(&(pair.lower().0, pair.higher().0))?;
            let found = found.clone();
            Some(if found.left == a {
                found
            } else {
                found.reversed()
            })
        };
        Ok(pairs.iter().map(find).collect())
    }
}

/// A match of any kind between two documents.
fn a_match(left: u32, right: u32) -> impl Strategy<Value = Match> {
    let kinds = [
        Relation::Near,
        Relation::Contains,
        Relation::Contained,
        Relation::Version,
        Relation::Overlap,
    ];
    let share = || prop::sample::select(vec![0.3, 0.55, 0.7, 0.85, 0.95]);
    let begins = prop::sample::select(vec![0u32, 41]);
    let kinds = prop::sample::select(kinds.to_vec());
    (kinds, share(), share(), 30u32..150, begins.clone(), begins).prop_map(
        move |(relation, containment_left, containment_right, aligned, at_left, at_right)| {
            let passage = |begin: u32| Passage {
                begin,
                end: begin + aligned,
            };
            Match {
                left: DocumentIndex(left),
                right: DocumentIndex(right),
                relation,
                aligned,
                resemblance: 0.5,
                containment_left,
                containment_right,
                longest_run: 20,
                passages: vec![(passage(at_left), passage(at_right))],
            }
        },
    )
}

/// Matches between neighbours of a row of `count` documents, and a few others.
fn matches(count: u32) -> impl Strategy<Value = Vec<Match>> {
    let pair = (0..count, prop_oneof![9 => 1..5u32, 1 => 1..count]);
    let pair = pair.prop_map(move |(left, step)| (left, (left + step) % count));
    let pairs = prop::collection::btree_set(pair, 0..3 * count as usize);
    let distinct = |pairs: std::collections::BTreeSet<(u32, u32)>| {
        let sorted = pairs.into_iter().map(|(a, b)| (a.min(b), a.max(b)));
        let sorted: std::collections::BTreeSet<(u32, u32)> =
            sorted.filter(|(a, b)| a < b).collect();
        sorted
            .into_iter()
            .map(|(a, b)| a_match(a, b))
            .collect::<Vec<_>>()
    };
    pairs.prop_flat_map(distinct)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn stars_agree_with_finding_the_groups_anew(
        all in prop_oneof![matches(12), matches(40), matches(100)],
        hidden in prop::collection::vec(0usize..4, 300),
        lengths in prop::collection::vec(100u32..400, 100),
        best in any::<bool>(),
        preferences in prop::collection::vec(0u32..2, 100),
    ) {
        let table = Table(all.iter().map(|m| ((m.left.0, m.right.0), m.clone())).collect());
        let given = all.into_iter().zip(hidden).filter(|(_, hidden)| *hidden > 0).map(|(m, _)| m);
        let given: Vec<Match> = given.collect();
        let documents = Documents {
            keep: if best { Keep::Best } else { Keep::Longest },
            preferences: &preferences,
            ..Documents::new(&lengths)
        };
        let sorted = |mut clusters: Vec<Cluster>| {
            for cluster in &mut clusters {
                cluster.members[1..].sort_unstable_by_key(|m| m.document);
            }
            clusters.sort_by_key(Cluster::representative);
            clusters
        };
        let mut fast = Clusterer::new(&documents, given.clone(), &table);
        let mut slow = Clusterer::new(&documents, given, &table);
        prop_assert_eq!(sorted(fast.stars().unwrap()), sorted(slow.slow_stars().unwrap()));
        prop_assert_eq!(fast.matches.into_sorted(), slow.matches.into_sorted());
    }
}
