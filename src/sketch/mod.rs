//! Sketches of a document: a few numbers that stand for its shingles. Two levels of one idea,
//! MinHash: [`minhash`] of the whole document, [`winnow`] of every passage of it.

pub mod bands;
pub mod minhash;
pub mod winnow;
