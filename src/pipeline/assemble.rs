//! Findings to the report: word passages become byte spans, indices become ids, groups of exact
//! copies are spread out again among the members of clusters.

use super::exact::ExactGroups;
use super::origin;
use super::read::path;
use super::sources;
use crate::cluster::{self, Story};
use crate::corpus::Corpus;
use crate::model::{DocumentIndex, Match, Passage, Relation, Span};
use crate::report::{self, Cluster, Member, MemberRelation, SpanPair, Summary};
use crate::source::Input;
use crate::verify::boilerplate::Notice;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::{BTreeSet, HashSet};
use xxhash_rust::xxh3::xxh3_128;

/// What turns findings into the report's terms.
pub(super) struct Assembly<'a> {
    pub(super) corpus: &'a Corpus,
    pub(super) inputs: &'a [Input],
    pub(super) groups: &'a ExactGroups,
    pub(super) counted: &'a [u32],
    /// What stays within one source is left out.
    pub(super) cross_source_only: bool,
}

/// A cluster of the report, and its representative for those who want to read it.
pub(super) struct Assembled {
    pub(super) cluster: Cluster,
    pub(super) representative: DocumentIndex,
}

impl Assembled {
    /// Where the story begins in the representative.
    pub(super) fn beginning(&self) -> Option<(DocumentIndex, Span)> {
        let span = self.cluster.members.first()?.spans.first()?;
        Some((self.representative, *span))
    }
}

/// A notice on its way into the report: only the excerpt is missing.
pub(super) struct Unread {
    pub(super) document: DocumentIndex,
    pub(super) span: Span,
    words: u64,
    documents: u64,
    sources: Vec<String>,
}

impl Unread {
    pub(super) fn with_excerpt(self, excerpt: String) -> report::Boilerplate {
        report::Boilerplate {
            excerpt,
            words: self.words,
            documents: self.documents,
            sources: self.sources,
        }
    }
}

impl Assembly<'_> {
    fn id(&self, document: DocumentIndex) -> &str {
        self.corpus.record(document).id
    }

    fn same_source(&self, a: DocumentIndex, b: DocumentIndex) -> bool {
        sources::same(&self.corpus.record(a), &self.corpus.record(b))
    }

    /// True where every document of a story is known to be of one source.
    fn is_of_one_source(&self, story: &Story) -> bool {
        let Some((first, _)) = story.members.split_first() else {
            return false;
        };
        let documents = || story.members.iter().map(|m| m.document);
        let mut all = documents().flat_map(|d| self.groups.all(d));
        all.all(|d| self.same_source(first.document, d))
    }

    /// These matches in the report's terms, by left, then right.
    pub(super) fn matches(&self, listed: Vec<Match>) -> Vec<report::Match> {
        let mut matches: Vec<report::Match> =
            listed.into_par_iter().map(|m| self.one_match(m)).collect();
        matches.par_sort_unstable_by(|a, b| (&a.left, &a.right).cmp(&(&b.left, &b.right)));
        matches
    }

    fn one_match(&self, m: Match) -> report::Match {
        let mut m = if self.id(m.left) < self.id(m.right) {
            m
        } else {
            m.reversed()
        };
        m.passages.sort_unstable();
        let (left, right): (Vec<Passage>, Vec<Passage>) = m.passages.iter().copied().unzip();
        let spans = (self.corpus.spans(m.left, &left).into_iter())
            .zip(self.corpus.spans(m.right, &right))
            .map(|(left, right)| SpanPair { left, right })
            .collect();
        report::Match {
            left: self.id(m.left).to_owned(),
            right: self.id(m.right).to_owned(),
            relation: m.relation,
            same_source: self.same_source(m.left, m.right),
            resemblance: rounded(m.resemblance),
            containment_left: rounded(m.containment_left),
            containment_right: rounded(m.containment_right),
            words: u64::from(m.aligned),
            longest_run: u64::from(m.longest_run),
            spans,
        }
    }

    /// The clusters, largest first, then by id: the stories, and groups of exact copies that are in
    /// none of their own.
    pub(super) fn clusters(&self, mut stories: Vec<Story>) -> Vec<Assembled> {
        let at_home: HashSet<DocumentIndex> = stories
            .iter()
            .flat_map(|s| &s.members)
            .filter(|m| {
                m.evidence
                    .as_ref()
                    .is_none_or(|e| e.relation != Relation::Contains)
            })
            .map(|m| m.document)
            .collect();
        let alone = self.groups.centers().filter(|c| !at_home.contains(c));
        stories.extend(alone.map(|document| Story {
            members: vec![cluster::Member {
                document,
                evidence: None,
            }],
        }));
        if self.cross_source_only {
            stories.retain(|s| !self.is_of_one_source(s));
        }
        let mut clusters: Vec<Assembled> = (stories.into_par_iter())
            .filter_map(|s| self.cluster(&s))
            .collect();
        in_order(&mut clusters);
        clusters
    }

    fn cluster(&self, story: &Story) -> Option<Assembled> {
        let (first, others) = story.members.split_first()?;
        let mut members = vec![];
        for other in others {
            let evidence = other.evidence.as_ref()?;
            let passages: Vec<Passage> = evidence.passages.iter().map(|p| p.0).collect();
            for document in self.groups.all(other.document) {
                let mut member = self.member(document, &passages, Some(evidence));
                member.same_source = self.same_source(document, first.document);
                members.push(member);
            }
        }
        let story_there = self.story_in_representative(first.document, others);
        for copy in self
            .groups
            .all(first.document)
            .filter(|&d| d != first.document)
        {
            let mut member = self.member(copy, &story_there, None);
            member.relation = MemberRelation::Exact;
            member.same_source = self.same_source(copy, first.document);
            members.push(member);
        }
        members.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        members.insert(0, self.member(first.document, &story_there, None));
        Some(Assembled {
            cluster: described(members, self.id(first.document).to_owned()),
            representative: first.document,
        })
    }

    /// The passages of the representative that other members carry; all of it where they are exact.
    fn story_in_representative(
        &self,
        document: DocumentIndex,
        others: &[cluster::Member],
    ) -> Vec<Passage> {
        let mut passages: Vec<Passage> = (others.iter())
            .filter_map(|m| m.evidence.as_ref())
            .flat_map(|m| m.passages.iter().map(|p| p.1))
            .collect();
        if passages.is_empty() {
            let end = self.corpus.word_count(document);
            passages.push(Passage { begin: 0, end });
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

    /// The notices, without their excerpts.
    pub(super) fn notices(&self, found: &[Notice]) -> Vec<Unread> {
        found
            .par_iter()
            .filter_map(|notice| self.notice(notice))
            .collect()
    }

    fn notice(&self, notice: &Notice) -> Option<Unread> {
        let carriers = || notice.documents.iter().flat_map(|&d| self.groups.all(d));
        let source = |document| {
            let record = self.corpus.record(document);
            sources::name(&record, path(self.inputs, &record))
        };
        let sources: BTreeSet<&str> = carriers().map(source).collect();
        let spans = self.corpus.spans(notice.document, &[notice.passage]);
        Some(Unread {
            document: notice.document,
            span: *spans.first()?,
            words: u64::from(notice.passage.len()),
            documents: carriers().count() as u64,
            sources: sources.into_iter().map(str::to_owned).collect(),
        })
    }

    fn member(
        &self,
        document: DocumentIndex,
        passages: &[Passage],
        evidence: Option<&Match>,
    ) -> Member {
        let record = self.corpus.record(document);
        let text = |field: Option<&str>| field.map(str::to_owned);
        let mut passages = passages.to_vec();
        passages.sort_unstable();
        let story: u32 = passages.iter().map(|p| p.len()).sum();
        let own = f64::from(story) / f64::from(self.counted[document.at()].max(1));
        Member {
            id: self.id(document).to_owned(),
            path: path(self.inputs, &record).to_owned(),
            title: text(record.title),
            source: sources::stated(&record).map(str::to_owned),
            date: text(record.date),
            url: text(record.url),
            byline: text(record.byline),
            language: text(record.language),
            credit: text(record.credit),
            dateline: record.dateline(),
            version: text(record.version),
            status: text(record.status),
            relation: evidence.map_or(MemberRelation::Representative, |e| e.relation.into()),
            same_source: false,
            spans: self.corpus.spans(document, &passages),
            words: u64::from(self.corpus.word_count(document)),
            containment: rounded(evidence.map_or(own.min(1.0), |e| e.containment_left)),
            containment_representative: rounded(evidence.map_or(1.0, |e| e.containment_right)),
            resemblance: rounded(evidence.map_or(1.0, |e| e.resemblance)),
        }
    }
}

/// The cluster of these members, the representative first.
pub(super) fn described(members: Vec<Member>, representative: String) -> Cluster {
    Cluster {
        id: cluster_id(&members),
        size: members.len() as u64,
        representative,
        origin: origin::origin(&members),
        sources: origin::independent(&members),
        members,
    }
}

/// Sorts by size, largest first, then by id.
pub(super) fn in_order(clusters: &mut [Assembled]) {
    clusters.par_sort_unstable_by(|a, b| {
        let (a, b) = (&a.cluster, &b.cluster);
        b.size.cmp(&a.size).then_with(|| a.id.cmp(&b.id))
    });
}

/// The counts that the clusters and matches give; the rest is zero.
pub(super) fn summary(corpus: &Corpus, clusters: &[Cluster], matches: &[report::Match]) -> Summary {
    let mut closest: FxHashMap<&str, MemberRelation> = FxHashMap::default();
    for member in clusters.iter().flat_map(|c| &c.members) {
        let relation = closest.entry(&member.id).or_insert(member.relation);
        *relation = member.relation.min(*relation);
    }
    let count =
        |wanted: &[MemberRelation]| closest.values().filter(|r| wanted.contains(r)).count() as u64;
    Summary {
        documents: corpus.len() as u64,
        bytes: corpus.bytes(),
        clusters: clusters.len() as u64,
        exact: count(&[MemberRelation::Exact]),
        near: count(&[MemberRelation::Near]),
        contained: count(&[MemberRelation::Contains, MemberRelation::Contained]),
        overlaps: matches
            .iter()
            .filter(|m| m.relation == Relation::Overlap)
            .count() as u64,
        unique: (corpus.len() - closest.len()) as u64,
        ..Summary::default()
    }
}

/// Four decimals: what the report promises to mean.
pub(super) fn rounded(ratio: f64) -> f64 {
    (ratio * 1e4).round() / 1e4
}

/// First 12 hex digits of the XXH3-128 of the member ids, sorted, each ended by a newline.
fn cluster_id(members: &[Member]) -> String {
    let mut ids: Vec<&str> = members.iter().map(|m| m.id.as_str()).collect();
    ids.sort_unstable();
    let mut bytes = ids.join("\n").into_bytes();
    bytes.push(b'\n');
    let mut hex = format!("{:032x}", xxh3_128(&bytes));
    hex.truncate(12);
    hex
}
