//! After any changes, the matches of an archive are those among the candidate pairs of all its documents at once.

use super::*;
use crate::memory_storage::MemoryStorage;
use crate::records::{MatchRules, StoredDocument, StoredMatch};
use dedupe_core::candidates::postings::{Candidate, PIVOTS, candidate_pairs};
use dedupe_core::candidates::requirements::{BUCKET_PIVOTS, is_partner, required_fingerprints};
use dedupe_core::model::{Keep, Relation};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A document of a test: its day, its words, its fingerprints and its buckets.
#[derive(Clone, Debug)]
struct Text {
    day: Option<i64>,
    digest: u128,
    fingerprints: Vec<u64>,
    buckets: Vec<u64>,
}

impl Text {
    fn new_document(&self, id: &str) -> NewDocument {
        let whole = |hashes: &[u64]| hashes.iter().map(|hash| hash << 40).collect::<Vec<u64>>();
        NewDocument {
            facts: Facts {
                id: id.to_owned(),
                published: self.day.map(|day| (day, 0)),
                digest: self.digest,
                words: 100,
                fingerprints: self.fingerprints.len() as u32,
                preference: 0,
                text_bytes: 600,
                has_partner: false,
            },
            keys: Keys::new(whole(&self.fingerprints), whole(&self.buckets)),
        }
    }
}

fn manifest() -> Manifest {
    Manifest {
        rules: MatchRules {
            threshold: 0.5,
            min_passage: 40,
            shingle: 5,
            keep: Keep::Best,
            prefer: vec![],
        },
        epoch: 1,
        next: 0,
        documents: 0,
        text_bytes: 0,
        text_dictionaries: 0,
    }
}

/// Stands for verification: whether two documents match depends on nothing else.
fn is_match(a: &str, b: &str) -> bool {
    let sum: u32 = a.bytes().chain(b.bytes()).map(u32::from).sum();
    !sum.is_multiple_of(3)
}

/// An archive, and what is in it.
struct Tested {
    archive: Archive<MemoryStorage>,
    texts: BTreeMap<String, Text>,
}

impl Tested {
    fn new() -> Self {
        let archive = Archive::new(MemoryStorage::default());
        archive.begin(&manifest(), [vec![], vec![]]).unwrap();
        Self {
            archive,
            texts: BTreeMap::new(),
        }
    }

    fn change(&mut self, added: &[(String, Text)], removed: &BTreeSet<String>) {
        let current = |id: &str| self.archive.current(id).unwrap().unwrap().0;
        let replaced = added
            .iter()
            .map(|(id, _)| id)
            .filter(|id| self.texts.contains_key(*id));
        let leaving: BTreeSet<Number> = removed
            .iter()
            .chain(replaced)
            .map(|id| current(id))
            .collect();
        let leaving: Vec<Number> = leaving.into_iter().collect();
        let documents = added
            .iter()
            .map(|(id, text)| text.new_document(id))
            .collect();
        let texts = &self.texts;
        let archive = &self.archive;
        let stored_keys = |numbers: &[Number]| -> Result<Vec<Keys>, IndexError> {
            let keys = |number: &Number| {
                let id = archive.facts(*number)?.id;
                Ok(texts[&id].new_document(&id).keys)
            };
            numbers.iter().map(keys).collect()
        };
        let plan = Plan::new(archive, documents, &leaving, stored_keys).unwrap();
        let id = |number| plan.facts(archive, number).unwrap().id;
        let matches = plan
            .pairs()
            .iter()
            .filter(|(a, b)| is_match(&id(*a), &id(*b)));
        let matches = matches.map(|&(left, right)| StoredMatch {
            left,
            right,
            relation: Relation::Near,
            aligned: 60,
            resemblance: 0.5,
            containment_left: 0.7,
            containment_right: 0.7,
            longest_run: 30,
            passages: vec![(0, 60, 0, 60)],
        });
        let matches = matches.collect();
        let documents = added.iter().map(|(id, _)| StoredDocument {
            id: id.clone(),
            ..StoredDocument::default()
        });
        let commit = Commit {
            matches,
            documents: documents.collect(),
            plan,
            forgotten: removed.iter().cloned().collect(),
        };
        self.archive.commit(commit).unwrap();
        self.texts.retain(|id, _| !removed.contains(id));
        self.texts.extend(added.iter().cloned());
    }

    /// The matches of the archive, by id.
    fn matches(&self) -> BTreeSet<(String, String)> {
        let numbers = self.archive.numbers().unwrap();
        let id = |number| self.archive.facts(number).unwrap().id;
        let pairs = numbers.iter().flat_map(|&number| {
            let others = self.archive.neighbours(number).unwrap();
            others.into_iter().map(move |other| (number, other))
        });
        pairs
            .inspect(|&(a, b)| assert!(self.archive.find_match(a, b).unwrap().is_some()))
            .map(|(a, b)| (id(a).min(id(b)), id(a).max(id(b))))
            .collect()
    }

    /// The matches among the candidates of all texts at once.
    fn expected(&self) -> BTreeSet<(String, String)> {
        let mut documents: Vec<(NewDocument, &Text)> = self
            .texts
            .iter()
            .map(|(id, text)| (text.new_document(id), text))
            .collect();
        documents.sort_by(|a, b| a.0.facts.order().cmp(&b.0.facts.order()));
        let mut digests = BTreeSet::new();
        documents.retain(|(document, _)| digests.insert(document.facts.digest));
        let keys = |hashes: fn(&Keys) -> &[u64]| {
            let keys = documents
                .iter()
                .enumerate()
                .flat_map(|(at, (document, _))| {
                    let hashes = hashes(&document.keys).iter();
                    hashes.map(move |&hash| Key::new(hash << 28, DocumentIndex(at as u32)))
                });
            let mut keys: Vec<Key> = keys.collect();
            keys.sort_unstable();
            vec![keys]
        };
        let count = |at: usize| documents[at].0.facts.fingerprints;
        let ends = |found: &Candidate| (found.pair.lower().index(), found.pair.higher().index());
        let enough = |found: &Candidate| {
            let (a, b) = ends(found);
            found.count >= required_fingerprints(count(a), count(b))
        };
        let sharing = candidate_pairs(&keys(|keys| &keys.fingerprints), PIVOTS, usize::MAX, enough);
        let by_bucket = candidate_pairs(
            &keys(|keys| &keys.buckets),
            BUCKET_PIVOTS,
            usize::MAX,
            |_| true,
        );
        let mut has_partner = vec![false; documents.len()];
        for found in &sharing {
            let (a, b) = ends(found);
            has_partner[a] |= is_partner(found.count, count(a));
            has_partner[b] |= is_partner(found.count, count(b));
        }
        let missed = |(a, b): &(usize, usize)| !(has_partner[*a] && has_partner[*b]);
        let pairs = sharing
            .iter()
            .map(ends)
            .chain(by_bucket.iter().map(ends).filter(missed));
        pairs
            .map(|(a, b)| [a, b].map(|at| documents[at].0.facts.id.clone()))
            .map(|[a, b]| (a.clone().min(b.clone()), a.max(b)))
            .filter(|(a, b)| is_match(a, b))
            .collect()
    }
}

fn text() -> impl Strategy<Value = Text> {
    // Few hashes of each kind, so that some are frequent.
    let fingerprints = prop::collection::btree_set(prop_oneof![0u64..4, 0u64..60], 1..14);
    let buckets = prop::collection::btree_set(prop_oneof![100u64..102, 100u64..140], 0..5);
    let day = prop::option::of(0i64..6);
    (day, fingerprints, buckets, any::<u128>()).prop_map(|(day, fingerprints, buckets, digest)| {
        Text {
            day,
            digest,
            fingerprints: fingerprints.into_iter().collect(),
            buckets: buckets.into_iter().collect(),
        }
    })
}

/// Some documents have the words of others.
fn texts(number: usize) -> impl Strategy<Value = Vec<Text>> {
    let copies = prop::collection::vec(
        (any::<prop::sample::Index>(), prop::option::of(0i64..6)),
        0..8,
    );
    (prop::collection::vec(text(), number), copies).prop_map(|(mut texts, copies)| {
        for (of, day) in copies {
            let copy = Text {
                day,
                ..of.get(&texts).clone()
            };
            texts.push(copy);
        }
        texts
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        // Each step compares many changes, and a failure is to be reported within a minute.
        max_shrink_iters: 128,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_order_of_additions_and_removals_gives_the_matches_of_one_run(
        (texts, order) in texts(60).prop_flat_map(|texts| {
            let order: Vec<usize> = (0..texts.len()).collect();
            (Just(texts), Just(order).prop_shuffle())
        }),
        parts in prop::collection::vec(1usize..30, 1..6),
        removals in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        replacements in prop::collection::vec((any::<prop::sample::Index>(), text()), 0..6),
    ) {
        let mut tested = Tested::new();
        let named = |at: usize| (format!("d{at:02}"), texts[at].clone());
        let mut left = order.as_slice();
        for part in parts {
            let (part, rest) = left.split_at(part.min(left.len()));
            left = rest;
            let added: Vec<(String, Text)> = part.iter().map(|&at| named(at)).collect();
            tested.change(&added, &BTreeSet::new());
            prop_assert_eq!(tested.matches(), tested.expected());
        }
        let rest: Vec<(String, Text)> = left.iter().map(|&at| named(at)).collect();
        tested.change(&rest, &BTreeSet::new());
        prop_assert_eq!(tested.matches(), tested.expected());
        let removed: BTreeSet<String> = removals.iter().map(|at| named(at.index(texts.len())).0).collect();
        let replaced = replacements.into_iter().map(|(at, text)| (named(at.index(texts.len())).0, text));
        let replaced: BTreeMap<String, Text> = replaced.filter(|(id, _)| !removed.contains(id)).collect();
        let replaced: Vec<(String, Text)> = replaced.into_iter().collect();
        for removed in &removed {
            tested.change(&[], &BTreeSet::from([removed.clone()]));
            prop_assert_eq!(tested.matches(), tested.expected());
        }
        tested.change(&replaced, &BTreeSet::new());
        prop_assert_eq!(tested.matches(), tested.expected());
        let counts = tested.archive.count().unwrap();
        prop_assert_eq!(counts.documents, tested.texts.len() as u64);
        prop_assert_eq!(tested.archive.manifest().unwrap().documents, counts.documents);
    }
}
