//! Tells whether a text that is read again is still the same.

use xxhash_rust::xxh3::xxh3_64;

/// The size and the hash of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextDigest {
    /// Bytes of the text.
    pub(crate) bytes: u64,
    /// XXH3-64 of the bytes.
    hash: u64,
}

impl TextDigest {
    /// The digest of a text. Time linear in its bytes.
    #[must_use]
    pub(crate) fn of(text: &str) -> Self {
        Self {
            bytes: text.len() as u64,
            hash: xxh3_64(text.as_bytes()),
        }
    }

    /// True if `text` is the text of this digest. Time linear in its bytes if they are as many.
    #[must_use]
    pub(crate) fn is_of(self, text: &str) -> bool {
        self.bytes == text.len() as u64 && self == Self::of(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of the same length counted as unchanged, so that `export` wrote one that was never compared.
    #[test]
    fn a_changed_letter_is_noticed() {
        let digest = TextDigest::of("341 of them");
        assert!(digest.is_of("341 of them"));
        assert!(!digest.is_of("342 of them"));
        assert!(!digest.is_of("341 of them "));
        assert_eq!(digest.bytes, 11);
    }
}
