//! What the kernel's walk checks of every operation: its denial, its limits, its records.

use crate::{Asks, house};
use kernel::testing::coverage::{Sample, walk};
use serde_json::{Value, json};

#[test]
fn every_operation_denies_refuses_broken_input_and_is_on_record() {
    let house = house();
    let id = house.request("L-8A08DAEA", 20);
    fastness_service_quotas::approve(&house.kernel, &id, None).unwrap().unwrap();
    let quota = json!({ "ServiceCode": "kms", "QuotaCode": "L-8A08DAEA" });
    let arn = "arn:aws:servicequotas:us-east-1:111122223333:kms/L-8A08DAEA";
    let sample = |operation: &'static str, input: Value| Sample { operation, input };
    let samples = [
        sample("GetAWSDefaultServiceQuota", quota.clone()),
        sample("GetRequestedServiceQuotaChange", json!({ "RequestId": id })),
        sample("GetServiceQuota", quota.clone()),
        sample("ListAWSDefaultServiceQuotas", json!({ "ServiceCode": "kms" })),
        sample("ListRequestedServiceQuotaChangeHistory", json!({ "ServiceCode": "kms" })),
        sample("ListRequestedServiceQuotaChangeHistoryByQuota", quota),
        sample("ListServiceQuotas", json!({ "ServiceCode": "kms" })),
        sample("ListServices", json!({ "MaxResults": 1 })),
        sample("ListTagsForResource", json!({ "ResourceARN": arn })),
        sample(
            "RequestServiceQuotaIncrease",
            json!({ "ServiceCode": "kms", "QuotaCode": "L-C2F1777E", "DesiredValue": 20 }),
        ),
        sample("TagResource", json!({ "ResourceARN": arn, "Tags": [{ "Key": "a", "Value": "b" }] })),
        sample("UntagResource", json!({ "ResourceARN": arn, "TagKeys": ["a"] })),
    ];
    walk(&house, "service-quotas", &samples);
}
