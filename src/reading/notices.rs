//! Pages whose article is a notice, such as a request for consent: other pages of their site have the same article under
//! other headlines. They are read again, without it.
//!
//! Only the corpus tells, so this comes after the first reading of all inputs. Only these pages are read again, one after
//! the other.

use super::displayed_path;
use super::publishers::host;
use super::sketching::{BATCH_BYTES, BlockPart, BlockSketcher};
use crate::corpus::memory_budget::MemoryBudget;
use crate::corpus::{Batch, DocumentRecord, Spill, SpillError};
use crate::job::Job;
use dedupe_formats::{
    self as formats, Document, Extraction, Fault, FaultCode, Input, Location, NoticePages,
};
use rayon::prelude::*;
use std::collections::BTreeMap;
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
        let mut again = ReadAgain {
            notice_pages: self.job.reading.notice_pages.clone(),
            ..ReadAgain::default()
        };
        if notices.is_empty() {
            return Ok(again);
        }
        let mut pages: Vec<(Page, usize)> = (notices.iter().enumerate())
            .flat_map(|(at, notice)| notice.pages.iter().map(move |page| (*page, at)))
            .collect();
        pages.sort_unstable_by_key(|(page, _)| (page.part, page.at));
        let mut options = self.job.reading.clone();
        let locations: Vec<Location> = (pages.iter())
            .map(|(page, notice)| {
                let location = parts[page.part].batch.record(page.at).location;
                options
                    .notice_pages
                    .add(location, notices[*notice].headlines);
                location
            })
            .collect();

        // By notice: the path of the first page that was read without it, and how many were.
        let mut changed: Vec<Option<(String, u64)>> = vec![None; notices.len()];
        let mut rewriting = Rewriting::new(*self, parts);
        let mut result = Ok(());
        let unread =
            formats::reread_documents(self.inputs, &options, &locations, &mut |index, reread| {
                let ((page, notice), location) = (pages[index], locations[index]);
                if result.is_err() {
                    return;
                }
                again.notice_pages.add(location, notices[notice].headlines);
                match rewriting.replace(page, reread.document) {
                    Ok(true) => {
                        let member = reread.document.member.as_deref();
                        let path = || displayed_path(member, location, self.inputs).to_owned();
                        changed[notice].get_or_insert_with(|| (path(), 0)).1 += 1;
                    }
                    Ok(false) => {}
                    Err(error) => result = Err(error),
                }
            });
        result?;
        again.batches = rewriting.finish()?;
        again.warnings = unread.into_iter().map(|unread| unread.fault).collect();
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

/// A web page and the article that was found first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Page {
    /// Hash of the site and of the words of the article.
    article: u128,
    /// Hash of the headline.
    headline: u64,
    /// Hash of the URL. A page without a URL has one of its own.
    address: u64,
    part: usize,
    /// Its index in the batch of the part.
    at: usize,
}

impl Page {
    fn new(record: &DocumentRecord<'_>, part: usize, at: usize) -> Option<Self> {
        let is_article = record
            .extraction
            .is_some_and(|found| found != Extraction::Whole);
        let (site, headline) = (site(record)?, record.title?);
        let mut hasher = Xxh3::new();
        hasher.update(&record.digest.to_le_bytes());
        hasher.update(site.as_bytes());
        let unique = || xxh3_64(&[part.to_le_bytes(), at.to_le_bytes()].concat());
        is_article.then(|| Self {
            article: hasher.digest128(),
            headline: xxh3_64(headline.as_bytes()),
            address: record
                .url
                .map_or_else(unique, |url| xxh3_64(url.as_bytes())),
            part,
            at,
        })
    }
}

/// The site of a page: the host of its URL, else its source.
fn site<'a>(record: &DocumentRecord<'a>) -> Option<&'a str> {
    record.url.and_then(host).or(record.source)
}

/// An article that several pages of a site have under different headlines.
struct Notice {
    site: String,
    /// How many pages with different headlines and different addresses have it.
    headlines: u32,
    pages: Vec<Page>,
}

impl Notice {
    /// `path`: the first page that was read without it. `pages`: how many were.
    fn warning(&self, path: String, pages: u64) -> Fault {
        let (site, all) = (&self.site, self.pages.len());
        Fault {
            path,
            line: None,
            code: FaultCode::Notice,
            reason: format!(
                "the text found first is on {all} pages of {site:?} under {} headlines, so it is a notice; another \
                 text was read on {pages} of them",
                self.headlines
            ),
        }
    }
}

/// The articles that pages of one site have under different headlines and at different addresses. A page that was saved
/// twice, or is published again under its headline, is none.
fn notices(parts: &[BlockPart]) -> Vec<Notice> {
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
        let record = parts[first.part].batch.record(first.at);
        Some(Notice {
            site: site(&record).unwrap_or_default().to_owned(),
            headlines: u32::try_from(headlines).unwrap_or(u32::MAX),
            pages: same.to_vec(),
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

/// Writes batches again in which documents were replaced.
struct Rewriting<'a> {
    again: Again<'a>,
    parts: &'a mut [BlockPart],
    sketcher: BlockSketcher<'a>,
    /// The part that is being rewritten, and the first document of its batch that was not copied yet.
    current: Option<(usize, usize)>,
    /// By part: the new batches.
    done: BTreeMap<usize, Vec<Batch>>,
}

impl<'a> Rewriting<'a> {
    fn new(again: Again<'a>, parts: &'a mut [BlockPart]) -> Self {
        Self {
            again,
            parts,
            sketcher: BlockSketcher::new(again.job.rules.sketcher(), again.inputs),
            current: None,
            done: BTreeMap::new(),
        }
    }

    /// Puts a document in the place of a page. Pages come in their order; one that comes late keeps its document. True if
    /// the page now has other words.
    fn replace(&mut self, page: Page, document: &Document<'_>) -> Result<bool, SpillError> {
        if self.current.is_none_or(|(part, _)| part != page.part) {
            self.finish_part()?;
        }
        let (_, next) = *self.current.get_or_insert((page.part, 0));
        if page.at < next {
            return Ok(false);
        }
        self.copy(page.part, next..page.at)?;
        self.current = Some((page.part, page.at + 1));
        if !self.sketcher.add_document(document) {
            self.copy(page.part, page.at..page.at + 1)?;
            return Ok(false);
        }
        let new = self.sketcher.batch();
        let old = self.parts[page.part].batch.record(page.at).digest;
        let is_changed = new.record(new.len() - 1).digest != old;
        if new.bytes() > BATCH_BYTES {
            self.end_batch(page.part)?;
        }
        Ok(is_changed)
    }

    /// Copies documents of the batch of a part.
    fn copy(&mut self, part: usize, documents: std::ops::Range<usize>) -> Result<(), SpillError> {
        let old = &self.parts[part].batch;
        let mut documents = documents;
        documents.try_for_each(|at| self.sketcher.add_copy(old, at, self.again.spill))
    }

    fn end_batch(&mut self, part: usize) -> Result<(), SpillError> {
        let mut batch = self.sketcher.take_part().batch;
        self.again.budget.admit(&mut batch, self.again.spill)?;
        self.done.entry(part).or_default().push(batch);
        Ok(())
    }

    /// Copies the rest of the current part and frees its old batch.
    fn finish_part(&mut self) -> Result<(), SpillError> {
        let Some((part, next)) = self.current.take() else {
            return Ok(());
        };
        self.copy(part, next..self.parts[part].batch.len())?;
        self.end_batch(part)?;
        let old = &mut self.parts[part];
        (self.again.budget).release(old.resident_bytes, old.batch.spillable_bytes());
        old.batch = Batch::default();
        Ok(())
    }

    fn finish(mut self) -> Result<BTreeMap<usize, Vec<Batch>>, SpillError> {
        self.finish_part()?;
        Ok(self.done)
    }
}
