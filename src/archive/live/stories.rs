//! What the archive holds: a document, a story, the newest stories, and the report on one story.

use super::LiveArchive;
use super::headlines::words;
use crate::archive::check::Component;
use crate::archive::query::{Answer, Answerer};
use crate::archive::{Archive, ArchiveError, Checked};
use crate::settings::{ReportOptions, Resources};
use dedupe_index::{Number, StoredDocument};
use dedupe_report::{Cluster, EmbeddedTexts, Excerpts, Match, MemberRelation, Report, Summary};
use rustc_hash::{FxHashMap, FxHashSet};

/// Documents that a list of stories reads, at most. It ends after the story that reaches the limit.
const MAX_READ: usize = 2000;

/// Documents that a list of stories looks up, at most. Most of them may have no copy.
const MAX_LOOKED_UP: usize = 20_000;

/// A document of the archive.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundDocument {
    /// The document.
    pub document: StoredDocument,
    /// The number of its versions.
    pub versions: usize,
    /// Whether it is a copy, and of what.
    pub answer: Answer,
}

/// A story in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedStory {
    /// The story.
    pub cluster: Cluster,
    /// Its first words.
    pub excerpt: String,
}

/// The newest stories.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stories {
    /// The stories, the newest first.
    pub stories: Vec<ListedStory>,
    /// True if there may be more.
    pub has_more: bool,
    /// How many documents were looked through: the newest ones of the archive.
    pub searched: usize,
}

/// The report on one story, and what its page shows besides.
#[derive(Clone, Debug)]
pub struct StoryReport {
    /// The report. It has one cluster.
    pub report: Report,
    /// The first words of the story.
    pub excerpts: Excerpts,
    /// The texts of its documents.
    pub texts: EmbeddedTexts,
}

impl LiveArchive {
    /// The document with an id.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn document(&self, id: &str) -> Result<Option<FoundDocument>, ArchiveError> {
        let archive = self.archive.snapshot();
        let Some((number, _)) = archive.index.current(id)? else {
            return Ok(None);
        };
        let options = ReportOptions::default();
        let checked = archive.report_on(number, &options, &self.resources)?;
        Ok(Some(FoundDocument {
            document: archive.index.document(number)?,
            versions: archive.index.versions(id)?.numbers.len(),
            answer: Answerer::new(checked.outcome.report()?, checked.epoch).answer(id),
        }))
    }

    /// The story that a document stands for; if it stands for none, the largest one that it carries. With the epoch of
    /// the archive.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn story(&self, id: &str) -> Result<Option<(Cluster, u32)>, ArchiveError> {
        let found = self.story_of(id, &ReportOptions::default())?;
        Ok(found.map(|(checked, cluster)| (cluster, checked.epoch)))
    }

    /// The report on the story that [`story`](Self::story) gives, with its texts.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn story_report(&self, id: &str) -> Result<Option<StoryReport>, ArchiveError> {
        let options = ReportOptions {
            texts: true,
            excerpts: true,
            ..ReportOptions::default()
        };
        let Some((checked, cluster)) = self.story_of(id, &options)? else {
            return Ok(None);
        };
        Ok(Some(StoryReport {
            report: only(cluster, checked.outcome.report()?),
            excerpts: checked.outcome.excerpts,
            texts: checked.outcome.texts,
        }))
    }

    fn story_of(
        &self,
        id: &str,
        options: &ReportOptions,
    ) -> Result<Option<(Checked, Cluster)>, ArchiveError> {
        let archive = self.archive.snapshot();
        let Some((number, _)) = archive.index.current(id)? else {
            return Ok(None);
        };
        let checked = archive.report_on(number, options, &self.resources)?;
        let report = checked.outcome.report()?;
        let carries = |cluster: &&Cluster| cluster.members.iter().any(|member| member.id == id);
        let mut stories = report.clusters.iter();
        let own = stories.find(|cluster| cluster.representative == id);
        let cluster = own
            .or_else(|| report.clusters.iter().find(carries))
            .cloned();
        Ok(cluster.map(|cluster| (checked, cluster)))
    }

    /// The newest stories with a document whose headline has all words of a query; all stories for an empty query. A story is as
    /// new as the newest of its documents.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn newest_stories(&self, query: &str, count: usize) -> Result<Stories, ArchiveError> {
        let (archive, newest, searched) = self.with_headlines(&words(query));
        let plan = archive.no_change()?;
        let (mut found, mut order) = (Component::default(), vec![]);
        let (mut components, mut has_more) = (0, newest.len() > MAX_LOOKED_UP);
        let mut seen = FxHashSet::default();
        for number in newest.into_iter().take(MAX_LOOKED_UP) {
            let leaders = archive.leaders(&plan, [number])?;
            if leaders.is_disjoint(&seen) {
                let component = archive.component(&plan, leaders.clone(), vec![])?;
                seen.extend(component.documents.iter().copied());
                if archive.has_copies(&component)? {
                    if components >= count || found.documents.len() >= MAX_READ {
                        has_more = true;
                        break;
                    }
                    components += 1;
                    found.documents.extend(component.documents);
                    found.overlapping.extend(component.overlapping);
                    found.matches.extend(component.matches);
                }
            }
            if !leaders.is_disjoint(&found.documents) {
                order.push(number);
            }
        }
        let options = ReportOptions {
            excerpts: true,
            ..ReportOptions::default()
        };
        let gathered = archive.gathered([])?;
        let resources = &self.resources;
        let checked = archive.connected(gathered, &plan, found, &options, resources)?;
        let listed = archive.in_order(&order, checked.outcome.report()?)?;
        has_more |= listed.len() > count;
        let excerpts = &checked.outcome.excerpts;
        let story = |cluster: &Cluster| ListedStory {
            cluster: cluster.clone(),
            excerpt: excerpts.get(&cluster.id).cloned().unwrap_or_default(),
        };
        Ok(Stories {
            stories: listed.into_iter().take(count).map(story).collect(),
            has_more,
            searched,
        })
    }
}

impl Archive {
    /// The report on all documents that matches connect with one.
    fn report_on(
        &self,
        number: Number,
        options: &ReportOptions,
        resources: &Resources,
    ) -> Result<Checked, ArchiveError> {
        let plan = self.no_change()?;
        let component = self.component(&plan, self.leaders(&plan, [number])?, vec![])?;
        self.connected(self.gathered([])?, &plan, component, options, resources)
    }

    /// True if documents of a component are copies.
    fn has_copies(&self, component: &Component) -> Result<bool, ArchiveError> {
        if component.matches.values().any(|m| m.relation.is_copy()) {
            return Ok(true);
        }
        for &leader in &component.documents {
            let digest = self.index.facts(leader)?.digest;
            if self.index.group(digest)?.len() > 1 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The clusters with one of these documents, in their order.
    fn in_order<'r>(
        &self,
        order: &[Number],
        report: &'r Report,
    ) -> Result<Vec<&'r Cluster>, ArchiveError> {
        let mut of_document: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (at, cluster) in report.clusters.iter().enumerate() {
            for member in &cluster.members {
                of_document.entry(&member.id).or_default().push(at);
            }
        }
        let mut listed: Vec<Option<&Cluster>> = report.clusters.iter().map(Some).collect();
        let mut clusters = vec![];
        for &number in order {
            let id = self.index.facts(number)?.id;
            for &at in of_document.get(&*id).into_iter().flatten() {
                clusters.extend(listed.get_mut(at).and_then(Option::take));
            }
        }
        Ok(clusters)
    }
}

/// A report with one of its clusters, and the matches among the documents of that cluster.
fn only(cluster: Cluster, report: &Report) -> Report {
    let ids: FxHashSet<&str> = cluster.members.iter().map(|m| &*m.id).collect();
    let among = |found: &&Match| ids.contains(&*found.left) && ids.contains(&*found.right);
    let matches: Vec<Match> = report.matches.iter().filter(among).cloned().collect();
    let count = |relations: &[MemberRelation]| {
        let members = cluster.members.iter();
        members.filter(|m| relations.contains(&m.relation)).count() as u64
    };
    let overlaps = matches.iter().filter(|found| !found.relation.is_copy());
    Report {
        summary: Summary {
            clusters: 1,
            exact: count(&[MemberRelation::Exact]),
            near: count(&[MemberRelation::Near]),
            contained: count(&[MemberRelation::Contains, MemberRelation::Contained]),
            versions: count(&[MemberRelation::Version]),
            overlaps: overlaps.count() as u64,
            unique: report.summary.documents.saturating_sub(cluster.size),
            ..report.summary.clone()
        },
        matches,
        clusters: vec![cluster],
        ..report.clone()
    }
}
