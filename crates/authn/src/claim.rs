//! Reads what a request says of its sender, before anything is proven.
//!
//! Guarantees: never panics and allocates nothing but error texts; sizes are bounded by [`limits`]; an ambiguous header
//! (sent twice, a parameter given twice) is refused rather than interpreted.

use crate::AuthnError;
use crate::scope;
use base::{Region, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{AUTHORIZATION, DATE, HeaderName};
use std::fmt::Write as _;

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
    /// The whole body.
    pub body: &'a [u8],
}

/// What a signed request says of its sender. Proven only by [`crate::Verifier::verify`].
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// Whose secret is said to have signed.
    pub access_key_id: &'a str,
    /// The Region that the call is for.
    pub region: Region,
    /// The signing name of the service that the call is for.
    pub service: &'a str,
    /// The token of a session, if the request carries one.
    pub security_token: Option<&'a str>,
    /// When the request says it was signed.
    pub time: Timestamp,
    pub(crate) stamp: Stamp,
    pub(crate) date: &'a str,
    pub(crate) terminator: &'a str,
    pub(crate) signed_headers: &'a str,
    pub(crate) signature: &'a str,
}

/// A time in basic ISO 8601, the form that is signed.
#[derive(Clone, Copy)]
pub(crate) struct Stamp([u8; 16]);

impl Stamp {
    pub(crate) fn new(text: &str) -> Option<Self> {
        text.is_ascii().then_some(())?;
        text.as_bytes().try_into().ok().map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The eight digits of the day.
    pub(crate) fn date(&self) -> &str {
        self.as_str().get(..8).unwrap_or_default()
    }
}

pub(crate) const X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
pub(crate) const X_AMZ_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// The one algorithm served.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Reads the claim of a request; `None` when it carries no authentication of AWS's at all.
pub fn claim<'a>(request: &Request<'a>) -> Result<Option<Claim<'a>>, AuthnError> {
    let Some(header) = one(request.headers, &AUTHORIZATION)? else {
        return if is_query_signed(request.query) { Err(query_signed()) } else { Ok(None) };
    };
    let (algorithm, parameters) = header.split_once(' ').unwrap_or((header, ""));
    if !algorithm.starts_with("AWS") {
        return Ok(None);
    }
    if is_query_signed(request.query) {
        return Err(AuthnError::Incomplete(
            "Authentication is given both in the Authorization header and in the query string.".into(),
        ));
    }
    if header.len() > limits::AUTHORIZATION {
        return Err(AuthnError::Incomplete(format!(
            "The Authorization header is longer than {} bytes.",
            limits::AUTHORIZATION
        )));
    }
    if algorithm != ALGORITHM {
        let shown = shorten(algorithm);
        return Err(AuthnError::Incomplete(format!(
            "Unsupported AWS 'algorithm': '{shown}' (only {ALGORITHM} is verified here). "
        )));
    }
    let parts = Parts::read(header, parameters)?;
    let sent = match one(request.headers, &X_AMZ_DATE)? {
        Some(date) => Some(date),
        None => one(request.headers, &DATE)?,
    };
    let (Some(credential), Some(signature), Some(signed_headers), Some(sent)) =
        (parts.credential, parts.signature, parts.signed_headers, sent)
    else {
        return Err(parts.missing(sent.is_some(), header));
    };
    let (time, stamp) = scope::read_time(sent)?;
    if signed_headers.split(';').count() > limits::SIGNED_HEADERS {
        return Err(AuthnError::Incomplete(format!("More than {} headers are signed.", limits::SIGNED_HEADERS)));
    }
    if !signed_headers.split(';').any(|name| name == "host") {
        return Err(AuthnError::BadSignature(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".into(),
        ));
    }
    let (access_key_id, date, region, service, terminator) = scope::split(credential)?;
    let region = region.parse().map_err(|_| scope::invalid_region(date, terminator, &stamp))?;
    let security_token = one(request.headers, &X_AMZ_SECURITY_TOKEN)?;
    Ok(Some(Claim {
        access_key_id,
        region,
        service,
        security_token,
        time,
        stamp,
        date,
        terminator,
        signed_headers,
        signature,
    }))
}

/// The parameters of an Authorization header.
#[derive(Default)]
struct Parts<'a> {
    credential: Option<&'a str>,
    signature: Option<&'a str>,
    signed_headers: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn read(header: &str, parameters: &'a str) -> Result<Self, AuthnError> {
        let mut parts = Self::default();
        for part in parameters.split(',').map(|part| part.trim_matches([' ', '\t'])).filter(|part| !part.is_empty()) {
            let Some((name, value)) = part.split_once('=') else {
                return Err(AuthnError::Incomplete(format!(
                    "'{}' not a valid key=value pair (missing equal-sign) in Authorization header \
                     (hashed with SHA-256 and encoded with Base64): '{}'.",
                    shorten(part),
                    hashed(header)
                )));
            };
            let slot = match name {
                "Credential" => &mut parts.credential,
                "Signature" => &mut parts.signature,
                "SignedHeaders" => &mut parts.signed_headers,
                _ => continue,
            };
            if slot.replace(value).is_some() {
                return Err(AuthnError::Incomplete(format!(
                    "Authorization header has more than one '{name}' parameter."
                )));
            }
        }
        // An empty value is a missing one.
        for slot in [&mut parts.credential, &mut parts.signature, &mut parts.signed_headers] {
            *slot = slot.filter(|value| !value.is_empty());
        }
        Ok(parts)
    }

    /// One sentence for each part that is not there.
    fn missing(&self, dated: bool, header: &str) -> AuthnError {
        let mut text = String::new();
        let parts =
            [("Credential", self.credential), ("Signature", self.signature), ("SignedHeaders", self.signed_headers)];
        for (name, _) in parts.iter().filter(|(_, value)| value.is_none()) {
            let _ = write!(text, "Authorization header requires '{name}' parameter. ");
        }
        if !dated {
            text.push_str("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
        }
        let _ = write!(text, "(Hashed with SHA-256 and encoded with Base64) Authorization={}", hashed(header));
        AuthnError::Incomplete(text)
    }
}

/// The one value of a header; a second one would leave open which of them was meant.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, AuthnError> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(AuthnError::Incomplete(format!("Header '{name}' is given more than once.")));
    }
    let text = first.to_str().map_err(|_| AuthnError::Incomplete(format!("Header '{name}' is not ASCII text.")))?;
    Ok(Some(text.trim_matches([' ', '\t'])))
}

/// Whether the query string carries a signature.
fn is_query_signed(query: &str) -> bool {
    !query.is_empty()
        && query.split('&').filter_map(|pair| pair.split('=').next()).any(|name| {
            ["X-Amz-Signature", "X-Amz-Algorithm", "X-Amz-Credential"]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
        })
}

fn query_signed() -> AuthnError {
    AuthnError::Incomplete(
        "Signatures in the query string are not supported here: sign with an Authorization header.".into(),
    )
}

/// Stands for a header in an error text, so that a sender can recognise it and nobody else can use it.
fn hashed(header: &str) -> String {
    STANDARD.encode(primitives::sha256(header.as_bytes()))
}

/// The beginning of a malformed part.
pub(crate) fn shorten(part: &str) -> String {
    part.chars().take(limits::ECHO).collect()
}
