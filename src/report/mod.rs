//! The report: the contract between the tool and whoever reads its output, and one file per format.

pub mod contract;

pub use contract::*;
