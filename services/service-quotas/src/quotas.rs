//! How often Service Quotas itself may be called, and how much it keeps.
//!
//! Source: Service Quotas User Guide, "Service quotas for Service Quotas".

use kernel::Pool;

/// Requests of an account in a Region that wait for an answer. AWS counts 20 over all Regions, and fewer in some.
pub(crate) const MAX_OPEN: usize = 20;

/// Requests of an account in a Region that are kept; beyond it the oldest that have their answer are forgotten.
pub(crate) const MAX_KEPT: usize = 1_000;

/// Declares the pools of single operations.
macro_rules! pools {
    ($($pool:ident $operation:literal at $rate:literal;)*) => {
        $(
            #[doc = concat!($operation, ".")]
            pub(crate) static $pool: Pool = Pool { name: concat!("servicequotas.", $operation), rate: |_| $rate };
        )*
    };
}

pools! {
    LIST_SERVICES "ListServices" at 10.0;
    LIST_SERVICE_QUOTAS "ListServiceQuotas" at 10.0;
    LIST_AWS_DEFAULT_SERVICE_QUOTAS "ListAWSDefaultServiceQuotas" at 10.0;
    GET_SERVICE_QUOTA "GetServiceQuota" at 5.0;
    GET_AWS_DEFAULT_SERVICE_QUOTA "GetAWSDefaultServiceQuota" at 5.0;
    REQUEST_SERVICE_QUOTA_INCREASE "RequestServiceQuotaIncrease" at 3.0;
    GET_REQUESTED_SERVICE_QUOTA_CHANGE "GetRequestedServiceQuotaChange" at 5.0;
    LIST_REQUESTED_SERVICE_QUOTA_CHANGE_HISTORY "ListRequestedServiceQuotaChangeHistory" at 5.0;
    LIST_REQUESTED_SERVICE_QUOTA_CHANGE_HISTORY_BY_QUOTA "ListRequestedServiceQuotaChangeHistoryByQuota" at 5.0;
    TAG_RESOURCE "TagResource" at 10.0;
    UNTAG_RESOURCE "UntagResource" at 10.0;
    LIST_TAGS_FOR_RESOURCE "ListTagsForResource" at 10.0;
}
