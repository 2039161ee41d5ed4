//! Where boilerplate stands in a document: runs of fingerprints that are of a notice, to the word.

use super::frequent::{Class, Frequent, sorted};
use super::{DocumentSource, majority};
use crate::candidates::Key;
use crate::model::{ByDocument, DocumentIndex, Passage};
use rayon::prelude::*;
use std::borrow::Cow;
use std::ops::Range;

/// Words within which two fingerprints belong to one passage.
const REACH: u32 = 20;
/// DocumentSource in which a fingerprint's surroundings are looked at.
const EXAMPLES: usize = 4;

/// A passage that boilerplate fingerprints mark, and which ones of its document do.
pub(super) struct Marked {
    pub(super) document: DocumentIndex,
    pub(super) passage: Passage,
    marks: Range<usize>,
}

/// One frequent fingerprint in a document.
#[derive(Clone, Copy)]
struct Mark {
    at: u32,
    /// Its number in [`Frequent`].
    fingerprint: u32,
    class: Class,
}

/// What stands about a fingerprint in most of the documents that hold it, outwards from its first word.
#[derive(Default)]
struct Surroundings {
    before: Box<[u32]>,
    after: Box<[u32]>,
}

impl Surroundings {
    /// The words on which most of these examples agree.
    fn of<D: DocumentSource>(
        examples: &[(DocumentIndex, u32)],
        documents: &D,
    ) -> Result<Self, D::Error> {
        let texts: Vec<(Cow<[u32]>, u32)> = (examples.iter())
            .map(|&(document, at)| Ok((documents.words(document)?, at)))
            .collect::<Result<_, _>>()?;
        let agreed = |side: Side| {
            let outwards = texts.iter().map(|(words, at)| side.of(words, *at));
            agreed(outwards.collect(), examples.len() / 2 + 1)
        };
        Ok(Self {
            before: agreed(Side::Before),
            after: agreed(Side::After),
        })
    }
}

/// The words with which at least `most` of the texts begin, [`REACH`] at most: what lies
/// farther has a fingerprint of its own.
fn agreed<T: Iterator<Item = u32>>(mut texts: Vec<T>, most: usize) -> Box<[u32]> {
    let (mut words, mut next) = (vec![], Vec::with_capacity(texts.len()));
    while words.len() < REACH as usize {
        next.clear();
        next.extend(texts.iter_mut().map(Iterator::next));
        let Some(word) = majority(next.iter().copied().flatten()) else {
            break;
        };
        let agrees = |next: &&Option<u32>| **next == Some(word);
        if next.iter().filter(agrees).count() < most {
            break;
        }
        words.push(word);
        let mut agreeing = next.iter().map(|next| agrees(&next));
        texts.retain(|_| agreeing.next() == Some(true));
    }
    words.into_boxed_slice()
}

/// Finds the passages of boilerplate in documents.
pub(super) struct Marks<'a, D> {
    /// The frequent fingerprints of the documents that carry notices, in order.
    all: ByDocument<Mark>,
    /// By fingerprint; empty for those of stories.
    surroundings: Vec<Surroundings>,
    documents: &'a D,
}

impl<'a, D: DocumentSource> Marks<'a, D> {
    pub(super) fn new(frequent: &Frequent<'_>, documents: &'a D) -> Result<Self, D::Error> {
        let marks: Vec<Vec<(DocumentIndex, Mark)>> = frequent
            .carriers()
            .into_par_iter()
            .map(|document| {
                let marks = marks(document, frequent, documents)?;
                Ok(marks.map(|mark| (document, mark)).collect())
            })
            .collect::<Result<_, _>>()?;
        let all = ByDocument::new(marks.concat());
        let surroundings = surroundings(&all, frequent, documents)?;
        Ok(Self {
            all,
            surroundings,
            documents,
        })
    }

    /// The passages of boilerplate in all documents, in order.
    pub(super) fn passages(&self) -> Result<Vec<Marked>, D::Error> {
        let carriers: Vec<DocumentIndex> = self.all.documents().collect();
        let passages: Vec<Vec<Marked>> = (carriers.into_par_iter())
            .map(|carrier| self.passages_in(carrier))
            .collect::<Result<_, _>>()?;
        Ok(passages.into_iter().flatten().collect())
    }

    fn passages_in(&self, document: DocumentIndex) -> Result<Vec<Marked>, D::Error> {
        let frequent = self.all.of(document);
        let words = self.documents.words(document)?;
        let runs = frequent.chunk_by(|a, b| b.at - a.at <= REACH && a.class == b.class);
        let mut found = vec![];
        let mut end = 0;
        for run in runs {
            let begin = end;
            end += run.len();
            let (before, after) = (&frequent[..begin], &frequent[end..]);
            if let (Some(&first), Some(&last)) = (run.first(), run.last())
                && first.class == Class::BoilerplatePassage
                && !is_edge(before.last(), run, after.first())
            {
                found.push(Marked {
                    document,
                    passage: Passage {
                        begin: first.at - self.common(&words, first, Side::Before),
                        end: last.at + self.common(&words, last, Side::After),
                    },
                    marks: begin..end,
                });
            }
        }
        Ok(found)
    }

    /// The numbers in [`Frequent`] of the fingerprints that mark a passage.
    pub(super) fn fingerprints(&self, marked: &Marked) -> impl Iterator<Item = u32> + Clone + '_ {
        let marks = self.all.of(marked.document).get(marked.marks.clone());
        marks.into_iter().flatten().map(|mark| mark.fingerprint)
    }

    /// Words on one side of a fingerprint that stand there in most documents.
    fn common(&self, words: &[u32], mark: Mark, side: Side) -> u32 {
        let around = &self.surroundings[mark.fingerprint as usize];
        let there = match side {
            Side::Before => &around.before,
            Side::After => &around.after,
        };
        let here = side.of(words, mark.at);
        here.zip(&**there).take_while(|(a, b)| a == *b).count() as u32
    }
}

/// The frequent fingerprints of a document, in order.
fn marks<'a, D: DocumentSource>(
    document: DocumentIndex,
    frequent: &'a Frequent<'_>,
    documents: &'a D,
) -> Result<impl Iterator<Item = Mark> + 'a, D::Error> {
    let mark = move |(at, hash)| {
        let (fingerprint, class) = frequent.find(Key::new(hash, document).hash())?;
        Some(Mark {
            at,
            fingerprint,
            class,
        })
    };
    Ok(documents.fingerprints(document)?.filter_map(mark))
}

/// By fingerprint: what stands about those of notices in some of the documents that hold them.
fn surroundings<D: DocumentSource>(
    marks: &ByDocument<Mark>,
    frequent: &Frequent<'_>,
    documents: &D,
) -> Result<Vec<Surroundings>, D::Error> {
    let examples = |run: &[Key]| -> [DocumentIndex; EXAMPLES] {
        std::array::from_fn(|k| run[k * run.len() / EXAMPLES].document())
    };
    let wanted = sorted(frequent.notices().flat_map(examples));
    let mut found: Vec<(u32, DocumentIndex, u32)> = wanted
        .into_par_iter()
        .flat_map_iter(|document| {
            let marks = marks.of(document).iter();
            let notices = marks.filter(|m| m.class == Class::BoilerplatePassage);
            notices.map(move |m| (m.fingerprint, document, m.at))
        })
        .collect();
    found.par_sort_unstable();
    let of_notices: Vec<(u32, Surroundings)> = found
        .par_chunk_by(|a, b| a.0 == b.0)
        .map(|of_one| {
            // More examples than asked for pile up where documents are examples of several passages.
            let few = of_one.iter().take(2 * EXAMPLES);
            let examples: Vec<(DocumentIndex, u32)> = few.map(|f| (f.1, f.2)).collect();
            Ok((of_one[0].0, Surroundings::of(&examples, documents)?))
        })
        .collect::<Result<_, _>>()?;
    let mut surroundings = Vec::new();
    surroundings.resize_with(frequent.len(), Surroundings::default);
    for (fingerprint, around) in of_notices {
        surroundings[fingerprint as usize] = around;
    }
    Ok(surroundings)
}

/// True for one or two fingerprints beside those of a story: such lie across its edge, and stand where
/// pages reprint it but not where it stands alone.
fn is_edge(before: Option<&Mark>, run: &[Mark], after: Option<&Mark>) -> bool {
    let near =
        |a: Option<&Mark>, b: Option<&Mark>| a.zip(b).is_some_and(|(a, b)| b.at - a.at <= REACH);
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
