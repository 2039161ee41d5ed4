#![no_main]
//! Reads any bytes as JSON in any layout.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| news_dedupe_fuzz::run_target("json", bytes));
