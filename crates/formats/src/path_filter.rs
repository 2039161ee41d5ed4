//! Selects files by glob patterns.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::path::Path;

/// Which files to read, by patterns such as `*.json` and `drafts/**`.
///
/// A pattern without a slash is compared with the name of a file or folder, others with the path below the
/// given folder. `*` and `?` do not match a slash, `**` does.
#[derive(Clone, Debug, Default)]
pub struct PathFilter {
    include: GlobSet,
    exclude: GlobSet,
    /// The patterns as given: those to include, then those to exclude.
    patterns: [Vec<String>; 2],
}

/// A pattern that is not valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pattern {pattern} is not valid: {reason}")]
pub struct InvalidPattern {
    /// The pattern as given.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

impl PathFilter {
    /// A filter that accepts the files that match a pattern of `include`, or all files if that is empty, and
    /// match none of `exclude`.
    ///
    /// # Errors
    ///
    /// A pattern is not valid.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, InvalidPattern> {
        Ok(Self {
            include: globs(include)?,
            exclude: globs(exclude)?,
            patterns: [include.to_vec(), exclude.to_vec()],
        })
    }

    /// True if the file is to be read.
    pub(crate) fn accepts(&self, file: &Path) -> bool {
        (self.include.is_empty() || self.include.is_match(file)) && !self.excludes(file)
    }

    /// True if nothing in the folder is to be read, or the file is not.
    pub(crate) fn excludes(&self, path: &Path) -> bool {
        self.exclude.is_match(path)
    }
}

impl PartialEq for PathFilter {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl Eq for PathFilter {}

fn globs(patterns: &[String]) -> Result<GlobSet, InvalidPattern> {
    let invalid = |pattern: &str, error: &globset::Error| InvalidPattern {
        pattern: pattern.to_owned(),
        reason: error.kind().to_string(),
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let bare = pattern.trim_end_matches('/');
        let bare = bare.strip_prefix("./").unwrap_or(bare);
        let whole = match bare.strip_prefix('/') {
            Some(anchored) => anchored.to_owned(),
            None if bare.contains('/') => bare.to_owned(),
            None => format!("**/{bare}"),
        };
        let glob = GlobBuilder::new(&whole).literal_separator(true).build();
        set.add(glob.map_err(|error| invalid(pattern, &error))?);
    }
    let last = patterns.last().map_or("", String::as_str);
    set.build().map_err(|error| invalid(last, &error))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn check(include: &[&str], exclude: &[&str], path: &str, expected: bool) {
        let [include, exclude] = [include, exclude]
            .map(|list| list.iter().map(|&glob| glob.to_owned()).collect::<Vec<_>>());
        let filter = PathFilter::new(&include, &exclude).unwrap();
        assert_eq!(filter.accepts(Path::new(path)), expected, "{path}");
    }

    #[test]
    fn compares_names_and_paths() {
        check(&[], &[], "a/b.txt", true);
        check(&["*.txt"], &[], "a/b.txt", true);
        check(&["*.txt", "*.md"], &["b.*"], "a/b.txt", false);
        check(&["*.md"], &[], "a/b.txt", false);
        check(&["a/*.txt"], &[], "a/b.txt", true);
        check(&["a/*.txt"], &[], "x/a/b.txt", false);
        check(&["**/a/*.txt"], &[], "x/a/b.txt", true);
        check(&["/b.txt"], &[], "a/b.txt", false);
        check(&[], &["*"], "a/b.txt", false);
        check(&[], &["a/*"], "a/c/b.txt", true);
        check(&[], &["a/**"], "a/c/b.txt", false);
    }

    #[test]
    fn reports_an_invalid_pattern() {
        let error = PathFilter::new(&["[a".to_owned()], &[]).unwrap_err();
        assert_eq!(error.pattern, "[a");
        assert!(
            error
                .to_string()
                .starts_with("the pattern [a is not valid: ")
        );
    }
}
