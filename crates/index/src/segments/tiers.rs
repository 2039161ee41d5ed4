//! Which segments to merge.
//!
//! Segments are merged with all newer ones as soon as those have three times their bytes together. So four segments of one
//! size become one, each byte is written again about once for each time that the archive grows fourfold, and the number
//! of segments is at most about three for each of these times.
//!
//! A lookup reads something of each segment. So at the end of an addition, segments are merged with all newer ones that have as
//! many bytes together. Then each is larger than all newer ones, and there are about two of any size.

use std::ops::Range;

/// How many times the bytes of a segment the newer ones have together, before they are merged with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ratio {
    /// While more is written.
    Growing = 3,
    /// When nothing more is written for now.
    Resting = 1,
}

/// Segments with fewer bytes count as having so many. Small ones are merged sooner.
const SMALLEST: u64 = 1 << 20;

/// The segments to merge now, by position. `bytes`: of each segment, the oldest first.
pub(super) fn due(bytes: &[u64], ratio: Ratio) -> Option<Range<usize>> {
    let mut newer = 0u64;
    let mut due = None;
    for (at, &bytes) in bytes.iter().enumerate().rev() {
        let bytes = bytes.max(SMALLEST);
        if newer >= bytes.saturating_mul(ratio as u64) {
            due = Some(at);
        }
        newer = newer.saturating_add(bytes);
    }
    due.map(|from| from..bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_segments_and_what_is_written_grow_with_the_logarithm() {
        for size in [1, 2 << 20, 37 << 20] {
            let (mut segments, mut written, mut most): (Vec<u64>, u64, usize) = (vec![], 0, 0);
            for _ in 0..4096 {
                segments.push(size);
                if let Some(due) = due(&segments, Ratio::Growing) {
                    let merged = segments.drain(due).sum();
                    written += merged;
                    segments.push(merged);
                }
                most = most.max(segments.len());
                assert_eq!(due(&segments, Ratio::Growing), None);
            }
            while let Some(due) = due(&segments, Ratio::Resting) {
                let merged = segments.drain(due).sum();
                segments.push(merged);
            }
            let newer = |at: usize| segments[at + 1..].iter().sum::<u64>();
            assert!((0..segments.len()).all(|at| newer(at) < segments[at].max(SMALLEST)));
            assert!(most <= 18, "{most}");
            if size > SMALLEST {
                assert!(written <= 6 * 4096 * size, "{}", written / (4096 * size));
            }
        }
    }

    #[test]
    fn a_large_commit_takes_the_small_segments_with_it() {
        let growing = |bytes: &[u64]| due(bytes, Ratio::Growing);
        assert_eq!(growing(&[2 << 20, 2 << 20, 100 << 20]), Some(0..3));
        assert_eq!(growing(&[100 << 20, 2 << 20, 2 << 20]), None);
        assert_eq!(growing(&[]), None);
        let resting = due(&[100 << 20, 2 << 20, 2 << 20], Ratio::Resting);
        assert_eq!(resting, Some(1..3));
    }
}
