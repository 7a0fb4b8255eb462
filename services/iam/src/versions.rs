//! Versions of managed policies: CreatePolicyVersion, GetPolicyVersion, SetDefaultPolicyVersion, DeletePolicyVersion,
//! ListPolicyVersions.
//!
//! Guarantees: a policy has at most five versions, one of them in force; a number is never used again. Of AWS's policies
//! only the version in force is known. Source: IAM User Guide, "Versioning IAM policies".

use crate::policies::{PolicyArn, changeable, only};
use crate::{api, documents, entities, error, paging, quotas};
use authorization_data::managed_policy;
use directory::records::{ManagedPolicy, PolicyVersion};
use kernel::{Ctx, Result, Service, op};
use model::Fault;
use policy::Kind;

/// The operations on versions.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(
            op(api::CREATE_POLICY_VERSION, create)
                .on(|lookup, input| only(lookup, "iam:CreatePolicyVersion", &input.policy_arn))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::GET_POLICY_VERSION, get)
                .on(|lookup, input| only(lookup, "iam:GetPolicyVersion", &input.policy_arn))
                .quota(&quotas::READS),
        )
        .with(
            op(api::SET_DEFAULT_POLICY_VERSION, set_default)
                .on(|lookup, input| only(lookup, "iam:SetDefaultPolicyVersion", &input.policy_arn))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::DELETE_POLICY_VERSION, delete)
                .on(|lookup, input| only(lookup, "iam:DeletePolicyVersion", &input.policy_arn))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_POLICY_VERSIONS, list)
                .on(|lookup, input| only(lookup, "iam:ListPolicyVersions", &input.policy_arn))
                .quota(&quotas::READS),
        )
}

/// Refuses what is no managed policy, or too long for one.
pub(crate) fn check(document: &str) -> std::result::Result<(), Fault> {
    let size = documents::read(Kind::Managed, document)?.size() as u64;
    if size <= quotas::POLICY_SIZE { Ok(()) } else { Err(error::quota("PolicySize", quotas::POLICY_SIZE)) }
}

/// The versions of a policy, oldest first.
pub(crate) fn all(ctx: &mut Ctx<'_>, policy: &ManagedPolicy) -> Result<Vec<PolicyVersion>> {
    let below = PolicyVersion::of(ctx.scope().account, &policy.name);
    let found: Vec<(_, PolicyVersion)> = ctx.scan(&below, None, PolicyVersion::MAX + 1)?;
    Ok(found.into_iter().map(|(_, version)| version).collect())
}

/// `v3`
pub(crate) fn id(number: u32) -> String {
    format!("v{number}")
}

/// Adds a version.
fn create(ctx: &mut Ctx<'_>, input: api::CreatePolicyVersion) -> Result<api::CreatePolicyVersionOutput> {
    let account = ctx.scope().account;
    let old = changeable(ctx, &input.policy_arn, api::CREATE_POLICY_VERSION.name)?;
    check(&input.policy_document)?;
    if all(ctx, &old)?.len() >= PolicyVersion::MAX {
        return Err(error::too_many_versions(PolicyVersion::MAX).into());
    }
    let mut new = old.clone();
    new.last_version = new.last_version.saturating_add(1);
    new.updated = ctx.now().into();
    if input.set_as_default == Some(true) {
        new.default_version = new.last_version;
    }
    let version = PolicyVersion { number: new.last_version, created: new.updated, document: input.policy_document };
    ctx.put(&PolicyVersion::key(account, &new.name, version.number), &version)?;
    entities::replace(ctx, &old, &new)?;
    let answer = api::PolicyVersion { document: None, ..described(&new, &version) };
    Ok(api::CreatePolicyVersionOutput { policy_version: Some(answer) })
}

/// Tells about a version, its document included.
fn get(ctx: &mut Ctx<'_>, input: api::GetPolicyVersion) -> Result<api::GetPolicyVersionOutput> {
    let account = ctx.scope().account;
    let named = PolicyArn::parse(&input.policy_arn, ctx.partition())?;
    let missing = || error::no_such_version(named.arn, &input.version_id);
    let answer = match named.account {
        None => {
            let policy = managed_policy(named.arn).ok_or_else(|| error::no_such_policy(named.arn))?;
            let found = of_aws(policy)?;
            if policy.version == input.version_id { Some(found) } else { None }
        }
        Some(_) => {
            let policy = named.customer(ctx, account)?.ok_or_else(|| error::no_such_policy(named.arn))?;
            find(ctx, &policy, &input.version_id)?.map(|version| described(&policy, &version))
        }
    };
    Ok(api::GetPolicyVersionOutput { policy_version: Some(answer.ok_or_else(missing)?) })
}

/// Puts another version in force.
fn set_default(ctx: &mut Ctx<'_>, input: api::SetDefaultPolicyVersion) -> Result<()> {
    let old = changeable(ctx, &input.policy_arn, api::SET_DEFAULT_POLICY_VERSION.name)?;
    let version = find(ctx, &old, &input.version_id)?;
    let version = version.ok_or_else(|| error::no_such_version(&input.policy_arn, &input.version_id))?;
    let mut new = old.clone();
    new.default_version = version.number;
    new.updated = ctx.now().into();
    entities::replace(ctx, &old, &new)
}

/// Deletes a version that is not in force.
fn delete(ctx: &mut Ctx<'_>, input: api::DeletePolicyVersion) -> Result<()> {
    let account = ctx.scope().account;
    let old = changeable(ctx, &input.policy_arn, api::DELETE_POLICY_VERSION.name)?;
    let version = find(ctx, &old, &input.version_id)?;
    let version = version.ok_or_else(|| error::no_such_version(&input.policy_arn, &input.version_id))?;
    if version.number == old.default_version {
        return Err(error::default_version().into());
    }
    ctx.delete(&PolicyVersion::key(account, &old.name, version.number))?;
    let mut new = old.clone();
    new.updated = ctx.now().into();
    entities::replace(ctx, &old, &new)
}

/// The versions of a policy, newest first, without their documents.
fn list(ctx: &mut Ctx<'_>, input: api::ListPolicyVersions) -> Result<api::ListPolicyVersionsOutput> {
    let account = ctx.scope().account;
    let named = PolicyArn::parse(&input.policy_arn, ctx.partition())?;
    let (id, versions) = match named.account {
        None => {
            let policy = managed_policy(named.arn).ok_or_else(|| error::no_such_policy(named.arn))?;
            (policy.id.to_owned(), vec![of_aws(policy)?])
        }
        Some(_) => {
            let policy = named.customer(ctx, account)?.ok_or_else(|| error::no_such_policy(named.arn))?;
            let all = all(ctx, &policy)?;
            (policy.id.clone(), all.iter().rev().map(|version| described(&policy, version)).collect())
        }
    };
    let versions = versions.into_iter().map(|version| api::PolicyVersion { document: None, ..version }).collect();
    let filters = [id.as_str()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let (versions, marker) = page.placed(ctx, versions)?;
    Ok(api::ListPolicyVersionsOutput { versions: Some(versions), is_truncated: Some(marker.is_some()), marker })
}

/// The version of this id.
fn find(ctx: &mut Ctx<'_>, policy: &ManagedPolicy, id: &str) -> Result<Option<PolicyVersion>> {
    let account = ctx.scope().account;
    match id.strip_prefix('v').and_then(|number| number.parse().ok()) {
        Some(number) => ctx.get(&PolicyVersion::key(account, &policy.name, number)),
        None => Ok(None),
    }
}

fn described(policy: &ManagedPolicy, version: &PolicyVersion) -> api::PolicyVersion {
    api::PolicyVersion {
        document: Some(documents::encoded(&version.document)),
        version_id: Some(id(version.number)),
        is_default_version: Some(version.number == policy.default_version),
        create_date: Some(version.created.into()),
    }
}

fn of_aws(policy: &authorization_data::ManagedPolicy) -> Result<api::PolicyVersion> {
    let document = policy.document();
    let document = document.ok_or_else(|| kernel::Error::Internal(format!("{} does not open", policy.name)))?;
    Ok(api::PolicyVersion {
        document: Some(documents::encoded(&document)),
        version_id: Some(policy.version.to_owned()),
        is_default_version: Some(true),
        create_date: Some(policy.updated),
    })
}
