//! AssumeRole: who is trusted, under which conditions, for how long, and with what.

use crate::staff::{
    ACCOUNT, OTHER_ACCOUNT, admin, ask, assume, call, house, identity, may_inquire, policy, refused, role, role_with,
    trust, trusting,
};
use kernel::testing::{Person, ROOT};
use serde_json::{Value, json};
use std::time::Duration;

fn denied(principal: &str, action: &str, role: &str) -> String {
    format!("User: {principal} is not authorized to perform: {action} on resource: {role}")
}

#[test]
fn a_role_is_assumed_and_its_session_says_whose_it_is() {
    let house = house();
    let alice = admin(&house, "ann");
    let arn = role(&house, ACCOUNT, "app", &trusting(ACCOUNT));
    let answer = ask(&house, &alice, &arn, &json!({}));
    let user = answer.json()["AssumedRoleUser"].clone();
    assert_eq!(user["Arn"], format!("arn:aws:sts::{ACCOUNT}:assumed-role/app/tests"));
    assert_eq!(user["AssumedRoleId"], "AROAAPP:tests");
    let session = assume(&house, &alice, &arn, &json!({}));
    assert!(session.id.starts_with("ASIA") && session.id.len() == 20, "{}", session.id);
    let (arn, account, id) = identity(&house, &session);
    assert_eq!(arn, format!("arn:aws:sts::{ACCOUNT}:assumed-role/app/tests"));
    assert_eq!((account.as_str(), id.as_str()), (ACCOUNT, "AROAAPP:tests"));
}

#[test]
fn a_trust_policy_that_names_the_caller_suffices_and_one_that_names_the_account_does_not() {
    let house = house();
    let poor = house.person("poor", &policy("Deny", &json!("kms:*")));
    let named = trust(&json!({ "AWS": "AIDAPOOR" }), &json!("sts:AssumeRole"), &json!({}));
    let direct = role(&house, ACCOUNT, "direct", &named);
    assert_eq!(ask(&house, &poor, &direct, &json!({})).status, 200);

    let through = role(&house, ACCOUNT, "through", &trusting(ACCOUNT));
    let (status, code, text) = refused(&ask(&house, &poor, &through, &json!({})));
    assert_eq!((status, code.as_str()), (403, "AccessDenied"));
    let expected = denied(&format!("arn:aws:iam::{ACCOUNT}:user/poor"), "sts:AssumeRole", &through);
    assert!(text.starts_with(&expected), "{text}");
    assert_eq!(ask(&house, &admin(&house, "rich"), &through, &json!({})).status, 200);
}

#[test]
fn a_caller_that_the_role_does_not_trust_is_denied_whatever_its_own_policies_allow() {
    let house = house();
    let rich = admin(&house, "rich");
    let arn = role(&house, ACCOUNT, "app", &trusting(OTHER_ACCOUNT));
    let (status, code, text) = refused(&ask(&house, &rich, &arn, &json!({})));
    assert_eq!((status, code.as_str()), (403, "AccessDenied"));
    assert!(text.starts_with(&denied(&format!("arn:aws:iam::{ACCOUNT}:user/rich"), "sts:AssumeRole", &arn)), "{text}");
}

#[test]
fn a_role_that_is_not_there_is_denied_like_one_that_is() {
    let house = house();
    let rich = admin(&house, "rich");
    role_with(&house, ACCOUNT, "app", &trusting(ACCOUNT), |role| role.path = "/team/".into());
    for name in ["none", "app", "team/App", "team/app/"] {
        let arn = format!("arn:aws:iam::{ACCOUNT}:role/{name}");
        let (_, code, text) = refused(&ask(&house, &rich, &arn, &json!({})));
        let is_role = !name.ends_with('/');
        assert_eq!(code, if is_role { "AccessDenied" } else { "ValidationError" }, "{text}");
    }
    assert_eq!(ask(&house, &rich, &format!("arn:aws:iam::{ACCOUNT}:role/team/app"), &json!({})).status, 200);
    for arn in
        ["arn:aws:iam::111122223333:user/rich", "arn:aws-cn:iam::111122223333:role/app", "role/app-role-app-role"]
    {
        let (status, code, text) = refused(&ask(&house, &rich, arn, &json!({})));
        assert_eq!((status, code.as_str(), text), (400, "ValidationError", format!("{arn} is invalid")));
    }
}

#[test]
fn a_role_of_another_account_needs_the_word_of_both_accounts() {
    let house = house();
    let rich = admin(&house, "rich");
    let poor = house.person("poor", &policy("Deny", &json!("kms:*")));
    let arn = role(&house, OTHER_ACCOUNT, "app", &trusting(ACCOUNT));
    assert_eq!(ask(&house, &poor, &arn, &json!({})).code(), "AccessDenied");
    let session = assume(&house, &rich, &arn, &json!({}));
    assert_eq!(identity(&house, &session).1, OTHER_ACCOUNT);
    let named = trust(&json!({ "AWS": "AIDAPOOR" }), &json!("sts:AssumeRole"), &json!({}));
    let named = role(&house, OTHER_ACCOUNT, "named", &named);
    assert_eq!(ask(&house, &poor, &named, &json!({})).code(), "AccessDenied", "its own account has no say in that");
}

#[test]
fn a_root_may_not_assume_roles() {
    let house = house();
    let arn = role(&house, ACCOUNT, "app", &trusting(ACCOUNT));
    let root = Person { id: ROOT.0.into(), secret: ROOT.1.into(), token: None };
    let expected = (403, "AccessDenied".into(), "Roles may not be assumed by root accounts.".into());
    assert_eq!(refused(&ask(&house, &root, &arn, &json!({}))), expected);
}

#[test]
fn an_external_id_has_to_be_the_one_that_the_role_wants() {
    let house = house();
    let rich = admin(&house, "rich");
    let condition = json!({ "StringEquals": { "sts:ExternalId": "deal-7" } });
    let root = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") });
    let arn = role(&house, OTHER_ACCOUNT, "app", &trust(&root, &json!("sts:AssumeRole"), &condition));
    assert_eq!(ask(&house, &rich, &arn, &json!({})).code(), "AccessDenied");
    assert_eq!(ask(&house, &rich, &arn, &json!({ "ExternalId": "deal-8" })).code(), "AccessDenied");
    assert_eq!(ask(&house, &rich, &arn, &json!({ "ExternalId": "deal-7" })).status, 200);
}

#[test]
fn conditions_see_the_session_name() {
    let house = house();
    let rich = admin(&house, "rich");
    let condition = json!({ "StringEquals": { "sts:RoleSessionName": "${aws:username}" } });
    let root = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") });
    let arn = role(&house, ACCOUNT, "app", &trust(&root, &json!("sts:AssumeRole"), &condition));
    let with = |name: &str| ask(&house, &rich, &arn, &json!({ "RoleSessionName": name })).status;
    assert_eq!((with("rich"), with("poor")), (200, 403));
}

#[test]
fn a_session_lasts_as_long_as_was_asked_and_no_longer_than_the_role_allows() {
    let house = house();
    let rich = admin(&house, "rich");
    let arn = role_with(&house, ACCOUNT, "app", &trusting(ACCOUNT), |role| role.max_session_seconds = 7_200);
    let session = assume(&house, &rich, &arn, &json!({ "DurationSeconds": 7_200 }));
    house.advance(Duration::from_secs(7_199));
    identity(&house, &session);
    house.advance(Duration::from_secs(1));
    assert_eq!(call(&house, &session, "GetCallerIdentity", &json!({})).code(), "ExpiredToken");
    let answer = ask(&house, &rich, &arn, &json!({ "DurationSeconds": 7_201 }));
    let text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    assert_eq!(refused(&answer), (400, "ValidationError".into(), text.into()));
    assert_eq!(ask(&house, &rich, &arn, &json!({ "DurationSeconds": 899 })).code(), "ValidationError");
}

#[test]
fn a_role_had_with_a_role_lasts_an_hour() {
    let house = house();
    let rich = admin(&house, "rich");
    let longest = |role: &mut directory::records::Role| role.max_session_seconds = 43_200;
    let first = role_with(&house, ACCOUNT, "first", &trusting(ACCOUNT), longest);
    let second = role_with(&house, ACCOUNT, "second", &trusting(ACCOUNT), longest);
    let session = assume(&house, &rich, &first, &json!({ "DurationSeconds": 43_200 }));
    assert_eq!(ask(&house, &session, &second, &json!({ "DurationSeconds": 3_600 })).status, 200);
    let text = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
    let answer = ask(&house, &session, &second, &json!({ "DurationSeconds": 3_601 }));
    assert_eq!(refused(&answer), (400, "ValidationError".into(), text.into()));
}

#[test]
fn a_session_policy_limits_what_the_role_allows_and_adds_nothing() {
    let house = house();
    let rich = admin(&house, "rich");
    let arn = role(&house, ACCOUNT, "app", &trusting(ACCOUNT));
    let with = |more: &Value| assume(&house, &rich, &arn, more);
    let inline = |effect: &str, action: &str| json!({ "Policy": policy(effect, &json!(action)).to_string() });
    assert!(may_inquire(&house, &with(&json!({}))));
    assert!(may_inquire(&house, &with(&inline("Allow", "sts:Get*"))));
    assert!(!may_inquire(&house, &with(&inline("Allow", "kms:*"))));
    assert!(!may_inquire(&house, &with(&inline("Deny", "sts:GetAccessKeyInfo"))));

    let own = house.customer_policy("inquiries", &policy("Allow", &json!("sts:GetAccessKeyInfo")));
    assert!(may_inquire(&house, &with(&json!({ "PolicyArns": [{ "arn": own }] }))));
    assert!(may_inquire(
        &house,
        &with(&json!({ "PolicyArns": [{ "arn": "arn:aws:iam::aws:policy/AdministratorAccess" }] }))
    ));
    let weak = role_with(&house, ACCOUNT, "weak", &trusting(ACCOUNT), |role| role.inline.clear());
    assert!(!may_inquire(&house, &assume(&house, &rich, &weak, &inline("Allow", "*"))));
}

#[test]
fn session_policies_are_checked_before_anything_is_issued() {
    let house = house();
    let rich = admin(&house, "rich");
    let arn = role(&house, ACCOUNT, "app", &trusting(ACCOUNT));
    let code = |more: &Value| refused(&ask(&house, &rich, &arn, more)).1;
    assert_eq!(code(&json!({ "Policy": "{}x" })), "MalformedPolicyDocument");
    assert_eq!(
        code(&json!({ "Policy": r#"{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}"# })),
        "MalformedPolicyDocument"
    );
    let long = format!("{}{}", policy("Allow", &json!("*")), " ".repeat(2_048));
    assert_eq!(code(&json!({ "Policy": long })), "ValidationError");
    for arn in [
        format!("arn:aws:iam::{ACCOUNT}:policy/none"),
        "arn:aws:iam::aws:policy/NoSuchPolicyAtAll".into(),
        format!("arn:aws:iam::{OTHER_ACCOUNT}:policy/inquiries"),
    ] {
        assert_eq!(code(&json!({ "PolicyArns": [{ "arn": arn }] })), "ValidationError");
    }
    let many: Vec<_> = (0..11).map(|_| json!({ "arn": "arn:aws:iam::aws:policy/AdministratorAccess" })).collect();
    assert_eq!(code(&json!({ "PolicyArns": many })), "ValidationError");
}

#[test]
fn what_does_not_fit_into_a_token_is_too_large_and_the_rest_is_measured() {
    let house = house();
    let rich = admin(&house, "rich");
    let arn = role(&house, ACCOUNT, "app", &trusting(ACCOUNT));
    let answer = ask(&house, &rich, &arn, &json!({})).json();
    let size = |answer: &Value| answer["SessionTokenSize"].as_str().unwrap().parse::<usize>().unwrap();
    assert_eq!(size(&answer), answer["Credentials"]["SessionToken"].as_str().unwrap().len());
    let with_policy = ask(&house, &rich, &arn, &json!({ "Policy": policy("Allow", &json!("*")).to_string() })).json();
    assert!(size(&with_policy) > size(&answer));
    assert_eq!(with_policy["SessionTokenUtilization"], (size(&with_policy) * 100).div_ceil(4_096).to_string());
    assert_eq!(with_policy["PackedPolicySize"], with_policy["SessionTokenUtilization"]);

    // Fifty tags of noise do not compress.
    let noise = |n: usize| (0..256).map(|at| char::from(b'A' + (primitives_hash(n, at) % 26))).collect::<String>();
    let tags: Vec<_> = (0..50).map(|n| json!({ "Key": format!("k{n}"), "Value": noise(n) })).collect();
    let (status, code, text) = refused(&ask(&house, &rich, &arn, &json!({ "Tags": tags })));
    assert_eq!((status, code.as_str()), (400, "PackedPolicyTooLarge"));
    assert!(
        text.starts_with("Packed size of session tags consumes ") && text.ends_with("% of allotted space."),
        "{text}"
    );
    let long = assume(&house, &rich, &arn, &json!({ "MinimumSessionTokenSize": 4_096 }));
    assert_eq!(long.token.as_ref().unwrap().len(), 4_096);
    identity(&house, &long);
}

/// Something that looks like chance.
fn primitives_hash(n: usize, at: usize) -> u8 {
    let mixed = (n * 256 + at).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed >> 40) as u8
}

#[test]
fn revoking_sessions_by_their_time_of_issue_leaves_later_ones_alone() {
    let house = house();
    let rich = admin(&house, "rich");
    let arn = role(&house, ACCOUNT, "app", &trusting(ACCOUNT));
    let before = assume(&house, &rich, &arn, &json!({}));
    house.advance(Duration::from_secs(10));
    let revoke = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": { "DateLessThan": { "aws:TokenIssueTime": "2026-01-01T00:00:05Z" } },
    }] });
    let account = ACCOUNT.parse().unwrap();
    house.change(|transaction| {
        let mut role: directory::records::Role = directory::records::find(transaction, account, "app")?.unwrap();
        let old = role.clone();
        role.inline.insert("AWSRevokeOlderSessions".into(), revoke.to_string());
        directory::records::replace(transaction, account, &old, &role)
    });
    let after = assume(&house, &rich, &arn, &json!({}));
    assert!(!may_inquire(&house, &before) && may_inquire(&house, &after));
    identity(&house, &before);
}

#[test]
fn a_role_that_is_deleted_takes_its_sessions_with_it_also_when_it_is_made_again() {
    let house = house();
    let rich = admin(&house, "rich");
    let arn = role(&house, ACCOUNT, "app", &trusting(ACCOUNT));
    let session = assume(&house, &rich, &arn, &json!({}));
    assert!(may_inquire(&house, &session));
    let account = ACCOUNT.parse().unwrap();
    house.change(|transaction| {
        let role: directory::records::Role = directory::records::find(transaction, account, "app")?.unwrap();
        directory::records::remove(transaction, account, &role)
    });
    let code = |session: &Person| call(&house, session, "GetCallerIdentity", &json!({})).code();
    assert_eq!(code(&session), "InvalidClientTokenId");
    role_with(&house, ACCOUNT, "app", &trusting(ACCOUNT), |role| role.id = "AROAANOTHER".into());
    assert_eq!(code(&session), "InvalidClientTokenId");
    assert_eq!(identity(&house, &assume(&house, &rich, &arn, &json!({}))).2, "AROAANOTHER:tests");
}

#[test]
fn contexts_of_providers_are_not_offered() {
    let house = house();
    let arn = role(&house, ACCOUNT, "app", &trusting(ACCOUNT));
    let contexts = json!({ "ProvidedContexts": [{ "ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter", "ContextAssertion": "word" }] });
    assert_eq!(ask(&house, &admin(&house, "rich"), &arn, &contexts).status, 501);
}

#[test]
fn tags_of_the_role_decide_for_the_caller() {
    let house = house();
    let only_red = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*",
        "Condition": { "StringEquals": { "iam:ResourceTag/team": "red", "aws:ResourceTag/team": "red" } },
    }] });
    let who = house.person("ann", &only_red);
    let tagged = |name: &str, team: &str| {
        role_with(&house, ACCOUNT, name, &trusting(ACCOUNT), |role| {
            role.tags.insert("team".into(), team.into());
        })
    };
    assert_eq!(ask(&house, &who, &tagged("red", "red"), &json!({})).status, 200);
    assert_eq!(ask(&house, &who, &tagged("blue", "blue"), &json!({})).status, 403);
}

#[test]
fn a_role_that_is_not_there_is_not_let_through_where_denials_are() {
    let house = kernel::testing::House::soft(vec![fastness_sts::service()]);
    let poor = house.person("poor", &policy("Deny", &json!("*")));
    let arn = role(&house, ACCOUNT, "app", &trusting(OTHER_ACCOUNT));
    assert_eq!(ask(&house, &poor, &arn, &json!({})).status, 200);
    let none = format!("arn:aws:iam::{ACCOUNT}:role/none");
    let text = denied(&format!("arn:aws:iam::{ACCOUNT}:user/poor"), "sts:AssumeRole", &none);
    assert_eq!(refused(&ask(&house, &poor, &none, &json!({}))), (403, "AccessDenied".into(), text));
}
