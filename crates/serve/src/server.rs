//! Listens, accepts connections within limits, and stops in order.

use crate::archive::Archive;
use crate::auth::Token;
use crate::body::BodyMemory;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::operator::{Operator, Report};
use crate::origin::Names;
use crate::readers::Readers;
use crate::routes::{self, Service};
use crate::settler::Settler;
use crate::writer::Writer;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use rayon::ThreadPoolBuilder;
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;

/// Threads for connections. The work on the archive has threads of its own.
const CONNECTION_THREADS: usize = 2;
/// The pause after a connection could not be accepted, for example because too many files are open.
const PAUSE: Duration = Duration::from_millis(50);

/// How the service is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address to listen on. Port 0 is any free port.
    pub listen: SocketAddr,
    /// The token that clients must send. Required if the address is not a loopback address.
    pub token: Option<Token>,
    /// Names of the service, besides its address and `localhost`.
    pub hosts: Vec<String>,
    /// What clients can use at most.
    pub limits: Limits,
}

/// Why the service cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Anybody could use the service.
    #[error("{0} can be reached from other machines, and there is no token")]
    NoToken(SocketAddr),
    /// The address cannot be used.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
    /// Threads cannot be started.
    #[error("cannot start the threads: {0}")]
    Start(#[source] io::Error),
    /// A thread that works on the archive ended in a fault.
    #[error("a thread that works on the archive ended in a fault")]
    Thread,
}

/// A service that listens.
pub struct Server {
    listener: StdListener,
    address: SocketAddr,
    settings: Settings,
    stop: watch::Sender<bool>,
}

/// Stops a service.
#[derive(Clone, Debug)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// Begins to stop: no connection is accepted any more, and requests that were received are answered.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Server {
    /// Listens. Connections wait until the service runs.
    ///
    /// # Errors
    ///
    /// The address can be reached from other machines and there is no token, or it cannot be used.
    pub fn bind(settings: Settings) -> Result<Self, ServeError> {
        let listen = settings.listen;
        if !listen.ip().is_loopback() && settings.token.is_none() {
            return Err(ServeError::NoToken(listen));
        }
        let failed = |error| ServeError::Listen(listen, error);
        let listener = StdListener::bind(listen).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        Ok(Self {
            address: listener.local_addr().map_err(failed)?,
            listener,
            settings,
            stop: watch::Sender::new(false),
        })
    }

    /// The address that the service listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What stops the service.
    #[must_use]
    pub fn stop(&self) -> Stop {
        Stop(self.stop.clone())
    }

    /// Serves until it is stopped. All changes that were accepted are made when this returns. `report` learns why the archive
    /// failed; clients do not.
    ///
    /// # Errors
    ///
    /// The service cannot be started, or a thread that works on the archive ended in a fault.
    pub fn run(self, archive: Arc<dyn Archive>, report: Arc<Report>) -> Result<(), ServeError> {
        let limits = self.settings.limits;
        let metrics = Arc::new(Metrics::new());
        let operator = Operator::new(report);
        let (settler, settling) =
            Settler::start(Arc::clone(&archive), Arc::clone(&metrics), operator.clone())
                .map_err(ServeError::Start)?;
        let (writer, writing) = Writer::start(
            Arc::clone(&archive),
            limits,
            Arc::clone(&metrics),
            settler,
            operator.clone(),
        )
        .map_err(ServeError::Start)?;
        let served = runtime(&limits).map(|runtime| {
            let service = Service {
                limits,
                names: Arc::new(Names::new(self.address, &self.settings.hosts)),
                token: self.settings.token,
                readers: Readers::new(archive, limits, operator),
                writer: writer.clone(),
                bodies: BodyMemory::new(limits.waiting_bytes),
                metrics: Arc::clone(&metrics),
            };
            let router = routes::router(service);
            let accepting = accept(
                self.listener,
                router,
                limits,
                &metrics,
                self.stop.subscribe(),
            );
            let accepted = runtime.block_on(accepting);
            // Ends the connections that did not end in time. A change that they wait for is made.
            runtime.shutdown_timeout(PAUSE);
            accepted
        });
        drop(writer);
        // The settler ends after the writer, which wakes it.
        for thread in [writing, settling] {
            thread.join().map_err(|_| ServeError::Thread)?;
        }
        served
            .map_err(ServeError::Start)?
            .map_err(|error| ServeError::Listen(self.address, error))
    }
}

/// Lets this thread do all parallel work of its own itself. Otherwise it would wait behind the parallel work of changes, which
/// takes a hundred times as long as an answer.
fn work_alone() {
    let alone = ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    // Without it, answers are the same and slower.
    let _ = alone.build();
}

fn runtime(limits: &Limits) -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(CONNECTION_THREADS)
        .max_blocking_threads(limits.readers.max(1))
        // What a thread keeps for `work_alone` is never freed, so threads last.
        .thread_keep_alive(Duration::MAX)
        .thread_name("service")
        .on_thread_start(work_alone)
        .enable_all()
        .build()
}

/// Accepts connections until the service is stopped, and then waits until they have ended.
async fn accept(
    listener: StdListener,
    router: Router,
    limits: Limits,
    metrics: &Arc<Metrics>,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(limits.connections.max(1)));
    let connections = GracefulShutdown::new();
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            next = next => next,
        };
        let Ok((stream, _)) = accepted else {
            sleep(PAUSE).await;
            continue;
        };
        let open = metrics.connection();
        let connection = connections.watch(connection(stream, router.clone(), &limits));
        tokio::spawn(async move {
            let _held = (place, open);
            // A client may close a connection at any time.
            let _ = connection.await;
        });
    }
    drop(listener);
    let _ = timeout(limits.stop_time, connections.shutdown()).await;
    Ok(())
}

type Connection = http1::Connection<
    TokioIo<std::pin::Pin<Box<TimeoutStream<TcpStream>>>>,
    TowerToHyperService<Router>,
>;

fn connection(stream: TcpStream, router: Router, limits: &Limits) -> Connection {
    // Small answers must not wait for others.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.send_time));
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(limits.head_bytes.max(8192))
        .max_headers(limits.headers)
        .serve_connection(
            TokioIo::new(Box::pin(stream)),
            TowerToHyperService::new(router),
        )
}
