//! JUnit XML: one test case per finding, one test suite per cluster. A test case fails if its finding fails the run.

use crate::annotations::{Annotation, Severity, annotations};
use crate::escape::escape_text;
use crate::{DocumentLocations, Excerpts, FindingKind, Renderer, ReportView};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};

/// Name of the suite for findings that belong to no cluster.
const NO_CLUSTER: &str = "pairs";

/// Writes the findings of a report as test cases.
#[derive(Clone, Copy, Debug)]
pub struct Junit<'a> {
    /// Locations of the documents.
    pub locations: &'a DocumentLocations,
    /// Findings of this kind or a closer one are failures.
    pub fail_on: Option<FindingKind>,
}

impl Renderer for Junit<'_> {
    fn render(&self, report: &dyn ReportView, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        let annotations = annotations(report.full_report()?, self.locations, self.fail_on);
        let mut suites = quick_junit::Report::new("dedupe");
        for group in annotations.chunk_by(|a, b| a.finding.cluster == b.finding.cluster) {
            let cluster = group
                .first()
                .and_then(|annotation| annotation.finding.cluster);
            let mut suite = TestSuite::new(cluster.unwrap_or(NO_CLUSTER));
            suite.add_test_cases(group.iter().map(test_case));
            suites.add_test_suite(suite);
        }
        if annotations.is_empty() {
            // Some tools treat a file without test cases as a broken run.
            let mut suite = TestSuite::new(NO_CLUSTER);
            suite.add_test_case(TestCase::new("no copies", TestCaseStatus::success()));
            suites.add_test_suite(suite);
        }
        suites.serialize(out).map_err(io::Error::other)
    }
}

fn test_case(annotation: &Annotation<'_>) -> TestCase {
    let message = escape_text(&annotation.message()).into_owned();
    let status = match annotation.severity {
        Severity::Error => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(message.as_str());
            status.set_type(annotation.finding.kind().name());
            status
        }
        Severity::Warning | Severity::Note => TestCaseStatus::success(),
    };
    let failed = annotation.severity == Severity::Error;
    let mut case = TestCase::new(
        escape_text(annotation.finding.document).into_owned(),
        status,
    );
    case.set_classname(annotation.finding.kind().name());
    let file = escape_text(annotation.file()).into_owned();
    case.extra.insert("file".into(), file.into());
    if let Some((line, _)) = annotation.region().lines() {
        case.extra.insert("line".into(), line.to_string().into());
    }
    if !failed {
        case.set_system_out(message);
    }
    case
}
