//! The page about the data: markup, style, program, and the policy that allows these and nothing else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const MARKUP: &str = include_str!("page/page.html");
const STYLE: &str = concat!(
    include_str!("page/page.css"),
    include_str!("page/list.css"),
    include_str!("page/story.css"),
    include_str!("page/print.css"),
);
/// The program, in one strict function: nothing of it is a name of the window.
const PROGRAM: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("page/dom.js"),
    include_str!("page/store.js"),
    include_str!("page/charts.js"),
    include_str!("page/overview.js"),
    include_str!("page/list.js"),
    include_str!("page/timeline.js"),
    include_str!("page/story.js"),
    include_str!("page/marks.js"),
    include_str!("page/reading.js"),
    include_str!("page/main.js"),
    "})();\n",
);

/// What stands before the data and after it.
pub(super) struct Page {
    pub(super) head: String,
    pub(super) foot: String,
}

impl Page {
    pub(super) fn new() -> Self {
        let policy = format!(
            "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
            source(PROGRAM),
            source(STYLE)
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
pub(super) fn source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}
