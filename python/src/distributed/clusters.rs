//! The matches of whole components to clusters, and to the pairs that clustering asks for.

use super::columns::{Columns, count};
use super::matches::{MatchRows, match_of};
use super::{Batch, convert};
use crate::options::RunOptions;
use arrow_array::builder::{Int32Builder, Int64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use dedupe::core::cluster::{Cluster, KnownPairs, Ordered};
use dedupe::core::{DocumentIndex, Documents, Keep, Match, cluster as cluster_matches};
use pyo3::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a row of the result is: a member with its representative, a pair that must be verified, a match that was asked for
/// and is part of the result.
const MEMBER: i32 = 0;
const UNKNOWN: i32 = 1;
const MATCH: i32 = 2;

/// Clusters the matches of components. The rows of a component must be in one batch. Rows that are `asked` are answers to
/// earlier questions.
///
/// A component about which something is asked has no members yet.
#[pyfunction]
pub(super) fn cluster(py: Python<'_>, batch: Batch, options: RunOptions) -> PyResult<Batch> {
    let keep = options.rules()?.keep;
    convert(py, move || clustered(&batch.0, keep))
}

fn clustered(batch: &RecordBatch, keep: Keep) -> Result<RecordBatch, ArrowError> {
    let columns = Columns(batch);
    let components = columns.longs("component")?;
    let mut by_component: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (row, component) in components.values().iter().enumerate() {
        by_component.entry(*component).or_default().push(row);
    }
    let mut rows = Rows::default();
    for (number, of_component) in by_component {
        let component = Component::new(columns, &of_component)?;
        component.cluster(columns, &of_component, keep, number, &mut rows)?;
    }
    rows.finish()
}

/// What is known of a document.
#[derive(Clone, Copy)]
struct Facts<'a> {
    length: u32,
    precedence: &'a [u8],
    id: &'a str,
    preference: u32,
}

/// The documents of a component, in order. Clustering knows them by their position.
struct Component {
    documents: Vec<i64>,
    lengths: Vec<u32>,
    ranks: Vec<u32>,
    preferences: Vec<u32>,
}

impl Component {
    fn new(columns: Columns<'_>, rows: &[usize]) -> Result<Self, ArrowError> {
        let mut facts: BTreeMap<i64, Facts<'_>> = BTreeMap::new();
        for side in ['a', 'b'] {
            let name = |column: &str| format!("{column}_{side}");
            let documents = columns.longs(&side.to_string())?;
            let lengths = columns.ints(&name("length"))?;
            let precedences = columns.bytes(&name("precedence"))?;
            let ids = columns.strings(&name("id"))?;
            let preferences = columns.ints(&name("preference"))?;
            for &row in rows {
                facts.entry(documents.value(row)).or_insert_with(|| Facts {
                    length: count(lengths.value(row)),
                    precedence: precedences.value(row),
                    id: ids.value(row),
                    preference: count(preferences.value(row)),
                });
            }
        }
        let mut order: Vec<_> = (facts.values().enumerate())
            .map(|(at, facts)| (facts.precedence, facts.id, at))
            .collect();
        order.sort_unstable();
        let mut ranks = vec![0; order.len()];
        for (rank, (.., at)) in (0..).zip(order) {
            if let Some(own) = ranks.get_mut(at) {
                *own = rank;
            }
        }
        Ok(Self {
            documents: facts.keys().copied().collect(),
            lengths: facts.values().map(|facts| facts.length).collect(),
            ranks,
            preferences: facts.values().map(|facts| facts.preference).collect(),
        })
    }

    fn index(&self, document: i64) -> DocumentIndex {
        let at = self.documents.binary_search(&document);
        DocumentIndex(at.map_or(u32::MAX, |at| at as u32))
    }

    fn document(&self, index: DocumentIndex) -> i64 {
        self.documents.get(index.index()).copied().unwrap_or(-1)
    }

    fn lengths(&self, pair: Ordered) -> [u32; 2] {
        let length = |d: DocumentIndex| self.lengths.get(d.index()).copied().unwrap_or(0);
        [length(pair.0), length(pair.1)]
    }

    fn cluster(
        &self,
        columns: Columns<'_>,
        of_component: &[usize],
        keep: Keep,
        number: i64,
        rows: &mut Rows,
    ) -> Result<(), ArrowError> {
        let (a, b) = (columns.longs("a")?, columns.longs("b")?);
        let asked = columns.booleans("asked")?;
        let (mut given, mut answers) = (vec![], vec![]);
        for &row in of_component {
            let pair = (self.index(a.value(row)), self.index(b.value(row)));
            let found = match_of(columns, row, pair.0, pair.1)?;
            match asked.value(row) {
                true => answers.push((pair, found)),
                false => given.extend(found),
            }
        }
        given.sort_unstable_by_key(|m: &Match| (m.left, m.right));
        let before: BTreeSet<Ordered> = given.iter().map(|m| (m.left, m.right)).collect();
        let documents = Documents {
            lengths: &self.lengths,
            ranks: &self.ranks,
            preferences: &self.preferences,
            keep,
        };
        let verifier = KnownPairs::new(answers);
        let Ok(found) = cluster_matches(&documents, given, &verifier);
        let unknown = verifier.into_unknown();
        if unknown.is_empty() {
            for cluster in &found.clusters {
                self.add_members(number, cluster, rows);
            }
            for m in found
                .matches
                .iter()
                .filter(|m| !before.contains(&(m.left, m.right)))
            {
                self.add(number, MATCH, (m.left, m.right), Some(m), rows);
            }
        }
        for pair in unknown {
            self.add(number, UNKNOWN, pair, None, rows);
        }
        Ok(())
    }

    /// The members of a cluster: `a` is the member, `b` the representative, which has a row of its own without a match.
    fn add_members(&self, number: i64, cluster: &Cluster, rows: &mut Rows) {
        let Some(first) = cluster.members.first() else {
            return;
        };
        for member in &cluster.members {
            let pair = (member.document, first.document);
            self.add(number, MEMBER, pair, member.evidence.as_ref(), rows);
        }
    }

    fn add(&self, number: i64, kind: i32, pair: Ordered, found: Option<&Match>, rows: &mut Rows) {
        rows.kind.append_value(kind);
        rows.component.append_value(number);
        let (a, b) = (self.document(pair.0), self.document(pair.1));
        rows.matches.add(a, b, self.lengths(pair), found);
    }
}

/// The columns of the result.
#[derive(Default)]
struct Rows {
    kind: Int32Builder,
    component: Int64Builder,
    matches: MatchRows,
}

impl Rows {
    fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let own: [(&str, ArrayRef); 2] = [
            ("kind", Arc::new(self.kind.finish())),
            ("component", Arc::new(self.component.finish())),
        ];
        RecordBatch::try_from_iter(own.into_iter().chain(self.matches.columns()))
    }
}
