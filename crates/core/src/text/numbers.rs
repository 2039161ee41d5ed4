//! Writes numbers in one style: `10,000`, `10.000` and `10'000` become `10000`, and `3,5` becomes `3.5`.

/// Bytes of the longest word that is treated as a number.
const MAX_BYTES: usize = 32;

/// The canonical form of a number: without punctuation between groups of digits, and with a point before decimals.
///
/// `None` if the word is not a number, has no punctuation, or has punctuation that is neither, as in a date.
/// `1.234` is ambiguous; it is read as a thousand and more, not as three decimals.
pub(super) fn canonical(number: &[u8]) -> Option<CanonicalNumber> {
    let is_separator = |byte: &u8| matches!(byte, b',' | b'.' | b'\'');
    let is_number = |byte: &u8| byte.is_ascii_digit() || is_separator(byte);
    if number.len() > MAX_BYTES || !number.iter().all(is_number) {
        return None;
    }
    let first = number.iter().position(is_separator)?;
    let last = number.iter().rposition(is_separator)?;
    let (group_separator, point) = (*number.get(first)?, *number.get(last)?);
    let (whole, decimals) = if is_grouped(number, group_separator) {
        (number, &[][..])
    } else if point != b'\''
        && (point != group_separator || first == last)
        && last + 1 < number.len()
    {
        (number.get(..last)?, number.get(last + 1..)?)
    } else {
        return None;
    };
    let is_plain = !whole.is_empty() && !whole.iter().any(is_separator);
    if !(is_plain || is_grouped(whole, group_separator)) {
        return None;
    }
    let mut canonical = CanonicalNumber::default();
    let digits = whole.iter().filter(|b| !is_separator(b));
    digits.for_each(|&b| canonical.push(b));
    if !decimals.is_empty() {
        canonical.push(b'.');
        decimals.iter().for_each(|&b| canonical.push(b));
    }
    Some(canonical)
}

/// True if `separator`, and nothing else, separates groups of digits: one to three in the first group, which does
/// not begin with zero, three in the last, and two (as in India) or three in the others.
fn is_grouped(number: &[u8], separator: u8) -> bool {
    let is_digits = |group: &[u8]| group.iter().all(u8::is_ascii_digit);
    let mut groups = number.split(|&b| b == separator);
    let first = groups.next().unwrap_or_default();
    let Some(last) = groups.next_back() else {
        return false;
    };
    matches!(first, [b'1'..=b'9', ..])
        && first.len() <= 3
        && is_digits(first)
        && last.len() == 3
        && is_digits(last)
        && groups.all(|group| matches!(group.len(), 2 | 3) && is_digits(group))
}

/// The digits and the point of a number.
#[derive(Default)]
pub(super) struct CanonicalNumber {
    bytes: [u8; MAX_BYTES],
    length: usize,
}

impl CanonicalNumber {
    /// Appends a byte. The canonical form is never longer than the word, so there is room.
    fn push(&mut self, byte: u8) {
        if let Some(free) = self.bytes.get_mut(self.length) {
            *free = byte;
            self.length += 1;
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical_text(word: &str) -> Option<String> {
        canonical(word.as_bytes()).map(|p| String::from_utf8(p.bytes().to_vec()).unwrap())
    }

    #[test]
    fn each_style_of_a_number_has_one_canonical_form() {
        let styles = [
            ("10000", vec!["10,000", "10.000", "10'000"]),
            (
                "1234567",
                vec!["1,234,567", "1.234.567", "1'234'567", "12,34,567"],
            ),
            ("3.5", vec!["3,5", "3.5"]),
            ("0.125", vec!["0,125", "0.125"]),
            (
                "1234.50",
                vec!["1,234.50", "1.234,50", "1'234.50", "1234,50"],
            ),
        ];
        for (number, written) in styles {
            for word in written {
                assert_eq!(canonical_text(word).as_deref(), Some(number), "{word}");
            }
        }
    }

    #[test]
    fn words_that_are_not_amounts_are_left_alone() {
        let words = [
            "10000",
            "12.05.2021",
            "1.2.3",
            "4.2,1.5",
            "192.168.1.20",
            "a.1",
            "1st",
            "3,5m",
            "1.a",
            "2.m.3",
            "1.000.00,5,0",
            "5'6",
            "'",
            "",
        ];
        for word in words {
            assert_eq!(canonical_text(word), None, "{word}");
        }
        assert_eq!(canonical_text(&"123,".repeat(20)), None);
    }

    proptest! {
        #[test]
        fn every_number_is_read_in_every_style(whole in 1u64.., cents in 0u32..100, style in 0..3usize) {
            let (group, point) = [(",", "."), (".", ","), ("'", ".")][style];
            let digits = whole.to_string();
            let first = (digits.len() - 1) % 3 + 1;
            let groups = digits.as_bytes()[first..].chunks(3).map(|c| std::str::from_utf8(c).unwrap());
            let grouped = std::iter::once(&digits[..first]).chain(groups).collect::<Vec<_>>().join(group);
            let written = format!("{grouped}{point}{cents:02}");
            prop_assert_eq!(canonical_text(&written), Some(format!("{whole}.{cents:02}")));
        }

        #[test]
        fn arbitrary_bytes_keep_their_digits(word in prop::collection::vec(any::<u8>(), 0..40), marks in "[0-9,.']{0,40}") {
            for word in [&word[..], marks.as_bytes()] {
                let digits = |bytes: &[u8]| bytes.iter().filter(|b| b.is_ascii_digit()).count();
                if let Some(number) = canonical(word) {
                    prop_assert_eq!(digits(number.bytes()), digits(word));
                }
            }
        }
    }
}
