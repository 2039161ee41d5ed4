//! A plan: what changes in an archive if documents enter and leave. Nothing changes until it is committed.
//!
//! Candidate pairs are a function of the posting lists. A list that changes can change pairs of documents that were there
//! before: a hash of 25 documents is frequent and proposes only the pairs of its pivots, and an earlier document takes the
//! place of a pivot. So the plan looks up again each document whose pairs may change (`concerned.rs`), and each one that
//! gains its first partner or loses one, until nothing changes any more:
//!
//! 1. One document of each group with the same words stands for the others (`groups.rs`). Only these have postings.
//! 2. The posting lists change (`lists.rs`).
//! 3. The pairs of the documents concerned are looked up before and after the change (`pairs.rs`).
//! 4. Matches of pairs that are no candidates any more are dropped. Pairs that are new must be verified.

mod commit;
mod concerned;
mod groups;
mod lists;
mod pairs;
mod sorted_hashes;
#[cfg(test)]
mod tests;

pub use commit::Commit;

use crate::archive::Archive;
use crate::error::IndexError;
use crate::postings::{Hash, Level};
use crate::records::{Facts, Manifest, Number, StoredMatch};
use crate::storage::Storage;
use dedupe_core::candidates::Key;
use dedupe_core::model::DocumentIndex;
use groups::Leaders;
use lists::ChangedLists;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The hashes by which a document is found, as posting lists know them. Sorted, without repetitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    fingerprints: Vec<u64>,
    buckets: Vec<u64>,
}

impl Keys {
    /// The keys of a document with these hashes of fingerprints and of buckets.
    pub fn new(
        fingerprints: impl IntoIterator<Item = u64>,
        buckets: impl IntoIterator<Item = u64>,
    ) -> Self {
        fn keys(hashes: impl Iterator<Item = u64>) -> Vec<u64> {
            let mut keys: Vec<u64> = hashes
                .map(|hash| Key::new(hash, DocumentIndex(0)).hash())
                .collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        }
        Self {
            fingerprints: keys(fingerprints.into_iter()),
            buckets: keys(buckets.into_iter()),
        }
    }

    /// The number of hashes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fingerprints.len() + self.buckets.len()
    }

    /// True for a document that cannot be found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn of_level(&self, level: Level) -> impl Iterator<Item = Hash> + '_ {
        let bits = match level {
            Level::Fingerprint => &self.fingerprints,
            Level::Bucket => &self.buckets,
        };
        bits.iter().map(move |&bits| Hash { level, bits })
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = Hash> + '_ {
        self.of_level(Level::Fingerprint)
            .chain(self.of_level(Level::Bucket))
    }
}

/// A document that enters the archive.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// Its facts. Whether it has a partner is not known yet.
    pub facts: Facts,
    /// Its keys.
    pub keys: Keys,
}

/// What changes if documents enter and leave.
#[derive(Debug)]
pub struct Plan {
    /// The state of the archive after the change.
    pub(crate) manifest: Manifest,
    first_new: Number,
    /// The facts of the documents that enter.
    new_facts: FxHashMap<Number, Facts>,
    removed: Vec<Number>,
    /// By digest: the documents with these words, if that changes.
    groups: BTreeMap<u128, Vec<Number>>,
    lists: ChangedLists,
    /// Whether documents have a partner now, if it was looked up.
    partners: FxHashMap<Number, bool>,
    /// Matches that are dropped, the lower number first.
    dropped: FxHashSet<(Number, Number)>,
    /// Pairs to verify, the lower number first. Sorted.
    pairs: Vec<(Number, Number)>,
}

impl Plan {
    /// Plans that `added` enter and the current documents `removed` leave. `stored_keys` gives the keys of documents of the
    /// archive.
    ///
    /// # Errors
    ///
    /// The archive cannot be read or is full, or `stored_keys` fails.
    pub fn new<S, E>(
        archive: &Archive<S>,
        added: Vec<NewDocument>,
        removed: &[Number],
        stored_keys: impl Fn(&[Number]) -> Result<Vec<Keys>, E>,
    ) -> Result<Self, E>
    where
        S: Storage,
        E: From<IndexError> + Send,
    {
        let mut manifest = archive.manifest()?;
        let first_new = Number(manifest.next);
        let mut new_facts = FxHashMap::default();
        let mut keys = FxHashMap::default();
        for document in added {
            let number = Number(manifest.next);
            manifest.next = number.0.checked_add(1).ok_or(IndexError::Full(number.0))?;
            manifest.documents += 1;
            manifest.text_bytes += document.facts.text_bytes;
            new_facts.insert(number, document.facts);
            keys.insert(number, document.keys);
        }
        for &number in removed {
            let facts = archive.facts(number)?;
            manifest.documents = manifest.documents.saturating_sub(1);
            manifest.text_bytes = manifest.text_bytes.saturating_sub(facts.text_bytes);
        }
        let mut plan = Self {
            manifest,
            first_new,
            new_facts,
            removed: removed.to_vec(),
            groups: BTreeMap::new(),
            lists: ChangedLists::default(),
            partners: FxHashMap::default(),
            dropped: FxHashSet::default(),
            pairs: vec![],
        };
        let leaders = plan.change_groups(archive)?;
        plan.add_stored_keys(&leaders, &mut keys, &stored_keys)?;
        plan.lists = lists::changes(archive, &plan, &leaders, &keys)?;
        pairs::look_up(archive, &mut plan, &leaders, keys, &stored_keys)?;
        Ok(plan)
    }

    /// Adds the keys of documents of the archive that get or lose postings.
    fn add_stored_keys<E>(
        &self,
        leaders: &Leaders,
        keys: &mut FxHashMap<Number, Keys>,
        stored_keys: impl Fn(&[Number]) -> Result<Vec<Keys>, E>,
    ) -> Result<(), E> {
        let changing = leaders.leaving.iter().chain(&leaders.entering);
        let stored: Vec<Number> = changing
            .copied()
            .filter(|&number| !self.is_new(number))
            .collect();
        keys.extend(stored.iter().copied().zip(stored_keys(&stored)?));
        Ok(())
    }

    /// True for a document that enters the archive.
    #[must_use]
    pub fn is_new(&self, number: Number) -> bool {
        number >= self.first_new
    }

    /// The numbers of the documents that enter, in the order in which they were given.
    pub fn added(&self) -> impl Iterator<Item = Number> + use<> {
        (self.first_new.0..self.manifest.next).map(Number)
    }

    /// The pairs to verify, each once.
    #[must_use]
    pub fn pairs(&self) -> &[(Number, Number)] {
        &self.pairs
    }

    /// The state of the archive after the change.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The facts of a document after the change, apart from its partners.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn facts<S: Storage>(
        &self,
        archive: &Archive<S>,
        number: Number,
    ) -> Result<Facts, IndexError> {
        Ok(self.facts_of(archive, number)?.into_owned())
    }

    fn facts_of<S: Storage>(
        &self,
        archive: &Archive<S>,
        number: Number,
    ) -> Result<Cow<'_, Facts>, IndexError> {
        match self.new_facts.get(&number) {
            Some(new) => Ok(Cow::Borrowed(new)),
            None => Ok(Cow::Owned(archive.facts(number)?)),
        }
    }

    /// The documents with these words after the change, the one that stands for the others first.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn group<S: Storage>(
        &self,
        archive: &Archive<S>,
        digest: u128,
    ) -> Result<Vec<Number>, IndexError> {
        match self.groups.get(&digest) {
            Some(changed) => Ok(changed.clone()),
            None => archive.group(digest),
        }
    }

    /// The matches of one of the documents of the archive that stay.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn matches<S: Storage>(
        &self,
        archive: &Archive<S>,
        of: Number,
    ) -> Result<Vec<StoredMatch>, IndexError> {
        if self.is_new(of) {
            return Ok(vec![]);
        }
        let mut found = archive.matches(of)?;
        found.retain(|m| !self.dropped.contains(&ordered(m.left, m.right)));
        Ok(found)
    }
}

/// Two numbers, the lower one first.
fn ordered(a: Number, b: Number) -> (Number, Number) {
    (a.min(b), a.max(b))
}
