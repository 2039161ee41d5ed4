//! Writes `docs/options.md` from the definition of the command line. A test compares the page with it.

use super::args::CommandLine;
use clap::{Arg, Command, CommandFactory};
use std::fmt::Write;

const HEAD: &str = "\
# Every option

This page is made from the definition of the command line: `UPDATE_DOCS=1 cargo test --features serve reference`
rewrites it. `dedupe help` shows the same on a terminal, with examples, and `dedupe help COMMAND` the options of a command.

Every flag has a form that turns it off, such as `--no-quiet` for `--quiet`. A [configuration
file](configuration.md#configuration-file) can set each option by its long name.
";

/// The page, in Markdown.
fn page() -> String {
    let mut all = CommandLine::command();
    all.build();
    let mut page = HEAD.to_owned();
    section(&mut page, "dedupe", &all, None);
    subcommands(&mut page, "dedupe", &all, &all);
    page
}

/// The sections of all subcommands of a command, and of theirs.
fn subcommands(page: &mut String, name: &str, command: &Command, base: &Command) {
    let commands = command.get_subcommands();
    for command in commands.filter(|command| command.get_name() != "help") {
        let name = format!("{name} {}", command.get_name());
        section(page, &name, command, Some(base));
        subcommands(page, &name, command, base);
    }
}

/// A command with its options. Those that it shares with `base` are only named.
fn section(page: &mut String, name: &str, command: &Command, base: Option<&Command>) {
    let about = command.get_about().map(ToString::to_string);
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let about = escaped(about.unwrap_or_default().trim_end_matches('.'));
    let _ = write!(page, "\n## `{name}`\n\n{about}.\n\n```text\n{usage}\n```\n");
    let is_shared = |arg: &Arg| {
        let same =
            base.and_then(|base| base.get_arguments().find(|of| of.get_id() == arg.get_id()));
        same.is_some_and(|same| help(same) == help(arg))
    };
    let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let (shared, own): (Vec<&Arg>, Vec<&Arg>) = shown.partition(|arg| is_shared(arg));
    let mut heading = None;
    for arg in own {
        let of_arg = arg.get_help_heading();
        if of_arg != heading && of_arg.is_some() {
            let _ = write!(page, "\n### {}\n", of_arg.unwrap_or_default());
        }
        heading = of_arg;
        let _ = write!(page, "\n**`{}`**\n\n{}", term(arg), body(&help(arg)));
        page.push_str(&values(arg));
    }
    let names: Vec<String> = shared
        .into_iter()
        .filter_map(Arg::get_long)
        .map(|name| format!("`--{name}`"))
        .collect();
    if !names.is_empty() {
        let names = names.join(", ");
        let _ = write!(page, "\nOptions as for [`dedupe`](#dedupe): {names}.\n");
    }
}

/// An option as the user writes it.
fn term(arg: &Arg) -> String {
    let value = arg.get_value_names().and_then(<[_]>::first);
    let value = value.filter(|_| arg.get_action().takes_values());
    let names = [
        arg.get_short().map(|short| format!("-{short}")),
        arg.get_long().map(|long| format!("--{long}")),
    ];
    let mut term = names.into_iter().flatten().collect::<Vec<_>>().join(", ");
    if let Some(value) = value {
        term.push_str(if term.is_empty() { "" } else { " " });
        term.push_str(value);
    }
    term
}

fn help(arg: &Arg) -> String {
    let help = arg.get_long_help().or(arg.get_help());
    help.map(ToString::to_string).unwrap_or_default()
}

/// The values that an option accepts, if its help text does not have them.
fn values(arg: &Arg) -> String {
    let values = arg.get_possible_values();
    let is_switch = !arg.get_action().takes_values();
    if values.is_empty() || is_switch || arg.is_hide_possible_values_set() {
        return String::new();
    }
    let names: Vec<String> = (values.iter())
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    format!("\nValues: {}.\n", names.join(", "))
}

/// A help text as paragraphs. Lines that are laid out by hand stay as they are.
fn body(help: &str) -> String {
    let mut body = String::new();
    for paragraph in help.split("\n\n") {
        let is_list = |line: &str| line.starts_with("  ");
        let prose: Vec<&str> = paragraph
            .lines()
            .take_while(|line| !is_list(line))
            .collect();
        let list: Vec<&str> = paragraph.lines().skip(prose.len()).collect();
        if !prose.is_empty() {
            let _ = write!(body, "{}\n\n", escaped(&prose.join("\n")));
        }
        if !list.is_empty() {
            let _ = write!(body, "```text\n{}\n```\n\n", list.join("\n"));
        }
    }
    body.truncate(body.trim_end().len());
    body.push('\n');
    body
}

/// A text whose characters Markdown would read as markup, escaped. Code in backticks stays code.
fn escaped(text: &str) -> String {
    let mut parts = text.split('`');
    let mut escaped = String::new();
    let mut is_code = false;
    for part in &mut parts {
        if is_code {
            let _ = write!(escaped, "`{part}`");
        } else {
            for c in part.chars() {
                if "*_<>[]".contains(c) {
                    escaped.push('\\');
                }
                escaped.push(c);
            }
        }
        is_code = !is_code;
    }
    escaped
}

#[test]
fn options_page_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/options.md");
    // A program with fewer features has fewer commands and fewer values of some options.
    if cfg!(all(
        feature = "parquet",
        feature = "serve",
        feature = "warc"
    )) {
        if std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
            std::fs::write(path, page()).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap();
        let is_current = written == page();
        assert!(
            is_current,
            "docs/options.md is outdated: UPDATE_DOCS=1 rewrites it"
        );
    }
}
