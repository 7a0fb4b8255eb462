//! Who has a policy: ListEntitiesForPolicy.
//!
//! Guarantee: somebody whom a policy both allows and bounds is told of once. Source: IAM API Reference.

use crate::policies::{self, PolicyArn};
use crate::{api, error, paging, quotas};
use directory::records::{self, EntityKind, Mark};
use kernel::{Ctx, Result, Service, op};
use std::collections::BTreeSet;
use store::Key;

/// The operation.
pub(crate) fn lines(service: Service) -> Service {
    service.with(
        op(api::LIST_ENTITIES_FOR_POLICY, list)
            .on(|lookup, input| policies::only(lookup, "iam:ListEntitiesForPolicy", &input.policy_arn))
            .quota(&quotas::READS),
    )
}

/// One that has the policy.
struct Holder {
    /// The kind's number and the unique id: where the holder is in the listing.
    place: String,
    kind: EntityKind,
    id: String,
    name: String,
}

/// The users, groups and roles that have a policy.
fn list(ctx: &mut Ctx<'_>, input: api::ListEntitiesForPolicy) -> Result<api::ListEntitiesForPolicyOutput> {
    let account = ctx.scope().account;
    let named = PolicyArn::parse(&input.policy_arn, ctx.partition())?;
    if !policies::is_there(ctx, &named)? {
        return Err(error::no_such_policy(&input.policy_arn).into());
    }
    let prefix = input.path_prefix.unwrap_or_else(|| "/".into());
    let (kind, usage) = (input.entity_filter, input.policy_usage_filter);
    let filters = [
        input.policy_arn.as_str(),
        &prefix,
        kind.map_or("", api::EntityType::as_str),
        usage.map_or("", api::PolicyUsageType::as_str),
    ];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let attached = Mark::attached(account, &input.policy_arn);
    let bounded = Mark::bounded(account, &input.policy_arn);
    let marks = match usage {
        None => vec![attached, bounded],
        Some(api::PolicyUsageType::PermissionsPolicy) => vec![attached],
        Some(api::PolicyUsageType::PermissionsBoundary) => vec![bounded],
    };
    let mut holders = Vec::new();
    for (number, kind) in kinds(kind).iter().enumerate() {
        collect(ctx, &page, (number, *kind), &marks, &prefix, &mut holders)?;
    }
    let (holders, marker) = page.cut(ctx, holders, |holder: &Holder| &holder.place)?;
    let mut answer = api::ListEntitiesForPolicyOutput {
        policy_groups: Some(Vec::new()),
        policy_users: Some(Vec::new()),
        policy_roles: Some(Vec::new()),
        is_truncated: Some(marker.is_some()),
        marker,
    };
    for Holder { kind, id, name, .. } in holders {
        let (id, name) = (Some(id), Some(name));
        match kind {
            EntityKind::Group => {
                answer.policy_groups.get_or_insert_default().push(api::PolicyGroup { group_name: name, group_id: id });
            }
            EntityKind::User => {
                answer.policy_users.get_or_insert_default().push(api::PolicyUser { user_name: name, user_id: id });
            }
            _ => answer.policy_roles.get_or_insert_default().push(api::PolicyRole { role_name: name, role_id: id }),
        }
    }
    Ok(answer)
}

/// The kinds that a filter lets through. Policies have no policies.
fn kinds(filter: Option<api::EntityType>) -> &'static [EntityKind] {
    match filter {
        None => &[EntityKind::Group, EntityKind::User, EntityKind::Role],
        Some(api::EntityType::Group) => &[EntityKind::Group],
        Some(api::EntityType::User) => &[EntityKind::User],
        Some(api::EntityType::Role) => &[EntityKind::Role],
        Some(api::EntityType::LocalManagedPolicy | api::EntityType::AWSManagedPolicy) => &[],
    }
}

/// Adds holders of one kind until there is one more than the page takes.
fn collect(
    ctx: &mut Ctx<'_>,
    page: &paging::Ask<'_>,
    (number, kind): (usize, EntityKind),
    marks: &[Key],
    prefix: &str,
    holders: &mut Vec<Holder>,
) -> Result<()> {
    let begin = number.to_string();
    let mut after = match page.after.as_deref() {
        Some(place) => match place.strip_prefix(&begin) {
            Some(id) => Some(id.to_owned()),
            None if *place > *begin => return Ok(()),
            None => None,
        },
        None => None,
    };
    while holders.len() <= page.limit {
        let mut ids = BTreeSet::new();
        for marks in marks {
            ids.extend(records::attached_to(ctx, marks.clone(), kind, after.as_deref(), page.limit + 1)?);
        }
        // The union is complete only as far as the shorter reach of the two.
        let ids: Vec<String> = ids.into_iter().take(page.limit + 1).collect();
        let last = ids.len() <= page.limit;
        after = ids.last().cloned();
        for id in ids {
            if let Some(entity) = records::entity(ctx, &id)?.filter(|entity| entity.path.starts_with(prefix)) {
                holders.push(Holder { place: format!("{begin}{id}"), kind, id, name: entity.name });
            }
        }
        if last {
            break;
        }
    }
    Ok(())
}
