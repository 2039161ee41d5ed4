//! From a plan to changes of the storage.

use super::Plan;
use super::lists::ListChange;
use crate::archive::{self, Archive, id_key};
use crate::document_codec::{self, Encoder, WritingDictionary};
use crate::error::IndexError;
use crate::postings::Hash;
use crate::records::{Number, StoredDocument, StoredMatch, Versions};
use crate::storage::{Key, Space, Storage, Write};
use crate::{matches, postings, short_documents};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// What a plan needs to become true.
#[derive(Debug)]
pub struct Commit {
    /// The plan.
    pub plan: Plan,
    /// The documents that enter, in the order of [`Plan::added`].
    pub documents: Vec<StoredDocument>,
    /// The matches among the pairs of the plan.
    pub matches: Vec<StoredMatch>,
    /// Ids whose versions are all removed. Their current documents are among those that leave.
    pub forgotten: Vec<String>,
}

impl<S: Storage> Archive<S> {
    /// Makes a plan true. All of it is durable when this returns, or nothing has changed.
    ///
    /// # Errors
    ///
    /// The storage cannot be written.
    pub fn commit(&self, commit: Commit) -> Result<(), IndexError> {
        let Commit {
            mut plan,
            documents,
            matches,
            forgotten,
        } = commit;
        let mut writes = self.text_writes(&mut plan, &documents)?;
        writes.extend(self.id_writes(&plan, &documents, &forgotten)?);
        for (number, facts) in self.changed_facts(&plan)? {
            writes.push(archive::write(
                Space::Facts,
                &number.0.to_be_bytes(),
                Some(&facts),
            )?);
        }
        for number in &plan.removed {
            writes.push(removal(Space::Facts, &number.0.to_be_bytes()));
        }
        for (digest, group) in &plan.groups {
            let group = Some(group).filter(|group| !group.is_empty());
            writes.push(archive::write(
                Space::Digests,
                &digest.to_be_bytes(),
                group,
            )?);
        }
        // Those of one space are in order.
        let lists = plan.lists.parts().map(list_writes);
        let others = plan.lists.parts().map(other_writes);
        let lists = lists.collect::<Result<Vec<Vec<Write>>, IndexError>>()?;
        let others: Vec<Vec<Write>> = others.collect();
        writes.reserve(lists.iter().chain(&others).map(Vec::len).sum());
        for of_lists in lists.into_iter().chain(others) {
            writes.extend(of_lists);
        }
        std::mem::take(&mut plan.lists).free();
        writes.extend(
            plan.dropped
                .iter()
                .flat_map(|&(a, b)| matches::remove(a, b)),
        );
        for found in &matches {
            writes.extend(matches::add(found)?);
        }
        let new = plan.new_facts.iter();
        let new = new.map(|(&number, facts)| (number, facts.fingerprints));
        writes.extend(short_documents::add(self, new)?);
        writes.push(archive::manifest_write(&plan.manifest)?);
        self.storage().commit(writes)
    }

    /// Stores the new documents. Trains a dictionary of texts if there is none and there are enough documents.
    fn text_writes(
        &self,
        plan: &mut Plan,
        documents: &[StoredDocument],
    ) -> Result<Vec<Write>, IndexError> {
        let mut writes = vec![];
        let mut dictionary = match plan.manifest.text_dictionaries {
            0 => None,
            number => Some((number, self.writing_dictionary(number)?)),
        };
        if dictionary.is_none()
            && let Some(bytes) = document_codec::train(&documents.iter().collect::<Vec<_>>())
        {
            dictionary = Some((1, Arc::new(WritingDictionary::from(&*bytes))));
            writes.push(archive::text_dictionary_write(1, bytes));
            plan.manifest.text_dictionaries = 1;
        }
        let dictionary = dictionary
            .as_ref()
            .map(|(number, dictionary)| (*number, &**dictionary));
        let numbers: Vec<Number> = plan.added().collect();
        let encoded = numbers.par_iter().zip(documents).map_init(
            || Encoder::new(dictionary),
            |encoder, (number, document)| {
                let encoder = encoder.as_mut().map_err(|error| error.to_string());
                Ok(Write {
                    space: Space::Documents,
                    key: Key::from_slice(&number.0.to_be_bytes()),
                    value: Some(encoder.map_err(io::Error::other)?.encode(document)?),
                })
            },
        );
        writes.extend(encoded.collect::<Result<Vec<_>, IndexError>>()?);
        Ok(writes)
    }

    fn id_writes(
        &self,
        plan: &Plan,
        documents: &[StoredDocument],
        forgotten: &[String],
    ) -> Result<Vec<Write>, IndexError> {
        let mut writes = vec![];
        for id in forgotten {
            for number in self.versions(id)?.numbers {
                writes.push(removal(Space::Documents, &number.0.to_be_bytes()));
            }
            writes.push(removal(Space::Ids, &id_key(id)));
        }
        let ids: Vec<&str> = documents.iter().map(|document| &*document.id).collect();
        let stored = self.all_versions(&ids)?;
        let mut versions: BTreeMap<&str, Versions> = BTreeMap::new();
        for ((number, id), stored) in plan.added().zip(ids).zip(stored) {
            versions.entry(id).or_insert(stored).numbers.push(number);
        }
        for (id, versions) in versions {
            writes.push(archive::write(Space::Ids, &id_key(id), Some(&versions))?);
        }
        Ok(writes)
    }

    /// The facts of new documents, and of those that gained or lost their partners.
    fn changed_facts(
        &self,
        plan: &Plan,
    ) -> Result<Vec<(Number, crate::records::Facts)>, IndexError> {
        let mut changed = vec![];
        for (&number, facts) in &plan.new_facts {
            let has_partner = plan.partners.get(&number).copied().unwrap_or(false);
            changed.push((
                number,
                crate::records::Facts {
                    has_partner,
                    ..facts.clone()
                },
            ));
        }
        let removed: FxHashSet<Number> = plan.removed.iter().copied().collect();
        let staying = plan.partners.iter();
        let staying = staying.filter(|(n, _)| !plan.is_new(**n) && !removed.contains(n));
        let (numbers, has_partner): (Vec<Number>, Vec<bool>) = staying.unzip();
        let facts = numbers.iter().zip(self.all_facts(&numbers)?);
        for ((&number, facts), has_partner) in facts.zip(has_partner) {
            if facts.has_partner != has_partner {
                changed.push((
                    number,
                    crate::records::Facts {
                        has_partner,
                        ..facts
                    },
                ));
            }
        }
        Ok(changed)
    }
}

fn removal(space: Space, key: &[u8]) -> Write {
    Write {
        space,
        key: Key::from_slice(key),
        value: None,
    }
}

/// What changes of posting lists, apart from the other documents of frequent hashes.
fn list_writes((hashes, changes): (&[Hash], &[ListChange])) -> Result<Vec<Write>, IndexError> {
    let changed = hashes.iter().zip(changes);
    let changed = changed.filter(|(_, change)| change.old != change.new);
    let write = |(hash, change): (&Hash, &ListChange)| {
        Ok(Write {
            space: Space::Postings,
            key: Key::from_slice(&hash.key()),
            value: match change.new.len {
                0 => None,
                _ => Some(change.new.encode()?),
            },
        })
    };
    changed.map(write).collect()
}

/// What changes of the other documents of frequent hashes.
fn other_writes((hashes, changes): (&[Hash], &[ListChange])) -> Vec<Write> {
    let write = |hash: &Hash, number: &Number, value| Write {
        space: Space::FrequentPostings,
        key: Key::from_slice(&postings::rest_key(*hash, *number)),
        value,
    };
    let mut writes = vec![];
    for (hash, change) in hashes.iter().zip(changes) {
        let joining = change.joining.iter();
        writes.extend(joining.map(|number| write(hash, number, Some(vec![]))));
        writes.extend(
            change
                .parting
                .iter()
                .map(|number| write(hash, number, None)),
        );
    }
    writes
}
