//! A dictionary that one run learns and others use: how often each recurring passage comes back, with examples, and which
//! words are common.
//!
//! A run with a given dictionary learns none, so its result does not depend on what else is in the corpus. The file has a
//! format of its own, with a version and a checksum. It names hashes of passages and of words, and the first words of at
//! most 1,000 examples, but no documents.

use dedupe_core::evidence::common_words::CommonWords;
use dedupe_core::evidence::dictionary::Dictionary;
use dedupe_core::leb128;
use dedupe_core::sketch::WINDOW;
use dedupe_report::Boilerplate;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

const MAGIC: &[u8; 16] = b"dedupe passages\n";
/// The version of the format that this program writes and reads.
const VERSION: u32 = 4;
/// Bytes of the checksum at the end.
const CHECKSUM: usize = 16;

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

/// How many documents are compared with a dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparisons {
    Many,
    #[cfg(feature = "index")]
    Few,
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
        self.occasions.len()
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

    /// The dictionary in two parts: what comparisons need, and the examples, which are most of it. For a storage that checks
    /// what it reads.
    #[cfg(feature = "index")]
    pub(crate) fn to_parts(&self) -> [Vec<u8>; 2] {
        let (mut recurring, examples) = (self.recurring(), self.examples());
        let checksum = xxh3_128(&[recurring.as_slice(), &examples].concat());
        recurring.extend_from_slice(&checksum.to_le_bytes());
        [recurring, examples]
    }

    /// Reads both parts of a dictionary.
    ///
    /// # Errors
    ///
    /// Those of [`LearntDictionary::from_bytes`].
    #[cfg(feature = "index")]
    pub(crate) fn from_parts(recurring: &[u8], examples: &[u8]) -> Result<Self, DictionaryError> {
        let (recurring, checksum) = recurring
            .split_last_chunk::<CHECKSUM>()
            .ok_or(DictionaryError::Damaged)?;
        Self::from_bytes(&[recurring, examples, checksum].concat())
    }

    /// Reads the part of a dictionary that comparisons need.
    ///
    /// # Errors
    ///
    /// Those of [`LearntDictionary::from_bytes`], but the checksum is not that of this part.
    #[cfg(feature = "index")]
    pub(crate) fn from_recurring(
        recurring: &[u8],
        comparisons: Comparisons,
    ) -> Result<Self, DictionaryError> {
        let (mut body, checksum) = content(recurring)?;
        let read = Self::take_recurring(&mut body, comparisons, checksum);
        read.filter(|_| body.is_empty())
            .ok_or(DictionaryError::Damaged)
    }

    /// All of the file but the checksum.
    fn content(&self) -> Vec<u8> {
        [self.recurring(), self.examples()].concat()
    }

    /// The first part of the content.
    fn recurring(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for number in [VERSION, self.shingle, WINDOW as u32] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&(self.len() as u64).to_le_bytes());
        bytes.extend_from_slice(self.occasions.packed_entries().bytes());
        let common_words = self.occasions.common_words().to_bytes();
        leb128::push(&mut bytes, common_words.len() as u64);
        bytes.extend_from_slice(&common_words);
        leb128::push(&mut bytes, self.distinct_passages);
        bytes
    }

    /// The second part of the content.
    fn examples(&self) -> Vec<u8> {
        let mut bytes = vec![];
        leb128::push(&mut bytes, self.passages.len() as u64);
        for passage in &self.passages {
            leb128::push(&mut bytes, passage.words);
            leb128::push(&mut bytes, passage.documents);
            push_string(&mut bytes, &passage.excerpt);
            leb128::push(&mut bytes, passage.sources.len() as u64);
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
        let (body, checksum) = content(bytes)?;
        let summed = bytes.split_last_chunk::<CHECKSUM>();
        if summed.is_none_or(|(content, _)| xxh3_128(content) != checksum) {
            return Err(DictionaryError::Damaged);
        }
        Self::parse(body, checksum).ok_or(DictionaryError::Damaged)
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

    /// Reads what follows the version, up to the checksum. `None` if it does not say what a dictionary says.
    fn parse(mut bytes: &[u8], checksum: u128) -> Option<Self> {
        let bytes = &mut bytes;
        let mut read = Self::take_recurring(bytes, Comparisons::Many, checksum)?;
        for _ in 0..leb128::take(bytes)? {
            let (words, documents) = (leb128::take(bytes)?, leb128::take(bytes)?);
            let excerpt = take_string(bytes)?;
            let mut sources = vec![];
            for _ in 0..leb128::take(bytes)? {
                sources.push(take_string(bytes)?);
            }
            read.passages.push(Boilerplate {
                excerpt,
                words,
                documents,
                sources,
            });
        }
        bytes.is_empty().then_some(read)
    }

    /// Takes the first part of the content, without what stands before the words of a shingle.
    fn take_recurring(bytes: &mut &[u8], comparisons: Comparisons, checksum: u128) -> Option<Self> {
        let shingle = take_u32(bytes)?;
        let window = take_u32(bytes)?;
        let count = u64::from_le_bytes(*take(bytes)?);
        let few = Dictionary::take_for_few_lookups(bytes, count)?;
        let common_words = CommonWords::from_bytes(take_bytes(bytes)?)?;
        let few = few.with_common_words(common_words);
        let occasions = match comparisons {
            Comparisons::Many => few.for_many_lookups(),
            #[cfg(feature = "index")]
            Comparisons::Few => few,
        };
        let read = Self {
            shingle,
            occasions: Arc::new(occasions),
            passages: vec![],
            distinct_passages: leb128::take(bytes)?,
            checksum,
        };
        (window == WINDOW as u32).then_some(read)
    }
}

/// What stands between the version and the checksum, and the checksum.
fn content(bytes: &[u8]) -> Result<(&[u8], u128), DictionaryError> {
    let mut body = bytes.strip_prefix(MAGIC).ok_or(DictionaryError::Unknown)?;
    let found = take_u32(&mut body).ok_or(DictionaryError::Damaged)?;
    if found != VERSION {
        return Err(DictionaryError::Version { found });
    }
    let (body, checksum) = body
        .split_last_chunk::<CHECKSUM>()
        .ok_or(DictionaryError::Damaged)?;
    Ok((body, u128::from_le_bytes(*checksum)))
}

fn push_string(bytes: &mut Vec<u8>, string: &str) {
    leb128::push(bytes, string.len() as u64);
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

fn take_string(bytes: &mut &[u8]) -> Option<String> {
    Some(std::str::from_utf8(take_bytes(bytes)?).ok()?.to_owned())
}

/// Takes bytes that follow their number.
fn take_bytes<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(leb128::take(bytes)?).ok()?;
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dedupe_core::candidates::Key;
    use proptest::prelude::*;

    fn dictionary() -> LearntDictionary {
        let passage = Boilerplate {
            excerpt: "Sign up for the newsletter".to_owned(),
            words: 12,
            documents: 300,
            sources: vec!["Herald".to_owned(), "Post".to_owned()],
        };
        let entries = [(3, 6), (1 << 20, 24), (Key::MAX_HASH, 4_000_000_000)];
        let occasions = Dictionary::from_entries(entries)
            .with_common_words(CommonWords::learn((0..300).map(|family| (family, [7]))));
        LearntDictionary::new(5, Arc::new(occasions), vec![passage], 7)
    }

    #[test]
    fn a_dictionary_is_read_as_it_was_written() {
        for written in [
            dictionary(),
            LearntDictionary::new(3, Arc::default(), vec![], 0),
        ] {
            let read = LearntDictionary::from_bytes(&written.to_bytes()).unwrap();
            assert_eq!(read, written);
            assert!(read.occasions.entries().eq(written.occasions.entries()));
            let words = |d: &LearntDictionary| d.occasions.common_words().clone();
            assert_eq!(words(&read), words(&written));
            assert_eq!(read.passages, written.passages);
            let counts = |d: &LearntDictionary| (d.shingle(), d.distinct_passages, d.len());
            assert_eq!(counts(&read), counts(&written));
        }
    }

    #[test]
    #[cfg(feature = "index")]
    fn a_dictionary_without_examples_is_the_same_dictionary() {
        let whole = dictionary();
        let [recurring, examples] = whole.to_parts();
        let both = LearntDictionary::from_parts(&recurring, &examples).unwrap();
        assert_eq!((&both, &both.passages), (&whole, &whole.passages));
        let read = |comparisons| LearntDictionary::from_recurring(&recurring, comparisons).unwrap();
        let (many, few) = (read(Comparisons::Many), read(Comparisons::Few));
        for without in [many, few, whole.without_examples()] {
            assert_eq!(without, whole);
            assert!(without.occasions.entries().eq(whole.occasions.entries()));
            let words = |d: &LearntDictionary| d.occasions.common_words().clone();
            assert_eq!(words(&without), words(&whole));
            assert_eq!((without.passages.len(), without.distinct_passages), (0, 7));
            let again = LearntDictionary::from_bytes(&without.to_bytes()).unwrap();
            assert!(again.occasions.entries().eq(whole.occasions.entries()));
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
