//! What an access report is about: somebody, or a managed policy and everybody who has it.
//!
//! Source: IAM API Reference, GenerateServiceLastAccessedDetails, GetServiceLastAccessedDetails.

use super::granted::Granted;
use crate::held::{self, EntityArn, Held};
use crate::policies::{self, PolicyArn};
use crate::{error, groups};
use base::Partition;
use directory::records::{self, EntityKind, Group, Mark};
use kernel::{Ctx, Lookup, Result, Target};
use model::Fault;
use policy::{Document, Kind};
use std::collections::BTreeSet;

/// Ids that are read at a time.
const CHUNK: usize = 1_000;

/// What a report is about.
pub(super) enum Subject<'a> {
    /// A user, a group or a role.
    Entity(EntityArn),
    /// A managed policy.
    Policy(PolicyArn<'a>),
}

impl<'a> Subject<'a> {
    /// Takes an ARN apart.
    pub(super) fn parse(arn: &'a str, partition: Partition) -> std::result::Result<Self, Fault> {
        match PolicyArn::parse(arn, partition) {
            Ok(policy) => Ok(Self::Policy(policy)),
            Err(_) => EntityArn::parse(arn, partition).map(Self::Entity),
        }
    }

    /// An action on it.
    pub(super) fn target(&self, lookup: &mut Lookup<'_, '_>, action: &'static str, arn: &str) -> Result<Vec<Target>> {
        match self {
            Self::Entity(entity) => entity.target(lookup, action, arn),
            Self::Policy(_) => Ok(vec![policies::on(lookup, action, arn)?.told(arn)]),
        }
    }

    /// Refuses what is not there.
    pub(super) fn check(&self, ctx: &mut Ctx<'_>) -> Result<()> {
        match self {
            Self::Entity(entity) => entity.find(ctx).map(|_| ()),
            Self::Policy(policy) if policies::is_there(ctx, policy)? => Ok(()),
            Self::Policy(policy) => Err(error::no_such_policy(policy.arn).into()),
        }
    }

    /// What it lets its holders do.
    pub(super) fn granted(&self, ctx: &mut Ctx<'_>) -> Result<Granted> {
        let held = match self {
            Self::Entity(entity) => entity.find(ctx)?.policies(ctx)?,
            Self::Policy(policy) => vec![held::managed(ctx, policy.arn)?],
        };
        let mut granted = Granted::default();
        for text in held.into_iter().filter_map(|policy| policy.document) {
            if let Ok(document) = Document::parse(Kind::Managed, text) {
                granted.add(&document);
            }
        }
        Ok(granted)
    }

    /// Unique ids of the users and roles who can use it.
    pub(super) fn callers(&self, ctx: &mut Ctx<'_>) -> Result<BTreeSet<String>> {
        match self {
            Self::Entity(entity) => match entity.find(ctx)? {
                Held::User(user) => Ok([user.id].into()),
                Held::Role(role) => Ok([role.id].into()),
                Held::Group(group) => members(ctx, &group),
            },
            Self::Policy(policy) => {
                let mut ids = attached(ctx, policy.arn, EntityKind::User)?;
                ids.extend(attached(ctx, policy.arn, EntityKind::Role)?);
                for id in attached(ctx, policy.arn, EntityKind::Group)? {
                    if let Some(group) = groups::with_id(ctx, &id)? {
                        ids.extend(members(ctx, &group)?);
                    }
                }
                Ok(ids)
            }
        }
    }
}

fn attached(ctx: &mut Ctx<'_>, arn: &str, kind: EntityKind) -> Result<BTreeSet<String>> {
    let account = ctx.scope().account;
    all(ctx, |ctx, after| records::attached_to(ctx, Mark::attached(account, arn), kind, after, CHUNK))
}

fn members(ctx: &mut Ctx<'_>, group: &Group) -> Result<BTreeSet<String>> {
    let account = ctx.scope().account;
    all(ctx, |ctx, after| records::members(ctx, account, group, after, CHUNK))
}

fn all<'c>(
    ctx: &mut Ctx<'c>,
    mut some: impl FnMut(&mut Ctx<'c>, Option<&str>) -> Result<Vec<String>>,
) -> Result<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    let mut after: Option<String> = None;
    loop {
        let ids = some(ctx, after.as_deref())?;
        let is_last = ids.len() < CHUNK;
        after = ids.last().cloned();
        all.extend(ids);
        if is_last {
            return Ok(all);
        }
    }
}
