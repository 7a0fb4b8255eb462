//! PROXY protocol version 2: what a proxy says about the client, before the client's first byte.
//!
//! Guarantees: a header is taken whole or not at all, and nothing behind it is read; whatever is no stream over IPv4 or
//! IPv6 is refused, since the client's address would be unknown; no header is longer than [`MAX_HEADER`].
//! Source: HAProxy's "The PROXY protocol, versions 1 & 2", §2.2.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::io::{AsyncRead, AsyncReadExt};

/// Longest header that is read: addresses take 36 bytes, the rest is for what proxies add and nobody here reads.
pub const MAX_HEADER: usize = 4096;
/// What every header begins with.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// Signature, version and command, family and protocol, length.
const FIXED: usize = 16;

/// What a header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// The proxy speaks for itself, such as when it checks health.
    Local,
    /// The proxy speaks for a client at this address.
    Client(SocketAddr),
}

/// Why a header is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(&'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Malformed {}

/// Reads a header from the beginning of a connection, and not a byte more.
pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Header> {
    let mut bytes = vec![0; FIXED];
    stream.read_exact(&mut bytes).await?;
    let length = length(&bytes).map_err(io::Error::other)?;
    bytes.resize(length, 0);
    stream.read_exact(bytes.get_mut(FIXED..).unwrap_or_default()).await?;
    match parse(&bytes) {
        Ok(Some((header, _))) => Ok(header),
        Ok(None) => Err(io::ErrorKind::UnexpectedEof.into()),
        Err(malformed) => Err(io::Error::other(malformed)),
    }
}

/// The header that `bytes` begin with, and its length; `None`: more bytes are needed to tell.
pub fn parse(bytes: &[u8]) -> Result<Option<(Header, usize)>, Malformed> {
    if bytes.len() < FIXED {
        let begins = SIGNATURE.iter().zip(bytes).all(|(expected, byte)| expected == byte);
        return if begins { Ok(None) } else { Err(NO_HEADER) };
    }
    let length = length(bytes)?;
    let Some((_, rest)) = bytes.get(..length).and_then(|header| header.split_at_checked(FIXED)) else {
        return Ok(None);
    };
    let (command, family) = (bytes.get(12).copied().unwrap_or(0) & 0xf, bytes.get(13).copied().unwrap_or(0));
    let header = match (command, family) {
        // Whatever addresses stand there are to be ignored.
        (0, _) => Header::Local,
        (1, 0x11) => Header::Client(client::<4>(rest, |ip| Ipv4Addr::from(ip).into())?),
        (1, 0x21) => Header::Client(client::<16>(rest, |ip| Ipv6Addr::from(ip).into())?),
        (1, _) => return Err(Malformed("the PROXY header names no TCP connection over IPv4 or IPv6")),
        _ => return Err(Malformed("the PROXY header has an unknown command")),
    };
    Ok(Some((header, length)))
}

/// The whole length of a header whose fixed part is there.
fn length(bytes: &[u8]) -> Result<usize, Malformed> {
    if bytes.get(..SIGNATURE.len()) != Some(&SIGNATURE) {
        return Err(NO_HEADER);
    }
    if bytes.get(12).is_none_or(|byte| byte >> 4 != 2) {
        return Err(Malformed("the PROXY header is not of version 2"));
    }
    let rest = bytes.get(14..FIXED).and_then(|length| length.try_into().ok()).map(u16::from_be_bytes);
    let length = FIXED + usize::from(rest.ok_or(NO_HEADER)?);
    if length > MAX_HEADER { Err(Malformed("the PROXY header is too long")) } else { Ok(length) }
}

/// The client's address and port: before the ports stand two addresses of `N` bytes.
fn client<const N: usize>(addresses: &[u8], ip: fn([u8; N]) -> IpAddr) -> Result<SocketAddr, Malformed> {
    let read = || {
        let source = addresses.get(..N)?.try_into().ok()?;
        let port = addresses.get(2 * N..2 * N + 2)?.try_into().ok()?;
        // The destination's port has to be there too.
        addresses.get(2 * N + 2..2 * N + 4)?;
        Some(SocketAddr::new(ip(source), u16::from_be_bytes(port)))
    };
    read().ok_or(Malformed("the PROXY header is too short for its addresses"))
}

const NO_HEADER: Malformed = Malformed("there is no PROXY header of version 2");

#[cfg(test)]
mod tests {
    use super::*;

    fn header(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [&SIGNATURE[..], &[0x20 | command, family], &length, rest].concat()
    }

    const V4: &[u8] = &[192, 0, 2, 7, 10, 0, 0, 1, 0x30, 0x39, 1, 0xbb];

    #[test]
    fn clients_over_both_protocols_are_told_and_additions_are_skipped() {
        let v4: SocketAddr = "192.0.2.7:12345".parse().unwrap();
        for additions in [&[][..], &[4, 0, 3, 1, 2, 3], &[0xff; 100]] {
            let bytes = header(1, 0x11, &[V4, additions].concat());
            assert_eq!(parse(&bytes), Ok(Some((Header::Client(v4), bytes.len()))));
            let more = [&bytes[..], b"GET / HTTP/1.1\r\n"].concat();
            assert_eq!(parse(&more), Ok(Some((Header::Client(v4), bytes.len()))));
        }
        let v6: SocketAddr = "[2001:db8::7]:80".parse().unwrap();
        let IpAddr::V6(ip) = v6.ip() else { panic!() };
        let bytes = header(1, 0x21, &[&ip.octets()[..], &[0; 16], &[0, 80, 1, 0xbb]].concat());
        assert_eq!(parse(&bytes), Ok(Some((Header::Client(v6), bytes.len()))));
    }

    #[test]
    fn a_proxy_may_speak_for_itself_whatever_else_stands_there() {
        for (family, rest) in [(0, &[][..]), (0x11, V4), (0x31, &[7; 30])] {
            assert!(matches!(parse(&header(0, family, rest)), Ok(Some((Header::Local, _)))));
        }
    }

    #[test]
    fn what_leaves_the_client_unknown_is_refused() {
        let long = header(1, 0x11, &[0; MAX_HEADER]);
        let mut version = header(1, 0x11, V4);
        version[12] = 0x11;
        for (bytes, word) in [
            (header(1, 0, &[]), "no TCP"),
            (header(1, 0x12, V4), "no TCP"),
            (header(1, 0x31, &[0; 216]), "no TCP"),
            (header(2, 0x11, V4), "command"),
            (header(1, 0x11, &V4[..11]), "too short"),
            (header(1, 0x21, V4), "too short"),
            (long, "too long"),
            (version, "version 2"),
            (b"PROXY TCP4 192.0.2.7 10.0.0.1 12345 443\r\n".to_vec(), "no PROXY header"),
            (b"GET".to_vec(), "no PROXY header"),
        ] {
            let told = parse(&bytes).unwrap_err().to_string();
            assert!(told.contains(word), "{told}");
        }
    }

    #[test]
    fn a_header_is_read_whole_and_nothing_behind_it() {
        let bytes = [&header(1, 0x11, V4)[..], b"rest"].concat();
        for end in 0..bytes.len() - 4 {
            assert_eq!(parse(&bytes[..end]), Ok(None), "{end}");
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut stream = &bytes[..];
        assert!(matches!(runtime.block_on(read(&mut stream)), Ok(Header::Client(_))));
        assert_eq!(stream, b"rest");
    }
}
