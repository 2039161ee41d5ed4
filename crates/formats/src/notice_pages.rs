//! Pages whose article proved to be a notice.

use crate::Location;
use std::collections::BTreeMap;

/// Web pages that are read without the article that is found first, because other pages of their site have the same
/// one: it is a notice, such as a request for consent.
///
/// If the rest of the page has too little text to be an article, the page is read as before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticePages {
    /// By input, member and offset.
    headlines: BTreeMap<(u32, u32, u64), u32>,
}

impl NoticePages {
    /// Adds the page at this location. `headlines`: how many pages with different headlines have its article.
    pub fn add(&mut self, page: Location, headlines: u32) {
        self.headlines.insert(key(page), headlines);
    }

    /// The number that was added with the page at this location.
    #[cfg(feature = "html")]
    pub(crate) fn headlines(&self, page: Location) -> Option<u32> {
        self.headlines.get(&key(page)).copied()
    }
}

fn key(page: Location) -> (u32, u32, u64) {
    (page.input, page.member, page.offset)
}
