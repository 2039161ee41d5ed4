//! `dedupe completions` and `dedupe man`.

use super::args::CommandLine;
use super::exit::Exit;
use super::messages::Failure;
use super::output::OutputTarget;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::io;

const COMPLETIONS: &str = "\
Examples:
  dedupe completions bash > dedupe.bash
  dedupe completions zsh > _dedupe
  dedupe completions fish > dedupe.fish

Where to put the script:
  bash  any folder; add to ~/.bashrc: source dedupe.bash
  zsh   a folder listed in $fpath
  fish  ~/.config/fish/completions";

const MAN: &str = "\
Examples:
  dedupe man > dedupe.1
  dedupe man check > dedupe-check.1";

/// Options of `dedupe completions`.
#[derive(Args, Debug)]
#[command(after_help = COMPLETIONS)]
pub(crate) struct CompletionsArgs {
    /// The shell to write the script for
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// Options of `dedupe man`.
#[derive(Args, Debug)]
#[command(after_help = MAN)]
pub(crate) struct ManArgs {
    /// Print the page of this subcommand
    #[arg(value_name = "SUBCOMMAND")]
    subcommand: Option<String>,
}

/// Prints a completion script.
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

/// Prints a manual page.
pub(crate) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    let mut command = CommandLine::command();
    command.build();
    let command = match &args.subcommand {
        None => command,
        Some(name) => {
            let Some(found) = command.find_subcommand(name) else {
                return Err(Failure::UnknownSubcommand { name: name.clone() });
            };
            found.clone().display_name(format!("dedupe-{name}"))
        }
    };
    let mut text = Vec::new();
    let rendered = clap_mangen::Man::new(command).render(&mut text);
    rendered.map_err(|error: io::Error| Failure::Write {
        to: "the manual page".into(),
        error,
    })?;
    print(&text)
}

fn print(bytes: &[u8]) -> Result<Exit, Failure> {
    OutputTarget::Stdout.write(|out| out.write_all(bytes))?;
    Ok(Exit::Done)
}
