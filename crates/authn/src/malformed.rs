//! What is wrong with the form of an authentication, in AWS's words.
//!
//! Guarantee: no text repeats a header, a signature or more than the beginning of what was sent.
//! Sources: IAM User Guide, "Troubleshoot Signature Version 4 signing for AWS API requests"; S3 API Reference, "Error
//! responses" and "Authenticating requests: using query parameters"; answers of AWS in public issue threads.

use crate::AuthnError;
use crate::request::limits;
use std::fmt::Write as _;

/// Why an authentication cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The Authorization header lacks these parts, or the request its date. The hash stands for the header.
    MissingParts {
        /// `Credential`, `Signature`, `SignedHeaders`.
        parts: Vec<&'static str>,
        /// There is a date.
        dated: bool,
        /// The header, hashed.
        hash: String,
    },
    /// The query string lacks these parameters.
    MissingParameters(Vec<&'static str>),
    /// A part of the Authorization header has no `=`.
    Unpaired {
        /// Its beginning.
        part: String,
        /// The header, hashed.
        hash: String,
    },
    /// An algorithm that is unknown, or that the service called does not accept.
    Algorithm(String),
    /// A Credential that does not have its elements.
    Credential {
        /// Its beginning.
        shown: String,
        /// It lacks no Region, as in Signature Version 4a.
        regional: bool,
    },
    /// A date that is none.
    Date(String),
    /// X-Amz-Expires is not a number.
    ExpiresNotANumber,
    /// X-Amz-Expires is negative or zero.
    ExpiresTooSmall,
    /// X-Amz-Expires is more than a week.
    ExpiresTooLarge,
    /// A header that cannot be taken as one value, a part given twice, or a limit of this server; the text says which.
    Header(String),
}

/// The algorithm of Signature Version 4.
pub(crate) const HMAC: &str = "AWS4-HMAC-SHA256";
/// The algorithm of Signature Version 4a.
pub(crate) const ECDSA: &str = "AWS4-ECDSA-P256-SHA256";

impl Malformed {
    pub(crate) fn in_header(self) -> AuthnError {
        AuthnError::Malformed { in_query: false, what: self }
    }

    pub(crate) fn in_query(self) -> AuthnError {
        AuthnError::Malformed { in_query: true, what: self }
    }

    pub(crate) fn at(self, in_query: bool) -> AuthnError {
        AuthnError::Malformed { in_query, what: self }
    }

    /// The text of every service but S3.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::MissingParts { parts, dated, hash } => {
                let mut text = String::new();
                for part in parts {
                    let _ = write!(text, "Authorization header requires '{part}' parameter. ");
                }
                if !dated {
                    text.push_str(
                        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
                    );
                }
                let _ = write!(text, "(Hashed with SHA-256 and encoded with Base64) Authorization={hash}");
                text
            }
            Self::MissingParameters(names) => {
                let mut text = String::new();
                for name in names {
                    let _ = write!(text, "AWS query-string parameters must include '{name}'. ");
                }
                text.push_str("Re-examine the query-string parameters.");
                text
            }
            Self::Unpaired { part, hash } => format!(
                "'{part}' not a valid key=value pair (missing equal-sign) in Authorization header \
                 (hashed with SHA-256 and encoded with Base64): '{hash}'."
            ),
            Self::Algorithm(shown) => {
                format!("Unsupported AWS 'algorithm': '{shown}' (only {HMAC} is verified for this service). ")
            }
            Self::Credential { shown, regional: true } => format!(
                "Credential must have exactly 5 slash-delimited elements, \
                 e.g. keyid/date/region/service/term, got '{shown}'"
            ),
            Self::Credential { shown, regional: false } => format!(
                "Credential must have exactly 4 slash-delimited elements, e.g. keyid/date/service/term, got '{shown}'"
            ),
            Self::Date(shown) => format!(
                "Date must be in ISO-8601 'basic format'. Got '{shown}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ),
            Self::ExpiresNotANumber => "X-Amz-Expires should be a number".into(),
            Self::ExpiresTooSmall => "X-Amz-Expires must be at least one second".into(),
            Self::ExpiresTooLarge => EXPIRES_TOO_LARGE.into(),
            Self::Header(text) => text.clone(),
        }
    }

    /// S3's code, status and text.
    pub(crate) fn s3(&self, in_query: bool) -> (&'static str, u16, String) {
        const QUERY: &str = "AuthorizationQueryParametersError";
        const HEADER: &str = "AuthorizationHeaderMalformed";
        let code = if in_query { QUERY } else { HEADER };
        let header = |text: &str| format!("The authorization header is malformed; {text}");
        match self {
            Self::MissingParts { parts, dated: false, .. } if parts.is_empty() => {
                ("AccessDenied", 403, "AWS authentication requires a valid Date or x-amz-date header".into())
            }
            Self::MissingParts { .. } | Self::Unpaired { .. } => (
                code,
                400,
                header("the authorization header requires three components: Credential, SignedHeaders, and Signature."),
            ),
            Self::MissingParameters(_) => (
                code,
                400,
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
                 X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
                    .into(),
            ),
            Self::Algorithm(_) if in_query => {
                (code, 400, format!("X-Amz-Algorithm only supports \"{HMAC} and {ECDSA}\""))
            }
            Self::Algorithm(_) => ("InvalidArgument", 400, "Unsupported Authorization Type".into()),
            Self::Credential { regional, .. } => {
                let region = if *regional { "REGION/" } else { "" };
                let text = format!(
                    "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/{region}SERVICE/aws4_request\"."
                );
                (code, 400, s3_prefix(in_query).to_owned() + &text)
            }
            Self::Date(_) if in_query => {
                (code, 400, "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"".into())
            }
            Self::Date(_) => {
                ("AccessDenied", 403, "AWS authentication requires a valid Date or x-amz-date header".into())
            }
            Self::ExpiresNotANumber => (code, 400, self.text()),
            Self::ExpiresTooSmall => (code, 400, "X-Amz-Expires must be non-negative".into()),
            Self::ExpiresTooLarge => (code, 400, self.text()),
            Self::Header(text) if in_query => (code, 400, text.clone()),
            Self::Header(text) => (code, 400, header(text)),
        }
    }
}

/// How S3 begins a sentence about the Credential.
pub(crate) fn s3_prefix(in_query: bool) -> &'static str {
    if in_query { "Error parsing the X-Amz-Credential parameter; " } else { "The authorization header is malformed; " }
}

const EXPIRES_TOO_LARGE: &str = "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires \
     must be less than 604800 seconds";

/// The beginning of a malformed part.
pub(crate) fn shorten(part: &str) -> String {
    part.chars().take(limits::ECHO).collect()
}
