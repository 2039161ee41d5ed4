//! JUnit XML: a test case a copy, which fails where it fails the run; the suite is the cluster.

use crate::ci::{Level, Notice, notices};
use crate::sanitise::visible;
use crate::{Alarm, Excerpts, Listing, Places, Renderer};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};

/// The suite of what stands in no cluster.
const NO_CLUSTER: &str = "pairs";

/// Writes the copies of a report as test cases.
#[derive(Clone, Copy, Debug)]
pub struct Junit<'a> {
    /// Where documents stand.
    pub places: &'a Places,
    /// Which copies fail the run.
    pub alarm: Alarm,
}

impl Renderer for Junit<'_> {
    fn render(&self, report: &dyn Listing, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        let notices = notices(report.whole()?, self.places, self.alarm);
        let mut suites = quick_junit::Report::new("dedupe");
        for group in notices.chunk_by(|a, b| a.finding.cluster == b.finding.cluster) {
            let cluster = group.first().and_then(|notice| notice.finding.cluster);
            let mut suite = TestSuite::new(cluster.unwrap_or(NO_CLUSTER));
            suite.add_test_cases(group.iter().map(case));
            suites.add_test_suite(suite);
        }
        if notices.is_empty() {
            // A file without a test is taken for a run that broke.
            let mut suite = TestSuite::new(NO_CLUSTER);
            suite.add_test_case(TestCase::new("no copies", TestCaseStatus::success()));
            suites.add_test_suite(suite);
        }
        suites.serialize(out).map_err(io::Error::other)
    }
}

fn case(notice: &Notice<'_>) -> TestCase {
    let message = visible(&notice.message()).into_owned();
    let status = match notice.level {
        Level::Error => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(message.as_str());
            status.set_type(notice.finding.kind().name());
            status
        }
        Level::Warning | Level::Note => TestCaseStatus::success(),
    };
    let failed = notice.level == Level::Error;
    let mut case = TestCase::new(visible(notice.finding.document).into_owned(), status);
    case.set_classname(notice.finding.kind().name());
    let file = visible(notice.file()).into_owned();
    case.extra.insert("file".into(), file.into());
    if let Some((line, _)) = notice.region().lines() {
        case.extra.insert("line".into(), line.to_string().into());
    }
    if !failed {
        case.set_system_out(message);
    }
    case
}
