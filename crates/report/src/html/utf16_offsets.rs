//! Converts UTF-8 byte offsets, which reports use, to UTF-16 offsets, which JavaScript uses.

/// Distance of two checkpoints in bytes.
const STEP: usize = 256;

/// Converts offsets of one text. Stores one checkpoint per 256 bytes.
pub(super) struct Utf16Offsets {
    /// UTF-16 offset of each `STEP`th byte. Empty for ASCII text, where both offsets are equal.
    checkpoints: Vec<u32>,
}

impl Utf16Offsets {
    /// Takes time linear in the length of the text.
    pub(super) fn new(text: &str) -> Self {
        let mut checkpoints = vec![];
        if !text.is_ascii() {
            let mut units = 0;
            for (at, byte) in text.bytes().enumerate() {
                if at % STEP == 0 {
                    checkpoints.push(units);
                }
                units += width(byte);
            }
        }
        Self { checkpoints }
    }

    /// Returns the number of UTF-16 code units before a byte offset, which must be a character boundary. Takes
    /// constant time.
    pub(super) fn before(&self, text: &str, byte: usize) -> u32 {
        let checkpoint = byte / STEP;
        let Some(&units) = self.checkpoints.get(checkpoint).or(self.checkpoints.last()) else {
            return byte as u32;
        };
        let begin = checkpoint.min(self.checkpoints.len() - 1) * STEP;
        let rest = text.as_bytes().get(begin..byte).unwrap_or_default();
        units + rest.iter().map(|&byte| width(byte)).sum::<u32>()
    }
}

/// Returns the UTF-16 code units of the character that starts with this byte, or 0 for a continuation byte.
fn width(byte: u8) -> u32 {
    match byte {
        0x80..=0xbf => 0,
        0xf0.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn offsets_equal_the_length_of_the_text_before_them(text in "[ -~]{0,700}|\\PC{0,300}") {
            let units = Utf16Offsets::new(&text);
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            for byte in ends {
                let expected = text[..byte].encode_utf16().count() as u32;
                prop_assert_eq!(units.before(&text, byte), expected);
            }
        }
    }
}
