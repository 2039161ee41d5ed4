//! Finds every story that a news corpus carries more than once.
//!
//! Start with [`pipeline`]: the recipe, readable aloud. Everything below it is one step of it, and
//! imports point one way: `pipeline -> (source, candidates, verify, cluster) -> sketch -> text -> model`.
//!
//! The library prints nothing, reads no environment variable and never exits.

pub mod candidates;
pub mod cluster;
pub mod corpus;
pub mod evaluate;
pub mod model;
pub mod pipeline;
pub mod report;
pub mod sketch;
pub mod source;
pub mod spill;
pub mod text;
pub mod verify;
