//! `dedupe completions` and `dedupe man`.

use super::args::{CommandLine, built};
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
  dedupe man check > dedupe-check.1
  dedupe man index add > dedupe-index-add.1
  dedupe man check | man -l -";

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
    /// Print the page of this command, such as check or index add
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

/// Prints a completion script.
pub(crate) fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut built(CommandLine::command()),
        "dedupe",
        &mut script,
    );
    print(&script)
}

/// Prints a manual page.
pub(crate) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    // Each page has the help of every command; the subcommand `help` has no page.
    let mut command = with_long_help(CommandLine::command()).disable_help_subcommand(true);
    command.build();
    for name in &args.command {
        let Some(found) = command.find_subcommand(name) else {
            return Err(Failure::UnknownSubcommand { name: name.clone() });
        };
        command = found.clone();
    }
    let name = (["dedupe"].into_iter())
        .chain(args.command.iter().map(String::as_str))
        .collect::<Vec<&str>>()
        .join("-");
    let command = command
        .display_name(name)
        .subcommand_help_heading("COMMANDS");
    let page = clap_mangen::Man::new(command).source(concat!("dedupe ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    let rendered = page.render(&mut text);
    rendered.map_err(|error: io::Error| Failure::Write {
        to: "the manual page".into(),
        error,
    })?;
    print(&text)
}

/// The command and its subcommands, with a long help for every option. A manual page says nothing about an option that the
/// short help leaves out and that has no long help.
fn with_long_help(command: clap::Command) -> clap::Command {
    let command = command.mut_args(|arg| match (arg.get_long_help(), arg.get_help().cloned()) {
        (None, Some(help)) => arg.long_help(help),
        _ => arg,
    });
    command.mut_subcommands(with_long_help)
}

fn print(bytes: &[u8]) -> Result<Exit, Failure> {
    OutputTarget::Stdout.write(|out| out.write_all(bytes))?;
    Ok(Exit::Done)
}
