//! Locality-sensitive hashing of signatures by bands (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets",
//! section 3.4).
//!
//! A signature is cut into bands of `r` rows, and each band is hashed to a bucket. Two documents meet in a bucket
//! if all rows of a band agree. With `b` bands this happens with probability `1 - (1 - J^r)^b`, the S-curve, where
//! `J` is their resemblance.

use super::minhash::{LANES, Signature};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How a signature is cut: `bands * rows <= LANES`, `rows` at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bands {
    /// Buckets of a document.
    pub bands: usize,
    /// Lanes that must agree for a common bucket.
    pub rows: usize,
}

impl Bands {
    /// The cut for the default threshold, which need not be found.
    pub const DEFAULT: Self = Self { bands: 25, rows: 5 };

    /// The cut whose S-curve is closest to a step at `threshold`: the area of false negatives above it plus false
    /// positives below it is the smallest. Tries each number of rows, with as many bands as fit.
    #[must_use]
    pub fn for_threshold(threshold: f64) -> Self {
        let steps = (0..STEPS).map(|k| (f64::from(k) + 0.5) / f64::from(STEPS));
        let steps: Vec<f64> = steps.collect();
        // By step: its power for the number of rows.
        let mut powers = vec![1.0; steps.len()];
        let mut best = (
            f64::INFINITY,
            Self {
                bands: LANES,
                rows: 1,
            },
        );
        for rows in 1..=LANES {
            for (power, step) in powers.iter_mut().zip(&steps) {
                *power *= step;
            }
            let cut = Self {
                bands: LANES / rows,
                rows,
            };
            if let Some(error) = cut.error_below(best.0, threshold, &steps, &powers) {
                best = (error, cut);
            }
        }
        best.1
    }

    /// The probability that two documents of this resemblance meet in a bucket.
    #[must_use]
    pub fn probability(self, resemblance: f64) -> f64 {
        self.probability_of_power(resemblance.powi(self.rows as i32))
    }

    /// The same. `power`: their resemblance to the power of the rows.
    fn probability_of_power(self, power: f64) -> f64 {
        1.0 - (1.0 - power).powi(self.bands as i32)
    }

    /// The area between the S-curve and a step at `threshold`, times [`STEPS`], by the midpoint rule. `None` if it is not below
    /// `limit`.
    fn error_below(self, limit: f64, threshold: f64, steps: &[f64], powers: &[f64]) -> Option<f64> {
        let mut error = 0.0;
        for (&step, &power) in steps.iter().zip(powers) {
            let met = self.probability_of_power(power);
            error += if step < threshold { met } else { 1.0 - met };
            if error >= limit {
                return None;
            }
        }
        Some(error)
    }

    /// Calls `bucket(hash)` for each band, in order. Nothing is called if the cut has 0 rows or is too large.
    pub fn buckets(self, signature: &Signature, mut bucket: impl FnMut(u64)) {
        if self.rows == 0 {
            return;
        }
        let mut bytes = [0u8; 4 * LANES];
        for (four, lane) in bytes.as_chunks_mut().0.iter_mut().zip(signature.0) {
            *four = lane.to_le_bytes();
        }
        let bands = bytes.chunks_exact(self.rows.saturating_mul(4));
        for (band, lanes) in bands.take(self.bands).enumerate() {
            bucket(xxh3_64_with_seed(lanes, band as u64));
        }
    }
}

/// Steps of the integral in [`Bands::error_below`]. They decide only between cuts that are almost equally good.
const STEPS: u32 = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::model::DEFAULT_THRESHOLD;

    #[test]
    fn the_cut_follows_the_threshold() {
        for (threshold, bands, rows) in [(0.1, 64, 2), (0.5, 25, 5), (0.8, 9, 13)] {
            assert_eq!(Bands::for_threshold(threshold), Bands { bands, rows });
        }
    }

    #[test]
    fn the_s_curve_rises_around_the_threshold() {
        let cut = Bands::for_threshold(DEFAULT_THRESHOLD);
        assert_eq!(cut, Bands::DEFAULT);
        assert!(cut.probability(0.2) < 0.01 && cut.probability(0.8) > 0.99);
    }

    #[test]
    fn documents_meet_with_the_probability_of_the_s_curve() {
        let cut = Bands::for_threshold(0.5);
        let (shared, size, trials) = (200u64, 300u64, 400);
        let met = (0..trials).filter(|&seed| {
            let buckets = |from: u64| {
                let set: Vec<u64> = (from..from + size)
                    .map(|x| xxh3_64_with_seed(&x.to_le_bytes(), seed))
                    .collect();
                let mut buckets = vec![];
                cut.buckets(&Signature::of(&set).unwrap(), |hash| buckets.push(hash));
                buckets
            };
            let pairs = buckets(0).into_iter().zip(buckets(size - shared));
            pairs.into_iter().any(|(a, b)| a == b)
        });
        let share = met.count() as f64 / trials as f64;
        let expected = cut.probability(shared as f64 / (2 * size - shared) as f64);
        assert!(
            (share - expected).abs() < 0.1,
            "{share}, expected {expected}"
        );
    }

    /// Otherwise documents whose lanes agree in different bands would share a bucket.
    #[test]
    fn equal_lanes_of_different_bands_have_different_buckets() {
        let mut buckets = vec![];
        let cut = Bands { bands: 4, rows: 3 };
        cut.buckets(&Signature([7; LANES]), |hash| buckets.push(hash));
        assert_eq!(buckets.len(), 4);
        buckets.sort_unstable();
        buckets.dedup();
        assert_eq!(buckets.len(), 4);
    }

    #[test]
    fn a_cut_without_rows_or_beyond_the_signature_is_harmless() {
        let count = |bands, rows| {
            let mut count = 0;
            Bands { bands, rows }.buckets(&Signature([7; LANES]), |_| count += 1);
            count
        };
        assert_eq!(count(3, 0), 0);
        assert_eq!(count(1000, 5), LANES / 5);
        assert_eq!(count(1, LANES + 1), 0);
    }
}
