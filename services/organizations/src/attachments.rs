//! Attaching policies to roots, units and accounts.
//!
//! Guarantees: only enabled types are attached; a target keeps at least one service control policy, and AWS's resource
//! control policy always. Source: AWS Organizations API Reference, AttachPolicy and DetachPolicy.

use crate::records::{Mark, RCP_FULL_ACCESS, SERVICE_CONTROL};
use crate::resolve::{Reach, on};
use crate::standing::Standing;
use crate::{accounts, api, effective, error, paging, policies, quotas, tree, units};
use kernel::{Ctx, Result, Service, op};

pub(crate) fn operations(service: Service) -> Service {
    service
        .with(
            op(api::ATTACH_POLICY, attach)
                .on(|lookup, input| {
                    let resources = [&*input.policy_id, &input.target_id];
                    on(lookup, "organizations:AttachPolicy", Reach::Delegable, &resources, &[])
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DETACH_POLICY, detach)
                .on(|lookup, input| {
                    let resources = [&*input.policy_id, &input.target_id];
                    on(lookup, "organizations:DetachPolicy", Reach::Delegable, &resources, &[])
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::LIST_POLICIES_FOR_TARGET, list_for_target)
                .on(|lookup, input| {
                    let kind = [("organizations:PolicyType", vec![input.filter.as_str().to_owned()])];
                    on(lookup, "organizations:ListPoliciesForTarget", Reach::Read, &[&input.target_id], &kind)
                })
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_TARGETS_FOR_POLICY, list_targets)
                .on(|lookup, input| {
                    on(lookup, "organizations:ListTargetsForPolicy", Reach::Read, &[&input.policy_id], &[])
                })
                .quota(&quotas::READS),
        )
        .with(
            op(api::DESCRIBE_EFFECTIVE_POLICY, effective::describe)
                .on(|lookup, input| {
                    let target = input.target_id.as_deref().unwrap_or_default();
                    let own = target.is_empty() || target == lookup.scope().account.as_str();
                    let kind = [("organizations:PolicyType", vec![input.policy_type.as_str().to_owned()])];
                    let (reach, resources): (_, &[&str]) =
                        if own { (Reach::Own, &[]) } else { (Reach::Read, &[target]) };
                    on(lookup, "organizations:DescribeEffectivePolicy", reach, resources, &kind)
                })
                .quota(&quotas::READS),
        )
}

fn attach(ctx: &mut Ctx<'_>, input: api::AttachPolicy) -> Result<()> {
    let standing = Standing::of(ctx)?;
    let policy = policies::existing(ctx, &standing, &input.policy_id)?;
    target(ctx, &standing, &input.target_id)?;
    if !standing.organization.enabled.contains(&policy.kind) {
        return Err(policies::not_enabled().into());
    }
    let attached = tree::attached(ctx, &standing, &input.target_id, &policy.kind)?;
    if attached.contains(&input.policy_id) {
        return Err(error::bare(
            "DuplicatePolicyAttachmentException",
            "A policy with the specified ID is already attached to the specified target.",
        )
        .into());
    }
    if attached.len() >= quotas::attachments(&policy.kind) {
        return Err(error::constraint(
            "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
            "You have attached the maximum number of policies to the specified target.",
        )
        .into());
    }
    tree::mark_attached(ctx, &standing, &input.target_id, &policy.kind, &input.policy_id)
}

fn detach(ctx: &mut Ctx<'_>, input: api::DetachPolicy) -> Result<()> {
    let standing = Standing::of(ctx)?;
    let policy = policies::existing(ctx, &standing, &input.policy_id)?;
    target(ctx, &standing, &input.target_id)?;
    let attached = tree::attached(ctx, &standing, &input.target_id, &policy.kind)?;
    if !attached.contains(&input.policy_id) {
        return Err(error::bare(
            "PolicyNotAttachedException",
            "The policy isn't attached to the specified target in the specified root.",
        )
        .into());
    }
    if input.policy_id == RCP_FULL_ACCESS {
        let text = "You can't detach the RCPFullAWSAccess policy.";
        return Err(error::invalid_input("NON_DETACHABLE_POLICY", text).into());
    }
    if policy.kind == SERVICE_CONTROL && attached.len() == 1 {
        return Err(error::constraint(
            "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
            "You cannot remove the last policy attached to the specified target. You must have at least one attached at \
             all times.",
        )
        .into());
    }
    tree::unmark_attached(ctx, &standing, &input.target_id, &policy.kind, &input.policy_id)
}

fn list_for_target(ctx: &mut Ctx<'_>, input: api::ListPoliciesForTarget) -> Result<api::ListPoliciesForTargetOutput> {
    let standing = Standing::of(ctx)?;
    target(ctx, &standing, &input.target_id)?;
    let kind = input.filter.as_str();
    let filters = [input.target_id.as_str(), kind];
    let page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &filters)?;
    let attached = Mark::attached_to(standing.management, &input.target_id, kind);
    let (found, next_token) = page.records::<Mark>(ctx, &attached)?;
    let mut summaries = Vec::with_capacity(found.len());
    for (id, _) in found {
        let policy = policies::existing(ctx, &standing, &id)?;
        summaries.push(policies::summary(&standing, &id, &policy));
    }
    Ok(api::ListPoliciesForTargetOutput { policies: Some(summaries), next_token })
}

fn list_targets(ctx: &mut Ctx<'_>, input: api::ListTargetsForPolicy) -> Result<api::ListTargetsForPolicyOutput> {
    let standing = Standing::of(ctx)?;
    policies::existing(ctx, &standing, &input.policy_id)?;
    let filters = [input.policy_id.as_str()];
    let page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &filters)?;
    let (found, next_token) = page.records::<Mark>(ctx, &Mark::targets(standing.management, &input.policy_id))?;
    let mut targets = Vec::with_capacity(found.len());
    for (id, _) in found {
        let (kind, name, arn) = target(ctx, &standing, &id)?;
        let summary =
            api::PolicyTargetSummary { target_id: Some(id), arn: Some(arn), name: Some(name), r#type: Some(kind) };
        targets.push(summary);
    }
    Ok(api::ListTargetsForPolicyOutput { targets: Some(targets), next_token })
}

/// What a policy can be attached to: its kind, name and ARN.
pub(crate) fn target(ctx: &mut Ctx<'_>, standing: &Standing, id: &str) -> Result<(api::TargetType, String, String)> {
    let arns = standing.arns();
    if id == standing.organization.root {
        return Ok((api::TargetType::Root, "Root".to_owned(), arns.root(id)));
    }
    let found = if id.starts_with("ou-") {
        let unit = units::existing(ctx, standing, id);
        unit.map(|unit| (api::TargetType::OrganizationalUnit, unit.name, arns.unit(id)))
    } else {
        let member = accounts::existing(ctx, standing, id);
        member.map(|member| (api::TargetType::Account, member.name, arns.account(id)))
    };
    found.map_err(|error| match error {
        kernel::Error::Fault(_) => error::target_not_found().into(),
        other => other,
    })
}
