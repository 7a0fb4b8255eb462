//! What all operations that issue sessions share: session policies, credentials, and how much of a token they take.
//!
//! Guarantees: a session policy that is not understood, or a managed one that does not exist, issues nothing; a token
//! fits into the header of every client. Source: STS API Reference, "PackedPolicySize", "SessionTokenUtilization",
//! "PolicyArns", "Policy"; see [`directory::MAX_TOKEN`].

use crate::limits::{MAX_POLICIES, MAX_POLICY_CHARACTERS};
use crate::{api, error};
use base::{AccountId, Secret};
use directory::records::{self, EntityKind, ManagedPolicy, Named as _};
use directory::{NewSession, NoSession, SessionGrant};
use kernel::{Ctx, Error, Result};
use policy::{Document, Kind};
use std::time::Duration;

/// A session that was issued.
pub(crate) struct Issued {
    pub(crate) credentials: api::Credentials,
    /// How much of the longest token this one is, in per cent; also what `PackedPolicySize` tells since there is no limit
    /// but that one.
    pub(crate) utilization: Option<i32>,
    /// Its length.
    pub(crate) size: Option<i32>,
}

/// Policies that limit a session, as they were passed.
#[derive(Default)]
pub(crate) struct SessionPolicies {
    pub(crate) inline: Option<String>,
    pub(crate) arns: Vec<String>,
}

impl SessionPolicies {
    /// Checks the policies of a session in `account`.
    pub(crate) fn checked(
        ctx: &mut Ctx<'_>,
        account: AccountId,
        inline: Option<String>,
        arns: Option<Vec<api::PolicyDescriptorType>>,
    ) -> Result<Self> {
        let arns: Vec<String> = arns.into_iter().flatten().filter_map(|policy| policy.arn).collect();
        if arns.len() > MAX_POLICIES {
            return Err(error::too_many_policies().into());
        }
        let texts = inline.iter().chain(&arns);
        if texts.map(|text| text.chars().count()).sum::<usize>() > MAX_POLICY_CHARACTERS {
            return Err(error::policies_too_long().into());
        }
        if let Some(text) = &inline {
            Document::parse(Kind::Session, text).map_err(|malformed| error::malformed_policy(malformed.message))?;
        }
        for arn in &arns {
            if !exists(ctx, account, arn)? {
                return Err(error::no_such_policy(arn).into());
            }
        }
        Ok(Self { inline, arns })
    }
}

/// Whether there is a managed policy of AWS's own or of the account.
fn exists(ctx: &mut Ctx<'_>, account: AccountId, arn: &str) -> Result<bool> {
    if directory::managed::is_aws(arn) {
        return Ok(directory::managed::document(arn).is_some());
    }
    let partition = ctx.partition();
    match records::parse_arn(arn) {
        Some((owner, EntityKind::Policy, _, name)) if owner == account => {
            let found = records::find::<ManagedPolicy, _>(ctx, account, &name)?;
            Ok(found.is_some_and(|found| found.arn(partition, account) == arn))
        }
        _ => Ok(false),
    }
}

/// Issues a session that lasts for `lasts`.
pub(crate) fn issue(
    ctx: &mut Ctx<'_>,
    mut grant: SessionGrant,
    least_token: Option<i32>,
    lasts: Duration,
) -> Result<Issued> {
    grant.least_token = least_token.and_then(|least| usize::try_from(least).ok()).unwrap_or_default();
    let has_policies = grant.policy.is_some() || !grant.policy_arns.is_empty();
    let new = ctx.issue_session(&grant, lasts).map_err(|reason| match reason {
        NoSession::TooLarge(percent) => Error::from(error::too_large(percent, has_policies)),
        NoSession::Unfit => Error::Internal("a session was to be issued for somebody who has none".into()),
    })?;
    Ok(Issued {
        utilization: i32::try_from(new.utilization).ok(),
        size: i32::try_from(new.token.len()).ok(),
        credentials: credentials(new),
    })
}

fn credentials(new: NewSession) -> api::Credentials {
    api::Credentials {
        access_key_id: new.access_key_id,
        secret_access_key: new.secret,
        session_token: Secret::new(new.token),
        expiration: new.expires,
    }
}
