//! Why two documents are, or are not, copies: the stages of a run, looked at for chosen pairs.

use super::clock::Clock;
use super::exact::ExactGroups;
use super::propose::{Proposal, needed};
use super::read;
use super::sources::Sources;
use super::verification::{BLANK_LEFT, BLANK_RIGHT, Verification};
use super::{Error, Progress, Settings, Stage, check_size, rank};
use crate::candidates::Pair;
use crate::cluster::Verifier;
use crate::corpus::Corpus;
use crate::model::{DocumentIndex, Match, Passage, Relation, Span};
use crate::sketch::minhash::Signature;
use crate::source::{self, Input, Place};
use crate::text::shingles::shingles;
use crate::verify::align::Aligner;
use crate::verify::boilerplate::{self, Boilerplate};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

/// Why there is nothing to explain.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unexplained {
    /// The corpus could not be taken.
    #[error(transparent)]
    Run(#[from] Error),
    /// Nothing was read that has this id.
    #[error("no document has the id {id}{}", reason(.fault))]
    Unknown {
        /// As asked for.
        id: String,
        /// Why an input of this name was not used.
        fault: Option<String>,
    },
    /// Both names name one document.
    #[error("{id} is one document, and two are compared")]
    Same {
        /// Its id.
        id: String,
    },
    /// What was given holds more documents than one.
    #[error("{path} holds {documents} documents, and one was expected")]
    Many {
        /// The file or folder.
        path: String,
        /// Documents in it.
        documents: usize,
    },
}

fn reason(fault: &Option<String>) -> String {
    fault
        .as_ref()
        .map_or_else(String::new, |f| format!(": {f}"))
}

/// One of the two documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Examined {
    /// Its id.
    pub id: String,
    /// The file it was read from.
    pub path: String,
    /// Headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Publisher or site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Date of publication, as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Words in all.
    pub words: u64,
    /// Words that are discounted as boilerplate.
    pub boilerplate_words: u64,
    /// Where those stand.
    pub boilerplate: Vec<Span>,
    /// The text, as decoded; empty where it could not be read a second time.
    #[serde(skip)]
    pub text: String,
}

impl Examined {
    /// The text of a span; empty where there is none.
    #[must_use]
    pub fn passage(&self, span: Span) -> &str {
        let range = span.begin as usize..span.end as usize;
        self.text.get(range).unwrap_or_default()
    }
}

/// Two passages that align.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AlignedPassage {
    /// In the left document.
    pub left: Span,
    /// In the right one.
    pub right: Span,
    /// Words aligned, equal or substituted.
    pub words: u64,
    /// Words that are equal.
    pub equal: u64,
}

/// What the stages before verification see of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sketches {
    /// Fingerprints of the left document, each once.
    pub fingerprints_left: u64,
    /// Of the right one.
    pub fingerprints_right: u64,
    /// Those that both have.
    pub fingerprints_shared: u64,
    /// How many they must share to be proposed.
    pub fingerprints_needed: u64,
    /// LSH buckets that both fall into, of `buckets`; one is enough.
    pub buckets_shared: u64,
    /// Buckets a document falls into.
    pub buckets: u64,
    /// Jaccard similarity of the shingle sets.
    pub shingle_resemblance: f64,
    /// What the signatures estimate it to be.
    pub signature_resemblance: f64,
    /// Probability that documents of that similarity meet in a bucket.
    pub bucket_probability: f64,
    /// True where the run proposes the pair, or one that stands for it.
    pub proposed: bool,
}

/// Everything about one pair.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The document named first.
    pub left: Examined,
    /// The document named second.
    pub right: Examined,
    /// What left is to right; none where they are nothing to each other.
    pub relation: Option<Relation>,
    /// Containment from which a document counts as a copy.
    pub threshold: f64,
    /// Words an overlap must share in one passage.
    pub min_passage: u32,
    /// Words aligned, without boilerplate.
    pub words: u64,
    /// Words of the longest verbatim run.
    pub longest_run: u64,
    /// Words of the longest aligned passage.
    pub longest_passage: u64,
    /// Aligned / (left + right - aligned).
    pub resemblance: f64,
    /// Aligned / words of left that are no boilerplate.
    pub containment_left: f64,
    /// Aligned / words of right that are no boilerplate.
    pub containment_right: f64,
    /// What the candidate stage sees.
    pub sketches: Sketches,
    /// What aligns, in the order of the left document.
    pub passages: Vec<AlignedPassage>,
}

impl Explanation {
    /// The reason for the relation, or for none, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let most = self.containment_left.max(self.containment_right);
        let sketches = &self.sketches;
        if !sketches.proposed && sketches.fingerprints_shared >= sketches.fingerprints_needed {
            return format!(
                "not compared: the {} fingerprints shared are held by many, and link to others; \
                 no common bucket",
                sketches.fingerprints_shared
            );
        }
        if !sketches.proposed {
            return format!(
                "never compared: {} fingerprints shared of {} needed, no common bucket",
                sketches.fingerprints_shared, sketches.fingerprints_needed
            );
        }
        format!(
            "compared: {} words align, {most:.2} of one document, threshold {}",
            self.words, self.threshold
        )
    }
}

/// Explains a pair of ids of the corpus that `paths` name. Boilerplate is learnt from all of it.
///
/// # Errors
///
/// See [`Unexplained`].
pub fn explain(
    paths: &[PathBuf],
    left: &str,
    right: &str,
    source: &source::Options,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Explanation, Unexplained> {
    let same = || Unexplained::Same {
        id: left.to_owned(),
    };
    if left == right {
        return Err(same());
    }
    let mut study = Study::new(paths, source, settings, progress)?;
    let chosen = (study.find(left)?, study.find(right)?);
    let found = study.explain(&[chosen], progress);
    found.into_iter().next().ok_or_else(same)
}

/// Why each of many pairs of ids is what it is, in a sentence; none for a pair with an id that no
/// document has.
///
/// # Errors
///
/// The corpus could not be taken.
pub fn reasons(
    paths: &[PathBuf],
    pairs: &[(String, String)],
    source: &source::Options,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Vec<Option<String>>, Error> {
    let mut study = Study::new(paths, source, settings, progress)?;
    let ids: HashMap<&str, DocumentIndex> =
        (study.corpus.indices()).map(|d| (study.id(d), d)).collect();
    let find = |id: &String| ids.get(id.as_str()).copied();
    let chosen: Vec<_> = (pairs.iter())
        .map(|(left, right)| find(left).zip(find(right)))
        .collect();
    drop(ids);
    let known: Vec<_> = chosen.iter().flatten().copied().collect();
    let mut explained = study.explain(&known, progress).into_iter();
    let reason = |pair: Option<_>| pair.and_then(|_| Some(explained.next()?.sentence()));
    Ok(chosen.into_iter().map(reason).collect())
}

/// Explains a pair of files, each of which is one document, from those two alone.
///
/// # Errors
///
/// See [`Unexplained`].
pub fn explain_files(
    left: PathBuf,
    right: PathBuf,
    source: &source::Options,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Explanation, Unexplained> {
    let paths = [left, right];
    let mut study = Study::new(&paths, source, settings, progress)?;
    let [left, right] = &paths;
    let chosen = (study.only(left)?, study.only(right)?);
    if chosen.0 == chosen.1 {
        let id = study.id(chosen.0).to_owned();
        return Err(Unexplained::Same { id });
    }
    let found = study.explain(&[chosen], progress);
    found.into_iter().next().ok_or(Unexplained::Same {
        id: left.display().to_string(),
    })
}

/// A corpus, read to be looked at.
struct Study<'a> {
    corpus: Corpus,
    inputs: Vec<Input>,
    skipped: Vec<crate::model::Fault>,
    source: &'a source::Options,
    settings: &'a Settings,
}

impl<'a> Study<'a> {
    fn new(
        paths: &[PathBuf],
        source: &'a source::Options,
        settings: &'a Settings,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let mut clock = Clock::new(progress);
        let walk = clock.run(
            Stage::Walk,
            None,
            || source::walk(paths, source),
            |walk| (walk.inputs.len(), None),
        );
        let total = walk.inputs.iter().map(Input::size).sum();
        let reading = clock.run(
            Stage::Read,
            total,
            || read::read(&walk.inputs, source, settings.sketcher(), progress),
            |reading| (reading.corpus.len(), None),
        );
        check_size(&reading.corpus)?;
        Ok(Self {
            corpus: reading.corpus,
            inputs: walk.inputs,
            skipped: [walk.skipped, reading.skipped].concat(),
            source,
            settings,
        })
    }

    fn id(&self, document: DocumentIndex) -> &str {
        let record = self.corpus.record(document);
        record.id.as_deref().unwrap_or_default()
    }

    fn find(&self, id: &str) -> Result<DocumentIndex, Unexplained> {
        let mut all = self.corpus.indices();
        let found = all.find(|&d| self.id(d) == id);
        found.ok_or_else(|| Unexplained::Unknown {
            id: id.to_owned(),
            fault: self.fault(id),
        })
    }

    /// Why the input of this name was not used.
    fn fault(&self, path: &str) -> Option<String> {
        let fault = self.skipped.iter().find(|f| f.path == path)?;
        Some(fault.reason.clone())
    }

    /// The one document of a file.
    fn only(&self, path: &PathBuf) -> Result<DocumentIndex, Unexplained> {
        let shown = path.display().to_string();
        let is_of = |d: &DocumentIndex| {
            let input = self.corpus.record(*d).place.input as usize;
            let file = self.inputs.get(input).and_then(Input::file_path);
            file.is_some_and(|file| file.starts_with(path))
        };
        let mut found = self.corpus.indices().filter(is_of);
        match (found.next(), found.count()) {
            (Some(only), 0) => Ok(only),
            (Some(_), more) => Err(Unexplained::Many {
                path: shown,
                documents: more + 1,
            }),
            (None, _) => Err(Unexplained::Unknown {
                fault: self.fault(&shown),
                id: shown,
            }),
        }
    }

    /// Runs the stages up to boilerplate over the corpus, and looks at the pairs.
    fn explain(
        &mut self,
        chosen: &[(DocumentIndex, DocumentIndex)],
        progress: &dyn Progress,
    ) -> Vec<Explanation> {
        let mut clock = Clock::new(progress);
        let ranks = rank::ranks(&self.corpus, self.settings.keep);
        let groups = ExactGroups::new(&self.corpus, &ranks);
        let corpus = &mut self.corpus;
        let proposal = clock.run(
            Stage::Candidates,
            None,
            || Proposal::new(corpus, &groups),
            |proposal| (proposal.pairs.len(), None),
        );
        let boilerplate = clock.run(
            Stage::Boilerplate,
            None,
            || {
                let sources = Sources::new(&self.corpus, &self.inputs, self.settings.sketcher());
                boilerplate::learn(&proposal.keys, &proposal.shared, &sources)
            },
            |boilerplate| (boilerplate.notices.len(), None),
        );
        let texts = self.texts(chosen);
        let look = Look {
            study: self,
            stands_for: groups
                .copies()
                .map(|(center, copy)| (copy, center))
                .collect(),
            proposal: &proposal,
            boilerplate: &boilerplate,
            texts,
        };
        chosen.iter().map(|&(a, b)| look.pair(a, b)).collect()
    }

    /// The texts of the documents of the pairs, read again.
    fn texts(&self, pairs: &[(DocumentIndex, DocumentIndex)]) -> HashMap<DocumentIndex, String> {
        let key = |p: Place| (p.input, p.offset, p.line);
        let place = |d: DocumentIndex| self.corpus.record(d).place;
        let mut documents: Vec<DocumentIndex> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
        documents.sort_by_key(|&d| (key(place(d)), d));
        documents.dedup();
        let places: Vec<Place> = documents.iter().map(|&d| place(d)).collect();
        let mut texts = HashMap::new();
        source::reread(&self.inputs, self.source, &places, &mut |at, text| {
            if let Some(&document) = documents.get(at) {
                texts.insert(document, text.to_owned());
            }
        });
        texts
    }
}

/// Everything that one pair is looked at with.
struct Look<'a> {
    study: &'a Study<'a>,
    /// The document that stands for an exact copy.
    stands_for: HashMap<DocumentIndex, DocumentIndex>,
    proposal: &'a Proposal,
    boilerplate: &'a Boilerplate,
    texts: HashMap<DocumentIndex, String>,
}

impl Look<'_> {
    fn pair(&self, left: DocumentIndex, right: DocumentIndex) -> Explanation {
        let settings = self.study.settings;
        let verification = Verification {
            corpus: &self.study.corpus,
            boilerplate: self.boilerplate,
            shingle: settings.shingle,
            limits: settings.limits(),
        };
        let left_words = verification.words(left, BLANK_LEFT);
        let right_words = verification.words(right, BLANK_RIGHT);
        let mut alignment = Aligner::new(&left_words, settings.shingle).align(&right_words);
        alignment.blocks.sort_by_key(|b| b.left.begin);
        let counted = [left, right].map(|d| verification.counted(d));
        let words = alignment.aligned().min(counted[0]).min(counted[1]);
        let share = |of: u32| f64::from(words) / f64::from(of.max(1));
        let lengths = alignment.blocks.iter().map(|b| b.aligned);
        Explanation {
            left: self.examined(left, &verification),
            right: self.examined(right, &verification),
            relation: self.relation(left, right, &verification),
            threshold: settings.threshold,
            min_passage: settings.min_passage,
            words: u64::from(words),
            longest_run: u64::from(alignment.longest_run),
            longest_passage: u64::from(lengths.max().unwrap_or(0)),
            resemblance: share((counted[0] + counted[1]).saturating_sub(words)),
            containment_left: share(counted[0]),
            containment_right: share(counted[1]),
            sketches: self.sketches(left, right),
            passages: self.passages(left, right, &alignment.blocks),
        }
    }

    /// As a run finds it: the document that was read first stands left.
    fn relation(
        &self,
        left: DocumentIndex,
        right: DocumentIndex,
        verification: &Verification,
    ) -> Option<Relation> {
        let digest = |d| self.study.corpus.record(d).digest;
        if digest(left) == digest(right) {
            return Some(Relation::Exact);
        }
        let (lower, higher) = (left.min(right), left.max(right));
        let found = verification.verify(lower, &[higher]).into_iter().next()??;
        let found = if lower == left {
            found
        } else {
            Match::reversed(found)
        };
        Some(found.relation)
    }

    fn examined(&self, document: DocumentIndex, verification: &Verification) -> Examined {
        let corpus = &self.study.corpus;
        let record = corpus.record(document);
        let text = |field: &Option<Box<str>>| field.as_deref().map(str::to_owned);
        let words = record.words.len() as u64;
        let blank = self.boilerplate.passages.get(&document);
        Examined {
            id: self.study.id(document).to_owned(),
            path: read::path(&self.study.inputs, record.place.input).to_owned(),
            title: text(&record.title),
            source: text(&record.source),
            date: text(&record.date),
            words,
            boilerplate_words: words - u64::from(verification.counted(document)),
            boilerplate: blank.map_or_else(Vec::new, |p| corpus.spans(document, p)),
            text: self.texts.get(&document).cloned().unwrap_or_default(),
        }
    }

    fn passages(
        &self,
        left: DocumentIndex,
        right: DocumentIndex,
        blocks: &[crate::verify::align::Block],
    ) -> Vec<AlignedPassage> {
        let corpus = &self.study.corpus;
        let lefts: Vec<Passage> = blocks.iter().map(|b| b.left).collect();
        let rights: Vec<Passage> = blocks.iter().map(|b| b.right).collect();
        let spans = (corpus.spans(left, &lefts).into_iter()).zip(corpus.spans(right, &rights));
        let passage =
            |((left, right), block): ((Span, Span), &crate::verify::align::Block)| AlignedPassage {
                left,
                right,
                words: u64::from(block.aligned),
                equal: u64::from(block.equal),
            };
        spans.zip(blocks).map(passage).collect()
    }

    fn sketches(&self, left: DocumentIndex, right: DocumentIndex) -> Sketches {
        let sketcher = self.study.settings.sketcher();
        let words = [left, right].map(|d| self.study.corpus.words(d));
        let sets = words.map(|words| {
            let mut hashes = Vec::new();
            shingles(words, sketcher.shingle, &mut hashes);
            hashes
        });
        let signatures = [&sets[0], &sets[1]].map(|hashes| Signature::of(hashes));
        let [of_left, of_right] = sets.map(|hashes| hashes.into_iter().collect::<HashSet<u64>>());
        let prints = words.map(|words| -> HashSet<u64> {
            sketcher
                .fingerprints(words)
                .into_iter()
                .map(|f| f.1)
                .collect()
        });
        let buckets = signatures.clone().map(|signature| {
            let mut buckets = Vec::new();
            if let Some(signature) = signature {
                sketcher
                    .bands
                    .buckets(&signature, |hash| buckets.push(hash));
            }
            buckets
        });
        let resemblance = jaccard(&of_left, &of_right);
        let [a, b] = &signatures;
        Sketches {
            fingerprints_left: prints[0].len() as u64,
            fingerprints_right: prints[1].len() as u64,
            fingerprints_shared: prints[0].intersection(&prints[1]).count() as u64,
            fingerprints_needed: u64::from(needed(&self.study.corpus, Pair::new(left, right))),
            buckets_shared: (buckets[0].iter().zip(&buckets[1]))
                .filter(|(a, b)| a == b)
                .count() as u64,
            buckets: sketcher.bands.bands as u64,
            shingle_resemblance: resemblance,
            signature_resemblance: a
                .as_ref()
                .zip(b.as_ref())
                .map_or(0.0, |(a, b)| a.resemblance(b)),
            bucket_probability: sketcher.bands.probability(resemblance),
            proposed: self.is_proposed(left, right),
        }
    }

    fn is_proposed(&self, left: DocumentIndex, right: DocumentIndex) -> bool {
        let [a, b] = [left, right].map(|d| self.stands_for.get(&d).copied().unwrap_or(d));
        a == b || self.proposal.pairs.binary_search(&Pair::new(a, b)).is_ok()
    }
}

fn jaccard(a: &HashSet<u64>, b: &HashSet<u64>) -> f64 {
    let shared = a.intersection(b).count();
    shared as f64 / (a.len() + b.len() - shared).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::super::Silent;
    use super::*;
    use std::fs;

    fn words(range: std::ops::Range<u32>) -> String {
        range.map(|n| format!("word{n} ")).collect()
    }

    /// Explains the first two of these files.
    fn explained(texts: &[&str]) -> Explanation {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = (0..texts.len())
            .map(|n| folder.path().join(format!("{}.txt", texts.len() - n)))
            .collect();
        for (path, text) in paths.iter().zip(texts) {
            fs::write(path, text).unwrap();
        }
        let [left, right] = [0, 1].map(|n: usize| paths[n].clone());
        let options = source::Options::default();
        explain_files(left, right, &options, &Settings::default(), &Silent).unwrap()
    }

    #[test]
    fn left_is_the_one_named_first_whatever_the_order_of_reading() {
        let (page, story) = (words(0..300), words(100..200));
        let found = explained(&[&page, &story]);
        assert_eq!(found.relation, Some(Relation::Contains));
        assert_eq!((found.left.words, found.right.words), (300, 100));
        assert_eq!((found.words, found.longest_run), (100, 100));
        assert_eq!(found.containment_right, 1.0);
        assert!(found.sketches.proposed);
        let passage = found.passages[0];
        assert!(found.left.passage(passage.left).starts_with("word100 "));
        assert!(found.right.passage(passage.right).ends_with(" word199"));
    }

    #[test]
    fn what_is_no_copy_has_figures_too() {
        let left = words(0..200);
        let right = format!("{}{}", words(50..70), words(500..700));
        let found = explained(&[&left, &right]);
        assert_eq!(found.relation, None);
        assert_eq!((found.words, found.longest_passage), (20, 20));
        assert!(found.sketches.shingle_resemblance > 0.0);
        let strangers = explained(&[&left, &words(800..900)]);
        assert!(!strangers.sketches.proposed);
        assert!(
            strangers.sentence().starts_with("never compared"),
            "{}",
            strangers.sentence()
        );
    }

    #[test]
    fn the_same_words_are_exact_and_proposed() {
        let found = explained(&["The Council met.", "the council met"]);
        assert_eq!(found.relation, Some(Relation::Exact));
        assert!(found.sketches.proposed);
    }
}
