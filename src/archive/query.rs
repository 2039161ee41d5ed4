//! Asks an archive about documents: whether each is a copy, of what, and who else carries the story.

use super::check::{Held, Scope};
use super::entering::{Change, State};
use super::gathered::read_documents;
use super::{Archive, ArchiveError, documents};
use crate::job::Job;
use crate::progress::StageClock;
use crate::reading::{self, Reading, report_faults};
use crate::settings::ReportOptions;
use dedupe_core::model::{DocumentIndex, Relation, Span};
use dedupe_formats::Fault;
use dedupe_report::{self as report, Cluster, Member, MemberRelation};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::ops::ControlFlow;

/// What an archive says about one document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The id of the document.
    pub id: String,
    /// True if it carries a story that a document of the archive, or another one of the query, carries.
    pub duplicate: bool,
    /// The document that stands for the story; if that is this document, its closest copy.
    pub of: Option<String>,
    /// Its relation to that document.
    pub relation: Option<MemberRelation>,
    /// The share of this document that is in that one.
    pub containment: Option<f64>,
    /// Where this document has the story: bytes of its text.
    pub spans: Vec<Span>,
    /// The clusters that the document is in. A page of several stories is in several.
    pub clusters: Vec<Story>,
    /// How many publishers carry the first of these stories, with this one.
    pub publishers: u64,
    /// Passages that the document shares with others that are not copies of it.
    pub overlaps: Vec<Shared>,
    /// The epoch of the archive.
    pub epoch: u32,
}

/// A story, and the documents that carry it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Story {
    /// The id of the cluster.
    pub id: String,
    /// The document that stands for it.
    pub representative: String,
    /// Its documents.
    pub members: Vec<String>,
    /// Its publishers. A document that names none counts as published by its folder or file.
    pub publishers: u64,
    /// The publishers that its documents name.
    #[serde(skip)]
    pub named_publishers: u64,
}

/// A passage in common with another document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shared {
    /// The other document.
    pub id: String,
    /// Words in common.
    pub words: u64,
    /// The share of this document that is in the other one.
    pub containment: f64,
    /// Where this document has them: bytes of its text.
    pub spans: Vec<Span>,
}

/// What an archive says about one document of a query.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QueryAnswer {
    /// What the document is to the archive.
    pub change: Change,
    /// Whether it is a copy, and of what. If the archive has this document already, the answer is about its copies. If it has
    /// another version of it, that one does not count.
    #[serde(flatten)]
    pub answer: Answer,
}

/// What an archive says about the documents of a query.
pub struct Answers {
    /// One for each document, in reading order.
    pub answers: Vec<QueryAnswer>,
    /// Inputs and documents that were not used.
    pub skipped: Vec<report::Fault>,
    /// Inputs and documents that were used with a warning.
    pub warnings: Vec<report::Fault>,
}

impl Archive {
    /// Asks about the documents of a job. The archive stays as it is.
    ///
    /// # Errors
    ///
    /// The archive cannot be read, or those of [`run`](crate::run()).
    pub fn query(&self, job: &Job<'_>) -> Result<Answers, ArchiveError> {
        let rules = self.rules_for(job.rules);
        let job = Job {
            rules: &rules,
            ..*job
        };
        let mut clock = StageClock::unread(job.progress);
        let reading = reading::read(&job, &mut clock)?;
        let mut warnings = reading.warnings.clone();
        let mut skipped = reading.skipped.clone();
        let mut asked = self.asked(&reading, &job)?;
        let replacing = asked.iter().filter_map(|asked| match asked.state {
            State::Version(number) => Some((asked.document, number)),
            State::New | State::Known(_) => None,
        });
        warnings.extend(self.unlike_of(&reading, &replacing.collect::<Vec<_>>())?);
        let is_held = |asked: &Asked| matches!(asked.state, State::Known(_));
        let reading = match asked.iter().any(is_held) {
            false => reading,
            // Of a document that the archive has, the fields are those that are stored.
            true => {
                let (reading, unread) = without_held(&reading, &asked, &job)?;
                skipped.extend(unread);
                let corpus = &reading.corpus;
                let read: FxHashSet<&str> = corpus.indices().map(|d| corpus.id(d)).collect();
                asked.retain(|asked| is_held(asked) || read.contains(asked.id.as_str()));
                reading
            }
        };
        let mut held = Held::default();
        for asked in &asked {
            match asked.state {
                State::New => {}
                State::Version(number) => held.replaced.push(number),
                State::Known(number) => held.same.push(number),
            }
        }
        let options = ReportOptions::default();
        let checked =
            self.check_reading(reading, &held, Scope::Connected, &job, &options, clock)?;
        let report = checked.outcome.report()?;
        let answerer = Answerer::new(report, checked.epoch);
        let answers = asked.into_iter().map(|asked| QueryAnswer {
            change: asked.state.change(),
            answer: answerer.answer(&asked.id),
        });
        Ok(Answers {
            answers: answers.collect(),
            skipped: report_faults(&skipped),
            warnings: report_faults(&warnings),
        })
    }

    /// The documents of a query, in reading order.
    fn asked(&self, reading: &Reading, job: &Job<'_>) -> Result<Vec<Asked>, ArchiveError> {
        let new = documents::new_documents(&reading.corpus, job.rules)?;
        let states = self.states(new.iter().map(|new| &new.facts))?;
        let in_order = reading.corpus.in_reading_order().iter();
        let asked = in_order.filter_map(|&document| {
            Some(Asked {
                document,
                id: new.get(document.index())?.facts.id.clone(),
                state: *states.get(document.index())?,
            })
        });
        Ok(asked.collect())
    }
}

/// A document that a query asks about.
struct Asked {
    document: DocumentIndex,
    id: String,
    state: State,
}

/// A reading of the documents that the archive does not have with these words, and a fault for each that could not be read
/// again.
fn without_held(
    reading: &Reading,
    asked: &[Asked],
    job: &Job<'_>,
) -> Result<(Reading, Vec<Fault>), ArchiveError> {
    let others = asked
        .iter()
        .filter(|asked| !matches!(asked.state, State::Known(_)));
    let others: Vec<DocumentIndex> = others.map(|asked| asked.document).collect();
    let mut texts = vec![];
    let unread = documents::visit_stored(reading, &others, &mut |stored| {
        texts.push(documents::document(stored));
        ControlFlow::Continue(())
    });
    Ok((read_documents(texts, job.rules)?, unread))
}

/// Answers from a report, by id. Time linear in the report to make it, and in each answer.
pub(super) struct Answerer<'r> {
    /// The clusters of each document, with its membership, in the order of the report.
    clusters: FxHashMap<&'r str, Vec<(&'r Cluster, &'r Member)>>,
    /// The overlaps of each document, in the order of the report.
    overlaps: FxHashMap<&'r str, Vec<&'r report::Match>>,
    epoch: u32,
}

impl<'r> Answerer<'r> {
    pub(super) fn new(report: &'r report::Report, epoch: u32) -> Self {
        let mut answerer = Self {
            clusters: FxHashMap::default(),
            overlaps: FxHashMap::default(),
            epoch,
        };
        for cluster in &report.clusters {
            for member in &cluster.members {
                let of = answerer.clusters.entry(&member.id).or_default();
                of.push((cluster, member));
            }
        }
        let overlaps = report.matches.iter();
        for found in overlaps.filter(|found| found.relation == Relation::Overlap) {
            for id in [&found.left, &found.right] {
                answerer.overlaps.entry(id).or_default().push(found);
            }
        }
        answerer
    }

    /// What the report says about one of its documents.
    pub(super) fn answer(&self, id: &str) -> Answer {
        let clusters = self.clusters.get(id).map_or(&[][..], Vec::as_slice);
        let overlaps = self.overlaps.get(id).map_or(&[][..], Vec::as_slice);
        let first = clusters.first().copied();
        let (of, relation, containment) = match first {
            Some((cluster, member)) if member.relation == MemberRelation::Representative => {
                closest(cluster, id).map_or((None, None, None), |copy| {
                    let containment = Some(copy.containment_representative);
                    (
                        Some(copy.id.clone()),
                        Some(reversed(copy.relation)),
                        containment,
                    )
                })
            }
            Some((cluster, member)) => {
                let of = Some(cluster.representative.clone());
                (of, Some(member.relation), Some(member.containment))
            }
            None => (None, None, None),
        };
        Answer {
            id: id.to_owned(),
            duplicate: of.is_some(),
            of,
            relation,
            containment,
            spans: first.map_or_else(Vec::new, |(_, member)| member.spans.clone()),
            publishers: first.map_or(0, |(cluster, _)| cluster.publishers),
            clusters: clusters.iter().map(|(cluster, _)| story(cluster)).collect(),
            overlaps: overlaps.iter().map(|found| shared(id, found)).collect(),
            epoch: self.epoch,
        }
    }
}

fn story(cluster: &Cluster) -> Story {
    Story {
        id: cluster.id.clone(),
        representative: cluster.representative.clone(),
        members: cluster
            .members
            .iter()
            .map(|member| member.id.clone())
            .collect(),
        publishers: cluster.publishers,
        named_publishers: cluster.named_publishers(),
    }
}

/// The copy that has most of a representative.
fn closest<'c>(cluster: &'c Cluster, id: &str) -> Option<&'c Member> {
    let others = cluster.members.iter().filter(|member| member.id != id);
    others.min_by(|a, b| {
        let by_share = b
            .containment_representative
            .total_cmp(&a.containment_representative);
        by_share.then_with(|| a.id.cmp(&b.id))
    })
}

/// The relation of a representative to a member.
fn reversed(relation: MemberRelation) -> MemberRelation {
    match relation {
        MemberRelation::Contains => MemberRelation::Contained,
        MemberRelation::Contained => MemberRelation::Contains,
        same => same,
    }
}

/// What a document of an overlap shares with the other one.
fn shared(id: &str, found: &report::Match) -> Shared {
    let is_left = found.left == id;
    let spans = found
        .spans
        .iter()
        .map(|pair| if is_left { pair.left } else { pair.right });
    Shared {
        id: if is_left { &found.right } else { &found.left }.clone(),
        words: found.words,
        containment: if is_left {
            found.containment_left
        } else {
            found.containment_right
        },
        spans: spans.collect(),
    }
}
