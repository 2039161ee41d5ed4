//! The pages: the newest stories, and one story side by side. Neither runs a script of the service; the page of a story has
//! that of the report.

use crate::archive::{ListedStory, Size, Stories};
use crate::routes::path_segment;
use dedupe_report::escape::escape_to_one_line;
use dedupe_report::{Cluster, Html, Member};
use maud::{DOCTYPE, Markup, html};
use std::collections::HashSet;

/// The policy of answers that are no page.
pub(crate) const NO_CONTENT: &str = "default-src 'none'; frame-ancestors 'none'";
/// The policy of the list of stories. It has no script.
pub(crate) const STORIES: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Characters of a search, at most.
pub(crate) const MAX_QUERY: usize = 100;
/// Publishers that a story names.
const NAMED: usize = 4;

/// The policy of the page of a story: that of the report, which allows its own script and style by their hashes.
pub(crate) fn story_policy() -> String {
    format!("{}; frame-ancestors 'none'", Html::policy())
}

/// The style of the list of stories.
pub(crate) fn style() -> String {
    [dedupe_report::BASE_STYLE, include_str!("page.css")].concat()
}

/// The list of stories. `query`: what was searched for.
pub(crate) fn stories(query: &str, stories: &Stories, size: Size) -> String {
    let is_search = !query.trim().is_empty();
    let title = match is_search {
        true => "Stories found",
        false => "Newest stories",
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · dedupe" }
                link rel="stylesheet" href="/page.css";
            }
            body.archive {
                a.skip href="#stories" { "Skip to the stories" }
                header.bar {
                    p.brand { a href="/" { "dedupe" } }
                    form.search role="search" action="/" method="get" {
                        label.unseen for="q" { "Search headlines" }
                        input #q type="search" name="q" value=(query) placeholder="Search headlines" maxlength=(MAX_QUERY)
                            autocomplete="off" spellcheck="false";
                        button { "Search" }
                    }
                }
                main {
                    article {
                        h1 { (title) }
                        (summary(query, stories, is_search))
                        ol #stories tabindex="-1" {
                            @for story in &stories.stories { (item(story)) }
                        }
                        footer.faint {
                            p { (counted(size.documents, "document")) " in the archive, epoch " (size.epoch) ". "
                                "Stories are listed and found among the newest " (grouped(stories.searched as u64)) "." }
                            p { a href="/v1/openapi.json" { "Description of the service" } }
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn summary(query: &str, stories: &Stories, is_search: bool) -> Markup {
    let (found, more) = (stories.stories.len() as u64, stories.has_more);
    html! {
        p.found role="status" {
            @if found == 0 && is_search {
                "No story has a headline with all words of " q { bdi { (escape_to_one_line(query)) } } ". "
                a href="/" { "Show the newest" }
            } @else if found == 0 {
                "No two documents of the archive carry the same story yet."
            } @else {
                @if more { "The newest " } (counted_stories(found))
                @if is_search { " with " q { bdi { (escape_to_one_line(query)) } } ". " a href="/" { "Show all" } }
            }
        }
    }
}

fn item(story: &ListedStory) -> Markup {
    let cluster = &story.cluster;
    let kept = cluster.members.first();
    let title = kept.and_then(|member| member.title.as_deref());
    let title = title.filter(|title| !title.trim().is_empty());
    let name = title
        .or(Some(&*story.excerpt).filter(|excerpt| !excerpt.is_empty()))
        .unwrap_or(&cluster.representative);
    html! {
        li {
            a href=(address(cluster)) { bdi { (escape_to_one_line(name)) } }
            p.facts {
                @if let Some(date) = newest(&cluster.members) { time { (date) } " · " }
                (counted(cluster.size, "document"))
                @let names = publishers(&cluster.members);
                @if !names.is_empty() {
                    " · " (counted(cluster.named_publishers(), "publisher")) ": "
                    @for (at, name) in names.iter().take(NAMED).enumerate() {
                        @if at > 0 { ", " }
                        bdi { (escape_to_one_line(name)) }
                    }
                    @if names.len() > NAMED { " and " (names.len() - NAMED) " more" }
                }
            }
        }
    }
}

/// The address of the page of a story, with the story open.
fn address(cluster: &Cluster) -> String {
    let document = path_segment(&cluster.representative);
    format!("/stories/{document}#story/{}", cluster.id)
}

/// The sources of members in their order, each once: those that differ in case only are one, as in the count of them.
fn publishers(members: &[Member]) -> Vec<&str> {
    let mut seen = HashSet::new();
    let names = members.iter().filter_map(|member| member.source.as_deref());
    names
        .filter(|name| seen.insert(name.to_lowercase()))
        .collect()
}

/// The newest date among those that are written as ISO 8601 writes them, else the date of the first member that has one.
fn newest(members: &[Member]) -> Option<String> {
    let dates = || members.iter().filter_map(|member| member.date.as_deref());
    let newest = dates().filter_map(minute).max();
    newest.or_else(|| {
        dates()
            .next()
            .map(|date| escape_to_one_line(date).to_string())
    })
}

/// The day and the minute of a date in ISO 8601.
fn minute(date: &str) -> Option<String> {
    let day = date.get(..10)?;
    let is_day = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let time = date.get(10..16).filter(|time| {
        let mut bytes = time.bytes();
        matches!(bytes.next(), Some(b'T' | b't' | b' '))
            && bytes.all(|byte| byte.is_ascii_digit() || byte == b':')
    });
    let time = time.and_then(|time| time.get(1..));
    is_day.then(|| match time {
        Some(time) => format!("{day} {time}"),
        None => day.to_owned(),
    })
}

fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

fn counted_stories(count: u64) -> String {
    let noun = if count == 1 { "story" } else { "stories" };
    format!("{} {noun}", grouped(count))
}

/// A number with commas between groups of digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_shown_to_the_minute() {
        assert_eq!(
            minute("2026-11-20T06:05:09Z").as_deref(),
            Some("2026-11-20 06:05")
        );
        assert_eq!(minute("2026-11-20").as_deref(), Some("2026-11-20"));
        assert_eq!(minute("2026-11-20Tomorrow").as_deref(), Some("2026-11-20"));
        assert_eq!(minute("20 Nov 2026"), None);
        assert_eq!(minute("été"), None);
    }

    #[test]
    fn publishers_are_named_as_they_are_counted() {
        let member = |source: &str| {
            serde_json::from_value::<Member>(serde_json::json!({
                "id": "a", "path": "a", "source": source, "relation": "exact", "same_source": false,
                "spans": [], "words": 1, "digest": "", "containment": 1.0,
                "containment_representative": 1.0, "resemblance": 1.0,
            }))
            .unwrap()
        };
        let members = ["ÉCHO", "Herald", "Écho", "herald"].map(member);
        assert_eq!(publishers(&members), ["ÉCHO", "Herald"]);
    }

    #[test]
    fn numbers_have_commas() {
        let numbers = [0, 999, 1_000, 1_234_567].map(grouped);
        assert_eq!(numbers, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(counted(1, "document"), "1 document");
        assert_eq!(counted_stories(2), "2 stories");
    }
}
