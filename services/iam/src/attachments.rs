//! Managed policies of users, groups and roles: Attach…Policy, Detach…Policy, ListAttached…Policies.
//!
//! Guarantees: only a policy that exists can be attached, and to nobody more than ten; attaching twice is no error,
//! detaching what is not attached is one. Source: IAM API Reference; IAM User Guide, "Adding and removing IAM identity
//! permissions".

use crate::entities::{Noun, found};
use crate::policies::{self, PolicyArn};
use crate::{api, error, paging, quotas, roles, targets};
use directory::records::{self, Group, Holder, Role, User};
use kernel::{Ctx, Lookup, Result, Service, Target, op};

/// The operations on attachments.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(
            op(api::ATTACH_USER_POLICY, |ctx, input| attach::<User>(ctx, &input.user_name, &input.policy_arn))
                .on(|lookup, input| on::<User>(lookup, "iam:AttachUserPolicy", &input.user_name, &input.policy_arn))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::ATTACH_GROUP_POLICY, |ctx, input| attach::<Group>(ctx, &input.group_name, &input.policy_arn))
                .on(|lookup, input| on::<Group>(lookup, "iam:AttachGroupPolicy", &input.group_name, &input.policy_arn))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::ATTACH_ROLE_POLICY, |ctx, input| {
                roles::modifiable(ctx, &input.role_name)?;
                attach::<Role>(ctx, &input.role_name, &input.policy_arn)
            })
            .on(|lookup, input| on::<Role>(lookup, "iam:AttachRolePolicy", &input.role_name, &input.policy_arn))
            .quota(&quotas::CHANGES)
            .writes(),
        )
        .with(
            op(api::DETACH_USER_POLICY, |ctx, input| detach::<User>(ctx, &input.user_name, &input.policy_arn))
                .on(|lookup, input| on::<User>(lookup, "iam:DetachUserPolicy", &input.user_name, &input.policy_arn))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::DETACH_GROUP_POLICY, |ctx, input| detach::<Group>(ctx, &input.group_name, &input.policy_arn))
                .on(|lookup, input| on::<Group>(lookup, "iam:DetachGroupPolicy", &input.group_name, &input.policy_arn))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::DETACH_ROLE_POLICY, |ctx, input| {
                roles::modifiable(ctx, &input.role_name)?;
                detach::<Role>(ctx, &input.role_name, &input.policy_arn)
            })
            .on(|lookup, input| on::<Role>(lookup, "iam:DetachRolePolicy", &input.role_name, &input.policy_arn))
            .quota(&quotas::CHANGES)
            .writes(),
        )
        .with(
            op(api::LIST_ATTACHED_USER_POLICIES, |ctx, input| {
                let (prefix, marker) = (input.path_prefix.as_deref(), input.marker.as_deref());
                let (policies, marker) = list::<User>(ctx, &input.user_name, prefix, input.max_items, marker)?;
                Ok(api::ListAttachedUserPoliciesOutput {
                    attached_policies: Some(policies),
                    is_truncated: Some(marker.is_some()),
                    marker,
                })
            })
            .on(|lookup, input| targets::only::<User>(lookup, "iam:ListAttachedUserPolicies", &input.user_name))
            .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_ATTACHED_GROUP_POLICIES, |ctx, input| {
                let (prefix, marker) = (input.path_prefix.as_deref(), input.marker.as_deref());
                let (policies, marker) = list::<Group>(ctx, &input.group_name, prefix, input.max_items, marker)?;
                Ok(api::ListAttachedGroupPoliciesOutput {
                    attached_policies: Some(policies),
                    is_truncated: Some(marker.is_some()),
                    marker,
                })
            })
            .on(|lookup, input| targets::only::<Group>(lookup, "iam:ListAttachedGroupPolicies", &input.group_name))
            .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_ATTACHED_ROLE_POLICIES, |ctx, input| {
                let (prefix, marker) = (input.path_prefix.as_deref(), input.marker.as_deref());
                let (policies, marker) = list::<Role>(ctx, &input.role_name, prefix, input.max_items, marker)?;
                Ok(api::ListAttachedRolePoliciesOutput {
                    attached_policies: Some(policies),
                    is_truncated: Some(marker.is_some()),
                    marker,
                })
            })
            .on(|lookup, input| targets::only::<Role>(lookup, "iam:ListAttachedRolePolicies", &input.role_name))
            .quota(&quotas::READS),
        )
}

/// Both the policy and the boundary of whom it is for may decide.
fn on<N: Noun + Holder>(
    lookup: &mut Lookup<'_, '_>,
    action: &'static str,
    name: &str,
    arn: &str,
) -> Result<Vec<Target>> {
    let account = lookup.scope().account;
    let found: Option<N> = records::find(lookup, account, name)?;
    let target = targets::on::<N>(lookup, action, name)?;
    let target = targets::boundary(target, found.as_ref().and_then(N::boundary));
    Ok(vec![target.condition("iam:PolicyARN", vec![arn.to_owned()])])
}

fn attach<N: Noun + Holder>(ctx: &mut Ctx<'_>, name: &str, arn: &str) -> Result<()> {
    let account = ctx.scope().account;
    let named = PolicyArn::parse(arn, ctx.partition())?;
    let mut holder: N = found(ctx, name)?;
    if !policies::is_there(ctx, &named)? {
        return Err(error::not_attachable(arn).into());
    }
    if named.account.is_none() && named.path.starts_with("/aws-service-role/") {
        return Err(error::for_services_only().into());
    }
    if !holder.attached().contains(arn) && holder.attached().len() as u64 >= quotas::ATTACHED {
        return Err(error::quota(N::ATTACHED_QUOTA, quotas::ATTACHED).into());
    }
    records::attach(ctx, account, &mut holder, arn)?;
    Ok(())
}

fn detach<N: Noun + Holder>(ctx: &mut Ctx<'_>, name: &str, arn: &str) -> Result<()> {
    let account = ctx.scope().account;
    PolicyArn::parse(arn, ctx.partition())?;
    let mut holder: N = found(ctx, name)?;
    let detached = records::detach(ctx, account, &mut holder, arn)?;
    if detached { Ok(()) } else { Err(error::no_such_policy(arn).into()) }
}

fn list<N: Noun + Holder>(
    ctx: &mut Ctx<'_>,
    name: &str,
    prefix: Option<&str>,
    max_items: Option<i32>,
    marker: Option<&str>,
) -> Result<(Vec<api::AttachedPolicy>, Option<String>)> {
    let holder: N = found(ctx, name)?;
    let prefix = prefix.unwrap_or("/");
    let filters = [holder.id(), prefix];
    let page = paging::ask(ctx, max_items, marker, &filters)?;
    page.placed(ctx, described(&holder, prefix))
}

/// The policies attached to somebody whose paths begin so.
pub(crate) fn described<H: Holder>(holder: &H, prefix: &str) -> Vec<api::AttachedPolicy> {
    let parsed = holder.attached().iter().filter_map(|arn| PolicyArn::read(arn)).map(|(_, policy)| policy);
    let wanted = parsed.filter(|policy| policy.path.starts_with(prefix));
    wanted
        .map(|policy| api::AttachedPolicy {
            policy_name: Some(policy.name.to_owned()),
            policy_arn: Some(policy.arn.to_owned()),
        })
        .collect()
}
