//! What quotas there are.

use crate::{Asks, house};
use kernel::testing::ROOT;
use serde_json::json;

#[test]
fn services_that_have_quotas_are_listed_by_their_codes() {
    let listed = house().ok("ListServices", &json!({}));
    assert_eq!(
        listed["Services"],
        json!([
            { "ServiceCode": "kms", "ServiceName": "AWS Key Management Service (AWS KMS)" },
            { "ServiceCode": "organizations", "ServiceName": "AWS Organizations" },
        ])
    );
    assert!(listed.get("NextToken").is_none());
}

#[test]
fn a_quota_is_told_as_aws_tells_it() {
    let house = house();
    let input = json!({ "ServiceCode": "kms", "QuotaCode": "L-8A08DAEA" });
    assert_eq!(
        house.ok("GetServiceQuota", &input)["Quota"],
        json!({
            "ServiceCode": "kms",
            "ServiceName": "AWS Key Management Service (AWS KMS)",
            "QuotaArn": "arn:aws:servicequotas:us-east-1:111122223333:kms/L-8A08DAEA",
            "QuotaCode": "L-8A08DAEA",
            "QuotaName": "ListKeys request rate",
            "Value": 2,
            "Unit": "None",
            "Adjustable": true,
            "GlobalQuota": false,
            "Period": { "PeriodValue": 1, "PeriodUnit": "SECOND" },
            "QuotaAppliedAtLevel": "ACCOUNT",
        })
    );
    let default = &house.ok("GetAWSDefaultServiceQuota", &input)["Quota"];
    assert_eq!(default["QuotaArn"], "arn:aws:servicequotas:us-east-1::kms/L-8A08DAEA");
    assert_eq!((default["Value"].as_f64(), default.get("QuotaAppliedAtLevel")), (Some(2.0), None));
    let elsewhere = house.call_as(ROOT, "eu-west-1", "service-quotas", "GetServiceQuota", &input).json();
    assert_eq!(elsewhere["Quota"]["Value"], 1, "a default may be another in another Region");
}

#[test]
fn quotas_are_listed_page_by_page_and_can_be_narrowed() {
    let house = house();
    let mut codes = Vec::new();
    let mut input = json!({ "ServiceCode": "kms", "MaxResults": 2 });
    loop {
        let page = house.ok("ListServiceQuotas", &input);
        codes.extend(page["Quotas"].as_array().unwrap().iter().map(|quota| quota["QuotaCode"].clone()));
        match page.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(codes, ["L-0E66C9C0", "L-8A08DAEA", "L-C2F1777E"]);
    let narrowed = |more: serde_json::Value| {
        let mut input = json!({ "ServiceCode": "kms" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        house.ok("ListServiceQuotas", &input)["Quotas"].as_array().unwrap().len()
    };
    assert_eq!(narrowed(json!({ "QuotaCode": "L-C2F1777E" })), 1);
    assert_eq!(narrowed(json!({ "QuotaAppliedAtLevel": "RESOURCE" })), 0);
    assert_eq!(narrowed(json!({ "QuotaAppliedAtLevel": "ALL" })), 3);
    let defaults = house.ok("ListAWSDefaultServiceQuotas", &json!({ "ServiceCode": "kms" }));
    assert_eq!(defaults["Quotas"].as_array().unwrap().len(), 3);
    let foreign = json!({ "ServiceCode": "organizations", "NextToken": input["NextToken"] });
    assert_eq!(house.refused("ListServiceQuotas", &foreign).0, "InvalidPaginationTokenException");
}

#[test]
fn what_does_not_exist_is_said_in_awss_words() {
    let house = house();
    let no_such = |text: &str| ("NoSuchResourceException".to_owned(), text.to_owned());
    for operation in ["ListServiceQuotas", "ListAWSDefaultServiceQuotas"] {
        let refused = house.refused(operation, &json!({ "ServiceCode": "EC2" }));
        assert_eq!(refused, no_such("The request failed because the specified service does not exist."));
    }
    let missing = json!({ "ServiceCode": "kms", "QuotaCode": "L-00000000" });
    for operation in ["GetServiceQuota", "GetAWSDefaultServiceQuota"] {
        assert_eq!(house.refused(operation, &missing).0, "NoSuchResourceException");
    }
    let context = json!({ "ServiceCode": "kms", "QuotaCode": "L-C2F1777E", "ContextId": "key" });
    assert_eq!(
        house.refused("GetServiceQuota", &context),
        no_such("The request failed because applied value for the specified context Id do not exist.")
    );
}
