//! A baseline: a file of known copies. A run with a baseline reports only other copies.

use crate::FindingKind;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

/// Version of the baseline format.
pub const BASELINE_VERSION: u32 = 1;

/// The known copies: stories with the ids of their documents, and pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Always [`BASELINE_VERSION`].
    pub baseline_version: u32,
    /// Sorted document ids of each story.
    pub stories: Vec<Vec<String>>,
    /// Two document ids and the kind of their match: `exact`, `near`, `contained` or `overlap`.
    pub pairs: Vec<(String, String, FindingKind)>,
}

impl Baseline {
    /// Creates a baseline from the member ids of each cluster and the matches of a run. Takes O(n log n) time in
    /// members and matches.
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

    /// Writes the baseline as JSON with one story or pair per line, which suits line-based diffs.
    ///
    /// # Errors
    ///
    /// An error of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{{\"baseline_version\": {},", self.baseline_version)?;
        write_list(out, "stories", &self.stories)?;
        out.write_all(b",\n")?;
        write_list(out, "pairs", &self.pairs)?;
        out.write_all(b"}\n")
    }

    /// Returns an index for looking up pairs.
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

fn write_list<T: Serialize>(out: &mut dyn Write, name: &str, items: &[T]) -> io::Result<()> {
    write!(out, "\"{name}\": [")?;
    let mut buffer = Vec::new();
    for (at, item) in items.iter().enumerate() {
        crate::encode_json(&mut buffer, item)?;
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        out.write_all(&buffer)?;
    }
    out.write_all(b"]")
}

/// Index of a baseline for looking up pairs.
#[derive(Debug, Default)]
pub struct BaselineIndex<'a> {
    stories: HashMap<&'a str, HashSet<usize>>,
    pairs: HashMap<(&'a str, &'a str), FindingKind>,
}

impl BaselineIndex<'_> {
    /// Returns true if the baseline contains the pair with this kind or a closer one. A pair that is not listed is
    /// known if both documents are in one story.
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
    fn a_written_baseline_can_be_read_back() {
        for (report, _) in [sample(), hostile()] {
            let baseline = baseline(&report);
            let mut out = Vec::new();
            baseline.write(&mut out).unwrap();
            assert_eq!(serde_json::from_slice::<Baseline>(&out).unwrap(), baseline);
        }
    }

    #[test]
    fn knows_story_members_and_pairs_that_are_not_closer_than_before() {
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
