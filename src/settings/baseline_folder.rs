//! The folder of a baseline, to which the paths in it are relative.

use std::path::{Component, Path, PathBuf};

/// The folder of a baseline. A baseline in a repository then holds the same paths in every working directory.
///
/// By default the paths stay as the run names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BaselineFolder {
    /// The absolute path of the folder.
    pub folder: PathBuf,
    /// The absolute path of the working directory, to which the paths of the run are relative.
    pub current: PathBuf,
}

impl BaselineFolder {
    /// The path relative to the folder, with `/` between its parts. No file is read: links stay as they are.
    pub(crate) fn relative(&self, path: &str) -> String {
        if self.folder.as_os_str().is_empty() {
            return path.to_owned();
        }
        let absolute = self.current.join(path);
        let path = normalized(&absolute);
        let folder = normalized(&self.folder);
        let common = path.iter().zip(&folder).take_while(|(a, b)| a == b).count();
        let up = folder.iter().skip(common).map(|_| "..".to_owned());
        let down = path.iter().skip(common);
        let down = down.map(|part| part.as_os_str().to_string_lossy().into_owned());
        up.chain(down).collect::<Vec<_>>().join("/")
    }
}

/// The parts of a path without `.` and `..`.
fn normalized(path: &Path) -> Vec<Component<'_>> {
    let mut parts: Vec<Component<'_>> = vec![];
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => drop(parts.pop()),
            (Component::ParentDir, Some(Component::RootDir)) => {}
            _ => parts.push(part),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_working_directory_makes_no_difference() {
        let relative = |folder: &str, current: &str, path: &str| {
            let folder = BaselineFolder {
                folder: folder.into(),
                current: current.into(),
            };
            folder.relative(path)
        };
        for (current, path) in [
            ("/repo", "news/a b.txt"),
            ("/repo", "./news/x/../a b.txt"),
            ("/repo/news", "a b.txt"),
            ("/repo/ci", "../news/a b.txt"),
            ("/", "/repo/news/a b.txt"),
        ] {
            assert_eq!(relative("/repo", current, path), "news/a b.txt");
            assert_eq!(relative("/repo/ci", current, path), "../news/a b.txt");
        }
        assert_eq!(relative("/repo", "/", "../../other"), "../other");
        assert_eq!(BaselineFolder::default().relative("./a"), "./a");
    }
}
