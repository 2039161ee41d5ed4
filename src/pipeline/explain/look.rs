//! One pair, looked at with what each stage knows.

use super::study::Study;
use super::{AlignedPassage, Examined, Explanation, Sketches};
use crate::pipeline::propose::{Proposal, needed};
use crate::pipeline::read;
use crate::pipeline::verification::{BLANK_LEFT, BLANK_RIGHT, Verification};
use dedupe_core::cluster::Verifier;
use dedupe_core::model::Pair;
use dedupe_core::model::{DocumentIndex, Match, Passage, Relation, Span};
use dedupe_core::sketch::minhash::Signature;
use dedupe_core::text::shingles::shingles;
use dedupe_core::verify::align::{Aligner, Block, Buffers};
use dedupe_core::verify::relation::decide;
use std::collections::{HashMap, HashSet};

/// Everything that one pair is looked at with.
pub(super) struct Look<'a> {
    pub(super) study: &'a Study<'a>,
    /// The document that stands for an exact copy.
    pub(super) stands_for: HashMap<DocumentIndex, DocumentIndex>,
    pub(super) proposal: &'a Proposal,
    pub(super) verification: Verification<'a>,
    pub(super) texts: HashMap<DocumentIndex, String>,
}

impl Look<'_> {
    pub(super) fn pair(&self, left: DocumentIndex, right: DocumentIndex) -> Explanation {
        let settings = self.study.settings;
        let verification = &self.verification;
        let (mut left_buffer, mut right_buffer) = (Vec::new(), Vec::new());
        let left_words = verification.words(left, BLANK_LEFT, &mut left_buffer);
        let right_words = verification.words(right, BLANK_RIGHT, &mut right_buffer);
        let mut buffers = Buffers::default();
        let mut alignment =
            Aligner::new(&left_words, settings.shingle, &mut buffers).align(&right_words);
        let sides = (
            verification.side(left, &left_words),
            verification.side(right, &right_words),
        );
        let decision = decide(sides.0, sides.1, &alignment, settings.thresholds());
        alignment.blocks.sort_by_key(|b| b.left.begin);
        let effective_lengths = [left, right].map(|d| verification.effective_length(d));
        let words = alignment
            .aligned()
            .min(effective_lengths[0])
            .min(effective_lengths[1]);
        let share = |of: u32| f64::from(words) / f64::from(of.max(1));
        let lengths = alignment.blocks.iter().map(|b| b.aligned);
        Explanation {
            left: self.examined(left),
            right: self.examined(right),
            relation: self.relation(left, right),
            threshold: settings.threshold,
            needed: decision.required_containment,
            form: decision.is_template,
            min_passage: settings.min_passage,
            words: u64::from(words),
            longest_run: u64::from(alignment.longest_run),
            longest_passage: u64::from(lengths.max().unwrap_or(0)),
            resemblance: share((effective_lengths[0] + effective_lengths[1]).saturating_sub(words)),
            containment_left: share(effective_lengths[0]),
            containment_right: share(effective_lengths[1]),
            sketches: self.sketches(left, right),
            passages: self.passages(left, right, &alignment.blocks),
        }
    }

    /// As a run finds it: the document that was read first stands left.
    fn relation(&self, left: DocumentIndex, right: DocumentIndex) -> Option<Relation> {
        let digest = |d| self.study.corpus.digest(d);
        if digest(left) == digest(right) {
            return Some(Relation::Exact);
        }
        let (lower, higher) = (left.min(right), left.max(right));
        let Ok(found) = self.verification.verify(&[(lower, higher)]);
        let found = found.into_iter().next()??;
        let found = if lower == left {
            found
        } else {
            Match::reversed(found)
        };
        Some(found.relation)
    }

    fn examined(&self, document: DocumentIndex) -> Examined {
        let corpus = &self.study.corpus;
        let record = corpus.record(document);
        let text = |field: Option<&str>| field.map(str::to_owned);
        let words = u64::from(corpus.word_count(document));
        let blank = self.verification.boilerplate.passages.of(document);
        Examined {
            id: self.study.id(document).to_owned(),
            path: read::path(&self.study.inputs, &record).to_owned(),
            title: text(record.title),
            source: text(record.source),
            date: text(record.date),
            words,
            boilerplate_words: words - u64::from(self.verification.effective_length(document)),
            boilerplate: corpus.spans(document, blank),
            text: self.texts.get(&document).cloned().unwrap_or_default(),
        }
    }

    fn passages(
        &self,
        left: DocumentIndex,
        right: DocumentIndex,
        blocks: &[Block],
    ) -> Vec<AlignedPassage> {
        let corpus = &self.study.corpus;
        let lefts: Vec<Passage> = blocks.iter().map(|b| b.left).collect();
        let rights: Vec<Passage> = blocks.iter().map(|b| b.right).collect();
        let spans = (corpus.spans(left, &lefts).into_iter()).zip(corpus.spans(right, &rights));
        let passage = |((left, right), block): ((Span, Span), &Block)| AlignedPassage {
            left,
            right,
            words: u64::from(block.aligned),
            equal: u64::from(block.equal),
        };
        spans.zip(blocks).map(passage).collect()
    }

    fn sketches(&self, left: DocumentIndex, right: DocumentIndex) -> Sketches {
        let sketcher = self.study.settings.sketcher();
        let words = [left, right].map(|d| self.study.corpus.words(d));
        let sets = [&words[0], &words[1]].map(|words| {
            let mut hashes = Vec::new();
            shingles(words, sketcher.shingle, &mut hashes);
            hashes
        });
        let signatures = [&sets[0], &sets[1]].map(|hashes| Signature::of(hashes));
        let [of_left, of_right] = sets.map(|hashes| hashes.into_iter().collect::<HashSet<u64>>());
        let prints = [&words[0], &words[1]].map(|words| -> HashSet<u64> {
            sketcher
                .fingerprints(words)
                .into_iter()
                .map(|f| f.hash)
                .collect()
        });
        let buckets = signatures.clone().map(|signature| {
            let mut buckets = Vec::new();
            if let Some(signature) = signature {
                sketcher
                    .bands
                    .buckets(&signature, |hash| buckets.push(hash));
            }
            buckets
        });
        let resemblance = jaccard(&of_left, &of_right);
        let shared = prints[0].intersection(&prints[1]).count() as u64;
        let [a, b] = &signatures;
        Sketches {
            fingerprints_left: prints[0].len() as u64,
            fingerprints_right: prints[1].len() as u64,
            fingerprints_shared: shared,
            fingerprints_counted: self.effective_lengths(left, right, shared),
            fingerprints_needed: u64::from(needed(&self.proposal.counts, Pair::new(left, right))),
            buckets_shared: (buckets[0].iter().zip(&buckets[1]))
                .filter(|(a, b)| a == b)
                .count() as u64,
            buckets: sketcher.bands.bands as u64,
            shingle_resemblance: resemblance,
            signature_resemblance: a
                .as_ref()
                .zip(b.as_ref())
                .map_or(0.0, |(a, b)| a.resemblance(b)),
            bucket_probability: sketcher.bands.probability(resemblance),
            proposed: self.is_proposed(left, right),
        }
    }

    /// The documents that the run compares for these two.
    fn standing(&self, left: DocumentIndex, right: DocumentIndex) -> [DocumentIndex; 2] {
        [left, right].map(|d| self.stands_for.get(&d).copied().unwrap_or(d))
    }

    /// Candidate fingerprints, as the run counts them; `all`: without regard to crowds. Of pairs that share
    /// too few the run keeps no count.
    fn effective_lengths(&self, left: DocumentIndex, right: DocumentIndex, all: u64) -> u64 {
        let [a, b] = self.standing(left, right);
        let pair = Pair::new(a, b);
        let shared = &self.proposal.shared;
        let found = shared.binary_search_by_key(&pair, |s| s.pair);
        let found = found.ok().and_then(|at| shared.get(at));
        let few = u64::from(needed(&self.proposal.counts, pair)) - 1;
        found.map_or(all.min(few), |s| u64::from(s.count))
    }

    fn is_proposed(&self, left: DocumentIndex, right: DocumentIndex) -> bool {
        let [a, b] = self.standing(left, right);
        a == b || self.proposal.pairs.binary_search(&Pair::new(a, b)).is_ok()
    }
}

fn jaccard(a: &HashSet<u64>, b: &HashSet<u64>) -> f64 {
    let shared = a.intersection(b).count();
    shared as f64 / (a.len() + b.len() - shared).max(1) as f64
}
