//! Every limit: one below, at, and one above.

use crate::support::{Sent, routed};
use model::Value;
use wire::Protocol;
use wire::limits::{MAX_BODY, MAX_DEPTH, MAX_ELEMENTS, MAX_PARAMETERS, MEMORY_BASE, MEMORY_MULTIPLE};

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

/// Bytes that a value takes, as the limit counts them.
fn size(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::String(text) => text.capacity(),
            Value::Blob(bytes) => bytes.capacity(),
            Value::List(elements) => {
                elements.iter().map(size).sum::<usize>() + (elements.capacity() - elements.len()) * size_of::<Value>()
            }
            Value::Map(entries) => {
                let used = entries
                    .iter()
                    .map(|(key, value)| size_of::<String>() + key.capacity() + size(value))
                    .sum::<usize>();
                used + (entries.capacity() - entries.len()) * size_of::<(String, Value)>()
            }
            Value::Struct(members) => {
                members.iter().map(|member| member.as_ref().map_or(size_of::<Value>(), size)).sum()
            }
            _ => 0,
        }
}

#[test]
fn a_small_request_does_not_unfold_into_much_memory() {
    let tags = |count: usize| format!("{{\"KeyId\":\"k\",\"Tags\":[{}]}}", vec!["{}"; count].join(","));
    let mut refused = 0;
    for count in [10, 100, 1000, 10_000] {
        let body = tags(count);
        let read = wire::json::read(
            crate::support::service("kms"),
            crate::support::service("kms").shape_id("TagResourceRequest").unwrap(),
            body.as_bytes(),
        );
        match read {
            Ok(value) => assert!(size(&value) <= body.len() * MEMORY_MULTIPLE + MEMORY_BASE, "{count}"),
            Err(fault) => {
                assert_eq!(fault.message.as_deref(), Some("The request unfolds into too much."));
                refused += 1;
            }
        }
    }
    assert!(refused > 0);
}
