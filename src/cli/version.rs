//! What `dedupe --version` prints besides the version: the commit and the features of this build.

/// The commit from which the program was built. `build.rs` or the environment of the build sets it.
const COMMIT: Option<&str> = option_env!("DEDUPE_COMMIT");

/// The features that select formats and commands, and whether this build has them.
const FEATURES: [(&str, bool); 10] = [
    ("archives", cfg!(feature = "archives")),
    ("arrow", cfg!(feature = "arrow")),
    ("codecs", cfg!(feature = "codecs")),
    ("feeds", cfg!(feature = "feeds")),
    ("html", cfg!(feature = "html")),
    ("mail", cfg!(feature = "mail")),
    ("parquet", cfg!(feature = "parquet")),
    ("serve", cfg!(feature = "serve")),
    ("tables", cfg!(feature = "tables")),
    ("warc", cfg!(feature = "warc")),
];

/// The long version. The same source, commit and features give the same text.
pub(crate) fn long() -> String {
    let features = FEATURES.into_iter().filter(|(_, is_on)| *is_on);
    let mut features: Vec<&str> = features.map(|(name, _)| name).collect();
    if features.is_empty() {
        features.push("none");
    }
    format!(
        "{}\ncommit: {}\nfeatures: {}",
        env!("CARGO_PKG_VERSION"),
        COMMIT.unwrap_or("unknown"),
        features.join(" ")
    )
}
