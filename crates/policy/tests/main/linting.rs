//! What is suspicious in documents that are well formed.

use crate::case::*;
use policy::{Finding, Holds, KeyType, Kind, Severity, Vocabulary, lint};
use std::time::{Duration, Instant};

struct Few;

impl Vocabulary for Few {
    fn has_service(&self, prefix: &str) -> bool {
        matches!(prefix, "s3" | "iam" | "kms")
    }

    fn has_action(&self, action: &str) -> bool {
        matches!(action, "s3:GetObject" | "s3:Get*" | "s3:*" | "iam:PassRole" | "kms:Encrypt" | "kms:*")
    }

    fn key(&self, name: &str) -> Option<KeyType> {
        let (holds, is_set) = match name.to_ascii_lowercase().as_str() {
            "aws:sourceip" => (Holds::Ip, false),
            "aws:tagkeys" => (Holds::String, true),
            "aws:username" => (Holds::String, false),
            "aws:currenttime" => (Holds::Date, false),
            "aws:securetransport" => (Holds::Bool, false),
            "aws:principalarn" => (Holds::Arn, false),
            "s3:max-keys" => (Holds::Numeric, false),
            _ => return None,
        };
        Some(KeyType { holds, is_set })
    }

    fn nearest_service(&self, _: &str) -> Option<String> {
        Some("s3".to_owned())
    }

    fn nearest_action(&self, _: &str) -> Option<String> {
        Some("s3:GetObject".to_owned())
    }

    fn nearest_key(&self, _: &str) -> Option<String> {
        None
    }
}

fn findings(kind: Kind, text: &str) -> Vec<Finding> {
    lint(&document(kind, text), Some(&Few))
}

fn codes(kind: Kind, text: &str) -> Vec<&'static str> {
    findings(kind, text).into_iter().map(|finding| finding.code).collect()
}

fn own(rest: &str) -> String {
    statements(&format!("{{{rest}}}"))
}

#[test]
fn a_sound_policy_has_no_findings() {
    let text =
        own(r#""Effect":"Allow","Action":["s3:GetObject","kms:Encrypt"],"Resource":"arn:aws:s3:::b/${aws:username}/*",
        "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"DateLessThan":{"aws:CurrentTime":"2030-01-01"},
        "ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:TagKeys":"false"}}"#);
    assert_eq!(codes(Kind::Managed, &text), [""; 0]);
}

#[test]
fn every_check_finds_what_it_is_for() {
    let rows = [
        (r#""Effect":"Allow","Action":"*","Resource":"*""#, vec!["FULL_ACCESS"]),
        (r#""Effect":"Allow","Action":"s3:*","Resource":"*""#, vec!["SERVICE_WIDE_ACCESS"]),
        (r#""Effect":"Allow","Action":"iam:PassRole","Resource":"*""#, vec!["PASS_ROLE_WITH_STAR_IN_RESOURCE"]),
        (r#""Effect":"Deny","Action":"*","Resource":"*""#, vec![]),
        (r#""Effect":"Allow","NotAction":"s3:*","Resource":"arn:aws:s3:::b""#, vec!["ALLOW_WITH_NOT_ACTION"]),
        (r#""Effect":"Allow","Action":"s3:Get*","NotResource":"arn:aws:s3:::b""#, vec!["ALLOW_WITH_NOT_RESOURCE"]),
        (r#""Effect":"Deny","Action":"s3:GetObjekt","Resource":"*""#, vec!["INVALID_ACTION"]),
        (r#""Effect":"Deny","Action":"s4:*","Resource":"*""#, vec!["INVALID_SERVICE_IN_ACTION"]),
        (r#""Effect":"Deny","Action":["s3:Get*","s3:GetObject"],"Resource":"*""#, vec!["REDUNDANT_ACTION"]),
        (
            r#""Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3:::b/*","arn:aws:s3:::b/c"]"#,
            vec!["REDUNDANT_RESOURCE"],
        ),
        (r#""Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3""#, vec!["MISSING_ARN_FIELD"]),
        (r#""Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::${aws:user}""#, vec!["INVALID_VARIABLE"]),
    ];
    for (rest, expected) in rows {
        assert_eq!(codes(Kind::Identity, &own(rest)), expected, "{rest}");
    }
    let condition = |effect: &str, condition: &str| {
        own(&format!(r#""Effect":"{effect}","Action":"s3:Get*","Resource":"*","Condition":{condition}"#))
    };
    let rows = [
        ("Deny", r#"{"StringEquals":{"aws:TagKeys":"a"}}"#, vec!["MISSING_QUALIFIER"]),
        ("Deny", r#"{"ForAnyValue:StringEquals":{"aws:username":"a"}}"#, vec!["REDUNDANT_QUALIFIER"]),
        ("Allow", r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}"#, vec!["FORALLVALUES_WITH_ALLOW"]),
        ("Deny", r#"{"StringEquals":{"aws:usrname":"a"}}"#, vec!["INVALID_GLOBAL_CONDITION_KEY"]),
        ("Deny", r#"{"StringEquals":{"s3:x":"a"}}"#, vec!["INVALID_SERVICE_CONDITION_KEY"]),
        ("Deny", r#"{"StringEquals":{"aws:SourceIp":"10.0.0.1"}}"#, vec!["TYPE_MISMATCH"]),
        ("Deny", r#"{"StringEquals":{"aws:username":"a*"}}"#, vec!["WILDCARD_WITHOUT_LIKE_OPERATOR"]),
        ("Deny", r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/40"}}"#, vec!["INVALID_CONDITION_VALUE"]),
        ("Deny", r#"{"DateLessThan":{"aws:CurrentTime":"soon"}}"#, vec!["INVALID_CONDITION_VALUE"]),
        ("Deny", r#"{"NumericLessThan":{"s3:max-keys":"ten"}}"#, vec!["INVALID_CONDITION_VALUE"]),
        ("Deny", r#"{"ArnLike":{"aws:PrincipalArn":"*"}}"#, vec!["INVALID_CONDITION_VALUE"]),
        ("Deny", r#"{"Bool":{"aws:SecureTransport":["true","false"]}}"#, vec!["MULTIPLE_BOOLEANS"]),
        ("Deny", r#"{"Bool":{"aws:SecureTransport":"yes"}}"#, vec!["INVALID_CONDITION_VALUE"]),
        ("Deny", r#"{"Bool":{"aws:SecureTransport":[]}}"#, vec!["EMPTY_ARRAY_CONDITION"]),
        (
            "Deny",
            r#"{"Bool":{"aws:SecureTransport":"true","AWS:securetransport":"true"}}"#,
            vec!["DUPLICATE_KEYS_WITH_DIFFERENT_CASE"],
        ),
    ];
    for (effect, text, expected) in rows {
        assert_eq!(codes(Kind::Identity, &condition(effect, text)), expected, "{text}");
    }
    assert_eq!(codes(Kind::Identity, r#"{"Version":"2012-10-17","Statement":[]}"#), ["EMPTY_STATEMENTS"]);
    assert_eq!(codes(Kind::Resource, &naming("Allow", r#""*""#, "s3:Get*")), ["PUBLIC_ACCESS"]);
    assert_eq!(codes(Kind::Resource, &naming("Allow", r#"{"AWS":"AIDAGONE"}"#, "s3:*")), ["UNIQUE_ID_PRINCIPAL"]);
    let not = statements(r#"{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}"#);
    assert_eq!(codes(Kind::Resource, &not), ["DENY_WITH_NOT_PRINCIPAL"]);
    let key = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"kms:*"}]}"#;
    assert_eq!(codes(Kind::Key, key), ["INERT_STATEMENT"]);
    let github = statements(
        r#"{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":
           {"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}}"#,
    );
    let of_trust = lint(&document(Kind::Trust, &github), None);
    assert_eq!(of_trust.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["MISSING_OIDC_CONDITION"]);
}

#[test]
fn the_older_version_is_told_with_what_it_breaks() {
    let text = r#"{"Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/${aws:username}"}}"#;
    assert_eq!(codes(Kind::Identity, text), ["MISSING_VERSION", "INVALID_VARIABLE_VERSION"]);
}

#[test]
fn findings_have_their_place_their_weight_and_a_hint() {
    let text = "{\"Version\":\"2012-10-17\",\n \"Statement\":[\n  {\"Effect\":\"Deny\",\"Resource\":\"*\",\n   \"Action\":\"s3:GetObjekt\"}]}";
    let [finding] = findings(Kind::Identity, text).try_into().unwrap();
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(
        finding.to_string(),
        "4:13: warning: there is no action s3:GetObjekt; there is s3:GetObject [INVALID_ACTION]"
    );
    assert_eq!(finding.to.to_string(), "4:27");
}

#[test]
fn long_documents_are_looked_through_in_no_time() {
    let actions = vec!["\"s3:*a*b*\""; 200].join(",");
    let list = format!("{{\"Effect\":\"Deny\",\"Action\":[{actions}],\"Resource\":\"*\"}}");
    let text = statements(&vec![list; 80].join(","));
    let began = Instant::now();
    assert_eq!(findings(Kind::Identity, &text).len(), 1_000);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}
