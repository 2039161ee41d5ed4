#![no_main]
//! Reads a dictionary that anybody may have written, and finds copies with it.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| news_dedupe_fuzz::run_target("dictionary", bytes));
