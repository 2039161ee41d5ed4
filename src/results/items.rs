//! Makes the items of the report, one at a time: word passages become byte spans, indices become ids.

use super::clusters::{DocumentLookup, ListedCluster, ListedMember};
use super::origin::{self, DatedMember};
use super::reissue::reissued_after_days;
use super::rounded;
use crate::corpus::{DocumentRecord, SpillError};
use crate::reading::path;
use crate::reading::publishers;
use dedupe_core::evidence::boilerplate::BoilerplatePassage;
use dedupe_core::model::{DocumentIndex, Match, Passage, Span};
use dedupe_formats::Input;
use dedupe_report::{self as report, Cluster, Member, MemberRelation, SpanPair};
use rayon::prelude::*;

/// Makes items of the report.
#[derive(Clone, Copy)]
pub(super) struct ItemBuilder<'a> {
    pub(super) lookup: DocumentLookup<'a>,
    pub(super) inputs: &'a [Input],
    /// By document: its number of words.
    pub(super) lengths: &'a [u32],
}

/// A boilerplate passage without its excerpt.
pub(super) struct BoilerplateItem {
    pub(super) document: DocumentIndex,
    pub(super) span: Span,
    words: u64,
    documents: u64,
    sources: Vec<String>,
}

impl BoilerplateItem {
    pub(super) fn with_excerpt(self, excerpt: String) -> report::Boilerplate {
        report::Boilerplate {
            excerpt,
            words: self.words,
            documents: self.documents,
            sources: self.sources,
        }
    }
}

impl ItemBuilder<'_> {
    /// A match, whose left document has the lower id.
    pub(super) fn match_item(&self, m: &Match) -> Result<report::Match, SpillError> {
        let corpus = self.lookup.corpus;
        let (left, right): (Vec<Passage>, Vec<Passage>) = m.passages.iter().copied().unzip();
        let spans = (corpus.spans(m.left, &left)?.into_iter())
            .zip(corpus.spans(m.right, &right)?)
            .map(|(left, right)| SpanPair { left, right })
            .collect();
        Ok(report::Match {
            left: self.lookup.id(m.left).to_owned(),
            right: self.lookup.id(m.right).to_owned(),
            relation: m.relation,
            same_source: self.lookup.same_source(m.left, m.right),
            resemblance: rounded(m.resemblance),
            containment_left: rounded(m.containment_left),
            containment_right: rounded(m.containment_right),
            words: u64::from(m.aligned),
            longest_run: u64::from(m.longest_run),
            spans,
        })
    }

    /// A cluster. Origin and sources are those of the listed members. If a filter removed the origin of the whole
    /// cluster, the rest has none.
    pub(super) fn cluster(&self, cluster: &ListedCluster) -> Result<Cluster, SpillError> {
        let representative = cluster.representative;
        let story = self.story_in_representative(cluster);
        let mut listed = self.lookup.all_members(representative, &cluster.evidence);
        let mut members: Vec<DatedMember> = (listed.iter())
            .map(|member| self.member(member, representative, &story))
            .collect::<Result<_, _>>()?;
        let mut origin = origin::origin(&members);
        for removed in &cluster.removed {
            let stays =
                |member: &ListedMember<'_>| removed.binary_search(&member.document).is_err();
            let mut staying = listed.iter().map(stays);
            members.retain(|_| staying.next() == Some(true));
            listed.retain(stays);
            let before = origin.take();
            origin = origin::origin(&members)
                .filter(|origin| before.is_some_and(|before| before.id == origin.id));
        }
        let documents = || listed.iter().map(|member| member.document);
        let publishers = self.lookup.publishers;
        let issues = documents()
            .zip(&members)
            .map(|(document, dated)| (publishers.number_ignoring_case(document), dated.published));
        let agencies = origin::all_agencies(&members);
        Ok(Cluster {
            id: cluster.id(),
            size: cluster.size,
            representative: self.lookup.id(representative).to_owned(),
            origin,
            publishers: publishers.count(documents()) as u64,
            reissued_after_days: reissued_after_days(issues),
            sources: origin::independent_sources(&members, &agencies),
            agencies: agencies.into_iter().collect(),
            members: members.into_iter().map(|dated| dated.member).collect(),
        })
    }

    /// Where the story begins in the representative.
    pub(super) fn story_begin(&self, cluster: &ListedCluster) -> Result<Option<Span>, SpillError> {
        let passages = self.story_in_representative(cluster);
        let spans = self
            .lookup
            .corpus
            .spans(cluster.representative, &passages)?;
        Ok(spans.first().copied())
    }

    /// The passages of the representative that other members have; all of it if they are exact copies. Sorted and
    /// disjoint.
    fn story_in_representative(&self, cluster: &ListedCluster) -> Vec<Passage> {
        let mut passages: Vec<Passage> = (cluster.evidence.iter())
            .flat_map(|m| m.passages.iter().map(|p| p.1))
            .collect();
        if passages.is_empty() {
            let end = self.lookup.corpus.word_count(cluster.representative);
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

    /// The boilerplate passages, without excerpts.
    pub(super) fn boilerplate(
        &self,
        found: &[BoilerplatePassage],
    ) -> Result<Vec<BoilerplateItem>, SpillError> {
        let items: Vec<Option<BoilerplateItem>> = found
            .par_iter()
            .map(|passage| self.boilerplate_item(passage))
            .collect::<Result<_, SpillError>>()?;
        Ok(items.into_iter().flatten().collect())
    }

    fn boilerplate_item(
        &self,
        found: &BoilerplatePassage,
    ) -> Result<Option<BoilerplateItem>, SpillError> {
        let DocumentLookup {
            corpus,
            exact,
            publishers,
            ..
        } = self.lookup;
        let carriers = || (found.documents.iter()).flat_map(|&d| exact.with_copies(d));
        let spans = corpus.spans(found.document, &[found.passage])?;
        Ok(spans.first().map(|&span| BoilerplateItem {
            document: found.document,
            span,
            words: u64::from(found.passage.len()),
            documents: carriers().count() as u64,
            sources: publishers.names(carriers(), corpus, self.inputs),
        }))
    }

    /// A member. `story`: the passages of the story in the representative.
    fn member(
        &self,
        member: &ListedMember<'_>,
        representative: DocumentIndex,
        story: &[Passage],
    ) -> Result<DatedMember, SpillError> {
        let ListedMember {
            document,
            relation,
            evidence,
        } = *member;
        let record = self.lookup.corpus.record(document);
        let owned = |field: Option<&str>| field.map(str::to_owned);
        let mut passages = evidence.map_or_else(
            || story.to_vec(),
            |m| m.passages.iter().map(|p| p.0).collect(),
        );
        passages.sort_unstable();
        let story_words: u32 = passages.iter().map(|p| p.len()).sum();
        let length = self.lengths[document.index()].max(1);
        let story_share = (f64::from(story_words) / f64::from(length)).min(1.0);
        let member = Member {
            id: record.id.to_owned(),
            path: path(self.inputs, &record).to_owned(),
            title: owned(record.title),
            source: owned(publishers::stated(&record)),
            date: owned(record.date),
            url: owned(record.url),
            byline: owned(record.byline),
            language: owned(record.language),
            credit: owned(record.credit),
            dateline: record.dateline(),
            version: owned(record.version),
            status: owned(record.status),
            extraction: record.report_extraction(),
            relation,
            same_source: relation != MemberRelation::Representative
                && self.lookup.same_source(document, representative),
            spans: self.lookup.corpus.spans(document, &passages)?,
            words: u64::from(self.lookup.corpus.word_count(document)),
            digest: digest(&record),
            containment: rounded(evidence.map_or(story_share, |e| e.containment_left)),
            containment_representative: rounded(evidence.map_or(1.0, |e| e.containment_right)),
            resemblance: rounded(evidence.map_or(1.0, |e| e.resemblance)),
        };
        Ok(DatedMember {
            member,
            published: record.published,
        })
    }
}

/// The digest of a document's words, as the report writes it.
pub(super) fn digest(record: &DocumentRecord<'_>) -> String {
    format!("{:032x}", record.digest)
}
