//! Signs requests, for the client side: tests, benchmarks and calls to other endpoints.
//!
//! Guarantee: what is signed here verifies here and at AWS, since canonical form and keys are the verifier's own.

use crate::canonical::{self, Style};
use crate::claim::{Claim, Form, Regions};
use crate::malformed::{HMAC, Malformed};
use crate::payload::UNSIGNED;
use crate::request::{Request, X_AMZ_CONTENT_SHA256, X_AMZ_DATE};
use crate::scope::{Dialect, TERMINATOR, read_basic};
use crate::{AuthnError, SigningSecret};
use base::{Region, Timestamp};
use http::header::{
    AUTHORIZATION, CONNECTION, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING, USER_AGENT,
};
use primitives::sha256;

/// Who signs, and for what.
#[derive(Clone, Copy)]
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
const NOT_SIGNED: [HeaderName; 5] = [AUTHORIZATION, CONNECTION, EXPECT, TRANSFER_ENCODING, USER_AGENT];

/// The headers that make `request` a signed one: those that it has, `x-amz-date` and `authorization`. For S3 it has
/// `x-amz-content-sha256`, which says how the body is signed.
///
/// A request without a Host header is refused, as every service refuses it.
pub fn sign(request: &Request<'_>, signer: &Signer<'_>, now: Timestamp) -> Result<HeaderMap, AuthnError> {
    let mut headers = request.headers.clone();
    let stamp = now.to_basic();
    headers.insert(X_AMZ_DATE, value(&stamp)?);
    let mut names: Vec<&str> =
        headers.keys().filter(|name| !NOT_SIGNED.contains(name)).map(HeaderName::as_str).collect();
    names.sort_unstable();
    if !names.contains(&HOST.as_str()) {
        return Err(Malformed::Header("A request is signed with its Host header.".into()).in_header());
    }
    let signed_headers = names.join(";");
    let request = Request { headers: &headers, ..*request };
    let (scope, signature) = signer.signature(&request, Form::Header, &signed_headers, &stamp)?;
    let authorization = value(&format!(
        "{HMAC} Credential={}/{scope}, SignedHeaders={signed_headers}, Signature={signature}",
        signer.access_key_id
    ))?;
    headers.insert(AUTHORIZATION, authorization);
    Ok(headers)
}

/// The query string that makes `request` a presigned one, good for `expires` seconds, with the token of a session if
/// there is one. Only its Host header is signed, so whoever holds the URL may send other harmless headers.
pub fn presign(
    request: &Request<'_>,
    signer: &Signer<'_>,
    token: Option<&str>,
    expires: u32,
    now: Timestamp,
) -> Result<String, AuthnError> {
    let stamp = now.to_basic();
    let (day, region) = (stamp.get(..8).unwrap_or_default(), signer.region);
    let credential = format!("{}/{day}/{}/{}/{TERMINATOR}", signer.access_key_id, region.as_str(), signer.service);
    let mut query = request.query.to_owned();
    let expires = expires.to_string();
    let parameters = [
        ("X-Amz-Algorithm", Some(HMAC)),
        ("X-Amz-Credential", Some(credential.as_str())),
        ("X-Amz-Date", Some(&stamp)),
        ("X-Amz-Expires", Some(&expires)),
        ("X-Amz-Security-Token", token),
        ("X-Amz-SignedHeaders", Some("host")),
    ];
    for (name, value) in parameters {
        let Some(value) = value else { continue };
        query.push_str(if query.is_empty() { "" } else { "&" });
        query.push_str(name);
        query.push('=');
        query.push_str(&canonical::encoded(value));
    }
    let request = Request { query: &query, ..*request };
    let (_, signature) = signer.signature(&request, Form::Query { expires: None }, HOST.as_str(), &stamp)?;
    Ok([&query, "&X-Amz-Signature=", &signature].concat())
}

/// The fields that make a form with this policy, in base64, a signed one.
pub fn sign_form(policy: &str, signer: &Signer<'_>, now: Timestamp) -> Vec<(&'static str, String)> {
    let stamp = now.to_basic();
    let day = stamp.get(..8).unwrap_or_default();
    let (region, service) = (signer.region, signer.service);
    let key = signer.secret.derive(day, region, service);
    let credential = format!("{}/{day}/{}/{service}/{TERMINATOR}", signer.access_key_id, region.as_str());
    vec![
        ("x-amz-algorithm", HMAC.to_owned()),
        ("x-amz-credential", credential),
        ("x-amz-signature", base::hex(&key.sign(&[policy.as_bytes()]))),
        ("x-amz-date", stamp),
        ("policy", policy.to_owned()),
    ]
}

impl Signer<'_> {
    /// The scope and the signature of a request.
    fn signature(
        &self,
        request: &Request<'_>,
        form: Form,
        signed_headers: &str,
        stamp: &str,
    ) -> Result<(String, String), AuthnError> {
        let (time, stamp) =
            read_basic(stamp).ok_or_else(|| Malformed::Date(stamp.to_owned()).at(form != Form::Header))?;
        let claim = Claim {
            access_key_id: self.access_key_id.into(),
            service: self.service.into(),
            security_token: None,
            time,
            form,
            regions: Regions::One(Ok(self.region)),
            stamp,
            date: stamp.date().into(),
            terminator: TERMINATOR.into(),
            signed_headers: signed_headers.into(),
            signature: "".into(),
        };
        let dialect = if self.service == "s3" { Dialect::S3 } else { Dialect::Standard };
        let hash = canonical::hex(&sha256(request.body));
        let payload = match request.header(&X_AMZ_CONTENT_SHA256)? {
            Some(said) => said.as_bytes(),
            None if dialect == Dialect::S3 => UNSIGNED.as_bytes(),
            None => &hash,
        };
        let style = Style { dialect, payload, without_token: false };
        let canonical = canonical::request(request, &claim, style)?;
        let to_sign = canonical::string_to_sign(&claim, &canonical::hex(&sha256(&canonical)));
        let key = self.secret.derive(&claim.date, self.region, self.service);
        Ok((canonical::scope(&claim), base::hex(&key.sign(&[&to_sign]))))
    }
}

fn value(text: &str) -> Result<HeaderValue, AuthnError> {
    HeaderValue::from_str(text).map_err(|_| Malformed::Header("An access key id is ASCII text.".into()).in_header())
}
