//! Answers to requests that never become a call: malformed, too large, too slow, too many.
//!
//! Guarantees: a client's mistake is a 4xx and overload is a 503; only a crash is a 500; the text is fixed and echoes
//! nothing that the client sent; AWS's clients can parse it, as `__type` of JSON or as the `ErrorResponse` of query.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Response, StatusCode};

/// Why a request is not served, in words for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    code: &'static str,
    message: &'static str,
}

impl Refusal {
    pub(crate) const fn new(status: u16, code: &'static str, message: &'static str) -> Self {
        Self { status, code, message }
    }

    pub(crate) const fn bad_request(message: &'static str) -> Self {
        Self::new(400, "BadRequest", message)
    }

    pub(crate) fn message(&self) -> &'static str {
        self.message
    }

    /// The answer. The connection closes after it, since what follows a refused request cannot be trusted to be one.
    pub(crate) fn answer(&self, form: Form) -> Response<Bytes> {
        let (body, content_type) = match form {
            Form::Json => (self.json(), "application/x-amz-json-1.1"),
            Form::Xml => (self.xml(), "text/xml"),
        };
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        // Where clients of the REST protocols in JSON look first, whatever the body is.
        response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(self.code));
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        response
    }

    /// The answer as bytes, for a connection whose head could not be read.
    pub(crate) fn raw(&self) -> Vec<u8> {
        let reason = StatusCode::from_u16(self.status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Refused");
        let body = self.xml();
        format!(
            "HTTP/1.1 {} {reason}\r\ncontent-type: text/xml\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.status,
            body.len()
        )
        .into_bytes()
    }

    // Codes and messages are constants of this crate without characters that JSON or XML would escape.

    fn json(&self) -> String {
        format!(r#"{{"__type":"{}","message":"{}"}}"#, self.code, self.message)
    }

    fn xml(&self) -> String {
        let side = if self.status < 500 { "Sender" } else { "Receiver" };
        format!(
            "<ErrorResponse><Error><Type>{side}</Type><Code>{}</Code><Message>{}</Message></Error></ErrorResponse>",
            self.code, self.message
        )
    }
}

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// How a client wants to read an error.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Xml,
}

impl Form {
    /// The form that a request's content type asks for.
    pub(crate) fn of(request: &HeaderMap) -> Self {
        let content_type = request.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        let is_json =
            [&b"application/x-amz-json"[..], b"application/json"].iter().any(|start| content_type.starts_with(start));
        if is_json { Self::Json } else { Self::Xml }
    }
}

pub(crate) const BODY_TOO_LARGE: Refusal =
    Refusal::new(413, "RequestEntityTooLarge", "the request's body is larger than this server accepts");
pub(crate) const BODY_BROKEN: Refusal = Refusal::bad_request("the request's body ended early or is malformed");
pub(crate) const BODY_SLOW: Refusal = Refusal::new(408, "RequestTimeout", "the request's body did not arrive in time");
pub(crate) const HEAD_SLOW: Refusal = Refusal::new(408, "RequestTimeout", "the request's head did not arrive in time");
pub(crate) const HOST_MISSING: Refusal = Refusal::bad_request("the request has no Host header");
pub(crate) const HOST_TWO: Refusal =
    Refusal::bad_request("the request's target and its Host header name different hosts");
pub(crate) const METHOD: Refusal = Refusal::new(405, "MethodNotAllowed", "this method is not served");
pub(crate) const BUSY: Refusal = Refusal::new(503, "ServiceUnavailable", "too many requests are under way, try again");
pub(crate) const CONNECTIONS: Refusal = Refusal::new(503, "ServiceUnavailable", "too many connections are open");
pub(crate) const TLS_ONLY: Refusal =
    Refusal::bad_request("this address serves https only, and the request came in plain http");
pub(crate) const CRASHED: Refusal =
    Refusal::new(500, "InternalFailure", "the request failed because of an error in this server");
