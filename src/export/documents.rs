//! The documents of a corpus, each kept or dropped.
//!
//! They stay in memory while the corpus that was kept is read again. So they are stored in a few arrays: small allocations
//! between those of a run would keep the allocator from returning the memory of the run.

use crate::corpus::TextDigest;
use dedupe_core::model::Relation;
use dedupe_formats::Location;
use std::num::NonZeroU64;

/// A document, kept or dropped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen<'a> {
    /// The id.
    pub id: &'a str,
    /// Path of the file or archive member that the document was read from.
    pub path: &'a str,
    /// Line of the record, counted from 1. `None`: the document is a whole file.
    pub line: Option<u64>,
    /// Why the document is dropped. `None`: it is kept.
    pub dropped: Option<&'a Dropped>,
    /// Where it is read again.
    pub(super) location: Location,
    pub(super) text: TextDigest,
}

/// Why a document is dropped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropped {
    /// The kept document that replaces it, as an index into [`Selection::documents`](super::Selection::documents).
    pub stand_in: usize,
    /// The relation of this document to its stand-in.
    pub relation: Relation,
    /// The share of this document that is in its stand-in.
    pub containment: f64,
    /// The share of the stand-in that is in this document.
    pub containment_stand_in: f64,
    /// Equal words / words of both documents together, each counted once.
    pub resemblance: f64,
}

/// The documents, in reading order.
#[derive(Debug, Default)]
pub(super) struct Documents {
    rows: Vec<Row>,
    ids: Strings,
    /// Documents of one file come one after the other, and share its path.
    paths: Strings,
    /// By document, in order.
    dropped: Vec<(usize, Dropped)>,
}

/// What is stored of a document beside its strings.
#[derive(Clone, Copy, Debug)]
struct Row {
    offset: u64,
    length: u64,
    line: Option<NonZeroU64>,
    text: TextDigest,
    input: u32,
    member: u32,
    /// Number of its path.
    path: u32,
}

impl Documents {
    pub(super) fn with_capacity(count: usize) -> Self {
        Self {
            rows: Vec::with_capacity(count),
            ..Self::default()
        }
    }

    /// Appends a document.
    pub(super) fn push(&mut self, document: Chosen<'_>) {
        if self.paths.last() != Some(document.path) {
            self.paths.push(document.path);
        }
        self.ids.push(document.id);
        if let Some(dropped) = document.dropped {
            self.dropped.push((self.rows.len(), *dropped));
        }
        let location = document.location;
        self.rows.push(Row {
            offset: location.offset,
            length: location.length,
            line: location.line.and_then(NonZeroU64::new),
            text: document.text,
            input: location.input,
            member: location.member,
            // A corpus has fewer than 2^28 documents.
            path: self.paths.len().saturating_sub(1) as u32,
        });
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<Chosen<'_>> {
        let row = self.rows.get(at)?;
        let line = row.line.map(NonZeroU64::get);
        Some(Chosen {
            id: self.ids.get(at)?,
            path: self.paths.get(row.path as usize)?,
            line,
            dropped: self.dropped(at),
            location: Location {
                input: row.input,
                member: row.member,
                offset: row.offset,
                line,
                length: row.length,
            },
            text: row.text,
        })
    }

    fn dropped(&self, at: usize) -> Option<&Dropped> {
        let found = self.dropped.binary_search_by_key(&at, |(at, _)| *at);
        self.dropped.get(found.ok()?).map(|(_, dropped)| dropped)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Chosen<'_>> + Clone + '_ {
        (0..self.len()).filter_map(move |at| self.get(at))
    }

    /// The indices of the documents that are kept, in order.
    pub(super) fn kept(&self) -> impl Iterator<Item = usize> + '_ {
        let mut dropped = self.dropped.iter().map(|(at, _)| *at).peekable();
        (0..self.len()).filter(move |at| dropped.next_if_eq(at).is_none())
    }

    /// The documents that are dropped, by their index, in order.
    pub(super) fn all_dropped(&self) -> &[(usize, Dropped)] {
        &self.dropped
    }

    /// Drops more documents, each given by its index. They were kept.
    pub(super) fn drop_more(&mut self, more: impl Iterator<Item = (usize, Dropped)>) {
        self.dropped.extend(more);
        self.dropped.sort_unstable_by_key(|(at, _)| *at);
    }
}

/// A list of strings in one piece of memory.
#[derive(Debug, Default)]
struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    fn push(&mut self, string: &str) {
        self.text.push_str(string);
        self.ends.push(self.text.len());
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn get(&self, at: usize) -> Option<&str> {
        let begin = match at.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(begin..*self.ends.get(at)?)
    }

    fn last(&self) -> Option<&str> {
        self.get(self.len().checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dropped(stand_in: usize) -> Dropped {
        Dropped {
            stand_in,
            relation: Relation::Near,
            containment: 0.75,
            containment_stand_in: 0.5,
            resemblance: 0.4,
        }
    }

    fn document<'a>(id: &'a str, path: &'a str, dropped: Option<&'a Dropped>) -> Chosen<'a> {
        let line = (id != path).then_some(id.len() as u64 + 1);
        Chosen {
            id,
            path,
            line,
            dropped,
            location: Location {
                input: 7,
                member: 2,
                offset: 1 << 40,
                line,
                length: 99,
            },
            text: TextDigest::default(),
        }
    }

    #[test]
    fn documents_come_back_as_they_were_given() {
        let first = dropped(0);
        let given = [
            document("a", "x.jsonl", None),
            document("", "x.jsonl", Some(&first)),
            document("ü", "x.jsonl", None),
            document("y.txt", "y.txt", Some(&first)),
            document("a", "x.jsonl", None),
        ];
        let mut documents = Documents::with_capacity(3);
        assert_eq!(documents.get(0), None);
        given.iter().for_each(|document| documents.push(*document));
        assert_eq!(documents.iter().collect::<Vec<_>>(), given);
        assert_eq!(documents.paths.len(), 3);
        assert_eq!(documents.kept().collect::<Vec<_>>(), [0, 2, 4]);
        assert_eq!(documents.get(5), None);
        documents.drop_more([(0, dropped(4)), (2, dropped(4))].into_iter());
        assert_eq!(documents.kept().collect::<Vec<_>>(), [4]);
        let stand_ins = documents.all_dropped().iter();
        let stand_ins: Vec<_> = stand_ins.map(|(at, why)| (*at, why.stand_in)).collect();
        assert_eq!(stand_ins, [(0, 4), (1, 0), (2, 4), (3, 0)]);
        assert_eq!(documents.get(2).unwrap().dropped, Some(&dropped(4)));
    }
}
