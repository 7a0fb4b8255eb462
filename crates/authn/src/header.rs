//! Reads the Authorization header.
//!
//! Guarantees: allocates nothing but error texts; a parameter given twice is refused; error texts carry a hash of the
//! header, so that a sender can recognise it and nobody else can use it.
//!
//! Source: IAM User Guide, "Elements of an AWS API request signature".

use crate::AuthnError;
use crate::claim::{Claim, Credential, Form};
use crate::malformed::{ECDSA, HMAC, Malformed, shorten};
use crate::request::{Request, X_AMZ_DATE, X_AMZ_REGION_SET, X_AMZ_SECURITY_TOKEN, limits};
use crate::scope;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, DATE};

/// The header, if it is one of AWS's.
pub(crate) fn find<'a>(request: &Request<'a>) -> Result<Option<&'a str>, AuthnError> {
    Ok(request.header(&AUTHORIZATION)?.filter(|header| header.starts_with("AWS")))
}

/// Reads a header that [`find`] found.
pub(crate) fn read<'a>(request: &Request<'a>, header: &'a str) -> Result<Claim<'a>, AuthnError> {
    if header.len() > limits::AUTHORIZATION {
        let text = format!("The Authorization header is longer than {} bytes.", limits::AUTHORIZATION);
        return Err(Malformed::Header(text).in_header());
    }
    let (algorithm, parameters) = header.split_once(' ').unwrap_or((header, ""));
    let regional = match algorithm {
        HMAC => true,
        ECDSA => false,
        _ => return Err(Malformed::Algorithm(shorten(algorithm)).in_header()),
    };
    let parts = Parts::read(header, parameters)?;
    let sent = match request.header(&X_AMZ_DATE)? {
        Some(date) => Some(date),
        None => request.header(&DATE)?,
    };
    let (Some(credential), Some(signature), Some(signed_headers), Some(sent)) =
        (parts.credential, parts.signature, parts.signed_headers, sent)
    else {
        return Err(parts.missing(sent.is_some(), header));
    };
    let (time, stamp) = scope::read_time(sent).ok_or_else(|| Malformed::Date(shorten(sent)).in_header())?;
    let credential = Credential::split(credential.into(), regional, false)?;
    let set = if regional { None } else { request.header(&X_AMZ_REGION_SET)?.map(Into::into) };
    Ok(Claim {
        access_key_id: credential.access_key_id,
        service: credential.service,
        security_token: request.header(&X_AMZ_SECURITY_TOKEN)?.map(Into::into),
        time,
        form: Form::Header,
        regions: Credential::regions(credential.region, set),
        stamp,
        date: credential.date,
        terminator: credential.terminator,
        signed_headers: signed_headers.into(),
        signature: signature.into(),
    })
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
                return Err(Malformed::Unpaired { part: shorten(part), hash: hashed(header) }.in_header());
            };
            let slot = match name {
                "Credential" => &mut parts.credential,
                "Signature" => &mut parts.signature,
                "SignedHeaders" => &mut parts.signed_headers,
                _ => continue,
            };
            if slot.replace(value).is_some() {
                let text = format!("Authorization header has more than one '{name}' parameter.");
                return Err(Malformed::Header(text).in_header());
            }
        }
        // An empty value is a missing one.
        for slot in [&mut parts.credential, &mut parts.signature, &mut parts.signed_headers] {
            *slot = slot.filter(|value| !value.is_empty());
        }
        Ok(parts)
    }

    fn missing(&self, dated: bool, header: &str) -> AuthnError {
        let parts =
            [("Credential", self.credential), ("Signature", self.signature), ("SignedHeaders", self.signed_headers)];
        let parts = parts.into_iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
        Malformed::MissingParts { parts, dated, hash: hashed(header) }.in_header()
    }
}

fn hashed(header: &str) -> String {
    STANDARD.encode(primitives::sha256(header.as_bytes()))
}
