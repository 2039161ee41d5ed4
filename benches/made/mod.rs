//! Made documents, as word ids, for the benches: the same on every machine and in every run.

// Each bench takes what it needs.
#![allow(dead_code)]

/// Pseudo-random numbers from a seed (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.number() % limit.max(1) as u64) as usize
    }

    /// A number from 0 to 1.
    fn share(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A word id: a few of 30,000 words are frequent, most are rare, as in any language.
    fn word(&mut self) -> u32 {
        let rank = (30_000f64.powf(self.share())) as u32;
        rank.wrapping_mul(0x9e37_79b1) >> 1
    }

    /// A story of so many words.
    pub(crate) fn story(&mut self, words: usize) -> Vec<u32> {
        (0..words).map(|_| self.word()).collect()
    }

    /// The story with this share of its words misread.
    pub(crate) fn misread(&mut self, story: &[u32], share: f64) -> Vec<u32> {
        let changed = story.iter().map(|&word| {
            if self.share() < share {
                self.word()
            } else {
                word
            }
        });
        changed.collect()
    }
}

/// A corpus of articles of 150 to 850 words. Of ten, seven are new, two are edited copies of earlier
/// ones, and one is a page of six of them.
pub(crate) fn corpus(documents: usize) -> Vec<Vec<u32>> {
    let mut random = Random::new(1);
    let mut made: Vec<Vec<u32>> = Vec::with_capacity(documents);
    for at in 0..documents {
        let document = match at % 10 {
            7 | 8 => {
                let earlier = random.below(at);
                random.misread(&made[earlier], 0.02)
            }
            9 => (0..6)
                .flat_map(|_| made[random.below(at)].iter().take(600).copied())
                .collect(),
            _ => {
                let words = 150 + random.below(700);
                random.story(words)
            }
        };
        made.push(document);
    }
    made
}
