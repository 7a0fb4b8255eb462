//! Conditions that never hold: on keys that do not exist or have no value here, by operators of another type.

use super::actions::Meant;
use super::{Notes, meant};
use authorization_data::{ConditionKey, GLOBAL_KEYS, ValueType, condition_key};
use policy::{Condition, Effect, Family, SetOperator, Statement};

/// Global keys that have a value only where an action takes tags or its resource has them, as its table says.
const OF_ACTIONS: [&str; 3] = ["aws:RequestTag/${TagKey}", "aws:ResourceTag/${TagKey}", "aws:TagKeys"];

/// Checks the conditions of a statement that means these actions.
pub(super) fn check(statement: &Statement, actions: Option<&Meant>, notes: &mut Notes) {
    for condition in &statement.conditions {
        let Some(key) = known(&condition.key.value) else {
            if !is_of_a_provider(&condition.key.value) {
                let name = &condition.key.value;
                notes.warn(&condition.key, "unknown-key", format!("there is no condition key {name}{}", hint(name)));
            }
            continue;
        };
        operator(statement, condition, key, notes);
        let is_everywhere = GLOBAL_KEYS.iter().any(|global| global.name == key.name) && !OF_ACTIONS.contains(&key.name);
        if is_everywhere {
            continue;
        }
        if actions.is_some_and(|actions| actions.all(|service, action| !service.takes(action, &condition.key.value))) {
            let message = format!("no action of the statement gives {} a value", condition.key.value);
            notes.warn(&condition.key, "unused-key", message);
        }
    }
}

/// The key of that name.
pub(super) fn known(name: &str) -> Option<&'static ConditionKey> {
    condition_key(name)
}

/// Keys of identity providers begin with the provider's address, and any provider can be used.
pub(super) fn is_of_a_provider(name: &str) -> bool {
    name.rsplit_once(':').is_some_and(|(provider, _)| provider.contains('.'))
}

/// What somebody may have meant by the name of a key.
pub(super) fn hint(name: &str) -> String {
    let prefix = name.split_once(':').map_or(name, |(prefix, _)| prefix);
    let of_service = authorization_data::service(prefix).into_iter().flat_map(|service| &service.keys);
    let keys = GLOBAL_KEYS.iter().chain(of_service).map(|key| key.name);
    let hint = meant(name, "", keys);
    if hint.is_empty() && prefix != "aws" && authorization_data::service(prefix).is_none() {
        return meant(prefix, "a key of ", authorization_data::prefixes().chain(["aws"]));
    }
    hint
}

/// Checks that an operator compares what the key has.
fn operator(statement: &Statement, condition: &Condition, key: &ConditionKey, notes: &mut Notes) {
    let (name, operator) = (&condition.name.value, condition.operator);
    if operator.family == Family::Null {
        return;
    }
    if !suits(operator.family, key) {
        let message = format!("{name} is not for {}, which is {}", key.name, kind_name(key.kind));
        notes.warn(&condition.name, "wrong-operator", message);
    }
    match operator.set {
        None if key.multivalued => {
            let message = format!("{} may have several values: it needs ForAnyValue or ForAllValues", key.name);
            notes.warn(&condition.name, "needs-set-operator", message);
        }
        Some(SetOperator::All) if statement.effect == Effect::Allow && !requires(statement, key) => {
            let message = format!("it also holds where {} has no value: ask for one with Null", key.name);
            notes.warn(&condition.name, "holds-without-value", message);
        }
        Some(_) if !key.multivalued => {
            let message = format!("{} has one value: the set operator is not needed", key.name);
            notes.warn(&condition.name, "needless-set-operator", message);
        }
        _ => {}
    }
}

/// Whether the statement holds only where the key has a value.
fn requires(statement: &Statement, key: &ConditionKey) -> bool {
    statement.conditions.iter().any(|condition| {
        let is_null = condition.operator.family == Family::Null;
        let says_no = condition.values.iter().all(|text| text.value.eq_ignore_ascii_case("false"));
        is_null && says_no && key.is_called(&condition.key.value)
    })
}

/// Whether comparing a key with an operator of that family makes sense. Text that is an ARN compares as one, and an ARN as
/// text; both are used.
fn suits(family: Family, key: &ConditionKey) -> bool {
    let kinds: &[ValueType] = match family {
        Family::String | Family::StringIgnoreCase | Family::StringLike => &[ValueType::String, ValueType::Arn],
        // AWS's page allows both for the time in seconds.
        Family::Numeric if key.name == "aws:EpochTime" => return true,
        Family::Numeric => &[ValueType::Numeric],
        Family::Date => &[ValueType::Date],
        Family::Bool => &[ValueType::Bool],
        Family::Ip => &[ValueType::Ip],
        Family::Arn => &[ValueType::Arn, ValueType::String],
        // Its values are base64, which the tables call text.
        Family::Binary => &[ValueType::String],
        Family::Null => return true,
    };
    kinds.contains(&key.kind)
}

fn kind_name(kind: ValueType) -> &'static str {
    match kind {
        ValueType::String => "text",
        ValueType::Arn => "an ARN",
        ValueType::Bool => "true or false",
        ValueType::Numeric => "a number",
        ValueType::Date => "a point in time",
        ValueType::Ip => "an IP address",
    }
}
