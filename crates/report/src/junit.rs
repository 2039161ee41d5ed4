//! JUnit XML: one test case per finding, one test suite per cluster. A test case fails if its finding fails the run. Inputs that
//! were not read are errors if they fail the run.

use crate::annotations::{Annotation, Severity, visit_annotations};
use crate::escape::escape_text;
use crate::{DocumentLocations, Excerpts, Fault, FindingKind, Renderer, ReportView};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};

/// Name of the suite for findings that belong to no cluster.
const NO_CLUSTER: &str = "pairs";
/// Name of the suite for inputs that were not read.
const INPUTS: &str = "inputs";
/// Test cases that are encoded at a time, so that only a part of the document is in memory.
const CASES_AT_ONCE: usize = 256;

/// Writes the findings of a report as test cases.
#[derive(Clone, Copy, Debug)]
pub struct Junit<'a> {
    /// Locations of the documents.
    pub locations: &'a DocumentLocations,
    /// Findings of this kind or a closer one are failures.
    pub fail_on: Option<FindingKind>,
    /// Inputs that were not read, if they fail the run.
    pub unread: &'a [Fault],
}

impl Renderer for Junit<'_> {
    fn render(&self, report: &dyn ReportView, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        let sizes = self.suite_sizes(report)?;
        let mut suites = quick_junit::Report::new("dedupe");
        let summary = report.header().summary;
        let is_empty = summary.new.unwrap_or(summary.documents) == 0;
        let errors = self.unread.len() + usize::from(is_empty);
        let tests = errors + sizes.iter().map(|size| size.tests).sum::<usize>();
        suites.tests = tests.max(1);
        suites.failures = sizes.iter().map(|size| size.failures).sum();
        suites.errors = errors;
        let suites = xml(&suites)?;
        let [before, _, after] = parts(&suites, "testsuites")?;
        out.write_all(before.as_bytes())?;
        let mut open = OpenSuite::new(&sizes);
        self.visit(report, |annotation| {
            let name = annotation.finding.cluster.unwrap_or(NO_CLUSTER);
            open.add(name, test_case(annotation), out)
        })?;
        let nothing = is_empty.then(|| error("documents", "no document was read", "empty"));
        self.write_errors(nothing, errors, out)?;
        if tests == 0 {
            let mut suite = TestSuite::new(NO_CLUSTER);
            suite.add_test_case(TestCase::new("no copies", TestCaseStatus::success()));
            write_suite(out, suite, (true, true))?;
        }
        out.write_all(after.as_bytes())
    }
}

impl Junit<'_> {
    /// Writes the suite of the inputs that were not read, after these cases.
    fn write_errors(
        &self,
        first: impl IntoIterator<Item = TestCase>,
        count: usize,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let unread = self.unread.iter().map(|fault| {
            let place = match fault.line {
                Some(line) => format!("{}:{line}", fault.path),
                None => fault.path.clone(),
            };
            error(&place, &fault.reason, &fault.code)
        });
        let mut cases = first.into_iter().chain(unread).peekable();
        let mut is_first = true;
        while cases.peek().is_some() {
            let mut suite = TestSuite::new(INPUTS);
            suite.add_test_cases(cases.by_ref().take(CASES_AT_ONCE));
            (suite.tests, suite.errors) = (count, count);
            write_suite(out, suite, (is_first, cases.peek().is_none()))?;
            is_first = false;
        }
        Ok(())
    }

    fn visit(
        &self,
        report: &dyn ReportView,
        visit: impl FnMut(&Annotation<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        visit_annotations(report, self.locations, self.fail_on, visit)
    }

    /// Returns the sizes of all suites in their order. Neighbouring findings of one cluster are a suite.
    fn suite_sizes(&self, report: &dyn ReportView) -> io::Result<Vec<SuiteSize>> {
        let mut sizes: Vec<SuiteSize> = vec![];
        let mut cluster: Option<String> = None;
        self.visit(report, |annotation| {
            let same = cluster.as_deref() == annotation.finding.cluster;
            if !same || sizes.is_empty() {
                cluster = annotation.finding.cluster.map(str::to_owned);
                sizes.push(SuiteSize::default());
            }
            if let Some(size) = sizes.last_mut() {
                size.tests += 1;
                size.failures += usize::from(annotation.severity == Severity::Error);
            }
            Ok(())
        })?;
        Ok(sizes)
    }
}

/// How many test cases a suite has, and how many of them fail.
#[derive(Clone, Copy, Default)]
struct SuiteSize {
    tests: usize,
    failures: usize,
}

/// The suite that is being written.
struct OpenSuite<'s> {
    /// This suite, then those after it.
    sizes: std::slice::Iter<'s, SuiteSize>,
    size: SuiteSize,
    /// Cases that were written or are in `cases`.
    added: usize,
    is_begun: bool,
    cases: Vec<TestCase>,
}

impl<'s> OpenSuite<'s> {
    fn new(sizes: &'s [SuiteSize]) -> Self {
        Self {
            sizes: sizes.iter(),
            size: SuiteSize::default(),
            added: 0,
            is_begun: false,
            cases: vec![],
        }
    }

    /// Adds a case to the suite of this name, or to the next one if this one is complete.
    fn add(&mut self, name: &str, case: TestCase, out: &mut dyn Write) -> io::Result<()> {
        if self.added == self.size.tests {
            self.size = self.sizes.next().copied().unwrap_or_default();
            (self.added, self.is_begun) = (0, false);
        }
        self.added += 1;
        self.cases.push(case);
        let is_last = self.added == self.size.tests;
        if is_last || self.cases.len() == CASES_AT_ONCE {
            let mut suite = TestSuite::new(escape_text(name));
            suite.add_test_cases(self.cases.drain(..));
            (suite.tests, suite.failures) = (self.size.tests, self.size.failures);
            write_suite(out, suite, (!self.is_begun, is_last))?;
            self.is_begun = true;
        }
        Ok(())
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

/// A case for something that was not read.
fn error(name: &str, message: &str, code: &str) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(escape_text(message));
    status.set_type(escape_text(code));
    let mut case = TestCase::new(escape_text(name), status);
    case.set_classname(INPUTS);
    case
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
