//! Whether a publisher brought out a story again.

use jiff::Timestamp;
use rustc_hash::FxHashMap;

/// Days from which a later member of the same publisher is the story again. Before, it is an update.
const LEAST_DAYS: u64 = 7;

/// The most days between two members of one publisher, if they are enough for the story to be issued again. `members`: the
/// number of the publisher and the time of publication of each member.
pub(super) fn reissued_after_days(
    members: impl Iterator<Item = (u32, Option<Timestamp>)>,
) -> Option<u64> {
    let mut issues: FxHashMap<u32, (Timestamp, Timestamp)> = FxHashMap::default();
    for (publisher, published) in members {
        let Some(at) = published else { continue };
        let (first, last) = issues.entry(publisher).or_insert((at, at));
        (*first, *last) = ((*first).min(at), (*last).max(at));
    }
    let days = |(first, last): &(Timestamp, Timestamp)| {
        let hours = last.duration_since(*first).as_hours();
        u64::try_from(hours / 24).unwrap_or_default()
    };
    let most = issues.values().map(days).max();
    most.filter(|&days| days >= LEAST_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(members: &[(u32, Option<&str>)]) -> Option<u64> {
        let members = members.iter().map(|&(publisher, date)| {
            let at = date.map(|date| format!("{date}T00:00Z").parse().unwrap());
            (publisher, at)
        });
        reissued_after_days(members)
    }

    #[test]
    fn a_publisher_that_returns_after_a_week_issues_a_story_again() {
        let members = [
            (1, Some("2020-01-01")),
            (2, Some("2020-03-01")),
            (1, None),
            (1, Some("2020-01-08")),
        ];
        assert_eq!(found(&members), Some(7));
        // Other publishers may run a story as late as they like.
        assert_eq!(found(&members[..3]), None);
        assert_eq!(
            found(&[(1, Some("2020-01-01")), (1, Some("2020-01-07"))]),
            None
        );
        assert_eq!(found(&[]), None);
    }

    #[test]
    fn the_publisher_with_the_longest_time_counts() {
        let members = [
            (1, Some("2020-01-01")),
            (1, Some("2020-01-11")),
            (2, Some("2021-01-01")),
            (2, Some("2020-01-01")),
        ];
        assert_eq!(found(&members), Some(366));
    }
}
