//! A dictionary that one run learns and others use: how often each recurring passage comes back, with examples.
//!
//! A run with a given dictionary learns none, so its result does not depend on what else is in the corpus. The file has a
//! format of its own, with a version and a checksum. It names hashes of passages and the first words of at most 1,000
//! examples, but no documents.

use dedupe_core::evidence::dictionary::{Dictionary, FRESH};
use dedupe_core::sketch::WINDOW;
use dedupe_report::Boilerplate;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

const MAGIC: &[u8; 16] = b"dedupe passages\n";
/// The version of the format that this program writes and reads.
const VERSION: u32 = 3;
/// Bytes of the checksum at the end.
const CHECKSUM: usize = 16;
/// Hashes of keys have 36 bits.
const MAX_HASH: u64 = (1 << 36) - 1;

/// What a corpus taught about passages that recur.
#[derive(Clone, Debug)]
pub struct LearntDictionary {
    shingle: u32,
    pub(crate) occasions: Arc<Dictionary>,
    /// Examples of distinct passages, as reports list them.
    pub(crate) passages: Vec<Boilerplate>,
    /// The number of distinct passages.
    pub(crate) distinct_passages: u64,
    checksum: u128,
}

/// What a dictionary is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A report, which lists its examples.
    Report,
    /// Comparisons, which need no examples.
    #[cfg(feature = "index")]
    Comparisons,
    /// Comparisons of a few documents.
    #[cfg(feature = "index")]
    FewComparisons,
}

/// Dictionaries with the same content are equal.
impl PartialEq for LearntDictionary {
    fn eq(&self, other: &Self) -> bool {
        self.checksum == other.checksum
    }
}

/// Why bytes are not a dictionary that this program can use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DictionaryError {
    /// The bytes are something else.
    #[error("expected a dictionary that dedupe wrote")]
    Unknown,
    /// The file has another version.
    #[error("expected version {VERSION} of the format, found {found}")]
    Version {
        /// The version in the file.
        found: u32,
    },
    /// The file is cut off or changed.
    #[error("the dictionary is damaged: its checksum does not match its content")]
    Damaged,
}

impl LearntDictionary {
    pub(crate) fn new(
        shingle: u32,
        occasions: Arc<Dictionary>,
        passages: Vec<Boilerplate>,
        distinct_passages: u64,
    ) -> Self {
        let mut learnt = Self {
            shingle,
            occasions,
            passages,
            distinct_passages,
            checksum: 0,
        };
        learnt.checksum = xxh3_128(&learnt.content());
        learnt
    }

    /// Words in the shingles whose hashes it has. A run with another shingle cannot use it.
    #[must_use]
    pub fn shingle(&self) -> u32 {
        self.shingle
    }

    /// The number of recurring fingerprints.
    #[must_use]
    pub fn len(&self) -> usize {
        self.occasions.entries().len()
    }

    /// True if no passage recurs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.occasions.is_empty()
    }

    /// The checksum of its content, with all of its examples.
    #[must_use]
    pub fn checksum(&self) -> u128 {
        self.checksum
    }

    /// The dictionary as a file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.content();
        let checksum = xxh3_128(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// All of the file but the checksum.
    fn content(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for number in [VERSION, self.shingle, WINDOW as u32] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let entries = self.occasions.entries();
        bytes.extend_from_slice(&(entries.len() as u64).to_le_bytes());
        let mut before = 0;
        for &(hash, occasions) in entries {
            push_number(&mut bytes, hash - before);
            push_number(&mut bytes, u64::from(occasions));
            before = hash;
        }
        push_number(&mut bytes, self.distinct_passages);
        push_number(&mut bytes, self.passages.len() as u64);
        for passage in &self.passages {
            push_number(&mut bytes, passage.words);
            push_number(&mut bytes, passage.documents);
            push_string(&mut bytes, &passage.excerpt);
            push_number(&mut bytes, passage.sources.len() as u64);
            for source in &passage.sources {
                push_string(&mut bytes, source);
            }
        }
        bytes
    }

    /// Reads a dictionary from the bytes of a file.
    ///
    /// # Errors
    ///
    /// The bytes are no dictionary, one of another version, or a damaged one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DictionaryError> {
        Self::read(bytes, Purpose::Report)
    }

    /// Reads what a purpose needs of a dictionary. Examples are most of a large one.
    ///
    /// # Errors
    ///
    /// Those of [`LearntDictionary::from_bytes`].
    pub(crate) fn read(bytes: &[u8], purpose: Purpose) -> Result<Self, DictionaryError> {
        let mut header = bytes.strip_prefix(MAGIC).ok_or(DictionaryError::Unknown)?;
        let found = take_u32(&mut header).ok_or(DictionaryError::Damaged)?;
        if found != VERSION {
            return Err(DictionaryError::Version { found });
        }
        let (content, checksum) = bytes
            .split_last_chunk::<CHECKSUM>()
            .ok_or(DictionaryError::Damaged)?;
        let checksum = u128::from_le_bytes(*checksum);
        if xxh3_128(content) != checksum {
            return Err(DictionaryError::Damaged);
        }
        let body = content.get(MAGIC.len() + size_of::<u32>()..);
        let read = body.and_then(|body| Self::parse(body, purpose, checksum));
        read.ok_or(DictionaryError::Damaged)
    }

    /// The dictionary without its examples.
    #[cfg(feature = "index")]
    pub(crate) fn without_examples(&self) -> Self {
        Self {
            shingle: self.shingle,
            occasions: Arc::clone(&self.occasions),
            passages: vec![],
            distinct_passages: self.distinct_passages,
            checksum: self.checksum,
        }
    }

    /// Reads what follows the version. `None` if it does not say what a dictionary says.
    fn parse(mut bytes: &[u8], purpose: Purpose, checksum: u128) -> Option<Self> {
        let bytes = &mut bytes;
        let shingle = take_u32(bytes)?;
        let window = take_u32(bytes)?;
        let count = u64::from_le_bytes(*take(bytes)?);
        // An entry has at least two bytes.
        let most = (bytes.len() / 2) as u64;
        let mut entries = Vec::with_capacity(count.min(most) as usize);
        let mut hash = 0u64;
        for _ in 0..count {
            hash = hash.checked_add(take_number(bytes)?)?;
            let occasions = u32::try_from(take_number(bytes)?).ok()?;
            if hash > MAX_HASH || occasions <= FRESH {
                return None;
            }
            entries.push((hash, occasions));
        }
        let distinct_passages = take_number(bytes)?;
        let mut passages = vec![];
        let wanted = match purpose {
            Purpose::Report => take_number(bytes)?,
            #[cfg(feature = "index")]
            Purpose::Comparisons | Purpose::FewComparisons => {
                *bytes = &[];
                0
            }
        };
        for _ in 0..wanted {
            let (words, documents) = (take_number(bytes)?, take_number(bytes)?);
            let excerpt = take_string(bytes)?;
            let mut sources = vec![];
            for _ in 0..take_number(bytes)? {
                sources.push(take_string(bytes)?);
            }
            passages.push(Boilerplate {
                excerpt,
                words,
                documents,
                sources,
            });
        }
        let occasions = match purpose {
            #[cfg(feature = "index")]
            Purpose::FewComparisons => Dictionary::for_few_lookups(entries),
            _ => Dictionary::from_entries(entries),
        };
        let read = Self {
            shingle,
            occasions: Arc::new(occasions),
            passages,
            distinct_passages,
            checksum,
        };
        (bytes.is_empty() && window == WINDOW as u32 && read.len() as u64 == count).then_some(read)
    }
}

/// Appends a number, 7 bits in each byte, the lowest first.
fn push_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn push_string(bytes: &mut Vec<u8>, string: &str) {
    push_number(bytes, string.len() as u64);
    bytes.extend_from_slice(string.as_bytes());
}

fn take<'a, const N: usize>(bytes: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(taken)
}

fn take_u32(bytes: &mut &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(*take(bytes)?))
}

fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for shift in (0..u64::BITS).step_by(7) {
        let [byte] = *take::<1>(bytes)?;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn take_string(bytes: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(take_number(bytes)?).ok()?;
    let (string, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(std::str::from_utf8(string).ok()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dictionary() -> LearntDictionary {
        let passage = Boilerplate {
            excerpt: "Sign up for the newsletter".to_owned(),
            words: 12,
            documents: 300,
            sources: vec!["Herald".to_owned(), "Post".to_owned()],
        };
        let entries = [(3, 6), (1 << 20, 24), (MAX_HASH, 4_000_000_000)];
        let occasions = Arc::new(Dictionary::from_entries(entries));
        LearntDictionary::new(5, occasions, vec![passage], 7)
    }

    #[test]
    fn a_dictionary_is_read_as_it_was_written() {
        for written in [
            dictionary(),
            LearntDictionary::new(3, Arc::default(), vec![], 0),
        ] {
            let read = LearntDictionary::from_bytes(&written.to_bytes()).unwrap();
            assert_eq!(read, written);
            assert_eq!(read.occasions.entries(), written.occasions.entries());
            assert_eq!(read.passages, written.passages);
            let counts = |d: &LearntDictionary| (d.shingle(), d.distinct_passages, d.len());
            assert_eq!(counts(&read), counts(&written));
        }
    }

    #[test]
    #[cfg(feature = "index")]
    fn a_dictionary_without_examples_is_the_same_dictionary() {
        let whole = dictionary();
        let read = |purpose| LearntDictionary::read(&whole.to_bytes(), purpose).unwrap();
        let (many, few) = (read(Purpose::Comparisons), read(Purpose::FewComparisons));
        for without in [many, few, whole.without_examples()] {
            assert_eq!(without, whole);
            assert_eq!(without.occasions.entries(), whole.occasions.entries());
            assert_eq!((without.passages.len(), without.distinct_passages), (0, 7));
            let again = LearntDictionary::from_bytes(&without.to_bytes()).unwrap();
            assert_eq!(again.occasions.entries(), whole.occasions.entries());
        }
    }

    #[test]
    fn other_bytes_are_refused_with_a_reason() {
        let read = |bytes: &[u8]| LearntDictionary::from_bytes(bytes).unwrap_err();
        assert_eq!(read(b""), DictionaryError::Unknown);
        assert_eq!(read(b"{\"a\": 1}"), DictionaryError::Unknown);
        let mut bytes = dictionary().to_bytes();
        for end in MAGIC.len()..bytes.len() {
            assert_eq!(read(&bytes[..end]), DictionaryError::Damaged, "{end}");
        }
        bytes[MAGIC.len()] = 9;
        assert_eq!(read(&bytes), DictionaryError::Version { found: 9 });
    }

    proptest! {
        /// The checksum is no secret, so a file can have any content.
        #[test]
        fn content_that_makes_no_sense_is_refused(
            at in 0usize..200,
            by in 1u8..,
            cut in 0usize..100,
        ) {
            let mut content = dictionary().content();
            content.truncate(content.len() - cut.min(content.len()));
            if let Some(byte) = content.get_mut(at) {
                *byte = byte.wrapping_add(by);
            }
            let checksum = xxh3_128(&content);
            content.extend_from_slice(&checksum.to_le_bytes());
            if let Ok(read) = LearntDictionary::from_bytes(&content) {
                prop_assert_eq!(LearntDictionary::from_bytes(&read.to_bytes()), Ok(read));
            }
        }
    }
}
