//! Kinds of shapes that no service here uses yet, on a service that uses all of them.

use crate::round_trips::{from_xml, xml_elements};
use crate::support::Sent;
use base::SeededRng;
use model::{Kind, Service, Structure, Value, check, probe};
use std::sync::LazyLock;
use wire::limits::MAX_DEPTH;
use wire::{Protocol, Routed};

static SPECIMEN: LazyLock<Service> =
    LazyLock::new(|| Service::unpack(include_bytes!("../../../model/tests/specimen/table.bin")).unwrap());

const PROTOCOLS: [Protocol; 3] = [Protocol::AwsJson10, Protocol::AwsJson11, Protocol::Query];

fn everything(protocol: Protocol) -> Routed {
    Routed { service: &SPECIMEN, operation: SPECIMEN.operation("Everything").unwrap(), protocol }
}

fn structure() -> &'static Structure {
    match &SPECIMEN.shape_named("Everything").unwrap().kind {
        Kind::Structure(structure) => structure,
        _ => panic!("Everything is a structure"),
    }
}

fn with(name: &str, member: Value) -> Value {
    let mut members = vec![None; structure().members.len()];
    members[structure().index_of(name).unwrap()] = Some(member);
    Value::Struct(members)
}

fn read(protocol: Protocol, body: &[u8]) -> Result<Value, model::Fault> {
    let sent = Sent::new("POST", "/", &[], body);
    wire::decode(&everything(protocol), &sent.request())
}

fn written(protocol: Protocol, value: &Value) -> Vec<u8> {
    let routed = everything(protocol);
    wire::encode_request(routed.service, routed.operation, protocol, value).into_body().to_vec()
}

#[test]
fn requests_of_every_kind_of_shape_read_back() {
    let (rng, shape) = (SeededRng::new(9), SPECIMEN.shape_id("Everything").unwrap());
    for _ in 0..300 {
        let value = probe::any(&SPECIMEN, shape, &rng);
        for protocol in PROTOCOLS {
            let body = written(protocol, &value);
            let same = read(protocol, &body).unwrap_or_else(|fault| panic!("{protocol:?} {:?}", fault.message));
            assert!(same == value, "{protocol:?} {}", String::from_utf8_lossy(&body));
        }
    }
}

#[test]
fn boundaries_of_every_kind_of_shape_are_kept() {
    let (rng, shape) = (SeededRng::new(10), SPECIMEN.shape_id("Everything").unwrap());
    for probe in probe::boundaries(&SPECIMEN, shape, &rng) {
        assert_eq!(check(&SPECIMEN, shape, &probe.value).is_empty(), probe.is_valid, "{}", probe.what);
        let outcome = read(Protocol::AwsJson10, &written(Protocol::AwsJson10, &probe.value));
        assert_eq!(outcome.is_ok(), probe.is_valid, "{}", probe.what);
    }
}

#[test]
fn answers_of_every_kind_of_shape_read_back() {
    let (rng, shape) = (SeededRng::new(11), SPECIMEN.shape_id("Everything").unwrap());
    for _ in 0..300 {
        let mut value = probe::any(&SPECIMEN, shape, &rng);
        let json = wire::encode(&everything(Protocol::AwsJson10), Some(&value), "id");
        assert!(wire::json::read(&SPECIMEN, shape, json.body()).is_ok_and(|same| same == value));
        // XML cannot say that a flattened list or map is there but empty.
        if let Value::Struct(members) = &mut value {
            for name in ["Flat", "FlatLabels"] {
                let slot = &mut members[structure().index_of(name).unwrap()];
                *slot = slot.take().filter(|value| !matches!(value, Value::List(items) if items.is_empty()));
                *slot = slot.take().filter(|value| !matches!(value, Value::Map(entries) if entries.is_empty()));
            }
        }
        let xml = wire::encode(&everything(Protocol::Query), Some(&value), "id");
        let document = std::str::from_utf8(xml.body()).unwrap();
        let elements = xml_elements(&mut &*document);
        assert!(from_xml(&SPECIMEN, shape, &elements[0].1[0]) == value, "{document}");
    }
}

#[test]
fn forms_name_things_as_the_model_says() {
    let text = |text: &str| Value::String(text.to_owned());
    let place = |city: &str| Value::Struct(vec![Some(text(city)), Some(Value::Integer(1))]);
    let cases = [
        (with("Original", text("a b")), "&Renamed=a%20b"),
        (with("Flat", Value::List(vec![text("x"), text("y")])), "&Flat.1=x&Flat.2=y"),
        (with("FlatLabels", Value::Map(vec![("k".into(), text("v"))])), "&FlatLabels.1.Name=k&FlatLabels.1.Content=v"),
        (
            with("Labels", Value::Map(vec![("k".into(), place("c"))])),
            "&Labels.entry.1.key=k&Labels.entry.1.value.City=c&Labels.entry.1.value.Height=1",
        ),
        (with("Places", Value::List(vec![place("c")])), "&Places.item.1.City=c&Places.item.1.Height=1"),
        (with("Blob", Value::Blob(vec![255])), "&Blob=%2Fw%3D%3D"),
        (with("When", Value::Timestamp(base::Timestamp::from_millis(1500))), "&When=1970-01-01T00%3A00%3A01.500Z"),
        (with("Epoch", Value::Timestamp(base::Timestamp::from_millis(1500))), "&Epoch=1.500"),
        (with("Flat", Value::List(vec![])), "&Flat="),
    ];
    for (value, parameters) in cases {
        assert_eq!(
            String::from_utf8(written(Protocol::Query, &value)).unwrap(),
            format!("Action=Everything&Version=2026-01-01{parameters}")
        );
    }
    assert!(
        read(
            Protocol::Query,
            b"Labels.entry.1.key=a&Labels.entry.1.value.City=b&Labels.entry.2.key=a&Labels.entry.2.value.City=c"
        )
        .is_err()
    );
    assert!(read(Protocol::Query, b"Labels.entry.1.key=a").is_err());
}

#[test]
fn numbers_that_json_lacks_travel_as_strings() {
    for (text, number) in [("NaN", f64::NAN), ("Infinity", f64::INFINITY), ("-Infinity", f64::NEG_INFINITY)] {
        let value = with("Real", Value::Float(number));
        let body = written(Protocol::AwsJson10, &value);
        assert_eq!(String::from_utf8(body.clone()).unwrap(), format!("{{\"Real\":\"{text}\"}}"));
        for protocol in PROTOCOLS {
            let read = read(protocol, &written(protocol, &value)).unwrap_or_else(|fault| panic!("{:?}", fault.message));
            let same = read.member(structure().index_of("Real").unwrap()).is_some_and(
                |read| matches!(read, Value::Float(read) if *read == number || (read.is_nan() && number.is_nan())),
            );
            assert!(same, "{text} {protocol:?}");
        }
        assert!(
            read(Protocol::AwsJson10, format!("{{\"Bounded\":\"{text}\"}}").as_bytes()).is_err(),
            "{text} is outside every bound"
        );
    }
    assert!(read(Protocol::AwsJson10, b"{\"Real\":\"1.5\"}").is_err());
}

#[test]
fn a_union_has_exactly_one_member() {
    let choose = |body: &str| read(Protocol::AwsJson10, format!("{{\"Choice\":{body}}}").as_bytes());
    assert!(choose("{\"__type\":\"x\",\"This\":\"a\",\"That\":null}").is_ok());
    for body in ["{}", "{\"This\":\"a\",\"That\":1}"] {
        assert_eq!(choose(body).err().unwrap().code, "ValidationException", "{body}");
    }
}

#[test]
fn whole_numbers_and_times_keep_their_bounds() {
    let json = |body: &str| read(Protocol::AwsJson10, body.as_bytes()).is_ok();
    assert!(json("{\"Large\":9223372036854775807}") && json("{\"Large\":-9223372036854775808}"));
    assert!(!json("{\"Large\":9223372036854775808}"));
    assert!(json("{\"When\":253402300799.999}") && !json("{\"When\":253402300800}") && !json("{\"When\":1e400}"));
    assert!(
        json("{\"Iso\":\"2026-01-01T00:00:00Z\"}")
            && !json("{\"Iso\":0}")
            && !json("{\"When\":\"2026-01-01T00:00:00Z\"}")
    );
}

#[test]
fn recursive_shapes_end_at_the_deepest_level() {
    // The outermost structure is the first level, the member Nest the second.
    let json =
        |levels: usize| format!("{{\"Nest\":{}{{}}{}}}", "{\"Inner\":".repeat(levels - 2), "}".repeat(levels - 2));
    let form = |levels: usize| format!("Nest{}.Name=x", ".Inner".repeat(levels - 3));
    for (levels, fits) in [(MAX_DEPTH - 1, true), (MAX_DEPTH, true), (MAX_DEPTH + 1, false), (10_000, false)] {
        assert_eq!(read(Protocol::AwsJson10, json(levels).as_bytes()).is_ok(), fits, "{levels}");
        // The text at the end is a level of its own.
        assert_eq!(read(Protocol::Query, form(levels).as_bytes()).is_ok(), fits, "{levels}");
    }
}

#[test]
fn errors_follow_their_model() {
    let fault = SPECIMEN.fault("Broken", "why");
    let json = wire::encode_fault(Protocol::AwsJson10, Some(&SPECIMEN), &fault, "id");
    assert_eq!(
        (json.status().as_u16(), &json.body()[..]),
        (418, &br#"{"__type":"com.amazonaws.specimen#Broken","Message":"why"}"#[..])
    );
    let xml = wire::encode_fault(Protocol::Query, Some(&SPECIMEN), &fault, "id");
    assert_eq!(xml.status().as_u16(), 418);
    assert!(std::str::from_utf8(xml.body()).unwrap().contains("<Code>BrokenInQuery</Code>"));
}

#[test]
fn an_operation_without_input_or_output_sends_neither() {
    let routed = Routed { operation: SPECIMEN.operation("Nothing").unwrap(), ..everything(Protocol::Query) };
    let answer = wire::encode(&routed, None, "id");
    let expected = "<NothingResponse xmlns=\"https://specimen.example/doc/2026-01-01/\"><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></NothingResponse>";
    assert_eq!(std::str::from_utf8(answer.body()).unwrap(), expected);
}

#[test]
fn secrets_in_lists_of_lists_are_not_recorded() {
    let secret = Value::List(vec![Value::List(vec![Value::String("hunter2".into())])]);
    let mut value = with("Secrets", secret);
    if let Value::Struct(members) = &mut value {
        members[structure().index_of("Truth").unwrap()] = Some(Value::Bool(true));
    }
    assert_eq!(model::redacted_json(&SPECIMEN, SPECIMEN.shape_id("Everything").unwrap(), &value), "{\"truth\":true}");
}
