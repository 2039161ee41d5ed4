//! An archive in memory. Documents with the same text are copies. It can be made to wait and to fail.

use dedupe_serve::{
    Archive, Change, Cluster, ClusterSummary, Document, DocumentFields, Failure, FoundDocument,
    ListedStory, Size, Stories, Submitted, Verdict, Warning,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};

/// Documents by id: their title and text.
type Documents = BTreeMap<String, (Option<String>, String)>;

#[derive(Default)]
pub(crate) struct MemoryArchive {
    documents: Mutex<Documents>,
    /// The sizes of the commits.
    pub(crate) commits: Mutex<Vec<usize>>,
    /// Work waits here while it is closed.
    pub(crate) gate: Gate,
    /// How many jobs wait or have waited at the gate.
    pub(crate) arrived: AtomicUsize,
    /// How often it was asked to settle. It never can.
    pub(crate) settled: AtomicUsize,
}

/// A gate that can be closed.
#[derive(Default)]
pub(crate) struct Gate {
    is_closed: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    pub(crate) fn close(&self) {
        *self.is_closed.lock().unwrap() = true;
    }

    pub(crate) fn open(&self) {
        *self.is_closed.lock().unwrap() = false;
        self.opened.notify_all();
    }

    fn pass(&self) {
        let closed = self.is_closed.lock().unwrap();
        drop(self.opened.wait_while(closed, |closed| *closed).unwrap());
    }
}

impl MemoryArchive {
    pub(crate) fn ids(&self) -> Vec<String> {
        self.documents.lock().unwrap().keys().cloned().collect()
    }

    pub(crate) fn text(&self, id: &str) -> Option<String> {
        let documents = self.documents.lock().unwrap();
        documents.get(id).map(|(_, text)| text.clone())
    }

    pub(crate) fn arrived(&self) -> usize {
        self.arrived.load(Ordering::SeqCst)
    }

    fn pass(&self) {
        self.arrived.fetch_add(1, Ordering::SeqCst);
        self.gate.pass();
    }
}

/// Fails or panics where a text asks for it.
fn check(documents: &[Document<'static>]) -> Result<(), Failure> {
    for document in documents {
        match &*document.text {
            "refuse" => return Err(Failure::Refused("it asks for it".to_owned())),
            "fail" => return Err(Failure::Broken("it asks for it".to_owned())),
            "panic" => panic!("it asks for it"),
            _ => {}
        }
    }
    Ok(())
}

fn change(documents: &Documents, id: &str, text: &str) -> Change {
    match documents.get(id) {
        None => Change::New,
        Some((_, known)) if known == text => Change::Known,
        Some(_) => Change::Version,
    }
}

fn verdict(documents: &Documents, id: &str, text: &str) -> Verdict {
    let same = documents.iter().filter(|(_, (_, other))| other == text);
    let copies: Vec<&String> = same.map(|(other, _)| other).filter(|o| *o != id).collect();
    let first = copies.iter().copied().min();
    let representative = first.map(|first| first.min(&id.to_owned()).clone());
    Verdict {
        duplicate: first.is_some(),
        of: first.cloned(),
        relation: first.map(|_| serde_json::from_value(json!("exact")).unwrap()),
        containment: first.map(|_| 1.0),
        clusters: representative
            .iter()
            .map(|representative| ClusterSummary {
                representative: representative.clone(),
                id: "0123456789ab".to_owned(),
                documents: copies.len() as u64 + 1,
                publishers: 1,
            })
            .collect(),
        cluster: representative,
        epoch: 1,
        ..Verdict::default()
    }
}

fn submitted(documents: &Documents, document: &Document<'static>, change: Change) -> Submitted {
    let id = document.id.as_deref().unwrap_or_default();
    let warning = || Warning {
        code: "bad-date".to_owned(),
        message: "the date cannot be parsed".to_owned(),
    };
    Submitted {
        id: id.to_owned(),
        change,
        verdict: verdict(documents, id, &document.text),
        warnings: document.date.iter().map(|_| warning()).collect(),
    }
}

fn cluster(documents: &Documents, id: &str) -> Option<Cluster> {
    let text = &documents.get(id)?.1;
    let same = documents.iter().filter(|(_, (_, other))| other == text);
    let members: Vec<_> = same
        .map(|(member, (title, _))| {
            json!({"id": member, "path": member, "title": title, "relation": "exact",
                "same_source": false, "spans": [], "words": 1, "digest": "", "containment": 1.0,
                "containment_representative": 1.0, "resemblance": 1.0})
        })
        .collect();
    let size = members.len();
    let cluster = json!({"id": "0123456789ab", "size": size, "representative": members[0]["id"],
        "origin": null, "publishers": 1, "agencies": [], "sources": 1, "members": members});
    (size > 1).then(|| serde_json::from_value(cluster).unwrap())
}

impl Archive for MemoryArchive {
    fn add(&self, given: &[Document<'static>]) -> Result<Vec<Submitted>, Failure> {
        self.pass();
        check(given)?;
        self.commits.lock().unwrap().push(given.len());
        let mut documents = self.documents.lock().unwrap();
        let mut changes = vec![];
        for document in given {
            let id = document.id.as_deref().unwrap().to_owned();
            changes.push(change(&documents, &id, &document.text));
            let title = document.title.as_deref().map(str::to_owned);
            documents.insert(id, (title, document.text.clone().into_owned()));
        }
        let answers = given.iter().zip(changes);
        Ok(answers
            .map(|(document, change)| submitted(&documents, document, change))
            .collect())
    }

    fn preview(&self, mut document: Document<'static>) -> Result<Submitted, Failure> {
        self.pass();
        document.id.get_or_insert("nameless".into());
        check(std::slice::from_ref(&document))?;
        let documents = self.documents.lock().unwrap();
        let id = document.id.as_deref().unwrap();
        let change = change(&documents, id, &document.text);
        Ok(submitted(&documents, &document, change))
    }

    fn remove(&self, id: &str) -> Result<bool, Failure> {
        self.pass();
        Ok(self.documents.lock().unwrap().remove(id).is_some())
    }

    fn settle(&self) -> Result<(), Failure> {
        self.settled.fetch_add(1, Ordering::SeqCst);
        Err(Failure::Broken("it cannot".to_owned()))
    }

    fn document(&self, id: &str) -> Result<Option<FoundDocument>, Failure> {
        let documents = self.documents.lock().unwrap();
        Ok(documents.get(id).map(|(title, text)| FoundDocument {
            document: DocumentFields {
                id: id.to_owned(),
                title: title.clone(),
                text: text.clone(),
                ..DocumentFields::default()
            },
            versions: 1,
            verdict: verdict(&documents, id, text),
        }))
    }

    fn cluster(&self, id: &str) -> Result<Option<(Cluster, u32)>, Failure> {
        Ok(cluster(&self.documents.lock().unwrap(), id).map(|cluster| (cluster, 1)))
    }

    fn stories(&self, query: &str, count: usize) -> Result<Stories, Failure> {
        let documents = self.documents.lock().unwrap();
        let mut stories: Vec<ListedStory> = vec![];
        for (id, (title, _)) in &*documents {
            let is_found = title.as_deref().unwrap_or_default().contains(query);
            let cluster =
                cluster(&documents, id).filter(|found| is_found && found.representative == *id);
            stories.extend(cluster.map(|cluster| ListedStory {
                cluster,
                excerpt: String::new(),
            }));
        }
        stories.truncate(count);
        Ok(Stories {
            stories,
            has_more: false,
            searched: documents.len(),
        })
    }

    fn story_page(&self, id: &str) -> Result<Option<Vec<u8>>, Failure> {
        let found = cluster(&self.documents.lock().unwrap(), id);
        Ok(found.map(|cluster| format!("<p>{} documents", cluster.size).into_bytes()))
    }

    fn size(&self) -> Result<Size, Failure> {
        let documents = self.documents.lock().unwrap().len() as u64;
        Ok(Size {
            documents,
            epoch: 1,
        })
    }
}
