//! Policy documents as they are written.
//!
//! Guarantees: a document that exists is well formed for its kind; everything in it knows its line and column; reading one
//! takes time linear in its size, and none is larger than [`MAX_CHARACTERS`].
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language".

use crate::grammar;
use crate::messages::Wrong;
use crate::operator::Operator;
use crate::place::Places;
use crate::variables::{self, Piece};
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

/// The longest document that is read, in characters. AWS's interfaces take 131,072 (IAM API Reference, CreatePolicy), and
/// the longest of its own managed policies has 152,399.
pub const MAX_CHARACTERS: usize = 196_608;

/// What a document is for. It settles which elements it may and must have, and in whose words it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Inline in a user, group or role.
    Identity,
    /// A managed policy, which may be a permissions boundary too.
    Managed,
    /// Passed with a request for temporary credentials.
    Session,
    /// On a resource, naming principals. AWS's own `RCPFullAWSAccess` is one as well, in its grammar.
    Resource,
    /// On a KMS key: nobody has access that it does not give or delegate, not even its account.
    Key,
    /// On a role: who may assume it.
    Trust,
    /// A service control policy of an organization.
    ServiceControl,
    /// A resource control policy that a customer wrote.
    ResourceControl,
    /// On a VPC endpoint.
    Endpoint,
}

/// The version of the language. The older one has no variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// `2008-10-17`, also where none is given.
    V2008,
    /// `2012-10-17`
    V2012,
}

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`
    Deny,
}

impl Effect {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// A place in a document, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The character in it.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
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
        write!(f, "{}: {} ({})", self.at, self.message, self.detail)
    }
}

impl std::error::Error for Malformed {}

/// A string of a document and where it stands, its quotes included, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// With escapes resolved.
    pub value: String,
    /// From the beginning of the document.
    pub at: Range<usize>,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Where it stands, in bytes.
    pub at: Range<usize>,
    /// `Sid`
    pub sid: Option<Text>,
    /// `Effect`
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`
    pub principals: Option<Principals>,
    /// `Action` or `NotAction`; a key policy's statement may lack it, and then says nothing.
    pub actions: Option<List>,
    /// `Resource` or `NotResource`; trust policies have none.
    pub resources: Option<List>,
    /// `Condition`
    pub conditions: Vec<Condition>,
}

/// The values of `Action`, `NotAction`, `Resource` or `NotResource`.
#[derive(Clone, Debug)]
pub struct List {
    /// It is the `Not…` one.
    pub negated: bool,
    /// Its values.
    pub values: Vec<Text>,
}

/// The value of `Principal` or `NotPrincipal`.
#[derive(Clone, Debug)]
pub struct Principals {
    /// It is `NotPrincipal`.
    pub negated: bool,
    /// Each with the kind that its list is of.
    pub entries: Vec<(PrincipalKind, Text)>,
}

/// The lists that `Principal` can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// `"Principal": "*"`
    Everyone,
    /// `AWS`
    Aws,
    /// `Service`
    Service,
    /// `Federated`
    Federated,
    /// `CanonicalUser`
    CanonicalUser,
}

/// One key of one operator.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The operator as written.
    pub name: Text,
    /// What it is.
    pub operator: Operator,
    /// The condition key.
    pub key: Text,
    /// Values, of which one has to match.
    pub values: Vec<Text>,
}

/// A well-formed policy document.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) version: Option<Version>,
    pub(crate) id: Option<Text>,
    pub(crate) statements: Vec<Statement>,
}

impl Document {
    /// Reads a document as AWS does.
    pub fn parse(kind: Kind, text: impl AsRef<[u8]>) -> Result<Self, Malformed> {
        let bytes = text.as_ref();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let sound = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let sound = std::str::from_utf8(sound).unwrap_or_default();
                return Err(malformed(kind, sound, &grammar::Flaw::new(sound.len(), Wrong::Syntax, "not UTF-8")));
            }
        };
        grammar::read(kind, text).map_err(|flaw| malformed(kind, text, &flaw))
    }

    /// What it is for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The text that it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The version of the language.
    pub fn version(&self) -> Version {
        self.version.unwrap_or(Version::V2008)
    }

    /// `Id`
    pub fn id(&self) -> Option<&str> {
        self.id.as_ref().map(|id| id.value.as_str())
    }

    /// Its statements.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Where a byte of the text stands.
    pub fn position(&self, at: usize) -> Position {
        Places::new(&self.text).position(at)
    }

    /// How many characters count towards AWS's limits: all but white space outside of strings.
    pub fn size(&self) -> usize {
        let mut quoted = false;
        let mut escaped = false;
        let counted = self.text.chars().filter(|character| {
            let is_space = character.is_ascii_whitespace() && !quoted;
            match character {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                _ => {}
            }
            !is_space
        });
        counted.count()
    }

    /// The condition keys that conditions and variables ask for, each once without regard to case and in the spelling
    /// that comes first, in the order of the document.
    pub fn context_keys(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut keys = Vec::new();
        let mut note = |key: &str| {
            if seen.insert(key.to_ascii_lowercase()) {
                keys.push(key.to_owned());
            }
        };
        for statement in &self.statements {
            let resources = statement.resources.iter().flat_map(|list| &list.values);
            let values = statement.conditions.iter().filter(|condition| condition.operator.takes_variables());
            for text in resources.chain(values.flat_map(|condition| &condition.values)) {
                self.variables(&text.value).into_iter().for_each(&mut note);
            }
            statement.conditions.iter().for_each(|condition| note(&condition.key.value));
        }
        keys
    }

    /// The keys of a text's variables; none in the older version of the language.
    fn variables<'t>(&self, text: &'t str) -> Vec<&'t str> {
        if self.version() < Version::V2012 {
            return Vec::new();
        }
        let key = |piece| match piece {
            Piece::Variable { key, .. } => Some(key),
            Piece::Text(_) | Piece::Literal(_) => None,
        };
        variables::pieces(text).unwrap_or_default().into_iter().filter_map(key).collect()
    }
}

fn malformed(kind: Kind, text: &str, flaw: &grammar::Flaw) -> Malformed {
    Malformed {
        message: flaw.wrong.message(kind),
        at: Places::new(text).position(flaw.at),
        detail: flaw.detail.clone().into_owned(),
    }
}
