//! Holds what operations ask permission for against AWS's tables, whenever a test reaches a registry line.
//!
//! A policy is written in the tables' words; an action that is misspelt here could never be allowed or denied by one.

use crate::Target;
use crate::access::Given;
use authorization_data::{Action, ConditionKey, GLOBAL_KEYS, Service};

/// Global keys that have a value only where an action's table says so.
const OF_ACTIONS: [&str; 3] = ["aws:RequestTag/${TagKey}", "aws:ResourceTag/${TagKey}", "aws:TagKeys"];

/// Keys that AWS documents and its tables do not have yet. Source: KMS Developer Guide, "Condition keys for AWS KMS".
const NEWER: [(&[&str], &str); 1] = [(&["GetKeyPolicy", "PutKeyPolicy"], "kms:PolicyName")];

/// Checks that each target is of a real action, on a resource of a type that it is asked on, with condition keys that it
/// takes, and with one value or a set as each has.
///
/// # Panics
/// When one is not, naming the operation.
pub(crate) fn check(operation: &str, targets: &[Target]) {
    for target in targets {
        let name = target.action;
        let Some((service, action)) = authorization_data::action(name) else {
            panic!("{operation} asks for {name}, which is no action of AWS's");
        };
        assert_eq!(name, format!("{}:{}", service.prefix, action.name), "{operation} spells its action otherwise");
        // Where an action is on nothing in particular, an owner whose policy may admit others stands beside `*`.
        if let Some((arn, _)) = target.resource.as_ref().filter(|(arn, _)| arn != "*") {
            assert!(is_on(service, action, arn), "{operation} asks for {name} on {arn}, on which it is never asked");
        }
        for (key, given) in &target.conditions {
            // One request has one context: what another of its actions takes, this one sees as well.
            let is_taken = targets
                .iter()
                .filter_map(|target| authorization_data::action(target.action))
                .any(|(service, action)| takes(service, action, key));
            assert!(is_taken, "{operation} gives {name} the condition key {key}, which it does not take");
            // A set of one is not one value: policies ask for it with other operators.
            let is_set = matches!(given, Given::Set(_));
            let has_several = authorization_data::condition_key(key).is_none_or(|known| known.multivalued == is_set);
            assert!(has_several, "{operation} gives {key} a set of values where it has one, or one where it has a set");
        }
    }
}

/// Actions that AWS documents to be asked on a resource that its tables do not have for them. Source: KMS API Reference,
/// ListRetirableGrants.
const ON_PRINCIPALS: [&str; 1] = ["ListRetirableGrants"];

fn is_on(service: &Service, action: &Action, arn: &str) -> bool {
    let is_principal = arn.contains(":iam::") || arn.contains(":sts::");
    if is_principal && ON_PRINCIPALS.contains(&action.name) {
        return true;
    }
    // The root user of an account, who manages credentials of its own, has no type in the tables.
    let is_root = service.prefix == "iam" && arn.ends_with(":root");
    action.on.iter().any(|on| {
        is_root && on.resource == "user" || service.resource(on.resource).is_none_or(|of_type| of_type.may_be(arn))
    })
}

fn takes(service: &Service, action: &Action, key: &str) -> bool {
    let is_everywhere = |global: &&ConditionKey| global.is_called(key) && !OF_ACTIONS.contains(&global.name);
    let is_newer = || NEWER.iter().any(|(actions, newer)| *newer == key && actions.contains(&action.name));
    service.takes(action, key)
        || is_newer()
        || is_of_provider(action, key)
        || GLOBAL_KEYS.iter().any(|global| is_everywhere(&global))
}

/// Whether a key is one that every identity provider has, whatever its name; the tables list those of a few.
/// Source: IAM User Guide, "Available keys for AWS OIDC federation".
fn is_of_provider(action: &Action, key: &str) -> bool {
    let known = ["aud", "oaud", "sub", "amr"];
    action.name == "AssumeRoleWithWebIdentity" && key.rsplit_once(':').is_some_and(|(_, claim)| known.contains(&claim))
}
