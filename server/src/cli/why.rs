//! `fastness why`: explains a denial, or lists the newest.

use super::client::Client;
use super::{Outcome, arguments, say};
use crate::control::Command;
use clap::{Arg, ArgMatches};
use serde_json::Value;

const EXAMPLES: &str = "\
Examples:
  fastness why                           the newest denials, with their request ids
  fastness why 8f14e45f-ceea-467f-a8d4-9d2f1c2b3a4d
  fastness why --data /var/lib/fastness 8f14e45f-ceea-467f-a8d4-9d2f1c2b3a4d
  fastness why --json REQUEST_ID | jq '.denials[0].explanation.missing'

The request id is in every error that a client prints or logs, and in the audit record.
Shown are the statement that decided, with its place in the policy, every policy that was
consulted, the condition keys as the request had them, and what an allow would take.
The newest few thousand denials can be explained, also after a restart.";

pub(super) fn describe() -> clap::Command {
    let id = Arg::new("REQUEST_ID")
        .value_name("REQUEST_ID")
        .help("The id of the denied call; without it the newest are listed");
    clap::Command::new("why")
        .about("Explain why a call was denied, or list the newest denials")
        .after_help(EXAMPLES)
        .args(arguments::server())
        .args([id, arguments::json()])
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let client = Client::new(matches)?;
    let request_id = arguments::text(matches, "REQUEST_ID").map(str::to_owned);
    let is_one = request_id.is_some();
    let answer = client.send(&match request_id {
        Some(request_id) => Command::Why { request_id },
        None => Command::Denials { count: LISTED },
    })?;
    if matches.get_flag("json") {
        say(&answer.to_string());
        return Ok(());
    }
    if !is_one {
        list(&answer, "denials").iter().for_each(|denied| say(&listed(denied)));
        if let Some(count @ 1..) = answer.get("letThrough").and_then(Value::as_u64) {
            say(&format!("{count} let through since the start (--soft)"));
        }
        return Ok(());
    }
    for (index, denied) in list(&answer, "denials").iter().enumerate() {
        if index > 0 {
            say("");
        }
        told(denied).iter().for_each(|line| say(line));
    }
    Ok(())
}

/// Denials listed.
const LISTED: usize = 50;

/// A denial in one line.
fn listed(denied: &Value) -> String {
    let [time, id, action, resource, principal] =
        ["time", "requestId", "action", "resource", "principal"].map(|member| text(denied, member));
    let but = if denied["letThrough"] == true { " (let through)" } else { "" };
    format!("{time} {id} {action} on {resource} by {principal}{but}")
}

/// A denial in lines for people.
fn told(denied: &Value) -> Vec<String> {
    let mut lines = vec![text(denied, "message").to_owned(), String::new()];
    let mut row = |name: &str, value: &str| lines.push(format!("{name:<11}{value}"));
    row("who", text(denied, "principal"));
    row("action", text(denied, "action"));
    row("resource", text(denied, "resource"));
    row(
        "call",
        &format!("{} {} in {}", text(denied, "eventSource"), text(denied, "operation"), text(denied, "region")),
    );
    row("when", text(denied, "time"));
    if denied["letThrough"] == true {
        row("but", "it was let through (--soft)");
    }
    let explanation = &denied["explanation"];
    if explanation.is_null() {
        lines.push(String::new());
        lines.push("The explanation was too long to be kept.".to_owned());
        return lines;
    }
    lines.push(String::new());
    lines.push(decisive(explanation));
    let missing = list(explanation, "missing");
    if !missing.is_empty() {
        lines.push(String::new());
        lines.push("What an allow would take:".to_owned());
        lines.extend(missing.iter().filter_map(Value::as_str).map(|sentence| format!("  - {sentence}")));
    }
    lines.push(String::new());
    lines.push("Policies consulted:".to_owned());
    let policies = list(explanation, "policies");
    if policies.is_empty() {
        lines.push("  none speaks about the caller or the resource".to_owned());
    }
    policies.iter().for_each(|policy| consulted(policy, &mut lines));
    for grant in list(explanation, "grants") {
        let (id, grantee) = (text(grant, "grant"), text(grant, "grantee"));
        let failing = grant["failing"].as_str().unwrap_or_else(|| verdict(text(grant, "verdict")));
        lines.push(format!("  grant {id} of {grantee}: {failing}"));
    }
    lines.push(String::new());
    lines.push("Condition keys of the request:".to_owned());
    for key in list(explanation, "contextKeys") {
        lines.push(format!("  {} = {}", text(key, "key"), words(&key["values"])));
    }
    let absent = list(explanation, "missingContextKeys");
    if !absent.is_empty() {
        lines.push(format!("  asked for and absent: {}", words(&explanation["missingContextKeys"])));
    }
    lines
}

/// The statement that decided, or that none did.
fn decisive(explanation: &Value) -> String {
    let statement = &explanation["statement"];
    if statement.is_null() {
        return format!("No statement of the {} policies allows it.", text(explanation, "policyType"));
    }
    format!("Denied by {} of {} ({} policy).", place(statement), source(statement), text(explanation, "policyType"))
}

fn consulted(policy: &Value, lines: &mut Vec<String>) {
    let level = policy["level"].as_u64().map_or(String::new(), |level| format!(", level {level}"));
    lines.push(format!("  {} ({}{level})", source(policy), text(policy, "policyType")));
    for statement in list(policy, "statements") {
        let (effect, verdict) = (text(statement, "effect"), verdict(text(statement, "verdict")));
        lines.push(format!("    {effect} {}: {verdict}", place(statement)));
        for tested in list(statement, "conditions").iter().filter(|tested| tested["passes"] != true) {
            let found = if tested["found"].is_null() { "absent".to_owned() } else { words(&tested["found"]) };
            let (operator, key) = (text(tested, "operator"), text(tested, "key"));
            lines.push(format!("      {operator} {key} asks for {}; it is {found}", words(&tested["wanted"])));
        }
    }
}

/// Which policy: its name or ARN, and whose it is where it is inline.
fn source(policy: &Value) -> String {
    let id = text(policy, "policy");
    match policy["holder"].as_str() {
        Some(holder) => format!("{id}, inline in {} {holder}", text(policy, "origin")),
        None => id.to_owned(),
    }
}

/// Which statement, and where.
fn place(statement: &Value) -> String {
    let number = statement["index"].as_u64().unwrap_or_default() + 1;
    let sid = statement["sid"].as_str().map_or(String::new(), |sid| format!(" {sid:?}"));
    let start = &statement["start"];
    let (line, column) = (&start["line"], &start["column"]);
    format!("statement {number}{sid} at line {line}, column {column}")
}

fn verdict(name: &str) -> &str {
    match name {
        "matches" => "speaks about this request",
        "otherAction" => "is about other actions",
        "otherResource" => "is about other resources",
        "otherPrincipal" => "is about other principals",
        "conditionFails" => "its condition fails",
        "conditionInDoubt" => "its condition is in doubt, so it allows nothing",
        other => other,
    }
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_default()
}

fn list<'v>(value: &'v Value, member: &str) -> &'v [Value] {
    value[member].as_array().map_or(&[], Vec::as_slice)
}

fn words(values: &Value) -> String {
    let values = values.as_array().map_or(&[][..], Vec::as_slice);
    if values.is_empty() {
        return "(empty)".to_owned();
    }
    values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_denial_is_told_with_the_statement_that_decided_and_what_is_missing() {
        let denied = json!({
            "message": "User: arn:aws:iam::111122223333:user/bob is not authorized",
            "principal": "arn:aws:iam::111122223333:user/bob", "action": "kms:Encrypt", "resource": "*",
            "eventSource": "kms.amazonaws.com", "operation": "Encrypt", "region": "us-east-1",
            "time": "2026-01-01T00:00:00Z", "letThrough": true,
            "explanation": {
                "allowed": false, "because": "explicitDeny", "policyType": "identity",
                "statement": {
                    "policy": "own", "origin": "user", "holder": "bob", "index": 1, "sid": "No",
                    "start": { "line": 3, "column": 5 }, "end": { "line": 3, "column": 90 }
                },
                "policies": [{
                    "policyType": "identity", "level": null, "policy": "own", "origin": "user", "holder": "bob",
                    "statements": [{
                        "index": 0, "sid": null, "effect": "Allow", "start": { "line": 2, "column": 5 },
                        "verdict": "conditionFails", "conditions": [{
                            "operator": "Bool", "key": "aws:securetransport", "wanted": ["true"], "found": ["false"],
                            "passes": false
                        }]
                    }]
                }],
                "contextKeys": [{ "key": "aws:SecureTransport", "values": ["false"] }],
                "missingContextKeys": ["aws:sourcevpc"], "unmet": [], "missing": ["A statement less."]
            }
        });
        let lines = told(&denied).join("\n");
        for expected in [
            "who        arn:aws:iam::111122223333:user/bob",
            "it was let through (--soft)",
            "Denied by statement 2 \"No\" at line 3, column 5 of own, inline in user bob (identity policy).",
            "  - A statement less.",
            "    Allow statement 1 at line 2, column 5: its condition fails",
            "      Bool aws:securetransport asks for true; it is false",
            "  aws:SecureTransport = false",
            "  asked for and absent: aws:sourcevpc",
        ] {
            assert!(lines.contains(expected), "{expected:?} is not in\n{lines}");
        }
    }

    #[test]
    fn a_denial_without_an_explanation_is_told_all_the_same() {
        let lines = told(&json!({ "message": "User: …", "explanation": null })).join("\n");
        assert!(lines.ends_with("The explanation was too long to be kept."), "{lines}");
    }
}
