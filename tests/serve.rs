//! `dedupe serve` over a real index and a real socket.

#![cfg(all(unix, feature = "serve"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../crates/serve/tests/support/client.rs"]
mod client;
mod support;

use client::{Answer, delete, get, post, posting, request, send};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use support::{dedupe, list, string};

/// A service that is stopped when it is dropped.
struct Service {
    child: Child,
    address: SocketAddr,
}

impl Service {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dedupe"))
            .current_dir(folder)
            .env_remove("DEDUPE_TOKEN")
            .args(["serve", "a.idx", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        errors.read_line(&mut line).unwrap();
        let address = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        let address = address.unwrap_or_else(|| panic!("{line}")).parse().unwrap();
        // What it says later must not fill the pipe.
        thread::spawn(move || errors.read_to_end(&mut vec![]));
        Self { child, address }
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Stops the service and waits for its end.
    fn stop(mut self) {
        self.signal("-TERM");
        assert!(self.child.wait().unwrap().success());
    }

    fn post(&self, document: &Value) -> Value {
        let answer = post(self.address, "/v1/documents", document);
        assert!([200, 201].contains(&answer.status), "{}", answer.text());
        answer.json()
    }

    fn ask(&self, document: &Value) -> Value {
        let answer = post(self.address, "/v1/documents?dry_run=true", document);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The words of a story.
fn story(seed: u32, words: std::ops::Range<u32>) -> String {
    words.map(|n| format!("word{seed}x{n} ")).collect()
}

fn record(id: &str, day: u32, source: &str, text: String) -> Value {
    json!({"id": id, "title": format!("Headline of {id}"), "source": source,
        "date": format!("2026-11-{day:02}T06:00:00Z"), "text": text})
}

fn write(path: &Path, records: &[Value]) {
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    fs::write(path, lines).unwrap();
}

/// Stories with exact copies, edited and shortened ones, pages of two stories, overlaps, and documents of their own.
fn records() -> Vec<Value> {
    let mut records = vec![];
    for n in 0..12 {
        let (day, whole) = (1 + n, story(n, 0..200));
        let source = |name: &str| format!("{name} {}", n % 5);
        records.push(record(
            &format!("s{n:02}-a"),
            day,
            &source("Agency"),
            whole.clone(),
        ));
        match n % 4 {
            0 => records.push(record(
                &format!("s{n:02}-b"),
                day + 1,
                &source("Post"),
                whole,
            )),
            1 => records.push(record(
                &format!("s{n:02}-b"),
                day,
                &source("Post"),
                story(n, 0..90),
            )),
            2 => {
                let page = [story(n, 0..200), story(n + 1, 0..200)].concat();
                records.push(record(&format!("s{n:02}-b"), day, &source("Daily"), page));
            }
            _ => {
                let other = [story(n, 0..60), story(100 + n, 0..300)].concat();
                records.push(record(&format!("s{n:02}-b"), day, &source("Herald"), other));
            }
        }
        records.push(record(
            &format!("u{n:02}"),
            day,
            &source("Mail"),
            story(200 + n, 0..150),
        ));
    }
    records
}

/// An index of some documents.
fn index(folder: &Path, records: &[Value]) {
    write(&folder.join("seed.jsonl"), records);
    let added = dedupe(folder, &["index", "add", "a.idx", "seed.jsonl", "-q"]);
    assert_eq!(
        added.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&added.stderr)
    );
}

fn verify(folder: &Path) {
    let verified = dedupe(folder, &["index", "verify", "a.idx"]);
    let said = String::from_utf8_lossy(&verified.stderr);
    assert_eq!(verified.status.code(), Some(0), "{said}");
}

#[test]
fn answers_are_those_of_a_query_and_of_a_dry_run() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let records = records();
    let (seed, rest) = records.split_at(12);
    index(folder, seed);
    let service = Service::start(folder, &[]);
    let mut answers = vec![];
    for record in rest {
        let asked = service.ask(record);
        let added = service.post(record);
        assert_eq!(asked, added);
        assert_eq!(added["change"], "new");
        answers.push(added);
    }
    let known = service.post(&rest[0]);
    assert_eq!(known["change"], "known");
    service.stop();
    verify(folder);
    // The same index, made with the command.
    let other = tempfile::tempdir().unwrap();
    index(other.path(), seed);
    for (record, answer) in rest.iter().zip(&answers) {
        write(
            &other.path().join("one.jsonl"),
            std::slice::from_ref(record),
        );
        let queried = dedupe(other.path(), &["index", "query", "a.idx", "one.jsonl"]);
        let queried: Value = serde_json::from_slice(&queried.stdout).unwrap();
        for field in [
            "id",
            "duplicate",
            "of",
            "relation",
            "containment",
            "spans",
            "publishers",
            "overlaps",
            "epoch",
        ] {
            assert_eq!(
                answer[field], queried[0][field],
                "{field} of {}",
                record["id"]
            );
        }
        let ids = |clusters: &Value| -> Vec<String> {
            let clusters = clusters.as_array().unwrap().iter();
            clusters
                .map(|cluster| string(cluster, "id").to_owned())
                .collect()
        };
        assert_eq!(ids(&answer["clusters"]), ids(&queried[0]["clusters"]));
        let added = dedupe(other.path(), &["index", "add", "a.idx", "one.jsonl", "-q"]);
        assert_eq!(added.status.code(), Some(0));
    }
    let export = |folder: &Path| dedupe(folder, &["index", "export", "a.idx"]).stdout;
    assert_eq!(
        String::from_utf8(export(folder)),
        String::from_utf8(export(other.path()))
    );
}

#[test]
fn versions_removals_and_clusters() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    index(folder, &records());
    let service = Service::start(folder, &[]);
    let at = service.address;
    let text = story(0, 0..200);
    let id = "desk/é 1";
    let copy = record(id, 9, "Desk", format!("{text} one more paragraph"));
    let added = service.post(&copy);
    assert_eq!(
        (&added["change"], &added["duplicate"]),
        (&json!("new"), &json!(true))
    );
    assert_eq!(added["relation"], "near");
    let path = "desk%2F%C3%A9%201";
    let cluster = get(at, &format!("/v1/clusters/{path}")).json();
    let by_answer = get(at, &format!("/v1/clusters/{}", string(&added, "cluster"))).json();
    assert_eq!(cluster, by_answer);
    let ids: Vec<&str> = list(&cluster, "members")
        .iter()
        .map(|m| string(m, "id"))
        .collect();
    assert!(
        ids.contains(&id) && ids.contains(&"s00-a") && ids.contains(&"s00-b"),
        "{ids:?}"
    );
    assert_eq!(cluster["size"], ids.len());

    // Other words: a version that carries another story.
    let version = record(id, 9, "Desk", story(1, 0..200));
    let asked = service.ask(&version);
    assert_eq!(asked["change"], "version");
    assert_eq!(
        get(at, &format!("/v1/documents/{path}")).json()["versions"],
        1
    );
    let changed = service.post(&version);
    assert_eq!(changed, asked);
    assert_eq!(service.post(&version)["change"], "known");
    let found = get(at, &format!("/v1/documents/{path}")).json();
    assert_eq!(found["versions"], 2);
    assert_eq!(found["document"]["text"], version["text"]);
    assert_eq!(found["cluster"], changed["cluster"]);
    let cluster = get(at, "/v1/clusters/s00-a").json();
    let ids: Vec<&str> = list(&cluster, "members")
        .iter()
        .map(|m| string(m, "id"))
        .collect();
    assert!(!ids.contains(&id), "{ids:?}");

    assert_eq!(delete(at, &format!("/v1/documents/{path}")).status, 204);
    assert_eq!(get(at, &format!("/v1/documents/{path}")).status, 404);
    assert_eq!(delete(at, &format!("/v1/documents/{path}")).status, 404);
    assert_eq!(get(at, "/v1/clusters/u00").code(), "unknown-cluster");
    let bad = json!({"id": "undated", "date": "soon", "text": story(500, 0..60)});
    let warned = service.post(&bad);
    assert!(!list(&warned, "warnings").is_empty(), "{warned}");
    service.stop();
    verify(folder);
}

#[test]
fn the_page_shows_the_newest_stories_and_each_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    index(folder, &records());
    let service = Service::start(folder, &[]);
    let at = service.address;
    let place = |page: &str, what: &str| {
        page.find(what)
            .unwrap_or_else(|| panic!("no {what}: {page}"))
    };
    let page = get(at, "/").text();
    assert!(place(&page, "Headline of s08-") < place(&page, "Headline of s00-"));
    // A new copy of an old story makes it the newest, and one without a copy is no story.
    let title = "</a><script>alert(1)</script>";
    for n in 0..2 {
        let mut hostile = record(
            &format!("h{n}\"><i>"),
            28,
            "<b>Post",
            format!("{title} {}", story(50, 0..80)),
        );
        hostile["title"] = title.into();
        service.post(&hostile);
    }
    service.post(&record("late", 27, "Post", story(0, 0..200)));
    service.post(&record("lonely", 27, "Post", story(51, 0..200)));
    let page = get(at, "/").text();
    let hostile = place(&page, "&lt;/a&gt;&lt;script&gt;");
    assert!(hostile < place(&page, "Headline of s00-"));
    assert!(place(&page, "Headline of s00-") < place(&page, "Headline of s08-"));
    assert!(
        !page.contains("<script") && !page.contains("<b>") && !page.contains("lonely"),
        "{page}"
    );
    let found = get(at, "/?q=headline+S04").text();
    assert!(
        found.contains("Headline of s04-") && !found.contains("Headline of s00-"),
        "{found}"
    );
    let link = page.split("href=\"/stories/").nth(1).unwrap();
    let link = link.split(['#', '"']).next().unwrap();
    let story = get(at, &format!("/stories/{link}"));
    assert_eq!(story.status, 200);
    let report = story.text();
    assert!(report.contains("id=\"index\"") && report.contains("id=\"block-0\""));
    let policy = story.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
    assert!(!report.contains("<script>alert"));
    // One script, and it is the one that the policy allows.
    assert_eq!(report.matches("<script>").count(), 1);
    service.stop();
}

/// `SCREENSHOTS=FOLDER` saves pictures of the pages.
#[test]
fn a_reader_finds_a_story_and_other_sites_reach_nothing() {
    let Some(browser) = support::browser::browser() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    index(folder, &records());
    let service = Service::start(folder, &[]);
    for n in 0..2 {
        let mut hostile = record(&format!("h{n}\"><i>"), 28, "<b>Post", story(50, 0..80));
        hostile["title"] = "</a><script>alert(1)</script> \u{202e}gpj.exe".into();
        service.post(&hostile);
    }
    let page = format!("http://{}/", service.address);
    support::browser::drive(browser, "archive", page.as_ref());
    support::browser::drive(browser, "otherSite", page.as_ref());
    assert_eq!(get(service.address, "/v1/documents/evil").status, 404);
    assert_eq!(get(service.address, "/v1/documents/u00").status, 200);
    service.stop();
}

#[test]
fn two_read_while_one_writes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let records = records();
    index(folder, &records[..6]);
    let service = Service::start(folder, &[]);
    let at = service.address;
    let is_done = AtomicBool::new(false);
    let read = |seed: u32| {
        let mut answers = 0;
        while !is_done.load(Ordering::SeqCst) {
            for path in ["/v1/documents/s00-a", "/v1/clusters/s00-a", "/?q=headline"] {
                let answer = get(at, path);
                assert_eq!(answer.status, 200, "{path}: {}", answer.text());
                answers += 1;
            }
            let asked = record("asked", 3, "Post", story(seed, 0..200));
            let answer = service.ask(&asked);
            assert_eq!(
                (&answer["change"], &answer["duplicate"]),
                (&json!("new"), &json!(true))
            );
        }
        answers
    };
    thread::scope(|scope| {
        let readers = [0, 1].map(|seed| scope.spawn(move || read(seed)));
        for record in records.iter().chain(&records) {
            service.post(record);
        }
        for n in (0..12).step_by(3) {
            assert_eq!(delete(at, &format!("/v1/documents/u{n:02}")).status, 204);
        }
        is_done.store(true, Ordering::SeqCst);
        for reader in readers {
            assert!(reader.join().unwrap() > 3);
        }
    });
    service.stop();
    verify(folder);
}

#[test]
fn what_was_accepted_is_stored_when_the_service_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    index(folder, &records()[..6]);
    for signal in ["-TERM", "-INT"] {
        let mut service = Service::start(folder, &[]);
        let at = service.address;
        let sending: Vec<_> = (0..24)
            .map(|n| {
                let record = record(&format!("{signal}{n}"), 5, "Post", story(300 + n, 0..400));
                thread::spawn(move || {
                    let body = record.to_string();
                    let stream = std::net::TcpStream::connect(at);
                    let Ok(mut stream) = stream else { return None };
                    let sent = std::io::Write::write_all(
                        &mut stream,
                        &posting("/v1/documents", &[], body.as_bytes()),
                    );
                    let answer: Option<Answer> =
                        sent.ok().and_then(|()| client::answer(&mut stream));
                    answer.filter(|answer| answer.status == 201)?;
                    Some(string(&record, "id").to_owned())
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(60));
        service.signal(signal);
        let begun = Instant::now();
        assert!(service.child.wait().unwrap().success());
        assert!(begun.elapsed() < Duration::from_secs(30));
        let accepted: Vec<String> = sending
            .into_iter()
            .filter_map(|t| t.join().unwrap())
            .collect();
        assert!(!accepted.is_empty());
        verify(folder);
        let exported =
            String::from_utf8(dedupe(folder, &["index", "export", "a.idx"]).stdout).unwrap();
        for id in accepted {
            assert!(exported.contains(&format!("\"{id}\"")), "{id} is lost");
        }
    }
}

#[test]
fn a_service_that_cannot_run_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let fails = |arguments: &[&str]| {
        let output = dedupe(folder, &[&["serve", "a.idx"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(fails(&["--listen", "127.0.0.1:0"]).contains("dedupe index add"));
    index(folder, &records()[..6]);
    assert!(fails(&["--listen", "0.0.0.0:0"]).contains("there is no token"));
    assert!(fails(&["--listen", "nowhere"]).contains("such as 127.0.0.1:8080"));
    let no_token = "cannot use the token in missing: there is no such file\n";
    assert!(fails(&["--token-file", "missing"]).contains(no_token));
    fs::write(folder.join("short"), "short\n").unwrap();
    assert!(fails(&["--token-file", "short"]).contains("16 to 1024"));
    // The rules are those of the index.
    assert!(fails(&["--threshold", "0.9"]).contains("unexpected argument '--threshold'"));
    fs::write(folder.join("token"), "a-token-of-some-length\n").unwrap();
    let service = Service::start(folder, &["--token-file", "token"]);
    assert_eq!(get(service.address, "/v1/documents/u00").status, 401);
    let headers = [("Authorization", "Bearer a-token-of-some-length")];
    let let_in = send(
        service.address,
        &request("GET", "/v1/documents/u00", &headers),
    )
    .unwrap();
    assert_eq!(let_in.status, 200);
    service.stop();
    // A proxy forwards the name by which others know the service.
    let of_proxy = request("GET", "/v1/documents/u00", &[("Host", "news.example")]);
    for (options, status) in [(&[][..], 421), (&["--host", "news.example"][..], 200)] {
        let service = Service::start(folder, options);
        assert_eq!(send(service.address, &of_proxy).unwrap().status, status);
        service.stop();
    }
    let service = Service::start(folder, &[]);
    // Another process cannot use the index now.
    assert!(fails(&["--listen", "127.0.0.1:0"]).contains("another process"));
    service.stop();
}
