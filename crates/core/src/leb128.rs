//! Numbers as bytes, small ones in few: 7 bits in each byte, the lowest first. The highest bit of a byte says that another one
//! follows (unsigned LEB128).

/// Most bytes of a number of 64 bits.
const MAX_BYTES: usize = 10;

/// Appends a number.
pub fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes a number that [`push`] wrote from the beginning of `bytes`. `None`, and `bytes` as they were, if there is none, or it
/// has more than 64 bits.
#[must_use]
pub fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for (at, &byte) in bytes.iter().take(MAX_BYTES).enumerate() {
        let part = u64::from(byte & 0x7f);
        let shift = 7 * at as u32;
        if part > u64::MAX >> shift {
            return None;
        }
        number |= part << shift;
        if byte & 0x80 == 0 {
            *bytes = bytes.get(at + 1..)?;
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back_and_leave_what_follows(
            numbers in prop::collection::vec(prop_oneof![0u64..300, any::<u64>()], 0..20),
        ) {
            let mut bytes = vec![];
            numbers.iter().for_each(|&number| push(&mut bytes, number));
            let mut rest = &bytes[..];
            for &number in &numbers {
                prop_assert_eq!(take(&mut rest), Some(number));
            }
            prop_assert_eq!(take(&mut rest), None);
        }
    }

    #[test]
    fn a_number_that_is_too_large_or_has_no_end_is_none() {
        let mut largest = vec![];
        push(&mut largest, u64::MAX);
        assert_eq!(take(&mut largest.as_slice()), Some(u64::MAX));
        largest[9] = 2;
        for bytes in [&largest[..], &[0x80; 11], &[0x80], &[]] {
            let mut rest = bytes;
            assert_eq!(take(&mut rest), None, "{bytes:?}");
            assert_eq!(rest, bytes);
        }
    }
}
