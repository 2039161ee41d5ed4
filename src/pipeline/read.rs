//! Walk, read, words, sketch: from inputs to a corpus, block by block, in parallel.

use super::{Progress, Settings};
use crate::corpus::{Batch, Corpus, Record};
use crate::model::Fault;
use crate::sketch::Sketcher;
use crate::source::{self, Blocks, Document, Input, Item};
use crate::spill::Spill;
use crate::text;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use xxhash_rust::xxh3::Xxh3;

/// The share of memory that words and fingerprints may take, as its denominator.
const ARENAS: u64 = 4;

/// What reading gives.
pub(super) struct Reading {
    pub(super) corpus: Corpus,
    pub(super) skipped: Vec<Fault>,
    pub(super) warnings: Vec<Fault>,
}

/// Reads all inputs. The result does not depend on the number of threads: blocks are put back into
/// their order.
pub(super) fn read(
    inputs: &[Input],
    options: &source::Options,
    settings: &Settings,
    progress: &dyn Progress,
) -> Reading {
    let spill = Spill::new(options.temporary.as_deref());
    let room = settings.memory.map_or(u64::MAX, |memory| memory / ARENAS);
    let held = AtomicU64::new(0);
    let mut blocks: Vec<(usize, Sketched)> = Blocks::new(inputs, options)
        .enumerate()
        .par_bridge()
        .map_init(
            || Bench::new(settings.sketcher(), inputs),
            |bench, (at, block)| {
                block.read(&mut |item| bench.add(item));
                let mut sketched = bench.take();
                let bytes = sketched.batch.bytes();
                if held
                    .fetch_add(bytes, Ordering::Relaxed)
                    .saturating_add(bytes)
                    > room
                {
                    sketched.batch.move_to(&spill);
                }
                progress.advance(sketched.batch.documents.len() as u64, block.bytes());
                (at, sketched)
            },
        )
        .collect();
    blocks.sort_unstable_by_key(|b| b.0);
    let (mut batches, mut skipped, mut warnings) = (vec![], vec![], vec![]);
    for (_, sketched) in blocks {
        batches.push(sketched.batch);
        skipped.extend(sketched.skipped);
        warnings.extend(sketched.warnings);
    }
    let mut corpus = Corpus::new(batches, spill);
    name(&mut corpus, inputs, &mut warnings);
    Reading {
        corpus,
        skipped,
        warnings,
    }
}

/// A block on its way into the corpus.
#[derive(Default)]
struct Sketched {
    batch: Batch,
    skipped: Vec<Fault>,
    warnings: Vec<Fault>,
}

/// Where one thread sketches block after block: buffers grow once.
struct Bench<'a> {
    sketcher: Sketcher,
    inputs: &'a [Input],
    scratch: Vec<u64>,
    work: Sketched,
}

impl<'a> Bench<'a> {
    fn new(sketcher: Sketcher, inputs: &'a [Input]) -> Self {
        Self {
            sketcher,
            inputs,
            scratch: Vec::new(),
            work: Sketched::default(),
        }
    }

    fn add(&mut self, item: Item) {
        match item {
            Item::Document(document) => self.add_document(document),
            Item::Skipped(fault) => self.work.skipped.push(fault),
            Item::Warning(fault) => self.work.warnings.push(fault),
        }
    }

    fn add_document(&mut self, document: Document) {
        let batch = &mut self.work.batch;
        let (words, layout) = (batch.words.len(), batch.layout.len());
        let (fingerprints, buckets) = (batch.fingerprints.len(), batch.buckets.len());
        text::scan(&document.text, &mut batch.words, &mut batch.layout);
        let ids = &batch.words[words..];
        if ids.is_empty() {
            self.work
                .skipped
                .push(without_words(&document, self.inputs));
            return;
        }
        self.sketcher.sketch(
            ids,
            &mut self.scratch,
            &mut batch.fingerprints,
            &mut batch.steps,
            &mut batch.buckets,
        );
        batch.documents.push(Record {
            digest: digest(ids),
            words: words..batch.words.len(),
            layout: layout..batch.layout.len(),
            fingerprints: fingerprints..batch.fingerprints.len(),
            buckets: buckets..batch.buckets.len(),
            place: document.place,
            bytes: document.text.len() as u64,
            id: owned(document.id),
            title: owned(document.title),
            source: owned(document.source),
            date: owned(document.date),
            url: owned(document.url),
        });
    }

    /// What was sketched since.
    fn take(&mut self) -> Sketched {
        Sketched {
            batch: self.work.batch.take(),
            skipped: std::mem::take(&mut self.work.skipped),
            warnings: std::mem::take(&mut self.work.warnings),
        }
    }
}

fn owned(field: Option<Cow<str>>) -> Option<Box<str>> {
    field.map(|f| f.into_owned().into_boxed_str())
}

fn digest(words: &[u32]) -> u128 {
    let mut hasher = Xxh3::new();
    let mut bytes = [0u8; 1024];
    for run in words.chunks(bytes.len() / 4) {
        for (four, word) in bytes.chunks_exact_mut(4).zip(run) {
            four.copy_from_slice(&word.to_le_bytes());
        }
        hasher.update(&bytes[..4 * run.len()]);
    }
    hasher.digest128()
}

fn without_words(document: &Document, inputs: &[Input]) -> Fault {
    Fault {
        path: path(inputs, document.place.input).to_owned(),
        line: document.place.line,
        code: "empty".to_owned(),
        reason: "the text has no word".to_owned(),
    }
}

/// The displayed path of an input.
pub(super) fn path(inputs: &[Input], input: u32) -> &str {
    inputs.get(input as usize).map_or("", Input::path)
}

/// Gives every document an id of its own: its record's, else its path and line; the second with one id
/// is `ID (2)`.
fn name(corpus: &mut Corpus, inputs: &[Input], warnings: &mut Vec<Fault>) {
    let mut seen: HashMap<Box<str>, u32> = HashMap::with_capacity(corpus.len());
    for document in corpus.indices() {
        let record = corpus.record_mut(document);
        let path = path(inputs, record.place.input);
        let own = record.id.take().unwrap_or_else(|| match record.place.line {
            Some(line) => format!("{path}:{line}").into_boxed_str(),
            None => path.into(),
        });
        let id = free_id(&own, &mut seen);
        if id != own {
            warnings.push(Fault {
                path: path.to_owned(),
                line: record.place.line,
                code: "duplicate-id".to_owned(),
                reason: format!(
                    "the id {own:?} is taken by an earlier document; this one is {id:?}"
                ),
            });
        }
        record.id = Some(id);
    }
}

fn free_id(own: &str, seen: &mut HashMap<Box<str>, u32>) -> Box<str> {
    let mut id: Box<str> = own.into();
    while let Some(count) = seen.get_mut(&id) {
        *count += 1;
        let next = format!("{own} ({count})").into_boxed_str();
        if !seen.contains_key(&next) {
            id = next;
            break;
        }
    }
    seen.insert(id.clone(), 1);
    id
}
