mod articles;

use super::*;
use crate::options::Options;

const STORY: &str = "The council of the old port town voted on Tuesday to close the northern basin \
    for three months, after divers had found cracks in the wall that keeps the tide out. ";

/// A page with an article and its surroundings.
fn page(head: &str) -> String {
    let paragraphs = format!("<p>{}</p>", STORY.repeat(2)).repeat(4);
    format!(
        "<!DOCTYPE html><html lang=en><head>{head}<script>var hidden = 1;</script></head><body>\
         <nav><ul><li><a href=/>Front page</a></li><li><a href=/sport>Sport</a></li></ul></nav>\
         <article><h1>Basin closed</h1>{paragraphs}</article>\
         <footer><p>All rights reserved by the paper.</p></footer></body></html>"
    )
}

/// Reads a page and returns the documents and the codes of all faults.
fn read(bytes: &[u8], html: HtmlText) -> (Vec<Document<'static>>, Vec<String>) {
    let options = Options {
        html,
        ..Options::default()
    };
    let context = Context {
        input: 0,
        member: 0,
        path: "f.html",
        line: 1,
        offset: 0,
        options: &options,
    };
    let (mut documents, mut codes) = (Vec::new(), Vec::new());
    Html.read(bytes, &context, &mut |item| match item {
        Item::Document(document) => documents.push(Document {
            text: Cow::Owned(document.text.into_owned()),
            title: document.title.map(|field| Cow::Owned(field.into_owned())),
            source: document.source.map(|field| Cow::Owned(field.into_owned())),
            date: document.date.map(|field| Cow::Owned(field.into_owned())),
            url: document.url.map(|field| Cow::Owned(field.into_owned())),
            byline: document.byline.map(|field| Cow::Owned(field.into_owned())),
            language: document
                .language
                .map(|field| Cow::Owned(field.into_owned())),
            id: None,
            member: None,
            location: document.location,
            extraction: document.extraction,
            ..Document::default()
        }),
        Item::Skipped(fault) | Item::Warning(fault) => codes.push(fault.code.to_string()),
        Item::Ignored => codes.push("ignored".to_owned()),
    });
    (documents, codes)
}

fn one(bytes: &[u8], html: HtmlText) -> Document<'static> {
    let (mut documents, codes) = read(bytes, html);
    assert_eq!((documents.len(), codes.len()), (1, 0), "{codes:?}");
    documents.remove(0)
}

#[test]
fn extracts_the_article_from_its_surroundings() {
    let text = one(page("").as_bytes(), HtmlText::Article).text;
    assert!(text.contains(STORY.trim()), "{text}");
    assert!(
        !text.contains("Front page") && !text.contains("All rights"),
        "{text}"
    );
}

#[test]
fn reads_the_visible_text_of_the_whole_page_in_order() {
    let text = one(page("<title>Title</title>").as_bytes(), HtmlText::Whole).text;
    let positions = [
        "Front page",
        "Sport",
        "Basin closed",
        "The council",
        "All rights",
    ]
    .map(|part| text.find(part).unwrap_or_else(|| panic!("{part}: {text}")));
    assert!(positions.is_sorted(), "{positions:?}");
    assert!(
        !text.contains("hidden") && !text.contains("Title"),
        "{text}"
    );
}

#[test]
fn separates_words_of_neighbouring_elements() {
    let page =
        b"<html><body><table><tr><td>one</td><td>two</td></tr></table><p>three<br>four</p>five";
    let text = one(page, HtmlText::Whole).text;
    let words: Vec<&str> = text.split_whitespace().collect();
    assert_eq!(words, ["one", "two", "three", "four", "five"]);
}

#[test]
fn uses_all_text_of_a_page_without_an_article() {
    let text = one(
        b"<html><body><div>Three short words</div>",
        HtmlText::Article,
    )
    .text;
    assert_eq!(text.trim(), "Three short words");
}

/// Checks the metadata of a page with this head.
fn check_metadata(head: &str, expected: &[(&str, &str)]) {
    let document = one(page(head).as_bytes(), HtmlText::Article);
    let parts = [
        ("title", &document.title),
        ("source", &document.source),
        ("date", &document.date),
        ("url", &document.url),
        ("byline", &document.byline),
        ("language", &document.language),
    ];
    let found: Vec<(&str, &str)> = parts
        .iter()
        .filter_map(|(name, part)| Some((*name, part.as_deref()?)))
        .collect();
    assert_eq!(found, expected, "{head}");
}

#[test]
fn reads_metadata_from_json_ld() {
    let article = r#"{"@type": ["NewsArticle"], "headline": "Basin &amp; closed", "datePublished":
        "2026-11-20T08:00:00Z", "author": [{"name": "Mara Quist"}, "Jon Ambler"], "publisher":
        {"@type": "Organization", "name": "The Herald"}, "url": "https://herald.example/a"}"#;
    let expected = [
        ("title", "Basin &amp; closed"),
        ("source", "The Herald"),
        ("date", "2026-11-20T08:00:00Z"),
        ("url", "https://herald.example/a"),
        ("byline", "Mara Quist, Jon Ambler"),
        ("language", "en"),
    ];
    for json in [
        article.to_owned(),
        format!("[{{\"@type\": \"WebSite\"}}, {article}]"),
        format!("{{\"@context\": \"https://schema.org\", \"@graph\": [{article}]}}"),
    ] {
        let head = format!(
            "<title>Other</title><script type='application/ld+json'>{{broken</script>\
             <script type='application/ld+json'>{json}</script>"
        );
        check_metadata(&head, &expected);
    }
    for script in [
        format!("<script type='Application/LD+JSON; charset=utf-8'>{article}</script>"),
        format!("<script type='application/ld+json'><!--\n{article}\n--></script>"),
        format!("<script type='application/ld+json'>//<![CDATA[\n{article}\n//]]></script>"),
        format!(
            "<script type='application/ld+json'>{}</script>",
            article.replace("}, \"url\"", "}, \"description\": \"two\nlines\", \"url\"")
        ),
    ] {
        check_metadata(&script, &expected);
    }
}

#[test]
fn reads_metadata_from_meta_elements() {
    check_metadata(
        "<title>Basin closed - Herald</title><meta property='og:title' content=' Basin\n closed '>\
         <meta property=og:site_name content='The Herald'><meta name=author content='Mara Quist'>\
         <meta property='article:published_time' content=2026-11-20>\
         <link rel=canonical href='https://herald.example/a'><meta property=og:url content='/a'>",
        &[
            ("title", "Basin closed"),
            ("source", "The Herald"),
            ("date", "2026-11-20"),
            ("url", "https://herald.example/a"),
            ("byline", "Mara Quist"),
            ("language", "en"),
        ],
    );
    check_metadata(
        "<title></title>",
        &[("title", "Basin closed"), ("language", "en")],
    );
}

#[test]
fn prefers_the_time_element_marked_as_publication_date() {
    let time = "<time datetime='2026-01-01'>New Year</time>\
                <time itemprop=datePublished datetime='2026-11-20'>today</time>";
    let page = page("").replace("<h1>", &format!("{time}<h1>"));
    let date = one(page.as_bytes(), HtmlText::Article).date;
    assert_eq!(date.as_deref(), Some("2026-11-20"));
}

#[test]
fn uses_the_encoding_that_the_page_declares() {
    for (head, label) in [
        ("<meta charset=koi8-r>", "koi8-r"),
        (
            "<META HTTP-EQUIV='content-type' content='text/html; charset=\"windows-1251\"'>",
            "windows-1251",
        ),
        ("<meta charset=utf-16>", "utf-8"),
        ("<meta charset=koi8-r>", "utf-8"),
        ("<?xml version='1.0' encoding='iso-8859-5'?>", "iso-8859-5"),
        ("<?xml version=\"1.0\" encoding = \"koi8-r\" ?>", "koi8-r"),
    ] {
        let page = match head.starts_with("<?xml") {
            true => format!("{head}{}", page("")),
            false => page(head),
        };
        let page = page.replace("council", "городской совет");
        let (bytes, _, _) = Encoding::for_label(label.as_bytes()).unwrap().encode(&page);
        let text = one(&bytes, HtmlText::Whole).text;
        assert!(text.contains("городской совет"), "{head} {label}");
    }
}

#[test]
fn searches_only_the_first_4096_bytes_for_the_declared_encoding() {
    for (bytes, expected) in [(4_000, &[][..]), (4_100, &["encoding-guessed"])] {
        let comment = format!("<!--{}-->", "x".repeat(bytes));
        let page = format!("<html><head>{comment}<meta charset=koi8-r></head><body>совет");
        let (page, _, _) = encoding_rs::KOI8_R.encode(&page);
        let (_, codes) = read(&page, HtmlText::Whole);
        assert_eq!(codes, expected, "{bytes}");
    }
}

#[test]
fn ignores_metadata_of_more_than_1000_bytes() {
    let title = |bytes: usize| format!("<title>{}</title>", "x".repeat(bytes));
    let expected = "x".repeat(1_000);
    check_metadata(&title(1_000), &[("title", &expected), ("language", "en")]);
    check_metadata(
        &title(1_001),
        &[("title", "Basin closed"), ("language", "en")],
    );
}

#[test]
fn recognises_pages_by_content() {
    let check = |content: &str, expected: bool| {
        assert_eq!(
            Html.recognises(&FileHead::new(content.as_bytes())),
            expected,
            "{content}"
        );
    };
    check("\u{FEFF}\n<!DOCTYPE HTML PUBLIC>", true);
    check("<?xml version='1.0'?><!-- a --> <!doctype html>", true);
    check("<html lang=en>", true);
    check("<p>One paragraph of Markdown.</p>", false);
    check("<?xml version='1.0'?><rss>", false);
    check("<?php print($title); ?><!doctype html>", false);
    check("<!-- never closed <html>", false);
    check("é<html", false);
}

#[test]
fn survives_hostile_pages() {
    let deep = format!("<html><body>{}words", "<div>".repeat(100_000));
    let (documents, codes) = read(deep.as_bytes(), HtmlText::Article);
    assert_eq!((documents.len(), codes), (0, vec!["too-deep".to_owned()]));
    for tag in ["b", "p", "li", "td", "a"] {
        let page = format!("<html><body>some words{}", format!("<{tag}>").repeat(120));
        one(page.as_bytes(), HtmlText::Article);
    }
    let json = "[".repeat(100_000);
    let head = format!("<script type='application/ld+json'>{json}</script>");
    one(page(&head).as_bytes(), HtmlText::Article);
    for cut in [1, 20, 100, 300, 700] {
        let page = page("<meta charset=utf-8>");
        let (documents, codes) = read(&page.as_bytes()[..cut], HtmlText::Article);
        assert_eq!(documents.len() + codes.len(), 1, "{cut}");
    }
    let (_, codes) = read(b"<html><body>\0binary", HtmlText::Article);
    assert_eq!(codes, ["not-text"]);
    let (_, codes) = read(b"<html><body><img src=a.png></body>", HtmlText::Article);
    assert_eq!(codes, ["empty"]);
}

/// Checks the number of documents and the fault codes of a page with this body, read as an article.
fn check_said(body: &str, documents: usize, expected: &[&str]) {
    let page = format!("<html><body>some words here{body}");
    let (found, codes) = read(page.as_bytes(), HtmlText::Article);
    assert_eq!(
        (found.len(), codes),
        (documents, owned(expected)),
        "{body:.40}"
    );
}

fn owned(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

/// Each end tag once counted as closing an element, so an end tag without a start tag hid a level. A page
/// of 90 kB took 30 s.
#[test]
fn unmatched_end_tags_do_not_hide_the_depth() {
    check_said(&"<div></x>".repeat(10_000), 0, &["too-deep"]);
    check_said(&"<div><object></div>".repeat(10_000), 0, &["too-deep"]);
    check_said(&"<template>".repeat(10_000), 0, &["too-deep"]);
    // Up to 512 open nodes, four of which are the document, `html`, `head` and `body`.
    check_said(&"<div>".repeat(508), 1, &["whole-page"]);
    check_said(&"<div>".repeat(509), 0, &["too-deep"]);
    check_said(&"<p></x>".repeat(10_000), 1, &[]);
    check_said(&"<div>words</div></x></x>".repeat(10_000), 1, &[]);
}

/// Formatting that is never closed is reopened in each paragraph. A page of 36 kB took 22 s and 1.5 GB.
#[test]
fn limits_unclosed_formatting() {
    let open =
        |count: usize| -> String { (0..count).map(|id| format!("<p><b id={id}>x")).collect() };
    check_said(&(open(900) + &"<p>x".repeat(6_000)), 0, &["too-deep"]);
    check_said(&(open(200) + &"<p>x".repeat(6_000)), 0, &["too-complex"]);
    check_said(&(open(5) + &"<p>x".repeat(2_000)), 1, &[]);
}

/// The tokenizer compares each attribute with all before it. A tag with 400,000 attributes took over a
/// minute.
#[test]
fn limits_attributes() {
    let attributes = |count: usize| -> String { (0..count).map(|at| format!(" a{at}")).collect() };
    let many = attributes(10_000);
    check_said(&format!("<div{many}>"), 0, &["too-complex"]);
    check_said(&format!("</div{many}>"), 0, &["too-complex"]);
    // Looks like the end of the tag, or the start of a comment.
    check_said(&format!("<div b='>'{many}>"), 0, &["too-complex"]);
    check_said(&format!("&amp<div b='<!--'{many}>"), 0, &["too-complex"]);
    check_said(&format!("<div b='</p><!--'{many}>"), 0, &["too-complex"]);
    check_said(&format!("<body{}>", attributes(1_025)), 0, &["too-complex"]);
    check_said(&format!("<body{}>", attributes(1_024)), 1, &[]);
    let tag = format!("<div{}>", attributes(8_000));
    check_said(&tag.repeat(4), 1, &["whole-page"]);
    // None of these is a tag.
    check_said(&many, 1, &[]);
    check_said(&format!("<!-- <div{many}> -->"), 1, &[]);
    check_said(&format!("<script>a <b{many}</script>"), 1, &[]);
}

/// Article extraction takes time quadratic in the depth. A page of 2.9 MB took over a minute.
#[test]
fn reads_all_text_of_a_deep_page() {
    let run = |depth: usize| "<div>".repeat(depth) + "words" + &"</div>".repeat(depth);
    check_said(&run(200), 1, &["whole-page"]);
    check_said(&run(100).repeat(600), 1, &["whole-page"]);
    check_said(&run(50).repeat(10), 1, &[]);
}

/// Serialising the article takes time quadratic in the length of a text with many `&`. A page of 4 MB
/// took 90 s.
#[test]
fn extracts_no_article_from_long_texts_with_many_escapes() {
    let words = |escape: &str| format!("one {escape} two ").repeat(40_000);
    check_said(&words("&amp;"), 1, &["whole-page"]);
    let allows_article_search = |page: &str| tree::build(page).unwrap().allows_article_search;
    // Tags that create no element do not split the text.
    for escape in [
        "&nbsp;",
        "\u{a7}",
        "&amp;</x>",
        "&amp;<body>",
        "&amp;<!doctype a>",
    ] {
        assert!(!allows_article_search(&words(escape)), "{escape}");
    }
    assert!(!allows_article_search(&format!(
        "<table>{}",
        words("&amp;</x>")
    )));
    assert!(!allows_article_search(&format!(
        "<p title='{}'>",
        "&amp;".repeat(70_000)
    )));
    // The search ends soon after each of these.
    for short in ["&amp;<br>", "&amp;&lt;", "<i>&amp;</i>"] {
        assert!(allows_article_search(&words(short)), "{short}");
    }
    assert!(allows_article_search(&format!("<script>{}", words("&"))));
}
