//! An id of its own for every document.

use super::read::path;
use crate::corpus::Corpus;
use dedupe_core::model::DocumentIndex;
use dedupe_formats::Input;
use dedupe_formats::{Fault, FaultCode};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use xxhash_rust::xxh3::xxh3_64;

/// Sees to it that no two documents have one id: the second is `ID (2)`, or has the next number that makes
/// no other document's id. Says which were renamed. Time n log n in the documents, of which the sorting is
/// parallel.
pub(super) fn make_unique(corpus: &mut Corpus, inputs: &[Input]) -> Vec<Fault> {
    let hash = |document| xxh3_64(corpus.id(document).as_bytes());
    let hashes: Vec<u64> = corpus.par_indices().map(hash).collect();
    let mut taken = hashes.clone();
    taken.par_sort_unstable();
    let repeated: HashSet<u64> = (taken.windows(2))
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
        .collect();
    let all = corpus.indices().zip(hashes);
    let suspects: Vec<DocumentIndex> = all
        .filter(|(_, hash)| repeated.contains(hash))
        .map(|(document, _)| document)
        .collect();
    rename(corpus, inputs, &suspects, &taken)
}

/// Renames the second and later documents of one id. `suspects`: all documents whose id another may have;
/// `taken`: the hashes of all ids, sorted.
fn rename(
    corpus: &mut Corpus,
    inputs: &[Input],
    suspects: &[DocumentIndex],
    taken: &[u64],
) -> Vec<Fault> {
    let is_free = |id: &str| taken.binary_search(&xxh3_64(id.as_bytes())).is_err();
    let mut seen: HashMap<Box<str>, u32> = HashMap::with_capacity(suspects.len());
    let mut renamed = vec![];
    for &document in suspects {
        let record = corpus.record(document);
        let own = record.id;
        let Some(number) = seen.get_mut(own) else {
            seen.insert(own.into(), 1);
            continue;
        };
        let id = loop {
            *number += 1;
            let id = format!("{own} ({number})");
            if is_free(&id) {
                break id;
            }
        };
        renamed.push(Fault {
            path: path(inputs, &record).to_owned(),
            line: record.place.line,
            code: FaultCode::DuplicateId,
            reason: format!("the id {own:?} is taken by an earlier document; this one is {id:?}"),
        });
        corpus.rename(document, &id);
    }
    renamed
}
