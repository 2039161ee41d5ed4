//! Boilerplate: passages that documents share without having copied news from each other, such as
//! paywall notices, footers, disclaimers, navigation. Learnt from the corpus alone.
//!
//! A fingerprint held by many documents is either a story that many ran or a notice that one
//! publisher puts under everything. What tells them apart:
//!
//! - *One source.* A notice stands in the documents of one source; a story travels.
//! - *The rest of the documents.* Where a story is run, the rest agrees too: the holders share most of
//!   their fingerprints. Under a notice the articles differ.
//! - *The heads.* A notice longer than what stands above it makes documents agree; but each has a head
//!   of its own.
//!
//! So a fingerprint is boilerplate where one source holds it at least [`LEAST_HOLDERS`] times and
//! hardly any other does, and its holders differ in the rest or, where that source is not nearly the
//! whole corpus, in their heads. A passage that also stands nearly alone, as a document of its own, is a
//! story that pages reprint.

use crate::candidates::postings::{CROWD, LEADERS, Shared, holders};
use crate::candidates::{Key, Pair};
use crate::model::{DocumentIndex, Passage};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{HashMap, HashSet};

/// Documents of one source that must hold a passage before it can be boilerplate.
const LEAST_HOLDERS: usize = 5;
/// Share of the holders that must be of the one source.
pub const ONE_SOURCE: f64 = 0.8;
/// Share of fingerprints from which two documents agree as a whole.
const AGREE: f64 = 0.5;
/// Share of fingerprints from which the smaller of two documents is hardly more than what they share.
const ALONE: f64 = 0.8;
/// Share of fingerprints from which it is nothing but what they share.
const WHOLE: f64 = 0.95;
/// Words that make a document's head.
const HEAD: usize = 12;
/// Holders looked at, at most.
const SAMPLE: usize = 12;
/// Holders looked at for a document that is hardly more than the passage.
const SMALLEST: usize = 16;
/// Words from which a document that is nothing but the passage is a story, not a bare notice.
const STORY: usize = 100;
/// Words within which two fingerprints belong to one passage.
const REACH: u32 = 20;

/// What learning needs to know of the documents.
pub trait Documents: Sync {
    /// The source of a document: a number for each publisher, host or folder.
    fn source(&self, document: DocumentIndex) -> u32;
    /// Its words.
    fn words(&self, document: DocumentIndex) -> &[u32];
    /// Its fingerprints, with the word at which each begins.
    fn fingerprints(&self, document: DocumentIndex) -> Vec<(u32, u64)>;
    /// How many fingerprints it has.
    fn fingerprint_count(&self, document: DocumentIndex) -> u32;
    /// True for a source of so many of the documents that standing in it tells nothing.
    fn is_dominant(&self, source: u32) -> bool;
}

/// The boilerplate of a corpus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Boilerplate {
    /// Where it stands, by document, disjoint and in order; documents without are left out.
    pub passages: HashMap<DocumentIndex, Vec<Passage>>,
    /// The notices: one example of each, most frequent first.
    pub notices: Vec<Notice>,
}

/// One recurring passage.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// A document that carries it.
    pub document: DocumentIndex,
    /// Where it stands there.
    pub passage: Passage,
    /// The documents that carry it.
    pub documents: Vec<DocumentIndex>,
}

/// Learns the boilerplate from the fingerprint keys, sorted, and the pairs they propose.
///
/// Time linear in the keys and pairs, and [`SAMPLE`] squared for each frequent fingerprint.
#[must_use]
pub fn learn(keys: &[Key], shared: &[Shared], documents: &dyn Documents) -> Boilerplate {
    let frequent: Vec<(u64, &[Key])> = holders(keys)
        .filter(|(_, run)| run.len() >= LEAST_HOLDERS)
        .collect();
    let agreeing = agreeing(shared, documents);
    let verdicts: Vec<bool> = frequent
        .par_iter()
        .map(|(_, run)| {
            let holders = Holders {
                run,
                agreeing: &agreeing,
                documents,
            };
            holders.are_under_a_notice()
        })
        .collect();
    let of = |wanted: bool| {
        let judged = frequent.iter().zip(&verdicts);
        judged.filter(move |&(_, &v)| v == wanted).map(|(f, _)| *f)
    };
    let hashes: FxHashMap<u64, &[Key]> = of(true).collect();
    let stories: FxHashSet<u64> = of(false).map(|(hash, _)| hash).collect();
    let mut carriers: Vec<DocumentIndex> = hashes
        .values()
        .flat_map(|run| run.iter().map(|k| k.document()))
        .collect();
    carriers.par_sort_unstable();
    carriers.dedup();
    let marks = Marks::new(&hashes, stories, documents);
    let found: Vec<(DocumentIndex, Vec<Marked>)> = carriers
        .into_par_iter()
        .map(|document| (document, marks.passages(document)))
        .filter(|(_, marked)| !marked.is_empty())
        .collect();
    Boilerplate {
        notices: notices(&hashes, &found),
        passages: found
            .into_iter()
            .map(|(document, marked)| (document, disjoint(marked.iter().map(|m| m.passage))))
            .collect(),
    }
}

/// How far two documents agree as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Agreement {
    /// They share [`AGREE`] of the smaller one's fingerprints.
    Agree,
    /// They share [`ALONE`] of them.
    Alone,
    /// They share [`WHOLE`] of them.
    Whole,
}

/// The pairs that agree; few of those that share anything.
fn agreeing(shared: &[Shared], documents: &dyn Documents) -> FxHashMap<Pair, Agreement> {
    let agreement = |s: &Shared| {
        let count = |d| documents.fingerprint_count(d);
        let least = count(s.pair.lower()).min(count(s.pair.higher())).max(1);
        let share = f64::from(s.count) / f64::from(least);
        let agreement = if share >= WHOLE {
            Agreement::Whole
        } else if share >= ALONE {
            Agreement::Alone
        } else {
            Agreement::Agree
        };
        (share >= AGREE).then_some((s.pair, agreement))
    };
    shared.iter().filter_map(agreement).collect()
}

/// Where a passage stands nearly alone, as a document of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// In a document of another source than the one that carries it everywhere.
    Elsewhere,
    /// In a document of that source.
    Here,
    Nowhere,
}

/// The documents that hold one fingerprint.
struct Holders<'a> {
    run: &'a [Key],
    agreeing: &'a FxHashMap<Pair, Agreement>,
    documents: &'a dyn Documents,
}

impl Holders<'_> {
    fn are_under_a_notice(&self) -> bool {
        let Some(source) = self.one_source() else {
            return false;
        };
        if self.rests_differ() {
            return self.standing_alone(source) == Standing::Nowhere;
        }
        !self.documents.is_dominant(source)
            && self.heads_differ()
            && self.standing_alone(source) != Standing::Elsewhere
    }

    fn document(&self, at: usize) -> DocumentIndex {
        self.run[at].document()
    }

    /// Places of holders, evenly spaced.
    fn sample(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        let size = SAMPLE.min(self.run.len());
        (0..size).map(move |k| k * self.run.len() / size)
    }

    /// The source that nearly all holders are of.
    fn one_source(&self) -> Option<u32> {
        let source = |k: &Key| self.documents.source(k.document());
        let mut sources: Vec<u32> = self.run.iter().map(source).collect();
        sources.sort_unstable();
        let most = sources.chunk_by(|a, b| a == b).max_by_key(|of| of.len())?;
        let enough = most.len() as f64 >= ONE_SOURCE * self.run.len() as f64;
        (enough && most.len() >= LEAST_HOLDERS).then(|| most[0])
    }

    /// Holders whose shared fingerprints with `at` are counted: all, or the leaders.
    fn partners(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let few = self.run.len() <= CROWD;
        let sampled = self.sample().filter(move |_| few);
        let leaders = (0..LEADERS.min(self.run.len())).filter(move |_| !few);
        sampled.chain(leaders).filter(move |&p| p != at)
    }

    /// True where most holders agree with few of the others. One that is hardly more than the passage
    /// agrees with all, so that a single partner says nothing.
    fn rests_differ(&self) -> bool {
        let agrees = |&at: &usize| {
            let (mut agree, mut all) = (0, 0);
            for partner in self.partners(at) {
                all += 1;
                agree += usize::from(self.agreement(partner, at).is_some());
            }
            3 * agree > all
        };
        let agreeing = self.sample().filter(agrees).count();
        agreeing * 5 <= self.sample().count()
    }

    fn agreement(&self, a: usize, b: usize) -> Option<Agreement> {
        let pair = Pair::new(self.document(a), self.document(b));
        self.agreeing.get(&pair).copied()
    }

    /// Whether a holder is hardly more than what it shares with others: then that is a story, which
    /// the others reprint. Bare notices are taken for documents now and then: as one counts what is
    /// short, of the publisher itself, and rare beside the documents that carry it.
    fn standing_alone(&self, source: u32) -> Standing {
        let (mut own, mut is_story) = (0, false);
        for at in self.smallest() {
            let leader = usize::from(at == 0);
            let agreement = self.agreement(leader, at);
            if agreement < Some(Agreement::Alone) {
                continue;
            }
            let document = self.document(at);
            if self.documents.source(document) != source {
                return Standing::Elsewhere;
            }
            let is_long = self.documents.words(document).len() >= STORY;
            is_story |= is_long && agreement == Some(Agreement::Whole);
            own += 1;
        }
        if is_story || (own > 0 && self.run.len() <= 30 * own) {
            Standing::Here
        } else {
            Standing::Nowhere
        }
    }

    /// Places of the [`SMALLEST`] holders, ties by place.
    fn smallest(&self) -> Vec<usize> {
        let size = |at| self.documents.fingerprint_count(self.document(at));
        let mut by_size: Vec<(u32, usize)> = (0..self.run.len()).map(|at| (size(at), at)).collect();
        if by_size.len() > SMALLEST {
            by_size.select_nth_unstable(SMALLEST);
        }
        by_size
            .into_iter()
            .take(SMALLEST)
            .map(|(_, at)| at)
            .collect()
    }

    fn heads_differ(&self) -> bool {
        let head = |at: usize| -> HashSet<u32> {
            let words = self.documents.words(self.document(at));
            words.iter().take(HEAD).copied().collect()
        };
        let heads: Vec<HashSet<u32>> = self.sample().map(head).collect();
        let (mut alike, mut all) = (0, 0);
        for (k, a) in heads.iter().enumerate() {
            for b in &heads[..k] {
                all += 1;
                alike += usize::from(2 * a.intersection(b).count() > a.len().min(b.len()));
            }
        }
        alike * 5 <= all
    }
}

/// A passage that boilerplate fingerprints mark, and those fingerprints.
struct Marked {
    passage: Passage,
    hashes: Vec<u64>,
}

/// Where boilerplate fingerprints stand in a few documents that hold them, to find the edges of the
/// passages by comparing words.
struct Marks<'a> {
    examples: FxHashMap<u64, Vec<(DocumentIndex, u32)>>,
    /// Frequent fingerprints that are no boilerplate.
    stories: FxHashSet<u64>,
    documents: &'a dyn Documents,
}

impl<'a> Marks<'a> {
    fn new(
        hashes: &FxHashMap<u64, &[Key]>,
        stories: FxHashSet<u64>,
        documents: &'a dyn Documents,
    ) -> Self {
        const EXAMPLES: usize = 4;
        let mut wanted: Vec<DocumentIndex> = hashes
            .values()
            .flat_map(|run| (0..EXAMPLES).map(|k| run[k * run.len() / EXAMPLES].document()))
            .collect();
        wanted.par_sort_unstable();
        wanted.dedup();
        let mut examples: FxHashMap<u64, Vec<(DocumentIndex, u32)>> = FxHashMap::default();
        for document in wanted {
            for (at, hash) in documents.fingerprints(document) {
                let hash = Key::new(hash, document).hash();
                if hashes.contains_key(&hash) {
                    examples.entry(hash).or_default().push((document, at));
                }
            }
        }
        // More examples than asked for pile up where documents are examples of several passages.
        for found in examples.values_mut() {
            found.truncate(2 * EXAMPLES);
        }
        Self {
            examples,
            stories,
            documents,
        }
    }

    fn passages(&self, document: DocumentIndex) -> Vec<Marked> {
        let frequent: Vec<(u32, u64)> = self
            .documents
            .fingerprints(document)
            .into_iter()
            .map(|(at, hash)| (at, Key::new(hash, document).hash()))
            .filter(|(_, hash)| self.is_mark(*hash) || self.stories.contains(hash))
            .collect();
        let runs =
            frequent.chunk_by(|a, b| b.0 - a.0 <= REACH && self.is_mark(a.1) == self.is_mark(b.1));
        let mut found = vec![];
        let mut begin = 0;
        for run in runs {
            let (before, after) = (&frequent[..begin], &frequent[begin + run.len()..]);
            begin += run.len();
            if let (Some(&first), Some(&last)) = (run.first(), run.last())
                && self.is_mark(first.1)
                && !is_edge(before.last(), run, after.first())
            {
                found.push(Marked {
                    passage: Passage {
                        begin: first.0 - self.common(document, first, Side::Before),
                        end: last.0 + self.common(document, last, Side::After),
                    },
                    hashes: run.iter().map(|m| m.1).collect(),
                });
            }
        }
        found
    }

    fn is_mark(&self, hash: u64) -> bool {
        self.examples.contains_key(&hash)
    }

    /// Words on one side of a fingerprint that stand there in most examples too, [`REACH`] at most:
    /// what lies farther has a fingerprint of its own.
    fn common(&self, document: DocumentIndex, (at, hash): (u32, u64), side: Side) -> u32 {
        let here = side.of(self.documents.words(document), at);
        let mut lengths: Vec<usize> = self
            .examples
            .get(&hash)
            .into_iter()
            .flatten()
            .filter(|(other, _)| *other != document)
            .map(|&(other, there)| {
                let there = side.of(self.documents.words(other), there);
                let equal = here.clone().zip(there).take_while(|(a, b)| a == b).count();
                equal.min(REACH as usize)
            })
            .collect();
        lengths.sort_unstable();
        lengths.get(lengths.len() / 2).map_or(0, |&len| len as u32)
    }
}

/// True for one or two fingerprints beside those of a story: such lie across its edge, and stand where
/// pages reprint it but not where it stands alone.
fn is_edge(before: Option<&(u32, u64)>, run: &[(u32, u64)], after: Option<&(u32, u64)>) -> bool {
    let near = |a: Option<&(u32, u64)>, b: Option<&(u32, u64)>| {
        a.zip(b).is_some_and(|(a, b)| b.0 - a.0 <= REACH)
    };
    run.len() <= 2 && (near(before, run.first()) || near(run.last(), after))
}

/// The side of a fingerprint's first word that is compared; that word stands after.
#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

impl Side {
    /// The words on this side, outwards.
    fn of(self, words: &[u32], at: u32) -> impl Iterator<Item = u32> + Clone + '_ {
        let (before, after) = words.split_at((at as usize).min(words.len()));
        let (back, ahead) = match self {
            Self::Before => (before, &after[..0]),
            Self::After => (&before[..0], after),
        };
        back.iter().rev().chain(ahead).copied()
    }
}

/// One notice for each group of fingerprints that stand together, from the first document that has
/// most of them; most frequent first.
fn notices(hashes: &FxHashMap<u64, &[Key]>, found: &[(DocumentIndex, Vec<Marked>)]) -> Vec<Notice> {
    let mut seen: FxHashSet<u64> = FxHashSet::default();
    let mut notices = vec![];
    for (document, marked) in found {
        for m in marked {
            let known = m.hashes.iter().filter(|h| seen.contains(h)).count();
            seen.extend(&m.hashes);
            if 2 * known >= m.hashes.len() {
                continue;
            }
            let most = m
                .hashes
                .iter()
                .filter_map(|h| hashes.get(h))
                .max_by_key(|run| run.len());
            notices.push(Notice {
                document: *document,
                passage: m.passage,
                documents: most
                    .into_iter()
                    .flat_map(|run| run.iter().map(|k| k.document()))
                    .collect(),
            });
        }
    }
    notices.sort_by_key(|n| (std::cmp::Reverse(n.documents.len()), n.document, n.passage));
    notices
}

/// Passages in order, made disjoint.
fn disjoint(passages: impl Iterator<Item = Passage>) -> Vec<Passage> {
    let mut out: Vec<Passage> = vec![];
    for p in passages {
        match out.last_mut() {
            Some(last) if p.begin <= last.end => last.end = last.end.max(p.end),
            _ => out.push(p),
        }
    }
    out
}

/// The words of a document with its boilerplate replaced by `blank`, so that it aligns with nothing.
#[must_use]
pub fn blanked(words: &[u32], passages: &[Passage], blank: u32) -> Vec<u32> {
    let mut out = words.to_vec();
    for p in passages {
        if let Some(run) = out.get_mut(p.begin as usize..p.end as usize) {
            run.fill(blank);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::postings::shared;
    use crate::sketch::Sketcher;
    use crate::sketch::bands::Bands;

    struct Corpus {
        texts: Vec<(u32, Vec<u32>)>,
    }

    impl Corpus {
        fn sketcher() -> Sketcher {
            Sketcher {
                shingle: 5,
                window: 15,
                bands: Bands { bands: 1, rows: 1 },
            }
        }

        fn learn(&self) -> Boilerplate {
            let mut keys: Vec<Key> = (0..self.texts.len() as u32)
                .map(DocumentIndex)
                .flat_map(|d| {
                    self.fingerprints(d)
                        .into_iter()
                        .map(move |f| Key::new(f.1, d))
                })
                .collect();
            keys.sort_unstable();
            keys.dedup();
            learn(&keys, &shared(&keys, LEADERS), self)
        }
    }

    impl Documents for Corpus {
        fn source(&self, document: DocumentIndex) -> u32 {
            self.texts[document.at()].0
        }
        fn words(&self, document: DocumentIndex) -> &[u32] {
            &self.texts[document.at()].1
        }
        fn fingerprints(&self, document: DocumentIndex) -> Vec<(u32, u64)> {
            Self::sketcher().fingerprints(self.words(document))
        }
        fn fingerprint_count(&self, document: DocumentIndex) -> u32 {
            self.fingerprints(document).len() as u32
        }
        fn is_dominant(&self, source: u32) -> bool {
            let own = self.texts.iter().filter(|t| t.0 == source).count();
            own as f64 > ONE_SOURCE * self.texts.len() as f64
        }
    }

    fn words(begin: u32, len: u32) -> Vec<u32> {
        (begin..begin + len).collect()
    }

    /// Articles of `len` words of their own with the same `notice` below, of source 1, among others.
    fn corpus(articles: u32, len: u32, notice: u32, sources: u32) -> Corpus {
        let own = (0..articles).map(|k| {
            let text = [words(1000 * k + 10_000, len), words(0, notice)].concat();
            (1 + k % sources, text)
        });
        let others = (0..20).map(|k| (100 + k, words(1_000_000 + 1000 * k, 300)));
        Corpus {
            texts: own.chain(others).collect(),
        }
    }

    #[test]
    fn a_footer_under_different_articles_is_boilerplate_to_the_word() {
        let found = corpus(30, 200, 80, 1).learn();
        let carriers: HashSet<u32> = found.passages.keys().map(|d| d.0).collect();
        assert_eq!(carriers, (0..30).collect());
        for passages in found.passages.values() {
            assert_eq!(
                passages,
                &[Passage {
                    begin: 200,
                    end: 280
                }]
            );
        }
        assert_eq!(found.notices.len(), 1);
        assert_eq!(found.notices[0].documents.len(), 30);
    }

    #[test]
    fn a_paywall_longer_than_its_teaser_is_boilerplate() {
        let found = corpus(30, 20, 200, 1).learn();
        assert_eq!(found.passages.len(), 30);
        assert_eq!(
            found.passages[&DocumentIndex(3)],
            [Passage {
                begin: 20,
                end: 220
            }]
        );
    }

    #[test]
    fn a_story_that_many_sources_run_is_none() {
        assert_eq!(corpus(30, 20, 200, 10).learn(), Boilerplate::default());
        assert_eq!(corpus(30, 200, 80, 10).learn(), Boilerplate::default());
    }

    #[test]
    fn a_story_run_often_by_the_only_source_is_none() {
        let mut corpus = corpus(30, 20, 200, 1);
        corpus.texts.truncate(30);
        assert_eq!(corpus.learn(), Boilerplate::default());
    }

    #[test]
    fn a_footer_is_learnt_without_sources_too() {
        let mut corpus = corpus(30, 200, 80, 1);
        corpus.texts.truncate(30);
        assert_eq!(corpus.learn().passages.len(), 30);
    }

    #[test]
    fn a_story_that_pages_of_one_source_reprint_is_none() {
        let mut corpus = corpus(12, 400, 150, 1);
        corpus.texts.push((1, words(0, 150)));
        assert_eq!(corpus.learn(), Boilerplate::default());
    }

    #[test]
    fn a_story_that_another_source_has_alone_is_none_however_often_pages_reprint_it() {
        let mut corpus = corpus(100, 400, 60, 1);
        corpus.texts.push((2, words(0, 60)));
        assert_eq!(corpus.learn(), Boilerplate::default());
    }

    #[test]
    fn a_long_text_alone_is_a_story_and_a_bare_notice_is_none() {
        for (len, expected) in [(60, 101), (150, 0)] {
            let mut corpus = corpus(100, 400, len, 1);
            corpus.texts.push((1, words(0, len)));
            assert_eq!(corpus.learn().passages.len(), expected, "{len}");
        }
    }

    #[test]
    fn four_documents_are_too_few_to_tell() {
        assert_eq!(corpus(4, 200, 80, 1).learn(), Boilerplate::default());
    }

    #[test]
    fn blanked_words_stand_in_place() {
        let passages = [Passage { begin: 1, end: 3 }, Passage { begin: 4, end: 9 }];
        assert_eq!(
            blanked(&[1, 2, 3, 4, 5], &passages[..1], 0),
            [1, 0, 0, 4, 5]
        );
        assert_eq!(blanked(&[1, 2], &passages[1..], 0), [1, 2]);
    }
}
