//! What a caller is told when authentication fails: AWS's codes, statuses and texts.
//!
//! Guarantees: an error never tells more about which part was wrong than AWS tells, and never echoes the header. S3's
//! words, which are all its own, are in `s3`.
//! Sources: IAM User Guide, "Troubleshoot Signature Version 4 signing for AWS API requests"; EC2 API Reference, "Error
//! codes"; answers of AWS logged in public issue threads (aws-sdk-js-v3 #6400, boto/botocore #3587, aws-sdk-php #612).

use crate::malformed::Malformed;
use crate::s3;
use crate::scope::{Skew, WrongScope};
use std::fmt;

/// Why a request is not authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthnError {
    /// The request carries no authentication at all, and the operation needs it.
    Missing,
    /// The authentication cannot be read, or is of a kind that is not accepted.
    Malformed {
        /// It stands in the query string.
        in_query: bool,
        /// What is wrong with it.
        what: Malformed,
    },
    /// No such access key.
    UnknownKey {
        /// The one that was given.
        access_key_id: String,
    },
    /// The session token is not one of ours, or not this access key's.
    InvalidToken {
        /// The one that was given.
        token: String,
    },
    /// The session is over.
    ExpiredToken {
        /// Its token.
        token: String,
    },
    /// The signature was made for another service, Region or day.
    WrongScope(Box<WrongScope>),
    /// The signature is outside its window of time.
    Skewed(Box<Skew>),
    /// The signature does not cover the Host header.
    HostNotSigned,
    /// A header that decides what the call does is not covered.
    HeaderNotSigned {
        /// Its name.
        name: String,
    },
    /// The signature is not the one computed here.
    BadSignature(Option<Box<Mismatch>>),
    /// S3: `x-amz-content-sha256` is missing.
    NoContentHash,
    /// S3: a body in chunks does not say how long its data is.
    NoDecodedLength,
    /// S3: `x-amz-content-sha256`, or a header that goes with it, has a value that says nothing.
    BadContentHeader {
        /// The header.
        name: &'static str,
        /// What it said.
        value: String,
    },
}

/// What was computed here: S3 shows it to those whose signature differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    pub(crate) access_key_id: String,
    pub(crate) signature: String,
    pub(crate) string_to_sign: Vec<u8>,
    /// `None` for a chunk and for a form, which have none.
    pub(crate) canonical_request: Option<Vec<u8>>,
}

/// The ways in which AWS names these errors, by protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorFamily {
    /// awsJson 1.0 and 1.1.
    Json,
    /// restJson: the codes of awsJson with the statuses of query.
    Rest,
    /// Query, and restXml outside S3.
    Query,
    /// EC2.
    Ec2,
    /// S3.
    S3,
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. \
     Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

impl AuthnError {
    /// The error's code and HTTP status.
    pub fn code(&self, family: ErrorFamily) -> (&'static str, u16) {
        let (json, query, query_status) = match self {
            _ if family == ErrorFamily::S3 => return s3::code(self),
            Self::UnknownKey { .. } | Self::InvalidToken { .. } if family == ErrorFamily::Ec2 => {
                return ("AuthFailure", 401);
            }
            Self::Missing => ("MissingAuthenticationTokenException", "MissingAuthenticationToken", 403),
            Self::Malformed { .. } | Self::NoContentHash | Self::NoDecodedLength | Self::BadContentHeader { .. } => {
                ("IncompleteSignatureException", "IncompleteSignature", 400)
            }
            Self::UnknownKey { .. } | Self::InvalidToken { .. } => {
                ("UnrecognizedClientException", "InvalidClientTokenId", 403)
            }
            Self::ExpiredToken { .. } => ("ExpiredTokenException", "ExpiredToken", 403),
            Self::WrongScope(_)
            | Self::Skewed(_)
            | Self::HostNotSigned
            | Self::HeaderNotSigned { .. }
            | Self::BadSignature(_) => ("InvalidSignatureException", "SignatureDoesNotMatch", 403),
        };
        match family {
            ErrorFamily::Json => (json, 400),
            ErrorFamily::Rest => (json, 403),
            ErrorFamily::Query | ErrorFamily::Ec2 | ErrorFamily::S3 => (query, query_status),
        }
    }

    /// The error's message.
    pub fn text(&self, family: ErrorFamily) -> String {
        let is_json = matches!(family, ErrorFamily::Json | ErrorFamily::Rest);
        match self {
            _ if family == ErrorFamily::S3 => s3::text(self),
            Self::UnknownKey { .. } | Self::InvalidToken { .. } if family == ErrorFamily::Ec2 => {
                "AWS was not able to validate the provided access credentials".into()
            }
            Self::Missing if is_json => "Missing Authentication Token".into(),
            Self::Missing => "Request is missing Authentication Token".into(),
            Self::Malformed { what, .. } => what.text(),
            Self::UnknownKey { .. } | Self::InvalidToken { .. } => {
                "The security token included in the request is invalid.".into()
            }
            Self::ExpiredToken { .. } => "The security token included in the request is expired".into(),
            Self::WrongScope(scope) => scope.text.clone(),
            Self::Skewed(skew) => skew.text(),
            Self::HostNotSigned => "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".into(),
            Self::HeaderNotSigned { name } => {
                format!("'{name}' must be a 'SignedHeader' in the AWS Authorization.")
            }
            Self::BadSignature(_) | Self::NoContentHash | Self::NoDecodedLength | Self::BadContentHeader { .. } => {
                MISMATCH.into()
            }
        }
    }

    /// What else the error's body says; S3 says much.
    pub fn members(&self, family: ErrorFamily) -> Vec<(&'static str, String)> {
        if family == ErrorFamily::S3 { s3::members(self) } else { Vec::new() }
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
        let unknown = || AuthnError::UnknownKey { access_key_id: "AKIA".into() };
        let expired = || AuthnError::ExpiredToken { token: "t".into() };
        let malformed = || Malformed::ExpiresTooLarge.in_query();
        let table = [
            (AuthnError::Missing, "MissingAuthenticationTokenException", "MissingAuthenticationToken", 403),
            (malformed(), "IncompleteSignatureException", "IncompleteSignature", 400),
            (unknown(), "UnrecognizedClientException", "InvalidClientTokenId", 403),
            (expired(), "ExpiredTokenException", "ExpiredToken", 403),
            (AuthnError::BadSignature(None), "InvalidSignatureException", "SignatureDoesNotMatch", 403),
        ];
        for (error, json, query, status) in table {
            assert_eq!(error.code(ErrorFamily::Json), (json, 400));
            assert_eq!(error.code(ErrorFamily::Rest), (json, 403));
            assert_eq!(error.code(ErrorFamily::Query), (query, status));
            if error != unknown() {
                assert_eq!(error.code(ErrorFamily::Ec2), (query, status));
            }
            assert!(error.members(ErrorFamily::Json).is_empty());
        }
        assert_eq!(unknown().code(ErrorFamily::Ec2), ("AuthFailure", 401));
        assert_eq!(unknown().code(ErrorFamily::S3), ("InvalidAccessKeyId", 403));
        assert_eq!(expired().code(ErrorFamily::S3), ("ExpiredToken", 400));
        assert_eq!(malformed().code(ErrorFamily::S3), ("AuthorizationQueryParametersError", 400));
    }
}
