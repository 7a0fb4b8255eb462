//! Requests that mean harm, or nothing at all: each is refused with the right error, and none panics.

use crate::support::{Sent, everything, routed};
use model::Value;
use proptest::prelude::*;
use std::collections::HashMap;
use wire::{Protocol, Routed};

fn code(operation: &str, body: &str) -> String {
    Sent::kms(operation, body).refusal().0
}

#[test]
fn what_is_no_json_is_a_serialization_error() {
    for body in [
        "{",
        "}",
        "nonsense",
        "{\"KeyId\"}",
        "{\"KeyId\":}",
        "{\"KeyId\":\"k\",}",
        "{}{}",
        "[",
        "\"",
        "{'KeyId':'k'}",
        "{\"a\":tru}",
        "{\"a\":01}",
        "\u{feff}{}",
    ] {
        assert_eq!(code("DescribeKey", body), "SerializationException", "{body}");
    }
    let mut invalid = Sent::kms("DescribeKey", "");
    invalid.body = b"{\"KeyId\":\"\xff\"}".to_vec();
    assert_eq!(invalid.refusal().0, "SerializationException");
}

#[test]
fn wrong_types_are_named() {
    let text = |operation: &str, body: &str| {
        let (code, text) = Sent::kms(operation, body).refusal();
        assert_eq!(code, "SerializationException", "{body}");
        text
    };
    assert_eq!(text("DescribeKey", r#"{"KeyId":5}"#), "NUMBER_VALUE cannot be converted to String");
    assert_eq!(text("DescribeKey", r#"{"KeyId":true}"#), "TRUE_VALUE cannot be converted to String");
    assert_eq!(text("DescribeKey", r#"{"KeyId":{}}"#), "Start of structure or map found where not expected.");
    assert_eq!(text("DescribeKey", r#"{"KeyId":[]}"#), "Start of list found where not expected.");
    assert_eq!(text("ListKeys", r#"{"Limit":"5"}"#), "STRING_VALUE cannot be converted to Integer");
    assert_eq!(text("ListKeys", r#"{"Limit":2147483648}"#), "NUMBER_VALUE cannot be converted to Integer");
    assert_eq!(text("ListKeys", r#"{"Limit":1.5}"#), "NUMBER_VALUE cannot be converted to Integer");
    assert_eq!(text("TagResource", r#"{"Tags":"x"}"#), "Expected list or null");
    assert_eq!(text("TagResource", r#"{"Tags":[null]}"#), "Expected a structure or map, or null");
    assert_eq!(text("Encrypt", r#"{"Plaintext":"*"}"#), "A blob is not base64.");
    assert_eq!(text("Encrypt", r#"{"EncryptionContext":{"a":null}}"#), "NULL_VALUE cannot be converted to String");
    assert_eq!(text("DescribeKey", "[]"), "Expected a structure or map, or null");
}

#[test]
fn a_name_that_occurs_twice_is_refused() {
    assert_eq!(code("DescribeKey", r#"{"KeyId":"a","KeyId":"b"}"#), "SerializationException");
    assert_eq!(code("DescribeKey", r#"{"KeyId":"a","\u004beyId":"b"}"#), "SerializationException");
    // A null once did not count, so that a reader who lets the first one stand saw another request.
    for body in [r#"{"KeyId":null,"KeyId":"b"}"#, r#"{"KeyId":"a","KeyId":null}"#] {
        assert_eq!(code("DescribeKey", body), "SerializationException", "{body}");
    }
    assert_eq!(
        code("Encrypt", r#"{"KeyId":"a","Plaintext":"AA==","EncryptionContext":{"a":"1","a":"2"}}"#),
        "SerializationException"
    );
    assert_eq!(
        Sent::form("Action=GetCallerIdentity&Version=2011-06-15&Action=GetSessionToken").refusal().0,
        "MalformedInput"
    );
}

#[test]
fn unknown_members_and_empty_bodies_are_no_error() {
    assert_eq!(
        code("DescribeKey", r#"{"New":{"a":[1,2,{"b":null}]},"KeyId":"k","__type":"x","Other":-1.5e3}"#),
        "accepted"
    );
    for body in ["", " \r\n", "{}"] {
        assert_eq!(code("ListKeys", body), "accepted", "{body:?}");
    }
    assert_eq!(Sent::form("Action=GetCallerIdentity&Version=2011-06-15&New.member.1=x").refusal().0, "accepted");
    assert_eq!(code("DescribeKey", r#"{"KeyId":null}"#), "ValidationException");
}

#[test]
fn forms_are_read_as_clients_write_them() {
    let session = |parameters: &str| {
        let body = format!(
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::111122223333:role/r&RoleSessionName=session&{parameters}"
        );
        Sent::form(&body).decode()
    };
    let input = |value: Result<Value, model::Fault>, name: &str| {
        let value = value.unwrap_or_else(|fault| panic!("{:?}", fault.message));
        let model::Kind::Structure(structure) =
            &crate::support::service("sts").shape_named("AssumeRoleRequest").unwrap().kind
        else {
            panic!()
        };
        value.member(structure.index_of(name).unwrap()).cloned()
    };
    let keys = input(
        session("TransitiveTagKeys.member.10=j&TransitiveTagKeys.member.2=b%2B+c&TransitiveTagKeys.member.1=a"),
        "TransitiveTagKeys",
    );
    let text = |text: &str| Value::String(text.to_owned());
    assert!(keys == Some(Value::List(vec![text("a"), text("b+ c"), text("j")])));
    let tags = input(session("Tags.member.1.Value=v&Tags.member.1.Key=k"), "Tags");
    assert!(tags == Some(Value::List(vec![Value::Struct(vec![Some(text("k")), Some(text("v"))])])));
    assert!(input(session("TransitiveTagKeys="), "TransitiveTagKeys") == Some(Value::List(vec![])));
    assert!(input(session("DurationSeconds=3600"), "DurationSeconds") == Some(Value::Integer(3600)));
    for bad in [
        "DurationSeconds=x",
        "TransitiveTagKeys.member.0=a",
        "TransitiveTagKeys.member.01=a",
        "TransitiveTagKeys.member.x=a",
        "ExternalId=%zz",
        "ExternalId=%ff",
        "ExternalId.x=1",
        "TransitiveTagKeys=a",
        "Tags.member.1=a",
        "TokenCode=%",
    ] {
        assert_eq!(session(bad).err().unwrap().code, "MalformedInput", "{bad}");
    }
}

/// What a fuzzer sends, whatever it is, ends in a value or a fault.
fn survives(body: &[u8]) {
    for operation in ["CreateKey", "Encrypt", "TagResource", "ListKeys", "CreateGrant"] {
        let mut sent = Sent::kms(operation, "");
        sent.body = body.to_vec();
        let _ = sent.decode();
    }
    let mut sent = Sent::form("");
    sent.body = body.to_vec();
    let decode = |service, operation, protocol| wire::decode(&routed(service, operation, protocol), &sent.request());
    for operation in ["AssumeRole", "GetCallerIdentity"] {
        let _ = sent.route(Some("sts"));
        let _ = decode("sts", operation, Protocol::Query);
    }
    for operation in ["RunInstances", "DescribeInstances"] {
        let _ = decode("ec2", operation, Protocol::Ec2Query);
    }
    for operation in ["PutMetricData", "GetMetricData"] {
        let _ = decode("cloudwatch", operation, Protocol::Cbor);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_decoder_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        survives(&body);
    }

    #[test]
    fn nothing_that_looks_like_json_makes_a_decoder_panic(body in r#"[\[\]{}:,"\\a-zA-Z0-9.+eu -]{0,120}"#) {
        survives(body.as_bytes());
    }

    #[test]
    fn nothing_that_looks_like_a_form_makes_a_decoder_panic(body in "((Tags|PolicyArns|member|arn|Key|[0-9]{1,3}|[.=&%+]){0,40})") {
        survives(body.as_bytes());
    }
}

#[test]
fn a_valid_request_with_any_byte_changed_does_not_panic() {
    let rng = base::SeededRng::new(7);
    // One operation of each service in each protocol: it is the protocols that read.
    let mut taken = HashMap::new();
    let one = everything().filter(|(service, operation, protocol)| {
        let count = taken.entry((service.name, format!("{protocol:?}"))).or_insert(0);
        *count += usize::from(operation.input.is_some());
        operation.input.is_some() && *count == 1
    });
    for (service, operation, protocol) in one {
        let input = model::probe::any(service, operation.input.unwrap(), &rng);
        let mut sent = Sent::new("POST", "/", &[], wire::encode_request(service, operation, protocol, &input).body());
        for at in 0..sent.body.len().min(120) {
            let original = sent.body[at];
            for byte in [0, b'"', b'\\', b'{', b'.', 0x9F, 0xFF] {
                sent.body[at] = byte;
                let _ = wire::read(&Routed { service, operation, protocol }, &sent.request());
            }
            sent.body[at] = original;
        }
    }
}
