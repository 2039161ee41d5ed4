//! Documents as the values of a storage: one byte for the dictionary of texts, the length, and a Zstandard frame.
//!
//! A short text compresses badly alone. A dictionary, trained on other documents, gives each of them what they have in
//! common.

use crate::error::IndexError;
use crate::records::StoredDocument;
use std::io;
use std::sync::OnceLock;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

const LEVEL: i32 = 6;
/// Documents from which a dictionary is trained.
pub(crate) const MIN_SAMPLES: usize = 512;
/// Bytes of documents that a dictionary is trained on, at most.
const MAX_SAMPLE_BYTES: usize = 8 << 20;
const DICTIONARY_BYTES: usize = 96 << 10;

/// A dictionary of texts, ready for use.
pub(crate) struct TextDictionary {
    bytes: Vec<u8>,
    /// Readers do not need it, and it takes some milliseconds.
    encoder: OnceLock<EncoderDictionary<'static>>,
    decoder: DecoderDictionary<'static>,
}

impl TextDictionary {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self {
            encoder: OnceLock::new(),
            decoder: DecoderDictionary::copy(&bytes),
            bytes,
        }
    }

    fn encoder(&self) -> &EncoderDictionary<'static> {
        self.encoder
            .get_or_init(|| EncoderDictionary::copy(&self.bytes, LEVEL))
    }
}

/// Trains a dictionary. `None` if the documents are too few or too short for one.
pub(crate) fn train(documents: &[&StoredDocument]) -> Option<Vec<u8>> {
    if documents.len() < MIN_SAMPLES {
        return None;
    }
    let mut left = MAX_SAMPLE_BYTES;
    // Documents that were read one after the other are alike.
    let step = documents.len().div_ceil(MIN_SAMPLES * 8).max(1);
    let samples = documents.iter().step_by(step).map_while(|document| {
        let bytes = postcard::to_stdvec(document).ok()?;
        left = left.checked_sub(bytes.len())?;
        Some(bytes)
    });
    let samples: Vec<Vec<u8>> = samples.collect();
    zstd::dict::from_samples(&samples, DICTIONARY_BYTES).ok()
}

/// Makes values of documents.
pub(crate) struct Encoder<'d> {
    compressor: Compressor<'d>,
    /// The number of its dictionary; 0 for none.
    dictionary: u8,
}

impl<'d> Encoder<'d> {
    /// `dictionary`: its number, from 1.
    pub(crate) fn new(dictionary: Option<(u8, &'d TextDictionary)>) -> Result<Self, IndexError> {
        Ok(Self {
            compressor: match dictionary {
                Some((_, dictionary)) => {
                    Compressor::with_prepared_dictionary(dictionary.encoder())?
                }
                None => Compressor::new(LEVEL)?,
            },
            dictionary: dictionary.map_or(0, |(number, _)| number),
        })
    }

    /// A document as a value.
    pub(crate) fn encode(&mut self, document: &StoredDocument) -> Result<Vec<u8>, IndexError> {
        let plain = postcard::to_stdvec(document)?;
        let mut value = vec![self.dictionary];
        value.extend_from_slice(&(plain.len() as u64).to_le_bytes());
        value.extend_from_slice(&self.compressor.compress(&plain)?);
        Ok(value)
    }
}

/// The number of the dictionary that a value was compressed with; 0 for none.
pub(crate) fn dictionary_of(value: &[u8]) -> u8 {
    value.first().copied().unwrap_or_default()
}

/// The document of a value. `max_bytes`: the most that a document can have.
pub(crate) fn decode(
    value: &[u8],
    dictionary: Option<&TextDictionary>,
) -> Result<StoredDocument, IndexError> {
    let damaged = || IndexError::Damaged("a document cannot be read".to_owned());
    let (length, frame) = value
        .get(1..)
        .and_then(<[u8]>::split_first_chunk::<8>)
        .ok_or_else(damaged)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| damaged())?;
    // A frame holds at most so many times its own bytes.
    if length > frame.len().saturating_mul(MAX_RATIO) {
        return Err(damaged());
    }
    let mut decompressor = match dictionary {
        Some(dictionary) => Decompressor::with_prepared_dictionary(&dictionary.decoder)?,
        None => Decompressor::new()?,
    };
    let plain = decompressor.decompress(frame, length);
    let plain = plain.map_err(|_: io::Error| damaged())?;
    postcard::from_bytes(&plain).map_err(|_| damaged())
}

/// Zstandard compresses no more than about 2^17 times.
const MAX_RATIO: usize = 1 << 18;

#[cfg(test)]
mod tests {
    use super::*;

    fn document(n: u32) -> StoredDocument {
        let words: Vec<String> = (0..200)
            .map(|w| format!("word{}", (w * w * n) % 977))
            .collect();
        StoredDocument {
            id: n.to_string(),
            title: Some("A title that all documents have".to_owned()),
            text: words.join(" "),
            ..StoredDocument::default()
        }
    }

    #[test]
    fn documents_are_read_as_they_were_written_with_and_without_a_dictionary() {
        let documents: Vec<StoredDocument> = (0..600).map(document).collect();
        let all: Vec<&StoredDocument> = documents.iter().collect();
        assert_eq!(train(&all[..MIN_SAMPLES - 1]), None);
        let trained = TextDictionary::new(train(&all).unwrap());
        let encoders = [None, Some((3, &trained))];
        let mut encoders = encoders.map(|dictionary| Encoder::new(dictionary).unwrap());
        let mut bytes = [0, 0];
        for document in all {
            let encoders = encoders.iter_mut().zip([None, Some(&trained)]);
            for ((encoder, dictionary), bytes) in encoders.zip(&mut bytes) {
                let value = encoder.encode(document).unwrap();
                assert_eq!(decode(&value, dictionary).unwrap(), *document);
                assert_eq!(dictionary_of(&value), dictionary.map_or(0, |_| 3));
                *bytes += value.len();
            }
        }
        assert!(bytes[1] < bytes[0], "{bytes:?}");
    }

    #[test]
    fn damaged_documents_are_refused() {
        let value = Encoder::new(None).unwrap().encode(&document(7)).unwrap();
        for end in 0..value.len() {
            assert!(decode(&value[..end], None).is_err());
        }
        let mut huge = value;
        huge[1..9].fill(0xff);
        assert!(decode(&huge, None).is_err());
    }
}
