//! Makes the items of the report, one at a time: word passages become byte spans, indices become ids.

use super::clusters::{DocumentLookup, ListedCluster, ListedMember};
use super::origin::{self, DatedMember};
use super::parts::{self, MemberFacts};
use crate::corpus::SpillError;
use crate::reading::path;
use dedupe_core::evidence::boilerplate::BoilerplatePassage;
use dedupe_core::model::{DocumentIndex, Match, Passage, Span};
use dedupe_formats::Input;
use dedupe_report::{self as report, Cluster};
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
        let spans = [corpus.spans(m.left, &left)?, corpus.spans(m.right, &right)?];
        let ids = [self.lookup.id(m.left), self.lookup.id(m.right)];
        let same_source = self.lookup.same_source(m.left, m.right);
        let path_and_digest = |document| {
            let record = corpus.record(document);
            (path(self.inputs, &record), record.digest)
        };
        Ok(parts::match_item(
            m,
            ids,
            same_source,
            spans,
            path_and_digest,
        ))
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
        let publishers = self.lookup.publishers;
        let publishers: Vec<u32> = (listed.iter())
            .map(|member| publishers.number_ignoring_case(member.document))
            .collect();
        Ok(parts::cluster(cluster.id(), members, &publishers, origin))
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

    /// The passages of the representative that other members have; see [`parts::story`].
    fn story_in_representative(&self, cluster: &ListedCluster) -> Vec<Passage> {
        let words = self.lookup.corpus.word_count(cluster.representative);
        parts::story(cluster.evidence.iter(), words)
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
        let facts = MemberFacts {
            record,
            path: path(self.inputs, &record),
            words: self.lengths[document.index()],
            relation,
            same_source: self.lookup.same_source(document, representative),
            evidence,
        };
        let passages = facts.passages(story);
        let spans = self.lookup.corpus.spans(document, &passages)?;
        Ok(facts.member(&passages, spans))
    }
}
