//! Generates documents, as word ids, for the benches. They are the same on every machine and in every run.

// Each bench uses a part of this module.
#![allow(dead_code)]

/// A pseudo-random sequence (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(crate) fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An integer from 0 to `limit` - 1.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next_u64() % limit.max(1) as u64) as usize
    }

    /// A number from 0 to 1, without 1.
    fn fraction(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A word id. The vocabulary has 30,000 words: few are frequent and most are rare, as in any language.
    fn word(&mut self) -> u32 {
        let rank = (30_000f64.powf(self.fraction())) as u32;
        rank.wrapping_mul(0x9e37_79b1) >> 1
    }

    /// An article of this many words.
    pub(crate) fn article(&mut self, words: usize) -> Vec<u32> {
        (0..words).map(|_| self.word()).collect()
    }

    /// A copy of `article` in which this share of the words is misread.
    pub(crate) fn misread(&mut self, article: &[u32], share: f64) -> Vec<u32> {
        let changed = article.iter().map(|&word| {
            if self.fraction() < share {
                self.word()
            } else {
                word
            }
        });
        changed.collect()
    }
}

/// A corpus of this many documents. Of each ten, seven are articles of 150 to 849 words, two are edited copies of
/// earlier documents, and one is a page of six earlier documents, each cut to 600 words.
pub(crate) fn corpus(documents: usize) -> Vec<Vec<u32>> {
    let mut random = Random::new(1);
    let mut corpus: Vec<Vec<u32>> = Vec::with_capacity(documents);
    for index in 0..documents {
        let document = match index % 10 {
            7 | 8 => {
                let earlier = random.below(index);
                random.misread(&corpus[earlier], 0.02)
            }
            9 => (0..6)
                .flat_map(|_| corpus[random.below(index)].iter().take(600).copied())
                .collect(),
            _ => {
                let words = 150 + random.below(700);
                random.article(words)
            }
        };
        corpus.push(document);
    }
    corpus
}
