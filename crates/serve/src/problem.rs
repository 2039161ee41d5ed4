//! Errors as clients see them: a status, a code for programs, and a sentence for people.

use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Seconds after which a client should try again.
const RETRY_SECONDS: u64 = 1;

/// Why a request was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// How a client proves who it is.
    challenge: Option<&'static str>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            challenge: None,
        }
    }

    pub(crate) fn no_route() -> Self {
        let message = "There is nothing at this address. /v1/openapi.json lists what there is.";
        Self::new(StatusCode::NOT_FOUND, "no-route", message)
    }

    pub(crate) fn method() -> Self {
        let message = "This address does not have this method. /v1/openapi.json lists the methods.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "no-method", message)
    }

    pub(crate) fn unknown_document() -> Self {
        let message = "The archive has no document with this id.";
        Self::new(StatusCode::NOT_FOUND, "unknown-document", message)
    }

    pub(crate) fn unknown_cluster() -> Self {
        let message = "No cluster of the archive has a document with this id.";
        Self::new(StatusCode::NOT_FOUND, "unknown-cluster", message)
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", message)
    }

    pub(crate) fn not_json(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "not-json", message)
    }

    pub(crate) fn incomplete() -> Self {
        let message = "The connection ended before the whole body was sent.";
        Self::new(StatusCode::BAD_REQUEST, "incomplete", message)
    }

    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", message)
    }

    pub(crate) fn no_id() -> Self {
        let message = "The document has no id. Give it one that stays, so that sending it again changes nothing.";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "no-id", message)
    }

    pub(crate) fn content_type() -> Self {
        let message = "Send the document as JSON, with the header Content-Type: application/json and without Content-Encoding.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type", message)
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let message = format!("The body is larger than {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", message)
    }

    pub(crate) fn slow_body() -> Self {
        let message = "The body did not arrive in time.";
        Self::new(StatusCode::REQUEST_TIMEOUT, "slow-body", message)
    }

    pub(crate) fn host() -> Self {
        let message = "The header Host does not name this service. If it has another name, start it with --host NAME.";
        Self::new(StatusCode::MISDIRECTED_REQUEST, "host", message)
    }

    pub(crate) fn origin() -> Self {
        let message = "Pages of other sites cannot use this service.";
        Self::new(StatusCode::FORBIDDEN, "origin", message)
    }

    /// `challenge`: the scheme that the client is asked to use.
    pub(crate) fn unauthorized(challenge: &'static str) -> Self {
        let message = "Send the token of the service, with the header Authorization: Bearer TOKEN.";
        Self {
            challenge: Some(challenge),
            ..Self::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
        }
    }

    pub(crate) fn busy() -> Self {
        let message = "Too many requests wait for an answer. Try again later.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "busy", message)
    }

    pub(crate) fn timeout() -> Self {
        let message = "The answer took too long. A document that was sent may have been stored; send it again to get the answer.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", message)
    }

    pub(crate) fn stopping() -> Self {
        let message = "The service is being stopped.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", message)
    }

    pub(crate) fn internal() -> Self {
        let message =
            "The service failed to answer. This is a fault of the program; please report it.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }

    pub(crate) fn last_change() -> Self {
        let message = "The archive cannot be used: its last change failed. If the next one fails too, start the service again.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "archive", message)
    }

    pub(crate) fn archive() -> Self {
        let message = "The archive cannot be used. The messages of the service say why.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "archive", message)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({"error": {"code": self.code, "message": self.message}});
        let mut response = (self.status, axum::Json(body)).into_response();
        let retry = [
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::SERVICE_UNAVAILABLE,
        ];
        if retry.contains(&self.status) {
            response
                .headers_mut()
                .insert(RETRY_AFTER, RETRY_SECONDS.into());
        }
        if let Some(challenge) = self.challenge {
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}
