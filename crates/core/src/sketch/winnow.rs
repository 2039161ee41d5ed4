//! Winnowing: the MinHash of every window of `w` consecutive shingles (Schleimer, Wilkerson and Aiken 2003,
//! "Winnowing: Local Algorithms for Document Fingerprinting", section 4).
//!
//! It gives a guarantee, not a probability: two documents that share a verbatim run of `w + n - 1` words share a
//! fingerprint, where `n` is the words in a shingle. The expected density is `2 / (w + 1)` of the shingles.

/// Calls `keep(position, hash)` for each fingerprint of `hashes`, in order of the positions.
///
/// If a window has several minima, the rightmost is kept, unless one that is already kept is still in the window
/// (robust winnowing, section 5.1). A document with fewer than `window` shingles has one fingerprint, so that every
/// document with words has at least one.
///
/// `window`: 0 counts as 1. Time: expected linear in `hashes`; times `window` if they decrease or increase steadily.
pub fn winnow(hashes: &[u64], window: usize, mut keep: impl FnMut(usize, u64)) {
    let window = window.max(1);
    let Some(mut least) = rightmost_least(hashes, 0, window.min(hashes.len())) else {
        return;
    };
    keep(least, hashes[least]);
    for end in window..hashes.len() {
        let begin = end + 1 - window;
        if least < begin {
            least = rightmost_least(hashes, begin, end + 1).unwrap_or(end);
        } else if hashes[end] < hashes[least] {
            least = end;
        } else {
            continue;
        }
        keep(least, hashes[least]);
    }
}

/// The position of the least hash in `begin..end`; the rightmost one if several are equal.
fn rightmost_least(hashes: &[u64], begin: usize, end: usize) -> Option<usize> {
    let (&first, rest) = hashes.get(begin..end)?.split_first()?;
    // The order of hashes is random, so a branch on it would be mispredicted. Both values are selected instead.
    let (least, _) = (1..)
        .zip(rest)
        .fold((0, first), |(least, value), (at, &hash)| {
            let better = hash <= value;
            (
                if better { at } else { least },
                if better { hash } else { value },
            )
        });
    Some(begin + least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kept(hashes: &[u64], window: usize) -> Vec<(usize, u64)> {
        let mut out = vec![];
        winnow(hashes, window, |at, hash| out.push((at, hash)));
        out
    }

    proptest! {
        #[test]
        fn the_minimum_of_every_window_is_kept(
            hashes in prop::collection::vec(0u64..50, 1..200),
            window in 1usize..20,
        ) {
            let kept = kept(&hashes, window);
            prop_assert!(kept.windows(2).all(|p| p[0].0 < p[1].0));
            for begin in 0..=hashes.len().saturating_sub(window) {
                let end = (begin + window).min(hashes.len());
                let least = *hashes[begin..end].iter().min().unwrap();
                prop_assert!(kept.iter().any(|&(at, hash)| (begin..end).contains(&at) && hash == least));
            }
        }

        #[test]
        fn documents_that_share_a_window_share_a_fingerprint(
            before in prop::collection::vec(any::<u64>(), 0..60),
            shared in prop::collection::vec(any::<u64>(), 15..40),
            after in prop::collection::vec(any::<u64>(), 0..60),
        ) {
            let other: Vec<u64> = before.iter().chain(&shared).chain(&after).copied().collect();
            let (a, b) = (kept(&shared, 15), kept(&other, 15));
            prop_assert!(a.iter().any(|x| b.iter().any(|y| x.1 == y.1)));
        }
    }

    #[test]
    fn density_is_two_of_window_plus_one() {
        let hashes: Vec<u64> = (0..200_000u64)
            .map(|x| xxhash_rust::xxh3::xxh3_64(&x.to_le_bytes()))
            .collect();
        let density = kept(&hashes, 15).len() as f64 / hashes.len() as f64;
        assert!((density - 0.125).abs() < 0.002, "{density}");
    }

    #[test]
    fn a_short_document_has_one_fingerprint() {
        assert_eq!(kept(&[5, 3, 4], 15), [(1, 3)]);
        assert!(kept(&[], 15).is_empty());
    }

    #[test]
    fn of_equal_minima_the_rightmost_is_kept_and_then_stays() {
        assert_eq!(kept(&[1, 1, 1, 1, 1, 1, 1], 3), [(2, 1), (5, 1)]);
        assert_eq!(kept(&[2, 1, 3, 1, 4, 5], 3), [(1, 1), (3, 1)]);
    }

    #[test]
    fn a_window_of_nothing_keeps_every_shingle() {
        assert_eq!(kept(&[5, 3, 4], 0), [(0, 5), (1, 3), (2, 4)]);
        assert_eq!(kept(&[5, 3, 4], 1), [(0, 5), (1, 3), (2, 4)]);
    }
}
