//! What can go wrong, in the terms of who calls.
//!
//! Guarantees: texts say what to do next and hold no secret; places are offsets in bytes from the message's begin.

use crate::{AlgorithmSuite, CommitmentPolicy, EncryptedDataKey};
use std::time::Duration;
use std::{fmt, io};

/// Why a message was not encrypted or not decrypted. Whatever was written out so far must be thrown away.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Not a message, or one that its writer got wrong.
    Malformed {
        /// Offset of the field.
        at: u64,
        /// What is wrong there.
        what: String,
    },
    /// The message ends before its end.
    Truncated {
        /// Where it ended.
        at: u64,
    },
    /// The message is not what its writer wrote, or was written under another key or context.
    Tampered {
        /// Offset of what does not verify.
        at: u64,
        /// What does not verify.
        what: &'static str,
    },
    /// More than the caller allows.
    Limit {
        /// Of what.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The commitment policy forbids the suite.
    Policy {
        /// The policy.
        policy: CommitmentPolicy,
        /// The suite.
        suite: AlgorithmSuite,
        /// Whether it was to be read.
        decrypt: bool,
    },
    /// An encryption context that cannot be used, or is not the one of the message.
    Context(String),
    /// No keyring could unwrap any of the message's data keys; why, one by one.
    NoDataKey(Vec<Refusal>),
    /// A keyring or a materials manager cannot do what it was asked, as it is configured.
    Configuration(String),
    /// Another caller was getting the same key, and did not come back with it in time.
    InFlight {
        /// How long a caller waits.
        limit: Duration,
    },
    /// A store of branch keys cannot give or keep one.
    KeyStore(String),
    /// A call to KMS failed.
    Kms(client::Error),
    /// Reading or writing failed.
    Io(io::Error),
}

/// Characters that a [`Refusal`] repeats of what a message says at most: more than the longest ARN of a KMS key has.
const LONGEST_NAME: usize = 256;

/// Why one keyring did not unwrap one encrypted data key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The data key's provider id, such as `aws-kms`, as far as it is printable; empty where the keyring looked at none.
    pub provider_id: String,
    /// Its provider info as far as it is text.
    pub provider_info: String,
    /// What the keyring said.
    pub reason: String,
}

impl Refusal {
    /// Why `key` was not unwrapped.
    pub(crate) fn new(key: &EncryptedDataKey, reason: impl Into<String>) -> Self {
        let (provider_id, provider_info) = (printable(key.provider_id.as_bytes()), printable(&key.provider_info));
        Self { provider_id, provider_info, reason: reason.into() }
    }
}

/// What bytes begin with as far as it is text, no control characters, and not too long: a stranger wrote it, and it ends
/// on terminals and in logs.
fn printable(bytes: &[u8]) -> String {
    let text = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    text.split(char::is_control).next().unwrap_or_default().chars().take(LONGEST_NAME).collect()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { at, what } => write!(f, "not a message of the AWS Encryption SDK: {what} (at byte {at})"),
            Self::Truncated { at } => write!(f, "the message is cut off after byte {at}"),
            Self::Tampered { at, what } => write!(
                f,
                "{what} does not verify (at byte {at}): the message was changed, or written under another key or encryption context"
            ),
            Self::Limit { what, limit } => write!(f, "{what} is more than the limit of {limit}"),
            Self::Policy { policy, suite, decrypt } => write!(
                f,
                "the commitment policy {} does not let a message of {suite} be {}",
                policy.name(),
                if *decrypt { "decrypted" } else { "encrypted" }
            ),
            Self::Context(text) | Self::Configuration(text) | Self::KeyStore(text) => f.write_str(text),
            Self::NoDataKey(refusals) => {
                f.write_str("none of the wrapping keys unwraps a data key of this message")?;
                refusals.iter().try_for_each(|refusal| write!(f, "\n  {refusal}"))
            }
            Self::InFlight { limit } => write!(
                f,
                "waited {limit:?} in vain for a key that others were asking for already (InFlightTTL exceeded)"
            ),
            Self::Kms(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.provider_id.as_str(), self.provider_info.as_str()) {
            ("", _) => f.write_str(&self.reason),
            (id, info) => write!(f, "{id} {info}: {}", self.reason),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Kms(error) => Some(error),
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<client::Error> for Error {
    fn from(error: client::Error) -> Self {
        Self::Kms(error)
    }
}

impl From<io::Error> for Error {
    /// An error of this library that went through a reader or a writer comes out as what it was.
    fn from(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(Self::Io)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_says_of_its_keys_does_not_steer_a_terminal_nor_fill_it() {
        let key = |id: &str, info: &[u8]| EncryptedDataKey {
            provider_id: id.into(),
            provider_info: info.into(),
            ciphertext: vec![],
        };
        let told = |key| Refusal::new(&key, "no").to_string();
        assert_eq!(told(key("aws-kms", b"arn:aws:kms:x")), "aws-kms arn:aws:kms:x: no");
        assert_eq!(told(key("a\x1b[2Jb", b"name\0\0\x80")), "a name: no");
        assert_eq!(told(key("a", b"\xff")), "a : no");
        assert_eq!(told(key("a", &[b'x'; 65_535])).len(), "a : no".len() + LONGEST_NAME);
        assert_eq!(told(key(&"é".repeat(30_000), b"")).chars().count(), " : no".len() + LONGEST_NAME);
    }
}
