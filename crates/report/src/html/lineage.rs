//! Who copied whom in a story, as far as dates and matches tell.
//!
//! A member was most likely copied from the earlier member that resembles it most. Of several such members, it is the
//! earliest one. Only dates of publication count: the day of a dateline is that of the news. Documents with the same words
//! count as one text: the report matches an exact copy with one of them only.

use crate::{Cluster, Match};
use dedupe_core::dates::{is_day, parse_date};
use std::collections::{BTreeMap, HashMap};

const DAY: i64 = 86_400;

/// A date of publication. A date without an hour is a whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Published {
    second: i64,
    has_hour: bool,
}

impl Published {
    fn new(date: &str) -> Option<Self> {
        Some(Self {
            second: parse_date(date)?.as_second(),
            has_hour: !is_day(date),
        })
    }

    /// True if this is surely before the other one.
    fn is_before(self, other: Self) -> bool {
        match self.has_hour && other.has_hour {
            true => self.second < other.second,
            false => self.second.div_euclid(DAY) < other.second.div_euclid(DAY),
        }
    }
}

/// The members with the same words.
#[derive(Default)]
struct SameWords {
    /// The earliest member with an hour, and the earliest without.
    earliest: [Option<(Published, usize)>; 2],
    /// Texts that this one was matched with, and the resemblance of the two.
    matched: BTreeMap<usize, f64>,
}

/// Returns the index of the member that each member was most likely copied from, or `None` for a member without a date
/// and for one that no matched member is before.
pub(super) fn copied_from(cluster: &Cluster, matches: &[Match]) -> Vec<Option<usize>> {
    let members = &cluster.members;
    let published: Vec<Option<Published>> = members
        .iter()
        .map(|member| member.date.as_deref().and_then(Published::new))
        .collect();
    let (texts, text_of) = texts(cluster, matches, &published);
    let of_member = |(at, published): (usize, &Option<Published>)| {
        let published = (*published)?;
        let own = *text_of.get(at)?;
        let same = std::iter::once((own, 1.0));
        let others = texts
            .get(own)?
            .matched
            .iter()
            .map(|(&text, &share)| (text, share));
        let mut best: Option<(f64, i64, usize)> = None;
        for (text, share) in same.chain(others) {
            let earliest = texts.get(text).into_iter().flat_map(|text| text.earliest);
            for (before, member) in earliest.flatten() {
                let closer = best.is_none_or(|(closest, second, _)| {
                    share > closest || (share == closest && before.second < second)
                });
                if before.is_before(published) && closer {
                    best = Some((share, before.second, member));
                }
            }
        }
        best.map(|(.., member)| member)
    };
    published.iter().enumerate().map(of_member).collect()
}

/// Groups the members by their words. Returns the groups, and the group of each member.
fn texts(
    cluster: &Cluster,
    matches: &[Match],
    published: &[Option<Published>],
) -> (Vec<SameWords>, Vec<usize>) {
    let mut texts: Vec<SameWords> = vec![];
    let mut by_digest: HashMap<&str, usize> = HashMap::new();
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    let mut text_of = vec![];
    for (at, member) in cluster.members.iter().enumerate() {
        // A report of an early version has no digests.
        let words = match member.digest.as_str() {
            "" => member.id.as_str(),
            digest => digest,
        };
        let text = *by_digest.entry(words).or_insert(texts.len());
        if text == texts.len() {
            texts.push(SameWords::default());
        }
        by_id.insert(&member.id, text);
        text_of.push(text);
        if let (Some(Some(date)), Some(group)) = (published.get(at), texts.get_mut(text)) {
            let slot = &mut group.earliest[usize::from(!date.has_hour)];
            if slot.is_none_or(|(known, _)| date.second < known.second) {
                *slot = Some((*date, at));
            }
        }
    }
    for found in matches {
        let [left, right] = [&found.left, &found.right].map(|id| by_id.get(id.as_str()).copied());
        let (Some(left), Some(right)) = (left, right) else {
            continue;
        };
        for (text, other) in [(left, right), (right, left)] {
            if let Some(text) = texts.get_mut(text).filter(|_| text != other) {
                let share = text.matched.entry(other).or_insert(0.0);
                *share = share.max(found.resemblance);
            }
        }
    }
    (texts, text_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{member, pair, sample};
    use crate::{Member, MemberRelation};
    use dedupe_core::model::Relation;

    /// A story of members `(id, date, words)`. Members with the same number of words have the same words.
    fn story(members: &[(&str, &str, u64)]) -> Cluster {
        let mut story = sample().0.clusters.remove(0);
        let member = |&(id, date, words): &(&str, &str, u64)| Member {
            date: Some(date.to_owned()),
            ..member(id, MemberRelation::Near, words, [1.0, 1.0])
        };
        story.members = members.iter().map(member).collect();
        story
    }

    fn near(left: &str, right: &str, resemblance: f64) -> Match {
        Match {
            resemblance,
            ..pair(left, right, Relation::Near, [0.9, 0.9], 100)
        }
    }

    #[test]
    fn a_copy_comes_from_the_earlier_member_that_is_closest() {
        let story = story(&[
            ("a", "2026-11-20T06:00:00Z", 100),
            ("b", "2026-11-20T07:00:00Z", 101),
            ("c", "2026-11-20T08:00:00Z", 102),
            ("d", "2026-11-20T09:00:00Z", 102),
            ("e", "no date", 101),
        ]);
        let matches = [
            near("a", "b", 0.9),
            near("a", "c", 0.7),
            near("b", "c", 0.95),
        ];
        let found = copied_from(&story, &matches);
        assert_eq!(found, [None, Some(0), Some(1), Some(2), None]);
        assert_eq!(copied_from(&story, &[]), [None, None, None, Some(2), None]);
    }

    #[test]
    fn the_day_of_a_dateline_is_no_date_of_publication() {
        let mut story = story(&[("a", "2026-11-20", 100), ("b", "2026-11-21", 100)]);
        assert_eq!(copied_from(&story, &[]), [None, Some(0)]);
        story.members[0].date = None;
        story.members[0].dateline = Some(crate::Dateline {
            place: None,
            date: Some("2026-11-20".into()),
        });
        assert_eq!(copied_from(&story, &[]), [None, None]);
    }

    /// Midnight once stood for a date without an hour, so that such a document seemed to be the first of its day.
    #[test]
    fn a_day_is_before_the_next_day_only() {
        let story = story(&[
            ("a", "2026-11-20", 100),
            ("b", "2026-11-20T06:00:00Z", 100),
            ("c", "2026-11-21", 100),
        ]);
        assert_eq!(copied_from(&story, &[]), [None, None, Some(0)]);
    }
}
