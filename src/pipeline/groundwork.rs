//! What is known of a corpus before any pair is verified: exact copies, candidates, boilerplate.

use super::clock::Clock;
use super::exact::ExactGroups;
use super::propose::Proposal;
use super::sources::{Publishers, Sources};
use super::{Settings, Stage, rank};
use crate::corpus::Corpus;
use dedupe_core::verify::boilerplate::{self, Boilerplate};
use dedupe_formats::Input;

/// What verification builds on.
pub(super) struct Groundwork {
    /// By document: its place in the order of ids.
    pub(super) by_id: Vec<u32>,
    pub(super) preferences: Vec<u32>,
    /// By document: its place in the order in which representatives are preferred.
    pub(super) ranks: Vec<u32>,
    pub(super) groups: ExactGroups,
    pub(super) proposal: Proposal,
    pub(super) publishers: Publishers,
    pub(super) boilerplate: Boilerplate,
}

impl Groundwork {
    pub(super) fn new(
        corpus: &mut Corpus,
        inputs: &[Input],
        settings: &Settings,
        clock: &mut Clock,
    ) -> Self {
        let preferences = rank::preferences(corpus, &settings.prefer);
        let by_id = rank::by_id(corpus);
        let ranks = rank::ranks(corpus, &preferences, &by_id, settings.keep);
        let groups = ExactGroups::new(corpus, &ranks);
        let proposal = clock.run(
            Stage::Candidates,
            None,
            || Proposal::new(corpus, &groups, settings.memory),
            |proposal| (proposal.pairs.len(), None),
        );
        let (publishers, boilerplate) = clock.run(
            Stage::Boilerplate,
            None,
            || {
                let publishers = Publishers::new(corpus, inputs);
                let sources = Sources {
                    corpus,
                    counts: &proposal.counts,
                    publishers: &publishers,
                };
                let Ok(learnt) = boilerplate::learn(&proposal.frequent, &proposal.shared, &sources);
                (publishers, learnt)
            },
            |(_, boilerplate)| (boilerplate.distinct_count, None),
        );
        Self {
            by_id,
            preferences,
            ranks,
            groups,
            proposal,
            publishers,
            boilerplate,
        }
    }
}
