//! Generates the corpus: JSON Lines, the same bytes on every machine.
//!
//! Of each ten documents, six are articles and four are copies of earlier ones: the same words, edited, cut, and in a
//! page with five others. Eight publishers add their own footer. Every fourth article has letters beyond ASCII.

use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Documents of the corpus.
const DOCUMENTS: u64 = 1_500;
/// Words of the vocabulary.
const VOCABULARY: u64 = 20_000;
const PUBLISHERS: u64 = 8;
const ASCII: [&str; 16] = [
    "ba", "cor", "den", "fi", "gal", "hu", "lim", "mer", "no", "par", "qui", "ros", "su", "tan",
    "vel", "zi",
];
const OTHERS: [&str; 16] = [
    "bä", "çor", "dén", "fi", "gål", "hu", "lím", "mer", "nø", "par", "qui", "roß", "sü", "tan",
    "vel", "ži",
];

/// A document as it is in the file.
#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    id: String,
    source: String,
    date: String,
    title: String,
    /// The text.
    pub(crate) text: String,
}

/// Writes the corpus to a new file.
pub(crate) fn write(path: &Path) -> Result<(), Box<dyn Error>> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut random = Random(1);
    // The sentences of each document, without the footer.
    let mut earlier: Vec<Vec<String>> = Vec::new();
    for number in 0..DOCUMENTS {
        let sentences = sentences(&mut random, number, &earlier);
        serde_json::to_writer(&mut file, &record(&mut random, number, &sentences))?;
        file.write_all(b"\n")?;
        earlier.push(sentences);
    }
    file.flush()?;
    Ok(())
}

fn record(random: &mut Random, number: u64, sentences: &[String]) -> Record {
    let publisher = random.below(PUBLISHERS);
    let mut paragraphs: Vec<String> = sentences.chunks(3).map(|three| three.join(" ")).collect();
    paragraphs.push(footer(publisher));
    let (month, day) = (1 + random.below(12), 1 + random.below(28));
    let headline = sentences.first().map(String::as_str).unwrap_or_default();
    Record {
        id: format!("d{number:05}"),
        source: format!("publisher-{publisher}"),
        date: format!("2024-{month:02}-{day:02}T06:00:00Z"),
        title: headline.split(' ').take(8).collect::<Vec<_>>().join(" "),
        text: paragraphs.join("\n\n"),
    }
}

/// The passage that ends each document of a publisher.
fn footer(publisher: u64) -> String {
    let mut random = Random(1_000 + publisher);
    let sentences: Vec<String> = (0..3).map(|_| random.sentence(&ASCII)).collect();
    sentences.join(" ")
}

fn sentences(random: &mut Random, number: u64, earlier: &[Vec<String>]) -> Vec<String> {
    if number < 10 {
        return article(random, number);
    }
    match number % 10 {
        6 => random.pick(earlier).to_vec(),
        7 => {
            let mut copy = random.pick(earlier).to_vec();
            for _ in 0..=copy.len() / 4 {
                let at = random.below(copy.len() as u64) as usize;
                if let Some(sentence) = copy.get_mut(at) {
                    *sentence = edited(random, sentence);
                }
            }
            copy
        }
        8 => {
            let whole = random.pick(earlier);
            whole.iter().take(1 + whole.len() / 2).cloned().collect()
        }
        // Pages of pages would grow without a limit.
        9 => (0..6)
            .flat_map(|_| {
                random
                    .pick(earlier)
                    .iter()
                    .take(25)
                    .cloned()
                    .collect::<Vec<_>>()
            })
            .collect(),
        _ => article(random, number),
    }
}

fn article(random: &mut Random, number: u64) -> Vec<String> {
    let syllables = if number.is_multiple_of(4) {
        &OTHERS
    } else {
        &ASCII
    };
    let sentences = 8 + random.below(25);
    (0..sentences).map(|_| random.sentence(syllables)).collect()
}

/// A sentence in which one word is another.
fn edited(random: &mut Random, sentence: &str) -> String {
    let mut words: Vec<&str> = sentence.split(' ').collect();
    let word = random.word(&ASCII);
    let at = random.below(words.len() as u64) as usize;
    if let Some(place) = words.get_mut(at) {
        *place = &word;
    }
    words.join(" ")
}

/// A pseudo-random sequence (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An integer from 0 to `limit` - 1.
    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn pick<'a>(&mut self, documents: &'a [Vec<String>]) -> &'a [String] {
        let at = self.below(documents.len() as u64) as usize;
        documents.get(at).map(Vec::as_slice).unwrap_or_default()
    }

    /// Few words are frequent and most are rare. Some are numbers.
    fn word(&mut self, syllables: &[&str; 16]) -> String {
        if self.below(30) == 0 {
            return (1 + self.below(5_000)).to_string();
        }
        let mut limit = VOCABULARY;
        for _ in 0..3 {
            limit = 1 + self.below(limit);
        }
        let mut word = String::new();
        let mut rank = limit;
        while rank > 0 {
            word.push_str(syllables[(rank % 16) as usize]);
            rank /= 16;
        }
        word
    }

    fn sentence(&mut self, syllables: &[&str; 16]) -> String {
        let words = 6 + self.below(20);
        let mut sentence: Vec<String> = (0..words).map(|_| self.word(syllables)).collect();
        if self.below(5) == 0 {
            sentence.insert(0, "“No,”".to_owned());
        }
        sentence.join(" ") + "."
    }
}
