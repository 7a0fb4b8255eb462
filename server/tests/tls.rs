//! TLS on the same port as plain HTTP, under the authority in `ca.pem`.

use crate::harness::{TestServer, one, rest, status};
use rustls::crypto::SupportedKxGroup;
use rustls::crypto::aws_lc_rs::{default_provider, kx_group};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;

type Stream = StreamOwned<ClientConnection, TcpStream>;

fn connect(
    server: &TestServer,
    name: &str,
    versions: &[&'static rustls::SupportedProtocolVersion],
    group: &'static dyn rustls::crypto::SupportedKxGroup,
) -> Stream {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&server.ca).unwrap()).unwrap();
    let provider = rustls::crypto::CryptoProvider { kx_groups: vec![group], ..default_provider() };
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let session = ClientConnection::new(Arc::new(config), name.to_owned().try_into().unwrap()).unwrap();
    StreamOwned::new(session, server.connect())
}

/// A classical group that every build serves, and its name: FIPS 140-3 does not approve of X25519 alone.
const ALONE: (&'static dyn SupportedKxGroup, &str) =
    if cfg!(feature = "fips") { (kx_group::SECP256R1, "secp256r1") } else { (kx_group::X25519, "x25519") };

#[test]
fn x25519_alone_is_served_but_by_a_build_for_fips() {
    let server = TestServer::start();
    let mut stream = connect(&server, "localhost", &[&rustls::version::TLS13], kx_group::X25519);
    let served = stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").is_ok();
    assert_eq!(served, !cfg!(feature = "fips"));
}

#[test]
fn clients_that_trust_the_authority_connect_by_every_loopback_name() {
    let server = TestServer::start();
    for name in ["localhost", "127.0.0.1", "::1"] {
        let mut stream = connect(&server, name, &[&rustls::version::TLS13], kx_group::X25519MLKEM768);
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        assert!(one(&mut stream).ends_with("GET / 0 X25519MLKEM768"), "{name}");
    }
}

#[test]
fn tls_1_2_and_classical_groups_are_served_and_named() {
    let server = TestServer::start();
    for (version, group, name) in [
        (&rustls::version::TLS12, ALONE.0, ALONE.1),
        (&rustls::version::TLS12, kx_group::SECP256R1, "secp256r1"),
        (&rustls::version::TLS13, kx_group::SECP384R1, "secp384r1"),
    ] {
        let mut stream = connect(&server, "localhost", &[version], group);
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        assert!(one(&mut stream).ends_with(&format!("GET / 0 {name}")), "{name}");
    }
}

#[test]
fn a_server_beyond_loopback_refuses_plain_http_in_words() {
    let server = TestServer::with(|_| {}, true);
    let mut plain = server.connect();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let answer = rest(&mut plain);
    assert!(status(&answer) == 400 && answer.contains("https"), "{answer}");
    let mut stream = connect(&server, "localhost", &[&rustls::version::TLS13], ALONE.0);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert_eq!(status(&one(&mut stream)), 200);
}

#[test]
fn smuggling_is_refused_inside_tls_too() {
    let server = TestServer::start();
    let mut stream = connect(&server, "localhost", &[&rustls::version::TLS13], ALONE.0);
    let request = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n";
    stream.write_all(request).unwrap();
    assert_eq!(status(&rest(&mut stream)), 400);
    assert_eq!(server.calls(), 0);
}
