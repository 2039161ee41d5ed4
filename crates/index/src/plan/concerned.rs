//! Which documents of the archive a change of posting lists concerns: their pairs, or whether they have a partner, may be
//! others afterwards.
//!
//! Most changes concern nobody. If a hash becomes frequent, it pairs its documents with fewer others. That matters only to
//! documents that match one of these others, and to those that have a partner, which might be one of them.

use super::lists::ChangedLists;
use crate::archive::Archive;
use crate::error::IndexError;
use crate::postings::{Hash, Level};
use crate::records::Number;
use crate::storage::Storage;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// The documents that a change of lists concerns, apart from those that enter or leave.
pub(super) fn concerned<S: Storage>(
    archive: &Archive<S>,
    lists: &ChangedLists,
) -> Result<BTreeSet<Number>, IndexError> {
    let gaining = lists.iter().flat_map(|(_, change)| &change.gaining);
    let mut concerned: BTreeSet<Number> = gaining.copied().collect();
    let losing = lists
        .iter()
        .flat_map(|(hash, change)| change.losing.iter().map(move |&number| (number, hash)));
    let mut losing: Vec<(Number, Hash)> = losing
        .filter(|(number, _)| !concerned.contains(number))
        .collect();
    losing.par_sort_unstable();
    let by_number: Vec<&[(Number, Hash)]> = losing.chunk_by(|a, b| a.0 == b.0).collect();
    let numbers: Vec<Number> = by_number.iter().map(|losing| losing[0].0).collect();
    let facts = archive.all_facts(&numbers)?;
    let loses = facts.par_iter().zip(&by_number).map(|(facts, losing)| {
        Ok(facts.has_partner && loses_fingerprint(losing) || loses_match(archive, lists, losing)?)
    });
    let loses: Vec<bool> = loses.collect::<Result<_, IndexError>>()?;
    let losing = numbers.into_iter().zip(loses);
    concerned.extend(losing.filter(|(_, loses)| *loses).map(|(number, _)| number));
    Ok(concerned)
}

/// True if one of the hashes that pair a document with fewer others is a fingerprint, by which it may have its partner.
fn loses_fingerprint(losing: &[(Number, Hash)]) -> bool {
    losing
        .iter()
        .any(|(_, hash)| hash.level == Level::Fingerprint)
}

/// True if one of these hashes paired the document with one that it matches.
fn loses_match<S: Storage>(
    archive: &Archive<S>,
    lists: &ChangedLists,
    losing: &[(Number, Hash)],
) -> Result<bool, IndexError> {
    let Some((number, _)) = losing.first() else {
        return Ok(false);
    };
    for other in archive.neighbours(*number)? {
        for (_, hash) in losing {
            if let Some(change) = lists.get(*hash)
                && archive.has_posting(*hash, &change.old, other)?
            {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The documents, in order, that must be looked up because others became their partners or are it no more. `gained`, `lost`:
/// documents of the archive to which that happened.
pub(super) fn with_other_partners<S: Storage>(
    archive: &Archive<S>,
    gained: &BTreeSet<Number>,
    lost: BTreeSet<Number>,
) -> Result<BTreeSet<Number>, IndexError> {
    // Another partner changes nothing for a document that has one.
    let gained: Vec<Number> = gained.difference(&lost).copied().collect();
    let facts = archive.all_facts(&gained)?;
    let first = gained.iter().zip(facts);
    let first = first.filter(|(_, facts)| !facts.has_partner);
    let first: FxHashSet<Number> = first.map(|(number, _)| *number).collect();
    let mut concerned = lost;
    concerned.extend(first);
    Ok(concerned)
}
