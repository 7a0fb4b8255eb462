//! Sessions of users: GetSessionToken for the caller itself, GetFederationToken for somebody whom the caller vouches for.
//!
//! Guarantees: only long-term credentials can ask for either; no policy forbids GetSessionToken, since it gives nothing
//! that the caller has not; a federated user has no more than the session policies and the caller allow.
//! Source: STS API Reference, GetSessionToken and GetFederationToken; IAM User Guide, "Permissions for GetSessionToken",
//! "Permissions for GetFederationToken", "Compare AWS STS credentials".

use crate::sessions::{self, SessionPolicies};
use crate::tags::SessionTags;
use crate::{api, error, limits, mfa};
use directory::SessionGrant;
use kernel::{Ctx, Lookup, Result, Target};
use model::Fault;
use policy::{Identity, Principal, SessionKind, Tags};

/// What sessions of users may not call, whatever their policies say.
pub(crate) fn guard(principal: &Principal, operation: &str) -> Option<Fault> {
    let kind = principal.session.as_ref()?.kind;
    let is_free = match kind {
        SessionKind::SessionToken => matches!(operation, "GetCallerIdentity" | "AssumeRole"),
        SessionKind::Federation => operation == "GetCallerIdentity",
        SessionKind::AssumedRole | SessionKind::WebIdentity | SessionKind::Saml => {
            !matches!(operation, "GetSessionToken" | "GetFederationToken")
        }
    };
    (!is_free).then(|| error::with_session(operation))
}

/// Issues a session of the caller.
pub(crate) fn get_session_token(ctx: &mut Ctx<'_>, input: api::GetSessionToken) -> Result<api::GetSessionTokenOutput> {
    let principal = ctx.caller().principal.clone();
    let lasts = limits::user_session(input.duration_seconds, principal.is_root());
    let has_factor = mfa::take(ctx, input.serial_number.as_deref(), input.token_code.as_deref())?;
    let grant = SessionGrant {
        mfa_at: has_factor.then(|| ctx.now()),
        ..SessionGrant::new(principal.account(), principal.identity.clone(), SessionKind::SessionToken)
    };
    let issued = sessions::issue(ctx, grant, input.minimum_session_token_size, lasts)?;
    Ok(api::GetSessionTokenOutput {
        credentials: Some(issued.credentials),
        session_token_utilization: issued.utilization,
        session_token_size: issued.size,
    })
}

/// What federating somebody needs permission for.
pub(crate) fn federation_targets(lookup: &mut Lookup<'_, '_>, input: &api::GetFederationToken) -> Result<Vec<Target>> {
    let scope = lookup.scope();
    let (partition, account) = (scope.region.partition(), scope.account);
    let arn = format!("arn:{partition}:sts::{account}:federated-user/{}", input.name);
    let tags = tags(input)?;
    let tagged = |target: Target| target.request_tags(tags.all.iter().map(|(key, value)| (&**key, &**value)));
    let mut targets = vec![tagged(Target::arn("sts:GetFederationToken", arn, account))];
    if !tags.is_empty() {
        targets.push(tagged(Target::any("sts:TagSession")));
    }
    Ok(targets)
}

/// Issues a session of a federated user.
pub(crate) fn get_federation_token(
    ctx: &mut Ctx<'_>,
    input: api::GetFederationToken,
) -> Result<api::GetFederationTokenOutput> {
    let principal = ctx.caller().principal.clone();
    let user = match &principal.identity {
        Identity::Root => None,
        Identity::User(user) => Some(user.clone()),
        _ => return Err(error::with_session("GetFederationToken").into()),
    };
    let account = principal.account();
    let lasts = limits::user_session(input.duration_seconds, principal.is_root());
    let tags = tags(&input)?;
    let policies = SessionPolicies::checked(ctx, account, input.policy, input.policy_arns)?;
    let identity = Identity::Federated { name: input.name.clone(), user };
    let grant = SessionGrant {
        tags: tags.all,
        policy: policies.inline,
        policy_arns: policies.arns,
        ..SessionGrant::new(account, identity, SessionKind::Federation)
    };
    let issued = sessions::issue(ctx, grant, input.minimum_session_token_size, lasts)?;
    let arn = format!("arn:{}:sts::{account}:federated-user/{}", ctx.partition(), input.name);
    Ok(api::GetFederationTokenOutput {
        credentials: Some(issued.credentials),
        federated_user: Some(api::FederatedUser { federated_user_id: format!("{account}:{}", input.name), arn }),
        packed_policy_size: issued.utilization,
        session_token_utilization: issued.utilization,
        session_token_size: issued.size,
    })
}

fn tags(input: &api::GetFederationToken) -> Result<SessionTags> {
    let given: Tags = input.tags.iter().flatten().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    Ok(SessionTags::new(given, Vec::new(), None)?)
}
