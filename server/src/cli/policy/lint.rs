//! What a well-formed policy most likely does not mean: names that do not exist, conditions that never hold, resources that
//! its actions are never asked on.
//!
//! Guarantees: a finding has its place; none of them says that the document is refused, since AWS takes names that do not
//! exist without a word; there are at most [`MAX_FINDINGS`] for a document. What AWS's tables do not tell is not found fault
//! with. Sources: AWS Service Authorization Reference; IAM Access Analyzer User Guide, "Policy check reference".

mod actions;
mod conditions;
#[cfg(test)]
mod tests;
mod variables;

use policy::{Document, Effect, Kind, Position, Statement, Text, Version};

/// Who has more to mend does not read further.
pub(super) const MAX_FINDINGS: usize = 500;

/// The longest managed policy, in characters without white space (IAM User Guide, "IAM and AWS STS quotas").
const MANAGED_MAX: usize = 6_144;
/// The most that inline policies of one role may have together, which is the most of all.
const INLINE_MAX: usize = 10_240;
/// The longest session policy, white space counted.
const SESSION_MAX: usize = 2_048;
/// The longest trust policy without an increase of the quota, and with it.
const TRUST: (usize, usize) = (2_048, 4_096);
/// The longest key policy in bytes (KMS Developer Guide, "Resource quotas").
const KEY_MAX: usize = 32_768;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    /// The document is refused.
    Error,
    /// It is taken, and does not do what it seems to.
    Warning,
}

impl Severity {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// Something that is wrong, or probably is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) severity: Severity,
    /// What it is called, to be searched for.
    pub(super) code: &'static str,
    pub(super) at: Position,
    pub(super) message: String,
}

/// Finds what is wrong with a document, in its order.
pub(super) fn findings(document: &Document) -> Vec<Finding> {
    let mut notes = Notes::default();
    size(document, &mut notes);
    for statement in document.statements() {
        let meant = actions::check(statement, &mut notes);
        if let Some(meant) = &meant {
            actions::check_resources(document.kind(), statement, meant, &mut notes);
        }
        conditions::check(statement, meant.as_ref(), &mut notes);
        variables::check(document.version() >= Version::V2012, statement, &mut notes);
        breadth(document.kind(), statement, &mut notes);
    }
    notes.in_order(document)
}

/// Findings as they are made, by byte.
#[derive(Default)]
struct Notes(Vec<(usize, Severity, &'static str, String)>);

impl Notes {
    fn warn(&mut self, at: &Text, code: &'static str, message: String) {
        self.add(at.at.start, Severity::Warning, code, message);
    }

    fn add(&mut self, at: usize, severity: Severity, code: &'static str, message: String) {
        if self.0.len() < MAX_FINDINGS {
            self.0.push((at, severity, code, message));
        }
    }

    fn in_order(mut self, document: &Document) -> Vec<Finding> {
        self.0.sort_by_key(|(at, ..)| *at);
        let finding = |(at, severity, code, message)| Finding { severity, code, at: document.position(at), message };
        self.0.into_iter().map(finding).collect()
    }
}

/// Holds a document against the limit of its kind.
fn size(document: &Document, notes: &mut Notes) {
    let (without_space, all) = (document.size(), document.text().chars().count());
    let (size, limit, most, what) = match document.kind() {
        Kind::Managed => (without_space, MANAGED_MAX, MANAGED_MAX, "characters without white space"),
        Kind::Identity => (without_space, INLINE_MAX, INLINE_MAX, "characters without white space"),
        Kind::Session => (all, SESSION_MAX, SESSION_MAX, "characters"),
        Kind::Trust => (without_space, TRUST.0, TRUST.1, "characters without white space"),
        Kind::Key => (document.text().len(), KEY_MAX, KEY_MAX, "bytes"),
        // Each service has its own limit, or it is not documented.
        Kind::Resource | Kind::ServiceControl | Kind::ResourceControl | Kind::Endpoint => return,
    };
    if size > most {
        notes.add(0, Severity::Error, "too-long", format!("it has {size} {what}; {most} is the most"));
    } else if size > limit {
        notes.add(
            0,
            Severity::Warning,
            "too-long",
            format!("it has {size} {what}; beyond {limit} takes a higher quota"),
        );
    }
}

/// What allows more than people mean.
fn breadth(kind: Kind, statement: &Statement, notes: &mut Notes) {
    if statement.effect != Effect::Allow || !statement.conditions.is_empty() {
        return;
    }
    let everywhere = statement.resources.as_ref().filter(|list| !list.negated);
    let everywhere = everywhere.and_then(|list| list.values.iter().find(|text| text.value == "*"));
    let actions = statement.actions.iter().filter(|list| !list.negated).flat_map(|list| &list.values);
    if let Some(resource) = everywhere {
        if actions.clone().any(|action| action.value.eq_ignore_ascii_case("iam:PassRole")) {
            let message = "every role may be passed on, administrators' too: name the roles".to_owned();
            notes.warn(resource, "pass-any-role", message);
        }
        let negated = statement.actions.as_ref().filter(|list| list.negated);
        // A service control policy gives nothing; the usual way to write one is this.
        if let Some(first) = negated.and_then(|list| list.values.first()).filter(|_| kind != Kind::ServiceControl) {
            let message = "it allows every action of AWS but these, new ones among them".to_owned();
            notes.warn(first, "allow-not-action", message);
        }
    }
    let is_open = matches!(kind, Kind::Resource | Kind::Key | Kind::Trust);
    let principals = statement.principals.iter().filter(|principals| is_open && !principals.negated);
    if let Some((_, everyone)) = principals.flat_map(|list| &list.entries).find(|(_, text)| text.value == "*") {
        notes.warn(everyone, "everyone", "it allows everyone, in every account and without one".to_owned());
    }
}

/// `; did you mean X?`, if there is something like it.
fn meant<'a>(word: &str, prefix: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    authorization_data::nearest(word, candidates)
        .map_or_else(String::new, |name| format!("; did you mean {prefix}{name}?"))
}
