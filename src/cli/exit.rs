//! Exit codes, derived from the report.

use super::arg_values::SkipLimit;
use dedupe_formats::{FaultCode, displayed_path};
use dedupe_report::{Fault, ReportHeader};
use std::path::PathBuf;
use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The run finished.
    Done = 0,
    /// `--fail-on` was given, and there are such findings.
    Copies = 1,
    /// Wrong usage, or no result.
    Failed = 2,
    /// The run finished, but some input could not be read.
    Incomplete = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What a run may leave unread.
#[derive(Debug)]
pub(crate) struct Tolerance {
    limit: SkipLimit,
    /// The displayed paths that were named one by one. A missing one is a mistake, whatever the limit is.
    named: Vec<String>,
}

impl Tolerance {
    /// The tolerance of a run over paths of the command line, with the value of `--max-skipped`.
    pub(crate) fn new(max_skipped: Option<SkipLimit>, named: &[PathBuf]) -> Self {
        Self {
            limit: max_skipped.unwrap_or(SkipLimit::Count(0)),
            named: named.iter().map(|path| displayed_path(path)).collect(),
        }
    }

    /// The exit code of a run that used all of its inputs but could not find some documents again.
    pub(crate) fn exit_without(&self, unread: usize, documents: usize) -> Exit {
        match self.limit.tolerates(unread, documents) {
            true => Exit::Done,
            false => Exit::Incomplete,
        }
    }

    /// True if a named path does not exist.
    fn misses_named(&self, skipped: &[Fault]) -> bool {
        let mut missing = (skipped.iter()).filter(|f| f.code == FaultCode::NotFound.as_str());
        missing.any(|fault| self.named.contains(&fault.path))
    }
}

/// The exit code of a run with a report. `copies` is the number of copies that `--fail-on` counts, `unread` the number
/// of documents that could not be read a second time.
///
/// A run that read no document has failed, and so has a check that read no new document: a CI job must not
/// pass because a path is wrong.
pub(crate) fn of_report(
    report: ReportHeader<'_>,
    copies: usize,
    unread: usize,
    tolerance: &Tolerance,
) -> Exit {
    if !has_result(report) {
        return Exit::Failed;
    }
    let documents = usize::try_from(report.summary.documents).unwrap_or(usize::MAX);
    match of_reading(documents, report.skipped, unread, tolerance) {
        Exit::Failed => Exit::Failed,
        _ if copies > 0 => Exit::Copies,
        exit => exit,
    }
}

/// The inputs that were not read, if they fail the run.
pub(crate) fn unread(report: ReportHeader<'_>, unread: usize, tolerance: &Tolerance) -> Vec<Fault> {
    let documents = usize::try_from(report.summary.documents).unwrap_or(usize::MAX);
    match of_reading(documents, report.skipped, unread, tolerance) {
        Exit::Incomplete => (report.skipped.iter().filter(|f| is_failure(f)).cloned()).collect(),
        Exit::Failed => report.skipped.to_vec(),
        Exit::Done | Exit::Copies => vec![],
    }
}

/// False for a run that read no document, and for a check that read no new document.
pub(crate) fn has_result(report: ReportHeader<'_>) -> bool {
    report.summary.new.unwrap_or(report.summary.documents) > 0
}

/// The exit code of a run that read `documents` documents, skipped some inputs, and could not read `unread` documents a
/// second time.
pub(crate) fn of_reading(
    documents: usize,
    skipped: &[Fault],
    unread: usize,
    tolerance: &Tolerance,
) -> Exit {
    let failures = skipped.iter().filter(|fault| is_failure(fault));
    let unread = failures.fold(unread, |sum, fault| sum.saturating_add(count_of(fault)));
    match tolerance.exit_without(unread, documents) {
        _ if documents == 0 => Exit::Failed,
        _ if tolerance.misses_named(skipped) => Exit::Incomplete,
        exit => exit,
    }
}

/// How many faults an entry of a list stands for.
fn count_of(fault: &Fault) -> usize {
    usize::try_from(fault.count).unwrap_or(usize::MAX)
}

/// False for documents without a word and for files of another kind. True for codes that this version does
/// not know.
pub(super) fn is_failure(fault: &Fault) -> bool {
    fault
        .code
        .parse::<FaultCode>()
        .map_or(true, FaultCode::is_failure)
}

#[cfg(test)]
mod tests {
    use super::super::arg_values::FailOn;
    use super::*;
    use dedupe_report::Report;
    use dedupe_report::ReportView;
    use dedupe_report::findings::count_up_to;
    use serde_json::{Value, json};

    fn copies(report: &Report, limit: FailOn) -> usize {
        count_up_to(report, limit.into()).unwrap()
    }

    /// A report with this number of documents, and with these relations and fault codes.
    fn report(documents: u64, relations: &[&str], codes: &[&str]) -> Report {
        let matches: Vec<Value> = (relations.iter().enumerate())
            .map(|(at, relation)| {
                json!({"left": format!("a{at}"), "right": format!("b{at}"), "relation": relation,
                    "same_source": false, "resemblance": 0.5,
                    "containment_left": 0.5, "containment_right": 0.5, "words": 50,
                    "longest_run": 50, "spans": []})
            })
            .collect();
        let skipped: Vec<Value> = (codes.iter())
            .map(|code| json!({"path": "x", "code": code, "reason": "r"}))
            .collect();
        serde_json::from_value(json!({
            "schema_version": 1, "tool": {"name": "dedupe", "version": "0"},
            "parameters": {"threshold": 0.5, "min_passage": 40, "shingle": 5, "window": 15,
                "bands": 25, "rows": 5, "keep": "best", "cross_source_only": false},
            "summary": {"documents": documents, "bytes": 0, "clusters": 0, "exact": 0, "near": 0,
                "contained": 0, "overlaps": 0, "unique": 0, "empty": 0, "ignored": 0,
                "skipped": codes.len()},
            "clusters": [], "matches": matches, "boilerplate": [], "skipped": skipped,
            "warnings": [{"path": "w", "code": "encoding-guessed", "reason": "r"}],
        }))
        .unwrap()
    }

    fn check(report: &Report, fail_on: Option<FailOn>, expected: Exit) {
        let exit = of_report(
            report.header(),
            fail_on.map_or(0, |limit| copies(report, limit)),
            0,
            &Tolerance::new(None, &[]),
        );
        assert_eq!(exit, expected, "{fail_on:?}");
    }

    #[test]
    fn copies_of_the_given_kind_or_a_closer_one_fail_the_run() {
        let relations = [
            ("exact", FailOn::Exact),
            ("near", FailOn::Near),
            ("contains", FailOn::Contained),
            ("contained", FailOn::Contained),
            ("overlap", FailOn::Overlap),
        ];
        for (relation, kind) in relations {
            let found = report(5, &[relation], &[]);
            check(&found, None, Exit::Done);
            for limit in [
                FailOn::Exact,
                FailOn::Near,
                FailOn::Contained,
                FailOn::Overlap,
            ] {
                let expected = if limit >= kind {
                    Exit::Copies
                } else {
                    Exit::Done
                };
                check(&found, Some(limit), expected);
            }
        }
        assert_eq!(
            copies(&report(5, &["near", "overlap", "exact"], &[]), FailOn::Near),
            2
        );
    }

    #[test]
    fn unread_inputs_count_but_empty_documents_and_warnings_do_not() {
        check(&report(5, &[], &[]), None, Exit::Done);
        check(&report(5, &[], &["empty", "empty"]), None, Exit::Done);
        check(
            &report(5, &[], &["empty", "not-json"]),
            None,
            Exit::Incomplete,
        );
    }

    /// A CI job once passed although a wrong path made it check nothing.
    #[test]
    fn reading_nothing_is_a_failure() {
        check(&report(0, &[], &["not-found"]), None, Exit::Failed);
        check(
            &report(0, &[], &["not-found"]),
            Some(FailOn::Exact),
            Exit::Failed,
        );
        check(&report(0, &[], &["empty"]), None, Exit::Failed);
        check(&report(0, &[], &[]), None, Exit::Failed);
        let mut checked = report(5, &["exact"], &[]);
        checked.summary.new = Some(1);
        check(&checked, None, Exit::Done);
        checked.summary.new = Some(0);
        check(&checked, None, Exit::Failed);
        check(&checked, Some(FailOn::Exact), Exit::Failed);
    }

    #[test]
    fn a_limit_tolerates_unread_inputs() {
        let skipped = report(8, &[], &["not-json", "not-json", "empty"]);
        let exit = |limit| of_report(skipped.header(), 0, 0, &Tolerance::new(Some(limit), &[]));
        for (limit, expected) in [
            (SkipLimit::Count(1), Exit::Incomplete),
            (SkipLimit::Count(2), Exit::Done),
            (SkipLimit::Share(0.19), Exit::Incomplete),
            (SkipLimit::Share(0.2), Exit::Done),
        ] {
            assert_eq!(exit(limit), expected, "{limit:?}");
        }
        assert_eq!(exit(SkipLimit::Count(9)), Exit::Done);
        let nothing = report(0, &[], &["not-json"]);
        let one = Tolerance::new(Some(SkipLimit::Count(1)), &[]);
        assert_eq!(of_report(nothing.header(), 0, 0, &one), Exit::Failed);
    }

    /// A job passed although one of its folders was misspelt, because it tolerated some bad records.
    #[test]
    fn no_limit_tolerates_a_named_path_that_does_not_exist() {
        let skipped = report(8, &[], &["not-found"]);
        let exit = |named: &str| {
            let tolerance = Tolerance::new(Some(SkipLimit::Count(5)), &[named.into()]);
            of_report(skipped.header(), 0, 0, &tolerance)
        };
        assert_eq!(exit("x"), Exit::Incomplete);
        // A broken link in a folder.
        assert_eq!(exit("."), Exit::Done);
    }

    #[test]
    fn documents_that_cannot_be_read_again_count_as_unread() {
        let read = report(5, &["exact"], &[]);
        let exit = |copies, limit| {
            let tolerance = Tolerance::new(limit, &[]);
            of_report(read.header(), copies, 1, &tolerance)
        };
        assert_eq!(exit(0, None), Exit::Incomplete);
        assert_eq!(exit(1, None), Exit::Copies);
        assert_eq!(exit(0, Some(SkipLimit::Count(1))), Exit::Done);
    }

    #[test]
    fn copies_take_precedence_over_unread_inputs() {
        let both = report(5, &["exact"], &["not-json"]);
        check(&both, Some(FailOn::Near), Exit::Copies);
        check(&both, None, Exit::Incomplete);
    }
}
