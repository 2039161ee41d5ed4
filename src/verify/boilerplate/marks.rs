//! Where boilerplate stands in a document: runs of fingerprints that are of a notice, to the word.

use super::frequent::{Class, Frequent, sorted};
use super::{Documents, majority};
use crate::candidates::Key;
use crate::model::{DocumentIndex, Passage};
use rayon::prelude::*;
use std::borrow::Cow;

/// Words within which two fingerprints belong to one passage.
const REACH: u32 = 20;
/// Documents in which a fingerprint's surroundings are looked at.
const EXAMPLES: usize = 4;

/// A passage that boilerplate fingerprints mark, and those fingerprints.
pub(super) struct Marked {
    pub(super) passage: Passage,
    /// Their numbers in [`Frequent`].
    pub(super) fingerprints: Vec<u32>,
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
    fn of(examples: &[(DocumentIndex, u32)], documents: &impl Documents) -> Self {
        let texts: Vec<(Cow<[u32]>, u32)> = (examples.iter())
            .map(|&(document, at)| (documents.words(document), at))
            .collect();
        let agreed = |side: Side| {
            let outwards = texts.iter().map(|(words, at)| side.of(words, *at));
            agreed(outwards.collect(), examples.len() / 2 + 1)
        };
        Self {
            before: agreed(Side::Before),
            after: agreed(Side::After),
        }
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
    frequent: &'a Frequent<'a>,
    /// By fingerprint; empty for those of stories.
    surroundings: Vec<Surroundings>,
    documents: &'a D,
}

impl<'a, D: Documents> Marks<'a, D> {
    pub(super) fn new(frequent: &'a Frequent<'a>, documents: &'a D) -> Self {
        let mut marks = Self {
            frequent,
            surroundings: Vec::new(),
            documents,
        };
        let examples = |run: &'a [Key]| (0..EXAMPLES).map(|k| run[k * run.len() / EXAMPLES]);
        let wanted = sorted(frequent.notices().flat_map(examples).map(|k| k.document()));
        let mut found: Vec<(u32, DocumentIndex, u32)> = wanted
            .into_par_iter()
            .flat_map_iter(|document| {
                let notices = marks.marks(document).into_iter();
                let notices = notices.filter(|m| m.class == Class::Notice);
                notices.map(move |m| (m.fingerprint, document, m.at))
            })
            .collect();
        found.par_sort_unstable();
        let surroundings: Vec<(u32, Surroundings)> = found
            .par_chunk_by(|a, b| a.0 == b.0)
            .map(|of_one| {
                // More examples than asked for pile up where documents are examples of several passages.
                let few = of_one.iter().take(2 * EXAMPLES);
                let examples: Vec<(DocumentIndex, u32)> = few.map(|f| (f.1, f.2)).collect();
                (of_one[0].0, Surroundings::of(&examples, documents))
            })
            .collect();
        marks
            .surroundings
            .resize_with(frequent.len(), Surroundings::default);
        for (fingerprint, around) in surroundings {
            marks.surroundings[fingerprint as usize] = around;
        }
        marks
    }

    /// The frequent fingerprints of a document.
    fn marks(&self, document: DocumentIndex) -> Vec<Mark> {
        let mark = |(at, hash)| {
            let (fingerprint, class) = self.frequent.find(Key::new(hash, document).hash())?;
            Some(Mark {
                at,
                fingerprint,
                class,
            })
        };
        let fingerprints = self.documents.fingerprints(document);
        fingerprints.filter_map(mark).collect()
    }

    pub(super) fn passages(&self, document: DocumentIndex) -> Vec<Marked> {
        let frequent = self.marks(document);
        let words = self.documents.words(document);
        let runs = frequent.chunk_by(|a, b| b.at - a.at <= REACH && a.class == b.class);
        let mut found = vec![];
        let mut begin = 0;
        for run in runs {
            let (before, after) = (&frequent[..begin], &frequent[begin + run.len()..]);
            begin += run.len();
            if let (Some(&first), Some(&last)) = (run.first(), run.last())
                && first.class == Class::Notice
                && !is_edge(before.last(), run, after.first())
            {
                found.push(Marked {
                    passage: Passage {
                        begin: first.at - self.common(&words, first, Side::Before),
                        end: last.at + self.common(&words, last, Side::After),
                    },
                    fingerprints: run.iter().map(|m| m.fingerprint).collect(),
                });
            }
        }
        found
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
