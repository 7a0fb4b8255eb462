//! The organization's resource-based policy: which members may manage policies, beside the management account.
//!
//! Guarantees: it names principals of this organization's members only through the evaluator, like any resource-based
//! policy; it can be put and taken away by the management account alone.

use crate::records::{ResourcePolicy, Tags};
use crate::resolve::{Reach, on};
use crate::standing::Standing;
use crate::{api, error, ids, quotas, tags};
use directory::records::{bind_principals, unbind_principals};
use kernel::{Ctx, Error, Result, Service, op};
use policy::{Attached, Document, Kind, Origin, Policy};
use std::sync::Arc;

pub(crate) fn operations(service: Service) -> Service {
    service
        .with(
            op(api::PUT_RESOURCE_POLICY, put)
                .on(|lookup, _| on(lookup, "organizations:PutResourcePolicy", Reach::Manage, &[], &[]))
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DELETE_RESOURCE_POLICY, delete)
                .on(|lookup, ()| on(lookup, "organizations:DeleteResourcePolicy", Reach::Manage, &[], &[]))
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DESCRIBE_RESOURCE_POLICY, describe)
                .on(|lookup, ()| on(lookup, "organizations:DescribeResourcePolicy", Reach::Read, &[], &[]))
                .quota(&quotas::READS),
        )
}

fn put(ctx: &mut Ctx<'_>, input: api::PutResourcePolicy) -> Result<api::PutResourcePolicyOutput> {
    let standing = Standing::of(ctx)?;
    let document = Document::parse(Kind::Resource, &input.content)
        .map_err(|malformed| error::invalid_input("INVALID_RESOURCE_POLICY_JSON", malformed.to_string()))?;
    let Ok(content) = bind_principals(ctx, &document)? else {
        let text = "The resource policy names a principal that does not exist.";
        return Err(error::invalid_input("INVALID_PRINCIPAL", text).into());
    };
    let place = ResourcePolicy::key(standing.management);
    let id = match ctx.get::<ResourcePolicy>(&place)? {
        Some(policy) => policy.id,
        None => ids::resource_policy(ctx.rng()),
    };
    let policy = ResourcePolicy { id, content };
    ctx.put(&place, &policy)?;
    tags::put(ctx, &standing, &policy.id, input.tags)?;
    Ok(api::PutResourcePolicyOutput { resource_policy: Some(view(ctx, &standing, policy)?) })
}

fn delete(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
    let standing = Standing::of(ctx)?;
    let place = ResourcePolicy::key(standing.management);
    let policy: ResourcePolicy = ctx.get(&place)?.ok_or_else(not_found)?;
    ctx.delete(&Tags::key(standing.management, &policy.id))?;
    ctx.delete(&place)
}

fn describe(ctx: &mut Ctx<'_>, (): ()) -> Result<api::DescribeResourcePolicyOutput> {
    let standing = Standing::of(ctx)?;
    let policy: ResourcePolicy = ctx.get(&ResourcePolicy::key(standing.management))?.ok_or_else(not_found)?;
    Ok(api::DescribeResourcePolicyOutput { resource_policy: Some(view(ctx, &standing, policy)?) })
}

/// A stored policy, ready to decide.
pub(crate) fn attached(stored: &ResourcePolicy) -> Result<Attached> {
    let document = Document::parse(Kind::Resource, &stored.content);
    let document = document.map_err(|malformed| Error::Internal(format!("a stored resource policy: {malformed}")))?;
    Ok(Attached::new(stored.id.as_str(), Origin::Resource, Arc::new(Policy::compile(&document))))
}

fn not_found() -> model::Fault {
    error::bare("ResourcePolicyNotFoundException", "There is no resource policy for this organization.")
}

fn view(ctx: &mut Ctx<'_>, standing: &Standing, policy: ResourcePolicy) -> Result<api::ResourcePolicy> {
    let document = Document::parse(Kind::Resource, &policy.content)
        .map_err(|malformed| Error::Internal(format!("a stored resource policy: {malformed}")))?;
    let partition = ctx.partition();
    Ok(api::ResourcePolicy {
        content: Some(unbind_principals(ctx, &document, partition)?),
        resource_policy_summary: Some(api::ResourcePolicySummary {
            arn: Some(standing.arns().resource_policy(&policy.id)),
            id: Some(policy.id),
        }),
    })
}
