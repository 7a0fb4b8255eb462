//! Which service and operation a REST request is for.
//!
//! Guarantees: a signed request goes to a service of its signing name and to no other; an unsigned one only where its
//! host says so, or where a single service has such a path; S3, which nearly every path fits, is never guessed.

use crate::rest::escape::{Pairs, pairs};
use crate::rest::router::{Candidate, Router, Said};
use crate::rest::s3;
use crate::{Protocol, Request, RouteError, Routed};
use model::{Auth, Fault, ProtocolName, Service, services};

/// The REST protocol that a service speaks, if it does.
pub(crate) fn protocol_of(service: &Service) -> Option<Protocol> {
    service.protocols.iter().find_map(|name| match name {
        ProtocolName::RestJson => Some(Protocol::RestJson),
        ProtocolName::RestXml => Some(Protocol::RestXml),
        _ => None,
    })
}

/// Services of that signing name that speak REST.
pub(crate) fn signed_for(signing_name: &str) -> Vec<&'static Service> {
    services().by_signing_name(signing_name).filter(|service| protocol_of(service).is_some()).collect()
}

/// Finds the operation of a signed request, among the services of its signing name.
pub(crate) fn route_signed(request: &Request<'_>, candidates: &[&'static Service]) -> Result<Routed, RouteError> {
    let pairs = parameters(request, candidates)?;
    let said = Said { pairs: &pairs, headers: request.headers };
    // S3 Control's requests tell themselves apart from S3's by the account that they name.
    let is_own = |(service, found): &Found| candidates.len() == 1 || found.has_headers(&said) || s3::is_s3(service);
    let found = || among(request, candidates, &said).filter(is_own);
    let most = found().map(|(_, found)| found.literals).max();
    let mut best = found().filter(|(_, found)| Some(found.literals) == most);
    match (best.next(), best.next()) {
        (Some(found), None) => routed(found, &said),
        (Some(_), Some(_)) => Err(refused(candidates, ambiguous())),
        (None, _) => Err(unknown(request, candidates)),
    }
}

/// Finds the operation of an unsigned request: of the service that its host names; else of the one that has such an
/// operation for everybody; else of the one that has such a path, so that it learns that it must sign.
pub(crate) fn route_unsigned(request: &Request<'_>) -> Result<Routed, RouteError> {
    if let Some(service) = of_host(request) {
        return route_signed(request, &[service]);
    }
    let pairs = parameters(request, &[])?;
    let said = Said { pairs: &pairs, headers: request.headers };
    let open = named(OPEN);
    let mut open = among(request, &open, &said).filter(|(_, found)| found.operation.auth == Auth::None);
    if let (Some(found), None) = (open.next(), open.next()) {
        return routed(found, &said);
    }
    let all = [ProtocolName::RestJson, ProtocolName::RestXml].map(|protocol| services().by_protocol(protocol));
    let all = all.into_iter().flatten().filter(|service| !s3::is_s3(service)).collect::<Vec<_>>();
    let mut found = among(request, &all, &said);
    match (found.next(), found.next()) {
        (Some(found), None) => routed(found, &said),
        (None, _) => Err(refused(&[], Fault::bare("UnknownOperationException").with_status(404))),
        _ => Err(refused(&[], ambiguous())),
    }
}

/// The services whose operations may be called unsigned. A test compares this with the models; asking them all at every
/// unsigned request would unpack every table.
pub(crate) const OPEN: &[&str] = &["signin", "sso", "sso-oidc"];

/// The beginnings of host names that differ from the service's name.
const HOSTS: &[(&str, &str)] = &[("portal.sso", "sso"), ("oidc", "sso-oidc"), ("s3-control", "s3control")];

/// The service that a host name begins with, such as `lambda.us-east-1.amazonaws.com`.
pub(crate) fn of_host(request: &Request<'_>) -> Option<&'static Service> {
    let host = s3::host(request.uri, request.headers)?;
    let begins = |name: &str| host.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    let renamed = HOSTS.iter().find(|(host, _)| begins(host)).map(|(_, name)| *name);
    let name = renamed.or_else(|| host.split_once('.').map(|(first, _)| first))?;
    services().by_name(name).filter(|service| protocol_of(service).is_some())
}

fn named(names: &[&str]) -> Vec<&'static Service> {
    names.iter().filter_map(|name| services().by_name(name)).collect()
}

/// A service and its operation.
type Found = (&'static Service, &'static Candidate);

/// Every service that has an operation for the request.
fn among<'a>(
    request: &'a Request<'_>,
    candidates: &'a [&'static Service],
    said: &'a Said<'_>,
) -> impl Iterator<Item = Found> + 'a {
    let find = |service: &&'static Service| {
        Router::of(service).find(request.method, request.uri.path(), said).map(|found| (*service, found))
    };
    candidates.iter().filter_map(find)
}

fn parameters<'a>(request: &'a Request<'_>, candidates: &[&'static Service]) -> Result<Pairs<'a>, RouteError> {
    pairs(request.uri.query().unwrap_or_default()).ok_or_else(|| {
        let text = "The query string is not percent-encoded UTF-8, or has too many parameters.";
        refused(candidates, Fault::client("SerializationException", text))
    })
}

fn routed((service, found): Found, said: &Said<'_>) -> Result<Routed, RouteError> {
    let protocol = protocol_of(service).unwrap_or(Protocol::RestJson);
    match s3::is_s3(service).then(|| s3::unhonoured(service, found, said)).flatten() {
        Some(fault) => Err(RouteError { fault, protocol, service: Some(service) }),
        None => Ok(Routed { service, operation: found.operation, protocol }),
    }
}

fn unknown(request: &Request<'_>, candidates: &[&'static Service]) -> RouteError {
    let knows = |service: &&&'static Service| Router::of(service).knows(request.uri.path());
    let fault = match candidates.iter().find(|service| s3::is_s3(service)).filter(knows) {
        Some(_) => s3::method_not_allowed(request.method),
        None => Fault::bare("UnknownOperationException").with_status(404),
    };
    refused(candidates, fault)
}

/// A refusal in the protocol of the services that it may have been meant for.
fn refused(candidates: &[&'static Service], fault: Fault) -> RouteError {
    let service = candidates.first().copied();
    let protocol = service.and_then(protocol_of).unwrap_or(Protocol::RestJson);
    RouteError { fault, protocol, service }
}

fn ambiguous() -> Fault {
    Fault::client("AmbiguousRequestException", "The path belongs to several services.")
}
