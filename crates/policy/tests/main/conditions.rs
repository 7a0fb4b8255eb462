//! Conditions: every operator, what is missing, sets, and what is in doubt.
//!
//! Sources: IAM User Guide, "IAM JSON policy elements: Condition operators", "Single-valued vs. multivalued context keys",
//! "AWS global condition context keys".

use crate::case::*;
use base::Timestamp;
use policy::{Context, Principal, SessionKind, Value};

/// Whether a statement of that effect with that condition speaks about a request with these keys.
fn speaks(effect: &str, condition: &str, context: Context<'static>) -> bool {
    speaks_of(alice(), effect, condition, context)
}

fn speaks_of(principal: Principal, effect: &str, condition: &str, context: Context<'static>) -> bool {
    let statement = format!(r#"{{"Effect":"{effect}","Action":"s3:*","Resource":"*","Condition":{condition}}}"#);
    let mut case = ask(principal).identity(&statements(&statement));
    case.context = context;
    if effect == "Allow" {
        return case.is_allowed();
    }
    !case.identity(&plain("Allow", "s3:*")).is_allowed()
}

fn none() -> Context<'static> {
    Context::new(NOW)
}

fn one(value: impl Into<Value<'static>>) -> Context<'static> {
    let mut context = none();
    context.set("x:key", value);
    context
}

fn many(values: &[&str]) -> Context<'static> {
    let mut context = none();
    context.set_many("x:key", values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
    context
}

/// Operator, values of the policy, value of the request, whether they match.
const ROWS: &[(&str, &str, &str, bool)] = &[
    ("StringEquals", r#""a""#, "a", true),
    ("StringEquals", r#""a""#, "A", false),
    ("StringEquals", r#""a*""#, "ab", false),
    ("StringEquals", r#"["b","a"]"#, "a", true),
    ("StringNotEquals", r#"["b","a"]"#, "a", false),
    ("StringNotEquals", r#"["b","a"]"#, "c", true),
    ("StringEqualsIgnoreCase", r#""aÉ""#, "Aé", true),
    ("StringNotEqualsIgnoreCase", r#""a""#, "A", false),
    ("StringLike", r#""a*c?""#, "abccd", true),
    ("StringLike", r#""a*""#, "ba", false),
    ("StringLike", r#""""#, "", true),
    ("StringNotLike", r#""a*""#, "ba", true),
    ("NumericEquals", r#"10"#, "10.0", true),
    ("NumericEquals", r#""10""#, "11", false),
    ("NumericNotEquals", r#""10""#, "11", true),
    ("NumericLessThan", r#""10""#, "9", true),
    ("NumericLessThan", r#""10""#, "10", false),
    ("NumericLessThanEquals", r#""10""#, "10", true),
    ("NumericGreaterThan", r#""-1""#, "0", true),
    ("NumericGreaterThanEquals", r#""10""#, "9.99", false),
    ("DateEquals", r#""2024-01-01T00:00:00Z""#, "1704067200", true),
    ("DateNotEquals", r#""2024-01-01T00:00:00Z""#, "1704067200", false),
    ("DateLessThan", r#""2024-01-01""#, "2023-12-31T23:59:59Z", true),
    ("DateLessThanEquals", r#""2024""#, "2024-01-01T00:00:00Z", true),
    ("DateGreaterThan", r#""1704067200""#, "2024-01-01T00:00:00Z", false),
    ("DateGreaterThanEquals", r#""1704067200""#, "2024-01-01T01:00:00+01:00", true),
    ("Bool", r#""true""#, "true", true),
    ("Bool", r#"true"#, "false", false),
    ("Bool", r#""False""#, "false", true),
    ("BinaryEquals", r#""AAEC""#, "AAEC", true),
    ("BinaryEquals", r#""AAEC""#, "AAED", false),
    ("IpAddress", r#"["10.0.0.0/8","203.0.113.0/24"]"#, "203.0.113.9", true),
    ("IpAddress", r#""203.0.113.9""#, "203.0.113.8", false),
    ("NotIpAddress", r#"["10.0.0.0/8","203.0.113.0/24"]"#, "203.0.113.9", false),
    ("NotIpAddress", r#""2001:db8::/32""#, "203.0.113.9", true),
    ("ArnEquals", r#""arn:aws:sns:*:111122223333:t*""#, "arn:aws:sns:us-east-1:111122223333:topic", true),
    ("ArnLike", r#""arn:aws:sns:*:t*""#, "arn:aws:sns:us-east-1:111122223333:topic", true),
    ("ArnLike", r#""arn:aws:sns:*:111122223333:*""#, "arn:aws:sns:a:b:111122223333:topic", false),
    ("ArnNotEquals", r#""arn:aws:sns:us-east-1:111122223333:*""#, "arn:aws:sns:us-east-1:111122223333:x", false),
    ("ArnNotLike", r#""arn:aws:sns:us-east-1:111122223333:*""#, "arn:aws:sqs:us-east-1:111122223333:x", true),
    ("ArnLike", r#""arn:aws:s3:::bucket/*""#, "no arn", false),
];

#[test]
fn every_operator_compares_as_documented() {
    for (operator, wanted, given, expected) in ROWS {
        // Too few parts to be an ARN is a doubt, and tested as such.
        let in_doubt = *wanted == r#""arn:aws:sns:*:t*""#;
        for suffix in ["", "IfExists"] {
            let condition = format!(r#"{{"{operator}{suffix}":{{"X:Key":{wanted}}}}}"#);
            let expected_of = |effect: &str| if in_doubt { effect == "Deny" } else { *expected };
            for effect in ["Allow", "Deny"] {
                let context = one(given.to_string());
                assert_eq!(speaks(effect, &condition, context), expected_of(effect), "{effect} {condition} {given}");
            }
        }
    }
}

#[test]
fn a_missing_key_fails_unless_the_operator_is_negated_or_asks_if_it_exists() {
    for (operator, wanted, ..) in ROWS {
        let negated = operator.contains("Not");
        for (condition, expected) in [
            (format!(r#"{{"{operator}":{{"x:key":{wanted}}}}}"#), negated),
            (format!(r#"{{"{operator}IfExists":{{"x:key":{wanted}}}}}"#), true),
            (format!(r#"{{"ForAllValues:{operator}":{{"x:key":{wanted}}}}}"#), true),
            (format!(r#"{{"ForAnyValue:{operator}":{{"x:key":{wanted}}}}}"#), false),
            (format!(r#"{{"ForAnyValue:{operator}IfExists":{{"x:key":{wanted}}}}}"#), true),
        ] {
            for effect in ["Allow", "Deny"] {
                assert_eq!(speaks(effect, &condition, none()), expected, "{effect} {condition}");
                assert_eq!(speaks(effect, &condition, many(&[])), expected, "{effect} {condition}, an empty set");
            }
        }
    }
}

#[test]
fn null_asks_whether_the_key_is_there() {
    for (wanted, there, missing) in [("true", false, true), ("false", true, false), ("\"TRUE\"", false, true)] {
        let condition = format!(r#"{{"Null":{{"x:key":{wanted}}}}}"#);
        assert_eq!(speaks("Allow", &condition, one("v")), there, "{wanted}");
        assert_eq!(speaks("Allow", &condition, many(&["v"])), there, "{wanted}");
        assert_eq!(speaks("Allow", &condition, none()), missing, "{wanted}");
        assert_eq!(speaks("Allow", &condition, many(&[])), missing, "{wanted}");
    }
}

#[test]
fn operators_and_keys_all_have_to_pass_and_one_value_has_to() {
    let both = r#"{"StringEquals":{"x:key":["a","b"],"x:other":"c"},"Bool":{"aws:SecureTransport":"true"}}"#;
    let context = |key: &'static str, other: &'static str, secure: bool| {
        let mut context = one(key);
        context.set("x:other", other);
        context.set("aws:SecureTransport", secure);
        context
    };
    assert!(speaks("Allow", both, context("b", "c", true)));
    assert!(!speaks("Allow", both, context("b", "d", true)));
    assert!(!speaks("Allow", both, context("x", "c", true)));
    assert!(!speaks("Allow", both, context("b", "c", false)));
}

/// The tables of "Set operators for multivalued context keys".
#[test]
fn set_operators_take_values_together() {
    let rows = [
        ("ForAllValues:StringEquals", &["environment"][..], true),
        ("ForAllValues:StringEquals", &["environment", "cost-center"], true),
        ("ForAllValues:StringEquals", &["environment", "dept"], false),
        ("ForAnyValue:StringEquals", &["environment", "dept"], true),
        ("ForAnyValue:StringEquals", &["dept"], false),
        ("ForAllValues:StringNotEquals", &["dept", "team"], true),
        ("ForAllValues:StringNotEquals", &["dept", "environment"], false),
        ("ForAnyValue:StringNotEquals", &["dept", "environment"], true),
        ("ForAnyValue:StringNotEquals", &["cost-center", "environment"], false),
        ("ForAllValues:StringLike", &["environment", "cost-center"], true),
        ("ForAnyValue:StringNotLike", &["environment", "x"], true),
    ];
    for (operator, values, expected) in rows {
        let condition = format!(r#"{{"{operator}":{{"x:key":["environment","cost-center"]}}}}"#);
        for effect in ["Allow", "Deny"] {
            assert_eq!(speaks(effect, &condition, many(values)), expected, "{effect} {operator} {values:?}");
        }
    }
    let all = r#"{"ForAllValues:StringEquals":{"x:key":"a"}}"#;
    assert!(speaks("Allow", all, one("")), "an empty text is an empty set");
    assert!(speaks("Allow", all, one("a")));
    assert!(!speaks("Allow", all, one("b")));
}

#[test]
fn doubt_never_allows_and_always_denies() {
    let doubtful = [
        (r#"{"StringEquals":{"x:key":"a"}}"#, many(&["a"])),
        (r#"{"StringNotEquals":{"x:key":"a"}}"#, many(&["a", "b"])),
        (r#"{"NumericEquals":{"x:key":"ten"}}"#, one("10")),
        (r#"{"NumericLessThan":{"x:key":"10"}}"#, one("nine")),
        (r#"{"DateLessThan":{"x:key":"soon"}}"#, one("2024-01-01")),
        (r#"{"IpAddress":{"x:key":"10.0.0.0/99"}}"#, one("10.0.0.1")),
        (r#"{"NotIpAddress":{"x:key":"10.0.0.0/8"}}"#, one("localhost")),
        (r#"{"Bool":{"x:key":"yes"}}"#, one("true")),
        (r#"{"Bool":{"x:key":"true"}}"#, one("yes")),
        (r#"{"BinaryEquals":{"x:key":"%"}}"#, one("AAEC")),
        (r#"{"ArnLike":{"x:key":"*"}}"#, one("arn:aws:s3:::b")),
        (r#"{"ArnNotLike":{"x:key":"*"}}"#, one("arn:aws:s3:::b")),
    ];
    for (condition, context) in doubtful {
        assert!(!speaks("Allow", condition, context.clone()), "{condition}");
        assert!(speaks("Deny", condition, context), "{condition}");
    }
    let mut twice = one("a");
    twice.set("X:KEY", "b");
    for wanted in ["a", "b", "c"] {
        let condition = format!(r#"{{"StringEquals":{{"x:key":"{wanted}"}}}}"#);
        assert!(!speaks("Allow", &condition, twice.clone()), "{wanted}");
        assert!(speaks("Deny", &condition, twice.clone()), "{wanted}");
    }
    // Where another condition fails for certain, there is no doubt about the statement.
    let failing = r#"{"StringEquals":{"x:key":"a"},"Bool":{"aws:SecureTransport":"true"}}"#;
    let mut context = many(&["a"]);
    context.set("aws:SecureTransport", false);
    assert!(!speaks("Deny", failing, context));
}

#[test]
fn variables_are_replaced_in_texts_and_arns_and_nowhere_else() {
    assert!(speaks("Allow", r#"{"StringEquals":{"x:key":"${aws:username}"}}"#, one("alice")));
    assert!(speaks("Allow", r#"{"StringLike":{"x:key":["x","home/${AWS:UserName}/*"]}}"#, one("home/alice/x")));
    assert!(speaks(
        "Allow",
        r#"{"ArnLike":{"x:key":"arn:aws:iam::${aws:PrincipalAccount}:user/*"}}"#,
        one("arn:aws:iam::111122223333:user/x")
    ));
    assert!(speaks("Allow", r#"{"StringLike":{"x:key":"a${*}"}}"#, one("a*")));
    assert!(!speaks("Allow", r#"{"StringLike":{"x:key":"a${*}"}}"#, one("ab")));
    assert!(speaks("Allow", r#"{"StringEquals":{"x:key":"${aws:SourceVpce, 'none'}"}}"#, one("none")));
    // Without a value a variable is equal to nothing, and so not equal to anything.
    assert!(!speaks("Allow", r#"{"StringEquals":{"x:key":"${aws:SourceVpce}"}}"#, one("")));
    assert!(speaks("Allow", r#"{"StringNotEquals":{"x:key":"${aws:SourceVpce}"}}"#, one("")));
    assert!(!speaks("Allow", r#"{"NumericEquals":{"x:key":"${x:key}"}}"#, one("1")));
}

#[test]
fn typed_values_compare_as_what_they_are() {
    let noon = Timestamp::from_millis(1_704_110_400_000);
    assert!(speaks("Allow", r#"{"DateEquals":{"x:key":"2024-01-01T12:00:00Z"}}"#, one(noon)));
    assert!(speaks("Allow", r#"{"StringEquals":{"x:key":"2024-01-01T12:00:00Z"}}"#, one(noon)));
    assert!(speaks("Allow", r#"{"NumericEquals":{"x:key":"7"}}"#, one(7)));
    assert!(speaks("Allow", r#"{"Bool":{"x:key":"true"}}"#, one(true)));
    let address: std::net::IpAddr = "::ffff:10.1.2.3".parse().unwrap();
    assert!(speaks("Allow", r#"{"IpAddress":{"x:key":"10.0.0.0/8"}}"#, one(address)));
}

/// The table of "Request information that you can use for policy variables", and what sessions add.
#[test]
fn keys_that_follow_from_the_principal_need_nobody_to_set_them() {
    let yes = |principal: Principal, condition: &str| {
        assert!(speaks_of(principal.clone(), "Allow", condition, none()), "{principal:?} {condition}");
    };
    let absent = |principal: Principal, key: &str| yes(principal, &format!(r#"{{"Null":{{"{key}":"true"}}}}"#));
    yes(alice(), r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/team/alice"}}"#);
    yes(alice(), r#"{"StringEquals":{"aws:userid":"AIDAALICE","aws:username":"alice","aws:PrincipalType":"User"}}"#);
    yes(alice(), r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333","aws:ResourceAccount":"111122223333"}}"#);
    yes(alice(), r#"{"Bool":{"aws:PrincipalIsAWSService":"false"}}"#);
    yes(alice(), r#"{"DateEquals":{"aws:CurrentTime":"2024-01-01","aws:EpochTime":"1704067200"}}"#);
    yes(alice(), r#"{"NumericEquals":{"aws:EpochTime":"1704067200"}}"#);
    for key in
        ["aws:TokenIssueTime", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:PrincipalServiceName"]
    {
        absent(alice(), key);
    }
    yes(session(), r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/app"}}"#);
    yes(session(), r#"{"StringEquals":{"aws:userid":"AROAAPP:s1","aws:PrincipalType":"AssumedRole"}}"#);
    yes(session(), r#"{"Bool":{"aws:MultiFactorAuthPresent":"false"},"DateEquals":{"aws:TokenIssueTime":"2024"}}"#);
    absent(session(), "aws:username");
    let with_mfa = |kind| {
        let mut facts = (*facts(kind)).clone();
        facts.mfa_at = Some(Timestamp::from_millis(NOW.millis() - 60_000));
        facts.tags = vec![("Team".into(), "blue".into())];
        facts.source_identity = Some("diego".into());
        Principal {
            session: Some(facts.into()),
            tags: vec![("team".into(), "red".into()), ("cost".into(), "1".into())].into(),
            ..session()
        }
    };
    let principal = with_mfa(SessionKind::AssumedRole);
    yes(
        principal.clone(),
        r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"},"NumericEquals":{"aws:MultiFactorAuthAge":"60"}}"#,
    );
    yes(
        principal.clone(),
        r#"{"StringEquals":{"aws:PrincipalTag/TEAM":"blue","aws:PrincipalTag/cost":"1","aws:SourceIdentity":"diego"}}"#,
    );
    absent(principal, "aws:PrincipalTag/none");
    absent(with_mfa(SessionKind::WebIdentity), "aws:MultiFactorAuthPresent");
}

#[test]
fn services_and_nobody_have_their_own_keys() {
    let asked = |principal: Principal, condition: &str| {
        let statement =
            format!(r#"{{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{condition}}}"#);
        ask(principal).bucket(&statements(&statement)).is_allowed()
    };
    assert!(asked(service(), r#"{"Bool":{"aws:PrincipalIsAWSService":"true"}}"#));
    assert!(asked(service(), r#"{"StringEquals":{"aws:PrincipalServiceName":"events.amazonaws.com"}}"#));
    assert!(asked(
        service(),
        r#"{"ForAnyValue:StringEquals":{"aws:PrincipalServiceNamesList":"events.amazonaws.com"}}"#
    ));
    assert!(asked(service(), r#"{"Null":{"aws:PrincipalArn":"true"}}"#));
    assert!(asked(
        anonymous(),
        r#"{"StringEquals":{"aws:PrincipalType":"Anonymous","aws:PrincipalAccount":"anonymous"}}"#
    ));
    assert!(asked(anonymous(), r#"{"Null":{"aws:PrincipalArn":"true"}}"#));
}

#[test]
fn what_a_request_brings_does_not_replace_what_the_server_knows() {
    let mut context = none();
    context.set("aws:PrincipalAccount", "444455556666");
    context.set("aws:username", "bob");
    assert!(speaks(
        "Allow",
        r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333","aws:username":"alice"}}"#,
        context
    ));
}
