//! Pairs of documents to matches.

use super::columns::{Columns, count, from_u32, int, text, to_u32, to_u64};
use super::{Batch, convert};
use crate::errors::InputError;
use crate::options::RunOptions;
use arrow_array::builder::{BinaryBuilder, Float64Builder, Int32Builder, Int64Builder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, BinaryArray, Int32Array, ListArray, RecordBatch, StringArray};
use arrow_schema::ArrowError;
use dedupe::core::evidence::common_words::{CommonWords, RareWords};
use dedupe::core::evidence::dictionary::Dictionary;
use dedupe::core::evidence::word_weights::WordWeights;
use dedupe::core::verify::compare::{self, FingerprintedDocument};
use dedupe::core::{
    CompareOptions, DocumentIndex, DocumentView, Match, Passage, Relation, Thresholds,
};
use dedupe::report::MemberRelation;
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The relation of a pair that is not a match.
pub(super) const NO_MATCH: i32 = -1;

/// The number of a relation.
pub(super) const fn number(relation: Relation) -> i32 {
    match relation {
        Relation::Exact => 0,
        Relation::Near => 1,
        Relation::Contains => 2,
        Relation::Contained => 3,
        Relation::Version => 4,
        Relation::Overlap => 5,
    }
}

fn relation(number: i32) -> Option<Relation> {
    let all = [
        Relation::Exact,
        Relation::Near,
        Relation::Contains,
        Relation::Contained,
        Relation::Version,
        Relation::Overlap,
    ];
    all.get(usize::try_from(number).ok()?).copied()
}

/// The relation of a member to its representative, which has the number of a pair that is no match.
pub(super) fn member_relation(number: i32) -> MemberRelation {
    relation(number).map_or(MemberRelation::Representative, Into::into)
}

/// The matches among pairs of documents. `all`: also the pairs that are not matches, with the relation -1. `common_words`: as
/// they were learnt from a sample.
#[pyfunction]
pub(super) fn verify(
    py: Python<'_>,
    batch: Batch,
    options: RunOptions,
    all: bool,
    common_words: &[u8],
) -> PyResult<Batch> {
    let rules = options.rules()?;
    let options = CompareOptions {
        shingle: rules.shingle,
        thresholds: Thresholds {
            threshold: rules.threshold,
            min_passage: rules.min_passage,
        },
    };
    let common_words = CommonWords::from_bytes(common_words)
        .ok_or_else(|| InputError::new_err("expected common words"))?;
    convert(py, move || {
        matches(&batch.0, &options, rules.within, all, common_words)
    })
}

fn matches(
    batch: &RecordBatch,
    options: &CompareOptions,
    within: Option<u32>,
    all: bool,
    common_words: CommonWords,
) -> Result<RecordBatch, ArrowError> {
    let columns = Columns(batch);
    let (a, b) = (columns.longs("a")?, columns.longs("b")?);
    let sides = [Side::new(columns, 'a')?, Side::new(columns, 'b')?];
    let mut entries = BTreeMap::new();
    for side in &sides {
        side.add_entries(&mut entries)?;
    }
    let dictionary = Dictionary::from_entries(entries).with_common_words(common_words);
    let common_words = dictionary.common_words();
    let mut rows = MatchRows::default();
    for row in 0..batch.num_rows() {
        let [left, right] =
            [&sides[0], &sides[1]].map(|side| side.document(row, &dictionary, options));
        let [left_rare, right_rare] =
            [&left, &right].map(|document| RareWords::new(common_words, &document.words));
        let (left, right) = (left.view(&left_rare), right.view(&right_rare));
        let is_near = are_near([left.view.day, right.view.day], within);
        let found = (is_near).then(|| compare::verify(left, right, &dictionary, options));
        let found = found.flatten();
        if found.is_some() || all {
            let lengths = [left.view.len(), right.view.len()];
            rows.add(a.value(row), b.value(row), lengths, found.as_ref());
        }
    }
    rows.finish()
}

/// False if two documents of these days are too far apart to match.
fn are_near(days: [Option<i32>; 2], within: Option<u32>) -> bool {
    match (days, within) {
        ([Some(a), Some(b)], Some(within)) => a.abs_diff(b) <= within,
        _ => true,
    }
}

/// The columns of one document of each pair.
struct Side<'a> {
    words: &'a BinaryArray,
    fingerprints: &'a BinaryArray,
    steps: &'a BinaryArray,
    titles: &'a StringArray,
    days: &'a Int32Array,
    entries: &'a ListArray,
}

/// One document of a pair.
struct Document<'a> {
    words: Vec<u32>,
    fingerprints: Vec<(u32, u64)>,
    weights: WordWeights,
    headline: &'a str,
    day: Option<i32>,
}

impl<'a> Side<'a> {
    fn new(columns: Columns<'a>, side: char) -> Result<Self, ArrowError> {
        let name = |column: &str| format!("{column}_{side}");
        Ok(Self {
            words: columns.bytes(&name("words"))?,
            fingerprints: columns.bytes(&name("fingerprints"))?,
            steps: columns.bytes(&name("steps"))?,
            titles: columns.strings(&name("title"))?,
            days: columns.ints(&name("day"))?,
            entries: columns.lists(&name("entries"))?,
        })
    }

    /// Adds the entries of the dictionary that the documents need.
    fn add_entries(&self, entries: &mut BTreeMap<u64, u32>) -> Result<(), ArrowError> {
        let wrong = || ArrowError::SchemaError("expected entries of hash and occasions".to_owned());
        let all = self.entries.values().as_struct_opt().ok_or_else(wrong)?;
        let hashes = all
            .column_by_name("hash")
            .and_then(|c| c.as_primitive_opt::<Int64Type>());
        let occasions = all.column_by_name("occasions");
        let occasions = occasions.and_then(|c| c.as_primitive_opt::<Int32Type>());
        let (hashes, occasions) = (hashes.ok_or_else(wrong)?, occasions.ok_or_else(wrong)?);
        for (&hash, &occasions) in hashes.values().iter().zip(occasions.values()) {
            entries.insert(hash.cast_unsigned(), count(occasions));
        }
        Ok(())
    }

    fn document(
        &self,
        row: usize,
        dictionary: &Dictionary,
        options: &CompareOptions,
    ) -> Document<'a> {
        let hashes = to_u64(self.fingerprints.value(row));
        let steps = self.steps.value(row).iter();
        let fingerprints = steps.zip(hashes).scan(0, |at: &mut u32, (&step, hash)| {
            *at = at.saturating_add(u32::from(step));
            Some((*at, hash))
        });
        let fingerprints: Vec<(u32, u64)> = fingerprints.collect();
        let positions = fingerprints.iter().copied();
        Document {
            words: to_u32(self.words.value(row)),
            weights: WordWeights::new(dictionary, options.shingle, positions),
            fingerprints,
            headline: text(self.titles, row).unwrap_or_default(),
            day: self.days.is_valid(row).then(|| self.days.value(row)),
        }
    }
}

impl Document<'_> {
    fn view<'v>(&'v self, rare_words: &'v RareWords<'v>) -> FingerprintedDocument<'v> {
        FingerprintedDocument {
            view: DocumentView {
                words: &self.words,
                weights: &self.weights,
                rare_words,
                headline: self.headline,
                day: self.day,
            },
            fingerprints: &self.fingerprints,
        }
    }
}

/// The columns of matches.
#[derive(Default)]
pub(super) struct MatchRows {
    a: Int64Builder,
    b: Int64Builder,
    length_a: Int32Builder,
    length_b: Int32Builder,
    relation: Int32Builder,
    aligned: Int32Builder,
    longest_run: Int32Builder,
    resemblance: Float64Builder,
    containment_a: Float64Builder,
    containment_b: Float64Builder,
    passages: BinaryBuilder,
}

impl MatchRows {
    /// A pair of documents of these numbers of words, with its match.
    pub(super) fn add(&mut self, a: i64, b: i64, lengths: [u32; 2], found: Option<&Match>) {
        self.a.append_value(a);
        self.b.append_value(b);
        self.length_a.append_value(int(lengths[0]));
        self.length_b.append_value(int(lengths[1]));
        self.relation
            .append_value(found.map_or(NO_MATCH, |m| number(m.relation)));
        self.aligned
            .append_value(found.map_or(0, |m| int(m.aligned)));
        self.longest_run
            .append_value(found.map_or(0, |m| int(m.longest_run)));
        self.resemblance
            .append_value(found.map_or(0.0, |m| m.resemblance));
        self.containment_a
            .append_value(found.map_or(0.0, |m| m.containment_left));
        self.containment_b
            .append_value(found.map_or(0.0, |m| m.containment_right));
        let passages = found.iter().flat_map(|m| &m.passages);
        let ends = passages.flat_map(|(l, r)| [l.begin, l.end, r.begin, r.end]);
        self.passages
            .append_value(from_u32(&ends.collect::<Vec<u32>>()));
    }

    pub(super) fn columns(mut self) -> Vec<(&'static str, ArrayRef)> {
        vec![
            ("a", Arc::new(self.a.finish())),
            ("b", Arc::new(self.b.finish())),
            ("length_a", Arc::new(self.length_a.finish())),
            ("length_b", Arc::new(self.length_b.finish())),
            ("relation", Arc::new(self.relation.finish())),
            ("aligned", Arc::new(self.aligned.finish())),
            ("longest_run", Arc::new(self.longest_run.finish())),
            ("resemblance", Arc::new(self.resemblance.finish())),
            ("containment_a", Arc::new(self.containment_a.finish())),
            ("containment_b", Arc::new(self.containment_b.finish())),
            ("passages", Arc::new(self.passages.finish())),
        ]
    }

    fn finish(self) -> Result<RecordBatch, ArrowError> {
        RecordBatch::try_from_iter(self.columns())
    }
}

/// The match of a row of [`MatchRows`] between two documents, or `None` if the pair is not a match.
pub(super) fn match_of(
    columns: Columns<'_>,
    row: usize,
    left: DocumentIndex,
    right: DocumentIndex,
) -> Result<Option<Match>, ArrowError> {
    let Some(relation) = relation(columns.ints("relation")?.value(row)) else {
        return Ok(None);
    };
    let ends = to_u32(columns.bytes("passages")?.value(row));
    let (passages, _) = ends.as_chunks();
    let passage = |begin, end| Passage { begin, end };
    let both = |&[a, b, c, d]: &[u32; 4]| (passage(a, b), passage(c, d));
    Ok(Some(Match {
        left,
        right,
        relation,
        aligned: count(columns.ints("aligned")?.value(row)),
        longest_run: count(columns.ints("longest_run")?.value(row)),
        resemblance: columns.doubles("resemblance")?.value(row),
        containment_left: columns.doubles("containment_a")?.value(row),
        containment_right: columns.doubles("containment_b")?.value(row),
        passages: passages.iter().map(both).collect(),
    }))
}
