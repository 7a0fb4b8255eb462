//! Signs requests, for the client side: tests, benchmarks and calls to other endpoints.
//!
//! Guarantee: what is signed here verifies here and at AWS, since canonical form and keys are the verifier's own.

use crate::claim::{ALGORITHM, Claim, Request, X_AMZ_DATE};
use crate::scope::{TERMINATOR, read_time};
use crate::{AuthnError, SigningSecret, canonical};
use base::{Region, Timestamp};
use http::header::{
    AUTHORIZATION, CONNECTION, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING, USER_AGENT,
};
use primitives::sha256;

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

/// Headers that proxies and connections change on the way.
const UNSIGNED: [HeaderName; 5] = [AUTHORIZATION, CONNECTION, EXPECT, TRANSFER_ENCODING, USER_AGENT];

/// The headers that make `request` a signed one: those that it has, `x-amz-date` and `authorization`.
///
/// A request without a Host header is refused, as every service refuses it.
pub fn sign(request: &Request<'_>, signer: &Signer<'_>, now: Timestamp) -> Result<HeaderMap, AuthnError> {
    let mut headers = request.headers.clone();
    let stamp = now.to_basic();
    headers.insert(X_AMZ_DATE, value(&stamp)?);
    let mut names: Vec<&str> = headers.keys().filter(|name| !UNSIGNED.contains(name)).map(HeaderName::as_str).collect();
    names.sort_unstable();
    if !names.contains(&HOST.as_str()) {
        return Err(AuthnError::Incomplete("A request is signed with its Host header.".into()));
    }
    let signed_headers = names.join(";");

    let (time, stamp) = read_time(&stamp)?;
    let claim = Claim {
        access_key_id: signer.access_key_id,
        region: signer.region,
        service: signer.service,
        security_token: None,
        time,
        stamp,
        date: stamp.date(),
        terminator: TERMINATOR,
        signed_headers: &signed_headers,
        signature: "",
    };
    let request = Request { headers: &headers, ..*request };
    let body_hash = canonical::hex(&sha256(request.body));
    let request_hash = canonical::hex(&sha256(&canonical::request(&request, &signed_headers, &body_hash)?));
    let key = signer.secret.derive(claim.date, claim.region, claim.service);
    let signature = base::hex(&key.sign(&[&canonical::string_to_sign(&claim, &request_hash)]));
    let (date, region) = (claim.date, claim.region);
    let authorization = value(&format!(
        "{ALGORITHM} Credential={}/{date}/{region}/{}/{TERMINATOR}, SignedHeaders={signed_headers}, Signature={signature}",
        signer.access_key_id, signer.service
    ))?;
    headers.insert(AUTHORIZATION, authorization);
    Ok(headers)
}

fn value(text: &str) -> Result<HeaderValue, AuthnError> {
    HeaderValue::from_str(text).map_err(|_| AuthnError::Incomplete("An access key id is ASCII text.".into()))
}
