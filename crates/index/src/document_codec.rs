//! Documents as the values of a storage: one byte for the dictionary of texts, the length, and a Zstandard frame.
//!
//! A short text compresses badly alone. A dictionary, trained on other documents, gives each of them what they have in
//! common.

use crate::error::IndexError;
use crate::records::StoredDocument;
use std::io;
use zstd::bulk::Compressor;
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::DCtx;

const LEVEL: i32 = 3;
/// Documents from which a dictionary is trained.
pub(crate) const MIN_SAMPLES: usize = 512;
/// Bytes of documents that a dictionary is trained on, at most.
const MAX_SAMPLE_BYTES: usize = 8 << 20;
const DICTIONARY_BYTES: usize = 96 << 10;

/// A dictionary of texts, ready for reading documents.
pub(crate) struct ReadingDictionary(DecoderDictionary<'static>);

impl From<&[u8]> for ReadingDictionary {
    fn from(bytes: &[u8]) -> Self {
        Self(DecoderDictionary::copy(bytes))
    }
}

/// A dictionary of texts, ready for writing documents. To make one takes some milliseconds.
pub(crate) struct WritingDictionary(EncoderDictionary<'static>);

impl From<&[u8]> for WritingDictionary {
    fn from(bytes: &[u8]) -> Self {
        Self(EncoderDictionary::copy(bytes, LEVEL))
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
    pub(crate) fn new(dictionary: Option<(u8, &'d WritingDictionary)>) -> Result<Self, IndexError> {
        Ok(Self {
            compressor: match dictionary {
                Some((_, dictionary)) => Compressor::with_prepared_dictionary(&dictionary.0)?,
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

/// Makes documents of values. Creating one takes about as long as decompressing a document.
pub(crate) struct Decoder(DCtx<'static>);

impl Decoder {
    pub(crate) fn new() -> Result<Self, IndexError> {
        let context = DCtx::try_create();
        let context = context.ok_or_else(|| io::Error::from(io::ErrorKind::OutOfMemory))?;
        Ok(Self(context))
    }

    /// The document of a value. `dictionary`: the one that it was compressed with.
    pub(crate) fn decode(
        &mut self,
        value: &[u8],
        dictionary: Option<&ReadingDictionary>,
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
        let mut plain = vec![];
        plain.try_reserve_exact(length).map_err(|_| damaged())?;
        let read = match dictionary {
            Some(dictionary) => {
                let dictionary = dictionary.0.as_ddict();
                self.0.decompress_using_ddict(&mut plain, frame, dictionary)
            }
            None => self.0.decompress(&mut plain, frame),
        };
        match read {
            Ok(read) if read == length => postcard::from_bytes(&plain).map_err(|_| damaged()),
            _ => Err(damaged()),
        }
    }
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
        let trained = train(&all).unwrap();
        let writing = WritingDictionary::from(&*trained);
        let reading = ReadingDictionary::from(&*trained);
        let encoders = [None, Some((3, &writing))];
        let mut encoders = encoders.map(|dictionary| Encoder::new(dictionary).unwrap());
        let mut decoder = Decoder::new().unwrap();
        let mut bytes = [0, 0];
        for document in all {
            let encoders = encoders.iter_mut().zip([None, Some(&reading)]);
            for ((encoder, dictionary), bytes) in encoders.zip(&mut bytes) {
                let value = encoder.encode(document).unwrap();
                assert_eq!(decoder.decode(&value, dictionary).unwrap(), *document);
                assert_eq!(dictionary_of(&value), dictionary.map_or(0, |_| 3));
                *bytes += value.len();
            }
        }
        assert!(bytes[1] < bytes[0], "{bytes:?}");
    }

    #[test]
    fn damaged_documents_are_refused() {
        let value = Encoder::new(None).unwrap().encode(&document(7)).unwrap();
        let mut decoder = Decoder::new().unwrap();
        for end in 0..value.len() {
            assert!(decoder.decode(&value[..end], None).is_err());
        }
        let other_length = |byte: usize, add: u8| {
            let mut value = value.clone();
            value[byte] = value[byte].wrapping_add(add);
            value
        };
        for (byte, add) in [(1, 1), (1, 0xff), (8, 0xff)] {
            assert!(decoder.decode(&other_length(byte, add), None).is_err());
        }
        // A failure leaves nothing behind.
        assert_eq!(decoder.decode(&value, None).unwrap(), document(7));
    }
}
