//! Why two documents are, or are not, copies: the stages of a run, looked at for chosen pairs.

mod look;
mod study;

use super::{Error, Progress, Settings};
use dedupe_core::model::{DocumentIndex, Relation, Span};
use dedupe_formats as source;
use serde::Serialize;
use std::collections::HashMap;
use std::path::PathBuf;
use study::Study;

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
    /// Those of them that count for this pair: a fingerprint held by a crowd links each holder to a few
    /// leaders only.
    pub fingerprints_counted: u64,
    /// How many must count for the pair to be proposed.
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
    /// Containment that this pair would need: the threshold, or less where it reads as an update.
    pub needed: f64,
    /// Whether the two are one form filled in twice, by their numbers, and so no copies.
    pub form: bool,
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
        if !sketches.proposed {
            let crowd = if sketches.fingerprints_shared > sketches.fingerprints_counted {
                format!(
                    " ({} more are held by a crowd)",
                    sketches.fingerprints_shared - sketches.fingerprints_counted
                )
            } else {
                String::new()
            };
            return format!(
                "never compared: {} fingerprints shared{crowd} of {} needed, no common bucket",
                sketches.fingerprints_counted, sketches.fingerprints_needed
            );
        }
        let form = if self.form {
            "; one form with other numbers"
        } else {
            ""
        };
        format!(
            "compared: {} words align, {most:.2} of one document, threshold {}{form}",
            self.words, self.needed
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
