//! What handshakes are about: asking an account in, and giving an organization all features.
//!
//! Guarantees: an invitation counts against the quota of accounts until it is answered or over; an account that accepts
//! becomes a member in the root, with AWS's policies; the organization gets all features only when each member that
//! came by invitation approved and the management account then says so.

use crate::handshakes::{Met, ask, view};
use crate::records::{Email, Handshake, Joined, Member, Purpose, Stand, State};
use crate::resolve::request_tags;
use crate::standing::Standing;
use crate::{api, error, ids, quotas, tags, tree};
use base::{AccountId, Timestamp};
use directory::records::Account;
use kernel::{Ctx, Error, Lookup, Result, Target};
use std::collections::BTreeMap;
use std::time::Duration;

/// Permission to invite is asked on the account that is invited.
pub(crate) fn may_invite(lookup: &mut Lookup<'_, '_>, input: &api::InviteAccountToOrganization) -> Result<Vec<Target>> {
    let given = request_tags(input.tags.iter().flatten().map(|tag| (tag.key.as_str(), tag.value.as_str())));
    let conditions: Vec<_> = given.iter().map(|(key, values)| (key.as_str(), values.clone())).collect();
    let resource = match input.target.r#type {
        api::HandshakePartyType::Account => input.target.id.expose().as_str(),
        _ => "",
    };
    let action = "organizations:InviteAccountToOrganization";
    crate::resolve::on(lookup, action, crate::resolve::Reach::Manage, &[resource], &conditions)
}

pub(crate) fn invite(
    ctx: &mut Ctx<'_>,
    input: api::InviteAccountToOrganization,
) -> Result<api::InviteAccountToOrganizationOutput> {
    let mut standing = Standing::of(ctx)?;
    let named = input.target.id.expose().clone();
    let (account, email) = match input.target.r#type {
        api::HandshakePartyType::Account => (named, None),
        api::HandshakePartyType::Email => {
            let owner: Option<Email> = ctx.get(&Email::key(&named))?;
            let unknown =
                || error::invalid_input("INVALID_EMAIL_ADDRESS_TARGET", "No account here has that e-mail address.");
            (owner.ok_or_else(unknown)?.0, Some(named))
        }
        api::HandshakePartyType::Organization => {
            let text = "You specified an invalid party type for the target.";
            return Err(error::invalid_input("INVALID_PARTY_TYPE_TARGET", text).into());
        }
    };
    let unknown = || error::invalid_input("INVALID_PATTERN_TARGET_ID", "You specified an account that doesn't exist.");
    let invited: AccountId = account.parse().map_err(|_| unknown())?;
    let known = ctx.get::<Account>(&Account::key(invited))?.ok_or_else(unknown)?;
    if known.membership.is_some() {
        return Err(error::handshake_constraint(
            "ALREADY_IN_AN_ORGANIZATION",
            "The account that you invited is already a member of an organization.",
        )
        .into());
    }
    let mut today = 0;
    for (_, handshake) in ctx.scan::<Handshake>(&Handshake::all(standing.management), None, usize::MAX)? {
        let asked = Timestamp::from_millis(handshake.requested_millis);
        let counts = matches!(handshake.purpose, Purpose::Invite { .. }) && handshake.stand != Stand::Accepted;
        today += usize::from(counts && ctx.now().since(asked) < quotas::DAY);
        let waits = handshake.stand == Stand::Open && ctx.now().millis() < handshake.expires_millis;
        if waits && handshake.account == account && matches!(handshake.purpose, Purpose::Invite { .. }) {
            let text = "A handshake with the same action and target already exists.";
            return Err(error::bare("DuplicateHandshakeException", text).into());
        }
    }
    if today >= quotas::MAX_INVITATIONS_A_DAY {
        let text = "You have exceeded the number of handshakes that you can send in one day.";
        return Err(error::handshake_constraint("HANDSHAKE_RATE_LIMIT_EXCEEDED", text).into());
    }
    if quotas::is_full(ctx, &standing) {
        return Err(error::handshake_constraint(
            "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
            "You have exceeded the allowed number of AWS accounts.",
        )
        .into());
    }
    standing.organization.accounts += 1;
    standing.save(ctx)?;
    let mut given = BTreeMap::new();
    tags::checked(&mut given, input.tags.unwrap_or_default())?;
    let purpose = Purpose::Invite { notes: input.notes.map(|notes| notes.expose().clone()), tags: given };
    let met = begin(ctx, &standing, account, email, purpose, Stand::Open, quotas::INVITATION);
    ask(ctx, &met)?;
    Ok(api::InviteAccountToOrganizationOutput { handshake: Some(view(ctx, &met)?) })
}

/// Begins the migration of an organization with consolidated billing only.
pub(crate) fn enable_all_features(
    ctx: &mut Ctx<'_>,
    _: api::EnableAllFeatures,
) -> Result<api::EnableAllFeaturesOutput> {
    let standing = Standing::of(ctx)?;
    if standing.organization.all_features {
        return Err(error::handshake_constraint(
            "ORGANIZATION_ALREADY_HAS_ALL_FEATURES",
            "The organization already has all features enabled.",
        )
        .into());
    }
    if pending_migration(ctx, &standing)?.is_some() {
        return Err(error::handshake_constraint(
            "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION",
            "The organization is already pending migration to all features.",
        )
        .into());
    }
    let members = ctx.scan::<Member>(&Member::all(standing.management), None, usize::MAX)?;
    let asked: Vec<String> = members
        .into_iter()
        .filter(|(_, member)| member.joined == Joined::Invited && member.state == State::Active)
        .filter_map(|(key, _)| key.last_text())
        .filter(|account| account != standing.management.as_str())
        .collect();
    let stand = if asked.is_empty() { Stand::Open } else { Stand::Requested };
    let own = standing.management.to_string();
    let parent = begin(ctx, &standing, own, None, Purpose::EnableAllFeatures, stand, quotas::MIGRATION);
    ask(ctx, &parent)?;
    for account in asked {
        let purpose = Purpose::ApproveAllFeatures { parent: parent.id.clone() };
        let child = begin(ctx, &standing, account, None, purpose, Stand::Open, quotas::MIGRATION);
        ask(ctx, &child)?;
    }
    Ok(api::EnableAllFeaturesOutput { handshake: Some(view(ctx, &parent)?) })
}

/// What an accepted handshake brings about.
pub(crate) fn accepted(ctx: &mut Ctx<'_>, met: &Met) -> Result<()> {
    match &met.handshake.purpose {
        Purpose::Invite { tags, .. } => join(ctx, met, tags.clone()),
        Purpose::ApproveAllFeatures { parent } => approve(ctx, met, parent),
        Purpose::EnableAllFeatures => {
            let mut standing = met.standing();
            standing.organization.all_features = true;
            standing.save(ctx)
        }
    }
}

/// What a handshake gives back that came to nothing.
pub(crate) fn given_up(ctx: &mut Ctx<'_>, met: &Met) -> Result<()> {
    match &met.handshake.purpose {
        Purpose::Invite { .. } => {
            let mut standing = met.standing();
            standing.organization.accounts = standing.organization.accounts.saturating_sub(1);
            standing.save(ctx)
        }
        // Without one approval the migration does not go on.
        Purpose::ApproveAllFeatures { parent } => end(ctx, met, parent),
        Purpose::EnableAllFeatures => Ok(()),
    }
}

fn join(ctx: &mut Ctx<'_>, met: &Met, tags: BTreeMap<String, String>) -> Result<()> {
    let account = ctx.scope().account;
    let standing = met.standing();
    let member = Member {
        name: account.to_string(),
        email: met.handshake.email.clone().unwrap_or_else(|| tree::address(account.as_str())),
        parent: standing.organization.root.clone(),
        joined: Joined::Invited,
        joined_millis: ctx.now().millis(),
        state: State::Active,
        closed_millis: None,
    };
    if !tree::put_member(ctx, &standing, account.as_str(), &member)? {
        let text = "The account is already a member of an organization.";
        return Err(error::handshake_constraint("ALREADY_IN_AN_ORGANIZATION", text).into());
    }
    let tags = tags.into_iter().map(|(key, value)| api::Tag { key, value }).collect();
    tags::put(ctx, &standing, account.as_str(), Some(tags))
}

/// The last approval opens the migration for the management account to finish.
fn approve(ctx: &mut Ctx<'_>, met: &Met, parent: &str) -> Result<()> {
    for (_, handshake) in ctx.scan::<Handshake>(&Handshake::all(met.management), None, usize::MAX)? {
        let sibling = matches!(&handshake.purpose, Purpose::ApproveAllFeatures { parent: other } if other == parent);
        if sibling && handshake.stand != Stand::Accepted {
            return Ok(());
        }
    }
    change(ctx, met.management, parent, Stand::Open)
}

fn end(ctx: &mut Ctx<'_>, met: &Met, parent: &str) -> Result<()> {
    change(ctx, met.management, parent, Stand::Canceled)
}

/// Gives a waiting migration another stand.
fn change(ctx: &mut Ctx<'_>, management: AccountId, id: &str, stand: Stand) -> Result<()> {
    let place = Handshake::key(management, id);
    let mut handshake: Handshake =
        ctx.get(&place)?.ok_or_else(|| Error::Internal(format!("handshake {id} is gone")))?;
    if matches!(handshake.stand, Stand::Requested | Stand::Open) {
        handshake.stand = stand;
        ctx.put(&place, &handshake)?;
    }
    Ok(())
}

fn pending_migration(ctx: &mut Ctx<'_>, standing: &Standing) -> Result<Option<String>> {
    let now = ctx.now().millis();
    let all = ctx.scan::<Handshake>(&Handshake::all(standing.management), None, usize::MAX)?;
    let waits = |handshake: &Handshake| {
        handshake.purpose == Purpose::EnableAllFeatures
            && matches!(handshake.stand, Stand::Requested | Stand::Open)
            && now < handshake.expires_millis
    };
    Ok(all.into_iter().find(|(_, handshake)| waits(handshake)).and_then(|(key, _)| key.last_text()))
}

fn begin(
    ctx: &Ctx<'_>,
    standing: &Standing,
    account: String,
    email: Option<String>,
    purpose: Purpose,
    stand: Stand,
    lasts: Duration,
) -> Met {
    let now = ctx.now();
    let handshake = Handshake {
        account,
        email,
        purpose,
        stand,
        requested_millis: now.millis(),
        expires_millis: now.plus(lasts).millis(),
    };
    Met {
        id: ids::handshake(ctx.rng()),
        handshake,
        management: standing.management,
        organization: standing.organization.clone(),
    }
}
