//! Reads a signature that stands in the query string: a presigned request, which whoever holds its URL can send.
//!
//! Guarantees: every `X-Amz-` parameter of the signature is there once or the request is refused; it is good for a week
//! at most. Names are compared as AWS writes them; one that differs in case only is refused with the rest.
//!
//! Source: S3 API Reference, "Authenticating requests: using query parameters"; IAM User Guide, "Elements of an AWS API
//! request signature".

use crate::AuthnError;
use crate::canonical::decoded;
use crate::claim::{Claim, Credential, Form};
use crate::malformed::{ECDSA, HMAC, Malformed, shorten};
use crate::request::{Request, limits};
use crate::scope;
use std::borrow::Cow;

/// The longest that a presigned request is good for, in seconds: seven days.
pub(crate) const MAX_EXPIRES: u32 = 604_800;

/// The parameter that is no part of what is signed.
pub(crate) const SIGNATURE: &str = "X-Amz-Signature";
/// The parameter that some clients add after they have signed.
pub(crate) const SECURITY_TOKEN: &str = "X-Amz-Security-Token";

const ALGORITHM: &str = "X-Amz-Algorithm";
const CREDENTIAL: &str = "X-Amz-Credential";
const DATE: &str = "X-Amz-Date";
const EXPIRES: &str = "X-Amz-Expires";
const REGION_SET: &str = "X-Amz-Region-Set";
const SIGNED_HEADERS: &str = "X-Amz-SignedHeaders";

/// Whether the query string carries a signature, or tries to.
pub(crate) fn is_signed(query: &str) -> bool {
    !query.is_empty()
        && query.split('&').filter_map(|pair| pair.split('=').next()).any(|name| {
            [SIGNATURE, ALGORITHM, CREDENTIAL].iter().any(|known| decoded(name).eq_ignore_ascii_case(known))
        })
}

/// Reads the claim of a request whose query string [`is_signed`].
pub(crate) fn read<'a>(request: &Request<'a>) -> Result<Claim<'a>, AuthnError> {
    let mut parameters = Parameters::default();
    for (count, pair) in request.query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        if count >= limits::QUERY_PARAMETERS {
            let text = format!("The query string has more than {} parameters.", limits::QUERY_PARAMETERS);
            return Err(Malformed::Header(text).in_query());
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        parameters.take(&decoded(name), value)?;
    }
    let Parameters { algorithm, credential, signature, date, expires, signed_headers, token, region_set } = parameters;
    let (Some(algorithm), Some(credential), Some(signature), Some(date), Some(signed_headers)) =
        (&algorithm, &credential, &signature, &date, &signed_headers)
    else {
        let found = [
            (ALGORITHM, algorithm.is_some()),
            (CREDENTIAL, credential.is_some()),
            (SIGNATURE, signature.is_some()),
            (SIGNED_HEADERS, signed_headers.is_some()),
            (DATE, date.is_some()),
        ];
        let missing = found.into_iter().filter(|(_, found)| !found).map(|(name, _)| name).collect();
        return Err(Malformed::MissingParameters(missing).in_query());
    };
    let regional = match algorithm.as_ref() {
        HMAC => true,
        ECDSA => false,
        other => return Err(Malformed::Algorithm(shorten(other)).in_query()),
    };
    let (time, stamp) = scope::read_basic(date).ok_or_else(|| Malformed::Date(shorten(date)).in_query())?;
    let expires = expires.as_deref().map(read_expires).transpose()?;
    let credential = Credential::split(credential.clone(), regional, true)?;
    Ok(Claim {
        access_key_id: credential.access_key_id,
        service: credential.service,
        security_token: token,
        time,
        form: Form::Query { expires },
        regions: Credential::regions(credential.region, region_set),
        stamp,
        date: credential.date,
        terminator: credential.terminator,
        signed_headers: signed_headers.clone(),
        signature: signature.clone(),
    })
}

/// Decoded values by parameter; an empty value is a missing one.
#[derive(Default)]
struct Parameters<'a> {
    algorithm: Option<Cow<'a, str>>,
    credential: Option<Cow<'a, str>>,
    signature: Option<Cow<'a, str>>,
    date: Option<Cow<'a, str>>,
    expires: Option<Cow<'a, str>>,
    signed_headers: Option<Cow<'a, str>>,
    token: Option<Cow<'a, str>>,
    region_set: Option<Cow<'a, str>>,
}

impl<'a> Parameters<'a> {
    fn take(&mut self, name: &str, value: &'a str) -> Result<(), AuthnError> {
        let slot = match name {
            ALGORITHM => &mut self.algorithm,
            CREDENTIAL => &mut self.credential,
            SIGNATURE => &mut self.signature,
            DATE => &mut self.date,
            EXPIRES => &mut self.expires,
            SIGNED_HEADERS => &mut self.signed_headers,
            SECURITY_TOKEN => &mut self.token,
            REGION_SET => &mut self.region_set,
            _ => return Ok(()),
        };
        if slot.is_some() {
            return Err(Malformed::Header(format!("Parameter '{name}' is given more than once.")).in_query());
        }
        *slot = Some(decoded(value)).filter(|value| !value.is_empty());
        Ok(())
    }
}

fn read_expires(text: &str) -> Result<u32, AuthnError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Malformed::ExpiresNotANumber.in_query());
    }
    if digits.len() < text.len() || digits.bytes().all(|byte| byte == b'0') {
        return Err(Malformed::ExpiresTooSmall.in_query());
    }
    // What does not fit is too large as well.
    let seconds = digits.parse().ok().filter(|seconds| *seconds <= MAX_EXPIRES);
    seconds.ok_or_else(|| Malformed::ExpiresTooLarge.in_query())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_presigned_request_is_good_for_a_second_to_a_week() {
        let fault = |text: &str| match read_expires(text) {
            Err(AuthnError::Malformed { what, .. }) => what,
            _ => panic!("{text}"),
        };
        assert_eq!(read_expires("1"), Ok(1));
        assert_eq!(read_expires("604800"), Ok(MAX_EXPIRES));
        for (text, expected) in [
            ("604801", Malformed::ExpiresTooLarge),
            ("99999999999999999999", Malformed::ExpiresTooLarge),
            ("0", Malformed::ExpiresTooSmall),
            ("000", Malformed::ExpiresTooSmall),
            ("-1", Malformed::ExpiresTooSmall),
            ("", Malformed::ExpiresNotANumber),
            ("-", Malformed::ExpiresNotANumber),
            ("+1", Malformed::ExpiresNotANumber),
            ("1.5", Malformed::ExpiresNotANumber),
            ("1h", Malformed::ExpiresNotANumber),
        ] {
            assert_eq!(fault(text), expected, "{text}");
        }
    }
}
