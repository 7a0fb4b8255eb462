//! What a decision costs, and what policies hold in memory.
//!
//! One thread, in this process, by the CPU time that the kernel counts; the best of several batches. The question is that of an Encrypt in a well-kept organisation: three identity policies, a boundary, two levels of service control
//! policies and the key's policy, fifty statements in all, with the condition keys that such a call has.

use crate::{Failure, kernel, report};
use base::{AccountId, Partition, Timestamp};
use policy::{
    Attached, Context, Decision, Document, Entity, Identity, Kind, Origin, Policies, Policy, Principal, Question,
    Resource, SessionFacts, SessionKind, decide, explain, lint,
};
use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A batch lasts about so long: the kernel counts in hundredths of a second.
const BATCH: Duration = Duration::from_millis(400);
const BATCHES: usize = 3;

/// Policies kept at once for the second table.
const KEPT: usize = 10_000;
/// The largest managed policy (IAM User Guide, "IAM and AWS STS quotas").
const LARGEST: usize = 6_144;

/// The budgets of the design: a quarter of a bare request, and memory for the policies kept.
const DECISION_BUDGET_MICROS: f64 = 5.0;
const MEMORY_BUDGET_MB: f64 = 100.0;

const ACCOUNT: &str = "111122223333";
const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const ALIAS: &str = "arn:aws:kms:us-east-1:111122223333:alias/elsewhere";

/// Measures everything, prints the tables and writes them to `results`.
pub(crate) fn run(results: Option<&Path>) -> Result<(), Failure> {
    let text = markdown(&decisions()?, &memory()?)?;
    if let Some(path) = results {
        std::fs::write(path, &text)?;
    }
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

struct Row {
    what: &'static str,
    time: Duration,
}

fn decisions() -> Result<Vec<Row>, Failure> {
    let house = House::new()?;
    let row = |what, work: &dyn Fn()| Row { what, time: best(work) };
    let ask = |principal: &Principal, action: &str, arn: &str, expected: bool| -> Result<Duration, Failure> {
        let context = house.context();
        let decision = decide(&house.question(principal, action, arn, &context));
        if decision.is_allowed() != expected {
            return Err(format!("{action} on {arn}: {decision:?}").into());
        }
        // As on the road, the condition keys are gathered for each call.
        Ok(best(|| {
            let context = house.context();
            black_box(decide(black_box(&house.question(principal, action, arn, &context))));
        }))
    };
    let mut rows = vec![
        Row { what: "decide: Encrypt, allowed", time: ask(&house.session, "kms:Encrypt", KEY, true)? },
        Row { what: "decide: Encrypt on another key, denied", time: ask(&house.session, "kms:Encrypt", ALIAS, false)? },
        Row {
            what: "decide: ScheduleKeyDeletion, denied explicitly",
            time: ask(&house.session, "kms:ScheduleKeyDeletion", KEY, false)?,
        },
        Row { what: "decide: an action of another service", time: ask(&house.session, "glue:GetTable", KEY, false)? },
    ];
    let context = house.context();
    let question = house.question(&house.session, "kms:Encrypt", KEY, &context);
    rows.push(row("gather the condition keys", &|| drop(black_box(house.context()))));
    rows.push(row("explain: Encrypt", &|| drop(black_box(explain(black_box(&question))))));
    rows.push(row("explain: Encrypt, as JSON", &|| drop(black_box(explain(black_box(&question)).to_json()))));
    let Decision::Denied(denial) = decide(&house.question(&house.session, "kms:ScheduleKeyDeletion", KEY, &context))
    else {
        return Err("ScheduleKeyDeletion is allowed".into());
    };
    rows.push(row("the denial's text", &|| drop(black_box(denial.message(&question)))));
    let text = largest(0);
    let document = Document::parse(Kind::Managed, &text)?;
    rows.push(row("parse 6,144 characters", &|| drop(black_box(Document::parse(Kind::Managed, black_box(&text))))));
    rows.push(row("compile 6,144 characters", &|| drop(black_box(Policy::compile(black_box(&document))))));
    rows.push(row("lint 6,144 characters", &|| drop(black_box(lint(black_box(&document), None)))));
    Ok(rows)
}

struct Kept {
    what: &'static str,
    mine: f64,
    resident: f64,
}

/// Each kind of policy by the ten thousand, by our own count and by the kernel's.
fn memory() -> Result<Vec<Kept>, Failure> {
    const MIB: f64 = 1024.0 * 1024.0;
    type Text = fn(usize) -> String;
    let shapes: [(&str, Text); 4] = [
        ("statements as people write them", largest),
        ("one statement, nothing but actions", actions),
        ("one statement, nothing but resources", resources),
        ("nothing but the smallest statements", small),
    ];
    let mut rows = Vec::new();
    // All are kept to the end, or one kind would take the room that another left.
    let mut all = Vec::new();
    for (what, text) in shapes {
        let before = kernel::memory(std::process::id())?;
        let mut kept = Vec::with_capacity(KEPT);
        for number in 0..KEPT {
            kept.push(Arc::new(Policy::compile(&Document::parse(Kind::Managed, text(number))?)));
        }
        let resident = kernel::memory(std::process::id())? - before;
        let mine: usize = kept.iter().map(|policy| policy.bytes()).sum();
        rows.push(Kept { what, mine: mine as f64 / 1e6, resident: resident.max(0.0) * MIB / 1e6 });
        all.push(kept);
    }
    drop(black_box(all));
    Ok(rows)
}

/// Everything that a call brings along but its own.
struct House {
    session: Principal,
    account: AccountId,
    identity: Vec<Attached>,
    boundary: Attached,
    scp: Vec<Vec<Attached>>,
    key: Attached,
    aliases: Vec<String>,
}

impl House {
    fn new() -> Result<Self, Failure> {
        let account: AccountId = ACCOUNT.parse()?;
        let role = Entity { path: "/team/".into(), name: "app".into(), id: "AROAEXAMPLEEXAMPLE".into() };
        let facts = SessionFacts {
            kind: SessionKind::AssumedRole,
            issued: Timestamp::from_millis(1_790_000_000_000),
            mfa_at: None,
            source_identity: None,
            federated_provider: None,
            tags: vec![("team".into(), "red".into())],
            transitive_tag_keys: Vec::new(),
            policies: Vec::new(),
            chained: false,
        };
        let identity = Identity::Role { role, session_name: "session-1".into() };
        let session = Principal { session: Some(Arc::new(facts)), ..Principal::new(account, identity) };
        // 3 × 9 + 6 + 2 × 6 + 5 = 50 statements.
        let own = |number: usize, last: &str| {
            attached("arn:aws:iam::111122223333:policy/own", Kind::Managed, &services(number, 8, last))
        };
        let scp = |number: usize| {
            let last = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
            attached(
                "arn:aws:organizations::777788889999:policy/o-1/service_control_policy/p-1",
                Kind::ServiceControl,
                &denials(number, 5, last),
            )
        };
        let use_keys = r#"{"Sid":"UseKeys","Effect":"Allow","Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*"],
            "Resource":"arn:aws:kms:us-east-1:111122223333:key/*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"},
            "IpAddress":{"aws:SourceIp":["203.0.113.0/24","198.51.100.0/24"]},"Bool":{"aws:SecureTransport":"true"}}}"#;
        let deny = r#"{"Sid":"NeverDelete","Effect":"Deny","Action":["kms:ScheduleKeyDeletion","kms:DisableKey"],"Resource":"*"}"#;
        let plain = r#"{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:*:111122223333:${aws:PrincipalTag/team}-*"}"#;
        let bound = r#"{"Effect":"Allow","Action":["kms:*","s3:*","sqs:*","logs:*"],"Resource":"*"}"#;
        Ok(Self {
            session,
            account,
            identity: vec![own(0, plain)?, own(1, deny)?, own(2, use_keys)?],
            boundary: attached("arn:aws:iam::111122223333:policy/boundary", Kind::Managed, &denials(9, 5, bound))?,
            scp: vec![vec![scp(0)?], vec![scp(1)?]],
            key: attached("key", Kind::Key, KEY_POLICY)?,
            aliases: vec!["alias/app".to_owned()],
        })
    }

    /// The condition keys of one call: nothing is formatted.
    fn context(&self) -> Context<'_> {
        let mut context = Context::new(Timestamp::from_millis(1_790_000_600_000));
        context.set("aws:SecureTransport", true);
        context.set("aws:SourceIp", IpAddr::from([203, 0, 113, 9]));
        context.set("aws:UserAgent", "aws-sdk-rust/1.3.15 ua/2.1 api/kms/1.0 os/linux lang/rust/1.95.0");
        context.set("aws:RequestedRegion", "us-east-1");
        context.set("aws:ViaAWSService", false);
        context.set("aws:PrincipalOrgID", "o-exampleorgid");
        context.set_many("aws:PrincipalOrgPaths", Vec::new());
        context.set("kms:CallerAccount", ACCOUNT);
        context.set("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
        context.set("kms:KeySpec", "SYMMETRIC_DEFAULT");
        context.set("kms:KeyUsage", "ENCRYPT_DECRYPT");
        context.set("kms:KeyOrigin", "AWS_KMS");
        context.set("kms:MultiRegion", false);
        context.set_with("kms:EncryptionContext:", "tenant", "blue");
        context.set_with("aws:ResourceTag/", "team", "red");
        context.set_many("kms:ResourceAliases", self.aliases.as_slice());
        context
    }

    fn question<'a>(
        &'a self,
        principal: &'a Principal,
        action: &'a str,
        arn: &'a str,
        context: &'a Context<'a>,
    ) -> Question<'a> {
        Question {
            principal,
            action,
            resource: Resource::Owned { arn, owner: self.account },
            context,
            policies: Policies {
                identity: &self.identity,
                boundary: Some(&self.boundary),
                scp: &self.scp,
                resource: Some(&self.key),
                ..Policies::default()
            },
            partition: Partition::Aws,
        }
    }
}

const KEY_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Sid":"Enable IAM User Permissions","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"},
    {"Sid":"Administrators","Effect":"Allow","Principal":{"AWS":["AROAADMINEXAMPLE","AIDAADMINEXAMPLE"]},"Action":["kms:Create*","kms:Put*","kms:Tag*","kms:Schedule*"],"Resource":"*"},
    {"Sid":"Partner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":["kms:Encrypt","kms:Decrypt"],"Resource":"*"},
    {"Sid":"Services","Effect":"Allow","Principal":{"Service":["logs.amazonaws.com","events.amazonaws.com"]},"Action":["kms:Decrypt","kms:GenerateDataKey*"],"Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}},
    {"Sid":"OnlyHere","Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":["111122223333","444455556666"]},"Bool":{"aws:PrincipalIsAWSService":"false"}}}]}"#;

/// Statements about services, as people write them, and one more.
fn services(number: usize, count: usize, last: &str) -> String {
    let about = ["s3", "sqs", "logs", "kms", "ec2", "dynamodb", "sns", "lambda"];
    let statements = about.iter().cycle().skip(number).take(count).enumerate().map(|(index, service)| {
        format!(
            r#"{{"Sid":"S{number}x{index}","Effect":"Allow","Action":["{service}:Get*","{service}:List*","{service}:Describe{index}"],
            "Resource":["arn:aws:{service}:*:111122223333:team{number}/*","arn:aws:{service}:us-east-1:111122223333:${{aws:PrincipalTag/team}}/*"],
            "Condition":{{"StringLike":{{"aws:PrincipalTag/cost":["10*","20*"]}}}}}}"#
        )
    });
    document(statements.chain([last.to_owned()]))
}

/// Statements that deny under conditions, and one more.
fn denials(number: usize, count: usize, last: &str) -> String {
    let statements = (0..count).map(|index| {
        format!(
            r#"{{"Sid":"D{number}x{index}","Effect":"Deny","NotAction":["iam:*","sts:*","organizations:*"],"Resource":"*",
            "Condition":{{"StringNotEquals":{{"aws:RequestedRegion":["us-east-1","eu-west-{index}"]}},"ArnNotLike":{{"aws:PrincipalArn":"arn:aws:iam::*:role/admin{index}-*"}}}}}}"#
        )
    });
    document(statements.chain([last.to_owned()]))
}

fn document(statements: impl Iterator<Item = String>) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.collect::<Vec<_>>().join(","))
}

/// As many as the largest policy has room for.
fn filled(part: impl Fn(usize) -> String, wrap: impl Fn(&str) -> String) -> String {
    let mut parts = String::new();
    for index in 0.. {
        let next = part(index);
        if wrap(&parts).len() + next.len() + 1 > LARGEST {
            break;
        }
        if index > 0 {
            parts.push(',');
        }
        parts.push_str(&next);
    }
    wrap(&parts)
}

fn largest(number: usize) -> String {
    filled(
        |index| {
            format!(
                r#"{{"Sid":"P{number}x{index}","Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:ListBucket"],"Resource":["arn:aws:s3:::bucket-{number}/*","arn:aws:s3:::bucket-{number}"],"Condition":{{"StringEquals":{{"aws:PrincipalTag/team":["red","blue"]}},"IpAddress":{{"aws:SourceIp":"203.0.113.0/24"}}}}}}"#
            )
        },
        |parts| format!(r#"{{"Version":"2012-10-17","Statement":[{parts}]}}"#),
    )
}

fn actions(number: usize) -> String {
    filled(
        |index| format!(r#""s3:A{}""#, number + index),
        |parts| {
            format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Resource":"*","Action":[{parts}]}}]}}"#
            )
        },
    )
}

fn resources(number: usize) -> String {
    filled(
        |index| format!(r#""arn:aws:s3:::b{}/*""#, number + index),
        |parts| {
            format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":[{parts}]}}]}}"#
            )
        },
    )
}

fn small(_: usize) -> String {
    filled(
        |_| r#"{"Effect":"Deny","Action":"s3:a","Resource":"*"}"#.to_owned(),
        |parts| format!(r#"{{"Version":"2012-10-17","Statement":[{parts}]}}"#),
    )
}

fn attached(id: &str, kind: Kind, text: &str) -> Result<Attached, Failure> {
    Ok(Attached::new(id, Origin::Managed, Arc::new(Policy::compile(&Document::parse(kind, text)?))))
}

fn best(work: impl Fn()) -> Duration {
    let used = || kernel::cpu_time(std::process::id()).unwrap_or_default();
    let batch = |calls: u32| {
        let began = used();
        (0..calls).for_each(|_| work());
        used().saturating_sub(began) / calls
    };
    let began = Instant::now();
    (0..1_000).for_each(|_| work());
    let once = (began.elapsed() / 1_000).max(Duration::from_nanos(1));
    let calls = u32::try_from(BATCH.as_nanos() / once.as_nanos()).unwrap_or(u32::MAX).max(1);
    (0..BATCHES).map(|_| batch(calls)).min().unwrap_or_default()
}

fn markdown(rows: &[Row], kept: &[Kept]) -> Result<String, Failure> {
    let mut out = String::new();
    writeln!(out, "# Policies: what a decision costs\n")?;
    let (commit, machine) = (report::commit(), kernel::machine());
    writeln!(out, "Commit {commit}, {machine}, one of them used. Repeat with `cargo xtask bench policy`.\n")?;
    writeln!(
        out,
        "The question is that of an Encrypt by a session of a role: three identity policies, a boundary, two levels of\n\
         service control policies and the key's policy, 50 statements with conditions, variables and wildcards, and 16\n\
         condition keys, which are gathered anew for each decision. The budget for a decision is {DECISION_BUDGET_MICROS:.0} µs, a quarter\n\
         of a bare request.\n"
    )?;
    writeln!(out, "| Step | µs |\n|---|--:|")?;
    for Row { what, time } in rows {
        writeln!(out, "| {what} | {:.2} |", time.as_nanos() as f64 / 1000.0)?;
    }
    writeln!(
        out,
        "\n{KEPT} compiled policies of {LARGEST} characters each, no two alike but for the last row; the budget is {MEMORY_BUDGET_MB:.0} MB.\n"
    )?;
    writeln!(out, "| Each of them | MB by our count | MB resident |\n|---|--:|--:|")?;
    for Kept { what, mine, resident } in kept {
        writeln!(out, "| {what} | {mine:.1} | {resident:.1} |")?;
    }
    Ok(out)
}
