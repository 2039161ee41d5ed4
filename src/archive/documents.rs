//! Documents on their way into an archive and back.

use super::ArchiveError;
use crate::corpus::Corpus;
use crate::matching::preference::Preference;
use crate::reading::{CHANGED, Reading};
use crate::settings::Rules;
use dedupe_core::model::DocumentIndex;
use dedupe_formats::{
    self as formats, AgencyMetadata, Document, Extraction, Fault, FaultCode, Location,
};
use dedupe_index::{Facts, Keys, NewDocument, StoredDocument};
use rayon::prelude::*;
use std::borrow::Cow;
use std::ops::ControlFlow;

/// A document as the archive stores it. `id` and `path` are those of its report.
pub(super) fn stored(document: &Document<'_>, id: &str, path: &str) -> StoredDocument {
    let owned = |field: &Option<Cow<'_, str>>| field.as_deref().map(str::to_owned);
    let agency = document.agency.as_deref();
    let of_agency =
        |field: fn(&AgencyMetadata) -> &Option<String>| agency.and_then(|a| field(a).clone());
    let extraction = document.extraction.and_then(|own| {
        let at = Extraction::ALL.iter().position(|other| *other == own)?;
        u8::try_from(at).ok()
    });
    StoredDocument {
        id: id.to_owned(),
        title: owned(&document.title),
        source: owned(&document.source),
        date: owned(&document.date),
        url: owned(&document.url),
        byline: owned(&document.byline),
        language: owned(&document.language),
        credit: of_agency(|agency| &agency.credit),
        dateline: of_agency(|agency| &agency.dateline),
        version: of_agency(|agency| &agency.version),
        status: of_agency(|agency| &agency.status),
        is_agency_item: agency.is_some(),
        extraction,
        path: path.to_owned(),
        line: document.location.line,
        text: document.text.clone().into_owned(),
    }
}

/// Reads documents of a reading again, and visits each as the archive stores it. Returns a fault for each document that
/// cannot be read again or has changed. It is not visited. [`ControlFlow::Break`] ends the reading.
pub(super) fn visit_stored(
    reading: &Reading,
    wanted: &[DocumentIndex],
    visit: &mut dyn FnMut(StoredDocument) -> ControlFlow<()>,
) -> Vec<Fault> {
    let corpus = &reading.corpus;
    let locations: Vec<Location> = wanted.iter().map(|&d| corpus.location(d)).collect();
    let (inputs, options) = (&reading.inputs, &reading.options);
    let mut changed = vec![];
    let unread = formats::reread_documents(inputs, options, &locations, &mut |at, again| {
        let record = corpus.record(wanted[at]);
        let path = reading.path(&record);
        match record.text.is_of(&again.document.text) {
            true => visit(stored(again.document, record.id, path)),
            false => {
                changed.push(Fault {
                    path: path.to_owned(),
                    line: record.location.line,
                    code: FaultCode::Changed,
                    reason: CHANGED.to_owned(),
                    count: 1,
                });
                ControlFlow::Continue(())
            }
        }
    });
    let unread = unread.into_iter().map(|unread| unread.fault);
    unread.chain(changed).collect()
}

/// A document of the archive as it was read. Its path is that of an archive member.
pub(super) fn document(stored: StoredDocument) -> Document<'static> {
    let agency = AgencyMetadata {
        credit: stored.credit,
        dateline: stored.dateline,
        version: stored.version,
        status: stored.status,
    };
    let extraction = stored.extraction.map(usize::from);
    Document {
        id: Some(stored.id.into()),
        title: stored.title.map(Cow::Owned),
        source: stored.source.map(Cow::Owned),
        date: stored.date.map(Cow::Owned),
        url: stored.url.map(Cow::Owned),
        byline: stored.byline.map(Cow::Owned),
        language: stored.language.map(Cow::Owned),
        extraction: extraction.and_then(|at| Extraction::ALL.get(at).copied()),
        agency: stored.is_agency_item.then(|| Box::new(agency)),
        text: stored.text.into(),
        member: Some(stored.path.into()),
        record: None,
        location: Location {
            line: stored.line,
            ..Location::default()
        },
    }
}

/// By document of a corpus: what the archive must know of it.
pub(super) fn new_documents(
    corpus: &Corpus,
    rules: &Rules,
) -> Result<Vec<NewDocument>, ArchiveError> {
    let preference = Preference::new(corpus, rules);
    let mut keys = keys(corpus)?.into_iter();
    let new = corpus.indices().map(|document| NewDocument {
        facts: facts(corpus, document, preference.by_source[document.index()]),
        keys: keys.next().unwrap_or_default(),
    });
    Ok(new.collect())
}

fn facts(corpus: &Corpus, document: DocumentIndex, preference: u32) -> Facts {
    let published = corpus.published(document);
    Facts {
        id: corpus.id(document).to_owned(),
        published: published.map(|at| (at.as_second(), at.subsec_nanosecond())),
        digest: corpus.digest(document),
        words: corpus.word_count(document),
        fingerprints: corpus.fingerprint_count(document),
        preference,
        text_bytes: corpus.text(document).bytes,
        has_partner: false,
    }
}

/// By document of a corpus: its keys.
pub(super) fn keys(corpus: &Corpus) -> Result<Vec<Keys>, ArchiveError> {
    let mut buckets: Vec<Vec<u64>> = vec![vec![]; corpus.len()];
    for batch in 0..corpus.batch_count() {
        corpus.visit_buckets(batch, |document, hashes| {
            buckets[document.index()] = hashes.to_vec();
        })?;
    }
    let keys = corpus
        .par_indices()
        .zip(buckets)
        .map(|(document, buckets)| {
            let fingerprints = corpus.fingerprints(document)?.map(|(_, hash)| hash);
            Ok(Keys::new(fingerprints, buckets))
        });
    keys.collect()
}
