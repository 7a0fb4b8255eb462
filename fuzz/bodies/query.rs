//! Any bytes as a form.

use super::decoder::{self, Place};
use model::ProtocolName;
use std::sync::LazyLock;
use wire::Protocol;

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    decoder::places(|service| service.protocols.iter().any(|name| matches!(name, ProtocolName::Query)))
});

pub(crate) fn run(data: &[u8]) {
    decoder::run(Protocol::Query, &PLACES, data);
}
