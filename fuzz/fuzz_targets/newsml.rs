#![no_main]
//! Reads any bytes as NewsML-G2 or NITF.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| news_dedupe_fuzz::run_target("newsml", bytes));
