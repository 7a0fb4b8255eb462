//! AssumeRole: a role for somebody who has credentials already.
//!
//! Guarantees: the role's trust policy names the caller, or its account and the caller's own policies allow it; passing
//! tags and a source identity has to be allowed as well, inherited ones too; a root is refused whatever policies say.
//! Source: STS API Reference, AssumeRole; IAM User Guide, "Permissions for AssumeRole", "Pass session tags in AWS STS",
//! "Monitor and control actions taken with assumed roles", "IAM and AWS STS condition context keys".

use crate::roles::{self, Asked};
use crate::sessions::{self, SessionPolicies};
use crate::tags::SessionTags;
use crate::{api, error, limits, mfa};
use directory::SessionGrant;
use kernel::{Ctx, Lookup, Result, Target};
use policy::{Identity, SessionFacts, SessionKind, Tags};

/// What the caller needs permission for.
pub(crate) fn targets(lookup: &mut Lookup<'_, '_>, input: &api::AssumeRole) -> Result<Vec<Target>> {
    let principal = lookup.caller().principal.clone();
    if principal.is_root() {
        return Err(error::root_assumes().into());
    }
    if input.provided_contexts.is_some() {
        return Err(error::not_offered("ProvidedContexts").into());
    }
    let session = principal.session.as_deref();
    let tags = tags(input, session)?;
    let source_identity = source_identity(input, session)?;
    let has_factor = mfa::is_given(lookup, input.serial_number.as_deref(), input.token_code.as_deref())?;
    let asked = Asked::find(lookup, &input.role_arn)?;

    let request = Request {
        session_name: &input.role_session_name,
        tags: input.tags.iter().flatten().map(|tag| (&*tag.key, &*tag.value)).collect(),
        transitive: input.transitive_tag_keys.as_deref().unwrap_or_default(),
        source_identity: source_identity.as_deref(),
    };
    request.targets(&asked, "sts:AssumeRole", !tags.is_empty(), |mut target| {
        if let Some(external_id) = &input.external_id {
            target = target.condition("sts:ExternalId", vec![external_id.clone()]);
        }
        if has_factor { target.with_second_factor() } else { target }
    })
}

/// Issues the session.
pub(crate) fn assume(ctx: &mut Ctx<'_>, input: api::AssumeRole) -> Result<api::AssumeRoleOutput> {
    let view = roles::permitted(ctx, &input.role_arn)?;
    let principal = ctx.caller().principal.clone();
    let session = principal.session.as_deref();
    let is_chained = matches!(principal.identity, Identity::Role { .. });
    let lasts = limits::role_session(input.duration_seconds, view.role.max_session_seconds, is_chained)?;
    let tags = tags(&input, session)?;
    let source_identity = source_identity(&input, session)?;
    let policies = SessionPolicies::checked(ctx, view.account, input.policy, input.policy_arns)?;
    let has_factor = mfa::take(ctx, input.serial_number.as_deref(), input.token_code.as_deref())?;
    // A user's second factor counts on in the role; from role to role it does not.
    let before = session.filter(|session| session.kind == SessionKind::SessionToken).and_then(|session| session.mfa_at);

    let grant = SessionGrant {
        mfa_at: if has_factor { Some(ctx.now()) } else { before },
        source_identity: source_identity.clone(),
        tags: tags.all,
        transitive_tag_keys: tags.transitive,
        policy: policies.inline,
        policy_arns: policies.arns,
        chained: is_chained,
        ..SessionGrant::new(view.account, view.identity(input.role_session_name.clone()), SessionKind::AssumedRole)
    };
    let issued = sessions::issue(ctx, grant, input.minimum_session_token_size, lasts)?;
    Ok(api::AssumeRoleOutput {
        credentials: Some(issued.credentials),
        assumed_role_user: Some(view.assumed(&input.role_session_name, ctx.partition())),
        packed_policy_size: issued.utilization,
        source_identity,
        session_token_utilization: issued.utilization,
        session_token_size: issued.size,
    })
}

fn tags(input: &api::AssumeRole, session: Option<&SessionFacts>) -> Result<SessionTags> {
    let given: Tags = input.tags.iter().flatten().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    let transitive = input.transitive_tag_keys.clone().unwrap_or_default();
    Ok(SessionTags::new(given, transitive, session)?)
}

/// The source identity that is given or inherited. It can be repeated, but not changed.
fn source_identity(input: &api::AssumeRole, session: Option<&SessionFacts>) -> Result<Option<String>> {
    let inherited = session.and_then(|session| session.source_identity.as_ref());
    match (&input.source_identity, inherited) {
        (Some(given), Some(inherited)) if given != inherited => Err(error::source_identity_set().into()),
        (Some(given), _) => Ok(Some(checked_source_identity(given)?.to_owned())),
        (None, inherited) => Ok(inherited.cloned()),
    }
}

/// A source identity that somebody may set.
pub(crate) fn checked_source_identity(given: &str) -> Result<&str> {
    let is_reserved = given.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
    if is_reserved { Err(error::reserved_source_identity().into()) } else { Ok(given) }
}

/// What a request for a role's session says of it, for conditions.
pub(crate) struct Request<'r> {
    pub(crate) session_name: &'r str,
    /// Those that are passed; inherited ones are the caller's own.
    pub(crate) tags: Vec<(&'r str, &'r str)>,
    pub(crate) transitive: &'r [String],
    pub(crate) source_identity: Option<&'r str>,
}

impl Request<'_> {
    /// What assuming the role needs permission for: `action`, and passing tags and a source identity if there are any.
    /// `more` adds keys of its own to each.
    pub(crate) fn targets(
        &self,
        asked: &Asked,
        action: &'static str,
        has_tags: bool,
        more: impl Fn(Target) -> Target,
    ) -> Result<Vec<Target>> {
        let also = [("sts:TagSession", has_tags), ("sts:SetSourceIdentity", self.source_identity.is_some())];
        let also = also.into_iter().filter(|(_, is_needed)| *is_needed).map(|(action, _)| action);
        let actions = std::iter::once(action).chain(also);
        actions.map(|action| Ok(more(self.add_to(asked.target(action)?)))).collect()
    }

    fn add_to(&self, mut target: Target) -> Target {
        let one = |value: &str| vec![value.to_owned()];
        target =
            target.condition("sts:RoleSessionName", one(self.session_name)).request_tags(self.tags.iter().copied());
        if let Some(source_identity) = self.source_identity {
            target = target.condition("sts:SourceIdentity", one(source_identity));
        }
        if !self.transitive.is_empty() {
            target = target.condition_set("sts:TransitiveTagKeys", self.transitive.to_vec());
        }
        target
    }
}
