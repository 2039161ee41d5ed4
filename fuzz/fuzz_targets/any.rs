#![no_main]
//! Reads any bytes as the format that they look like: compressed streams, archives, and all other
//! formats.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| news_dedupe_fuzz::run_target("any", bytes));
