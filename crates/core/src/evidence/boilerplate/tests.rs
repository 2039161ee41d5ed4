use super::*;
use crate::evidence::dictionary::Publications;
use crate::evidence::families::Families;
use crate::sketch::Sketcher;
use crate::sketch::bands::Bands;
use std::borrow::Cow;
use std::collections::HashSet;
use std::convert::Infallible;

struct Corpus(Vec<Vec<u32>>);

fn sketcher() -> Sketcher {
    Sketcher {
        shingle: 5,
        window: 15,
        bands: Bands { bands: 1, rows: 1 },
    }
}

impl Corpus {
    /// The boilerplate, if each document was published on a day of its own.
    fn boilerplate(&self) -> Boilerplate {
        let documents = (0..self.0.len() as u32).map(DocumentIndex);
        let keys = documents.flat_map(|d| {
            let fingerprints = sketcher().fingerprints(&self.0[d.index()]).into_iter();
            fingerprints.map(move |f| Key::new(f.hash, d))
        });
        let mut keys: Vec<Key> = keys.collect();
        keys.sort_unstable();
        keys.dedup();
        let keys = frequent(&[keys]);
        let days: Vec<Option<i32>> = (0..self.0.len() as i32).map(Some).collect();
        let families = Families::linked(self.0.len(), &[]);
        let dictionary = Dictionary::learn(
            &keys,
            &families,
            &Publications {
                publishers: &[],
                days: &days,
            },
        );
        find(&keys, &dictionary, self).unwrap()
    }
}

impl DocumentSource for Corpus {
    type Error = Infallible;

    fn words(&self, document: DocumentIndex) -> Result<Cow<'_, [u32]>, Infallible> {
        Ok(Cow::Borrowed(&self.0[document.index()]))
    }
    fn fingerprints(
        &self,
        document: DocumentIndex,
    ) -> Result<impl Iterator<Item = (u32, u64)> + '_, Infallible> {
        let fingerprints = sketcher().fingerprints(&self.0[document.index()]);
        Ok(fingerprints.into_iter().map(|f| (f.word, f.hash)))
    }
}

fn words(begin: u32, len: u32) -> Vec<u32> {
    (begin..begin + len).collect()
}

/// Articles of 200 own words, each followed by the same 80 words, and 20 others.
fn corpus(articles: u32) -> Corpus {
    let own = (0..articles).map(|k| [words(1000 * k + 10_000, 200), words(0, 80)].concat());
    let others = (0..20).map(|k| words(1_000_000 + 1000 * k, 300));
    Corpus(own.chain(others).collect())
}

#[test]
fn a_footer_of_different_articles_is_boilerplate_to_the_word() {
    let found = corpus(30).boilerplate();
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
    assert_eq!((found.examples.len(), found.distinct_count), (1, 1));
    assert_eq!(found.examples[0].documents.len(), 30);
}

#[test]
fn passages_of_five_occasions_do_not_recur() {
    assert_eq!(corpus(5).boilerplate(), Boilerplate::default());
    assert_eq!(corpus(6).boilerplate().passages.documents().count(), 6);
}
