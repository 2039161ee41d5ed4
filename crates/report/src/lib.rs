//! The report: the contract between the tool and whoever reads its output, and one file per format.
//!
//! To add a format: a file with a [`Renderer`], a variant of [`Format`], a golden file.

mod baseline;
mod batches;
mod ci;
pub mod contract;
pub mod edits;
mod encode;
pub mod evaluate;
pub mod findings;
#[cfg(test)]
mod fixture;
mod github;
mod html;
mod json;
mod jsonl;
mod junit;
mod listing;
mod places;
mod render;
pub mod sanitise;
mod sarif;
mod schema;
mod table;
mod text;
pub mod texts;

pub use baseline::{BASELINE_VERSION, Baseline};
pub use ci::Alarm;
pub use contract::*;
pub use dedupe_core::model::Keep;
pub use encode::encode;
pub use findings::{Finding, Kind};
pub use github::Github;
pub use html::Html;
pub use json::Json;
pub use jsonl::JsonLines;
pub use junit::Junit;
pub use listing::{Head, Listing, collect};
pub use places::{Place, Places, Position, Record, Region};
pub use render::{Excerpts, Format, Look, Renderer, Setting};
pub use sarif::Sarif;
pub use schema::schema;
#[cfg(feature = "parquet")]
pub use table::Parquet;
pub use table::{Csv, Pairs};
pub use text::Text;
pub use texts::Texts;
