//! What a statement's actions, resources and condition keys have to do with each other, and how long a document may be.
//!
//! The policy language allows any of them together. AWS's tables say which resources an action is asked on and which keys
//! it gives values to; beside them, a statement does nothing.
//!
//! Guarantees: what the tables do not tell is not found fault with; there are at most [`MAX_FINDINGS`], and the time is
//! bounded by [`MAX_ACTIONS`] and [`MAX_PAIRS`] for each statement.

#[cfg(test)]
mod tests;

use authorization_data::{Action, GLOBAL_KEYS, On, Service, condition_key};
use policy::{Document, Finding, Kind, Severity, Statement, Text, Version};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Who has more to mend does not read further.
const MAX_FINDINGS: usize = 500;
/// A statement with more actions than this is not held against its resources.
const MAX_ACTIONS: usize = 2_000;
/// Nor is one with more pairs of a resource and a service.
const MAX_PAIRS: usize = 10_000;

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

/// Global keys that have a value only where an action takes tags or its resource has them, as its table says.
const OF_ACTIONS: [&str; 3] = ["aws:RequestTag/${TagKey}", "aws:ResourceTag/${TagKey}", "aws:TagKeys"];

/// Finds what does not go together in a document.
pub(super) fn findings(document: &Document) -> Vec<Finding> {
    let mut notes = Notes { document, found: Vec::new() };
    notes.size();
    for statement in document.statements() {
        if let Some(meant) = Meant::of(statement) {
            notes.resources(statement, &meant);
            notes.keys(statement, &meant);
        }
        if document.version() == Version::V2012 {
            notes.variables(statement);
        }
    }
    notes.found
}

/// The actions that a statement means, as far as its names are known.
struct Meant {
    /// Each with whether it is named in full.
    actions: Vec<(bool, &'static Service, &'static Action)>,
    /// It means no others.
    is_all: bool,
}

impl Meant {
    /// `None` where the list is of those that are not meant.
    fn of(statement: &Statement) -> Option<Self> {
        let list = statement.actions.as_ref().filter(|list| !list.negated)?;
        let mut meant = Self { actions: Vec::new(), is_all: true };
        for text in &list.values {
            // That a name means nothing is the linter's to say.
            let found = authorization_data::matching(&text.value).take(MAX_ACTIONS).collect::<Vec<_>>();
            if text.value == "*" || found.is_empty() || meant.actions.len() + found.len() > MAX_ACTIONS {
                meant.is_all = false;
            } else {
                let in_full = !text.value.contains(['*', '?']);
                meant.actions.extend(found.into_iter().map(|(service, action)| (in_full, service, action)));
            }
        }
        Some(meant)
    }
}

struct Notes<'a> {
    document: &'a Document,
    found: Vec<Finding>,
}

impl Notes<'_> {
    fn say(&mut self, severity: Severity, code: &'static str, message: String, at: &Range<usize>) {
        if self.found.len() < MAX_FINDINGS {
            let (from, to) = (self.document.position(at.start), self.document.position(at.end));
            self.found.push(Finding { severity, code, message, from, to });
        }
    }

    /// Holds the document against the limit of its kind.
    fn size(&mut self) {
        let text = self.document.text();
        let (without_space, all) = (self.document.size(), text.chars().count());
        let (size, limit, most, what) = match self.document.kind() {
            Kind::Managed => (without_space, MANAGED_MAX, MANAGED_MAX, "characters without white space"),
            Kind::Identity => (without_space, INLINE_MAX, INLINE_MAX, "characters without white space"),
            Kind::Session => (all, SESSION_MAX, SESSION_MAX, "characters"),
            Kind::Trust => (without_space, TRUST.0, TRUST.1, "characters without white space"),
            Kind::Key => (text.len(), KEY_MAX, KEY_MAX, "bytes"),
            // Each service has its own limit, or it is not documented.
            Kind::Resource | Kind::ServiceControl | Kind::ResourceControl | Kind::Endpoint => return,
        };
        let whole = 0..text.len();
        let code = "POLICY_SIZE_EXCEEDS_QUOTA";
        if size > most {
            self.say(Severity::Error, code, format!("it has {size} {what}; {most} is the most"), &whole);
        } else if size > limit {
            let message = format!("it has {size} {what}; beyond {limit} takes a higher quota");
            self.say(Severity::Warning, code, message, &whole);
        }
    }

    /// Checks that each resource is one that some action is asked on, and each action asked on some resource.
    fn resources(&mut self, statement: &Statement, meant: &Meant) {
        let Some(resources) = statement.resources.as_ref().filter(|list| !list.negated) else { return };
        let services = meant.actions.iter().map(|(_, service, _)| (service.prefix, *service));
        let services = services.collect::<BTreeMap<_, _>>();
        // On a key, the resource is the key itself, whatever is written.
        let is_any = self.document.kind() == Kind::Key || resources.values.iter().any(|text| text.value == "*");
        if is_any || resources.values.len().saturating_mul(services.len()) > MAX_PAIRS {
            return;
        }
        let on = |(_, service, action): &(bool, &'static Service, &'static Action)| {
            action.on.iter().map(|on| (service.prefix, on.resource)).collect::<Vec<_>>()
        };
        let asked = meant.actions.iter().flat_map(on).collect::<BTreeSet<_>>();
        let mut reached = BTreeSet::new();
        for text in &resources.values {
            let types = services.values().flat_map(|service| types(service, &text.value));
            let types = types.filter(|named| asked.contains(named)).collect::<Vec<_>>();
            if types.is_empty() && meant.is_all {
                let message = format!("no action of the statement is ever asked on {}", text.value);
                self.say(Severity::Warning, "UNUSED_RESOURCE", message, &text.at);
            }
            reached.extend(types);
        }
        for (_, service, action) in meant.actions.iter().filter(|(in_full, ..)| *in_full) {
            if !action.on.iter().any(|on| reached.contains(&(service.prefix, on.resource))) {
                self.unreached(statement, service, action);
            }
        }
    }

    fn unreached(&mut self, statement: &Statement, service: &Service, action: &Action) {
        let full = format!("{}:{}", service.prefix, action.name);
        let names = statement.actions.iter().flat_map(|list| &list.values);
        let Some(text) = names.into_iter().find(|text| text.value.eq_ignore_ascii_case(&full)) else { return };
        let types = action.on.iter().map(|on| on.resource).collect::<Vec<_>>().join(", ");
        let message = if types.is_empty() {
            format!("{full} has no resource of its own: only the resource \"*\" covers it")
        } else {
            format!("{full} is never asked on these resources, but on: {types}")
        };
        self.say(Severity::Warning, "UNREACHED_ACTION", message, &text.at);
    }

    /// Checks that each condition key has a value with some action.
    fn keys(&mut self, statement: &Statement, meant: &Meant) {
        for text in statement.conditions.iter().map(|condition| &condition.key) {
            let Some(key) = condition_key(&text.value) else { continue };
            let is_global = GLOBAL_KEYS.iter().any(|global| global.name == key.name);
            let is_everywhere = is_global && !OF_ACTIONS.contains(&key.name);
            let takes = |(_, service, action): &(bool, &Service, &Action)| service.takes(action, &text.value);
            if meant.is_all && !is_everywhere && !meant.actions.iter().any(takes) {
                let message = format!("no action of the statement gives {} a value", text.value);
                self.say(Severity::Warning, "UNUSED_CONDITION_KEY", message, &text.at);
            }
        }
    }

    /// Checks that each variable has one value.
    fn variables(&mut self, statement: &Statement) {
        let resources = statement.resources.iter().flat_map(|list| &list.values);
        let conditions = statement.conditions.iter().filter(|condition| condition.operator.takes_variables());
        for text in resources.chain(conditions.flat_map(|condition| &condition.values)) {
            let keys = variables(text).filter_map(condition_key).filter(|key| key.multivalued).collect::<Vec<_>>();
            for key in keys {
                let message = format!("{} may have several values, and so cannot be a variable", key.name);
                self.say(Severity::Warning, "MULTIVALUED_VARIABLE", message, &text.at);
            }
        }
    }
}

/// The resource types that a resource of a policy may be of, those that the tables do not describe among them.
fn types(service: &'static Service, resource: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let described = service.resources_of(resource).map(|of_type| of_type.name).collect::<Vec<_>>();
    let on = service.actions.iter().flat_map(|action| &action.on);
    let undescribed = |on: &&On| service.resource(on.resource).is_none();
    let undescribed = on.filter(undescribed).map(|on| on.resource);
    described.into_iter().chain(undescribed).map(|name| (service.prefix, name))
}

/// The keys of a text's variables.
fn variables(text: &Text) -> impl Iterator<Item = &str> {
    let variables = text.value.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
    variables.map(|(variable, _)| variable.split(',').next().unwrap_or_default().trim())
}
