//! Any bytes as a form of EC2.

use super::decoder::{self, Place};
use model::ProtocolName;
use std::sync::LazyLock;
use wire::Protocol;

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    decoder::places(|service| service.protocols.iter().any(|name| matches!(name, ProtocolName::Ec2Query)))
});

pub(crate) fn run(data: &[u8]) {
    decoder::run(Protocol::Ec2Query, &PLACES, data);
}
