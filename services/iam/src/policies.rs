//! Managed policies: CreatePolicy, GetPolicy, DeletePolicy, ListPolicies and their tags; those of AWS can be read.
//!
//! Guarantees: a policy that is attached, or bounds somebody, or has versions beside the one in force cannot be deleted;
//! AWS's own policies cannot be changed by anybody. Source: IAM User Guide, "Managed policies and inline policies".

use crate::entities::{self, Noun};
use crate::tags::{self, Tags};
use crate::{api, error, paging, quotas, targets, versions};
use authorization_data::{managed_policies, managed_policy};
use base::{AccountId, Partition};
use directory::ids::{self, Prefix};
use directory::records::{self, Attachments, EntityKind, ManagedPolicy, Named, PolicyVersion, Reads};
use kernel::{Ctx, Lookup, Result, Service, Target, op};
use model::Fault;
use std::collections::BTreeMap;

/// The operations on policies.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(op(api::CREATE_POLICY, create).on(on_create).quota(&quotas::CHANGES).writes())
        .with(
            op(api::GET_POLICY, get)
                .on(|lookup, input| only(lookup, "iam:GetPolicy", &input.policy_arn))
                .quota(&quotas::READS),
        )
        .with(
            op(api::DELETE_POLICY, delete)
                .on(|lookup, input| only(lookup, "iam:DeletePolicy", &input.policy_arn))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_POLICIES, list)
                .on(|lookup, input| {
                    targets::listing(lookup, "iam:ListPolicies", EntityKind::Policy, input.path_prefix.as_deref())
                })
                .quota(&quotas::READS),
        )
        .with(
            op(api::TAG_POLICY, tag)
                .on(|lookup, input| {
                    Ok(vec![targets::request_tags(on(lookup, "iam:TagPolicy", &input.policy_arn)?, &input.tags)])
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::UNTAG_POLICY, untag)
                .on(|lookup, input| {
                    let target = on(lookup, "iam:UntagPolicy", &input.policy_arn)?;
                    Ok(vec![target.condition_set("aws:TagKeys", input.tag_keys.clone())])
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_POLICY_TAGS, list_tags)
                .on(|lookup, input| only(lookup, "iam:ListPolicyTags", &input.policy_arn))
                .quota(&quotas::READS),
        )
}

/// The ARN of a managed policy, taken apart.
#[derive(Clone, Copy)]
pub(crate) struct PolicyArn<'a> {
    /// All of it.
    pub arn: &'a str,
    /// The account whose policy it is; `None` for those of AWS.
    pub account: Option<AccountId>,
    /// Its path.
    pub path: &'a str,
    /// Its name.
    pub name: &'a str,
}

impl<'a> PolicyArn<'a> {
    /// Takes an ARN apart; what is none of a managed policy of the partition is refused. A policy has one ARN, which its
    /// attachments are counted by.
    pub(crate) fn parse(arn: &'a str, partition: Partition) -> std::result::Result<Self, Fault> {
        Self::read(arn)
            .filter(|(named, _)| *named == partition.as_str())
            .map(|(_, read)| read)
            .ok_or_else(|| error::invalid_arn(arn))
    }

    /// The partition and the rest of an ARN.
    pub(crate) fn read(arn: &'a str) -> Option<(&'a str, Self)> {
        let (partition, rest) = arn.strip_prefix("arn:")?.split_once(":iam::")?;
        let (account, path_and_name) = rest.split_once(":policy")?;
        let account = if account == "aws" { None } else { Some(account.parse().ok()?) };
        let (path, name) = path_and_name.split_at_checked(path_and_name.rfind('/')? + 1)?;
        (path.starts_with('/') && !name.is_empty()).then_some((partition, Self { arn, account, path, name }))
    }

    /// The customer managed policy of this ARN, if it is one of `account`'s.
    pub(crate) fn customer<R: Reads>(
        &self,
        records: &mut R,
        account: AccountId,
    ) -> std::result::Result<Option<ManagedPolicy>, R::Error> {
        if self.account != Some(account) {
            return Ok(None);
        }
        let found: Option<ManagedPolicy> = records::find(records, account, self.name)?;
        Ok(found.filter(|found| found.path == self.path && found.name == self.name))
    }
}

impl Noun for ManagedPolicy {
    const WORD: &'static str = "policy";
    const QUOTA: (u64, &'static str) = (quotas::POLICIES, "PoliciesPerAccount");
    const TAG_QUOTA: &'static str = "TagsPerPolicy";

    fn missing(name: &str) -> Fault {
        error::no_such_policy(name)
    }

    fn taken(name: &str) -> Fault {
        error::exists(format!("A policy called {name} already exists. Duplicate names are not allowed."))
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

fn on_create(lookup: &mut Lookup<'_, '_>, input: &api::CreatePolicy) -> Result<Vec<Target>> {
    let path = input.path.as_deref().unwrap_or("/");
    let on = |action| {
        let target = targets::fresh(lookup, action, EntityKind::Policy, path, &input.policy_name);
        target.told(format!("policy {}", input.policy_name))
    };
    Ok(targets::creating(on("iam:CreatePolicy"), on("iam:TagPolicy"), input.tags.as_deref()))
}

/// An action on the policy of an ARN. Everybody's own account decides who reads AWS's; another account's are its own.
pub(crate) fn on(lookup: &mut Lookup<'_, '_>, action: &'static str, arn: &str) -> Result<Target> {
    let scope = lookup.scope();
    let account = scope.account;
    let named = PolicyArn::parse(arn, scope.region.partition())?;
    let target = match named.customer(lookup, account)? {
        Some(policy) => targets::stored(lookup, action, &policy),
        None => Target::arn(action, arn.to_owned(), named.account.unwrap_or(account)),
    };
    Ok(target.told(format!("policy {arn}")))
}

/// The same as all that an operation reaches.
pub(crate) fn only(lookup: &mut Lookup<'_, '_>, action: &'static str, arn: &str) -> Result<Vec<Target>> {
    Ok(vec![on(lookup, action, arn)?])
}

/// Whether a policy of this ARN can be attached.
pub(crate) fn is_there(ctx: &mut Ctx<'_>, named: &PolicyArn<'_>) -> Result<bool> {
    let account = ctx.scope().account;
    Ok(match named.account {
        None => managed_policy(named.arn).is_some(),
        Some(_) => named.customer(ctx, account)?.is_some(),
    })
}

/// The customer managed policy that a request wants to change.
pub(crate) fn changeable(ctx: &mut Ctx<'_>, arn: &str, operation: &str) -> Result<ManagedPolicy> {
    let account = ctx.scope().account;
    let named = PolicyArn::parse(arn, ctx.partition())?;
    if named.account.is_none() {
        let caller = ctx.caller().principal.arn(ctx.partition());
        return Err(error::policy_of_aws(&caller, operation, arn).into());
    }
    named.customer(ctx, account)?.ok_or_else(|| error::no_such_policy(arn).into())
}

/// Makes a policy, whose document is its first version.
fn create(ctx: &mut Ctx<'_>, input: api::CreatePolicy) -> Result<api::CreatePolicyOutput> {
    let account = ctx.scope().account;
    versions::check(&input.policy_document)?;
    let id = ids::unique_id(ctx.rng(), Prefix::ManagedPolicy);
    let path = input.path.as_deref().unwrap_or("/");
    let mut policy = ManagedPolicy::new(id, path, &input.policy_name, ctx.now());
    policy.description = input.description.filter(|text| !text.is_empty());
    policy.tags = tags::new(input.tags, ManagedPolicy::TAG_QUOTA)?;
    entities::add(ctx, &policy)?;
    let first = PolicyVersion { number: 1, created: policy.created, document: input.policy_document };
    ctx.put(&PolicyVersion::key(account, &policy.name, 1), &first)?;
    let mut answer = described(ctx, &policy, Attachments::default());
    // The answer to its creation leaves the description out, as AWS's does.
    answer.description = None;
    Ok(api::CreatePolicyOutput { policy: Some(answer) })
}

/// Tells about a policy.
fn get(ctx: &mut Ctx<'_>, input: api::GetPolicy) -> Result<api::GetPolicyOutput> {
    let account = ctx.scope().account;
    let named = PolicyArn::parse(&input.policy_arn, ctx.partition())?;
    let attached: Attachments = ctx.get(&Attachments::key(account, named.arn))?.unwrap_or_default();
    let policy = match named.account {
        None => managed_policy(named.arn).map(|policy| of_aws(ctx, policy, attached)),
        Some(_) => named.customer(ctx, account)?.map(|policy| described(ctx, &policy, attached)),
    };
    Ok(api::GetPolicyOutput { policy: Some(policy.ok_or_else(|| error::no_such_policy(named.arn))?) })
}

/// Deletes a policy that nobody has and that has no other versions.
fn delete(ctx: &mut Ctx<'_>, input: api::DeletePolicy) -> Result<()> {
    let account = ctx.scope().account;
    let policy = changeable(ctx, &input.policy_arn, api::DELETE_POLICY.name)?;
    // An account that is called in several partitions has its policies under several ARNs.
    for partition in [Partition::Aws, Partition::China, Partition::GovCloud] {
        if ctx.exists(&Attachments::key(account, &policy.arn(partition, account)))? {
            return Err(error::policy_in_use().into());
        }
    }
    let versions = versions::all(ctx, &policy)?;
    if versions.len() > 1 {
        return Err(error::policy_has_versions().into());
    }
    for version in versions {
        ctx.delete(&PolicyVersion::key(account, &policy.name, version.number))?;
    }
    records::remove(ctx, account, &policy)
}

/// The account's policies by name, then AWS's by path and name.
fn list(ctx: &mut Ctx<'_>, input: api::ListPolicies) -> Result<api::ListPoliciesOutput> {
    let scope = input.scope.unwrap_or(api::PolicyScopeType::All);
    let prefix = input.path_prefix.unwrap_or_else(|| "/".into());
    let only_attached = input.only_attached.unwrap_or(false);
    let usage = input.policy_usage_filter;
    let filters = [scope.as_str(), &prefix, if only_attached { "1" } else { "0" }, usage.map_or("", |u| u.as_str())];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let attachments = attachments(ctx)?;
    let wanted = |path: &str, arn: &str| {
        let attached = attachments.get(arn).copied().unwrap_or_default();
        let used = match usage {
            None => true,
            Some(api::PolicyUsageType::PermissionsPolicy) => attached.policies > 0,
            Some(api::PolicyUsageType::PermissionsBoundary) => attached.boundaries > 0,
        };
        let counts = !only_attached || attached != Attachments::default();
        (path.starts_with(&prefix) && used && counts).then_some(attached)
    };
    // A place in the listing is the owner, `c` or `w`, and the policy's place among the owner's.
    let mut found: Vec<(String, api::Policy)> = Vec::new();
    let (account, partition) = (ctx.scope().account, ctx.partition());
    if scope != api::PolicyScopeType::Aws {
        let all = ctx.scan::<ManagedPolicy>(&ManagedPolicy::all(account), None, MOST)?;
        for (_, policy) in &all {
            let place = format!("c{}", records::folded(&policy.name));
            if let (true, Some(attached)) =
                (page.is_after(&place), wanted(&policy.path, &policy.arn(partition, account)))
            {
                found.push((place, described(ctx, policy, attached)));
            }
        }
    }
    if scope != api::PolicyScopeType::Local {
        for (number, policy) in managed_policies().iter().enumerate() {
            if found.len() > page.limit {
                break;
            }
            let place = format!("w{number:05}");
            if let (true, Some(attached)) = (page.is_after(&place), wanted(policy.path, &policy.arn(partition))) {
                found.push((place, of_aws(ctx, policy, attached)));
            }
        }
    }
    let (found, marker) = page.cut(ctx, found, |(place, _): &(String, api::Policy)| place)?;
    let policies = found.into_iter().map(|(_, policy)| api::Policy { description: None, tags: None, ..policy });
    Ok(api::ListPoliciesOutput { policies: Some(policies.collect()), is_truncated: Some(marker.is_some()), marker })
}

/// More customer managed policies than an account may have.
const MOST: usize = quotas::POLICIES as usize + 1;

/// How often each policy is attached in the account.
pub(crate) fn attachments(ctx: &mut Ctx<'_>) -> Result<BTreeMap<String, Attachments>> {
    let all = Attachments::all(ctx.scope().account);
    let found: Vec<(_, Attachments)> = ctx.scan(&all, None, MOST + managed_policies().len())?;
    Ok(found.into_iter().filter_map(|(key, attached)| Some((key.last_text()?, attached))).collect())
}

/// All about a customer managed policy.
pub(crate) fn described(ctx: &Ctx<'_>, policy: &ManagedPolicy, attached: Attachments) -> api::Policy {
    api::Policy {
        policy_name: Some(policy.name.clone()),
        policy_id: Some(policy.id.clone()),
        arn: Some(policy.arn(ctx.partition(), ctx.scope().account)),
        path: Some(policy.path.clone()),
        default_version_id: Some(versions::id(policy.default_version)),
        attachment_count: Some(attached.policies.try_into().unwrap_or(i32::MAX)),
        permissions_boundary_usage_count: Some(attached.boundaries.try_into().unwrap_or(i32::MAX)),
        is_attachable: Some(true),
        description: policy.description.clone(),
        create_date: Some(policy.created.into()),
        update_date: Some(policy.updated.into()),
        tags: Some(tags::all(&policy.tags)),
    }
}

/// All that is known about a policy of AWS's.
pub(crate) fn of_aws(ctx: &Ctx<'_>, policy: &authorization_data::ManagedPolicy, attached: Attachments) -> api::Policy {
    api::Policy {
        policy_name: Some(policy.name.to_owned()),
        policy_id: Some(policy.id.to_owned()),
        arn: Some(policy.arn(ctx.partition())),
        path: Some(policy.path.to_owned()),
        default_version_id: Some(policy.version.to_owned()),
        attachment_count: Some(attached.policies.try_into().unwrap_or(i32::MAX)),
        permissions_boundary_usage_count: Some(attached.boundaries.try_into().unwrap_or(i32::MAX)),
        is_attachable: Some(true),
        description: None,
        create_date: Some(policy.created),
        update_date: Some(policy.updated),
        tags: Some(Vec::new()),
    }
}

/// Adds tags to a policy.
fn tag(ctx: &mut Ctx<'_>, input: api::TagPolicy) -> Result<()> {
    let old = changeable(ctx, &input.policy_arn, api::TAG_POLICY.name)?;
    let mut new = old.clone();
    tags::merge(&mut new.tags, input.tags, ManagedPolicy::TAG_QUOTA)?;
    entities::replace(ctx, &old, &new)
}

/// Takes tags of a policy away.
fn untag(ctx: &mut Ctx<'_>, input: api::UntagPolicy) -> Result<()> {
    let old = changeable(ctx, &input.policy_arn, api::UNTAG_POLICY.name)?;
    let mut new = old.clone();
    tags::remove(&mut new.tags, &input.tag_keys)?;
    entities::replace(ctx, &old, &new)
}

/// A page of the tags of a policy. Those of AWS have none.
fn list_tags(ctx: &mut Ctx<'_>, input: api::ListPolicyTags) -> Result<api::ListPolicyTagsOutput> {
    let account = ctx.scope().account;
    let named = PolicyArn::parse(&input.policy_arn, ctx.partition())?;
    let found = match named.account {
        None => managed_policy(named.arn).map(|policy| (policy.id.to_owned(), Tags::new())),
        Some(_) => named.customer(ctx, account)?.map(|policy| (policy.id, policy.tags)),
    };
    let (id, tags) = found.ok_or_else(|| error::no_such_policy(named.arn))?;
    let (tags, marker) = tags::page(ctx, &tags, &id, input.max_items, input.marker.as_deref())?;
    Ok(api::ListPolicyTagsOutput { tags, is_truncated: Some(marker.is_some()), marker })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arn_of_a_policy_has_a_path_and_a_name() {
        let read = |arn| {
            let known = PolicyArn::read(arn).filter(|(partition, _)| ["aws", "aws-cn"].contains(partition));
            known.map(|(_, read)| (read.account.map(|id| id.to_string()), read.path, read.name))
        };
        let account = Some("111122223333".to_owned());
        assert_eq!(read("arn:aws:iam::111122223333:policy/a/b/Own"), Some((account.clone(), "/a/b/", "Own")));
        assert_eq!(read("arn:aws-cn:iam::111122223333:policy/Own"), Some((account, "/", "Own")));
        assert_eq!(read("arn:aws:iam::aws:policy/job-function/Billing"), Some((None, "/job-function/", "Billing")));
        for bad in [
            "",
            "Own",
            "arn:aws:iam::111122223333:policy",
            "arn:aws:iam::111122223333:policy/",
            "arn:aws:iam::111122223333:policyOwn",
            "arn:aws:iam::111122223333:policyx/Own",
            "arn:aws:iam::1111:policy/Own",
            "arn:aws:iam::111122223333:role/Own",
            "arn:other:iam::111122223333:policy/Own",
            "arn:aws:iam:us-east-1:111122223333:policy/Own",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
