//! The organization itself: making and ending it, its root, the policy types that are enabled there.
//!
//! Guarantees: no type is enabled in a new organization, whatever the API reference says of service control policies:
//! Terraform enables them in organizations that it just made, which fails where they are. Enabling a type attaches AWS's
//! policy of that type to every target, disabling it detaches all.

use crate::records::{
    Joined, Member, Organization, RESOURCE_CONTROL, ResourcePolicy, SERVICE_CONTROL, Since, State, Tags,
};
use crate::resolve::{Reach, on};
use crate::standing::{Reads as _, Standing};
use crate::{api, error, ids, paging, policies, quotas, tree};
use base::Secret;
use directory::records::EnabledControls;
use kernel::{Ctx, Result, Service, op};

pub(crate) fn operations(service: Service) -> Service {
    service
        .with(
            op(api::CREATE_ORGANIZATION, create)
                .on(|lookup, _| on(lookup, "organizations:CreateOrganization", Reach::Own, &[], &[]))
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DESCRIBE_ORGANIZATION, describe)
                .on(|lookup, ()| on(lookup, "organizations:DescribeOrganization", Reach::Own, &[], &[]))
                .quota(&quotas::READS),
        )
        .with(
            op(api::DELETE_ORGANIZATION, delete)
                .on(|lookup, ()| on(lookup, "organizations:DeleteOrganization", Reach::Manage, &[], &[]))
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::LIST_ROOTS, list_roots)
                .on(|lookup, _| on(lookup, "organizations:ListRoots", Reach::Read, &[], &[]))
                .quota(&quotas::READS),
        )
        .with(
            op(api::ENABLE_POLICY_TYPE, enable_type)
                .on(|lookup, input| {
                    let kind = [("organizations:PolicyType", vec![input.policy_type.as_str().to_owned()])];
                    on(lookup, "organizations:EnablePolicyType", Reach::Delegable, &[&input.root_id], &kind)
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DISABLE_POLICY_TYPE, disable_type)
                .on(|lookup, input| {
                    let kind = [("organizations:PolicyType", vec![input.policy_type.as_str().to_owned()])];
                    on(lookup, "organizations:DisablePolicyType", Reach::Delegable, &[&input.root_id], &kind)
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
}

/// Makes the caller's account the management account of a new organization.
fn create(ctx: &mut Ctx<'_>, input: api::CreateOrganization) -> Result<api::CreateOrganizationOutput> {
    let account = ctx.scope().account;
    let all_features = input.feature_set != Some(api::OrganizationFeatureSet::ConsolidatedBilling);
    let organization = Organization {
        id: ids::organization(ctx.rng()),
        root: ids::root(ctx.rng()),
        all_features,
        created_millis: ctx.now().millis(),
        enabled: Default::default(),
        accounts: 1,
        units: 0,
        policies: Default::default(),
    };
    let standing = Standing { management: account, organization, manages: true };
    let member = Member {
        name: account.to_string(),
        email: tree::address(account.as_str()),
        parent: standing.organization.root.clone(),
        joined: Joined::Invited,
        joined_millis: ctx.now().millis(),
        state: State::Active,
        closed_millis: None,
    };
    if !tree::put_member(ctx, &standing, account.as_str(), &member)? {
        return Err(error::already_in_organization().into());
    }
    standing.save(ctx)?;
    Ok(api::CreateOrganizationOutput { organization: Some(view(ctx, &standing)?) })
}

fn describe(ctx: &mut Ctx<'_>, (): ()) -> Result<api::DescribeOrganizationOutput> {
    let standing = Standing::of(ctx)?;
    Ok(api::DescribeOrganizationOutput { organization: Some(view(ctx, &standing)?) })
}

/// Ends an organization that has nothing left but its management account.
fn delete(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
    let standing = Standing::of(ctx)?;
    let Standing { management, organization, .. } = &standing;
    let policies: u32 = organization.policies.values().sum();
    if organization.accounts > 1 || organization.units > 0 || policies > 0 {
        return Err(error::bare(
            "OrganizationNotEmptyException",
            "To delete an organization you must first remove all member accounts (except the master).",
        )
        .into());
    }
    for kind in &organization.enabled {
        detach_all(ctx, &standing, kind)?;
    }
    tree::remove_member(ctx, &standing, management.as_str())?;
    for (principal, _) in ctx.scan::<Since>(&Since::service_accesses(*management), None, usize::MAX)? {
        ctx.delete(&principal)?;
    }
    crate::handshakes::remove_all(ctx, *management)?;
    ctx.delete(&ResourcePolicy::key(*management))?;
    ctx.delete(&Tags::key(*management, &organization.root))?;
    ctx.delete(&EnabledControls::key(*management, &organization.root))?;
    ctx.delete(&Organization::key(*management))
}

fn list_roots(ctx: &mut Ctx<'_>, input: api::ListRoots) -> Result<api::ListRootsOutput> {
    let standing = Standing::of(ctx)?;
    let page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &[])?;
    let (roots, next_token) = page.of(ctx, vec![(standing.organization.root.clone(), root(&standing))])?;
    Ok(api::ListRootsOutput { roots: Some(roots.into_iter().map(|(_, root)| root).collect()), next_token })
}

fn enable_type(ctx: &mut Ctx<'_>, input: api::EnablePolicyType) -> Result<api::EnablePolicyTypeOutput> {
    let mut standing = Standing::of(ctx)?;
    if input.root_id != standing.organization.root {
        return Err(error::root_not_found().into());
    }
    if !standing.organization.all_features {
        return Err(error::bare(
            "PolicyTypeNotAvailableForOrganizationException",
            "You can't use the specified policy type with the feature set currently enabled for this organization.",
        )
        .into());
    }
    let kind = input.policy_type.as_str();
    if standing.organization.enabled.contains(kind) {
        return Err(
            error::bare("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled.").into()
        );
    }
    enable(ctx, &mut standing, kind)?;
    standing.save(ctx)?;
    Ok(api::EnablePolicyTypeOutput { root: Some(root(&standing)) })
}

fn disable_type(ctx: &mut Ctx<'_>, input: api::DisablePolicyType) -> Result<api::DisablePolicyTypeOutput> {
    let mut standing = Standing::of(ctx)?;
    if input.root_id != standing.organization.root {
        return Err(error::root_not_found().into());
    }
    let kind = input.policy_type.as_str();
    if !standing.organization.enabled.remove(kind) {
        return Err(policies::not_enabled().into());
    }
    enabled_controls(ctx, &standing)?;
    detach_all(ctx, &standing, kind)?;
    standing.save(ctx)?;
    Ok(api::DisablePolicyTypeOutput { root: Some(root(&standing)) })
}

/// Enables a type, which attaches AWS's policy that allows everything to the root, every unit and every account.
fn enable(ctx: &mut Ctx<'_>, standing: &mut Standing, kind: &str) -> Result<()> {
    standing.organization.enabled.insert(kind.to_owned());
    enabled_controls(ctx, standing)?;
    let Some(managed) = policies::aws_managed_of(kind) else { return Ok(()) };
    for target in tree::all_targets(ctx, standing)? {
        tree::mark_attached(ctx, standing, &target, kind, managed.id)?;
    }
    Ok(())
}

/// Tells the road which types decide calls.
fn enabled_controls(ctx: &mut Ctx<'_>, standing: &Standing) -> Result<()> {
    let is_enabled = |kind| standing.organization.enabled.contains(kind);
    let enabled = EnabledControls { service: is_enabled(SERVICE_CONTROL), resource: is_enabled(RESOURCE_CONTROL) };
    ctx.put(&EnabledControls::key(standing.management, &standing.organization.root), &enabled)
}

/// Detaches every policy of a type from everything.
fn detach_all(ctx: &mut Ctx<'_>, standing: &Standing, kind: &str) -> Result<()> {
    for target in tree::all_targets(ctx, standing)? {
        tree::detach_all_from(ctx, standing, &target, kind)?;
    }
    Ok(())
}

fn view(ctx: &mut Ctx<'_>, standing: &Standing) -> Result<api::Organization> {
    let management = standing.management.as_str();
    let member: Option<Member> = ctx.read(&Member::key(standing.management, management))?;
    let scp = api::PolicyTypeSummary {
        r#type: Some(api::PolicyType::ServiceControlPolicy),
        status: Some(api::PolicyTypeStatus::Enabled),
    };
    let all_features = standing.organization.all_features;
    Ok(api::Organization {
        id: Some(standing.organization.id.clone()),
        arn: Some(standing.arns().organization()),
        feature_set: Some(if all_features {
            api::OrganizationFeatureSet::All
        } else {
            api::OrganizationFeatureSet::ConsolidatedBilling
        }),
        master_account_arn: Some(standing.arns().account(management)),
        master_account_id: Some(management.to_owned()),
        master_account_email: member.map(|member| Secret::new(member.email)),
        available_policy_types: Some(if all_features { vec![scp] } else { Vec::new() }),
    })
}

/// The root with the types that are enabled in it.
fn root(standing: &Standing) -> api::Root {
    let id = &standing.organization.root;
    let enabled = |kind: &&api::PolicyType| standing.organization.enabled.contains(kind.as_str());
    let summary = |kind: &api::PolicyType| api::PolicyTypeSummary {
        r#type: Some(*kind),
        status: Some(api::PolicyTypeStatus::Enabled),
    };
    api::Root {
        id: Some(id.clone()),
        arn: Some(standing.arns().root(id)),
        name: Some("Root".to_owned()),
        policy_types: Some(api::PolicyType::ALL.iter().filter(enabled).map(summary).collect()),
    }
}
