//! Which service, operation and protocol a request is for.
//!
//! Guarantees: a request that could be read in two ways is refused. The signing name only tells services apart whose
//! requests look alike; that it is the one of the routed service, authentication checks.

use crate::cbor::{RPC_V2_CBOR, SMITHY_PROTOCOL};
use crate::{encoding, limits, query, rest};
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, Method};
use model::{Catalog, Fault, Location, Operation, ProtocolName, Service, services};

/// An HTTP request whose body has been read.
#[derive(Clone, Copy)]
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
    /// The same as EC2 speaks it.
    Ec2Query,
    /// HTTP bindings around JSON.
    RestJson,
    /// HTTP bindings around XML.
    RestXml,
    /// Smithy's RPC v2 in CBOR.
    Cbor,
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

impl Routed {
    /// The headers, by their names in the model, that the operation's input is read from or by: those with members of
    /// their own, and the one that says that a body is compressed.
    pub fn told_in(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        if self.operation.gzip {
            names.push(CONTENT_ENCODING.as_str());
        }
        if matches!(self.protocol, Protocol::RestJson | Protocol::RestXml)
            && let Some(structure) = rest::input(self.service, self.operation)
        {
            let members = structure.members.iter().filter(|member| member.location == Location::Header);
            names.extend(members.map(|member| member.location_name.unwrap_or(member.name)));
        }
        names
    }
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
    if legacy_target || (smithy_protocol.is_some() && target.is_some()) {
        return Err(refuse(ambiguous("The request names its operation in more than one way.")));
    }
    if request.body.len() > limits::MAX_BODY {
        return Err(refuse(too_large()));
    }
    match (smithy_protocol, target) {
        (Some(named), _) => by_path(request, named).map_err(|(service, fault)| RouteError { fault, protocol, service }),
        (None, Some(target)) => {
            by_target(request, target, protocol).map_err(|(service, fault)| RouteError { fault, protocol, service })
        }
        (None, None) if let Some(routed) = by_bindings(request, signing_name) => routed,
        (None, None) if is_json_type(request.headers) => Err(refuse(unknown_operation())),
        (None, None) => {
            by_action(request, signing_name).map_err(|(service, fault)| RouteError { fault, protocol, service })
        }
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

/// `…/service/<service>/operation/<operation>`: only these four segments count, whatever precedes them.
fn by_path(request: &Request<'_>, smithy_protocol: &str) -> Result<Routed, Refusal> {
    let unknown = || unknown_operation().with_status(404);
    let mut segments = request.uri.path().rsplit('/');
    let mut next = || segments.next().filter(|segment| !segment.is_empty());
    let (Some(name), Some("operation"), Some(prefix), Some("service")) = (next(), next(), next(), next()) else {
        return Err((None, unknown()));
    };
    if smithy_protocol != RPC_V2_CBOR || request.method != Method::POST {
        return Err((None, unknown()));
    }
    let service = services().by_target_prefix(prefix).ok_or_else(|| (None, Fault::not_implemented(prefix, name)))?;
    let operation = service.operation(name).filter(|_| service.protocols.contains(&ProtocolName::Cbor));
    let operation = operation.ok_or_else(|| (Some(service), unknown()))?;
    // A body says what it is in; without one there is nothing to say.
    let is_cbor = match media_type(request.headers) {
        Some(named) => named.eq_ignore_ascii_case(CBOR),
        None => request.body.is_empty(),
    };
    if !is_cbor {
        let text = format!("The content type must be {CBOR}.");
        return Err((Some(service), Fault::client("UnsupportedMediaTypeException", text).with_status(415)));
    }
    if !accepts(request.headers, CBOR) {
        let text = format!("The answer is in {CBOR}, which the request does not accept.");
        return Err((Some(service), Fault::client("NotAcceptableException", text).with_status(406)));
    }
    Ok(Routed { service, operation, protocol: Protocol::Cbor })
}

const CBOR: &str = "application/cbor";

/// Whether a client takes this type. Without a word about it, it takes everything.
fn accepts(headers: &HeaderMap, wanted: &str) -> bool {
    let mut values = headers.get_all(ACCEPT).iter().peekable();
    let kind = wanted.split('/').next().unwrap_or_default();
    values.peek().is_none()
        || values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|range| {
            let range = range.split(';').next().unwrap_or_default().trim();
            let is_kind =
                range.strip_suffix("/*").is_some_and(|kinds| kinds == "*" || kinds.eq_ignore_ascii_case(kind));
            is_kind || range.eq_ignore_ascii_case(wanted)
        })
}

/// By method and path, where the services of the signing name speak REST; unsigned, where the host is one of those, or
/// there is a path at all, which query does not have.
fn by_bindings(request: &Request<'_>, signing_name: Option<&str>) -> Option<Result<Routed, RouteError>> {
    if let Some(routed) = rest::s3::list_of_directory_buckets(request, signing_name) {
        return Some(Ok(routed));
    }
    match signing_name.map(rest::signed_for) {
        Some(candidates) if candidates.is_empty() => None,
        Some(candidates) => Some(rest::route_signed(request, &candidates)),
        None if request.uri.path() == "/" && rest::of_host(request).is_none() => None,
        None => Some(rest::route_unsigned(request)),
    }
}

fn by_action(request: &Request<'_>, signing_name: Option<&str>) -> Result<Routed, Refusal> {
    if let Some(name) = signing_name.filter(|name| services().by_signing_name(name).next().is_none()) {
        return Err((None, not_implemented(format!("The service {name} is not implemented."))));
    }
    if request.uri.path() != "/" {
        return Err((None, unknown_operation().with_status(404)));
    }
    // Not looked for in operations: which one it is stands in the form.
    let compressed = services().by_signing_name(signing_name.unwrap_or_default()).any(takes_compressed_forms);
    let body = encoding::plain_form(request, compressed).map_err(|fault| (None, fault))?;
    let request = &Request { body: &body, ..*request };
    let parameters = query::parameters(request).map_err(|fault| (None, fault))?;
    let parameter = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref());
    let Some(action) = parameter("Action") else {
        return Err((None, Fault::client("MissingAction", "The request must contain the parameter Action.")));
    };
    let Some(version) = parameter("Version") else {
        return Err((None, Fault::client("MissingParameter", "The request must contain the parameter Version.")));
    };
    let candidates = candidates(services(), signing_name, version, action).into_iter();
    let mut candidates = candidates.filter_map(|service| Some((service, query_of(service)?)));
    let (service, others) = (candidates.next(), candidates.next());
    let invalid = || Fault::client("InvalidAction", format!("Could not find operation {action} for version {version}"));
    match (service, others) {
        (Some((service, protocol)), None) => {
            let operation = service.operation(action).filter(|_| service.api_version == version);
            let operation = operation.ok_or_else(|| (Some(service), invalid()))?;
            Ok(Routed { service, operation, protocol })
        }
        (Some(_), Some(_)) => Err((None, ambiguous("The action belongs to several services."))),
        (None, _) => Err((None, invalid())),
    }
}

/// Which kind of query a service speaks, if any.
fn query_of(service: &Service) -> Option<Protocol> {
    service.protocols.iter().find_map(|name| match name {
        ProtocolName::Query => Some(Protocol::Query),
        ProtocolName::Ec2Query => Some(Protocol::Ec2Query),
        _ => None,
    })
}

fn takes_compressed_forms(service: &'static Service) -> bool {
    query_of(service).is_some() && service.operations().iter().any(|operation| operation.gzip)
}

/// Services that a form may be meant for: those of the signing name, narrowed only where there are several.
fn candidates(catalog: &Catalog, signing_name: Option<&str>, version: &str, action: &str) -> Vec<&'static Service> {
    let Some(signing_name) = signing_name else {
        return owner_of(catalog.by_version_and_action(version, action).collect());
    };
    let mut named = catalog.by_signing_name(signing_name).collect::<Vec<_>>();
    if named.len() > 1 {
        named.retain(|service| service.api_version == version && service.operation(action).is_some());
    }
    owner_of(named)
}

/// One service that signs by the name of another also answers at its endpoint: what both have is the other's own. So
/// DocumentDB's API is RDS's wherever the two agree in version and action.
fn owner_of(candidates: Vec<&'static Service>) -> Vec<&'static Service> {
    let owner = candidates.iter().copied().find(|service| service.name == service.signing_name);
    match owner {
        Some(owner) if candidates.iter().all(|service| service.signing_name == owner.name) => vec![owner],
        _ => candidates,
    }
}

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const LEGACY_TARGET: HeaderName = HeaderName::from_static("x-amzn-target");

struct Headers<'a> {
    target: Option<&'a str>,
    smithy_protocol: Option<&'a str>,
    legacy_target: bool,
}

fn headers(headers: &HeaderMap) -> Result<Headers<'_>, Fault> {
    let (target, smithy_protocol) = (only(headers, &TARGET)?, only(headers, &SMITHY_PROTOCOL)?);
    if headers.get_all(CONTENT_TYPE).iter().count() > 1 {
        return Err(repeated());
    }
    Ok(Headers { target, smithy_protocol, legacy_target: headers.contains_key(LEGACY_TARGET) })
}

/// The value of a header that may be there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Fault> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().map(|value| value.to_str()).transpose().map_err(|_| unknown_operation())?;
    if values.next().is_some() { Err(repeated()) } else { Ok(value) }
}

fn repeated() -> Fault {
    ambiguous("The request repeats a header that names its operation or protocol.")
}

/// What to answer in when nothing is known yet: JSON to those who sent JSON or a target, CBOR to those who named it,
/// else XML.
fn spoken(headers: &HeaderMap) -> Protocol {
    match media_type(headers) {
        Some("application/x-amz-json-1.0") => Protocol::AwsJson10,
        Some("application/x-amz-json-1.1") => Protocol::AwsJson11,
        _ if headers.contains_key(SMITHY_PROTOCOL) => Protocol::Cbor,
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
