//! REST answers and errors, byte for byte; and requests that mean harm.

use crate::support::{Sent, routed, service};
use base::Timestamp;
use model::{Fault, Kind, Value};
use wire::limits::{MAX_DEPTH, MAX_ELEMENTS};
use wire::{Protocol, encode, encode_fault};

/// An output or input of a shape with these members.
fn with(service_name: &str, shape: &str, members: &[(&str, Value)]) -> Value {
    let Kind::Structure(structure) = &service(service_name).shape_named(shape).unwrap().kind else { panic!("{shape}") };
    let mut values = vec![None; structure.members.len()];
    for (name, value) in members {
        values[structure.index_of(name).unwrap()] = Some(value.clone());
    }
    Value::Struct(values)
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn header<'a>(response: &'a http::Response<bytes::Bytes>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

fn body(response: &http::Response<bytes::Bytes>) -> &str {
    std::str::from_utf8(response.body()).unwrap()
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

#[test]
fn s3_names_its_root_elements_its_own_way() {
    let bucket =
        with("s3", "Bucket", &[("Name", text("a&b")), ("CreationDate", Value::Timestamp(Timestamp::from_millis(0)))]);
    let output = with("s3", "ListBucketsOutput", &[("Buckets", Value::List(vec![bucket]))]);
    let answer = encode(&routed("s3", "ListBuckets", Protocol::RestXml), Some(&output), "r-1");
    let expected = "<ListAllMyBucketsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Buckets><Bucket>\
        <Name>a&amp;b</Name><CreationDate>1970-01-01T00:00:00Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>";
    assert_eq!(body(&answer), format!("{DECLARATION}{expected}"));
    assert_eq!((header(&answer, "content-type"), header(&answer, "x-amz-request-id")), ("application/xml", "r-1"));
    assert!(!header(&answer, "x-amz-id-2").is_empty() && header(&answer, "x-amzn-requestid").is_empty());
}

#[test]
fn a_buckets_location_is_the_root_element_itself() {
    let answered = |members: &[(&str, Value)]| {
        let output = with("s3", "GetBucketLocationOutput", members);
        let answer = encode(&routed("s3", "GetBucketLocation", Protocol::RestXml), Some(&output), "r");
        body(&answer).strip_prefix(DECLARATION).unwrap().to_owned()
    };
    let root = "LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
    assert_eq!(
        answered(&[("LocationConstraint", text("eu-west-1"))]),
        format!("<{root}>eu-west-1</LocationConstraint>")
    );
    assert_eq!(answered(&[]), format!("<{root}></LocationConstraint>"));
}

#[test]
fn attributes_and_their_namespaces_are_written() {
    let grantee = with("s3", "Grantee", &[("Type", text("CanonicalUser")), ("ID", text("i"))]);
    let grant = with("s3", "Grant", &[("Grantee", grantee), ("Permission", text("READ"))]);
    let output = with("s3", "GetBucketAclOutput", &[("Grants", Value::List(vec![grant]))]);
    let answer = encode(&routed("s3", "GetBucketAcl", Protocol::RestXml), Some(&output), "r");
    let grantee = "<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>i</ID></Grantee>";
    assert!(body(&answer).contains(grantee), "{}", body(&answer));
}

#[test]
fn objects_travel_as_they_are_and_a_head_without_them() {
    let members = [
        ("Body", Value::Blob(vec![0, 255])),
        ("ContentType", text("image/png")),
        ("LastModified", Value::Timestamp(Timestamp::from_millis(1_440_938_160_000))),
        ("Metadata", Value::Map(vec![("a".to_owned(), text("1"))])),
    ];
    let answer =
        encode(&routed("s3", "GetObject", Protocol::RestXml), Some(&with("s3", "GetObjectOutput", &members)), "r");
    assert_eq!(&answer.body()[..], [0, 255]);
    assert_eq!((header(&answer, "content-type"), header(&answer, "x-amz-meta-a")), ("image/png", "1"));
    assert_eq!(header(&answer, "last-modified"), "Sun, 30 Aug 2015 12:36:00 GMT");
    let head = encode(
        &routed("s3", "HeadObject", Protocol::RestXml),
        Some(&with("s3", "HeadObjectOutput", &members[1..])),
        "r",
    );
    assert!(head.body().is_empty() && header(&head, "x-amz-meta-a") == "1");
    assert_eq!(encode(&routed("s3", "DeleteBucket", Protocol::RestXml), None, "r").status(), 204);
}

#[test]
fn s3_errors_are_bare_and_have_s3s_codes() {
    let error = |fault: &Fault| {
        let response = encode_fault(Protocol::RestXml, Some(service("s3")), fault, "r-1");
        assert_eq!(
            (header(&response, "content-type"), header(&response, "x-amz-request-id")),
            ("application/xml", "r-1")
        );
        (response.status().as_u16(), body(&response).strip_prefix(DECLARATION).unwrap().to_owned())
    };
    let form = |code: &str, rest: &str| {
        format!(
            "<Error><Code>{code}</Code><Message>m</Message>{rest}<RequestId>r-1</RequestId><HostId>ci0x</HostId></Error>"
        )
    };
    let missing = Fault::client("NoSuchKey", "m").with_member("Key", text("a<b"));
    assert_eq!(error(&missing), (404, form("NoSuchKey", "<Key>a&lt;b</Key>")));
    assert_eq!(error(&Fault::client("AccessDeniedException", "m")), (403, form("AccessDenied", "")));
    assert_eq!(error(&Fault::server("InternalFailure", "m")), (500, form("InternalError", "")));
    let state = Fault::client("InvalidObjectState", "m").with_member("StorageClass", text("GLACIER"));
    assert_eq!(error(&state), (403, form("InvalidObjectState", "<StorageClass>GLACIER</StorageClass>")));
}

#[test]
fn other_xml_errors_have_the_form_of_query() {
    let fault = Fault::client("NoSuchHostedZone", "m");
    let response = encode_fault(Protocol::RestXml, Some(service("route53")), &fault, "r-1");
    let expected = "<ErrorResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Error><Type>Sender</Type>\
        <Code>NoSuchHostedZone</Code><Message>m</Message></Error><RequestId>r-1</RequestId></ErrorResponse>";
    assert_eq!((response.status().as_u16(), body(&response)), (404, expected));
    assert_eq!(header(&response, "x-amzn-requestid"), "r-1");
}

#[test]
fn json_errors_are_named_in_a_header_and_bind_their_members() {
    let error = |name: &str, fault: &Fault| encode_fault(Protocol::RestJson, Some(service(name)), fault, "r-1");
    let throttled = Fault::client("TooManyRequestsException", "m").with_member("retryAfterSeconds", text("5"));
    let response = error("lambda", &throttled.clone().with_member("Reason", text("CallerRateLimitExceeded")));
    assert_eq!(response.status(), 429);
    assert_eq!(header(&response, "x-amzn-errortype"), "TooManyRequestsException");
    assert_eq!((header(&response, "retry-after"), header(&response, "x-amzn-requestid")), ("5", "r-1"));
    assert_eq!(body(&response), r#"{"message":"m","Reason":"CallerRateLimitExceeded"}"#);
    let unknown = error("lambda", &Fault::not_implemented("lambda", "Invoke"));
    assert_eq!((unknown.status().as_u16(), header(&unknown, "x-amzn-errortype")), (501, "NotImplemented"));
    assert_eq!(body(&error("ebs", &Fault::client("AccessDeniedException", "m"))), r#"{"Message":"m"}"#);
    assert_eq!(body(&error("guardduty", &Fault::bare("BadRequestException"))), "{}");
}

#[test]
fn broken_constraints_have_the_code_of_their_service() {
    for (name, operation, code, status) in [
        ("lambda", "Invoke", "ValidationException", 400),
        ("guardduty", "CreateDetector", "BadRequestException", 400),
        ("apigateway", "CreateRestApi", "BadRequestException", 400),
        ("ebs", "StartSnapshot", "ValidationException", 400),
        ("route53", "CreateHostedZone", "InvalidInput", 400),
        ("cloudfront", "CreateDistribution", "InvalidArgument", 400),
        ("ram", "CreateResourceShare", "InvalidParameterException", 400),
    ] {
        let target = service(name).operation(operation).unwrap().http.uri.replace("{FunctionName}", "%20");
        let content = if name == "route53" { "<CreateHostedZoneRequest/>" } else { "" };
        let content = if name == "cloudfront" { "<DistributionConfig/>" } else { content };
        let sent = Sent::new("POST", &target, &[], content.as_bytes());
        let protocol = if content.is_empty() { Protocol::RestJson } else { Protocol::RestXml };
        let fault = wire::decode(&routed(name, operation, protocol), &sent.request()).err().unwrap();
        assert_eq!((fault.code.as_ref(), fault.status), (code, status), "{name}");
        assert!(fault.message.unwrap().contains("validation error"), "{name}");
    }
}

/// The refusal of a body of PutBucketTagging.
fn tagging(body: &str) -> String {
    let sent = Sent::new("PUT", "/b?tagging", &[], body.as_bytes());
    match wire::decode(&routed("s3", "PutBucketTagging", Protocol::RestXml), &sent.request()) {
        Ok(_) => "accepted".to_owned(),
        Err(fault) => fault.code.into_owned(),
    }
}

#[test]
fn xml_that_means_harm_is_refused() {
    let tag = "<Tag><Key>k</Key><Value>v</Value></Tag>";
    let whole = |inside: &str| format!("<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{inside}</Tagging>");
    assert_eq!(tagging(&whole(&format!("<TagSet>{tag}</TagSet><New a='b'><x/>y</New>"))), "accepted");
    let bomb =
        "<!DOCTYPE a [<!ENTITY b \"cccccccc\"><!ENTITY d \"&b;&b;&b;\">]><Tagging><TagSet>&d;</TagSet></Tagging>";
    let deep = format!("<TagSet>{}{}</TagSet>", "<a>".repeat(MAX_DEPTH), "</a>".repeat(MAX_DEPTH));
    let twice = format!("<TagSet>{tag}</TagSet><TagSet>{tag}</TagSet>");
    for harm in [
        bomb.to_owned(),
        whole(&deep),
        whole(&twice),
        whole("<TagSet>text</TagSet>"),
        whole("<TagSet><Tag><Key>k</Key><Value><b/></Value></Tag></TagSet>"),
        whole("<TagSet><Tag><Key>k</Key><Key>l</Key><Value>v</Value></Tag></TagSet>"),
        whole("<TagSet><Tag/></TagSet>"),
        format!("<CORSConfiguration><TagSet>{tag}</TagSet></CORSConfiguration>"),
        whole(&format!("<TagSet>{}</TagSet>", tag.repeat(MAX_ELEMENTS + 1))),
        "<Tagging><TagSet>".to_owned(),
        whole("<TagSet><Tag><Key>&x;</Key><Value>v</Value></Tag></TagSet>"),
        "\u{0}".to_owned(),
    ] {
        assert_eq!(tagging(&harm), "MalformedXML", "{}", harm.get(..200).unwrap_or(&harm));
    }
}

#[test]
fn a_place_that_is_filled_twice_or_wrongly_is_refused() {
    let list = |target: &str, headers: &[(&str, &str)]| {
        let sent = Sent::new("GET", target, headers, b"");
        match wire::decode(&routed("s3", "ListObjectsV2", Protocol::RestXml), &sent.request()) {
            Ok(_) => "accepted".to_owned(),
            Err(fault) => fault.code.into_owned(),
        }
    };
    assert_eq!(list("/b?list-type=2&max-keys=5&prefix=a%2Bb+c", &[]), "accepted");
    for target in ["/b?list-type=2&max-keys=5&max-keys=6", "/b?list-type=2&max-keys=x", "/b?list-type=2&prefix=%f"] {
        assert_eq!(list(target, &[]), "MalformedInput", "{target}");
    }
    let twice = [("x-amz-request-payer", "requester"), ("x-amz-request-payer", "requester")];
    assert_eq!(list("/b?list-type=2", &twice), "MalformedInput");
    assert_eq!(list("/b?list-type=2", &twice[..1]), "accepted");
    assert_eq!(list("/%ff?list-type=2", &[]), "MalformedInput");
}

#[test]
fn keys_keep_every_slash_and_are_decoded_once() {
    for (target, key) in [
        ("/b/a//b/", "a//b/"),
        ("/b//a", "/a"),
        ("/b/a%2Fb%252F+%20", "a/b%2F+ "),
        ("/b/../c/./d", "../c/./d"),
        ("/b/%C3%A9", "é"),
    ] {
        let sent = Sent::new("GET", target, &[], b"");
        let to = sent.route(Some("s3")).unwrap_or_else(|error| panic!("{}", error.fault.code));
        let input = wire::decode(&to, &sent.request()).unwrap_or_else(|fault| panic!("{:?}", fault.message));
        assert!(input == with("s3", "GetObjectRequest", &[("Bucket", text("b")), ("Key", text(key))]), "{target}");
    }
}
