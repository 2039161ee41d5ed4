//! Finds `dedupe.toml` near the working directory, and decides whether it can be used.
//!
//! Anybody may have put the file there: it comes with a checkout, or lies in a folder that others share. The search
//! therefore ends at the root of the repository and at the home folder. A file of another user, or one that every user
//! can write to, is not used; compare `safe.directory` of Git. What a file that is used may set is decided in
//! [`super::config`].

use std::fs;
use std::path::{Path, PathBuf};

/// Name of the file.
const FILE_NAME: &str = "dedupe.toml";
/// A folder with an entry of this name is the root of a repository. It is a file in a linked working tree.
const REPOSITORY: &str = ".git";

/// A configuration file that nobody named.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FoundFile {
    pub(crate) path: PathBuf,
    /// Why the file is not used. `None` if it can be used.
    pub(crate) distrust: Option<&'static str>,
}

/// The nearest file in `folder` and its parents, up to the root of the repository or to `home`.
pub(crate) fn search(folder: &Path, home: Option<&Path>) -> Option<FoundFile> {
    let home = home.and_then(|home| fs::canonicalize(home).ok());
    for folder in folder.ancestors() {
        let path = folder.join(FILE_NAME);
        if path.is_file() {
            let distrust = distrust(&path, folder);
            return Some(FoundFile { path, distrust });
        }
        if fs::symlink_metadata(folder.join(REPOSITORY)).is_ok() || home.as_deref() == Some(folder)
        {
            break;
        }
    }
    None
}

/// Why a file is not trusted. `None` if the user of this process owns it, and only that user and groups can write to it and to
/// its folder.
fn distrust(path: &Path, folder: &Path) -> Option<&'static str> {
    match (fs::symlink_metadata(path), fs::metadata(folder)) {
        (Ok(file), _) if file.is_symlink() => Some("it is a symbolic link"),
        (Ok(file), Ok(folder)) => distrust_of_owner(&file, &folder),
        _ => Some("its owner is unknown"),
    }
}

#[cfg(unix)]
fn distrust_of_owner(file: &fs::Metadata, folder: &fs::Metadata) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt;
    /// Write permission for users other than the owner and the group.
    const OTHERS_WRITE: u32 = 0o002;
    if file.uid() != rustix::process::geteuid().as_raw() {
        Some("it belongs to another user")
    } else if file.mode() & OTHERS_WRITE != 0 {
        Some("every user can write to it")
    } else if folder.mode() & OTHERS_WRITE != 0 {
        Some("every user can write to its folder")
    } else {
        None
    }
}

/// Other systems have no owner to compare.
#[cfg(not(unix))]
fn distrust_of_owner(_: &fs::Metadata, _: &fs::Metadata) -> Option<&'static str> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder `a/b` in a temporary folder, with a configuration file in the temporary folder.
    fn folders() -> (tempfile::TempDir, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let below = fs::canonicalize(root.path()).unwrap().join("a/b");
        fs::create_dir_all(&below).unwrap();
        fs::write(root.path().join(FILE_NAME), "").unwrap();
        (root, below)
    }

    #[test]
    fn the_search_ends_at_the_repository_and_at_the_home_folder() {
        let (_root, below) = folders();
        let home = below.parent().unwrap();
        let found = search(&below, None).unwrap();
        assert_eq!(found.path, home.parent().unwrap().join(FILE_NAME));
        assert_eq!(found.distrust, None);
        assert_eq!(search(&below, Some(home)), None);
        fs::create_dir(home.join(REPOSITORY)).unwrap();
        assert_eq!(search(&below, None), None);
        // The root of the repository belongs to it.
        fs::write(home.join(FILE_NAME), "").unwrap();
        let found = search(&below, Some(home)).unwrap();
        assert_eq!(found.path, home.join(FILE_NAME));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_could_have_written_is_not_used() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (root, _) = folders();
        let root = fs::canonicalize(root.path()).unwrap();
        let path = root.join(FILE_NAME);
        let mode = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        let distrust = || search(&root, None).unwrap().distrust.unwrap_or("");
        assert_eq!(distrust(), "");
        mode(&root, 0o1777);
        assert_eq!(distrust(), "every user can write to its folder");
        mode(&root, 0o755);
        mode(&path, 0o666);
        assert_eq!(distrust(), "every user can write to it");
        mode(&path, 0o644);
        // Only root can give a file away.
        if std::os::unix::fs::chown(&path, Some(12_345), None).is_ok() {
            assert_eq!(distrust(), "it belongs to another user");
        }
        fs::rename(&path, root.join("other.toml")).unwrap();
        symlink("other.toml", &path).unwrap();
        assert_eq!(distrust(), "it is a symbolic link");
    }
}
