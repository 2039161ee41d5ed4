//! Valid and malformed items of each agency format.

use super::*;
use crate::Options;
use std::borrow::Cow;

/// The items as strings: the fields separated by `|`, or the code of a fault.
fn read(format: &dyn Format, content: &str) -> Vec<String> {
    let options = Options::default();
    let context = Context {
        input: 0,
        member: 0,
        path: "f",
        line: 1,
        offset: 0,
        options: &options,
    };
    let mut items = Vec::new();
    format.read(content.as_bytes(), &context, &mut |item| {
        items.push(match item {
            Item::Document(d) => {
                let agency = d.agency.unwrap_or_default();
                let of_wire = [
                    agency.credit,
                    agency.dateline,
                    agency.version,
                    agency.status,
                ];
                let parts = [d.id, d.title, d.source, d.date, d.url, d.byline, d.language];
                let parts = parts.into_iter().map(|part| part.map(Cow::into_owned));
                let mut parts: Vec<String> = (parts.chain(of_wire))
                    .map(|part| part.unwrap_or_else(|| "-".to_owned()))
                    .collect();
                parts.push(d.text.replace('\n', "~"));
                parts.join("|")
            }
            Item::Skipped(fault) => fault.code.to_string(),
            Item::Warning(fault) => format!("warning {}", fault.code),
            Item::Ignored => "ignored".to_owned(),
        });
    });
    items
}

fn check(format: &dyn Format, content: &str, expected: &[&str]) {
    assert_eq!(read(format, content), expected, "{content:.200}");
    let head = FileHead::new(content.as_bytes());
    assert!(format.recognises(&head), "{content:.200}");
}

fn item(meta: &str, content: &str) -> String {
    format!(
        r#"<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:coast.example:1" version="2" xml:lang="en">
        <itemMeta>{meta}</itemMeta>
        <contentMeta><by>Ann Lee</by><creditline>Coast</creditline><dateline>ORRIN, May 4</dateline>
        <headline rank="2">Second</headline><headline rank="1">Basin &amp; lock</headline></contentMeta>
        <contentSet>{content}</contentSet></newsItem>"#
    )
}

const META: &str = r#"<provider qcode="prov:coast"><name>Coast Agency</name></provider>
    <versionCreated>2026-05-04T10:00:00Z</versionCreated><pubStatus qcode="stat:usable"/>"#;

#[test]
fn reads_news_items_with_xhtml_nitf_and_plain_text() {
    let about = "urn:newsml:coast.example:1|Basin & lock|Coast Agency|2026-05-04T10:00:00Z|-|Ann Lee|en|Coast|ORRIN, May 4|2|usable";
    for content in [
        "<inlineXML><html xmlns='x'><head><title>T</title></head><body><header><h1>Basin</h1></header><p>One.</p><p>Two.</p></body></html></inlineXML>",
        "<inlineXML><nitf><body><body.content><block><p>One.</p><p>Two.</p></block></body.content></body></nitf></inlineXML>",
        "<inlineXML/><inlineXML><p>One.</p><p>Two.</p></inlineXML><inlineXML><p>Other</p></inlineXML>",
    ] {
        check(
            &NewsMl,
            &item(META, content),
            &[&format!("{about}|One.~~Two.")],
        );
    }
    let plain = "<inlineData contenttype='image/jpeg'>AAAA</inlineData><inlineData contenttype='text/plain'>One.</inlineData>";
    check(&NewsMl, &item(META, plain), &[&format!("{about}|One.")]);
    let encoded = "<inlineData contenttype='text/plain' encoding='http://iptc.example/base64'>T25l\nLg==</inlineData>";
    check(&NewsMl, &item(META, encoded), &[&format!("{about}|One.")]);
}

#[test]
fn items_of_a_message_have_their_own_locations() {
    let one = item(META, "<inlineXML><p>One.</p></inlineXML>");
    let two = one.replace("One.", "Two.");
    let message = format!("<newsMessage><itemSet>\n{one}\n{two}\n</itemSet></newsMessage>");
    let options = Options::default();
    let context = Context {
        input: 0,
        member: 0,
        path: "f",
        line: 1,
        offset: 0,
        options: &options,
    };
    let mut locations = vec![];
    NewsMl.read(message.as_bytes(), &context, &mut |item| {
        if let Item::Document(document) = item {
            locations.push((document.location.line, document.text.to_string()));
        }
    });
    let found: Vec<_> = locations
        .iter()
        .map(|(line, text)| (line.unwrap(), text.as_str()))
        .collect();
    assert_eq!(found, [(2, "One."), (8, "Two.")]);
}

#[test]
fn reads_the_publication_status() {
    let text = "<inlineXML><p>One.</p></inlineXML>";
    for (meta, status) in [
        ("<pubStatus qcode='stat:canceled'/>", "canceled"),
        ("<pubStatus qcode='stat:withheld'/>", "withheld"),
        (
            "<embargoed>2026-05-05T06:00:00Z</embargoed><pubStatus qcode='stat:withheld'/>",
            "embargoed",
        ),
        ("<embargoed/><pubStatus qcode='stat:usable'/>", "usable"),
    ] {
        let found = read(&NewsMl, &item(meta, text));
        assert!(
            found[0].contains(&format!("|{status}|")),
            "{meta}: {found:?}"
        );
    }
}

#[test]
fn reports_items_without_text_and_other_xml() {
    check(
        &NewsMl,
        &item(META, "<remoteContent href='x.jpg'/>"),
        &["empty"],
    );
    check(
        &NewsMl,
        &item(
            META,
            "<inlineXML><sports-content>7</sports-content></inlineXML>",
        ),
        &["empty"],
    );
    check(
        &NewsMl,
        "<packageItem><groupSet/></packageItem>",
        &["empty"],
    );
    assert_eq!(
        read(&NewsMl, "<project><name>x</name></project>"),
        ["not-news"]
    );
    assert_eq!(read(&NewsMl, ""), ["not-xml"]);
    assert_eq!(read(&NewsMl, "no markup"), ["not-xml"]);
}

#[test]
fn keeps_the_items_before_malformed_xml() {
    let one = item(META, "<inlineXML><p>One.</p></inlineXML>");
    let cut = one.split("</inlineXML>").next().unwrap();
    let found = read(&NewsMl, &format!("<newsMessage>{one}{cut}"));
    assert!(found[0].ends_with("|One."), "{found:?}");
    assert_eq!(found[1..], ["not-xml"]);
}

#[test]
fn does_not_expand_entities_in_items() {
    let bomb = format!(
        "<?xml version='1.0'?><!DOCTYPE newsItem [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]>{}",
        item(META, "<inlineXML><p>One &b; &c; two.</p></inlineXML>")
    );
    let found = read(&NewsMl, &bomb);
    assert!(found[0].ends_with("|One &b; &c; two."), "{found:?}");
    let deep = format!("{}{}", "<p>".repeat(100_000), "</p>".repeat(100_000));
    assert_eq!(read(&NewsMl, &item(META, &deep)), ["too-deep"]);
}

#[test]
fn reads_a_single_nitf_article() {
    check(
        &NewsMl,
        r#"<nitf><head><title>T</title><docdata management-status="Embargoed"><doc-id id-string="n1"/><date.issue norm="20260504T100000Z"/>
        <du-key version="3"/><doc.copyright holder="Coast"/></docdata></head><body><body.head><hedline><hl1>Basin shut</hl1></hedline>
        <byline>By <person>Ann Lee</person></byline><distributor>Coast Agency</distributor><dateline><location>ORRIN</location></dateline></body.head>
        <body.content><media><media-caption>Photo</media-caption></media><p>One.</p><hl2>Head</hl2><p>Two.</p></body.content></body></nitf>"#,
        &[
            "n1|Basin shut|Coast Agency|20260504T100000Z|-|By Ann Lee|-|-|ORRIN|3|embargoed|One.~~Head~~Two.",
        ],
    );
}

#[test]
fn reads_all_versions_of_ninjs() {
    let first = r#"{"uri":"http://coast.example/1","versioncreated":"2026-05-04","headline":"H","byline":"Ann","body_xhtml":"<p>One.</p><p>Two.</p>","pubstatus":"canceled","version":"2","language":"en","located":"Orrin"}"#;
    let third = r#"[{"uri":"urn:newsml:coast.example:1","versionCreated":"2026-05-04","by":"Ann","headlines":[{"role":"short","value":"S"},{"role":"main","value":"H"}],
        "bodies":[{"contentType":"text/html","value":"<p>One.<br>Two.</p>"}],"infoSources":[{"name":"Coast"}],"descriptions":[{"role":"creditline","value":"AP"}]}]"#;
    check(
        &Ninjs,
        first,
        &[
            "http://coast.example/1|H|-|2026-05-04|http://coast.example/1|Ann|en|-|Orrin|2|canceled|One.~~Two.",
        ],
    );
    check(
        &Ninjs,
        third,
        &["urn:newsml:coast.example:1|H|Coast|2026-05-04|-|Ann|-|AP|-|-|-|One.~Two."],
    );
}

#[test]
fn reads_all_items_of_a_file_and_nested_items() {
    let wire = r#"{"format":"digitalwires@1","urn":"urn:newsml:dpa.com:1","version_created":"2026-05-04","headline":"H","version":3,
        "article_html":"<section class=\"main\"><p>One.</p></section>","dateline":"Orrin (dpa) - ","creditline":"dpa","pubstatus":"usable","embargoed":"2026-05-05"}"#;
    let outer = r#"{"uri":"u:1","body_text":"Two.","associations":{"a":{"uri":"u:2","type":"picture"},"b":{"uri":"u:3","body_text":"Three."}}}"#;
    check(
        &Ninjs,
        &format!("{wire}\n{outer}\n{{\"uri\":\"u:4\"}}"),
        &[
            "urn:newsml:dpa.com:1|H|dpa|2026-05-04|-|-|-|dpa|Orrin (dpa) -|3|embargoed|One.",
            "u:1|-|-|-|-|-|-|-|-|-|-|Two.",
            "u:3|-|-|-|-|-|-|-|-|-|-|Three.",
            "empty",
        ],
    );
}

#[test]
fn a_picture_beside_a_story_is_no_document() {
    let item = r#"{"_items":[{"guid":"u:1","type":"text","body_html":"<p>One.</p>","associations":
        {"a":{"guid":"u:2","type":"picture","body_text":"A boat."},"b":{"guid":"u:3","type":"text","body_text":"Two."}}}]}"#;
    check(
        &Ninjs,
        item,
        &[
            "u:1|-|-|-|-|-|-|-|-|-|-|One.",
            "u:3|-|-|-|-|-|-|-|-|-|-|Two.",
        ],
    );
}

#[test]
fn reports_other_json_and_invalid_json() {
    assert_eq!(read(&Ninjs, r#"{"name":"x"}"#), ["not-news"]);
    assert_eq!(
        read(&Ninjs, r#"{"uri":"u:1","body_text":"One."#),
        ["not-json"]
    );
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(read(&Ninjs, &deep), ["too-deep"]);
    let html = "<div>".repeat(100_000) + "<br>" + &"</div>".repeat(100_000);
    let item = serde_json::json!({"uri": "u:1", "body_html": html}).to_string();
    assert_eq!(read(&Ninjs, &item), ["empty"]);
}

#[test]
fn reads_the_full_content_of_feeds() {
    check(
        &Feed,
        r#"<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Coast &amp; Co</title><language>en</language>
        <item><title>Basin shut</title><link>http://coast.example/1</link><guid>g1</guid><pubDate>Mon, 04 May 2026 10:00:00 GMT</pubDate>
        <description>Short.</description><content:encoded><![CDATA[<p>One.</p><p>Two&nbsp;<b>x</b></p>]]></content:encoded></item>
        <item><link>http://coast.example/2</link><description>Only &lt;i&gt;this&lt;/i&gt;.</description></item>
        <item><title>Nothing</title><guid>g3</guid></item></channel></rss>"#,
        &[
            "g1|Basin shut|Coast & Co|2026-05-04T10:00:00+00:00|http://coast.example/1|-|en|-|-|-|-|One.~~Two&nbsp;x",
            "http://coast.example/2|-|Coast & Co|-|http://coast.example/2|-|en|-|-|-|-|Only this.",
            "empty",
        ],
    );
    check(
        &Feed,
        r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>Coast</title><id>f</id><updated>2026-05-04T10:00:00Z</updated>
        <entry><title>Basin</title><id>e1</id><updated>2026-05-04T10:00:00Z</updated><author><name>Ann</name></author><link href="http://coast.example/1"/>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content></entry></feed>"#,
        &[
            "e1|Basin|Coast|2026-05-04T10:00:00+00:00|http://coast.example/1|Ann|-|-|-|-|-|One.~~Two.",
        ],
    );
}

#[test]
fn a_malformed_item_costs_only_itself() {
    let feed = "<rss version='2.0'><channel><title>Coast</title>\
        <item><title>A & B</title><description>One & two.</description></item>\
        <item><description>Three <b>.</description></item>\
        <item><description>Four.</description></item>\
        <item><description>Fi";
    check(
        &Feed,
        feed,
        &[
            "-|A & B|Coast|-|-|-|-|-|-|-|-|One & two.",
            "not-xml",
            "-|-|Coast|-|-|-|-|-|-|-|-|Four.",
            "truncated",
        ],
    );
    let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><title>Coast</title><id>f</id>\
        <entry><id>e</id><title>A & B</title><content>One.</content></entry>";
    check(&Feed, atom, &["e|A & B|Coast|-|-|-|-|-|-|-|-|One."]);
}

#[test]
fn reads_what_feeds_contain_in_unusual_forms() {
    let rss = |item: &str| {
        format!(
            "<rss version='2.0'><channel><title>Coast</title><item>{item}</item></channel></rss>"
        )
    };
    check(
        &Feed,
        &rss(
            "<description>&lt;p>One and two.&lt;/p></description><content:encoded>One</content:encoded>",
        ),
        &["-|-|Coast|-|-|-|-|-|-|-|-|One and two."],
    );
    check(
        &Feed,
        &rss("<description>One.</description><pubDate>last night</pubDate>"),
        &["-|-|Coast|last night|-|-|-|-|-|-|-|One."],
    );
    // Markup as elements, text in a namespace of its own, and a feed of before RSS 2.0.
    for item in [
        "<description>Short.</description><y:full-text xmlns:y='http://news.example'>One and two.</y:full-text>",
        "<description><p>One <b>and</b> two.</p></description>",
        "<description>Short.</description><content type='html'>&lt;p>One and two.&lt;/p></content>",
        "<description>One and&#0;&#x1F; two.</description>",
    ] {
        check(
            &Feed,
            &rss(item),
            &["-|-|Coast|-|-|-|-|-|-|-|-|One and two."],
        );
    }
    check(
        &Feed,
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' \
         xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>Coast</title></channel>\
         <item><title>T</title><description>Short.</description>\
         <content:encoded>&lt;p>One and two.&lt;/p></content:encoded></item></rdf:RDF>",
        &["-|T|Coast|-|-|-|-|-|-|-|-|One and two."],
    );
    let atom = |content: &str| {
        format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Coast</title><id>f</id><entry><id>e</id><title>T</title>{content}</entry></feed>"
        )
    };
    check(
        &Feed,
        &atom("<content type='application/octet-stream'>\n PHA+T25l\n LjwvcD4= </content>"),
        &["e|T|Coast|-|-|-|-|-|-|-|-|One."],
    );
    check(
        &Feed,
        &atom(
            "<summary>One.</summary><content type='image/png'>iVBORw0KGgoAAAANSUhEUgAAAAE=</content>",
        ),
        &["e|T|Coast|-|-|-|-|-|-|-|-|One."],
    );
    check(
        &Feed,
        &atom(
            "<content type='application/xhtml+xml'><html><body><p>One.</p></body></html></content>",
        ),
        &["e|T|Coast|-|-|-|-|-|-|-|-|One."],
    );
}

#[test]
fn reports_malformed_feeds() {
    assert_eq!(
        read(&Feed, "<rss version='2.0'><channel><item><title>x"),
        ["truncated"]
    );
    assert_eq!(read(&Feed, "<rss version='9'/>"), ["not-feed"]);
    let deep = format!(
        "<rss version='2.0'>{}{}</rss>",
        "<a>".repeat(100_000),
        "</a>".repeat(100_000)
    );
    assert_eq!(read(&Feed, &deep), ["too-deep"]);
}
