//! How a request's body is signed, and what is known of it once the signature is right.
//!
//! Guarantees: by the standard rules a body is hashed and compared before anything is believed; S3's must be named by
//! `x-amz-content-sha256`, and what that header promises is kept by [`Payload`], which whoever reads the body must ask.
//!
//! Source: S3 API Reference, "Authenticating requests: using the Authorization header", "Overview".

use crate::body::BodyError;
use crate::canonical::{decoded, hex};
use crate::chunks::{Chain, Chunked};
use crate::claim::Claim;
use crate::malformed::{ECDSA, HMAC, Malformed, shorten};
use crate::request::{Request, X_AMZ_CONTENT_SHA256, X_AMZ_DECODED_CONTENT_LENGTH, X_AMZ_TRAILER};
use crate::scope::{Dialect, Expected};
use crate::verify::SigningKey;
use crate::{AuthnError, trailer};
use primitives::{ChecksumAlgorithm, sha256};
use std::borrow::Cow;

/// What a verified signature says of the body.
#[must_use = "a body that the signature does not cover yet must be checked"]
#[derive(Debug)]
pub enum Payload {
    /// The whole body was hashed, and is what was signed.
    Verified,
    /// The body must have this hash.
    Hashed([u8; 32]),
    /// The body was not signed.
    Unsigned,
    /// The body comes in chunks that carry what verifies them.
    Chunked(Box<Chunked>),
}

impl Payload {
    /// What a request says of its body, where no signature counts: hashes and checksums still do, and chunks are taken
    /// off.
    pub fn unproven(request: &Request<'_>, claim: &Claim<'_>, dialect: Dialect) -> Result<Self, AuthnError> {
        match dialect {
            Dialect::Standard => Ok(Self::Unsigned),
            Dialect::S3 => s3(request, claim).map(|(_, declared)| declared.payload(|| None)),
        }
    }

    /// Checks a whole body, and gives what it holds: itself, but for one in chunks.
    pub fn accept<'b>(self, body: &'b [u8]) -> Result<Cow<'b, [u8]>, BodyError> {
        match self {
            Self::Verified | Self::Unsigned => Ok(Cow::Borrowed(body)),
            Self::Hashed(claimed) => {
                let computed = sha256(body);
                if computed == claimed {
                    return Ok(Cow::Borrowed(body));
                }
                Err(BodyError::WrongHash { claimed: base::hex(&claimed), computed: base::hex(&computed) })
            }
            Self::Chunked(chunked) => {
                let mut decoder = chunked.decoder();
                let mut out = Vec::new();
                decoder.push(body, &mut out)?;
                decoder.finish()?;
                Ok(Cow::Owned(out))
            }
        }
    }
}

/// What a request says of its body, before its signature is verified.
#[derive(Clone, Copy)]
pub(crate) enum Declared {
    Verified,
    Hashed([u8; 32]),
    Unsigned,
    Chunked { signed: bool, length: u64, trailer: Option<ChecksumAlgorithm> },
}

impl Declared {
    /// The same after it: chunks are verified with the key of the request.
    pub(crate) fn proven(self, key: &SigningKey, claim: &Claim<'_>) -> Payload {
        self.payload(|| Some(Chain::new(key.clone(), claim)))
    }

    fn payload(self, chain: impl FnOnce() -> Option<Chain>) -> Payload {
        match self {
            Self::Verified => Payload::Verified,
            Self::Hashed(hash) => Payload::Hashed(hash),
            Self::Unsigned => Payload::Unsigned,
            Self::Chunked { signed, length, trailer } => {
                let chain = signed.then(chain).flatten();
                Payload::Chunked(Box::new(Chunked { signed, chain, length, trailer }))
            }
        }
    }
}

/// The word for a body that is not signed.
pub(crate) const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// What the last line of the canonical request may be, likeliest first, and what each says of the body.
pub(crate) type Candidates<'a> = [Option<(Cow<'a, [u8]>, Declared)>; 2];

pub(crate) fn candidates<'a>(
    request: &Request<'a>,
    claim: &Claim<'_>,
    expected: &Expected<'_>,
) -> Result<Candidates<'a>, AuthnError> {
    match expected.dialect {
        Dialect::Standard => standard(request, expected),
        Dialect::S3 => s3(request, claim).map(|candidate| [Some(candidate), None]),
    }
}

/// The body's hash; a client that says it must be right. Where the body need not be signed, a client says so, or signs
/// the word without a header that tells.
fn standard<'a>(request: &Request<'a>, expected: &Expected<'_>) -> Result<Candidates<'a>, AuthnError> {
    let unsigned = || Some((Cow::Borrowed(UNSIGNED.as_bytes()), Declared::Unsigned));
    let mut said = request.headers.get_all(X_AMZ_CONTENT_SHA256).iter().peekable();
    let silent = said.peek().is_none();
    if expected.unsigned_payload && request.header(&X_AMZ_CONTENT_SHA256)? == Some(UNSIGNED) {
        return Ok([unsigned(), None]);
    }
    let hash = hex(&sha256(request.body));
    if !said.all(|said| said.as_bytes().eq_ignore_ascii_case(&hash)) {
        return Err(AuthnError::BadSignature(None));
    }
    let hashed = Some((Cow::Owned(hash.to_vec()), Declared::Verified));
    Ok(if silent && expected.unsigned_payload { [unsigned(), hashed] } else { [hashed, None] })
}

/// What the header says, or in a presigned request the parameter of its name; a presigned request that says nothing has
/// an unsigned body.
fn s3<'a>(request: &Request<'a>, claim: &Claim<'_>) -> Result<(Cow<'a, [u8]>, Declared), AuthnError> {
    let in_header = request.header(&X_AMZ_CONTENT_SHA256)?.map(Cow::Borrowed);
    let said = if claim.is_query() {
        match (parameter(request.query)?, in_header) {
            (Some(one), Some(other)) if one != other => {
                let text = "'X-Amz-Content-Sha256' is given differently in the header and in the query string.";
                return Err(Malformed::Header(text.into()).in_query());
            }
            (Some(said), _) | (None, Some(said)) => said,
            (None, None) => Cow::Borrowed(UNSIGNED),
        }
    } else {
        in_header.ok_or(AuthnError::NoContentHash)?
    };
    let declared = read(&said, request, claim)?;
    Ok((into_bytes(said), declared))
}

fn read(said: &str, request: &Request<'_>, claim: &Claim<'_>) -> Result<Declared, AuthnError> {
    let (signed, trailing) = match said {
        UNSIGNED => return Ok(Declared::Unsigned),
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => (false, true),
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" if claim.algorithm() == HMAC => (true, false),
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" if claim.algorithm() == HMAC => (true, true),
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" if claim.algorithm() == ECDSA => (true, false),
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER" if claim.algorithm() == ECDSA => (true, true),
        _ => {
            let refused = || AuthnError::BadContentHeader { name: "x-amz-content-sha256", value: shorten(said) };
            return unhex(said).map(Declared::Hashed).ok_or_else(refused);
        }
    };
    let length = request.header(&X_AMZ_DECODED_CONTENT_LENGTH)?.ok_or(AuthnError::NoDecodedLength)?;
    let refused = || AuthnError::BadContentHeader { name: "x-amz-decoded-content-length", value: shorten(length) };
    let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    let length = digits.then(|| length.parse().ok()).flatten().ok_or_else(refused)?;
    let announced = request.header(&X_AMZ_TRAILER)?;
    let refused = || AuthnError::BadContentHeader { name: "x-amz-trailer", value: shorten(announced.unwrap_or("")) };
    let trailer = announced.map(|value| trailer::announced(value).ok_or_else(refused)).transpose()?;
    // What is not announced would not be checked, and what is announced must be able to come.
    if trailer.is_some() == trailing { Ok(Declared::Chunked { signed, length, trailer }) } else { Err(refused()) }
}

fn parameter(query: &str) -> Result<Option<Cow<'_, str>>, AuthnError> {
    let mut found = None;
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decoded(name) == "X-Amz-Content-Sha256" && found.replace(decoded(value)).is_some() {
            let text = "Parameter 'X-Amz-Content-Sha256' is given more than once.";
            return Err(Malformed::Header(text.into()).in_query());
        }
    }
    Ok(found)
}

fn into_bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// Reads a SHA-256 in hexadecimal.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let bytes = base::unhex(text)?;
    bytes.try_into().ok()
}
