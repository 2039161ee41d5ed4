//! Verification: no candidate is believed. [`align`] finds what two documents really share,
//! [`relation`] says what that makes them to each other.

pub mod align;
pub mod boilerplate;
pub mod probe;
pub mod relation;
