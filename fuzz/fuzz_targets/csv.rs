#![no_main]
//! Reads any bytes as a table with delimiters.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| news_dedupe_fuzz::run_target("csv", bytes));
