//! The origin of a cluster's story, and the number of independent sources.
//!
//! The first of these conditions that exactly one member meets makes it the origin: it is the agency's own copy; it is
//! the only member that credits an agency, and states no source; it has the earliest date; all other members contain
//! it.
//! If several members credit an agency and none is its own copy, the origin is not in the cluster.

use dedupe_core::dates::is_day;
use dedupe_formats::credit::agencies;
use dedupe_report::{Member, MemberRelation, Origin};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// The credit of a page counts for the story only if the story is at least this share of the page.
const OWN_CREDIT: f64 = 0.5;

/// A member, and when it was published.
pub(crate) struct DatedMember {
    pub(crate) member: Member,
    /// What its date means, else the day of its dateline.
    pub(crate) published: Option<Timestamp>,
}

/// The member that the others come from, and why. `None` if the evidence does not say.
pub(crate) fn origin(members: &[DatedMember]) -> Option<Origin> {
    let credited = all_agencies(members);
    let is_own =
        |m: &&DatedMember| publisher(&m.member).is_some_and(|name| credited.contains(&name));
    let (own, others): (Vec<_>, Vec<_>) = members.iter().partition(is_own);
    let mut names = own.iter().filter_map(|m| publisher(&m.member));
    match names.next() {
        Some(name) if names.all(|other| other == name) => own_copy(&own, &others, &name),
        None if !credited.is_empty() => sole_carrier(members),
        _ => earliest(members.iter()).or_else(|| contained_in_all(members)),
    }
}

/// The number of independent sources; see [`dedupe_report::Cluster::sources`]. `agencies`: all of the members.
pub(crate) fn independent_sources(members: &[DatedMember], agencies: &BTreeSet<String>) -> u64 {
    if !agencies.is_empty() {
        return agencies.len() as u64;
    }
    let sources = || members.iter().map(|m| m.member.source.as_ref());
    let stated: BTreeSet<String> = (sources().flatten())
        .map(|source| source.to_lowercase())
        .collect();
    let silent = sources().filter(Option::is_none).count();
    (stated.len() + silent) as u64
}

/// The agencies that members credit, and those that published members.
pub(crate) fn all_agencies(members: &[DatedMember]) -> BTreeSet<String> {
    let members = || members.iter().map(|m| &m.member);
    let credited = members().filter_map(credit);
    let own = members().filter_map(|m| {
        let source = m.source.as_deref()?;
        agencies::by_source(source).map(|agency| agency.name.to_owned())
    });
    credited.chain(own).collect()
}

/// The agency that a member credits for the story. The credit of a page may be for another story.
fn credit(member: &Member) -> Option<String> {
    let of_page = member.relation == MemberRelation::Contains && member.containment < OWN_CREDIT;
    member
        .credit
        .as_deref()
        .filter(|_| !of_page)
        .map(agency_name)
}

/// The publisher of a member, under the name of its agency if it is one.
fn publisher(member: &Member) -> Option<String> {
    member.source.as_deref().map(agency_name)
}

fn agency_name(name: &str) -> String {
    let listed = agencies::by_source(name).map(|agency| agency.name);
    listed.unwrap_or(name).to_owned()
}

/// The agency's own copy, the earliest of several. `others`: the members that others published.
fn own_copy(own: &[&DatedMember], others: &[&DatedMember], agency: &str) -> Option<Origin> {
    let first = match own {
        [only] => only,
        several => {
            let id = earliest(several.iter().copied())?.id;
            several.iter().find(|m| m.member.id == id)?
        }
    };
    let crediting = (others.iter()).filter(|m| credit(&m.member).as_deref() == Some(agency));
    let mut reason = match own.len() {
        1 => format!("{agency}'s own copy"),
        many => format!("the earliest of {many} copies of {agency}'s own"),
    };
    match crediting.count() {
        0 => {}
        1 => reason.push_str(&format!("; another member credits {agency}")),
        many => reason.push_str(&format!("; {many} other members credit {agency}")),
    }
    Some(origin_of(first, reason))
}

/// The only member with a credit, if it states no other publisher.
fn sole_carrier(members: &[DatedMember]) -> Option<Origin> {
    let mut carriers = members.iter().filter(|m| credit(&m.member).is_some());
    let (first, None) = (carriers.next()?, carriers.next()) else {
        return None;
    };
    let agency = credit(&first.member).filter(|_| first.member.source.is_none())?;
    Some(origin_of(
        first,
        format!("it alone names its agency, {agency}"),
    ))
}

/// The member with the earliest date, if all members have a date and no other may be as early. The day of a dateline is that
/// of the news, not of publication: a copy can have an earlier one than what it was copied from.
fn earliest<'m>(members: impl Iterator<Item = &'m DatedMember>) -> Option<Origin> {
    let dated: Option<Vec<_>> = members
        .map(|dated| {
            let date = dated.member.date.as_deref()?;
            Some((dated.published?, is_day(date), dated, date))
        })
        .collect();
    let mut dated = dated?;
    dated.sort_by_key(|(at, ..)| *at);
    let [
        (first_at, first_is_day, first, date),
        (next_at, next_is_day, ..),
        ..,
    ] = dated[..]
    else {
        return None;
    };
    // A date without a time is certainly before another only if that is on a later day.
    let is_certain = if first_is_day || next_is_day {
        let day = |at: Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).date();
        day(first_at) < day(next_at)
    } else {
        first_at < next_at
    };
    is_certain.then(|| origin_of(first, format!("the earliest date, {date}")))
}

/// The representative, if every other member is a page that contains it.
fn contained_in_all(members: &[DatedMember]) -> Option<Origin> {
    let (first, others) = members.split_first()?;
    let contains = |m: &DatedMember| m.member.relation == MemberRelation::Contains;
    let all = !others.is_empty() && others.iter().all(contains);
    all.then(|| origin_of(first, "every other member contains it".to_owned()))
}

fn origin_of(dated: &DatedMember, reason: String) -> Origin {
    Origin {
        id: dated.member.id.clone(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dedupe_core::dates::parse_date;
    use dedupe_report::Dateline;

    /// A near copy: id, source, credit, date. `-` stands for none.
    fn member(line: &str) -> DatedMember {
        let mut fields = line
            .split_whitespace()
            .map(|f| Some(f).filter(|f| *f != "-"));
        let mut next = || fields.next().flatten().map(str::to_owned);
        let member = Member {
            id: next().unwrap_or_default(),
            path: String::new(),
            title: None,
            source: next(),
            credit: next(),
            date: next(),
            url: None,
            byline: None,
            language: None,
            dateline: None,
            version: None,
            status: None,
            extraction: None,
            same_source: false,
            relation: MemberRelation::Near,
            spans: vec![],
            words: 300,
            containment: 0.9,
            digest: String::new(),
            containment_representative: 0.9,
            resemblance: 0.9,
        };
        dated(member)
    }

    /// A member with the date that reading would give it.
    fn dated(member: Member) -> DatedMember {
        DatedMember {
            published: member.stated_date().and_then(parse_date),
            member,
        }
    }

    fn members(lines: &[&str]) -> Vec<DatedMember> {
        let mut members: Vec<DatedMember> = lines.iter().map(|line| member(line)).collect();
        members[0].member.relation = MemberRelation::Representative;
        members
    }

    fn check(lines: &[&str], id: Option<&str>, reason: &str, sources: u64) {
        let members = members(lines);
        let found = origin(&members);
        assert_eq!(found.as_ref().map(|o| o.id.as_str()), id, "{lines:?}");
        let stated = found.map_or(String::new(), |o| o.reason);
        assert_eq!(stated, reason, "{lines:?}");
        let found = independent_sources(&members, &all_agencies(&members));
        assert_eq!(found, sources, "{lines:?}");
    }

    #[test]
    fn an_agencys_own_copy_is_the_origin_even_if_it_is_later() {
        check(
            &[
                "a Herald Reuters 2021-02-25",
                "b reuters.com - 2021-02-26",
                "c Post - -",
            ],
            Some("b"),
            "Reuters's own copy; another member credits Reuters",
            1,
        );
        check(
            &[
                "a Reuters Reuters 2021-02-26T10:00Z",
                "b Reuters - 2021-02-26T09:00Z",
            ],
            Some("b"),
            "the earliest of 2 copies of Reuters's own",
            1,
        );
        check(&["a Reuters - -", "b Reuters - -"], None, "", 1);
    }

    #[test]
    fn a_source_that_others_credit_is_the_origin_even_if_it_is_no_listed_agency() {
        check(
            &[
                "a Northlight - -",
                "b Herald Northlight -",
                "c Post Northlight -",
            ],
            Some("a"),
            "Northlight's own copy; 2 other members credit Northlight",
            1,
        );
    }

    #[test]
    fn sites_that_credit_one_agency_are_one_source_without_an_origin() {
        let lines: Vec<String> = (0..40)
            .map(|at| format!("m{at} site{at} AFP 2021-02-{:02}", 1 + at % 28))
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        check(&lines, None, "", 1);
    }

    #[test]
    fn the_only_member_with_a_credit_is_the_origin_if_it_states_no_source() {
        check(
            &["a - UrduPoint -", "b - - -"],
            Some("a"),
            "it alone names its agency, UrduPoint",
            1,
        );
        check(&["a Herald Reuters -", "b Post - -"], None, "", 1);
    }

    #[test]
    fn the_earliest_date_counts_only_if_it_is_certain() {
        let reason = "the earliest date, 2021-02-25";
        check(
            &["a X - 2021-02-26", "b Y - 2021-02-25"],
            Some("b"),
            reason,
            2,
        );
        check(
            &["a X - 2021-02-25", "b Y - 2021-02-25T08:00Z"],
            None,
            "",
            2,
        );
        check(&["a X - 2021-02-25", "b Y - 2021-02-25"], None, "", 2);
        check(&["a X - 2021-02-25", "b Y - -"], None, "", 2);
        check(&["a X - yesterday", "b Y - 2021-02-25"], None, "", 2);
    }

    /// A copy that kept the dateline of the news seemed to be earlier than its source, which states when it was published.
    #[test]
    fn the_day_of_a_dateline_makes_no_origin() {
        let mut members = members(&["a X - 2021-02-26", "b Y - -"]);
        let mut second = members.remove(1).member;
        second.dateline = Some(Dateline {
            place: None,
            date: Some("2021-02-20".into()),
        });
        members.push(dated(second));
        assert_eq!(origin(&members), None);
    }

    #[test]
    fn a_document_that_all_others_contain_is_the_origin_whatever_a_page_credits() {
        let mut members = members(&["a - - -", "b - TASS -"]);
        members[1].member.relation = MemberRelation::Contains;
        members[1].member.containment = 0.1;
        let found = origin(&members).map(|o| o.reason);
        assert_eq!(found.as_deref(), Some("every other member contains it"));
        assert!(all_agencies(&members).is_empty());
        assert_eq!(independent_sources(&members, &BTreeSet::new()), 2);
    }
}
