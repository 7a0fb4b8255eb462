//! AWS's protocol test cases from the server's side: requests are read, answers and errors are written.

use crate::answers::{check_error, check_result};
use crate::cases::{Case, folder, read};
use crate::compare::same_json;
use crate::exceptions::EXCEPTIONS;
use crate::values::told;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};
use model::Kind;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use wire::{Protocol, Request};

#[test]
fn aws_protocol_cases_pass_but_for_those_with_a_reason() {
    // Past the capture of the test harness: whoever runs the tests should know whether these ran.
    let mut out = std::io::stderr();
    let Some(folder) = folder() else {
        writeln!(out, "AWS's protocol test cases were not run: they are not there (see xtask/tests/main/cases.rs).")
            .unwrap();
        return;
    };
    let cases = ["input", "output"].map(|direction| read(&folder, direction)).into_iter().flatten();
    let mut counts = BTreeMap::<String, [usize; 2]>::new();
    let mut complaints = Vec::new();
    let mut seen = Vec::new();
    for case in cases {
        let result = catch_unwind(AssertUnwindSafe(|| check(&case))).unwrap_or_else(|_| Err("it panicked".to_owned()));
        let [passed, excepted] = counts.entry(case.suite.clone()).or_default();
        let exception = EXCEPTIONS.iter().find(|(suite, id, _)| (*suite, *id) == (&case.suite, &case.id));
        seen.extend(exception);
        match (result, exception) {
            (Ok(()), None) => *passed += 1,
            (Err(_), Some(_)) => *excepted += 1,
            (Ok(()), Some(_)) => complaints.push(format!("{} {}: passes, so it is no exception", case.suite, case.id)),
            (Err(problem), None) => complaints.push(format!("{} {}: {problem}", case.suite, case.id)),
        }
    }
    for (suite, [passed, excepted]) in &counts {
        writeln!(out, "{suite:<50} {passed:>4} passed, {excepted:>3} cannot").unwrap();
    }
    let unknown = EXCEPTIONS.iter().filter(|exception| !seen.contains(exception));
    complaints.extend(unknown.map(|(suite, id, _)| format!("{suite} {id}: an exception without a case")));
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

fn check(case: &Case) -> Result<(), String> {
    match &case.told {
        told if told.get("serialized").is_some() => check_request(case),
        told if told.get("errorCode").is_some() => check_error(case),
        _ => check_result(case),
    }
}

fn check_request(case: &Case) -> Result<(), String> {
    let sent = &case.told["serialized"];
    let body = sent["body"].as_str().unwrap_or_default();
    let body = if case.protocol == Protocol::Cbor { STANDARD.decode(body).unwrap() } else { body.as_bytes().to_vec() };
    let mut headers = HeaderMap::new();
    for (name, value) in sent.get("headers").and_then(Value::as_object).into_iter().flatten() {
        headers.insert(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value.as_str().unwrap()).unwrap());
    }
    let request = Request {
        method: &sent["method"].as_str().unwrap().parse().unwrap(),
        uri: &sent["uri"].as_str().unwrap().parse().map_err(|error| format!("{error}"))?,
        headers: &headers,
        body: &body,
    };
    let value = wire::decode(&case.routed(), &request)
        .map_err(|fault| format!("refused: {} {}", fault.code, fault.message.unwrap_or_default()))?;
    let mut found = case.operation.input.map_or_else(|| json!({}), |shape| told(case.service, shape, &value));
    let wanted = without_nulls(&case.told["params"]);
    forget_tokens(case, &wanted, &mut found);
    same_json(&wanted, &found).then_some(()).ok_or_else(|| format!("read {found} instead of {wanted}"))
}

/// What a client is told as null it does not send.
fn without_nulls(told: &Value) -> Value {
    match told {
        Value::Object(fields) => {
            let present = fields.iter().filter(|(_, value)| !value.is_null());
            Value::Object(present.map(|(name, value)| (name.clone(), without_nulls(value))).collect())
        }
        _ => told.clone(),
    }
}

/// Clients make up tokens that they are not told.
fn forget_tokens(case: &Case, wanted: &Value, found: &mut Value) {
    let shape = case.operation.input.map(|shape| &case.service.shape(shape).kind);
    if let (Some(Kind::Structure(structure)), Some(fields)) = (shape, found.as_object_mut()) {
        let tokens = structure.members.iter().filter(|member| member.idempotency_token);
        tokens.filter(|member| wanted.get(member.name).is_none()).for_each(|member| _ = fields.remove(member.name));
    }
}
