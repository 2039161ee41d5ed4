//! The main job, from validated options to an exit code.

use super::exit::{self, Exit};
use super::messages::{Console, Failure};
use super::options::Options;
use super::output::Destination;
use super::terminal::Terminal;
use super::{baseline, memory, threads, timings};
use dedupe::pipeline::{self, Outcome, Progress};
use dedupe_report::{Format, Listing, Setting};
use std::io;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::time::Instant;

/// Finds the copies and writes the report.
pub(crate) fn find(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let console = Console {
        quiet: options.quiet,
    };
    let destination =
        Destination::check(options.output.as_deref(), &options.paths, &options.source)?;
    let baseline_to = (options.write_baseline.as_deref())
        .map(|file| Destination::check(Some(file), &options.paths, &options.source))
        .transpose()?;
    if let Some(baseline) = &baseline_to {
        baseline.differs_from(&destination)?;
    }
    if terminal.stdin && options.paths.iter().any(|path| path == Path::new("-")) {
        console.note("reading JSON Lines from the terminal; Ctrl-D ends them");
    }
    // The program ends after this: the system takes the memory back at once, and not piece by piece.
    let outcome = ManuallyDrop::new(run(options, terminal)?);
    let report = outcome.draft.head();

    let on_screen = terminal.stdout && matches!(destination, Destination::Stdout);
    // The text on the same screen lists them itself.
    if !(on_screen && options.format == Format::Text) {
        console.faults(report.skipped, report.warnings, "the report");
    }
    let begun = Instant::now();
    let copies = match options.fail_on {
        Some(limit) => exit::copies(outcome.report()?, limit),
        None => 0,
    };
    let setting = Setting {
        look: options.look,
        places: &outcome.places,
        alarm: options.fail_on.map(Into::into),
        texts: &outcome.texts,
    };
    let renderer = options.format.renderer(&setting);
    let written = destination.write(|out| {
        renderer.render(&outcome.draft, &outcome.excerpts, out)?;
        // What was made of a broken temporary file must not replace a report.
        outcome.draft.check().map_err(io::Error::other)
    });
    // The cause, before what came of it.
    outcome.draft.check()?;
    written?;
    if let Some(stages) = report.timings {
        console.table(&timings::table(stages, begun.elapsed(), memory::peak()));
    }
    if let (Some(baseline), Some(to)) = (&outcome.baseline, &baseline_to) {
        console.note(&baseline::write(baseline, to)?);
    }
    let exit = exit::of_report(report, copies);
    console.ending(report, exit, options.fail_on.map(|limit| (limit, copies)));
    Ok(exit)
}

/// Runs the pipeline on threads of its own.
fn run(options: &Options, terminal: &Terminal) -> Result<Outcome, Failure> {
    let visible = terminal.stderr && !options.quiet;
    let run = |progress: &dyn Progress| {
        pipeline::run(&options.paths, &options.source, &options.settings, progress)
    };
    Ok(threads::work(options.threads, visible, run)??)
}
