//! Nothing grows past its limit: bodies, headers, queues, connections, time.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::json;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use support::client::{Answer, answer, connect, get, post, posting, request, send};
use support::{Running, until};

fn document(id: &str) -> serde_json::Value {
    json!({"id": id, "text": "The ferry stops."})
}

/// Posts a document in a thread of its own.
fn posting_thread(at: SocketAddr, path: &'static str, id: String) -> JoinHandle<Answer> {
    thread::spawn(move || post(at, path, &document(&id)))
}

#[test]
fn documents_that_wait_are_added_together_and_each_gets_its_answer() {
    let service = Running::start(|_| {});
    let at = service.address;
    service.archive.gate.close();
    let first = posting_thread(at, "/v1/documents", "first".to_owned());
    until(|| service.archive.arrived() == 1);
    let others: Vec<_> = (0..30)
        // Two of each id: the second one waits for the next commit.
        .map(|n| posting_thread(at, "/v1/documents", format!("d{:02}", n / 2)))
        .collect();
    let waiting = "dedupe_changes_waiting 30";
    until(|| get(at, "/v1/metrics").text().contains(waiting));
    service.archive.gate.open();
    assert_eq!(first.join().unwrap().status, 201);
    let mut created = 0;
    for other in others {
        let answer = other.join().unwrap();
        created += u32::from(answer.status == 201);
        assert!([200, 201].contains(&answer.status), "{}", answer.text());
    }
    assert_eq!(created, 15);
    let archive = service.finish();
    assert_eq!(archive.ids().len(), 16);
    let commits = archive.commits.lock().unwrap().clone();
    assert_eq!(commits.iter().sum::<usize>(), 31);
    assert!(commits.len() < 25, "{commits:?}");
}

#[test]
fn one_bad_document_does_not_make_others_fail() {
    let service = Running::start(|_| {});
    let at = service.address;
    service.archive.gate.close();
    let first = posting_thread(at, "/v1/documents", "first".to_owned());
    until(|| service.archive.arrived() == 1);
    let bad =
        thread::spawn(move || post(at, "/v1/documents", &json!({"id": "bad", "text": "panic"})));
    let good: Vec<_> = (0..5)
        .map(|n| posting_thread(at, "/v1/documents", format!("d{n}")))
        .collect();
    until(|| {
        get(at, "/v1/metrics")
            .text()
            .contains("dedupe_changes_waiting 6")
    });
    service.archive.gate.open();
    assert_eq!(first.join().unwrap().status, 201);
    assert_eq!(bad.join().unwrap().status, 500);
    for good in good {
        assert_eq!(good.join().unwrap().status, 201);
    }
    assert_eq!(service.finish().ids().len(), 6);
}

#[test]
fn the_reason_of_a_failure_is_for_those_who_run_the_service() {
    let service = Running::start(|_| {});
    let at = service.address;
    let failing = json!({"id": "bad", "text": "fail"});
    for path in ["/v1/documents", "/v1/documents?dry_run=true"] {
        let answer = post(at, path, &failing);
        assert_eq!((answer.status, &*answer.code()), (500, "archive"));
        assert!(!answer.text().contains("asks"), "{}", answer.text());
    }
    until(|| {
        let reported = service.reported.lock().unwrap();
        let count = |words: &str| reported.iter().filter(|line| line.contains(words)).count();
        (count("cannot be used: it asks for it"), count("merged")) == (2, 1)
    });
    let refused = post(at, "/v1/documents", &json!({"id": "bad", "text": "refuse"}));
    assert!(refused.text().contains("it asks for it"));
    assert_eq!(service.finish().ids(), Vec::<String>::new());
}

#[test]
fn a_full_queue_is_refused_and_what_was_accepted_is_stored() {
    let service = Running::with_limits(|limits| limits.queue = 3);
    let at = service.address;
    service.archive.gate.close();
    let first = posting_thread(at, "/v1/documents", "first".to_owned());
    until(|| service.archive.arrived() == 1);
    let waiting: Vec<_> = (0..3)
        .map(|n| posting_thread(at, "/v1/documents", format!("d{n}")))
        .collect();
    until(|| {
        get(at, "/v1/metrics")
            .text()
            .contains("dedupe_changes_waiting 3")
    });
    let refused = post(at, "/v1/documents", &document("late"));
    assert_eq!((refused.status, &*refused.code()), (429, "busy"));
    assert_eq!(refused.header("retry-after"), Some("1"));
    service.archive.gate.open();
    assert_eq!(first.join().unwrap().status, 201);
    for thread in waiting {
        assert_eq!(thread.join().unwrap().status, 201);
    }
    assert_eq!(service.finish().ids(), ["d0", "d1", "d2", "first"]);
}

#[test]
fn readers_beyond_the_limit_are_refused() {
    let service = Running::with_limits(|limits| {
        limits.readers = 2;
        limits.waiting_readers = 1;
    });
    let at = service.address;
    let path = "/v1/documents?dry_run=true";
    service.archive.gate.close();
    let reading: Vec<_> = (0..2)
        .map(|n| posting_thread(at, path, format!("r{n}")))
        .collect();
    until(|| service.archive.arrived() == 2);
    let mut threads = reading;
    // One more waits, and all others are refused.
    let mut refused = 0;
    let late: Vec<_> = (0..6)
        .map(|n| posting_thread(at, path, format!("w{n}")))
        .collect();
    let (done, rest): (Vec<_>, Vec<_>) = {
        until(|| late.iter().filter(|thread| thread.is_finished()).count() == 5);
        late.into_iter().partition(|thread| thread.is_finished())
    };
    for thread in done {
        let answer = thread.join().unwrap();
        refused += u32::from(answer.status == 429);
    }
    assert_eq!(refused, 5);
    // A busy service is a healthy one.
    for probe in ["/v1/healthz", "/v1/metrics"] {
        assert_eq!(get(at, probe).status, 200, "{probe}");
    }
    service.archive.gate.open();
    threads.extend(rest);
    for thread in threads {
        assert_eq!(thread.join().unwrap().status, 200);
    }
    drop(service.finish());
}

#[test]
fn an_answer_that_takes_too_long_is_given_up_and_the_document_is_stored() {
    let service = Running::with_limits(|limits| limits.answer_time = Duration::from_millis(200));
    let at = service.address;
    service.archive.gate.close();
    for path in ["/v1/documents", "/v1/documents?dry_run=true"] {
        let late = post(at, path, &document("a"));
        assert_eq!((late.status, &*late.code()), (503, "timeout"), "{path}");
    }
    service.archive.gate.open();
    until(|| service.archive.ids() == ["a"]);
    assert_eq!(post(at, "/v1/documents", &document("a")).status, 200);
    drop(service.finish());
}

#[test]
fn bodies_beyond_the_limit_are_refused() {
    let service = Running::with_limits(|limits| limits.body_bytes = 10_000);
    let at = service.address;
    let body = |length: usize| {
        let empty = json!({"id": "a", "text": ""}).to_string().len();
        json!({"id": "a", "text": "x".repeat(length - empty)}).to_string()
    };
    let sent = |body: &str| send(at, &posting("/v1/documents", &[], body.as_bytes())).unwrap();
    assert_eq!(sent(&body(10_000)).status, 201);
    let large = sent(&body(10_001));
    assert_eq!((large.status, &*large.code()), (413, "too-large"));
    // A length that is stated is believed before anything is read.
    for length in ["10001", "99999999999"] {
        let headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", length),
        ];
        let refused = send(at, &request("POST", "/v1/documents", &headers)).unwrap();
        assert_eq!(refused.status, 413, "{length}");
    }
    let chunked = [
        ("Content-Type", "application/json"),
        ("Transfer-Encoding", "chunked"),
    ];
    let mut bytes = request("POST", "/v1/documents", &chunked);
    for _ in 0..30 {
        bytes.extend_from_slice(b"200\r\n");
        bytes.extend_from_slice(&[b' '; 0x200]);
        bytes.extend_from_slice(b"\r\n");
    }
    assert_eq!(send(at, &bytes).unwrap().status, 413);
    assert_eq!(
        service.finish().text("a").unwrap().len(),
        10_000 - json!({"id": "a", "text": ""}).to_string().len()
    );
}

#[test]
fn bodies_that_wait_share_a_limit_of_memory() {
    let service = Running::with_limits(|limits| {
        limits.waiting_bytes = 3_000_000;
        limits.body_time = Duration::from_secs(20);
    });
    let at = service.address;
    let headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", "2000000"),
    ];
    let mut slow = connect(at);
    slow.write_all(&request("POST", "/v1/documents", &headers))
        .unwrap();
    slow.write_all(b"{").unwrap();
    let mut codes = vec![];
    until_refused(at, &headers, &mut codes);
    assert_eq!(codes.last().unwrap(), "busy");
    assert_eq!(post(at, "/v1/documents", &document("small")).status, 201);
    drop(slow);
    // The memory is free again.
    until(|| {
        let mut stream = connect(at);
        stream
            .write_all(&request("POST", "/v1/documents", &headers))
            .unwrap();
        stream
            .set_read_timeout(Some(Duration::from_millis(100)))
            .unwrap();
        answer(&mut stream).is_none()
    });
    drop(service.finish());
}

/// Sends the head of a request until one is refused at once.
fn until_refused(at: SocketAddr, headers: &[(&str, &str)], codes: &mut Vec<String>) {
    for _ in 0..200 {
        let mut stream = connect(at);
        stream
            .write_all(&request("POST", "/v1/documents", headers))
            .unwrap();
        stream
            .set_read_timeout(Some(Duration::from_millis(100)))
            .unwrap();
        if let Some(answer) = answer(&mut stream) {
            codes.push(answer.code());
            return;
        }
    }
    panic!("no request was refused");
}

#[test]
fn only_json_is_read() {
    let service = Running::start(|_| {});
    let body = document("a").to_string();
    let length = body.len().to_string();
    for headers in [
        &[][..],
        &[("Content-Type", "text/plain")],
        &[("Content-Type", "application/x-www-form-urlencoded")],
        &[(
            "Content-Type",
            "multipart/form-data; boundary=application/json",
        )],
        &[("Content-Type", "application/jsonp")],
        &[
            ("Content-Type", "application/json"),
            ("Content-Encoding", "gzip"),
        ],
    ] {
        let headers = [headers, &[("Content-Length", &*length)]].concat();
        let bytes = [
            request("POST", "/v1/documents", &headers),
            body.clone().into_bytes(),
        ]
        .concat();
        let refused = send(service.address, &bytes).unwrap();
        assert_eq!(
            (refused.status, &*refused.code()),
            (415, "content-type"),
            "{headers:?}"
        );
    }
    let headers = [
        ("Content-Type", "Application/JSON; charset=utf-8"),
        ("Content-Length", &*length),
    ];
    let bytes = [
        request("POST", "/v1/documents", &headers),
        body.into_bytes(),
    ]
    .concat();
    assert_eq!(send(service.address, &bytes).unwrap().status, 201);
    drop(service.finish());
}

#[test]
fn heads_beyond_the_limit_are_refused() {
    let service = Running::start(|_| {});
    let at = service.address;
    let long = "x".repeat(40_000);
    let many: Vec<(String, &str)> = (0..100).map(|n| (format!("X-{n}"), "v")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (&**name, *value)).collect();
    for bytes in [
        request("GET", &format!("/{long}"), &[]),
        request("GET", "/v1/healthz", &[("X-Long", &long)]),
        request("GET", "/v1/healthz", &many),
    ] {
        let answer = send(at, &bytes);
        assert!(
            answer
                .as_ref()
                .is_none_or(|a| [414, 431].contains(&a.status)),
            "{answer:?}"
        );
    }
    assert_eq!(get(at, "/v1/healthz").status, 200);
    drop(service.finish());
}

/// True if the service ends a connection within two seconds.
fn is_closed(stream: &mut impl Read) -> bool {
    let begun = Instant::now();
    let mut rest = vec![];
    let _ = stream.read_to_end(&mut rest);
    begun.elapsed() < Duration::from_secs(2)
}

#[test]
fn slow_clients_are_cut_off() {
    let service = Running::start(|_| {});
    let at = service.address;
    let silent = || connect(at);
    let in_head = || {
        let mut stream = connect(at);
        stream
            .write_all(b"GET /v1/healthz HTTP/1.1\r\nHost: loc")
            .unwrap();
        stream
    };
    let kept_alive = || {
        let mut stream = connect(at);
        stream
            .write_all(&request("GET", "/v1/healthz", &[]))
            .unwrap();
        assert_eq!(answer(&mut stream).unwrap().status, 200);
        stream
    };
    for mut stream in [silent(), in_head(), kept_alive()] {
        assert!(is_closed(&mut stream));
    }
    let headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", "500"),
    ];
    let mut in_body = connect(at);
    in_body
        .write_all(&request("POST", "/v1/documents", &headers))
        .unwrap();
    let begun = Instant::now();
    // A byte now and then does not help.
    let answer = loop {
        let _ = in_body.write_all(b" ");
        in_body
            .set_read_timeout(Some(Duration::from_millis(100)))
            .unwrap();
        if let Some(answer) = answer(&mut in_body) {
            break answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(5));
    };
    assert_eq!((answer.status, &*answer.code()), (408, "slow-body"));
    assert!(service.finish().ids().is_empty());
}

#[test]
fn a_client_that_does_not_take_its_answer_is_cut_off() {
    let service = Running::start(|_| {});
    let at = service.address;
    let large = json!({"id": "a", "text": "x".repeat(1_900_000)});
    assert_eq!(post(at, "/v1/documents", &large).status, 201);
    let mut streams = vec![];
    for _ in 0..4 {
        let mut stream = connect(at);
        // More answers than the buffers of the system hold.
        for _ in 0..8 {
            stream
                .write_all(&request("GET", "/v1/documents/a", &[]))
                .unwrap();
        }
        streams.push(stream);
    }
    until(|| {
        get(at, "/v1/metrics")
            .text()
            .contains("dedupe_connections 1\n")
    });
    drop(streams);
    drop(service.finish());
}

#[test]
fn connections_beyond_the_limit_wait() {
    let service = Running::with_limits(|limits| {
        limits.connections = 2;
        limits.head_time = Duration::from_millis(400);
    });
    let at = service.address;
    let _idle = (connect(at), connect(at));
    let begun = Instant::now();
    assert_eq!(get(at, "/v1/healthz").status, 200);
    assert!(
        begun.elapsed() > Duration::from_millis(200),
        "{:?}",
        begun.elapsed()
    );
    drop(service.finish());
}
