//! From a corpus to candidate pairs, and from these to matches.

mod boilerplate;
pub(crate) mod candidates;
pub(crate) mod exact;
pub(crate) mod preference;
pub(crate) mod verification;

use crate::corpus::{Corpus, SpillError};
use crate::job::Job;
use crate::progress::{Stage, StageClock};
use crate::reading::publishers::Publishers;
use boilerplate::BoilerplateInput;
use candidates::Candidates;
use dedupe_core::verify::boilerplate::{Boilerplate, learn};
use dedupe_formats::Input;
use exact::ExactGroups;
use preference::Preference;

/// What is known about a corpus before any pair is aligned.
pub(crate) struct Prepared {
    pub(crate) preference: Preference,
    pub(crate) exact: ExactGroups,
    pub(crate) candidates: Candidates,
    pub(crate) publishers: Publishers,
    pub(crate) boilerplate: Boilerplate,
}

impl Prepared {
    /// Collapses exact copies, proposes candidate pairs and learns the boilerplate.
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
        let (publishers, boilerplate) = clock.run(
            Stage::Boilerplate,
            None,
            || learn_boilerplate(corpus, inputs, &candidates),
            |(_, boilerplate)| (boilerplate.distinct_count, None),
        )?;
        Ok(Self {
            preference,
            exact,
            candidates,
            publishers,
            boilerplate,
        })
    }
}

fn learn_boilerplate(
    corpus: &Corpus,
    inputs: &[Input],
    candidates: &Candidates,
) -> Result<(Publishers, Boilerplate), SpillError> {
    let publishers = Publishers::new(corpus, inputs);
    let input = BoilerplateInput {
        corpus,
        fingerprint_counts: &candidates.fingerprint_counts,
        publishers: &publishers,
    };
    let learnt = learn(&candidates.frequent_keys, &candidates.sharing_pairs, &input)?;
    Ok((publishers, learnt))
}
