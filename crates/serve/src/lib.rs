//! The HTTP service over an archive: it adds documents, answers whether they are copies, and shows the stories.
//!
//! The service speaks HTTP/1.1 and JSON. `openapi.json` describes it. What an archive is, and what is a copy, is not
//! decided here: the caller implements [`Archive`].
//!
//! - Many threads read the archive at once, up to a limit. One thread changes it (`writer.rs`). Documents that wait are
//!   added together, and each gets its own answer.
//! - Everything that a client can make grow has a limit ([`Limits`]). A request beyond it gets an error, with the code that
//!   `openapi.json` lists.
//! - A page in a browser can use the service only if the service sent it (`origin.rs`).
//! - What was accepted is stored before the service stops.
//!
//! The library never prints or exits.

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

mod answers;
mod archive;
mod auth;
mod body;
mod limits;
mod metrics;
mod operator;
mod origin;
mod page;
mod problem;
mod readers;
mod routes;
mod server;
mod settler;
mod writer;

pub use answers::{
    Change, ClusterSummary, DocumentFields, FoundDocument, Overlap, Submitted, Verdict, Warning,
};
pub use archive::{Archive, Failure, ListedStory, Size, Stories};
pub use auth::{InvalidToken, Token};
pub use dedupe_formats::Document;
pub use dedupe_report::Cluster;
pub use limits::Limits;
pub use operator::Report;
pub use server::{ServeError, Server, Settings, Stop};

/// The description of the service: OpenAPI 3.1.
pub const OPENAPI: &str = include_str!("openapi.json");
