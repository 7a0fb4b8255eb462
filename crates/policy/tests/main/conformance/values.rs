//! What each family of operators makes of values: case, wildcards, forms of numbers, dates, addresses, ARNs.

use super::case::Case;
use super::documents::{policy, statement, when};
use super::people::{HERE, user};
use super::rules::SECRET;
use serde_json::{Value, json};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (rule, key, rows) in [
        ("string-operators", "aws:RequestTag/team", strings()),
        ("numeric-operators", "s3:max-keys", numbers()),
        ("date-operators", "kms:ValidTo", dates()),
        ("boolean-operators", "kms:GrantIsForAWSResource", booleans()),
        ("binary-operators", "kms:EncryptionContext:digest", binary()),
        ("address-operators", "aws:VpcSourceIp", addresses()),
        ("arn-operators", "aws:SourceArn", arns()),
    ] {
        for (operator, wanted, given, holds) in rows {
            let title = format!("{operator} {wanted} with {given}");
            let conditioned = when(statement("Allow", "secretsmanager:GetSecretValue", "*"), operator, key, wanted);
            let case = Case::of(rule, title, &user())
                .asks("secretsmanager:GetSecretValue", SECRET, HERE)
                .key(key, given)
                .identity(policy(conditioned));
            cases.push(if holds { case.allowed("identity") } else { case.implicit("identity") });
        }
    }
    cases
}

type Row = (&'static str, Value, &'static str, bool);

fn strings() -> Vec<Row> {
    vec![
        ("StringEquals", json!("red"), "red", true),
        ("StringEquals", json!("red"), "RED", false),
        ("StringEquals", json!("red"), "red ", false),
        ("StringEquals", json!("red"), "", false),
        ("StringEquals", json!(""), "", true),
        ("StringEquals", json!("r*"), "red", false),
        ("StringEquals", json!("r*"), "r*", true),
        ("StringEquals", json!("r?d"), "red", false),
        ("StringEquals", json!("r?d"), "r?d", true),
        ("StringEquals", json!(["red", "blue"]), "blue", true),
        ("StringEquals", json!(["red", "blue"]), "redblue", false),
        ("StringEquals", json!(7), "7", true),
        ("StringEquals", json!(true), "true", true),
        ("StringNotEquals", json!("red"), "RED", true),
        ("StringNotEquals", json!("r*"), "red", true),
        ("StringNotEquals", json!(["red", "blue"]), "blue", false),
        ("StringNotEquals", json!(["red", "blue"]), "green", true),
        ("StringEqualsIgnoreCase", json!("Red"), "rED", true),
        ("StringEqualsIgnoreCase", json!("Red"), "reds", false),
        ("StringEqualsIgnoreCase", json!("r*"), "RED", false),
        ("StringNotEqualsIgnoreCase", json!("Red"), "rED", false),
        ("StringNotEqualsIgnoreCase", json!(["Red", "Blue"]), "BLUE", false),
        ("StringNotEqualsIgnoreCase", json!(["Red", "Blue"]), "green", true),
        ("StringLike", json!("*"), "red", true),
        ("StringLike", json!("*"), "", true),
        ("StringLike", json!("?"), "", false),
        ("StringLike", json!("red"), "red", true),
        ("StringLike", json!("red"), "reds", false),
        ("StringLike", json!("r*"), "Red", false),
        ("StringLike", json!("r*d"), "red", true),
        ("StringLike", json!("r*d"), "rd", true),
        ("StringLike", json!("r*d"), "rede", false),
        ("StringLike", json!("*e*"), "red", true),
        ("StringLike", json!("r?d"), "red", true),
        ("StringLike", json!("r?d"), "rd", false),
        ("StringLike", json!("r?d"), "reed", false),
        ("StringLike", json!("???"), "red", true),
        ("StringLike", json!("??*"), "r", false),
        ("StringLike", json!("a*b*c"), "axbxc", true),
        ("StringLike", json!("a*b*c"), "axcxb", false),
        ("StringLike", json!("a*ab"), "aaab", true),
        ("StringLike", json!("home/*"), "home/a/b:c", true),
        ("StringLike", json!("[a-z]*"), "red", false),
        ("StringLike", json!("r.d"), "red", false),
        ("StringLike", json!(["blue", "r*"]), "red", true),
        ("StringNotLike", json!("r*"), "red", false),
        ("StringNotLike", json!("r*"), "Red", true),
        ("StringNotLike", json!(["b*", "r*"]), "red", false),
        ("StringNotLike", json!(["b*", "r*"]), "green", true),
    ]
}

fn numbers() -> Vec<Row> {
    vec![
        ("NumericEquals", json!("10"), "10", true),
        ("NumericEquals", json!(10), "10", true),
        ("NumericEquals", json!("10"), "10.0", true),
        ("NumericEquals", json!("10.50"), "10.5", true),
        ("NumericEquals", json!("010"), "10", true),
        ("NumericEquals", json!("10"), "100", false),
        ("NumericEquals", json!("-10"), "10", false),
        ("NumericEquals", json!("0.1"), "0.10", true),
        ("NumericEquals", json!(["1", "2"]), "2", true),
        ("NumericEquals", json!("10"), "ten", false),
        ("NumericEquals", json!("10"), "", false),
        ("NumericNotEquals", json!("10"), "10.0", false),
        ("NumericNotEquals", json!(["1", "2"]), "3", true),
        ("NumericLessThan", json!("10"), "9", true),
        ("NumericLessThan", json!("10"), "9.999", true),
        ("NumericLessThan", json!("10"), "10", false),
        ("NumericLessThan", json!("9"), "10", false),
        ("NumericLessThan", json!("-9"), "-10", true),
        ("NumericLessThan", json!("10"), "nine", false),
        ("NumericLessThan", json!(["5", "10"]), "7", true),
        ("NumericLessThanEquals", json!("10"), "10.0", true),
        ("NumericLessThanEquals", json!("10"), "10.001", false),
        ("NumericGreaterThan", json!("9"), "10", true),
        ("NumericGreaterThan", json!("10"), "10", false),
        ("NumericGreaterThan", json!("-1"), "0", true),
        ("NumericGreaterThanEquals", json!("10"), "10", true),
        ("NumericGreaterThanEquals", json!("10.5"), "10", false),
        ("NumericGreaterThanEquals", json!("3600"), "36000", true),
    ]
}

fn dates() -> Vec<Row> {
    vec![
        ("DateEquals", json!("2026-06-01T12:00:00Z"), "2026-06-01T12:00:00Z", true),
        ("DateEquals", json!("2026-06-01T12:00Z"), "2026-06-01T12:00:00Z", true),
        ("DateEquals", json!("2026-06-01T14:00:00+02:00"), "2026-06-01T12:00:00Z", true),
        ("DateEquals", json!("2026-05-31T23:30:00-12:30"), "2026-06-01T12:00:00Z", true),
        ("DateEquals", json!("2026-06-01T12:00:00.000Z"), "2026-06-01T12:00:00Z", true),
        ("DateEquals", json!("2026-06-01T12:00:00.5Z"), "2026-06-01T12:00:00Z", false),
        ("DateEquals", json!("2026-06-01"), "2026-06-01T00:00:00Z", true),
        ("DateEquals", json!("1780315200"), "2026-06-01T12:00:00Z", true),
        ("DateEquals", json!(1_780_315_200), "2026-06-01T12:00:00Z", true),
        ("DateEquals", json!("2026-06-01T12:00:00Z"), "1780315200", true),
        ("DateEquals", json!("2026-06-01T12:00:00Z"), "soon", false),
        ("DateEquals", json!(["2025-06-01T12:00:00Z", "2026-06-01T12:00:00Z"]), "2026-06-01T12:00:00Z", true),
        ("DateEquals", json!("2024-02-29T00:00:00Z"), "2024-02-29T00:00:00Z", true),
        ("DateNotEquals", json!("2026-06-01T14:00:00+02:00"), "2026-06-01T12:00:00Z", false),
        ("DateNotEquals", json!(["2025-06-01T12:00:00Z", "2024-06-01T12:00:00Z"]), "2026-06-01T12:00:00Z", true),
        ("DateLessThan", json!("2026-06-01T12:00:00Z"), "2026-06-01T11:59:59Z", true),
        ("DateLessThan", json!("2026-06-01T12:00:00Z"), "2026-06-01T12:00:00Z", false),
        ("DateLessThan", json!("2026-06-01T14:00:00+02:00"), "2026-06-01T12:30:00Z", false),
        ("DateLessThan", json!("2026-06-01T12:00:00Z"), "1780315199", true),
        ("DateLessThanEquals", json!("2026-06-01T12:00:00Z"), "2026-06-01T12:00:00Z", true),
        ("DateGreaterThan", json!("2020-01-01T00:00:01Z"), "2020-01-01T00:00:02Z", true),
        ("DateGreaterThan", json!("2020-01-01T00:00:01Z"), "2020-01-01T00:00:01Z", false),
        ("DateGreaterThan", json!("2020-01-01T00:00:01Z"), "2019-12-31T23:59:59Z", false),
        ("DateGreaterThan", json!("1577836801"), "2020-01-01T00:00:02Z", true),
        ("DateGreaterThanEquals", json!("2020-01-01T00:00:01Z"), "2020-01-01T00:00:01Z", true),
        ("DateGreaterThanEquals", json!("2020-01-01"), "2019-12-31T23:59:59Z", false),
    ]
}

fn booleans() -> Vec<Row> {
    vec![
        ("Bool", json!("true"), "true", true),
        ("Bool", json!("true"), "false", false),
        ("Bool", json!("false"), "false", true),
        ("Bool", json!("false"), "true", false),
        ("Bool", json!(true), "true", true),
        ("Bool", json!(false), "true", false),
        ("Bool", json!(["true", "false"]), "false", true),
    ]
}

fn binary() -> Vec<Row> {
    vec![
        ("BinaryEquals", json!("QmluYXJ5VmFsdWVJbkJhc2U2NA=="), "QmluYXJ5VmFsdWVJbkJhc2U2NA==", true),
        ("BinaryEquals", json!("QmluYXJ5VmFsdWVJbkJhc2U2NA=="), "ASIAIOSFODNN7EXAMPLE", false),
        ("BinaryEquals", json!("AAEC"), "AAED", false),
        ("BinaryEquals", json!("AAEC"), "aaec", false),
        ("BinaryEquals", json!(["AAED", "AAEC"]), "AAEC", true),
    ]
}

fn addresses() -> Vec<Row> {
    vec![
        ("IpAddress", json!("203.0.113.0/24"), "203.0.113.0", true),
        ("IpAddress", json!("203.0.113.0/24"), "203.0.113.255", true),
        ("IpAddress", json!("203.0.113.0/24"), "203.0.114.0", false),
        ("IpAddress", json!("203.0.113.0/24"), "203.0.112.255", false),
        ("IpAddress", json!("203.0.113.77/24"), "203.0.113.1", true),
        ("IpAddress", json!("203.0.113.4"), "203.0.113.4", true),
        ("IpAddress", json!("203.0.113.4"), "203.0.113.5", false),
        ("IpAddress", json!("203.0.113.4/32"), "203.0.113.5", false),
        ("IpAddress", json!("203.0.113.4/31"), "203.0.113.5", true),
        ("IpAddress", json!("203.0.113.4/31"), "203.0.113.6", false),
        ("IpAddress", json!("203.0.112.0/20"), "203.0.127.255", true),
        ("IpAddress", json!("203.0.112.0/20"), "203.0.128.0", false),
        ("IpAddress", json!("0.0.0.0/0"), "198.51.100.7", true),
        ("IpAddress", json!("0.0.0.0/0"), "2001:db8::1", false),
        ("IpAddress", json!("::/0"), "2001:db8::1", true),
        ("IpAddress", json!("::/0"), "198.51.100.7", false),
        ("IpAddress", json!("2001:DB8:1234:5678::/64"), "2001:db8:1234:5678:ffff::", true),
        ("IpAddress", json!("2001:DB8:1234:5678::/64"), "2001:db8:1234:5679::", false),
        ("IpAddress", json!("2001:db8::1"), "2001:0db8:0000:0000:0000:0000:0000:0001", true),
        ("IpAddress", json!("2001:db8::1"), "2001:db8::2", false),
        ("IpAddress", json!(["203.0.113.0/24", "2001:DB8:1234:5678::/64"]), "2001:db8:1234:5678::9", true),
        ("IpAddress", json!(["203.0.113.0/24", "198.51.100.0/24"]), "198.51.100.9", true),
        ("NotIpAddress", json!("203.0.113.0/24"), "203.0.113.9", false),
        ("NotIpAddress", json!("203.0.113.0/24"), "198.51.100.9", true),
        ("NotIpAddress", json!("203.0.113.0/24"), "2001:db8::1", true),
        ("NotIpAddress", json!(["203.0.113.0/24", "198.51.100.0/24"]), "198.51.100.9", false),
        ("NotIpAddress", json!(["203.0.113.0/24", "198.51.100.0/24"]), "192.0.2.1", true),
    ]
}

fn arns() -> Vec<Row> {
    const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:TOPIC-ID";
    let mut rows = Vec::new();
    // ArnEquals and ArnLike behave identically, and so do their negations.
    for (positive, negative) in [("ArnEquals", "ArnNotEquals"), ("ArnLike", "ArnNotLike")] {
        for (wanted, given, matches) in [
            (TOPIC, TOPIC, true),
            (TOPIC, "arn:aws:sns:us-east-1:777788889999:TOPIC-ID", false),
            (TOPIC, "arn:aws:sns:us-east-1:123456789012:topic-id", false),
            ("arn:aws:sns:*:123456789012:*", TOPIC, true),
            ("arn:aws:sns:us-east-?:123456789012:TOPIC-??", TOPIC, true),
            ("arn:aws:sns:us-east-?:123456789012:TOPIC-???", TOPIC, false),
            ("arn:aws:sns:us-*:*:TOPIC*", TOPIC, true),
            ("arn:aws:sns:*:TOPIC-ID", TOPIC, false),
            ("arn:aws:sns:*", TOPIC, false),
            ("arn:*:*:*:*:*", TOPIC, true),
            ("arn:aws:logs:*:*:log-group:*", "arn:aws:logs:us-east-1:123456789012:log-group:a:log-stream:b", true),
            ("arn:aws:logs:*:*:log-group:?", "arn:aws:logs:us-east-1:123456789012:log-group:a:log-stream:b", false),
            ("arn:aws:iam::123456789012:user/*", "arn:aws:iam::123456789012:user/division/alice", true),
            ("arn:aws:iam::*:user/*", "arn:aws:iam::123456789012:role/alice", false),
            ("arn:aws:s3:::amzn-s3-demo-bucket", "arn:aws:s3:::amzn-s3-demo-bucket", true),
            ("arn:aws:s3:*:*:amzn-s3-demo-bucket", "arn:aws:s3:::amzn-s3-demo-bucket", true),
            ("arn:aws:s3:?::amzn-s3-demo-bucket", "arn:aws:s3:::amzn-s3-demo-bucket", false),
        ] {
            rows.push((positive, json!(wanted), given, matches));
            // What a pattern of fewer components means under negation, AWS's page does not say.
            if wanted.matches(':').count() >= 5 {
                rows.push((negative, json!(wanted), given, !matches));
            }
        }
        rows.push((positive, json!(["arn:aws:sqs:*:*:*", "arn:aws:sns:*:*:*"]), TOPIC, true));
        rows.push((negative, json!(["arn:aws:sqs:*:*:*", "arn:aws:sns:*:*:*"]), TOPIC, false));
        rows.push((negative, json!(["arn:aws:sqs:*:*:*", "arn:aws:s3:*:*:*"]), TOPIC, true));
    }
    rows
}
