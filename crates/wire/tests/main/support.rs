//! What the other modules build requests with.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use model::{Fault, Operation, Service, Value, services};
use wire::{Protocol, Request, RouteError, Routed};

/// A request that owns its parts.
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Sent {
    pub(crate) fn new(method: &str, uri: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let headers = headers.iter().map(|(name, value)| {
            (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
        });
        // Collecting would keep only the last of two.
        let mut map = HeaderMap::new();
        headers.for_each(|(name, value)| _ = map.append(name, value));
        Self { method: method.parse().unwrap(), uri: uri.parse().unwrap(), headers: map, body: body.to_vec() }
    }

    /// KMS, JSON 1.1.
    pub(crate) fn kms(operation: &str, body: &str) -> Self {
        let target = format!("TrentService.{operation}");
        Self::new(
            "POST",
            "/",
            &[("x-amz-target", &target), ("content-type", "application/x-amz-json-1.1")],
            body.as_bytes(),
        )
    }

    /// A form.
    pub(crate) fn form(body: &str) -> Self {
        Self::new("POST", "/", &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")], body.as_bytes())
    }

    pub(crate) fn request(&self) -> Request<'_> {
        Request { method: &self.method, uri: &self.uri, headers: &self.headers, body: &self.body }
    }

    pub(crate) fn route(&self, signing_name: Option<&str>) -> Result<Routed, RouteError> {
        wire::route(&self.request(), signing_name)
    }

    pub(crate) fn decode(&self) -> Result<Value, Fault> {
        let routed = self.route(None).map_err(|error| error.fault)?;
        wire::decode(&routed, &self.request())
    }

    /// The code and text of the refusal.
    pub(crate) fn refusal(&self) -> (String, String) {
        match self.decode() {
            Ok(_) => ("accepted".to_owned(), String::new()),
            Err(fault) => (fault.code.into_owned(), fault.message.unwrap_or_default()),
        }
    }
}

pub(crate) fn service(name: &str) -> &'static Service {
    services().by_name(name).unwrap()
}

pub(crate) fn routed(service: &str, operation: &str, protocol: Protocol) -> Routed {
    let service = self::service(service);
    Routed { service, operation: service.operation(operation).unwrap(), protocol }
}

/// The protocols in which an operation can be sent: both versions of JSON where one is listed.
pub(crate) fn protocols(service: &Service) -> Vec<Protocol> {
    let each = |name: &model::ProtocolName| match name {
        model::ProtocolName::AwsJson10 | model::ProtocolName::AwsJson11 => {
            vec![Protocol::AwsJson10, Protocol::AwsJson11]
        }
        model::ProtocolName::Query => vec![Protocol::Query],
        model::ProtocolName::Ec2Query => vec![Protocol::Ec2Query],
        model::ProtocolName::RestJson => vec![Protocol::RestJson],
        model::ProtocolName::RestXml => vec![Protocol::RestXml],
        model::ProtocolName::Cbor => vec![Protocol::Cbor],
    };
    service.protocols.iter().flat_map(each).collect()
}

/// Every operation of every service, in every protocol that goes by headers or by an action.
pub(crate) fn everything() -> impl Iterator<Item = (&'static Service, &'static Operation, Protocol)> {
    let is_rest = |protocol: &Protocol| matches!(protocol, Protocol::RestJson | Protocol::RestXml);
    services().all().flat_map(move |service| {
        service.operations().iter().flat_map(move |operation| {
            let protocols = protocols(service).into_iter().filter(move |protocol| !is_rest(protocol));
            protocols.map(move |protocol| (service, operation, protocol))
        })
    })
}
