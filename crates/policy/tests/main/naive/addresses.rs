//! Addresses and ranges of conditions, of both versions of IP.

use std::net::IpAddr;

/// Whether a range, or an address for itself, holds an address; `None` if one of them is none.
pub(super) fn holds(range: &str, address: &str) -> Option<bool> {
    let address = bits(address.parse().ok()?);
    let (network, length) = match range.split_once('/') {
        Some((network, length)) => (network, Some(length.parse::<usize>().ok()?)),
        None => (range, None),
    };
    let network = bits(network.parse().ok()?);
    let length = length.unwrap_or(network.len());
    if length > network.len() {
        return None;
    }
    Some(network.len() == address.len() && network[..length] == address[..length])
}

fn bits(address: IpAddr) -> Vec<bool> {
    let bytes = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    bytes.into_iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect()
}
