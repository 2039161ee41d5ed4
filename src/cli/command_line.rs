//! The command line as the user wrote it, for reports that name it.

use dedupe_report::Provenance;
use std::ffi::OsString;
use std::path::PathBuf;

/// The inputs and the command of this process.
pub(crate) fn provenance<'a>(inputs: impl IntoIterator<Item = &'a PathBuf>) -> Provenance {
    Provenance {
        inputs: inputs
            .into_iter()
            .map(|path| path.display().to_string())
            .collect(),
        command: quoted(std::env::args_os().skip(1)),
    }
}

/// The command of the program with these arguments, quoted for a shell. Bytes that are not UTF-8 are replaced.
fn quoted(arguments: impl Iterator<Item = OsString>) -> String {
    let arguments = arguments.map(|argument| {
        let argument = argument.to_string_lossy();
        // No argument of a process has a NUL byte, which is the only error.
        shlex::try_quote(&argument).map_or_else(|_| String::new(), |quoted| quoted.into_owned())
    });
    std::iter::once("dedupe".to_owned())
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_the_command_as_it_was() {
        let line = ["my news", "-o", "it's.html", "$HOME"].map(OsString::from);
        let quoted = quoted(line.clone().into_iter());
        let read = shlex::split(&quoted).unwrap();
        assert_eq!(read, ["dedupe", "my news", "-o", "it's.html", "$HOME"]);
    }
}
