//! CBOR, byte for byte: answers, errors, and requests as clients may write them.

use crate::support::{Sent, routed, service};
use base::Timestamp;
use model::{Fault, Kind, Value};
use wire::{Protocol, encode, encode_fault};

/// A text with its head.
fn text(text: &str) -> Vec<u8> {
    let head = if text.len() < 24 { vec![0x60 + text.len() as u8] } else { vec![0x78, text.len() as u8] };
    [&head, text.as_bytes()].concat()
}

/// A map of one entry.
fn one(name: &str, value: &[u8]) -> Vec<u8> {
    [&[0xA1], text(name).as_slice(), value].concat()
}

fn index(shape: &str, member: &str) -> usize {
    let Kind::Structure(structure) = &service("cloudwatch").shape_named(shape).unwrap().kind else { panic!() };
    structure.index_of(member).unwrap()
}

/// A member of a PutMetricData with one datum that has this member.
fn datum(name: &str, value: &[u8]) -> Result<Option<Value>, Fault> {
    let body = one("MetricData", &[&[0x81], one(name, value).as_slice()].concat());
    let sent = Sent::new("POST", "/", &[], &body);
    let read = wire::read(&routed("cloudwatch", "PutMetricData", Protocol::Cbor), &sent.request())?;
    let Some(Value::List(data)) = read.member(index("PutMetricDataInput", "MetricData")) else { panic!() };
    Ok(data[0].member(index("MetricDatum", name)).cloned())
}

fn header<'a>(response: &'a http::Response<bytes::Bytes>, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[test]
fn every_answer_names_the_protocol() {
    let put = routed("cloudwatch", "PutMetricData", Protocol::Cbor);
    let list = routed("cloudwatch", "ListMetrics", Protocol::Cbor);
    let empty = encode(&put, None, "r");
    assert_eq!((empty.status().as_u16(), empty.body().len(), header(&empty, "content-type")), (200, 0, None));
    let nothing = encode(&list, Some(&Value::Struct(vec![None; 3])), "r");
    assert_eq!((&nothing.body()[..], header(&nothing, "content-type")), (&[0xA0][..], Some("application/cbor")));
    let fault = encode_fault(Protocol::Cbor, None, &Fault::bare("UnknownOperationException"), "r");
    for answer in [empty, nothing, fault] {
        assert_eq!(header(&answer, "smithy-protocol"), Some("rpc-v2-cbor"));
        assert_eq!(header(&answer, "x-amzn-requestid"), Some("r"));
    }
}

#[test]
fn errors_have_their_whole_name_and_their_old_code_in_a_header() {
    let error = |fault: &Fault| encode_fault(Protocol::Cbor, Some(service("cloudwatch")), fault, "r");
    let missing = error(&service("cloudwatch").fault("DashboardNotFoundError", "none"));
    let body = [
        &[0xA2][..],
        &text("__type"),
        &text("com.amazonaws.cloudwatch#DashboardNotFoundError"),
        &text("message"),
        &text("none"),
    ];
    assert_eq!((missing.status().as_u16(), &missing.body()[..]), (404, body.concat().as_slice()));
    assert_eq!(header(&missing, "x-amzn-query-error"), Some("ResourceNotFound;Sender"));
    assert_eq!(header(&missing, "x-amzn-errortype"), None);
    let denied = error(&Fault::client("AccessDeniedException", "no").with_status(403));
    assert_eq!(
        denied.body()[..],
        [
            &[0xA2][..],
            &text("__type"),
            &text("com.amazon.coral.service#AccessDeniedException"),
            &text("message"),
            &text("no"),
        ]
        .concat()
    );
    assert_eq!(header(&denied, "x-amzn-query-error"), Some("AccessDenied;Sender"));
    assert_eq!(header(&error(&service("cloudwatch").fault("ResourceNotFound", "")), "x-amzn-query-error"), None);
    // Services that never spoke query have no such code.
    let other = encode_fault(Protocol::Cbor, Some(service("shield")), &Fault::validation("no"), "r");
    assert_eq!(header(&other, "x-amzn-query-error"), None);
}

#[test]
fn json_tells_the_old_code_too() {
    let fault = service("cloudwatch").fault("DashboardNotFoundError", "none");
    let answer = encode_fault(Protocol::AwsJson10, Some(service("cloudwatch")), &fault, "r");
    assert_eq!(header(&answer, "x-amzn-query-error"), Some("ResourceNotFound;Sender"));
    let fault = service("sqs").fault("QueueDoesNotExist", "none");
    let answer = encode_fault(Protocol::AwsJson10, Some(service("sqs")), &fault, "r");
    assert_eq!(header(&answer, "x-amzn-query-error"), Some("AWS.SimpleQueueService.NonExistentQueue;Sender"));
    assert_eq!(answer.body()[..], br#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"none"}"#[..]);
    let kms = encode_fault(Protocol::AwsJson11, Some(service("kms")), &Fault::validation("no"), "r");
    assert_eq!(header(&kms, "x-amzn-query-error"), None);
}

#[test]
fn numbers_are_read_across_kinds_where_nothing_is_lost() {
    let float = |bytes: &[u8]| match datum("Value", bytes) {
        Ok(Some(Value::Float(number))) => Some(number),
        _ => None,
    };
    for (bytes, number) in [
        (&[0xFB, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0][..], 1.5),
        (&[0xFA, 0x3F, 0xC0, 0, 0], 1.5),
        (&[0xF9, 0x3E, 0], 1.5),
        (&[0x18, 0x64], 100.0),
        (&[0x38, 0x63], -100.0),
        (&[0x1B, 0, 0x20, 0, 0, 0, 0, 0, 0], 9_007_199_254_740_992.0),
    ] {
        assert_eq!(float(bytes), Some(number), "{bytes:02x?}");
    }
    assert_eq!(float(&[0x1B, 0, 0x20, 0, 0, 0, 0, 0, 1]), None);
    assert!(float(&[0xF9, 0x7E, 0]).is_some_and(f64::is_nan));
    let whole = |bytes: &[u8]| datum("StorageResolution", bytes).ok().flatten() == Some(Value::Integer(60));
    for bytes in [&[0x18, 60][..], &[0x1B, 0, 0, 0, 0, 0, 0, 0, 60], &[0xFA, 0x42, 0x70, 0, 0], &[0xF9, 0x53, 0x80]] {
        assert!(whole(bytes), "{bytes:02x?}");
    }
    // Not whole, beyond 32 bits, and a text.
    for bytes in [&[0xF9, 0x3E, 0][..], &[0x1A, 0x80, 0, 0, 0], &[0x62, b'6', b'0']] {
        assert_eq!(datum("StorageResolution", bytes).err().unwrap().code, "SerializationException", "{bytes:02x?}");
    }
}

#[test]
fn times_are_tagged_seconds() {
    let time = |bytes: &[u8]| match datum("Timestamp", bytes) {
        Ok(Some(Value::Timestamp(time))) => Some(time.millis()),
        _ => None,
    };
    assert_eq!(time(&[0xC1, 0x1A, 0x51, 0x4B, 0x67, 0xB0]), Some(1_363_896_240_000));
    assert_eq!(time(&[0xC1, 0xFB, 0x41, 0xD4, 0x52, 0xD9, 0xEC, 0x20, 0, 0]), Some(1_363_896_240_500));
    assert_eq!(time(&[0xC1, 0x20]), Some(-1000));
    // No tag, another tag, a text, a year beyond 9999.
    for bytes in [&[0x1A, 0x51, 0x4B, 0x67, 0xB0][..], &[0xC0, 0], &[0xC1, 0x60], &[0xC1, 0xF9, 0x7C, 0]] {
        assert_eq!(time(bytes), None, "{bytes:02x?}");
    }
    let get = routed("cloudwatch", "GetMetricStatistics", Protocol::Cbor);
    let Kind::Structure(structure) = &service("cloudwatch").shape_named("Datapoint").unwrap().kind else { panic!() };
    let mut point = vec![None; structure.members.len()];
    point[structure.index_of("Timestamp").unwrap()] = Some(Value::Timestamp(Timestamp::from_millis(1_363_896_240_500)));
    let mut output = vec![None; 2];
    output[index("GetMetricStatisticsOutput", "Datapoints")] = Some(Value::List(vec![Value::Struct(point)]));
    let written = one("Timestamp", &[0xC1, 0xFB, 0x41, 0xD4, 0x52, 0xD9, 0xEC, 0x20, 0, 0]);
    let body = one("Datapoints", &[&[0x81], written.as_slice()].concat());
    assert_eq!(encode(&get, Some(&Value::Struct(output)), "r").body()[..], body);
}

#[test]
fn clients_may_leave_out_lengths_and_add_members() {
    assert!(
        datum("MetricName", &[0x7F, 0x61, b'a', 0x60, 0x61, b'b', 0xFF])
            .is_ok_and(|read| read == Some(Value::String("ab".into())))
    );
    assert!(datum("MetricName", &[0xF6]).is_ok_and(|read| read.is_none()));
    assert!(datum("MetricName", &[0xF7]).is_ok_and(|read| read.is_none()));
    let read = |body: &[u8]| {
        let sent = Sent::new("POST", "/", &[], body);
        wire::read(&routed("cloudwatch", "ListMetrics", Protocol::Cbor), &sent.request()).map(drop)
    };
    let unknown =
        [&[0xBF][..], &text("New"), &[0xC2, 0x41, 1], &text("Other"), &[0xA1, 1, 0x9F, 0xF5, 0xFF], &[0xFF]].concat();
    for body in [&[][..], &[0xA0], &[0xBF, 0xFF], &unknown] {
        assert!(read(body).is_ok(), "{body:02x?}");
    }
}

#[test]
fn what_cannot_be_understood_with_certainty_is_refused() {
    let read = |body: &[u8]| {
        let sent = Sent::new("POST", "/", &[], body);
        let read = wire::read(&routed("cloudwatch", "ListMetrics", Protocol::Cbor), &sent.request());
        read.map_or_else(|fault| fault.code.into_owned(), |_| "accepted".to_owned())
    };
    let namespace = [text("Namespace"), text("a")].concat();
    let null = [text("Namespace"), vec![0xF6]].concat();
    for (what, body) in [
        ("twice", [&[0xA2][..], &namespace, &namespace].concat()),
        ("null and again", [&[0xA2][..], &null, &namespace].concat()),
        ("and then null", [&[0xA2][..], &namespace, &null].concat()),
        ("a name that is no text", vec![0xA1, 1, 1]),
        ("more behind", vec![0xA0, 0xA0]),
        ("no map", vec![0x80]),
        ("null", vec![0xF6]),
        ("cut short", [&[0xA2][..], &namespace].concat()),
        ("a break", vec![0xFF]),
        ("bytes for a text", one("Namespace", &[0x41, b'a'])),
        ("a tag before a text", one("Namespace", &[0xC1, 0x61, b'a'])),
        ("not UTF-8", one("Namespace", &[0x61, 0xFF])),
        ("null in a list", one("Dimensions", &[0x81, 0xF6])),
        ("an unknown member cut short", one("Unknown", &[0x82, 1])),
        ("JSON", b"{}".to_vec()),
    ] {
        assert_eq!(read(&body), "SerializationException", "{what}");
    }
}
