//! Any bytes as a form for STS: never a panic, neither in routing nor in decoding.

use http::{HeaderMap, Method, Uri};
use wire::{Protocol, Request, Routed};

/// The first byte picks the operation.
pub(crate) fn run(data: &[u8]) {
    let Some((pick, body)) = data.split_first() else { return };
    let Some(service) = model::services().by_name("sts") else { return };
    let operations = service.operations();
    let Some(operation) = operations.get(usize::from(*pick) % operations.len()) else { return };
    let (method, uri, headers) = (Method::POST, Uri::from_static("/"), HeaderMap::new());
    let request = Request { method: &method, uri: &uri, headers: &headers, body };
    let _ = wire::route(&request, Some("sts"));
    let routed = Routed { service, operation, protocol: Protocol::Query };
    if let Ok(value) = wire::decode(&routed, &request) {
        let written = wire::encode_request(service, operation, routed.protocol, &value).into_body();
        let again = wire::decode(&routed, &Request { body: &written, ..request });
        assert!(again.is_ok(), "refused when written again");
    }
}
