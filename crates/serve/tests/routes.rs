//! Each address answers as `openapi.json` says.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use dedupe_serve::OPENAPI;
use serde_json::{Value, json};
use support::Running;
use support::client::{Answer, delete, get, post, request, send};

fn openapi() -> Value {
    serde_json::from_str(OPENAPI).unwrap()
}

/// Checks the body of an answer against the schema of this name.
fn check(answer: &Answer, status: u16, schema: &str) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let body = answer.json();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#/components/schemas/{schema}"),
        "components": openapi()["components"],
    });
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&body)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}: {body}");
    body
}

#[test]
fn a_document_is_added_found_and_removed() {
    let service = Running::start(|_| {});
    let at = service.address;
    let story = json!({"id": "a/1", "title": "Ferry stops", "text": "The ferry stops."});
    let added = post(at, "/v1/documents", &story);
    let body = check(&added, 201, "Submitted");
    assert_eq!(added.header("location"), Some("/v1/documents/a%2F1"));
    assert_eq!(
        (&body["change"], &body["duplicate"]),
        (&json!("new"), &json!(false))
    );

    let again = check(&post(at, "/v1/documents", &story), 200, "Submitted");
    assert_eq!(again["change"], "known");

    let copy = json!({"id": "b", "date": "yesterday", "text": "The ferry stops."});
    let asked = check(
        &post(at, "/v1/documents?dry_run=true", &copy),
        200,
        "Submitted",
    );
    assert_eq!(
        (&asked["change"], &asked["of"]),
        (&json!("new"), &json!("a/1"))
    );
    assert_eq!(asked["warnings"][0]["code"], "bad-date");
    check(&get(at, "/v1/documents/b"), 404, "Error");
    let added = check(
        &post(at, "/v1/documents?dry_run=false", &copy),
        201,
        "Submitted",
    );
    assert_eq!(added, asked);

    let found = check(&get(at, "/v1/documents/a%2F1"), 200, "FoundDocument");
    assert_eq!(found["document"]["title"], "Ferry stops");
    assert_eq!(
        (&found["duplicate"], &found["cluster"]),
        (&json!(true), &json!("a/1"))
    );
    let cluster = check(&get(at, "/v1/clusters/a%2F1"), 200, "Cluster");
    assert_eq!(
        (&cluster["size"], &cluster["truncated"]),
        (&json!(2), &json!(false))
    );

    let other = json!({"id": "b", "text": "The ferry sails again."});
    let version = check(&post(at, "/v1/documents", &other), 201, "Submitted");
    assert_eq!(version["change"], "version");
    assert_eq!(
        check(&get(at, "/v1/clusters/b"), 404, "Error")["error"]["code"],
        "unknown-cluster"
    );

    let removed = delete(at, "/v1/documents/b");
    assert_eq!((removed.status, removed.body.len()), (204, 0));
    let gone = check(&delete(at, "/v1/documents/b"), 404, "Error");
    assert_eq!(gone["error"]["code"], "unknown-document");
    assert_eq!(service.finish().ids(), ["a/1"]);
}

#[test]
fn a_dry_run_needs_no_id_and_an_addition_does() {
    let service = Running::start(|_| {});
    let nameless = json!({"text": "The ferry stops."});
    let asked = post(service.address, "/v1/documents?dry_run=true", &nameless);
    // The archive chooses the id: only it knows which ones are free.
    assert_eq!(check(&asked, 200, "Submitted")["id"], "nameless");
    let refused = check(
        &post(service.address, "/v1/documents", &nameless),
        422,
        "Error",
    );
    assert_eq!(refused["error"]["code"], "no-id");
    assert!(service.finish().ids().is_empty());
}

#[test]
fn ids_may_have_any_characters() {
    let service = Running::start(|_| {});
    let at = service.address;
    for (id, path) in [
        (
            "https://h.example/a?b=c#d",
            "https%3A%2F%2Fh%2Eexample%2Fa%3Fb%3Dc%23d",
        ),
        ("été 1", "%C3%A9t%C3%A9%201"),
        ("%2F", "%252F"),
        ("..", "%2E%2E"),
    ] {
        let added = post(
            at,
            "/v1/documents",
            &json!({"id": id, "text": format!("text of {id}")}),
        );
        let address = format!("/v1/documents/{path}");
        assert_eq!(added.header("location"), Some(&*address));
        let found = check(&get(at, &address), 200, "FoundDocument");
        assert_eq!(found["document"]["id"], id);
        assert_eq!(delete(at, &address).status, 204);
    }
    let bad = check(&get(at, "/v1/documents/%FF"), 400, "Error");
    assert_eq!(bad["error"]["code"], "bad-request");
}

#[test]
fn failures_of_the_archive_are_answers_and_end_nothing() {
    let service = Running::start(|_| {});
    let at = service.address;
    for (text, status, code) in [
        ("refuse", 422, "refused"),
        ("fail", 500, "archive"),
        ("panic", 500, "archive"),
    ] {
        let document = json!({"id": "x", "text": text});
        let failed = check(&post(at, "/v1/documents", &document), status, "Error");
        assert_eq!(failed["error"]["code"], code);
        let failed = check(
            &post(at, "/v1/documents?dry_run=true", &document),
            status,
            "Error",
        );
        let expected = if text == "panic" { "internal" } else { code };
        assert_eq!(failed["error"]["code"], expected);
    }
    check(
        &post(at, "/v1/documents", &json!({"id": "a", "text": "t"})),
        201,
        "Submitted",
    );
    // A change that failed shows until one is stored.
    for (text, health) in [("fail", 500), ("refuse", 500), ("t", 200), ("panic", 500)] {
        post(at, "/v1/documents", &json!({"id": text, "text": text}));
        let schema = if health == 200 { "Health" } else { "Error" };
        check(&get(at, "/v1/healthz"), health, schema);
    }
    assert_eq!(service.finish().ids(), ["a", "t"]);
}

#[test]
fn other_addresses_and_methods_have_errors() {
    let service = Running::start(|_| {});
    let at = service.address;
    for path in [
        "/v1",
        "/v2/documents",
        "/v1/documents/a/b",
        "/v1/documents/",
        "/%",
    ] {
        let none = check(&get(at, path), 404, "Error");
        assert_eq!(none["error"]["code"], "no-route", "{path}");
    }
    for (method, path) in [
        ("PUT", "/v1/documents"),
        ("GET", "/v1/documents"),
        ("OPTIONS", "/v1/documents"),
        ("POST", "/"),
        ("BREW", "/v1/healthz"),
    ] {
        let refused = send(at, &request(method, path, &[])).unwrap();
        check(&refused, 405, "Error");
        assert_eq!(refused.header("access-control-allow-origin"), None);
    }
    let unknown = post(
        at,
        "/v1/documents?dryrun=true",
        &json!({"id": "a", "text": "t"}),
    );
    assert_eq!(
        check(&unknown, 400, "Error")["error"]["code"],
        "bad-request"
    );
    // The field of the page takes 100 characters of any script.
    assert!(get(at, "/").text().contains(r#"maxlength="100""#));
    let search = |length| get(at, &format!("/?q={}", "%E6%96%87".repeat(length)));
    assert_eq!(search(100).status, 200);
    check(&search(101), 400, "Error");
}

#[test]
fn health_counts_and_description() {
    let service = Running::start(|_| {});
    let at = service.address;
    check(&get(at, "/v1/healthz"), 200, "Health");
    for document in [
        json!({"id": "a", "text": "t"}),
        json!({"id": "b", "text": "t"}),
    ] {
        post(at, "/v1/documents", &document);
    }
    get(at, "/v1/documents/secret-id");
    let counts = get(at, "/v1/metrics");
    assert!(
        counts
            .header("content-type")
            .unwrap()
            .starts_with("application/openmetrics-text")
    );
    let text = counts.text();
    for line in [
        "dedupe_documents_submitted_total{change=\"new\"} 2",
        "dedupe_archive_documents 2",
        "dedupe_archive_epoch 1",
        "dedupe_requests_total{method=\"POST\",route=\"/v1/documents\",status=\"201\"} 2",
        "dedupe_requests_total{method=\"GET\",route=\"/v1/documents/{id}\",status=\"404\"} 1",
        "dedupe_batch_documents_count 2",
    ] {
        assert!(text.lines().any(|own| own == line), "{line}: {text}");
    }
    assert!(!text.contains("secret-id"));
    let described = get(at, "/v1/openapi.json");
    assert_eq!(described.json(), openapi());
    let failures = "dedupe_settling_failures_total";
    assert!(
        text.lines().any(|line| line.starts_with(failures)),
        "{text}"
    );
    let archive = service.finish();
    assert!(archive.settled.load(std::sync::atomic::Ordering::SeqCst) > 0);
}

#[test]
fn the_description_lists_the_addresses_and_the_codes() {
    let api = openapi();
    let sources = include_str!("../src/routes.rs");
    let mut routes: Vec<&str> = sources
        .split(".route(\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .filter(|path| path.starts_with("/v1/"))
        .collect();
    routes.sort_unstable();
    let described: Vec<&String> = api["paths"].as_object().unwrap().keys().collect();
    assert_eq!(described, routes);
    let problems = include_str!("../src/problem.rs");
    let codes =
        &api["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["code"]["enum"];
    let codes: Vec<&str> = codes
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c.as_str().unwrap())
        .collect();
    let mut used: Vec<&str> = problems
        .split("StatusCode::")
        .skip(1)
        .filter_map(|rest| rest.split_once(", \"")?.1.split_once('"'))
        .map(|(code, _)| code)
        .filter(|code| {
            code.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        })
        .collect();
    used.sort_unstable();
    used.dedup();
    assert_eq!(codes, used);
}

#[test]
fn the_page_lists_stories_and_escapes_what_they_say() {
    let service = Running::start(|_| {});
    let at = service.address;
    let empty = get(at, "/").text();
    assert!(empty.contains("No two documents"), "{empty}");
    let title = "<script>alert(1)</script> \"Ferry\" \u{202e}stops";
    for (id, title) in [("a\"><b>", title), ("b", title)] {
        let document = json!({"id": id, "title": title, "text": "The ferry stops."});
        assert_eq!(post(at, "/v1/documents", &document).status, 201);
    }
    for path in [
        "/",
        "/?q=Ferry",
        "/?q=%22%3E%3Cscript%3E",
        "/?q=%3Cscript%3E",
    ] {
        let page = get(at, path);
        assert_eq!(page.status, 200);
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self';"),
            "{policy}"
        );
        let text = page.text();
        assert!(!text.contains("<script"), "{text}");
        assert!(!text.contains('\u{202e}'), "{text}");
        assert!(!text.contains("<b>"), "{text}");
    }
    let page = get(at, "/?q=Ferry").text();
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    assert!(
        page.contains("href=\"/stories/a%22%3E%3Cb%3E#story/0123456789ab\""),
        "{page}"
    );
    assert!(
        get(at, "/?q=zeppelin")
            .text()
            .contains("No story has a headline")
    );
    let story = get(at, "/stories/b");
    assert_eq!(story.text(), "<p>2 documents");
    let policy = story.header("content-security-policy").unwrap();
    assert!(
        policy.contains("script-src 'sha256-") && policy.ends_with("frame-ancestors 'none'"),
        "{policy}"
    );
    assert_eq!(get(at, "/stories/c").status, 404);
    assert!(get(at, "/page.css").text().contains("body.archive"));
}
