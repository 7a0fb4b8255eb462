//! `Resource` and `NotResource`.

use super::case::Case;
use super::documents::{allow, policy};
use super::people::{HERE, user};
use serde_json::{Value, json};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (rule, patterns, resource, matches) in rows() {
        let action = action(resource);
        let ask = |title: String| match resource {
            "*" => Case::of(rule, title, &user()).asks_for(action),
            arn => Case::of(rule, title, &user()).asks(action, arn, HERE),
        };
        let document =
            |effect: &str, element: &str| policy(json!({"Effect": effect, "Action": "*", element: patterns}));
        let case = ask(format!("Allow {patterns}, asked for {resource}")).identity(document("Allow", "Resource"));
        cases.push(if matches { case.allowed("identity") } else { case.implicit("identity") });
        if rule == "resource" || rule == "resource-wildcards" {
            let not = |effect: &str, title: String| {
                let mut case = Case::of("not-resource", title, &user());
                case = if resource == "*" { case.asks_for(action) } else { case.asks(action, resource, HERE) };
                case.identity(document(effect, "NotResource"))
            };
            let case = not("Allow", format!("Allow all but {patterns}, asked for {resource}"));
            cases.push(if matches { case.implicit("identity") } else { case.allowed("identity") });
            let case = not("Deny", format!("Deny all but {patterns}, asked for {resource}")).identity(allow("*"));
            cases.push(if matches { case.allowed("identity") } else { case.explicit("identity") });
        }
    }
    cases
}

/// An action that there is on such a resource.
fn action(resource: &str) -> &'static str {
    match resource.split(':').nth(2) {
        Some("s3") => "s3:GetObject",
        Some("iam") => "iam:GetUser",
        Some("sqs") => "sqs:SendMessage",
        Some("logs") => "logs:GetLogEvents",
        Some("dynamodb") => "dynamodb:GetItem",
        Some("ec2") => "ec2:StartInstances",
        Some("secretsmanager") => "secretsmanager:GetSecretValue",
        _ => "s3:ListAllMyBuckets",
    }
}

fn rows() -> Vec<(&'static str, Value, &'static str, bool)> {
    const OBJECT: &str = "arn:aws:s3:::amzn-s3-demo-bucket/a/b.txt";
    const QUEUE: &str = "arn:aws:sqs:us-east-2:111122223333:queue1";
    const USER: &str = "arn:aws:iam::111122223333:user/accounting/Bob";
    const STREAM: &str = "arn:aws:logs:us-east-1:111122223333:log-group:app:log-stream:s1";
    let mut rows = vec![
        ("resource", json!("*"), OBJECT, true),
        ("resource", json!(OBJECT), OBJECT, true),
        ("resource", json!("arn:aws:s3:::amzn-s3-demo-bucket"), OBJECT, false),
        ("resource", json!("arn:aws:s3:::amzn-s3-demo-bucket/a"), OBJECT, false),
        ("resource", json!("arn:aws:s3:::amzn-s3-demo-bucket/A/b.txt"), OBJECT, false),
        ("resource", json!("arn:aws:s3:::AMZN-S3-DEMO-BUCKET/a/b.txt"), OBJECT, false),
        ("resource", json!([QUEUE, OBJECT]), OBJECT, true),
        ("resource", json!([QUEUE, USER]), OBJECT, false),
        ("resource", json!(QUEUE), QUEUE, true),
        ("resource", json!("arn:aws:sqs:us-east-1:111122223333:queue1"), QUEUE, false),
        ("resource", json!("arn:aws:sqs:us-east-2:444455556666:queue1"), QUEUE, false),
        ("resource", json!("arn:aws-cn:sqs:us-east-2:111122223333:queue1"), QUEUE, false),
        ("resource", json!("arn:aws:sns:us-east-2:111122223333:queue1"), QUEUE, false),
        ("resource", json!("arn:aws:iam::111122223333:user/accounting/Bob"), USER, true),
        ("resource", json!("arn:aws:iam::111122223333:user/accounting/bob"), USER, false),
        ("resource", json!("arn:aws:iam::111122223333:user/Bob"), USER, false),
        ("resource", json!("*"), "*", true),
        ("resource", json!("arn:aws:s3:::*"), "*", false),
        ("resource-wildcards", json!("arn:aws:s3:::*"), OBJECT, true),
        ("resource-wildcards", json!("arn:aws:s3:::amzn-s3-demo-bucket*"), OBJECT, true),
        ("resource-wildcards", json!("arn:aws:s3:::amzn-s3-demo-bucket/*"), OBJECT, true),
        ("resource-wildcards", json!("arn:aws:s3:::amzn-s3-demo-bucket/*.txt"), OBJECT, true),
        ("resource-wildcards", json!("arn:aws:s3:::amzn-s3-demo-bucket/?/b.txt"), OBJECT, true),
        ("resource-wildcards", json!("arn:aws:s3:::amzn-s3-demo-bucket/?.txt"), OBJECT, false),
        ("resource-wildcards", json!("arn:aws:s3:::amzn-s3-demo-bucket/*/"), OBJECT, false),
        ("resource-wildcards", json!("arn:aws:s3:::amzn-s3-demo-bucket/*/*/*"), OBJECT, false),
        ("resource-wildcards", json!("arn:aws:sqs:*:111122223333:queue1"), QUEUE, true),
        ("resource-wildcards", json!("arn:aws:sqs:us-east-?:*:queue?"), QUEUE, true),
        ("resource-wildcards", json!("arn:aws:sqs:*:*:*"), QUEUE, true),
        ("resource-wildcards", json!("arn:aws:sqs:eu-*:*:*"), QUEUE, false),
        ("resource-wildcards", json!("arn:aws:iam::111122223333:user/accounting/*"), USER, true),
        ("resource-wildcards", json!("arn:aws:iam::111122223333:user/*"), USER, true),
        ("resource-wildcards", json!("arn:aws:iam::*:user/*/Bob"), USER, true),
        ("resource-wildcards", json!("arn:aws:iam::*:group/*"), USER, false),
        ("resource-wildcards", json!("arn:aws:logs:us-east-1:111122223333:log-group:*"), STREAM, true),
        ("resource-wildcards", json!("arn:aws:logs:us-east-1:111122223333:log-group:app:*"), STREAM, true),
        ("resource-wildcards", json!("arn:aws:logs:*:*:log-group:app:log-stream:*"), STREAM, true),
        ("resource-wildcards", json!("arn:aws:logs:*:*:*"), STREAM, true),
        ("resource-wildcards", json!("arn:aws:logs:*:*:log-group:*:log-stream:s?"), STREAM, true),
        ("resource-wildcards", json!("arn:aws:logs:*:*:log-group:b*"), STREAM, false),
        ("incomplete-arn", json!("arn:aws:sqs"), QUEUE, true),
        ("incomplete-arn", json!("arn:aws:sqs:us-east-2"), QUEUE, true),
        ("incomplete-arn", json!("arn:aws:sqs:us-east-2:111122223333"), QUEUE, true),
        ("incomplete-arn", json!("arn:aws:sqs:us-east-1"), QUEUE, false),
        ("incomplete-arn", json!("arn:aws:sns"), QUEUE, false),
    ];
    // The objects that the page lists for one pattern, and those that it says are not among them.
    const FOLDERS: &str = "arn:aws:s3:::amzn-s3-demo-bucket/*/test/*";
    for (resource, matches) in [
        ("arn:aws:s3:::amzn-s3-demo-bucket/1/test/object.jpg", true),
        ("arn:aws:s3:::amzn-s3-demo-bucket/1/2/test/object.jpg", true),
        ("arn:aws:s3:::amzn-s3-demo-bucket/1/2/test/3/object.jpg", true),
        ("arn:aws:s3:::amzn-s3-demo-bucket/1/2/3/test/4/object.jpg", true),
        ("arn:aws:s3:::amzn-s3-demo-bucket/1///test///object.jpg", true),
        ("arn:aws:s3:::amzn-s3-demo-bucket/1/test/.jpg", true),
        ("arn:aws:s3:::amzn-s3-demo-bucket//test/object.jpg", true),
        ("arn:aws:s3:::amzn-s3-demo-bucket/1/test/", true),
        ("arn:aws:s3:::amzn-s3-demo-bucket/1-test/object.jpg", false),
        ("arn:aws:s3:::amzn-s3-demo-bucket/test/object.jpg", false),
        ("arn:aws:s3:::amzn-s3-demo-bucket/1/2/test.jpg", false),
    ] {
        rows.push(("resource-wildcards", json!(FOLDERS), resource, matches));
    }
    for (folder, matches) in [("1234-test", true), ("2024-test", true), ("a100-test", true), ("10000-test", false)] {
        let resource = match folder {
            "1234-test" => "arn:aws:s3:::amzn-s3-demo-bucket/1234-test",
            "2024-test" => "arn:aws:s3:::amzn-s3-demo-bucket/2024-test",
            "a100-test" => "arn:aws:s3:::amzn-s3-demo-bucket/a100-test",
            _ => "arn:aws:s3:::amzn-s3-demo-bucket/10000-test",
        };
        rows.push(("resource-wildcards", json!("arn:aws:s3:::amzn-s3-demo-bucket/????-test"), resource, matches));
    }
    rows
}
