//! Any bytes as a request of one protocol: never a panic; what is accepted is accepted again after writing, and in
//! protocols that can say everything it reads the same.

use http::{HeaderMap, Method, Uri};
use model::{Operation, Service};
use std::sync::LazyLock;
use wire::{Protocol, Request, Routed};

/// An operation and its service.
pub(crate) type Place = (&'static Service, &'static Operation);

/// Every operation of every service that speaks a protocol.
pub(crate) fn places(speaks: fn(&Service) -> bool) -> Vec<Place> {
    let services = model::services().all().filter(move |service| speaks(service));
    services.flat_map(|service| service.operations().iter().map(move |operation| (service, operation))).collect()
}

/// The first two bytes pick the operation.
pub(crate) fn run(protocol: Protocol, places: &LazyLock<Vec<Place>>, data: &[u8]) {
    let Some((pick, body)) = data.split_first_chunk() else { return };
    let index = usize::from(u16::from_le_bytes(*pick)) % places.len().max(1);
    let Some((service, operation)) = places.get(index).copied() else { return };
    let routed = Routed { service, operation, protocol };
    let (method, uri, headers) = (Method::POST, Uri::from_static("/"), HeaderMap::new());
    let request = |body| Request { method: &method, uri: &uri, headers: &headers, body };
    let _ = wire::route(&request(body), Some(service.signing_name));
    let _ = wire::decode(&routed, &request(body));
    if let Ok(value) = wire::read(&routed, &request(body)) {
        let written = wire::encode_request(service, operation, protocol, &value).into_body();
        let again = wire::read(&routed, &request(&written));
        let again = again.map(|again| wire::encode_request(service, operation, protocol, &again).into_body());
        let is_form = matches!(protocol, Protocol::Query | Protocol::Ec2Query);
        // Bytes are compared, since a NaN is not equal to itself. Forms leave out what is empty in the middle of a list.
        assert!(again.is_ok_and(|again| is_form || again == written), "read differently when written again");
    }
}
