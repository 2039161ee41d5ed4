//! What the program is connected to. The only place that asks.

use super::values::ColorArg;
use anstream::{AutoStream, ColorChoice};
use dedupe_report::Look;
use std::io::{self, IsTerminal};

/// Columns where nobody says how many there are.
const COLUMNS: u16 = 80;

/// What the three standard streams are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    /// Standard input is a terminal.
    pub(crate) stdin: bool,
    /// Standard output is a terminal.
    pub(crate) stdout: bool,
    /// Standard error is a terminal.
    pub(crate) stderr: bool,
    /// The environment has nothing against colour on standard output (`NO_COLOR`, `TERM=dumb`).
    pub(crate) colour: bool,
    /// Columns of the terminal.
    pub(crate) width: usize,
}

impl Terminal {
    /// Asks the system.
    pub(crate) fn detect() -> Self {
        let width = terminal_size::terminal_size().map_or(COLUMNS, |(width, _)| width.0);
        Self {
            stdin: io::stdin().is_terminal(),
            stdout: io::stdout().is_terminal(),
            stderr: io::stderr().is_terminal(),
            colour: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            width: usize::from(width),
        }
    }

    /// How text looks, on this terminal or elsewhere.
    pub(crate) fn look(&self, color: ColorArg, on_terminal: bool) -> Look {
        Look {
            style: match color {
                ColorArg::Auto => on_terminal && self.colour,
                ColorArg::Always => true,
                ColorArg::Never => false,
            },
            width: if on_terminal {
                self.width
            } else {
                Look::default().width
            },
        }
    }
}
