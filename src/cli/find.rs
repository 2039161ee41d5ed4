//! The main job, from validated options to an exit code.

use super::exit::{self, Exit};
use super::messages::{Console, Failure};
use super::options::Options;
use super::output::Destination;
use super::progress::Meter;
use super::terminal::Terminal;
use super::{threads, timings};
use dedupe::pipeline::{self, Outcome, Progress, Silent};
use dedupe::report::{Format, Setting};
use std::path::Path;
use std::time::Instant;

/// Finds the copies and writes the report.
pub(crate) fn find(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let console = Console {
        quiet: options.quiet,
    };
    let destination =
        Destination::check(options.output.as_deref(), &options.paths, &options.source)?;
    if terminal.stdin && options.paths.iter().any(|path| path == Path::new("-")) {
        console.note("reading JSON Lines from the terminal; Ctrl-D ends them");
    }
    let outcome = run(options, terminal)?;
    let report = &outcome.report;

    let on_screen = terminal.stdout && matches!(destination, Destination::Stdout);
    // The text on the same screen lists them itself.
    if !(on_screen && options.format == Format::Text) {
        console.faults(report);
    }
    let begun = Instant::now();
    let setting = Setting {
        look: options.look,
        texts: &outcome.texts,
    };
    let renderer = options.format.renderer(&setting);
    destination.write(|out| renderer.render(report, &outcome.excerpts, out))?;
    if let Some(stages) = &report.timings {
        console.table(&timings::table(stages, begun.elapsed()));
    }
    let exit = exit::of_report(report, options.fail_on);
    let limit = options.fail_on;
    console.ending(report, exit, limit.map(|l| (l, exit::copies(report, l))));
    Ok(exit)
}

/// Runs the pipeline on threads of its own.
fn run(options: &Options, terminal: &Terminal) -> Result<Outcome, Failure> {
    let pool = threads::pool(options.threads)?;
    let meter = (terminal.stderr && !options.quiet)
        .then(Meter::start)
        .flatten();
    let progress: &dyn Progress = match &meter {
        Some(meter) => meter,
        None => &Silent,
    };
    let run = || pipeline::run(&options.paths, &options.source, &options.settings, progress);
    Ok(pool.install(run)?)
}
