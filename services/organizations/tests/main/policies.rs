//! Policies, their documents and their attachments.

use crate::{MANAGEMENT, Organizations as _, each, organized};
use serde_json::{Value, json};

fn scp(name: &str, content: &str) -> Value {
    json!({ "Name": name, "Description": "d", "Type": "SERVICE_CONTROL_POLICY", "Content": content })
}

const ALLOW: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

#[test]
fn a_policy_is_made_changed_listed_and_deleted() {
    let (house, root) = organized();
    let made = house.ok("CreatePolicy", &scp("guard", ALLOW))["Policy"].clone();
    let id = made["PolicySummary"]["Id"].as_str().unwrap().to_owned();
    let arn = made["PolicySummary"]["Arn"].as_str().unwrap();
    assert!(arn.starts_with(&format!("arn:aws:organizations::{MANAGEMENT}:policy/o-")), "{arn}");
    assert!(arn.ends_with(&format!("/service_control_policy/{id}")), "{arn}");
    assert_eq!(house.refused("CreatePolicy", &scp("guard", ALLOW)).0, "DuplicatePolicyException");
    assert_eq!(house.refused("CreatePolicy", &scp("FullAWSAccess", ALLOW)).0, "DuplicatePolicyException");
    house.ok("UpdatePolicy", &json!({ "PolicyId": id, "Name": "guard2", "Description": "e" }));
    let described = house.ok("DescribePolicy", &json!({ "PolicyId": id }))["Policy"].clone();
    assert_eq!((&described["PolicySummary"]["Name"], &described["Content"]), (&json!("guard2"), &json!(ALLOW)));
    let listed = house.ok("ListPolicies", &json!({ "Filter": "SERVICE_CONTROL_POLICY" }));
    let mut ids = each(&listed["Policies"], "Id");
    ids.sort_unstable();
    let mut expected = ["p-FullAWSAccess", &id];
    expected.sort_unstable();
    assert_eq!(ids, expected);
    house.ok("AttachPolicy", &json!({ "PolicyId": id, "TargetId": root }));
    assert_eq!(house.refused("DeletePolicy", &json!({ "PolicyId": id })).0, "PolicyInUseException");
    house.ok("DetachPolicy", &json!({ "PolicyId": id, "TargetId": root }));
    house.ok("DeletePolicy", &json!({ "PolicyId": id }));
    assert_eq!(house.refused("DescribePolicy", &json!({ "PolicyId": id })).0, "PolicyNotFoundException");
}

#[test]
fn a_document_that_its_type_does_not_admit_is_refused() {
    let (house, _) = organized();
    let with_principal =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}"#;
    for content in ["{", "[]", "{}", with_principal] {
        let code = house.refused("CreatePolicy", &scp("bad", content)).0;
        assert_eq!(code, "MalformedPolicyDocumentException", "{content}");
    }
    let long = format!("{ALLOW}{}", " ".repeat(5121));
    assert_eq!(house.refused("CreatePolicy", &scp("long", &long)).1, "POLICY_CONTENT_LIMIT_EXCEEDED");
    let managed = json!({ "PolicyId": "p-FullAWSAccess", "Content": ALLOW });
    assert_eq!(house.refused("UpdatePolicy", &managed).1, "IMMUTABLE_POLICY");
    let rcp = |content: &str| json!({ "Name": "r", "Description": "", "Type": "RESOURCE_CONTROL_POLICY", "Content": content });
    assert_eq!(house.refused("CreatePolicy", &rcp(ALLOW)).0, "MalformedPolicyDocumentException");
}

#[test]
fn a_target_keeps_one_service_control_policy_and_has_five_at_most() {
    let (house, root) = organized();
    let attach = |id: &str| json!({ "PolicyId": id, "TargetId": root });
    assert_eq!(
        house.refused("DetachPolicy", &attach("p-FullAWSAccess")).1,
        "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
    );
    assert_eq!(house.refused("AttachPolicy", &attach("p-FullAWSAccess")).0, "DuplicatePolicyAttachmentException");
    for number in 1..5 {
        house.ok("AttachPolicy", &attach(&house.policy(&format!("p{number}"))));
    }
    let sixth = house.policy("p5");
    assert_eq!(house.refused("AttachPolicy", &attach(&sixth)).1, "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED");
    house.ok("DetachPolicy", &attach("p-FullAWSAccess"));
    assert_eq!(house.refused("DetachPolicy", &attach("p-FullAWSAccess")).0, "PolicyNotAttachedException");
    let targets = house.ok("ListTargetsForPolicy", &json!({ "PolicyId": "p-FullAWSAccess" }));
    assert_eq!(each(&targets["Targets"], "TargetId"), [MANAGEMENT]);
    let nowhere = json!({ "PolicyId": sixth, "TargetId": "123456789012" });
    assert_eq!(house.refused("AttachPolicy", &nowhere).0, "TargetNotFoundException");
}

#[test]
fn enabling_a_type_attaches_awss_policy_everywhere_and_disabling_it_detaches_all() {
    let (house, root) = organized();
    let unit = house.unit(&root, "unit");
    let rcp = json!({ "RootId": root, "PolicyType": "RESOURCE_CONTROL_POLICY" });
    house.ok("EnablePolicyType", &rcp);
    assert_eq!(house.refused("EnablePolicyType", &rcp).0, "PolicyTypeAlreadyEnabledException");
    let later = house.unit(&unit, "later");
    for target in [root.as_str(), &unit, &later, MANAGEMENT] {
        let filter = json!({ "TargetId": target, "Filter": "RESOURCE_CONTROL_POLICY" });
        let attached = house.ok("ListPoliciesForTarget", &filter);
        assert_eq!(each(&attached["Policies"], "Id"), ["p-RCPFullAWSAccess"], "{target}");
    }
    let fixed = json!({ "PolicyId": "p-RCPFullAWSAccess", "TargetId": root });
    assert_eq!(house.refused("DetachPolicy", &fixed).1, "NON_DETACHABLE_POLICY");
    house.ok("DisablePolicyType", &rcp);
    assert_eq!(house.refused("DisablePolicyType", &rcp).0, "PolicyTypeNotEnabledException");
    let targets = house.ok("ListTargetsForPolicy", &json!({ "PolicyId": "p-RCPFullAWSAccess" }));
    assert_eq!(targets["Targets"], json!([]));
    let scp = json!({ "RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY" });
    house.ok("DisablePolicyType", &scp);
    let attach = json!({ "PolicyId": house.policy("p"), "TargetId": root });
    assert_eq!(house.refused("AttachPolicy", &attach).0, "PolicyTypeNotEnabledException");
}

#[test]
fn tag_policies_are_inherited_and_come_to_one_effective_policy() {
    let (house, root) = organized();
    let unit = house.unit(&root, "unit");
    house.join();
    let account = crate::INVITED;
    let enable = json!({ "RootId": root, "PolicyType": "TAG_POLICY" });
    house.ok("EnablePolicyType", &enable);
    let effective = json!({ "PolicyType": "TAG_POLICY", "TargetId": account });
    assert_eq!(house.refused("DescribeEffectivePolicy", &effective).0, "EffectivePolicyNotFoundException");
    let policy = |name: &str, content: Value| {
        let input = json!({ "Name": name, "Description": "", "Type": "TAG_POLICY", "Content": content.to_string() });
        let made = house.ok("CreatePolicy", &input);
        made["Policy"]["PolicySummary"]["Id"].as_str().unwrap().to_owned()
    };
    let above = policy("above", json!({ "tags": { "cost": { "tag_value": { "@@assign": ["a", "b"] } } } }));
    let below = policy("below", json!({ "tags": { "cost": { "tag_value": { "@@remove": ["a"] } } } }));
    house.ok("AttachPolicy", &json!({ "PolicyId": above, "TargetId": root }));
    house.ok("AttachPolicy", &json!({ "PolicyId": below, "TargetId": unit }));
    let to = json!({ "AccountId": account, "SourceParentId": root, "DestinationParentId": unit });
    house.ok("MoveAccount", &to);
    let found = house.ok("DescribeEffectivePolicy", &effective)["EffectivePolicy"].clone();
    let content: Value = serde_json::from_str(found["PolicyContent"].as_str().unwrap()).unwrap();
    assert_eq!(content, json!({ "tags": { "cost": { "tag_value": ["b"] } } }));
    let own = house.ok_as(kernel::testing::OTHER, "DescribeEffectivePolicy", &json!({ "PolicyType": "TAG_POLICY" }));
    assert_eq!(own["EffectivePolicy"]["TargetId"], account);
}

#[test]
fn policies_of_a_type_are_listed_page_by_page_among_many_of_another() {
    let (house, root) = organized();
    let rcp = "RESOURCE_CONTROL_POLICY";
    house.ok("EnablePolicyType", &json!({ "RootId": root, "PolicyType": rcp }));
    for number in 0..120 {
        house.policy(&format!("scp-{number}"));
    }
    let content = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*" },
    ] });
    for number in 0..5 {
        let input = json!({
            "Name": format!("rcp-{number}"), "Description": "", "Type": rcp, "Content": content.to_string(),
        });
        house.ok("CreatePolicy", &input);
    }
    for (filter, most, all) in [(rcp, 1, 6), (rcp, 2, 6), (rcp, 20, 6), ("SERVICE_CONTROL_POLICY", 7, 121)] {
        let (mut names, mut token) = (Vec::new(), json!(null));
        loop {
            let mut input = json!({ "Filter": filter, "MaxResults": most });
            if !token.is_null() {
                input["NextToken"] = token;
            }
            let page = house.ok("ListPolicies", &input);
            let found = page["Policies"].as_array().unwrap();
            assert!(found.len() <= most, "{page}");
            names.extend(found.iter().map(|policy| policy["Name"].as_str().unwrap().to_owned()));
            token = page["NextToken"].clone();
            if token.is_null() {
                break;
            }
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all, "{filter} by {most}");
    }
}
