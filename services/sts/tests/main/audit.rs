//! The records of STS: what was asked, what was given, in whose log, and never a secret.

use crate::staff::{ACCOUNT, OTHER_ACCOUNT, admin, ask, assume, call, house, person, role, trusting};
use kernel::testing::House;
use serde_json::{Value, json};

fn records(house: &House, operation: &str) -> Vec<Value> {
    house.records().into_iter().filter(|record| record["eventName"] == operation).collect()
}

#[test]
fn assuming_a_role_is_a_read_whose_answer_is_on_record() {
    let house = house();
    let rich = admin(&house, "rich");
    let arn = role(&house, ACCOUNT, "app", &trusting(ACCOUNT));
    let answer = ask(&house, &rich, &arn, &json!({ "ExternalId": "deal-7", "SourceIdentity": "joe" }));
    let record = records(&house, "AssumeRole").remove(0);
    assert_eq!((&record["readOnly"], &record["managementEvent"]), (&json!(true), &json!(true)));
    assert_eq!(record["userIdentity"]["type"], "IAMUser");
    assert_eq!(record["requestParameters"]["roleArn"], json!(arn));
    assert_eq!(record["requestParameters"]["externalId"], "deal-7");
    let told = &record["responseElements"];
    assert_eq!(told["assumedRoleUser"]["arn"], format!("arn:aws:sts::{ACCOUNT}:assumed-role/app/tests"));
    assert_eq!(told["credentials"]["accessKeyId"], answer.json()["Credentials"]["AccessKeyId"]);
    assert_eq!(told["sourceIdentity"], "joe");
    assert_eq!(record["resources"], json!([{ "accountId": ACCOUNT, "type": "AWS::IAM::Role", "ARN": arn }]));
    let session = person(&answer);
    for secret in [&session.secret, session.token.as_ref().unwrap()] {
        assert!(!record.to_string().contains(secret.as_str()), "a secret is on record: {record}");
    }
}

#[test]
fn what_a_session_does_is_recorded_as_the_sessions() {
    let house = house();
    let rich = admin(&house, "rich");
    let arn = role(&house, ACCOUNT, "app", &trusting(ACCOUNT));
    let session = assume(&house, &rich, &arn, &json!({ "SourceIdentity": "joe" }));
    call(&house, &session, "GetCallerIdentity", &json!({}));
    let who = records(&house, "GetCallerIdentity").remove(0)["userIdentity"].clone();
    assert_eq!((&who["type"], &who["principalId"]), (&json!("AssumedRole"), &json!("AROAAPP:tests")));
    assert_eq!(who["accessKeyId"], json!(session.id));
    let context = &who["sessionContext"];
    assert_eq!(context["sessionIssuer"]["arn"], json!(arn));
    assert_eq!((&context["sessionIssuer"]["type"], &context["sourceIdentity"]), (&json!("Role"), &json!("joe")));
    assert_eq!(context["attributes"]["mfaAuthenticated"], "false");
}

#[test]
fn a_role_of_another_account_is_recorded_in_both_accounts_as_one_event() {
    let house = house();
    let rich = admin(&house, "rich");
    let arn = role(&house, OTHER_ACCOUNT, "app", &trusting(ACCOUNT));
    ask(&house, &rich, &arn, &json!({}));
    let records = records(&house, "AssumeRole");
    let of = |account: &str| {
        let mut found = records.iter().filter(|record| record["recipientAccountId"] == account);
        let record = found.next().cloned().unwrap_or_default();
        assert!(found.next().is_none() && record.is_object(), "{account}: {records:?}");
        record
    };
    let (own, other) = (of(ACCOUNT), of(OTHER_ACCOUNT));
    assert!(own["sharedEventID"].is_string());
    assert_eq!(own["sharedEventID"], other["sharedEventID"]);
    assert_ne!(own["eventID"], other["eventID"]);
    assert_eq!(own["requestID"], other["requestID"]);
    // The other account learns whose account it was and the id, and no more.
    assert_eq!(own["userIdentity"]["userName"], "rich");
    let expected = json!({ "type": "AWSAccount", "principalId": "AIDARICH", "accountId": ACCOUNT });
    assert_eq!(other["userIdentity"], expected);
    assert_eq!(own["responseElements"], other["responseElements"]);
    // A denial stays at home.
    let closed = role(&house, OTHER_ACCOUNT, "closed", &trusting(OTHER_ACCOUNT));
    ask(&house, &rich, &closed, &json!({}));
    let denials: Vec<_> = crate::audit::records(&house, "AssumeRole")
        .into_iter()
        .filter(|record| record["errorCode"] == "AccessDenied")
        .collect();
    assert_eq!(denials.len(), 1);
    assert_eq!((&denials[0]["recipientAccountId"], &denials[0]["resources"]), (&json!(ACCOUNT), &Value::Null));
}
