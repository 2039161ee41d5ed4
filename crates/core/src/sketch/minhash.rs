//! The MinHash signature of a shingle set (Broder 1997), by one permutation hashing (Li, Owen and
//! Zhang 2012) with optimal densification (Shrivastava 2017, "Optimal Densification for Fast and
//! Accurate Minwise Hashing", algorithm 1).
//!
//! The share of lanes in which two signatures agree estimates the Jaccard similarity of the two sets
//! without bias, with a standard deviation of about `sqrt(J (1 - J) / LANES)`. One hash a shingle
//! instead of `LANES`: the hash's top bits choose the lane, the next ones compete for it.

/// Lanes of a signature.
pub const LANES: usize = 128;
const LANE_BITS: u32 = LANES.trailing_zeros();

/// A lane that no shingle fell into. No value reaches it: values have 31 bits.
const EMPTY: u32 = u32::MAX;

/// The MinHash of one shingle set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature(pub [u32; LANES]);

impl Signature {
    /// The signature of a set of shingle hashes (repetitions do no harm); none for the empty set.
    /// Time linear in `hashes`.
    #[must_use]
    pub fn of(hashes: &[u64]) -> Option<Self> {
        let mut lanes = [EMPTY; LANES];
        for &hash in hashes {
            let lane = &mut lanes[(hash >> (64 - LANE_BITS)) as usize];
            let value = ((hash << LANE_BITS) >> 33) as u32;
            *lane = value.min(*lane);
        }
        (!hashes.is_empty()).then(|| Self(densified(lanes)))
    }

    /// Share of lanes that agree: the estimate of the sets' Jaccard similarity.
    #[must_use]
    pub fn resemblance(&self, other: &Self) -> f64 {
        let agree = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        agree as f64 / LANES as f64
    }
}

/// Fills each empty lane from a lane that its own sequence of pseudo-random draws finds first; the
/// sequence depends on the lane alone, so that two sets draw alike.
fn densified(lanes: [u32; LANES]) -> [u32; LANES] {
    let mut full = lanes;
    if !lanes.contains(&EMPTY) {
        return full;
    }
    for (lane, value) in full.iter_mut().enumerate().filter(|(_, v)| **v == EMPTY) {
        let mut draws = Draws(lane as u64);
        // Ends with probability one, soon: at least one lane in LANES is not empty.
        while *value == EMPTY {
            *value = lanes[draws.next_lane()];
        }
    }
    full
}

/// A fixed pseudo-random sequence of lanes for each start (SplitMix64).
struct Draws(u64);

impl Draws {
    fn next_lane(&mut self) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0.wrapping_mul(0xff51_afd7_ed55_8ccd);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z >> (64 - LANE_BITS)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_64_with_seed;

    fn set(range: std::ops::Range<u64>, seed: u64) -> Vec<u64> {
        range
            .map(|x| xxh3_64_with_seed(&x.to_le_bytes(), seed))
            .collect()
    }

    /// Mean error and root mean square error of the estimate over many pairs of sets of `size`
    /// shingles that share `shared` of them.
    fn errors(size: u64, shared: u64) -> (f64, f64, f64) {
        let truth = shared as f64 / (2 * size - shared) as f64;
        let rounds = 600;
        let (mut sum, mut squares) = (0.0, 0.0);
        for seed in 0..rounds {
            let a = Signature::of(&set(0..size, seed)).unwrap();
            let b = Signature::of(&set(size - shared..2 * size - shared, seed)).unwrap();
            let error = a.resemblance(&b) - truth;
            sum += error;
            squares += error * error;
        }
        let n = f64::from(rounds as u32);
        (truth, sum / n, (squares / n).sqrt())
    }

    #[test]
    fn the_estimate_is_unbiased_and_within_its_error() {
        for (size, shared) in [(400, 40), (400, 200), (400, 380), (60, 40), (20, 10)] {
            let (truth, bias, rms) = errors(size, shared);
            // A sparse set has fewer lanes of its own than LANES: its size bounds the error.
            let lanes = (LANES as f64).min(size as f64 * 0.6);
            let expected = (truth * (1.0 - truth) / lanes).sqrt();
            assert!(bias.abs() < 0.015, "{size} {shared}: bias {bias}");
            assert!(
                rms < 1.3 * expected + 0.005,
                "{size} {shared}: {rms} over {expected}"
            );
        }
    }

    #[test]
    fn equal_sets_agree_whatever_their_order_and_repetitions() {
        let a = set(0..30, 1);
        let b: Vec<u64> = a.iter().rev().chain(&a).copied().collect();
        assert_eq!(Signature::of(&a), Signature::of(&b));
        assert_eq!(Signature::of(&[]), None);
    }
}
