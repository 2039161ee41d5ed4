//! Numbers in one style: `10,000`, `10.000` and `10'000` are the word `10000`, `3,5` is `3.5`, and `3,5m` is
//! `3.5m`.

/// Bytes of the longest word that is looked at: longer ones are no amounts.
const MOST: usize = 32;

/// `word`, which is a number, perhaps with letters behind it, without marks between groups of digits and with a
/// point before decimals; none for a word that is no such thing, that has no mark, or whose marks are neither,
/// such as a date.
///
/// Whether `1.234` groups thousands or has three decimals cannot be told: it is taken for the former.
pub(super) fn plain(word: &[u8]) -> Option<Plain> {
    let is_mark = |byte: &u8| matches!(byte, b',' | b'.' | b'\'');
    let is_number = |byte: &u8| byte.is_ascii_digit() || is_mark(byte);
    let end = word.iter().position(|byte| !is_number(byte));
    let (number, unit) = word.split_at(end.unwrap_or(word.len()));
    if word.len() > MOST || !unit.iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    let first = number.iter().position(is_mark)?;
    let last = number.iter().rposition(is_mark)?;
    let (mark, point) = (*number.get(first)?, *number.get(last)?);
    let (whole, decimals) = if is_grouped(number, mark) {
        (number, &[][..])
    } else if point != b'\'' && (point != mark || first == last) && last + 1 < number.len() {
        (number.get(..last)?, number.get(last + 1..)?)
    } else {
        return None;
    };
    let is_plain = !whole.is_empty() && !whole.iter().any(is_mark);
    if !(is_plain || is_grouped(whole, mark)) {
        return None;
    }
    let mut plain = Plain::default();
    whole
        .iter()
        .filter(|b| !is_mark(b))
        .for_each(|&b| plain.push(b));
    if !decimals.is_empty() {
        plain.push(b'.');
        decimals.iter().for_each(|&b| plain.push(b));
    }
    unit.iter().for_each(|&b| plain.push(b));
    Some(plain)
}

/// True where every mark is this one, three digits stand behind the last, two (as in India) or three between
/// others, and one to three, the first no zero, before all.
fn is_grouped(number: &[u8], mark: u8) -> bool {
    let is_digits = |group: &[u8]| group.iter().all(u8::is_ascii_digit);
    let mut groups = number.split(|&b| b == mark);
    let head = groups.next().unwrap_or_default();
    let Some(tail) = groups.next_back() else {
        return false;
    };
    matches!(head, [b'1'..=b'9', ..])
        && head.len() <= 3
        && is_digits(head)
        && tail.len() == 3
        && is_digits(tail)
        && groups.all(|group| matches!(group.len(), 2 | 3) && is_digits(group))
}

/// A number's digits, its point and its unit.
#[derive(Default)]
pub(super) struct Plain {
    bytes: [u8; MOST],
    length: usize,
}

impl Plain {
    /// Appends a byte; there is room for those of the longest number.
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

    fn said(word: &str) -> Option<String> {
        plain(word.as_bytes()).map(|p| String::from_utf8(p.bytes().to_vec()).unwrap())
    }

    #[test]
    fn one_amount_is_one_word_in_any_style() {
        let styles = [
            ("10000", vec!["10,000", "10.000", "10'000"]),
            (
                "1234567",
                vec!["1,234,567", "1.234.567", "1'234'567", "12,34,567"],
            ),
            ("3.5", vec!["3,5", "3.5"]),
            ("3.5m", vec!["3,5m", "3.5m"]),
            ("5000km", vec!["5,000km", "5.000km", "5'000km"]),
            ("10000th", vec!["10,000th"]),
            ("0.125", vec!["0,125", "0.125"]),
            (
                "1234.50",
                vec!["1,234.50", "1.234,50", "1'234.50", "1234,50"],
            ),
        ];
        for (number, written) in styles {
            for word in written {
                assert_eq!(said(word).as_deref(), Some(number), "{word}");
            }
        }
    }

    #[test]
    fn what_is_no_amount_stays_as_it_is() {
        let words = [
            "10000",
            "12.05.2021",
            "1.2.3",
            "4.2,1.5",
            "192.168.1.20",
            "a.1",
            "1st",
            "1.a",
            "2.m.3",
            "1.000.00,5,0",
            "5'6",
            "'",
            "",
        ];
        for word in words {
            assert_eq!(said(word), None, "{word}");
        }
        assert_eq!(said(&"123,".repeat(20)), None);
    }

    proptest! {
        #[test]
        fn any_number_comes_back_from_any_style(whole in 1u64.., cents in 0u32..100, style in 0..3usize) {
            let (group, point) = [(",", "."), (".", ","), ("'", ".")][style];
            let digits = whole.to_string();
            let head = (digits.len() - 1) % 3 + 1;
            let groups = digits.as_bytes()[head..].chunks(3).map(|c| std::str::from_utf8(c).unwrap());
            let grouped = std::iter::once(&digits[..head]).chain(groups).collect::<Vec<_>>().join(group);
            let written = format!("{grouped}{point}{cents:02}");
            prop_assert_eq!(said(&written), Some(format!("{whole}.{cents:02}")));
        }

        #[test]
        fn no_bytes_make_it_fail(word in prop::collection::vec(any::<u8>(), 0..40), marks in "[0-9,.']{0,40}") {
            for word in [&word[..], marks.as_bytes()] {
                let digits = |bytes: &[u8]| bytes.iter().filter(|b| b.is_ascii_digit()).count();
                if let Some(plain) = plain(word) {
                    prop_assert_eq!(digits(plain.bytes()), digits(word));
                }
            }
        }
    }
}
