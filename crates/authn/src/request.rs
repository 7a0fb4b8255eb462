//! The parts of an HTTP request that are signed.
//!
//! Guarantee: a header or parameter that is there twice, and of which one is meant, is refused rather than chosen.

use crate::AuthnError;
use crate::malformed::Malformed;
use http::HeaderMap;
use http::header::HeaderName;

/// Bounds on what is read before a sender is known.
pub mod limits {
    /// Length of an Authorization header in bytes; real ones have about 300.
    pub const AUTHORIZATION: usize = 8192;
    /// Number of names in SignedHeaders.
    pub const SIGNED_HEADERS: usize = 128;
    /// Number of parameters in a query string.
    pub const QUERY_PARAMETERS: usize = 1024;
    /// How much of a malformed part an error text repeats, in characters.
    pub const ECHO: usize = 64;
}

/// What was signed: the parts of an HTTP request.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The path as it was sent, before the `?`.
    pub path: &'a str,
    /// The query string as it was sent, after the `?`; empty if there is none.
    pub query: &'a str,
    /// The headers; several of one name in the order of arrival.
    pub headers: &'a HeaderMap,
    /// The whole body. S3's is not looked at here: see [`crate::Payload`].
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// The one value of a header.
    pub(crate) fn header(&self, name: &HeaderName) -> Result<Option<&'a str>, AuthnError> {
        let mut values = self.headers.get_all(name).iter();
        let Some(first) = values.next() else { return Ok(None) };
        let refuse = |fault: &str| Malformed::Header(format!("Header '{name}' {fault}.")).in_header();
        if values.next().is_some() {
            return Err(refuse("is given more than once"));
        }
        let text = first.to_str().map_err(|_| refuse("is not ASCII text"))?;
        Ok(Some(text.trim_matches([' ', '\t'])))
    }
}

pub(crate) const X_AMZ_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
pub(crate) const X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
pub(crate) const X_AMZ_DECODED_CONTENT_LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");
pub(crate) const X_AMZ_REGION_SET: HeaderName = HeaderName::from_static("x-amz-region-set");
pub(crate) const X_AMZ_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
pub(crate) const X_AMZ_TRAILER: HeaderName = HeaderName::from_static("x-amz-trailer");
