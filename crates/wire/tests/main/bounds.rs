//! Every limit: one below, at, and one above.

use crate::support::{Sent, routed};
use wire::Protocol;
use wire::limits::{MAX_BODY, MAX_DEPTH, MAX_ELEMENTS, MAX_PARAMETERS};

fn code(operation: &str, body: &str) -> String {
    Sent::kms(operation, body).refusal().0
}

#[test]
fn bodies_have_a_longest() {
    let body = |length: usize| format!("{{}}{}", " ".repeat(length - 2));
    for (length, expected) in
        [(MAX_BODY - 1, "accepted"), (MAX_BODY, "accepted"), (MAX_BODY + 1, "RequestEntityTooLargeException")]
    {
        assert_eq!(code("ListKeys", &body(length)), expected);
    }
    let sent = Sent::kms("ListKeys", &body(MAX_BODY + 1));
    assert_eq!(sent.route(None).err().unwrap().fault.status, 413);
    assert_eq!(
        wire::decode(&routed("kms", "ListKeys", Protocol::AwsJson11), &sent.request()).err().unwrap().status,
        413
    );
}

#[test]
fn nesting_has_a_deepest_also_in_unknown_members() {
    // The outermost object is the first level.
    let nested = |levels: usize| format!("{{\"Unknown\":{}{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1));
    for (levels, expected) in [
        (MAX_DEPTH - 1, "accepted"),
        (MAX_DEPTH, "accepted"),
        (MAX_DEPTH + 1, "SerializationException"),
        (10_000, "SerializationException"),
    ] {
        assert_eq!(code("ListKeys", &nested(levels)), expected, "{levels}");
    }
    assert_eq!(code("ListKeys", &"[".repeat(10_000)), "SerializationException");
    // In a form, names that go deeper than the shape are unknown ones, and are never followed.
    let deep = format!("Action=GetCallerIdentity&Version=2011-06-15&Tags{}=x", ".member.1".repeat(10_000));
    assert_eq!(Sent::form(&deep).refusal().0, "accepted");
}

#[test]
fn lists_and_maps_have_a_longest() {
    // Long lists pass the decoder and fail the check; longer ones fail the decoder.
    let list = |count: usize| {
        format!("{{\"KeyId\":\"k\",\"TagKeys\":[{}]}}", vec!["\"aaaaaaaaaaaaaaaaaaaaaaaaaa\""; count].join(","))
    };
    for (count, expected) in
        [(MAX_ELEMENTS - 1, "accepted"), (MAX_ELEMENTS, "accepted"), (MAX_ELEMENTS + 1, "SerializationException")]
    {
        assert_eq!(code("UntagResource", &list(count)), expected, "{count}");
    }
    let map = |count: usize| {
        let entries = (0..count).map(|number| format!("\"key-{number:020}\":\"\"")).collect::<Vec<_>>();
        format!("{{\"KeyId\":\"k\",\"Plaintext\":\"AA==\",\"EncryptionContext\":{{{}}}}}", entries.join(","))
    };
    assert_eq!(code("Encrypt", &map(MAX_ELEMENTS)), "accepted");
    assert_eq!(code("Encrypt", &map(MAX_ELEMENTS + 1)), "SerializationException");
}

#[test]
fn forms_have_a_most() {
    let form = |count: usize| {
        format!(
            "Action=GetCallerIdentity&Version=2011-06-15{}",
            (2..count).map(|number| format!("&a{number}=")).collect::<String>()
        )
    };
    for (count, expected) in
        [(MAX_PARAMETERS - 1, "accepted"), (MAX_PARAMETERS, "accepted"), (MAX_PARAMETERS + 1, "MalformedInput")]
    {
        assert_eq!(Sent::form(&form(count)).refusal().0, expected, "{count}");
    }
}

#[test]
fn cbor_has_the_same_bounds() {
    let put = routed("cloudwatch", "PutMetricData", Protocol::Cbor);
    let read = |body: &[u8]| match wire::read(&put, &Sent::new("POST", "/", &[], body).request()) {
        Ok(_) => "accepted",
        Err(fault) => {
            if fault.code == "SerializationException" {
                "refused"
            } else {
                "other"
            }
        }
    };
    // The outermost map is the first level.
    let nested = |levels: usize| [&[0xA1, 0x61, b'x'][..], &vec![0x81; levels - 2], &[0x80]].concat();
    for (levels, expected) in [(MAX_DEPTH, "accepted"), (MAX_DEPTH + 1, "refused"), (10_000, "refused")] {
        assert_eq!(read(&nested(levels)), expected, "{levels}");
    }
    let values = |count: usize| {
        let datum =
            [&[0xA1, 0x66], &b"Values"[..], &[0x9F], &[0xFB, 0, 0, 0, 0, 0, 0, 0, 0].repeat(count), &[0xFF]].concat();
        [&[0xA1, 0x6A], &b"MetricData"[..], &[0x81], &datum].concat()
    };
    assert_eq!(read(&values(MAX_ELEMENTS)), "accepted");
    assert_eq!(read(&values(MAX_ELEMENTS + 1)), "refused");
}

#[test]
fn flat_lists_of_forms_have_a_longest() {
    let run = routed("ec2", "DescribeInstances", Protocol::Ec2Query);
    let form = |count: usize| (1..=count).map(|number| format!("InstanceId.{number}=i-0&")).collect::<String>();
    let read = |count| wire::read(&run, &Sent::new("POST", "/", &[], form(count).as_bytes()).request()).is_ok();
    assert!(read(MAX_ELEMENTS));
    assert!(!read(MAX_ELEMENTS + 1));
}

#[test]
fn a_small_request_does_not_unfold_into_much_memory() {
    let tags = |count: usize| format!("{{\"KeyId\":\"k\",\"Tags\":[{}]}}", vec!["{}"; count].join(","));
    let refusal = |count| Sent::kms("TagResource", &tags(count)).refusal();
    assert_eq!(refusal(10).0, "ValidationException");
    let unfolds = ("SerializationException".to_owned(), "The request unfolds into too much.".to_owned());
    assert_eq!(refusal(10_000), unfolds);
}
