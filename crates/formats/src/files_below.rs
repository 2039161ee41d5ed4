//! Paths that somebody else wrote, such as those in a saved report. They may name any file of the machine.

use std::fs;
use std::path::{Path, PathBuf};

/// The paths that name a regular file in `root` or a folder below it, in their order. Links are resolved first, so
/// that none leads out of `root`. Folders are left out: they are never walked.
///
/// # Examples
///
/// ```
/// use dedupe_formats::files_below;
///
/// let folder = tempfile::tempdir()?;
/// let inside = folder.path().join("a.txt");
/// std::fs::write(&inside, "A story.")?;
/// let paths = [inside.clone(), folder.path().to_owned(), "/etc/hosts".into()];
/// assert_eq!(files_below(folder.path(), &paths), [inside]);
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn files_below(root: &Path, paths: &[PathBuf]) -> Vec<PathBuf> {
    let Ok(root) = fs::canonicalize(root) else {
        return Vec::new();
    };
    let is_below = |path: &&PathBuf| {
        let resolved = fs::canonicalize(path);
        resolved.is_ok_and(|resolved| resolved.starts_with(&root) && resolved.is_file())
    };
    paths.iter().filter(is_below).cloned().collect()
}
