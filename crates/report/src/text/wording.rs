//! Formats numbers and relations for people.

use crate::escape::escape_to_one_line;
use crate::{Cluster, Member, MemberRelation};

/// A near copy of which at most one word in this many differs is described by the number of changed words.
const FEW: u64 = 10;
/// Maximum number of agencies to name.
const MAX_AGENCIES: usize = 3;

/// Formats a count with thousands separators: `12,480`.
pub(crate) fn format_number(count: u64) -> String {
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
pub(crate) fn count_noun(count: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        format_number(count),
        if count == 1 { one } else { many }
    )
}

/// Formats a share as a percentage. Only exactly 0 becomes `0%`, and only exactly 1 becomes `100%`.
#[must_use]
pub fn format_percent(share: f64) -> String {
    // Not -0.
    let rounded = (share * 100.0).round() + 0.0;
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

/// Describes the relation of a member to the representative of its cluster, and how much was copied.
pub(super) fn describe_relation(member: &Member, cluster: &Cluster) -> String {
    let words = |count| count_noun(count, "word", "words");
    let kept = cluster.members.first().map_or(0, |kept| kept.words);
    let common = common_words(member, kept);
    let own = format!("{} of its {}", format_number(common), words(member.words));
    match member.relation {
        MemberRelation::Representative => words(member.words),
        MemberRelation::Exact => "same words".into(),
        MemberRelation::Near => {
            let changed = member.words.max(kept).saturating_sub(common);
            match 0 < changed && changed * FEW <= member.words.min(kept) {
                true => format!("near copy: {} changed", words(changed)),
                false => format!("near copy: {own}"),
            }
        }
        MemberRelation::Contains => format!("contains it: {own}"),
        MemberRelation::Contained => {
            format!(
                "contained: has {} of {}",
                format_number(common),
                words(kept)
            )
        }
        MemberRelation::Version => format!("version: {own}"),
    }
}

/// Words of a member that the representative of `kept` words has too. The report rounds shares, so the share of the shorter
/// one is more exact.
pub(crate) fn common_words(member: &Member, kept: u64) -> u64 {
    let (share, words) = match member.words <= kept {
        true => (member.containment, member.words),
        false => (member.containment_representative, kept),
    };
    (share * words as f64).round() as u64
}

/// Says how many publishers ran a story, which agencies it comes from, and whether it was issued again:
/// `12 publishers, 1 agency (Reuters)`. A folder is not called a publisher.
pub(super) fn describe_attribution(cluster: &Cluster) -> String {
    let publishers = match cluster.named_publishers() {
        0 => None,
        named => Some(count_noun(named, "publisher", "publishers")),
    };
    let agencies = (!cluster.agencies.is_empty()).then(|| describe_agencies(&cluster.agencies));
    let attribution = match (publishers, agencies) {
        (None, None) => "no publisher or agency named".to_owned(),
        (publishers, agencies) => {
            let publishers = publishers.unwrap_or_else(|| "no publisher named".to_owned());
            let agencies = agencies.unwrap_or_else(|| "no agency named".to_owned());
            format!("{publishers}, {agencies}")
        }
    };
    let again = match cluster.reissued_after_days {
        Some(days) => format!(
            ", issued again up to {} later",
            count_noun(days, "day", "days")
        ),
        None => String::new(),
    };
    format!("{attribution}{again}")
}

fn describe_agencies(agencies: &[String]) -> String {
    let number = count_noun(agencies.len() as u64, "agency", "agencies");
    let shown = agencies.iter().take(MAX_AGENCIES);
    let mut names: Vec<String> = shown.map(|name| escape_to_one_line(name)).collect();
    if agencies.len() > MAX_AGENCIES {
        names.push(format!("{} more", agencies.len() - MAX_AGENCIES));
    }
    format!("{number} ({})", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::sample;

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
    fn a_near_copy_is_described_by_its_few_changed_words_or_by_those_in_common() {
        let (mut report, _) = sample();
        let cluster = &mut report.clusters[0];
        cluster.members[0].words = 355;
        let mut described = |words: u64, common: f64| {
            let near = &mut cluster.members[3];
            (near.relation, near.words) = (MemberRelation::Near, words);
            near.containment = common / words as f64;
            near.containment_representative = common / 355.0;
            describe_relation(&cluster.members[3], cluster)
        };
        assert_eq!(described(363, 355.0), "near copy: 8 words changed");
        assert_eq!(described(350, 354.0), "near copy: 1 word changed");
        assert_eq!(described(350, 350.0), "near copy: 5 words changed");
        assert_eq!(described(363, 320.0), "near copy: 320 of its 363 words");
        assert_eq!(described(355, 355.0), "near copy: 355 of its 355 words");
    }

    #[test]
    fn publishers_and_agencies_are_told_apart() {
        let (mut report, _) = sample();
        let cluster = &mut report.clusters[0];
        let member = cluster.members[0].clone();
        let mut described = |publishers: usize, agencies: &[&str]| {
            let named = (0..publishers).map(|at| Some(format!("Site {at}")));
            let sources: Vec<_> = named.chain([None]).collect();
            let members = sources.into_iter().map(|source| crate::Member {
                source,
                ..member.clone()
            });
            cluster.members = members.collect();
            cluster.agencies = agencies.iter().map(|&name| name.to_owned()).collect();
            describe_attribution(cluster)
        };
        assert_eq!(
            described(12, &["Reuters"]),
            "12 publishers, 1 agency (Reuters)"
        );
        assert_eq!(described(1, &[]), "1 publisher, no agency named");
        assert_eq!(
            described(0, &["Reuters"]),
            "no publisher named, 1 agency (Reuters)"
        );
        assert_eq!(described(0, &[]), "no publisher or agency named");
        assert_eq!(
            described(5, &["AFP", "AP", "dpa", "Reuters"]),
            "5 publishers, 4 agencies (AFP, AP, dpa, 1 more)"
        );
    }

    #[test]
    fn a_story_that_is_issued_again_says_so() {
        let (mut report, _) = sample();
        let cluster = &mut report.clusters[0];
        cluster.members.truncate(1);
        cluster.members[0].source = Some("Agency".into());
        cluster.agencies = vec![];
        cluster.reissued_after_days = Some(1234);
        assert_eq!(
            describe_attribution(cluster),
            "1 publisher, no agency named, issued again up to 1,234 days later"
        );
    }

    #[test]
    fn formats_sizes_with_a_suitable_unit() {
        assert_eq!(format_bytes(1), "1 byte");
        assert_eq!(format_bytes(27_412), "27.4 kB");
        assert_eq!(format_bytes(999_999), "1.0 MB");
        assert_eq!(format_bytes(354_000_000), "354.0 MB");
    }
}
