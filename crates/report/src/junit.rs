//! JUnit XML: one test case per finding, one test suite per cluster. A test case fails if its finding fails the run.

use crate::annotations::{Annotation, Severity, annotations};
use crate::escape::escape_text;
use crate::{DocumentLocations, Excerpts, FindingKind, Renderer, ReportView};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};

/// Name of the suite for findings that belong to no cluster.
const NO_CLUSTER: &str = "pairs";
/// Test cases that are encoded at a time. So only the list of copies is in memory, not the whole document.
const CASES_AT_ONCE: usize = 256;

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
        let is_failure = |annotation: &&Annotation| annotation.severity == Severity::Error;
        let failures = |of: &[Annotation]| of.iter().filter(is_failure).count();
        let mut suites = quick_junit::Report::new("dedupe");
        suites.tests = annotations.len().max(1);
        suites.failures = failures(&annotations);
        let suites = xml(&suites)?;
        let [before, _, after] = parts(&suites, "testsuites")?;
        out.write_all(before.as_bytes())?;
        for group in annotations.chunk_by(|a, b| a.finding.cluster == b.finding.cluster) {
            let cluster = group
                .first()
                .and_then(|annotation| annotation.finding.cluster);
            let mut chunks = group.chunks(CASES_AT_ONCE).peekable();
            let mut is_first = true;
            while let Some(chunk) = chunks.next() {
                let mut suite = TestSuite::new(cluster.unwrap_or(NO_CLUSTER));
                suite.add_test_cases(chunk.iter().map(test_case));
                (suite.tests, suite.failures) = (group.len(), failures(group));
                let is_last = chunks.peek().is_none();
                write_suite(out, suite, (is_first, is_last))?;
                is_first = false;
            }
        }
        if annotations.is_empty() {
            let mut suite = TestSuite::new(NO_CLUSTER);
            suite.add_test_case(TestCase::new("no copies", TestCaseStatus::success()));
            write_suite(out, suite, (true, true))?;
        }
        out.write_all(after.as_bytes())
    }
}

/// Writes a suite, or a part of one: with its begin and its end only where `ends` says so.
fn write_suite(out: &mut dyn Write, suite: TestSuite, ends: (bool, bool)) -> io::Result<()> {
    let mut suites = quick_junit::Report::new("dedupe");
    suites.add_test_suite(suite);
    let suites = xml(&suites)?;
    let [_, suite, _] = parts(&suites, "testsuites")?;
    let [begin, cases, end] = parts(suite, "testsuite")?;
    let begin = if ends.0 { begin } else { "" };
    let end = if ends.1 { end } else { "" };
    out.write_all([begin, cases, end].concat().as_bytes())
}

fn xml(suites: &quick_junit::Report) -> io::Result<String> {
    suites.to_string().map_err(io::Error::other)
}

/// The first element of this name, cut after its start tag and after its content. The attributes of the tag and the text
/// inside are escaped, so that neither holds a tag.
fn parts<'x>(xml: &'x str, element: &str) -> io::Result<[&'x str; 3]> {
    let find = || {
        let tag = xml.find(&format!("<{element} "))?;
        let content = tag + xml.get(tag..)?.find('>')? + 1;
        let end = xml.rfind(&format!("</{element}>"))?;
        let end = xml.get(..end)?.trim_end().len();
        Some([xml.get(..content)?, xml.get(content..end)?, xml.get(end..)?])
    };
    find().ok_or_else(|| io::Error::other(format!("no element {element}")))
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
