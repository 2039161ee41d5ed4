//! What was accepted is stored and answered before the service ends.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::json;
use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};
use support::client::{answer, connect, get, post, posting, request};
use support::{Running, until};

#[test]
fn accepted_documents_are_stored_and_answered() {
    let service = Running::start(|_| {});
    let (at, archive) = (service.address, std::sync::Arc::clone(&service.archive));
    archive.gate.close();
    let send = |n: u32| {
        thread::spawn(move || {
            let document = json!({"id": format!("d{n:02}"), "text": "t"});
            post(at, "/v1/documents", &document)
        })
    };
    let mut waiting = vec![send(0)];
    until(|| archive.arrived() == 1);
    waiting.extend((1..20).map(send));
    until(|| {
        get(at, "/v1/metrics")
            .text()
            .contains("dedupe_changes_waiting 19\n")
    });
    service.stop.stop();
    until(|| TcpStream::connect(at).is_err());
    assert!(archive.ids().is_empty());
    let archive = service.finish();
    assert_eq!(archive.ids().len(), 20);
    for thread in waiting {
        assert_eq!(thread.join().unwrap().status, 201);
    }
}

#[test]
fn a_document_whose_client_has_gone_is_stored() {
    let service = Running::start(|_| {});
    let (at, archive) = (service.address, std::sync::Arc::clone(&service.archive));
    archive.gate.close();
    for n in 0..5 {
        let body = json!({"id": format!("d{n}"), "text": "t"}).to_string();
        let mut stream = connect(at);
        stream
            .write_all(&posting("/v1/documents", &[], body.as_bytes()))
            .unwrap();
        until(|| match n {
            0 => archive.arrived() == 1,
            _ => get(at, "/v1/metrics")
                .text()
                .contains(&format!("dedupe_changes_waiting {n}\n")),
        });
    }
    assert_eq!(service.finish().ids().len(), 5);
}

#[test]
fn idle_and_slow_connections_do_not_keep_the_service() {
    let service = Running::with_limits(|limits| {
        limits.head_time = Duration::from_secs(60);
        limits.body_time = Duration::from_secs(60);
        limits.stop_time = Duration::from_millis(500);
    });
    let at = service.address;
    let silent = connect(at);
    let mut kept = connect(at);
    kept.write_all(&request("GET", "/v1/healthz", &[])).unwrap();
    assert_eq!(answer(&mut kept).unwrap().status, 200);
    let mut in_head = connect(at);
    in_head
        .write_all(b"GET /v1/healthz HTTP/1.1\r\nHo")
        .unwrap();
    let mut in_body = connect(at);
    let headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", "500"),
    ];
    in_body
        .write_all(&request("POST", "/v1/documents", &headers))
        .unwrap();
    until(|| {
        get(at, "/v1/metrics")
            .text()
            .contains("dedupe_connections 5\n")
    });
    let begun = Instant::now();
    drop(service.finish());
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    drop((silent, kept, in_head, in_body));
}
