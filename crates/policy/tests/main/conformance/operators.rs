//! Every condition operator in every form, with the key present, missing, empty, and with several values.

use super::case::Case;
use super::documents::{allow, policy, statement, when};
use super::people::{HERE, user};
use super::rules::SECRET;
use serde_json::{Value, json};

/// An operator, values for a policy, and values of a request that satisfy the operator with them and that do not.
struct Row {
    operator: &'static str,
    key: &'static str,
    wanted: &'static [&'static str],
    satisfy: [&'static str; 2],
    fail: [&'static str; 2],
}

impl Row {
    fn is_negated(&self) -> bool {
        self.operator.contains("Not")
    }
}

/// An operator and its negation, which the other values satisfy.
macro_rules! both {
    ($positive:literal, $negative:literal, $key:literal, $wanted:expr, $is:expr, $is_not:expr) => {
        [
            Row { operator: $positive, key: $key, wanted: $wanted, satisfy: $is, fail: $is_not },
            Row { operator: $negative, key: $key, wanted: $wanted, satisfy: $is_not, fail: $is },
        ]
    };
}

macro_rules! one {
    ($operator:literal, $key:literal, $wanted:expr, $is:expr, $is_not:expr) => {
        [Row { operator: $operator, key: $key, wanted: $wanted, satisfy: $is, fail: $is_not }]
    };
}

fn rows() -> Vec<Row> {
    const DAY: &[&str] = &["2026-06-01T00:00:00Z"];
    const ARNS: &[&str] = &["arn:aws:sns:us-east-1:111122223333:*", "arn:aws:sns:*:111122223333:b?"];
    const IS_ARN: [&str; 2] = ["arn:aws:sns:us-east-1:111122223333:a", "arn:aws:sns:eu-west-1:111122223333:b1"];
    const IS_NO_ARN: [&str; 2] = ["arn:aws:sns:us-east-1:444455556666:a", "arn:aws:sqs:us-east-1:111122223333:a"];
    let mut rows = Vec::new();
    rows.extend(both!(
        "StringEquals",
        "StringNotEquals",
        "aws:TagKeys",
        &["red", "blue"],
        ["red", "blue"],
        ["Red", "green"]
    ));
    rows.extend(both!(
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "aws:TagKeys",
        &["red", "Blue"],
        ["RED", "blue"],
        ["reds", "green"]
    ));
    rows.extend(both!("StringLike", "StringNotLike", "aws:TagKeys", &["re*", "bl?e"], ["red", "blue"], ["Red", "ble"]));
    rows.extend(both!("NumericEquals", "NumericNotEquals", "s3:max-keys", &["10", "20"], ["10", "20"], ["11", "-10"]));
    rows.extend(one!("NumericLessThan", "s3:max-keys", &["10"], ["9", "-1"], ["10", "11"]));
    rows.extend(one!("NumericLessThanEquals", "s3:max-keys", &["10"], ["10", "9"], ["11", "100"]));
    rows.extend(one!("NumericGreaterThan", "s3:max-keys", &["10"], ["11", "100"], ["10", "9"]));
    rows.extend(one!("NumericGreaterThanEquals", "s3:max-keys", &["10"], ["10", "11"], ["9", "-10"]));
    rows.extend(both!(
        "DateEquals",
        "DateNotEquals",
        "kms:ValidTo",
        &["2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"],
        ["2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"],
        ["2026-06-01T00:00:01Z", "2025-06-01T00:00:00Z"]
    ));
    let (before, after) = ("2026-05-31T23:59:59Z", "2026-06-01T00:00:01Z");
    rows.extend(one!("DateLessThan", "kms:ValidTo", DAY, [before, "1999-12-31T00:00:00Z"], [DAY[0], after]));
    rows.extend(one!("DateLessThanEquals", "kms:ValidTo", DAY, [DAY[0], before], [after, "2030-01-01T00:00:00Z"]));
    rows.extend(one!("DateGreaterThan", "kms:ValidTo", DAY, [after, "2030-01-01T00:00:00Z"], [DAY[0], before]));
    rows.extend(one!("DateGreaterThanEquals", "kms:ValidTo", DAY, [DAY[0], after], [before, "1999-12-31T00:00:00Z"]));
    rows.extend(one!("Bool", "kms:GrantIsForAWSResource", &["true"], ["true", "true"], ["false", "false"]));
    rows.extend(one!(
        "BinaryEquals",
        "kms:EncryptionContext:digest",
        &["QmluYXJ5VmFsdWVJbkJhc2U2NA==", "AAEC"],
        ["QmluYXJ5VmFsdWVJbkJhc2U2NA==", "AAEC"],
        ["AAED", "qmluYXJ5VmFsdWVJbkJhc2U2NA=="]
    ));
    rows.extend(both!(
        "IpAddress",
        "NotIpAddress",
        "aws:VpcSourceIp",
        &["203.0.113.0/24", "2001:DB8:1234:5678::/64"],
        ["203.0.113.1", "2001:db8:1234:5678::1"],
        ["198.51.100.1", "2001:db8:1234:5679::1"]
    ));
    rows.extend(both!("ArnEquals", "ArnNotEquals", "aws:SourceArn", ARNS, IS_ARN, IS_NO_ARN));
    rows.extend(both!("ArnLike", "ArnNotLike", "aws:SourceArn", ARNS, IS_ARN, IS_NO_ARN));
    rows
}

/// What the request has under the key.
enum Given {
    Missing,
    One(&'static str),
    Many(Vec<&'static str>),
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for row in rows() {
        for (prefix, suffix, rule, given, what, holds) in forms(&row) {
            let operator = format!("{prefix}{}{suffix}", row.operator);
            let make = |effect: &str| {
                let conditioned = when(
                    statement(effect, "secretsmanager:GetSecretValue", "*"),
                    &operator,
                    row.key,
                    row.wanted.to_vec(),
                );
                let title = format!("{operator}, {what}, in {}", if effect == "Deny" { "a Deny" } else { "an Allow" });
                let case = Case::of(rule, title, &user()).asks("secretsmanager:GetSecretValue", SECRET, HERE);
                let case = match &given {
                    Given::Missing => case,
                    Given::One(value) => case.key(row.key, *value),
                    Given::Many(values) => case.key(row.key, json!(values)),
                };
                case.identity(policy(conditioned))
            };
            let allows = make("Allow");
            cases.push(if holds { allows.allowed("identity") } else { allows.implicit("identity") });
            if !matches!(given, Given::One(_)) {
                let denies = make("Deny").identity(allow("*"));
                cases.push(if holds { denies.explicit("identity") } else { denies.allowed("identity") });
            }
        }
    }
    cases.extend(null());
    cases
}

type Form = (&'static str, &'static str, &'static str, Given, &'static str, bool);

/// The forms, with what AWS's pages say of each.
fn forms(row: &Row) -> Vec<Form> {
    let ([yes, yes_too], [no, no_too]) = (row.satisfy, row.fail);
    let many = |values: &[&'static str]| Given::Many(values.to_vec());
    let mut forms: Vec<Form> = vec![
        ("", "", "condition-operators", Given::One(yes), "a value that satisfies it", true),
        ("", "", "condition-operators", Given::One(no), "a value that does not", false),
        ("", "", "missing-key", Given::Missing, "key missing", row.is_negated()),
        ("", "IfExists", "if-exists", Given::One(yes), "a value that satisfies it", true),
        ("", "IfExists", "if-exists", Given::One(no), "a value that does not", false),
        ("", "IfExists", "if-exists", Given::Missing, "key missing", true),
    ];
    let sets: [(&str, Given, bool, bool); 7] = [
        ("one value that satisfies it", many(&[yes]), true, true),
        ("one value that does not", many(&[no]), false, false),
        ("every value satisfies it", many(&[yes, yes_too]), true, true),
        ("one of two values satisfies it", many(&[yes, no]), false, true),
        ("no value satisfies it", many(&[no, no_too]), false, false),
        ("no values", many(&[]), true, false),
        ("key missing", Given::Missing, true, false),
    ];
    for (what, given, of_all, of_any) in sets {
        let again = match &given {
            Given::Many(values) => Given::Many(values.clone()),
            _ => Given::Missing,
        };
        forms.push(("ForAllValues:", "", "for-all-values", given, what, of_all));
        forms.push(("ForAnyValue:", "", "for-any-value", again, what, of_any));
    }
    forms.extend([
        ("ForAllValues:", "IfExists", "set-if-exists", Given::Missing, "key missing", true),
        ("ForAllValues:", "IfExists", "set-if-exists", many(&[yes, no]), "one of two values satisfies it", false),
        ("ForAnyValue:", "IfExists", "set-if-exists", Given::Missing, "key missing", true),
        ("ForAnyValue:", "IfExists", "set-if-exists", many(&[yes, no]), "one of two values satisfies it", true),
    ]);
    forms
}

/// `Null` asks whether the key is missing, or without a value.
fn null() -> Vec<Case> {
    let mut cases = Vec::new();
    let given: [(&str, Value, bool); 5] = [
        ("key missing", Value::Null, true),
        ("key present", json!("red"), false),
        ("key present with several values", json!(["red", "blue"]), false),
        ("key present without values", json!([]), true),
        ("key present, its value being the word true", json!("true"), false),
    ];
    for (what, value, is_null) in given {
        for wanted in [json!("true"), json!("false"), json!(true), json!(false), json!(["true"])] {
            let wants_null = wanted == "true" || wanted == true || wanted.is_array();
            for effect in ["Allow", "Deny"] {
                let conditioned = when(
                    statement(effect, "secretsmanager:GetSecretValue", "*"),
                    "Null",
                    "aws:TagKeys",
                    wanted.clone(),
                );
                let title =
                    format!("Null {wanted}, {what}, in {}", if effect == "Deny" { "a Deny" } else { "an Allow" });
                let case = Case::of("null", title, &user()).asks("secretsmanager:GetSecretValue", SECRET, HERE);
                let case = if value.is_null() { case } else { case.key("aws:TagKeys", value.clone()) };
                let case = case.identity(policy(conditioned));
                cases.push(match (effect, is_null == wants_null) {
                    ("Allow", true) => case.allowed("identity"),
                    ("Allow", false) => case.implicit("identity"),
                    (_, true) => case.identity(allow("*")).explicit("identity"),
                    (_, false) => case.identity(allow("*")).allowed("identity"),
                });
            }
        }
    }
    cases
}
