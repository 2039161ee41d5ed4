//! Outputs that are symbolic links.

use std::fs;
use std::path::{Path, PathBuf};

/// Links that are followed at most, as many as Linux follows.
const MAX_LINKS: usize = 40;

/// Where a path leads that is a symbolic link to a file that does not exist yet. Other paths stay as they are. Whoever
/// creates a file and renames it into place must do so there, or the link is replaced.
#[must_use]
pub fn link_target(path: &Path) -> PathBuf {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&target) {
            Ok(next) => target = target.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => break,
        }
    }
    target
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_link_to_a_file_that_does_not_exist_leads_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        symlink("reports/today.json", path("latest.json")).unwrap();
        symlink("latest.json", path("newest.json")).unwrap();
        assert_eq!(
            link_target(&path("newest.json")),
            path("reports/today.json")
        );
        assert_eq!(link_target(&path("other.json")), path("other.json"));
        symlink("loop.json", path("loop.json")).unwrap();
        assert_eq!(link_target(&path("loop.json")), path("loop.json"));
    }
}
