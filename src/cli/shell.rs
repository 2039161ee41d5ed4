//! What a shell and `man` know of the program.

use super::args::CommandLine;
use super::exit::Exit;
use super::messages::Failure;
use super::output::Destination;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::io;

const COMPLETIONS: &str = "\
Examples:
  dedupe completions bash > dedupe.bash
  dedupe completions zsh > _dedupe
  dedupe completions fish > dedupe.fish

Put the file where the shell looks: for bash, source it in ~/.bashrc; for zsh, a folder of $fpath; for
fish, ~/.config/fish/completions.";

const MAN: &str = "\
Examples:
  dedupe man > dedupe.1
  dedupe man check > dedupe-check.1";

/// Options of `dedupe completions`.
#[derive(Args, Debug)]
#[command(after_help = COMPLETIONS)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// Options of `dedupe man`.
#[derive(Args, Debug)]
#[command(after_help = MAN)]
pub(crate) struct ManArgs {
    /// A subcommand; without one, the page of the program
    #[arg(value_name = "SUBCOMMAND")]
    subcommand: Option<String>,
}

/// Prints the completions.
pub(crate) fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut CommandLine::command(),
        "dedupe",
        &mut script,
    );
    print(&script)
}

/// Prints the page.
pub(crate) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    let mut all = CommandLine::command();
    all.build();
    let page = match &args.subcommand {
        None => all,
        Some(name) => {
            let Some(found) = all.find_subcommand(name) else {
                return Err(Failure::NoSubcommand { name: name.clone() });
            };
            found.clone().display_name(format!("dedupe-{name}"))
        }
    };
    let mut text = Vec::new();
    let rendered = clap_mangen::Man::new(page).render(&mut text);
    rendered.map_err(|error: io::Error| Failure::Write {
        to: "the page".into(),
        error,
    })?;
    print(&text)
}

fn print(bytes: &[u8]) -> Result<Exit, Failure> {
    Destination::Stdout.write(|out| out.write_all(bytes))?;
    Ok(Exit::Done)
}
