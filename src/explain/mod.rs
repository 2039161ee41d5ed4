//! Explains why two documents are copies, or are not: the stages of a run, for chosen pairs.

mod explainer;
mod explanation;
mod pair;

pub use explanation::{AlignedPassage, Examined, ExplainedEvidence, Explanation, PairSketches};

use crate::error::Error;
use crate::job::{Job, JobInput};
use crate::progress::Progress;
use crate::settings::{Resources, Rules};
use dedupe_core::model::DocumentIndex;
use dedupe_formats as formats;
use explainer::Explainer;
use std::collections::HashMap;
use std::path::PathBuf;

/// Explains a pair of ids. Boilerplate is learnt from the whole corpus.
///
/// # Errors
///
/// Those of [`run`](crate::run()), [`Error::UnknownDocument`] and [`Error::SameDocument`].
pub fn explain(job: &Job<'_>, left: &str, right: &str) -> Result<Explanation, Error> {
    if left == right {
        let id = left.to_owned();
        return Err(Error::SameDocument { id });
    }
    let explainer = Explainer::new(job)?;
    let pair = (explainer.by_id(left)?, explainer.by_id(right)?);
    explainer.explain_one(pair)
}

/// Explains a pair of files from these two alone. Each must have one document.
///
/// # Errors
///
/// As [`explain`], and [`Error::SeveralDocuments`].
pub fn explain_files(
    left: PathBuf,
    right: PathBuf,
    reading: &formats::Options,
    rules: &Rules,
    progress: &dyn Progress,
) -> Result<Explanation, Error> {
    let paths = [left, right];
    let job = Job {
        input: JobInput::Paths(&paths),
        reading,
        rules,
        resources: &Resources::default(),
        progress,
    };
    let explainer = Explainer::new(&job)?;
    let [left, right] = &paths;
    let pair = (explainer.only_of(left)?, explainer.only_of(right)?);
    explainer.explain_one(pair)
}

/// For each pair of ids, one sentence that says why it matches or not. `None` if no document has one of the ids.
///
/// # Errors
///
/// Those of [`run`](crate::run()).
pub fn reasons(job: &Job<'_>, pairs: &[(String, String)]) -> Result<Vec<Option<String>>, Error> {
    let explained = explain_all(job, pairs)?.into_iter();
    Ok(explained.map(|found| Some(found?.sentence())).collect())
}

/// Explains pairs of ids, from one reading of the corpus. The explanations are in the order of the pairs; `None` if no
/// document has one of the ids.
///
/// # Errors
///
/// Those of [`run`](crate::run()).
pub fn explain_all(
    job: &Job<'_>,
    pairs: &[(String, String)],
) -> Result<Vec<Option<Explanation>>, Error> {
    let explainer = Explainer::new(job)?;
    let corpus = explainer.corpus();
    let ids: HashMap<&str, DocumentIndex> = corpus.indices().map(|d| (corpus.id(d), d)).collect();
    let by_id = |id: &String| ids.get(id.as_str()).copied();
    let pairs: Vec<_> = (pairs.iter())
        .map(|(left, right)| by_id(left).zip(by_id(right)))
        .collect();
    drop(ids);
    let known: Vec<_> = pairs.iter().flatten().copied().collect();
    let mut explanations = explainer.explain(&known)?.into_iter();
    let explanation = |pair: Option<_>| pair.and_then(|_| explanations.next());
    Ok(pairs.into_iter().map(explanation).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Silent;
    use dedupe_core::model::Relation;
    use std::fs;

    fn words(range: std::ops::Range<u32>) -> String {
        range.map(|n| format!("word{n} ")).collect()
    }

    /// Explains the first two of these files. The file read first has the last text.
    fn explained(texts: &[&str]) -> Explanation {
        explained_in_order(texts, [0, 1])
    }

    /// Explains two of these files, by their numbers. The file read first has the last text.
    fn explained_in_order(texts: &[&str], named: [usize; 2]) -> Explanation {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = (0..texts.len())
            .map(|n| folder.path().join(format!("{}.txt", texts.len() - n)))
            .collect();
        for (path, text) in paths.iter().zip(texts) {
            fs::write(path, text).unwrap();
        }
        let [left, right] = named.map(|n| paths[n].clone());
        let reading = formats::Options::default();
        explain_files(left, right, &reading, &Rules::default(), &Silent).unwrap()
    }

    #[test]
    fn left_is_the_document_named_first_not_the_one_read_first() {
        let (page, story) = (words(0..300), words(100..200));
        let found = explained(&[&page, &story]);
        assert_eq!(found.relation, Some(Relation::Contains));
        assert_eq!((found.left.words, found.right.words), (300, 100));
        assert_eq!((found.words, found.longest_run), (100, 100));
        assert_eq!(found.containment_right, 1.0);
        assert!(found.sketches.proposed);
        let passage = found.passages[0];
        assert!(
            found
                .left
                .passage(passage.left)
                .unwrap()
                .starts_with("word100 ")
        );
        assert!(
            found
                .right
                .passage(passage.right)
                .unwrap()
                .ends_with(" word199")
        );
    }

    /// An alignment tries the first sixteen places of a repeated passage of its left document. The evidence was that of the
    /// order in which the documents were named, and could contradict the relation.
    #[test]
    fn the_evidence_is_that_of_the_run_whichever_document_is_named_first() {
        let refrain = words(0..12);
        let song: String = (0..20)
            .map(|n| format!("{refrain}{}", words(100 + 9 * n..109 + 9 * n)))
            .collect();
        let quoted = format!("{}{refrain}{}", words(500..520), words(271..280));
        let both = [[0, 1], [1, 0]].map(|named| explained_in_order(&[&song, &quoted], named));
        let [there, back] = both.each_ref().map(|found| found.evidence.unwrap());
        assert_eq!(there, back);
        let [there, back] = both.map(|found| found.passages);
        let swapped = |p: &AlignedPassage| (p.right, p.left, p.equal);
        let mut back: Vec<_> = back.iter().map(swapped).collect();
        back.sort_by_key(|passage| passage.0.begin);
        let there: Vec<_> = there.iter().map(|p| (p.left, p.right, p.equal)).collect();
        assert_eq!(there, back);
    }

    #[test]
    fn explains_pairs_that_are_not_copies() {
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
    fn exact_copies_are_candidates_although_they_are_collapsed() {
        let found = explained(&["The Council met.", "the council met"]);
        assert_eq!(found.relation, Some(Relation::Exact));
        assert!(found.sketches.proposed);
    }
}
