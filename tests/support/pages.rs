//! The documentation as the tests read it: pages, their fenced blocks, and the commands in these.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Set to rewrite what the pages take from the program and from `docs/figures.json`.
const UPDATE: &str = "UPDATE_DOCS";

/// A page in Markdown.
pub(crate) struct Page {
    /// Its path, relative to the project.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A fenced block.
pub(crate) struct Block {
    /// The first word after the fence.
    pub(crate) language: String,
    /// The rest of that line.
    pub(crate) info: String,
    pub(crate) text: String,
    /// The bytes of `text` in the page.
    pub(crate) range: std::ops::Range<usize>,
    /// Only blank lines are between this block and the one before.
    pub(crate) follows: bool,
}

/// The README, the pages for contributors, and all pages in `docs`.
pub(crate) fn pages() -> Vec<Page> {
    let mut names: Vec<String> = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"]
        .map(str::to_owned)
        .into();
    let docs = fs::read_dir(path("docs")).unwrap();
    let docs = docs.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let docs = docs.filter(|name| name.ends_with(".md"));
    names.extend(docs.map(|name| format!("docs/{name}")));
    names.sort();
    names.iter().map(|name| page(name)).collect()
}

/// A page.
pub(crate) fn page(name: &str) -> Page {
    Page {
        text: fs::read_to_string(path(name)).unwrap(),
        name: name.to_owned(),
    }
}

/// A path in the project.
pub(crate) fn path(name: &str) -> PathBuf {
    super::root().join(name)
}

impl Page {
    /// The fenced blocks, in order.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = vec![];
        let (mut open, mut only_blanks, mut at) = (None, false, 0);
        for line in self.text.split_inclusive('\n') {
            let end = at + line.len();
            match (line.trim_end().strip_prefix("```"), &open) {
                (Some(""), Some(_)) => {
                    let (info, begin, follows): (&str, usize, bool) = open.take().unwrap();
                    let (language, info) = info.split_once(' ').unwrap_or((info, ""));
                    blocks.push(Block {
                        language: language.to_owned(),
                        info: info.to_owned(),
                        text: self.text[begin..at].to_owned(),
                        range: begin..at,
                        follows,
                    });
                    only_blanks = true;
                }
                (Some(info), None) => open = Some((info, end, only_blanks)),
                (None, None) => only_blanks &= line.trim().is_empty(),
                _ => {}
            }
            at = end;
        }
        assert!(open.is_none(), "{}: a block does not end", self.name);
        blocks
    }

    /// Checks that the page has the text `expected`. With `UPDATE_DOCS=1`, writes it to the file instead.
    pub(crate) fn check(&self, expected: &str) {
        if std::env::var_os(UPDATE).is_some_and(|value| value == "1") {
            fs::write(path(&self.name), expected).unwrap();
            return;
        }
        let lines = self.text.lines().zip(expected.lines());
        let differs = lines.enumerate().find(|(_, (is, should))| is != should);
        let name = &self.name;
        if let Some((at, (is, should))) = differs {
            let line = at + 1;
            panic!("{name}:{line}: `{is}` should be `{should}`; {UPDATE}=1 rewrites the page");
        }
        let is_same = self.text == expected;
        assert!(is_same, "{name}: outdated; {UPDATE}=1 rewrites the page");
    }
}

/// The commands of a shell block. A line continues if a quotation is open or a backslash ends it.
pub(crate) fn commands(block: &str) -> Vec<String> {
    let (mut commands, mut command) = (vec![], String::new());
    for line in block.lines() {
        command.push_str(line);
        let is_open = command.matches('\'').count() % 2 == 1 || line.ends_with('\\');
        if is_open {
            command.push('\n');
        } else if !command.is_empty() {
            commands.push(std::mem::take(&mut command));
        }
    }
    assert_eq!(command, "", "a command does not end");
    commands
}

/// The id of a heading in the page that GitHub and mdBook make of it.
pub(crate) fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
    let words: String = heading.to_lowercase().chars().filter(kept).collect();
    words.replace(' ', "-")
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A copy of `docs/example`, with the program.
pub(crate) fn example() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&path("docs/example"), folder.path());
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    symlink(env!("CARGO_BIN_EXE_dedupe"), bin.join("dedupe")).unwrap();
    folder
}

/// Runs a command in the example and returns its output. It may exit with 3, since a line of the example is cut off, and
/// with 1 if it uses `--fail-on`.
pub(crate) fn shell(folder: &Path, command: &str) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let output: Output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", folder.join("bin").display()))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    let may_fail = command.contains("--fail-on");
    let expected = matches!(code, Some(0 | 3)) || may_fail && code == Some(1);
    assert!(expected, "{command}: {code:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}
