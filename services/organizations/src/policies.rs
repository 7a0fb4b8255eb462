//! Policies: making, changing, listing, deleting them, and the two that are AWS's.
//!
//! Guarantees: a document that its type does not admit is never stored; names are unique in a type; a policy that is
//! attached stays. Source: AWS Organizations User Guide, "Managing organization policies".

use crate::records::{FULL_ACCESS, Id, Mark, Policy, RCP_FULL_ACCESS, RESOURCE_CONTROL, SERVICE_CONTROL, Tags};
use crate::resolve::{Reach, on, request_tags};
use crate::standing::Standing;
use crate::{api, error, ids, paging, quotas, tags};
use directory::managed;
use directory::records::{ControlKind, ControlPolicy};
use kernel::{Ctx, Result, Service, op};
use model::Fault;
use policy::{Document, Kind};

/// A policy of AWS's own.
pub(crate) struct AwsManaged {
    pub id: &'static str,
    pub kind: &'static str,
    description: &'static str,
}

static AWS_MANAGED: [AwsManaged; 2] = [
    AwsManaged { id: FULL_ACCESS, kind: SERVICE_CONTROL, description: "Allows access to every operation" },
    AwsManaged { id: RCP_FULL_ACCESS, kind: RESOURCE_CONTROL, description: "Allows access to every resource" },
];

/// AWS's policy with an id.
pub(crate) fn aws_managed(id: &str) -> Option<&'static AwsManaged> {
    AWS_MANAGED.iter().find(|managed| managed.id == id)
}

/// AWS's policy of a type, which every target has from the start.
pub(crate) fn aws_managed_of(kind: &str) -> Option<&'static AwsManaged> {
    AWS_MANAGED.iter().find(|managed| managed.kind == kind)
}

pub(crate) fn operations(service: Service) -> Service {
    service
        .with(
            op(api::CREATE_POLICY, create)
                .on(|lookup, input| {
                    let tags = input.tags.iter().flatten().map(|tag| (tag.key.as_str(), tag.value.as_str()));
                    let mut conditions = request_tags(tags);
                    conditions.push(("organizations:PolicyType".to_owned(), vec![input.r#type.as_str().to_owned()]));
                    let conditions: Vec<_> = conditions.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
                    on(lookup, "organizations:CreatePolicy", Reach::Delegable, &[], &conditions)
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::UPDATE_POLICY, update)
                .on(|lookup, input| {
                    on(lookup, "organizations:UpdatePolicy", Reach::Delegable, &[&input.policy_id], &[])
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DELETE_POLICY, delete)
                .on(|lookup, input| {
                    on(lookup, "organizations:DeletePolicy", Reach::Delegable, &[&input.policy_id], &[])
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DESCRIBE_POLICY, describe)
                .on(|lookup, input| on(lookup, "organizations:DescribePolicy", Reach::Read, &[&input.policy_id], &[]))
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_POLICIES, list)
                .on(|lookup, input| {
                    let kind = [("organizations:PolicyType", vec![input.filter.as_str().to_owned()])];
                    on(lookup, "organizations:ListPolicies", Reach::Read, &[], &kind)
                })
                .quota(&quotas::READS),
        )
}

fn create(ctx: &mut Ctx<'_>, input: api::CreatePolicy) -> Result<api::CreatePolicyOutput> {
    let mut standing = Standing::of(ctx)?;
    let kind = input.r#type.as_str();
    if !standing.organization.all_features {
        return Err(error::bare(
            "PolicyTypeNotAvailableForOrganizationException",
            "You can't use the specified policy type with the feature set currently enabled for this organization.",
        )
        .into());
    }
    check(kind, &input.content)?;
    let count = standing.organization.policies.entry(kind.to_owned()).or_default();
    if *count >= quotas::policies(kind) {
        return Err(error::constraint(
            "POLICY_NUMBER_LIMIT_EXCEEDED",
            "You have exceeded the number of policies that you can have in an organization.",
        )
        .into());
    }
    *count += 1;
    let id = ids::policy(ctx.rng());
    name(ctx, &standing, kind, &input.name, &id)?;
    let policy = Policy {
        name: input.name,
        description: input.description,
        kind: kind.to_owned(),
        content: input.content,
        updated_millis: ctx.now().millis(),
    };
    put(ctx, &standing, &id, &policy)?;
    tags::put(ctx, &standing, &id, input.tags)?;
    standing.save(ctx)?;
    Ok(api::CreatePolicyOutput { policy: Some(view(&standing, &id, policy)) })
}

fn update(ctx: &mut Ctx<'_>, input: api::UpdatePolicy) -> Result<api::UpdatePolicyOutput> {
    let standing = Standing::of(ctx)?;
    let id = input.policy_id;
    let mut policy = changeable(ctx, &standing, &id)?;
    if let Some(new) = input.name.filter(|new| *new != policy.name) {
        name(ctx, &standing, &policy.kind, &new, &id)?;
        ctx.delete(&Policy::name_key(standing.management, &policy.kind, &policy.name))?;
        policy.name = new;
    }
    if let Some(description) = input.description {
        policy.description = description;
    }
    if let Some(content) = input.content {
        check(&policy.kind, &content)?;
        policy.content = content;
    }
    policy.updated_millis = ctx.now().millis();
    put(ctx, &standing, &id, &policy)?;
    Ok(api::UpdatePolicyOutput { policy: Some(view(&standing, &id, policy)) })
}

fn delete(ctx: &mut Ctx<'_>, input: api::DeletePolicy) -> Result<()> {
    let mut standing = Standing::of(ctx)?;
    let id = input.policy_id;
    let policy = changeable(ctx, &standing, &id)?;
    if !ctx.scan::<Mark>(&Mark::targets(standing.management, &id), None, 1)?.is_empty() {
        return Err(error::bare(
            "PolicyInUseException",
            "The policy is attached to one or more entities. You must detach it from all roots, organizational units, and \
             accounts before performing this operation.",
        )
        .into());
    }
    ctx.delete(&Policy::name_key(standing.management, &policy.kind, &policy.name))?;
    ctx.delete(&Policy::key(standing.management, &id))?;
    ctx.delete(&ControlPolicy::key(standing.management, &id))?;
    ctx.delete(&Tags::key(standing.management, &id))?;
    if let Some(count) = standing.organization.policies.get_mut(&policy.kind) {
        *count = count.saturating_sub(1);
    }
    standing.save(ctx)
}

fn describe(ctx: &mut Ctx<'_>, input: api::DescribePolicy) -> Result<api::DescribePolicyOutput> {
    let standing = Standing::of(ctx)?;
    let policy = existing(ctx, &standing, &input.policy_id)?;
    Ok(api::DescribePolicyOutput { policy: Some(view(&standing, &input.policy_id, policy)) })
}

fn list(ctx: &mut Ctx<'_>, input: api::ListPolicies) -> Result<api::ListPoliciesOutput> {
    let standing = Standing::of(ctx)?;
    let kind = input.filter.as_str();
    let filters = [kind];
    let mut page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &filters)?;
    // AWS's own comes first.
    let managed = aws_managed_of(kind).filter(|_| page.is_first());
    if managed.is_some() {
        page = page.shorter();
    }
    let (own, next_token) =
        page.chosen(ctx, &Policy::all(standing.management), |policy: &Policy| policy.kind == kind)?;
    let found = managed.map(|managed| (managed.id.to_owned(), managed.policy())).into_iter().chain(own);
    let policies = found.map(|(id, policy)| summary(&standing, &id, &policy)).collect();
    Ok(api::ListPoliciesOutput { policies: Some(policies), next_token })
}

impl AwsManaged {
    fn policy(&self) -> Policy {
        Policy {
            name: self.id.trim_start_matches("p-").to_owned(),
            description: self.description.to_owned(),
            kind: self.kind.to_owned(),
            content: managed::control(self.id).map(|(_, document)| document.to_owned()).unwrap_or_default(),
            updated_millis: 0,
        }
    }
}

/// A policy by its id, AWS's own too.
pub(crate) fn existing(ctx: &mut Ctx<'_>, standing: &Standing, id: &str) -> Result<Policy> {
    if let Some(managed) = aws_managed(id) {
        return Ok(managed.policy());
    }
    Ok(ctx.get(&Policy::key(standing.management, id))?.ok_or_else(error::policy_not_found)?)
}

fn changeable(ctx: &mut Ctx<'_>, standing: &Standing, id: &str) -> Result<Policy> {
    if aws_managed(id).is_some() {
        let text = "You can't modify the specified policy because it is an AWS managed policy.";
        return Err(error::invalid_input("IMMUTABLE_POLICY", text).into());
    }
    existing(ctx, standing, id)
}

/// Refuses a document that its type does not admit.
fn check(kind: &str, content: &str) -> std::result::Result<(), Fault> {
    if content.chars().count() > quotas::document(kind) {
        return Err(error::constraint("POLICY_CONTENT_LIMIT_EXCEEDED", "You have exceeded the maximum policy size."));
    }
    let language = match kind {
        SERVICE_CONTROL => Kind::ServiceControl,
        RESOURCE_CONTROL => Kind::ResourceControl,
        _ => {
            let value = serde_json::from_str::<serde_json::Value>(content);
            let is_object = value.is_ok_and(|value| value.as_object().is_some_and(|object| !object.is_empty()));
            return if is_object { Ok(()) } else { Err(error::malformed_policy("")) };
        }
    };
    match Document::parse(language, content) {
        Ok(_) => Ok(()),
        Err(malformed) => Err(error::malformed_policy(&malformed.to_string())),
    }
}

/// Stores a policy, for the road too if it is of a type that decides calls.
fn put(ctx: &mut Ctx<'_>, standing: &Standing, id: &str, policy: &Policy) -> Result<()> {
    ctx.put(&Policy::key(standing.management, id), policy)?;
    let kind = match policy.kind.as_str() {
        SERVICE_CONTROL => ControlKind::Service,
        RESOURCE_CONTROL => ControlKind::Resource,
        _ => return Ok(()),
    };
    let arn = standing.arns().policy(&policy.kind, id);
    let control = ControlPolicy { kind, arn, document: policy.content.clone() };
    ctx.put(&ControlPolicy::key(standing.management, id), &control)
}

/// Takes a name in a type.
fn name(ctx: &mut Ctx<'_>, standing: &Standing, kind: &str, name: &str, id: &str) -> Result<()> {
    let taken = aws_managed_of(kind).is_some_and(|managed| managed.policy().name == name);
    if !taken && ctx.insert(&Policy::name_key(standing.management, kind, name), &Id(id.to_owned()))? {
        return Ok(());
    }
    Err(error::bare("DuplicatePolicyException", "A policy with the same name already exists.").into())
}

/// The type is not enabled in the root.
pub(crate) fn not_enabled() -> Fault {
    Fault::client("PolicyTypeNotEnabledException", "This operation can be performed only for enabled policy types.")
}

/// A policy type by its word.
pub(crate) fn kind(word: &str) -> Option<api::PolicyType> {
    api::PolicyType::ALL.iter().copied().find(|kind| kind.as_str() == word)
}

/// A policy without its document.
pub(crate) fn summary(standing: &Standing, id: &str, policy: &Policy) -> api::PolicySummary {
    api::PolicySummary {
        id: Some(id.to_owned()),
        arn: Some(standing.arns().policy(&policy.kind, id)),
        name: Some(policy.name.clone()),
        description: Some(policy.description.clone()),
        r#type: kind(&policy.kind),
        aws_managed: Some(aws_managed(id).is_some()),
    }
}

fn view(standing: &Standing, id: &str, policy: Policy) -> api::Policy {
    api::Policy { policy_summary: Some(summary(standing, id, &policy)), content: Some(policy.content) }
}
