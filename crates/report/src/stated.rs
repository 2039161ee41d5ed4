//! What the members of a cluster state of themselves: publishers and dates.

use crate::{Cluster, Member};
use dedupe_core::dates::parse_date;
use std::collections::BTreeSet;

impl Cluster {
    /// Returns the number of publishers that the members name, ignoring case. Unlike `publishers`, it does not count
    /// folders and files as publishers.
    #[must_use]
    pub fn named_publishers(&self) -> u64 {
        let named = self.members.iter().filter_map(|m| m.source.as_ref());
        let distinct: BTreeSet<String> = named.map(|source| source.to_lowercase()).collect();
        distinct.len() as u64
    }
}

impl Member {
    /// Returns the date that the member states: its date of publication, else the day of its dateline, if that has a year.
    #[must_use]
    pub fn stated_date(&self) -> Option<&str> {
        let of_dateline = || self.dateline.as_ref()?.date.as_deref();
        let of_dateline = || of_dateline().filter(|day| parse_date(day).is_some());
        self.date.as_deref().or_else(of_dateline)
    }
}

#[cfg(test)]
mod tests {
    use crate::Dateline;
    use crate::fixture::sample;

    #[test]
    fn only_publishers_that_members_name_are_counted() {
        let (mut report, _) = sample();
        let cluster = &mut report.clusters[0];
        cluster.publishers = 9;
        let sources = ["The Post", "the post", "Agency"];
        for (at, member) in cluster.members.iter_mut().enumerate() {
            member.source = sources.get(at).map(|&source| source.to_owned());
        }
        assert_eq!(cluster.named_publishers(), 2);
    }

    #[test]
    fn a_dateline_dates_a_member_without_a_date() {
        let (mut report, _) = sample();
        let member = &mut report.clusters[0].members[0];
        member.dateline = Some(Dateline {
            place: None,
            date: Some("2024-03-03".into()),
        });
        member.date = Some("2024-03-05".into());
        assert_eq!(member.stated_date(), Some("2024-03-05"));
        member.date = None;
        assert_eq!(member.stated_date(), Some("2024-03-03"));
        member.dateline = Some(Dateline {
            place: None,
            date: Some("--03-03".into()),
        });
        assert_eq!(member.stated_date(), None);
        member.dateline = None;
        assert_eq!(member.stated_date(), None);
    }
}
