//! Any bytes as a REST request: never a panic, neither in addressing, routing nor decoding; what is accepted reads the
//! same after writing.
//!
//! The first byte picks the signing name; then come lines as HTTP has them, an empty one, and the body.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use model::{ProtocolName, Service};
use std::sync::LazyLock;
use wire::Request;

/// The services that speak REST.
pub(crate) static SERVICES: LazyLock<Vec<&'static Service>> = LazyLock::new(|| {
    let speaks = |service: &&Service| {
        service.protocols.iter().any(|name| matches!(name, ProtocolName::RestJson | ProtocolName::RestXml))
    };
    model::services().all().filter(speaks).collect()
});

/// Longest target that can be written again: encoding makes it three times as long at most.
const MAX_TARGET: usize = 20_000;

pub(crate) fn run(data: &[u8]) {
    let Some((pick, rest)) = data.split_first() else { return };
    let service = SERVICES.get(usize::from(*pick) % SERVICES.len().max(1));
    let Some((method, uri, headers, body)) = parts(rest) else { return };
    let signing_name = service.map(|service| service.signing_name);
    let _ = wire::path_style(&uri, &headers, signing_name, &["objects.example".to_owned()]);
    let request = Request { method: &method, uri: &uri, headers: &headers, body };
    let _ = wire::route(&request, None);
    let Ok(routed) = wire::route(&request, signing_name) else { return };
    let _ = wire::decode(&routed, &request);
    let Ok(value) = wire::read(&routed, &request) else { return };
    let written = wire::encode_request(routed.service, routed.operation, routed.protocol, &value);
    let read = wire::read(
        &routed,
        &Request { method: written.method(), uri: written.uri(), headers: written.headers(), body: written.body() },
    );
    let Ok(again) = read else { panic!("refused when written again") };
    let again = wire::encode_request(routed.service, routed.operation, routed.protocol, &again);
    // Bytes are compared, since a NaN is not equal to itself.
    let is_same =
        again.uri() == written.uri() && again.headers() == written.headers() && again.body() == written.body();
    assert!(is_same, "read differently when written again");
}

fn parts(data: &[u8]) -> Option<(Method, Uri, HeaderMap, &[u8])> {
    let end = data.windows(2).position(|pair| pair == b"\n\n")?;
    let (head, body) = data.split_at(end);
    let mut lines = head.split(|byte| *byte == b'\n');
    let (method, target) = std::str::from_utf8(lines.next()?).ok()?.split_once(' ')?;
    if target.len() > MAX_TARGET {
        return None;
    }
    let mut headers = HeaderMap::new();
    for line in lines {
        let at = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at(at);
        headers.append(HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value.get(1..)?).ok()?);
    }
    Some((method.parse().ok()?, target.parse().ok()?, headers, body.get(2..)?))
}
