//! 10,000 malformed, huge, slow and cut-off requests: no panic, no leak, and nothing accepted past its limit.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::json;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};
use support::Running;
use support::client::{answer, connect, get, post, posting, request};

const REQUESTS: u64 = 10_000;
const THREADS: u64 = 8;
const BODY_BYTES: usize = 20_000;

/// A generator of numbers: xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end.max(1)
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }
}

/// A request that a good client could send.
fn good(random: &mut Random, number: u64) -> Vec<u8> {
    let id = format!("d{}", random.below(50));
    let document =
        json!({"id": id, "title": format!("Title {number}"), "text": format!("ok {number}")});
    match random.below(8) {
        0 => request("GET", &format!("/v1/documents/{id}"), &[]),
        1 => request("GET", "/?q=Title", &[]),
        2 => request("DELETE", &format!("/v1/documents/{id}"), &[]),
        3 => request("GET", &format!("/v1/clusters/{id}"), &[]),
        4 => posting(
            "/v1/documents?dry_run=true",
            &[],
            document.to_string().as_bytes(),
        ),
        _ => posting("/v1/documents", &[], document.to_string().as_bytes()),
    }
}

/// A request of the attacker.
fn hostile(random: &mut Random, number: u64) -> Vec<u8> {
    let mut bytes = good(random, number);
    match random.below(12) {
        0 => {
            let length = random.below(600);
            random.bytes(length)
        }
        1 => {
            bytes.truncate(random.below(bytes.len()));
            bytes
        }
        2 => {
            for _ in 0..=random.below(6) {
                let at = random.below(bytes.len());
                bytes[at] = random.next() as u8;
            }
            bytes
        }
        3 => {
            let piece = bytes.clone();
            let at = random.below(bytes.len());
            bytes.splice(at..at, piece);
            bytes
        }
        4 => {
            let over = BODY_BYTES + 1 + random.below(3 * BODY_BYTES);
            let body = json!({"id": "large", "text": "x".repeat(over)}).to_string();
            posting("/v1/documents", &[], body.as_bytes())
        }
        5 => {
            let depth = 1 + random.below(BODY_BYTES / 10);
            let body = format!(
                "{}{}",
                "{\"text\":".repeat(depth),
                "[".repeat(random.below(depth))
            );
            posting("/v1/documents", &[], body.as_bytes())
        }
        6 => {
            let chunked = [
                ("Content-Type", "application/json"),
                ("Transfer-Encoding", "chunked"),
            ];
            let mut bytes = request("POST", "/v1/documents", &chunked);
            for _ in 0..random.below(80) {
                let size =
                    ["0", "1", "fff", "ffffffffffffffff", "-1", "g", "", "1;x=y"][random.below(8)];
                bytes.extend_from_slice(format!("{size}\r\n").as_bytes());
                let data = random.below(2000);
                bytes.extend(random.bytes(data));
                bytes.extend_from_slice(b"\r\n");
            }
            bytes
        }
        7 => {
            let lengths = [
                "-1",
                "1, 2",
                "0x10",
                "99999999999999999999",
                "5\r\nContent-Length: 6",
                "3000000",
            ];
            let length = lengths[random.below(lengths.len())];
            let headers = [
                ("Content-Type", "application/json"),
                ("Content-Length", length),
            ];
            request("POST", "/v1/documents", &headers)
        }
        8 => {
            let header = [
                "Host",
                "Origin",
                "Authorization",
                "Content-Type",
                "Expect",
                "Connection",
                "Upgrade",
            ];
            let length = random.below(300);
            let value: String = random
                .bytes(length)
                .iter()
                .map(|byte| char::from(byte % 95 + 32))
                .collect();
            request(
                "POST",
                "/v1/documents",
                &[(header[random.below(header.len())], &value)],
            )
        }
        9 => {
            let segment = random.below(400);
            let path: String = random
                .bytes(segment)
                .iter()
                .map(|byte| format!("%{byte:02X}"))
                .collect();
            request("GET", &format!("/v1/documents/{path}"), &[])
        }
        10 => {
            let length = random.below(BODY_BYTES);
            let body = random.bytes(length);
            posting("/v1/documents", &[], &body)
        }
        _ => {
            // Several requests in a row, not waiting for answers.
            (0..random.below(5))
                .flat_map(|_| good(random, number))
                .collect()
        }
    }
}

/// Sends bytes as a client does that is in a hurry, slow, or gone.
fn send(random: &mut Random, at: SocketAddr, bytes: &[u8], statuses: &Mutex<BTreeMap<u16, u64>>) {
    let mut stream = connect(at);
    match random.below(20) {
        // Gone before the answer.
        0..=4 => {
            let _ = stream.write_all(bytes);
            return;
        }
        // In pieces.
        5..=7 => {
            for piece in bytes.chunks(bytes.len() / 3 + 1) {
                if stream.write_all(piece).is_err() {
                    return;
                }
                thread::yield_now();
            }
        }
        // Slower than is allowed, now and then.
        8 if random.below(40) == 0 => {
            let _ = stream.write_all(&bytes[..bytes.len() / 2]);
            thread::sleep(Duration::from_millis(900));
            let _ = stream.write_all(&bytes[bytes.len() / 2..]);
        }
        _ => {
            let _ = stream.write_all(bytes);
        }
    }
    let _ = stream.shutdown(Shutdown::Write);
    if random.below(3) > 0
        && let Some(answer) = answer(&mut stream)
    {
        *statuses.lock().unwrap().entry(answer.status).or_default() += 1;
        let _ = stream.read_to_end(&mut vec![]);
    }
}

#[cfg(target_os = "linux")]
fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[cfg(not(target_os = "linux"))]
fn open_files() -> usize {
    0
}

#[test]
fn hostile_requests_change_nothing_and_break_nothing() {
    let service = Running::with_limits(|limits| {
        limits.body_bytes = BODY_BYTES;
        limits.connections = 64;
    });
    let at = service.address;
    assert_eq!(get(at, "/v1/healthz").status, 200);
    let before = open_files();
    let statuses = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let statuses = &statuses;
            scope.spawn(move || {
                let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ (thread + 1));
                for number in 0..REQUESTS / THREADS {
                    let bytes = hostile(&mut random, number);
                    send(&mut random, at, &bytes, statuses);
                }
            });
        }
    });
    let statuses = statuses.into_inner().unwrap();
    for status in [200, 201, 204, 400, 404, 413, 415] {
        assert!(
            statuses.contains_key(&status),
            "no answer {status}: {statuses:?}"
        );
    }
    assert!(statuses.keys().all(|&status| status < 500), "{statuses:?}");
    // Among the others, a slow client may be gone before its answer. This one waits for it.
    let mut slow = connect(at);
    let bytes = posting("/v1/documents", &[], br#"{"id": "slow", "text": "ok"}"#);
    slow.write_all(&bytes[..bytes.len() - 3]).unwrap();
    assert_eq!(answer(&mut slow).unwrap().status, 408);
    drop(slow);
    // All connections end.
    let begun = Instant::now();
    while !get(at, "/v1/metrics")
        .text()
        .contains("dedupe_connections 1\n")
    {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "connections stay open"
        );
        thread::sleep(Duration::from_millis(20));
    }
    let counts = get(at, "/v1/metrics").text();
    assert!(!counts.contains("status=\"5"), "{counts}");
    assert!(counts.contains("dedupe_changes_waiting 0\n"), "{counts}");
    assert!(counts.lines().count() < 600, "labels grow with requests");
    assert!(
        open_files() <= before + 4,
        "{} files, {before} before",
        open_files()
    );
    assert_eq!(
        post(at, "/v1/documents", &json!({"id": "last", "text": "ok"})).status,
        201
    );
    let archive = service.finish();
    for id in archive.ids() {
        let text = archive.text(&id).unwrap();
        assert!(text.len() <= BODY_BYTES, "{id}: {} bytes", text.len());
    }
    assert!(archive.ids().contains(&"last".to_owned()));
}
