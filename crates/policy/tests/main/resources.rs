//! Actions and resources: what a statement is about.
//!
//! Source: IAM User Guide, "IAM JSON policy elements" (Action, NotAction, Resource, NotResource), "Variables and tags".

use crate::case::*;
use policy::{Context, Kind};

fn about(action: &str, resource: &str) -> Case {
    ask(alice()).identity(&statements(&format!(r#"{{"Effect":"Allow",{action},{resource}}}"#)))
}

fn acts(action: &str) -> bool {
    about(&format!(r#""Action":{action}"#), r#""Resource":"*""#).is_allowed()
}

fn reaches(resource: &str) -> bool {
    about(r#""Action":"s3:GetObject""#, &format!(r#""Resource":{resource}"#)).is_allowed()
}

#[test]
fn actions_are_named_without_regard_to_case_and_with_wildcards() {
    for action in [
        r#""*""#,
        r#""s3:*""#,
        r#""S3:getobject""#,
        r#""s3:Get*""#,
        r#""s3:*Object""#,
        r#""s3:?etO*t""#,
        r#"["sqs:*","s3:GetObject"]"#,
    ] {
        assert!(acts(action), "{action}");
    }
    for action in [r#""s3:GetObjectAcl""#, r#""s3:Put*""#, r#""s3:?""#, r#""sqs:GetObject""#, r#""s3-object-lambda:*""#]
    {
        assert!(!acts(action), "{action}");
    }
}

#[test]
fn not_action_is_everything_else() {
    assert!(about(r#""NotAction":"s3:Put*""#, r#""Resource":"*""#).is_allowed());
    assert!(!about(r#""NotAction":["iam:*","s3:Get*"]"#, r#""Resource":"*""#).is_allowed());
}

#[test]
fn resources_are_named_by_arn() {
    for resource in [
        r#""*""#,
        r#""arn:aws:s3:::bucket/*""#,
        r#""arn:aws:s3:::bucket/key""#,
        r#""arn:aws:s3:::*""#,
        r#""arn:aws:s3:*:*:bucket/k?y""#,
        r#""arn:aws:s3""#,
        r#"["arn:aws:s3:::other/*","arn:aws:s3:::b*y"]"#,
    ] {
        assert!(reaches(resource), "{resource}");
    }
    for resource in [
        r#""arn:aws:s3:::bucket""#,
        r#""arn:aws:s3:::Bucket/*""#,
        r#""arn:aws-cn:s3:::bucket/*""#,
        r#""arn:aws:sqs:*:*:*""#,
    ] {
        assert!(!reaches(resource), "{resource}");
    }
}

#[test]
fn not_resource_is_everything_else() {
    assert!(about(r#""Action":"*""#, r#""NotResource":"arn:aws:s3:::other/*""#).is_allowed());
    assert!(!about(r#""Action":"*""#, r#""NotResource":["arn:aws:s3:::bucket/*"]"#).is_allowed());
}

#[test]
fn an_action_without_a_resource_is_allowed_by_a_star_alone() {
    let mut star = about(r#""Action":"s3:ListAllMyBuckets""#, r#""Resource":"*""#).action("s3:ListAllMyBuckets");
    star.resource = None;
    assert!(star.is_allowed());
    let mut arn = about(r#""Action":"s3:*""#, r#""Resource":"arn:aws:s3:::*""#).action("s3:ListAllMyBuckets");
    arn.resource = None;
    assert!(!arn.is_allowed());
}

#[test]
fn variables_stand_for_what_the_request_has() {
    let mine = r#""Resource":"arn:aws:s3:::bucket/${aws:username}/*""#;
    let case = |resource: &str, arn: &str| about(r#""Action":"s3:*""#, resource).on(arn).is_allowed();
    assert!(case(mine, "arn:aws:s3:::bucket/alice/x"));
    assert!(!case(mine, "arn:aws:s3:::bucket/bob/x"));
    assert!(
        !case(r#""Resource":"arn:aws:s3:::bucket/${aws:SourceVpce}*""#, "arn:aws:s3:::bucket/x"),
        "no value, no match"
    );
    assert!(case(r#""Resource":"arn:aws:s3:::bucket/${aws:SourceVpce, 'none'}/*""#, "arn:aws:s3:::bucket/none/x"));
    assert!(case(r#""Resource":"arn:aws:s3:::bucket/${*}""#, "arn:aws:s3:::bucket/*"));
    assert!(!case(r#""Resource":"arn:aws:s3:::bucket/${*}""#, "arn:aws:s3:::bucket/x"));
    assert!(!case(r#""NotResource":"arn:aws:s3:::bucket/${aws:username}""#, "arn:aws:s3:::bucket/alice"));
    assert!(case(r#""NotResource":"arn:aws:s3:::bucket/${aws:SourceVpce}""#, "arn:aws:s3:::bucket/alice"));
}

#[test]
fn a_value_is_never_taken_for_a_wildcard() {
    let mut case = about(r#""Action":"s3:*""#, r#""Resource":"arn:aws:s3:::bucket/${aws:PrincipalTag/team}""#);
    case.principal.tags = vec![("Team".to_owned(), "*".to_owned())].into();
    assert!(!case.clone().on("arn:aws:s3:::bucket/key").is_allowed());
    assert!(case.on("arn:aws:s3:::bucket/*").is_allowed());
}

#[test]
fn variables_are_text_in_the_older_version() {
    let text = r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::bucket/${aws:username}"}}"#;
    assert!(!ask(alice()).identity(text).on("arn:aws:s3:::bucket/alice").is_allowed());
    assert!(ask(alice()).identity(text).on("arn:aws:s3:::bucket/${aws:username}").is_allowed());
}

#[test]
fn a_set_of_values_is_no_variable_and_names_twice_given_deny() {
    let deny =
        statements(r#"{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::bucket/${aws:RequestTag/team}"}"#);
    let asked = |context: Context<'static>| {
        let mut case = ask(alice()).identity(&plain("Allow", "s3:*")).identity(&deny).on("arn:aws:s3:::bucket/red");
        case.context = context;
        case.is_allowed()
    };
    let mut twice = Context::new(NOW);
    twice.set_with("aws:RequestTag/", "team", "blue");
    assert!(asked(twice.clone()));
    twice.set_with("aws:RequestTag/", "Team", "red");
    assert!(!asked(twice));
    let mut set = Context::new(NOW);
    set.set_many("aws:RequestTag/team", vec!["red".to_owned()]);
    assert!(asked(set));
}

#[test]
fn a_keys_statement_without_action_or_resource_says_nothing() {
    for text in [
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Resource":"*"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:*"}]}"#,
        r#"{"Statement":[]}"#,
    ] {
        let case = ask(alice()).action("kms:Encrypt").identity(&plain("Allow", "kms:*")).guard(Kind::Key, text);
        assert!(!case.is_allowed(), "{text}");
    }
}

#[test]
fn a_variable_before_the_fifth_colon_is_in_doubt() {
    let key = "arn:aws:kms:us-east-1:111122223333:key/k";
    let element = r#""Resource":"arn:aws:kms:*:${aws:PrincipalAccount}:key/*""#;
    assert!(!about(r#""Action":"s3:*""#, element).on(key).is_allowed());
    let deny = |element: &str| {
        let text = statements(&format!(r#"{{"Effect":"Deny","Action":"s3:*",{element}}}"#));
        ask(alice()).identity(&plain("Allow", "s3:*")).identity(&text)
    };
    assert!(!deny(element).on(key).is_allowed());
    assert!(deny(element).on("arn:aws:kms:us-east-1:111122223333:alias/k").is_allowed());
    let element = element.replace("Resource", "NotResource");
    assert!(!deny(&element).on(key).is_allowed());
    assert!(!about(r#""Action":"s3:*""#, &element).on(key).is_allowed());
}
