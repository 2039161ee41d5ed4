//! Runs without a subcommand: finds the copies in a corpus and writes the report.

use super::exit::{self, Exit};
use super::messages::{Console, Failure};
use super::options::FindOptions;
use super::output::OutputTarget;
use super::progress::{CountedWriter, RunProgress};
use super::sarif_size::{self, CompressedSize};
use super::terminal::Terminal;
use super::{
    baseline, command_line, dictionary, memory, nothing_found, output_names, threads, timings,
};
use dedupe::{Job, JobInput, Outcome, Progress, Stage};
use dedupe_report::findings::FindingKind;
use dedupe_report::{Format, RenderOptions, ReportView};
use std::io::Write;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::time::Instant;

/// Finds the copies, writes the report, and prints warnings and notes.
pub(crate) fn find(options: &FindOptions, terminal: &Terminal) -> Result<Exit, Failure> {
    find_with(options, terminal, |job| {
        Ok(dedupe::run(job, &options.report)?)
    })
}

/// As [`find`], with another engine.
pub(crate) fn find_with(
    options: &FindOptions,
    terminal: &Terminal,
    engine: impl FnOnce(&Job<'_>) -> Result<Outcome, Failure> + Send,
) -> Result<Exit, Failure> {
    let console = Console {
        quiet: options.quiet,
    };
    output_names::BASELINE.check(options.write_baseline.as_deref())?;
    output_names::DICTIONARY.check(options.write_dictionary.as_deref())?;
    let inputs = [&options.paths[..], &options.other_inputs].concat();
    let target = OutputTarget::check(options.output.as_deref(), &inputs, &options.source)?;
    let baseline_target = (options.write_baseline.as_deref())
        .map(|file| OutputTarget::check(Some(file), &options.paths, &options.source))
        .transpose()?;
    let dictionary_target = (options.write_dictionary.as_deref())
        .map(|file| OutputTarget::check(Some(file), &options.paths, &options.source))
        .transpose()?;
    if let Some(baseline) = &baseline_target {
        baseline.differs_from(&target)?;
    }
    if let Some(dictionary) = &dictionary_target {
        let mut others = std::iter::once(&target).chain(&baseline_target);
        others.try_for_each(|other| dictionary.differs_from(other))?;
    }
    if terminal.stdin && options.paths.iter().any(|path| path == Path::new("-")) {
        console.note("reading JSON Lines from the terminal; press Ctrl-D to end");
    }
    // The process ends soon and the system frees its memory at once. Dropping the corpus takes longer.
    let outcome = ManuallyDrop::new(run(options, terminal, engine)?);
    let report = outcome.lazy_report.header();

    let on_screen = terminal.stdout && matches!(target, OutputTarget::Stdout);
    // A text report on the same screen lists the faults itself.
    if !(on_screen && options.format == Format::Text) {
        console.faults(report.skipped, report.warnings, "the report");
    }
    let summary = report.summary;
    if summary.documents > 0 && summary.new == Some(summary.documents) {
        console.note(
            "warning: each document of the archive is also a new one, so the new documents were compared only with each other",
        );
    }
    let begun = Instant::now();
    let copies = match options.fail_on {
        Some(limit) => outcome.count_up_to(limit.into())?,
        None => 0,
    };
    let exit = exit::of_report(report, copies, outcome.unread, &options.tolerance);
    let unread = exit::unread(report, outcome.unread, &options.tolerance);
    let setting = RenderOptions {
        style: options.look,
        locations: &outcome.locations,
        fail_on: options.fail_on.map(Into::into),
        unread: &unread,
        texts: &outcome.texts,
        provenance: &command_line::provenance(options.paths.iter().chain(&options.index)),
    };
    let renderer = options.format.renderer(&setting);
    // A bar would be in the middle of a report on the same screen.
    let progress = RunProgress::start(terminal.stderr && !options.quiet && !on_screen);
    progress.stage(Stage::Write, None);
    let mut compressed = 0;
    let write_report = |out: &mut dyn Write| {
        let out = &mut CountedWriter {
            out,
            progress: &progress,
        };
        let render =
            |out: &mut dyn Write| renderer.render(&outcome.lazy_report, &outcome.excerpts, out);
        match options.format {
            Format::Sarif => {
                let mut watched = CompressedSize::new(out);
                render(&mut watched)?;
                compressed = watched.finish()?;
                Ok(())
            }
            _ => render(out),
        }
    };
    let has_result = exit::has_result(report);
    if has_result || !target.is_file() {
        target.write(write_report)?;
    }
    drop(progress);
    sarif_size::check(compressed, console);
    if let Some(stages) = report.timings {
        console.table(&timings::table(stages, begun.elapsed(), memory::peak()));
    }
    if let (Some(baseline), Some(target), true) = (&outcome.baseline, &baseline_target, has_result)
    {
        console.note(&baseline::write(baseline, target)?);
    }
    if let (Some(dictionary), Some(target), true) =
        (&outcome.dictionary, &dictionary_target, has_result)
    {
        console.note(&dictionary::write(dictionary, target)?);
    }
    if let (Some(limit), 0) = (options.fail_on, copies) {
        console.not_counted(limit, outcome.count_up_to(FindingKind::Version)?);
    }
    let fail_on = options.fail_on.map(|limit| (limit, copies));
    console.ending(report, exit, fail_on, || match &options.report.new {
        Some(new) => nothing_found::no_documents(new, &options.source, report.skipped),
        None => nothing_found::nothing_read(
            &options.paths,
            &options.source,
            report.skipped,
            Some(report.summary.ignored),
        ),
    });
    Ok(exit)
}

/// Runs the pipeline on the thread pool.
fn run(
    options: &FindOptions,
    terminal: &Terminal,
    engine: impl FnOnce(&Job<'_>) -> Result<Outcome, Failure> + Send,
) -> Result<Outcome, Failure> {
    let show_progress = terminal.stderr && !options.quiet;
    let run = |progress: &dyn Progress| {
        let job = Job {
            input: JobInput::Paths(&options.paths),
            reading: &options.source,
            rules: &options.rules,
            resources: &options.resources,
            progress,
        };
        engine(&job)
    };
    threads::run(options.threads, show_progress, run)?
}
