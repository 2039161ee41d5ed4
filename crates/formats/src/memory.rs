//! Reads records that the program already has in memory: documents, or the rows of an Arrow table.

use crate::decode::{TextOrigin, check_text};
use crate::error::ReadError;
use crate::format::Context;
use crate::options::Fields;
#[cfg(feature = "arrow")]
use crate::tables::ArrowTable;
use crate::{Document, Item};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Records in memory.
#[derive(Clone, Debug)]
pub(crate) enum Records {
    Documents(Arc<[Document<'static>]>),
    #[cfg(feature = "arrow")]
    Table(Arc<ArrowTable>),
}

impl Records {
    /// The size of all texts in bytes.
    pub(crate) fn text_bytes(&self) -> u64 {
        match self {
            Self::Documents(documents) => documents.iter().map(text_bytes).sum(),
            #[cfg(feature = "arrow")]
            Self::Table(table) => table.text_bytes(),
        }
    }

    /// The chunk of records that begins at `begin` and has about `chunk_bytes` bytes of text, and the size of its
    /// texts. `None` at the end.
    pub(crate) fn chunk(
        &self,
        begin: usize,
        chunk_bytes: u64,
        #[cfg_attr(not(feature = "arrow"), allow(unused_variables))] fields: &Fields,
    ) -> Option<(Range<usize>, u64)> {
        match self {
            Self::Documents(documents) => chunk(documents, begin, chunk_bytes),
            #[cfg(feature = "arrow")]
            Self::Table(table) => table.chunk(begin, chunk_bytes, fields),
        }
    }

    /// Visits the documents in these ranges, or their faults. The position of a document is its offset, and counted
    /// from 1 its line.
    pub(crate) fn read(
        &self,
        ranges: impl Iterator<Item = Range<usize>>,
        context: &Context<'_>,
        visit: &mut dyn FnMut(Item<'_>),
    ) {
        match self {
            Self::Documents(documents) => {
                ranges.for_each(|range| read_documents(documents, range, context, visit));
            }
            #[cfg(feature = "arrow")]
            Self::Table(table) => table.read(ranges, context, visit),
        }
    }
}

fn chunk(
    documents: &[Document<'_>],
    begin: usize,
    chunk_bytes: u64,
) -> Option<(Range<usize>, u64)> {
    let rest = documents.get(begin..).unwrap_or_default();
    let (mut end, mut bytes) = (begin, 0);
    for document in rest {
        if bytes >= chunk_bytes {
            break;
        }
        bytes += text_bytes(document);
        end += 1;
    }
    (end > begin).then_some((begin..end, bytes))
}

fn text_bytes(document: &Document<'_>) -> u64 {
    document.text.len() as u64
}

/// Visits the documents in this range, or their faults. The position of a document in the list is its offset.
fn read_documents(
    documents: &[Document<'static>],
    range: Range<usize>,
    context: &Context<'_>,
    visit: &mut dyn FnMut(Item<'_>),
) {
    let limit = context.options.max_document_bytes;
    let in_range = documents.get(range.clone()).unwrap_or_default();
    for (position, document) in range.zip(in_range) {
        let line = document.location.line;
        let checked = if text_bytes(document) > limit {
            Err(ReadError::TooLarge { limit })
        } else {
            check_text(&document.text, TextOrigin::Record)
        };
        match checked {
            Ok(()) => visit(Item::Document(Document {
                location: context.location(line, position, 0),
                ..borrowed(document)
            })),
            Err(error) => visit(Item::Skipped(context.fault(line, &error))),
        }
    }
}

fn borrowed<'a>(document: &'a Document<'static>) -> Document<'a> {
    let field = |field: &'a Option<Cow<'static, str>>| field.as_deref().map(Cow::Borrowed);
    Document {
        id: field(&document.id),
        title: field(&document.title),
        source: field(&document.source),
        date: field(&document.date),
        url: field(&document.url),
        byline: field(&document.byline),
        language: field(&document.language),
        extraction: document.extraction,
        agency: document.agency.clone(),
        record: document.record.clone(),
        text: Cow::Borrowed(&document.text),
        member: document.member.clone(),
        location: document.location,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::{Block, Blocks, Document, Input, Item, Options, Unread, reachable_from, reread};

    fn document(text: &str) -> Document<'static> {
        Document {
            text: text.to_owned().into(),
            ..Document::default()
        }
    }

    /// The items as strings: `INPUT:LINE TEXT` or `PATH:LINE CODE`.
    fn read(blocks: &[Block<'_>]) -> Vec<String> {
        let mut items = Vec::new();
        for block in blocks {
            block.read(&mut |item| {
                items.push(match item {
                    Item::Document(document) => {
                        let location = document.location;
                        let line = location.line.unwrap();
                        format!("{}:{line} {}", location.input, document.text)
                    }
                    Item::Skipped(fault) => {
                        format!("{}:{} {}", fault.path, fault.line.unwrap(), fault.code)
                    }
                    other => panic!("{other:?}"),
                });
            });
        }
        items
    }

    #[test]
    fn reads_documents_in_memory_beside_others_and_in_order() {
        let options = Options {
            max_document_bytes: 8,
            ..Options::default()
        };
        let first = ["one", "—", "far too long", "two"].map(document).to_vec();
        let inputs = [
            Input::in_memory("first", first),
            Input::in_memory("none", vec![]),
            Input::in_memory("last", vec![document("three")]),
        ];
        assert_eq!(Input::total_size(&inputs), Some(26));
        let expected = [
            "0:1 one",
            "first:2 empty",
            "first:3 too-large",
            "0:4 two",
            "2:1 three",
        ];
        for chunk_bytes in [1, 4, 1 << 20] {
            let blocks = Blocks::with_chunk_bytes(&inputs, &options, chunk_bytes);
            let blocks: Vec<_> = blocks.collect();
            assert_eq!(read(&blocks), expected, "{chunk_bytes}");
            assert_eq!(blocks.iter().map(Block::bytes).sum::<u64>(), 26);
            assert_eq!(blocks.len() > 2, chunk_bytes < 10, "{chunk_bytes}");
        }
    }

    #[test]
    fn keeps_the_fields_of_documents_in_memory() {
        let given = Document {
            id: Some("a".into()),
            title: Some("Title".into()),
            source: Some("Source".into()),
            date: Some("2026-05-04".into()),
            url: Some("https://a.example/".into()),
            byline: Some("Ann Lee".into()),
            language: Some("en".into()),
            agency: Some(Box::default()),
            ..document("one")
        };
        let inputs = [Input::in_memory("memory", vec![given.clone()])];
        let options = Options::default();
        let mut read = 0;
        for block in Blocks::new(&inputs, &options) {
            block.read(&mut |item| {
                let Item::Document(mut document) = item else {
                    panic!("{item:?}");
                };
                document.location = given.location;
                assert_eq!(document, given);
                read += 1;
            });
        }
        assert_eq!(read, 1);
    }

    #[test]
    fn rereads_documents_in_memory() {
        let documents = ["one", "two", "three"].map(document).to_vec();
        let inputs = [Input::in_memory("memory", documents)];
        let options = Options::default();
        let mut locations = Vec::new();
        for block in Blocks::new(&inputs, &options) {
            block.read(&mut |item| {
                if let Item::Document(document) = item {
                    locations.push(document.location);
                }
            });
        }
        let mut missing = locations[0];
        missing.offset = 7;
        let wanted = [locations[0], locations[2], missing];
        let mut texts = Vec::new();
        let unread = reread(&inputs, &options, &wanted, &mut |index, text| {
            texts.push((index, text.to_owned()));
        });
        assert_eq!(texts, [(0, "one".to_owned()), (1, "three".to_owned())]);
        let unread: Vec<_> = unread
            .iter()
            .map(|Unread { index, fault }| (*index, fault.code.as_str()))
            .collect();
        assert_eq!(unread, [(2, "changed")]);
    }

    #[test]
    fn no_path_reaches_documents_in_memory() {
        let inputs = [Input::in_memory("-", vec![document("one")])];
        let reached = reachable_from(&inputs, &["-".into()], &Options::default());
        assert_eq!(reached, [false]);
    }
}
