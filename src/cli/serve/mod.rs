//! `dedupe serve`: the HTTP service over an index.

#[cfg(feature = "serve")]
mod archive;
#[cfg(feature = "serve")]
mod token;

use super::exit::Exit;
use super::messages::Failure;
use super::option_groups::RunArgs;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  dedupe serve archive.idx
  dedupe serve archive.idx --listen 0.0.0.0:8080 \\
    --token-file token

Add a document, or only ask about it:
  curl --json @story.json \\
    http://127.0.0.1:8080/v1/documents
  curl --json @story.json \\
    'http://127.0.0.1:8080/v1/documents?dry_run=true'

A browser shows the newest stories at
http://127.0.0.1:8080/. The address /v1/openapi.json there
describes the service.

The service stops on Ctrl-C or SIGTERM, after it has stored
what it accepted. A second signal ends it at once.";

/// Options of `dedupe serve`.
#[derive(Args, Debug)]
#[cfg_attr(
    not(feature = "serve"),
    allow(
        dead_code,
        reason = "a build without the service only declares its options"
    )
)]
#[command(after_help = EXAMPLES, override_usage = "dedupe serve INDEX [OPTIONS]")]
pub(crate) struct ServeArgs {
    /// The folder of the index
    #[arg(value_name = "INDEX")]
    index: PathBuf,
    /// Address and port to listen on; port 0 is any free port
    ///
    /// An address that other machines can reach needs a token. The service does not encrypt: use a proxy that
    /// does.
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8080",
        value_parser = address,
        help_heading = "Service"
    )]
    listen: SocketAddr,
    /// Require the token in this file [default: the variable DEDUPE_TOKEN]
    ///
    /// Clients send the header Authorization: Bearer TOKEN. A browser asks for a name and a password: the
    /// password is the token. The token has at least 16 characters.
    #[arg(long, value_name = "FILE", help_heading = "Service")]
    token_file: Option<PathBuf>,
    /// Another name of the service, such as that of a proxy
    ///
    /// Requests to other names than this, localhost and the address are refused, because a page in a browser
    /// could send them. Repeat the option to give several names.
    #[arg(long, value_name = "NAME", help_heading = "Service")]
    host: Vec<String>,
    /// Print errors only
    #[arg(short, long, help_heading = "Output")]
    quiet: bool,
    #[command(flatten)]
    run: RunArgs,
}

/// Parses `--listen`.
fn address(text: &str) -> Result<SocketAddr, String> {
    let expected = "expected an address and a port, such as 127.0.0.1:8080";
    text.parse().map_err(|_| expected.to_owned())
}

/// This build has no service.
#[cfg(not(feature = "serve"))]
pub(crate) fn serve(_: &ServeArgs) -> Result<Exit, Failure> {
    Err(Failure::NoService)
}

/// Serves until a signal stops it.
#[cfg(feature = "serve")]
pub(crate) fn serve(args: &ServeArgs) -> Result<Exit, Failure> {
    use super::index::{failure, open_for_writing};
    use super::messages::{Console, counted};
    use super::{options, signals, threads};
    use archive::ServedArchive;
    use dedupe_serve::{Limits, Server, Settings};
    use std::sync::Arc;

    let console = Console { quiet: args.quiet };
    let server = Server::bind(Settings {
        listen: args.listen,
        token: token::token(args.token_file.as_deref())?,
        hosts: args.host.clone(),
        limits: Limits::default(),
    })?;
    threads::start_once(args.run.threads.map(usize::from))?;
    let resources = options::resources(&args.run)?;
    let index = open_for_writing(&args.index, resources.memory)?;
    let served = ServedArchive::new(index, &args.index, resources);
    let served = served.map_err(|error| failure(&args.index, error))?;
    let size = served.size().map_err(|error| failure(&args.index, error))?;
    let stop = server.stop();
    signals::on_stop(move || stop.stop());
    console.note(&format!(
        "listening on http://{}/ ({}, epoch {})",
        server.address(),
        counted(
            usize::try_from(size.documents).unwrap_or(usize::MAX),
            "document",
            "documents"
        ),
        size.epoch,
    ));
    let report = move |message: &str| console.error(message);
    server.run(Arc::new(served), Arc::new(report))?;
    console.note("stopped; everything that was accepted is stored");
    Ok(Exit::Done)
}
