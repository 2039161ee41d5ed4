//! Numbers and relations in plain words.

use crate::{Member, MemberRelation};

/// A count with thousands set apart: `12,480`.
pub(super) fn format_number(count: u64) -> String {
    let digits = count.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A count and its noun: `1 story`, `2 stories`.
pub(super) fn count_noun(count: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        format_number(count),
        if count == 1 { one } else { many }
    )
}

/// A share as a percentage that is neither 0 nor 100 unless the share is.
pub(crate) fn format_percent(share: f64) -> String {
    let rounded = (share * 100.0).round();
    if share > 0.0 && rounded < 1.0 {
        "under 1%".into()
    } else if share < 1.0 && rounded >= 100.0 {
        "over 99%".into()
    } else {
        format!("{rounded}%")
    }
}

/// Bytes in the unit that suits: `48.3 MB`.
pub(super) fn format_bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if count < 1_000 {
        return count_noun(count, "byte", "bytes");
    }
    let mut value = count as f64 / 1_000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1_000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// How a member stands to the one to keep, and how much of it is copied.
pub(super) fn describe_relation(member: &Member) -> String {
    let own = format_percent(member.containment);
    match member.relation {
        MemberRelation::Representative => count_noun(member.words, "word", "words"),
        MemberRelation::Exact => "same words".into(),
        MemberRelation::Near => format!("near copy: {own} of its words"),
        MemberRelation::Contains => format!("contains it, at {own} of its words"),
        MemberRelation::Contained => {
            format!(
                "cut: has {} of it",
                format_percent(member.containment_representative)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_well() {
        assert_eq!(format_number(0), "0");
        assert_eq!(format_number(999), "999");
        assert_eq!(format_number(1_000), "1,000");
        assert_eq!(format_number(12_345_678), "12,345,678");
        assert_eq!(count_noun(1, "story", "stories"), "1 story");
        assert_eq!(count_noun(0, "story", "stories"), "0 stories");
    }

    #[test]
    fn a_share_is_never_rounded_to_nothing_or_to_all() {
        for (share, expected) in [
            (0.0, "0%"),
            (0.001, "under 1%"),
            (0.0312, "3%"),
            (0.5, "50%"),
            (0.996, "over 99%"),
            (1.0, "100%"),
        ] {
            assert_eq!(format_percent(share), expected);
        }
    }

    #[test]
    fn bytes_take_the_unit_that_suits() {
        assert_eq!(format_bytes(1), "1 byte");
        assert_eq!(format_bytes(27_412), "27.4 kB");
        assert_eq!(format_bytes(999_999), "1.0 MB");
        assert_eq!(format_bytes(354_000_000), "354.0 MB");
    }
}
