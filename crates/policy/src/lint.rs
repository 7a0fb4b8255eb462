//! What is suspicious in a document that is well formed.
//!
//! Guarantees: a finding has its place and a code that stays; linting needs nothing but the document, and knows actions and
//! condition keys only by what a [`Vocabulary`] tells.
//! Source: IAM User Guide, "IAM Access Analyzer policy validation" and "IAM policy validation check reference", whose codes
//! are used where there is one.

mod conditions;
mod statements;

use crate::document::{Document, Text, Version};
use crate::place::Places;
use crate::{Kind, Position, variables};
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

/// Findings of one document that are told; more would not be read.
const MAX_FINDINGS: usize = 1_000;

/// What a linter knows of services.
pub trait Vocabulary {
    /// Whether there is a service of that prefix (`kms`).
    fn has_service(&self, prefix: &str) -> bool;

    /// Whether an action (`kms:Encrypt`), which may have wildcards, names one that there is.
    fn has_action(&self, action: &str) -> bool;

    /// What a condition key is; `None` if there is none of that name.
    fn key(&self, name: &str) -> Option<KeyType>;

    /// The service most like one that there is not.
    fn nearest_service(&self, prefix: &str) -> Option<String>;

    /// The action most like one that there is not.
    fn nearest_action(&self, action: &str) -> Option<String>;

    /// The condition key most like one that there is not.
    fn nearest_key(&self, name: &str) -> Option<String>;
}

/// What a condition key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyType {
    /// What its values are.
    pub holds: Holds,
    /// Whether it can have several.
    pub is_set: bool,
}

/// What the values of a condition key are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    String,
    /// ARNs.
    Arn,
    /// `true` or `false`.
    Bool,
    /// Numbers.
    Numeric,
    /// Points in time.
    Date,
    /// Addresses.
    Ip,
    /// Bytes.
    Binary,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing changes without it.
    Suggestion,
    /// It is probably not what was meant.
    Warning,
    /// It gives more than is wise.
    Security,
    /// It cannot do what it says.
    Error,
}

/// Something suspicious.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Which check found it.
    pub code: &'static str,
    /// What, in words.
    pub message: String,
    /// Where it begins.
    pub from: Position,
    /// Where it ends.
    pub to: Position,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { severity, code, message, from, .. } = self;
        write!(f, "{from}: {}: {message} [{code}]", severity.as_str())
    }
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suggestion => "suggestion",
            Self::Warning => "warning",
            Self::Security => "security warning",
            Self::Error => "error",
        }
    }
}

/// Looks a document through. Findings come in the order of the text; at most a thousand are told.
pub fn lint(document: &Document, vocabulary: Option<&dyn Vocabulary>) -> Vec<Finding> {
    let mut linter = Linter { document, vocabulary, found: Vec::new() };
    linter.version();
    for (index, statement) in document.statements().iter().enumerate() {
        linter.statement(index, statement);
        linter.conditions(statement);
    }
    if document.statements().is_empty() {
        linter.say(Severity::Suggestion, "EMPTY_STATEMENTS", "the policy says nothing", 0..document.text().len());
    }
    let mut found = linter.found;
    found.sort_by_key(|found| found.at.start);
    let positions = positions(document.text(), &found);
    let at = |offset: usize| positions.get(&offset).copied().unwrap_or(Position { line: 1, column: 1 });
    let finding = |Found { severity, code, message, at: place }: Found| Finding {
        severity,
        code,
        message,
        from: at(place.start),
        to: at(place.end),
    };
    found.into_iter().map(finding).collect()
}

/// Where findings begin and end, found in one walk through the text.
fn positions(text: &str, found: &[Found]) -> HashMap<usize, Position> {
    let mut offsets: Vec<usize> = found.iter().flat_map(|found| [found.at.start, found.at.end]).collect();
    offsets.sort_unstable();
    let mut places = Places::new(text);
    offsets.into_iter().map(|offset| (offset, places.position(offset))).collect()
}

struct Found {
    severity: Severity,
    code: &'static str,
    message: String,
    at: Range<usize>,
}

struct Linter<'a> {
    document: &'a Document,
    vocabulary: Option<&'a dyn Vocabulary>,
    found: Vec<Found>,
}

impl Linter<'_> {
    fn say(&mut self, severity: Severity, code: &'static str, message: impl Into<String>, at: Range<usize>) {
        if self.found.len() < MAX_FINDINGS {
            self.found.push(Found { severity, code, message: message.into(), at });
        }
    }

    fn version(&mut self) {
        let whole = 0..self.document.text().len();
        if self.document.version() == Version::V2012 {
            return;
        }
        self.say(
            Severity::Warning,
            "MISSING_VERSION",
            "without \"Version\": \"2012-10-17\" there are no variables, and AWS takes no managed policy",
            whole,
        );
        let texts = self.document.statements().iter().flat_map(|statement| {
            let resources = statement.resources.iter().flat_map(|list| &list.values);
            resources.chain(statement.conditions.iter().flat_map(|condition| &condition.values))
        });
        let with_variables: Vec<_> =
            texts.filter(|text| text.value.contains("${")).map(|text| text.at.clone()).collect();
        for at in with_variables {
            let message = "in this version of the language a variable is text as it stands";
            self.say(Severity::Error, "INVALID_VARIABLE_VERSION", message, at);
        }
    }

    /// Variables whose keys there are not.
    fn variables(&mut self, text: &Text) {
        let Some(vocabulary) = self.vocabulary.filter(|_| self.document.version() == Version::V2012) else { return };
        for piece in variables::pieces(&text.value).unwrap_or_default() {
            if let variables::Piece::Variable { key, .. } = piece
                && vocabulary.key(key).is_none()
            {
                let like = like(vocabulary.nearest_key(key));
                let message = format!("there is no condition key {key} for a variable{like}");
                self.say(Severity::Warning, "INVALID_VARIABLE", message, text.at.clone());
            }
        }
    }

    fn is(&self, kinds: &[Kind]) -> bool {
        kinds.contains(&self.document.kind())
    }
}

/// A hint at the word that was meant.
fn like(nearest: Option<String>) -> String {
    nearest.map_or(String::new(), |nearest| format!("; there is {nearest}"))
}
