#![no_main]
//! Divides any text into words.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| news_dedupe_fuzz::run_target("text", bytes));
