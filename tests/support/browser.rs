//! A browser that acts as a reader.

use super::root;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Returns the browser, if there is one and the tools to control it.
#[allow(clippy::print_stderr)]
pub(crate) fn browser() -> Option<&'static Path> {
    static BROWSER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let folder = root().join("tests/browser");
    let found = BROWSER.get_or_init(|| {
        let _ = Command::new(folder.join("set-up")).status();
        let driven =
            folder.join("node_modules/playwright-core").is_dir() && in_path("node").is_some();
        let names = ["chromium", "chromium-browser", "google-chrome"];
        names.into_iter().find_map(in_path).filter(|_| driven)
    });
    if found.is_none() {
        eprintln!("skipped: chromium, node or playwright-core is missing");
    }
    found.as_deref()
}

fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut places = std::env::split_paths(&path).map(|folder| folder.join(program));
    places.find(|place| place.is_file())
}

/// Runs a scenario over a page: a file or an address.
#[allow(clippy::print_stdout)]
pub(crate) fn drive(browser: &Path, scenario: &str, page: &OsStr) {
    let output = Command::new("node")
        .arg(root().join("tests/browser/drive.mjs"))
        .args([browser.as_os_str(), OsStr::new(scenario), page])
        .args(std::env::var_os("SCREENSHOTS"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{scenario}: {errors}");
    print!("{}", String::from_utf8_lossy(&output.stdout));
}
