//! Formats numbers and relations for people.

use crate::{Member, MemberRelation};

/// Formats a count with thousands separators: `12,480`.
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

/// Formats a count with its noun: `1 story`, `2 stories`.
pub(super) fn count_noun(count: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        format_number(count),
        if count == 1 { one } else { many }
    )
}

/// Formats a share as a percentage. Only exactly 0 becomes `0%`, and only exactly 1 becomes `100%`.
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

/// Formats a size with a suitable unit: `48.3 MB`.
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

/// Describes the relation of a member to the representative, and how much was copied.
pub(super) fn describe_relation(member: &Member) -> String {
    let own = format_percent(member.containment);
    match member.relation {
        MemberRelation::Representative => count_noun(member.words, "word", "words"),
        MemberRelation::Exact => "same words".into(),
        MemberRelation::Near => format!("near copy: {own} of its words"),
        MemberRelation::Contains => format!("contains it: {own} of its words"),
        MemberRelation::Contained => {
            format!(
                "contained: has {} of it",
                format_percent(member.containment_representative)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_counts() {
        assert_eq!(format_number(0), "0");
        assert_eq!(format_number(999), "999");
        assert_eq!(format_number(1_000), "1,000");
        assert_eq!(format_number(12_345_678), "12,345,678");
        assert_eq!(count_noun(1, "story", "stories"), "1 story");
        assert_eq!(count_noun(0, "story", "stories"), "0 stories");
    }

    #[test]
    fn never_rounds_a_share_to_0_or_100_percent() {
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
    fn formats_sizes_with_a_suitable_unit() {
        assert_eq!(format_bytes(1), "1 byte");
        assert_eq!(format_bytes(27_412), "27.4 kB");
        assert_eq!(format_bytes(999_999), "1.0 MB");
        assert_eq!(format_bytes(354_000_000), "354.0 MB");
    }
}
