//! Outputs that are symbolic links.

use std::fs;
use std::path::{Path, PathBuf};

/// Follows at most this many links, as Linux does.
const MAX_LINKS: usize = 40;

/// Follows the symbolic links of a path. The file at the end need not exist. To create a file and rename it into place, do so at
/// the path that this returns; otherwise the file replaces the link.
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
