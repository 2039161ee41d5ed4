#![no_main]
//! Compares two texts.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| news_dedupe_fuzz::run_target("alignment", bytes));
