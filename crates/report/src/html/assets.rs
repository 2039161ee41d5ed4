//! The static parts of the page: markup, style, script, and a content security policy that allows only these.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const MARKUP: &str = include_str!("assets/report.html");
/// The colours, type and layout that all pages of the program share.
pub const BASE_STYLE: &str = include_str!("assets/base.css");
const STYLE: &str = concat!(
    include_str!("assets/base.css"),
    include_str!("assets/story_list.css"),
    include_str!("assets/filters.css"),
    include_str!("assets/story.css"),
    include_str!("assets/lanes.css"),
    include_str!("assets/sources.css"),
    include_str!("assets/print.css"),
);
/// The script. One strict function contains all of it, so that it defines no global names.
const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("assets/dom.js"),
    include_str!("assets/data.js"),
    include_str!("assets/address.js"),
    include_str!("assets/filters.js"),
    include_str!("assets/text_search.js"),
    include_str!("assets/similarity.js"),
    include_str!("assets/filter_panel.js"),
    include_str!("assets/charts.js"),
    include_str!("assets/overview.js"),
    include_str!("assets/story_list.js"),
    include_str!("assets/story.js"),
    include_str!("assets/lanes.js"),
    include_str!("assets/highlights.js"),
    include_str!("assets/side_by_side.js"),
    include_str!("assets/sources.js"),
    include_str!("assets/export_story.js"),
    include_str!("assets/print.js"),
    include_str!("assets/navigation.js"),
    "})();\n",
);

/// The page before and after the data.
pub(super) struct PageAssets {
    pub(super) before_data: String,
    pub(super) after_data: String,
}

impl PageAssets {
    pub(super) fn new() -> Self {
        let whole = MARKUP
            .replace("{{policy}}", &policy())
            .replace("{{style}}", STYLE)
            .replace("{{script}}", SCRIPT);
        let (before, after) = whole.split_once("{{data}}").unwrap_or((&whole, ""));
        Self {
            before_data: before.to_owned(),
            after_data: after.to_owned(),
        }
    }
}

/// Returns the content security policy of the page, which allows its own script and style by their hashes.
pub(super) fn policy() -> String {
    format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        csp_hash(SCRIPT),
        csp_hash(STYLE)
    )
}

/// Returns the hash by which the content security policy allows an inline script or style.
pub(super) fn csp_hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}
