#![no_main]
//! Reads any bytes as JSON Lines.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| news_dedupe_fuzz::run_target("jsonl", bytes));
