//! Documents: what is read, what is refused, in which words and where.
//!
//! Sources: IAM User Guide, "Grammar of the IAM JSON policy language"; AWS Organizations User Guide, "SCP syntax", "RCP
//! syntax"; what the services answer.

use crate::case::*;
use policy::{Document, Effect, Kind, MAX_CHARACTERS, Malformed, Version};
use std::time::{Duration, Instant};

const KINDS: [Kind; 9] = [
    Kind::Identity,
    Kind::Managed,
    Kind::Session,
    Kind::Resource,
    Kind::Key,
    Kind::Trust,
    Kind::ServiceControl,
    Kind::ResourceControl,
    Kind::Endpoint,
];

fn refused(kind: Kind, text: &str) -> Malformed {
    Document::parse(kind, text).err().unwrap_or_else(|| panic!("{kind:?} takes {text}"))
}

fn says(kind: Kind, text: &str, message: &str) {
    assert_eq!(refused(kind, text).message, message, "{text}");
}

fn takes(kind: Kind, text: &str) -> Document {
    Document::parse(kind, text).unwrap_or_else(|error| panic!("{kind:?} {error}: {text}"))
}

/// A document whose only statement has these elements beside a plain rest.
fn identity(elements: &str) -> String {
    statements(&format!("{{{elements}}}"))
}

#[test]
fn a_document_is_read_whole() {
    let document = takes(
        Kind::Resource,
        r#"{"Version":"2012-10-17","Id":"the id","Statement":{"Sid":"one two","Effect":"Deny",
            "NotPrincipal":{"AWS":["111122223333"],"Service":"ec2.amazonaws.com"},"NotAction":"s3:*",
            "NotResource":["arn:aws:s3:::b/${aws:username}"],
            "Condition":{"Bool":{"aws:SecureTransport":true},"NumericLessThan":{"s3:max-keys":[1,"2"]}}}}"#,
    );
    assert_eq!((document.id(), document.version(), document.kind()), (Some("the id"), Version::V2012, Kind::Resource));
    let [statement] = document.statements() else { panic!() };
    assert_eq!(statement.effect, Effect::Deny);
    assert_eq!(statement.sid.as_ref().unwrap().value, "one two");
    assert_eq!(statement.principals.as_ref().unwrap().entries.len(), 2);
    assert!(statement.actions.as_ref().unwrap().negated && statement.resources.as_ref().unwrap().negated);
    let values: Vec<_> = statement.conditions.iter().flat_map(|condition| &condition.values).collect();
    assert_eq!(values.iter().map(|text| text.value.as_str()).collect::<Vec<_>>(), ["true", "1", "2"]);
    assert_eq!(document.position(values[1].at.start).to_string(), "4:96");
    assert_eq!(document.context_keys(), ["aws:username", "aws:SecureTransport", "s3:max-keys"]);
}

#[test]
fn size_leaves_out_white_space_outside_of_texts() {
    let document = takes(Kind::Identity, "{ \"Statement\" :\n\t[ ] }");
    assert_eq!(document.size(), r#"{"Statement":[]}"#.len());
    let sid = takes(Kind::Key, r#"{"Statement":[{"Sid":"a \" b","Effect":"Allow","Principal":"*"}]}"#);
    assert_eq!(sid.size(), sid.text().len());
}

#[test]
fn what_is_no_json_is_refused_with_its_place() {
    let text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [,]\n}";
    let error = refused(Kind::Identity, text);
    assert_eq!((error.message.as_str(), error.at.to_string()), ("Syntax errors in policy.", "3:17".to_owned()));
    for text in ["", "null", "[]", "\"x\"", "{}", "{\"Statement\":[]", "{\"Statement\":[]}x", "{\"Statement\":null}"] {
        for kind in KINDS {
            refused(kind, text);
        }
        says(Kind::Identity, text, "Syntax errors in policy.");
    }
    says(Kind::Identity, "\u{feff}{\"Statement\":[]}", "Syntax errors in policy.");
    says(Kind::Identity, "{\"Statement\":[]}\u{0}", "Syntax errors in policy.");
    says(Kind::Identity, "{\"Statement\":[{\"Sid\":\"\u{100}\"}]}", "Syntax errors in policy.");
    let broken = Document::parse(Kind::Identity, b"{\"Statement\":[\xff]}").unwrap_err();
    assert_eq!((broken.message.as_str(), broken.at.column), ("Syntax errors in policy.", 15));
}

#[test]
fn leading_white_space_is_refused_in_two_ways() {
    says(Kind::Identity, " {\"Statement\":[]}", "The policy failed legacy parsing");
    says(Kind::Trust, "\n{\"Statement\":[]}", "JSON strings must not have leading spaces");
    says(Kind::Resource, "\t{\"Statement\":[]}", "Policies must be valid JSON and the first byte must be '{'");
}

#[test]
fn what_stands_twice_is_refused() {
    let rest = r#""Action":"s3:*","Resource":"*""#;
    for text in [
        r#"{"Statement":[],"Statement":[]}"#.to_owned(),
        identity(&format!(r#""Effect":"Deny","Effect":"Allow",{rest}"#)),
        identity(&format!(r#""Effect":"Deny","NotAction":"s3:*",{rest}"#)),
        identity(&format!(r#""Effect":"Deny","NotResource":"*",{rest}"#)),
        identity(&format!(r#""Effect":"Deny",{rest},"Condition":{{"Bool":{{"a:b":"true","a:b":"true"}}}}"#)),
        identity(&format!(r#""Effect":"Deny",{rest},"Condition":{{"Bool":{{}},"Bool":{{}}}}"#)),
    ] {
        says(Kind::Identity, &text, "Syntax errors in policy.");
    }
}

#[test]
fn huge_and_deep_documents_are_refused_at_once() {
    let deep = format!("{{\"Statement\":{}", "[".repeat(10_000));
    let wild = format!(
        "{{\"Statement\":[{{\"Effect\":\"Allow\",\"Resource\":\"*\",\"Action\":\"s3:{}\"}}]}}",
        "*?".repeat(500_000)
    );
    let many = format!("{{\"Statement\":[{}", "{},".repeat(400_000));
    for text in [deep, wild, many, "[".repeat(1_000_000), "\u{e9}".repeat(1_000_000)] {
        let began = Instant::now();
        says(Kind::Identity, &text, "Syntax errors in policy.");
        assert!(began.elapsed() < Duration::from_secs(1));
    }
    let mut largest = plain("Allow", "s3:*");
    largest.push_str(&" ".repeat(MAX_CHARACTERS - largest.len()));
    takes(Kind::Identity, &largest);
    largest.push(' ');
    refused(Kind::Identity, &largest);
}

#[test]
fn versions_are_two() {
    let version = |version: &str| format!(r#"{{"Version":{version},"Statement":[]}}"#);
    for text in [r#""2012-10-18""#, "2012", "null", r#""""#] {
        says(Kind::Identity, &version(text), "The policy must contain a valid version string");
    }
    assert_eq!(takes(Kind::Identity, r#"{"Statement":[]}"#).version(), Version::V2008);
    takes(Kind::Identity, &version(r#""2008-10-17""#));
    for text in [r#"{"Statement":[]}"#, &version(r#""2008-10-17""#)] {
        says(Kind::Managed, text, "Policy document must be version 2012-10-17 or greater.");
        refused(Kind::ServiceControl, text);
        refused(Kind::ResourceControl, text);
    }
}

#[test]
fn elements_stand_in_any_order() {
    let statement = r#""Statement":{"Resource":"*","Action":"s3:*","Effect":"Allow"}"#;
    takes(Kind::Managed, &format!(r#"{{"Version":"2012-10-17",{statement}}}"#));
    takes(Kind::Managed, &format!(r#"{{{statement},"Version":"2012-10-17"}}"#));
}

#[test]
fn elements_that_are_missing_or_not_known_are_refused() {
    let rows = [
        (r#""Effect":"Allow","Resource":"*""#, "Policy statement must contain actions."),
        (r#""Effect":"Allow","Action":[],"Resource":"*""#, "Policy statement must contain actions."),
        (r#""Effect":"Allow","Action":"s3:*""#, "Policy statement must contain resources."),
        (r#""Effect":"Allow","Action":"s3:*","Resource":[]"#, "Policy statement must contain resources."),
        (r#""Action":"s3:*","Resource":"*""#, "Syntax errors in policy."),
        (r#""Effect":"allow","Action":"s3:*","Resource":"*""#, "The policy failed legacy parsing"),
        (r#""Effect":true,"Action":"s3:*","Resource":"*""#, "Syntax errors in policy."),
        (r#""Effect":"Allow","action":"s3:*","Resource":"*""#, "Syntax errors in policy."),
        (r#""Effect":"Allow","Action":"s3:*","Resource":"*","Comment":"x""#, "Syntax errors in policy."),
        (r#""Effect":"Allow","Action":[["s3:*"]],"Resource":"*""#, "Syntax errors in policy."),
        (r#""Effect":"Allow","Action":1,"Resource":"*""#, "Syntax errors in policy."),
        (
            r#""Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*""#,
            "Policy document should not specify a principal.",
        ),
    ];
    for (elements, message) in rows {
        says(Kind::Identity, &identity(elements), message);
    }
    says(Kind::Identity, r#"{"Id":"x","Statement":[]}"#, "Syntax errors in policy.");
}

#[test]
fn actions_are_checked() {
    let rows = [
        ("GetObject", "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
        ("", "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
        ("arn:aws:s3:::b", "Actions/Condition can contain only one colon."),
        ("s*:GetObject", "Action vendors (e.g., aws, ec2, etc.) must not contain wildcards"),
        ("*:*", "Action vendors (e.g., aws, ec2, etc.) must not contain wildcards"),
        ("s 3:GetObject", "Vendor s 3 is not valid"),
        ("s3:Get Object", "Syntax errors in policy."),
        ("s3:", "Syntax errors in policy."),
        ("s3:${aws:username}", "Actions/Condition can contain only one colon."),
    ];
    for (action, message) in rows {
        says(Kind::Identity, &plain("Allow", action), message);
    }
    for action in ["*", "s3:*", "execute-api:Invoke", "S3:get?bject*"] {
        takes(Kind::Identity, &plain("Allow", action));
    }
}

#[test]
fn resources_are_checked() {
    let with = |resource: &str| identity(&format!(r#""Effect":"Allow","Action":"*","Resource":"{resource}""#));
    let rows = [
        ("bucket", "Resource bucket must be in ARN format or \"*\"."),
        ("", "Resource  must be in ARN format or \"*\"."),
        ("arn:aws:*:::x", "Resource vendor must be fully qualified and cannot contain regexes."),
        ("arn:aws", "Resource vendor must be fully qualified and cannot contain regexes."),
        ("arn:asw:s3:::x", "Partition \"asw\" is not valid for resource \"arn:asw:s3:::x\"."),
        (
            "arn:aws:iam:us-east-1:1:user/x",
            "IAM resource arn:aws:iam:us-east-1:1:user/x cannot contain region information.",
        ),
        (
            "arn:aws:iam::111122223333:users/x",
            "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, \
             instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, \
             access-report/.",
        ),
        ("arn:aws:s3:::${aws:username", "Syntax errors in policy."),
        ("arn:aws:${aws:x}:::y", "Resource vendor must be fully qualified and cannot contain regexes."),
    ];
    for (resource, message) in rows {
        says(Kind::Identity, &with(resource), message);
    }
    for resource in [
        "*",
        "arn:aws:s3",
        "arn:*:s3:::x",
        "arn:aws:iam::111122223333:*",
        "arn:aws:iam::aws:policy/*",
        "arn:aws:iam::1:us*",
        "arn:aws:organizations::*:",
        "arn:aws:kms:*:${aws:PrincipalAccount}:key/*",
    ] {
        takes(Kind::Identity, &with(resource));
    }
    says(Kind::Session, &with("arn:aws:s3"), "Resource arn:aws:s3 must be in ARN format or \"*\".");
}

#[test]
fn conditions_are_checked() {
    let with =
        |condition: &str| identity(&format!(r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}"#));
    let rows = [
        (r#"{"stringEquals":{"aws:x":"y"}}"#, "Invalid Condition type : stringEquals"),
        (r#"{"NullIfExists":{"aws:x":"true"}}"#, "Invalid Condition type : NullIfExists"),
        (r#"{"StringEquals":{"x":"y"}}"#, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
        (r#"{"StringEquals":"y"}"#, "Syntax errors in policy."),
        (r#"{"StringEquals":{"aws:x":null}}"#, "Syntax errors in policy."),
        (r#"{"StringEquals":{"aws:x":[["y"]]}}"#, "Syntax errors in policy."),
        (r#"{"StringEquals":{"aws:x":"${y"}}"#, "Syntax errors in policy."),
        (r#"{"Null":{"aws:x":"yes"}}"#, "Syntax errors in policy."),
        (r#"[]"#, "Syntax errors in policy."),
    ];
    for (condition, message) in rows {
        says(Kind::Identity, &with(condition), message);
    }
    for condition in
        [r#"{}"#, r#"{"StringEquals":{}}"#, r#"{"StringEquals":{"kms:EncryptionContext:a:b":["x",1,true]}}"#]
    {
        takes(Kind::Identity, &with(condition));
    }
}

#[test]
fn sids_are_letters_and_digits_and_unique_where_iam_keeps_them() {
    let two = |one: &str, other: &str| {
        statements(&format!(
            r#"{{"Sid":"{one}","Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*"}},
               {{"Sid":"{other}","Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*"}}"#
        ))
    };
    let plain = |one, other| two(one, other).replace(r#""Principal":"*","#, "");
    says(Kind::Identity, &plain("A", "A"), "Statement IDs (SID) in a single policy must be unique.");
    says(
        Kind::Identity,
        &plain("a b", "c"),
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
    );
    takes(Kind::Identity, &plain("", ""));
    takes(Kind::Key, &two("Enable IAM User Permissions", "Enable IAM User Permissions"));
    takes(Kind::Resource, &two("a b", "c"));
}

#[test]
fn trust_policies_are_about_assuming_the_role() {
    let with = |elements: &str| identity(elements);
    let rows = [
        (r#""Effect":"Allow","Action":"sts:AssumeRole""#, "Missing required field Principal"),
        (r#""Effect":"Allow","Principal":"*""#, "Missing required field Action"),
        (r#""Principal":"*","Action":"sts:AssumeRole""#, "Missing required field Effect"),
        (
            r#""Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*""#,
            "Has prohibited field Resource",
        ),
        (r#""Effect":"Deny","NotPrincipal":"*","Action":"sts:AssumeRole""#, "Has prohibited field NotPrincipal"),
        (
            r#""Effect":"Allow","Principal":"*","Action":"s3:*""#,
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            r#""Effect":"Allow","Principal":"*","Action":"*""#,
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            r#""Effect":"Allow","Principal":{"AWS":"alice"},"Action":"sts:AssumeRole""#,
            "Invalid principal in policy: \"AWS\":\"alice\"",
        ),
        (
            r#""Effect":"Allow","Principal":{"Service":"ec2"},"Action":"sts:AssumeRole""#,
            "Invalid principal in policy: \"SERVICE\":\"ec2\"",
        ),
        (
            r#""Effect":"Allow","Principal":{"Federated":"example.com"},"Action":"sts:AssumeRoleWithWebIdentity""#,
            "Invalid principal in policy: \"FEDERATED\":\"example.com\"",
        ),
    ];
    for (elements, message) in rows {
        says(Kind::Trust, &with(elements), message);
    }
    for action in ["sts:AssumeRole", "sts:*", "sts:AssumeRole*", "sts:TagSession"] {
        takes(Kind::Trust, &with(&format!(r#""Effect":"Allow","Principal":"*","Action":"{action}""#)));
    }
}

#[test]
fn principals_are_checked() {
    for bad in [
        r#""alice""#,
        r#"{"AWS":"arn:aws:iam::111122223333:user/*"}"#,
        r#"{"AWS":"arn:aws:iam::111122223333:group/x"}"#,
        r#"{"AWS":"arn:aws:iam::111122223333:user/"}"#,
        r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/app"}"#,
        r#"{"AWS":"1111"}"#,
        r#"{"Service":"*"}"#,
        r#"{"Federated":"*"}"#,
        r#"{"Nobody":"x"}"#,
        r#"{"AWS":[]}"#,
        r#"{}"#,
        r#"["*"]"#,
        r#"{"AWS":"AGPAGROUP"}"#,
    ] {
        refused(Kind::Resource, &naming("Deny", bad, "s3:*"));
    }
    for good in [
        r#""*""#,
        r#"{"AWS":["*","111122223333","arn:aws:iam::111122223333:root","AIDAALICE","AROAAPP:s1"]}"#,
        r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/app/s1@x"}"#,
        r#"{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}"#,
        r#"{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}"#,
    ] {
        takes(Kind::Resource, &naming("Deny", good, "s3:*"));
    }
    refused(Kind::Key, &naming("Deny", r#"{"CanonicalUser":"79a59d"}"#, "kms:*"));
    let negated =
        statements(r#"{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}"#);
    says(Kind::Resource, &negated, "Allow with NotPrincipal is not allowed.");
    says(Kind::Resource, &plain("Allow", "s3:*"), "Missing required field Principal");
}

#[test]
fn service_control_policies_have_the_whole_language_but_principals() {
    let with = |elements: &str| identity(elements);
    for elements in [
        r#""Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"1"}}"#,
        r#""Effect":"Allow","NotAction":"s3:*","Resource":"arn:aws:s3:::b/*""#,
        r#""Effect":"Allow","Action":"s3:*Object","NotResource":"arn:aws:s3:::b""#,
        r#""Effect":"Deny","Action":"*","Resource":"*""#,
    ] {
        takes(Kind::ServiceControl, &with(elements));
    }
    for elements in [
        r#""Effect":"Deny","Principal":"*","Action":"*","Resource":"*""#,
        r#""Effect":"Deny","NotPrincipal":"*","Action":"*","Resource":"*""#,
        r#""Effect":"Deny","Action":"*""#,
    ] {
        let message = "The provided policy document does not meet the requirements of the specified policy type.";
        says(Kind::ServiceControl, &with(elements), message);
    }
}

#[test]
fn resource_control_policies_deny_everyone_actions_of_named_services() {
    let deny = |rest: &str| identity(&format!(r#""Effect":"Deny",{rest}"#));
    takes(Kind::ResourceControl, &deny(r#""Principal":"*","Action":["s3:*","sts:Assume*"],"Resource":"*""#));
    takes(Kind::ResourceControl, &deny(r#""Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::b""#));
    for rest in [
        r#""Principal":"*","Action":"*","Resource":"*""#,
        r#""Principal":"*","NotAction":"s3:*","Resource":"*""#,
        r#""Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*""#,
        r#""NotPrincipal":"*","Action":"s3:*","Resource":"*""#,
        r#""Action":"s3:*","Resource":"*""#,
        r#""Principal":"*","Action":"s3:*""#,
    ] {
        refused(Kind::ResourceControl, &deny(rest));
    }
    refused(Kind::ResourceControl, &naming("Allow", r#""*""#, "s3:*"));
    takes(Kind::Resource, &naming("Allow", r#""*""#, "*"));
}

#[test]
fn key_policies_ask_set_operators_of_sets_alone() {
    let with = |operator: &str| {
        statements(&format!(
            r#"{{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*","Condition":{{"{operator}":{{"kms:EncryptionContext:a":"b"}}}}}}"#
        ))
    };
    takes(Kind::Key, &with("StringEquals"));
    refused(Kind::Key, &with("ForAllValues:StringEquals"));
}
