//! Request quotas, in AWS's words.

use crate::{Kms, text};
use kernel::testing::{House, OTHER, ROOT};
use serde_json::json;
use std::time::Duration;

#[test]
fn a_caller_above_the_quota_is_throttled_until_a_second_is_over() {
    let house = House::with_quotas(vec![fastness_kms::service()]);
    for _ in 0..5 {
        house.key();
    }
    assert_eq!(
        house.refused("CreateKey", &json!({})),
        (
            "ThrottlingException".to_owned(),
            "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.".to_owned()
        )
    );
    let other = |who, region: &str| house.call_as(who, region, "kms", "CreateKey", &json!({})).status;
    assert_eq!(other(OTHER, "us-east-1"), 200, "another account is throttled");
    assert_eq!(other(ROOT, "eu-west-1"), 200, "another Region is throttled");
    house.ok("ListKeys", &json!({}));
    house.wall.advance(Duration::from_secs(1));
    house.key();
}

#[test]
fn a_throttled_call_is_in_the_audit_log() {
    let house = House::with_quotas(vec![fastness_kms::service()]);
    for _ in 0..6 {
        house.kms("CreateKey", &json!({}));
    }
    let codes: Vec<String> = house
        .records()
        .iter()
        .filter(|record| record["errorCode"].is_string())
        .map(|record| text(&record["errorCode"]))
        .collect();
    assert_eq!(codes, ["ThrottlingException"]);
}
