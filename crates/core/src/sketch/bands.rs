//! Locality-sensitive hashing of signatures by bands (Leskovec, Rajaraman and Ullman, "Mining of
//! Massive Datasets", section 3.4): two documents meet in a bucket where all rows of a band agree,
//! which happens with probability `1 - (1 - J^r)^b`, the S-curve.

use super::minhash::{LANES, Signature};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How a signature is cut: `bands * rows <= LANES`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bands {
    /// Buckets a document falls into.
    pub bands: usize,
    /// Lanes that must agree for a bucket.
    pub rows: usize,
}

impl Bands {
    /// The cut whose S-curve errs least about `threshold`: least area of false negatives above it plus
    /// false positives below it, over all rows with as many bands as fit.
    #[must_use]
    pub fn for_threshold(threshold: f64) -> Self {
        let cuts = (1..=LANES).map(|rows| Self {
            bands: LANES / rows,
            rows,
        });
        cuts.min_by(|a, b| a.error(threshold).total_cmp(&b.error(threshold)))
            .unwrap_or(Self {
                bands: LANES,
                rows: 1,
            })
    }

    /// Probability that two sets of Jaccard similarity `resemblance` meet in a bucket.
    #[must_use]
    pub fn probability(self, resemblance: f64) -> f64 {
        1.0 - (1.0 - resemblance.powi(self.rows as i32)).powi(self.bands as i32)
    }

    fn error(self, threshold: f64) -> f64 {
        const STEPS: u32 = 200;
        (0..STEPS)
            .map(|k| (f64::from(k) + 0.5) / f64::from(STEPS))
            .map(|j| {
                let met = self.probability(j);
                if j < threshold { met } else { 1.0 - met }
            })
            .sum()
    }

    /// Calls `bucket(hash)` once a band.
    pub fn buckets(self, signature: &Signature, mut bucket: impl FnMut(u64)) {
        let mut bytes = [0u8; 4 * LANES];
        for (band, lanes) in signature
            .0
            .chunks_exact(self.rows)
            .take(self.bands)
            .enumerate()
        {
            for (four, lane) in bytes.chunks_exact_mut(4).zip(lanes) {
                four.copy_from_slice(&lane.to_le_bytes());
            }
            bucket(xxh3_64_with_seed(&bytes[..4 * self.rows], band as u64));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cut_follows_the_threshold() {
        for (threshold, bands, rows) in [(0.5, 25, 5), (0.8, 9, 13)] {
            assert_eq!(Bands::for_threshold(threshold), Bands { bands, rows });
        }
    }

    #[test]
    fn the_s_curve_rises_about_the_threshold() {
        let cut = Bands::for_threshold(0.5);
        assert!(cut.probability(0.2) < 0.01 && cut.probability(0.8) > 0.99);
    }

    #[test]
    fn documents_meet_as_often_as_the_s_curve_says() {
        let cut = Bands::for_threshold(0.5);
        let (shared, size, rounds) = (200u64, 300u64, 400);
        let met = (0..rounds).filter(|&seed| {
            let sign = |from: u64| {
                let set: Vec<u64> = (from..from + size)
                    .map(|x| xxh3_64_with_seed(&x.to_le_bytes(), seed))
                    .collect();
                let mut buckets = vec![];
                cut.buckets(&Signature::of(&set).unwrap(), |hash| buckets.push(hash));
                buckets
            };
            sign(0)
                .iter()
                .zip(sign(size - shared))
                .any(|(a, b)| *a == b)
        });
        let share = met.count() as f64 / rounds as f64;
        let expected = cut.probability(shared as f64 / (2 * size - shared) as f64);
        assert!((share - expected).abs() < 0.1, "{share} against {expected}");
    }
}
