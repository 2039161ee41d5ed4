//! A block of texts, with where their stories stand and how they differ.

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

/// What a block holds.
#[derive(Serialize)]
struct Block<'a> {
    /// By document id.
    texts: BTreeMap<&'a str, Text<'a>>,
    /// Documents of its clusters whose texts stand in other blocks.
    elsewhere: BTreeMap<&'a str, usize>,
    /// By cluster id.
    stories: BTreeMap<&'a str, Story>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
    /// The byte of the whole text with which it begins.
    begin: u64,
    /// Bytes of the whole text.
    length: u64,
}

#[derive(Serialize)]
struct Story {
    /// Where the story stands in each member's text: begin and end by turns, in UTF-16 units.
    spans: Vec<Vec<u32>>,
    pairs: Vec<MemberPair>,
}

/// A block as the page holds it: JSON, deflated, in base 64.
pub(super) fn packed(layout: &BlockLayout<'_>, number: usize) -> io::Result<String> {
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
                let kept = text.kept;
                let text = Text {
                    text: &kept.text,
                    begin: kept.begin,
                    length: kept.length,
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

/// The spans of a member that stand in what is kept of its text.
fn spans(layout: &BlockLayout<'_>, member: &Member) -> Vec<u32> {
    let Some(text) = layout.text(&member.id) else {
        return vec![];
    };
    let locations = member.spans.iter().filter_map(|span| text.bytes(*span));
    let ends = locations.flat_map(|bytes| [bytes.start, bytes.end]);
    ends.map(|byte| text.unit(byte)).collect()
}
