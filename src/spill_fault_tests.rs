//! If any read or write of the spill file fails, the job stops with an error.

use crate::corpus::faults::SpillFaults;
use crate::explain::{explain, reasons};
use crate::export::{DropPolicy, select};
use crate::{Error, Job, JobInput, ReportOptions, Resources, Rules, Silent, SpillError, run};
use dedupe_formats::{Document, Input, Options};
use dedupe_report::{Html, Provenance, Renderer, ReportView};
use std::io;

/// Two near copies, a page with a part of them, an unrelated document, and articles above a recurring notice.
fn documents() -> Vec<Document<'static>> {
    let words =
        |range: std::ops::Range<u32>| -> String { range.map(|n| format!("word{n} ")).collect() };
    let notice = words(90_000..90_050);
    let mut texts = vec![
        words(0..100),
        words(5..100),
        words(5_000..5_100) + &words(0..95),
        words(9_000..9_100),
    ];
    texts.extend((1..=6).map(|n| words(n * 10_000..n * 10_000 + 100) + &notice));
    let document = |(n, text): (usize, String)| Document {
        id: Some(n.to_string().into()),
        source: Some(if n < 4 { "Herald" } else { "Post" }.into()),
        date: Some(format!("2024-05-{:02}", n + 1).into()),
        text: text.into(),
        ..Document::default()
    };
    (0..).zip(texts).map(document).collect()
}

/// Runs `work` with a spill file that fails after 0, 1, 2, ... operations, until no operation fails. Returns how often
/// it failed.
fn check<T>(work: impl Fn(&Job<'_>) -> Result<T, Error>) -> u64 {
    let inputs = [Input::in_memory("memory", documents())];
    for operations in 0.. {
        let resources = Resources {
            memory: Some(0),
            spill_faults: SpillFaults::after(operations),
            ..Resources::default()
        };
        let result = work(&Job {
            input: JobInput::Inputs(&inputs),
            reading: &Options::default(),
            rules: &Rules::default(),
            resources: &resources,
            progress: &Silent,
        });
        match result {
            Err(Error::Spill(error)) => assert_eq!(error.cause.to_string(), "injected fault"),
            Err(other) => panic!("{operations}: {other}"),
            Ok(_) => return operations,
        }
    }
    unreachable!()
}

#[test]
fn each_failure_stops_a_run() {
    let options = ReportOptions {
        excerpts: true,
        texts: true,
        locations: true,
        ..ReportOptions::default()
    };
    let failures = check(|job| {
        let outcome = run(job, &options)?;
        let report = outcome.report()?;
        assert_eq!((report.clusters.len(), report.boilerplate.len()), (1, 1));
        Ok(())
    });
    assert!(failures > 50, "{failures}");
}

#[test]
fn each_failure_stops_an_export() {
    let failures = check(|job| {
        let selection = select(job, DropPolicy::Contained)?;
        assert_eq!(selection.kept().count(), documents().len() - 2);
        Ok(())
    });
    assert!(failures > 50, "{failures}");
}

#[test]
fn each_failure_stops_an_explanation() {
    let failures = check(|job| {
        let explanation = explain(job, "0", "3")?;
        assert_eq!(explanation.relation, None);
        Ok(())
    });
    assert!(failures > 50, "{failures}");
    check(|job| reasons(job, &[("0".to_owned(), "1".to_owned())]));
}

/// An explanation once took two unrelated texts for near copies, because failed reads gave zeros.
#[test]
fn each_failure_stops_the_items_of_a_report() {
    let failures = check(|job| {
        let outcome = run(job, &ReportOptions::default())?;
        let report = &outcome.lazy_report;
        let items = (0..report.cluster_count())
            .map(|at| report.cluster(at).map(drop))
            .chain((0..report.match_count()).map(|at| report.match_at(at).map(drop)));
        let result: io::Result<Vec<()>> = items.collect();
        result.map(drop).map_err(error)
    });
    assert!(failures > 50, "{failures}");
}

#[test]
fn each_failure_stops_a_page_with_texts() {
    let options = ReportOptions {
        texts: true,
        ..ReportOptions::default()
    };
    let failures = check(|job| {
        let outcome = run(job, &options)?;
        let page = Html {
            texts: &outcome.texts,
            provenance: &Provenance::default(),
        };
        let (report, excerpts) = (&outcome.lazy_report, &outcome.excerpts);
        page.render(report, excerpts, &mut io::sink())
            .map_err(error)
    });
    assert!(failures > 50, "{failures}");
}

fn error(error: io::Error) -> Error {
    match error.downcast::<SpillError>() {
        Ok(error) => Error::Spill(error),
        Err(other) => Error::Write(other),
    }
}
