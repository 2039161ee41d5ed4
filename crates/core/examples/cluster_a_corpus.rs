//! Finds the stories that a corpus carries more than once.
//!
//! Run it with `cargo run -p news-dedupe-core --example cluster_a_corpus`.

use dedupe_core::{
    DocumentIndex, Documents, GivenMatches, Match, Words, cluster, compare, keys, propose, sketch,
    words,
};

const COUNCIL: &str = "The council voted on Tuesday to postpone the road plan until spring. Residents had asked for more \
    time to study its effect on the old market square, where the weekly market has been held since 1874.";
const FERRY: &str = "The night ferry ran aground on a sandbank shortly before two in the morning. All ninety passengers \
    were taken ashore by the lifeboat crew, and the port authority has opened an inquiry into the grounding.";
const RAIN: &str = "Rain is expected in the north on Wednesday. The south stays dry until the weekend, with light wind \
    from the east and temperatures a little above the average of the season.";

/// The names and texts of the documents.
fn corpus() -> Vec<(&'static str, String)> {
    vec![
        ("agency/council", COUNCIL.to_owned()),
        ("agency/ferry", FERRY.to_owned()),
        ("agency/rain", RAIN.to_owned()),
        ("courier/council", format!("By our reporter. {COUNCIL}")),
        (
            "herald/ferry",
            FERRY.replace("shortly before", "shortly after"),
        ),
        ("herald/today", format!("{COUNCIL}\n\n{FERRY}\n\n{RAIN}")),
    ]
}

/// One line per cluster, the representative first.
pub(crate) fn run() -> Vec<String> {
    let corpus = corpus();
    let documents: Vec<Words> = corpus.iter().map(|(_, text)| words(text)).collect();
    let matches = matches(&documents);
    let lengths: Vec<u32> = documents.iter().map(|d| d.len() as u32).collect();
    let Ok(found) = cluster(&Documents::new(&lengths), matches, &GivenMatches);
    let name = |document: DocumentIndex| corpus.get(document.index()).map_or("", |d| d.0);
    let line = |cluster: &dedupe_core::Cluster| {
        let members: Vec<&str> = cluster.members.iter().map(|m| name(m.document)).collect();
        members.join(", ")
    };
    found.clusters.iter().map(line).collect()
}

/// The matches among the pairs of documents whose sketches share a hash.
fn matches(documents: &[Words]) -> Vec<Match> {
    let mut all_keys = vec![];
    for (index, document) in (0..).map(DocumentIndex).zip(documents) {
        all_keys.extend(keys(&sketch(document.ids()), index));
    }
    let candidates = propose(all_keys).into_iter();
    let compared = candidates.filter_map(|candidate| {
        let (left, right) = (candidate.pair.lower(), candidate.pair.higher());
        let (a, b) = (documents.get(left.index())?, documents.get(right.index())?);
        let found = compare(a.ids(), b.ids())?;
        Some(Match {
            left,
            right,
            ..found
        })
    });
    compared.collect()
}

// Tests include this file as a module and call `run` only.
#[allow(dead_code, clippy::print_stdout)]
fn main() {
    for line in run() {
        println!("{line}");
    }
}
