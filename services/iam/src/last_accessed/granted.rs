//! Which actions of a service policies let somebody call, whatever the resources and conditions.
//!
//! Guarantees: an action that is allowed on something counts, unless a statement denies it on everything and always;
//! services that nobody asks about are not looked at. Source: IAM API Reference, GenerateServiceLastAccessedDetails ("It
//! only applies permissions policy logic").

use authorization_data::Service;
use policy::{Document, Effect, List};
use std::collections::{BTreeMap, BTreeSet};

/// What policies say of actions.
#[derive(Default)]
pub(super) struct Granted {
    allows: Vec<Rule>,
    denies: Vec<Rule>,
}

/// `Action` or `NotAction` of a statement.
struct Rule {
    negated: bool,
    /// It names everything.
    everything: bool,
    /// Patterns of names by the service's prefix.
    patterns: BTreeMap<String, Vec<String>>,
}

impl Rule {
    fn new(list: &List) -> Self {
        let mut rule = Self { negated: list.negated, everything: false, patterns: BTreeMap::new() };
        for value in &list.values {
            match value.value.split_once(':') {
                Some((prefix, name)) if prefix != "*" => {
                    rule.patterns.entry(prefix.to_ascii_lowercase()).or_default().push(name.to_owned());
                }
                _ => rule.everything = true,
            }
        }
        rule
    }

    /// The service's actions that it is about.
    fn of(&self, service: &'static Service) -> BTreeSet<&'static str> {
        let all = || service.actions.iter().map(|action| action.name);
        if self.everything {
            return if self.negated { BTreeSet::new() } else { all().collect() };
        }
        let patterns = self.patterns.get(service.prefix).into_iter().flatten();
        let named: BTreeSet<&str> =
            patterns.flat_map(|name| service.matching(name)).map(|action| action.name).collect();
        if self.negated { all().filter(|name| !named.contains(name)).collect() } else { named }
    }
}

impl Granted {
    /// Adds what a policy says.
    pub(super) fn add(&mut self, document: &Document) {
        for statement in document.statements() {
            let Some(actions) = &statement.actions else { continue };
            match statement.effect {
                Effect::Allow => self.allows.push(Rule::new(actions)),
                Effect::Deny => {
                    let resources = statement.resources.iter().filter(|list| !list.negated);
                    let is_everywhere = resources.flat_map(|list| &list.values).any(|value| value.value == "*");
                    if is_everywhere && statement.conditions.is_empty() {
                        self.denies.push(Rule::new(actions));
                    }
                }
            }
        }
    }

    /// The service's actions that can be called.
    pub(super) fn of(&self, service: &'static Service) -> BTreeSet<&'static str> {
        let mut actions: BTreeSet<&str> = self.allows.iter().flat_map(|rule| rule.of(service)).collect();
        for rule in &self.denies {
            let denied = rule.of(service);
            actions.retain(|name| !denied.contains(name));
        }
        actions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use policy::Kind;

    fn granted(statements: &str) -> Granted {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let mut granted = Granted::default();
        granted.add(&Document::parse(Kind::Identity, text).unwrap());
        granted
    }

    fn actions(granted: &Granted, service: &str) -> usize {
        granted.of(authorization_data::service(service).unwrap()).len()
    }

    #[test]
    fn what_is_allowed_somewhere_counts_unless_it_is_denied_everywhere() {
        let all = actions(&granted(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#), "kms");
        assert!(all > 40);
        let narrow = r#"{"Effect":"Allow","Action":["KMS:list*","s3:GetObject"],"Resource":"arn:aws:kms:*:*:key/a",
            "Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#;
        let lists = granted(narrow);
        assert!(actions(&lists, "kms") > 3 && actions(&lists, "sqs") == 0);
        assert_eq!(lists.of(authorization_data::service("s3").unwrap()), ["GetObject"].into());
        let but = granted(r#"{"Effect":"Allow","NotAction":"kms:List*","Resource":"*"}"#);
        assert_eq!(actions(&but, "kms") + actions(&lists, "kms"), all);
        assert!(actions(&but, "sqs") > 0);
        let denied = format!(r#"{narrow},{{"Effect":"Deny","Action":"kms:*","Resource":"*"}}"#);
        assert_eq!(actions(&granted(&denied), "kms"), 0);
        let elsewhere = format!(r#"{narrow},{{"Effect":"Deny","Action":"kms:*","Resource":"arn:aws:kms:*:*:key/b"}}"#);
        assert_eq!(actions(&granted(&elsewhere), "kms"), actions(&lists, "kms"));
        let sometimes = format!(
            r#"{narrow},{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}}}}"#
        );
        assert_eq!(actions(&granted(&sometimes), "kms"), actions(&lists, "kms"));
    }
}
