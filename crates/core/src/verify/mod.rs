//! Verification: no candidate is believed. [`align`] finds what two documents really share,
//! [`relation`] says what that makes them to each other, and `form` which of them are none.

pub mod align;
pub mod boilerplate;
pub mod prefilter;
pub mod relation;
mod template;
