//! Asking for more.

use crate::{Asks, house};
use kernel::testing::OTHER;
use serde_json::{Value, json};
use std::time::Duration;

fn asking(quota: &str, value: f64) -> Value {
    json!({ "ServiceCode": "kms", "QuotaCode": quota, "DesiredValue": value })
}

#[test]
fn a_request_is_told_back_and_waits() {
    let house = house();
    let asked = house.ok("RequestServiceQuotaIncrease", &asking("L-C2F1777E", 20.0));
    let change = &asked["RequestedQuota"];
    assert_eq!((change["Status"].as_str(), change["DesiredValue"].as_f64()), (Some("PENDING"), Some(20.0)));
    assert_eq!(change["QuotaName"], "Customer Master Keys (CMKs)");
    assert_eq!(change["QuotaArn"], "arn:aws:servicequotas:us-east-1:111122223333:kms/L-C2F1777E");
    assert_eq!(change["Requester"], r#"{"accountId":"111122223333","callerArn":"arn:aws:iam::111122223333:root"}"#);
    assert_eq!(change["Id"].as_str().unwrap().len(), 40);
    let again = house.ok("GetRequestedServiceQuotaChange", &json!({ "RequestId": change["Id"] }));
    assert_eq!(&again["RequestedQuota"], change);
    assert_eq!(house.value("L-C2F1777E"), 10.0, "nothing changes before it is approved");
}

#[test]
fn a_value_must_be_above_what_counts_and_within_what_can_be_given() {
    let house = house();
    let refused = |quota: &str, value: f64| house.refused("RequestServiceQuotaIncrease", &asking(quota, value)).1;
    let default = "You must provide a quota value greater than the default quota value of 10.0";
    assert_eq!([refused("L-C2F1777E", 10.0), refused("L-C2F1777E", 3.0)], [default, default]);
    house.kernel.quotas().set_everywhere("kms.Keys", 15.0);
    assert_eq!(refused("L-C2F1777E", 12.0), "You must provide a quota value greater than the current quota value");
    assert_eq!(refused("L-C2F1777E", 51.0), "The quota can be raised to 50.0 at most.");
    assert_eq!(refused("L-0E66C9C0", 26.0), "The specified quota is not adjustable.");
    let of_resource =
        json!({ "ServiceCode": "kms", "QuotaCode": "L-C2F1777E", "DesiredValue": 20, "ContextId": "key" });
    assert_eq!(house.refused("RequestServiceQuotaIncrease", &of_resource).0, "IllegalArgumentException");
}

#[test]
fn a_quota_has_one_open_request() {
    let house = house();
    house.request("L-C2F1777E", 20);
    assert_eq!(
        house.refused("RequestServiceQuotaIncrease", &asking("L-C2F1777E", 30.0)),
        (
            "ResourceAlreadyExistsException".to_owned(),
            "Only one open service quota increase request is allowed per quota.".to_owned()
        )
    );
    house.request("L-8A08DAEA", 20);
    let other =
        house.call_as(OTHER, "us-east-1", "service-quotas", "RequestServiceQuotaIncrease", &asking("L-C2F1777E", 20.0));
    assert_eq!(other.status, 200, "another account's is another request");
}

#[test]
fn who_wants_no_case_opened_is_not_approved_at_once() {
    let house = house();
    let mut input = asking("L-C2F1777E", 20.0);
    input["SupportCaseAllowed"] = json!(false);
    let asked = house.ok("RequestServiceQuotaIncrease", &input);
    assert_eq!(asked["RequestedQuota"]["Status"], "NOT_APPROVED");
    assert_eq!(fastness_service_quotas::open(&house.kernel).unwrap().len(), 0);
    house.request("L-C2F1777E", 20);
}

#[test]
fn the_history_tells_the_newest_first_and_is_narrowed_by_service_quota_and_status() {
    let house = house();
    let first = house.request("L-C2F1777E", 20);
    house.advance(Duration::from_secs(1));
    let second = house.request("L-8A08DAEA", 20);
    fastness_service_quotas::deny(&house.kernel, &first).unwrap().unwrap();
    let ids = |operation: &str, input: Value| -> Vec<String> {
        let listed = house.ok(operation, &input);
        let changes = listed["RequestedQuotas"].as_array().unwrap();
        changes.iter().map(|change| change["Id"].as_str().unwrap().to_owned()).collect()
    };
    let history = "ListRequestedServiceQuotaChangeHistory";
    assert_eq!(ids(history, json!({})), [second.as_str(), &first]);
    assert_eq!(ids(history, json!({ "ServiceCode": "kms", "Status": "DENIED" })), [first.as_str()]);
    assert!(ids(history, json!({ "ServiceCode": "organizations" })).is_empty());
    assert!(ids(history, json!({ "QuotaRequestedAtLevel": "RESOURCE" })).is_empty());
    let of_quota = json!({ "ServiceCode": "kms", "QuotaCode": "L-8A08DAEA" });
    assert_eq!(ids("ListRequestedServiceQuotaChangeHistoryByQuota", of_quota), [second.as_str()]);
    let page = house.ok(history, &json!({ "MaxResults": 1 }));
    assert_eq!(ids(history, json!({ "MaxResults": 1, "NextToken": page["NextToken"] })), [first.as_str()]);
    assert_eq!(
        house.refused("GetRequestedServiceQuotaChange", &json!({ "RequestId": "none" })).0,
        "NoSuchResourceException"
    );
}
