//! Whose word about a client's address is believed: the PROXY protocol's and `X-Forwarded-For`'s.
//!
//! Guarantees: only that of a trusted proxy; of the addresses that a request was forwarded for, the last one that is not
//! a trusted proxy's is the client's, since all before it are the client's own words; what a trusted proxy says and
//! nobody can read is refused.

use crate::refusal::Refusal;
use crate::settings::Network;
use http::HeaderMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{PoisonError, RwLock};

/// Most proxies that a request may have come through.
const HOPS: usize = 32;
const FORWARDED_FOR: &str = "x-forwarded-for";
const UNREADABLE: Refusal = Refusal::bad_request("X-Forwarded-For names no address where the client's should be");

/// What a listener knows of the proxies before it. By default there are none.
#[derive(Default)]
pub struct Proxies {
    /// Whether every connection begins with a PROXY protocol header.
    protocol: bool,
    trusted: RwLock<Vec<Network>>,
}

impl Proxies {
    /// Proxies in `trusted` networks, which speak the PROXY protocol if `protocol` is set.
    pub fn new(protocol: bool, trusted: Vec<Network>) -> Self {
        Self { protocol, trusted: RwLock::new(trusted) }
    }

    /// Trusts others from now on.
    pub fn trust(&self, trusted: Vec<Network>) {
        *self.trusted.write().unwrap_or_else(PoisonError::into_inner) = trusted;
    }

    pub(crate) fn speak_protocol(&self) -> bool {
        self.protocol
    }

    pub(crate) fn are_at(&self, address: IpAddr) -> bool {
        is_in(&self.trusted.read().unwrap_or_else(PoisonError::into_inner), address)
    }

    /// The client of a request that a trusted proxy brought, if it forwarded it for one.
    pub(crate) fn client(&self, headers: &HeaderMap) -> Result<Option<IpAddr>, Refusal> {
        let trusted = self.trusted.read().unwrap_or_else(PoisonError::into_inner);
        let (mut found, mut hops) = (None, 0);
        for value in headers.get_all(FORWARDED_FOR).iter().rev() {
            for entry in value.to_str().map_err(|_| UNREADABLE)?.rsplit(',') {
                let address = address(entry.trim()).ok_or(UNREADABLE)?;
                found = Some(address);
                hops += 1;
                if !is_in(&trusted, address) {
                    return Ok(found);
                }
                if hops >= HOPS {
                    return Err(UNREADABLE);
                }
            }
        }
        Ok(found)
    }
}

fn is_in(networks: &[Network], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(address))
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(lines: &[&'static str]) -> Result<Option<String>, Refusal> {
        let trusted = ["10.0.0.0/8", "2001:db8::/32"].map(|text| text.parse().unwrap());
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        Ok(Proxies::new(false, trusted.into()).client(&headers)?.map(|address| address.to_string()))
    }

    #[test]
    fn the_last_address_that_is_no_trusted_proxy_is_the_clients() {
        for (lines, expected) in [
            (&["192.0.2.7"][..], "192.0.2.7"),
            (&["6.6.6.6, 192.0.2.7"], "192.0.2.7"),
            (&["6.6.6.6,192.0.2.7 , 10.1.1.1,[2001:db8::1]"], "192.0.2.7"),
            (&["6.6.6.6", "192.0.2.7:4711", "10.1.1.1:80"], "192.0.2.7"),
            (&["not an address, 192.0.2.7"], "192.0.2.7"),
            (&["[2001:db9::7]:80, 10.0.0.1"], "2001:db9::7"),
            (&["10.0.0.2, 10.0.0.1"], "10.0.0.2"),
        ] {
            assert_eq!(client(lines).unwrap().as_deref(), Some(expected), "{lines:?}");
        }
        assert_eq!(client(&[]).unwrap(), None);
    }

    #[test]
    fn what_cannot_be_read_where_the_client_should_stand_is_refused() {
        for lines in [&["unknown"][..], &[""], &["192.0.2.7, "], &["192.0.2.7", "x, 10.0.0.1"], &["1.2.3, 10.0.0.1"]] {
            assert!(client(lines).is_err(), "{lines:?}");
        }
        let long: &'static str = "10.0.0.1, ".repeat(40).leak();
        assert!(client(&[long.trim_end_matches(", ")]).is_err());
    }
}
