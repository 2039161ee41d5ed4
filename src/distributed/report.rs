//! Items of the JSON report from the tables of a job. Each function takes one document, one pair, or what is known of the
//! members of one cluster, without their words.

use crate::corpus::{DocumentRecord, SOURCE, STATED, spans_of};
use crate::reading::Moment;
use crate::results::clusters::id_of_members;
use crate::results::origin;
use crate::results::parts::{self, MemberFacts};
use dedupe_core::model::{Match, Passage};
use dedupe_report::{self as report, Cluster, MemberRelation};
use std::collections::HashMap;

/// What a document states, and what a job knows of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownDocument<'a> {
    /// Its id, unique in the corpus.
    pub id: &'a str,
    /// The name of the input.
    pub path: &'a str,
    /// What it states, in the order of [`STATED`].
    pub stated: [Option<&'a str>; STATED.len()],
    /// When it was published, as bytes; see [`SketchedDocument::moment`](super::SketchedDocument::moment).
    pub moment: &'a [u8],
    /// XXH3-128 of its words; see [`SketchedDocument::digest`](super::SketchedDocument::digest).
    pub digest: &'a [u8],
    /// The name of its publisher.
    pub publisher: &'a str,
    /// Its number of words.
    pub words: u32,
}

impl<'a> KnownDocument<'a> {
    /// Its source field, else the host of its URL.
    fn source(&self) -> Option<&'a str> {
        self.stated[SOURCE]
    }

    /// The digest of its words, as a number.
    fn digest_number(&self) -> u128 {
        self.digest.try_into().map_or(0, u128::from_be_bytes)
    }
}

/// A document of a cluster.
#[derive(Clone, Copy, Debug)]
pub struct KnownMember<'a> {
    /// The document.
    pub document: KnownDocument<'a>,
    /// Its relation to the representative.
    pub relation: MemberRelation,
    /// Its match with the representative, which is on the right. `None` for the representative and its exact copies.
    pub evidence: Option<&'a Match>,
}

impl<'a> KnownMember<'a> {
    fn facts(&self, same_source: bool) -> MemberFacts<'a> {
        let document = self.document;
        MemberFacts {
            record: DocumentRecord {
                id: document.id,
                published: Moment::from_bytes(document.moment).and_then(|moment| moment.0),
                digest: document.digest_number(),
                ..DocumentRecord::of_stated(document.stated)
            },
            path: document.path,
            words: document.words,
            relation: self.relation,
            same_source,
            evidence: self.evidence,
        }
    }

    /// The member as the report has it. `offsets`: the packed byte ranges of its words; `story`: as [`cluster`] gives it;
    /// `representative_source`: that of the representative.
    #[must_use]
    pub fn item(
        &self,
        offsets: &[u8],
        story: &[Passage],
        representative_source: Option<&str>,
    ) -> report::Member {
        let same_source = same_source([self.document.source(), representative_source]);
        let facts = self.facts(same_source);
        let passages = facts.passages(story);
        facts.member(&passages, spans_of(offsets, &passages)).member
    }
}

/// The cluster of these members, which may come in any order, and its story: the passages of the representative that other
/// members have, or all of it if they are exact copies. The list of members of the cluster is empty, but its size is theirs.
#[must_use]
pub fn cluster(mut members: Vec<KnownMember<'_>>) -> (Cluster, Vec<Passage>) {
    members.sort_by_key(|m| m.document.id);
    let id = id_of_members(members.iter().map(|m| m.document.id));
    // The representative comes first, the others stay in order.
    members.sort_by_key(|m| m.relation != MemberRelation::Representative);
    let words = members.first().map_or(0, |m| m.document.words);
    let story = parts::story(members.iter().filter_map(|m| m.evidence), words);
    let mut by_name: HashMap<String, u32> = HashMap::new();
    let publishers: Vec<u32> = (members.iter())
        .map(|member| {
            let document = member.document;
            let name = (document.source())
                .map_or_else(|| document.publisher.to_owned(), str::to_lowercase);
            let next = by_name.len() as u32;
            *by_name.entry(name).or_insert(next)
        })
        .collect();
    let dated: Vec<_> = (members.iter())
        .map(|member| {
            let facts = member.facts(false);
            facts.member(&facts.passages(&story), vec![])
        })
        .collect();
    let origin = origin::origin(&dated);
    let cluster = Cluster {
        members: vec![],
        ..parts::cluster(id, dated, &publishers, origin)
    };
    (cluster, story)
}

/// A match as the report has it. `documents`: the left and the right one of the match, with the packed byte ranges of
/// their words.
#[must_use]
pub fn match_item(
    mut found: Match,
    mut documents: [(KnownDocument<'_>, &[u8]); 2],
) -> report::Match {
    if documents[0].0.id > documents[1].0.id {
        found.reverse();
        documents.reverse();
    }
    found.passages.sort_unstable();
    let (left, right): (Vec<Passage>, Vec<Passage>) = found.passages.iter().copied().unzip();
    let [(one, one_offsets), (other, other_offsets)] = documents;
    let same_source = same_source([one.source(), other.source()]);
    let spans = [
        spans_of(one_offsets, &left),
        spans_of(other_offsets, &right),
    ];
    let path_and_digest = |document| {
        let known = if document == found.left { one } else { other };
        (known.path, known.digest_number())
    };
    parts::match_item(
        &found,
        [one.id, other.id],
        same_source,
        spans,
        path_and_digest,
    )
}

/// True if both documents state the same source, ignoring case.
fn same_source(sources: [Option<&str>; 2]) -> bool {
    match sources {
        [Some(one), Some(other)] => one.to_lowercase() == other.to_lowercase(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dedupe_core::DocumentIndex;
    use dedupe_core::verify::relation::exact_match;

    fn stated(source: Option<&str>) -> [Option<&str>; STATED.len()] {
        DocumentRecord {
            source,
            ..DocumentRecord::default()
        }
        .stated()
    }

    #[test]
    fn a_match_has_the_lower_id_on_the_left() {
        let named = |id, source| KnownDocument {
            id,
            stated: stated(source),
            words: 2,
            ..KnownDocument::default()
        };
        let mut found = exact_match(DocumentIndex(0), DocumentIndex(1), 2);
        found.containment_left = 0.5;
        let documents = [
            (named("b", Some("Post")), &[][..]),
            (named("a", Some("POST")), &[][..]),
        ];
        let item = match_item(found, documents);
        assert_eq!((&*item.left, &*item.right), ("a", "b"));
        assert_eq!((item.containment_left, item.containment_right), (1.0, 0.5));
        assert!(item.same_source);
        assert!(!same_source([None, None]));
    }

    #[test]
    fn publishers_of_one_name_in_another_case_are_one() {
        let member = |id, source, relation| KnownMember {
            document: KnownDocument {
                id,
                stated: stated(source),
                publisher: source.unwrap_or("news.jsonl"),
                words: 3,
                ..KnownDocument::default()
            },
            relation,
            evidence: None,
        };
        let (found, story) = cluster(vec![
            member("c", Some("POST"), MemberRelation::Exact),
            member("b", Some("Post"), MemberRelation::Representative),
            member("a", None, MemberRelation::Exact),
        ]);
        assert_eq!((found.size, found.publishers, found.sources), (3, 2, 2));
        assert_eq!(found.representative, "b");
        assert_eq!(story, [Passage { begin: 0, end: 3 }]);
    }
}
