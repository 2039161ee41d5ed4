//! Builds the blocks of the page: texts, the position of the story in each text, and the differences of pairs.

use super::block_layout::{BlockLayout, LoadedText};
use super::lineage::copied_from;
use super::member_pairs::{MemberPair, member_matches, member_pairs};
use super::text_sources::{TextSources, text_sources};
use crate::Member;
use crate::embedded_texts::EmbeddedText;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

/// The content of a block.
#[derive(Default, Serialize)]
struct Block {
    /// Texts by document id.
    texts: BTreeMap<String, Text>,
    /// Block numbers of the documents of its entries whose texts are in other blocks.
    elsewhere: BTreeMap<String, usize>,
    /// Stories and overlaps by their index among the entries.
    entries: BTreeMap<usize, Entry>,
}

#[derive(Serialize)]
struct Text {
    text: String,
    /// Offset of the embedded part in the whole text, in bytes.
    begin: u64,
    /// Length of the whole text in bytes.
    length: u64,
    sources: TextSources,
}

#[derive(Serialize)]
struct Entry {
    /// For each member, the spans of the story in its text: begin, end, begin, end, and so on, in UTF-16 code units.
    spans: Vec<Vec<u32>>,
    pairs: Vec<MemberPair>,
    /// For each member, the index of the member that it was most likely copied from.
    copied_from: Vec<Option<usize>>,
}

/// Returns a block as the page stores it: JSON, compressed with DEFLATE, in Base64.
pub(super) fn packed_block(layout: &BlockLayout<'_>, number: usize) -> io::Result<String> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&serde_json::to_vec(&block(layout, number)?)?)?;
    Ok(STANDARD.encode(encoder.finish()?))
}

fn block(layout: &BlockLayout<'_>, number: usize) -> io::Result<Block> {
    let mut block = Block::default();
    for at in layout.blocks.get(number).cloned().unwrap_or_default() {
        let cluster = layout.entry(at)?;
        let texts = layout.texts_of(&cluster)?;
        let matches = match layout.overlap(at)? {
            Some(found) => vec![found.into_owned()],
            None => member_matches(layout, &cluster)?,
        };
        let entry = Entry {
            spans: (cluster.members.iter()).map(|m| spans(&texts, m)).collect(),
            pairs: member_pairs(&cluster, &matches, &texts),
            copied_from: copied_from(&cluster, &matches),
        };
        block.entries.insert(at, entry);
        for (id, text) in texts {
            match layout.block_of(id) {
                Some(other) if other != number => {
                    block.elsewhere.insert(id.to_owned(), other);
                }
                _ if block.texts.contains_key(id) => {}
                _ => {
                    let sources = text_sources(layout, id, &text)?;
                    let EmbeddedText {
                        text,
                        begin,
                        length,
                    } = text.embedded;
                    let text = Text {
                        text,
                        begin,
                        length,
                        sources,
                    };
                    block.texts.insert(id.to_owned(), text);
                }
            }
        }
    }
    Ok(block)
}

/// Returns the spans of a member that are inside the embedded part of its text.
fn spans(texts: &HashMap<&str, LoadedText>, member: &Member) -> Vec<u32> {
    let Some(text) = texts.get(member.id.as_str()) else {
        return vec![];
    };
    let locations = member.spans.iter().filter_map(|span| text.bytes(*span));
    let ends = locations.flat_map(|bytes| [bytes.start, bytes.end]);
    ends.map(|byte| text.utf16_offset(byte)).collect()
}
