//! Finds copies in a folder, and shows progress, a memory budget and access to single clusters.
//!
//! Run it with: `cargo run --example find_in_folder -- fixtures/wire`

use dedupe::report::ReportView;
use dedupe::{Job, JobInput, Progress, ReportOptions, Resources, Rules, Stage};
use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Mutex;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os()
        .nth(1)
        .unwrap_or_else(|| "fixtures/wire".into());
    print_clusters(folder.into(), &mut io::stdout().lock())
}

/// Prints the stages of the run, then the paths of each cluster.
pub(crate) fn print_clusters(folder: PathBuf, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let stages = Stages::default();
    let job = Job {
        input: JobInput::Paths(&[folder]),
        reading: &dedupe::formats::Options::default(),
        rules: &Rules::default(),
        resources: &Resources {
            memory: Some(500_000_000),
            ..Resources::default()
        },
        progress: &stages,
    };
    let outcome = dedupe::run(&job, &ReportOptions::default())?;
    writeln!(out, "{}", stages.names().join(", "))?;
    // One cluster at a time is in memory.
    let report = &outcome.lazy_report;
    for at in 0..report.cluster_count() {
        let cluster = report.cluster(at)?;
        let paths: Vec<&str> = cluster
            .members
            .iter()
            .map(|member| member.path.as_str())
            .collect();
        writeln!(out, "{}", paths.join(" = "))?;
    }
    Ok(())
}

/// Remembers the names of the stages.
#[derive(Default)]
struct Stages(Mutex<Vec<&'static str>>);

impl Stages {
    fn names(&self) -> Vec<&'static str> {
        self.0.lock().map(|names| names.clone()).unwrap_or_default()
    }
}

impl Progress for Stages {
    fn stage(&self, stage: Stage, _total: Option<u64>) {
        if let Ok(mut names) = self.0.lock() {
            names.push(stage.name());
        }
    }

    fn advance(&self, _items: u64, _bytes: u64) {}
}
