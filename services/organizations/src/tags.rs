//! Tags of accounts, units, policies, the root and the resource-based policy.

use crate::records::{ResourcePolicy, Tags};
use crate::resolve::{Reach, on, request_tags};
use crate::standing::Standing;
use crate::{api, attachments, error, paging, policies, quotas};
use kernel::tags::{Problem, is_reserved, merge};
use kernel::{Ctx, Result, Service, op};
use model::Fault;
use std::collections::BTreeMap;

pub(crate) fn operations(service: Service) -> Service {
    service
        .with(
            op(api::TAG_RESOURCE, tag)
                .on(|lookup, input| {
                    let conditions = request_tags(input.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())));
                    let conditions: Vec<_> = conditions.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
                    on(lookup, "organizations:TagResource", Reach::Delegable, &[&input.resource_id], &conditions)
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::UNTAG_RESOURCE, untag)
                .on(|lookup, input| {
                    let keys = [("aws:TagKeys", input.tag_keys.clone())];
                    on(lookup, "organizations:UntagResource", Reach::Delegable, &[&input.resource_id], &keys)
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::LIST_TAGS_FOR_RESOURCE, list)
                .on(|lookup, input| {
                    on(lookup, "organizations:ListTagsForResource", Reach::Read, &[&input.resource_id], &[])
                })
                .quota(&quotas::READS),
        )
}

fn tag(ctx: &mut Ctx<'_>, input: api::TagResource) -> Result<()> {
    let standing = Standing::of(ctx)?;
    taggable(ctx, &standing, &input.resource_id)?;
    put(ctx, &standing, &input.resource_id, Some(input.tags))
}

fn untag(ctx: &mut Ctx<'_>, input: api::UntagResource) -> Result<()> {
    let standing = Standing::of(ctx)?;
    taggable(ctx, &standing, &input.resource_id)?;
    if input.tag_keys.iter().any(|key| is_reserved(key)) {
        return Err(reserved().into());
    }
    let place = Tags::key(standing.management, &input.resource_id);
    let mut tags = ctx.get::<Tags>(&place)?.unwrap_or_default();
    tags.0.retain(|key, _| !input.tag_keys.contains(key));
    if tags.0.is_empty() { ctx.delete(&place) } else { ctx.put(&place, &tags) }
}

fn list(ctx: &mut Ctx<'_>, input: api::ListTagsForResource) -> Result<api::ListTagsForResourceOutput> {
    let standing = Standing::of(ctx)?;
    taggable(ctx, &standing, &input.resource_id)?;
    let filters = [input.resource_id.as_str()];
    let page = paging::ask(ctx, None, input.next_token.as_deref(), &filters)?;
    let tags = ctx.get::<Tags>(&Tags::key(standing.management, &input.resource_id))?.unwrap_or_default();
    let (tags, next_token) = page.of(ctx, tags.0.into_iter().collect())?;
    let tags = tags.into_iter().map(|(key, value)| api::Tag { key, value }).collect();
    Ok(api::ListTagsForResourceOutput { tags: Some(tags), next_token })
}

/// Adds tags to those that a resource has.
pub(crate) fn put(ctx: &mut Ctx<'_>, standing: &Standing, resource: &str, new: Option<Vec<api::Tag>>) -> Result<()> {
    let Some(new) = new.filter(|new| !new.is_empty()) else { return Ok(()) };
    let place = Tags::key(standing.management, resource);
    let mut tags = ctx.get::<Tags>(&place)?.unwrap_or_default();
    checked(&mut tags.0, new)?;
    ctx.put(&place, &tags)
}

/// Adds tags, if they break no rule.
pub(crate) fn checked(tags: &mut BTreeMap<String, String>, new: Vec<api::Tag>) -> std::result::Result<(), Fault> {
    merge(tags, new.into_iter().map(|tag| (tag.key, tag.value)).collect()).map_err(|problem| match problem {
        Problem::Reserved(_) => reserved(),
        Problem::Repeated(_) => error::invalid_input(
            "DUPLICATE_TAG_KEY",
            "Tag keys must be unique; they are compared without regard to case.",
        ),
        Problem::TooMany => error::constraint(
            "MAX_TAG_LIMIT_EXCEEDED",
            format!("You have exceeded the number of tags ({}) allowed on this resource.", quotas::MAX_TAGS),
        ),
    })
}

fn reserved() -> Fault {
    error::invalid_input("INVALID_SYSTEM_TAGS_PARAMETER", "You can't add, edit, or delete tags that begin with aws:.")
}

/// Refuses what is not there, or not to be tagged.
fn taggable(ctx: &mut Ctx<'_>, standing: &Standing, id: &str) -> Result<()> {
    if id.starts_with("rp-") {
        let policy = ctx.get::<ResourcePolicy>(&ResourcePolicy::key(standing.management))?;
        return if policy.is_some_and(|policy| policy.id == id) {
            Ok(())
        } else {
            Err(error::target_not_found().into())
        };
    }
    if id.starts_with("p-") {
        if policies::aws_managed(id).is_some() {
            let text = "You can't tag the specified resource.";
            return Err(error::invalid_input("TARGET_NOT_SUPPORTED", text).into());
        }
        let policy = policies::existing(ctx, standing, id).map(drop);
        return policy.map_err(|error| match error {
            kernel::Error::Fault(_) => error::target_not_found().into(),
            other => other,
        });
    }
    attachments::target(ctx, standing, id).map(drop)
}
