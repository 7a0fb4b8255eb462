//! GetAccountSummary: how much there is in the account, and how much there may be.
//!
//! Source: IAM API Reference, GetAccountSummary.

use crate::{
    api, mfa_devices, oidc_providers, owners, quotas, saml_providers, server_certificates, signing_certificates,
};
use directory::records::{self, Account, EntityKind, PolicyVersion};
use kernel::{Ctx, Result, Service, Target, op};
use std::collections::BTreeMap;
use store::{Key, Space};

/// Versions of all customer managed policies. AWS tells the quota here and nowhere else.
const POLICY_VERSIONS: u64 = 10_000;

/// The operation.
pub(crate) fn lines(service: Service) -> Service {
    service.with(
        op(api::GET_ACCOUNT_SUMMARY, get)
            .on(|_, ()| Ok(vec![Target::any("iam:GetAccountSummary")]))
            .quota(&quotas::READS),
    )
}

fn get(ctx: &mut Ctx<'_>, (): ()) -> Result<api::GetAccountSummaryOutput> {
    let account = ctx.scope().account;
    let root: Option<Account> = ctx.get(&Account::key(account))?;
    let root_has_keys = root.is_some_and(|root| !root.access_keys.is_empty());
    let root_has_certificates = !signing_certificates::of(ctx, account, owners::ROOT)?.is_empty();
    let mut count = |what: &str| records::count(ctx, account, what);
    let providers = count(oidc_providers::COUNT)? + count(saml_providers::COUNT)?;
    let mut summary = vec![
        ("AccessKeysPerUserQuota", quotas::ACCESS_KEYS),
        ("AccountAccessKeysPresent", u64::from(root_has_keys)),
        // Nobody signs in as root here: it has neither a password nor a device.
        ("AccountMFAEnabled", 0),
        ("AccountPasswordPresent", 0),
        ("AccountSigningCertificatesPresent", u64::from(root_has_certificates)),
        ("AssumeRolePolicySizeQuota", quotas::TRUST_POLICY_SIZE),
        ("AttachedPoliciesPerGroupQuota", quotas::ATTACHED),
        ("AttachedPoliciesPerRoleQuota", quotas::ATTACHED),
        ("AttachedPoliciesPerUserQuota", quotas::ATTACHED),
        // The version of session tokens that the global endpoint of STS gives: 1 and 2 are the same here.
        ("GlobalEndpointTokenVersion", 1),
        ("GroupPolicySizeQuota", quotas::GROUP_POLICIES_SIZE),
        ("GroupsPerUserQuota", quotas::GROUPS_PER_USER),
        ("GroupsQuota", quotas::GROUPS),
        ("InstanceProfilesQuota", quotas::INSTANCE_PROFILES),
        ("PoliciesQuota", quotas::POLICIES),
        ("PolicySizeQuota", quotas::POLICY_SIZE),
        ("PolicyVersionsInUseQuota", POLICY_VERSIONS),
        ("Providers", providers),
        ("RolePolicySizeQuota", quotas::ROLE_POLICIES_SIZE),
        ("RolesQuota", quotas::ROLES),
        ("ServerCertificatesQuota", quotas::SERVER_CERTIFICATES),
        ("SigningCertificatesPerUserQuota", quotas::SIGNING_CERTIFICATES),
        ("UserPolicySizeQuota", quotas::USER_POLICIES_SIZE),
        ("UsersQuota", quotas::USERS),
        ("VersionsPerPolicyQuota", PolicyVersion::MAX as u64),
    ];
    for (name, what) in [
        ("Groups", EntityKind::Group.as_str()),
        ("InstanceProfiles", EntityKind::InstanceProfile.as_str()),
        ("MFADevices", mfa_devices::COUNT),
        ("MFADevicesInUse", mfa_devices::COUNT_IN_USE),
        ("Policies", EntityKind::Policy.as_str()),
        ("Roles", EntityKind::Role.as_str()),
        ("ServerCertificates", server_certificates::COUNT),
        ("Users", EntityKind::User.as_str()),
    ] {
        summary.push((name, count(what)?));
    }
    summary.push(("PolicyVersionsInUse", versions(ctx)?));
    let number = |value: u64| i32::try_from(value).unwrap_or(i32::MAX);
    let map: BTreeMap<_, _> = summary.into_iter().map(|(name, value)| (name.to_owned(), number(value))).collect();
    Ok(api::GetAccountSummaryOutput { summary_map: Some(map) })
}

/// Versions of all customer managed policies.
fn versions(ctx: &mut Ctx<'_>) -> Result<u64> {
    let all = Key::new(Space::account(ctx.scope().account), PolicyVersion::TABLE);
    let most = usize::try_from(POLICY_VERSIONS).unwrap_or(usize::MAX);
    let found: Vec<(_, PolicyVersion)> = ctx.scan(&all, None, most)?;
    Ok(found.len() as u64)
}
