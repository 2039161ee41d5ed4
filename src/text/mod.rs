//! From text to words: segmentation, normalisation, byte ranges, shingles. Pure functions.
