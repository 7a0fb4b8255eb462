//! Answers and errors, byte for byte.

use crate::support::{routed, service};
use base::Timestamp;
use model::{Fault, Value};
use wire::{Protocol, encode, encode_fault};

fn parts(response: &http::Response<bytes::Bytes>) -> (u16, &str, &str, &str) {
    let header = |name: &str| response.headers().get(name).map_or("", |value| value.to_str().unwrap());
    (
        response.status().as_u16(),
        header("content-type"),
        header("x-amzn-requestid"),
        std::str::from_utf8(response.body()).unwrap(),
    )
}

#[test]
fn json_answers_hold_what_is_there_and_nothing_else() {
    let mut output = vec![None; 4];
    output[0] = Some(Value::Blob(vec![1, 2, 255]));
    output[1] = Some(Value::String("arn:aws:kms:us-east-1:111122223333:key/\"k\"".into()));
    let response = encode(&routed("kms", "Encrypt", Protocol::AwsJson11), Some(&Value::Struct(output)), "r-1");
    let body = r#"{"CiphertextBlob":"AQL/","KeyId":"arn:aws:kms:us-east-1:111122223333:key/\"k\""}"#;
    assert_eq!(parts(&response), (200, "application/x-amz-json-1.1", "r-1", body));
}

#[test]
fn an_operation_without_output_answers_with_an_empty_body() {
    for protocol in [Protocol::AwsJson10, Protocol::AwsJson11] {
        let response = encode(&routed("kms", "EnableKey", protocol), Some(&Value::Struct(vec![])), "r-1");
        let (status, content_type, _, body) = parts(&response);
        assert_eq!((status, body), (200, ""));
        assert!(content_type.starts_with("application/x-amz-json-1."));
    }
}

#[test]
fn times_are_seconds_with_a_fraction_only_where_there_is_one() {
    let answer = |millis| {
        let output = Value::Struct(vec![None, Some(Value::Timestamp(Timestamp::from_millis(millis))), None, None]);
        String::from_utf8(
            encode(&routed("kms", "ScheduleKeyDeletion", Protocol::AwsJson11), Some(&output), "").body().to_vec(),
        )
        .unwrap()
    };
    assert_eq!(answer(1_573_669_206_123), r#"{"DeletionDate":1573669206.123}"#);
    assert_eq!(answer(1_573_669_206_000), r#"{"DeletionDate":1573669206}"#);
    assert_eq!(answer(-1), r#"{"DeletionDate":-0.001}"#);
}

#[test]
fn query_answers_are_wrapped_and_escaped() {
    let output =
        Value::Struct(vec![Some(Value::String("<&>".into())), Some(Value::String("111122223333".into())), None]);
    let response = encode(&routed("sts", "GetCallerIdentity", Protocol::Query), Some(&output), "r-2");
    let body = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
                <UserId>&lt;&amp;&gt;</UserId><Account>111122223333</Account></GetCallerIdentityResult>\
                <ResponseMetadata><RequestId>r-2</RequestId></ResponseMetadata></GetCallerIdentityResponse>";
    assert_eq!(parts(&response), (200, "text/xml", "r-2", body));
}

#[test]
fn json_errors_name_their_type() {
    let fault = Fault::client("NotFoundException", "Key 'k' does not exist");
    let error = |protocol, fault: &Fault| {
        String::from_utf8(encode_fault(protocol, Some(service("kms")), fault, "r").body().to_vec()).unwrap()
    };
    assert_eq!(
        error(Protocol::AwsJson11, &fault),
        r#"{"__type":"NotFoundException","message":"Key 'k' does not exist"}"#
    );
    assert_eq!(
        error(Protocol::AwsJson10, &fault),
        r#"{"__type":"com.amazonaws.kms#NotFoundException","message":"Key 'k' does not exist"}"#
    );
    assert_eq!(
        error(Protocol::AwsJson11, &Fault::bare("InvalidCiphertextException")),
        r#"{"__type":"InvalidCiphertextException"}"#
    );
    let extra = Fault::validation("no").with_member("reason", Value::Integer(7));
    assert_eq!(error(Protocol::AwsJson11, &extra), r#"{"__type":"ValidationException","message":"no","reason":7}"#);
    let response = encode_fault(Protocol::AwsJson11, None, &Fault::not_implemented("kms", "Sign"), "r");
    assert_eq!(
        parts(&response),
        (
            501,
            "application/x-amz-json-1.1",
            "r",
            r#"{"__type":"NotImplemented","message":"The operation Sign of the service kms is not implemented."}"#
        )
    );
}

#[test]
fn query_errors_have_codes_and_statuses_of_their_own() {
    let error = |fault: &Fault| {
        let response = encode_fault(Protocol::Query, Some(service("sts")), fault, "r");
        let (status, content_type, id, body) = parts(&response);
        assert_eq!((content_type, id), ("text/xml", "r"));
        (status, body.to_owned())
    };
    let body = |kind: &str, code: &str| {
        format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>{kind}</Type><Code>{code}</Code>\
             <Message>a &lt; b</Message></Error><RequestId>r</RequestId></ErrorResponse>"
        )
    };
    assert_eq!(error(&Fault::client("AccessDeniedException", "a < b")), (403, body("Sender", "AccessDenied")));
    assert_eq!(
        error(&Fault::client("MalformedPolicyDocumentException", "a < b")),
        (400, body("Sender", "MalformedPolicyDocument"))
    );
    assert_eq!(
        error(&Fault::client("RegionDisabledException", "a < b")),
        (403, body("Sender", "RegionDisabledException"))
    );
    assert_eq!(error(&Fault::server("InternalFailure", "a < b")), (500, body("Receiver", "InternalFailure")));
    let plain = encode_fault(Protocol::Query, None, &Fault::client("MissingAction", "m"), "r");
    assert!(parts(&plain).3.starts_with("<ErrorResponse><Error>"));
}

#[test]
fn ec2_answers_have_their_members_at_the_root() {
    let ec2 = service("ec2");
    let shape = ec2.operation("DescribeKeyPairs").unwrap().output.unwrap();
    let json = r#"{"KeyPairs":[{"KeyName":"a<b","Tags":[]},{"KeyPairId":"key-0"}]}"#;
    let output = wire::json::read(ec2, shape, json.as_bytes()).unwrap_or_else(|fault| panic!("{:?}", fault.message));
    let response = encode(&routed("ec2", "DescribeKeyPairs", Protocol::Ec2Query), Some(&output), "r");
    let body = "<DescribeKeyPairsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15\"><requestId>r</requestId>\
                <keySet><item><tagSet></tagSet><keyName>a&lt;b</keyName></item><item><keyPairId>key-0</keyPairId></item>\
                </keySet></DescribeKeyPairsResponse>";
    assert_eq!(parts(&response), (200, "text/xml;charset=UTF-8", "r", body));
    let empty = encode(&routed("ec2", "DeleteVpc", Protocol::Ec2Query), None, "r");
    let body = "<DeleteVpcResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15\"><requestId>r</requestId></DeleteVpcResponse>";
    assert_eq!(parts(&empty).3, body);
}

#[test]
fn ec2_errors_have_a_form_of_their_own() {
    let fault = Fault::client("InvalidVpcID.NotFound", "no & never");
    let response = encode_fault(Protocol::Ec2Query, Some(service("ec2")), &fault, "r");
    let body = "<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code><Message>no &amp; never</Message></Error></Errors>\
                <RequestID>r</RequestID></Response>";
    assert_eq!(parts(&response), (400, "text/xml;charset=UTF-8", "r", body));
    for (code, own, status) in
        [("AccessDeniedException", "UnauthorizedOperation", 403), ("ThrottlingException", "RequestLimitExceeded", 503)]
    {
        let response = encode_fault(Protocol::Ec2Query, Some(service("ec2")), &Fault::client(code, "no"), "r");
        assert_eq!(response.status().as_u16(), status);
        assert!(parts(&response).3.contains(&format!("<Code>{own}</Code>")), "{code}");
    }
}
