//! The index as the service uses it: its answers as those of the service, and its reports as pages.

use dedupe::Resources;
use dedupe::archive::{self, Archive, ArchiveError, LiveArchive, Shared, Story, StoryReport};
use dedupe_report::{Cluster, DocumentLocations, Format, Provenance, RenderOptions, TerminalStyle};
use dedupe_serve::{
    Change, ClusterSummary, Document, DocumentFields, Failure, FoundDocument, ListedStory, Overlap,
    Size, Stories, Submitted, Verdict, Warning,
};
use std::path::Path;

/// Documents whose headlines stay in memory: 100 bytes each, or 20 MB.
const HEADLINES: usize = 200_000;

/// An index that is served.
pub(super) struct ServedArchive {
    archive: LiveArchive,
    provenance: Provenance,
}

impl ServedArchive {
    /// `path`: that of the index, for pages to name.
    pub(super) fn new(
        archive: Archive,
        path: &Path,
        resources: Resources,
    ) -> Result<Self, ArchiveError> {
        Ok(Self {
            archive: LiveArchive::new(archive, resources, HEADLINES)?,
            provenance: Provenance {
                inputs: vec![path.display().to_string()],
                command: String::new(),
            },
        })
    }

    pub(super) fn size(&self) -> Result<archive::Size, ArchiveError> {
        self.archive.size()
    }

    fn page(&self, story: &StoryReport) -> std::io::Result<Vec<u8>> {
        let options = RenderOptions {
            style: TerminalStyle::default(),
            locations: &DocumentLocations::new(),
            fail_on: None,
            unread: &[],
            texts: &story.texts,
            provenance: &self.provenance,
        };
        let mut page = vec![];
        let renderer = Format::Html.renderer(&options);
        renderer.render(&story.report, &story.excerpts, &mut page)?;
        Ok(page)
    }
}

impl dedupe_serve::Archive for ServedArchive {
    fn add(&self, documents: &[Document<'static>]) -> Result<Vec<Submitted>, Failure> {
        let added = self.archive.add(documents).map_err(failure)?;
        Ok(added.into_iter().map(submitted).collect())
    }

    fn preview(&self, document: Document<'static>) -> Result<Submitted, Failure> {
        self.archive
            .preview(document)
            .map(submitted)
            .map_err(failure)
    }

    fn remove(&self, id: &str) -> Result<bool, Failure> {
        match self.archive.remove(id) {
            Ok(()) => Ok(true),
            Err(ArchiveError::UnknownId(_)) => Ok(false),
            Err(error) => Err(failure(error)),
        }
    }

    fn settle(&self) -> Result<(), Failure> {
        self.archive.settle().map_err(failure)
    }

    fn document(&self, id: &str) -> Result<Option<FoundDocument>, Failure> {
        let found = self.archive.document(id).map_err(failure)?;
        Ok(found.map(|found| {
            let document = found.document;
            FoundDocument {
                document: DocumentFields {
                    id: document.id,
                    title: document.title,
                    source: document.source,
                    date: document.date,
                    url: document.url,
                    byline: document.byline,
                    language: document.language,
                    text: document.text,
                },
                versions: found.versions as u64,
                verdict: verdict(found.answer),
            }
        }))
    }

    fn cluster(&self, id: &str) -> Result<Option<(Cluster, u32)>, Failure> {
        self.archive.story(id).map_err(failure)
    }

    fn stories(&self, query: &str, count: usize) -> Result<Stories, Failure> {
        let found = self.archive.newest_stories(query, count).map_err(failure)?;
        let stories = found.stories.into_iter().map(|story| ListedStory {
            cluster: story.cluster,
            excerpt: story.excerpt,
        });
        Ok(Stories {
            stories: stories.collect(),
            has_more: found.has_more,
            searched: found.searched,
        })
    }

    fn story_page(&self, id: &str) -> Result<Option<Vec<u8>>, Failure> {
        let Some(story) = self.archive.story_report(id).map_err(failure)? else {
            return Ok(None);
        };
        let page = self.page(&story);
        page.map(Some)
            .map_err(|error| Failure::Broken(error.to_string()))
    }

    fn size(&self) -> Result<Size, Failure> {
        let size = self.archive.size().map_err(failure)?;
        Ok(Size {
            documents: size.documents,
            epoch: size.epoch,
        })
    }
}

fn failure(error: ArchiveError) -> Failure {
    match error {
        ArchiveError::Refused { reason, .. } => Failure::Refused(reason),
        error => Failure::Broken(error.to_string()),
    }
}

fn submitted(submitted: archive::Submitted) -> Submitted {
    let warnings = submitted.warnings.into_iter().map(|fault| Warning {
        code: fault.code,
        message: fault.reason,
    });
    Submitted {
        id: submitted.answer.id.clone(),
        change: match submitted.change {
            archive::Change::New => Change::New,
            archive::Change::Version => Change::Version,
            archive::Change::Known => Change::Known,
        },
        verdict: verdict(submitted.answer),
        warnings: warnings.collect(),
    }
}

fn verdict(answer: archive::Answer) -> Verdict {
    Verdict {
        duplicate: answer.duplicate,
        of: answer.of,
        relation: answer.relation,
        containment: answer.containment,
        spans: answer.spans,
        cluster: answer
            .clusters
            .first()
            .map(|story| story.representative.clone()),
        clusters: answer.clusters.into_iter().map(cluster).collect(),
        publishers: answer.publishers,
        overlaps: answer.overlaps.into_iter().map(overlap).collect(),
        epoch: answer.epoch,
    }
}

fn cluster(story: Story) -> ClusterSummary {
    ClusterSummary {
        representative: story.representative,
        id: story.id,
        documents: story.members.len() as u64,
        publishers: story.publishers,
    }
}

fn overlap(shared: Shared) -> Overlap {
    Overlap {
        id: shared.id,
        words: shared.words,
        containment: shared.containment,
        spans: shared.spans,
    }
}
