//! When services were last called, and by whom they could be.

use crate::{ALLOW, Iam, house, text};
use kernel::testing::House;
use serde_json::{Value, json};
use std::time::Duration;

const LISTS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:List*","sqs:*"],"Resource":"*"},
    {"Effect":"Deny","Action":"iam:ListRoles","Resource":"*"}]}"#;

/// A user who may list in IAM; its key.
fn lister(house: &House, name: &str) -> (String, String) {
    house.user(name);
    house.ok("PutUserPolicy", &json!({ "UserName": name, "PolicyName": "lists", "PolicyDocument": LISTS }));
    house.access_key(name)
}

fn call(house: &House, (id, secret): &(String, String), operation: &str) -> u16 {
    house.iam_as((id, secret), operation, &json!({})).status
}

fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:iam::111122223333:{kind}/{name}")
}

/// Has a report made; its job.
fn report(house: &House, arn: &str, granularity: &str) -> Value {
    let made = house.ok("GenerateServiceLastAccessedDetails", &json!({ "Arn": arn, "Granularity": granularity }));
    house.advance(Duration::from_secs(1));
    json!({ "JobId": made["JobId"] })
}

fn services(house: &House, report: &Value) -> Vec<Value> {
    let told = house.ok("GetServiceLastAccessedDetails", report);
    assert_eq!(told["JobStatus"], "COMPLETED", "{told}");
    told["ServicesLastAccessed"].as_array().unwrap().clone()
}

fn of<'a>(services: &'a [Value], namespace: &str) -> &'a Value {
    services.iter().find(|service| service["ServiceNamespace"] == namespace).unwrap_or(&Value::Null)
}

#[test]
fn a_users_report_tells_the_services_that_it_could_call_and_when_it_did() {
    let house = house();
    let bob = lister(&house, "bob");
    assert_eq!(call(&house, &bob, "ListUsers"), 200);
    house.advance(Duration::from_secs(7200));
    // A denied attempt is one too.
    assert_eq!(call(&house, &bob, "ListRoles"), 403);
    let job = house.ok("GenerateServiceLastAccessedDetails", &json!({ "Arn": arn("user", "bob") }));
    let report = json!({ "JobId": job["JobId"] });
    let waiting = house.ok("GetServiceLastAccessedDetails", &report);
    assert_eq!(
        (&waiting["JobStatus"], &waiting["JobCompletionDate"], &waiting["ServicesLastAccessed"]),
        (&json!("IN_PROGRESS"), &Value::Null, &json!(""))
    );
    house.advance(Duration::from_secs(1));
    let told = house.ok("GetServiceLastAccessedDetails", &report);
    assert_eq!(
        (&told["JobStatus"], &told["JobType"], &told["JobCompletionDate"]),
        (&json!("COMPLETED"), &json!("SERVICE_LEVEL"), &json!("2026-01-01T02:00:01Z"))
    );
    assert_eq!(
        told["ServicesLastAccessed"],
        json!([
            {
                "ServiceName": "AWS Identity and Access Management (IAM)",
                "LastAuthenticated": "2026-01-01T02:00:00Z",
                "ServiceNamespace": "iam",
                "LastAuthenticatedEntity": arn("user", "bob"),
                "LastAuthenticatedRegion": "us-east-1",
                "TotalAuthenticatedEntities": "1",
            },
            { "ServiceName": "Amazon SQS", "ServiceNamespace": "sqs" },
        ])
    );
}

#[test]
fn a_report_of_actions_tells_those_that_were_called_and_could_be() {
    let house = house();
    let bob = lister(&house, "bob");
    for operation in ["ListUsers", "ListRoles", "ListGroups", "ListGroups"] {
        call(&house, &bob, operation);
    }
    let services = services(&house, &report(&house, &arn("user", "bob"), "ACTION_LEVEL"));
    let called = |name: &str| {
        json!({ "ActionName": name, "LastAccessedEntity": arn("user", "bob"),
            "LastAccessedTime": "2026-01-01T00:00:00Z", "LastAccessedRegion": "us-east-1" })
    };
    assert_eq!(of(&services, "iam")["TrackedActionsLastAccessed"], json!([called("ListGroups"), called("ListUsers")]));
    assert_eq!(of(&services, "sqs")["TrackedActionsLastAccessed"], Value::Null);
}

#[test]
fn a_policys_report_tells_of_everybody_who_has_it() {
    let house = house();
    let (direct, through) = (lister(&house, "direct"), lister(&house, "through"));
    lister(&house, "without");
    house.user("idle");
    let policy = house.policy("lists");
    let version = json!({ "PolicyArn": policy, "PolicyDocument": LISTS, "SetAsDefault": true });
    house.ok("CreatePolicyVersion", &version);
    house.group("crew");
    house.role("app");
    house.ok("AttachGroupPolicy", &json!({ "GroupName": "crew", "PolicyArn": policy }));
    house.ok("AttachRolePolicy", &json!({ "RoleName": "app", "PolicyArn": policy }));
    house.ok("AttachUserPolicy", &json!({ "UserName": "direct", "PolicyArn": policy }));
    for name in ["through", "idle"] {
        house.ok("AddUserToGroup", &json!({ "GroupName": "crew", "UserName": name }));
    }
    call(&house, &direct, "ListUsers");
    house.advance(Duration::from_secs(60));
    call(&house, &through, "ListUsers");
    let job = report(&house, &policy, "SERVICE_LEVEL");
    let services = services(&house, &job);
    let iam = of(&services, "iam");
    assert_eq!(
        (&iam["TotalAuthenticatedEntities"], &iam["LastAuthenticatedEntity"]),
        (&json!("2"), &json!(arn("user", "through")))
    );
    let entities = |rest: Value| {
        let mut input = rest;
        input["JobId"] = job["JobId"].clone();
        input["ServiceNamespace"] = json!("iam");
        house.ok("GetServiceLastAccessedDetailsWithEntities", &input)
    };
    let told = entities(json!({}));
    let list = told["EntityDetailsList"].as_array().unwrap();
    let names: Vec<String> = list.iter().map(|entity| text(&entity["EntityInfo"]["Name"])).collect();
    assert_eq!(names[..2], ["through", "direct"]);
    assert_eq!(names.len(), 4, "{names:?}");
    assert_eq!(list[0]["LastAuthenticated"], "2026-01-01T00:01:00Z");
    assert_eq!(list[3].get("LastAuthenticated"), None);
    let app = list.iter().find(|entity| entity["EntityInfo"]["Name"] == "app").unwrap();
    assert_eq!((&app["EntityInfo"]["Type"], &app["EntityInfo"]["Arn"]), (&json!("ROLE"), &json!(arn("role", "app"))));
    let page = entities(json!({ "MaxItems": 3 }));
    let rest = entities(json!({ "MaxItems": 3, "Marker": page["Marker"] }));
    assert_eq!((&page["IsTruncated"], &rest["IsTruncated"]), (&json!("true"), &json!("false")));
    // The group's own report is about its members.
    let group = report(&house, &arn("group", "crew"), "SERVICE_LEVEL");
    let services = self::services(&house, &group);
    assert_eq!(of(&services, "iam")["LastAuthenticatedEntity"], arn("user", "through"));
    assert_eq!(of(&services, "iam")["TotalAuthenticatedEntities"], "1");
}

#[test]
fn everything_is_told_of_an_administrator_page_by_page() {
    let house = house();
    let job = report(&house, "arn:aws:iam::aws:policy/AdministratorAccess", "SERVICE_LEVEL");
    let first = house.ok("GetServiceLastAccessedDetails", &job);
    assert_eq!((first["ServicesLastAccessed"].as_array().unwrap().len(), &first["IsTruncated"]), (100, &json!("true")));
    let mut input = job.clone();
    input["MaxItems"] = json!(1000);
    let all = house.ok("GetServiceLastAccessedDetails", &input);
    let all = all["ServicesLastAccessed"].as_array().unwrap();
    assert!(all.len() > 300);
    let mut input = job;
    input["Marker"] = first["Marker"].clone();
    let second = house.ok("GetServiceLastAccessedDetails", &input);
    assert_eq!(second["ServicesLastAccessed"][0], all[100]);
}

#[test]
fn a_report_is_for_whom_it_was_made_and_for_a_day() {
    let house = house();
    let admin =
        json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] });
    let carol = house.person("carol", &admin);
    let made =
        house.call_by(&carol, "iam", "GenerateServiceLastAccessedDetails", &json!({ "Arn": arn("user", "carol") }));
    let job = json!({ "JobId": made.json()["JobId"] });
    house.advance(Duration::from_secs(1));
    assert_eq!(house.call_by(&carol, "iam", "GetServiceLastAccessedDetails", &job).status, 200);
    assert_eq!(house.refused("GetServiceLastAccessedDetails", &job).1, "NoSuchEntity");
    let mut entities = job.clone();
    entities["ServiceNamespace"] = json!("iam");
    assert_eq!(house.refused("GetServiceLastAccessedDetailsWithEntities", &entities).1, "NoSuchEntity");
    house.advance(Duration::from_secs(86_400));
    assert_eq!(house.call_by(&carol, "iam", "GetServiceLastAccessedDetails", &job).status, 404);
}

#[test]
fn what_is_gone_or_never_was_has_no_report() {
    let house = house();
    for missing in [arn("user", "nobody"), arn("role", "nobody"), arn("policy", "none")] {
        let (status, code, _) = house.refused("GenerateServiceLastAccessedDetails", &json!({ "Arn": missing }));
        assert_eq!((status, code.as_str()), (404, "NoSuchEntity"), "{missing}");
    }
    let wrong = house.refused("GenerateServiceLastAccessedDetails", &json!({ "Arn": "arn:aws:s3:::some-bucket" }));
    assert_eq!(wrong.1, "InvalidInput");
    house.user("doomed");
    let job = house.ok("GenerateServiceLastAccessedDetails", &json!({ "Arn": arn("user", "doomed") }));
    house.ok("DeleteUser", &json!({ "UserName": "doomed" }));
    house.advance(Duration::from_secs(1));
    let told = house.ok("GetServiceLastAccessedDetails", &json!({ "JobId": job["JobId"] }));
    assert_eq!((&told["JobStatus"], &told["Error"]["Code"]), (&json!("FAILED"), &json!("NoSuchEntity")));
}

#[test]
fn policies_that_grant_access_are_told_with_where_they_are() {
    let house = house();
    lister(&house, "bob");
    let (allow, lists) = (house.policy("allow"), house.policy("lists"));
    let version = json!({ "PolicyArn": lists, "PolicyDocument": LISTS, "SetAsDefault": true });
    house.ok("CreatePolicyVersion", &version);
    house.group("crew");
    house.ok("AddUserToGroup", &json!({ "GroupName": "crew", "UserName": "bob" }));
    house.ok("AttachGroupPolicy", &json!({ "GroupName": "crew", "PolicyArn": lists }));
    house.ok("AttachUserPolicy", &json!({ "UserName": "bob", "PolicyArn": allow }));
    house.ok("PutGroupPolicy", &json!({ "GroupName": "crew", "PolicyName": "gets", "PolicyDocument": ALLOW }));
    let ask = |arn: String, namespaces: &[&str]| {
        let input = json!({ "Arn": arn, "ServiceNamespaces": namespaces });
        house.ok("ListPoliciesGrantingServiceAccess", &input)["PoliciesGrantingServiceAccess"].clone()
    };
    let inline = |kind: &str, holder: &str, name: &str| json!({ "PolicyName": name, "PolicyType": "INLINE", "EntityType": kind, "EntityName": holder });
    let managed = |name: &str| json!({ "PolicyName": name, "PolicyType": "MANAGED", "PolicyArn": arn("policy", name) });
    assert_eq!(
        ask(arn("user", "bob"), &["iam", "s3", "kms"]),
        json!([
            { "ServiceNamespace": "iam", "Policies": [inline("USER", "bob", "lists"), managed("lists")] },
            { "ServiceNamespace": "s3", "Policies": [managed("allow"), inline("GROUP", "crew", "gets")] },
            { "ServiceNamespace": "kms", "Policies": "" },
        ])
    );
    assert_eq!(
        ask(arn("group", "crew"), &["sqs"]),
        json!([{ "ServiceNamespace": "sqs", "Policies": [managed("lists")] }])
    );
}

#[test]
fn who_may_not_ask_is_told_the_arn_asked_about() {
    let house = house();
    let bob = house.person("bob", &json!({ "Version": "2012-10-17", "Statement": [] }));
    house.policy("secret");
    for target in [arn("user", "bob"), arn("policy", "secret"), "arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()] {
        let answer = house.call_by(&bob, "iam", "GenerateServiceLastAccessedDetails", &json!({ "Arn": target }));
        let asked = format!("iam:GenerateServiceLastAccessedDetails on resource: {target} because no");
        assert!(answer.status == 403 && answer.message().contains(&asked), "{}", answer.message());
    }
}
