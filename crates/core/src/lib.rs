//! Near-duplicate detection for news text: pure functions of plain data, without I/O.
//!
//! # Compare two texts
//!
//! [`words`] turns a text into word ids with byte ranges. [`compare()`] aligns the words of two texts. The match says how
//! the texts are related and which passages they share:
//!
//! ```
//! use dedupe_core::{Relation, compare, words};
//!
//! let agency = "The council voted on Tuesday to postpone the road plan until spring, after residents asked for \
//!     more time to study its effect on the old market square.";
//! let site = format!("LOCAL NEWS | 3 min read | {} Follow us for more stories from your town.", agency.to_uppercase());
//!
//! let (left, right) = (words(agency), words(&site));
//! let found = compare(left.ids(), right.ids()).expect("the site copied the story");
//! assert_eq!(found.relation, Relation::Near);
//!
//! let (_, passage) = found.passages[0];
//! let spans: Vec<_> = right.spans().collect();
//! let (first, last) = (spans[passage.begin as usize], spans[passage.end as usize - 1]);
//! let copied = &site[first.begin as usize..last.end as usize];
//! assert!(copied.starts_with("THE COUNCIL VOTED") && copied.ends_with("MARKET SQUARE"));
//! ```
//!
//! [`compare_with`] takes options, headlines, dates, and what each word counts.
//!
//! # Find the copies in a corpus
//!
//! Comparing all pairs takes quadratic time. [`sketch()`] and [`keys`] give each document a few hashes, and [`propose`]
//! gives the pairs of documents that share one. [`cluster()`] groups the documents of the matches by story:
//!
//! ```
//! use dedupe_core::{
//!     DocumentIndex, Documents, GivenMatches, Match, cluster, compare, keys, propose, sketch, words,
//! };
//!
//! let story = "The council voted on Tuesday to postpone the road plan until spring, after residents asked for more \
//!     time to study its effect on the old market square.";
//! let texts = [
//!     story.to_owned(),
//!     "Rain is expected in the north on Wednesday. The south stays dry until the weekend.".to_owned(),
//!     format!("Update: {story} A new date is not set."),
//! ];
//! let documents: Vec<_> = texts.iter().map(|text| words(text)).collect();
//!
//! let mut all_keys = vec![];
//! for (index, document) in (0..).map(DocumentIndex).zip(&documents) {
//!     all_keys.extend(keys(&sketch(document.ids()), index));
//! }
//! let candidates = propose(all_keys).into_iter().map(|candidate| candidate.pair);
//! let matches = candidates.filter_map(|pair| {
//!     let (left, right) = (pair.lower(), pair.higher());
//!     let found = compare(documents[left.index()].ids(), documents[right.index()].ids())?;
//!     Some(Match { left, right, ..found })
//! });
//!
//! let lengths: Vec<u32> = documents.iter().map(|document| document.len() as u32).collect();
//! let Ok(found) = cluster(&Documents::new(&lengths), matches.collect(), &GivenMatches);
//! let members = found.clusters[0].members.iter().map(|member| member.document.0);
//! assert_eq!(members.collect::<Vec<u32>>(), [2, 0]);
//! ```
//!
//! Both examples are programs in the `examples` folder of this crate.
//!
//! # Modules
//!
//! In the order in which a run uses them: [`text`] (words, shingles), [`mod@sketch`] (fingerprints, buckets),
//! [`candidates`] (keys, pairs), [`align`] (what two texts share), [`evidence`] (what recurs, what is one story),
//! [`verify`] (relations), [`mod@cluster`], [`select`]. A job on several machines also uses [`components`]. All of them use
//! the plain data of [`model`]. [`dates`] parses the dates of news.

#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        clippy::exit,
        clippy::print_stderr,
        clippy::print_stdout
    )
)]

pub mod align;
pub mod candidates;
pub mod cluster;
pub mod components;
pub mod dates;
pub mod evidence;
pub mod leb128;
pub mod model;
pub mod select;
pub mod sketch;
mod steps;
pub mod text;
mod union_find;
pub mod verify;

pub use candidates::{keys, propose};
pub use cluster::{Cluster, Clustering, Documents, GivenMatches, Member, Verifier, cluster};
pub use evidence::document_view::DocumentView;
pub use model::{DocumentIndex, Keep, Match, Pair, Passage, Relation, Span};
pub use sketch::sketch;
pub use text::{Words, words};
pub use verify::compare::{CompareOptions, compare, compare_with};
pub use verify::relation::Thresholds;
