//! From text to words: segmentation, normalisation, byte ranges, shingles. Pure functions.

pub mod shingles;

/// Set in the id of a word that is one character of a script written without spaces.
pub const UNSPACED: u32 = 1 << 31;
