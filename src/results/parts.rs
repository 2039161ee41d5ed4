//! Items of the report from plain data. A run on one machine takes the data from its corpus, a job on several machines from
//! its tables.

use super::origin::{self, DatedMember};
use super::reissue::reissued_after_days;
use super::rounded;
use crate::corpus::DocumentRecord;
use crate::reading::publishers;
use dedupe_core::model::{DocumentIndex, Match, Passage, Relation, Span};
use dedupe_report::{self as report, Cluster, MatchedDocument, Member, MemberRelation, SpanPair};

/// A document as a member of a cluster.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MemberFacts<'a> {
    pub(crate) record: DocumentRecord<'a>,
    /// The file that the document was read from.
    pub(crate) path: &'a str,
    /// Its number of words.
    pub(crate) words: u32,
    pub(crate) relation: MemberRelation,
    /// It has the same known source as the representative.
    pub(crate) same_source: bool,
    /// The match of this document, or of its leader, with the representative. `None` for the representative and its
    /// exact copies.
    pub(crate) evidence: Option<&'a Match>,
}

impl MemberFacts<'_> {
    /// The passages that belong to the story. `story`: those of the representative.
    pub(crate) fn passages(&self, story: &[Passage]) -> Vec<Passage> {
        let mut passages = self.evidence.map_or_else(
            || story.to_vec(),
            |m| m.passages.iter().map(|p| p.0).collect(),
        );
        passages.sort_unstable();
        passages
    }

    /// The member. `passages`: those of the story; `spans`: their byte ranges.
    pub(crate) fn member(&self, passages: &[Passage], spans: Vec<Span>) -> DatedMember {
        let record = &self.record;
        let owned = |field: Option<&str>| field.map(str::to_owned);
        let story_words: u32 = passages.iter().map(|p| p.len()).sum();
        let story_share = (f64::from(story_words) / f64::from(self.words.max(1))).min(1.0);
        let member = Member {
            id: record.id.to_owned(),
            path: self.path.to_owned(),
            title: owned(record.title),
            source: owned(publishers::stated(record)),
            date: owned(record.date),
            url: owned(record.url),
            byline: owned(record.byline),
            language: owned(record.language),
            credit: owned(record.credit),
            dateline: record.dateline(),
            version: owned(record.version),
            status: owned(record.status),
            extraction: record.report_extraction(),
            relation: self.relation,
            same_source: self.same_source && self.relation != MemberRelation::Representative,
            spans,
            words: u64::from(self.words),
            digest: hexadecimal(record.digest),
            containment: rounded(self.evidence.map_or(story_share, |e| e.containment_left)),
            containment_representative: rounded(self.evidence.map_or(1.0, |e| e.containment_right)),
            resemblance: rounded(self.evidence.map_or(1.0, |e| e.resemblance)),
        };
        DatedMember {
            member,
            published: record.published,
        }
    }
}

/// The passages of a representative that other members have; all of it if they are exact copies. Sorted and disjoint.
/// `evidence`: the matches of the members with the representative on the right; `words`: those of the representative.
pub(crate) fn story<'m>(evidence: impl Iterator<Item = &'m Match>, words: u32) -> Vec<Passage> {
    let mut passages: Vec<Passage> = evidence
        .flat_map(|m| m.passages.iter().map(|p| p.1))
        .collect();
    if passages.is_empty() {
        passages.push(Passage {
            begin: 0,
            end: words,
        });
    }
    passages.sort_unstable();
    let mut joined: Vec<Passage> = vec![];
    for p in passages {
        match joined.last_mut() {
            Some(last) if p.begin <= last.end => last.end = last.end.max(p.end),
            _ => joined.push(p),
        }
    }
    joined
}

/// A cluster of these members, of which the first is the representative. `publishers`: the number of the publisher of each
/// member. `origin`: the member that the story was copied from.
pub(crate) fn cluster(
    id: String,
    members: Vec<DatedMember>,
    publishers: &[u32],
    origin: Option<report::Origin>,
) -> Cluster {
    let published = members.iter().map(|dated| dated.published);
    let reissued_after_days = reissued_after_days(publishers.iter().copied().zip(published));
    let mut distinct = publishers.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let agencies = origin::all_agencies(&members);
    Cluster {
        id,
        size: members.len() as u64,
        representative: (members.first()).map_or_else(String::new, |m| m.member.id.clone()),
        origin,
        publishers: distinct.len() as u64,
        reissued_after_days,
        sources: origin::independent_sources(&members, &agencies),
        agencies: agencies.into_iter().collect(),
        members: members.into_iter().map(|dated| dated.member).collect(),
    }
}

/// A match between two documents of these ids. `spans`: the byte ranges of its passages in each; `path_and_digest`: the file
/// that a document was read from, and XXH3-128 of its words.
pub(crate) fn match_item<'a>(
    m: &Match,
    ids: [&str; 2],
    same_source: bool,
    [left, right]: [Vec<Span>; 2],
    path_and_digest: impl Fn(DocumentIndex) -> (&'a str, u128),
) -> report::Match {
    let document = |document| {
        let (path, digest) = path_and_digest(document);
        MatchedDocument {
            path: path.to_owned(),
            digest: hexadecimal(digest),
        }
    };
    let is_overlap = m.relation == Relation::Overlap;
    report::Match {
        left: ids[0].to_owned(),
        right: ids[1].to_owned(),
        relation: m.relation,
        same_source,
        resemblance: rounded(m.resemblance),
        containment_left: rounded(m.containment_left),
        containment_right: rounded(m.containment_right),
        words: u64::from(m.aligned),
        longest_run: u64::from(m.longest_run),
        spans: (left.into_iter().zip(right))
            .map(|(left, right)| SpanPair { left, right })
            .collect(),
        documents: is_overlap.then(|| [m.left, m.right].map(document)),
    }
}

/// The digest of a document's words, as the report writes it.
pub(crate) fn hexadecimal(digest: u128) -> String {
    format!("{digest:032x}")
}

/// The digest that [`hexadecimal`] wrote so. `None` for any other text.
pub(super) fn from_hexadecimal(text: &str) -> Option<u128> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_digest = text.len() == 32 && text.bytes().all(is_digit);
    is_digest
        .then(|| u128::from_str_radix(text, 16).ok())
        .flatten()
}
