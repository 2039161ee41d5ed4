//! How much two documents must share to be a candidate pair.

/// Pivots of a frequent bucket. One is enough, since similar documents meet in many buckets.
pub const BUCKET_PIVOTS: usize = 1;
/// Fingerprints that a candidate pair shares: one alone is often chance.
const MIN_SHARED: u32 = 2;
/// One shared fingerprint is enough if a document has at most this many. A brief of 50 to 100 words often shares only a
/// sentence or two with the full story.
pub const SHORT_DOCUMENT: u32 = 10;

/// The fingerprints that two documents must share to be a candidate pair. `a`, `b`: how many they have.
#[must_use]
pub fn required_fingerprints(a: u32, b: u32) -> u32 {
    if is_short(a.min(b)) { 1 } else { MIN_SHARED }
}

/// True if one shared fingerprint is enough for a document with so many fingerprints.
#[must_use]
pub fn is_short(fingerprints: u32) -> bool {
    fingerprints <= SHORT_DOCUMENT
}

/// True if a document shares half of its fingerprints with another. Two documents that have such a partner need no common
/// bucket: if they are similar as a whole, they share fingerprints too. `shared` of `all` fingerprints.
#[must_use]
pub fn is_partner(shared: u32, all: u32) -> bool {
    2 * u64::from(shared) >= u64::from(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_document_needs_one_fingerprint_and_others_two() {
        let required = [(10, 99), (99, 10), (11, 11), (0, 0)];
        let required = required.map(|(a, b)| required_fingerprints(a, b));
        assert_eq!(required, [1, 1, 2, 1]);
    }

    #[test]
    fn a_partner_has_half_of_the_fingerprints() {
        let partners = [(2, 4), (2, 5), (3, 5), (3, 6), (3, 7), (u32::MAX, u32::MAX)];
        assert_eq!(
            partners.map(|(a, b)| is_partner(a, b)),
            [true, false, true, true, false, true]
        );
    }
}
