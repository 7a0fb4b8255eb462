//! What reading requests and writing answers costs in every protocol, beside serde on the same shapes.
//!
//! One thread, in this process; the best of several batches is what the code costs when nothing else runs. Serde reads
//! into structs and checks nothing: it is the floor, not the task.

use crate::shapes::{self, Encrypt, Encrypted, PutMetricData, Statistics};
use crate::{Failure, kernel, report};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request as HttpRequest;
use model::{Operation, Service, Value, services};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};
use wire::{Protocol, Request, Routed};

/// A batch lasts about so long.
const BATCH: Duration = Duration::from_millis(40);
const BATCHES: usize = 9;

/// One line of a table.
struct Row {
    what: String,
    bytes: usize,
    /// Without constraints, and with them; of an answer only the first.
    ours: [Option<Duration>; 2],
    serde: Option<Duration>,
}

/// Measures everything, prints the tables and writes them to `results`.
pub(crate) fn run(results: Option<&Path>) -> Result<(), Failure> {
    let text = markdown(&requests()?, &answers()?)?;
    if let Some(path) = results {
        std::fs::write(path, &text)?;
    }
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

type Serde<'a> = Option<Box<dyn Fn(&[u8]) + 'a>>;

fn requests() -> Result<Vec<Row>, Failure> {
    let encrypt = shapes::encrypt();
    let put = shapes::put_metric_data();
    let change = shapes::change_records();
    let decoded: Serde<'_> = Some(Box::new(|body| {
        let read = serde_json::from_slice::<Encrypt>(body);
        black_box(read.map(|read| STANDARD.decode(read.plaintext()))).ok();
    }));
    Ok(vec![
        request("kms", "Encrypt", Protocol::AwsJson11, &encrypt, decoded)?,
        request("cloudwatch", "PutMetricData", Protocol::AwsJson10, &put, json_reader::<PutMetricData>())?,
        request("cloudwatch", "PutMetricData", Protocol::Cbor, &put, cbor_reader::<PutMetricData>())?,
        request("cloudwatch", "PutMetricData", Protocol::Query, &put, None)?,
        request("ec2", "RunInstances", Protocol::Ec2Query, shapes::RUN_INSTANCES, None)?,
        request("guardduty", "CreateFilter", Protocol::RestJson, shapes::CREATE_FILTER, None)?,
        request("route53", "ChangeResourceRecordSets", Protocol::RestXml, &change, None)?,
    ])
}

fn json_reader<'a, T: DeserializeOwned>() -> Serde<'a> {
    Some(Box::new(|body| drop(black_box(serde_json::from_slice::<T>(body)))))
}

fn cbor_reader<'a, T: DeserializeOwned>() -> Serde<'a> {
    Some(Box::new(|body| drop(black_box(ciborium::from_reader::<T, _>(body)))))
}

fn request(service: &str, operation: &str, protocol: Protocol, json: &str, serde: Serde<'_>) -> Result<Row, Failure> {
    let (service, operation) = find(service, operation)?;
    let input = value(service, operation.input.ok_or("no input")?, json)?;
    let sent: HttpRequest<bytes::Bytes> = wire::encode_request(service, operation, protocol, &input);
    let request = Request { method: sent.method(), uri: sent.uri(), headers: sent.headers(), body: sent.body() };
    let routed = Routed { service, operation, protocol };
    let refused = |fault: model::Fault| format!("{}: {:?}", operation.name, fault.message);
    wire::decode(&routed, &request).map_err(refused)?;
    let read = best(|| drop(black_box(wire::read(&routed, black_box(&request)))));
    let decode = best(|| drop(black_box(wire::decode(&routed, black_box(&request)))));
    let serde = serde.map(|serde| best(|| serde(black_box(request.body))));
    Ok(Row {
        what: label(service, operation, protocol),
        bytes: request.body.len(),
        ours: [Some(read), Some(decode)],
        serde,
    })
}

fn answers() -> Result<Vec<Row>, Failure> {
    let (encrypted, statistics) = (shapes::encrypted(), shapes::statistics());
    let (instances, records) = (shapes::instances(), shapes::records());
    let kms = serde_json::from_str::<Encrypted>(&encrypted)?;
    let cloudwatch = serde_json::from_str::<Statistics>(&statistics)?;
    let get = "GetMetricStatistics";
    Ok(vec![
        answer("kms", "Encrypt", Protocol::AwsJson11, &encrypted, Some(json_writer(&kms)))?,
        answer("cloudwatch", get, Protocol::AwsJson10, &statistics, Some(json_writer(&cloudwatch)))?,
        answer("cloudwatch", get, Protocol::Cbor, &statistics, Some(cbor_writer(&cloudwatch)))?,
        answer("cloudwatch", get, Protocol::Query, &statistics, None)?,
        answer("ec2", "DescribeInstances", Protocol::Ec2Query, &instances, None)?,
        answer("guardduty", "GetFilter", Protocol::RestJson, shapes::FILTER, None)?,
        answer("route53", "ListResourceRecordSets", Protocol::RestXml, &records, None)?,
    ])
}

fn json_writer<'a>(value: &'a impl Serialize) -> Box<dyn Fn() + 'a> {
    Box::new(move || drop(black_box(serde_json::to_vec(black_box(value)))))
}

fn cbor_writer<'a>(value: &'a impl Serialize) -> Box<dyn Fn() + 'a> {
    Box::new(move || {
        let mut out = Vec::new();
        let _ = black_box(ciborium::into_writer(black_box(value), &mut out));
        black_box(out);
    })
}

fn answer(
    service: &str,
    operation: &str,
    protocol: Protocol,
    json: &str,
    serde: Option<Box<dyn Fn() + '_>>,
) -> Result<Row, Failure> {
    let (service, operation) = find(service, operation)?;
    let output = value(service, operation.output.ok_or("no output")?, json)?;
    let routed = Routed { service, operation, protocol };
    let write = || wire::encode(&routed, Some(black_box(&output)), "1234abcd-12ab-34cd-56ef-1234567890ab");
    let bytes = write().body().len();
    let written = best(|| drop(black_box(write())));
    Ok(Row { what: label(service, operation, protocol), bytes, ours: [Some(written), None], serde: serde.map(best) })
}

fn find(service: &str, operation: &str) -> Result<(&'static Service, &'static Operation), Failure> {
    let service = services().by_name(service).ok_or("no such service")?;
    Ok((service, service.operation(operation).ok_or("no such operation")?))
}

/// JSON by the model's names is the form in which a value is easiest to write down.
fn value(service: &Service, shape: model::ShapeId, json: &str) -> Result<Value, Failure> {
    wire::json::read(service, shape, json.as_bytes()).map_err(|fault| fault.message.unwrap_or_default().into())
}

fn label(service: &Service, operation: &Operation, protocol: Protocol) -> String {
    let protocol = match protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => "awsJson",
        Protocol::Query => "query",
        Protocol::Ec2Query => "ec2Query",
        Protocol::RestJson => "restJson",
        Protocol::RestXml => "restXml",
        Protocol::Cbor => "rpc-v2-cbor",
    };
    format!("{protocol} | {} {}", service.name, operation.name)
}

fn best(work: impl Fn()) -> Duration {
    let time = |calls: u32| {
        let began = Instant::now();
        (0..calls).for_each(|_| work());
        began.elapsed() / calls
    };
    let once = time(100).max(Duration::from_nanos(1));
    let calls = u32::try_from(BATCH.as_nanos() / once.as_nanos()).unwrap_or(u32::MAX).max(1);
    (0..BATCHES).map(|_| time(calls)).min().unwrap_or_default()
}

fn markdown(requests: &[Row], answers: &[Row]) -> Result<String, Failure> {
    let mut out = String::new();
    writeln!(out, "# The wire: what reading and writing costs\n")?;
    writeln!(
        out,
        "Commit {}, {}, one of them used. Repeat with `cargo xtask bench wire`.\n",
        report::commit(),
        kernel::machine()
    )?;
    writeln!(
        out,
        "Nanoseconds for one request or answer, and megabytes of its body a second. *Read* is bytes to a value of the\n\
         operation's shape; *checked* is the same with every constraint of the model. *serde* is serde_json or ciborium\n\
         with structs derived for the same members, without any check.\n"
    )?;
    writeln!(out, "| Protocol | Request | Bytes | read ns | MB/s | checked ns | serde ns | serde MB/s |")?;
    writeln!(out, "|---|---|--:|--:|--:|--:|--:|--:|")?;
    for Row { what, bytes, ours: [read, checked], serde } in requests {
        let checked = checked.map_or_else(String::new, |time| time.as_nanos().to_string());
        writeln!(out, "| {what} | {bytes} | {} | {checked} | {} |", cells(*bytes, *read), cells(*bytes, *serde))?;
    }
    writeln!(out, "\n| Protocol | Answer | Bytes | write ns | MB/s | serde ns | serde MB/s |")?;
    writeln!(out, "|---|---|--:|--:|--:|--:|--:|")?;
    for Row { what, bytes, ours: [written, _], serde } in answers {
        writeln!(out, "| {what} | {bytes} | {} | {} |", cells(*bytes, *written), cells(*bytes, *serde))?;
    }
    Ok(out)
}

/// Nanoseconds, and megabytes a second.
fn cells(bytes: usize, time: Option<Duration>) -> String {
    let Some(time) = time else { return " | ".to_owned() };
    format!("{} | {:.0}", time.as_nanos(), bytes as f64 / time.as_secs_f64() / 1e6)
}
