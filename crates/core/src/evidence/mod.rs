//! Evidence: whether what two documents share is one piece of news.
//!
//! Two documents share words for many reasons: one copied the other, both fill in one template, both repeat the
//! background of a running story, or one publisher adds the same notice to all its pages. They differ in how often the
//! shared words recur, and in what else the two documents have in common: headline, numbers, dates.
//!
//! 1. [`families`] puts the versions of a text together, so that it does not seem to recur because it was corrected,
//!    continued or carried by many sites.
//! 2. [`dictionary`] counts the occasions on which a corpus carries each passage, and says what a word of it counts.
//!    [`packed_entries`] are its entries in few bytes.
//! 3. [`word_weights`] applies the dictionary to the words of one document.
//! 4. [`common_words`] says which words many documents of the corpus have. All others are rare.
//! 5. [`terms`] measures an aligned pair of [`document_view`]s, in a few numbers; [`headlines`] gives two of them.
//! 6. [`model`] turns these numbers into a decision, a sum to which each of them contributes.
//!
//! [`boilerplate`] turns the dictionary into passages that people can read; nothing is decided there.
//!
//! Only the dictionary knows the corpus. The decision sees two documents and their word weights, so that it is the same
//! wherever the documents are compared.

pub mod boilerplate;
pub mod common_words;
pub mod dictionary;
pub mod document_view;
pub mod families;
pub mod headlines;
pub mod model;
mod numbers;
pub mod packed_entries;
mod passages;
pub mod source;
pub mod terms;
pub mod word_weights;
