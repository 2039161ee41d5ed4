//! From a corpus to candidate pairs, and from these to matches.

pub(crate) mod candidates;
pub(crate) mod dates;
mod document_source;
pub(crate) mod exact;
pub(crate) mod preference;
pub(crate) mod verification;

use crate::corpus::{Corpus, SpillError};
use crate::error::Error;
use crate::job::Job;
use crate::progress::{Stage, StageClock};
use crate::reading::publishers::Publishers;
use candidates::Candidates;
use dates::Dates;
use dedupe_core::evidence::boilerplate::{self, Boilerplate};
use dedupe_core::evidence::common_words::{self, CommonWords};
use dedupe_core::evidence::dictionary::{Dictionary, Publications};
use dedupe_core::evidence::families::Families;
use dedupe_formats::Input;
use document_source::CountedDocuments;
use exact::ExactGroups;
use preference::Preference;
use std::sync::Arc;

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
    /// Empty if the dictionary was given.
    pub(crate) boilerplate: Boilerplate,
    pub(crate) dictionary: Arc<Dictionary>,
    pub(crate) dates: Dates,
}

impl Prepared {
    /// Collapses exact copies, proposes candidate pairs, and learns which passages recur.
    pub(crate) fn new(
        corpus: &mut Corpus,
        inputs: &[Input],
        job: &Job<'_>,
        clock: &mut StageClock<'_>,
    ) -> Result<Self, Error> {
        let preference = Preference::new(corpus, job.rules);
        let dates = Dates::new(corpus, job.rules.within);
        let exact = ExactGroups::new(corpus, &preference.ranks, &dates);
        let candidates = clock.run(
            Stage::Candidates,
            None,
            || Candidates::new(corpus, &exact, &dates, job),
            |candidates| (candidates.pairs.len(), None),
        )?;
        let (publishers, learnt) = clock.run(
            Stage::Boilerplate,
            None,
            || learn_passages(corpus, inputs, &exact, &candidates, dates, job),
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
    exact: &ExactGroups,
    candidates: &Candidates,
    dates: Dates,
    job: &Job<'_>,
) -> Result<(Publishers, Learnt), SpillError> {
    let publishers = Publishers::new(corpus, inputs);
    if let Some(given) = &job.rules.dictionary {
        let learnt = Learnt {
            boilerplate: Boilerplate::default(),
            dictionary: Arc::clone(&given.occasions),
            dates,
        };
        return Ok((publishers, learnt));
    }
    let keys = &candidates.frequent_keys;
    let documents = CountedDocuments {
        corpus,
        progress: job.progress,
    };
    let families = Families::find(
        &candidates.fingerprint_counts,
        &candidates.sharing_pairs,
        &documents,
    )?;
    let dictionary = Dictionary::learn(
        keys,
        &families,
        &Publications {
            publishers: publishers.numbers(),
            days: dates.days(),
        },
    );
    let dictionary = dictionary.with_common_words(common_words(corpus, exact, &families)?);
    let learnt = Learnt {
        boilerplate: boilerplate::find(keys, &dictionary, &documents)?,
        dictionary: Arc::new(dictionary),
        dates,
    };
    Ok((publishers, learnt))
}

/// The words that many documents of a corpus have.
fn common_words(
    corpus: &Corpus,
    exact: &ExactGroups,
    families: &Families,
) -> Result<CommonWords, SpillError> {
    let originals = corpus.indices().filter(|&d| !exact.is_collapsed(d));
    let sample = common_words::sample(originals.map(|d| (corpus.digest(d), d)));
    let family = |document| u64::from(families.first_of(document).0);
    let words = sample
        .into_iter()
        .map(|d| Ok((family(d), corpus.words(d)?)));
    let words: Vec<_> = words.collect::<Result<_, SpillError>>()?;
    Ok(CommonWords::learn(words))
}
