//! The report: the contract between the tool and whoever reads its output, and one file per format.
//!
//! To add a format: a file with a [`Renderer`], a variant of [`Format`], a golden file.

pub mod contract;
pub mod edits;
mod encode;
#[cfg(test)]
mod fixture;
mod html;
mod json;
mod jsonl;
mod render;
pub mod sanitise;
mod schema;
mod text;
pub mod texts;

pub use crate::model::Keep;
pub use contract::*;
pub use encode::encode;
pub use html::Html;
pub use json::Json;
pub use jsonl::JsonLines;
pub use render::{Excerpts, Format, Look, Renderer, Setting};
pub use schema::schema;
pub use text::Text;
pub use texts::Texts;
