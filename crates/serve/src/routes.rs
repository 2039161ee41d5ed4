//! The addresses of the service, and what each of them answers.

use crate::OPENAPI;
use crate::answers::{Change, ClusterAnswer, Health, Submitted};
use crate::archive::Archive;
use crate::auth::Token;
use crate::body::{self, Body, BodyMemory};
use crate::limits::Limits;
use crate::metrics::{self, Metrics};
use crate::origin::Names;
use crate::page;
use crate::problem::Problem;
use crate::readers::Readers;
use crate::writer::Writer;
use axum::extract::{MatchedPath, Path, Query, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// Stories that the page lists.
const STORIES: usize = 50;

/// What all requests share.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) limits: Limits,
    pub(crate) names: Arc<Names>,
    pub(crate) token: Option<Token>,
    pub(crate) readers: Readers,
    pub(crate) writer: Writer,
    pub(crate) bodies: BodyMemory,
    pub(crate) metrics: Arc<Metrics>,
}

/// The router of the service.
pub(crate) fn router(service: Service) -> Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route("/", get(stories))
        .route("/page.css", get(style))
        .route("/stories/{id}", get(story))
        .route("/v1/documents", post(submit))
        .route("/v1/documents/{id}", get(document).delete(remove))
        .route("/v1/clusters/{id}", get(cluster))
        .route("/v1/healthz", get(healthz))
        .route("/v1/metrics", get(metrics_text))
        .route("/v1/openapi.json", get(openapi))
        .fallback(async || Problem::no_route())
        .method_not_allowed_fallback(async || Problem::method())
        .layer(CatchPanicLayer::custom(|_| {
            Problem::internal().into_response()
        }))
        .layer(from_fn_with_state(service.clone(), guard))
        .layer(from_fn_with_state(service.clone(), observe))
        .layer(header(CONTENT_SECURITY_POLICY, page::NO_CONTENT))
        .layer(header(CACHE_CONTROL, "no-store"))
        .layer(header(
            HeaderName::from_static("x-content-type-options"),
            "nosniff",
        ))
        .layer(header(
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ))
        .layer(header(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ))
        .layer(header(
            HeaderName::from_static("referrer-policy"),
            "no-referrer",
        ))
        .with_state(service)
}

/// Counts requests and measures how long they take.
async fn observe(
    State(service): State<Service>,
    path: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = method_name(request.method());
    let response = next.run(request).await;
    let route = path.as_ref().map_or("other", MatchedPath::as_str);
    let status = response.status().as_u16();
    service
        .metrics
        .answered(method, route, status, begun.elapsed());
    response
}

/// The name of a method. Clients can make up others, which must not become labels.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// Lets only those requests through that are for this service, not from another site, and have the token.
async fn guard(
    State(service): State<Service>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    service.names.check(method, uri, headers)?;
    let is_health = uri.path() == "/v1/healthz";
    if let Some(token) = service.token.as_ref().filter(|_| !is_health)
        && !token.is_in(headers)
    {
        // A browser asks its user for the token of a page.
        let challenge = match uri.path().starts_with("/v1/") {
            true => r#"Bearer realm="dedupe""#,
            false => r#"Basic realm="dedupe""#,
        };
        return Err(Problem::unauthorized(challenge));
    }
    Ok(next.run(request).await)
}

/// The query of a submission.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Submission {
    #[serde(default)]
    dry_run: bool,
}

async fn submit(State(service): State<Service>, request: Request) -> Result<Response, Problem> {
    let submission = Query::<Submission>::try_from_uri(request.uri());
    let Query(submission) = submission.map_err(|_| {
        Problem::bad_request("The only parameter of this address is dry_run, true or false.")
    })?;
    let Body { bytes, memory } = service.bodies.receive(request, &service.limits).await?;
    let document = body::document(&bytes)?;
    drop(bytes);
    if submission.dry_run {
        let preview = service.readers.read(move |archive| {
            let _memory = memory;
            archive.preview(document)
        });
        return Ok(Json(limited(preview.await?)).into_response());
    }
    if document.id.is_none() {
        return Err(Problem::no_id());
    }
    let submitted = service.writer.add(document, memory).await?;
    let address = format!("/v1/documents/{}", path_segment(&submitted.id));
    let status = match submitted.change {
        Change::Known => StatusCode::OK,
        Change::New | Change::Version => StatusCode::CREATED,
    };
    let body = Json(limited(submitted));
    Ok((status, [(LOCATION, address)], body).into_response())
}

fn limited(submitted: Submitted) -> Submitted {
    Submitted {
        verdict: submitted.verdict.limited(),
        ..submitted
    }
}

/// An id as a part of a path.
pub(crate) fn path_segment(id: &str) -> String {
    utf8_percent_encode(id, NON_ALPHANUMERIC).to_string()
}

/// The id in a path.
type Id = Result<Path<String>, axum::extract::rejection::PathRejection>;

fn id(path: Id) -> Result<String, Problem> {
    let Path(id) = path.map_err(|_| {
        Problem::bad_request("The id in the address is not UTF-8 with percent encoding.")
    })?;
    Ok(id)
}

async fn document(State(service): State<Service>, path: Id) -> Result<Response, Problem> {
    let id = id(path)?;
    let found = service.readers.read(move |archive| archive.document(&id));
    let mut found = found.await?.ok_or_else(Problem::unknown_document)?;
    found.verdict = found.verdict.limited();
    Ok(Json(found).into_response())
}

async fn remove(State(service): State<Service>, path: Id) -> Result<Response, Problem> {
    match service.writer.remove(id(path)?).await? {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Err(Problem::unknown_document()),
    }
}

async fn cluster(State(service): State<Service>, path: Id) -> Result<Response, Problem> {
    let id = id(path)?;
    let found = service.readers.read(move |archive| archive.cluster(&id));
    let (cluster, epoch) = found.await?.ok_or_else(Problem::unknown_cluster)?;
    Ok(Json(ClusterAnswer::new(cluster, epoch)).into_response())
}

async fn healthz(State(service): State<Service>) -> Result<Response, Problem> {
    service.readers.size()?;
    match service.writer.has_failed() {
        true => Err(Problem::last_change()),
        false => Ok(Json(Health { status: "ok" }).into_response()),
    }
}

async fn metrics_text(State(service): State<Service>) -> Result<Response, Problem> {
    let size = service.readers.size()?;
    let text = service.metrics.text(size, service.writer.waiting());
    let text = text.map_err(|_| Problem::internal())?;
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}

async fn openapi() -> Response {
    ([(CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}

/// The query of the list of stories.
#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
}

async fn stories(State(service): State<Service>, uri: Uri) -> Result<Response, Problem> {
    let search = Query::<Search>::try_from_uri(&uri);
    let Query(Search { q }) = search.map_err(|_| {
        Problem::bad_request("The only parameter of this address is q, the words to search for.")
    })?;
    if q.chars().nth(page::MAX_QUERY).is_some() {
        let message = format!("The search is longer than {} characters.", page::MAX_QUERY);
        return Err(Problem::bad_request(message));
    }
    let query = q.clone();
    let read = move |archive: &dyn Archive| {
        let stories = archive.stories(&query, STORIES)?;
        Ok((stories, archive.size()?))
    };
    let (stories, size) = service.readers.read(read).await?;
    let page = page::stories(&q, &stories, size);
    Ok(([(CONTENT_SECURITY_POLICY, page::STORIES)], Html(page)).into_response())
}

async fn story(State(service): State<Service>, path: Id) -> Result<Response, Problem> {
    let id = id(path)?;
    let page = service.readers.read(move |archive| archive.story_page(&id));
    let page = page.await?.ok_or_else(Problem::unknown_cluster)?;
    Ok((
        [(CONTENT_SECURITY_POLICY, page::story_policy())],
        Html(page),
    )
        .into_response())
}

async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], page::style()).into_response()
}
