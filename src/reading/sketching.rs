//! From blocks of input to batches: words, fingerprints, buckets and records, in parallel.

use super::attribution::Attribution;
use super::displayed_path;
use super::notice_paragraphs::Paragraph;
use super::notices::{Again, is_article};
use crate::corpus::memory_budget::MemoryBudget;
use crate::corpus::{Batch, Corpus, DocumentRecord, Spill, SpillError, TextDigest};
use crate::error::Error;
use crate::job::Job;
use crate::progress::check_cancelled;
use dedupe_core::sketch::Sketcher;
use dedupe_core::text;
use dedupe_formats::{
    self as formats, Blocks, Document, Fault, FaultCode, FaultList, Input, Item, quoted,
};
use rayon::prelude::*;
use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};
use xxhash_rust::xxh3::Xxh3;

/// A block is split into batches of about this size. An archive or a table is one block, however long it is.
pub(crate) const BATCH_BYTES: u64 = 16 << 20;
/// The status of a document that may be published.
const USABLE: &str = "usable";

/// The documents of all inputs. Their ids may not be unique yet.
pub(super) struct Documents {
    pub(super) corpus: Corpus,
    pub(super) faults: Faults,
    /// The options to read a document again as it was read.
    pub(super) options: formats::Options,
    /// Archive members and records of a kind that has no documents.
    pub(super) ignored: u64,
}

/// Reads all inputs. Blocks are put back into their order, so the result does not depend on the threads.
pub(super) fn read_documents(inputs: &[Input], job: &Job<'_>) -> Result<Documents, Error> {
    let spill = job.resources.spill();
    let budget = MemoryBudget::new(job.resources.memory, Input::total_size(inputs));
    let faults = Mutex::new(Faults::default());
    let admit = |mut part: BlockPart| {
        check_cancelled(job.progress)?;
        budget.hold(part.paragraph_bytes());
        part.resident_bytes = budget.admit(&mut part.batch, &spill)?;
        // Here, and not after the last block: the blocks of a large corpus may have many faults each.
        (faults.lock().unwrap_or_else(PoisonError::into_inner)).append(part.faults.take());
        job.progress.advance(part.batch.len() as u64, 0);
        Ok::<_, Error>(part)
    };
    let mut blocks: Vec<(usize, Vec<BlockPart>)> = Blocks::new(inputs, job.reading)
        .enumerate()
        .par_bridge()
        .map_init(
            || BlockSketcher::new(job.rules.sketcher(), inputs),
            |sketcher, (at, block)| {
                let parts = sketcher.sketch(|visit| block.read(visit), BATCH_BYTES, admit)?;
                let resident =
                    (parts.iter()).map(|part| part.resident_bytes + part.paragraph_bytes());
                budget.block_read(block.bytes(), resident.sum());
                job.progress.advance(0, block.bytes());
                Ok((at, parts))
            },
        )
        .collect::<Result<_, Error>>()?;
    blocks.sort_unstable_by_key(|block| block.0);
    let mut parts: Vec<BlockPart> = blocks.into_iter().flat_map(|(_, parts)| parts).collect();
    let again = Again {
        inputs,
        job,
        budget: &budget,
        spill: &spill,
    };
    let mut again = again.read_notice_pages(&mut parts)?;
    let mut faults = faults.into_inner().unwrap_or_else(PoisonError::into_inner);
    faults.warnings.extend(again.warnings);
    let (mut batches, mut ignored) = (vec![], 0);
    for (at, part) in parts.into_iter().enumerate() {
        batches.extend(
            again
                .batches
                .remove(&at)
                .unwrap_or_else(|| vec![part.batch]),
        );
        ignored += part.ignored;
    }
    let mut corpus = Corpus::new(batches, spill);
    budget.enforce(&mut corpus)?;
    Ok(Documents {
        corpus,
        faults,
        options: formats::Options {
            notice_pages: again.notice_pages,
            ..job.reading.clone()
        },
        ignored,
    })
}

/// Faults of inputs and of documents.
#[derive(Default)]
pub(crate) struct Faults {
    /// Those that were not used.
    pub(crate) skipped: FaultList,
    /// Those that were used with a warning.
    pub(crate) warnings: FaultList,
}

impl Faults {
    pub(crate) fn append(&mut self, other: Self) {
        self.skipped.append(other.skipped);
        self.warnings.append(other.warnings);
    }

    fn take(&mut self) -> Self {
        std::mem::take(self)
    }
}

/// A block, or one part of a large block.
#[derive(Default)]
pub(crate) struct BlockPart {
    pub(crate) batch: Batch,
    /// Bytes of the batch that stay in memory, and what later stages need for it.
    pub(super) resident_bytes: u64,
    pub(crate) faults: Faults,
    /// Hashes of the paragraphs of web pages, with the index of the page in the batch.
    pub(super) paragraphs: Vec<(u64, u32)>,
    ignored: u64,
}

impl BlockPart {
    /// Bytes that the paragraphs take until the notices are found: here, and sorted by site.
    pub(super) fn paragraph_bytes(&self) -> u64 {
        let each = size_of::<(u64, u32)>() + size_of::<Paragraph>();
        (self.paragraphs.len() * each) as u64
    }
}

/// Sketches one block after the other. Each thread has one, and reuses its buffers.
pub(crate) struct BlockSketcher<'a> {
    sketcher: Sketcher,
    inputs: &'a [Input],
    scratch: Vec<u64>,
    part: BlockPart,
}

impl<'a> BlockSketcher<'a> {
    pub(crate) fn new(sketcher: Sketcher, inputs: &'a [Input]) -> Self {
        Self {
            sketcher,
            inputs,
            scratch: Vec::new(),
            part: BlockPart::default(),
        }
    }

    /// Sketches the items of a block, in order. A part ends when it exceeds `max_bytes`. `admit` gets each part
    /// as soon as it is complete. After a failure of `admit`, the rest of the block is passed over.
    pub(crate) fn sketch<E>(
        &mut self,
        read: impl FnOnce(&mut dyn FnMut(Item<'_>)),
        max_bytes: u64,
        admit: impl Fn(BlockPart) -> Result<BlockPart, E>,
    ) -> Result<Vec<BlockPart>, E> {
        let mut parts: Result<Vec<BlockPart>, E> = Ok(vec![]);
        read(&mut |item| {
            let Ok(complete) = &mut parts else {
                return;
            };
            self.add(item);
            if self.part.batch.bytes() > max_bytes {
                match admit(self.take_part()) {
                    Ok(part) => complete.push(part),
                    Err(error) => parts = Err(error),
                }
            }
        });
        let mut parts = parts?;
        parts.push(admit(self.take_part())?);
        Ok(parts)
    }

    fn add(&mut self, item: Item) {
        match item {
            Item::Document(document) => {
                self.add_document(&document);
            }
            Item::Skipped(fault) => self.part.faults.skipped.push(fault),
            Item::Warning(fault) => self.part.faults.warnings.push(fault),
            Item::Ignored => self.part.ignored += 1,
        }
    }

    /// The documents that were added since the last call of [`Self::take_part`].
    pub(super) fn batch(&self) -> &Batch {
        &self.part.batch
    }

    /// Adds a copy of a document of another batch.
    pub(super) fn add_copy(
        &mut self,
        from: &Batch,
        at: usize,
        spill: &Spill,
    ) -> Result<(), SpillError> {
        self.part.batch.push_copy(from, at, spill)
    }

    /// Adds a document. False if it has no word.
    pub(super) fn add_document(&mut self, document: &Document) -> bool {
        let batch = &mut self.part.batch;
        let words = batch.words.len();
        let found = Attribution::of(document);
        text::scan_parts(
            &document.text,
            found.story(&document.text),
            &mut batch.words,
            &mut batch.offsets,
        );
        let ids = &batch.words[words..];
        if ids.is_empty() {
            self.part
                .faults
                .skipped
                .push(without_words(document, self.inputs));
            return false;
        }
        self.sketcher.sketch_into(
            ids,
            &mut self.scratch,
            &mut batch.fingerprints,
            &mut batch.steps,
            &mut batch.buckets,
        );
        if document.date.is_some() && !found.is_dated {
            self.part
                .faults
                .warnings
                .push(bad_date(document, self.inputs));
        }
        let agency = document.agency.as_deref();
        let status = agency.and_then(|agency| agency.status.as_deref());
        if let Some(status) = status.filter(|status| *status != USABLE) {
            self.part
                .faults
                .warnings
                .push(not_usable(document, status, self.inputs));
        }
        if is_article(document.extraction) {
            let at = u32::try_from(batch.len()).unwrap_or(u32::MAX);
            let hashes = formats::paragraph_hashes(&document.text);
            self.part.paragraphs.extend(hashes.map(|hash| (hash, at)));
        }
        let dateline = found.dateline.as_ref();
        batch.push(&DocumentRecord {
            id: &id(document, self.inputs),
            title: document.title.as_deref(),
            source: document.source.as_deref(),
            date: document.date.as_deref(),
            url: document.url.as_deref(),
            byline: document.byline.as_deref(),
            language: document.language.as_deref(),
            credit: found.credit(),
            dateline_place: dateline.and_then(|dateline| dateline.place.as_deref()),
            dateline_day: dateline.and_then(|dateline| dateline.date.as_deref()),
            version: agency.and_then(|agency| agency.version.as_deref()),
            status,
            extraction: document.extraction,
            member: document.member.as_deref(),
            published: found.published,
            location: document.location,
            text: TextDigest::of(&document.text),
            digest: digest(&batch.words[words..]),
        });
        true
    }

    /// Takes out what was added since the last call.
    pub(super) fn take_part(&mut self) -> BlockPart {
        BlockPart {
            batch: self.part.batch.take(),
            resident_bytes: 0,
            faults: self.part.faults.take(),
            paragraphs: std::mem::take(&mut self.part.paragraphs),
            ignored: std::mem::take(&mut self.part.ignored),
        }
    }
}

/// The id that the record states, else its path and line.
fn id<'a>(document: &'a Document, inputs: &'a [Input]) -> Cow<'a, str> {
    let path = || document_path(document, inputs);
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
        for (four, word) in bytes.as_chunks_mut().0.iter_mut().zip(run) {
            *four = word.to_le_bytes();
        }
        hasher.update(&bytes[..4 * run.len()]);
    }
    hasher.digest128()
}

fn without_words(document: &Document, inputs: &[Input]) -> Fault {
    fault(
        document,
        inputs,
        FaultCode::Empty,
        "the text has no word".to_owned(),
    )
}

fn not_usable(document: &Document, status: &str, inputs: &[Input]) -> Fault {
    let status = quoted(status);
    let reason = format!("its publisher marks it as {status:?}; it is compared all the same");
    fault(document, inputs, FaultCode::NotUsable, reason)
}

fn bad_date(document: &Document, inputs: &[Input]) -> Fault {
    let date = quoted(document.date.as_deref().unwrap_or_default());
    let reason = format!(
        "expected a date such as 2021-02-26T12:00:00Z, found {date:?}; the document is treated as undated"
    );
    fault(document, inputs, FaultCode::BadDate, reason)
}

fn fault(document: &Document, inputs: &[Input], code: FaultCode, reason: String) -> Fault {
    Fault {
        path: document_path(document, inputs).to_owned(),
        line: document.location.line,
        code,
        reason,
        count: 1,
    }
}

fn document_path<'a>(document: &'a Document, inputs: &'a [Input]) -> &'a str {
    displayed_path(document.member.as_deref(), document.location, inputs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Rules;
    use std::cell::Cell;

    /// Once, all members of an archive bomb were in memory at the same time, for any memory budget.
    #[test]
    fn a_long_block_is_split_into_parts_in_order() {
        let stories: Vec<String> = (0..20)
            .map(|n| format!("story {n} of an archive that is one block").repeat(9))
            .collect();
        let ids = |max_bytes: u64| -> Vec<Vec<usize>> {
            let mut sketcher = BlockSketcher::new(Rules::default().sketcher(), &[]);
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
            let parts = sketcher.sketch(read, max_bytes, |part| {
                admitted.set(admitted.get() + 1);
                Ok::<_, SpillError>(part)
            });
            let parts = parts.unwrap();
            assert_eq!(admitted.get(), parts.len());
            let of_part = |part: &BlockPart| {
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
