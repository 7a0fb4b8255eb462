//! Any bytes as the body of a KMS request: never a panic; what is accepted reads back the same after writing.

use http::{HeaderMap, Method, Uri};
use wire::{Protocol, Request, Routed};

/// The first byte picks the operation.
pub(crate) fn run(data: &[u8]) {
    let Some((pick, body)) = data.split_first() else { return };
    let Some(service) = model::services().by_name("kms") else { return };
    let operations = service.operations();
    let Some(operation) = operations.get(usize::from(*pick) % operations.len()) else { return };
    let routed = Routed { service, operation, protocol: Protocol::AwsJson11 };
    let (method, uri, headers) = (Method::POST, Uri::from_static("/"), HeaderMap::new());
    let request = |body| Request { method: &method, uri: &uri, headers: &headers, body };
    if let Ok(value) = wire::decode(&routed, &request(body)) {
        let again = wire::encode_request(service, operation, routed.protocol, &value).into_body();
        assert!(
            wire::decode(&routed, &request(&again)).is_ok_and(|same| same == value),
            "read differently when written again"
        );
    }
}
