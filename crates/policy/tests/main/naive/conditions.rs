//! The `Condition` element ("Condition operators", "Set operators for multivalued context keys", "Conditions with
//! multiple context keys or values").
//!
//! Operators are joined by AND, the keys of an operator by AND, the values of a key by OR; the values of a negated
//! operator by NOR. Where AWS's pages say nothing, doubt denies: such a condition holds in a Deny and not in an Allow.

use super::globs::Piece;
use super::{addresses, arns, binary, dates, globs, numbers, texts, variables};
use serde_json::Value;
use std::cmp::Ordering;

/// The condition keys of a request: a text for a key with one value, a list for a key that has a set of them.
pub(crate) struct Context<'a>(pub(crate) &'a Value);

impl Context<'_> {
    /// Names of keys are compared without regard to case.
    fn get(&self, key: &str) -> Option<&Value> {
        let keys = self.0.as_object()?;
        keys.iter().find(|(name, _)| name.to_lowercase() == key.to_lowercase()).map(|(_, value)| value)
    }

    /// The value of a key that can have only one.
    pub(super) fn single(&self, key: &str) -> Option<String> {
        self.get(key).filter(|value| !value.is_array()).map(super::text)
    }
}

/// Whether every condition holds.
pub(super) fn hold(conditions: &Value, denies: bool, has_variables: bool, context: &Context<'_>) -> bool {
    let Some(operators) = conditions.as_object() else { return conditions.is_null() };
    operators.iter().all(|(operator, keys)| {
        keys.as_object().is_some_and(|keys| {
            keys.iter().all(|(key, values)| holds(operator, key, values, has_variables, context).unwrap_or(denies))
        })
    })
}

/// Whether one key's condition holds; `None` where that is in doubt.
fn holds(operator: &str, key: &str, values: &Value, has_variables: bool, context: &Context<'_>) -> Option<bool> {
    let wanted = texts(values);
    let found = context.get(key);
    let is_empty = found.is_none_or(|value| value.as_array().is_some_and(Vec::is_empty));
    let is_empty_text = found.is_some_and(|value| value == "");
    if operator == "Null" {
        return Some(wanted.iter().any(|wanted| (wanted == "true") == is_empty));
    }
    let (set, operator) = match operator.split_once(':') {
        Some((set, operator)) => (Some(set), operator),
        None => (None, operator),
    };
    let (operator, if_exists) = match operator.strip_suffix("IfExists") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    if is_empty && if_exists {
        return Some(true);
    }
    let compare = |value: &Value| holds_for(operator, &super::text(value), &wanted, has_variables, context);
    match (set, found) {
        (Some("ForAllValues"), _) if is_empty || is_empty_text => Some(true),
        (Some("ForAnyValue"), _) if is_empty => Some(false),
        (Some("ForAllValues"), Some(found)) => all(super::list(found).into_iter().map(compare)),
        (Some("ForAnyValue"), Some(found)) => {
            Some(!all(super::list(found).into_iter().map(|value| compare(value).map(|holds| !holds)))?)
        }
        (Some(_), _) => None,
        (None, _) if is_empty => Some(is_negated(operator)),
        // A key with a set of values needs a set operator.
        (None, Some(Value::Array(_))) => None,
        (None, Some(found)) => compare(found),
        (None, None) => None,
    }
}

/// AND over answers that may be in doubt: false if one is false, whatever the others.
fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let answers: Vec<_> = answers.collect();
    if answers.contains(&Some(false)) {
        return Some(false);
    }
    if answers.contains(&None) { None } else { Some(true) }
}

fn is_negated(operator: &str) -> bool {
    operator.contains("Not")
}

/// Whether one value of the request satisfies the operator with any of the policy's values, or with none of them if the
/// operator is negated.
fn holds_for(
    operator: &str,
    value: &str,
    wanted: &[String],
    has_variables: bool,
    context: &Context<'_>,
) -> Option<bool> {
    let positive = operator.replacen("Not", "", 1);
    let unmatched = wanted.iter().map(|wanted| {
        let matched = match family(&positive) {
            Some(Family::Text(compare)) => variables::replaced_literally(wanted, has_variables, context)
                .map_or(Some(false), |wanted| Some(compare(&wanted, value))),
            Some(Family::Pattern(matches)) => variables::replaced(wanted, has_variables, context)
                .map_or(Some(false), |pattern| Some(matches(&pattern, value))),
            Some(Family::Exact(compare)) => compare(wanted, value),
            Some(Family::Ordered(compare, accepts)) => compare(value, wanted).map(accepts),
            None => None,
        };
        matched.map(|matched| !matched)
    });
    let none = all(unmatched);
    if is_negated(operator) { none } else { none.map(|none| !none) }
}

fn truth(text: &str) -> Option<bool> {
    text.to_lowercase().parse().ok()
}

/// How an operator compares.
enum Family {
    /// Texts; the policy's may hold variables.
    Text(fn(&str, &str) -> bool),
    /// A pattern with wildcards and perhaps variables, and a text.
    Pattern(fn(&[Piece], &str) -> bool),
    /// The policy's value as it stands.
    Exact(fn(&str, &str) -> Option<bool>),
    /// Values in an order: the request's, then the policy's.
    Ordered(fn(&str, &str) -> Option<Ordering>, fn(Ordering) -> bool),
}

fn family(operator: &str) -> Option<Family> {
    Some(match operator {
        "StringEquals" => Family::Text(|wanted, value| wanted == value),
        "StringEqualsIgnoreCase" => Family::Text(|wanted, value| wanted.to_lowercase() == value.to_lowercase()),
        "StringLike" => Family::Pattern(globs::matches),
        "ArnEquals" | "ArnLike" => Family::Pattern(arns::like),
        "Bool" => Family::Exact(|wanted, value| Some(truth(wanted)? == truth(value)?)),
        "BinaryEquals" => Family::Exact(binary::equal),
        "IpAddress" => Family::Exact(addresses::holds),
        _ => {
            let (compare, order): (fn(&str, &str) -> Option<Ordering>, _) = match operator.strip_prefix("Numeric") {
                Some(order) => (numbers::compare, order),
                None => (dates::compare, operator.strip_prefix("Date")?),
            };
            let accepts: fn(Ordering) -> bool = match order {
                "Equals" => Ordering::is_eq,
                "LessThan" => Ordering::is_lt,
                "LessThanEquals" => Ordering::is_le,
                "GreaterThan" => Ordering::is_gt,
                "GreaterThanEquals" => Ordering::is_ge,
                _ => return None,
            };
            Family::Ordered(compare, accepts)
        }
    })
}
