//! What some formats show besides the report: first words, texts, locations. Documents are read a second time for it.

use super::clusters::ListedCluster;
use super::items::{BoilerplateItem, ItemBuilder};
use super::{Outcome, excerpts, locations, texts};
use crate::corpus::SpillError;
use crate::error::Error;
use crate::progress::{Progress, Silent};
use crate::reading::{Rereading, report_faults};
use crate::settings::Resources;
use dedupe_core::model::{DocumentIndex, Span};
use dedupe_formats::Fault;
use dedupe_report::{Boilerplate, Excerpts, Format};
use rayon::prelude::*;

/// Which of it an outcome has, or should get.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extras {
    pub(super) excerpts: bool,
    pub(super) texts: bool,
    pub(super) locations: bool,
}

impl Outcome {
    /// Reads what a format needs besides the report, unless the run or an earlier call did. Warns of the documents that
    /// could not be read again.
    ///
    /// # Errors
    ///
    /// [`Error::Spill`].
    pub fn read_for(&mut self, format: Format, resources: &Resources) -> Result<(), Error> {
        let wanted = Extras {
            excerpts: format.needs_excerpts() && !self.extras.excerpts,
            texts: format.needs_texts() && !self.extras.texts,
            locations: format.needs_locations() && !self.extras.locations,
        };
        let unread = match wanted.excerpts {
            true => {
                let report = &self.lazy_report;
                let rereading = report.reading().rereading(&Silent);
                let (_, read, unread) = excerpts(
                    &rereading,
                    &report.items(),
                    vec![],
                    report.listed_clusters(),
                )?;
                self.excerpts = read;
                unread
            }
            false => vec![],
        };
        Ok(self.collect(wanted, resources, &Silent, unread)?)
    }

    /// Collects texts and locations, if they are wanted. Warns of the documents that could not be read again; `unread` are
    /// those of the excerpts.
    pub(super) fn collect(
        &mut self,
        wanted: Extras,
        resources: &Resources,
        progress: &dyn Progress,
        mut unread: Vec<Fault>,
    ) -> Result<(), SpillError> {
        let rereading = self.lazy_report.reading().rereading(progress);
        if wanted.locations {
            let new_inputs = self.new_inputs.as_deref();
            let by_id = locations::by_id(rereading.corpus);
            let find = |id: &str| by_id.get(id).copied();
            let (read, faults) =
                locations::locations(&rereading, new_inputs, &self.lazy_report, &find)?;
            self.locations = read;
            unread.extend(faults);
        }
        if wanted.texts {
            let (read, faults) = texts::texts(&rereading, &self.lazy_report, resources)?;
            self.texts = read;
            unread.extend(faults);
        }
        self.extras.excerpts |= wanted.excerpts;
        self.extras.texts |= wanted.texts;
        self.extras.locations |= wanted.locations;
        self.lazy_report.add_warnings(report_faults(&unread));
        // A document may be wanted for several purposes.
        self.unread_faults.extend(unread);
        self.unread_faults.sort();
        self.unread_faults.dedup();
        self.unread = self.unread_faults.len();
        Ok(())
    }

    pub(super) fn collect_ids(&mut self) {
        let corpus = &self.lazy_report.reading().corpus;
        let documents = corpus.in_reading_order().iter();
        let ids = documents.map(|&document| corpus.id(document));
        self.ids = ids.map(str::to_owned).collect();
    }
}

/// Adds the first words to the boilerplate, and reads those of the story of each cluster. One second reading serves both.
/// Returns the faults of the documents that it could not read as well.
pub(super) fn excerpts(
    rereading: &Rereading<'_>,
    items: &ItemBuilder<'_>,
    boilerplate: Vec<BoilerplateItem>,
    clusters: &[ListedCluster],
) -> Result<(Vec<Boilerplate>, Excerpts, Vec<Fault>), SpillError> {
    let beginnings: Vec<Option<Span>> = (clusters.par_iter())
        .map(|cluster| items.story_begin(cluster))
        .collect::<Result<_, SpillError>>()?;
    let (ids, stories): (Vec<String>, Vec<(DocumentIndex, Span)>) = (clusters.iter())
        .zip(beginnings)
        .filter_map(|(cluster, span)| Some((cluster.id(), (cluster.representative, span?))))
        .unzip();
    let wanted: Vec<(DocumentIndex, Span)> = (boilerplate.iter())
        .map(|item| (item.document, item.span))
        .chain(stories)
        .collect();
    let (excerpts, unread) = excerpts::excerpts(rereading, &wanted);
    let mut excerpts = excerpts.into_iter();
    let boilerplate = (boilerplate.into_iter().zip(&mut excerpts))
        .map(|(item, excerpt)| item.with_excerpt(excerpt))
        .collect();
    Ok((boilerplate, ids.into_iter().zip(excerpts).collect(), unread))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Job, JobInput, ReportOptions, Rules, Silent, run};
    use dedupe_formats::Options;
    use dedupe_report::{RenderOptions, TerminalStyle};
    use std::path::{Path, PathBuf};

    fn outcome(options: &ReportOptions) -> Outcome {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let paths: Vec<PathBuf> = ["languages", "syndicated.jsonl", "wire"]
            .map(|name| fixtures.join(name))
            .into();
        let job = Job {
            input: JobInput::Paths(&paths),
            reading: &Options::default(),
            rules: &Rules::default(),
            resources: &Resources::default(),
            progress: &Silent,
        };
        run(&job, options).unwrap()
    }

    fn rendered(outcome: &Outcome, format: Format) -> Vec<u8> {
        let options = RenderOptions {
            style: TerminalStyle::default(),
            locations: &outcome.locations,
            fail_on: None,
            unread: &[],
            texts: &outcome.texts,
            provenance: &dedupe_report::Provenance::default(),
        };
        let (renderer, mut out) = (format.renderer(&options), vec![]);
        let (report, excerpts) = (&outcome.lazy_report, &outcome.excerpts);
        renderer.render(report, excerpts, &mut out).unwrap();
        out
    }

    #[test]
    fn what_is_read_later_equals_what_the_run_reads() {
        let mut later = outcome(&ReportOptions::default());
        for format in [Format::Sarif, Format::Text, Format::Html, Format::Json] {
            let at_once = outcome(&ReportOptions {
                excerpts: format.needs_excerpts(),
                texts: format.needs_texts(),
                locations: format.needs_locations(),
                ..ReportOptions::default()
            });
            let before = rendered(&later, format);
            later.read_for(format, &Resources::default()).unwrap();
            let after = rendered(&later, format);
            assert_eq!(after == before, format == Format::Json, "{format:?}");
            assert!(after == rendered(&at_once, format), "{format:?}");
        }
    }
}
