//! Explains pairs of a corpus, all from one reading: for a labelled set, say.
//!
//! Run it with: `cargo run --release --example explain_pairs -- corpus.jsonl pairs.tsv`
//!
//! Each line of `pairs.tsv` begins with two ids, separated by tabs. Each line of the output is the explanation of one pair
//! as JSON, or `null` if the corpus has no document of one of the ids.

use dedupe::{Job, JobInput, Resources, Rules, Silent};
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(corpus), Some(pairs)) = (arguments.next(), arguments.next()) else {
        return Err("usage: explain_pairs CORPUS PAIRS".into());
    };
    print_explanations(corpus, &pairs, &mut io::stdout().lock())
}

/// Prints the explanation of each pair in a file.
pub(crate) fn print_explanations(
    corpus: PathBuf,
    pairs: &Path,
    out: &mut dyn Write,
) -> Result<(), Box<dyn Error>> {
    let lines = fs::read_to_string(pairs)?;
    let pairs: Vec<(String, String)> = lines.lines().filter_map(ids).collect();
    let job = Job {
        input: JobInput::Paths(&[corpus]),
        reading: &dedupe::formats::Options::default(),
        rules: &Rules::default(),
        resources: &Resources::default(),
        progress: &Silent,
    };
    for explanation in dedupe::explain::explain_all(&job, &pairs)? {
        writeln!(out, "{}", serde_json::to_string(&explanation)?)?;
    }
    Ok(())
}

/// The first two fields of a line.
fn ids(line: &str) -> Option<(String, String)> {
    let mut fields = line.split('\t');
    Some((fields.next()?.to_owned(), fields.next()?.to_owned()))
}
