//! Near-duplicate detection for news text, as pure functions of plain data.

pub mod candidates;
pub mod cluster;
pub mod dates;
pub mod model;
pub mod select;
pub mod sketch;
pub mod text;
pub mod verify;
