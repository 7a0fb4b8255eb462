//! Handshakes: how they are answered, taken back, listed, and how they end by themselves.
//!
//! Guarantees: a handshake is answered once, by the account that it is for, while it is open; one that nobody answered
//! expires and gives back what it counted; one that is over is forgotten after a month, and with its organization.
//! What an answer brings about is in `invitations`.

use crate::ids::Arns;
use crate::records::{Handshake, Id, Member, Organization, Purpose, Stand};
use crate::resolve::{Reach, on};
use crate::standing::Standing;
use crate::{api, error, invitations, paging, quotas, tree};
use base::{AccountId, Secret, Timestamp};
use bus::Job;
use kernel::{Ctx, Error, JobKind, Lookup, Result, Service, Target, op};
use model::Fault;
use store::Space;

/// The end of a handshake that nobody answered.
pub(crate) const EXPIRE: JobKind = JobKind { name: "organizations.expire-handshake", run: expire };
/// The time when a handshake that is over is not shown any more.
pub(crate) const FORGET: JobKind = JobKind { name: "organizations.forget-handshake", run: forget };

pub(crate) fn operations(service: Service) -> Service {
    service
        .with(
            op(api::INVITE_ACCOUNT_TO_ORGANIZATION, invitations::invite)
                .on(invitations::may_invite)
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::ENABLE_ALL_FEATURES, invitations::enable_all_features)
                .on(|lookup, _| on(lookup, "organizations:EnableAllFeatures", Reach::Manage, &[], &[]))
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::ACCEPT_HANDSHAKE, accept)
                .on(|lookup, input| about(lookup, "organizations:AcceptHandshake", &input.handshake_id))
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DECLINE_HANDSHAKE, decline)
                .on(|lookup, input| about(lookup, "organizations:DeclineHandshake", &input.handshake_id))
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::CANCEL_HANDSHAKE, cancel)
                .on(|lookup, input| about(lookup, "organizations:CancelHandshake", &input.handshake_id))
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DESCRIBE_HANDSHAKE, describe)
                .on(|lookup, input| about(lookup, "organizations:DescribeHandshake", &input.handshake_id))
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_HANDSHAKES_FOR_ACCOUNT, list_for_account)
                .on(|lookup, _| on(lookup, "organizations:ListHandshakesForAccount", Reach::Own, &[], &[]))
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_HANDSHAKES_FOR_ORGANIZATION, list_for_organization)
                .on(|lookup, _| on(lookup, "organizations:ListHandshakesForOrganization", Reach::Read, &[], &[]))
                .quota(&quotas::READS),
        )
}

/// A handshake as one of its parties meets it.
pub(crate) struct Met {
    pub id: String,
    pub handshake: Handshake,
    pub management: AccountId,
    pub organization: Organization,
}

impl Met {
    /// The handshake with an id, if the caller's account is a party to it.
    fn find(ctx: &mut Ctx<'_>, id: &str) -> Result<Self> {
        let account = ctx.scope().account;
        let management = match ctx.get::<Id>(&Handshake::received(account, id))? {
            Some(Id(management)) => management.parse().map_err(|_| broken(id))?,
            None => match Standing::find(ctx)? {
                Some(standing) if standing.manages => account,
                _ => return Err(error::handshake_not_found().into()),
            },
        };
        let mut handshake: Handshake =
            ctx.get(&Handshake::key(management, id))?.ok_or_else(error::handshake_not_found)?;
        if is_waiting(handshake.stand) && ctx.now().millis() >= handshake.expires_millis {
            handshake.stand = Stand::Expired;
        }
        let organization = ctx.get(&Organization::key(management))?.ok_or_else(error::handshake_not_found)?;
        Ok(Self { id: id.to_owned(), handshake, management, organization })
    }

    /// Settles an open handshake.
    fn settle(&mut self, ctx: &mut Ctx<'_>, stand: Stand) -> Result<()> {
        if !is_waiting(self.handshake.stand) {
            return Err(if self.handshake.stand == stand {
                error::bare(
                    "HandshakeAlreadyInStateException",
                    "The specified handshake is already in the requested state.",
                )
            } else {
                let text = "You can't perform the operation on the handshake in its current state.";
                error::bare("InvalidHandshakeTransitionException", text)
            }
            .into());
        }
        self.handshake.stand = stand;
        ctx.put(&Handshake::key(self.management, &self.id), &self.handshake)
    }

    pub(crate) fn standing(&self) -> Standing {
        Standing { management: self.management, organization: self.organization.clone(), manages: true }
    }
}

fn broken(id: &str) -> Error {
    Error::Internal(format!("handshake {id} leads to no organization"))
}

fn is_waiting(stand: Stand) -> bool {
    matches!(stand, Stand::Requested | Stand::Open)
}

/// Permission on a handshake is asked of the caller's own account, whichever side of it that is.
fn about(lookup: &mut Lookup<'_, '_>, action: &'static str, id: &str) -> Result<Vec<Target>> {
    let account = lookup.scope().account;
    let management = match lookup.get::<Id>(&Handshake::received(account, id))? {
        Some(Id(management)) => management.parse().map_err(|_| broken(id))?,
        None => account,
    };
    let organization = lookup.get::<Organization>(&Organization::key(management))?;
    let handshake = lookup.get::<Handshake>(&Handshake::key(management, id))?;
    Ok(vec![match (organization, handshake) {
        (Some(organization), Some(handshake)) => {
            let arn = Arns::of(management, &organization).handshake(&handshake.purpose, id);
            Target::arn(action, arn, account)
        }
        _ => Target::any(action),
    }])
}

fn accept(ctx: &mut Ctx<'_>, input: api::AcceptHandshake) -> Result<api::AcceptHandshakeOutput> {
    let mut met = Met::find(ctx, &input.handshake_id)?;
    for_caller(ctx, &met)?;
    if met.handshake.stand == Stand::Requested {
        let text = "You can't perform the operation on the handshake in its current state.";
        return Err(error::bare("InvalidHandshakeTransitionException", text).into());
    }
    met.settle(ctx, Stand::Accepted)?;
    invitations::accepted(ctx, &met)?;
    Ok(api::AcceptHandshakeOutput { handshake: Some(view(ctx, &met)?) })
}

fn decline(ctx: &mut Ctx<'_>, input: api::DeclineHandshake) -> Result<api::DeclineHandshakeOutput> {
    let mut met = Met::find(ctx, &input.handshake_id)?;
    for_caller(ctx, &met)?;
    met.settle(ctx, Stand::Declined)?;
    invitations::given_up(ctx, &met)?;
    Ok(api::DeclineHandshakeOutput { handshake: Some(view(ctx, &met)?) })
}

fn cancel(ctx: &mut Ctx<'_>, input: api::CancelHandshake) -> Result<api::CancelHandshakeOutput> {
    let mut met = Met::find(ctx, &input.handshake_id)?;
    if met.management != ctx.scope().account {
        return Err(error::not_yours().into());
    }
    met.settle(ctx, Stand::Canceled)?;
    invitations::given_up(ctx, &met)?;
    Ok(api::CancelHandshakeOutput { handshake: Some(view(ctx, &met)?) })
}

/// Only the account that is asked may answer.
fn for_caller(ctx: &Ctx<'_>, met: &Met) -> std::result::Result<(), Fault> {
    if met.handshake.account == ctx.scope().account.as_str() { Ok(()) } else { Err(error::not_yours()) }
}

fn describe(ctx: &mut Ctx<'_>, input: api::DescribeHandshake) -> Result<api::DescribeHandshakeOutput> {
    let met = Met::find(ctx, &input.handshake_id)?;
    Ok(api::DescribeHandshakeOutput { handshake: Some(view(ctx, &met)?) })
}

fn list_for_account(
    ctx: &mut Ctx<'_>,
    input: api::ListHandshakesForAccount,
) -> Result<api::ListHandshakesForAccountOutput> {
    let account = ctx.scope().account;
    let page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &[])?;
    let (found, next_token) = page.records::<Id>(ctx, &Handshake::all_received(account))?;
    let handshakes = views(ctx, found.into_iter().map(|(id, _)| id).collect(), input.filter)?;
    Ok(api::ListHandshakesForAccountOutput { handshakes: Some(handshakes), next_token })
}

fn list_for_organization(
    ctx: &mut Ctx<'_>,
    input: api::ListHandshakesForOrganization,
) -> Result<api::ListHandshakesForOrganizationOutput> {
    let standing = Standing::of(ctx)?;
    let page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &[])?;
    let (found, next_token) = page.records::<Handshake>(ctx, &Handshake::all(standing.management))?;
    let mut handshakes = Vec::new();
    for (id, handshake) in found {
        let (management, organization) = (standing.management, standing.organization.clone());
        let met = Met { id, handshake, management, organization };
        if passes(&met, input.filter.as_ref()) {
            handshakes.push(view(ctx, &met)?);
        }
    }
    Ok(api::ListHandshakesForOrganizationOutput { handshakes: Some(handshakes), next_token })
}

fn views(ctx: &mut Ctx<'_>, ids: Vec<String>, filter: Option<api::HandshakeFilter>) -> Result<Vec<api::Handshake>> {
    let mut handshakes = Vec::with_capacity(ids.len());
    for id in ids {
        let met = match Met::find(ctx, &id) {
            // Its organization went away: nothing of it may spoil the list.
            Err(Error::Fault(_)) => continue,
            met => met?,
        };
        if passes(&met, filter.as_ref()) {
            handshakes.push(view(ctx, &met)?);
        }
    }
    Ok(handshakes)
}

fn passes(met: &Met, filter: Option<&api::HandshakeFilter>) -> bool {
    let Some(filter) = filter else { return true };
    let parent = match &met.handshake.purpose {
        Purpose::ApproveAllFeatures { parent } => Some(parent),
        _ => None,
    };
    filter.action_type.is_none_or(|asked| asked == action(&met.handshake.purpose))
        && (filter.parent_handshake_id.is_none() || filter.parent_handshake_id.as_ref() == parent)
}

/// Asks: stores the handshake on both sides and has it expire in time.
pub(crate) fn ask(ctx: &mut Ctx<'_>, met: &Met) -> Result<()> {
    ctx.put(&Handshake::key(met.management, &met.id), &met.handshake)?;
    let asked: AccountId = met.handshake.account.parse().map_err(|_| broken(&met.id))?;
    ctx.put(&Handshake::received(asked, &met.id), &Id(met.management.to_string()))?;
    later(ctx, &EXPIRE, &met.id, Timestamp::from_millis(met.handshake.expires_millis))
}

fn later(ctx: &mut Ctx<'_>, kind: &JobKind, handshake: &str, due: Timestamp) -> Result<()> {
    ctx.schedule(&Job {
        id: format!("{}/{handshake}", kind.name),
        kind: kind.name.to_owned(),
        due,
        space: Space::regional(ctx.scope()),
        payload: handshake.as_bytes().to_vec(),
    })
}

fn expire(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let id = String::from_utf8(job.payload.clone()).map_err(|_| Error::Internal("no handshake".into()))?;
    let management = ctx.scope().account;
    let place = Handshake::key(management, &id);
    let Some(mut handshake) = ctx.get::<Handshake>(&place)? else { return Ok(()) };
    let Some(organization) = ctx.get::<Organization>(&Organization::key(management))? else { return Ok(()) };
    let due = ctx.now().plus(quotas::HANDSHAKE_SHOWN);
    later(ctx, &FORGET, &id, due)?;
    if !is_waiting(handshake.stand) {
        return Ok(());
    }
    handshake.stand = Stand::Expired;
    ctx.put(&place, &handshake)?;
    invitations::given_up(ctx, &Met { id, handshake, management, organization })
}

fn forget(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let id = String::from_utf8(job.payload.clone()).map_err(|_| Error::Internal("no handshake".into()))?;
    let management = ctx.scope().account;
    match ctx.get::<Handshake>(&Handshake::key(management, &id))? {
        Some(handshake) => remove(ctx, management, &id, &handshake),
        None => Ok(()),
    }
}

/// Removes all handshakes of an organization that ends. A later one of the same account has nothing to do with them.
pub(crate) fn remove_all(ctx: &mut Ctx<'_>, management: AccountId) -> Result<()> {
    for (key, handshake) in ctx.scan::<Handshake>(&Handshake::all(management), None, usize::MAX)? {
        let Some(id) = key.last_text() else { continue };
        remove(ctx, management, &id, &handshake)?;
    }
    Ok(())
}

/// Removes a handshake on both sides.
fn remove(ctx: &mut Ctx<'_>, management: AccountId, id: &str, handshake: &Handshake) -> Result<()> {
    let asked: AccountId = handshake.account.parse().map_err(|_| broken(id))?;
    ctx.delete(&Handshake::received(asked, id))?;
    ctx.delete(&Handshake::key(management, id))
}

fn action(purpose: &Purpose) -> api::ActionType {
    match purpose {
        Purpose::Invite { .. } => api::ActionType::Invite,
        Purpose::EnableAllFeatures => api::ActionType::EnableAllFeatures,
        Purpose::ApproveAllFeatures { .. } => api::ActionType::ApproveAllFeatures,
    }
}

/// A handshake as the API shows it.
pub(crate) fn view(ctx: &mut Ctx<'_>, met: &Met) -> Result<api::Handshake> {
    use api::HandshakeResourceType as Kind;
    let Met { id, handshake, management, organization } = met;
    let resource = |kind, value: String, resources| api::HandshakeResource {
        value: Some(Secret::new(value)),
        r#type: Some(kind),
        resources,
    };
    let manager = ctx.get::<Member>(&Member::key(*management, management.as_str()))?;
    let (name, email) = match manager {
        Some(member) => (member.name, member.email),
        None => (management.to_string(), tree::address(management.as_str())),
    };
    let features = if organization.all_features { "ALL" } else { "CONSOLIDATED_BILLING" };
    let about = vec![
        resource(Kind::MasterEmail, email, None),
        resource(Kind::MasterName, name, None),
        resource(Kind::OrganizationFeatureSet, features.to_owned(), None),
    ];
    let mut resources = vec![resource(Kind::Organization, organization.id.clone(), Some(about))];
    let (party, kind, shown) = match &handshake.email {
        Some(email) => (email.clone(), api::HandshakePartyType::Email, Kind::Email),
        None => (handshake.account.clone(), api::HandshakePartyType::Account, Kind::Account),
    };
    match &handshake.purpose {
        Purpose::Invite { notes, .. } => {
            resources.push(resource(shown, party.clone(), None));
            resources.extend(notes.clone().map(|notes| resource(Kind::Notes, notes, None)));
        }
        Purpose::EnableAllFeatures => {}
        Purpose::ApproveAllFeatures { parent } => resources.push(resource(Kind::ParentHandshake, parent.clone(), None)),
    }
    let organization_party =
        api::HandshakeParty { id: Secret::new(organization.id.clone()), r#type: api::HandshakePartyType::Organization };
    let mut parties = vec![organization_party];
    if handshake.purpose != Purpose::EnableAllFeatures {
        parties.push(api::HandshakeParty { id: Secret::new(party), r#type: kind });
    }
    Ok(api::Handshake {
        id: Some(id.clone()),
        arn: Some(Arns::of(*management, organization).handshake(&handshake.purpose, id)),
        parties: Some(parties),
        state: Some(match handshake.stand {
            Stand::Requested => api::HandshakeState::Requested,
            Stand::Open => api::HandshakeState::Open,
            Stand::Canceled => api::HandshakeState::Canceled,
            Stand::Accepted => api::HandshakeState::Accepted,
            Stand::Declined => api::HandshakeState::Declined,
            Stand::Expired => api::HandshakeState::Expired,
        }),
        requested_timestamp: Some(Timestamp::from_millis(handshake.requested_millis)),
        expiration_timestamp: Some(Timestamp::from_millis(handshake.expires_millis)),
        action: Some(action(&handshake.purpose)),
        resources: Some(resources),
    })
}
