//! Lists by document: what one has stands together, after what the document before has.

use super::DocumentIndex;

/// A list for each document, many of them empty; all of them in two arrays.
#[derive(Clone, Debug, PartialEq)]
pub struct ByDocument<T> {
    /// By document: where its list ends, and that of the next one begins.
    ends: Vec<usize>,
    all: Vec<T>,
}

impl<T> Default for ByDocument<T> {
    fn default() -> Self {
        Self {
            ends: Vec::new(),
            all: Vec::new(),
        }
    }
}

impl<T> ByDocument<T> {
    /// The lists that these make, which are sorted by document. Time linear in them and the last document.
    pub fn new(items: impl IntoIterator<Item = (DocumentIndex, T)>) -> Self {
        let items = items.into_iter();
        let mut lists = Self::default();
        lists.all.reserve(items.size_hint().0);
        for (document, item) in items {
            let before = lists.all.len();
            lists
                .ends
                .resize((document.index() + 1).max(lists.ends.len()), before);
            lists.all.push(item);
            if let Some(end) = lists.ends.last_mut() {
                *end = lists.all.len();
            }
        }
        lists
    }

    /// The list of a document. Constant time.
    #[must_use]
    pub fn of(&self, document: DocumentIndex) -> &[T] {
        let before = document.index().checked_sub(1);
        let begin = before.map_or(Some(&0), |before| self.ends.get(before));
        let range = begin.zip(self.ends.get(document.index()));
        let list = range.and_then(|(&begin, &end)| self.all.get(begin..end));
        list.unwrap_or_default()
    }

    /// Documents whose list is not empty, in order. Time linear in the last one.
    pub fn documents(&self) -> impl Iterator<Item = DocumentIndex> + '_ {
        let all = (0..).map(DocumentIndex).take(self.ends.len());
        all.filter(|&document| !self.of(document).is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn each_document_has_what_was_given_for_it(
            mut items in prop::collection::vec((0u32..20, any::<u8>()), 0..60),
        ) {
            items.sort_by_key(|item| item.0);
            let mut slow: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
            for &(document, item) in &items {
                slow.entry(document).or_default().push(item);
            }
            let lists = ByDocument::new(items.into_iter().map(|(d, item)| (DocumentIndex(d), item)));
            for document in 0..25 {
                let expected = slow.get(&document).map_or(&[][..], Vec::as_slice);
                prop_assert_eq!(lists.of(DocumentIndex(document)), expected);
            }
            prop_assert!(lists.documents().map(|d| d.0).eq(slow.into_keys()));
        }
    }
}
