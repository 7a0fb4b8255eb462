//! Explanations: every policy, every statement, every condition, and what is missing.

use crate::case::*;
use policy::{Context, Origin, PolicyType, Verdict};
use serde_json::{Value, json};

fn case() -> Case {
    let own = statements(
        r#"{"Sid":"Elsewhere","Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::other/*"},
           {"Sid":"FromHome","Effect":"Allow","Action":"s3:Get*","Resource":"*",
            "Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.7"]},"Bool":{"aws:SecureTransport":"true"}}},
           {"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#,
    );
    let mut context = Context::new(NOW);
    context.set("aws:SourceIp", std::net::IpAddr::from([203, 0, 113, 9]));
    let mut case = ask(alice()).identity(&own).boundary(&plain("Allow", "s3:*")).scp(&[&[&plain("Allow", "*")], &[]]);
    case.context = context;
    case
}

#[test]
fn every_statement_says_what_it_had_to_do_with_the_request() {
    let explained = case().explain();
    let types: Vec<_> = explained.policies.iter().map(|policy| (policy.policy_type, policy.level)).collect();
    assert_eq!(
        types,
        [(PolicyType::ServiceControl, Some(0)), (PolicyType::Identity, None), (PolicyType::Boundary, None)]
    );
    let own = &explained.policies[1];
    assert_eq!((&*own.id, &own.origin), ("arn:aws:iam::111122223333:policy/p0", &Origin::Managed));
    let verdicts: Vec<_> = own.statements.iter().map(|held| held.verdict).collect();
    assert_eq!(verdicts, [Verdict::OtherResource, Verdict::ConditionFails, Verdict::OtherAction]);
    let [address, secure] = own.statements[1].conditions.as_slice() else { panic!() };
    assert_eq!(
        (address.operator.as_str(), address.key.as_str(), address.passes),
        ("IpAddress", "aws:sourceip", Some(false))
    );
    assert_eq!(address.wanted, ["10.0.0.0/8", "192.0.2.7/32"]);
    assert_eq!(address.found.as_deref(), Some(["203.0.113.9".to_owned()].as_slice()));
    assert_eq!((secure.passes, &secure.found), (Some(false), &None));
    assert_eq!(own.statements[1].from.to_string(), "2:12");
}

#[test]
fn what_is_missing_for_an_allow_is_told() {
    let explained = case().explain();
    assert_eq!(explained.unmet, [PolicyType::ServiceControl, PolicyType::Identity]);
    assert_eq!(explained.missing_keys, ["aws:securetransport"]);
    assert_eq!(
        explained.missing,
        [
            "a service control policy has to allow s3:GetObject on arn:aws:s3:::bucket/key",
            "an identity-based policy has to allow s3:GetObject on arn:aws:s3:::bucket/key",
            "statement 1 (Elsewhere) at 1:38 of identity-based policy arn:aws:iam::111122223333:policy/p0 would allow it \
             but for its resources",
            "statement 2 (FromHome) at 2:12 of identity-based policy arn:aws:iam::111122223333:policy/p0 would allow it \
             but for a condition: IpAddress aws:sourceip asks for 10.0.0.0/8 or 192.0.2.7/32, and it is 203.0.113.9; \
             Bool aws:securetransport asks for true, and it is absent",
        ]
    );
    let denied = ask(alice()).identity(&plain("Allow", "*")).identity(&plain("Deny", "s3:*")).explain();
    assert_eq!(
        denied.missing,
        [
            "statement 1 at 1:38 of identity-based policy arn:aws:iam::111122223333:policy/p1 must not deny s3:GetObject on \
          arn:aws:s3:::bucket/key"
        ]
    );
    assert!(ask(alice()).identity(&plain("Allow", "*")).explain().missing.is_empty());
    let federated = ask(federated()).identity(&plain("Allow", "*")).explain();
    assert!(federated.missing.last().unwrap().contains("without a policy"));
}

#[test]
fn an_explanation_is_json_with_everything_in_it() {
    let mut asked = case();
    asked.context.set("x:odd", "quote \" and \u{1} and \n");
    let value: Value = serde_json::from_str(&asked.explain().to_json()).unwrap();
    assert_eq!(value["allowed"], json!(false));
    assert_eq!((&value["because"], &value["policyType"]), (&json!("implicitDeny"), &json!("serviceControl")));
    assert_eq!(value["statement"], Value::Null);
    let held = &value["policies"][1]["statements"][1];
    assert_eq!(held["sid"], json!("FromHome"));
    assert_eq!(held["start"], json!({"line": 2, "column": 12}));
    assert_eq!(
        held["conditions"][1],
        json!({"operator": "Bool", "key": "aws:securetransport", "wanted": ["true"], "found": null, "passes": false})
    );
    let keys = value["contextKeys"].as_array().unwrap();
    assert!(keys.contains(&json!({"key": "aws:username", "values": ["alice"]})));
    assert!(keys.contains(&json!({"key": "x:odd", "values": ["quote \" and \u{1} and \n"]})));
    let value: Value = serde_json::from_str(&ask(alice()).identity(&plain("Allow", "*")).explain().to_json()).unwrap();
    assert_eq!((&value["allowed"], &value["because"]), (&json!(true), &json!("statement")));
    assert_eq!(value["statement"]["policy"], json!("arn:aws:iam::111122223333:policy/p0"));
    assert_eq!(value["statement"]["index"], json!(0));
}

#[test]
fn a_simulated_request_has_the_keys_that_it_is_given_and_no_other() {
    let names_the_user = statements(
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::bucket/*",
            "Condition":{"StringEquals":{"aws:username":"alice","aws:PrincipalTag/team":"red"},
                         "DateGreaterThan":{"aws:CurrentTime":"2001-01-01T00:00:00Z"},"Null":{"aws:ResourceAccount":"true"}}}"#,
    );
    let mut caller = alice();
    caller.tags = std::sync::Arc::new(vec![("team".into(), "red".into())]);
    let mut case = ask(caller).identity(&names_the_user);
    case.context = Context::simulated();
    let explained = case.explain();
    assert!(!explained.decision.is_allowed() && explained.keys.is_empty(), "{:?}", explained.keys);
    assert_eq!(
        explained.missing_keys,
        ["aws:username", "aws:principaltag/team", "aws:currenttime", "aws:resourceaccount"]
    );
    for (key, value) in
        [("aws:UserName", "alice"), ("aws:PrincipalTag/Team", "red"), ("aws:CurrentTime", "2025-11-28T00:00:00Z")]
    {
        case.context.set(key, value);
    }
    assert!(case.explain().decision.is_allowed());
}
