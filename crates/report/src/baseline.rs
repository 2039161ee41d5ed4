//! Copies that are known and accepted, so that a check tells of others only.

use crate::FindingKind;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

/// The version of a baseline's meaning.
pub const BASELINE_VERSION: u32 = 1;

/// What is known: the stories with the ids of their documents, and pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Always [`BASELINE_VERSION`].
    pub baseline_version: u32,
    /// The ids of each story's documents, sorted.
    pub stories: Vec<Vec<String>>,
    /// Two ids and how close they are: `exact`, `near`, `contained` or `overlap`.
    pub pairs: Vec<(String, String, FindingKind)>,
}

impl Baseline {
    /// All that a run found: the ids of each cluster's members, and the matches in the report's order.
    /// Time n log n in members and matches.
    #[must_use]
    pub fn new(
        clusters: impl IntoIterator<Item = Vec<String>>,
        matches: impl IntoIterator<Item = (String, String, FindingKind)>,
    ) -> Self {
        let mut stories: Vec<Vec<String>> = clusters.into_iter().collect();
        stories.iter_mut().for_each(|ids| ids.sort_unstable());
        stories.sort_unstable();
        Self {
            baseline_version: BASELINE_VERSION,
            stories,
            pairs: matches.into_iter().collect(),
        }
    }

    /// Writes it as JSON, a story or pair a line, so that differences show line by line.
    ///
    /// # Errors
    ///
    /// Whatever `out` reports.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{{\"baseline_version\": {},", self.baseline_version)?;
        list(out, "stories", &self.stories)?;
        out.write_all(b",\n")?;
        list(out, "pairs", &self.pairs)?;
        out.write_all(b"}\n")
    }

    /// The same, to style up pairs.
    #[must_use]
    pub fn index(&self) -> BaselineIndex<'_> {
        let mut index = BaselineIndex::default();
        for (number, story) in self.stories.iter().enumerate() {
            for id in story {
                index.stories.entry(id).or_default().insert(number);
            }
        }
        for (a, b, kind) in &self.pairs {
            index.pairs.insert(ordered(a, b), *kind);
        }
        index
    }
}

fn list<T: Serialize>(out: &mut dyn Write, name: &str, items: &[T]) -> io::Result<()> {
    write!(out, "\"{name}\": [")?;
    let mut buffer = Vec::new();
    for (at, item) in items.iter().enumerate() {
        crate::encode_json(&mut buffer, item)?;
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        out.write_all(&buffer)?;
    }
    out.write_all(b"]")
}

/// A baseline, to style up pairs.
#[derive(Debug, Default)]
pub struct BaselineIndex<'a> {
    stories: HashMap<&'a str, HashSet<usize>>,
    pairs: HashMap<(&'a str, &'a str), FindingKind>,
}

impl BaselineIndex<'_> {
    /// True where the pair was known, and no closer kind than that; or where both stood in one story.
    #[must_use]
    pub fn knows(&self, a: &str, b: &str, kind: FindingKind) -> bool {
        match self.pairs.get(&ordered(a, b)) {
            Some(known) => *known <= kind,
            None => self.share_a_story(a, b),
        }
    }

    fn share_a_story(&self, a: &str, b: &str) -> bool {
        let of = |id| self.stories.get(id);
        of(a).zip(of(b)).is_some_and(|(a, b)| !a.is_disjoint(b))
    }
}

fn ordered<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    (a.min(b), a.max(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{hostile, sample};
    use crate::{Member, Report};

    fn baseline(report: &Report) -> Baseline {
        let ids = |members: &[Member]| members.iter().map(|m| m.id.clone()).collect();
        Baseline::new(
            report.clusters.iter().map(|c| ids(&c.members)),
            (report.matches.iter()).map(|m| (m.left.clone(), m.right.clone(), m.relation.into())),
        )
    }

    #[test]
    fn what_is_written_is_read_back() {
        for (report, _) in [sample(), hostile()] {
            let baseline = baseline(&report);
            let mut out = Vec::new();
            baseline.write(&mut out).unwrap();
            assert_eq!(serde_json::from_slice::<Baseline>(&out).unwrap(), baseline);
        }
    }

    #[test]
    fn known_are_members_of_one_story_and_pairs_no_closer_than_before() {
        let (report, _) = sample();
        let baseline = baseline(&report);
        let index = baseline.index();
        assert!(index.knows(
            "brief/harbour.txt",
            "regional/harbour.txt",
            FindingKind::Exact
        ));
        assert!(index.knows(
            "portal/page-7.txt",
            "archive.jsonl:18",
            FindingKind::Overlap
        ));
        assert!(!index.knows("portal/page-7.txt", "archive.jsonl:18", FindingKind::Near));
        assert!(!index.knows("mill.txt", "brief/harbour.txt", FindingKind::Overlap));
        assert!(!index.knows("mill.txt", "new.txt", FindingKind::Overlap));
    }
}
