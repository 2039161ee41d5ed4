//! Whole readings: files on disk in, documents and faults out. One test for each bad input.
