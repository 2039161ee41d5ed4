//! Two members of a cluster side by side: the aligned passages, and the edits inside and between them.

use super::block_layout::{BlockLayout, LoadedText};
use crate::word_diff::{Token, WordDiff, diff_gap, diff_passages};
use crate::{Cluster, Match, Member, SpanPair};
use dedupe_core::model::Relation;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::io;
use std::ops::Range;

/// A gap between two passages is shown as an edit if it has at most this many bytes on each side.
const MAX_GAP_BYTES: usize = 2_000;

/// A verified pair of members. Positions are UTF-16 code units in the embedded texts.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct MemberPair {
    /// Index of the left document among the members.
    left: usize,
    /// Index of the right document among the members.
    right: usize,
    relation: Relation,
    words: u64,
    longest_run: u64,
    resemblance: f64,
    containment_left: f64,
    containment_right: f64,
    /// Begin and end in the left text, then in the right text.
    passages: Vec<[u32; 4]>,
    /// Edits in the same form. An edit with an empty side adds or removes text.
    edits: Vec<[u32; 4]>,
    /// Number of passages outside the embedded parts of the texts.
    beyond: usize,
    /// Whether a passage was too long to be compared to its end.
    cut: bool,
}

/// Returns the matches between members of a cluster. A member that is an exact copy of a matched member also gets a
/// match with the representative.
pub(super) fn member_matches(
    layout: &BlockLayout<'_>,
    cluster: &Cluster,
) -> io::Result<Vec<Match>> {
    let ids: HashSet<&str> = cluster.members.iter().map(|m| m.id.as_str()).collect();
    let mut found = vec![];
    for member in &cluster.members {
        for &at in layout.matches_of(&member.id) {
            if ids.contains(layout.report.match_header(at).right) {
                found.push(layout.report.match_at(at)?.into_owned());
            }
        }
    }
    found.extend(matches_of_exact_copies(cluster, &found));
    Ok(found)
}

/// Returns the pairs of these matches whose texts are embedded.
pub(super) fn member_pairs(
    cluster: &Cluster,
    matches: &[Match],
    texts: &HashMap<&str, LoadedText>,
) -> Vec<MemberPair> {
    let members = cluster.members.iter().enumerate();
    let locations: HashMap<&str, usize> = members.map(|(at, m)| (m.id.as_str(), at)).collect();
    let pair = |found: &Match| {
        let [left, right] = [&found.left, &found.right].map(|id| texts.get(id.as_str()));
        let texts = PairTexts {
            left: left?,
            right: right?,
        };
        let [left, right] =
            [&found.left, &found.right].map(|id| locations.get(id.as_str()).copied());
        Some(texts.pair(found, [left?, right?]))
    };
    matches.iter().filter_map(pair).collect()
}

/// Derives matches with the representative for exact copies. The report matches an exact copy only with one document
/// of the same words. Both have the same spans in the same order, so that the match of that document applies.
fn matches_of_exact_copies(cluster: &Cluster, found: &[Match]) -> Vec<Match> {
    let representative = cluster.representative.as_str();
    let mut with_representative: HashMap<&str, &Match> = HashMap::new();
    let mut copy_of: HashMap<&str, &str> = HashMap::new();
    for m in found {
        match (m.left.as_str(), m.right.as_str()) {
            (left, right) if left == representative => drop(with_representative.insert(right, m)),
            (left, right) if right == representative => drop(with_representative.insert(left, m)),
            (left, right) if m.relation == Relation::Exact => {
                copy_of.insert(left, right);
                copy_of.insert(right, left);
            }
            _ => {}
        }
    }
    let others = cluster.members.iter();
    let unlisted = others
        .filter(|m| m.id != representative && !with_representative.contains_key(m.id.as_str()));
    unlisted
        .filter_map(|member| {
            let listed = *copy_of.get(member.id.as_str())?;
            match_of_copy(with_representative.get(listed)?, listed, member)
        })
        .collect()
}

/// Returns the match with `copy` in place of the document `listed`.
fn match_of_copy(found: &Match, listed: &str, copy: &Member) -> Option<Match> {
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

/// The texts of a pair.
struct PairTexts<'a> {
    left: &'a LoadedText,
    right: &'a LoadedText,
}

/// Byte ranges of a passage in the embedded parts of both texts.
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
            passages: aligned
                .iter()
                .map(|passage| self.utf16_quad(passage))
                .collect(),
            edits,
            cut,
        }
    }

    fn aligned(&self, span: &SpanPair) -> Option<PassageBytes> {
        Some([self.left.bytes(span.left)?, self.right.bytes(span.right)?])
    }

    fn utf16_quad(&self, [left, right]: &PassageBytes) -> [u32; 4] {
        [
            self.left.utf16_offset(left.start),
            self.left.utf16_offset(left.end),
            self.right.utf16_offset(right.start),
            self.right.utf16_offset(right.end),
        ]
    }

    fn texts(&self, [left, right]: &PassageBytes) -> [&str; 2] {
        [self.left.part(left), self.right.part(right)]
    }

    /// Adds the edits inside a passage. Returns true if the passage was too long to be compared to its end.
    fn passage_edits(&self, passage: &PassageBytes, edits: &mut Vec<[u32; 4]>) -> bool {
        let [left, right] = self.texts(passage);
        if left == right {
            return false;
        }
        let found = diff_passages(left, right);
        edits.extend(changes(&found, passage).map(|edit| self.utf16_quad(&edit)));
        found.cut
    }

    /// Adds the edits between two passages: text removed on the left, text added on the right.
    fn gap_edits(&self, gap: &PassageBytes, edits: &mut Vec<[u32; 4]>) {
        let [left, right] = self.texts(gap);
        let found = diff_gap(left, right);
        for [left, right] in changes(&found, gap) {
            let (end, begin) = (left.end, right.start);
            for edit in [[left, begin..begin], [end..end, right]] {
                if edit.iter().any(|side| !side.is_empty()) {
                    edits.push(self.utf16_quad(&edit));
                }
            }
        }
    }
}

/// Returns the gaps between passages that are neighbours on both sides. A moved passage has no such neighbours.
fn gaps(aligned: &[PassageBytes]) -> Vec<PassageBytes> {
    let mut by_right: Vec<usize> = (0..aligned.len()).collect();
    by_right.sort_by_key(|&at| (aligned[at][1].start, aligned[at][1].end));
    let neighbours = by_right.windows(2).filter(|pair| pair[0] + 1 == pair[1]);
    let gaps = neighbours.filter_map(|pair| gap(&aligned[pair[0]], &aligned[pair[1]]));
    gaps.collect()
}

/// Returns the gap between two passages, if they follow each other closely on both sides.
fn gap(before: &PassageBytes, after: &PassageBytes) -> Option<PassageBytes> {
    let [left, right] = [0, 1].map(|side| before[side].end..after[side].start);
    let close = |gap: &Range<usize>| gap.start <= gap.end && gap.len() <= MAX_GAP_BYTES;
    (close(&left) && close(&right)).then_some([left, right])
}

/// Returns the runs that differ, as byte ranges of the texts.
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

/// Converts a run of tokens to a byte range. An empty run becomes an empty range at its position.
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
