//! Whom the client believes, and what it says before it does.

use crate::server::{Reply, Server};
use crate::stage::{Stage, signed_in};
use client::{Clients, Error, Kms, KmsSupplier as _, Options};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{NamedGroup, ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

const DESCRIPTION: &str = r#"{"KeyMetadata":{"Arn":"a","KeySpec":"s","KeyUsage":"u"}}"#;

/// A certificate authority, and a server of its.
struct Place {
    server: Server,
    authority: String,
    group: Arc<Mutex<Option<NamedGroup>>>,
}

fn place(name: &str) -> Place {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let config = Arc::new(config);
    let group: Arc<Mutex<Option<NamedGroup>>> = Arc::default();
    let agreed = group.clone();
    let wrap = move |mut stream: TcpStream| {
        let mut session = ServerConnection::new(config.clone()).unwrap();
        session.complete_io(&mut stream).ok()?;
        *agreed.lock().unwrap() = session.negotiated_key_exchange_group().map(|group| group.name());
        Some(StreamOwned::new(session, stream))
    };
    let server = Server::over(wrap, |_| Reply::ok(DESCRIPTION));
    Place { server, authority: authority.pem(), group }
}

fn kms(stage: &Stage, url: String, variables: &[(&str, &str)]) -> Arc<dyn Kms> {
    let options = Options { endpoint: Some(url), ..Options::default() };
    let clients = Clients::in_world(options, stage.world(&[&signed_in()[..], variables].concat())).unwrap();
    clients.kms("eu-central-1").unwrap()
}

#[test]
fn a_server_of_a_named_authority_is_believed_over_the_hybrid_group_and_kept() {
    let (stage, place) = (Stage::new(), place("localhost"));
    stage.write("ca.pem", &place.authority);
    let url = format!("https://localhost:{}", place.server.address().port());
    let kms = kms(&stage, url, &[("AWS_CA_BUNDLE", "~/.aws/ca.pem")]);
    for _ in 0..3 {
        kms.describe_key("k", &[]).unwrap();
    }
    assert_eq!(place.server.connections(), 1);
    assert_eq!(*place.group.lock().unwrap(), Some(NamedGroup::X25519MLKEM768));
}

#[test]
fn a_stranger_is_told_nothing_and_is_not_asked_again() {
    let (stage, here, other) = (Stage::new(), place("localhost"), place("kms.example.com"));
    stage.write("other.pem", &other.authority).write("here.pem", &here.authority);
    stage.write("config", "[default]\nca_bundle = ~/.aws/other.pem\n");
    let (port, other_port) = (here.server.address().port(), other.server.address().port());
    for (url, variables) in [
        // Of an authority that is not named, in the profile or in the environment.
        (format!("https://localhost:{port}"), &[][..]),
        (format!("https://localhost:{other_port}"), &[("AWS_CA_BUNDLE", "~/.aws/here.pem")]),
        // Of a named one, for another host.
        (format!("https://localhost:{other_port}"), &[]),
    ] {
        let error = kms(&stage, url, variables).describe_key("k", &[]).unwrap_err();
        let Error::Connection(text) = error else { panic!("{error}") };
        assert!(text.starts_with("localhost: no TLS: invalid peer certificate"), "{text}");
        assert!(
            text.ends_with("; AWS_CA_BUNDLE names a PEM file of the authorities to trust instead of the system's"),
            "{text}"
        );
    }
    assert!(here.server.received().is_empty() && other.server.received().is_empty());
    assert!(stage.waits().is_empty());
}

#[test]
fn a_file_of_authorities_that_has_none_is_an_error() {
    let (stage, place) = (Stage::new(), place("localhost"));
    stage.write("empty.pem", "").write("key.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    for file in ["~/.aws/empty.pem", "~/.aws/key.pem"] {
        let url = format!("https://localhost:{}", place.server.address().port());
        let error = kms(&stage, url, &[("AWS_CA_BUNDLE", file)]).describe_key("k", &[]).unwrap_err();
        assert!(error.to_string().ends_with(": there is no certificate in it"), "{error}");
    }
    assert_eq!(place.server.connections(), 0);
}

#[test]
fn a_proxy_sees_where_it_goes_and_no_more() {
    let (stage, place) = (Stage::new(), place("kms.example.com"));
    stage.write("ca.pem", &place.authority);
    let (proxy, asked) = tunnel(place.server.address());
    let url = format!("http://user:pass%20word@{proxy}");
    let variables = [("HTTPS_PROXY", url.as_str()), ("AWS_CA_BUNDLE", "~/.aws/ca.pem"), ("NO_PROXY", "example.net")];
    kms(&stage, "https://kms.example.com".into(), &variables).describe_key("k", &[]).unwrap();
    let asked = asked.lock().unwrap().clone();
    assert!(asked.starts_with("CONNECT kms.example.com:443 HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("Proxy-Authorization: Basic dXNlcjpwYXNzIHdvcmQ=\r\n"), "{asked}");
    assert!(!asked.contains("AWS4-HMAC-SHA256"), "{asked}");
    assert_eq!(place.server.received()[0].header("host"), Some("kms.example.com"));
}

/// A proxy that leads everybody to `server`, and what it was asked.
fn tunnel(server: SocketAddr) -> (SocketAddr, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(String::new())));
    let heard = asked.clone();
    std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            client.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        *heard.lock().unwrap() = String::from_utf8(head).unwrap();
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let server = TcpStream::connect(server).unwrap();
        let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        std::thread::spawn(move || std::io::copy(&mut from, &mut to));
        let _ = std::io::copy(&mut { server }, &mut client);
    });
    (address, asked)
}
