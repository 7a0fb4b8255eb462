//! AssumeRoleWithWebIdentity: a role for somebody whom an OpenID Connect provider vouches for.
//!
//! The caller has no credentials; the token is all that speaks for it. Guarantees: the issuer is a provider that the
//! role's account registered, and its keys are fetched from there alone (see [`kernel::Errand`]); the token's signature,
//! audience and times hold; the role's trust policy then decides on the provider's word.
//! Source: STS API Reference, AssumeRoleWithWebIdentity; IAM User Guide, "Available keys for AWS OIDC federation".

use crate::assume_role::{Request, checked_source_identity};
use crate::oidc::{Claims, KeySet, Rejected, Token, Unverified, discovery_url, keys_url};
use crate::roles::{self, Asked, RoleView};
use crate::sessions::{self, SessionPolicies};
use crate::tags::SessionTags;
use crate::{api, error, limits};
use base::{AccountId, Partition, Timestamp};
use directory::SessionGrant;
use directory::providers::OidcProvider;
use directory::records::Reads;
use kernel::{Brought, Ctx, Errand, Error, Lookup, Result, Target};
use policy::{Identity, Principal, SessionKind};

/// What a provider vouches for.
struct Vouched {
    account: AccountId,
    /// The issuer without its scheme: the name of the provider, and the stem of its condition keys.
    provider: String,
    audience: String,
    claims: Claims,
    tags: SessionTags,
}

/// The keys that the token's issuer publishes, if the role's account knows the issuer.
pub(crate) fn keys(lookup: &mut Lookup<'_, '_>, input: &api::AssumeRoleWithWebIdentity) -> Result<Option<Errand>> {
    let account = roles::account_of(&input.role_arn, lookup.scope().region.partition())?;
    let token = token(input)?;
    let issuer = token.claimed_issuer().to_owned();
    let provider = provider(lookup, account, &issuer)?;
    let wanted = token.key();
    Ok(Some(Errand {
        // Thumbprints are the account's word, so what was brought on it is for this account alone.
        name: format!("{account} {issuer}"),
        url: discovery_url(&issuer),
        then: |description, name| keys_url(description, name.split_once(' ')?.1),
        thumbprints: provider.thumbprints.iter().filter_map(|text| thumbprint(text)).collect(),
        suits: Box::new(move |keys| KeySet::parse(keys).is_some_and(|keys| wanted.is_in(&keys))),
    }))
}

/// What the caller needs permission for, as the one whom the provider vouches for.
pub(crate) fn targets(lookup: &mut Lookup<'_, '_>, input: &api::AssumeRoleWithWebIdentity) -> Result<Vec<Target>> {
    let (partition, wall, brought) = (lookup.scope().region.partition(), lookup.wall(), lookup.brought().cloned());
    let vouched = vouched(lookup, input, partition, wall, brought.as_ref())?;
    let asked = Asked::find(lookup, &input.role_arn)?;
    let Vouched { provider, claims, tags, .. } = &vouched;
    lookup.identify(vouched.principal(partition), vouched.principal_id(partition))?;
    let request = Request {
        session_name: &input.role_session_name,
        tags: tags.all.iter().map(|(key, value)| (&**key, &**value)).collect(),
        transitive: &tags.transitive,
        source_identity: claims.source_identity.as_deref(),
    };
    request.targets(&asked, "sts:AssumeRoleWithWebIdentity", !tags.is_empty(), |target| {
        let mut target = target
            .condition(format!("{provider}:sub"), vec![claims.subject.clone()])
            .condition(format!("{provider}:aud"), vec![vouched.audience.clone()])
            .denied_as(error::web_identity_denied());
        if claims.authorized_party.is_some() {
            target = target.condition_set(format!("{provider}:oaud"), claims.audiences.clone());
        }
        for (claim, value) in claims.others.iter().filter(|(claim, _)| is_key_of(provider, claim)) {
            target = target.condition(format!("{provider}:{claim}"), vec![value.clone()]);
        }
        if !claims.methods.is_empty() {
            target = target.condition_set(format!("{provider}:amr"), claims.methods.clone());
        }
        target
    })
}

/// Issues the session.
pub(crate) fn assume(
    ctx: &mut Ctx<'_>,
    input: api::AssumeRoleWithWebIdentity,
) -> Result<api::AssumeRoleWithWebIdentityOutput> {
    let view = ctx.permitted::<RoleView>(0).map_err(|_| error::web_identity_denied())?;
    let (partition, wall, brought) = (ctx.partition(), ctx.wall(), ctx.brought().cloned());
    let vouched = vouched(ctx, &input, partition, wall, brought.as_ref())?;
    let lasts = limits::role_session(input.duration_seconds, view.role.max_session_seconds, false)?;
    let policies = SessionPolicies::checked(ctx, view.account, input.policy, input.policy_arns)?;
    let Vouched { audience, claims, tags, .. } = vouched;
    let grant = SessionGrant {
        source_identity: claims.source_identity.clone(),
        federated_provider: Some(arn(view.account, partition, &claims.issuer)),
        tags: tags.all,
        transitive_tag_keys: tags.transitive,
        policy: policies.inline,
        policy_arns: policies.arns,
        ..SessionGrant::new(view.account, view.identity(input.role_session_name.clone()), SessionKind::WebIdentity)
    };
    let issued = sessions::issue(ctx, grant, input.minimum_session_token_size, lasts)?;
    Ok(api::AssumeRoleWithWebIdentityOutput {
        credentials: Some(issued.credentials),
        subject_from_web_identity_token: Some(claims.subject),
        assumed_role_user: Some(view.assumed(&input.role_session_name, partition)),
        packed_policy_size: issued.utilization,
        provider: Some(claims.issuer),
        audience: Some(audience),
        source_identity: claims.source_identity,
        session_token_utilization: issued.utilization,
        session_token_size: issued.size,
    })
}

impl Vouched {
    fn principal(&self, partition: Partition) -> Principal {
        let provider = arn(self.account, partition, &self.claims.issuer);
        let subject = self.claims.subject.clone();
        Principal::new(self.account, Identity::External { kind: SessionKind::WebIdentity, provider, subject })
    }

    /// What audit records call it. Source: CloudTrail User Guide, "CloudTrail userIdentity element".
    fn principal_id(&self, partition: Partition) -> String {
        let provider = arn(self.account, partition, &self.claims.issuer);
        format!("{provider}:{}:{}", self.audience, self.claims.subject)
    }
}

/// The claims of the token, once everything about it holds.
fn vouched<R: Reads<Error = Error>>(
    records: &mut R,
    input: &api::AssumeRoleWithWebIdentity,
    partition: Partition,
    wall: Timestamp,
    brought: Option<&Brought>,
) -> Result<Vouched> {
    if input.provider_id.is_some() {
        // Access tokens of OAuth 2.0 are for the providers themselves to judge.
        return Err(error::not_offered("ProviderId").into());
    }
    let account = roles::account_of(&input.role_arn, partition)?;
    let token = token(input)?;
    let record = provider(records, account, token.claimed_issuer())?;
    let keys = match brought {
        Some(Ok(keys)) => KeySet::parse(keys).ok_or_else(error::no_key)?,
        Some(Err(why)) => return Err(error::no_keys(Some(why)).into()),
        None => return Err(error::no_keys(None).into()),
    };
    let claims = token.verified(&keys).map_err(|reason| match reason {
        Unverified::NoKey => error::no_key(),
        Unverified::BadSignature => error::bad_signature(),
    })?;
    let now = wall.seconds();
    claims.hold_at(now).map_err(|reason| match reason {
        Rejected::Expired(at) => error::token_expired(now, at),
        Rejected::TooEarly => error::token_too_early(),
    })?;
    let audience = claims.audience(&record.client_ids).ok_or_else(error::wrong_audience)?.to_owned();
    if let Some(given) = &claims.source_identity {
        checked_source_identity(given)?;
    }
    let tags = SessionTags::new(claims.tags.clone(), claims.transitive_tag_keys.clone(), None)?;
    Ok(Vouched { account, provider: bare(&claims.issuer).to_owned(), audience, claims, tags })
}

fn token(input: &api::AssumeRoleWithWebIdentity) -> Result<Token<'_>> {
    Token::parse(input.web_identity_token.expose()).ok_or_else(|| error::no_token().into())
}

/// The record of an issuer in an account.
fn provider<R: Reads<Error = Error>>(records: &mut R, account: AccountId, issuer: &str) -> Result<OidcProvider> {
    let found = records.get::<OidcProvider>(&OidcProvider::key(account, bare(issuer)))?;
    found.ok_or_else(|| error::no_provider(issuer).into())
}

/// An issuer without its scheme, by which accounts know it. One without TLS is for loopback, which [`kernel::Outside`]
/// sees to.
fn bare(issuer: &str) -> &str {
    issuer.strip_prefix("https://").or_else(|| issuer.strip_prefix("http://")).unwrap_or(issuer)
}

fn arn(account: AccountId, partition: Partition, issuer: &str) -> String {
    format!("arn:{partition}:iam::{account}:oidc-provider/{}", bare(issuer))
}

/// Whether AWS makes a condition key of a claim of this provider, as of a few that are known well.
fn is_key_of(provider: &str, claim: &str) -> bool {
    let action = authorization_data::action("sts:AssumeRoleWithWebIdentity");
    action.is_some_and(|(service, action)| service.takes(action, &format!("{provider}:{claim}")))
}

/// A thumbprint from its hexadecimal digits.
fn thumbprint(text: &str) -> Option<[u8; 20]> {
    let mut bytes = [0; 20];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    (text.len() == 40).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_is_forty_hexadecimal_digits() {
        assert_eq!(thumbprint(&"0a".repeat(20)), Some([10; 20]));
        assert_eq!(thumbprint(&"FF".repeat(20)), Some([255; 20]));
        for text in ["", "0a", &"0a".repeat(21), &"0g".repeat(20), &"é".repeat(20)] {
            assert_eq!(thumbprint(text), None, "{text}");
        }
    }

    #[test]
    fn claims_are_condition_keys_only_where_aws_makes_them_so() {
        assert!(is_key_of("token.actions.githubusercontent.com", "repository"));
        assert!(!is_key_of("token.actions.githubusercontent.com", "no-such-claim"));
        assert!(!is_key_of("idp.example", "repository"));
    }
}
