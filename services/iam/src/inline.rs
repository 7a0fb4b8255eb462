//! Inline policies of users, groups and roles: Put…Policy, Get…Policy, Delete…Policy, List…Policies.
//!
//! Guarantees: all inline policies of one user, group or role together stay within its limit; a policy comes back as it
//! was put. Source: IAM API Reference; IAM User Guide, "IAM and AWS STS quotas".

use crate::boundaries::bounded;
use crate::entities::{self, Noun, found};
use crate::{api, documents, error, paging, quotas, roles, targets};
use directory::records::{Group, Holder, Role, User};
use kernel::{Ctx, Result, Service, op};
use policy::Kind;

/// The operations on inline policies.
pub(crate) fn lines(service: Service) -> Service {
    of_roles(of_groups(of_users(service)))
}

fn of_users(service: Service) -> Service {
    service
        .with(
            op(api::PUT_USER_POLICY, |ctx, input| {
                put::<User>(ctx, &input.user_name, input.policy_name, input.policy_document)
            })
            .on(|lookup, input| bounded::<User>(lookup, "iam:PutUserPolicy", &input.user_name))
            .quota(&quotas::CHANGES)
            .writes(),
        )
        .with(
            op(api::GET_USER_POLICY, |ctx, input| {
                let (user, policy_document) = get::<User>(ctx, &input.user_name, &input.policy_name)?;
                Ok(api::GetUserPolicyOutput { user_name: user.name, policy_name: input.policy_name, policy_document })
            })
            .on(|lookup, input| targets::only::<User>(lookup, "iam:GetUserPolicy", &input.user_name))
            .quota(&quotas::READS),
        )
        .with(
            op(api::DELETE_USER_POLICY, |ctx, input| delete::<User>(ctx, &input.user_name, &input.policy_name))
                .on(|lookup, input| bounded::<User>(lookup, "iam:DeleteUserPolicy", &input.user_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_USER_POLICIES, |ctx, input| {
                let (names, marker) = list::<User>(ctx, &input.user_name, input.max_items, input.marker.as_deref())?;
                Ok(api::ListUserPoliciesOutput { policy_names: names, is_truncated: Some(marker.is_some()), marker })
            })
            .on(|lookup, input| targets::only::<User>(lookup, "iam:ListUserPolicies", &input.user_name))
            .quota(&quotas::READS),
        )
}

fn of_groups(service: Service) -> Service {
    service
        .with(
            op(api::PUT_GROUP_POLICY, |ctx, input| {
                put::<Group>(ctx, &input.group_name, input.policy_name, input.policy_document)
            })
            .on(|lookup, input| targets::only::<Group>(lookup, "iam:PutGroupPolicy", &input.group_name))
            .quota(&quotas::CHANGES)
            .writes(),
        )
        .with(
            op(api::GET_GROUP_POLICY, |ctx, input| {
                let (group, policy_document) = get::<Group>(ctx, &input.group_name, &input.policy_name)?;
                Ok(api::GetGroupPolicyOutput {
                    group_name: group.name,
                    policy_name: input.policy_name,
                    policy_document,
                })
            })
            .on(|lookup, input| targets::only::<Group>(lookup, "iam:GetGroupPolicy", &input.group_name))
            .quota(&quotas::READS),
        )
        .with(
            op(api::DELETE_GROUP_POLICY, |ctx, input| delete::<Group>(ctx, &input.group_name, &input.policy_name))
                .on(|lookup, input| targets::only::<Group>(lookup, "iam:DeleteGroupPolicy", &input.group_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_GROUP_POLICIES, |ctx, input| {
                let (names, marker) = list::<Group>(ctx, &input.group_name, input.max_items, input.marker.as_deref())?;
                Ok(api::ListGroupPoliciesOutput { policy_names: names, is_truncated: Some(marker.is_some()), marker })
            })
            .on(|lookup, input| targets::only::<Group>(lookup, "iam:ListGroupPolicies", &input.group_name))
            .quota(&quotas::READS),
        )
}

fn of_roles(service: Service) -> Service {
    service
        .with(
            op(api::PUT_ROLE_POLICY, |ctx, input| {
                roles::modifiable(ctx, &input.role_name)?;
                put::<Role>(ctx, &input.role_name, input.policy_name, input.policy_document)
            })
            .on(|lookup, input| bounded::<Role>(lookup, "iam:PutRolePolicy", &input.role_name))
            .quota(&quotas::CHANGES)
            .writes(),
        )
        .with(
            op(api::GET_ROLE_POLICY, |ctx, input| {
                let (role, policy_document) = get::<Role>(ctx, &input.role_name, &input.policy_name)?;
                Ok(api::GetRolePolicyOutput { role_name: role.name, policy_name: input.policy_name, policy_document })
            })
            .on(|lookup, input| targets::only::<Role>(lookup, "iam:GetRolePolicy", &input.role_name))
            .quota(&quotas::READS),
        )
        .with(
            op(api::DELETE_ROLE_POLICY, |ctx, input| {
                roles::modifiable(ctx, &input.role_name)?;
                delete::<Role>(ctx, &input.role_name, &input.policy_name)
            })
            .on(|lookup, input| bounded::<Role>(lookup, "iam:DeleteRolePolicy", &input.role_name))
            .quota(&quotas::CHANGES)
            .writes(),
        )
        .with(
            op(api::LIST_ROLE_POLICIES, |ctx, input| {
                let (names, marker) = list::<Role>(ctx, &input.role_name, input.max_items, input.marker.as_deref())?;
                Ok(api::ListRolePoliciesOutput { policy_names: names, is_truncated: Some(marker.is_some()), marker })
            })
            .on(|lookup, input| targets::only::<Role>(lookup, "iam:ListRolePolicies", &input.role_name))
            .quota(&quotas::READS),
        )
}

fn put<N: Noun + Holder>(ctx: &mut Ctx<'_>, name: &str, policy: String, document: String) -> Result<()> {
    let old: N = found(ctx, name)?;
    documents::read(Kind::Identity, &document)?;
    let mut new = old.clone();
    new.inline_mut().insert(policy, document);
    let mut size = 0;
    for document in new.inline().values() {
        // One from a time when less was asked of documents counts too.
        let counted = documents::read(Kind::Identity, document).map_or(document.chars().count(), |read| read.size());
        size += counted as u64;
    }
    if size > N::INLINE_LIMIT {
        return Err(error::inline_policies_too_long(N::INLINE_LIMIT, N::WORD, old.name()).into());
    }
    entities::replace(ctx, &old, &new)
}

fn get<N: Noun + Holder>(ctx: &mut Ctx<'_>, name: &str, policy: &str) -> Result<(N, String)> {
    let holder: N = found(ctx, name)?;
    let document = holder.inline().get(policy).map(|document| documents::encoded(document));
    let document = document.ok_or_else(|| error::no_such_inline_policy(N::WORD, policy))?;
    Ok((holder, document))
}

fn delete<N: Noun + Holder>(ctx: &mut Ctx<'_>, name: &str, policy: &str) -> Result<()> {
    let old: N = found(ctx, name)?;
    let mut new = old.clone();
    if new.inline_mut().remove(policy).is_none() {
        return Err(error::no_such_inline_policy(N::WORD, policy).into());
    }
    entities::replace(ctx, &old, &new)
}

fn list<N: Noun + Holder>(
    ctx: &mut Ctx<'_>,
    name: &str,
    max_items: Option<i32>,
    marker: Option<&str>,
) -> Result<(Vec<String>, Option<String>)> {
    let holder: N = found(ctx, name)?;
    let filters = [holder.id()];
    let page = paging::ask(ctx, max_items, marker, &filters)?;
    let names = holder.inline().keys().filter(|name| page.is_after(name)).cloned().collect();
    page.cut(ctx, names, String::as_str)
}
