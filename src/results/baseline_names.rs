//! How a baseline names and recognises the documents of a run.

use super::clusters::DocumentLookup;
use super::parts::hexadecimal;
use crate::reading::path;
use crate::settings::BaselineFolder;
use dedupe_core::model::DocumentIndex;
use dedupe_formats::Input;
use dedupe_report::NamedDocument;

/// The displayed path of standard input.
const STDIN: &str = "-";

/// Names the documents of a run for a baseline in a folder.
#[derive(Clone, Copy)]
pub(super) struct BaselineNames<'a> {
    pub(super) lookup: DocumentLookup<'a>,
    pub(super) inputs: &'a [Input],
    pub(super) folder: &'a BaselineFolder,
}

impl BaselineNames<'_> {
    /// The id of a document. If it begins with the path of the file, the path is relative to the folder of the baseline.
    pub(super) fn name(&self, document: DocumentIndex) -> String {
        let record = self.lookup.corpus.record(document);
        let path = path(self.inputs, &record);
        match record.id.strip_prefix(path).filter(|_| path != STDIN) {
            Some(rest) => self.folder.relative(path) + rest,
            None => record.id.to_owned(),
        }
    }

    pub(super) fn document(&self, document: DocumentIndex) -> NamedDocument {
        NamedDocument {
            name: self.name(document),
            digest: hexadecimal(self.lookup.corpus.record(document).digest),
        }
    }

    /// All documents of the run, in the order of their indices.
    pub(super) fn all(&self) -> impl Iterator<Item = NamedDocument> {
        let indices = self.lookup.corpus.indices();
        indices.map(|document| self.document(document))
    }
}
