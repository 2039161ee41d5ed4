#![no_main]
//! Reads any bytes as a saved web page.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| news_dedupe_fuzz::run_target("mhtml", bytes));
