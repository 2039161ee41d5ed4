//! Builds the blocks of the page: texts, the position of the story in each text, and the differences of pairs.

use super::block_layout::BlockLayout;
use super::member_pairs::{MemberPair, member_pairs};
use crate::{Cluster, Member};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The content of a block.
#[derive(Serialize)]
struct Block<'a> {
    /// Texts by document id.
    texts: BTreeMap<&'a str, Text<'a>>,
    /// Block numbers of the documents of its clusters whose texts are in other blocks.
    elsewhere: BTreeMap<&'a str, usize>,
    /// Stories by cluster id.
    stories: BTreeMap<&'a str, Story>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
    /// Offset of the embedded part in the whole text, in bytes.
    begin: u64,
    /// Length of the whole text in bytes.
    length: u64,
}

#[derive(Serialize)]
struct Story {
    /// For each member, the spans of the story in its text: begin, end, begin, end, and so on, in UTF-16 code units.
    spans: Vec<Vec<u32>>,
    pairs: Vec<MemberPair>,
}

/// Returns a block as the page stores it: JSON, compressed with DEFLATE, in Base64.
pub(super) fn packed_block(layout: &BlockLayout<'_>, number: usize) -> io::Result<String> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&serde_json::to_vec(&block(layout, number))?)?;
    Ok(STANDARD.encode(encoder.finish()?))
}

fn block<'a>(layout: &BlockLayout<'a>, number: usize) -> Block<'a> {
    let mut block = Block {
        texts: BTreeMap::new(),
        elsewhere: BTreeMap::new(),
        stories: BTreeMap::new(),
    };
    let clusters = layout.blocks.get(number).cloned().unwrap_or_default();
    for cluster in layout.clusters.get(clusters).unwrap_or_default() {
        for member in &cluster.members {
            let Some(text) = layout.text(&member.id) else {
                continue;
            };
            if text.block == number {
                let embedded = text.embedded;
                let text = Text {
                    text: &embedded.text,
                    begin: embedded.begin,
                    length: embedded.length,
                };
                block.texts.insert(&member.id, text);
            } else {
                block.elsewhere.insert(&member.id, text.block);
            }
        }
        block.stories.insert(&cluster.id, story(layout, cluster));
    }
    block
}

fn story(layout: &BlockLayout<'_>, cluster: &Cluster) -> Story {
    Story {
        spans: cluster.members.iter().map(|m| spans(layout, m)).collect(),
        pairs: member_pairs(layout, cluster),
    }
}

/// Returns the spans of a member that are inside the embedded part of its text.
fn spans(layout: &BlockLayout<'_>, member: &Member) -> Vec<u32> {
    let Some(text) = layout.text(&member.id) else {
        return vec![];
    };
    let locations = member.spans.iter().filter_map(|span| text.bytes(*span));
    let ends = locations.flat_map(|bytes| [bytes.start, bytes.end]);
    ends.map(|byte| text.utf16_offset(byte)).collect()
}
