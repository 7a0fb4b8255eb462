//! What permission is asked on: the entity's ARN with its path, its tags, and what the request says about itself.
//!
//! Guarantees: an entity that is there is asked about by the ARN that it has, however the request spells its name; one
//! that is not there is asked about all the same, so that only those learn of its absence who might learn of it.
//! Source: Service Authorization Reference, "AWS Identity and Access Management".

use crate::entities::Noun;
use crate::tags::Tags;
use crate::{api, error};
use base::AccountId;
use directory::records::{self, EntityKind, Reads, User};
use kernel::{Lookup, Result, Target};
use policy::{Identity, Principal};

/// An action on the entity of a name.
pub(crate) fn on<N: Noun>(lookup: &mut Lookup<'_, '_>, action: &'static str, name: &str) -> Result<Target> {
    let account = lookup.scope().account;
    let found: Option<N> = records::find(lookup, account, name)?;
    Ok(match &found {
        Some(found) => stored(lookup, action, found),
        None => fresh(lookup, action, N::KIND, "/", name),
    }
    .told(format!("{} {name}", N::WORD)))
}

/// The same as all that an operation reaches.
pub(crate) fn only<N: Noun>(lookup: &mut Lookup<'_, '_>, action: &'static str, name: &str) -> Result<Vec<Target>> {
    Ok(vec![on::<N>(lookup, action, name)?])
}

/// An action on an entity that is there.
pub(crate) fn stored<N: Noun>(lookup: &Lookup<'_, '_>, action: &'static str, found: &N) -> Target {
    let scope = lookup.scope();
    let target = Target::arn(action, found.arn(scope.region.partition(), scope.account), scope.account);
    let Some(tags) = found.tags() else { return target };
    let target = target.tagged(tags.clone());
    // Users and roles had tags before there were any elsewhere.
    if !matches!(N::KIND, EntityKind::User | EntityKind::Role) {
        return target;
    }
    tags.iter()
        .fold(target, |target, (key, value)| target.condition(format!("iam:ResourceTag/{key}"), vec![value.clone()]))
}

/// An action on something that has (or shall have) this path and name.
pub(crate) fn fresh(lookup: &Lookup<'_, '_>, action: &'static str, kind: EntityKind, path: &str, name: &str) -> Target {
    let scope = lookup.scope();
    let (partition, account, kind) = (scope.region.partition(), scope.account, kind.as_str());
    Target::arn(action, format!("arn:{partition}:iam::{account}:{kind}{path}{name}"), account)
}

/// Listing what an account has of a kind, below a path.
pub(crate) fn listing(
    lookup: &Lookup<'_, '_>,
    action: &'static str,
    kind: EntityKind,
    prefix: Option<&str>,
) -> Result<Vec<Target>> {
    let scope = lookup.scope();
    let (partition, account, prefix) = (scope.region.partition(), scope.account, prefix.unwrap_or("/"));
    let told = match kind {
        EntityKind::Policy => format!("policy path {prefix}"),
        _ => format!("arn:{partition}:iam::{account}:{}{prefix}", kind.as_str()),
    };
    Ok(vec![Target::any(action).told(told)])
}

/// An action on nothing of its own.
pub(crate) fn anything(action: &'static str) -> Result<Vec<Target>> {
    Ok(vec![Target::any(action).told("*")])
}

/// Creating something that may have tags: with tags it is two actions.
pub(crate) fn creating(target: Target, tagging: Target, tags: Option<&[api::Tag]>) -> Vec<Target> {
    let tags = tags.unwrap_or_default();
    if tags.is_empty() {
        return vec![target];
    }
    let own: Tags = tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    [target, tagging].into_iter().map(|target| request_tags(target.tagged(own.clone()), tags)).collect()
}

/// Tells the tags that a request brings.
pub(crate) fn request_tags(target: Target, tags: &[api::Tag]) -> Target {
    target.request_tags(tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())))
}

/// Tells the boundary that a request sets, or that its user or role has.
pub(crate) fn boundary(target: Target, arn: Option<&str>) -> Target {
    match arn {
        Some(arn) => target.condition("iam:PermissionsBoundary", vec![arn.to_owned()]),
        None => target,
    }
}

/// Whom a request means by a user's name or by none.
pub(crate) enum Subject {
    /// A user.
    User(String),
    /// The account's root user, who calls.
    Root,
}

/// The user that is named, or else the caller. Sessions of roles and the like are no users.
pub(crate) fn subject<R: Reads<Error = kernel::Error>>(
    records: &mut R,
    caller: &Principal,
    named: Option<&str>,
) -> Result<Subject> {
    if let Some(name) = named {
        return Ok(Subject::User(name.to_owned()));
    }
    match &caller.identity {
        Identity::User(user) => {
            let now = records::entity(records, &user.id)?;
            Ok(Subject::User(now.map_or_else(|| user.name.clone(), |entity| entity.name)))
        }
        Identity::Root => Ok(Subject::Root),
        _ => Err(error::no_user_calls().into()),
    }
}

/// An action on whom [`subject`] means.
pub(crate) fn on_subject(
    lookup: &mut Lookup<'_, '_>,
    action: &'static str,
    named: Option<&str>,
) -> Result<Vec<Target>> {
    let caller = lookup.caller().principal.clone();
    match subject(lookup, &caller, named)? {
        Subject::User(name) => only::<User>(lookup, action, &name),
        // AWS's table of actions knows no resource for a root user.
        Subject::Root => anything(action),
    }
}

/// The ARN of an account's root user.
pub(crate) fn root_arn(partition: base::Partition, account: AccountId) -> String {
    format!("arn:{partition}:iam::{account}:root")
}
