//! The policies that a user, a group or a role has: its own, those of its groups, and its boundary, with their texts.
//!
//! Guarantees: a managed policy that comes by several ways is told of once; one that is gone has no text, so that nobody
//! takes it for one that says nothing.

use crate::entities::{Noun, found};
use crate::policies::PolicyArn;
use crate::{error, groups, targets};
use base::{AccountId, Partition};
use directory::records::{self, EntityKind, Group, Holder, PolicyVersion, Role, User};
use kernel::{Ctx, Lookup, Result, Target};
use model::Fault;

/// Somebody who has policies.
pub(crate) enum Held {
    /// A user.
    User(User),
    /// A group.
    Group(Group),
    /// A role.
    Role(Role),
}

/// A policy that somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeldPolicy {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: Place,
    /// What it says; `None` if it is gone.
    pub document: Option<String>,
}

/// Where a policy is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a user, a group or a role of that name.
    Inline(EntityKind, String),
    /// By itself, under this ARN.
    Managed(String),
}

/// What an ARN of a user, a group or a role says.
pub(crate) struct EntityArn {
    /// The account.
    pub account: AccountId,
    /// Which of the three.
    pub kind: EntityKind,
    /// The path.
    pub path: String,
    /// The name.
    pub name: String,
}

impl EntityArn {
    /// Takes an ARN of the account's partition apart; what is none of a user, a group or a role is refused.
    pub(crate) fn parse(arn: &str, partition: Partition) -> std::result::Result<Self, Fault> {
        let parsed = records::parse_arn(arn)
            .filter(|_| arn.starts_with(&format!("arn:{partition}:")))
            .filter(|(_, kind, ..)| matches!(kind, EntityKind::User | EntityKind::Group | EntityKind::Role));
        let (account, kind, path, name) = parsed.ok_or_else(|| error::invalid_entity_arn(arn))?;
        Ok(Self { account, kind, path, name })
    }

    /// An action on whom the ARN names; another account's stay its own.
    pub(crate) fn target(&self, lookup: &mut Lookup<'_, '_>, action: &'static str, arn: &str) -> Result<Vec<Target>> {
        if self.account != lookup.scope().account {
            return Ok(vec![Target::arn(action, arn.to_owned(), self.account)]);
        }
        match self.kind {
            EntityKind::Group => self.at::<Group>(lookup, action),
            EntityKind::Role => self.at::<Role>(lookup, action),
            _ => self.at::<User>(lookup, action),
        }
    }

    fn at<N: Noun>(&self, lookup: &mut Lookup<'_, '_>, action: &'static str) -> Result<Vec<Target>> {
        let found: Option<N> = records::find(lookup, self.account, &self.name)?;
        Ok(vec![match found.filter(|found| self.is(found)) {
            Some(found) => targets::stored(lookup, action, &found),
            None => targets::fresh(lookup, action, self.kind, &self.path, &self.name),
        }])
    }

    fn is<N: Noun>(&self, found: &N) -> bool {
        found.path() == self.path && found.name() == self.name
    }

    fn get<N: Noun>(&self, ctx: &mut Ctx<'_>) -> Result<N> {
        let there: N = found(ctx, &self.name)?;
        if self.account == ctx.scope().account && self.is(&there) {
            Ok(there)
        } else {
            Err(N::missing(&self.name).into())
        }
    }

    /// Whom the ARN names.
    pub(crate) fn find(&self, ctx: &mut Ctx<'_>) -> Result<Held> {
        Ok(match self.kind {
            EntityKind::Group => Held::Group(self.get(ctx)?),
            EntityKind::Role => Held::Role(self.get(ctx)?),
            _ => Held::User(self.get(ctx)?),
        })
    }
}

impl Held {
    /// Everything that allows or denies for it, but its boundary: inline policies, then managed ones, its own before those
    /// of its groups.
    pub(crate) fn policies(&self, ctx: &mut Ctx<'_>) -> Result<Vec<HeldPolicy>> {
        let mut all = Vec::new();
        match self {
            Self::User(user) => {
                of_holder(ctx, user, &mut all)?;
                for group in groups::of_user(ctx, user)? {
                    of_holder(ctx, &group, &mut all)?;
                }
            }
            Self::Group(group) => of_holder(ctx, group, &mut all)?,
            Self::Role(role) => of_holder(ctx, role, &mut all)?,
        }
        Ok(all)
    }

    /// Its permissions boundary.
    pub(crate) fn boundary(&self, ctx: &mut Ctx<'_>) -> Result<Option<HeldPolicy>> {
        let arn = match self {
            Self::User(user) => user.boundary(),
            Self::Group(_) => None,
            Self::Role(role) => role.boundary(),
        };
        arn.map(|arn| managed(ctx, arn)).transpose()
    }
}

fn of_holder<H: Holder>(ctx: &mut Ctx<'_>, holder: &H, all: &mut Vec<HeldPolicy>) -> Result<()> {
    all.extend(holder.inline().iter().map(|(name, document)| HeldPolicy {
        name: name.clone(),
        place: Place::Inline(H::KIND, holder.name().to_owned()),
        document: Some(document.clone()),
    }));
    for arn in holder.attached() {
        let is_there = all.iter().any(|policy| matches!(&policy.place, Place::Managed(there) if there == arn));
        if !is_there {
            all.push(managed(ctx, arn)?);
        }
    }
    Ok(())
}

/// The managed policy of an ARN that is attached to somebody, in the version in force.
pub(crate) fn managed(ctx: &mut Ctx<'_>, arn: &str) -> Result<HeldPolicy> {
    let account = ctx.scope().account;
    let named = PolicyArn::parse(arn, ctx.partition())?;
    let document = match named.account {
        None => authorization_data::managed_policy(arn).and_then(authorization_data::ManagedPolicy::document),
        Some(_) => match named.customer(ctx, account)? {
            Some(policy) => {
                let key = PolicyVersion::key(account, &policy.name, policy.default_version);
                ctx.get::<PolicyVersion>(&key)?.map(|version| version.document)
            }
            None => None,
        },
    };
    Ok(HeldPolicy { name: named.name.to_owned(), place: Place::Managed(arn.to_owned()), document })
}
