#![no_main]
//! Finds the copies among any texts, and writes the report in every format.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| news_dedupe_fuzz::run_target("pipeline", bytes));
