//! Findings to the report's terms, one at a time: word passages become byte spans, indices become ids.

use super::origin;
use super::outline::{Documents, Outline, Part};
use super::read::path;
use super::sources;
use dedupe_core::model::{DocumentIndex, Match, Passage, Span};
use dedupe_core::verify::boilerplate::BoilerplatePassage;
use dedupe_formats::Input;
use dedupe_report::{self as report, Cluster, Member, MemberRelation, SpanPair};
use rayon::prelude::*;

/// What turns findings into the report's terms.
#[derive(Clone, Copy)]
pub(super) struct Assembly<'a> {
    pub(super) documents: Documents<'a>,
    pub(super) inputs: &'a [Input],
    /// Words of each document that are no boilerplate.
    pub(super) effective_lengths: &'a [u32],
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
    /// A match that is listed, whose left document has the lower id.
    pub(super) fn one_match(&self, m: &Match) -> report::Match {
        let corpus = self.documents.corpus;
        let (left, right): (Vec<Passage>, Vec<Passage>) = m.passages.iter().copied().unzip();
        let spans = (corpus.spans(m.left, &left).into_iter())
            .zip(corpus.spans(m.right, &right))
            .map(|(left, right)| SpanPair { left, right })
            .collect();
        report::Match {
            left: self.documents.id(m.left).to_owned(),
            right: self.documents.id(m.right).to_owned(),
            relation: m.relation,
            same_source: self.documents.same_source(m.left, m.right),
            resemblance: rounded(m.resemblance),
            containment_left: rounded(m.containment_left),
            containment_right: rounded(m.containment_right),
            words: u64::from(m.aligned),
            longest_run: u64::from(m.longest_run),
            spans,
        }
    }

    /// A cluster. What is said of it is said of the members that are listed; but where all of them come
    /// from one that is not listed, none of the rest is their origin.
    pub(super) fn cluster(&self, outline: &Outline) -> Cluster {
        let Outline {
            representative,
            evidence,
            left_out,
            ..
        } = outline;
        let story_there = self.story_in_representative(*representative, evidence);
        let mut parts = self.documents.story(*representative, evidence);
        let mut members: Vec<Member> = (parts.iter())
            .map(|part| self.member(part, *representative, &story_there))
            .collect();
        let mut origin = origin::origin(&members);
        for documents in left_out {
            let stays = |part: &Part<'_>| documents.binary_search(&part.document).is_err();
            let mut staying = parts.iter().map(stays);
            members.retain(|_| staying.next() == Some(true));
            parts.retain(stays);
            let whole = origin.take();
            origin = origin::origin(&members)
                .filter(|left| whole.is_some_and(|whole| whole.id == left.id));
        }
        Cluster {
            id: outline.id(),
            size: outline.size,
            representative: self.documents.id(*representative).to_owned(),
            origin,
            sources: origin::independent(&members),
            members,
        }
    }

    /// Where the story begins in the representative.
    pub(super) fn beginning(&self, outline: &Outline) -> Option<Span> {
        let document = outline.representative;
        let passages = self.story_in_representative(document, &outline.evidence);
        let spans = self.documents.corpus.spans(document, &passages);
        spans.first().copied()
    }

    /// The passages of the representative that other members carry; all of it where they are exact.
    fn story_in_representative(&self, document: DocumentIndex, evidence: &[Match]) -> Vec<Passage> {
        let mut passages: Vec<Passage> = (evidence.iter())
            .flat_map(|m| m.passages.iter().map(|p| p.1))
            .collect();
        if passages.is_empty() {
            let end = self.documents.corpus.word_count(document);
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
    pub(super) fn notices(&self, found: &[BoilerplatePassage]) -> Vec<Unread> {
        found
            .par_iter()
            .filter_map(|notice| self.notice(notice))
            .collect()
    }

    fn notice(&self, notice: &BoilerplatePassage) -> Option<Unread> {
        let Documents {
            corpus,
            groups,
            publishers,
            ..
        } = self.documents;
        let carriers = || notice.documents.iter().flat_map(|&d| groups.all(d));
        let spans = corpus.spans(notice.document, &[notice.passage]);
        Some(Unread {
            document: notice.document,
            span: *spans.first()?,
            words: u64::from(notice.passage.len()),
            documents: carriers().count() as u64,
            sources: publishers.names(carriers(), corpus, self.inputs),
        })
    }

    /// A member; `story_there`: what the representative has of the story.
    fn member(
        &self,
        part: &Part<'_>,
        representative: DocumentIndex,
        story_there: &[Passage],
    ) -> Member {
        let Part {
            document,
            relation,
            evidence,
        } = *part;
        let record = self.documents.corpus.record(document);
        let text = |field: Option<&str>| field.map(str::to_owned);
        let mut passages = evidence.map_or_else(
            || story_there.to_vec(),
            |m| m.passages.iter().map(|p| p.0).collect(),
        );
        passages.sort_unstable();
        let story: u32 = passages.iter().map(|p| p.len()).sum();
        let own = f64::from(story) / f64::from(self.effective_lengths[document.index()].max(1));
        Member {
            id: record.id.to_owned(),
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
            relation,
            same_source: relation != MemberRelation::Representative
                && self.documents.same_source(document, representative),
            spans: self.documents.corpus.spans(document, &passages),
            words: u64::from(self.documents.corpus.word_count(document)),
            containment: rounded(evidence.map_or(own.min(1.0), |e| e.containment_left)),
            containment_representative: rounded(evidence.map_or(1.0, |e| e.containment_right)),
            resemblance: rounded(evidence.map_or(1.0, |e| e.resemblance)),
        }
    }
}

/// Four decimals: what the report promises to mean.
pub(super) fn rounded(ratio: f64) -> f64 {
    (ratio * 1e4).round() / 1e4
}
