//! The headlines of the newest documents, in memory: the order of stories by date, and the search.

use crate::archive::{Archive, ArchiveError};
use dedupe_index::{Facts, IndexError, Number};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// When a document was published: seconds and nanoseconds.
pub(super) type Published = Option<(i64, i32)>;

/// A document in the list.
pub(super) struct Headline {
    published: Published,
    number: Number,
    /// In lower case, or empty.
    title: Box<str>,
}

impl Headline {
    pub(super) fn new(published: Published, number: Number, title: Option<&str>) -> Self {
        Self {
            published,
            number,
            title: folded(title.unwrap_or_default()).into(),
        }
    }
}

/// The list, for threads that read it while another one changes the archive.
pub(super) struct SharedHeadlines(Mutex<Headlines>);

impl SharedHeadlines {
    pub(super) fn new(headlines: Headlines) -> Self {
        Self(Mutex::new(headlines))
    }

    /// The list. A snapshot of the archive that is taken before the result is dropped has all of its documents.
    pub(super) fn lock(&self) -> MutexGuard<'_, Headlines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the archive with `commit`, and the list with it. Those that leave are taken out before, and put back if
    /// the change fails; those that enter are added after it. So all documents of the list are in the archive at any time,
    /// and nobody who reads the list waits for the change. Only one thread at a time may do this.
    pub(super) fn change<E>(
        &self,
        leaving: &[Number],
        entering: Vec<Headline>,
        commit: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let mut change = Change {
            list: self,
            adds: self.lock().take(leaving),
        };
        commit()?;
        change.adds = entering;
        Ok(())
    }
}

/// A change of the list. Its end adds `adds`: what was taken out, until the archive has changed. So nothing is lost if the
/// change of the archive fails or panics.
struct Change<'a> {
    list: &'a SharedHeadlines,
    adds: Vec<Headline>,
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        self.list.lock().add(std::mem::take(&mut self.adds));
    }
}

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
            Ok(Headline::new(published, number, document.title.as_deref()))
        });
        let titled: Vec<_> = titled.collect::<Result<_, IndexError>>()?;
        let mut headlines = Self::empty(limit);
        headlines.add(titled);
        Ok(headlines)
    }

    fn empty(limit: usize) -> Self {
        Self {
            limit,
            by_date: BTreeMap::new(),
            dates: FxHashMap::default(),
        }
    }

    /// Takes documents out. Those that are not in the list are ignored.
    fn take(&mut self, numbers: &[Number]) -> Vec<Headline> {
        let mut taken = vec![];
        for &number in numbers {
            if let Some(published) = self.dates.remove(&number)
                && let Some(title) = self.by_date.remove(&(published, number))
            {
                taken.push(Headline {
                    published,
                    number,
                    title,
                });
            }
        }
        taken
    }

    /// Adds documents. Beyond the limit, the oldest ones leave the list.
    fn add(&mut self, entering: Vec<Headline>) {
        for headline in entering {
            let Headline {
                published,
                number,
                title,
            } = headline;
            self.by_date.insert((published, number), title);
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
    use std::panic::{AssertUnwindSafe, catch_unwind};

    fn headlines(limit: usize, of: &[(Option<i64>, u32, &str)]) -> Headlines {
        let mut headlines = Headlines::empty(limit);
        headlines.add(entering(of));
        headlines
    }

    fn entering(of: &[(Option<i64>, u32, &str)]) -> Vec<Headline> {
        let one = |&(date, number, title): &(Option<i64>, u32, &str)| {
            let published = date.map(|seconds| (seconds, 0));
            Headline::new(published, Number(number), Some(title))
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
        assert_eq!(all.take(&[Number(1), Number(77)]).len(), 1);
        all.add(entering(&[(Some(1), 4, "Ferry")]));
        assert_eq!(found(&all, "ferry"), [4, 0]);
    }

    #[test]
    fn keeps_the_newest_up_to_a_limit() {
        let mut newest = headlines(
            2,
            &[(Some(1), 0, "a"), (Some(3), 1, "a"), (Some(2), 2, "a")],
        );
        assert_eq!(found(&newest, "a"), [1, 2]);
        newest.add(entering(&[(Some(9), 3, "a"), (None, 4, "a")]));
        assert_eq!((found(&newest, "a"), newest.len()), (vec![3, 1], 2));
        assert_eq!(newest.dates.len(), 2);
    }

    #[test]
    fn a_change_has_the_list_without_what_leaves_and_what_enters_and_does_not_lock_it() {
        let all = [(Some(1), 0, "a"), (Some(2), 1, "a")];
        let shared = SharedHeadlines::new(headlines(9, &all));
        let listed = || found(&shared.lock(), "a");
        let during = |result: Result<(), ()>| {
            let headlines = shared.0.try_lock().expect("the list is locked");
            assert_eq!(found(&headlines, "a"), [0]);
            result
        };
        let entering = || entering(&[(Some(3), 2, "a")]);
        let failed = shared.change(&[Number(1)], entering(), || during(Err(())));
        assert_eq!((failed, listed()), (Err(()), vec![1, 0]));
        let panics = || -> Result<(), ()> { panic!("a test") };
        let change = AssertUnwindSafe(|| shared.change(&[Number(1)], entering(), panics));
        assert!(catch_unwind(change).is_err());
        assert_eq!(listed(), [1, 0]);
        let changed = shared.change(&[Number(1)], entering(), || during(Ok(())));
        assert_eq!((changed, listed()), (Ok(()), vec![2, 0]));
    }
}
