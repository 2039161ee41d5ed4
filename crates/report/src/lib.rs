//! The report of `news-dedupe`: its types, its output formats, and scores against labelled data.
//!
//! - **Read a saved report.** [`Report`] is the type behind `--format json`. Deserialize it with
//!   `serde_json` and compare `schema_version` with [`SCHEMA_VERSION`]. [`schema()`] returns the JSON Schema.
//! - **Write a report.** Choose a [`Format`], call [`Format::renderer`], and call [`Renderer::render`] on the
//!   result. The example below does this.
//! - **List the copies.** [`findings::visit_findings`] visits each copy once. The formats for continuous
//!   integration and the exit code of the program use the same list.
//! - **Measure quality.** [`evaluate`] compares a report with label files.
//! - **Add a format.** Write one file with a type that implements [`Renderer`]. Add a variant to [`Format`], an
//!   arm to [`Format::renderer`], and the format to the golden-file test in `render.rs`.
//!
//! # Example
//!
//! ```
//! use dedupe_report::{Csv, Excerpts, Renderer, Report, SCHEMA_VERSION};
//!
//! // What `dedupe ./news -o result.json` wrote.
//! let saved = r#"{
//!   "schema_version": 1,
//!   "tool": {"name": "dedupe", "version": "1.0.0"},
//!   "parameters": {"threshold": 0.5, "min_passage": 40, "shingle": 5, "window": 15,
//!                  "bands": 25, "rows": 5, "keep": "best", "cross_source_only": false},
//!   "summary": {"documents": 2, "bytes": 80, "clusters": 0, "exact": 0, "near": 0, "contained": 0,
//!               "overlaps": 0, "unique": 2, "empty": 0, "ignored": 0, "skipped": 0},
//!   "clusters": [], "matches": [], "boilerplate": [], "skipped": [], "warnings": []
//! }"#;
//! let report: Report = serde_json::from_str(saved)?;
//! assert_eq!(report.schema_version, SCHEMA_VERSION);
//!
//! let mut csv = Vec::new();
//! Csv.render(&report, &Excerpts::new(), &mut csv)?;
//! assert!(csv.starts_with(b"cluster,size,representative,id,"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        clippy::exit,
        clippy::print_stderr,
        clippy::print_stdout
    )
)]

mod annotations;
mod baseline;
pub mod contract;
pub mod embedded_texts;
pub mod escape;
mod escaped_json;
pub mod evaluate;
pub mod findings;
#[cfg(test)]
mod fixture;
mod github;
mod gitlab;
mod html;
mod json;
mod jsonl;
mod junit;
mod locations;
mod parallel_items;
mod provenance;
mod render;
mod sarif;
mod schema;
mod stated;
mod table;
mod text;
mod view;
pub mod word_diff;

pub use baseline::{BASELINE_VERSION, Baseline, BaselineIndex, NamedDocument};
pub use contract::*;
pub use dedupe_core::model::Keep;
pub use embedded_texts::{DocumentDetails, EmbeddedText, EmbeddedTexts, TextStore};
pub use escaped_json::encode_json;
pub use findings::{Finding, FindingKind};
pub use github::Github;
pub use gitlab::Gitlab;
pub use html::{BASE_STYLE, Html, listed_overlaps};
pub use json::{Json, JsonItems};
pub use jsonl::JsonLines;
pub use junit::Junit;
pub use locations::{
    DocumentLocation, DocumentLocations, FileRegion, RecordLocation, TextPosition,
};
pub use provenance::Provenance;
pub use render::{Excerpts, Format, RenderOptions, Renderer, TerminalStyle};
pub use sarif::Sarif;
pub use schema::schema;
#[cfg(feature = "parquet")]
pub use table::Parquet;
#[cfg(feature = "arrow")]
pub use table::arrow as arrow_tables;
pub use table::{Csv, Pairs};
pub use text::{Text, format_percent};
pub use view::{MatchHeader, ReportHeader, ReportView};
