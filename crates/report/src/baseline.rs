//! A baseline: a file of known copies. A run with a baseline reports only other copies.
//!
//! A document of the run is one of the baseline if both have the same name and words, or else the same words, or else
//! the same name. So a document stays known if its file is moved, if lines before its record are added, and if it is
//! edited. A document of the baseline stands for one document of the run: a further copy is not known.

use crate::FindingKind;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

/// Version of the baseline format.
pub const BASELINE_VERSION: u32 = 2;

/// The known copies: stories with the names of their documents, and pairs. The name of a document is its id, in which
/// the path of its file is relative to the folder of the baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Always [`BASELINE_VERSION`].
    pub baseline_version: u32,
    /// Sorted names of the documents of each story.
    pub stories: Vec<Vec<String>>,
    /// The names of two documents and the kind of their match: `exact`, `near`, `contained`, `version` or `overlap`.
    pub pairs: Vec<(String, String, FindingKind)>,
    /// The name of each document and the digest of its words, as [`Member::digest`](crate::Member::digest), sorted.
    pub documents: Vec<(String, String)>,
}

/// A document of a run, as a baseline knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedDocument {
    /// Its name; see [`Baseline`].
    pub name: String,
    /// The digest of its words.
    pub digest: String,
}

impl Baseline {
    /// Creates a baseline from the names of the members of each cluster, the matches of a run, and the documents of
    /// both. Takes O(n log n) time in members and matches.
    #[must_use]
    pub fn new(
        clusters: impl IntoIterator<Item = Vec<String>>,
        matches: impl IntoIterator<Item = (String, String, FindingKind)>,
        documents: impl IntoIterator<Item = NamedDocument>,
    ) -> Self {
        let mut stories: Vec<Vec<String>> = clusters.into_iter().collect();
        stories.iter_mut().for_each(|names| names.sort_unstable());
        stories.sort_unstable();
        let documents = documents.into_iter().map(|d| (d.name, d.digest));
        let mut documents: Vec<(String, String)> = documents.collect();
        documents.sort_unstable();
        documents.dedup();
        Self {
            baseline_version: BASELINE_VERSION,
            stories,
            pairs: matches.into_iter().collect(),
            documents,
        }
    }

    /// Writes the baseline as JSON with one story, pair or document per line, which suits line-based diffs.
    ///
    /// # Errors
    ///
    /// An error of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{{\"baseline_version\": {},", self.baseline_version)?;
        write_list(out, "stories", &self.stories)?;
        out.write_all(b",\n")?;
        write_list(out, "pairs", &self.pairs)?;
        out.write_all(b",\n")?;
        write_list(out, "documents", &self.documents)?;
        out.write_all(b"}\n")
    }

    /// Returns an index for looking up pairs among the documents of a run, by their index.
    ///
    /// `documents` returns them in order. It is called several times, so that not all names are in memory at once.
    pub fn index<I: Iterator<Item = NamedDocument>>(
        &self,
        documents: impl Fn() -> I,
    ) -> BaselineIndex {
        let mut names: HashMap<&str, usize> = HashMap::with_capacity(self.documents.len());
        let mut index = BaselineIndex {
            known: self.identify(documents),
            ..BaselineIndex::default()
        };
        // A document that an edited baseline names only here is known by its name alone, and so by no document.
        for (at, (name, _)) in self.documents.iter().enumerate() {
            names.insert(name, at);
        }
        for (number, story) in self.stories.iter().enumerate() {
            for &document in story.iter().filter_map(|name| names.get(name.as_str())) {
                index.stories.entry(document).or_default().insert(number);
            }
        }
        for (a, b, kind) in &self.pairs {
            if let (Some(&a), Some(&b)) = (names.get(a.as_str()), names.get(b.as_str())) {
                index.pairs.insert(ordered(a, b), *kind);
            }
        }
        index
    }

    /// Finds the document of the baseline for each document of a run. Both are given by their indices.
    fn identify<I: Iterator<Item = NamedDocument>>(
        &self,
        documents: impl Fn() -> I,
    ) -> HashMap<usize, usize> {
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        let mut by_digest: HashMap<&str, Vec<usize>> = HashMap::new();
        // The last documents come first, so that the first ones are taken first.
        for (at, (name, digest)) in self.documents.iter().enumerate().rev() {
            by_name.insert(name, at);
            by_digest.entry(digest).or_default().push(at);
        }
        let mut known: HashMap<usize, usize> = HashMap::new();
        let mut taken = vec![false; self.documents.len()];
        let named = |name: &str| by_name.get(name).copied();
        let has_words = |at: usize, digest: &str| {
            self.documents
                .get(at)
                .is_some_and(|(_, words)| words == digest)
        };
        for (document, found) in documents().enumerate() {
            if let Some(at) = named(&found.name).filter(|&at| has_words(at, &found.digest)) {
                take(at, document, &mut taken, &mut known);
            }
        }
        for (document, found) in documents().enumerate() {
            if known.contains_key(&document) {
                continue;
            }
            let Some(same_words) = by_digest.get_mut(found.digest.as_str()) else {
                continue;
            };
            while let Some(at) = same_words.pop() {
                if take(at, document, &mut taken, &mut known) {
                    break;
                }
            }
        }
        for (document, found) in documents().enumerate() {
            if let Some(at) = named(&found.name).filter(|_| !known.contains_key(&document)) {
                take(at, document, &mut taken, &mut known);
            }
        }
        known
    }
}

/// Lets a document of the baseline stand for one of the run, unless it stands for another one.
fn take(at: usize, document: usize, taken: &mut [bool], known: &mut HashMap<usize, usize>) -> bool {
    match taken.get_mut(at) {
        Some(taken) if !*taken => {
            *taken = true;
            known.insert(document, at);
            true
        }
        _ => false,
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

/// Index of a baseline for looking up pairs of documents of a run.
#[derive(Debug, Default)]
pub struct BaselineIndex {
    /// The document of the baseline, by document of the run.
    known: HashMap<usize, usize>,
    /// The stories of each document of the baseline.
    stories: HashMap<usize, HashSet<usize>>,
    pairs: HashMap<(usize, usize), FindingKind>,
}

impl BaselineIndex {
    /// Returns true if the baseline contains the pair with this kind or a closer one. A pair that is not listed is
    /// known if both documents are in one story.
    #[must_use]
    pub fn knows(&self, a: usize, b: usize, kind: FindingKind) -> bool {
        let (Some(&a), Some(&b)) = (self.known.get(&a), self.known.get(&b)) else {
            return false;
        };
        match self.pairs.get(&ordered(a, b)) {
            Some(known) => *known <= kind,
            None => self.share_a_story(a, b),
        }
    }

    fn share_a_story(&self, a: usize, b: usize) -> bool {
        let of = |document: usize| self.stories.get(&document);
        of(a).zip(of(b)).is_some_and(|(a, b)| !a.is_disjoint(b))
    }
}

fn ordered(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(name: &str, digest: &str) -> NamedDocument {
        NamedDocument {
            name: name.into(),
            digest: digest.into(),
        }
    }

    /// A baseline of a story of `a.txt`, `b.txt` and `c.txt`, whose digests are `A`, `B` and `C`, and of an overlap of
    /// `c.txt` and `d.txt`.
    fn baseline() -> Baseline {
        let named = |names: &[&str]| -> Vec<String> { names.iter().map(|&n| n.into()).collect() };
        Baseline::new(
            [named(&["b.txt", "c.txt", "a.txt"])],
            [
                ("a.txt".into(), "b.txt".into(), FindingKind::Near),
                ("c.txt".into(), "d.txt".into(), FindingKind::Overlap),
            ],
            ["d", "a", "b", "c", "a"].map(|n| document(&format!("{n}.txt"), &n.to_uppercase())),
        )
    }

    fn knows(documents: &[(&str, &str)], a: usize, b: usize, kind: FindingKind) -> bool {
        let documents = || {
            documents
                .iter()
                .map(|(name, digest)| document(name, digest))
        };
        baseline().index(documents).knows(a, b, kind)
    }

    #[test]
    fn a_written_baseline_can_be_read_back() {
        let mut baseline = baseline();
        baseline.stories[0].push("\u{1b}\n\"</script>".into());
        let mut out = Vec::new();
        baseline.write(&mut out).unwrap();
        assert_eq!(serde_json::from_slice::<Baseline>(&out).unwrap(), baseline);
        assert_eq!(baseline.documents.len(), 4);
    }

    #[test]
    fn knows_story_members_and_pairs_that_are_not_closer_than_before() {
        use FindingKind::{Exact, Near, Overlap};
        let all = [
            ("a.txt", "A"),
            ("b.txt", "B"),
            ("c.txt", "C"),
            ("d.txt", "D"),
            ("e.txt", "E"),
        ];
        assert!(knows(&all, 0, 2, Exact));
        assert!(knows(&all, 3, 2, Overlap));
        assert!(!knows(&all, 2, 3, Near));
        assert!(knows(&all, 1, 0, Near));
        assert!(!knows(&all, 0, 1, Exact));
        assert!(!knows(&all, 0, 3, Overlap));
        assert!(!knows(&all, 0, 4, Overlap));
    }

    #[test]
    fn a_document_is_known_by_its_words_or_its_name() {
        let near = FindingKind::Near;
        assert!(knows(&[("moved.txt", "A"), ("b.txt", "B")], 0, 1, near));
        assert!(knows(&[("a.txt", "edited"), ("b.txt", "B")], 0, 1, near));
        // Lines were added before the records.
        assert!(knows(&[("c.txt", "A"), ("a.txt", "B")], 0, 1, near));
        assert!(!knows(
            &[("moved.txt", "edited"), ("b.txt", "B")],
            0,
            1,
            near
        ));
    }

    /// Another copy of a known document has its words too.
    #[test]
    fn a_further_copy_of_a_known_document_is_not_known() {
        let documents = [("new.txt", "A"), ("a.txt", "A"), ("b.txt", "B")];
        assert!(knows(&documents, 1, 2, FindingKind::Near));
        assert!(!knows(&documents, 0, 2, FindingKind::Near));
        assert!(!knows(&documents, 0, 1, FindingKind::Exact));
    }
}
