//! Where a story comes from, as far as its members tell, and how many sources that makes.
//!
//! In this order, and only where it singles out one member: the agency's own copy; the one member that
//! carries an agency's credit, where nothing says who published it; the earliest date; the one that all
//! others contain. Where several members credit an agency and none is its own copy, the source is not
//! among them, and nothing is said.

use dedupe_core::dates::{is_day, parse_date};
use dedupe_formats::credit::agencies;
use dedupe_report::{Member, MemberRelation, Origin};
use std::collections::BTreeSet;

/// Share of a page that must be the story for the page's credit to be the story's.
const OWN_CREDIT: f64 = 0.5;

/// The member that the others come from, and why; none where the evidence does not say.
pub(super) fn origin(members: &[Member]) -> Option<Origin> {
    let agencies = agencies(members);
    let own: Vec<&Member> = (members.iter())
        .filter(|m| agency(m).is_some_and(|name| agencies.contains(&name)))
        .collect();
    let mut names = own.iter().filter_map(|m| agency(m));
    match names.next() {
        Some(name) if names.all(|other| other == name) => own_copy(members, &own, &name),
        None if !agencies.is_empty() => sole_carrier(members),
        _ => earliest(members.iter()).or_else(|| contained_in_all(members)),
    }
}

/// Independent sources; see [`dedupe_report::Cluster::sources`].
pub(super) fn independent(members: &[Member]) -> u64 {
    let agencies = agencies(members);
    if !agencies.is_empty() {
        return agencies.len() as u64;
    }
    let stated: BTreeSet<String> = (members.iter())
        .filter_map(|m| m.source.as_ref())
        .map(|source| source.to_lowercase())
        .collect();
    let silent = members.iter().filter(|m| m.source.is_none()).count();
    (stated.len() + silent) as u64
}

/// The agencies that members credit or are.
fn agencies(members: &[Member]) -> BTreeSet<String> {
    let credited = members.iter().filter_map(credit);
    let own = members.iter().filter_map(|m| {
        let source = m.source.as_deref()?;
        agencies::by_source(source).map(|agency| agency.name.to_owned())
    });
    credited.chain(own).collect()
}

/// The agency that a member credits for the story; a page's credit may be for another.
fn credit(member: &Member) -> Option<String> {
    let of_page = member.relation == MemberRelation::Contains && member.containment < OWN_CREDIT;
    let credit = member.credit.as_deref().filter(|_| !of_page)?;
    let listed = agencies::by_source(credit).map(|agency| agency.name);
    Some(listed.unwrap_or(credit).to_owned())
}

/// The agency, or another that signs like one, that a member was published by.
fn agency(member: &Member) -> Option<String> {
    let source = member.source.as_deref()?;
    let listed = agencies::by_source(source).map(|agency| agency.name);
    Some(listed.unwrap_or(source).to_owned())
}

fn own_copy(members: &[Member], own: &[&Member], name: &str) -> Option<Origin> {
    let first = match own {
        [only] => only,
        several => {
            let id = earliest(several.iter().copied())?.id;
            several.iter().find(|m| m.id == id)?
        }
    };
    let others = (members.iter())
        .filter(|m| !own.iter().any(|o| o.id == m.id))
        .filter(|m| credit(m).as_deref() == Some(name));
    let mut reason = match own.len() {
        1 => format!("{name}'s own copy"),
        many => format!("the earliest of {many} copies of {name}'s own"),
    };
    match others.count() {
        0 => {}
        1 => reason.push_str(&format!("; another member credits {name}")),
        many => reason.push_str(&format!("; {many} other members credit {name}")),
    }
    Some(said(first, reason))
}

/// The only member with a credit, where nothing says that somebody else published it.
fn sole_carrier(members: &[Member]) -> Option<Origin> {
    let mut carriers = members.iter().filter(|m| credit(m).is_some());
    let (first, None) = (carriers.next()?, carriers.next()) else {
        return None;
    };
    let name = credit(first).filter(|_| first.source.is_none())?;
    Some(said(first, format!("it alone credits {name}")))
}

/// The member of the earliest date, where all are dated and it is before all others for certain.
fn earliest<'m>(members: impl Iterator<Item = &'m Member>) -> Option<Origin> {
    let dated: Option<Vec<_>> = members
        .map(|member| {
            let date = date(member)?;
            Some((parse_date(date)?, is_day(date), member, date))
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
    // A day alone is known to be before another instant only where that is on a later day.
    let in_days = first_is_day || next_is_day;
    let apart = if in_days {
        let day = |at: jiff::Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).date();
        day(first_at) < day(next_at)
    } else {
        first_at < next_at
    };
    apart.then(|| said(first, format!("the earliest date, {date}")))
}

fn date(member: &Member) -> Option<&str> {
    let of_dateline = || member.dateline.as_ref()?.date.as_deref();
    member.date.as_deref().or_else(of_dateline)
}

/// The representative, where every other member is a page that contains it.
fn contained_in_all(members: &[Member]) -> Option<Origin> {
    let (first, others) = members.split_first()?;
    let all = others
        .iter()
        .all(|m| m.relation == MemberRelation::Contains);
    (all && !others.is_empty()).then(|| said(first, "every other member contains it".to_owned()))
}

fn said(member: &Member, reason: String) -> Origin {
    Origin {
        id: member.id.clone(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dedupe_report::Dateline;

    /// A near copy: id, source, credit, date; `-` for none.
    fn member(line: &str) -> Member {
        let mut fields = line
            .split_whitespace()
            .map(|f| Some(f).filter(|f| *f != "-"));
        let mut next = || fields.next().flatten().map(str::to_owned);
        Member {
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
            same_source: false,
            relation: MemberRelation::Near,
            spans: vec![],
            words: 300,
            containment: 0.9,
            containment_representative: 0.9,
            resemblance: 0.9,
        }
    }

    fn members(lines: &[&str]) -> Vec<Member> {
        let mut members: Vec<Member> = lines.iter().map(|line| member(line)).collect();
        members[0].relation = MemberRelation::Representative;
        members
    }

    fn check(lines: &[&str], id: Option<&str>, reason: &str, sources: u64) {
        let members = members(lines);
        let found = origin(&members);
        assert_eq!(found.as_ref().map(|o| o.id.as_str()), id, "{lines:?}");
        let said = found.map_or(String::new(), |o| o.reason);
        assert_eq!(said, reason, "{lines:?}");
        assert_eq!(independent(&members), sources, "{lines:?}");
    }

    #[test]
    fn an_agencys_own_copy_is_the_origin_whatever_its_date() {
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
    fn an_unlisted_source_that_others_credit_is_the_origin() {
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
    fn forty_sites_with_one_wire_story_are_one_source_and_none_the_origin() {
        let lines: Vec<String> = (0..40)
            .map(|at| format!("m{at} site{at} AFP 2021-02-{:02}", 1 + at % 28))
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        check(&lines, None, "", 1);
    }

    #[test]
    fn a_sole_credit_speaks_for_a_document_that_nobody_else_published() {
        check(
            &["a - UrduPoint -", "b - - -"],
            Some("a"),
            "it alone credits UrduPoint",
            1,
        );
        check(&["a Herald Reuters -", "b Post - -"], None, "", 1);
    }

    #[test]
    fn the_earliest_date_counts_where_it_is_certain() {
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

    #[test]
    fn a_datelines_day_stands_in_for_a_date() {
        let mut members = members(&["a X - 2021-02-26", "b Y - -"]);
        members[1].dateline = Some(Dateline {
            place: None,
            date: Some("2021-02-20".into()),
        });
        assert_eq!(origin(&members).map(|o| o.id).as_deref(), Some("b"));
    }

    #[test]
    fn what_all_others_contain_is_the_origin_and_a_pages_credit_is_not_the_storys() {
        let mut members = members(&["a - - -", "b - TASS -"]);
        members[1].relation = MemberRelation::Contains;
        members[1].containment = 0.1;
        let found = origin(&members).map(|o| o.reason);
        assert_eq!(found.as_deref(), Some("every other member contains it"));
        assert_eq!(independent(&members), 2);
    }
}
