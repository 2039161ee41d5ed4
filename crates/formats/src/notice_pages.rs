//! Pages whose article is a notice, or contains one.

use crate::Location;
use rustc_hash::FxHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;
use std::sync::Arc;

/// A paragraph with fewer letters and digits, in bytes, is on many pages by chance.
const MIN_PARAGRAPH: usize = 40;

/// Web pages that are read without a part of the article that is found first, because other pages of their site have the
/// same text: it is a notice, such as a request for consent or a list of other stories.
///
/// If the rest of the page has too little text to be an article, the page is read as before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticePages {
    /// By input, member and offset.
    notices: BTreeMap<(u32, u32, u64), PageNotice>,
}

/// What is a notice on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageNotice {
    /// How many pages with different headlines have it.
    pub headlines: u32,
    /// The hashes of its paragraphs, as [`paragraph_hashes`] gives them. `None` if the whole article is a notice.
    pub paragraphs: Option<Arc<BTreeSet<u64>>>,
}

impl NoticePages {
    /// Adds the page at this location.
    pub fn add(&mut self, page: Location, notice: PageNotice) {
        self.notices.insert(key(page), notice);
    }

    /// What was added for the page at this location.
    #[cfg(feature = "html")]
    pub(crate) fn get(&self, page: Location) -> Option<&PageNotice> {
        self.notices.get(&key(page))
    }
}

#[cfg(feature = "html")]
impl PageNotice {
    /// The pieces of an article that are a notice.
    pub(crate) fn pieces_of<'t>(&self, article: &'t str) -> impl Iterator<Item = &'t str> {
        let paragraphs = article.split('\n');
        let whole = self.paragraphs.is_none().then_some(article);
        let listed = self.paragraphs.iter().flat_map(move |listed| {
            let is_listed =
                |paragraph: &&str| hash(paragraph).is_some_and(|hash| listed.contains(&hash));
            paragraphs.clone().filter(is_listed)
        });
        whole.into_iter().chain(listed.collect::<Vec<_>>())
    }
}

/// Hashes of the paragraphs of a text, without regard to case, space and punctuation. Short paragraphs are left out.
pub fn paragraph_hashes(text: &str) -> impl Iterator<Item = u64> {
    text.split('\n').filter_map(hash)
}

fn hash(paragraph: &str) -> Option<u64> {
    let (mut hasher, mut length) = (FxHasher::default(), 0);
    let letters = paragraph.chars().filter(|letter| letter.is_alphanumeric());
    for letter in letters.flat_map(char::to_lowercase) {
        hasher.write_u32(letter.into());
        length += letter.len_utf8();
    }
    (length >= MIN_PARAGRAPH).then(|| hasher.finish())
}

fn key(page: Location) -> (u32, u32, u64) {
    (page.input, page.member, page.offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_long_paragraphs_without_case_and_space() {
        let hashes = |text: &str| paragraph_hashes(text).collect::<Vec<_>>();
        let one = hashes("The council of Orrin closed the basin on Monday evening.");
        assert_eq!(one.len(), 1);
        assert_eq!(
            one,
            hashes("THE council of Orrin\tclosed the basin on Monday evening\n\nShort.")
        );
        assert_ne!(
            one,
            hashes("The council of Orrin opened the basin on Monday evening.")
        );
        assert!(hashes("").is_empty());
    }
}
