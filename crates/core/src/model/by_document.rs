//! Lists of items by document, stored in two arrays.

use super::DocumentIndex;

/// A list of items for each document. Most lists may be empty.
#[derive(Clone, Debug, PartialEq)]
pub struct ByDocument<T> {
    /// For each document, where its list ends and the next one begins.
    ends: Vec<usize>,
    items: Vec<T>,
}

impl<T> Default for ByDocument<T> {
    fn default() -> Self {
        Self {
            ends: Vec::new(),
            items: Vec::new(),
        }
    }
}

impl<T> ByDocument<T> {
    /// Groups `items`, which must be sorted by document. Time linear in the items and in the highest document index.
    pub fn new(items: impl IntoIterator<Item = (DocumentIndex, T)>) -> Self {
        let items = items.into_iter();
        let mut lists = Self::default();
        lists.items.reserve(items.size_hint().0);
        for (document, item) in items {
            let before = lists.items.len();
            lists
                .ends
                .resize((document.index() + 1).max(lists.ends.len()), before);
            lists.items.push(item);
            if let Some(end) = lists.ends.last_mut() {
                *end = lists.items.len();
            }
        }
        lists
    }

    /// The list of a document. It is empty for a document without items. Constant time.
    #[must_use]
    pub fn of(&self, document: DocumentIndex) -> &[T] {
        let before = document.index().checked_sub(1);
        let begin = before.map_or(Some(&0), |before| self.ends.get(before));
        let range = begin.zip(self.ends.get(document.index()));
        let list = range.and_then(|(&begin, &end)| self.items.get(begin..end));
        list.unwrap_or_default()
    }

    /// The documents that have items, in order. Time linear in the highest document index.
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
        fn each_document_has_the_items_given_for_it(
            mut items in prop::collection::vec((0u32..20, any::<u8>()), 0..60),
        ) {
            items.sort_by_key(|item| item.0);
            let mut expected: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
            for &(document, item) in &items {
                expected.entry(document).or_default().push(item);
            }
            let lists = ByDocument::new(items.into_iter().map(|(d, item)| (DocumentIndex(d), item)));
            for document in 0..25 {
                let list = expected.get(&document).map_or(&[][..], Vec::as_slice);
                prop_assert_eq!(lists.of(DocumentIndex(document)), list);
            }
            prop_assert!(lists.documents().map(|d| d.0).eq(expected.into_keys()));
        }
    }
}
