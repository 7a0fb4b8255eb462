//! The errors of a proxy: their names, their statuses, and how they are written and read.
//!
//! Guarantees: a message that leaves is printable ASCII of limited length; one that comes is never shown to anybody.

use base::Secret;
use serde::Deserialize;
use serde_json::json;
use std::borrow::Cow;

/// Why a proxy refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalName {
    /// The request is not one of the API.
    Validation,
    /// The key is not enabled.
    InvalidState,
    /// The ciphertext does not open.
    InvalidCiphertext,
    /// The key is not for this.
    InvalidKeyUsage,
    /// The signature is wrong.
    AuthenticationFailed,
    /// Who asks may not.
    AccessDenied,
    /// There is no such key.
    KeyNotFound,
    /// There is no such path.
    InvalidUriPath,
    /// Too many requests.
    Throttling,
    /// The proxy does not do this.
    UnsupportedOperation,
    /// What is behind the proxy took too long.
    DependencyTimeout,
    /// The proxy failed.
    Internal,
}

/// Every name with its status and its word.
const NAMES: [(RefusalName, u16, &str); 12] = [
    (RefusalName::Validation, 400, "ValidationException"),
    (RefusalName::InvalidState, 400, "InvalidStateException"),
    (RefusalName::InvalidCiphertext, 400, "InvalidCiphertextException"),
    (RefusalName::InvalidKeyUsage, 400, "InvalidKeyUsageException"),
    (RefusalName::AuthenticationFailed, 401, "AuthenticationFailedException"),
    (RefusalName::AccessDenied, 403, "AccessDeniedException"),
    (RefusalName::KeyNotFound, 404, "KeyNotFoundException"),
    (RefusalName::InvalidUriPath, 404, "InvalidUriPathException"),
    (RefusalName::Throttling, 429, "ThrottlingException"),
    (RefusalName::UnsupportedOperation, 501, "UnsupportedOperationException"),
    (RefusalName::DependencyTimeout, 503, "DependencyTimeoutException"),
    (RefusalName::Internal, 500, "InternalException"),
];

/// The longest message.
const MAX_MESSAGE: usize = 511;

impl RefusalName {
    /// Its status.
    pub fn status(self) -> u16 {
        NAMES.iter().find(|(name, ..)| *name == self).map_or(500, |(_, status, _)| *status)
    }

    /// Its word.
    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(name, ..)| *name == self).map_or("InternalException", |(.., word)| *word)
    }

    /// The name with this word; a defect for any other.
    pub fn named(word: &str) -> Self {
        NAMES.iter().find(|(.., known)| *known == word).map_or(Self::Internal, |(name, ..)| *name)
    }

    /// What a proxy's answer with an error status means; `None` if it is none of the API's errors. A status that does not go
    /// with its name is not one either.
    pub fn read(status: u16, body: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            #[serde(borrow)]
            error_name: Cow<'a, str>,
        }
        let body: Body<'_> = serde_json::from_slice(body).ok()?;
        NAMES.iter().find(|(_, number, word)| *number == status && *word == body.error_name).map(|(name, ..)| *name)
    }
}

/// A refusal with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub name: RefusalName,
    /// In words, for the administrator of the other side.
    pub message: String,
}

impl Refusal {
    /// A refusal; of the message what is printable counts.
    pub fn new(name: RefusalName, message: &str) -> Self {
        let printable = message.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(MAX_MESSAGE);
        Self { name, message: printable.collect() }
    }

    /// The body of its answer.
    pub fn body(&self) -> Secret<Vec<u8>> {
        let body = json!({ "errorName": self.name.as_str(), "errorMessage": self.message });
        Secret::new(body.to_string().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_is_read_as_it_was_written_and_with_no_other_status() {
        for (name, status, _) in NAMES {
            let body = Refusal::new(name, "w\u{f6}rds\n").body();
            assert_eq!(RefusalName::read(status, body.expose()), Some(name));
            assert_eq!(RefusalName::read(418, body.expose()), None);
        }
        assert_eq!(Refusal::new(RefusalName::Internal, "w\u{f6}rds\n").message, "wrds");
        assert_eq!(Refusal::new(RefusalName::Internal, &"x".repeat(600)).message.len(), MAX_MESSAGE);
        for body in ["", "{}", "[]", r#"{"errorName":1}"#, r#"{"errorName":"Surprise"}"#] {
            assert_eq!(RefusalName::read(400, body.as_bytes()), None, "{body}");
        }
    }
}
