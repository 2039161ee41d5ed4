#![no_main]
//! Reads any bytes as a saved report, and writes it in every format.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| news_dedupe_fuzz::run_target("saved_report", bytes));
