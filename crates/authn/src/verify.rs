//! Compares a signature with the one computed here.
//!
//! Guarantees: constant time in the signature; headers that have a meaning to a service are signed; the body is the one
//! that was signed.

use crate::errors::MISMATCH;
use crate::keys::KeyCache;
use crate::{AuthnError, Claim, Expected, Request, SigningSecret, canonical};
use base::Timestamp;
use http::HeaderName;
use primitives::{equal, sha256};
use std::sync::Arc;

/// Verifies signatures. One per process: it holds the cache of signing keys.
#[derive(Default)]
pub struct Verifier(KeyCache);

const X_AMZ_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");

/// Headers of AWS's family that may go unsigned: a token is itself a secret that is checked, the date is part of the
/// string to sign, and what tells of the client's software decides nothing.
const MAY_BE_UNSIGNED: [&str; 3] = ["x-amz-security-token", "x-amz-date", "x-amz-user-agent"];

impl Verifier {
    /// A verifier with an empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    /// Proves a claim: the request was signed with `secret`, for the expected service, within its window of `now`.
    ///
    /// `now` is wall time. Repeats [`Claim::check`], which callers do before they look the secret up.
    pub fn verify(
        &self,
        request: &Request<'_>,
        claim: &Claim<'_>,
        expected: &Expected<'_>,
        secret: &SigningSecret,
        now: Timestamp,
    ) -> Result<(), AuthnError> {
        claim.check(expected, now)?;
        refuse_unsigned(request, claim)?;
        let body_hash = body_hash(request)?;
        let canonical = canonical::request(request, claim.signed_headers, &body_hash)?;
        let request_hash = canonical::hex(&sha256(&canonical));
        let to_sign = canonical::string_to_sign(claim, &request_hash);
        let cached = self.0.get(secret, claim.date, claim.region, claim.service);
        let key = cached.clone().unwrap_or_else(|| Arc::new(secret.derive(claim.date, claim.region, claim.service)));
        if !equal(&canonical::hex(&key.sign(&[&to_sign])), claim.signature.as_bytes()) {
            return Err(AuthnError::BadSignature(MISMATCH.into()));
        }
        if cached.is_none() {
            self.0.insert(secret, claim.date, claim.region, claim.service, key);
        }
        Ok(())
    }
}

/// A header that decides what a call does must be covered: else whoever carries the request could add or change it.
fn refuse_unsigned(request: &Request<'_>, claim: &Claim<'_>) -> Result<(), AuthnError> {
    let is_signed = |name: &str| claim.signed_headers.split(';').any(|signed| signed == name);
    let decides = |name: &&str| name.starts_with("x-amz-") && !MAY_BE_UNSIGNED.contains(name);
    match request.headers.keys().map(HeaderName::as_str).filter(decides).find(|name| !is_signed(name)) {
        None => Ok(()),
        Some(name) => {
            let text = format!("'{name}' must be a 'SignedHeader' in the AWS Authorization.");
            Err(AuthnError::BadSignature(text.into()))
        }
    }
}

/// The hash of the body, in hexadecimal; a client that says it must be right.
fn body_hash(request: &Request<'_>) -> Result<[u8; 64], AuthnError> {
    let hash = canonical::hex(&sha256(request.body));
    let mut said = request.headers.get_all(X_AMZ_CONTENT_SHA256).iter();
    if said.all(|said| said.as_bytes().eq_ignore_ascii_case(&hash)) {
        Ok(hash)
    } else {
        Err(AuthnError::BadSignature(MISMATCH.into()))
    }
}
