//! Compares a report with labels: precision, recall and F1 of pairs, scores of clusters, and the worst errors.
//!
//! The functions are pure: they take a report and the text of label files.
//!
//! - To score a report, create a [`Truth`] with the document ids, [`add`](Truth::add) each label file, and call
//!   [`evaluate()`].
//! - To score pairs only, for example for many thresholds, call [`score_pairs`].
//! - [`labels`] describes the label files. [`rand_index`] and [`bcubed`] define the cluster scores.
//!
//! # Example
//!
//! ```
//! use dedupe_report::Report;
//! use dedupe_report::evaluate::{Truth, evaluate};
//!
//! let saved = r#"{
//!   "schema_version": 1,
//!   "tool": {"name": "dedupe", "version": "1.0.0"},
//!   "parameters": {"threshold": 0.5, "min_passage": 40, "shingle": 5, "window": 15,
//!                  "bands": 25, "rows": 5, "keep": "best", "cross_source_only": false},
//!   "summary": {"documents": 3, "bytes": 900, "clusters": 0, "exact": 0, "near": 1, "contained": 0,
//!               "overlaps": 0, "unique": 3, "empty": 0, "ignored": 0, "skipped": 0},
//!   "clusters": [],
//!   "matches": [{"left": "a", "right": "b", "relation": "near", "same_source": false,
//!                "resemblance": 0.9, "containment_left": 0.95, "containment_right": 0.95,
//!                "words": 120, "longest_run": 80, "spans": []}],
//!   "boilerplate": [], "skipped": [], "warnings": []
//! }"#;
//! let report: Report = serde_json::from_str(saved)?;
//!
//! let ids = ["a", "b", "c"].map(String::from);
//! let labels_name_all_copies = true;
//! let mut truth = Truth::new(&ids, labels_name_all_copies);
//! truth.add("a\tb\tnear\nb\tc\tcut\n", None)?;
//!
//! let scores = evaluate(&report, &truth).pairs;
//! assert_eq!(scores.precision, Some(1.0));
//! assert_eq!(scores.recall, Some(0.5));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod bcubed;
pub mod contingency;
pub mod labels;
mod name_table;
pub mod rand_index;
pub mod reported_pairs;
pub mod score;
pub mod truth;

pub use score::{CurvePoint, Evaluation, PairScores, evaluate, score_pairs};
pub use truth::{LabelFileSummary, Truth};

/// In a cluster with at most this many members, every pair of members is scored. In a larger cluster, only the
/// pairs of each member with the representative are scored.
pub const MAX_PAIRED_MEMBERS: usize = 400;
