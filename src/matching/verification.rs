//! Verification: candidate pairs to matches. Pairs are grouped by the left document, whose index is built once for the
//! group. Pairs whose right document is much longer are grouped by the right document, which is indexed too. So a page
//! is not read once for each of its stories.

use super::Learnt;
use super::dates::Dates;
use crate::corpus::{Corpus, SpillError};
use crate::error::Error;
use crate::progress::{Progress, check_cancelled};
use crate::settings::Rules;
use dedupe_core::align::{Aligner, Alignment, Buffers, Indexed};
use dedupe_core::cluster::Verifier;
use dedupe_core::evidence::common_words::RareWords;
use dedupe_core::evidence::dictionary::Dictionary;
use dedupe_core::evidence::document_view::DocumentView;
use dedupe_core::evidence::word_weights::WordWeights;
use dedupe_core::model::Pair;
use dedupe_core::model::{DocumentIndex, Match};
use dedupe_core::verify::prefilter::{FingerprintPositions, Needed, Prefilter};
use dedupe_core::verify::relation::{Thresholds, classify, exact_match};
use rayon::prelude::*;

/// Number of pairs from which a group is full, if their other documents have as many words as the shared one. A thread
/// verifies one group at a time.
const GROUP_SIZE: usize = 64;
/// How many times longer than its left document the right document of a pair may be before it is indexed.
const LONG_RIGHT: u32 = 8;
/// Groups that are verified before their matches are added to the list. Until then each match is in memory twice.
const GROUPS_AT_ONCE: usize = 1 << 14;

/// Verifies pairs of a corpus.
pub(crate) struct Verification<'a> {
    pub(crate) corpus: &'a Corpus,
    dictionary: &'a Dictionary,
    pub(crate) dates: &'a Dates,
    pub(crate) shingle: u32,
    pub(crate) thresholds: Thresholds,
    progress: &'a dyn Progress,
}

impl<'a> Verification<'a> {
    /// The progress counts pairs in [`Verification::matches`], and documents while clusters form.
    pub(crate) fn new(
        corpus: &'a Corpus,
        learnt: &'a Learnt,
        rules: &Rules,
        progress: &'a dyn Progress,
    ) -> Self {
        let Learnt {
            dictionary, dates, ..
        } = learnt;
        Self {
            corpus,
            dictionary,
            dates,
            shingle: rules.shingle,
            thresholds: rules.thresholds(),
            progress,
        }
    }

    /// The matches among `pairs`, in the same order. `pairs` must be sorted.
    pub(crate) fn matches(&self, pairs: &[Pair]) -> Result<Vec<Match>, Error> {
        let groups = self.groups(pairs, |pair| (pair.lower(), pair.higher()));
        let mut matches = Vec::new();
        for groups in groups.chunks(GROUPS_AT_ONCE) {
            let found = groups
                .par_iter()
                .map_init(VerifyBuffers::default, |buffers, group| {
                    check_cancelled(self.progress)?;
                    let rights = group.iter().map(|pair| pair.higher());
                    let found = match group.first() {
                        Some(first) => self.verify_group(first.lower(), rights, buffers)?,
                        None => vec![],
                    };
                    self.progress.advance(group.len() as u64, 0);
                    Ok(found.into_iter().flatten().collect::<Vec<Match>>())
                });
            let found: Vec<Vec<Match>> = found.collect::<Result<_, Error>>()?;
            matches.extend(found.into_iter().flatten());
        }
        let with_long_right = (pairs.par_iter())
            .map(|pair| (pair.lower(), pair.higher()))
            .filter(|&(left, right)| self.is_long_right(left, right));
        let with_long_right = with_long_right.map(|pair| ((), pair)).collect();
        let more = self.verify_long_rights(with_long_right)?;
        if !more.is_empty() {
            matches.extend(more.into_iter().map(|((), found)| found));
            matches.par_sort_unstable_by_key(|found| Pair::new(found.left, found.right));
        }
        Ok(matches)
    }

    /// The pairs in [`groups`]. `documents`: the document that the pairs of a group share, and the other one of the pair.
    fn groups<'p, P>(
        &self,
        pairs: &'p [P],
        documents: impl Fn(&P) -> (DocumentIndex, DocumentIndex),
    ) -> Vec<&'p [P]> {
        groups(pairs, documents, |document| {
            self.corpus.word_count(document)
        })
    }

    /// True if the right document of a pair is much longer than the left one.
    fn is_long_right(&self, left: DocumentIndex, right: DocumentIndex) -> bool {
        let words = |document| self.corpus.word_count(document);
        words(right) / LONG_RIGHT > words(left)
    }

    /// The matches among pairs with a long right document, in no particular order. Each pair comes with a key, and its
    /// match has the same one.
    fn verify_long_rights<K: Copy + Send + Sync>(
        &self,
        mut pairs: Vec<(K, (DocumentIndex, DocumentIndex))>,
    ) -> Result<Vec<(K, Match)>, Error> {
        pairs.par_sort_by_key(|&(_, (left, right))| (right, left));
        let groups = self.groups(&pairs, |&(_, (left, right))| (right, left));
        let found = groups.par_iter();
        let found = found.map_init(VerifyBuffers::default, |buffers, group| {
            check_cancelled(self.progress)?;
            Ok(self.verify_long_right(group, buffers)?)
        });
        let found: Vec<Vec<(K, Match)>> = found.collect::<Result<_, Error>>()?;
        Ok(found.into_iter().flatten().collect())
    }

    /// What a pair needs to be a match, or `None` if its fingerprints are too few to rule it out.
    fn needed(&self, left: DocumentIndex, right: DocumentIndex) -> Option<Needed> {
        let pair = [left, right];
        let fingerprints = pair.map(|d| self.corpus.fingerprint_count(d) as usize);
        let words = pair.map(|d| self.corpus.word_count(d));
        Needed::of_pair(&self.thresholds, fingerprints, words)
    }

    /// False if the dates of the pair, or its shared fingerprints, rule out that it matches.
    fn may_match(
        &self,
        prefilter: &Prefilter,
        left: DocumentIndex,
        right: DocumentIndex,
    ) -> Result<bool, SpillError> {
        if !self.dates.allow(left, right) {
            return Ok(false);
        }
        if self.has_same_words(left, right) {
            return Ok(true);
        }
        let Some(needed) = self.needed(left, right) else {
            return Ok(true);
        };
        let words = self.corpus.words(right)?;
        // The prefilter knows no fingerprint of the left document that is too common.
        let fingerprints = self.corpus.fingerprints(right)?;
        Ok(prefilter.may_match(&words, fingerprints, needed))
    }

    fn has_same_words(&self, left: DocumentIndex, right: DocumentIndex) -> bool {
        self.corpus.digest(left) == self.corpus.digest(right)
    }

    /// The fingerprints of a document without those that are too common. A pair needs this for one of its documents only.
    fn telling_fingerprints(
        &self,
        document: DocumentIndex,
    ) -> Result<impl Iterator<Item = (u32, u64)> + '_, SpillError> {
        let fingerprints = self.corpus.fingerprints(document)?;
        Ok(fingerprints.filter(|&(_, hash)| !self.dictionary.is_common(hash)))
    }

    /// Sets `weights` to those of a document.
    pub(crate) fn weigh(
        &self,
        document: DocumentIndex,
        weights: &mut WordWeights,
    ) -> Result<(), SpillError> {
        let fingerprints = self.corpus.fingerprints(document)?;
        weights.set(self.dictionary, self.shingle, fingerprints);
        Ok(())
    }

    /// The rare words of a document, which are found when they are needed.
    pub(crate) fn rare_words<'w>(&'w self, words: &'w [u32]) -> RareWords<'w> {
        RareWords::new(self.dictionary.common_words(), words)
    }

    pub(crate) fn view<'w>(
        &'w self,
        document: DocumentIndex,
        words: &'w [u32],
        weights: &'w WordWeights,
        rare_words: &'w RareWords<'w>,
    ) -> DocumentView<'w> {
        DocumentView {
            words,
            weights,
            rare_words,
            headline: self.corpus.title(document).unwrap_or_default(),
            day: self.dates.day(document),
        }
    }

    /// The match of `left` with each of `rights`, if there is one. Right documents that are long are left out.
    fn verify_group(
        &self,
        left: DocumentIndex,
        rights: impl Iterator<Item = DocumentIndex> + Clone,
        buffers: &mut VerifyBuffers,
    ) -> Result<Vec<Option<Match>>, SpillError> {
        let left_words = self.corpus.words(left)?;
        let prefilter = Prefilter::new(
            &left_words,
            self.telling_fingerprints(left)?,
            &mut buffers.fingerprints,
        );
        buffers.may_match.clear();
        for right in rights.clone() {
            let may_match =
                !self.is_long_right(left, right) && self.may_match(&prefilter, left, right)?;
            buffers.may_match.push(may_match);
        }
        if !buffers.may_match.contains(&true) {
            return Ok(buffers.may_match.iter().map(|_| None).collect());
        }
        let mut aligner = Aligner::new(&left_words, self.shingle, &mut buffers.alignment);
        self.weigh(left, &mut buffers.left_weights)?;
        let left_rare = self.rare_words(&left_words);
        let left_view = self.view(left, &left_words, &buffers.left_weights, &left_rare);
        let mut verify = |right: DocumentIndex| {
            if self.has_same_words(left, right) {
                let words = self.corpus.word_count(left);
                return Ok(Some(exact_match(left, right, words)));
            }
            let right_words = self.corpus.words(right)?;
            let alignment = aligner.align(&right_words);
            if !self.is_worth_judging(left, right, &alignment) {
                return Ok(None);
            }
            self.weigh(right, &mut buffers.right_weights)?;
            let right_rare = self.rare_words(&right_words);
            let right_view = self.view(right, &right_words, &buffers.right_weights, &right_rare);
            Ok(self.judge((left, left_view), (right, right_view), &alignment))
        };
        let pairs = rights.zip(&buffers.may_match);
        pairs
            .map(|(right, may_match)| if *may_match { verify(right) } else { Ok(None) })
            .collect()
    }

    /// The matches of pairs with one right document, which is long. It is indexed once.
    fn verify_long_right<K: Copy>(
        &self,
        pairs: &[(K, (DocumentIndex, DocumentIndex))],
        buffers: &mut VerifyBuffers,
    ) -> Result<Vec<(K, Match)>, SpillError> {
        let Some(&(_, (_, right))) = pairs.first() else {
            return Ok(vec![]);
        };
        let right_words = self.corpus.words(right)?;
        buffers
            .right_fingerprints
            .set(self.telling_fingerprints(right)?);
        let right_rare = self.rare_words(&right_words);
        let mut indexed = None;
        let mut matches = vec![];
        for &(key, (left, _)) in pairs {
            if !self.dates.allow(left, right) {
                continue;
            }
            let left_words = self.corpus.words(left)?;
            if let Some(needed) = self.needed(left, right) {
                let own = self.corpus.fingerprints(left)?;
                let prefilter = Prefilter::new(&left_words, own, &mut buffers.fingerprints);
                let fingerprints = &buffers.right_fingerprints;
                if !prefilter.may_match_indexed(&right_words, fingerprints, needed) {
                    continue;
                }
            }
            let indexed = match &mut indexed {
                Some(indexed) => indexed,
                None => {
                    self.weigh(right, &mut buffers.right_weights)?;
                    indexed.insert(Indexed::new(&right_words, self.shingle))
                }
            };
            let mut aligner = Aligner::new(&left_words, self.shingle, &mut buffers.alignment);
            let alignment = aligner.align_indexed(indexed);
            if !self.is_worth_judging(left, right, &alignment) {
                continue;
            }
            self.weigh(left, &mut buffers.left_weights)?;
            let left_rare = self.rare_words(&left_words);
            let left_view = self.view(left, &left_words, &buffers.left_weights, &left_rare);
            let right_view = self.view(right, &right_words, &buffers.right_weights, &right_rare);
            let found = self.judge((left, left_view), (right, right_view), &alignment);
            matches.extend(found.map(|found| (key, found)));
        }
        Ok(matches)
    }

    /// False if no headlines and dates make the pair a match.
    fn is_worth_judging(
        &self,
        left: DocumentIndex,
        right: DocumentIndex,
        alignment: &Alignment,
    ) -> bool {
        let lengths = [left, right].map(|document| self.corpus.word_count(document));
        self.thresholds.may_match(alignment, lengths)
    }

    /// The match of an aligned pair, if it is one.
    fn judge(
        &self,
        (left, left_view): (DocumentIndex, DocumentView),
        (right, right_view): (DocumentIndex, DocumentView),
        alignment: &Alignment,
    ) -> Option<Match> {
        let found = classify(left_view, right_view, alignment, self.thresholds)?;
        Some(Match {
            left,
            right,
            ..found
        })
    }
}

/// Groups consecutive pairs of the same shared document. A group has at most [`GROUP_SIZE`] pairs, or as many as it takes
/// until their other documents have as many words as the shared one. So the index of the shared document takes no more
/// time than the alignments.
fn groups<P>(
    pairs: &[P],
    documents: impl Fn(&P) -> (DocumentIndex, DocumentIndex),
    words: impl Fn(DocumentIndex) -> u32,
) -> Vec<&[P]> {
    let mut groups = vec![];
    for mut pairs in pairs.chunk_by(|a, b| documents(a).0 == documents(b).0) {
        let shared = pairs.first().map_or(0, |pair| words(documents(pair).0));
        while !pairs.is_empty() {
            let mut others = 0;
            let full = pairs.iter().position(|pair| {
                others += u64::from(words(documents(pair).1));
                others >= u64::from(shared)
            });
            let count = full.map_or(pairs.len(), |last| GROUP_SIZE.max(last + 1));
            let (group, rest) = pairs.split_at(count.min(pairs.len()));
            groups.push(group);
            pairs = rest;
        }
    }
    groups
}

/// The buffers of one thread, reused for each group.
#[derive(Default)]
struct VerifyBuffers {
    fingerprints: FingerprintPositions,
    right_fingerprints: FingerprintPositions,
    may_match: Vec<bool>,
    left_weights: WordWeights,
    right_weights: WordWeights,
    alignment: Buffers,
}

impl Verifier for Verification<'_> {
    type Error = Error;

    fn placed(&self, documents: usize) {
        self.progress.advance(documents as u64, 0);
    }

    fn verify(
        &self,
        pairs: &[(DocumentIndex, DocumentIndex)],
    ) -> Result<Vec<Option<Match>>, Error> {
        let groups = self.groups(pairs, |pair| *pair);
        let found = (groups.par_iter()).map_init(VerifyBuffers::default, |buffers, group| {
            check_cancelled(self.progress)?;
            let rights = group.iter().map(|pair| pair.1);
            Ok(match group.first() {
                Some(first) => self.verify_group(first.0, rights, buffers)?,
                None => vec![],
            })
        });
        let found: Vec<Vec<Option<Match>>> = found.collect::<Result<_, Error>>()?;
        let mut found: Vec<Option<Match>> = found.into_iter().flatten().collect();
        let numbered = pairs.iter().copied().enumerate();
        let with_long_right = numbered.filter(|(_, pair)| self.is_long_right(pair.0, pair.1));
        for (at, more) in self.verify_long_rights(with_long_right.collect())? {
            if let Some(found) = found.get_mut(at) {
                *found = Some(more);
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sizes of the groups of pairs of one document of `shared_words` words with documents of these lengths.
    fn sizes(shared_words: u32, others: &[u32]) -> Vec<usize> {
        // Document 0 is the shared one, and a pair is the index of the other one.
        let pairs: Vec<usize> = (1..=others.len()).collect();
        let documents = |&other: &usize| (DocumentIndex(0), DocumentIndex(other as u32));
        let words = |document: DocumentIndex| match document.index().checked_sub(1) {
            Some(other) => others[other],
            None => shared_words,
        };
        groups(&pairs, documents, words)
            .iter()
            .map(|group| group.len())
            .collect()
    }

    #[test]
    fn a_group_has_as_many_words_as_its_shared_document() {
        assert_eq!(sizes(100, &[50; 150]), [64, 64, 22]);
        assert_eq!(sizes(50 * 70, &[50; 150]), [70, 70, 10]);
        assert_eq!(sizes(1_000_000, &[50; 150]), [150]);
        assert_eq!(sizes(100, &[]), [0; 0]);
    }
}
