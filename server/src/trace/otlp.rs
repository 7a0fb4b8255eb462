//! Spans as OTLP: the JSON form of `ExportTraceServiceRequest`.
//!
//! Guarantees: ids are in hex and 64-bit numbers in text, as OTLP's JSON wants them and unlike protobuf's own. Sources:
//! OpenTelemetry, "OTLP Specification 1.5", "JSON Protobuf encoding"; semantic conventions for RPC and for AWS.

use super::{Span, random};
use base::{Clock, SystemClock};
use kernel::Ending;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const INTERNAL: u8 = 1;
const SERVER: u8 = 2;
const STATUS_ERROR: u8 = 2;

/// A batch of spans as the collector takes it.
pub(super) fn encode(spans: &[Span]) -> String {
    let clock = Anchor { wall: SystemClock.now().millis(), instant: Instant::now() };
    let spans: Vec<_> = spans.iter().flat_map(|span| encoded(span, &clock)).collect();
    let resource = [
        text("service.name", "fastness"),
        text("service.version", env!("CARGO_PKG_VERSION")),
        number("process.pid", i64::from(std::process::id())),
    ];
    let scope = json!({ "name": "fastness", "version": env!("CARGO_PKG_VERSION") });
    let scoped = json!({ "scope": scope, "spans": spans });
    json!({ "resourceSpans": [{ "resource": { "attributes": resource }, "scopeSpans": [scoped] }] }).to_string()
}

/// Where the two clocks stand at the same moment.
struct Anchor {
    wall: i64,
    instant: Instant,
}

impl Anchor {
    /// Nanoseconds since 1970, as text.
    fn nanos(&self, at: Instant) -> String {
        let wall = Duration::from_millis(u64::try_from(self.wall).unwrap_or(0));
        (wall.saturating_sub(self.instant.saturating_duration_since(at))).as_nanos().to_string()
    }
}

/// The span of a request, and those of its stages.
fn encoded(span: &Span, clock: &Anchor) -> Vec<Value> {
    let id = random::<8>();
    let name = format!("{}/{}", span.service, span.operation);
    let mut attributes = vec![
        text("rpc.system", "aws-api"),
        text("rpc.service", span.service),
        text("rpc.method", span.operation),
        number("http.response.status_code", i64::from(span.status)),
        text("fastness.outcome", span.ending.as_str()),
    ];
    if !span.request_id.is_empty() {
        attributes.push(text("aws.request_id", &span.request_id));
    }
    if let Some(region) = &span.region {
        attributes.push(text("cloud.region", region.as_str()));
    }
    // A caller's mistake is no error of the server's span.
    let status = if span.ending == Ending::ServerError { json!({ "code": STATUS_ERROR }) } else { json!({}) };
    let trace = hex(&span.context.trace);
    let mut root = json!({
        "traceId": trace,
        "spanId": hex(&id),
        "name": name,
        "kind": SERVER,
        "startTimeUnixNano": clock.nanos(span.began),
        "endTimeUnixNano": clock.nanos(span.ended),
        "attributes": attributes,
        "status": status,
    });
    if let (Some(parent), Some(root)) = (span.context.parent, root.as_object_mut()) {
        root.insert("parentSpanId".to_owned(), hex(&parent).into());
    }
    let mut spans = vec![root];
    let mut began = span.began;
    for (stage, ended) in &span.stages {
        spans.push(json!({
            "traceId": trace,
            "spanId": hex(&random::<8>()),
            "parentSpanId": hex(&id),
            "name": stage.as_str(),
            "kind": INTERNAL,
            "startTimeUnixNano": clock.nanos(began),
            "endTimeUnixNano": clock.nanos(*ended),
        }));
        began = *ended;
    }
    spans
}

fn text(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

fn number(key: &str, value: i64) -> Value {
    json!({ "key": key, "value": { "intValue": value.to_string() } })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::context::Context;
    use kernel::Stage;

    #[test]
    fn a_request_and_its_stages_are_one_trace_in_order() {
        let began = Instant::now().checked_sub(Duration::from_secs(1)).unwrap();
        let at = |micros| began + Duration::from_micros(micros);
        let context = Context { trace: [0xab; 16], parent: Some([0x01; 8]), sampled: Some(true) };
        let span = Span {
            context,
            service: "kms",
            operation: "Encrypt",
            region: Some("eu-central-1".parse().unwrap()),
            ending: Ending::ServerError,
            status: 500,
            request_id: "id".to_owned(),
            began,
            ended: at(90),
            stages: vec![(Stage::Authenticate, at(10)), (Stage::Handle, at(70))],
        };
        let message: Value = serde_json::from_str(&encode(&[span])).unwrap();
        let spans = message["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap();
        let [root, first, second] = spans.as_slice() else { panic!("{message}") };
        assert_eq!((&root["name"], &root["kind"]), (&json!("kms/Encrypt"), &json!(2)));
        assert_eq!(root["parentSpanId"], json!("0101010101010101"));
        assert_eq!(root["status"]["code"], json!(2));
        for span in spans {
            assert_eq!(span["traceId"], json!("ab".repeat(16)));
        }
        assert_eq!((&first["parentSpanId"], &second["parentSpanId"]), (&root["spanId"], &root["spanId"]));
        assert_eq!(
            (&first["startTimeUnixNano"], &first["endTimeUnixNano"]),
            (&root["startTimeUnixNano"], &second["startTimeUnixNano"])
        );
        let nanos = |value: &Value| value.as_str().unwrap().parse::<u64>().unwrap();
        assert_eq!(nanos(&second["endTimeUnixNano"]) - nanos(&second["startTimeUnixNano"]), 60_000);
        assert_ne!(first["spanId"], second["spanId"]);
    }
}
