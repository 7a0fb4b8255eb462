//! A mirror for other implementations of the protocols: they send what they wrote, it tells what it read; and it writes
//! what they then read.
//!
//! One JSON object a line, on standard input, and one answer a line on standard output. Values are told by the model's
//! names: blobs in base64, times in milliseconds since 1970, NaN and the infinities as texts. What `do` may be:
//!
//! - `read`: decodes the request `method`, `uri`, `headers`, `body` (base64), signed for `signing_name`.
//! - `write`: makes a random output of `service`, `operation` from `seed` and encodes it in `protocol`.
//! - `fail`: makes a random error of shape `error` in the same way, with the text `message`.
//! - `sample`: makes a random value of `shape`, which holds all its constraints.

extern crate fastness_wire as wire;

use base::SeededRng;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use model::{Document, Kind, Service, ShapeId, probe, services};
use serde_json::{Number, Value, json};
use std::error::Error;
use std::io::{BufRead, BufWriter, Write, stdin, stdout};
use wire::{Protocol, Request, Routed};

type Outcome = Result<Value, Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lock().lines() {
        let asked = serde_json::from_str(&line?)?;
        let answer = answer(&asked).unwrap_or_else(|problem| json!({ "problem": problem.to_string() }));
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(asked: &Value) -> Outcome {
    match text(asked, "do")? {
        "read" => read(asked),
        "write" => write(asked),
        "fail" => fail(asked),
        "sample" => sample(asked),
        other => Err(format!("nothing known to do is called {other}").into()),
    }
}

fn read(asked: &Value) -> Outcome {
    let mut headers = HeaderMap::new();
    for pair in asked.get("headers").and_then(Value::as_array).into_iter().flatten() {
        let part = |index: usize| pair.get(index).and_then(Value::as_str).unwrap_or_default();
        headers.append(HeaderName::from_bytes(part(0).as_bytes())?, HeaderValue::from_str(part(1))?);
    }
    let request = Request {
        method: &text(asked, "method")?.parse()?,
        uri: &text(asked, "uri")?.parse()?,
        headers: &headers,
        body: &STANDARD.decode(text(asked, "body")?)?,
    };
    let routed = match wire::route(&request, Some(text(asked, "signing_name")?)) {
        Ok(routed) => routed,
        Err(error) => return Ok(json!({ "stage": "route", "fault": told_fault(&error.fault) })),
    };
    let Routed { service, operation, protocol } = routed;
    Ok(match wire::decode(&routed, &request) {
        Ok(value) => json!({
            "service": service.name,
            "operation": operation.name,
            "protocol": format!("{protocol:?}"),
            "value": operation.input.map_or_else(|| json!({}), |shape| told(service, shape, &value)),
        }),
        Err(fault) => json!({
            "stage": "decode", "service": service.name, "operation": operation.name, "fault": told_fault(&fault),
        }),
    })
}

fn write(asked: &Value) -> Outcome {
    let routed = routed(asked)?;
    let rng = rng(asked);
    let output = routed.operation.output.map(|shape| (shape, probe::any(routed.service, shape, &rng)));
    let response = wire::encode(&routed, output.as_ref().map(|(_, value)| value), REQUEST_ID);
    let value = output.map_or_else(|| json!({}), |(shape, value)| told(routed.service, shape, &value));
    Ok(told_response(value, response))
}

fn fail(asked: &Value) -> Outcome {
    let Routed { service, protocol, .. } = routed(asked)?;
    let name = text(asked, "error")?;
    let shape = service.shape_named(name).ok_or("no such error")?;
    let Kind::Structure(structure) = &shape.kind else { return Err("an error is a structure".into()) };
    let mut fault = service.fault(shape.name, text(asked, "message")?);
    let value = probe::any(service, service.shape_id(name).ok_or("no such error")?, &rng(asked));
    let mut members = serde_json::Map::new();
    for (index, member) in structure.members.iter().enumerate() {
        match value.member(index) {
            Some(value) if !member.name.eq_ignore_ascii_case("message") => {
                members.insert(member.name.to_owned(), told(service, member.shape, value));
                fault.members.push((member.name.into(), value.clone()));
            }
            _ => {}
        }
    }
    Ok(told_response(Value::Object(members), wire::encode_fault(protocol, Some(service), &fault, REQUEST_ID)))
}

fn sample(asked: &Value) -> Outcome {
    let service = service(asked)?;
    let shape = service.shape_id(text(asked, "shape")?).ok_or("no such shape")?;
    Ok(json!({ "value": told(service, shape, &probe::any(service, shape, &rng(asked))) }))
}

const REQUEST_ID: &str = "c6104cbe-af31-11e0-8154-cbc7ccf896c7";

fn routed(asked: &Value) -> Result<Routed, Box<dyn Error>> {
    let service = service(asked)?;
    let operation = service.operation(text(asked, "operation")?).ok_or("no such operation")?;
    let protocol = match text(asked, "protocol")? {
        "AwsJson10" => Protocol::AwsJson10,
        "AwsJson11" => Protocol::AwsJson11,
        "Query" => Protocol::Query,
        "Ec2Query" => Protocol::Ec2Query,
        "RestJson" => Protocol::RestJson,
        "RestXml" => Protocol::RestXml,
        "Cbor" => Protocol::Cbor,
        other => return Err(format!("no protocol {other}").into()),
    };
    Ok(Routed { service, operation, protocol })
}

fn service(asked: &Value) -> Result<&'static Service, Box<dyn Error>> {
    Ok(services().by_name(text(asked, "service")?).ok_or("no such service")?)
}

fn rng(asked: &Value) -> SeededRng {
    SeededRng::new(asked.get("seed").and_then(Value::as_u64).unwrap_or_default())
}

fn text<'a>(asked: &'a Value, name: &str) -> Result<&'a str, String> {
    asked.get(name).and_then(Value::as_str).ok_or_else(|| format!("{name} is missing"))
}

fn told_fault(fault: &model::Fault) -> Value {
    json!({ "code": fault.code, "message": fault.message, "status": fault.status })
}

fn told_response(value: Value, response: Response<bytes::Bytes>) -> Value {
    let headers = response.headers().iter().map(|(name, value)| {
        json!([name.as_str(), value.as_bytes().iter().map(|byte| char::from(*byte)).collect::<String>()])
    });
    json!({
        "value": value,
        "status": response.status().as_u16(),
        "headers": headers.collect::<Vec<_>>(),
        "body": STANDARD.encode(response.body()),
    })
}

fn told(service: &Service, shape: ShapeId, value: &model::Value) -> Value {
    match (&service.shape(shape).kind, value) {
        (Kind::Structure(structure), model::Value::Struct(members)) => {
            let present = structure.members.iter().zip(members).filter_map(|(member, value)| {
                Some((member.name.to_owned(), told(service, member.shape, value.as_ref()?)))
            });
            Value::Object(present.collect())
        }
        (Kind::List(list), model::Value::List(elements)) => {
            elements.iter().map(|element| told(service, list.element, element)).collect()
        }
        (Kind::Map(map), model::Value::Map(entries)) => {
            let entries = entries.iter().map(|(key, entry)| (key.clone(), told(service, map.value, entry)));
            Value::Object(entries.collect())
        }
        (_, model::Value::Bool(truth)) => json!(truth),
        (_, model::Value::Integer(number)) => json!(number),
        (_, model::Value::Float(number)) => float(*number),
        (_, model::Value::String(text)) => json!(text),
        (_, model::Value::Blob(bytes)) => json!(STANDARD.encode(bytes)),
        (_, model::Value::Timestamp(time)) => json!(time.millis()),
        (_, model::Value::Document(document)) => from_document(document),
        _ => json!({ "$not of the shape": service.shape(shape).name }),
    }
}

fn float(number: f64) -> Value {
    match Number::from_f64(number) {
        Some(number) => Value::Number(number),
        None if number.is_nan() => json!("NaN"),
        None => json!(if number > 0.0 { "Infinity" } else { "-Infinity" }),
    }
}

fn from_document(document: &Document) -> Value {
    match document {
        Document::Null => Value::Null,
        Document::Bool(truth) => json!(truth),
        Document::Integer(number) => json!(number),
        Document::Float(number) => float(*number),
        Document::String(text) => json!(text),
        Document::List(elements) => elements.iter().map(from_document).collect(),
        Document::Map(entries) => {
            Value::Object(entries.iter().map(|(key, entry)| (key.clone(), from_document(entry))).collect())
        }
    }
}
