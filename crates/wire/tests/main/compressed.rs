//! Compressed bodies: read where the model allows them, refused everywhere else, and never unfolding into too much.

use crate::support::{Sent, service};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use wire::limits::MAX_BODY;

const DATUM: &str = r#"{"Namespace":"N","MetricData":[{"MetricName":"m"}]}"#;

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn json(operation: &str, coding: &str, body: &[u8]) -> Sent {
    let target = format!("GraniteServiceVersion20100801.{operation}");
    let headers = [
        ("x-amz-target", target.as_str()),
        ("content-type", "application/x-amz-json-1.0"),
        ("content-encoding", coding),
    ];
    Sent::new("POST", "/", &headers, body)
}

#[test]
fn a_compressed_body_is_read_where_the_model_says_so() {
    assert!(service("cloudwatch").operation("PutMetricData").unwrap().gzip);
    assert_eq!(json("PutMetricData", "gzip", &gzip(DATUM.as_bytes())).refusal().0, "accepted");
    assert_eq!(json("PutMetricData", "identity", DATUM.as_bytes()).refusal().0, "accepted");
    let refused = json("ListMetrics", "gzip", &gzip(b"{}")).decode().err().unwrap();
    assert_eq!((refused.code.as_ref(), refused.status), ("UnsupportedMediaTypeException", 415));
    assert!(refused.message.unwrap().contains("gzip"));
    for coding in ["br", "gzip, gzip", "br, gzip", "gzip, br", "GZIP2"] {
        let sent = json("PutMetricData", coding, &gzip(DATUM.as_bytes()));
        assert_eq!(sent.refusal().0, "UnsupportedMediaTypeException", "{coding}");
    }
}

#[test]
fn a_compressed_form_is_read_where_the_service_has_any() {
    let form = b"Action=PutMetricData&Version=2010-08-01&Namespace=N&MetricData.member.1.MetricName=m";
    let send = |form: &[u8], signing_name| {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("content-encoding", "gzip")];
        let sent = Sent::new("POST", "/", &headers, &gzip(form));
        let routed = sent.route(signing_name).map_err(|error| error.fault.status);
        routed.and_then(|routed| wire::decode(&routed, &sent.request()).map(drop).map_err(|fault| fault.status))
    };
    assert_eq!(send(form, Some("monitoring")), Ok(()));
    assert_eq!(send(b"Action=ListMetrics&Version=2010-08-01", Some("monitoring")), Err(415));
    assert_eq!(send(b"Action=GetCallerIdentity&Version=2011-06-15", Some("sts")), Err(415));
    assert_eq!(send(form, None), Err(415));
}

#[test]
fn what_is_not_one_whole_gzip_is_refused() {
    let whole = gzip(DATUM.as_bytes());
    let mut wrong_sum = whole.clone();
    let at = wrong_sum.len() - 6;
    wrong_sum[at] ^= 1;
    let twice = [whole.clone(), whole.clone()].concat();
    for body in [DATUM.as_bytes(), b"", &whole[..whole.len() - 1], &wrong_sum, &twice] {
        assert_eq!(json("PutMetricData", "gzip", body).refusal().0, "SerializationException");
    }
}

#[test]
fn a_bomb_does_not_go_off() {
    let body = |length: usize| format!("{DATUM}{}", " ".repeat(length - DATUM.len()));
    for (length, expected) in
        [(MAX_BODY - 1, "accepted"), (MAX_BODY, "accepted"), (MAX_BODY + 1, "RequestEntityTooLargeException")]
    {
        assert_eq!(json("PutMetricData", "gzip", &gzip(body(length).as_bytes())).refusal().0, expected);
    }
    let bomb = gzip(&vec![b' '; 16 * MAX_BODY]);
    let sent = json("PutMetricData", "gzip", &bomb);
    let info = allocation_counter::measure(|| assert!(sent.decode().is_err()));
    assert!(info.bytes_max < 4 * MAX_BODY as u64, "{} bytes", info.bytes_max);
}
