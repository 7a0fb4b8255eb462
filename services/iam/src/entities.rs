//! Users, groups, roles and instance profiles by name: found, added and renamed, or refused in AWS's words.
//!
//! Guarantees: names are unique without regard to case; no account has more of a kind than its quota allows.

use crate::tags::Tags;
use crate::{error, quotas};
use base::AccountId;
use directory::records::{self, Group, InstanceProfile, Named, Reads, Role, User};
use kernel::{Ctx, Result};
use model::Fault;

/// A kind of entity with a name in its account.
pub(crate) trait Noun: Named + Clone {
    /// How messages about permissions call the kind.
    const WORD: &'static str;
    /// The most that an account has, and the quota's name.
    const QUOTA: (u64, &'static str);
    /// The name of the quota of its tags.
    const TAG_QUOTA: &'static str;
    /// The name of the quota of managed policies attached to it.
    const ATTACHED_QUOTA: &'static str = "";
    /// The most characters of all its inline policies.
    const INLINE_LIMIT: u64 = 0;

    /// There is none of this name.
    fn missing(name: &str) -> Fault;

    /// There is one of this name.
    fn taken(name: &str) -> Fault;

    /// Its tags; `None` for a kind that has none.
    fn tags(&self) -> Option<&Tags>;

    /// The same, to be changed.
    fn tags_mut(&mut self) -> Option<&mut Tags>;
}

impl Noun for User {
    const WORD: &'static str = "user";
    const QUOTA: (u64, &'static str) = (quotas::USERS, "UsersPerAccount");
    const TAG_QUOTA: &'static str = "TagsPerUser";
    const ATTACHED_QUOTA: &'static str = "PoliciesPerUser";
    const INLINE_LIMIT: u64 = quotas::USER_POLICIES_SIZE;

    fn missing(name: &str) -> Fault {
        error::no_such_entity(format!("The user with name {name} cannot be found."))
    }

    fn taken(name: &str) -> Fault {
        error::exists(format!("User with name {name} already exists."))
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

impl Noun for Group {
    const WORD: &'static str = "group";
    const QUOTA: (u64, &'static str) = (quotas::GROUPS, "GroupsPerAccount");
    const TAG_QUOTA: &'static str = "TagsPerGroup";
    const ATTACHED_QUOTA: &'static str = "PoliciesPerGroup";
    const INLINE_LIMIT: u64 = quotas::GROUP_POLICIES_SIZE;

    fn missing(name: &str) -> Fault {
        error::no_such_entity(format!("The group with name {name} cannot be found."))
    }

    fn taken(name: &str) -> Fault {
        error::exists(format!("Group with name {name} already exists."))
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        None
    }
}

impl Noun for Role {
    const WORD: &'static str = "role";
    const QUOTA: (u64, &'static str) = (quotas::ROLES, "RolesPerAccount");
    const TAG_QUOTA: &'static str = "TagsPerRole";
    const ATTACHED_QUOTA: &'static str = "PoliciesPerRole";
    const INLINE_LIMIT: u64 = quotas::ROLE_POLICIES_SIZE;

    fn missing(name: &str) -> Fault {
        error::no_such_entity(format!("The role with name {name} cannot be found."))
    }

    fn taken(name: &str) -> Fault {
        error::exists(format!("Role with name {name} already exists."))
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

impl Noun for InstanceProfile {
    const WORD: &'static str = "instance profile";
    const QUOTA: (u64, &'static str) = (quotas::INSTANCE_PROFILES, "InstanceProfilesPerAccount");
    const TAG_QUOTA: &'static str = "TagsPerInstanceProfile";

    fn missing(name: &str) -> Fault {
        error::no_such_entity(format!("Instance Profile {name} cannot be found."))
    }

    fn taken(name: &str) -> Fault {
        error::exists(format!("Instance Profile {name} already exists."))
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

/// The one of this name.
pub(crate) fn found<N: Noun>(ctx: &mut Ctx<'_>, name: &str) -> Result<N> {
    let account = ctx.scope().account;
    records::find(ctx, account, name)?.ok_or_else(|| N::missing(name).into())
}

/// The one with this unique id; a name that was used again is not taken for it.
pub(crate) fn by_id<N: Named, R: Reads>(
    records: &mut R,
    account: AccountId,
    id: &str,
) -> std::result::Result<Option<N>, R::Error> {
    let Some(entity) = records::entity(records, id)? else { return Ok(None) };
    let found: Option<N> = records::find(records, account, &entity.name)?;
    Ok(found.filter(|found| found.id() == id))
}

/// Adds a new one.
pub(crate) fn add<N: Noun>(ctx: &mut Ctx<'_>, new: &N) -> Result<()> {
    let account = ctx.scope().account;
    let (most, quota) = N::QUOTA;
    let name_is_free = records::find::<N, _>(ctx, account, new.name())?.is_none();
    if name_is_free && records::count(ctx, account, N::KIND.as_str())? >= most {
        return Err(error::quota(quota, most).into());
    }
    if records::add(ctx, account, new)? { Ok(()) } else { Err(N::taken(new.name()).into()) }
}

/// Puts `new` in the place of `old`, perhaps under another name or path.
pub(crate) fn replace<N: Noun>(ctx: &mut Ctx<'_>, old: &N, new: &N) -> Result<()> {
    let account = ctx.scope().account;
    if records::replace(ctx, account, old, new)? { Ok(()) } else { Err(N::taken(new.name()).into()) }
}
