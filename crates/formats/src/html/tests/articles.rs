//! Which text of a page is taken for its article.

use super::*;

const FIRST: &str = "The night ferry to Holm will sail again from May, eight years after the line was \
    closed for want of passengers and two after its last ship was broken up.";
const SECOND: &str = "A cooperative of islanders has leased a vessel from a Baltic owner and hired back \
    six of the old crew, among them the cook, who insisted on her former galley.";
const THIRD: &str = "Engineers still have to dredge the inner basin, which silted up while it lay idle, \
    and the harbour board put that at four weeks if the weather holds.";
const NOTICE: &str = "We and our partners store and read information on your device, such as cookies, \
    and process personal data for advertising, for the measurement of content, for research about \
    readers, and to improve our services. With your permission we may use the location of your device \
    and identify it by its properties. You can click to agree to what we and our partners do, or refuse, \
    or read more before you decide. Some processing does not need your consent, but you have the right \
    to object to it. What you choose applies to this site only, and you can change it at any time when \
    you come back to this site or read the page about our rules.";

/// Checks that the article of a page is these paragraphs and nothing else.
fn check(html: &str, expected: &[&str]) {
    let page = format!(
        "<!DOCTYPE html><html><head><title>Night ferry returns</title></head><body>\
         <nav><ul><li><a href=/>Home</a><li><a href=/news>News</a></ul></nav>{html}</body></html>"
    );
    let words = |text: &str| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let text = one(page.as_bytes(), HtmlText::Article).text;
    let text = text.replace("Night ferry returns", "");
    assert_eq!(words(&text), words(&expected.join(" ")), "{html:.300}");
}

#[test]
fn prefers_a_short_article_to_a_long_notice() {
    let story = format!("<h1>Night ferry returns</h1><p>{FIRST}</p><p>{SECOND}</p>");
    let expected = [FIRST, SECOND];
    for notice in [
        format!("<footer><div><p>{NOTICE}</p></div></footer>"),
        format!("<footer><p>{NOTICE}</p><p>{NOTICE}</p></footer>"),
        format!("<aside><p>{NOTICE}</p></aside>"),
        format!("<div role=dialog><p>{NOTICE}</p><button>Agree</button></div>"),
        format!("<div class='cookie-banner'><p>{NOTICE}</p></div>"),
        format!("<div id=site-footer><p>{NOTICE}</p></div>"),
    ] {
        check(
            &format!("<main><article>{story}</article></main>{notice}"),
            &expected,
        );
        check(
            &format!("{notice}<main><article>{story}</article></main>"),
            &expected,
        );
        check(&format!("<main>{story}</main>{notice}"), &expected);
        check(&format!("{notice}<div class=text>{story}</div>"), &expected);
    }
    // Nothing but the headline tells which of the two is the story.
    check(
        &format!("<div><p>{NOTICE}</p></div><div>{story}</div>"),
        &expected,
    );
}

/// A brief of one sentence once counted as too little, so that the notice was read too.
#[test]
fn reads_a_brief_of_one_sentence() {
    let notice = format!("<div class=gdpr><p>{NOTICE}</p></div>");
    check(
        &format!("{notice}<h1>Night ferry returns</h1><p>{THIRD}</p>"),
        &[THIRD],
    );
    let unnamed = notice.replace("gdpr", "x");
    let brief = format!("<div><h1>Night ferry returns</h1><div><p>{THIRD}</p></div></div>");
    check(&format!("{unnamed}{brief}"), &[THIRD]);
}

/// The element around everything may be named after the sidebar in it.
#[test]
fn reads_a_story_in_an_element_that_is_named_after_a_notice() {
    let story = [FIRST, SECOND, THIRD]
        .map(|part| format!("<p>{part}</p>"))
        .concat();
    let wrapped = format!("<div class=content-with-sidebar>{story}</div>");
    check(&wrapped, &[FIRST, SECOND, THIRD]);
    let head = "<h1>Night ferry returns</h1>";
    check(
        &format!("<article>{head}{wrapped}</article>"),
        &[FIRST, SECOND, THIRD],
    );
}

#[test]
fn reads_articles_without_paragraph_elements() {
    let parts = [FIRST, SECOND, THIRD];
    let each = |open: &str, close: &str| -> String {
        parts
            .iter()
            .map(|part| format!("{open}{part}{close}\n"))
            .collect()
    };
    let list = each("<li>", "</li>");
    let linked = list
        .replace("The night", "<a href=/f>The night</a>")
        .replace("A coop", "<a href=/c>A coop</a>");
    for body in [
        format!("<ul>{list}</ul>"),
        format!("<ol>{linked}</ol>"),
        format!("<dl>{}</dl>", each("<dt></dt><dd>", "</dd>")),
        each("<details open><summary></summary>", "</details>"),
        each("<div>", "</div>"),
        each("<span class=line>", "</span>"),
        each("", "<br><br>"),
        each("<blockquote>", "</blockquote>"),
        format!("<table>{}</table>", each("<tr><td>", "</td></tr>")),
    ] {
        let footer = "<footer><p>Copyright the Herald. All rights reserved.</p></footer>";
        let story = format!("<h1>Night ferry returns</h1>{body}");
        check(
            &format!("<main><article>{story}</article></main>{footer}"),
            &parts,
        );
        check(&format!("<div class=story>{story}</div>{footer}"), &parts);
    }
}

#[test]
fn reads_a_story_that_goes_on_after_the_section_of_its_headline() {
    let all = [FIRST, SECOND, THIRD];
    let head = format!("<h1>Night ferry returns</h1><p>{FIRST}</p>");
    let rest = format!("<p>{SECOND}</p><p>{THIRD}</p>");
    check(
        &format!("<main><div class=row>{head}</div><div class=row>{rest}</div></main>"),
        &all,
    );
    for story in [
        format!("<main><header>{head}</header><div class=text>{rest}</div></main>"),
        format!("<header>{head}</header><div>{rest}</div>"),
    ] {
        let text = one(story.as_bytes(), HtmlText::Article).text;
        assert!(text.contains(SECOND) && text.contains(THIRD), "{text}");
    }
    let other = format!("<h3><a href=/2>Basin closed</a></h3><p>{SECOND}</p><p>{THIRD}</p>");
    for others in [
        format!("<main><div class=row>{head}</div><div class=row>{other}</div></main>"),
        format!("<div>{head}</div><div>{rest}</div>"),
    ] {
        check(&others, &[FIRST]);
    }
}

#[test]
fn separates_terms_from_their_definitions() {
    let body = format!(
        "<article><dl><dt>Ferry</dt><dd>{FIRST}</dd><dt>Crew</dt><dd>{SECOND}</dd></dl></article>"
    );
    check(&body, &["Ferry", FIRST, "Crew", SECOND]);
}

#[test]
fn reads_a_story_that_scripts_would_show() {
    for hidden in [
        "aria-hidden=true",
        "hidden",
        "style='display:none'",
        "style='visibility: hidden'",
    ] {
        let rest = format!("<p {hidden}>{SECOND}</p><div {hidden}><p>{THIRD}</p></div>");
        check(
            &format!("<article><h1>Night ferry returns</h1><p>{FIRST}</p>{rest}</article>"),
            &[FIRST, SECOND, THIRD],
        );
        check(
            &format!(
                "<div {hidden}><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div><p>Loading.</p>"
            ),
            &[FIRST, SECOND, THIRD, "Loading."],
        );
        if hidden != "aria-hidden=true" {
            check(
                &format!(
                    "<article><p>{FIRST}</p><p>{SECOND}</p></article><div {hidden}><p>{THIRD}</p></div>"
                ),
                &[FIRST, SECOND],
            );
        }
    }
}

#[test]
fn ignores_the_options_of_forms() {
    let options: String = (0..300)
        .map(|at| format!("<option>Republic of Number {at}</option>"))
        .collect();
    let form = format!("<form><label>Country</label><select>{options}</select></form>");
    let story = format!(
        "<h1>Night ferry returns</h1><p>{FIRST}</p><div style='display:none'><p>{SECOND}</p></div>"
    );
    check(
        &format!("<article>{story}</article><div class=modal>{form}</div>"),
        &[FIRST, SECOND],
    );
}

/// Checks the article of a page whose JSON-LD states `body`.
fn check_stated(body: &str, html: &str, expected: &[&str]) {
    let article = serde_json::json!({"@type": "NewsArticle", "articleBody": body});
    check_json_ld(&article, html, expected);
}

/// Checks the article of a page with this JSON-LD.
fn check_json_ld(article: &serde_json::Value, html: &str, expected: &[&str]) {
    let stated = serde_json::json!({"@graph": [article]});
    check(
        &format!("<script type='application/ld+json'>{stated}</script>{html}"),
        expected,
    );
}

#[test]
fn uses_a_stated_body_in_paragraphs_and_in_the_entries_of_a_live_report() {
    let teaser = format!("<article><h1>Night ferry returns</h1><p>{FIRST}</p></article>");
    let parts = [FIRST, SECOND, THIRD];
    let updates = parts.map(|part| serde_json::json!({"articleBody": part}));
    for stated in [
        serde_json::json!({"@type": "NewsArticle", "articleBody": parts}),
        serde_json::json!({"@type": "NewsArticle", "text": parts.join(" ")}),
        serde_json::json!({"@type": "LiveBlogPosting", "liveBlogUpdate": updates}),
    ] {
        check_json_ld(&stated, &teaser, &parts);
    }
}

#[test]
fn uses_the_article_body_that_the_page_states() {
    let wall = "<div class=wall><p>Subscribe to read the rest of this story.</p></div>";
    let teaser = format!("<article><h1>Night ferry returns</h1><p>{FIRST}</p>{wall}</article>");
    let whole = format!("{FIRST}\n{SECOND}\n{THIRD}");
    let parts = [FIRST, SECOND, THIRD];
    check_stated(&whole, &teaser, &parts);
    let markup = format!("<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>");
    check_stated(&markup, &teaser, &parts);
    // The page has more than it states.
    let article = format!("<article><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></article>");
    check_stated(FIRST, &article, &parts);
    check_stated("", &article, &parts);
    // The statement tells the story from a notice.
    let notice =
        format!("<div><p>{NOTICE}</p></div><div><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>");
    check_stated(&whole, &notice, &parts);
}

#[test]
fn reports_pages_without_an_article() {
    let links: String = (0..40)
        .map(|at| format!("<li><a href=/{at}>Story of the day, number {at}</a>"))
        .collect();
    let code = |html: &str| read(html.as_bytes(), HtmlText::Article).1;
    let menu = format!("<html><body><nav><ul>{links}</ul></nav>");
    assert_eq!(code(&menu), ["no-article"]);
    let scripted = format!("{menu}<main><h1>Ferry</h1><p>Please turn on scripts.</p></main>");
    assert_eq!(code(&scripted), ["no-article"]);
    let notice = format!("{menu}<footer><p>{NOTICE}</p></footer>");
    assert_eq!(code(&notice), ["no-article"]);
    // A page that only a script would fill.
    let shell =
        "<nav><a href=/>Home</a></nav><div id=root></div><footer>All rights reserved.</footer>";
    assert_eq!(code(shell), ["no-article"]);
    assert_eq!(code(&format!("{menu}<main><p>{FIRST}</p></main>")), [""; 0]);
    let (documents, _) = read(menu.as_bytes(), HtmlText::Whole);
    assert!(documents[0].text.contains("number 39"));
}

#[test]
fn says_which_part_of_the_page_is_the_text() {
    let check = |html: &str, wanted: HtmlText, expected: Extraction| {
        let document = one(html.as_bytes(), wanted);
        assert_eq!(document.extraction, Some(expected), "{html:.300}");
    };
    let story = format!("<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>");
    let page = |body: &str| format!("<!DOCTYPE html><html><body>{body}</body></html>");
    let article = page(&format!("<article>{story}</article>"));
    check(&article, HtmlText::Article, Extraction::Extractor);
    check(&article, HtmlText::Whole, Extraction::Whole);
    // The extractor takes the notice.
    let notice = format!("<div class=consent><p>{NOTICE}</p><p>{NOTICE}</p><p>{NOTICE}</p></div>");
    let brief = format!("<article><p>{FIRST}</p></article>");
    check(
        &page(&format!("{notice}{brief}")),
        HtmlText::Article,
        Extraction::Section,
    );
    let stated = format!(
        "<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"articleBody\":\"{FIRST} {SECOND}\"}}\
         </script><p>{FIRST}</p>"
    );
    check(&page(&stated), HtmlText::Article, Extraction::ArticleBody);
    // The extractor leaves out what its class calls extra.
    let extra = format!(
        "<div class=extra>{}</div>",
        format!("<p>{SECOND}</p>").repeat(20)
    );
    let long = format!("<p>{FIRST}</p>").repeat(5);
    check(
        &page(&format!("<div>{long}</div>{extra}")),
        HtmlText::Article,
        Extraction::Body,
    );
}
