//! The token of the service, from a file or from the environment.

use crate::cli::messages::{Failure, without_number};
use dedupe_serve::Token;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The variable that has the token if no file is named.
const VARIABLE: &str = "DEDUPE_TOKEN";
/// Bytes of the file that are read: more than a token has.
const MAX_BYTES: u64 = 4096;

/// The token in a file; without a file, the one in the environment.
pub(super) fn token(file: Option<&Path>) -> Result<Option<Token>, Failure> {
    let (place, text) = match file {
        Some(file) => {
            let place = file.display().to_string();
            let text = read(file).map_err(|error| Failure::Token {
                place: place.clone(),
                error: without_number(&error),
            })?;
            (place, text)
        }
        None => match std::env::var_os(VARIABLE) {
            Some(text) => (VARIABLE.to_owned(), text.to_string_lossy().into_owned()),
            None => return Ok(None),
        },
    };
    let token = Token::new(&text).map_err(|error| Failure::Token {
        place,
        error: error.to_string(),
    })?;
    Ok(Some(token))
}

fn read(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(file)?
        .take(MAX_BYTES)
        .read_to_string(&mut text)?;
    Ok(text)
}
