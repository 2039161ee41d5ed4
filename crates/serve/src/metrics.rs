//! Counts for Prometheus.

use crate::answers::Change;
use crate::archive::Size;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::fmt;
use std::time::Duration;

/// The type of the text that [`Metrics::text`] gives.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ChangeLabels {
    change: &'static str,
}

/// What the service counts.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram>,
    submitted: Family<ChangeLabels, Counter>,
    batches: Histogram,
    settling_failures: Counter,
    connections: Gauge,
    waiting: Gauge,
    documents: Gauge,
    epoch: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let seconds = || Histogram::new(exponential_buckets(0.000_5, 2.0, 16));
        let mut registry = Registry::with_prefix("dedupe");
        let requests = Family::default();
        registry.register("requests", "Requests that were answered", requests.clone());
        let durations = Family::new_with_constructor(seconds as fn() -> Histogram);
        registry.register_with_unit(
            "request_duration",
            "Time from a request to its answer",
            Unit::Seconds,
            durations.clone(),
        );
        let submitted = Family::default();
        registry.register(
            "documents_submitted",
            "Documents that were submitted, by what they were to the archive",
            submitted.clone(),
        );
        let batches = Histogram::new(exponential_buckets(1.0, 2.0, 9));
        registry.register(
            "batch_documents",
            "Documents that were added together",
            batches.clone(),
        );
        let settling_failures = Counter::default();
        registry.register(
            "settling_failures",
            "How often segments could not be merged",
            settling_failures.clone(),
        );
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        Self {
            connections: gauge("connections", "Open connections"),
            waiting: gauge("changes_waiting", "Changes in the queue"),
            documents: gauge("archive_documents", "Documents of the archive"),
            epoch: gauge("archive_epoch", "Epoch of the archive"),
            requests,
            seconds: durations,
            submitted,
            batches,
            settling_failures,
            registry,
        }
    }

    pub(crate) fn answered(&self, method: &'static str, route: &str, status: u16, time: Duration) {
        let route = route.to_owned();
        let labels = RouteLabels {
            method,
            route: route.clone(),
        };
        self.seconds
            .get_or_create(&labels)
            .observe(time.as_secs_f64());
        let labels = RequestLabels {
            method,
            route,
            status,
        };
        self.requests.get_or_create(&labels).inc();
    }

    pub(crate) fn submitted(&self, change: Change) {
        let change = match change {
            Change::New => "new",
            Change::Version => "version",
            Change::Known => "known",
        };
        self.submitted.get_or_create(&ChangeLabels { change }).inc();
    }

    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn batch(&self, documents: usize) {
        self.batches.observe(documents as f64);
    }

    pub(crate) fn settling_failed(&self) {
        self.settling_failures.inc();
    }

    /// Counts a connection as long as the result lives.
    pub(crate) fn connection(&self) -> OpenConnection {
        self.connections.inc();
        OpenConnection(self.connections.clone())
    }

    /// The counts as text.
    pub(crate) fn text(&self, size: Size, waiting: usize) -> Result<String, fmt::Error> {
        self.waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        self.documents
            .set(i64::try_from(size.documents).unwrap_or(i64::MAX));
        self.epoch.set(i64::from(size.epoch));
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A connection that is open.
pub(crate) struct OpenConnection(Gauge);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.dec();
    }
}
