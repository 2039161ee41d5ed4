//! The headlines of the newest documents, in memory: the order of stories by date, and the search.

use crate::archive::{Archive, ArchiveError};
use dedupe_index::{Facts, IndexError, Number};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// When a document was published: seconds and nanoseconds.
pub(super) type Published = Option<(i64, i32)>;

/// The newest documents by date, those without a date last. Of documents of one date, the one that came last is the newest.
pub(super) struct Headlines {
    /// Documents, at most.
    limit: usize,
    /// By date and number: the headline in lower case, or none.
    by_date: BTreeMap<(Published, Number), Box<str>>,
    dates: FxHashMap<Number, Published>,
}

impl Headlines {
    /// Reads those of an archive.
    pub(super) fn read(archive: &Archive, limit: usize) -> Result<Self, ArchiveError> {
        let mut dated: Vec<(Published, Number)> = vec![];
        let visited = |number, facts: Facts| dated.push((facts.published, number));
        archive.index.visit_facts(visited)?;
        dated.par_sort_unstable_by(|a, b| b.cmp(a));
        dated.truncate(limit);
        let titled = dated.into_par_iter().map(|(published, number)| {
            let document = archive.index.document(number)?;
            Ok((published, number, document.title))
        });
        let titled: Vec<_> = titled.collect::<Result<_, IndexError>>()?;
        let mut headlines = Self {
            limit,
            by_date: BTreeMap::new(),
            dates: FxHashMap::default(),
        };
        headlines.update(&[], titled);
        Ok(headlines)
    }

    /// Takes documents away, and adds others.
    pub(super) fn update(
        &mut self,
        leaving: &[Number],
        entering: Vec<(Published, Number, Option<String>)>,
    ) {
        for number in leaving {
            if let Some(published) = self.dates.remove(number) {
                self.by_date.remove(&(published, *number));
            }
        }
        for (published, number, title) in entering {
            let title = folded(&title.unwrap_or_default());
            self.by_date.insert((published, number), title.into());
            self.dates.insert(number, published);
        }
        while self.by_date.len() > self.limit {
            if let Some(((_, number), _)) = self.by_date.pop_first() {
                self.dates.remove(&number);
            }
        }
    }

    /// The documents whose headline has all of these words, the newest first. No words: all documents.
    pub(super) fn find<'h>(&'h self, words: &'h [String]) -> impl Iterator<Item = Number> + 'h {
        let found = self.by_date.iter().rev();
        found
            .filter(|(_, title)| words.iter().all(|word| title.contains(&**word)))
            .map(|((_, number), _)| *number)
    }

    /// The number of documents.
    pub(super) fn len(&self) -> usize {
        self.by_date.len()
    }
}

/// The words of a query, as they are looked for in headlines.
pub(super) fn words(query: &str) -> Vec<String> {
    folded(query)
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// A text in lower case, with single spaces.
fn folded(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headlines(limit: usize, of: &[(Option<i64>, u32, &str)]) -> Headlines {
        let mut headlines = Headlines {
            limit,
            by_date: BTreeMap::new(),
            dates: FxHashMap::default(),
        };
        headlines.update(&[], entering(of));
        headlines
    }

    fn entering(of: &[(Option<i64>, u32, &str)]) -> Vec<(Published, Number, Option<String>)> {
        let one = |&(date, number, title): &(Option<i64>, u32, &str)| {
            let published = date.map(|seconds| (seconds, 0));
            (published, Number(number), Some(title.to_owned()))
        };
        of.iter().map(one).collect()
    }

    fn found(headlines: &Headlines, query: &str) -> Vec<u32> {
        headlines.find(&words(query)).map(|n| n.0).collect()
    }

    #[test]
    fn lists_by_date_and_finds_words_in_any_case() {
        let mut all = headlines(
            9,
            &[
                (None, 0, "Ferry stops"),
                (Some(5), 1, "The FERRY  returns"),
                (Some(7), 2, "Ölpreis steigt"),
                (Some(5), 3, ""),
            ],
        );
        assert_eq!(found(&all, ""), [2, 3, 1, 0]);
        assert_eq!(found(&all, "ferry"), [1, 0]);
        assert_eq!(found(&all, " returns FERRY "), [1]);
        assert_eq!(found(&all, "ölpreis"), [2]);
        all.update(&[Number(1), Number(77)], entering(&[(Some(1), 4, "Ferry")]));
        assert_eq!(found(&all, "ferry"), [4, 0]);
    }

    #[test]
    fn keeps_the_newest_up_to_a_limit() {
        let mut newest = headlines(
            2,
            &[(Some(1), 0, "a"), (Some(3), 1, "a"), (Some(2), 2, "a")],
        );
        assert_eq!(found(&newest, "a"), [1, 2]);
        newest.update(&[], entering(&[(Some(9), 3, "a"), (None, 4, "a")]));
        assert_eq!((found(&newest, "a"), newest.len()), (vec![3, 1], 2));
        assert_eq!(newest.dates.len(), 2);
    }
}
