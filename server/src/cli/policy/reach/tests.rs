//! Each finding, and what is close to it and none.

use super::super::check::findings;
use super::MAX_FINDINGS;
use policy::{Document, Kind, Severity};

const NONE: [&str; 0] = [];

/// The codes of what is found in a document of one statement, the linter's among them.
fn codes(kind: Kind, statement: &str) -> Vec<&'static str> {
    found(kind, statement).into_iter().map(|(code, _)| code).collect()
}

fn found(kind: Kind, statement: &str) -> Vec<(&'static str, String)> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    findings(kind, text.as_bytes()).into_iter().map(|finding| (finding.code, finding.message)).collect()
}

fn deny(rest: &str) -> Vec<&'static str> {
    codes(Kind::Identity, &format!(r#"{{"Effect":"Deny",{rest}}}"#))
}

fn condition(action: &str, condition: &str) -> Vec<&'static str> {
    deny(&format!(r#""Action":"{action}","Resource":"*","Condition":{{{condition}}}"#))
}

#[test]
fn names_that_do_not_exist_are_found_and_the_nearest_is_told() {
    for (action, code, message) in [
        ("kms:Encyrpt", "INVALID_ACTION", "there is no action kms:Encyrpt; there is kms:Encrypt"),
        ("kms:Encryptt*", "INVALID_ACTION", "there is no action kms:Encryptt*; there is kms:Encrypt"),
        (
            "secretmanager:Get*",
            "INVALID_SERVICE_IN_ACTION",
            "there is no service secretmanager; there is secretsmanager",
        ),
    ] {
        let statement = format!(r#"{{"Effect":"Deny","NotAction":"{action}","Resource":"*"}}"#);
        assert_eq!(found(Kind::Identity, &statement), [(code, message.to_owned())]);
    }
    assert_eq!(deny(r#""Action":["KMS:encrypt","kms:De?rypt","s3:*","bedrock:InvokeModel"],"Resource":"*""#), NONE);
}

#[test]
fn condition_keys_are_looked_up_wherever_they_may_be_listed() {
    let wrong =
        r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgId2":"o-1"}}}"#;
    let message = "there is no condition key aws:PrincipalOrgId2; there is aws:PrincipalOrgID".to_owned();
    assert_eq!(found(Kind::Identity, wrong), [("INVALID_GLOBAL_CONDITION_KEY", message)]);
    for known in [
        r#""StringEquals":{"aws:principaltag/Team":"red","kms:EncryptionContext:app":"a"}"#,
        r#""StringEquals":{"aws:RequestTag/team":"red","s3:ExistingObjectTag/team":"red"}"#,
        r#""StringEquals":{"token.actions.githubusercontent.com:sub":"repo:a/b"}"#,
        r#""StringEquals":{"oidc.example.com/realms/a:aud":"app","saml:aud":"a"}"#,
        r#""ArnLike":{"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::a/*"}"#,
        r#""NumericLessThan":{"aws:EpochTime":"1"}"#,
    ] {
        assert_eq!(condition("*", known), NONE, "{known}");
    }
    for (wrong, code) in [
        (r#""StringEquals":{"kmss:ViaService":"a"}"#, "INVALID_SERVICE_CONDITION_KEY"),
        (r#""StringEquals":{"aws:SourceIp":"10.0.0.0/8"}"#, "TYPE_MISMATCH"),
        (r#""Bool":{"aws:PrincipalArn":"true"}"#, "TYPE_MISMATCH"),
        (r#""StringEquals":{"aws:TagKeys":"team"}"#, "MISSING_QUALIFIER"),
        (r#""ForAnyValue:StringEquals":{"aws:RequestedRegion":"eu-central-1"}"#, "REDUNDANT_QUALIFIER"),
    ] {
        assert_eq!(condition("*", wrong), [code], "{wrong}");
    }
}

#[test]
fn a_key_that_no_action_gives_a_value_is_found_if_all_actions_are_known() {
    let via = r#""StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}"#;
    let tag = r#""StringEquals":{"aws:RequestTag/team":"red"}"#;
    assert_eq!(condition("kms:GenerateRandom", via), ["UNUSED_CONDITION_KEY"]);
    assert_eq!(condition("kms:Encrypt", tag), ["UNUSED_CONDITION_KEY"]);
    for (action, keys) in [("kms:Encrypt", via), ("kms:*", via), ("*", via), ("kms:CreateKey", tag)] {
        assert_eq!(condition(action, keys), NONE, "{action}");
    }
    let two = r#""Action":["kms:GenerateRandom","kms:Encrypt"],"Resource":"*","Condition"#;
    assert_eq!(deny(&format!(r#"{two}":{{{via}}}"#)), NONE);
    let not = format!(r#""NotAction":"kms:GenerateRandom","Resource":"*","Condition":{{{via}}}"#);
    assert_eq!(deny(&not), NONE);
}

#[test]
fn actions_and_resources_have_to_meet() {
    const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/*";
    const BUCKET: &str = "arn:aws:s3:::reports";
    let of = |action: &str, resource: &str| deny(&format!(r#""Action":{action},"Resource":{resource}"#));
    assert_eq!(of(r#""kms:Encrypt""#, &format!(r#""{KEY}""#)), NONE);
    assert_eq!(of(r#""kms:Encrypt""#, &format!(r#""{BUCKET}""#)), ["UNREACHED_ACTION", "UNUSED_RESOURCE"]);
    assert_eq!(of(r#"["kms:Encrypt","kms:ListKeys"]"#, &format!(r#""{KEY}""#)), ["UNREACHED_ACTION"]);
    assert_eq!(of(r#"["kms:Encrypt","kms:ListKeys"]"#, r#""*""#), NONE);
    let both = r#"["kms:Encrypt","s3:GetObject"]"#;
    assert_eq!(of(both, &format!(r#"["{KEY}","{BUCKET}"]"#)), ["UNREACHED_ACTION", "UNUSED_RESOURCE"]);
    assert_eq!(of(both, &format!(r#"["{KEY}","{BUCKET}/*"]"#)), NONE);
    // Wildcards may stand for more than is meant, and what is excluded is not asked on anything.
    assert_eq!(of(r#""kms:*""#, &format!(r#""{KEY}""#)), NONE);
    assert_eq!(of(r#""*""#, &format!(r#""{BUCKET}""#)), NONE);
    assert_eq!(deny(&format!(r#""Action":"kms:Encrypt","NotResource":"{BUCKET}""#)), NONE);
    // Where a name is not known, the resources may be for it; the others are checked all the same.
    let unknown = of(r#"["kms:Encript","kms:ListKeys"]"#, &format!(r#""{BUCKET}""#));
    assert_eq!(unknown, ["INVALID_ACTION", "UNREACHED_ACTION"]);
}

#[test]
fn a_key_policy_is_about_its_key_whatever_it_says() {
    let statement = r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["kms:Encrypt","kms:ListKeys"],"Resource":"arn:aws:s3:::a"}"#;
    assert_eq!(codes(Kind::Key, statement), NONE);
}

#[test]
fn variables_have_to_have_one_value() {
    let resource =
        |variable: &str| deny(&format!(r#""Action":"s3:GetObject","Resource":"arn:aws:s3:::a/{variable}/*""#));
    assert_eq!(resource("${aws:usernam}"), ["INVALID_VARIABLE"]);
    assert_eq!(resource("${aws:TagKeys}"), ["MULTIVALUED_VARIABLE"]);
    for right in ["${aws:username}", "${aws:PrincipalTag/team, 'none'}", "${*}", "${accounts.google.com:sub}"] {
        assert_eq!(resource(right), NONE, "{right}");
    }
}

#[test]
fn a_document_beyond_its_limit_is_told() {
    let long = |kind, length: usize| {
        let text = "a".repeat(length);
        let statement = match kind {
            Kind::Trust => {
                format!(
                    r#""Sid":"{text}","Effect":"Allow","Principal":{{"AWS":"111122223333"}},"Action":"sts:AssumeRole""#
                )
            }
            _ => format!(r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::{text}/*""#),
        };
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{{{statement}}}]}}"#);
        let document = Document::parse(kind, text).unwrap();
        super::findings(&document).into_iter().map(|finding| finding.severity).collect::<Vec<_>>()
    };
    assert_eq!(long(Kind::Managed, 5_000), []);
    assert_eq!(long(Kind::Managed, 6_144), [Severity::Error]);
    assert_eq!(long(Kind::Session, 2_048), [Severity::Error]);
    assert_eq!(long(Kind::Identity, 6_144), []);
    assert_eq!(long(Kind::Trust, 2_048), [Severity::Warning]);
    assert_eq!(long(Kind::Trust, 4_096), [Severity::Error]);
}

#[test]
fn a_document_of_mistakes_has_a_bounded_number_of_them() {
    let resources = (0..3_000).map(|number| format!(r#""arn:aws:s3:::b{number}""#)).collect::<Vec<_>>().join(",");
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"kms:Encrypt","Resource":[{resources}]}}]}}"#
    );
    let document = Document::parse(Kind::Identity, &text).unwrap();
    assert_eq!(super::findings(&document).len(), MAX_FINDINGS);
}
