//! Where requests go, and which are refused.

use crate::support::Sent;
use wire::{Protocol, RouteError, Routed};

fn refused(outcome: Result<Routed, RouteError>) -> (String, u16, Protocol) {
    match outcome {
        Ok(routed) => panic!("routed to {}", routed.operation.name),
        Err(RouteError { fault, protocol, .. }) => (fault.code.into_owned(), fault.status, protocol),
    }
}

const JSON: (&str, &str) = ("content-type", "application/x-amz-json-1.1");
const TARGET: (&str, &str) = ("x-amz-target", "TrentService.Encrypt");

#[test]
fn json_goes_by_its_target_in_the_version_it_names() {
    for (version, protocol) in
        [("1.0", Protocol::AwsJson10), ("1.1", Protocol::AwsJson11), ("1.1; charset=utf-8", Protocol::AwsJson11)]
    {
        let content_type = format!("application/x-amz-json-{version}");
        let routed = Sent::new("POST", "/", &[TARGET, ("content-type", &content_type)], b"{}").route(None);
        let routed = routed.unwrap_or_else(|error| panic!("{}", error.fault.code));
        assert_eq!((routed.service.name, routed.operation.name, routed.protocol), ("kms", "Encrypt", protocol));
    }
}

#[test]
fn a_form_goes_by_its_action_and_version() {
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    for sent in [Sent::form(body), Sent::new("GET", &format!("/?{body}"), &[], b"")] {
        for signing_name in [None, Some("sts")] {
            let routed = sent.route(signing_name).unwrap_or_else(|error| panic!("{}", error.fault.code));
            assert_eq!(
                (routed.service.name, routed.operation.name, routed.protocol),
                ("sts", "GetCallerIdentity", Protocol::Query)
            );
        }
    }
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    let ambiguous = [
        Sent::new("POST", "/", &[TARGET, JSON, ("smithy-protocol", "rpc-v2-cbor")], b"{}"),
        Sent::new("POST", "/", &[TARGET, JSON, ("x-amzn-target", "TrentService.Decrypt")], b"{}"),
        Sent::new("POST", "/", &[TARGET, JSON, ("x-amz-target", "TrentService.Decrypt")], b"{}"),
        Sent::new("POST", "/", &[TARGET, JSON, ("content-type", "application/x-amz-json-1.0")], b"{}"),
    ];
    for sent in ambiguous {
        assert_eq!(refused(sent.route(None)), ("AmbiguousRequestException".to_owned(), 400, Protocol::AwsJson11));
    }
    const RPC: (&str, &str) = ("smithy-protocol", "rpc-v2-cbor");
    let path = "/service/GraniteServiceVersion20100801/operation/ListMetrics";
    for other in [TARGET, ("x-amzn-target", "a.b"), RPC] {
        let sent = Sent::new("POST", path, &[RPC, ("content-type", "application/cbor"), other], b"");
        assert_eq!(refused(sent.route(None)), ("AmbiguousRequestException".to_owned(), 400, Protocol::Cbor));
    }
    let twice = Sent::new("POST", "/?Action=GetCallerIdentity", &[], b"Action=GetCallerIdentity&Version=2011-06-15");
    assert_eq!(refused(twice.route(None)).0, "MalformedInput");
}

#[test]
fn an_operation_that_does_not_exist_is_unknown_in_the_words_of_its_protocol() {
    let unknown = Sent::kms("Encypher", "{}");
    assert_eq!(refused(unknown.route(None)), ("UnknownOperationException".to_owned(), 400, Protocol::AwsJson11));
    assert_eq!(refused(Sent::kms("encrypt", "{}").route(None)).0, "UnknownOperationException");
    let form = Sent::form("Action=GetSomething&Version=2011-06-15").route(Some("sts"));
    let error = form.err().unwrap();
    assert_eq!(error.fault.code, "InvalidAction");
    assert_eq!(error.fault.message.as_deref(), Some("Could not find operation GetSomething for version 2011-06-15"));
    assert_eq!(error.service.map(|service| service.name), Some("sts"));
    let old = Sent::form("Action=GetCallerIdentity&Version=1999-01-01").route(Some("sts"));
    assert_eq!(refused(old).0, "InvalidAction");
}

#[test]
fn a_service_that_is_not_here_says_so_with_501() {
    let sent = Sent::new(
        "POST",
        "/",
        &[("x-amz-target", "Elsewhere_20120810.GetItem"), ("content-type", "application/x-amz-json-1.0")],
        b"{}",
    );
    let error = sent.route(Some("elsewhere")).err().unwrap();
    assert_eq!((error.fault.status, error.protocol), (501, Protocol::AwsJson10));
    assert!(error.fault.message.unwrap().contains("GetItem"));
    for sent in [Sent::form("Action=CreateUser&Version=2010-05-08"), Sent::new("PUT", "/bucket/key", &[], b"")] {
        let (code, status, protocol) = refused(sent.route(Some("elsewhere")));
        assert_eq!((code.as_str(), status, protocol), ("NotImplemented", 501, Protocol::Query));
    }
    let rpc = Sent::new("POST", "/service/Elsewhere/operation/GetItem", CBOR, b"");
    assert_eq!(refused(rpc.route(None)), ("NotImplemented".to_owned(), 501, Protocol::Cbor));
}

const CBOR: &[(&str, &str)] = &[("smithy-protocol", "rpc-v2-cbor"), ("content-type", "application/cbor")];

#[test]
fn cbor_goes_by_the_last_four_segments_of_its_path() {
    const PATH: &str = "/service/GraniteServiceVersion20100801/operation/ListMetrics";
    for path in [PATH.to_owned(), format!("/any/prefix{PATH}"), format!("{PATH}?x=y")] {
        let sent = Sent::new("POST", &path, CBOR, b"\xA0");
        let routed = sent.route(Some("monitoring")).unwrap_or_else(|error| panic!("{path}: {}", error.fault.code));
        let found = (routed.service.name, routed.operation.name, routed.protocol);
        assert_eq!(found, ("cloudwatch", "ListMetrics", Protocol::Cbor));
    }
    let unknown = |method, path: &str, headers| refused(Sent::new(method, path, headers, b"").route(None));
    let expected = ("UnknownOperationException".to_owned(), 404, Protocol::Cbor);
    assert_eq!(unknown("GET", PATH, CBOR), expected);
    assert_eq!(unknown("POST", &format!("{PATH}/"), CBOR), expected);
    assert_eq!(unknown("POST", "/operation/ListMetrics", CBOR), expected);
    assert_eq!(unknown("POST", "/service/GraniteServiceVersion20100801/operation/Nothing", CBOR), expected);
    assert_eq!(unknown("POST", PATH, &[("smithy-protocol", "rpc-v2-json")]), expected);
    // KMS lists JSON alone.
    assert_eq!(unknown("POST", "/service/TrentService/operation/ListKeys", CBOR), expected);
}

#[test]
fn cbor_says_what_it_is_and_what_it_takes() {
    let send = |more: &[(&str, &str)], body: &[u8]| {
        let headers = [&[("smithy-protocol", "rpc-v2-cbor")], more].concat();
        let sent = Sent::new("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics", &headers, body);
        sent.route(None).map_or_else(|error| error.fault.status, |_| 200)
    };
    assert_eq!(send(&[], b""), 200);
    assert_eq!(send(&[], b"\xA0"), 415);
    assert_eq!(send(&[("content-type", "application/json")], b"\xA0"), 415);
    for (accept, status) in [
        ("application/cbor", 200),
        ("*/*", 200),
        ("text/html, application/*;q=0.5", 200),
        ("application/json", 406),
        ("text/*", 406),
        ("", 406),
    ] {
        assert_eq!(send(&[("content-type", "application/cbor"), ("accept", accept)], b"\xA0"), status, "{accept}");
    }
}

#[test]
fn ec2_goes_by_its_action() {
    let routed = Sent::form("Action=DescribeInstances&Version=2016-11-15").route(Some("ec2"));
    let routed = routed.unwrap_or_else(|error| panic!("{}", error.fault.code));
    assert_eq!((routed.operation.name, routed.protocol), ("DescribeInstances", Protocol::Ec2Query));
}

#[test]
fn nothing_falls_through_to_an_operation() {
    let encrypt =
        |method, uri, headers: &[(&str, &str)]| refused(Sent::new(method, uri, headers, b"{}").route(Some("kms"))).0;
    assert_eq!(encrypt("GET", "/", &[TARGET, JSON]), "UnknownOperationException");
    assert_eq!(encrypt("POST", "/other", &[TARGET, JSON]), "UnknownOperationException");
    assert_eq!(encrypt("POST", "/", &[TARGET]), "UnknownOperationException");
    assert_eq!(encrypt("POST", "/", &[TARGET, ("content-type", "text/plain")]), "UnknownOperationException");
    assert_eq!(encrypt("POST", "/", &[JSON]), "UnknownOperationException");
    assert_eq!(encrypt("POST", "/", &[("x-amz-target", "Encrypt"), JSON]), "UnknownOperationException");
    assert_eq!(encrypt("POST", "/", &[]), "MissingAction");
    assert_eq!(refused(Sent::form("Action=Encrypt&Version=2014-11-01").route(Some("kms"))).0, "InvalidAction");
    assert_eq!(refused(Sent::form("Action=GetCallerIdentity").route(Some("sts"))).0, "MissingParameter");
    assert_eq!(refused(Sent::new("PUT", "/bucket/key", &[], b"").route(Some("sts"))).1, 404);
}
