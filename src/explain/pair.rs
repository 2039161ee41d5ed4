//! Examines one pair with what each stage knows.

use super::explanation::{AlignedPassage, Examined, Explanation, PairSketches};
use crate::corpus::SpillError;
use crate::error::Error;
use crate::matching::candidates::{Candidates, required_fingerprints};
use crate::matching::verification::Verification;
use crate::reading::Reading;
use crate::settings::Rules;
use dedupe_core::align::{Aligner, Alignment, Block, Buffers};
use dedupe_core::cluster::Verifier;
use dedupe_core::evidence::boilerplate::Boilerplate;
use dedupe_core::evidence::model::Evidence;
use dedupe_core::evidence::word_weights::WordWeights;
use dedupe_core::model::Pair;
use dedupe_core::model::{DocumentIndex, Match, Passage, Relation, Span};
use dedupe_core::sketch::minhash::Signature;
use dedupe_core::text::shingles::shingles;
use dedupe_core::verify::relation::evidence;
use std::collections::{HashMap, HashSet};

/// Examines pairs of a corpus.
pub(super) struct PairExaminer<'a> {
    pub(super) rules: &'a Rules,
    pub(super) reading: &'a Reading,
    /// The leader of each collapsed exact copy.
    pub(super) leaders: HashMap<DocumentIndex, DocumentIndex>,
    pub(super) candidates: &'a Candidates,
    /// All matches of the run, sorted by pair: those of candidates, and those that clustering found.
    pub(super) matches: &'a [Match],
    pub(super) verification: Verification<'a>,
    pub(super) boilerplate: &'a Boilerplate,
    /// The texts of the documents that could be read a second time.
    pub(super) texts: HashMap<DocumentIndex, String>,
}

impl PairExaminer<'_> {
    pub(super) fn explain(
        &self,
        left: DocumentIndex,
        right: DocumentIndex,
    ) -> Result<Explanation, Error> {
        let corpus = &self.reading.corpus;
        let (relation, [a, b]) = self.relation(left, right)?;
        let (mut alignment, evidence) = self.evidence(a, b)?;
        // The document that a run compares as the left one may stand on the right of the explanation.
        if self.compared(left, right) != [a, b] {
            for block in &mut alignment.blocks {
                (block.left, block.right) = (block.right, block.left);
            }
        }
        alignment.blocks.sort_by_key(|block| block.left.begin);
        let lengths = [left, right].map(|d| corpus.word_count(d));
        let words = alignment.equal().min(lengths[0]).min(lengths[1]);
        let share = |of: u32| f64::from(words) / f64::from(of.max(1));
        let longest_passage = alignment.blocks.iter().map(|block| block.aligned).max();
        Ok(Explanation {
            left: self.examined(left)?,
            right: self.examined(right)?,
            days_apart: self.verification.dates.days_apart(left, right),
            within: self.rules.within,
            relation,
            threshold: self.rules.threshold,
            evidence: (relation != Some(Relation::Exact)).then(|| evidence.into()),
            min_passage: self.rules.min_passage,
            words: u64::from(words),
            longest_run: u64::from(alignment.longest_run()),
            longest_passage: u64::from(longest_passage.unwrap_or(0)),
            resemblance: share((lengths[0] + lengths[1]).saturating_sub(words)),
            containment_left: share(lengths[0]),
            containment_right: share(lengths[1]),
            sketches: self.sketches(left, right)?,
            passages: self.passages(left, right, &alignment.blocks)?,
        })
    }

    /// The relation that a run finds or, of a pair that it does not compare, would find. With the documents that are compared
    /// for it, the left one first: a run compares the leader instead of a collapsed copy, and clusters may compare a page as
    /// the left document. Which document is the left one can change the alignment.
    fn relation(
        &self,
        left: DocumentIndex,
        right: DocumentIndex,
    ) -> Result<(Option<Relation>, [DocumentIndex; 2]), Error> {
        let [a, b] = self.compared(left, right);
        let in_order = [a.min(b), a.max(b)];
        let found = match self.match_of(a, b) {
            Some(found) => Some(found.clone()),
            None => {
                let [first, second] = in_order;
                let verified = self.verification.verify(&[(first, second)])?;
                let found = verified.into_iter().next().flatten();
                found.map(|found| Match {
                    left: first,
                    right: second,
                    ..found
                })
            }
        };
        let Some(found) = found else {
            return Ok((None, in_order));
        };
        let relation = match found.left == a {
            true => found.relation,
            false => found.relation.reversed(),
        };
        Ok((Some(relation), [found.left, found.right]))
    }

    /// The alignment of two documents, and the evidence that they are one piece of news.
    fn evidence(
        &self,
        left: DocumentIndex,
        right: DocumentIndex,
    ) -> Result<(Alignment, Evidence), Error> {
        let verification = &self.verification;
        let corpus = &self.reading.corpus;
        let (left_words, right_words) = (corpus.words(left)?, corpus.words(right)?);
        let mut buffers = Buffers::default();
        let alignment =
            Aligner::new(&left_words, self.rules.shingle, &mut buffers).align(&right_words);
        let (mut left_weights, mut right_weights) = (WordWeights::full(), WordWeights::full());
        verification.weigh(left, &mut left_weights)?;
        verification.weigh(right, &mut right_weights)?;
        let left_rare = verification.rare_words(&left_words);
        let right_rare = verification.rare_words(&right_words);
        let evidence = evidence(
            verification.view(left, &left_words, &left_weights, &left_rare),
            verification.view(right, &right_words, &right_weights, &right_rare),
            &alignment,
            self.rules.thresholds(),
        );
        Ok((alignment, evidence))
    }

    /// The match that a run finds.
    fn match_of(&self, a: DocumentIndex, b: DocumentIndex) -> Option<&Match> {
        let pair = Pair::new(a, b);
        let found = (self.matches).binary_search_by_key(&pair, |m| Pair::new(m.left, m.right));
        self.matches.get(found.ok()?)
    }

    fn examined(&self, document: DocumentIndex) -> Result<Examined, SpillError> {
        let corpus = &self.reading.corpus;
        let record = corpus.record(document);
        let owned = |field: Option<&str>| field.map(str::to_owned);
        let words = u64::from(corpus.word_count(document));
        let boilerplate = self.boilerplate.passages.of(document);
        Ok(Examined {
            id: record.id.to_owned(),
            path: self.reading.path(&record).to_owned(),
            title: owned(record.title),
            source: owned(record.source),
            date: owned(record.date),
            extraction: record.report_extraction(),
            words,
            boilerplate_words: boilerplate.iter().map(|p| u64::from(p.len())).sum(),
            boilerplate: corpus.spans(document, boilerplate)?,
            text: self.texts.get(&document).cloned(),
        })
    }

    fn passages(
        &self,
        left: DocumentIndex,
        right: DocumentIndex,
        blocks: &[Block],
    ) -> Result<Vec<AlignedPassage>, SpillError> {
        let corpus = &self.reading.corpus;
        let lefts: Vec<Passage> = blocks.iter().map(|b| b.left).collect();
        let rights: Vec<Passage> = blocks.iter().map(|b| b.right).collect();
        let spans = (corpus.spans(left, &lefts)?.into_iter()).zip(corpus.spans(right, &rights)?);
        let passage = |((left, right), block): ((Span, Span), &Block)| AlignedPassage {
            left,
            right,
            words: u64::from(block.aligned),
            equal: u64::from(block.equal),
        };
        Ok(spans.zip(blocks).map(passage).collect())
    }

    fn sketches(
        &self,
        left: DocumentIndex,
        right: DocumentIndex,
    ) -> Result<PairSketches, SpillError> {
        let sketcher = self.rules.sketcher();
        let corpus = &self.reading.corpus;
        let words = [corpus.words(left)?, corpus.words(right)?];
        let hashes = [&words[0], &words[1]].map(|words| {
            let mut hashes = Vec::new();
            shingles(words, sketcher.shingle, &mut hashes);
            hashes
        });
        let signatures = [&hashes[0], &hashes[1]].map(|hashes| Signature::of(hashes));
        let shingle_sets = hashes.map(|hashes| hashes.into_iter().collect::<HashSet<u64>>());
        let fingerprints = [&words[0], &words[1]].map(|words| -> HashSet<u64> {
            (sketcher.fingerprints(words).into_iter())
                .map(|fingerprint| fingerprint.hash)
                .collect()
        });
        let buckets = signatures.clone().map(|signature| {
            let mut buckets = Vec::new();
            if let Some(signature) = signature {
                (sketcher.bands).buckets(&signature, |hash| buckets.push(hash));
            }
            buckets
        });
        let resemblance = jaccard(&shingle_sets[0], &shingle_sets[1]);
        let shared = fingerprints[0].intersection(&fingerprints[1]).count() as u64;
        let counts = &self.candidates.fingerprint_counts;
        let [a, b] = &signatures;
        let estimate = a.as_ref().zip(b.as_ref()).map(|(a, b)| a.resemblance(b));
        Ok(PairSketches {
            fingerprints_left: fingerprints[0].len() as u64,
            fingerprints_right: fingerprints[1].len() as u64,
            fingerprints_shared: shared,
            fingerprints_counted: self.counted_fingerprints(left, right, shared),
            fingerprints_needed: u64::from(required_fingerprints(counts, Pair::new(left, right))),
            buckets_shared: (buckets[0].iter().zip(&buckets[1]))
                .filter(|(a, b)| a == b)
                .count() as u64,
            buckets: sketcher.bands.bands as u64,
            shingle_resemblance: resemblance,
            signature_resemblance: estimate.unwrap_or(0.0),
            bucket_probability: sketcher.bands.probability(resemblance),
            proposed: self.is_candidate(left, right),
            found_by_clustering: self.is_found_by_clustering(left, right),
        })
    }

    /// The documents that a run compares for this pair: the leader instead of each collapsed copy.
    fn compared(&self, left: DocumentIndex, right: DocumentIndex) -> [DocumentIndex; 2] {
        [left, right].map(|d| self.leaders.get(&d).copied().unwrap_or(d))
    }

    /// The shared fingerprints that candidate search counts. It forgets the count of pairs that share too few; of
    /// these, `shared` is known, and that the count is below the required number.
    fn counted_fingerprints(&self, left: DocumentIndex, right: DocumentIndex, shared: u64) -> u64 {
        let [a, b] = self.compared(left, right);
        let pair = Pair::new(a, b);
        let sharing = &self.candidates.sharing_pairs;
        let found = sharing.binary_search_by_key(&pair, |candidate| candidate.pair);
        let found = found.ok().and_then(|at| sharing.get(at));
        let counts = &self.candidates.fingerprint_counts;
        let too_few = u64::from(required_fingerprints(counts, pair)) - 1;
        found.map_or(shared.min(too_few), |candidate| u64::from(candidate.count))
    }

    fn is_candidate(&self, left: DocumentIndex, right: DocumentIndex) -> bool {
        let [a, b] = self.compared(left, right);
        let pairs = &self.candidates.pairs;
        a == b || pairs.binary_search(&Pair::new(a, b)).is_ok()
    }

    fn is_found_by_clustering(&self, left: DocumentIndex, right: DocumentIndex) -> bool {
        let [a, b] = self.compared(left, right);
        !self.is_candidate(left, right) && self.match_of(a, b).is_some()
    }
}

fn jaccard(a: &HashSet<u64>, b: &HashSet<u64>) -> f64 {
    let shared = a.intersection(b).count();
    shared as f64 / (a.len() + b.len() - shared).max(1) as f64
}
