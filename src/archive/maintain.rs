//! Looks after an archive: removes documents, lists versions, exports, checks that all of it fits together, and learns its
//! dictionary anew.

use super::gathered::Gathered;
use super::{Archive, ArchiveError, documents};
use crate::error::Error;
use crate::job::{Job, JobInput};
use crate::matching::Prepared;
use crate::progress::{Progress, StageClock, check_cancelled};
use crate::results::learnt_dictionary;
use crate::settings::{Resources, Rules};
use dedupe_core::candidates::requirements::is_short;
use dedupe_core::model::Relation;
use dedupe_formats::Options;
use dedupe_index::{Commit, Facts, Keys, Number, Plan, Storage, StoredDocument};
use dedupe_report::encode_json;
use serde::Serialize;
use std::io;
use std::sync::Arc;

/// Documents that are read at a time.
const AT_ONCE: usize = 4096;

/// Something in an archive that does not fit together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flaw {
    /// The id of the document concerned. `None`: the index as a whole.
    pub id: Option<String>,
    /// What is wrong.
    pub reason: String,
}

/// A version of a document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Version {
    /// Its number, counted from 1, the oldest first.
    pub version: usize,
    /// The headline that the document had then.
    pub title: Option<String>,
    /// Its date, as given.
    pub date: Option<String>,
    /// Its words.
    pub words: u32,
    /// Its relation to the version before. `None` for the first version, and if both have next to nothing in common.
    pub relation: Option<Relation>,
    /// The share of this version that is in the one before.
    pub containment: Option<f64>,
    /// The share of the version before that is in this one.
    pub containment_before: Option<f64>,
}

/// A document as an export writes it: the fields that records have.
#[derive(Serialize)]
struct Record<'d> {
    id: &'d str,
    title: Option<&'d str>,
    source: Option<&'d str>,
    date: Option<&'d str>,
    url: Option<&'d str>,
    byline: Option<&'d str>,
    language: Option<&'d str>,
    text: &'d str,
}

/// What learning the dictionary anew changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Compacted {
    /// The new epoch.
    pub epoch: u32,
    /// Matches that there are no more.
    pub lost: u64,
    /// Matches that are new.
    pub gained: u64,
}

impl<'d> Record<'d> {
    fn new(document: &'d StoredDocument) -> Self {
        Self {
            id: &document.id,
            title: document.title.as_deref(),
            source: document.source.as_deref(),
            date: document.date.as_deref(),
            url: document.url.as_deref(),
            byline: document.byline.as_deref(),
            language: document.language.as_deref(),
            text: &document.text,
        }
    }
}

impl Archive {
    /// Removes the documents with these ids and all of their versions. Returns how many: an id that is given twice is one
    /// document.
    ///
    /// # Errors
    ///
    /// No document has one of the ids, and then none is removed; or the archive cannot be written.
    pub fn remove(&self, ids: &[String]) -> Result<usize, ArchiveError> {
        let (removal, removed) = self.removal(ids)?;
        self.index.commit(removal)?;
        self.settle();
        Ok(removed.len())
    }

    /// Brings what was committed into a form that is read faster. It stays as it is if that fails, and the next change tries
    /// again.
    pub(super) fn settle(&self) {
        let _ = self.index.storage().settle();
    }

    /// What removes the documents with these ids and all of their versions, and the numbers of these documents.
    pub(super) fn removal(&self, ids: &[String]) -> Result<(Commit, Vec<Number>), ArchiveError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let current = |id: &String| match self.index.current(id)? {
            Some((number, _)) => Ok(number),
            None => Err(ArchiveError::UnknownId(id.clone())),
        };
        let leaving = ids
            .iter()
            .map(current)
            .collect::<Result<Vec<Number>, _>>()?;
        let plan = Plan::new(&self.index, vec![], &leaving, |numbers| self.keys(numbers))?;
        let paired = plan.pairs().iter().flat_map(|&(a, b)| [a, b]);
        let gathered = self.gathered(paired)?;
        let removal = Commit {
            matches: gathered.verify(plan.pairs(), &self.rules)?,
            plan,
            documents: vec![],
            forgotten: ids,
        };
        Ok((removal, leaving))
    }

    /// Documents of the archive as a corpus.
    pub(super) fn gathered(
        &self,
        numbers: impl IntoIterator<Item = Number>,
    ) -> Result<Gathered, ArchiveError> {
        let mut gathered = Gathered::new(
            super::gathered::read_documents(vec![], &self.rules)?,
            vec![],
        );
        gathered.add(self, numbers)?;
        Ok(gathered)
    }

    /// The versions of a document, the oldest first.
    ///
    /// # Errors
    ///
    /// No document has the id, or the archive cannot be read.
    pub fn history(&self, id: &str) -> Result<Vec<Version>, ArchiveError> {
        let numbers = self.index.versions(id)?.numbers;
        if numbers.is_empty() {
            return Err(ArchiveError::UnknownId(id.to_owned()));
        }
        let mut versions: Vec<Version> = vec![];
        let mut before: Option<Number> = None;
        for number in numbers {
            // Versions have one id. They are compared under numbers of their own.
            let (document, words) = self.words(number)?;
            let change = match before {
                Some(before) => self.compare(number, before)?,
                None => None,
            };
            versions.push(Version {
                version: versions.len() + 1,
                title: document.title,
                date: document.date,
                words,
                relation: change.map(|(relation, ..)| relation),
                containment: change.map(|(_, kept, _)| kept),
                containment_before: change.map(|(.., before)| before),
            });
            before = Some(number);
        }
        Ok(versions)
    }

    fn words(&self, number: Number) -> Result<(StoredDocument, u32), ArchiveError> {
        let read = self.read(&[number])?;
        let words = read
            .corpus
            .indices()
            .map(|d| read.corpus.word_count(d))
            .sum();
        Ok((self.index.document(number)?, words))
    }

    /// The relation of a version to another one, with the shares of this one in that one, and of that one in this one.
    fn compare(
        &self,
        number: Number,
        other: Number,
    ) -> Result<Option<(Relation, f64, f64)>, ArchiveError> {
        let gathered = self.gathered([number, other])?;
        let found = gathered.verify(&[(number, other)], &self.rules)?.pop();
        Ok(found.map(|found| match found.left == number {
            true => (
                found.relation,
                found.containment_left,
                found.containment_right,
            ),
            false => (
                found.relation.reversed(),
                found.containment_right,
                found.containment_left,
            ),
        }))
    }

    /// Writes the current documents as JSON Lines, in the order of their numbers.
    ///
    /// # Errors
    ///
    /// The archive cannot be read, `out` cannot be written ([`Error::Write`]), or the job was cancelled.
    pub fn export(
        &self,
        progress: &dyn Progress,
        out: &mut dyn io::Write,
    ) -> Result<(), ArchiveError> {
        let mut line = vec![];
        for number in self.index.numbers()? {
            check_cancelled(progress)?;
            let document = self.index.document(number)?;
            encode_json(&mut line, &Record::new(&document)).map_err(Error::Write)?;
            line.push(b'\n');
            out.write_all(&line).map_err(Error::Write)?;
        }
        Ok(())
    }

    /// Calls `write` with a function that [exports](Self::export) the documents, and returns its result. A failure of the
    /// archive is apart from one of the output.
    ///
    /// # Errors
    ///
    /// The archive cannot be read, or the job was cancelled.
    pub fn export_with<T>(
        &self,
        progress: &dyn Progress,
        write: impl FnOnce(&mut dyn FnMut(&mut dyn io::Write) -> io::Result<()>) -> T,
    ) -> Result<T, ArchiveError> {
        let mut failed = None;
        let written = write(&mut |out| match self.export(progress, out) {
            Ok(()) => Ok(()),
            Err(ArchiveError::Run(Error::Write(error))) => Err(error),
            Err(error) => {
                let message = io::Error::other(error.to_string());
                failed = Some(error);
                Err(message)
            }
        });
        failed.map_or(Ok(written), Err)
    }

    /// Reads the archive and lists what does not fit together. Ends when it has found `limit` flaws.
    ///
    /// # Errors
    ///
    /// The archive cannot be read, or the job was cancelled.
    pub fn verify(&self, limit: usize, progress: &dyn Progress) -> Result<Vec<Flaw>, ArchiveError> {
        self.index.storage().check()?;
        let mut flaws = vec![];
        let numbers = self.index.numbers()?;
        let mut postings = 0;
        for part in numbers.chunks(AT_ONCE) {
            check_cancelled(progress)?;
            let gathered = self.gathered(part.iter().copied())?;
            let corpus = gathered.corpus();
            let keys = documents::keys(corpus)?;
            for (document, keys) in corpus.indices().zip(&keys) {
                let number = gathered.number(document);
                let facts = self.index.facts(number)?;
                if self.index.group(facts.digest)?.first() == Some(&number) {
                    postings += keys.len() as u64;
                }
                let reasons = self.flaws_of(number, &facts, corpus.digest(document), keys)?;
                flaws.extend(reasons.into_iter().map(|reason| Flaw {
                    id: Some(facts.id.clone()),
                    reason: reason.to_owned(),
                }));
                if flaws.len() >= limit {
                    flaws.truncate(limit);
                    return Ok(flaws);
                }
            }
        }
        let (counts, manifest) = (self.index.count()?, self.index.manifest()?);
        let documents = numbers.len() as u64;
        let sums = [
            (counts.documents, documents, "documents by their words"),
            (manifest.documents, documents, "documents that are counted"),
            (counts.postings, postings, "entries of posting lists"),
            (
                counts.expected_postings,
                postings,
                "entries by the lengths of posting lists",
            ),
        ];
        let wrong = sums
            .into_iter()
            .filter(|(found, expected, _)| found != expected);
        flaws.extend(wrong.map(|(found, expected, what)| Flaw {
            id: None,
            reason: format!("expected {expected} {what}, found {found}"),
        }));
        flaws.truncate(limit);
        Ok(flaws)
    }

    /// What does not fit together of a document. `digest`, `keys`: of its text.
    fn flaws_of(
        &self,
        number: Number,
        facts: &Facts,
        digest: u128,
        keys: &Keys,
    ) -> Result<Vec<&'static str>, ArchiveError> {
        let mut flaws = vec![];
        if facts.digest != digest {
            flaws.push("its text has other words than it had");
        }
        if self.index.is_short(number)? != is_short(facts.fingerprints) {
            flaws.push("it is marked as short and is not, or is short and not marked");
        }
        if self.index.current(&facts.id)?.map(|(number, _)| number) != Some(number) {
            flaws.push("its id leads to another document");
        }
        let group = self.index.group(facts.digest)?;
        if !group.contains(&number) {
            flaws.push("it is not among the documents with its words");
        }
        if group.first() == Some(&number) && !self.index.has_postings(number, keys)? {
            flaws.push("a hash does not lead to it");
        }
        for other in self.index.neighbours(number)? {
            if self.index.find_match(number, other)?.is_none()
                || self.index.find_facts(other)?.is_none()
            {
                flaws.push("a match leads to no document");
                break;
            }
        }
        Ok(flaws)
    }

    /// Learns the dictionary anew from the documents of the archive, and verifies all candidate pairs with it. A new epoch
    /// begins.
    ///
    /// # Errors
    ///
    /// The archive cannot be read or written, or the job was cancelled. Before the new epoch begins, it stays as it was then.
    pub fn compact(
        &mut self,
        resources: &Resources,
        progress: &dyn Progress,
    ) -> Result<Compacted, ArchiveError> {
        let numbers = self.index.numbers()?;
        let mut gathered = self.gathered(numbers.iter().copied())?;
        let rules = Rules {
            dictionary: None,
            ..self.rules.clone()
        };
        let inputs = gathered.reading.inputs.clone();
        let job = Job {
            input: JobInput::Inputs(&inputs),
            reading: &Options::default(),
            rules: &rules,
            resources,
            progress,
        };
        let mut clock = StageClock::new(progress);
        let prepared = Prepared::new(&mut gathered.reading.corpus, &inputs, &job, &mut clock)?;
        let dictionary = Arc::new(learnt_dictionary(&gathered.reading, &prepared, &job)?);
        let number = |document| gathered.number(document);
        let pairs: Vec<(Number, Number)> = (prepared.candidates.pairs.iter())
            .map(|pair| (number(pair.lower()), number(pair.higher())))
            .collect();
        let rules = Rules {
            dictionary: Some(Arc::clone(&dictionary)),
            ..self.rules.clone()
        };
        let matches = gathered.verify(&pairs, &rules)?;
        check_cancelled(progress)?;
        let changed = self.index.begin_epoch(dictionary.to_parts(), matches)?;
        self.rules.dictionary = Some(Arc::new(dictionary.without_examples()));
        self.index.storage().compact()?;
        Ok(Compacted {
            epoch: self.epoch()?,
            lost: changed.lost,
            gained: changed.gained,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Silent;
    use dedupe_formats::{Document, Input};
    use dedupe_index::{Key, Manifest, Space, Write};
    use std::fs;
    use std::path::Path;

    #[test]
    fn a_flaw_of_the_index_as_a_whole_names_no_document() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::create(&folder.path().join("a.idx"), &Rules::default(), 1 << 20);
        let archive = archive.unwrap();
        assert_eq!(archive.verify(9, &Silent).unwrap(), []);
        let wrong = Manifest {
            documents: 1,
            ..archive.index.manifest().unwrap()
        };
        let dictionary = archive.index.whole_dictionary().unwrap();
        archive.index.begin(&wrong, dictionary).unwrap();
        let flaws = archive.verify(9, &Silent).unwrap();
        assert_eq!(
            flaws,
            [Flaw {
                id: None,
                reason: "expected 0 documents that are counted, found 1".to_owned(),
            }]
        );
    }

    /// An archive with a long and a short document.
    fn long_and_short(path: &Path) -> Archive {
        let words = |count: u32| -> String { (0..count).map(|n| format!("word{n} ")).collect() };
        let document = |id: &'static str, count| Document {
            id: Some(id.into()),
            text: words(count).into(),
            ..Document::default()
        };
        let documents = vec![document("long", 900), document("short", 20)];
        let inputs = [Input::in_memory("memory", documents)];
        let job = Job {
            input: JobInput::Inputs(&inputs),
            reading: &Options::default(),
            rules: &Rules::default(),
            resources: &Resources::default(),
            progress: &Silent,
        };
        Archive::add(path, &job, 1 << 20).unwrap();
        let archive = Archive::open_for_writing(path, 1 << 20).unwrap();
        assert_eq!(archive.verify(9, &Silent).unwrap(), []);
        archive
    }

    #[test]
    fn a_document_with_the_wrong_mark_of_a_short_one_is_a_flaw() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.idx");
        let archive = long_and_short(&path);
        // The marks of both are exchanged, then no document is marked.
        for (bits, wrong) in [(Some(vec![1]), &["long", "short"][..]), (None, &["short"])] {
            let marks = Write {
                space: Space::ShortDocuments,
                key: Key::from_slice(&0u32.to_be_bytes()),
                value: bits,
            };
            archive.index.storage().commit(vec![marks]).unwrap();
            let flaws = archive.verify(9, &Silent).unwrap();
            let reason = "it is marked as short and is not, or is short and not marked";
            let flaw = |id: &&str| Flaw {
                id: Some((*id).to_owned()),
                reason: reason.to_owned(),
            };
            assert_eq!(flaws, wrong.iter().map(flaw).collect::<Vec<_>>());
        }
    }

    #[test]
    fn each_damaged_byte_of_a_segment_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.idx");
        drop(long_and_short(&path));
        let files = fs::read_dir(path.join("store")).unwrap();
        let files = files.map(|entry| entry.unwrap().path());
        let mut segments =
            files.filter(|file| file.extension().is_some_and(|end| end == "segment"));
        let (segment, None) = (segments.next().unwrap(), segments.next()) else {
            panic!("not one segment");
        };
        let whole = fs::read(&segment).unwrap();
        for at in (0..whole.len()).step_by(5) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            fs::write(&segment, &flipped).unwrap();
            let verified = Archive::open(&path, 1 << 20).and_then(|a| a.verify(9, &Silent));
            assert!(verified.is_err(), "at {at}");
        }
    }
}
