//! S3's own words for failed authentication: its codes, texts and the members that its errors carry besides.
//!
//! Guarantee: what is shown of a request to its sender is what was computed from it here; no secret is part of it.
//! Source: S3 API Reference, "Error responses" and "List of error codes".

use crate::errors::{AuthnError, Mismatch};
use crate::scope::End;
use std::fmt::Write as _;
use std::time::Duration;

pub(crate) fn code(error: &AuthnError) -> (&'static str, u16) {
    match error {
        AuthnError::Missing => ("AccessDenied", 403),
        AuthnError::Malformed { in_query, what } => {
            let (code, status, _) = what.s3(*in_query);
            (code, status)
        }
        AuthnError::UnknownKey { .. } => ("InvalidAccessKeyId", 403),
        AuthnError::InvalidToken { .. } => ("InvalidToken", 400),
        AuthnError::ExpiredToken { .. } => ("ExpiredToken", 400),
        AuthnError::WrongScope(scope) if scope.in_query => ("AuthorizationQueryParametersError", 400),
        AuthnError::WrongScope(_) => ("AuthorizationHeaderMalformed", 400),
        AuthnError::Skewed(skew) => match skew.end {
            End::Early { presigned: true } | End::Expired => ("AccessDenied", 403),
            End::Early { presigned: false } | End::Late => ("RequestTimeTooSkewed", 403),
        },
        AuthnError::HostNotSigned | AuthnError::HeaderNotSigned { .. } => ("AccessDenied", 403),
        AuthnError::BadSignature(_) => ("SignatureDoesNotMatch", 403),
        AuthnError::NoContentHash => ("InvalidRequest", 400),
        AuthnError::NoDecodedLength => ("MissingContentLength", 411),
        AuthnError::BadContentHeader { name: "x-amz-trailer", .. } => ("InvalidRequest", 400),
        AuthnError::BadContentHeader { .. } => ("InvalidArgument", 400),
    }
}

pub(crate) fn text(error: &AuthnError) -> String {
    let fixed = match error {
        AuthnError::Missing => "Access Denied",
        AuthnError::Malformed { in_query, what } => return what.s3(*in_query).2,
        AuthnError::WrongScope(scope) => return scope.s3.clone(),
        AuthnError::UnknownKey { .. } => "The AWS Access Key Id you provided does not exist in our records.",
        AuthnError::InvalidToken { .. } => "The provided token is malformed or otherwise invalid.",
        AuthnError::ExpiredToken { .. } => "The provided token has expired.",
        AuthnError::Skewed(skew) => match skew.end {
            End::Early { presigned: true } => "Request is not valid yet",
            End::Expired => "Request has expired",
            End::Early { presigned: false } | End::Late => {
                "The difference between the request time and the current time is too large."
            }
        },
        AuthnError::HostNotSigned | AuthnError::HeaderNotSigned { .. } => {
            "There were headers present in the request which were not signed"
        }
        AuthnError::BadSignature(_) => SIGNATURE_DOES_NOT_MATCH,
        AuthnError::NoContentHash => "Missing required header for this request: x-amz-content-sha256",
        AuthnError::NoDecodedLength => "You must provide the Content-Length HTTP header.",
        AuthnError::BadContentHeader { name: "x-amz-trailer", .. } => {
            "The value specified in the x-amz-trailer header is not supported"
        }
        AuthnError::BadContentHeader { name: "x-amz-content-sha256", .. } => {
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
             STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
             STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid \
             sha256 value."
        }
        AuthnError::BadContentHeader { name, .. } => return format!("The value of the header {name} is not valid."),
    };
    fixed.into()
}

/// S3's text for a signature that is not the one computed here.
pub(crate) const SIGNATURE_DOES_NOT_MATCH: &str = "The request signature we calculated does not match the signature you \
     provided. Check your key and signing method.";

pub(crate) fn members(error: &AuthnError) -> Vec<(&'static str, String)> {
    match error {
        AuthnError::UnknownKey { access_key_id } => vec![("AWSAccessKeyId", access_key_id.clone())],
        AuthnError::InvalidToken { token } | AuthnError::ExpiredToken { token } => vec![("Token-0", token.clone())],
        AuthnError::WrongScope(scope) => scope.s3_region.iter().map(|region| ("Region", region.clone())).collect(),
        AuthnError::HostNotSigned => vec![("HeadersNotSigned", "host".into())],
        AuthnError::HeaderNotSigned { name } => vec![("HeadersNotSigned", name.clone())],
        AuthnError::Skewed(skew) => {
            let (request, now) = (skew.request, skew.now.to_seconds_rfc3339());
            match skew.end {
                End::Early { presigned: false } | End::Late => vec![
                    ("RequestTime", request.to_basic()),
                    ("ServerTime", now),
                    ("MaxAllowedSkewMilliseconds", skew.window.as_millis().to_string()),
                ],
                End::Early { presigned: true } => vec![("X-Amz-Date", request.to_basic()), ("ServerTime", now)],
                End::Expired => vec![
                    ("X-Amz-Expires", skew.window.as_secs().to_string()),
                    ("Expires", expiry(request, skew.window)),
                    ("ServerTime", now),
                ],
            }
        }
        AuthnError::BadSignature(Some(mismatch)) => mismatch.members(),
        AuthnError::BadContentHeader { name, value } if *name != "x-amz-trailer" => {
            vec![("ArgumentName", (*name).into()), ("ArgumentValue", value.clone())]
        }
        AuthnError::Missing
        | AuthnError::Malformed { .. }
        | AuthnError::BadSignature(None)
        | AuthnError::NoContentHash
        | AuthnError::NoDecodedLength
        | AuthnError::BadContentHeader { .. } => Vec::new(),
    }
}

fn expiry(request: base::Timestamp, good_for: Duration) -> String {
    request.plus(good_for).to_seconds_rfc3339()
}

impl Mismatch {
    pub(crate) fn members(&self) -> Vec<(&'static str, String)> {
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut members = vec![
            ("AWSAccessKeyId", self.access_key_id.clone()),
            ("StringToSign", lossy(&self.string_to_sign)),
            ("SignatureProvided", self.signature.clone()),
            ("StringToSignBytes", spelled(&self.string_to_sign)),
        ];
        if let Some(canonical) = &self.canonical_request {
            members.push(("CanonicalRequest", lossy(canonical)));
            members.push(("CanonicalRequestBytes", spelled(canonical)));
        }
        members
    }
}

/// Bytes in hexadecimal with spaces between them.
fn spelled(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        let separator = if text.is_empty() { "" } else { " " };
        let _ = write!(text, "{separator}{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_spelled_as_s3_spells_them() {
        assert_eq!(spelled(b"AWS\n"), "41 57 53 0a");
        assert_eq!(spelled(b""), "");
    }
}
