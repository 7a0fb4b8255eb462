//! Where REST requests go, and which are refused.

use crate::rest_round_trips::rest_operations;
use crate::support::{Sent, service};
use model::{Auth, services};
use wire::{Protocol, RouteError, Routed};

fn name(outcome: Result<Routed, RouteError>) -> String {
    match outcome {
        Ok(routed) => format!("{} {}", routed.service.name, routed.operation.name),
        Err(RouteError { fault, protocol, service }) => {
            let service = service.map_or("nobody", |service| service.name);
            format!("{} {} {protocol:?} {service}", fault.status, fault.code)
        }
    }
}

fn signed(signing_name: &str, method: &str, target: &str) -> String {
    name(Sent::new(method, target, &[], b"").route(Some(signing_name)))
}

#[test]
fn s3_goes_by_method_path_sub_resource_and_what_is_required() {
    for (method, target, operation) in [
        ("GET", "/", "ListBuckets"),
        ("GET", "/b", "ListObjects"),
        ("GET", "/b/", "ListObjects"),
        ("GET", "/b?list-type=2&prefix=a", "ListObjectsV2"),
        ("GET", "/b?uploads", "ListMultipartUploads"),
        ("GET", "/b?uploads=", "ListMultipartUploads"),
        ("GET", "/b?analytics", "ListBucketAnalyticsConfigurations"),
        ("GET", "/b?analytics&id=1", "GetBucketAnalyticsConfiguration"),
        ("GET", "/b?lifecycle", "GetBucketLifecycleConfiguration"),
        ("GET", "/b/k", "GetObject"),
        ("GET", "/b//", "GetObject"),
        ("GET", "/b/k?uploadId=u", "ListParts"),
        ("GET", "/b/k?x-id=GetObject&X-Amz-Signature=a", "GetObject"),
        ("HEAD", "/b", "HeadBucket"),
        ("HEAD", "/b/a/b", "HeadObject"),
        ("PUT", "/b", "CreateBucket"),
        ("PUT", "/b/a/b/", "PutObject"),
        ("PUT", "/b/k?uploadId=u&partNumber=1", "UploadPart"),
        ("PUT", "/b/k?encryption", "UpdateObjectEncryption"),
        ("POST", "/b/k?uploads", "CreateMultipartUpload"),
        ("POST", "/b/k?uploadId=u", "CompleteMultipartUpload"),
        ("POST", "/b/k?select&select-type=2", "SelectObjectContent"),
        ("POST", "/b?delete", "DeleteObjects"),
        ("DELETE", "/b/k?uploadId=u", "AbortMultipartUpload"),
        // Without the headers of S3 Control it is a bucket of that name.
        ("GET", "/v20180820/jobs", "GetObject"),
    ] {
        assert_eq!(signed("s3", method, target), format!("s3 {operation}"), "{method} {target}");
    }
    let copy = |target| name(Sent::new("PUT", target, &[("x-amz-copy-source", "/b/k")], b"").route(Some("s3")));
    assert_eq!(copy("/b/k"), "s3 CopyObject");
    assert_eq!(copy("/b/k?uploadId=u&partNumber=1"), "s3 UploadPartCopy");
}

#[test]
fn a_path_goes_nowhere_whose_signature_another_path_shares() {
    // Normalised, all of these are one path, and so is what was signed.
    assert_eq!(signed("securityhub", "DELETE", "/insights/arn:a"), "securityhub DeleteInsight");
    for path in [
        "/insights/arn:b/../arn:a",
        "/insights/./arn:a",
        "/insights//arn:a",
        "//insights/arn:a",
        "/x/../insights/arn:a",
    ] {
        assert_eq!(
            signed("securityhub", "DELETE", path),
            "404 UnknownOperationException RestJson securityhub",
            "{path}"
        );
    }
    // What is encoded stays as it is.
    assert_eq!(signed("securityhub", "DELETE", "/insights/%2E%2E/arn:a"), "securityhub DeleteInsight");
    assert_eq!(signed("lambda", "GET", "/2015-03-31/functions/"), "lambda ListFunctions");
    assert!(signed("lambda", "GET", "/2015-03-31/functions/f/..").starts_with("404"));
}

#[test]
fn nothing_that_s3_does_not_know_falls_through_to_an_object() {
    for (method, target) in [
        ("PUT", "/b/k?acl&tagging"),
        ("PUT", "/b/k?unheard-of"),
        ("PUT", "/b/k?partNumber=1"),
        ("PUT", "/b?cors&website"),
        ("DELETE", "/b?unheard-of"),
        ("GET", "/b/k?encryption"),
        ("POST", "/b/k?select&select-type=3"),
    ] {
        let outcome = signed("s3", method, target);
        assert!(outcome.starts_with("501 NotImplemented RestXml s3") || outcome.starts_with("4"), "{target} {outcome}");
    }
    for header in ["x-amz-grant-everything", "x-amz-server-side-encryption"] {
        let sent = Sent::new("GET", "/b/k", &[(header, "AES256")], b"");
        assert_eq!(name(sent.route(Some("s3"))), "501 NotImplemented RestXml s3", "{header}");
    }
    let put = Sent::new("PUT", "/b/k", &[("x-amz-server-side-encryption", "AES256"), ("x-amz-meta-a", "b")], b"");
    assert_eq!(name(put.route(Some("s3"))), "s3 PutObject");
    assert_eq!(signed("s3", "PATCH", "/b/k"), "405 MethodNotAllowed RestXml s3");
}

#[test]
fn services_that_share_a_signing_name_are_told_apart() {
    let control =
        |target| name(Sent::new("GET", target, &[("x-amz-account-id", "111122223333")], b"").route(Some("s3")));
    assert_eq!(control("/v20180820/jobs"), "s3control ListJobs");
    assert_eq!(control("/v20180820/mrap/instances/a/b/policy"), "s3control GetMultiRegionAccessPointPolicy");
    assert_eq!(control("/v20180820/mrap/instances/a/b"), "s3control GetMultiRegionAccessPoint");
    assert_eq!(signed("apigateway", "GET", "/restapis"), "apigateway GetRestApis");
    assert_eq!(signed("apigateway", "POST", "/restapis"), "apigateway CreateRestApi");
    assert_eq!(signed("apigateway", "POST", "/restapis?mode=import&x=1"), "apigateway ImportRestApi");
    assert_eq!(signed("apigateway", "GET", "/v2/apis"), "apigatewayv2 GetApis");
    assert_eq!(signed("apigateway", "GET", "/v2/tags/a%2Fb"), "apigatewayv2 GetTags");
    assert_eq!(signed("apigateway", "GET", "/tags/a%2Fb"), "apigateway GetTags");
}

#[test]
fn templates_and_their_fixed_parameters_decide() {
    for (signing_name, method, target, operation) in [
        ("lambda", "GET", "/2015-03-31/functions", "lambda ListFunctions"),
        ("lambda", "GET", "/2015-03-31/functions/", "lambda ListFunctions"),
        ("lambda", "GET", "/2015-03-31/functions/arn%3Aaws%3Alambda", "lambda GetFunction"),
        ("lambda", "GET", "/2018-10-31/layers?find=LayerVersion&Arn=a", "lambda GetLayerVersionByArn"),
        ("lambda", "GET", "/2018-10-31/layers?find=Else", "lambda ListLayers"),
        ("cloudfront", "POST", "/2020-05-31/tagging?Operation=Tag&Resource=a", "cloudfront TagResource"),
        ("cloudfront", "POST", "/2020-05-31/tagging?Operation=Untag&Resource=a", "cloudfront UntagResource"),
        ("cloudfront", "POST", "/2020-05-31/distribution?WithTags", "cloudfront CreateDistributionWithTags"),
        ("securityhub", "GET", "/standards/controls/arn:aws:a/b/c", "securityhub DescribeStandardsControls"),
        ("sso-oauth", "POST", "/token", "sso-oidc CreateToken"),
        ("sso-oauth", "POST", "/token?aws_iam=t", "sso-oidc CreateTokenWithIAM"),
        ("lambda", "GET", "/2015-03-31/function", "404 UnknownOperationException RestJson lambda"),
        ("lambda", "PATCH", "/2015-03-31/functions", "404 UnknownOperationException RestJson lambda"),
        ("lambda", "GET", "/2015-03-31/functions//", "404 UnknownOperationException RestJson lambda"),
        (
            "cloudfront",
            "POST",
            "/2020-05-31/tagging?Operation=Tag&Operation=Untag",
            "404 UnknownOperationException RestXml cloudfront",
        ),
        ("lambda", "GET", "/2015-03-31/functions?a=%zz", "400 SerializationException RestJson lambda"),
    ] {
        let found = signed(signing_name, method, target);
        if operation == "lambda GetFunction" {
            assert!(found.starts_with("lambda GetFunction") || found.starts_with("404"), "{found}");
            continue;
        }
        assert_eq!(found, operation, "{target}");
    }
}

#[test]
fn an_unsigned_request_goes_where_its_host_or_a_single_path_says() {
    let unsigned =
        |host: &str, method: &str, target: &str| name(Sent::new(method, target, &[("host", host)], b"").route(None));
    assert_eq!(unsigned("localhost", "POST", "/token"), "sso-oidc CreateToken");
    assert_eq!(
        unsigned("localhost", "GET", "/federation/credentials?role_name=r&account_id=1"),
        "sso GetRoleCredentials"
    );
    assert_eq!(unsigned("portal.sso.us-east-1.amazonaws.com", "POST", "/logout"), "sso Logout");
    // It learns there that it must sign.
    assert_eq!(unsigned("localhost", "GET", "/2015-03-31/functions"), "lambda ListFunctions");
    assert_eq!(unsigned("s3.localhost", "GET", "/"), "s3 ListBuckets");
    assert_eq!(unsigned("localhost", "GET", "/bucket/key"), "404 UnknownOperationException RestJson nobody");
    assert_eq!(unsigned("lambda.localhost", "GET", "/bucket/key"), "404 UnknownOperationException RestJson lambda");
    assert_eq!(unsigned("kms.localhost", "GET", "/bucket/key"), "404 UnknownOperationException RestJson nobody");
}

#[test]
fn the_list_of_services_with_open_operations_is_complete() {
    let open = services().all().filter(|service| {
        let is_rest = rest_operations().any(|(other, ..)| other.name == service.name);
        is_rest && service.operations().iter().any(|operation| operation.auth == Auth::None)
    });
    assert_eq!(open.map(|service| service.name).collect::<Vec<_>>(), ["signin", "sso", "sso-oidc"]);
    assert_eq!(service("sso").operation("Logout").map(|operation| operation.auth), Some(Auth::None));
    let is_rest = |protocol| matches!(protocol, Protocol::RestJson | Protocol::RestXml);
    assert!(rest_operations().all(|(.., protocol)| is_rest(protocol)));
}

#[test]
fn what_is_signed_for_a_part_of_s3_is_s3s() {
    let routed = |name: &str, method: &str, uri: &str, headers: &[(&str, &str)]| {
        let routed = Sent::new(method, uri, headers, b"").route(Some(name));
        let routed = routed.unwrap_or_else(|error| panic!("{name} {uri}: {}", error.fault.code));
        (routed.service.name, routed.operation.name)
    };
    assert_eq!(routed("s3", "GET", "/", &[]), ("s3", "ListBuckets"));
    assert_eq!(routed("s3express", "GET", "/?max-directory-buckets=3", &[]), ("s3", "ListDirectoryBuckets"));
    assert_eq!(routed("s3express", "GET", "/bucket--x-s3/key", &[]), ("s3", "GetObject"));
    assert_eq!(routed("s3-outposts", "GET", "/bucket/key", &[]), ("s3", "GetObject"));
    let route = [("x-amz-request-route", "r"), ("x-amz-request-token", "t")];
    assert_eq!(routed("s3-object-lambda", "POST", "/WriteGetObjectResponse", &route), ("s3", "WriteGetObjectResponse"));
    let account = [("x-amz-account-id", "000000000000")];
    let scope = routed("s3express", "GET", "/v20180820/accesspoint/a/scope", &account);
    assert_eq!(scope, ("s3control", "GetAccessPointScope"));
}
