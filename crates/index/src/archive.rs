//! The archive: typed access to a storage.

use crate::document_codec::{self, Decoder, ReadingDictionary, WritingDictionary};
use crate::error::IndexError;
use crate::matches;
use crate::plan::Keys;
use crate::postings::{self, Hash, List};
use crate::records::{Facts, Manifest, Number, StoredDocument, StoredMatch, Versions};
use crate::segments::SegmentStorage;
use crate::short_documents;
use crate::storage::{Key, Space, Storage, Write};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};
use xxhash_rust::xxh3::xxh3_128;

const MANIFEST: &[u8] = b"manifest";
const DICTIONARY: &[u8] = b"dictionary";
const EXAMPLES: &[u8] = b"examples";
const TEXT_DICTIONARY: &[u8] = b"texts/";
/// Records that a thread reads together.
const RECORDS_AT_ONCE: usize = 512;

/// The dictionaries of texts that were used, by number.
type MadeDictionaries<T> = Arc<RwLock<FxHashMap<u8, Arc<T>>>>;

/// An archive of documents in a storage.
pub struct Archive<S> {
    storage: S,
    reading: MadeDictionaries<ReadingDictionary>,
    writing: MadeDictionaries<WritingDictionary>,
}

/// What an archive holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Current documents.
    pub documents: u64,
    /// Documents that another one with the same words stands for.
    pub copies: u64,
    /// Matches of documents that stand for others or for themselves.
    pub matches: u64,
    /// Distinct hashes.
    pub hashes: u64,
    /// Entries of all posting lists.
    pub postings: u64,
    /// Entries that the lists should have by their lengths.
    pub expected_postings: u64,
}

/// What another dictionary changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EpochChange {
    /// Pairs that match no more.
    pub lost: u64,
    /// Pairs that did not match before.
    pub gained: u64,
}

impl<S: Storage> Archive<S> {
    /// The archive in a storage.
    pub fn new(storage: S) -> Self {
        Self {
            storage,
            reading: Arc::default(),
            writing: Arc::default(),
        }
    }

    /// Makes an empty archive. `dictionary`: in two parts, as the caller wrote them: what comparisons need, and examples.
    ///
    /// # Errors
    ///
    /// The storage cannot be written.
    pub fn begin(
        &self,
        manifest: &Manifest,
        [dictionary, examples]: [Vec<u8>; 2],
    ) -> Result<(), IndexError> {
        self.storage.commit(vec![
            state(DICTIONARY, dictionary),
            state(EXAMPLES, examples),
            state(MANIFEST, postcard::to_stdvec(manifest)?),
        ])
    }

    /// The storage.
    pub fn storage(&self) -> &S {
        &self.storage
    }

    /// The state of the archive.
    ///
    /// # Errors
    ///
    /// [`IndexError::Unfinished`] if nothing was stored yet, or the storage cannot be read.
    pub fn manifest(&self) -> Result<Manifest, IndexError> {
        let found = self.record(Space::State, MANIFEST)?;
        found.ok_or(IndexError::Unfinished)
    }

    /// What `read` makes of the part of the dictionary that comparisons need, which is as the caller wrote it.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn dictionary<T>(&self, read: impl Fn(&[u8]) -> T) -> Result<T, IndexError> {
        let found = self.read(Space::State, DICTIONARY, |bytes| Ok(read(bytes)))?;
        found.ok_or(IndexError::Unfinished)
    }

    /// Both parts of the dictionary, as the caller wrote them.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn whole_dictionary(&self) -> Result<[Vec<u8>; 2], IndexError> {
        let examples = self.read(Space::State, EXAMPLES, |bytes| Ok(bytes.to_vec()))?;
        let examples = examples.ok_or(IndexError::Unfinished)?;
        Ok([self.dictionary(<[u8]>::to_vec)?, examples])
    }

    fn record<T: DeserializeOwned>(
        &self,
        space: Space,
        key: &[u8],
    ) -> Result<Option<T>, IndexError> {
        self.read(space, key, |value| Ok(postcard::from_bytes(value)?))
    }

    /// What `read` makes of the value of a key, which is not copied.
    fn read<T>(
        &self,
        space: Space,
        key: &[u8],
        mut read: impl FnMut(&[u8]) -> Result<T, IndexError>,
    ) -> Result<Option<T>, IndexError> {
        let mut found = None;
        self.storage.visit_all(space, &[key], &mut |_, value| {
            found = Some(read(value)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The facts of a current document, if there is one with this number.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn find_facts(&self, number: Number) -> Result<Option<Facts>, IndexError> {
        self.record(Space::Facts, &number.0.to_be_bytes())
    }

    /// The facts of a current document.
    ///
    /// # Errors
    ///
    /// The storage cannot be read, or there is no such document.
    pub fn facts(&self, number: Number) -> Result<Facts, IndexError> {
        let found = self.find_facts(number)?;
        found.ok_or_else(|| IndexError::missing_value("the facts of a document"))
    }

    /// By key: its record, if there is one. On all threads, and faster than one after the other.
    fn records<T: DeserializeOwned + Send, const N: usize>(
        &self,
        space: Space,
        keys: &[[u8; N]],
    ) -> Result<Vec<Option<T>>, IndexError> {
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.par_sort_unstable_by_key(|&at| keys[at]);
        let found = order.par_chunks(RECORDS_AT_ONCE).map(|order| {
            let keys: Vec<&[u8]> = order.iter().map(|&at| keys[at].as_slice()).collect();
            let mut found = Vec::with_capacity(keys.len());
            self.storage.visit_all(space, &keys, &mut |at, value| {
                found.push((order[at], postcard::from_bytes(value)?));
                Ok(())
            })?;
            Ok(found)
        });
        let found: Vec<Vec<(usize, T)>> = found.collect::<Result<_, IndexError>>()?;
        let mut records: Vec<Option<T>> = keys.iter().map(|_| None).collect();
        for (at, record) in found.into_iter().flatten() {
            records[at] = Some(record);
        }
        Ok(records)
    }

    /// The facts of current documents.
    pub(crate) fn all_facts(&self, numbers: &[Number]) -> Result<Vec<Facts>, IndexError> {
        let keys: Vec<[u8; 4]> = numbers.iter().map(|n| n.0.to_be_bytes()).collect();
        let facts: Option<Vec<Facts>> = self.records(Space::Facts, &keys)?.into_iter().collect();
        facts.ok_or_else(|| IndexError::missing_value("the facts of a document"))
    }

    /// The bits of a group of documents that say which of them are short.
    pub(crate) fn short_documents(&self, group: u32) -> Result<Vec<u8>, IndexError> {
        let bits = self
            .storage
            .get(Space::ShortDocuments, &group.to_be_bytes())?;
        Ok(bits.unwrap_or_default())
    }

    /// True if a document is stored as a short one.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn is_short(&self, number: Number) -> Result<bool, IndexError> {
        short_documents::is_stored(self, number)
    }

    /// A document or an earlier version of one.
    ///
    /// # Errors
    ///
    /// The storage cannot be read, or there is no such document.
    pub fn document(&self, number: Number) -> Result<StoredDocument, IndexError> {
        self.decode(number, &mut Decoder::new()?)
    }

    /// Documents and earlier versions of documents, in the given order.
    ///
    /// # Errors
    ///
    /// The storage cannot be read, or one of them is missing.
    pub fn documents(&self, numbers: &[Number]) -> Result<Vec<StoredDocument>, IndexError> {
        let documents = numbers
            .par_iter()
            .map_init(Decoder::new, |decoder, &number| {
                let decoder = decoder.as_mut().map_err(|error| error.to_string());
                self.decode(number, decoder.map_err(io::Error::other)?)
            });
        documents.collect()
    }

    fn decode(&self, number: Number, decoder: &mut Decoder) -> Result<StoredDocument, IndexError> {
        let key = number.0.to_be_bytes();
        let document =
            self.read(
                Space::Documents,
                &key,
                |value| match document_codec::dictionary_of(value) {
                    0 => decoder.decode(value, None),
                    dictionary => {
                        decoder.decode(value, Some(&*self.reading_dictionary(dictionary)?))
                    }
                },
            )?;
        document.ok_or_else(|| IndexError::missing_value("the text of a document"))
    }

    fn reading_dictionary(&self, number: u8) -> Result<Arc<ReadingDictionary>, IndexError> {
        self.text_dictionary(&self.reading, number)
    }

    pub(crate) fn writing_dictionary(
        &self,
        number: u8,
    ) -> Result<Arc<WritingDictionary>, IndexError> {
        self.text_dictionary(&self.writing, number)
    }

    /// A dictionary of texts, which is made when it is needed for the first time.
    fn text_dictionary<T: for<'b> From<&'b [u8]>>(
        &self,
        made: &MadeDictionaries<T>,
        number: u8,
    ) -> Result<Arc<T>, IndexError> {
        let known = made.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&number) {
            return Ok(Arc::clone(known));
        }
        drop(known);
        let key = text_dictionary_key(number);
        let read = self.read(Space::State, &key, |bytes| Ok(Arc::new(T::from(bytes))))?;
        let read = read.ok_or_else(|| IndexError::missing_value("a dictionary of texts"))?;
        let mut made = made.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(made.entry(number).or_insert(read)))
    }

    /// The versions of an id; none if it is unknown.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn versions(&self, id: &str) -> Result<Versions, IndexError> {
        Ok(self.record(Space::Ids, &id_key(id))?.unwrap_or_default())
    }

    /// By id: its versions.
    pub(crate) fn all_versions(&self, ids: &[&str]) -> Result<Vec<Versions>, IndexError> {
        let keys: Vec<[u8; 16]> = ids.iter().map(|id| id_key(id)).collect();
        let versions = self.records(Space::Ids, &keys)?.into_iter();
        Ok(versions.map(Option::unwrap_or_default).collect())
    }

    /// The number and the facts of the current document with an id.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn current(&self, id: &str) -> Result<Option<(Number, Facts)>, IndexError> {
        Ok(self.all_current(&[id])?.pop().flatten())
    }

    /// By id: the number and the facts of the current document.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn all_current(&self, ids: &[&str]) -> Result<Vec<Option<(Number, Facts)>>, IndexError> {
        let versions = self.all_versions(ids)?;
        let last = versions.iter().map(|versions| versions.numbers.last());
        let numbers: Vec<Option<Number>> = last.map(Option::<&Number>::copied).collect();
        let known: Vec<Number> = numbers.iter().flatten().copied().collect();
        let mut facts = self.all_facts(&known)?.into_iter();
        let current = ids.iter().zip(numbers).map(|(id, number)| {
            let current = number.and_then(|number| Some((number, facts.next()?)));
            current.filter(|(_, facts)| facts.id == *id)
        });
        Ok(current.collect())
    }

    /// The current documents with these words, the one that stands for the others first.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn group(&self, digest: u128) -> Result<Vec<Number>, IndexError> {
        let group = self.record(Space::Digests, &digest.to_be_bytes())?;
        Ok(group.unwrap_or_default())
    }

    /// By digest: the current documents with these words, the one that stands for the others first.
    pub(crate) fn groups(&self, digests: &[u128]) -> Result<Vec<Vec<Number>>, IndexError> {
        let keys: Vec<[u8; 16]> = digests.iter().map(|digest| digest.to_be_bytes()).collect();
        let groups = self.records(Space::Digests, &keys)?.into_iter();
        Ok(groups.map(Option::unwrap_or_default).collect())
    }

    pub(crate) fn list(&self, hash: Hash) -> Result<List, IndexError> {
        let list = self.read(Space::Postings, &hash.key(), List::decode)?;
        Ok(list.unwrap_or_default())
    }

    /// The lists of hashes, which are in order.
    pub(crate) fn lists(&self, hashes: &[Hash]) -> Result<Vec<List>, IndexError> {
        let keys: Vec<[u8; 6]> = hashes.iter().map(|hash| hash.key()).collect();
        let keys: Vec<&[u8]> = keys.iter().map(<[u8; 6]>::as_slice).collect();
        let mut lists = vec![List::default(); hashes.len()];
        self.storage
            .visit_all(Space::Postings, &keys, &mut |at, list| {
                lists[at] = List::decode(list)?;
                Ok(())
            })?;
        Ok(lists)
    }

    /// The documents of a frequent hash that are no pivots.
    pub(crate) fn rest(&self, hash: Hash) -> Result<Vec<Number>, IndexError> {
        let mut rest = vec![];
        self.storage
            .scan(Space::FrequentPostings, &hash.key(), &mut |key, _| {
                rest.push(postings::number_of_rest_key(key)?);
                Ok(true)
            })?;
        Ok(rest)
    }

    /// The documents that match one.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn neighbours(&self, of: Number) -> Result<Vec<Number>, IndexError> {
        matches::neighbours(&self.storage, of)
    }

    /// The matches of a document, in order of the other ones.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn matches(&self, of: Number) -> Result<Vec<StoredMatch>, IndexError> {
        matches::of(&self.storage, of)
    }

    /// The match of two documents.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn find_match(&self, a: Number, b: Number) -> Result<Option<StoredMatch>, IndexError> {
        matches::find(&self.storage, a, b)
    }

    /// The numbers of all current documents, in order.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn numbers(&self) -> Result<Vec<Number>, IndexError> {
        let mut numbers = vec![];
        self.storage.scan(Space::Facts, &[], &mut |key, _| {
            numbers.push(number(key)?);
            Ok(true)
        })?;
        Ok(numbers)
    }

    /// Visits the facts of all current documents, in the order of their numbers.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn visit_facts(&self, mut visit: impl FnMut(Number, Facts)) -> Result<(), IndexError> {
        self.storage.scan(Space::Facts, &[], &mut |key, value| {
            visit(number(key)?, postcard::from_bytes(value)?);
            Ok(true)
        })
    }

    /// True if each of these keys leads to a document.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn has_postings(&self, number: Number, keys: &Keys) -> Result<bool, IndexError> {
        for hash in keys.all() {
            if !self.has_posting(hash, &self.list(hash)?, number)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// True if a document has a hash with this list.
    pub(crate) fn has_posting(
        &self,
        hash: Hash,
        list: &List,
        number: Number,
    ) -> Result<bool, IndexError> {
        let is_in_rest = || {
            let key = postings::rest_key(hash, number);
            Ok::<_, IndexError>(self.storage.get(Space::FrequentPostings, &key)?.is_some())
        };
        Ok(list.first.contains(&number) || list.is_frequent() && is_in_rest()?)
    }

    /// Begins an epoch: with another dictionary, these are the matches among all candidate pairs. `dictionary`: as for
    /// [`Archive::begin`].
    ///
    /// # Errors
    ///
    /// The storage cannot be written. Nothing has changed then.
    pub fn begin_epoch(
        &self,
        [dictionary, examples]: [Vec<u8>; 2],
        found: Vec<StoredMatch>,
    ) -> Result<EpochChange, IndexError> {
        let mut stale: FxHashSet<(Number, Number)> = FxHashSet::default();
        for number in self.numbers()? {
            let others = self.neighbours(number)?;
            stale.extend(
                others
                    .into_iter()
                    .filter(|&other| number < other)
                    .map(|other| (number, other)),
            );
        }
        let mut change = EpochChange::default();
        let mut writes = vec![state(DICTIONARY, dictionary), state(EXAMPLES, examples)];
        for found in &found {
            let pair = (found.left.min(found.right), found.left.max(found.right));
            if !stale.remove(&pair) {
                change.gained += 1;
            }
            writes.extend(matches::add(found)?);
        }
        change.lost = stale.len() as u64;
        writes.extend(stale.into_iter().flat_map(|(a, b)| matches::remove(a, b)));
        let mut manifest = self.manifest()?;
        manifest.epoch = manifest.epoch.saturating_add(1);
        writes.push(manifest_write(&manifest)?);
        self.storage.commit(writes)?;
        Ok(change)
    }

    /// Counts what the archive holds. Reads all of it.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn count(&self) -> Result<Counts, IndexError> {
        let mut counts = Counts::default();
        let mut words = 0;
        self.storage.scan(Space::Digests, &[], &mut |_, group| {
            counts.documents += postcard::from_bytes::<Vec<Number>>(group)?.len() as u64;
            words += 1;
            Ok(true)
        })?;
        counts.copies = counts.documents.saturating_sub(words);
        self.storage.scan(Space::Matches, &[], &mut |_, value| {
            counts.matches += u64::from(!value.is_empty());
            Ok(true)
        })?;
        self.storage.scan(Space::Postings, &[], &mut |_, list| {
            let list = List::decode(list)?;
            counts.hashes += 1;
            counts.postings += list.first.len() as u64;
            counts.expected_postings += u64::from(list.len);
            Ok(true)
        })?;
        self.storage
            .scan(Space::FrequentPostings, &[], &mut |_, _| {
                counts.postings += 1;
                Ok(true)
            })?;
        Ok(counts)
    }
}

impl Archive<SegmentStorage> {
    /// The archive as it is now, for reading. Later changes do not show in it.
    #[must_use]
    pub fn snapshot(&self) -> Self {
        Self {
            storage: self.storage.snapshot(),
            reading: Arc::clone(&self.reading),
            writing: Arc::clone(&self.writing),
        }
    }
}

/// The number that is the key of a document.
fn number(key: &[u8]) -> Result<Number, IndexError> {
    let key = key.try_into();
    let key = key.map_err(|_| IndexError::missing_value("a number"))?;
    Ok(Number(u32::from_be_bytes(key)))
}

fn state(key: &[u8], value: Vec<u8>) -> Write {
    Write {
        space: Space::State,
        key: Key::from_slice(key),
        value: Some(value),
    }
}

/// Stores the state of an archive.
pub(crate) fn manifest_write(manifest: &Manifest) -> Result<Write, IndexError> {
    Ok(state(MANIFEST, postcard::to_stdvec(manifest)?))
}

/// Stores a dictionary of texts.
pub(crate) fn text_dictionary_write(number: u8, bytes: Vec<u8>) -> Write {
    state(&text_dictionary_key(number), bytes)
}

fn text_dictionary_key(number: u8) -> Vec<u8> {
    [TEXT_DICTIONARY, &[number]].concat()
}

/// Ids can be long, keys cannot.
pub(crate) fn id_key(id: &str) -> [u8; 16] {
    xxh3_128(id.as_bytes()).to_be_bytes()
}

/// A value under a key, or its removal.
pub(crate) fn write<T: Serialize>(
    space: Space,
    key: &[u8],
    value: Option<&T>,
) -> Result<Write, IndexError> {
    Ok(Write {
        space,
        key: Key::from_slice(key),
        value: value.map(postcard::to_stdvec).transpose()?,
    })
}
