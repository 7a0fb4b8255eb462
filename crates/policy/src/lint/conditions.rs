//! Checks of conditions.

use super::{Holds, KeyType, Linter, Severity, like};
use crate::document::{Condition, Effect, Statement};
use crate::operator::{Family, SetOperator};
use crate::{Version, values};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

impl Linter<'_> {
    pub(super) fn conditions(&mut self, statement: &Statement) {
        for condition in &statement.conditions {
            self.key(statement, condition);
            self.values(condition);
            self.sets(statement, condition);
        }
        for (index, condition) in statement.conditions.iter().enumerate() {
            let before = statement.conditions.iter().take(index);
            let same = |other: &&Condition| {
                other.operator == condition.operator && other.key.value.eq_ignore_ascii_case(&condition.key.value)
            };
            if before.clone().any(|other| same(&other)) {
                let message = format!("{} stands twice under this operator, spelt differently", condition.key.value);
                self.say(Severity::Error, "DUPLICATE_KEYS_WITH_DIFFERENT_CASE", message, condition.key.at.clone());
            }
        }
    }

    fn key(&mut self, statement: &Statement, condition: &Condition) {
        let Some(vocabulary) = self.vocabulary else { return };
        let name = &condition.key.value;
        let Some(KeyType { holds, is_set }) = vocabulary.key(name) else {
            let like = like(vocabulary.nearest_key(name));
            let code = match name.get(..4) {
                Some(start) if start.eq_ignore_ascii_case("aws:") => "INVALID_GLOBAL_CONDITION_KEY",
                _ => "INVALID_SERVICE_CONDITION_KEY",
            };
            let message = format!("there is no condition key {name}{like}");
            return self.say(Severity::Warning, code, message, condition.key.at.clone());
        };
        if !suits(condition.operator.family, holds) {
            let message = format!("{} compares what {name} does not hold", condition.name.value);
            self.say(Severity::Warning, "TYPE_MISMATCH", message, condition.name.at.clone());
        }
        if condition.operator.family == Family::Null {
            return;
        }
        match (condition.operator.set, is_set) {
            (None, true) => {
                let in_doubt = match statement.effect {
                    Effect::Allow => "never matches",
                    Effect::Deny => "always denies",
                };
                let message = format!(
                    "{name} can have several values, so {} needs ForAllValues or ForAnyValue; without, the statement \
                     {in_doubt} when the request has the key",
                    condition.name.value
                );
                self.say(Severity::Error, "MISSING_QUALIFIER", message, condition.name.at.clone());
            }
            (Some(_), false) => {
                let message = format!("{name} has one value at most, so set operators do not belong on it");
                self.say(Severity::Warning, "REDUNDANT_QUALIFIER", message, condition.name.at.clone());
            }
            _ => {}
        }
    }

    fn values(&mut self, condition: &Condition) {
        let (operator, name) = (condition.operator, condition.name.value.as_str());
        if condition.values.is_empty() {
            let message = format!("{name} compares with nothing");
            self.say(Severity::Warning, "EMPTY_ARRAY_CONDITION", message, condition.key.at.clone());
        }
        if operator.family == Family::Bool && condition.values.len() > 1 {
            let message = "a boolean with several values is either always true or repeats itself";
            self.say(Severity::Error, "MULTIPLE_BOOLEANS", message, condition.key.at.clone());
        }
        for text in &condition.values {
            let value = text.value.as_str();
            if operator.takes_variables() {
                self.variables(text);
            }
            let has_variables = self.document.version() == Version::V2012 && value.contains("${");
            let expected = match operator.family {
                Family::Numeric if values::number(value).is_none() => "a number",
                Family::Date if values::date(value).is_none() => "a date of ISO 8601 or seconds since 1970",
                Family::Ip if values::range(value).is_none() => "an address or a range",
                Family::Binary if STANDARD.decode(value).is_err() => "base64",
                Family::Bool if !has_variables && !is_bool(value) => "true or false",
                Family::Arn if !has_variables && value.split(':').count() < 6 => "an ARN of six parts",
                Family::String | Family::StringIgnoreCase if value.contains(['*', '?']) && !has_variables => {
                    let message = format!("{name} knows no wildcards; {value} is compared as it stands");
                    self.say(Severity::Warning, "WILDCARD_WITHOUT_LIKE_OPERATOR", message, text.at.clone());
                    continue;
                }
                _ => continue,
            };
            let message = format!("{value} is not {expected}, so an Allow never matches and a Deny always does");
            self.say(Severity::Error, "INVALID_CONDITION_VALUE", message, text.at.clone());
        }
    }

    fn sets(&mut self, statement: &Statement, condition: &Condition) {
        if statement.effect != Effect::Allow || condition.operator.set != Some(SetOperator::All) {
            return;
        }
        let is_guarded = statement.conditions.iter().any(|other| {
            other.operator.family == Family::Null
                && other.key.value.eq_ignore_ascii_case(&condition.key.value)
                && other.values.iter().all(|value| value.value.eq_ignore_ascii_case("false"))
        });
        if !is_guarded {
            let message = format!(
                "ForAllValues is true of requests without {}; a Null condition of false on it is missing",
                condition.key.value
            );
            self.say(Severity::Security, "FORALLVALUES_WITH_ALLOW", message, condition.name.at.clone());
        }
    }
}

fn is_bool(value: &str) -> bool {
    value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false")
}

/// Whether an operator compares what a key holds. Text that is an ARN compares as one: AWS's own policies ask so for tags
/// and encryption contexts.
fn suits(family: Family, holds: Holds) -> bool {
    match family {
        Family::Null => true,
        Family::String | Family::StringIgnoreCase | Family::StringLike => {
            matches!(holds, Holds::String | Holds::Arn | Holds::Binary)
        }
        Family::Numeric => matches!(holds, Holds::Numeric | Holds::Date),
        Family::Date => holds == Holds::Date,
        Family::Bool => holds == Holds::Bool,
        Family::Binary => holds == Holds::Binary,
        Family::Ip => holds == Holds::Ip,
        Family::Arn => matches!(holds, Holds::Arn | Holds::String),
    }
}
