//! What each operation reaches, and who of an organization may reach it at all.
//!
//! Guarantees: an operation on something of the organization asks for permission on its ARN, with its tags as condition
//! keys; a member that is not the management account gets there only as a delegated administrator (reading) or by the
//! organization's resource-based policy. Source: Service Authorization Reference, "AWS Organizations".

use crate::records::{Handshake, Policy, ResourcePolicy, Tags};
use crate::standing::{Reads as _, Standing};
use crate::{error, resource_policy};
use kernel::{Lookup, Result, Target};
use std::collections::BTreeMap;

/// Who of an organization may call an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Any account, whether a member or not, about itself.
    Own,
    /// The management account, and members that administer a service or are allowed by the resource-based policy.
    Read,
    /// The management account, and members that the resource-based policy allows.
    Delegable,
    /// The management account alone.
    Manage,
}

/// An action on things of the organization (`""` is none in particular), and condition keys of the request.
pub(crate) fn on(
    lookup: &mut Lookup<'_, '_>,
    action: &'static str,
    reach: Reach,
    resources: &[&str],
    conditions: &[(&str, Vec<String>)],
) -> Result<Vec<Target>> {
    let with = |target: Target| {
        conditions.iter().fold(target, |target, (key, values)| match *key {
            // Of one tag, too, the keys are a set.
            "aws:TagKeys" => target.condition_set(*key, values.clone()),
            key => target.condition(key, values.clone()),
        })
    };
    let standing = match Standing::find(lookup)? {
        Some(standing) if reach != Reach::Own => standing,
        // The handler says that there is no organization, to whom may ask at all.
        _ => return Ok(vec![with(Target::any(action))]),
    };
    let by_policy = match reach {
        _ if standing.manages => None,
        Reach::Read if standing.is_delegate(lookup)? => None,
        Reach::Read | Reach::Delegable => {
            let policy = lookup.read::<ResourcePolicy>(&ResourcePolicy::key(standing.management))?;
            Some(resource_policy::attached(&policy.ok_or_else(error::not_yours)?)?)
        }
        Reach::Own | Reach::Manage => return Err(error::not_yours().into()),
    };
    let mut targets = Vec::with_capacity(resources.len().max(1));
    let none: &[&str] = &[""];
    for id in if resources.is_empty() { none } else { resources } {
        let arn = arn(lookup, &standing, id)?;
        let target = match (&by_policy, arn) {
            (Some(policy), arn) => {
                let arn = arn.unwrap_or_else(|| "*".to_owned());
                Target::arn(action, arn, standing.management).guarded_by(policy.clone())
            }
            (None, Some(arn)) => Target::arn(action, arn, lookup.scope().account),
            (None, None) => Target::any(action),
        };
        let tags = match *id {
            "" => BTreeMap::new(),
            id => lookup.read::<Tags>(&Tags::key(standing.management, id))?.unwrap_or_default().0,
        };
        let tagged = tags
            .into_iter()
            .fold(with(target), |target, (key, value)| target.condition(format!("aws:ResourceTag/{key}"), vec![value]));
        targets.push(tagged);
    }
    Ok(targets)
}

/// The condition keys of tags that a request gives.
pub(crate) fn request_tags<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, Vec<String>)> {
    let mut keys = Vec::new();
    let mut conditions: Vec<(String, Vec<String>)> = Vec::new();
    for (key, value) in tags {
        keys.push(key.to_owned());
        conditions.push((format!("aws:RequestTag/{key}"), vec![value.to_owned()]));
    }
    if !keys.is_empty() {
        conditions.push(("aws:TagKeys".to_owned(), keys));
    }
    conditions
}

/// The ARN of what an id names; ids of nothing have the ARN that it would have.
fn arn(lookup: &mut Lookup<'_, '_>, standing: &Standing, id: &str) -> Result<Option<String>> {
    let arns = standing.arns();
    Ok(match id.split_once('-').map(|(kind, _)| kind) {
        _ if id.is_empty() => None,
        None => Some(arns.account(id)),
        Some("o") => Some(arns.organization()),
        Some("r") => Some(arns.root(id)),
        Some("ou") => Some(arns.unit(id)),
        Some("rp") => Some(arns.resource_policy(id)),
        Some("h") => lookup
            .read::<Handshake>(&Handshake::key(standing.management, id))?
            .map(|handshake| arns.handshake(&handshake.purpose, id)),
        Some(_) => {
            // AWS's own policies are no resource of anybody's.
            let policy = lookup.read::<Policy>(&Policy::key(standing.management, id))?;
            policy.map(|policy| arns.policy(&policy.kind, id))
        }
    })
}
