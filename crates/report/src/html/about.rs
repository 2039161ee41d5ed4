//! What the page says about its making: the inputs and the command. All else about the run is in the index.

use super::html_safe_json;
use super::page_index::TruncatedList;
use crate::Provenance;
use serde::Serialize;
use std::io;

#[derive(Serialize)]
struct About<'a> {
    inputs: TruncatedList<'a, String>,
    command: &'a str,
}

/// Returns the data as JSON.
pub(super) fn about(provenance: &Provenance) -> io::Result<Vec<u8>> {
    html_safe_json(&About {
        inputs: TruncatedList::new(&provenance.inputs),
        command: &provenance.command,
    })
}
