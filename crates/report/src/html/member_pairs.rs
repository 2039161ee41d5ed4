//! Two members of a cluster texts each other: the passages that align, and the edits in and between them.

use super::block_layout::{BlockLayout, PlacedText};
use crate::word_diff::{Token, WordDiff, diff_gap, diff_passages};
use crate::{Cluster, Match, Member, SpanPair};
use dedupe_core::model::Relation;
use serde::Serialize;
use std::collections::HashMap;
use std::ops::Range;

/// Bytes of a gap between passages, on either side, up to which it counts as an edit of the story.
const MAX_GAP_BYTES: usize = 2_000;

/// A verified pair of members, with locations in UTF-16 units of the texts that are kept.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct MemberPair {
    /// The left document's place among the members.
    left: usize,
    right: usize,
    relation: Relation,
    words: u64,
    longest_run: u64,
    resemblance: f64,
    containment_left: f64,
    containment_right: f64,
    /// Begin and end on the left, then on the right.
    passages: Vec<[u32; 4]>,
    /// As passages; an empty side has none of the words.
    edits: Vec<[u32; 4]>,
    /// Passages beyond what is kept of the texts.
    beyond: usize,
    /// The end of a passage was not compared word by word.
    cut: bool,
}

/// The pairs of a cluster's members that were verified and whose texts are kept; and for a member that is an
/// exact copy of a verified one, its pair with the representative.
pub(super) fn member_pairs(layout: &BlockLayout<'_>, cluster: &Cluster) -> Vec<MemberPair> {
    let members = cluster.members.iter().enumerate();
    let locations: HashMap<&str, usize> = members.map(|(at, m)| (m.id.as_str(), at)).collect();
    let mut found = vec![];
    for member in &cluster.members {
        let matches = layout.matches_of(&member.id).iter();
        found.extend(
            matches
                .filter(|m| locations.contains_key(m.right.as_str()))
                .cloned(),
        );
    }
    found.extend(by_exact_copies(cluster, &found));
    let pair = |found: &Match| {
        let [left, right] = [&found.left, &found.right].map(|id| layout.text(id));
        let texts = PairTexts {
            left: left?,
            right: right?,
        };
        let [left, right] =
            [&found.left, &found.right].map(|id| locations.get(id.as_str()).copied());
        Some(texts.pair(found, [left?, right?]))
    };
    found.iter().filter_map(pair).collect()
}

/// The matches that members have with the representative by way of an exact copy: the report lists exact
/// copies with one of their own only. Their spans are the same words, so that they stand in the same order.
fn by_exact_copies(cluster: &Cluster, found: &[Match]) -> Vec<Match> {
    let kept = cluster.representative.as_str();
    let mut with_kept: HashMap<&str, &Match> = HashMap::new();
    let mut copy_of: HashMap<&str, &str> = HashMap::new();
    for m in found {
        match (m.left.as_str(), m.right.as_str()) {
            (left, right) if left == kept => drop(with_kept.insert(right, m)),
            (left, right) if right == kept => drop(with_kept.insert(left, m)),
            (left, right) if m.relation == Relation::Exact => {
                copy_of.insert(left, right);
                copy_of.insert(right, left);
            }
            _ => {}
        }
    }
    let others = cluster.members.iter();
    let unlisted = others.filter(|m| m.id != kept && !with_kept.contains_key(m.id.as_str()));
    unlisted
        .filter_map(|member| {
            let listed = *copy_of.get(member.id.as_str())?;
            of_copy(with_kept.get(listed)?, listed, member)
        })
        .collect()
}

/// A match with an exact copy in the place of the document that it was found for.
fn of_copy(found: &Match, listed: &str, copy: &Member) -> Option<Match> {
    let mut found = found.clone();
    let is_left = found.left == listed;
    found
        .spans
        .sort_unstable_by_key(|pair| if is_left { pair.left } else { pair.right });
    if found.spans.len() != copy.spans.len() {
        return None;
    }
    for (pair, span) in found.spans.iter_mut().zip(&copy.spans) {
        match is_left {
            true => pair.left = *span,
            false => pair.right = *span,
        }
    }
    found.spans.sort_unstable_by_key(|pair| pair.left);
    match is_left {
        true => found.left.clone_from(&copy.id),
        false => found.right.clone_from(&copy.id),
    }
    Some(found)
}

/// Two texts.
struct PairTexts<'a> {
    left: &'a PlacedText<'a>,
    right: &'a PlacedText<'a>,
}

/// A passage in bytes of what is kept.
type PassageBytes = [Range<usize>; 2];

impl PairTexts<'_> {
    fn pair(&self, found: &Match, [left, right]: [usize; 2]) -> MemberPair {
        let aligned: Vec<PassageBytes> =
            found.spans.iter().filter_map(|s| self.aligned(s)).collect();
        let mut edits = vec![];
        let mut cut = false;
        for passage in &aligned {
            cut |= self.passage_edits(passage, &mut edits);
        }
        for gap in gaps(&aligned) {
            self.gap_edits(&gap, &mut edits);
        }
        MemberPair {
            left,
            right,
            relation: found.relation,
            words: found.words,
            longest_run: found.longest_run,
            resemblance: found.resemblance,
            containment_left: found.containment_left,
            containment_right: found.containment_right,
            beyond: found.spans.len() - aligned.len(),
            passages: aligned.iter().map(|passage| self.units(passage)).collect(),
            edits,
            cut,
        }
    }

    fn aligned(&self, span: &SpanPair) -> Option<PassageBytes> {
        Some([self.left.bytes(span.left)?, self.right.bytes(span.right)?])
    }

    fn units(&self, [left, right]: &PassageBytes) -> [u32; 4] {
        [
            self.left.unit(left.start),
            self.left.unit(left.end),
            self.right.unit(right.start),
            self.right.unit(right.end),
        ]
    }

    fn texts(&self, [left, right]: &PassageBytes) -> [&str; 2] {
        [self.left.part(left), self.right.part(right)]
    }

    /// The edits in a passage; true where its end was not looked at.
    fn passage_edits(&self, passage: &PassageBytes, edits: &mut Vec<[u32; 4]>) -> bool {
        let [left, right] = self.texts(passage);
        if left == right {
            return false;
        }
        let found = diff_passages(left, right);
        edits.extend(changes(&found, passage).map(|edit| self.units(&edit)));
        found.cut
    }

    /// What stands between two passages: dropped on the one side, added on the other.
    fn gap_edits(&self, gap: &PassageBytes, edits: &mut Vec<[u32; 4]>) {
        let [left, right] = self.texts(gap);
        let found = diff_gap(left, right);
        for [left, right] in changes(&found, gap) {
            let (end, begin) = (left.end, right.start);
            for edit in [[left, begin..begin], [end..end, right]] {
                if edit.iter().any(|side| !side.is_empty()) {
                    edits.push(self.units(&edit));
                }
            }
        }
    }
}

/// What stands between passages that are neighbours on both sides: a passage that was moved is no part of
/// a gap.
fn gaps(aligned: &[PassageBytes]) -> Vec<PassageBytes> {
    let mut by_right: Vec<usize> = (0..aligned.len()).collect();
    by_right.sort_by_key(|&at| (aligned[at][1].start, aligned[at][1].end));
    let neighbours = by_right.windows(2).filter(|pair| pair[0] + 1 == pair[1]);
    let gaps = neighbours.filter_map(|pair| gap(&aligned[pair[0]], &aligned[pair[1]]));
    gaps.collect()
}

/// What stands between two passages, where they follow each other closely on both sides.
fn gap(before: &PassageBytes, after: &PassageBytes) -> Option<PassageBytes> {
    let [left, right] = [0, 1].map(|side| before[side].end..after[side].start);
    let close = |gap: &Range<usize>| gap.start <= gap.end && gap.len() <= MAX_GAP_BYTES;
    (close(&left) && close(&right)).then_some([left, right])
}

/// The runs that differ, in bytes of the texts.
fn changes<'a>(
    found: &'a WordDiff,
    within: &'a PassageBytes,
) -> impl Iterator<Item = PassageBytes> + use<'a> {
    let runs = found.runs.iter().filter(|run| !run.same);
    runs.map(|run| {
        [
            bytes(&found.left, &run.left, &within[0]),
            bytes(&found.right, &run.right, &within[1]),
        ]
    })
}

/// The bytes of a run of tokens; of an empty one the place where it would stand.
fn bytes(tokens: &[Token], run: &Range<usize>, within: &Range<usize>) -> Range<usize> {
    let place = |token: Option<&Token>, end: bool| {
        let bytes = token.map(|t| &t.bytes);
        within.start + bytes.map_or(0, |b| if end { b.end } else { b.start })
    };
    let last = run.end.checked_sub(1).and_then(|at| tokens.get(at));
    if run.is_empty() {
        let at = place(last, true);
        return at..at;
    }
    place(tokens.get(run.start), false)..place(last, true)
}
