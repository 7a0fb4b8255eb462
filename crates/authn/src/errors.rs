//! What a caller is told when authentication fails: AWS's codes, statuses and texts.
//!
//! Guarantees: an error never tells more about which part was wrong than AWS tells, and never echoes the header.
//! Sources: IAM User Guide, "Troubleshoot Signature Version 4 signing for AWS API requests"; answers of AWS logged in
//! public issue threads (aws-sdk-js-v3 #6400, boto/botocore #3587, aws-sdk-php #612).

use std::borrow::Cow;
use std::fmt;

/// Why a request is not authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthnError {
    /// The request carries no authentication at all, and the operation needs it.
    Missing,
    /// The authentication is malformed or of a kind that is not served; the text says which part.
    Incomplete(String),
    /// No such access key, or its session token is not the right one.
    UnknownKey,
    /// The signature, or the scope it was made for, is wrong; the text is AWS's.
    BadSignature(Cow<'static, str>),
    /// The signature is outside its window of time; the text names both clocks.
    Skewed(String),
}

/// The ways in which AWS names these errors, by protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorFamily {
    /// awsJson 1.0 and 1.1.
    Json,
    /// Query.
    Query,
}

/// The text for a signature that is not the one computed here.
pub(crate) const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. \
     Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

impl AuthnError {
    /// The error's code and HTTP status.
    pub fn code(&self, family: ErrorFamily) -> (&'static str, u16) {
        use ErrorFamily::{Json, Query};
        match (self, family) {
            (Self::Missing, Json) => ("MissingAuthenticationTokenException", 400),
            (Self::Missing, Query) => ("MissingAuthenticationToken", 403),
            (Self::Incomplete(_), Json) => ("IncompleteSignatureException", 400),
            (Self::Incomplete(_), Query) => ("IncompleteSignature", 400),
            (Self::UnknownKey, Json) => ("UnrecognizedClientException", 400),
            (Self::UnknownKey, Query) => ("InvalidClientTokenId", 403),
            (Self::BadSignature(_) | Self::Skewed(_), Json) => ("InvalidSignatureException", 400),
            (Self::BadSignature(_) | Self::Skewed(_), Query) => ("SignatureDoesNotMatch", 403),
        }
    }

    /// The error's message.
    pub fn text(&self, family: ErrorFamily) -> String {
        match self {
            Self::Missing if family == ErrorFamily::Query => "Request is missing Authentication Token".into(),
            Self::Missing => "Missing Authentication Token".into(),
            Self::UnknownKey => "The security token included in the request is invalid.".into(),
            Self::BadSignature(text) => text.clone().into_owned(),
            Self::Incomplete(text) | Self::Skewed(text) => text.clone(),
        }
    }
}

/// For the operator's log.
impl fmt::Display for AuthnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(ErrorFamily::Json))
    }
}

impl std::error::Error for AuthnError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_family_has_its_own_codes_and_statuses() {
        let table = [
            (AuthnError::Missing, "MissingAuthenticationTokenException", "MissingAuthenticationToken", 403),
            (AuthnError::Incomplete(String::new()), "IncompleteSignatureException", "IncompleteSignature", 400),
            (AuthnError::UnknownKey, "UnrecognizedClientException", "InvalidClientTokenId", 403),
            (AuthnError::BadSignature(MISMATCH.into()), "InvalidSignatureException", "SignatureDoesNotMatch", 403),
            (AuthnError::Skewed(String::new()), "InvalidSignatureException", "SignatureDoesNotMatch", 403),
        ];
        for (error, json, query, status) in table {
            assert_eq!(error.code(ErrorFamily::Json), (json, 400));
            assert_eq!(error.code(ErrorFamily::Query), (query, status));
        }
    }
}
