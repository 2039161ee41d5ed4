//! Finds the boilerplate spans of documents: runs of recurring fingerprints, extended to the exact word.

use super::frequent::{Frequent, sorted};
use super::majority;
use crate::candidates::Key;
use crate::evidence::source::DocumentSource;
use crate::model::{ByDocument, DocumentIndex, Passage};
use rayon::prelude::*;
use std::borrow::Cow;
use std::ops::Range;

/// Largest distance between two fingerprints of one span, in words.
const MAX_GAP: u32 = 20;
/// Documents from which the context of a fingerprint is taken.
const EXAMPLES: usize = 4;

/// Documents whose spans one thread finds before it takes others.
const CARRIERS_AT_ONCE: usize = 256;

/// A boilerplate passage of a document.
pub(super) struct BoilerplateSpan {
    pub(super) document: DocumentIndex,
    pub(super) passage: Passage,
    /// Its fingerprints among the hits of the document.
    hits: Range<u32>,
}

/// One recurring fingerprint in a document.
#[derive(Clone, Copy)]
struct Hit {
    at: u32,
    /// Number of the fingerprint in [`Frequent`].
    fingerprint: u32,
}

/// The words around a fingerprint in most of its documents, outwards from its first word.
#[derive(Default)]
struct Context {
    before: Box<[u32]>,
    after: Box<[u32]>,
}

impl Context {
    /// The words on which most of these examples agree.
    fn of<D: DocumentSource>(
        examples: &[(DocumentIndex, u32)],
        documents: &D,
    ) -> Result<Self, D::Error> {
        let texts: Vec<(Cow<[u32]>, u32)> = (examples.iter())
            .map(|&(document, at)| Ok((documents.words(document)?, at)))
            .collect::<Result<_, _>>()?;
        let agreed = |side: Side| {
            let words = texts.iter().map(|(words, at)| side.of(words, *at));
            agreed(words.collect(), examples.len() / 2 + 1)
        };
        Ok(Self {
            before: agreed(Side::Before),
            after: agreed(Side::After),
        })
    }
}

/// The words with which at least `most` of the texts begin, at most [`MAX_GAP`]: words farther away are covered by
/// another fingerprint.
fn agreed<T: Iterator<Item = u32>>(mut texts: Vec<T>, most: usize) -> Box<[u32]> {
    let (mut words, mut next) = (vec![], Vec::with_capacity(texts.len()));
    while words.len() < MAX_GAP as usize {
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

/// Finds the boilerplate spans of documents.
pub(super) struct SpanFinder<'a, D> {
    /// The recurring fingerprints of the documents that have boilerplate, in order.
    hits: ByDocument<Hit>,
    /// By fingerprint.
    contexts: Vec<Context>,
    documents: &'a D,
}

impl<'a, D: DocumentSource> SpanFinder<'a, D> {
    pub(super) fn new(frequent: &Frequent<'_>, documents: &'a D) -> Result<Self, D::Error> {
        let found: Vec<Vec<(DocumentIndex, Hit)>> = frequent
            .carriers()
            .into_par_iter()
            .map(|document| {
                let hits = hits(document, frequent, documents)?;
                Ok(hits.map(|hit| (document, hit)).collect())
            })
            .collect::<Result<_, _>>()?;
        let hits = ByDocument::new(found.into_iter().flatten());
        let contexts = contexts(&hits, frequent, documents)?;
        Ok(Self {
            hits,
            contexts,
            documents,
        })
    }

    /// The boilerplate spans of all documents, in order.
    pub(super) fn spans(&self) -> Result<Vec<BoilerplateSpan>, D::Error> {
        let carriers: Vec<DocumentIndex> = self.hits.documents().collect();
        let spans: Vec<Vec<BoilerplateSpan>> = (carriers.par_chunks(CARRIERS_AT_ONCE))
            .map(|carriers| {
                let mut spans = vec![];
                for carrier in carriers {
                    self.add_spans_of(*carrier, &mut spans)?;
                }
                Ok::<_, D::Error>(spans)
            })
            .collect::<Result<_, _>>()?;
        let mut all = Vec::with_capacity(spans.iter().map(Vec::len).sum());
        spans.into_iter().for_each(|spans| all.extend(spans));
        Ok(all)
    }

    fn add_spans_of(
        &self,
        document: DocumentIndex,
        found: &mut Vec<BoilerplateSpan>,
    ) -> Result<(), D::Error> {
        let hits = self.hits.of(document);
        let words = self.documents.words(document)?;
        let runs = hits.chunk_by(|a, b| b.at - a.at <= MAX_GAP);
        let mut end = 0;
        for run in runs {
            let begin = end;
            end += run.len() as u32;
            if let (Some(&first), Some(&last)) = (run.first(), run.last()) {
                found.push(BoilerplateSpan {
                    document,
                    passage: Passage {
                        begin: first.at - self.context_len(&words, first, Side::Before),
                        end: last.at + self.context_len(&words, last, Side::After),
                    },
                    hits: begin..end,
                });
            }
        }
        Ok(())
    }

    /// The numbers of the fingerprints of a span.
    pub(super) fn fingerprints(
        &self,
        span: &BoilerplateSpan,
    ) -> impl Iterator<Item = u32> + Clone + '_ {
        let range = span.hits.start as usize..span.hits.end as usize;
        let hits = self.hits.of(span.document).get(range);
        hits.into_iter().flatten().map(|hit| hit.fingerprint)
    }

    /// The number of words on one side of a fingerprint that agree with its context.
    fn context_len(&self, words: &[u32], hit: Hit, side: Side) -> u32 {
        let context = &self.contexts[hit.fingerprint as usize];
        let expected = match side {
            Side::Before => &context.before,
            Side::After => &context.after,
        };
        let found = side.of(words, hit.at);
        found.zip(&**expected).take_while(|(a, b)| a == *b).count() as u32
    }
}

/// The recurring fingerprints of a document, in order.
fn hits<'a, D: DocumentSource>(
    document: DocumentIndex,
    frequent: &'a Frequent<'_>,
    documents: &'a D,
) -> Result<impl Iterator<Item = Hit> + 'a, D::Error> {
    let hit = move |(at, hash)| {
        let fingerprint = frequent.find(Key::new(hash, document).hash())?;
        Some(Hit { at, fingerprint })
    };
    Ok(documents.fingerprints(document)?.filter_map(hit))
}

/// The context of each fingerprint, learnt from some of its documents.
fn contexts<D: DocumentSource>(
    hits: &ByDocument<Hit>,
    frequent: &Frequent<'_>,
    documents: &D,
) -> Result<Vec<Context>, D::Error> {
    let examples = |run: &[Key]| -> [DocumentIndex; EXAMPLES] {
        std::array::from_fn(|k| run[k * run.len() / EXAMPLES].document())
    };
    let wanted = sorted(frequent.runs().iter().copied().flat_map(examples));
    let mut found: Vec<(u32, DocumentIndex, u32)> = wanted
        .into_par_iter()
        .flat_map_iter(|document| {
            let hits = hits.of(document).iter();
            hits.map(move |hit| (hit.fingerprint, document, hit.at))
        })
        .collect();
    found.par_sort_unstable();
    let learnt: Vec<(u32, Context)> = found
        .par_chunk_by(|a, b| a.0 == b.0)
        .map(|of_one| {
            // A document that is an example of several passages adds examples to each of them.
            let few = of_one.iter().take(2 * EXAMPLES);
            let examples: Vec<(DocumentIndex, u32)> = few.map(|f| (f.1, f.2)).collect();
            Ok((of_one[0].0, Context::of(&examples, documents)?))
        })
        .collect::<Result<_, _>>()?;
    let mut contexts = Vec::new();
    contexts.resize_with(frequent.len(), Context::default);
    for (fingerprint, context) in learnt {
        contexts[fingerprint as usize] = context;
    }
    Ok(contexts)
}

/// A side of the first word of a fingerprint. The word itself is after.
#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

impl Side {
    /// The words on this side, the nearest first.
    fn of(self, words: &[u32], at: u32) -> impl Iterator<Item = u32> + Clone + '_ {
        let (before, after) = words.split_at((at as usize).min(words.len()));
        let (backward, forward) = match self {
            Self::Before => (before, &after[..0]),
            Self::After => (&before[..0], after),
        };
        backward.iter().rev().chain(forward).copied()
    }
}
