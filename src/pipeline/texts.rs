//! The texts of the documents in clusters, for reports that are read side by side: read a second time, from
//! a corpus that is at hand or from the files that a saved report names.

use super::excerpts;
use super::read::{path, read};
use super::{Draft, Progress, Settings, Stage};
use crate::corpus::Corpus;
use dedupe_core::model::{DocumentIndex, Span};
use dedupe_formats::{self as source, Input};
use dedupe_report::embedded_texts::{MAX_TEXT_BYTES, MAX_TOTAL_BYTES};
use dedupe_report::{Cluster, EmbeddedTexts, Excerpts, Member, Report};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

/// What was read again of a saved report's documents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reread {
    /// Their texts.
    pub texts: EmbeddedTexts,
    /// The first words of each cluster's story, by cluster id.
    pub excerpts: Excerpts,
}

/// Reads the documents of a saved report's clusters again, where their files still hold them: a document
/// of the same file and id and of as many words. Files of a report made elsewhere may not be there, which
/// is no error; standard input never is.
#[must_use]
pub fn reread(report: &Report, source: &source::Options, progress: &dyn Progress) -> Reread {
    let members = report.clusters.iter().flat_map(|c| &c.members);
    // A member of an archive is read with its archive.
    let files = |m: &'_ Member| -> Vec<String> {
        let archive = m.path.split_once('!').map(|(archive, _)| archive);
        archive
            .into_iter()
            .chain([m.path.as_str()])
            .map(str::to_owned)
            .collect()
    };
    let paths: BTreeSet<String> = members.flat_map(files).collect();
    let paths: Vec<PathBuf> = (paths.into_iter())
        .filter(|path| path != "-")
        .map(PathBuf::from)
        .collect();
    progress.stage(Stage::Walk, None);
    let walk = source::walk(&paths, source);
    progress.stage(Stage::Read, Input::total_size(&walk.inputs));
    let settings = Settings::default();
    let corpus = read(&walk.inputs, source, &settings, progress).corpus;
    let again = Again::new(&corpus, &walk.inputs, source);
    Reread {
        texts: again.texts(report),
        excerpts: again.excerpts(report),
    }
}

/// The texts of a report's documents, from the corpus it is made of.
pub(super) fn texts(draft: &Draft, source: &source::Options) -> EmbeddedTexts {
    Again::new(&draft.corpus, &draft.inputs, source).texts(draft.whole_report())
}

/// What is read a second time.
struct Again<'a> {
    corpus: &'a Corpus,
    inputs: &'a [Input],
    source: &'a source::Options,
    by_id: HashMap<&'a str, DocumentIndex>,
}

impl<'a> Again<'a> {
    fn new(corpus: &'a Corpus, inputs: &'a [Input], source: &'a source::Options) -> Self {
        let id = |d| corpus.id(d);
        Self {
            corpus,
            inputs,
            source,
            by_id: corpus.indices().map(|d| (id(d), d)).collect(),
        }
    }

    /// The document that a member speaks of; none where what is there now is another one.
    fn document(&self, member: &Member) -> Option<DocumentIndex> {
        let document = *self.by_id.get(member.id.as_str())?;
        let record = self.corpus.record(document);
        let words = u64::from(self.corpus.word_count(document));
        let same = path(self.inputs, &record) == member.path && words == member.words;
        same.then_some(document)
    }

    /// As many texts as the thresholds allow, those of the largest clusters first.
    fn texts(&self, report: &Report) -> EmbeddedTexts {
        let mut texts = EmbeddedTexts::default();
        let (mut seen, mut wanted, mut bytes) = (HashSet::new(), vec![], 0);
        for member in report.clusters.iter().flat_map(|c| &c.members) {
            if !seen.insert(member.id.as_str()) {
                continue;
            }
            let Some(document) = self.document(member) else {
                texts.unread += 1;
                continue;
            };
            let more = self.corpus.record(document).bytes.min(MAX_TEXT_BYTES);
            if bytes + more > MAX_TOTAL_BYTES {
                texts.left_out += 1;
                continue;
            }
            bytes += more;
            wanted.push((document, member));
        }
        let documents: Vec<DocumentIndex> = wanted.iter().map(|w| w.0).collect();
        let visit = &mut |at: usize, text: &str| {
            let member = wanted[at].1;
            let story = member.spans.first().map_or(0, |span| span.begin);
            texts.insert(member.id.clone(), text, story);
        };
        excerpts::texts(self.corpus, self.inputs, self.source, &documents, visit);
        texts.unread += (wanted.len() - texts.len()) as u64;
        texts
    }

    fn excerpts(&self, report: &Report) -> Excerpts {
        let beginning = |cluster: &Cluster| -> Option<(DocumentIndex, Span)> {
            let member = cluster.members.first()?;
            Some((self.document(member)?, *member.spans.first()?))
        };
        let (ids, wanted): (Vec<_>, Vec<_>) = (report.clusters.iter())
            .filter_map(|cluster| Some((cluster.id.clone(), beginning(cluster)?)))
            .unzip();
        let found = excerpts::excerpts(self.corpus, self.inputs, self.source, &wanted);
        ids.into_iter().zip(found).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Settings, Silent, run};
    use super::*;
    use std::fs;

    fn words(range: std::ops::Range<u32>) -> String {
        range.map(|n| format!("word{n} ")).collect()
    }

    #[test]
    fn a_saved_report_finds_its_texts_again_but_for_what_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("a.txt", &words(0..200));
        write("b.txt", &words(0..200));
        write("c.txt", &words(10..200));
        let source = source::Options::default();
        let settings = Settings {
            texts: true,
            ..Settings::default()
        };
        let paths = [folder.path().to_owned()];
        let outcome = run(&paths, &source, &settings, &Silent).unwrap();
        assert_eq!((outcome.texts.len(), outcome.texts.unread), (3, 0));

        let again = reread(outcome.report().unwrap(), &source, &Silent);
        assert_eq!(again.texts, outcome.texts);
        let excerpts: Vec<&String> = again.excerpts.values().collect();
        assert!(excerpts[0].starts_with("word10 word11 "), "{excerpts:?}");

        write("b.txt", &words(0..100));
        fs::remove_file(folder.path().join("c.txt")).unwrap();
        let again = reread(outcome.report().unwrap(), &source, &Silent);
        assert_eq!((again.texts.len(), again.texts.unread), (1, 2));
    }
}
