//! What S3 does in its own way: addresses, what it refuses, errors, ids, root elements.
//!
//! S3's model says none of it, so that these tables are by name. Source: S3 API reference and user guide.

mod address;

pub(crate) use address::host;
pub use address::path_style;

use crate::rest::body::Body;
use crate::rest::query::is_claimed;
use crate::rest::router::{Candidate, Said, input};
use crate::{Protocol, Request, Routed};
use base64_simd::STANDARD;
use http::Method;
use model::{Fault, Location, Member, Operation, Service, Structure, Value, services};

/// The one service that writes bare errors and has names of its own for the common ones.
pub fn is_s3(service: &Service) -> bool {
    service.service_id == "S3"
}

/// Errors that belong to no model have names of their own in S3.
const CODES: &[(&str, &str, u16)] = &[
    ("AccessDeniedException", "AccessDenied", 403),
    ("ThrottlingException", "SlowDown", 503),
    ("ValidationException", "InvalidArgument", 400),
    ("MalformedInput", "InvalidArgument", 400),
    ("SerializationException", "InvalidArgument", 400),
    ("UnknownOperationException", "MethodNotAllowed", 405),
    ("RequestEntityTooLargeException", "EntityTooLarge", 400),
    ("InternalFailure", "InternalError", 500),
];

/// The code and status of an error.
pub(crate) fn code<'a>(service: Option<&'a Service>, fault: &'a Fault) -> (&'a str, u16) {
    if let Some(error) = service.and_then(|service| service.error(&fault.code)) {
        return (error.code.unwrap_or(&fault.code), error.status);
    }
    let known = CODES.iter().find(|(code, ..)| *code == fault.code);
    known.map_or((&fault.code, fault.status), |(_, code, status)| (code, *status))
}

/// The second id of a request: the first in another form, so that both lead to the record.
pub(crate) fn host_id(request_id: &str) -> String {
    STANDARD.encode_to_string(request_id)
}

/// What S3 says to any XML that it does not take.
pub(crate) fn malformed_xml() -> Fault {
    let text = "The XML you provided was not well-formed or did not validate against our published schema";
    Fault::client("MalformedXML", text)
}

/// What S3 says to a method that no template has.
pub(crate) fn method_not_allowed(method: &Method) -> Fault {
    Fault::client("MethodNotAllowed", "The specified method is not allowed against this resource.")
        .with_status(405)
        .with_member("Method", Value::String(method.as_str().to_owned()))
}

/// Headers that say how a request is signed, framed or summed, whatever the operation.
const GENERAL: &[&str] = &[
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-region-set",
    "x-amz-s3session-token",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-te",
    "x-amz-trailer",
    "x-amz-user-agent",
];

/// The refusal of a request that asks for something that its operation does not have: a sub-resource or an `x-amz-`
/// header. Nothing falls through to a plain read or write of the object. Parameters that begin with `x-` are for the
/// caller's own logs, and S3 ignores them.
pub(crate) fn unhonoured(service: &Service, candidate: &Candidate, said: &Said<'_>) -> Option<Fault> {
    let structure = input(service, candidate.operation)?;
    let is_free = |name: &str| name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("x-"));
    let known = |name: &str| is_free(name) || is_claimed(service, structure, &candidate.fixed, name);
    if let Some((name, _)) = said.pairs.iter().find(|(name, _)| !known(name)) {
        let text = format!("The parameter {name} implies functionality that is not implemented.");
        return Some(not_implemented(text).with_member("Parameter", Value::String(name.to_string())));
    }
    let bound = |name: &str| {
        structure.members.iter().any(|member| match (member.location, member.location_name) {
            (Location::Header, Some(header)) => header.eq_ignore_ascii_case(name),
            (Location::Headers, Some(prefix)) => {
                name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
            }
            _ => false,
        })
    };
    let mut named = said.headers.keys().map(http::HeaderName::as_str).filter(|name| name.starts_with("x-amz-"));
    let unknown = named.find(|name| !GENERAL.contains(name) && !name.starts_with("x-amz-checksum-") && !bound(name))?;
    let text = "A header you provided implies functionality that is not implemented";
    Some(not_implemented(text.to_owned()).with_member("Header", Value::String(unknown.to_owned())))
}

fn not_implemented(text: String) -> Fault {
    Fault { sender: false, ..Fault::client("NotImplemented", text).with_status(501) }
}

/// Operations whose requests look like another one's: those that S3 replaced by a newer one of the same form, and one of
/// the directory buckets, which is signed for another service (`s3express`).
const SUPERSEDED: &[&str] = &[
    "GetBucketLifecycle",
    "GetBucketNotification",
    "ListDirectoryBuckets",
    "PutBucketLifecycle",
    "PutBucketNotification",
];

/// The list of the directory buckets has the address of the other buckets' list; only the name that it is signed for
/// tells them apart. Source: S3 API Reference, "ListDirectoryBuckets".
pub(crate) fn list_of_directory_buckets(request: &Request<'_>, signing_name: Option<&str>) -> Option<Routed> {
    if signing_name != Some("s3express") || *request.method != Method::GET || request.uri.path() != "/" {
        return None;
    }
    let service = services().by_name("s3")?;
    Some(Routed { service, operation: service.operation("ListDirectoryBuckets")?, protocol: Protocol::RestXml })
}

/// Whether requests of this form are another operation's.
pub(crate) fn is_superseded(service: &Service, operation: &Operation) -> bool {
    is_s3(service) && SUPERSEDED.contains(&operation.name)
}

/// The root elements of answers that are not named after the output's shape.
const ROOTS: &[(&str, &str)] = &[
    ("CompleteMultipartUpload", "CompleteMultipartUploadResult"),
    ("CreateMultipartUpload", "InitiateMultipartUploadResult"),
    ("CreateSession", "CreateSessionResult"),
    ("DeleteObjects", "DeleteResult"),
    ("GetBucketAccelerateConfiguration", "AccelerateConfiguration"),
    ("GetBucketAcl", "AccessControlPolicy"),
    ("GetBucketCors", "CORSConfiguration"),
    ("GetBucketLifecycle", "LifecycleConfiguration"),
    ("GetBucketLifecycleConfiguration", "LifecycleConfiguration"),
    ("GetBucketLocation", "LocationConstraint"),
    ("GetBucketLogging", "BucketLoggingStatus"),
    ("GetBucketRequestPayment", "RequestPaymentConfiguration"),
    ("GetBucketTagging", "Tagging"),
    ("GetBucketVersioning", "VersioningConfiguration"),
    ("GetBucketWebsite", "WebsiteConfiguration"),
    ("GetObjectAcl", "AccessControlPolicy"),
    ("GetObjectAttributes", "GetObjectAttributesResponse"),
    ("GetObjectTagging", "Tagging"),
    ("ListBucketAnalyticsConfigurations", "ListBucketAnalyticsConfigurationResult"),
    ("ListBucketInventoryConfigurations", "ListInventoryConfigurationsResult"),
    ("ListBucketMetricsConfigurations", "ListMetricsConfigurationsResult"),
    ("ListBuckets", "ListAllMyBucketsResult"),
    ("ListDirectoryBuckets", "ListAllMyDirectoryBucketsResult"),
    ("ListMultipartUploads", "ListMultipartUploadsResult"),
    ("ListObjectVersions", "ListVersionsResult"),
    ("ListObjects", "ListBucketResult"),
    ("ListObjectsV2", "ListBucketResult"),
    ("ListParts", "ListPartsResult"),
];

/// The root element of an operation's answer, where it is not named after the output's shape.
pub(crate) fn root(operation: &Operation) -> Option<&'static str> {
    ROOTS.iter().find(|(name, _)| *name == operation.name).map(|(_, root)| *root)
}

/// The member that GetBucketLocation answers with as the root element, which no other operation does.
pub(crate) fn unwrapped<'a>(operation: &Operation, output: &'a Structure) -> Option<&'a Member> {
    output.members.first().filter(|_| operation.name == "GetBucketLocation")
}

/// The declaration that S3's XML begins with.
pub(crate) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// A body with its declaration, if it is XML.
pub(crate) fn declared(mut body: Body) -> Body {
    if body.content_type == Some("application/xml") {
        body.bytes.splice(0..0, DECLARATION.bytes());
    }
    body
}

/// The namespace of S3's answers.
pub(crate) const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
