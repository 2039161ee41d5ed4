//! The rules of a command on an index: those of the index, and the ones that were given, which must agree with them.

use super::open::failure;
use crate::cli::given::GivenOptions;
use crate::cli::messages::Failure;
use dedupe::Rules;
use dedupe::archive::Archive;
use std::path::Path;

/// The rules of an index, with those that were given in their place. `wanted`: with the defaults of the others.
pub(super) fn over(own: &Rules, wanted: &Rules, given: &GivenOptions) -> Rules {
    Rules {
        threshold: given.value_or("threshold", wanted.threshold, own.threshold),
        min_passage: given.value_or("min_passage", wanted.min_passage, own.min_passage),
        shingle: given.value_or("shingle", wanted.shingle, own.shingle),
        keep: given.value_or("keep", wanted.keep, own.keep),
        prefer: given.value_or("prefer", wanted.prefer.clone(), own.prefer.clone()),
        ..wanted.clone()
    }
}

/// Fails if a rule that was given contradicts the index.
pub(crate) fn check(
    path: &Path,
    archive: &Archive,
    wanted: &Rules,
    given: &GivenOptions,
) -> Result<(), Failure> {
    let agreed = archive.agree(&over(archive.rules(), wanted, given));
    agreed.map_err(|error| failure(path, error))
}
