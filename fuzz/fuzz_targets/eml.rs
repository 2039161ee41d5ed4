#![no_main]
//! Reads any bytes as a mail message.

use dedupe_formats::{InputFormat, Options, read_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = Options {
        format: InputFormat::named("eml"),
        ..Options::default()
    };
    let _ = read_bytes(bytes.to_vec(), &options, &mut |_| {});
});
