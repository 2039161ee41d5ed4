//! Finds paragraphs that are notices: pages of one site have them under headlines that have nothing in common, as they have
//! requests for consent, lists of other stories and lines about an author.
//!
//! The versions of one story share paragraphs too. Their headlines share words, so that they count as one.

use super::notices::{Place, site};
use super::sketching::BlockPart;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// The unrelated headlines that a notice has at least.
const MIN_HEADLINES: usize = 5;
/// More headlines say no more.
const MAX_HEADLINES: usize = 64;

/// The notices of a site.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SiteNotices {
    /// Hashes of their paragraphs.
    pub(super) paragraphs: Arc<BTreeSet<u64>>,
    /// The pages that have them, with the most unrelated headlines that one of their notices has.
    pub(super) pages: BTreeMap<Place, u32>,
}

/// A paragraph of a page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Paragraph {
    /// Hash of the site.
    site: u64,
    hash: u64,
    place: Place,
}

/// The notices of each site.
///
/// Time: linear in the paragraphs, apart from sorting them.
pub(super) fn site_notices(parts: &[BlockPart]) -> BTreeMap<String, SiteNotices> {
    let paragraphs = parts.par_iter().enumerate().flat_map_iter(|(part, read)| {
        read.paragraphs.iter().filter_map(move |&(hash, at)| {
            let at = at as usize;
            let record = read.batch.record(at);
            record.title?;
            Some(Paragraph {
                site: xxh3_64(site(&record)?.as_bytes()),
                hash,
                place: Place { part, at },
            })
        })
    });
    let mut paragraphs: Vec<Paragraph> = paragraphs.collect();
    paragraphs.par_sort_unstable();
    paragraphs.dedup();
    let same = paragraphs.chunk_by(|a, b| (a.site, a.hash) == (b.site, b.hash));
    let mut found: BTreeMap<String, (BTreeSet<u64>, BTreeMap<Place, u32>)> = BTreeMap::new();
    for same in same.filter(|same| same.len() >= MIN_HEADLINES) {
        let record = |of: &Paragraph| parts[of.place.part].batch.record(of.place.at);
        let (headlines, addresses) = unrelated(same.iter().map(|of| {
            let record = record(of);
            (
                record.title.unwrap_or_default(),
                record.url.unwrap_or_default(),
            )
        }));
        if headlines.min(addresses) < MIN_HEADLINES {
            continue;
        }
        let site = same
            .first()
            .and_then(|of| site(&record(of)).map(str::to_owned));
        let (hashes, pages) = found.entry(site.unwrap_or_default()).or_default();
        for of in same {
            hashes.insert(of.hash);
            let most = pages.entry(of.place).or_default();
            *most = (*most).max(headlines as u32);
        }
    }
    let notices = found.into_iter().map(|(site, (paragraphs, pages))| {
        let paragraphs = Arc::new(paragraphs);
        (site, SiteNotices { paragraphs, pages })
    });
    notices.collect()
}

/// How many of these headlines have no word in common with those before them, and how many different addresses have them.
/// Pages without an address differ. Counts up to a limit.
fn unrelated<'a>(pages: impl Iterator<Item = (&'a str, &'a str)>) -> (usize, usize) {
    let (mut known, mut addresses) = (BTreeSet::new(), BTreeSet::new());
    let (mut headlines, mut unnamed) = (0, 0);
    for (headline, address) in pages {
        let terms = terms(headline);
        headlines += usize::from(!terms.is_empty() && terms.is_disjoint(&known));
        known.extend(terms);
        match address.is_empty() {
            true => unnamed += 1,
            false => _ = addresses.insert(xxh3_64(address.as_bytes())),
        }
        if headlines >= MAX_HEADLINES && addresses.len() + unnamed >= MAX_HEADLINES {
            break;
        }
    }
    (headlines, addresses.len() + unnamed)
}

/// Hashes of the words of a headline that tell it from others: those with four letters or more, and in scripts without
/// spaces each two letters that follow each other. What names the site after a separator is left out.
fn terms(headline: &str) -> BTreeSet<u64> {
    let separators = [" | ", " - ", " – ", " — ", " :: ", " » "];
    let mut parts = vec![headline];
    for separator in separators {
        parts = parts
            .into_iter()
            .flat_map(|part| part.split(separator))
            .collect();
    }
    let longest = parts.into_iter().rev().max_by_key(|part| part.len());
    let mut terms = BTreeSet::new();
    for word in longest
        .unwrap_or_default()
        .split(|letter: char| !letter.is_alphanumeric())
    {
        let word = word.to_lowercase();
        let letters: Vec<char> = word.chars().collect();
        if letters.iter().any(|letter| *letter >= '\u{2E80}') {
            let pairs = letters
                .windows(2)
                .map(|pair| pair.iter().collect::<String>());
            terms.extend(pairs.map(|pair| xxh3_64(pair.as_bytes())));
        } else if letters.len() >= 4 {
            terms.insert(xxh3_64(word.as_bytes()));
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headlines: &[&str], expected: usize) {
        let pages = headlines.iter().map(|headline| (*headline, ""));
        assert_eq!(unrelated(pages).0, expected, "{headlines:?}");
    }

    #[test]
    fn headlines_without_common_words_are_unrelated() {
        check(&["Night train returns", "Mill must clean river", "Bees"], 3);
        check(
            &[
                "Night train returns - The Coast",
                "Mill must clean river - The Coast",
            ],
            2,
        );
        check(&["港町の橋を閉鎖", "新しい博物館が開館", "橋を閉鎖へ"], 2);
        check(&["1", "A B", ""], 0);
    }

    #[test]
    fn headlines_of_one_story_are_related() {
        check(
            &[
                "Bridge to close",
                "Bridge shut for repairs",
                "Repairs will last months",
            ],
            1,
        );
        check(&["Gold price on Monday", "Gold price on Tuesday"], 1);
    }
}
