//! What the tests share: an archive in memory, a service that runs, and a plain HTTP client.

// Each test file uses only some of them.
#![allow(dead_code)]

pub(crate) mod archive;
pub(crate) mod client;

use archive::MemoryArchive;
use dedupe_serve::{Limits, ServeError, Server, Settings, Stop};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Waits until something is true.
pub(crate) fn until(is_true: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_true() {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it did not happen"
        );
        thread::sleep(Duration::from_millis(2));
    }
}

/// A service in a thread of its own.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) archive: Arc<MemoryArchive>,
    pub(crate) stop: Stop,
    /// What those who run the service were told.
    pub(crate) reported: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<Result<(), ServeError>>>,
}

impl Running {
    pub(crate) fn start(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings {
            listen: "127.0.0.1:0".parse().unwrap(),
            token: None,
            hosts: vec![],
            limits: Limits {
                head_time: Duration::from_millis(600),
                body_time: Duration::from_millis(600),
                send_time: Duration::from_millis(600),
                ..Limits::default()
            },
        };
        change(&mut settings);
        let server = Server::bind(settings).unwrap();
        let archive = Arc::new(MemoryArchive::default());
        let (address, stop) = (server.address(), server.stop());
        let served = Arc::clone(&archive);
        let reported = Arc::new(Mutex::new(vec![]));
        let told = Arc::clone(&reported);
        let report = move |message: &str| told.lock().unwrap().push(message.to_owned());
        let thread = thread::spawn(move || server.run(served, Arc::new(report)));
        Self {
            address,
            archive,
            stop,
            reported,
            thread: Some(thread),
        }
    }

    pub(crate) fn with_limits(change: impl FnOnce(&mut Limits)) -> Self {
        Self::start(|settings| change(&mut settings.limits))
    }

    /// Stops the service and waits until it has ended.
    pub(crate) fn finish(mut self) -> Arc<MemoryArchive> {
        self.stop.stop();
        self.archive.gate.open();
        let thread = self.thread.take().unwrap();
        thread.join().unwrap().unwrap();
        Arc::clone(&self.archive)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.stop();
        self.archive.gate.open();
    }
}
