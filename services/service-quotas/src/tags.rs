//! Tags of quotas that have a value of their own; no other quota can have any.
//!
//! Source: Service Quotas User Guide, "Managing Service Quotas resources with tags".

use crate::records::Tags;
use crate::resolve::{named, place_of, quota, service};
use crate::{api, error};
use kernel::tags::{Problem, is_reserved, merge};
use kernel::{Ctx, Result};
use store::Key;

pub(crate) fn tag(ctx: &mut Ctx<'_>, input: api::TagResource) -> Result<api::TagResourceOutput> {
    let place = applied(ctx, &input.resource_arn)?;
    let Tags(mut tags) = ctx.get(&place)?.unwrap_or_default();
    let new = input.tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    merge(&mut tags, new).map_err(|problem| match problem {
        Problem::TooMany => error::too_many_tags(),
        Problem::Reserved(_) => error::reserved_tag(),
        Problem::Repeated(key) => error::repeated_tag(&key),
    })?;
    ctx.put(&place, &Tags(tags))?;
    Ok(api::TagResourceOutput {})
}

pub(crate) fn untag(ctx: &mut Ctx<'_>, input: api::UntagResource) -> Result<api::UntagResourceOutput> {
    let place = applied(ctx, &input.resource_arn)?;
    if input.tag_keys.iter().any(|key| is_reserved(key)) {
        return Err(error::reserved_tag().into());
    }
    let Tags(mut tags) = ctx.get(&place)?.unwrap_or_default();
    tags.retain(|key, _| !input.tag_keys.contains(key));
    if tags.is_empty() {
        ctx.delete(&place)?
    } else {
        ctx.put(&place, &Tags(tags))?
    }
    Ok(api::UntagResourceOutput {})
}

pub(crate) fn list(ctx: &mut Ctx<'_>, input: api::ListTagsForResource) -> Result<api::ListTagsForResourceOutput> {
    let place = applied(ctx, &input.resource_arn)?;
    let Tags(tags) = ctx.get(&place)?.unwrap_or_default();
    let tags = tags.into_iter().map(|(key, value)| api::Tag { key, value }).collect();
    Ok(api::ListTagsForResourceOutput { tags: Some(tags) })
}

/// Where the tags of the quota are that an ARN names, if it has a value of its own.
fn applied(ctx: &Ctx<'_>, text: &str) -> Result<Key> {
    let scope = ctx.scope();
    let (service_code, quota_code) = named(scope, text)?;
    let service = service(ctx.services(), &service_code)?;
    let quota = quota(service, &quota_code)?;
    if !ctx.is_quota_applied(place_of(service, scope), quota) {
        return Err(error::no_such_resource().into());
    }
    Ok(Tags::key(scope, &service_code, &quota_code))
}
