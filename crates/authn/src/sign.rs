//! Signs requests, for the client side: tests, benchmarks and calls to other endpoints.

use crate::{Request, SigningSecret};
use base::{Region, Timestamp};
use http::{HeaderName, HeaderValue};

/// Who signs, and for what.
pub struct Signer<'a> {
    /// The id that goes with the secret.
    pub access_key_id: &'a str,
    /// The secret.
    pub secret: &'a SigningSecret,
    /// The Region called.
    pub region: Region,
    /// The signing name of the service called.
    pub service: &'a str,
}

/// The headers to add to `request`, which must have a Host header: `x-amz-date` and `authorization`.
pub fn sign(_request: &Request<'_>, _signer: &Signer<'_>, _now: Timestamp) -> Option<[(HeaderName, HeaderValue); 2]> {
    None
}
