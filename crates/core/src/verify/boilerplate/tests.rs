use super::*;
use crate::candidates::postings::{PIVOTS, candidate_pairs};
use crate::sketch::Sketcher;
use crate::sketch::bands::Bands;
use std::collections::HashSet;
use std::convert::Infallible;

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
                Self::sketcher()
                    .fingerprints(self.own_words(d))
                    .into_iter()
                    .map(move |f| Key::new(f.hash, d))
            })
            .collect();
        keys.sort_unstable();
        keys.dedup();
        learn(
            &keys,
            &candidate_pairs(&[&keys], PIVOTS, usize::MAX, |_| true),
            self,
        )
        .unwrap()
    }

    fn own_words(&self, document: DocumentIndex) -> &[u32] {
        &self.texts[document.index()].1
    }
}

impl DocumentSource for Corpus {
    type Error = Infallible;

    fn source(&self, document: DocumentIndex) -> u32 {
        self.texts[document.index()].0
    }
    fn words(&self, document: DocumentIndex) -> Result<Cow<'_, [u32]>, Infallible> {
        Ok(Cow::Borrowed(self.own_words(document)))
    }
    fn word_count(&self, document: DocumentIndex) -> u32 {
        self.texts[document.index()].1.len() as u32
    }
    fn fingerprints(
        &self,
        document: DocumentIndex,
    ) -> Result<impl Iterator<Item = (u32, u64)> + '_, Infallible> {
        Ok(Self::sketcher()
            .fingerprints(self.own_words(document))
            .into_iter()
            .map(|f| (f.word, f.hash)))
    }
    fn fingerprint_count(&self, document: DocumentIndex) -> u32 {
        Self::sketcher()
            .fingerprints(self.own_words(document))
            .len() as u32
    }
    fn is_dominant(&self, source: u32) -> bool {
        let own = self.texts.iter().filter(|t| t.0 == source).count();
        own as f64 > SOURCE_SHARE * self.texts.len() as f64
    }
}

fn words(begin: u32, len: u32) -> Vec<u32> {
    (begin..begin + len).collect()
}

/// Articles of `len` own words, each followed by the same `notice` words, from `sources` sources, and 20 unrelated
/// documents.
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
fn a_footer_of_different_articles_is_boilerplate_to_the_word() {
    let found = corpus(30, 200, 80, 1).learn();
    let carriers: HashSet<u32> = found.passages.documents().map(|d| d.0).collect();
    assert_eq!(carriers, (0..30).collect());
    for document in found.passages.documents() {
        assert_eq!(
            found.passages.of(document),
            [Passage {
                begin: 200,
                end: 280
            }]
        );
    }
    assert_eq!(found.examples.len(), 1);
    assert_eq!(found.examples[0].documents.len(), 30);
}

#[test]
fn a_paywall_longer_than_its_teaser_is_boilerplate() {
    let found = corpus(30, 20, 200, 1).learn();
    assert_eq!(found.passages.documents().count(), 30);
    assert_eq!(
        found.passages.of(DocumentIndex(3)),
        [Passage {
            begin: 20,
            end: 220
        }]
    );
}

#[test]
fn a_story_of_many_sources_is_not_boilerplate() {
    assert_eq!(corpus(30, 20, 200, 10).learn(), Boilerplate::default());
    assert_eq!(corpus(30, 200, 80, 10).learn(), Boilerplate::default());
}

#[test]
fn a_frequent_story_of_the_only_source_is_not_boilerplate() {
    let mut corpus = corpus(30, 20, 200, 1);
    corpus.texts.truncate(30);
    assert_eq!(corpus.learn(), Boilerplate::default());
}

#[test]
fn a_footer_of_the_only_source_is_boilerplate() {
    let mut corpus = corpus(30, 200, 80, 1);
    corpus.texts.truncate(30);
    assert_eq!(corpus.learn().passages.documents().count(), 30);
}

#[test]
fn a_story_that_pages_of_one_source_reprint_is_not_boilerplate() {
    let mut corpus = corpus(12, 400, 150, 1);
    corpus.texts.push((1, words(0, 150)));
    assert_eq!(corpus.learn(), Boilerplate::default());
}

#[test]
fn a_story_of_another_source_is_not_boilerplate_if_many_pages_reprint_it() {
    let mut corpus = corpus(100, 400, 60, 1);
    corpus.texts.push((2, words(0, 60)));
    assert_eq!(corpus.learn(), Boilerplate::default());
}

#[test]
fn a_long_document_is_a_story_and_a_bare_notice_is_boilerplate() {
    for (len, expected) in [(60, 101), (150, 0)] {
        let mut corpus = corpus(100, 400, len, 1);
        corpus.texts.push((1, words(0, len)));
        assert_eq!(
            corpus.learn().passages.documents().count(),
            expected,
            "{len}"
        );
    }
}

#[test]
fn four_documents_are_too_few_for_boilerplate() {
    assert_eq!(corpus(4, 200, 80, 1).learn(), Boilerplate::default());
}

#[test]
fn blank_words_replace_boilerplate() {
    let passages = [Passage { begin: 1, end: 3 }, Passage { begin: 4, end: 9 }];
    let mut out = vec![7];
    blank_out(&[1, 2, 3, 4, 5], &passages[..1], 0, &mut out);
    assert_eq!(out, [1, 0, 0, 4, 5]);
    blank_out(&[1, 2], &passages[1..], 0, &mut out);
    assert_eq!(out, [1, 2]);
}
