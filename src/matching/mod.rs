//! From a corpus to candidate pairs, and from these to matches.

pub(crate) mod candidates;
mod document_source;
pub(crate) mod exact;
pub(crate) mod preference;
pub(crate) mod verification;

use crate::corpus::{Corpus, SpillError};
use crate::job::Job;
use crate::progress::{Stage, StageClock};
use crate::reading::publishers::Publishers;
use candidates::Candidates;
use dedupe_core::evidence::dictionary::{Dictionary, Publications};
use dedupe_core::evidence::families::Families;
use dedupe_core::verify::boilerplate::{self, Boilerplate};
use dedupe_formats::Input;
use exact::ExactGroups;
use preference::Preference;
use rayon::prelude::*;

/// What is known about a corpus before any pair is aligned.
pub(crate) struct Prepared {
    pub(crate) preference: Preference,
    pub(crate) exact: ExactGroups,
    pub(crate) candidates: Candidates,
    pub(crate) publishers: Publishers,
    pub(crate) learnt: Learnt,
}

/// What is learnt from a corpus about its passages, and the dates of its documents.
#[derive(Debug)]
pub(crate) struct Learnt {
    pub(crate) boilerplate: Boilerplate,
    pub(crate) dictionary: Dictionary,
    /// By document: the day on which it was published, counted from 1970.
    pub(crate) days: Vec<Option<i32>>,
}

impl Prepared {
    /// Collapses exact copies, proposes candidate pairs, and learns which passages recur.
    pub(crate) fn new(
        corpus: &mut Corpus,
        inputs: &[Input],
        job: &Job<'_>,
        clock: &mut StageClock<'_>,
    ) -> Result<Self, SpillError> {
        let preference = Preference::new(corpus, job.rules);
        let exact = ExactGroups::new(corpus, &preference.ranks);
        let candidates = clock.run(
            Stage::Candidates,
            None,
            || Candidates::new(corpus, &exact, job.resources.memory),
            |candidates| (candidates.pairs.len(), None),
        )?;
        let (publishers, learnt) = clock.run(
            Stage::Boilerplate,
            None,
            || learn_passages(corpus, inputs, &candidates),
            |(_, learnt)| (learnt.boilerplate.distinct_count, None),
        )?;
        Ok(Self {
            preference,
            exact,
            candidates,
            publishers,
            learnt,
        })
    }
}

fn learn_passages(
    corpus: &Corpus,
    inputs: &[Input],
    candidates: &Candidates,
) -> Result<(Publishers, Learnt), SpillError> {
    let publishers = Publishers::new(corpus, inputs);
    let keys = &candidates.frequent_keys;
    let days = days(corpus);
    let families = Families::find(
        &candidates.fingerprint_counts,
        &candidates.sharing_pairs,
        corpus,
    )?;
    let dictionary = Dictionary::learn(
        keys,
        &families,
        &Publications {
            publishers: publishers.numbers(),
            days: &days,
        },
    );
    let learnt = Learnt {
        boilerplate: boilerplate::find(keys, &dictionary, corpus)?,
        dictionary,
        days,
    };
    Ok((publishers, learnt))
}

/// By document: the day on which it was published.
fn days(corpus: &Corpus) -> Vec<Option<i32>> {
    const DAY: i64 = 24 * 60 * 60;
    let day = |document| {
        let day = corpus.published(document)?.as_second().div_euclid(DAY);
        i32::try_from(day).ok()
    };
    corpus.par_indices().map(day).collect()
}
