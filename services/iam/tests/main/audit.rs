//! What the records of IAM's calls tell.

use crate::{ALLOW, Iam, house, text};
use serde_json::json;

#[test]
fn a_record_tells_what_was_asked_and_what_came_of_it() {
    let house = house();
    let tags = json!([{ "Key": "team", "Value": "red" }]);
    let made = house.ok("CreateUser", &json!({ "UserName": "ada", "Path": "/staff/", "Tags": tags }))["User"].clone();
    let record = house.records().pop().unwrap();
    assert_eq!(
        (&record["eventSource"], &record["eventName"], &record["awsRegion"], &record["readOnly"]),
        (&json!("iam.amazonaws.com"), &json!("CreateUser"), &json!("us-east-1"), &json!(false))
    );
    assert_eq!(
        record["requestParameters"],
        json!({ "userName": "ada", "path": "/staff/", "tags": [{ "key": "team", "value": "red" }] })
    );
    assert_eq!(record["responseElements"]["user"]["userId"], made["UserId"]);
    assert_eq!(record["responseElements"]["user"]["arn"], "arn:aws:iam::111122223333:user/staff/ada");
}

#[test]
fn the_record_of_a_new_access_key_has_its_id_and_not_its_secret() {
    let house = house();
    house.user("ada");
    let (id, secret) = house.access_key("ada");
    let record = house.records().pop().unwrap();
    assert_eq!(record["responseElements"]["accessKey"]["accessKeyId"], json!(id));
    assert_eq!(record["responseElements"]["accessKey"]["status"], "Active");
    assert!(!record.to_string().contains(&secret));
}

#[test]
fn a_policy_is_on_record_as_it_was_put() {
    let house = house();
    house.user("ada");
    house.ok("PutUserPolicy", &json!({ "UserName": "ada", "PolicyName": "own", "PolicyDocument": ALLOW }));
    let record = house.records().pop().unwrap();
    assert_eq!(text(&record["requestParameters"]["policyDocument"]), ALLOW);
    assert_eq!(record["responseElements"], json!(null));
    house.ok("ListUsers", &json!({}));
    let record = house.records().pop().unwrap();
    assert_eq!((&record["readOnly"], &record["responseElements"]), (&json!(true), &json!(null)));
}
