//! Any bytes as the body of a JSON request.

use super::decoder::{self, Place};
use model::ProtocolName;
use std::sync::LazyLock;
use wire::Protocol;

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    decoder::places(|service| {
        service.protocols.iter().any(|name| matches!(name, ProtocolName::AwsJson10 | ProtocolName::AwsJson11))
    })
});

pub(crate) fn run(data: &[u8]) {
    decoder::run(Protocol::AwsJson11, &PLACES, data);
}
