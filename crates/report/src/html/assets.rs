//! The page about the data: markup, style, program, and the policy that allows these and nothing else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const MARKUP: &str = include_str!("assets/report.html");
const STYLE: &str = concat!(
    include_str!("assets/base.css"),
    include_str!("assets/story_list.css"),
    include_str!("assets/story.css"),
    include_str!("assets/print.css"),
);
/// The program, in one strict function: nothing of it is a name of the window.
const PROGRAM: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("assets/dom.js"),
    include_str!("assets/data.js"),
    include_str!("assets/charts.js"),
    include_str!("assets/overview.js"),
    include_str!("assets/story_list.js"),
    include_str!("assets/timeline.js"),
    include_str!("assets/story.js"),
    include_str!("assets/highlights.js"),
    include_str!("assets/side_by_side.js"),
    include_str!("assets/navigation.js"),
    "})();\n",
);

/// What stands before the data and after it.
pub(super) struct PageAssets {
    pub(super) head: String,
    pub(super) foot: String,
}

impl PageAssets {
    pub(super) fn new() -> Self {
        let policy = format!(
            "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
            csp_hash(PROGRAM),
            csp_hash(STYLE)
        );
        let whole = MARKUP
            .replace("{{policy}}", &policy)
            .replace("{{style}}", STYLE)
            .replace("{{program}}", PROGRAM);
        let (head, foot) = whole.split_once("{{data}}").unwrap_or((&whole, ""));
        Self {
            head: head.to_owned(),
            foot: foot.to_owned(),
        }
    }
}

/// What the policy calls a text that may stand in the page.
pub(super) fn csp_hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}
