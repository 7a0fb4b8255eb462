//! Each finding, and what is close to it and none.

use super::{Severity, findings};
use policy::{Document, Kind};

/// The codes of what is found in a document of one statement.
fn codes(kind: Kind, statement: &str) -> Vec<&'static str> {
    found(kind, statement).into_iter().map(|(code, _)| code).collect()
}

fn found(kind: Kind, statement: &str) -> Vec<(&'static str, String)> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    let document = Document::parse(kind, &text).unwrap_or_else(|wrong| panic!("{statement}: {wrong}"));
    findings(&document).into_iter().map(|finding| (finding.code, finding.message)).collect()
}

fn allow(rest: &str) -> Vec<&'static str> {
    codes(Kind::Identity, &format!(r#"{{"Effect":"Allow",{rest}}}"#))
}

fn condition(action: &str, condition: &str) -> Vec<&'static str> {
    allow(&format!(r#""Action":"{action}","Resource":"*","Condition":{{{condition}}}"#))
}

#[test]
fn names_that_do_not_exist_are_found_and_the_nearest_is_told() {
    let (code, message) =
        found(Kind::Identity, r#"{"Effect":"Deny","NotAction":"kms:Encyrpt","Resource":"*"}"#).remove(0);
    assert_eq!(code, "unknown-action");
    assert_eq!(message, "AWS Key Management Service has no action Encyrpt; did you mean kms:Encrypt?");
    let (code, message) =
        found(Kind::Identity, r#"{"Effect":"Allow","Action":"secretmanager:Get*","Resource":"*"}"#).remove(0);
    assert_eq!(code, "unknown-service");
    assert_eq!(message, "there is no service secretmanager; did you mean secretsmanager?");
    assert_eq!(allow(r#""Action":"kms:Encryptt*","Resource":"*""#), ["unknown-action"]);
    assert_eq!(allow(r#""Action":["KMS:encrypt","kms:En?rypt","s3:*","*"],"Resource":"*""#), [] as [&str; 0]);
    assert_eq!(allow(r#""Action":"bedrock:InvokeModel","Resource":"*""#), [] as [&str; 0]);
}

#[test]
fn condition_keys_are_looked_up_wherever_they_may_be_listed() {
    let (code, message) = found(
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgId2":"o-1"}}}"#,
    )
    .remove(0);
    assert_eq!(code, "unknown-key");
    assert_eq!(message, "there is no condition key aws:PrincipalOrgId2; did you mean aws:PrincipalOrgID?");
    let known = [
        r#""StringEquals":{"aws:principaltag/Team":"red","kms:EncryptionContext:app":"a"}"#,
        r#""StringEquals":{"aws:RequestTag/team":"red","s3:ExistingObjectTag/team":"red"}"#,
        r#""StringEquals":{"token.actions.githubusercontent.com:sub":"repo:a/b"}"#,
        r#""StringEquals":{"oidc.example.com/realms/a:aud":"app","saml:aud":"a"}"#,
    ];
    for known in known {
        assert_eq!(condition("*", known), [] as [&str; 0], "{known}");
    }
    assert_eq!(condition("*", r#""StringEquals":{"kmss:ViaService":"a"}"#), ["unknown-key"]);
}

#[test]
fn a_key_that_no_action_gives_a_value_is_found_if_all_actions_are_known() {
    let via = r#""StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}"#;
    let tag = r#""StringEquals":{"aws:RequestTag/team":"red"}"#;
    assert_eq!(condition("kms:GenerateRandom", via), ["unused-key"]);
    assert_eq!(condition("kms:Encrypt", tag), ["unused-key"]);
    for (action, keys) in [("kms:Encrypt", via), ("kms:*", via), ("*", via), ("kms:CreateKey", tag)] {
        assert_eq!(condition(action, keys), [] as [&str; 0], "{action}");
    }
    let two = r#""Action":["kms:GenerateRandom","kms:Encrypt"],"Resource":"*","Condition"#;
    assert_eq!(allow(&format!(r#"{two}":{{{via}}}"#)), [] as [&str; 0]);
    let not = format!(r#""NotAction":"kms:Encrypt","Resource":"arn:aws:kms:*:*:key/*","Condition":{{{via}}}"#);
    assert_eq!(allow(&not), [] as [&str; 0]);
}

#[test]
fn operators_have_to_suit_the_key() {
    for (wrong, code) in [
        (r#""StringEquals":{"aws:SourceIp":"10.0.0.0/8"}"#, "wrong-operator"),
        (r#""IpAddress":{"aws:SourceVpc":"10.0.0.0/8"}"#, "wrong-operator"),
        (r#""NumericLessThan":{"aws:TokenIssueTime":"1"}"#, "wrong-operator"),
        (r#""Bool":{"aws:PrincipalArn":"true"}"#, "wrong-operator"),
        (r#""StringEquals":{"aws:TagKeys":"team"}"#, "needs-set-operator"),
        (r#""ForAnyValue:StringEquals":{"aws:RequestedRegion":"eu-central-1"}"#, "needless-set-operator"),
        (r#""ForAllValues:StringEquals":{"aws:TagKeys":"team"}"#, "holds-without-value"),
    ] {
        assert_eq!(condition("*", wrong), [code], "{wrong}");
    }
    for right in [
        r#""StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/app"}"#,
        r#""ArnLike":{"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::a/*"}"#,
        r#""NumericLessThan":{"aws:EpochTime":"1"}"#,
        r#""ForAllValues:StringEquals":{"aws:TagKeys":"team"},"Null":{"aws:TagKeys":"false"}"#,
        r#""Null":{"aws:SourceIp":"true"}"#,
    ] {
        assert_eq!(condition("*", right), [] as [&str; 0], "{right}");
    }
    // To deny, it is right that the condition holds where the key is absent.
    let deny = r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}}"#;
    assert_eq!(codes(Kind::Identity, deny), [] as [&str; 0]);
}

#[test]
fn actions_and_resources_have_to_meet() {
    const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/*";
    const BUCKET: &str = "arn:aws:s3:::reports";
    assert_eq!(allow(&format!(r#""Action":"kms:Encrypt","Resource":"{KEY}""#)), [] as [&str; 0]);
    assert_eq!(
        allow(&format!(r#""Action":"kms:Encrypt","Resource":"{BUCKET}""#)),
        ["no-such-resource", "unused-resource"]
    );
    assert_eq!(allow(&format!(r#""Action":["kms:Encrypt","kms:ListKeys"],"Resource":"{KEY}""#)), ["no-such-resource"]);
    assert_eq!(allow(r#""Action":["kms:Encrypt","kms:ListKeys"],"Resource":"*""#), [] as [&str; 0]);
    let both = format!(r#""Action":["kms:Encrypt","s3:GetObject"],"Resource":["{KEY}","{BUCKET}"]"#);
    assert_eq!(allow(&both), ["no-such-resource", "unused-resource"]);
    let objects = format!(r#""Action":["kms:Encrypt","s3:GetObject"],"Resource":["{KEY}","{BUCKET}/*"]"#);
    assert_eq!(allow(&objects), [] as [&str; 0]);
    // Wildcards may stand for more than is meant, and what is excluded is not asked on anything.
    assert_eq!(allow(&format!(r#""Action":"kms:*","Resource":"{KEY}""#)), [] as [&str; 0]);
    assert_eq!(allow(&format!(r#""Action":"*","Resource":"{BUCKET}""#)), [] as [&str; 0]);
    assert_eq!(allow(&format!(r#""Action":"kms:Encrypt","NotResource":"{BUCKET}""#)), [] as [&str; 0]);
    // Where a name is not known, the resources may be for it; the others are checked all the same.
    let unknown = format!(r#""Action":["kms:Encript","kms:ListKeys"],"Resource":"{BUCKET}""#);
    assert_eq!(allow(&unknown), ["unknown-action", "no-such-resource"]);
}

#[test]
fn a_key_policy_is_about_its_key_whatever_it_says() {
    let statement = r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["kms:Encrypt","kms:ListKeys"],"Resource":"arn:aws:s3:::a"}"#;
    assert_eq!(codes(Kind::Key, statement), [] as [&str; 0]);
}

#[test]
fn variables_have_to_have_one_value() {
    let resource =
        |variable: &str| allow(&format!(r#""Action":"s3:GetObject","Resource":"arn:aws:s3:::a/{variable}/*""#));
    assert_eq!(resource("${aws:usernam}"), ["unknown-key"]);
    assert_eq!(resource("${aws:TagKeys}"), ["several-values"]);
    for right in ["${aws:username}", "${aws:PrincipalTag/team, 'none'}", "${*}", "${accounts.google.com:sub}"] {
        assert_eq!(resource(right), [] as [&str; 0], "{right}");
    }
    let old = r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/${aws:username}"}}"#;
    let document = Document::parse(Kind::Identity, old).unwrap();
    assert_eq!(findings(&document).iter().map(|finding| finding.code).collect::<Vec<_>>(), ["literal-variable"]);
}

#[test]
fn what_allows_more_than_is_meant_is_told() {
    assert_eq!(allow(r#""Action":"iam:PassRole","Resource":"*""#), ["pass-any-role"]);
    assert_eq!(allow(r#""NotAction":"iam:*","Resource":"*""#), ["allow-not-action"]);
    let scp = r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#;
    assert_eq!(codes(Kind::ServiceControl, scp), [] as [&str; 0]);
    assert_eq!(codes(Kind::Identity, &scp.replace("Allow", "Deny")), [] as [&str; 0]);
    let bucket = r#"{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*""#;
    assert_eq!(codes(Kind::Resource, &format!("{bucket}}}")), ["everyone"]);
    let of_one = r#","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}"#;
    assert_eq!(codes(Kind::Resource, &format!("{bucket}{of_one}")), [] as [&str; 0]);
}

#[test]
fn a_document_beyond_its_limit_is_told() {
    let long = |kind, length: usize| {
        let resource = format!("arn:aws:s3:::{}/*", "a".repeat(length));
        let statement = match kind {
            Kind::Trust => {
                let provider = "a".repeat(length);
                format!(
                    r#"{{"Sid":"{provider}","Effect":"Allow","Principal":{{"AWS":"111122223333"}},"Action":"sts:AssumeRole"}}"#
                )
            }
            _ => format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"{resource}"}}"#),
        };
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        let document = Document::parse(kind, text).unwrap();
        findings(&document).into_iter().map(|finding| (finding.code, finding.severity)).collect::<Vec<_>>()
    };
    assert_eq!(long(Kind::Managed, 5_000), []);
    assert_eq!(long(Kind::Managed, 6_144), [("too-long", Severity::Error)]);
    assert_eq!(long(Kind::Session, 2_048), [("too-long", Severity::Error)]);
    assert_eq!(long(Kind::Identity, 6_144), []);
    assert_eq!(long(Kind::Trust, 2_048), [("too-long", Severity::Warning)]);
    assert_eq!(long(Kind::Trust, 4_096), [("too-long", Severity::Error)]);
}

#[test]
fn a_document_of_mistakes_is_read_in_a_bounded_time() {
    let actions = (0..9_000).map(|number| format!(r#""s3:Get{number}""#)).collect::<Vec<_>>().join(",");
    let text =
        format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":"*"}}]}}"#);
    let document = Document::parse(Kind::Identity, &text).unwrap();
    assert_eq!(findings(&document).len(), super::MAX_FINDINGS);
}
