//! Compares a signature with the one computed here.
//!
//! Guarantees: constant time in the signature; headers that have a meaning to a service are signed, in the header form
//! and in the query form; the body is the one that was signed, or the caller is told what is still to be checked of it.

use crate::canonical::{self, Style};
use crate::claim::Regions;
use crate::errors::Mismatch;
use crate::keys::KeyCache;
use crate::payload::{self, Payload};
use crate::scope::Dialect;
use crate::{AuthnError, Claim, Expected, Request, SigningSecret};
use base::Timestamp;
use http::HeaderName;
use primitives::{HmacKey, P256PublicKey, equal, sha256};
use std::sync::Arc;

/// Verifies signatures. One per process: it holds the cache of signing keys.
#[derive(Default)]
pub struct Verifier(KeyCache);

/// Headers of AWS's family that may go unsigned: a token is itself a secret that is checked, the date is part of the
/// string to sign, and what tells of the client's software decides nothing.
const MAY_BE_UNSIGNED: [&str; 3] = ["x-amz-security-token", "x-amz-date", "x-amz-user-agent"];

/// The same where token and date stand elsewhere (query form) or are always signed (S3).
const MAY_BE_UNSIGNED_NARROW: [&str; 1] = ["x-amz-user-agent"];

/// Headers that AWS's own clients do not sign, whatever they tell. Source: the SDKs' signers, for PHP (all of these) and for
/// JavaScript (`cache-control`).
const LEFT_OUT_BY_CLIENTS: [&str; 9] = [
    "accept",
    "cache-control",
    "content-length",
    "content-type",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "range",
];

impl Verifier {
    /// A verifier with an empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    /// Proves a claim: the request was signed with `secret`, for the expected service, within its window of `now`.
    /// Tells what is left to be checked of the body.
    ///
    /// `now` is wall time. Repeats [`Claim::check`], which callers do before they look the secret up.
    pub fn verify(
        &self,
        request: &Request<'_>,
        claim: &Claim<'_>,
        expected: &Expected<'_>,
        secret: &SigningSecret,
        now: Timestamp,
    ) -> Result<Payload, AuthnError> {
        claim.check(expected, now)?;
        refuse_unsigned(request, claim, expected)?;
        let candidates = payload::candidates(request, claim, expected)?;
        let key = self.key(claim, secret)?;
        let late_token = claim.is_query() && claim.security_token.is_some() && expected.dialect == Dialect::Standard;
        let mut mismatch = None;
        for (line, declared) in candidates.into_iter().flatten() {
            for without_token in [false, true] {
                if without_token && !late_token {
                    continue;
                }
                let style = Style { dialect: expected.dialect, payload: &line, without_token };
                let canonical = canonical::request(request, claim, style)?;
                let to_sign = canonical::string_to_sign(claim, &canonical::hex(&sha256(&canonical)));
                if key.verifies(&to_sign, &claim.signature) {
                    let payload = declared.proven(&key, claim);
                    self.remember(claim, secret, key);
                    return Ok(payload);
                }
                if expected.dialect == Dialect::S3 {
                    mismatch = Some(Box::new(Mismatch {
                        access_key_id: claim.access_key_id.clone().into_owned(),
                        signature: crate::malformed::shorten(&claim.signature),
                        string_to_sign: to_sign,
                        canonical_request: Some(canonical),
                    }));
                }
            }
        }
        Err(AuthnError::BadSignature(mismatch))
    }

    /// Whether a claim's signature is one of `text` as it is.
    pub(crate) fn verifies(&self, claim: &Claim<'_>, secret: &SigningSecret, text: &[u8]) -> Result<bool, AuthnError> {
        let key = self.key(claim, secret)?;
        let right = key.verifies(text, &claim.signature);
        if right {
            self.remember(claim, secret, key);
        }
        Ok(right)
    }

    fn key(&self, claim: &Claim<'_>, secret: &SigningSecret) -> Result<SigningKey, AuthnError> {
        match &claim.regions {
            Regions::One(Ok(region)) => {
                let cached = self.0.get(secret, &claim.date, *region, &claim.service);
                let fresh = cached.is_none();
                let key = cached.unwrap_or_else(|| Arc::new(secret.derive(&claim.date, *region, &claim.service)));
                Ok(SigningKey::Hmac { key, fresh })
            }
            Regions::One(Err(_)) => Err(AuthnError::BadSignature(None)),
            Regions::Set(_) => {
                secret.public_key(&claim.access_key_id).map(SigningKey::Ecdsa).ok_or(AuthnError::BadSignature(None))
            }
        }
    }

    /// Keeps a key that a caller has proven to be worth it.
    fn remember(&self, claim: &Claim<'_>, secret: &SigningSecret, key: SigningKey) {
        if let (SigningKey::Hmac { key, fresh: true }, Regions::One(Ok(region))) = (key, &claim.regions) {
            self.0.insert(secret, &claim.date, *region, &claim.service, key);
        }
    }
}

/// What verifies signatures of one claim.
#[derive(Clone)]
pub(crate) enum SigningKey {
    /// Signature Version 4.
    Hmac { key: Arc<HmacKey>, fresh: bool },
    /// Signature Version 4a.
    Ecdsa(Arc<P256PublicKey>),
}

impl SigningKey {
    /// Whether `signature`, in hexadecimal, is one of `message`.
    pub(crate) fn verifies(&self, message: &[u8], signature: &str) -> bool {
        match self {
            Self::Hmac { key, .. } => equal(&canonical::hex(&key.sign(&[message])), signature.as_bytes()),
            Self::Ecdsa(key) => base::unhex(signature).is_some_and(|signature| key.verifies(message, &signature)),
        }
    }
}

/// A header that decides what a call does must be covered: else whoever carries the request could add or change it. A
/// presigned upload with an unsigned `x-amz-copy-source` would read any object of the signer. What S3 is told in other
/// headers of a presigned request is left to whoever was given its URL.
fn refuse_unsigned(request: &Request<'_>, claim: &Claim<'_>, expected: &Expected<'_>) -> Result<(), AuthnError> {
    let (is_query, is_s3) = (claim.is_query(), expected.dialect == Dialect::S3);
    let exempt: &[&str] = if is_query || is_s3 { &MAY_BE_UNSIGNED_NARROW } else { &MAY_BE_UNSIGNED };
    let tells = |name: &str| {
        let is_told = expected.told_in.iter().any(|told| told.eq_ignore_ascii_case(name));
        is_told && !(is_query && is_s3) && !LEFT_OUT_BY_CLIENTS.contains(&name)
    };
    let decides = |name: &&str| if name.starts_with("x-amz-") { !exempt.contains(name) } else { tells(name) };
    match request.headers.keys().map(HeaderName::as_str).filter(decides).find(|name| !claim.signs(name)) {
        None => Ok(()),
        Some(name) => Err(AuthnError::HeaderNotSigned { name: name.to_owned() }),
    }
}
