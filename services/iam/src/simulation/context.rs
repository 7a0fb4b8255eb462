//! The condition keys of a simulated request: those that the caller gives, and those that follow from who is simulated.
//!
//! Guarantees: a value is what its type says or the request is refused; what is given goes before what follows; nothing
//! else is known, not even the time. Source: IAM API Reference, ContextEntry.

use crate::{api, error, quotas};
use api::ContextKeyTypeEnum as Type;
use base::{AccountId, Partition, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Fault;
use policy::{Context, Identity, Principal};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// What every simulated request of a simulation has.
pub(super) fn of(
    entries: Vec<api::ContextEntry>,
    caller: Option<&Principal>,
    partition: Partition,
) -> Result<Context<'static>, Fault> {
    if entries.len() > quotas::CONTEXT_ENTRIES {
        return Err(error::invalid_input(format!("More than {} context keys are given.", quotas::CONTEXT_ENTRIES)));
    }
    let mut context = Context::simulated();
    let mut names = BTreeSet::new();
    for entry in entries {
        let (Some(name), Some(kind)) = (entry.context_key_name, entry.context_key_type) else {
            return Err(error::invalid_input("A context entry must have a name and a type."));
        };
        if !names.insert(name.to_ascii_lowercase()) {
            return Err(error::invalid_input(format!("The context key {name} is given more than once.")));
        }
        let values = entry.context_key_values.unwrap_or_default();
        if let Some(wrong) = values.iter().find(|value| !fits(kind, value)) {
            let kind = kind.as_str();
            return Err(error::invalid_input(format!("{wrong} is not a valid value of the type {kind} for {name}.")));
        }
        match <[String; 1]>::try_from(values) {
            Ok([value]) if !is_list(kind) => context.set(name, value),
            Ok([value]) => context.set_many(name, vec![value]),
            Err(values) => context.set_many(name, values),
        }
    }
    if let Some(caller) = caller {
        follow(&mut context, caller, partition);
    }
    Ok(context)
}

/// Adds the owner of the resource.
pub(super) fn owned<'a>(context: &Context<'a>, owner: AccountId) -> Context<'a> {
    let mut context = context.clone();
    add(&mut context, "aws:ResourceAccount", owner.as_str());
    context
}

fn add(context: &mut Context<'_>, key: &str, value: &str) {
    if context.get(key).is_none() {
        context.set(key.to_owned(), value.to_owned());
    }
}

fn follow(context: &mut Context<'static>, caller: &Principal, partition: Partition) {
    let kind = match &caller.identity {
        Identity::User(user) => {
            add(context, "aws:username", &user.name);
            if !user.id.is_empty() {
                add(context, "aws:userid", &user.id);
            }
            "User"
        }
        // The name of a session, of which the id tells, is nobody's yet.
        _ => "AssumedRole",
    };
    add(context, "aws:PrincipalType", kind);
    add(context, "aws:PrincipalArn", &caller.principal_arn(partition));
    add(context, "aws:PrincipalAccount", caller.account.as_str());
    for (key, value) in caller.tags.iter() {
        add(context, &format!("aws:PrincipalTag/{key}"), value);
    }
}

fn is_list(kind: Type) -> bool {
    match kind {
        Type::String | Type::Numeric | Type::Boolean | Type::Ip | Type::Binary | Type::Date => false,
        Type::StringList | Type::NumericList | Type::BooleanList | Type::IpList | Type::BinaryList | Type::DateList => {
            true
        }
    }
}

fn fits(kind: Type, value: &str) -> bool {
    match kind {
        Type::String | Type::StringList => true,
        Type::Numeric | Type::NumericList => is_number(value),
        Type::Boolean | Type::BooleanList => ["true", "false"].iter().any(|truth| value.eq_ignore_ascii_case(truth)),
        Type::Ip | Type::IpList => value.parse::<IpAddr>().is_ok(),
        Type::Binary | Type::BinaryList => STANDARD.decode(value).is_ok(),
        Type::Date | Type::DateList => is_date(value),
    }
}

fn is_number(value: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = value.strip_prefix(['-', '+']).unwrap_or(value);
    value.split_once('.').map_or_else(|| digits(value), |(whole, fraction)| digits(whole) && digits(fraction))
}

/// A date of ISO 8601, from the year alone to seconds with a zone, or seconds since the epoch.
fn is_date(value: &str) -> bool {
    let whole = match value.split_at_checked(16) {
        Some((minute, rest)) if !rest.starts_with(':') => format!("{minute}:00{rest}"),
        Some(_) => value.to_owned(),
        None => format!("{value}{}", if value.len() == 7 { "-01T00:00:00Z" } else { "T00:00:00Z" }),
    };
    value.parse::<i64>().is_ok() || Timestamp::from_rfc3339(&whole).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_what_its_type_says() {
        for (kind, good, bad) in [
            (Type::Numeric, ["12", "-3.5"], ["twelve", "1."]),
            (Type::Boolean, ["true", "False"], ["yes", ""]),
            (Type::IpList, ["192.0.2.7", "2001:db8::1"], ["192.0.2.0/24", "here"]),
            (Type::Binary, ["QUJD", ""], ["QUJ", "?"]),
            (Type::Date, ["2026-01-01T00:00+01:00", "1767225600"], ["yesterday", "2026-13-01"]),
            (Type::DateList, ["2026-01", "2026-01-01T00:00:00.5Z"], ["26-01-01", ""]),
        ] {
            assert!(good.iter().all(|value| fits(kind, value)), "{}", kind.as_str());
            assert!(!bad.iter().any(|value| fits(kind, value)), "{}", kind.as_str());
        }
    }
}
