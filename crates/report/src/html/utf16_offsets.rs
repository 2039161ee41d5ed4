//! From bytes of UTF-8, as reports count, to units of UTF-16, as browsers do.

/// Bytes from one mark to the next.
const STEP: usize = 256;

/// Counts the units before a byte of one text.
pub(super) struct Utf16Offsets {
    /// Utf16Offsets before each `STEP`th byte; empty for plain ASCII, where the two are the same.
    marks: Vec<u32>,
}

impl Utf16Offsets {
    /// Time linear in the text.
    pub(super) fn new(text: &str) -> Self {
        let mut marks = vec![];
        if !text.is_ascii() {
            let mut units = 0;
            for (at, byte) in text.bytes().enumerate() {
                if at % STEP == 0 {
                    marks.push(units);
                }
                units += width(byte);
            }
        }
        Self { marks }
    }

    /// Utf16Offsets before a byte that begins a character, or ends the text.
    pub(super) fn before(&self, text: &str, byte: usize) -> u32 {
        let mark = byte / STEP;
        let Some(&units) = self.marks.get(mark).or(self.marks.last()) else {
            return byte as u32;
        };
        let begin = mark.min(self.marks.len() - 1) * STEP;
        let rest = text.as_bytes().get(begin..byte).unwrap_or_default();
        units + rest.iter().map(|&byte| width(byte)).sum::<u32>()
    }
}

/// Utf16Offsets of the character that a byte begins; none where it goes on with one.
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
        fn units_are_those_of_the_text_before(text in "[ -~]{0,700}|\\PC{0,300}") {
            let units = Utf16Offsets::new(&text);
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            for byte in ends {
                let expected = text[..byte].encode_utf16().count() as u32;
                prop_assert_eq!(units.before(&text, byte), expected);
            }
        }
    }
}
