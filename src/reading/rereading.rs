//! The second reading. The corpus keeps no texts, so excerpts and texts are read from the inputs again.

use super::path;
use crate::corpus::Corpus;
use crate::progress::Progress;
use dedupe_core::model::DocumentIndex;
use dedupe_formats::{self as formats, Fault, FaultCode, Input, Location};

/// The reason of a fault for a text that is no longer as long as it was.
pub(crate) const CHANGED: &str =
    "the document could not be read a second time, because the file changed during the run";

/// Reads texts of a corpus again.
#[derive(Clone, Copy)]
pub(crate) struct Rereading<'a> {
    pub(crate) corpus: &'a Corpus,
    pub(crate) inputs: &'a [Input],
    pub(crate) options: &'a formats::Options,
    /// Counts the texts.
    pub(crate) progress: &'a dyn Progress,
}

impl Rereading<'_> {
    /// Visits the text of each wanted document, with its index in `wanted`. A document may be wanted more than once.
    ///
    /// Returns a fault for each document that cannot be read again or has another length than before. It is not visited.
    #[must_use]
    pub(crate) fn texts(
        &self,
        wanted: &[DocumentIndex],
        visit: &mut dyn FnMut(usize, &str),
    ) -> Vec<Fault> {
        let location = |at: usize| self.corpus.location(wanted[at]);
        let key = |l: Location| (l.input, l.member, l.offset, l.line);
        let mut order: Vec<usize> = (0..wanted.len()).collect();
        order.sort_by_key(|&at| key(location(at)));
        let same: Vec<&[usize]> = order
            .chunk_by(|&a, &b| key(location(a)) == key(location(b)))
            .collect();
        let locations: Vec<Location> = same.iter().map(|same| location(same[0])).collect();
        let mut changed = vec![];
        let unread = formats::reread(self.inputs, self.options, &locations, &mut |at, text| {
            self.progress.advance(1, 0);
            let document = wanted[same[at][0]];
            if !self.corpus.text(document).is_of(text) {
                return changed.push(document);
            }
            for &index in same[at] {
                visit(index, text);
            }
        });
        let unread = unread.into_iter().map(|unread| unread.fault);
        unread
            .chain(changed.into_iter().map(|document| self.changed(document)))
            .collect()
    }

    fn changed(&self, document: DocumentIndex) -> Fault {
        let record = self.corpus.record(document);
        Fault {
            path: path(self.inputs, &record).to_owned(),
            line: record.location.line,
            code: FaultCode::Changed,
            reason: CHANGED.to_owned(),
            count: 1,
        }
    }
}
