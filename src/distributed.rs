//! What a job that several machines share needs of the engine: sketches of a part of the documents, with all that a run on
//! one machine knows of each of them, and the items of the report.
//!
//! The other decisions of such a job are functions of `dedupe_core`. The page `docs/cluster.md` says how they fit together.

pub mod report;
pub mod report_file;

pub use crate::corpus::STATED;

use crate::corpus::{Batch, DocumentRecord, SOURCE};
use crate::matching::dates::day_of;
use crate::matching::preference::Precedence;
use crate::reading::{BATCH_BYTES, BlockSketcher, Faults, Moment, publishers};
use crate::settings::Rules;
use dedupe_formats::{self as formats, Blocks, Document, Fault, Input, InputFormat, Item};
use std::convert::Infallible;
use xxhash_rust::xxh3::Xxh3;

/// Sketches of some documents of a corpus.
#[derive(Debug, Default)]
pub struct Sketches {
    batches: Vec<Batch>,
    /// Documents that were not used.
    pub skipped: Vec<Fault>,
    /// Documents that were used with a warning.
    pub warnings: Vec<Fault>,
}

/// A document as a run knows it.
#[derive(Clone, Copy, Debug)]
pub struct SketchedDocument<'a> {
    record: DocumentRecord<'a>,
    /// Word ids.
    pub words: &'a [u32],
    /// The byte ranges of the words, packed; see [`spans`](dedupe_core::text::offsets::spans).
    pub offsets: &'a [u8],
    /// Hashes of the fingerprints.
    pub fingerprints: &'a [u64],
    /// By fingerprint: words from the fingerprint before it, or from the first word.
    pub steps: &'a [u8],
    /// LSH bucket hashes.
    pub buckets: &'a [u64],
    path: &'a str,
    rules: &'a Rules,
}

impl Sketches {
    /// Sketches the documents of an input in memory. A document without an id gets one from its content.
    #[must_use]
    pub fn of_input(input: &Input, reading: &formats::Options, rules: &Rules) -> Self {
        let inputs = [input.clone()];
        Self::of(&inputs, rules, |visit| {
            Blocks::new(&inputs, reading).for_each(|block| block.read(visit));
        })
    }

    /// Sketches the records of lines of JSON. A document without an id gets one from its content. `name` takes the place of
    /// a path in faults.
    #[must_use]
    pub fn of_json_lines(
        lines: Vec<u8>,
        name: &str,
        reading: &formats::Options,
        rules: &Rules,
    ) -> Self {
        let reading = formats::Options {
            format: InputFormat::named("jsonl"),
            ..reading.clone()
        };
        let inputs = [Input::in_memory(name, vec![])];
        let mut unread = None;
        let mut sketches = Self::of(&inputs, rules, |visit| {
            unread = formats::read_bytes(lines, &reading, visit).err();
        });
        sketches.skipped.extend(unread);
        for fault in sketches.skipped.iter_mut().chain(&mut sketches.warnings) {
            name.clone_into(&mut fault.path);
        }
        sketches
    }

    fn of(inputs: &[Input], rules: &Rules, read: impl FnOnce(&mut dyn FnMut(Item<'_>))) -> Self {
        let mut sketcher = BlockSketcher::new(rules.sketcher(), inputs);
        let named = |visit: &mut dyn FnMut(Item<'_>)| {
            read(&mut |item| match item {
                Item::Document(document) if document.id.is_none() => {
                    let id = Some(id_of_content(&document).into());
                    visit(Item::Document(Document { id, ..document }));
                }
                other => visit(other),
            });
        };
        let Ok(parts) = sketcher.sketch(named, BATCH_BYTES, Ok::<_, Infallible>);
        let (mut sketches, mut faults) = (Self::default(), Faults::default());
        for part in parts {
            sketches.batches.push(part.batch);
            faults.append(part.faults);
        }
        sketches.skipped = faults.skipped.into_sorted();
        sketches.warnings = faults.warnings.into_sorted();
        sketches
    }

    /// The documents, in the order in which they were read. `path`: what counts as the publisher of a document that states
    /// neither a source nor an address. `rules`: those of the sketches.
    pub fn documents<'a>(
        &'a self,
        path: &'a str,
        rules: &'a Rules,
    ) -> impl Iterator<Item = SketchedDocument<'a>> + 'a {
        self.batches.iter().flat_map(move |batch| {
            (0..batch.len()).map(move |at| SketchedDocument::new(batch, at, path, rules))
        })
    }
}

/// An id for a document that states none. Documents with the same content have the same one.
fn id_of_content(document: &Document<'_>) -> String {
    let mut hasher = Xxh3::new();
    let fields = [
        &document.title,
        &document.source,
        &document.date,
        &document.url,
    ];
    for field in fields
        .map(Option::as_deref)
        .into_iter()
        .chain([Some(&*document.text)])
    {
        let length = field.map_or(u64::MAX, |field| field.len() as u64);
        hasher.update(&length.to_le_bytes());
        hasher.update(field.unwrap_or_default().as_bytes());
    }
    format!("unnamed-{:032x}", hasher.digest128())
}

impl<'a> SketchedDocument<'a> {
    fn new(batch: &'a Batch, at: usize, path: &'a str, rules: &'a Rules) -> Self {
        let ranges = batch.ranges(at);
        Self {
            record: batch.record(at),
            words: batch.words.get(ranges.words).unwrap_or_default(),
            offsets: batch.offsets.get(ranges.offsets).unwrap_or_default(),
            fingerprints: (batch.fingerprints.get(ranges.fingerprints.clone())).unwrap_or_default(),
            steps: batch.steps.get(ranges.fingerprints).unwrap_or_default(),
            buckets: batch.buckets.get(ranges.buckets).unwrap_or_default(),
            path,
            rules,
        }
    }

    /// Its id. Other documents may have the same one.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.record.id
    }

    /// What it states, in the order of [`STATED`]. Its source is the field of this name, else the host of its URL.
    #[must_use]
    pub fn stated(&self) -> [Option<&'a str>; STATED.len()] {
        let mut stated = self.record.stated();
        stated[SOURCE] = publishers::stated(&self.record);
        stated
    }

    /// Bytes of its text.
    #[must_use]
    pub fn text_bytes(&self) -> u64 {
        self.record.text.bytes
    }

    /// The number of its row in a table, counted from 1.
    #[must_use]
    pub fn row(&self) -> Option<u64> {
        self.record.location.line
    }

    /// XXH3-128 of its words. Exact copies have the same one.
    #[must_use]
    pub fn digest(&self) -> [u8; 16] {
        self.record.digest.to_be_bytes()
    }

    /// The day in UTC on which it was published, counted from 1970.
    #[must_use]
    pub fn day(&self) -> Option<i32> {
        self.record.published.and_then(day_of)
    }

    /// The name of its publisher.
    #[must_use]
    pub fn publisher(&self) -> &'a str {
        publishers::name(&self.record, self.path)
    }

    /// When it was published, as bytes. A run numbers documents in the order of these bytes, then by id.
    #[must_use]
    pub fn moment(&self) -> [u8; 13] {
        Moment(self.record.published).to_bytes()
    }

    /// Bytes in whose order documents are preferred as representatives. Of two with the same bytes, the one of the lower id
    /// is preferred.
    #[must_use]
    pub fn precedence(&self) -> [u8; 21] {
        let words = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        Precedence::new(
            self.source_preference(),
            words,
            self.record.published,
            self.rules.keep,
        )
        .to_bytes()
    }

    /// The position of its source among the preferred sources, or the number of these.
    #[must_use]
    pub fn source_preference(&self) -> u32 {
        publishers::preference(&self.record, &self.rules.prefer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> formats::Options {
        formats::Options::default()
    }

    #[test]
    fn documents_of_lines_are_sketched_and_faults_are_named() {
        let lines = b"{\"id\": \"a\", \"text\": \"The ferry stops.\", \"source\": \"Herald\", \"date\": \"1970-01-03\"}\n\
            {broken\n{\"text\": \"12 34\", \"url\": \"https://www.post.example/x\"}\n{\"text\": \"...\"}\n"
            .to_vec();
        let rules = Rules::default();
        let sketches = Sketches::of_json_lines(lines, "news", &options(), &rules);
        let codes: Vec<_> = sketches
            .skipped
            .iter()
            .map(|f| (f.path.as_str(), f.line, f.code.as_str()))
            .collect();
        assert_eq!(
            codes,
            [("news", Some(2), "not-json"), ("news", Some(4), "empty")]
        );
        let documents: Vec<_> = sketches.documents("news", &rules).collect();
        let [first, second] = documents[..] else {
            panic!("{}", documents.len());
        };
        assert_eq!(
            (first.id(), first.publisher(), first.day()),
            ("a", "Herald", Some(2))
        );
        assert_eq!(
            (
                first.words.len(),
                first.fingerprints.len(),
                first.text_bytes()
            ),
            (3, 1, 16)
        );
        assert!(second.id().starts_with("unnamed-") && second.id().len() == 40);
        assert_eq!(
            (second.publisher(), second.row()),
            ("post.example", Some(3))
        );
        assert!(first.moment() < second.moment() && first.precedence() < second.precedence());
        assert_ne!(first.digest(), second.digest());
    }

    #[test]
    fn only_the_same_content_has_the_same_id() {
        let id = |title: Option<&'static str>, text: &'static str| {
            id_of_content(&Document {
                title: title.map(Into::into),
                text: text.into(),
                ..Document::default()
            })
        };
        assert_eq!(id(Some("A"), "b"), id(Some("A"), "b"));
        assert_ne!(id(Some("A"), "b"), id(None, "b"));
        assert_ne!(id(Some("A"), "b"), id(Some("Ab"), ""));
        assert_ne!(id(Some(""), "b"), id(None, "b"));
    }
}
