//! AWS Service Quotas: what the quotas of all services are, and how an account asks for more.
//!
//! Guarantees: what is told is what is enforced, since the services' own tables are listed; a request changes nothing
//! until the operator of the server approves it (see [`approve`]), and from then on it counts for the next call. Service
//! codes, quota codes and names are AWS's. Source: Service Quotas API Reference and User Guide.

pub mod api;

mod changes;
mod error;
mod listing;
mod operator;
mod paging;
mod quotas;
mod records;
mod resolve;
mod tags;

pub use operator::{Open, approve, deny, open};

use kernel::{Service, Target, op};
use resolve::{of_arn, on_quota};

/// The service: one line for each operation.
pub fn service() -> Service {
    Service::new("service-quotas", error::throttled)
        .fails_with(error::internal)
        .with(
            op(api::LIST_SERVICES, listing::services)
                .on(|_, _| Ok(vec![Target::any("servicequotas:ListServices")]))
                .quota(&quotas::LIST_SERVICES),
        )
        .with(
            op(api::LIST_SERVICE_QUOTAS, listing::applied)
                .on(|_, _| Ok(vec![Target::any("servicequotas:ListServiceQuotas")]))
                .quota(&quotas::LIST_SERVICE_QUOTAS),
        )
        .with(
            op(api::LIST_AWS_DEFAULT_SERVICE_QUOTAS, listing::defaults)
                .on(|_, _| Ok(vec![Target::any("servicequotas:ListAWSDefaultServiceQuotas")]))
                .quota(&quotas::LIST_AWS_DEFAULT_SERVICE_QUOTAS),
        )
        .with(
            op(api::GET_SERVICE_QUOTA, listing::get)
                .on(|lookup, input| {
                    on_quota(lookup, "servicequotas:GetServiceQuota", &input.service_code, &input.quota_code)
                })
                .quota(&quotas::GET_SERVICE_QUOTA),
        )
        .with(
            op(api::GET_AWS_DEFAULT_SERVICE_QUOTA, listing::get_default)
                .on(|_, _| Ok(vec![Target::any("servicequotas:GetAWSDefaultServiceQuota")]))
                .quota(&quotas::GET_AWS_DEFAULT_SERVICE_QUOTA),
        )
        .with(
            op(api::REQUEST_SERVICE_QUOTA_INCREASE, changes::request)
                .on(|lookup, input| {
                    let action = "servicequotas:RequestServiceQuotaIncrease";
                    on_quota(lookup, action, &input.service_code, &input.quota_code)
                })
                .quota(&quotas::REQUEST_SERVICE_QUOTA_INCREASE)
                .writes(),
        )
        .with(
            op(api::GET_REQUESTED_SERVICE_QUOTA_CHANGE, changes::get)
                .on(|_, _| Ok(vec![Target::any("servicequotas:GetRequestedServiceQuotaChange")]))
                .quota(&quotas::GET_REQUESTED_SERVICE_QUOTA_CHANGE),
        )
        .with(
            op(api::LIST_REQUESTED_SERVICE_QUOTA_CHANGE_HISTORY, changes::history)
                .on(|_, _| Ok(vec![Target::any("servicequotas:ListRequestedServiceQuotaChangeHistory")]))
                .quota(&quotas::LIST_REQUESTED_SERVICE_QUOTA_CHANGE_HISTORY),
        )
        .with(
            op(api::LIST_REQUESTED_SERVICE_QUOTA_CHANGE_HISTORY_BY_QUOTA, changes::history_of_quota)
                .on(|lookup, input| {
                    let action = "servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota";
                    on_quota(lookup, action, &input.service_code, &input.quota_code)
                })
                .quota(&quotas::LIST_REQUESTED_SERVICE_QUOTA_CHANGE_HISTORY_BY_QUOTA),
        )
        .with(
            op(api::TAG_RESOURCE, tags::tag)
                .on(|lookup, input| {
                    of_arn(lookup, &input.resource_arn)?;
                    let tags = input.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
                    Ok(vec![Target::any("servicequotas:TagResource").request_tags(tags)])
                })
                .quota(&quotas::TAG_RESOURCE)
                .writes(),
        )
        .with(
            op(api::UNTAG_RESOURCE, tags::untag)
                .on(|lookup, input| {
                    of_arn(lookup, &input.resource_arn)?;
                    let target = Target::any("servicequotas:UntagResource");
                    Ok(vec![target.condition_set("aws:TagKeys", input.tag_keys.clone())])
                })
                .quota(&quotas::UNTAG_RESOURCE)
                .writes(),
        )
        .with(
            op(api::LIST_TAGS_FOR_RESOURCE, tags::list)
                .on(|lookup, input| {
                    of_arn(lookup, &input.resource_arn)?;
                    Ok(vec![Target::any("servicequotas:ListTagsForResource")])
                })
                .quota(&quotas::LIST_TAGS_FOR_RESOURCE),
        )
}
