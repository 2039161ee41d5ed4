//! What the subcommands that read a corpus share: their options, a run on threads of its own, and the
//! writing of a page of text or one JSON document.

use super::args::{RuleArgs, SourceArgs};
use super::messages::{Console, Failure};
use super::options;
use super::output::Destination;
use super::terminal::Terminal;
use super::threads;
use super::values::ColorArg;
use anstyle::{AnsiColor, Style};
use clap::{Args, ValueEnum};
use dedupe::pipeline::{Progress, Settings};
use dedupe_formats as source;
use dedupe_report::{self as report, Look};
use serde::Serialize;
use std::path::{Path, PathBuf};
use unicode_width::UnicodeWidthStr;

/// A section's name.
pub(crate) const HEADING: Style = Style::new().bold();
/// What matters less.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// What only the left document has, and the right one.
pub(crate) const DROPPED: Style = AnsiColor::Red.on_default();
pub(crate) const ADDED: Style = AnsiColor::Green.on_default();

/// Options of such a subcommand.
#[derive(Args, Debug)]
pub(crate) struct SideArgs {
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// text or json [default: text on a terminal, else json]
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        value_enum,
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub(crate) format: Option<SideFormat>,
    /// Write to a file, which appears when complete
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// Colour in the text: auto, always or never
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        hide_short_help = true,
        help_heading = "Output"
    )]
    pub(crate) color: ColorArg,
    /// Errors only: no progress, no warnings
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Threads [default: one for each core]
    #[arg(long, value_name = "NUMBER", hide_short_help = true, help_heading = "Run",
          allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

/// `--format` of such a subcommand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SideFormat {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// The same, validated.
pub(crate) struct Side {
    pub(crate) settings: Settings,
    pub(crate) source: source::Options,
    pub(crate) look: Look,
    pub(crate) console: Console,
    format: SideFormat,
    destination: Destination,
    threads: Option<usize>,
    /// Progress can be seen.
    visible: bool,
}

impl Side {
    /// Checks the options. `inputs`: files that must not be written to.
    pub(crate) fn new(
        args: SideArgs,
        inputs: &[PathBuf],
        terminal: &Terminal,
    ) -> Result<Self, Failure> {
        let output = args.output.filter(|path| path != Path::new("-"));
        let on_terminal = terminal.stdout && output.is_none();
        let by_place = if on_terminal {
            SideFormat::Text
        } else {
            SideFormat::Json
        };
        let source = options::source_options(args.source)?;
        Ok(Self {
            settings: options::settings(&args.rules)?,
            look: terminal.look(args.color, on_terminal),
            console: Console { quiet: args.quiet },
            format: args.format.unwrap_or(by_place),
            destination: Destination::check(output.as_deref(), inputs, &source)?,
            source,
            threads: args.threads.map(usize::from),
            visible: terminal.stderr && !args.quiet,
        })
    }

    /// Does work on threads of its own, and shows how far it is.
    pub(crate) fn run<T: Send>(
        &self,
        work: impl FnOnce(&dyn Progress) -> T + Send,
    ) -> Result<T, Failure> {
        threads::work(self.threads, self.visible, work)
    }

    /// Writes the value as JSON, or what `text` makes of it, which is sanitised.
    pub(crate) fn write<T: Serialize>(
        &self,
        value: &T,
        text: impl FnOnce(&T, Look) -> String,
    ) -> Result<(), Failure> {
        let mut bytes = Vec::new();
        match self.format {
            SideFormat::Text => bytes.extend_from_slice(text(value, self.look).as_bytes()),
            SideFormat::Json => {
                let encoded = report::encode(&mut bytes, value);
                encoded.map_err(|error| Failure::Write {
                    to: "the JSON".into(),
                    error,
                })?;
                bytes.push(b'\n');
            }
        }
        self.destination.write(|out| out.write_all(&bytes))
    }
}

/// The text in a style, where styles are wanted.
pub(crate) fn styled(look: Look, style: Style, text: &str) -> String {
    if look.style && !text.is_empty() {
        format!("{style}{text}{style:#}")
    } else {
        text.to_owned()
    }
}

/// The text in lines of so many columns, broken between words; a longer word has a line of its own.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.width() + 1 + word.width() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("海上 风暴 a", 5), ["海上", "风暴", "a"]);
        assert_eq!(wrapped("unbreakable", 3), ["unbreakable"]);
        assert_eq!(wrapped("", 3), [""]);
    }
}
