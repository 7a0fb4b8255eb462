//! Policy documents as they are written.
//!
//! Guarantees: a document that exists is well formed for its kind; everything in it knows its line and column; reading one
//! takes time linear in its size, and none is larger than [`MAX_CHARACTERS`].
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language".

use crate::json;
use std::fmt;

/// The longest document that AWS's interfaces take, in characters (IAM API Reference, CreatePolicy).
pub const MAX_CHARACTERS: usize = 131_072;

/// What a document is for. It settles which elements it may and must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// For a user, group or role; also a permissions boundary.
    Identity,
    /// Passed with a request for temporary credentials.
    Session,
    /// On a resource, naming principals.
    Resource,
    /// On a KMS key: nobody has access that it does not give or delegate, not even its account.
    Key,
    /// On a role: who may assume it.
    Trust,
    /// A service control policy of an organization.
    ServiceControl,
    /// A resource control policy of an organization.
    ResourceControl,
    /// On a VPC endpoint.
    Endpoint,
}

/// A place in a document, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The character in it.
    pub column: u32,
}

/// Why a text is not a policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What AWS says.
    pub message: String,
    /// Where.
    pub at: Position,
    /// What exactly is wrong, in our words.
    pub detail: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} ({})", self.at.line, self.at.column, self.message, self.detail)
    }
}

impl std::error::Error for Malformed {}

/// A well-formed policy document.
#[derive(Clone, Debug)]
pub struct Document {
    kind: Kind,
    text: String,
}

impl Document {
    /// Reads a document as AWS does.
    pub fn parse(kind: Kind, text: impl AsRef<[u8]>) -> Result<Self, Malformed> {
        let flawed = |text: &str, flaw: json::Flaw| Malformed {
            message: "Syntax errors in policy.".to_owned(),
            at: position(text, flaw.at),
            detail: flaw.what.to_owned(),
        };
        let bytes = text.as_ref();
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let sound = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let sound = std::str::from_utf8(sound).unwrap_or_default();
            flawed(sound, json::Flaw { at: sound.len(), what: "not UTF-8" })
        })?;
        if text.chars().count() > MAX_CHARACTERS {
            return Err(flawed(text, json::Flaw { at: 0, what: "too long" }));
        }
        json::read(text).map_err(|flaw| flawed(text, flaw))?;
        Ok(Self { kind, text: text.to_owned() })
    }

    /// What it is for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The text that it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn position(text: &str, at: usize) -> Position {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rfind('\n').map_or(before, |end| before.get(end + 1..).unwrap_or_default());
    Position {
        line: 1 + before.bytes().filter(|byte| *byte == b'\n').count() as u32,
        column: 1 + line.chars().count() as u32,
    }
}
