//! Names of outputs. A name that stands for another format than that of the output is refused.

use super::arg_values::FormatArg;
use super::messages::Failure;
use super::output::is_compressed;
use dedupe_report::Format;
use std::path::Path;

/// Extensions that no report has, or that only a Parquet report has.
const OTHER_FORMATS: [&str; 11] = [
    "arrow", "doc", "docx", "feather", "ods", "parquet", "pdf", "pq", "xls", "xlsb", "xlsx",
];

/// The names that a report can be written to.
const REPORT_NAMES: &str = ".json, .jsonl, .html, .csv, .tsv, .txt, .xml, .sarif or .parquet";

/// What a format is called, and the extension of its files.
pub(super) fn names(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Text => ("text", ".txt"),
        Format::Json => ("JSON", ".json"),
        Format::Jsonl => ("JSON Lines", ".jsonl"),
        Format::Html => ("HTML", ".html"),
        Format::Csv => ("CSV", ".csv"),
        #[cfg(feature = "parquet")]
        Format::Parquet => ("Parquet", ".parquet"),
        Format::Pairs => ("pairs", ".tsv"),
        Format::Sarif => ("SARIF", ".sarif or .json"),
        Format::Github => ("annotations", ".txt"),
        Format::Gitlab => ("a code quality report", ".json"),
        Format::Junit => ("JUnit XML", ".xml"),
    }
}

/// Fails if the name of the output stands for another format than that of the report, or does not tell the format although
/// no option does. `given`: the option.
pub(super) fn check_report(
    given: FormatArg,
    format: Format,
    output: Option<&Path>,
) -> Result<(), Failure> {
    if given == FormatArg::Auto {
        check_known(output, &or_name_the_format(REPORT_NAMES))?;
    }
    let Some(file) = output else {
        return Ok(());
    };
    let extension = file.extension().unwrap_or_default().to_ascii_lowercase();
    let is_foreign = OTHER_FORMATS.contains(&extension.to_str().unwrap_or_default());
    let is_text = !format.is_binary() && format != Format::Html;
    let (what, names, is_refused) = match Format::of_path(file) {
        Some(of_name) => {
            let fits = match of_name {
                Format::Json => matches!(format, Format::Sarif | Format::Gitlab),
                // Any format with lines of text may be in a file of this name.
                Format::Text => is_text,
                _ => false,
            };
            let (what, names) = names(format);
            (what, names, of_name != format && !fits)
        }
        None if is_text && format != Format::Pairs => ("the report", REPORT_NAMES, is_foreign),
        None => {
            let (what, names) = names(format);
            // `.pq` is a name of Parquet.
            (
                what,
                names,
                is_foreign && !(format.is_binary() && extension == "pq"),
            )
        }
    };
    match is_refused {
        true => Err(Failure::OtherFormat {
            what,
            file: file.to_owned(),
            names,
        }),
        false => Ok(()),
    }
}

/// True if the extension of a file stands for a format, of a report or of something else.
pub(super) fn is_known(file: &Path) -> bool {
    let extension = file.extension().unwrap_or_default().to_ascii_lowercase();
    let is_foreign = OTHER_FORMATS.contains(&extension.to_str().unwrap_or_default());
    is_foreign || Format::of_path(file).is_some()
}

/// What to do about a name that does not tell the format, where an option does too.
fn or_name_the_format(names: &str) -> String {
    format!("name the format with --format, or use a name that ends in {names}")
}

/// Fails if the extension of an output, which is to tell the format, does not. A file without an extension tells it.
fn check_known(output: Option<&Path>, advice: &str) -> Result<(), Failure> {
    // A compressed output is refused for another reason.
    let has_unknown =
        |file: &&Path| file.extension().is_some() && !is_known(file) && !is_compressed(file);
    match output.filter(has_unknown) {
        Some(file) => Err(Failure::UnknownExtension {
            file: file.to_owned(),
            advice: advice.to_owned(),
        }),
        None => Ok(()),
    }
}

/// An output that is no report and has one format only.
pub(super) struct Kind {
    /// What it is called in messages.
    what: &'static str,
    /// The extension that messages name.
    names: &'static str,
    /// All extensions of its format that also stand for formats of reports.
    extensions: &'static [&'static str],
}

pub(super) const BASELINE: Kind = Kind {
    what: "a baseline",
    names: ".json",
    extensions: &["json"],
};
pub(super) const DICTIONARY: Kind = Kind {
    what: "a dictionary",
    names: ".dictionary",
    extensions: &[],
};
pub(super) const MANIFEST: Kind = Kind {
    what: "a manifest",
    names: ".jsonl",
    extensions: &["jsonl", "ndjson", "json"],
};
pub(super) const IDS: Kind = Kind {
    what: "a list of ids",
    names: ".txt",
    extensions: &["txt", "text"],
};
pub(super) const DOCUMENTS: Kind = Kind {
    what: "JSON Lines",
    names: ".jsonl",
    extensions: &["jsonl", "ndjson"],
};
/// The result of a subcommand that writes JSON or text, as its name tells.
pub(super) const RESULT: Kind = Kind {
    what: "the result",
    names: ".json or .txt",
    extensions: &["json", "txt", "text"],
};
pub(super) const JSON: Kind = Kind {
    what: "JSON",
    names: ".json",
    extensions: &["json"],
};
pub(super) const TEXT: Kind = Kind {
    what: "text",
    names: ".txt",
    extensions: &["txt", "text"],
};

impl Kind {
    /// As [`check`](Self::check), for an output whose name tells its format unless `--format` does.
    pub(super) fn check_telling(&self, output: Option<&Path>) -> Result<(), Failure> {
        self.check(output)?;
        check_known(output, &or_name_the_format(self.names))
    }

    /// As [`check`](Self::check), for an output of a command that writes no other format.
    pub(super) fn check_only(&self, output: Option<&Path>) -> Result<(), Failure> {
        self.check(output)?;
        check_known(output, &format!("use a name that ends in {}", self.names))
    }

    /// Fails if the name of the output stands for another format.
    pub(super) fn check(&self, output: Option<&Path>) -> Result<(), Failure> {
        let Some(file) = output else {
            return Ok(());
        };
        let extension = file.extension().unwrap_or_default().to_ascii_lowercase();
        let extension = extension.to_str().unwrap_or_default();
        match is_known(file) && !self.extensions.contains(&extension) {
            true => Err(Failure::OtherFormat {
                what: self.what,
                file: file.to_owned(),
                names: self.names,
            }),
            false => Ok(()),
        }
    }
}
