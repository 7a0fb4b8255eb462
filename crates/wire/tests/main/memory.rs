//! What decoding allocates at its height: never more than the named multiple of what was sent.

use crate::support::{Sent, everything, routed};
use base::SeededRng;
use model::probe;
use wire::limits::{MEMORY_BASE, MEMORY_MULTIPLE};
use wire::{Protocol, Routed};

/// The text of a refusal may show some of what was sent, many times over: that is bounded on its own.
const FAULT: usize = model::MAX_VIOLATIONS * 2 * model::MAX_ECHO;

fn holds(routed: &Routed, body: &[u8], what: &str) {
    let sent = Sent::new("POST", "/", &[("content-type", "application/x-www-form-urlencoded")], body);
    let bound = MEMORY_BASE + MEMORY_MULTIPLE * body.len();
    let read = allocation_counter::measure(|| drop(wire::read(routed, &sent.request())));
    let height = usize::try_from(read.bytes_max).unwrap();
    assert!(height <= bound, "{what}: {} bytes make {height}, more than {bound}", body.len());
    let decoded = allocation_counter::measure(|| drop(wire::decode(routed, &sent.request())));
    let height = usize::try_from(decoded.bytes_max).unwrap();
    assert!(height <= bound + FAULT, "{what}, checked: {} bytes make {height}, more than {bound}", body.len());
}

#[test]
fn valid_requests_stay_within_the_multiple() {
    let rng = SeededRng::new(12);
    for (service, operation, protocol) in everything() {
        let Some(shape) = operation.input else { continue };
        let body = wire::encode_request(service, operation, protocol, &probe::any(service, shape, &rng)).into_body();
        let routed = Routed { service, operation, protocol };
        let sent = Sent::new("POST", "/", &[], &body);
        let height = allocation_counter::measure(|| drop(wire::read(&routed, &sent.request()))).bytes_max;
        let bound = MEMORY_BASE + MEMORY_MULTIPLE * body.len();
        assert!(height <= bound as u64, "{} {protocol:?}: {} bytes make {height}", operation.name, body.len());
    }
}

/// Lengths below, around and far above what the base allows.
const COUNTS: [usize; 5] = [1, 5, 500, 3_000, 16_384];

#[test]
fn json_that_is_made_to_unfold_does_not() {
    let tag_resource = routed("kms", "TagResource", Protocol::AwsJson11);
    let encrypt = routed("kms", "Encrypt", Protocol::AwsJson11);
    let untag = routed("kms", "UntagResource", Protocol::AwsJson11);
    let wide = routed("securityhub", "BatchImportFindings", Protocol::AwsJson11);
    for count in COUNTS {
        let list = |element: &str| vec![element; count].join(",");
        holds(&tag_resource, format!("{{\"Tags\":[{}]}}", list("{}")).as_bytes(), "empty structures");
        holds(&wide, format!("{{\"Findings\":[{}]}}", list("{}")).as_bytes(), "wide empty structures");
        holds(&untag, format!("{{\"TagKeys\":[{}]}}", list("\"\"")).as_bytes(), "empty texts");
        holds(&untag, format!("{{\"TagKeys\":[{}]}}", list("\"\\u0041\"")).as_bytes(), "escapes");
        holds(&untag, format!("{{\"X\":{}1{}}}", "[".repeat(count), "]".repeat(count)).as_bytes(), "depth");
        let nulls = vec!["\"Tags\":null"; count].join(",");
        holds(&tag_resource, format!("{{{nulls}}}").as_bytes(), "nulls");
        let keys = (0..count).map(|number| format!("\"{number}\":\"\"")).collect::<Vec<_>>().join(",");
        holds(&encrypt, format!("{{\"EncryptionContext\":{{{keys}}}}}").as_bytes(), "short keys");
        let document = routed("cognito-idp", "CompleteWebAuthnRegistration", Protocol::AwsJson11);
        for element in ["0", "[]", "{}", "[[]]", "{\"\":{}}"] {
            let text = format!("{{\"AccessToken\":\"a\",\"Credential\":[{}]}}", list(element));
            holds(&document, text.as_bytes(), "document");
        }
    }
}

#[test]
fn cbor_that_is_made_to_unfold_does_not() {
    let put = routed("cloudwatch", "PutMetricData", Protocol::Cbor);
    let data = |elements: &[u8]| [&[0xBF, 0x6A], &b"MetricData"[..], &[0x9F], elements, &[0xFF, 0xFF]].concat();
    let member = |name: &[u8], rest: &[u8]| [&[0xA1, 0x60 + name.len() as u8], name, rest].concat();
    for count in COUNTS {
        holds(&put, &data(&vec![0xA0; count]), "empty structures");
        let values = member(b"Values", &[&[0x9F][..], &vec![0; count], &[0xFF]].concat());
        holds(&put, &data(&values), "short numbers");
        holds(&put, &data(&member(b"Values", &[0x81, 0]).repeat(count)), "lists of one");
        let chunks = member(b"MetricName", &[&[0x7F][..], &[0x61, b'a'].repeat(count), &[0xFF]].concat());
        holds(&put, &data(&chunks), "chunks");
        holds(&put, &[&[0xA1, 0x61, b'x'][..], &vec![0x81; count], &[0]].concat(), "depth");
        holds(&put, &[&[0xA1, 0x61, b'x'][..], &vec![0xC1; count], &[0]].concat(), "tags");
    }
    // Lengths that are claimed and not there.
    for claim in [[0x9B, 0x7B, 0xBB], [0x9A, 0x7A, 0xBA]].concat() {
        let length = if claim & 1 == 1 { 8 } else { 4 };
        holds(&put, &[&[0xA1, 0x6A], &b"MetricData"[..], &[claim], &vec![0xFF; length]].concat(), "claimed list");
        holds(&put, &[&[claim][..], &vec![0x7F; length]].concat(), "claimed map");
    }
}

#[test]
fn forms_that_are_made_to_unfold_do_not() {
    let assume = routed("sts", "AssumeRole", Protocol::Query);
    let run = routed("ec2", "RunInstances", Protocol::Ec2Query);
    let put = routed("cloudwatch", "PutMetricData", Protocol::Query);
    let numbered = |count: usize, name: &str, rest: &str| {
        (1..=count).map(|number| format!("{name}{number}{rest}")).collect::<Vec<_>>().join("&")
    };
    for count in COUNTS {
        holds(&assume, numbered(count, "", "").as_bytes(), "short names");
        holds(&assume, "&".repeat(count).as_bytes(), "nothing between");
        holds(&assume, "%41&%42&=&".repeat(count).as_bytes(), "escapes");
        holds(&assume, numbered(count, "Tags.member.", ".X").as_bytes(), "empty structures");
        holds(&assume, numbered(count, "TransitiveTagKeys.member.", "").as_bytes(), "empty texts");
        holds(&run, numbered(count, "NetworkInterface.", ".X").as_bytes(), "wide empty structures");
        holds(&run, numbered(count, "SecurityGroup.", "").as_bytes(), "flat list");
        holds(&put, numbered(count, "MetricData.member.", ".Values.member.1=1").as_bytes(), "lists of one");
        holds(&assume, format!("Tags{}=x", ".member.1".repeat(count)).as_bytes(), "depth");
    }
}

#[test]
fn what_is_refused_for_its_content_shows_only_so_much_of_it() {
    let long = "a".repeat(200_000);
    let body = format!("{{\"KeyId\":\"{long}\",\"Tags\":[{}]}}", vec!["{}"; 300].join(","));
    holds(&routed("kms", "TagResource", Protocol::AwsJson11), body.as_bytes(), "long text");
}
