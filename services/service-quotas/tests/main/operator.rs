//! What the operator does, and what comes of it.

use crate::{Asks, house, services};
use fastness_service_quotas::{approve, deny, open};
use kernel::testing::{House, OTHER, REGION, ROOT};
use serde_json::json;
use std::sync::Arc;
use store::Memory;

#[test]
fn an_approved_value_counts_from_the_next_call_on_and_after_a_restart() {
    let engine = Arc::new(Memory::new());
    let house = House::over_with_quotas(services(), engine.clone());
    let calls = |house: &House, who| {
        (0..8).filter(|_| house.call_as(who, REGION, "kms", "ListKeys", &json!({})).status == 200).count()
    };
    assert_eq!(calls(&house, ROOT), 2);
    let id = house.request("L-8A08DAEA", 5);
    let waiting = open(&house.kernel).unwrap();
    assert_eq!((waiting[0].id.as_str(), waiting[0].current, waiting[0].desired), (id.as_str(), 2.0, 5.0));
    assert_eq!(approve(&house.kernel, &id, None).unwrap(), Ok(5.0));
    assert_eq!((calls(&house, ROOT), calls(&house, OTHER)), (3, 2), "two were drawn before; others have what they had");
    assert_eq!(house.value("L-8A08DAEA"), 5.0);
    let change = house.ok("GetRequestedServiceQuotaChange", &json!({ "RequestId": id }));
    assert_eq!(change["RequestedQuota"]["Status"], "APPROVED");
    let told = house.records().into_iter().find(|record| record["eventName"] == "ApproveQuotaIncrease").unwrap();
    assert_eq!(told["serviceEventDetails"]["value"], 5.0);
    drop(house);
    let again = House::over_with_quotas(services(), engine);
    again.kernel.load_quotas().unwrap();
    assert_eq!(calls(&again, ROOT), 5);
}

#[test]
fn a_request_is_answered_once_and_may_be_approved_in_part() {
    let house = house();
    let (one, other) = (house.request("L-C2F1777E", 40), house.request("L-8A08DAEA", 40));
    assert!(approve(&house.kernel, &one, Some(51.0)).unwrap().unwrap_err().contains("50 at most"));
    assert_eq!(approve(&house.kernel, &one, Some(15.0)).unwrap(), Ok(15.0));
    assert_eq!(house.value("L-C2F1777E"), 15.0);
    assert_eq!(deny(&house.kernel, &other).unwrap(), Ok(()));
    assert_eq!(house.value("L-8A08DAEA"), 2.0);
    for id in [&one, &other, "none"] {
        assert!(approve(&house.kernel, id, None).unwrap().unwrap_err().contains("waits for an answer"));
        assert!(deny(&house.kernel, id).unwrap().is_err());
    }
    assert!(open(&house.kernel).unwrap().is_empty());
    house.request("L-C2F1777E", 40);
}

#[test]
fn a_quota_of_a_service_for_all_regions_is_one_wherever_it_is_asked_for() {
    let house = house();
    let input = json!({ "ServiceCode": "organizations", "QuotaCode": "L-E619E033", "DesiredValue": 100 });
    let asked = house.call_as(ROOT, "eu-west-1", "service-quotas", "RequestServiceQuotaIncrease", &input).json();
    assert_eq!(asked["RequestedQuota"]["GlobalQuota"], true);
    approve(&house.kernel, asked["RequestedQuota"]["Id"].as_str().unwrap(), None).unwrap().unwrap();
    let value = house.ok("GetServiceQuota", &json!({ "ServiceCode": "organizations", "QuotaCode": "L-E619E033" }));
    assert_eq!(value["Quota"]["Value"], 100);
}
