//! Warns of documents that take the place of a document with the same id, but have next to nothing in common with it. Then
//! two documents probably have one id, such as the first items of two feeds.

use super::entering::State;
use super::gathered::{Gathered, read_documents};
use super::{Archive, ArchiveError, documents};
use crate::reading::Reading;
use dedupe_core::model::DocumentIndex;
use dedupe_formats::{Fault, FaultCode, FaultList, quoted};
use dedupe_index::{Number, StoredDocument};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::ControlFlow;

/// Documents whose texts are in memory at once.
const AT_ONCE: usize = 1024;

/// A document, and the number of the one of the archive that it replaces.
pub(super) type Replacing = (StoredDocument, Number);

impl Archive {
    /// Adds a warning for each document that has next to nothing in common with the one that it replaces, as
    /// [`history`](Self::history) tells it. The documents have different ids.
    pub(super) fn warn_of_unlike(
        &self,
        replacing: Vec<Replacing>,
        warnings: &mut FaultList,
    ) -> Result<(), ArchiveError> {
        if replacing.is_empty() {
            return Ok(());
        }
        // They are compared under numbers that the archive does not have yet.
        let next = self.index.manifest()?.next;
        let texts = replacing.iter().map(|(new, _)| new.clone());
        let reading = read_documents(texts.map(documents::document).collect(), &self.rules)?;
        let mut numbers = vec![Number(0); reading.corpus.len()];
        for (&document, number) in reading.corpus.in_reading_order().iter().zip(next..) {
            numbers[document.index()] = Number(number);
        }
        let mut gathered = Gathered::new(reading, numbers);
        let pairs: Vec<(Number, Number)> = (replacing.iter().zip(next..))
            .map(|(&(_, before), number)| (Number(number), before))
            .collect();
        gathered.add(self, pairs.iter().map(|&(_, before)| before))?;
        let found = gathered.verify(&pairs, &self.rules)?;
        let alike: FxHashSet<Number> = found.iter().flat_map(|f| [f.left, f.right]).collect();
        for ((new, _), (number, _)) in replacing.into_iter().zip(&pairs) {
            if !alike.contains(number) {
                warnings.push(warning(new));
            }
        }
        Ok(())
    }

    /// As [`warn_of_unlike`](Self::warn_of_unlike), for documents of a reading. One that cannot be read again gets a warning,
    /// too.
    pub(super) fn unlike_of(
        &self,
        reading: &Reading,
        replacing: &[(DocumentIndex, Number)],
    ) -> Result<Vec<Fault>, ArchiveError> {
        let mut warnings = FaultList::default();
        let corpus = &reading.corpus;
        for replacing in replacing.chunks(AT_ONCE) {
            let wanted: Vec<DocumentIndex> = replacing.iter().map(|&(of, _)| of).collect();
            let mut stored = vec![];
            let unread = documents::visit_stored(reading, &wanted, &mut |document| {
                stored.push(document);
                ControlFlow::Continue(())
            });
            let replaced = replacing
                .iter()
                .map(|&(of, number)| (corpus.id(of), number));
            let replaced: FxHashMap<&str, Number> = replaced.collect();
            let stored = stored.into_iter().filter_map(|document| {
                let number = *replaced.get(document.id.as_str())?;
                Some((document, number))
            });
            self.warn_of_unlike(stored.collect(), &mut warnings)?;
            unread.into_iter().for_each(|fault| warnings.push(fault));
        }
        Ok(warnings.into_sorted())
    }
}

/// The documents that replace one, of documents in these states.
pub(super) fn replacing<'s>(
    states: &'s [State],
    documents: &'s [StoredDocument],
) -> impl Iterator<Item = Replacing> + 's {
    let entering = states
        .iter()
        .filter(|state| !matches!(state, State::Known(_)));
    entering
        .zip(documents)
        .filter_map(|(state, document)| match state {
            State::Version(before) => Some((document.clone(), *before)),
            State::New | State::Known(_) => None,
        })
}

fn warning(document: StoredDocument) -> Fault {
    Fault {
        reason: format!(
            "the index has another document with the id {:?}, which has next to nothing in common with this one; this \
             one takes its place",
            quoted(&document.id)
        ),
        path: document.path,
        line: document.line,
        code: FaultCode::DuplicateId,
        count: 1,
    }
}
