//! What the standard streams are connected to. No other module asks the system about them.

use super::arg_values::ColorArg;
use anstream::{AutoStream, ColorChoice};
use dedupe_report::TerminalStyle;
use std::io::{self, IsTerminal};

/// Width in columns of a terminal that does not tell its width.
const DEFAULT_COLUMNS: u16 = 80;

/// What the three standard streams are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    /// Standard input is a terminal.
    pub(crate) stdin: bool,
    /// Standard output is a terminal.
    pub(crate) stdout: bool,
    /// Standard error is a terminal.
    pub(crate) stderr: bool,
    /// The environment allows colour on standard output: no `NO_COLOR`, no `TERM=dumb`.
    pub(crate) colour: bool,
    /// Width of the terminal in columns.
    pub(crate) width: usize,
}

impl Terminal {
    /// Asks the system.
    pub(crate) fn detect() -> Self {
        let width = terminal_size::terminal_size().map_or(DEFAULT_COLUMNS, |(width, _)| width.0);
        Self {
            stdin: io::stdin().is_terminal(),
            stdout: io::stdout().is_terminal(),
            stderr: io::stderr().is_terminal(),
            colour: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            width: usize::from(width),
        }
    }

    /// Style and width of text, on this terminal or in a file.
    pub(crate) fn look(&self, color: ColorArg, on_terminal: bool) -> TerminalStyle {
        TerminalStyle {
            ansi: match color {
                ColorArg::Auto => on_terminal && self.colour,
                ColorArg::Always => true,
                ColorArg::Never => false,
            },
            width: if on_terminal {
                self.width
            } else {
                TerminalStyle::default().width
            },
        }
    }
}
