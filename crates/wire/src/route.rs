//! Which service, operation and protocol a request is for.
//!
//! Guarantees: a request that could be read in two ways is refused. The signing name only tells query services apart;
//! that it is the one of the routed service, authentication checks.

use crate::{limits, query};
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, Method};
use model::{Catalog, Fault, Operation, ProtocolName, Service, services};

/// An HTTP request whose body has been read.
pub struct Request<'a> {
    /// The method.
    pub method: &'a Method,
    /// The target, in origin or absolute form.
    pub uri: &'a http::Uri,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}

/// A protocol that requests and answers are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protocol {
    /// JSON with the operation in a header, 1.0.
    AwsJson10,
    /// JSON with the operation in a header, 1.1.
    AwsJson11,
    /// Forms in, XML out.
    Query,
}

/// Where a request goes.
#[derive(Clone, Copy)]
pub struct Routed {
    /// The service.
    pub service: &'static Service,
    /// One of its operations.
    pub operation: &'static Operation,
    /// What the request is written in, and so the answer.
    pub protocol: Protocol,
}

/// Why a request goes nowhere.
pub struct RouteError {
    /// The answer.
    pub fault: Fault,
    /// What to write it in.
    pub protocol: Protocol,
    /// The service, if that much was clear.
    pub service: Option<&'static Service>,
}

/// Finds where a request goes. `signing_name` is the service part of its SigV4 scope, if it has one.
pub fn route(request: &Request<'_>, signing_name: Option<&str>) -> Result<Routed, RouteError> {
    let protocol = spoken(request.headers);
    let refuse = |fault: Fault| RouteError { fault, protocol, service: None };
    let Headers { target, smithy_protocol, legacy_target } = headers(request.headers).map_err(refuse)?;
    if legacy_target || (smithy_protocol && target.is_some()) {
        return Err(refuse(ambiguous("The request names its operation in more than one way.")));
    }
    if smithy_protocol {
        return Err(refuse(not_implemented("The RPC protocols are not implemented.".to_owned())));
    }
    if request.body.len() > limits::MAX_BODY {
        return Err(refuse(too_large()));
    }
    match target {
        Some(target) => {
            by_target(request, target, protocol).map_err(|(service, fault)| RouteError { fault, protocol, service })
        }
        None if is_json_type(request.headers) => Err(refuse(unknown_operation())),
        None => by_action(request, signing_name).map_err(|(service, fault)| RouteError { fault, protocol, service }),
    }
}

/// What a request that is too long for any operation is answered with.
pub(crate) fn too_large() -> Fault {
    let text = format!("The request is longer than {} bytes.", limits::MAX_BODY);
    Fault::client("RequestEntityTooLargeException", text).with_status(413)
}

type Refusal = (Option<&'static Service>, Fault);

fn by_target(request: &Request<'_>, target: &str, protocol: Protocol) -> Result<Routed, Refusal> {
    let (prefix, name) = target.rsplit_once('.').ok_or_else(|| (None, unknown_operation()))?;
    let service = services().by_target_prefix(prefix).ok_or_else(|| (None, Fault::not_implemented(prefix, name)))?;
    let operation = service.operation(name).ok_or_else(|| (Some(service), unknown_operation()))?;
    // A service that speaks JSON takes both versions and answers in the one that was asked in.
    let speaks_json =
        service.protocols.iter().any(|name| matches!(name, ProtocolName::AwsJson10 | ProtocolName::AwsJson11));
    let is_json = matches!(protocol, Protocol::AwsJson10 | Protocol::AwsJson11) && speaks_json;
    if !is_json || !is_json_type(request.headers) || request.method != Method::POST || request.uri.path() != "/" {
        return Err((Some(service), unknown_operation()));
    }
    Ok(Routed { service, operation, protocol })
}

fn by_action(request: &Request<'_>, signing_name: Option<&str>) -> Result<Routed, Refusal> {
    if let Some(name) = signing_name.filter(|name| services().by_signing_name(name).next().is_none()) {
        return Err((None, not_implemented(format!("The service {name} is not implemented."))));
    }
    if request.uri.path() != "/" {
        return Err((None, unknown_operation().with_status(404)));
    }
    let parameters = query::parameters(request).map_err(|fault| (None, fault))?;
    let parameter = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref());
    let Some(action) = parameter("Action") else {
        return Err((None, Fault::client("MissingAction", "The request must contain the parameter Action.")));
    };
    let Some(version) = parameter("Version") else {
        return Err((None, Fault::client("MissingParameter", "The request must contain the parameter Version.")));
    };
    let speaks_query = |service: &&'static Service| service.protocols.contains(&ProtocolName::Query);
    let mut candidates = candidates(services(), signing_name, version, action).into_iter().filter(speaks_query);
    let (service, others) = (candidates.next(), candidates.next());
    let invalid = || Fault::client("InvalidAction", format!("Could not find operation {action} for version {version}"));
    match (service, others) {
        (Some(service), None) => {
            let operation = service.operation(action).filter(|_| service.api_version == version);
            let operation = operation.ok_or_else(|| (Some(service), invalid()))?;
            Ok(Routed { service, operation, protocol: Protocol::Query })
        }
        (Some(_), Some(_)) => Err((None, ambiguous("The action belongs to several services."))),
        (None, _) => Err((None, invalid())),
    }
}

/// Services that a form may be meant for: those of the signing name, narrowed only where there are several.
fn candidates(catalog: &Catalog, signing_name: Option<&str>, version: &str, action: &str) -> Vec<&'static Service> {
    let Some(signing_name) = signing_name else {
        return catalog.by_version_and_action(version, action).collect();
    };
    let mut named = catalog.by_signing_name(signing_name).collect::<Vec<_>>();
    if named.len() > 1 {
        named.retain(|service| service.api_version == version && service.operation(action).is_some());
    }
    named
}

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const LEGACY_TARGET: HeaderName = HeaderName::from_static("x-amzn-target");
const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");

struct Headers<'a> {
    target: Option<&'a str>,
    smithy_protocol: bool,
    legacy_target: bool,
}

fn headers(headers: &HeaderMap) -> Result<Headers<'_>, Fault> {
    let mut targets = headers.get_all(TARGET).iter();
    let target = targets.next().map(|value| value.to_str()).transpose().map_err(|_| unknown_operation())?;
    if targets.next().is_some() || headers.get_all(CONTENT_TYPE).iter().count() > 1 {
        return Err(ambiguous("The request repeats a header that names its operation or protocol."));
    }
    let smithy_protocol = headers.contains_key(SMITHY_PROTOCOL);
    Ok(Headers { target, smithy_protocol, legacy_target: headers.contains_key(LEGACY_TARGET) })
}

/// What to answer in when nothing is known yet: JSON to those who sent JSON or a target, else XML.
fn spoken(headers: &HeaderMap) -> Protocol {
    match media_type(headers) {
        Some("application/x-amz-json-1.0") => Protocol::AwsJson10,
        Some("application/x-amz-json-1.1") => Protocol::AwsJson11,
        _ if headers.contains_key(TARGET) => Protocol::AwsJson11,
        _ => Protocol::Query,
    }
}

fn is_json_type(headers: &HeaderMap) -> bool {
    matches!(media_type(headers), Some("application/x-amz-json-1.0" | "application/x-amz-json-1.1"))
}

/// The content type without parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    text.split(';').next().map(str::trim)
}

fn ambiguous(text: &str) -> Fault {
    Fault::client("AmbiguousRequestException", text)
}

/// 501, for what is known to exist at AWS but has no operation here that could be named.
fn not_implemented(text: String) -> Fault {
    Fault { sender: false, ..Fault::client("NotImplemented", text).with_status(501) }
}

fn unknown_operation() -> Fault {
    Fault::bare("UnknownOperationException")
}
