//! Finds the inputs in files and folders. Opens only files whose name does not tell whether they are
//! wanted.

use crate::error::ReadError;
use crate::fault::Fault;
use crate::file_head::HEAD_BYTES;
use crate::format::{self, FileKind, NameHint};
use crate::input::{Input, InputSource, displayed_path};
use crate::options::Options;
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::fs::{self, FileType, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// The beginning of the name of an output that is not complete.
pub const UNFINISHED_PREFIX: &str = ".dedupe-";
/// The end of that name.
pub const UNFINISHED_SUFFIX: &str = ".part";

/// The files of which one makes a folder an index of dedupe. Its other files are no documents.
const INDEX_MARKERS: [&str; 2] = ["dedupe-index", "dedupe-index.new"];
/// How such a file begins.
const INDEX_MARKER_TEXT: &[u8] = b"index of dedupe";

/// True for the name of an output that is not complete. A run that was killed may have left it, so no walk reads it.
#[must_use]
pub fn is_unfinished(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(UNFINISHED_PREFIX.as_bytes()) && name.ends_with(UNFINISHED_SUFFIX.as_bytes())
}

/// True if a folder is an index of dedupe, complete or not.
#[must_use]
pub fn is_index(folder: &Path) -> bool {
    INDEX_MARKERS.iter().any(|name| {
        let path = folder.join(name);
        path.is_file() && head(&path).is_ok_and(|head| head.starts_with(INDEX_MARKER_TEXT))
    })
}

/// The inputs that a walk found.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    /// The inputs, sorted by displayed path in byte order.
    pub inputs: Vec<Input>,
    /// The number of files that were ignored because of their extension, and of indexes.
    pub ignored: u64,
    /// The number of hidden files and folders in the folders, which were not read.
    pub hidden: u64,
    /// The number of files that [`Options::filter`] left out, and of folders that it excludes.
    pub filtered: u64,
    /// Paths that cannot be read, sorted.
    pub skipped: Vec<Fault>,
}

/// Lists the inputs at these paths: files as they are, folders recursively, and `-` for standard input.
///
/// The result does not depend on the order of the paths or of the file system. A file that is reached in
/// several ways is listed once, under the path that sorts first; a path that is a link comes after those that
/// are not. Without [`Options::follow_links`], no file outside the folders is read through a link in them.
#[must_use]
pub fn walk(paths: &[PathBuf], options: &Options) -> Walk {
    let mut roots: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    roots.sort_by_cached_key(|root| displayed_path(root));
    roots.dedup();
    let mut walker = Walker {
        options,
        // A single tree without followed links cannot reach anything twice.
        track_folders: options.follow_links || roots.len() > 1,
        may_have_duplicates: roots.len() > 1,
        folders: HashSet::new(),
        walk: Walk::default(),
    };
    for root in roots {
        walker.root(root);
    }
    walker.finish()
}

/// The state of a walk.
struct Walker<'a> {
    options: &'a Options,
    /// A folder may be reached twice, so remember the folders.
    track_folders: bool,
    /// A file may be reached twice, so compare resolved paths.
    may_have_duplicates: bool,
    /// Resolved paths of the folders that were walked. Used only with `track_folders`. Links that cross
    /// would otherwise make the walk exponential in the number of folders.
    folders: HashSet<PathBuf>,
    walk: Walk,
}

impl Walker<'_> {
    fn root(&mut self, root: &Path) {
        if root.as_os_str() == "-" {
            return self.walk.inputs.push(Input::stdin());
        }
        match fs::metadata(root) {
            Err(error) => self.skip_unreadable(root, error),
            Ok(metadata) if metadata.is_dir() => {
                // Removes trailing slashes: `./seeds/` becomes `./seeds`.
                self.folder(root.components().as_path());
            }
            Ok(_)
                if !self
                    .options
                    .filter
                    .accepts(root.strip_prefix(".").unwrap_or(root)) =>
            {
                self.walk.filtered += 1;
            }
            Ok(metadata) => self.file(root, &metadata, true),
        }
    }

    fn folder(&mut self, root: &Path) {
        // A folder that cannot be resolved cannot be walked either.
        let resolved_root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
        let mut entries = WalkDir::new(root).follow_links(self.options.follow_links);
        if self.track_folders {
            // If a folder is reached in two ways, which one is taken must not depend on the order of the
            // file system.
            entries = entries.sort_by_file_name();
        }
        let mut entries = entries.into_iter();
        while let Some(entry) = entries.next() {
            match entry {
                Err(error) => self.skip_entry(root, &error),
                Ok(entry) if self.skips(&entry) || self.filters_out(root, &entry) => {
                    if entry.file_type().is_dir() {
                        entries.skip_current_dir();
                    }
                }
                Ok(entry) if !entry.file_type().is_dir() => self.entry(&entry, &resolved_root),
                Ok(_) => {}
            }
        }
    }

    /// True for files and folders that are not to be read.
    fn filters_out(&mut self, root: &Path, entry: &DirEntry) -> bool {
        let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let filter = &self.options.filter;
        let is_out = match entry.file_type().is_dir() {
            true => entry.depth() > 0 && filter.excludes(below),
            false => !filter.accepts(below),
        };
        self.walk.filtered += u64::from(is_out);
        is_out
    }

    /// True for hidden entries, unfinished outputs, indexes and folders that were walked before.
    fn skips(&mut self, entry: &DirEntry) -> bool {
        let name = entry.file_name().as_encoded_bytes();
        if entry.depth() > 0 && is_unfinished(entry.file_name()) {
            return true;
        }
        if entry.depth() > 0 && !self.options.hidden && name.starts_with(b".") {
            self.walk.hidden += 1;
            return true;
        }
        if entry.file_type().is_dir() && is_index(entry.path()) {
            self.walk.ignored += 1;
            return true;
        }
        if !self.track_folders || !entry.file_type().is_dir() {
            return false;
        }
        // A folder that cannot be resolved is reported when it is walked.
        fs::canonicalize(entry.path()).is_ok_and(|resolved| !self.folders.insert(resolved))
    }

    fn entry(&mut self, entry: &DirEntry, resolved_root: &Path) {
        let metadata = if entry.path_is_symlink() {
            self.may_have_duplicates = true;
            fs::metadata(entry.path())
        } else {
            entry.metadata().map_err(io::Error::from)
        };
        match metadata {
            Err(error) => self.skip_unreadable(entry.path(), error),
            // A link to a folder, which is not followed.
            Ok(metadata) if metadata.is_dir() => {}
            Ok(metadata)
                if metadata.is_file() && entry.path_is_symlink() && !self.options.follow_links =>
            {
                match fs::canonicalize(entry.path()) {
                    Ok(resolved) if resolved.starts_with(resolved_root) => {
                        self.file(entry.path(), &metadata, false);
                    }
                    Ok(_) => self.link_outside(entry.path()),
                    Err(error) => self.skip_unreadable(entry.path(), error),
                }
            }
            Ok(metadata) => self.file(entry.path(), &metadata, false),
        }
    }

    /// A link to a file outside the folder. Only its name tells whether the file would be read: it is not opened.
    fn link_outside(&mut self, path: &Path) {
        let is_wanted = self.options.format.is_some() || format::by_name(path).kind.is_some();
        match is_wanted {
            true => self.skip(path, &ReadError::LinkOutside),
            false => self.walk.ignored += 1,
        }
    }

    fn file(&mut self, path: &Path, metadata: &Metadata, given: bool) {
        if !metadata.is_file() {
            let found = file_type_name(metadata.file_type());
            return self.skip(path, &ReadError::NotRegular(found));
        }
        let named = format::by_name(path);
        let is_wanted = given || self.options.format.is_some() || is_wanted(path, named);
        if !is_wanted {
            self.walk.ignored += 1;
            return;
        }
        let input = Input::file(path, named, metadata.len());
        self.walk.inputs.push(input);
    }

    fn skip(&mut self, path: &Path, error: &ReadError) {
        self.walk
            .skipped
            .push(error.at(&displayed_path(path), None));
    }

    fn skip_unreadable(&mut self, path: &Path, error: io::Error) {
        let error = match ReadError::from(error) {
            ReadError::NotFound if fs::symlink_metadata(path).is_ok() => ReadError::Dangling,
            ReadError::NotFound if is_address(path) => ReadError::Address,
            error => error,
        };
        self.skip(path, &error);
    }

    fn skip_entry(&mut self, root: &Path, error: &walkdir::Error) {
        let path = error.path().unwrap_or(root);
        if error.loop_ancestor().is_some() {
            return self.skip(path, &ReadError::LinkLoop);
        }
        let error = error.io_error().map_or_else(
            || io::Error::other(error.to_string()),
            // `io::Error` cannot be cloned. Only its kind and number are used.
            |error| match error.raw_os_error() {
                Some(number) => io::Error::from_raw_os_error(number),
                None => io::Error::from(error.kind()),
            },
        );
        self.skip_unreadable(path, error);
    }

    fn finish(self) -> Walk {
        let mut walk = self.walk;
        walk.inputs.sort_by(|a, b| a.path().cmp(b.path()));
        if self.may_have_duplicates {
            drop_duplicates(&mut walk.inputs);
        }
        walk.skipped.sort();
        walk.skipped.dedup();
        walk
    }
}

/// True if a walk of these paths reads the existing file at `file`, under this path or another one.
///
/// If the name is ambiguous, such as `report.json` or `story.php`, this reads the first bytes of the file.
#[must_use]
pub fn is_input(paths: &[PathBuf], file: &Path, options: &Options) -> bool {
    let Ok(file) = fs::canonicalize(file) else {
        return false;
    };
    let is_read = |path: &PathBuf| {
        fs::canonicalize(path)
            .is_ok_and(|path| path == file || path.is_dir() && would_read(&path, &file, options))
    };
    // Links may lead anywhere.
    let is_linked = || {
        let inputs = walk(paths, options).inputs;
        let mut links = inputs.iter().filter_map(|input| match input.source() {
            InputSource::File(path) => fs::canonicalize(path).ok(),
            InputSource::Stdin(_) | InputSource::Memory(_) => None,
        });
        links.any(|path| path == file)
    };
    paths.iter().any(is_read) || options.follow_links && is_linked()
}

/// True if a walk of `folder` would read `file`. Does not follow links.
fn would_read(folder: &Path, file: &Path, options: &Options) -> bool {
    let Ok(below) = file.strip_prefix(folder) else {
        return false;
    };
    let mut names = below.iter().map(|name| name.as_encoded_bytes());
    let hidden = names.any(|name| name.starts_with(b"."));
    let named = format::by_name(below);
    let wanted = || match named.kind {
        Some(FileKind::Documents(format))
            if format.has_generic_extension() && named.promised_compression.is_none() =>
        {
            // A file that cannot be read counts as read, to be safe.
            head(file).map_or(true, |head| format::by_content(&head).is_some())
        }
        _ => is_wanted(file, named),
    };
    let is_excluded = || {
        let mut paths = below
            .ancestors()
            .filter(|path| !path.as_os_str().is_empty());
        !options.filter.accepts(below) || paths.any(|path| options.filter.excludes(path))
    };
    (options.hidden || !hidden) && !is_excluded() && (options.format.is_some() || wanted())
}

/// True if a walk reads this file: its name suggests a kind, or its first bytes prove a format that may
/// have any extension.
fn is_wanted(file: &Path, named: NameHint) -> bool {
    let has_any_extension = || {
        let kind = head(file).ok().and_then(|head| format::by_content(&head));
        let format = kind.and_then(FileKind::documents);
        format.is_some_and(format::Format::has_any_extension)
    };
    !is_marker(file)
        && (named.kind.is_some() || (named.promised_compression.is_none() && has_any_extension()))
}

/// True for an address such as `https://news.example/feed.rss`.
fn is_address(path: &Path) -> bool {
    let path = path.as_os_str().as_encoded_bytes();
    path.starts_with(b"http://") || path.starts_with(b"https://")
}

/// True for names such as `_SUCCESS` and `_metadata`: files with which Hadoop and Spark mark the folders of their tables.
fn is_marker(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().as_encoded_bytes();
    name.starts_with(b"_") && file.extension().is_none()
}

/// The first bytes of a file.
fn head(file: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let file = fs::File::open(file)?;
    file.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// For each input, whether a walk of `paths` alone would reach it, under any path. Documents in memory
/// are never reached.
#[must_use]
pub fn reachable_from(inputs: &[Input], paths: &[PathBuf], options: &Options) -> Vec<bool> {
    let mut folders = HashMap::new();
    // `None` for documents in memory, `Some(None)` for standard input.
    let mut key = |input: &Input| match input.source() {
        InputSource::File(path) => Some(Some(resolved(path, &mut folders).0)),
        InputSource::Stdin(_) => Some(None),
        InputSource::Memory(_) => None,
    };
    let found: HashSet<_> = (walk(paths, options).inputs.iter())
        .filter_map(&mut key)
        .collect();
    inputs
        .iter()
        .map(|input| key(input).is_some_and(|key| found.contains(&key)))
        .collect()
}

/// Keeps one of several paths to the same file: the first that is not a link, or else the first.
fn drop_duplicates(inputs: &mut Vec<Input>) {
    let mut folders = HashMap::new();
    let mut kept: HashMap<PathBuf, (bool, usize)> = HashMap::new();
    for (at, input) in inputs.iter().enumerate() {
        if let Some(path) = input.file_path() {
            let (resolved, is_link) = resolved(path, &mut folders);
            let kept = kept.entry(resolved).or_insert((is_link, at));
            *kept = (is_link, at).min(*kept);
        }
    }
    let kept: HashSet<usize> = kept.into_values().map(|(_, at)| at).collect();
    let mut indices = 0..;
    inputs.retain(|input| {
        let is_kept = indices.next().is_some_and(|at| kept.contains(&at));
        is_kept || input.file_path().is_none()
    });
}

/// The path without links, and whether the path itself is one. Caching resolved folders saves most of the system calls.
fn resolved(path: &Path, folders: &mut HashMap<PathBuf, PathBuf>) -> (PathBuf, bool) {
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    let (Some(folder), Some(name), false) = (path.parent(), path.file_name(), is_link) else {
        let resolved = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        return (resolved, is_link);
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    if let Some(resolved) = folders.get(folder) {
        return (resolved.join(name), false);
    }
    let resolved = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let whole = resolved.join(name);
    folders.insert(folder.to_owned(), resolved);
    (whole, false)
}

#[cfg(unix)]
fn file_type_name(file_type: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if file_type.is_fifo() {
        "a named pipe"
    } else if file_type.is_socket() {
        "a socket"
    } else if file_type.is_block_device() || file_type.is_char_device() {
        "a device"
    } else {
        "something else"
    }
}

#[cfg(not(unix))]
fn file_type_name(_: FileType) -> &'static str {
    "something else"
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_an_index_by_the_content_of_its_marker() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("a.idx/dedupe-index", "index of dedupe, format 5\n");
        write("a.idx/notes.txt", "An index has no documents.");
        write("b.idx/dedupe-index.new", "index of dedupe, format 5\n");
        write("c/dedupe-index", "A list of all that was done.");
        write("c/story.txt", "The ferries run again.");
        let found = walk(&[folder.path().to_owned()], &Options::default());
        let names: Vec<_> = (found.inputs.iter())
            .filter_map(|input| input.path().rsplit('/').next())
            .collect();
        assert_eq!(names, ["dedupe-index", "story.txt"]);
        assert_eq!(found.ignored, 2);
    }
}
