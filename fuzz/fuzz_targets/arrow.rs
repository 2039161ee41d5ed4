#![no_main]
//! Reads any bytes as Arrow IPC.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| news_dedupe_fuzz::run_target("arrow", bytes));
