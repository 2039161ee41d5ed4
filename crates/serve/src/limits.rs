//! The limits of the service.

use std::time::Duration;

/// What clients can use at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once. Others wait until one is closed.
    pub connections: usize,
    /// Bytes of a request line with its headers.
    pub head_bytes: usize,
    /// Header lines of a request.
    pub headers: usize,
    /// Time for a client to send a request line with its headers. A connection without a request is closed after this time.
    pub head_time: Duration,
    /// Bytes of a body.
    pub body_bytes: usize,
    /// Time for a client to send a body.
    pub body_time: Duration,
    /// Bytes of all bodies that are being read or wait. Beyond it, requests get the status 429.
    pub waiting_bytes: usize,
    /// Changes that wait for the one thread that makes them. Beyond it, requests get the status 429.
    pub queue: usize,
    /// Documents that are added together.
    pub batch: usize,
    /// Requests that read the archive at once.
    pub readers: usize,
    /// Requests that wait until they can read. Beyond it, requests get the status 429.
    pub waiting_readers: usize,
    /// Time for an answer to be made.
    pub answer_time: Duration,
    /// Time for a client to take a piece of an answer.
    pub send_time: Duration,
    /// Time for requests to end when the service stops.
    pub stop_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            head_bytes: 16 << 10,
            headers: 64,
            head_time: Duration::from_secs(10),
            body_bytes: 2_000_000,
            body_time: Duration::from_secs(10),
            waiting_bytes: 128 << 20,
            queue: 1024,
            batch: 256,
            readers: 8,
            waiting_readers: 256,
            answer_time: Duration::from_secs(30),
            send_time: Duration::from_secs(10),
            stop_time: Duration::from_secs(40),
        }
    }
}
