//! Walk, read, words, sketch: from inputs to a corpus, block by block, in parallel.

use super::attribution::Attribution;
use super::room::Room;
use super::{Progress, Settings, ids};
use crate::corpus::{Batch, Corpus, DocumentRecord};
use crate::spill::Spill;
use dedupe_core::sketch::Sketcher;
use dedupe_core::text;
use dedupe_formats::{self as source, Blocks, Document, Input, Item, Location};
use dedupe_formats::{Fault, FaultCode};
use rayon::prelude::*;
use std::borrow::Cow;
use xxhash_rust::xxh3::Xxh3;

/// Bytes from which a block is taken into the corpus in parts.
const BATCH_BYTES: u64 = 16 << 20;
/// The status of what may be published.
const USABLE: &str = "usable";

/// What reading gives.
pub(super) struct Reading {
    pub(super) corpus: Corpus,
    pub(super) skipped: Vec<Fault>,
    pub(super) warnings: Vec<Fault>,
    /// Members and records that were passed over for their kind.
    pub(super) ignored: u64,
}

/// Reads all inputs. The result does not depend on the number of threads: blocks are put back into
/// their order.
pub(super) fn read(
    inputs: &[Input],
    options: &source::Options,
    settings: &Settings,
    progress: &dyn Progress,
) -> Reading {
    let spill = Spill::new(options.temporary_folder.as_deref());
    let room = Room::new(settings.memory, Input::total_size(inputs));
    let admit = |mut sketched: Sketched| {
        sketched.fixed = room.admit(&mut sketched.batch, &spill);
        progress.advance(sketched.batch.len() as u64, 0);
        sketched
    };
    let mut blocks: Vec<(usize, Vec<Sketched>)> = Blocks::new(inputs, options)
        .enumerate()
        .par_bridge()
        .map_init(
            || Bench::new(settings.sketcher(), inputs),
            |bench, (at, block)| {
                let sketched = bench.sketch(|visit| block.read(visit), BATCH_BYTES, admit);
                let fixed = sketched.iter().map(|sketched| sketched.fixed);
                room.advance(block.bytes(), fixed.sum());
                progress.advance(0, block.bytes());
                (at, sketched)
            },
        )
        .collect();
    blocks.sort_unstable_by_key(|b| b.0);
    let (mut batches, mut skipped, mut warnings, mut ignored) = (vec![], vec![], vec![], 0);
    for sketched in blocks.into_iter().flat_map(|(_, sketched)| sketched) {
        batches.push(sketched.batch);
        skipped.extend(sketched.skipped);
        warnings.extend(sketched.warnings);
        ignored += sketched.ignored;
    }
    let mut corpus = Corpus::new(batches, spill);
    room.settle(&mut corpus);
    warnings.extend(ids::make_unique(&mut corpus, inputs));
    Reading {
        corpus,
        skipped,
        warnings,
        ignored,
    }
}

/// A block, or a part of a large one, on its way into the corpus.
#[derive(Default)]
struct Sketched {
    batch: Batch,
    /// Bytes of it, and of what is made of it, that stay in memory.
    fixed: u64,
    skipped: Vec<Fault>,
    warnings: Vec<Fault>,
    ignored: u64,
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

    /// What a block holds, in its order: in more parts than one where it is more than `most` bytes, since
    /// an archive or a table is one block however long. Each part is handed to `admit` as
    /// soon as it is complete.
    fn sketch(
        &mut self,
        read: impl FnOnce(&mut dyn FnMut(Item<'_>)),
        most: u64,
        admit: impl Fn(Sketched) -> Sketched,
    ) -> Vec<Sketched> {
        let mut parts = vec![];
        read(&mut |item| {
            self.add(item);
            if self.work.batch.bytes() > most {
                parts.push(admit(self.take()));
            }
        });
        parts.push(admit(self.take()));
        parts
    }

    fn add(&mut self, item: Item) {
        match item {
            Item::Document(document) => self.add_document(document),
            Item::Skipped(fault) => self.work.skipped.push(fault),
            Item::Warning(fault) => self.work.warnings.push(fault),
            Item::Ignored => self.work.ignored += 1,
        }
    }

    fn add_document(&mut self, document: Document) {
        let batch = &mut self.work.batch;
        let words = batch.words.len();
        let found = Attribution::of(&document);
        text::scan_parts(
            &document.text,
            found.story(&document.text),
            &mut batch.words,
            &mut batch.offsets,
        );
        let ids = &batch.words[words..];
        if ids.is_empty() {
            self.work
                .skipped
                .push(without_words(&document, self.inputs));
            return;
        }
        self.sketcher.sketch_into(
            ids,
            &mut self.scratch,
            &mut batch.fingerprints,
            &mut batch.steps,
            &mut batch.buckets,
        );
        if document.date.is_some() && !found.is_dated {
            self.work.warnings.push(bad_date(&document, self.inputs));
        }
        let wire = document.agency.as_deref();
        let status = wire.and_then(|wire| wire.status.as_deref());
        if let Some(status) = status.filter(|status| *status != USABLE) {
            self.work
                .warnings
                .push(unusable(&document, status, self.inputs));
        }
        let dateline = found.dateline.as_ref();
        batch.push(&DocumentRecord {
            id: &id(&document, self.inputs),
            title: document.title.as_deref(),
            source: document.source.as_deref(),
            date: document.date.as_deref(),
            url: document.url.as_deref(),
            byline: document.byline.as_deref(),
            language: document.language.as_deref(),
            credit: found.credit(),
            dateline_place: dateline.and_then(|dateline| dateline.place.as_deref()),
            dateline_day: dateline.and_then(|dateline| dateline.date.as_deref()),
            version: wire.and_then(|wire| wire.version.as_deref()),
            status,
            member: document.member.as_deref(),
            published: found.published,
            place: document.location,
            bytes: document.text.len() as u64,
            digest: digest(&batch.words[words..]),
        });
    }

    /// What was sketched since.
    fn take(&mut self) -> Sketched {
        Sketched {
            batch: self.work.batch.take(),
            fixed: 0,
            skipped: std::mem::take(&mut self.work.skipped),
            warnings: std::mem::take(&mut self.work.warnings),
            ignored: std::mem::take(&mut self.work.ignored),
        }
    }
}

/// The record's own id, else its path and line.
fn id<'a>(document: &'a Document, inputs: &'a [Input]) -> Cow<'a, str> {
    let path = || shown(document.member.as_deref(), document.location, inputs);
    match (&document.id, document.location.line) {
        (Some(own), _) => Cow::Borrowed(own),
        (None, Some(line)) => Cow::Owned(format!("{}:{line}", path())),
        (None, None) => Cow::Borrowed(path()),
    }
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
        path: shown(document.member.as_deref(), document.location, inputs).to_owned(),
        line: document.location.line,
        code: FaultCode::Empty,
        reason: "the text has no word".to_owned(),
    }
}

fn unusable(document: &Document, status: &str, inputs: &[Input]) -> Fault {
    Fault {
        path: shown(document.member.as_deref(), document.location, inputs).to_owned(),
        line: document.location.line,
        code: FaultCode::NotUsable,
        reason: format!("its publisher marks it as {status:?}: it is compared all the same"),
    }
}

fn bad_date(document: &Document, inputs: &[Input]) -> Fault {
    let date = document.date.as_deref().unwrap_or_default();
    Fault {
        path: shown(document.member.as_deref(), document.location, inputs).to_owned(),
        line: document.location.line,
        code: FaultCode::BadDate,
        reason: format!(
            "expected a date such as 2021-02-26T12:00:00Z, found {date:?}: the document counts as undated"
        ),
    }
}

/// The displayed path of the file, or of the archive's member, that a document was read from.
pub(super) fn path<'a>(inputs: &'a [Input], record: &DocumentRecord<'a>) -> &'a str {
    shown(record.member, record.place, inputs)
}

fn shown<'a>(member: Option<&'a str>, place: Location, inputs: &'a [Input]) -> &'a str {
    let file = || inputs.get(place.input as usize).map_or("", Input::path);
    member.unwrap_or_else(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// A bomb of an archive once held all of its members in memory, however little of it a run may take.
    #[test]
    fn a_long_block_is_taken_in_parts_in_its_order() {
        let stories: Vec<String> = (0..20)
            .map(|n| format!("story {n} of an archive that is one block").repeat(9))
            .collect();
        let ids = |most: u64| -> Vec<Vec<usize>> {
            let mut bench = Bench::new(Settings::default().sketcher(), &[]);
            let read = |visit: &mut dyn FnMut(Item<'_>)| {
                for (n, story) in stories.iter().enumerate() {
                    visit(Item::Document(Document {
                        id: Some(n.to_string().into()),
                        text: story.as_str().into(),
                        ..Document::default()
                    }));
                }
            };
            let admitted = Cell::new(0);
            let parts = bench.sketch(read, most, |part| {
                admitted.set(admitted.get() + 1);
                part
            });
            assert_eq!(admitted.get(), parts.len());
            let of_part = |part: &Sketched| {
                let records = (0..part.batch.len()).map(|at| part.batch.record(at));
                records.map(|record| record.id.parse().unwrap()).collect()
            };
            parts.iter().map(of_part).collect()
        };
        let all: Vec<usize> = (0..20).collect();
        assert_eq!(ids(u64::MAX), [&all[..]]);
        let parts = ids(1000);
        assert!(parts.len() > 5, "{parts:?}");
        assert_eq!(parts.concat(), all);
    }
}
