//! Compares an agency story with the page of a site that copied it, and prints the copied passage.
//!
//! Run it with `cargo run -p news-dedupe-core --example compare_two_texts`.

use dedupe_core::text::Words;
use dedupe_core::{Passage, compare, words};

const AGENCY: &str = "LINDENAU (AP) - The council voted on Tuesday to postpone the road plan until spring. Residents had \
    asked for more time to study its effect on the old market square, where the weekly market has been held since 1874.";

const SITE: &str = "Home > News > Local. Published 4 hours ago, 2 min read. The council voted on Tuesday to postpone the \
    road plan until spring. Residents had asked for more time to study its effect on the historic market square, where \
    the weekly market has been held since 1874. Subscribe to our newsletter!";

/// The comparison as text, one line per fact.
pub(crate) fn run() -> Vec<String> {
    let (left, right) = (words(AGENCY), words(SITE));
    let Some(found) = compare(left.ids(), right.ids()) else {
        return vec!["The site did not copy the story.".to_owned()];
    };
    let mut lines = vec![
        format!(
            "Relation of the agency story to the page: {:?}",
            found.relation
        ),
        format!(
            "{} words are aligned, {} of them in one verbatim run.",
            found.aligned, found.longest_run
        ),
    ];
    for (_, passage) in &found.passages {
        lines.push(format!("Copied: {}", text_of(SITE, &right, *passage)));
    }
    lines
}

/// The bytes of `text` from the first to the last word of a passage.
fn text_of<'t>(text: &'t str, words: &Words, passage: Passage) -> &'t str {
    let spans: Vec<_> = words.spans().collect();
    let copied = spans.get(passage.begin as usize..passage.end as usize);
    let ends = copied.and_then(|spans| Some((spans.first()?, spans.last()?)));
    ends.and_then(|(first, last)| text.get(first.begin as usize..last.end as usize))
        .unwrap_or_default()
}

// Tests include this file as a module and call `run` only.
#[allow(dead_code, clippy::print_stdout)]
fn main() {
    for line in run() {
        println!("{line}");
    }
}
