//! Pages whose article is a notice, such as a request for consent, or contains one: other pages of their site have the
//! same text under other headlines. They are read again, without it.
//!
//! Only the corpus tells, so this comes after the first reading of all inputs. Only these pages are read again, those of
//! different inputs in parallel.

use super::displayed_path;
use super::notice_paragraphs::site_notices;
use super::rewriting::Rewriting;
use super::sketching::BlockPart;
use crate::corpus::memory_budget::MemoryBudget;
use crate::corpus::{Batch, DocumentRecord, Spill, SpillError};
use crate::job::Job;
use dedupe_formats::{
    self as formats, Extraction, Fault, FaultCode, Input, Location, NoticePages, PageNotice, host,
};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// What a second reading of pages needs.
#[derive(Clone, Copy)]
pub(super) struct Again<'a> {
    pub(super) inputs: &'a [Input],
    pub(super) job: &'a Job<'a>,
    pub(super) budget: &'a MemoryBudget,
    pub(super) spill: &'a Spill,
}

/// The result of a second reading.
#[derive(Default)]
pub(super) struct ReadAgain {
    /// The pages that were read again.
    pub(super) notice_pages: NoticePages,
    /// By part: the batches that take the place of its batch.
    pub(super) batches: BTreeMap<usize, Vec<Batch>>,
    /// One for each notice, and one for each page that could not be read again.
    pub(super) warnings: Vec<Fault>,
}

impl Again<'_> {
    /// Reads the pages again whose article is a notice, and removes the batches that it replaces.
    pub(super) fn read_notice_pages(
        &self,
        parts: &mut [BlockPart],
    ) -> Result<ReadAgain, SpillError> {
        let notices = notices(parts);
        for part in parts.iter_mut() {
            self.budget.release(part.paragraph_bytes(), 0);
            part.paragraphs = Vec::new();
        }
        let mut again = ReadAgain {
            notice_pages: self.job.reading.notice_pages.clone(),
            ..ReadAgain::default()
        };
        if notices.is_empty() {
            return Ok(again);
        }
        let mut pages: Vec<(Place, usize)> = (notices.iter().enumerate())
            .flat_map(|(at, notice)| notice.pages.keys().map(move |page| (*page, at)))
            .collect();
        pages.sort_unstable();
        let mut options = self.job.reading.clone();
        let locations: Vec<Location> = (pages.iter())
            .map(|(page, notice)| {
                let location = parts[page.part].batch.record(page.at).location;
                let notice = notices[*notice].of_page(*page);
                options.notice_pages.add(location, notice);
                location
            })
            .collect();

        let groups = groups(&pages, &locations, parts);
        let done = groups
            .into_par_iter()
            .map(|group| group.read_again(*self, &options))
            .collect::<Result<Vec<GroupReadAgain>, SpillError>>()?;

        // By notice: the path of the first page that was read without it, and how many were.
        let mut changed: Vec<Option<(String, u64)>> = vec![None; notices.len()];
        for group in done {
            for (location, page, notice) in group.visited {
                let notice = notices[notice].of_page(page);
                again.notice_pages.add(location, notice);
            }
            for (notice, path) in group.changed {
                changed[notice].get_or_insert((path, 0)).1 += 1;
            }
            again.batches.extend(group.batches);
            again.warnings.extend(group.unread);
        }
        let changed = changed.into_iter().zip(&notices);
        again
            .warnings
            .extend(changed.filter_map(|(changed, notice)| {
                let (path, pages) = changed?;
                Some(notice.warning(path, pages))
            }));
        Ok(again)
    }
}

/// Pages that one thread reads again: all those of some inputs and of some parts.
struct Group<'a> {
    /// The pages, in order, each with the index of its notice.
    pages: &'a [(Place, usize)],
    locations: &'a [Location],
    /// The parts that have these pages.
    parts: &'a mut [BlockPart],
    /// The index of the first of these parts.
    first_part: usize,
}

/// What became of the pages of a group.
struct GroupReadAgain {
    /// The pages that were read again, with the index of their notice.
    visited: Vec<(Location, Place, usize)>,
    /// The notices without which pages now have other words, with the paths of the pages.
    changed: Vec<(usize, String)>,
    /// By part: the batches that take the place of its batch.
    batches: BTreeMap<usize, Vec<Batch>>,
    unread: Vec<Fault>,
}

/// Divides pages into groups that share neither inputs nor parts. A stream is then read once again at most.
fn groups<'a>(
    pages: &'a [(Place, usize)],
    locations: &'a [Location],
    parts: &'a mut [BlockPart],
) -> Vec<Group<'a>> {
    let (mut groups, mut begin) = (Vec::new(), 0);
    let (mut rest, mut passed) = (parts, 0);
    for end in 1..=pages.len() {
        let is_inside = end < pages.len()
            && (pages[end].0.part == pages[end - 1].0.part
                || locations[end].input == locations[end - 1].input);
        if is_inside {
            continue;
        }
        let (first_part, end_part) = (pages[begin].0.part, pages[end - 1].0.part + 1);
        let (_, from_first) = std::mem::take(&mut rest).split_at_mut(first_part - passed);
        let (own, after) = from_first.split_at_mut(end_part - first_part);
        groups.push(Group {
            pages: &pages[begin..end],
            locations: &locations[begin..end],
            parts: own,
            first_part,
        });
        (rest, passed, begin) = (after, end_part, end);
    }
    groups
}

impl Group<'_> {
    fn read_again(
        self,
        again: Again<'_>,
        options: &formats::Options,
    ) -> Result<GroupReadAgain, SpillError> {
        let (mut visited, mut changed) = (Vec::new(), Vec::new());
        let mut rewriting = Rewriting::new(again, self.parts, self.first_part);
        let mut result = Ok(());
        let unread = formats::reread_documents(
            again.inputs,
            options,
            self.locations,
            &mut |index, reread| {
                let ((page, notice), location) = (self.pages[index], self.locations[index]);
                visited.push((location, page, notice));
                match rewriting.replace(page, reread.document) {
                    Ok(true) => {
                        let member = reread.document.member.as_deref();
                        let path = displayed_path(member, location, again.inputs);
                        changed.push((notice, path.to_owned()));
                    }
                    Ok(false) => {}
                    Err(error) => {
                        result = Err(error);
                        return ControlFlow::Break(());
                    }
                }
                ControlFlow::Continue(())
            },
        );
        result?;
        Ok(GroupReadAgain {
            visited,
            changed,
            batches: rewriting.finish()?,
            unread: unread.into_iter().map(|unread| unread.fault).collect(),
        })
    }
}

/// Where a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) part: usize,
    /// Its index in the batch of the part.
    pub(super) at: usize,
}

/// A web page and the article that was found first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Page {
    /// Hash of the site and of the words of the article.
    article: u128,
    /// Hash of the headline.
    headline: u64,
    /// Hash of the URL. A page without a URL has one of its own.
    address: u64,
    place: Place,
}

impl Page {
    fn new(record: &DocumentRecord<'_>, part: usize, at: usize) -> Option<Self> {
        let (site, headline) = (site(record)?, record.title?);
        let mut hasher = Xxh3::new();
        hasher.update(&record.digest.to_le_bytes());
        hasher.update(site.as_bytes());
        let unique = || xxh3_64(&[part.to_le_bytes(), at.to_le_bytes()].concat());
        is_article(record.extraction).then(|| Self {
            article: hasher.digest128(),
            headline: xxh3_64(headline.as_bytes()),
            address: record
                .url
                .map_or_else(unique, |url| xxh3_64(url.as_bytes())),
            place: Place { part, at },
        })
    }
}

/// True for the article of a web page.
pub(super) fn is_article(extraction: Option<Extraction>) -> bool {
    extraction.is_some_and(|found| found != Extraction::Whole)
}

/// The site of a page: the host of its URL, else its source.
pub(super) fn site<'a>(record: &DocumentRecord<'a>) -> Option<&'a str> {
    record.url.and_then(host).or(record.source)
}

/// A text that several pages of a site have under different headlines.
struct Notice {
    site: String,
    /// Its paragraphs, or `None` if it is the whole article that was found first.
    paragraphs: Option<Arc<BTreeSet<u64>>>,
    /// The pages that have it, with the number of different headlines that count.
    pages: BTreeMap<Place, u32>,
}

impl Notice {
    /// What is a notice on one of its pages.
    fn of_page(&self, page: Place) -> PageNotice {
        PageNotice {
            headlines: self.pages.get(&page).copied().unwrap_or(1),
            paragraphs: self.paragraphs.clone(),
        }
    }

    /// `path`: the first page that was read without it. `pages`: how many were.
    fn warning(&self, path: String, pages: u64) -> Fault {
        let (site, all) = (&self.site, self.pages.len());
        let headlines = self.pages.values().max().copied().unwrap_or(0);
        let reason = match self.paragraphs {
            None => format!(
                "the text found first is on {all} pages of {site:?} under {headlines} headlines, so it is a notice; \
                 another text was read on {pages} of them"
            ),
            Some(_) => format!(
                "paragraphs of {all} pages of {site:?} are under up to {headlines} headlines that have nothing in \
                 common, so they are notices; {pages} of the pages were read without them"
            ),
        };
        Fault {
            path,
            line: None,
            code: FaultCode::Notice,
            reason,
            count: 1,
        }
    }
}

/// All notices. A page has one at most.
fn notices(parts: &[BlockPart]) -> Vec<Notice> {
    let mut notices = whole_notices(parts);
    let whole: BTreeSet<Place> = (notices.iter())
        .flat_map(|notice| notice.pages.keys().copied())
        .collect();
    for (site, mut found) in site_notices(parts) {
        found.pages.retain(|page, _| !whole.contains(page));
        notices.push(Notice {
            site,
            paragraphs: Some(found.paragraphs),
            pages: found.pages,
        });
    }
    notices
}

/// The articles that pages of one site have under different headlines and at different addresses. A page that was saved
/// twice, or is published again under its headline, is none.
fn whole_notices(parts: &[BlockPart]) -> Vec<Notice> {
    let pages = parts.par_iter().enumerate().flat_map_iter(|(part, read)| {
        let documents = 0..read.batch.len();
        documents.filter_map(move |at| Page::new(&read.batch.record(at), part, at))
    });
    let mut pages: Vec<Page> = pages.collect();
    pages.par_sort_unstable();
    let same = pages.chunk_by(|a, b| a.article == b.article);
    same.filter_map(|same| {
        let headlines = distinct(same, |page| page.headline);
        let headlines = headlines.min(distinct(same, |page| page.address));
        let first = same.first().filter(|_| headlines > 1)?;
        let record = parts[first.place.part].batch.record(first.place.at);
        let headlines = u32::try_from(headlines).unwrap_or(u32::MAX);
        Some(Notice {
            site: site(&record).unwrap_or_default().to_owned(),
            paragraphs: None,
            pages: same.iter().map(|page| (page.place, headlines)).collect(),
        })
    })
    .collect()
}

fn distinct(pages: &[Page], hash: impl Fn(&Page) -> u64) -> usize {
    let mut hashes: Vec<u64> = pages.iter().map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.len()
}
