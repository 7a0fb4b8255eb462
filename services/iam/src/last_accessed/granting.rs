//! ListPoliciesGrantingServiceAccess: through which policies somebody can call a service.
//!
//! Guarantee: each policy is judged by itself, and told with the entity that it is inline in. Source: IAM API Reference.

use super::granted::Granted;
use crate::held::{EntityArn, HeldPolicy, Place};
use crate::{api, paging, quotas};
use directory::records::EntityKind;
use kernel::{Ctx, Result, Service, op};
use policy::{Document, Kind};

/// The operation.
pub(super) fn lines(service: Service) -> Service {
    service.with(
        op(api::LIST_POLICIES_GRANTING_SERVICE_ACCESS, list)
            .on(|lookup, input| {
                let arn = &input.arn;
                EntityArn::parse(arn, lookup.partition())?.target(lookup, "iam:ListPoliciesGrantingServiceAccess", arn)
            })
            .quota(&quotas::READS),
    )
}

fn list(
    ctx: &mut Ctx<'_>,
    input: api::ListPoliciesGrantingServiceAccess,
) -> Result<api::ListPoliciesGrantingServiceAccessOutput> {
    let held = EntityArn::parse(&input.arn, ctx.partition())?.find(ctx)?;
    let namespaces = input.service_namespaces.join(",");
    let filters = [input.arn.as_str(), &namespaces];
    let page = paging::ask(ctx, None, input.marker.as_deref(), &filters)?;
    let policies = held.policies(ctx)?.into_iter().map(|policy| {
        let document = policy.document.as_ref().and_then(|text| Document::parse(Kind::Identity, text).ok());
        let mut granted = Granted::default();
        document.iter().for_each(|document| granted.add(document));
        (policy, granted)
    });
    let policies: Vec<(HeldPolicy, Granted)> = policies.collect();
    let (namespaces, marker) = page.placed(ctx, input.service_namespaces)?;
    let entries = namespaces.into_iter().map(|namespace| {
        let service = authorization_data::service(&namespace);
        let granting = policies.iter().filter(|(_, granted)| service.is_some_and(|it| !granted.of(it).is_empty()));
        api::ListPoliciesGrantingServiceAccessEntry {
            service_namespace: Some(namespace),
            policies: Some(granting.map(|(policy, _)| told(policy)).collect()),
        }
    });
    Ok(api::ListPoliciesGrantingServiceAccessOutput {
        policies_granting_service_access: entries.collect(),
        is_truncated: Some(marker.is_some()),
        marker,
    })
}

fn told(policy: &HeldPolicy) -> api::PolicyGrantingServiceAccess {
    let (policy_type, policy_arn, holder) = match &policy.place {
        Place::Managed(arn) => (api::PolicyType::Managed, Some(arn.clone()), None),
        Place::Inline(kind, holder) => (api::PolicyType::Inline, None, Some((owner(*kind), holder.clone()))),
    };
    let (entity_type, entity_name) = holder.unzip();
    api::PolicyGrantingServiceAccess {
        policy_name: policy.name.clone(),
        policy_type,
        policy_arn,
        entity_type,
        entity_name,
    }
}

/// The kind in an answer.
pub(super) fn owner(kind: EntityKind) -> api::PolicyOwnerEntityType {
    match kind {
        EntityKind::Group => api::PolicyOwnerEntityType::Group,
        EntityKind::Role => api::PolicyOwnerEntityType::Role,
        _ => api::PolicyOwnerEntityType::User,
    }
}
