//! Tags of users, roles, policies and instance profiles: Tag…, Untag…, List…Tags.
//!
//! Guarantees: at most 50 tags, none with AWS's prefix; keys are one without regard to case, and the spelling given last
//! stays. Source: IAM User Guide, "Tags for IAM resources".

use crate::entities::{self, Noun, found};
use crate::{api, error, paging, quotas, targets};
use directory::records::{InstanceProfile, Role, User};
use kernel::tags::is_reserved;
use kernel::{Ctx, Lookup, Result, Service, Target, op};
use model::Fault;
use std::collections::BTreeMap;

/// Tags by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// The operations on tags; those of policies are with them.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(
            op(api::TAG_USER, |ctx, input| tag::<User>(ctx, &input.user_name, input.tags))
                .on(|lookup, input| on_tag::<User>(lookup, "iam:TagUser", &input.user_name, &input.tags))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::UNTAG_USER, |ctx, input| untag::<User>(ctx, &input.user_name, &input.tag_keys))
                .on(|lookup, input| on_untag::<User>(lookup, "iam:UntagUser", &input.user_name, &input.tag_keys))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_USER_TAGS, |ctx, input| {
                let (tags, marker) = list::<User>(ctx, &input.user_name, input.max_items, input.marker.as_deref())?;
                Ok(api::ListUserTagsOutput { tags, is_truncated: Some(marker.is_some()), marker })
            })
            .on(|lookup, input| targets::only::<User>(lookup, "iam:ListUserTags", &input.user_name))
            .quota(&quotas::READS),
        )
        .with(
            op(api::TAG_ROLE, |ctx, input| tag::<Role>(ctx, &input.role_name, input.tags))
                .on(|lookup, input| on_tag::<Role>(lookup, "iam:TagRole", &input.role_name, &input.tags))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::UNTAG_ROLE, |ctx, input| untag::<Role>(ctx, &input.role_name, &input.tag_keys))
                .on(|lookup, input| on_untag::<Role>(lookup, "iam:UntagRole", &input.role_name, &input.tag_keys))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_ROLE_TAGS, |ctx, input| {
                let (tags, marker) = list::<Role>(ctx, &input.role_name, input.max_items, input.marker.as_deref())?;
                Ok(api::ListRoleTagsOutput { tags, is_truncated: Some(marker.is_some()), marker })
            })
            .on(|lookup, input| targets::only::<Role>(lookup, "iam:ListRoleTags", &input.role_name))
            .quota(&quotas::READS),
        )
        .with(
            op(api::TAG_INSTANCE_PROFILE, |ctx, input| {
                tag::<InstanceProfile>(ctx, &input.instance_profile_name, input.tags)
            })
            .on(|lookup, input| {
                on_tag::<InstanceProfile>(lookup, "iam:TagInstanceProfile", &input.instance_profile_name, &input.tags)
            })
            .quota(&quotas::CHANGES)
            .writes(),
        )
        .with(
            op(api::UNTAG_INSTANCE_PROFILE, |ctx, input| {
                untag::<InstanceProfile>(ctx, &input.instance_profile_name, &input.tag_keys)
            })
            .on(|lookup, input| {
                on_untag::<InstanceProfile>(
                    lookup,
                    "iam:UntagInstanceProfile",
                    &input.instance_profile_name,
                    &input.tag_keys,
                )
            })
            .quota(&quotas::CHANGES)
            .writes(),
        )
        .with(
            op(api::LIST_INSTANCE_PROFILE_TAGS, |ctx, input| {
                let (tags, marker) = list::<InstanceProfile>(
                    ctx,
                    &input.instance_profile_name,
                    input.max_items,
                    input.marker.as_deref(),
                )?;
                Ok(api::ListInstanceProfileTagsOutput { tags, is_truncated: Some(marker.is_some()), marker })
            })
            .on(|lookup, input| {
                targets::only::<InstanceProfile>(lookup, "iam:ListInstanceProfileTags", &input.instance_profile_name)
            })
            .quota(&quotas::READS),
        )
}

fn on_tag<N: Noun>(
    lookup: &mut Lookup<'_, '_>,
    action: &'static str,
    name: &str,
    tags: &[api::Tag],
) -> Result<Vec<Target>> {
    Ok(vec![targets::request_tags(targets::on::<N>(lookup, action, name)?, tags)])
}

fn on_untag<N: Noun>(
    lookup: &mut Lookup<'_, '_>,
    action: &'static str,
    name: &str,
    keys: &[String],
) -> Result<Vec<Target>> {
    Ok(vec![targets::on::<N>(lookup, action, name)?.condition_set("aws:TagKeys", keys.to_vec())])
}

/// The tags of something new. `quota` is the name of their limit.
pub(crate) fn new(given: Option<Vec<api::Tag>>, quota: &str) -> std::result::Result<Tags, Fault> {
    let mut tags = Tags::new();
    merge(&mut tags, given.unwrap_or_default(), quota)?;
    Ok(tags)
}

/// Adds tags to those there are.
pub(crate) fn merge(tags: &mut Tags, given: Vec<api::Tag>, quota: &str) -> std::result::Result<(), Fault> {
    if given.iter().any(|tag| is_reserved(&tag.key)) {
        return Err(error::reserved_tag());
    }
    let mut seen = std::collections::BTreeSet::new();
    if !given.iter().all(|tag| seen.insert(tag.key.to_lowercase())) {
        return Err(error::duplicate_tags());
    }
    tags.retain(|key, _| !seen.contains(&key.to_lowercase()));
    tags.extend(given.into_iter().map(|tag| (tag.key, tag.value)));
    if tags.len() as u64 > quotas::TAGS { Err(error::quota(quota, quotas::TAGS)) } else { Ok(()) }
}

/// Takes tags away. Those that are not there are no error.
pub(crate) fn remove(tags: &mut Tags, keys: &[String]) -> std::result::Result<(), Fault> {
    if keys.iter().any(|key| is_reserved(key)) {
        return Err(error::reserved_tag());
    }
    let gone: Vec<String> = keys.iter().map(|key| key.to_lowercase()).collect();
    tags.retain(|key, _| !gone.contains(&key.to_lowercase()));
    Ok(())
}

/// Tags as answers have them: none at all rather than an empty list.
pub(crate) fn described(tags: &Tags) -> Option<Vec<api::Tag>> {
    (!tags.is_empty()).then(|| all(tags))
}

/// Tags by key.
pub(crate) fn all(tags: &Tags) -> Vec<api::Tag> {
    tags.iter().map(|(key, value)| api::Tag { key: key.clone(), value: value.clone() }).collect()
}

/// A page of tags, and the marker of the next. `of` names whose they are.
pub(crate) fn page(
    ctx: &Ctx<'_>,
    tags: &Tags,
    of: &str,
    max_items: Option<i32>,
    marker: Option<&str>,
) -> Result<(Vec<api::Tag>, Option<String>)> {
    let filters = [of];
    paging::ask(ctx, max_items, marker, &filters)?.placed(ctx, all(tags))
}

/// Adds tags to a user, role or instance profile.
fn tag<N: Noun>(ctx: &mut Ctx<'_>, name: &str, given: Vec<api::Tag>) -> Result<()> {
    change::<N>(ctx, name, |tags| merge(tags, given, N::TAG_QUOTA))
}

/// Takes tags of a user, role or instance profile away.
fn untag<N: Noun>(ctx: &mut Ctx<'_>, name: &str, keys: &[String]) -> Result<()> {
    change::<N>(ctx, name, |tags| remove(tags, keys))
}

fn change<N: Noun>(
    ctx: &mut Ctx<'_>,
    name: &str,
    how: impl FnOnce(&mut Tags) -> std::result::Result<(), Fault>,
) -> Result<()> {
    let old: N = found(ctx, name)?;
    let mut new = old.clone();
    if let Some(tags) = new.tags_mut() {
        how(tags)?;
    }
    entities::replace(ctx, &old, &new)
}

/// A page of the tags of a user, role or instance profile.
fn list<N: Noun>(
    ctx: &mut Ctx<'_>,
    name: &str,
    max_items: Option<i32>,
    marker: Option<&str>,
) -> Result<(Vec<api::Tag>, Option<String>)> {
    let found: N = found(ctx, name)?;
    page(ctx, found.tags().unwrap_or(&Tags::new()), found.id(), max_items, marker)
}
