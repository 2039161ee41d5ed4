//! Unique ids: documents that share an id are renamed.

use super::path;
use crate::corpus::Corpus;
use dedupe_core::model::DocumentIndex;
use dedupe_formats::Input;
use dedupe_formats::{Fault, FaultCode, FaultList, quoted};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use xxhash_rust::xxh3::xxh3_64;

/// Renames documents so that no two have the same id. The second document of an id becomes `ID (2)`, or gets the
/// next number that is free. The documents of the inputs that `keep_ids` come first. Returns a warning for each renamed
/// document.
///
/// Time `O(n log n)` in the documents; the sort is parallel.
pub(super) fn make_unique(
    corpus: &mut Corpus,
    inputs: &[Input],
    keep_ids: impl Fn(usize) -> bool,
) -> FaultList {
    let hash = |document| xxh3_64(corpus.id(document).as_bytes());
    let hashes: Vec<u64> = corpus.par_indices().map(hash).collect();
    let mut sorted_hashes = hashes.clone();
    sorted_hashes.par_sort_unstable();
    let repeated: HashSet<u64> = (sorted_hashes.windows(2))
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
        .collect();
    let mut suspects: Vec<DocumentIndex> = (corpus.indices().zip(hashes))
        .filter(|(_, hash)| repeated.contains(hash))
        .map(|(document, _)| document)
        .collect();
    suspects.sort_by_key(|&document| !keep_ids(corpus.record(document).location.input as usize));
    rename(corpus, inputs, &suspects, &sorted_hashes)
}

/// An id as it was before [`make_unique`] numbered it, if it ends in a number as it gives them.
pub(crate) fn stated_id(id: &str) -> &str {
    let numbered = id.strip_suffix(')').and_then(|id| id.rsplit_once(" ("));
    let stated = numbered.filter(|(_, number)| number.parse::<u32>().is_ok_and(|n| n > 1));
    stated.map_or(id, |(stated, _)| stated)
}

/// Renames all but the first document of each id. `suspects`: the documents whose ids may not be unique.
/// `sorted_hashes`: the hashes of all ids.
fn rename(
    corpus: &mut Corpus,
    inputs: &[Input],
    suspects: &[DocumentIndex],
    sorted_hashes: &[u64],
) -> FaultList {
    let is_free = |id: &str| {
        sorted_hashes
            .binary_search(&xxh3_64(id.as_bytes()))
            .is_err()
    };
    let mut last_number: HashMap<Box<str>, u32> = HashMap::with_capacity(suspects.len());
    let mut renamed = FaultList::default();
    for &document in suspects {
        let record = corpus.record(document);
        let old = record.id;
        let Some(number) = last_number.get_mut(old) else {
            last_number.insert(old.into(), 1);
            continue;
        };
        let id = loop {
            *number += 1;
            let id = format!("{old} ({number})");
            if is_free(&id) {
                break id;
            }
        };
        renamed.push(Fault {
            path: path(inputs, &record).to_owned(),
            line: record.location.line,
            code: FaultCode::DuplicateId,
            reason: format!(
                "an earlier document has the id {:?}; this one is renamed to {:?}",
                quoted(old),
                quoted(&id)
            ),
            count: 1,
        });
        corpus.rename(document, &id);
    }
    renamed
}
