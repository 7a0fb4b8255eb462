//! Why a call failed.

use std::fmt;

/// Why a call failed, after all retries.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The service refused the call.
    Service {
        /// AWS's code, such as `AccessDeniedException`.
        code: String,
        /// The service's own words.
        message: String,
        /// HTTP status.
        status: u16,
        /// The id by which the service's logs know the call, where it gave one.
        request_id: Option<String>,
    },
    /// No credentials, no Region, or a profile that cannot be used: what to set is in the text.
    Configuration(String),
    /// No answer: the endpoint cannot be reached, its certificate is not trusted, or time ran out.
    Connection(String),
    /// An answer that is none of this API.
    Answer(String),
}

impl Error {
    /// The service's code, if the service answered at all.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Service { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The same, if it is the service's, saying what was asked of it for whom.
    pub(crate) fn during(self, operation: &str, of: &str) -> Self {
        match self {
            Self::Service { code, message, status, request_id } => {
                Self::Service { code, message: format!("{message} ({operation}, {of})"), status, request_id }
            }
            other => other,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service { code, message, .. } if message.is_empty() => f.write_str(code),
            Self::Service { code, message, .. } => write!(f, "{code}: {message}"),
            Self::Configuration(text) | Self::Connection(text) | Self::Answer(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Error {}
