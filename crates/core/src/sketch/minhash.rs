//! The MinHash signature of a shingle set (Broder 1997), by one permutation hashing (Li, Owen and Zhang 2012) with
//! optimal densification (Shrivastava 2017, "Optimal Densification for Fast and Accurate Minwise Hashing",
//! algorithm 1).
//!
//! The share of lanes in which two signatures agree estimates the resemblance `J` of the two sets. The estimate has
//! no bias and a standard deviation of about `sqrt(J (1 - J) / LANES)`. It needs one hash per shingle instead of
//! [`LANES`]: the top bits of the hash select a lane, and the lane keeps the lowest value of the next 31 bits.

/// Lanes of a signature. With 128, the standard deviation of the estimate is at most 0.045.
pub const LANES: usize = 128;
const LANE_BITS: u32 = LANES.trailing_zeros();

/// A lane without shingles. Values have 31 bits, so none equals it.
const EMPTY: u32 = u32::MAX;

/// The MinHash of one shingle set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature(pub [u32; LANES]);

impl Signature {
    /// The signature of a set of shingle hashes; `None` for the empty set. Repeated hashes have no effect. Time linear
    /// in `hashes`.
    #[must_use]
    pub fn of(hashes: &[u64]) -> Option<Self> {
        let mut lanes = [EMPTY; LANES];
        for &hash in hashes {
            let lane = &mut lanes[(hash >> (64 - LANE_BITS)) as usize];
            let value = ((hash << LANE_BITS) >> 33) as u32;
            *lane = value.min(*lane);
        }
        (!hashes.is_empty()).then(|| Self(densify(lanes)))
    }

    /// The share of lanes that agree: an estimate of the resemblance of the two sets.
    #[must_use]
    pub fn resemblance(&self, other: &Self) -> f64 {
        let agree = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        agree as f64 / LANES as f64
    }
}

/// Copies a value into each empty lane, from the first non-empty lane of a pseudo-random sequence. The sequence
/// depends only on the lane, so two sets use the same one.
fn densify(lanes: [u32; LANES]) -> [u32; LANES] {
    let mut full = lanes;
    if !lanes.contains(&EMPTY) {
        return full;
    }
    for (lane, value) in full.iter_mut().enumerate().filter(|(_, v)| **v == EMPTY) {
        let mut sequence = LaneSequence(lane as u64);
        // At least one of the lanes is not empty, so each draw ends the loop with probability 1 / LANES or more.
        while *value == EMPTY {
            *value = lanes[sequence.next_lane()];
        }
    }
    full
}

/// A fixed pseudo-random sequence of lanes for each seed (SplitMix64, with one multiplication more).
struct LaneSequence(u64);

impl LaneSequence {
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

    /// The true resemblance, and the mean and root mean square error of the estimate, over many pairs of sets of
    /// `size` shingles that have `shared` in common.
    fn errors(size: u64, shared: u64) -> (f64, f64, f64) {
        let truth = shared as f64 / (2 * size - shared) as f64;
        let trials = 600;
        let (mut sum, mut squares) = (0.0, 0.0);
        for seed in 0..trials {
            let a = Signature::of(&set(0..size, seed)).unwrap();
            let b = Signature::of(&set(size - shared..2 * size - shared, seed)).unwrap();
            let error = a.resemblance(&b) - truth;
            sum += error;
            squares += error * error;
        }
        let n = f64::from(trials as u32);
        (truth, sum / n, (squares / n).sqrt())
    }

    #[test]
    fn the_estimate_is_unbiased_and_within_its_error() {
        for (size, shared) in [(400, 40), (400, 200), (400, 380), (60, 40), (20, 10)] {
            let (truth, bias, rms) = errors(size, shared);
            // A small set fills fewer lanes than 128: its size bounds the error.
            let lanes = 128f64.min(size as f64 * 0.6);
            let expected = (truth * (1.0 - truth) / lanes).sqrt();
            assert!(bias.abs() < 0.015, "{size} {shared}: bias {bias}");
            assert!(
                rms < 1.3 * expected + 0.005,
                "{size} {shared}: {rms}, expected {expected}"
            );
        }
    }

    #[test]
    fn equal_sets_agree_in_any_order_and_with_repetitions() {
        let a = set(0..30, 1);
        let b: Vec<u64> = a.iter().rev().chain(&a).copied().collect();
        assert_eq!(Signature::of(&a), Signature::of(&b));
        assert_eq!(Signature::of(&[]), None);
    }

    /// Chance agreement would propose pairs of unrelated documents.
    #[test]
    fn disjoint_sets_hardly_agree() {
        for seed in 0..50 {
            let a = Signature::of(&set(0..400, seed)).unwrap();
            let b = Signature::of(&set(400..800, seed)).unwrap();
            assert!(a.resemblance(&b) < 0.02, "{seed}");
        }
    }
}
