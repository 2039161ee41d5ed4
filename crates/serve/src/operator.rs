//! Those who run the service. They learn why the archive failed; clients only learn that it did.

use crate::archive::Failure;
use crate::problem::Problem;
use std::sync::Arc;

/// Receives messages for those who run the service. Many threads call it at the same time.
pub type Report = dyn Fn(&str) + Send + Sync;

/// Tells those who run the service what happened.
#[derive(Clone)]
pub(crate) struct Operator(Arc<Report>);

impl Operator {
    pub(crate) fn new(report: Arc<Report>) -> Self {
        Self(report)
    }

    /// What a client sees of a failure. If the archive is broken, reports the reason.
    pub(crate) fn problem(&self, failure: Failure) -> Problem {
        match failure {
            Failure::Refused(reason) => Problem::refused(reason),
            Failure::Broken(reason) => {
                (self.0)(&format!("the archive cannot be used: {reason}"));
                Problem::archive()
            }
        }
    }

    /// Reports why what was stored could not be merged.
    pub(crate) fn settling_failed(&self, failure: &Failure) {
        (self.0)(&format!(
            "what was stored could not be merged, so reading it takes longer: {failure}"
        ));
    }
}
