//! Tags of keys: TagResource, UntagResource, ListResourceTags.
//!
//! Guarantees: at most 50 tags, none with AWS's prefix; a known key gets the new value. Since tags decide about access,
//! they are part of the key's view. Source: KMS Developer Guide, "Tags in AWS KMS".

use crate::keys::{ready, tell_key};
use crate::records::TagsRecord;
use crate::view::KeyView;
use crate::{api, error, paging};
use kernel::tags::{MAX_TAGS, Problem, is_reserved};
use kernel::{Ctx, Result};
use model::Fault;
use std::collections::BTreeMap;

/// Adds tags to a key, or changes their values.
pub(crate) fn tag(ctx: &mut Ctx<'_>, input: api::TagResource) -> Result<()> {
    let key = ready(ctx, 0, api::TAG_RESOURCE.name)?;
    let tags = merge(key.tags.clone(), input.tags)?;
    store(ctx, &key, tags)
}

/// Takes tags away. Those that the key does not have are no error.
pub(crate) fn untag(ctx: &mut Ctx<'_>, input: api::UntagResource) -> Result<()> {
    let key = ready(ctx, 0, api::UNTAG_RESOURCE.name)?;
    tell_key(ctx, &key);
    if input.tag_keys.iter().any(|tag| is_reserved(tag)) {
        return Err(reserved().into());
    }
    let mut tags = key.tags.clone();
    tags.retain(|tag, _| !input.tag_keys.contains(tag));
    store(ctx, &key, tags)
}

/// The tags of a key, by their keys.
pub(crate) fn list(ctx: &mut Ctx<'_>, input: api::ListResourceTags) -> Result<api::ListResourceTagsOutput> {
    let key = ready(ctx, 0, api::LIST_RESOURCE_TAGS.name)?;
    let filters = [key.id.as_str()];
    let page = paging::ask(ctx, input.limit, input.marker.as_deref(), paging::TAGS, &filters)?;
    let tags = key
        .tags
        .iter()
        .filter(|(tag, _)| page.is_after(tag))
        .take(page.limit + 1)
        .map(|(tag, value)| api::Tag { tag_key: tag.clone(), tag_value: value.clone() })
        .collect();
    let (tags, next) = page.cut(ctx, tags, |tag: &api::Tag| &tag.tag_key)?;
    Ok(api::ListResourceTagsOutput { tags: Some(tags), truncated: Some(next.is_some()), next_marker: next })
}

/// Adds `new` tags to those there are.
pub(crate) fn merge(
    mut tags: BTreeMap<String, String>,
    new: Vec<api::Tag>,
) -> std::result::Result<BTreeMap<String, String>, Fault> {
    let new = new.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).collect();
    match kernel::tags::merge(&mut tags, new) {
        Ok(()) => Ok(tags),
        Err(Problem::Reserved(_)) => Err(reserved()),
        Err(Problem::Repeated(_)) => Err(error::tag("Duplicate tag keys")),
        Err(Problem::TooMany) => Err(error::limit_exceeded(format!("A KMS key has at most {MAX_TAGS} tags."))),
    }
}

fn reserved() -> Fault {
    error::tag("Tags beginning with aws: are reserved")
}

fn store(ctx: &mut Ctx<'_>, key: &KeyView, tags: BTreeMap<String, String>) -> Result<()> {
    let place = TagsRecord::key(key.scope, &key.id);
    if tags.is_empty() { ctx.delete(&place) } else { ctx.put(&place, &TagsRecord(tags)) }
}
