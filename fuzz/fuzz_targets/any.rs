#![no_main]
//! Reads any bytes as the format that they look like: compressed streams, archives, and all other
//! formats.

use dedupe_formats::{Options, read_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = Options {
        keep_stdin: true,
        ..Options::default()
    };
    let _ = read_bytes(bytes.to_vec(), &options, &mut |_| {});
});
