//! Tags of quotas that have a value of their own.

use crate::{Asks, house};
use fastness_service_quotas::approve;
use serde_json::json;

const ARN: &str = "arn:aws:servicequotas:us-east-1:111122223333:kms/L-C2F1777E";

#[test]
fn only_a_quota_with_a_value_of_its_own_has_tags() {
    let house = house();
    let tag = |key: &str| json!({ "ResourceARN": ARN, "Tags": [{ "Key": key, "Value": "v" }] });
    assert_eq!(house.refused("TagResource", &tag("team")).0, "NoSuchResourceException");
    approve(&house.kernel, &house.request("L-C2F1777E", 20), None).unwrap().unwrap();
    house.ok("TagResource", &tag("team"));
    house.ok("TagResource", &tag("cost"));
    let listed = house.ok("ListTagsForResource", &json!({ "ResourceARN": ARN }));
    assert_eq!(listed["Tags"], json!([{ "Key": "cost", "Value": "v" }, { "Key": "team", "Value": "v" }]));
    house.ok("UntagResource", &json!({ "ResourceARN": ARN, "TagKeys": ["cost"] }));
    assert_eq!(house.ok("ListTagsForResource", &json!({ "ResourceARN": ARN }))["Tags"].as_array().unwrap().len(), 1);
    assert_eq!(house.refused("TagResource", &tag("aws:x")).0, "IllegalArgumentException");
    let foreign = json!({ "ResourceARN": ARN.replace("111122223333", "444455556666") });
    assert_eq!(house.refused("ListTagsForResource", &foreign).0, "IllegalArgumentException");
}
