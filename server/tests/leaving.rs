//! No request is lost when a server stops, or when its certificate changes, however busy its connections are.

use crate::harness::TestServer;
use base::{Clock, SystemClock};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use server::certificates::Certificates;
use server::settings::{ClientAuth, TlsSettings};
use server::tls::Tls;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const CONNECTIONS: usize = 64;
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// One request and its answer; whether the connection stays. An error is a request that is lost.
fn ask(stream: &mut (impl Read + Write)) -> Result<bool, String> {
    stream.write_all(REQUEST).map_err(|error| format!("could not be sent: {error}"))?;
    let (mut text, mut byte) = (Vec::new(), [0]);
    while !text.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).map_err(|error| format!("no answer: {error}"))?;
        text.push(byte[0]);
    }
    let head = String::from_utf8(text).unwrap();
    let length: usize = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap().parse().unwrap();
    stream.read_exact(&mut vec![0; length]).map_err(|error| format!("half an answer: {error}"))?;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    Ok(!head.contains("connection: close"))
}

fn connect(address: SocketAddr) -> Option<TcpStream> {
    let stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    Some(stream)
}

#[test]
fn a_server_that_is_stopped_answers_whoever_has_sent_a_request() {
    let mut server = TestServer::of(|options| options.limits.farewell = Duration::from_secs(2));
    let address = server.address;
    let answered = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|number| {
            let (answered, mut stream) = (answered.clone(), connect(address).unwrap());
            thread::spawn(move || {
                // Some are busy all the time, some pause, so that the stop meets connections at rest too.
                let pause = Duration::from_millis(if number % 4 == 0 { 30 } else { 0 });
                loop {
                    let stays = ask(&mut stream)?;
                    answered.fetch_add(1, Ordering::SeqCst);
                    if !stays {
                        match connect(address) {
                            Some(again) => stream = again,
                            None => return Ok::<_, String>(()),
                        }
                    }
                    thread::sleep(pause);
                }
            })
        })
        .collect();
    while answered.load(Ordering::SeqCst) < CONNECTIONS * 5 {
        thread::sleep(Duration::from_millis(1));
    }
    server.ask_to_stop();
    for client in clients {
        assert_eq!(client.join().unwrap(), Ok(()));
    }
    assert!(server.stop());
}

/// A self-signed pair in the two files.
fn write_pair(certificate: &Path, key: &Path) -> CertificateDer<'static> {
    let pair = KeyPair::generate().unwrap();
    let made = CertificateParams::new(vec!["localhost".into()]).unwrap().self_signed(&pair).unwrap();
    fs::write(certificate, made.pem()).unwrap();
    fs::write(key, pair.serialize_pem()).unwrap();
    made.der().clone()
}

fn trusting(certificate: CertificateDer<'static>, client: Option<(&Path, &Path)>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let builder = builder.with_root_certificates(roots);
    Arc::new(match client {
        Some((certificate, key)) => {
            let chain = vec![CertificateDer::from_pem_file(certificate).unwrap()];
            builder.with_client_auth_cert(chain, PemObject::from_pem_file(key).unwrap()).unwrap()
        }
        None => builder.with_no_client_auth(),
    })
}

fn secured(address: SocketAddr, config: &Arc<ClientConfig>) -> StreamOwned<ClientConnection, TcpStream> {
    let session = ClientConnection::new(config.clone(), "localhost".try_into().unwrap()).unwrap();
    StreamOwned::new(session, connect(address).unwrap())
}

#[test]
fn a_new_certificate_disturbs_no_connection_and_a_bad_one_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let [certificate, key] = ["c.pem", "k.pem"].map(|name| dir.path().join(name));
    let first = write_pair(&certificate, &key);
    let certificates = Arc::new(Certificates::from_files(&certificate, &key, SystemClock.now()).unwrap());
    let tls = Tls::configured(certificates.clone(), &TlsSettings::default(), ClientAuth::Off).unwrap();
    let server = TestServer::of(|options| options.tls = tls);
    let (address, config, done) = (server.address, trusting(first, None), Arc::new(AtomicBool::new(false)));
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (mut stream, done) = (secured(address, &config), done.clone());
            // The handshake is over before the certificate changes.
            assert_eq!(ask(&mut stream), Ok(true));
            thread::spawn(move || {
                while !done.load(Ordering::SeqCst) {
                    assert_eq!(ask(&mut stream), Ok(true));
                }
            })
        })
        .collect();
    let mut last = None;
    for _ in 0..5 {
        let next = write_pair(&certificate, &key);
        certificates.reload(&certificate, &key, SystemClock.now()).unwrap();
        assert_eq!(ask(&mut secured(address, &trusting(next.clone(), None))), Ok(true));
        last = Some(next);
    }
    fs::write(&key, "garbage").unwrap();
    assert!(certificates.reload(&certificate, &key, SystemClock.now()).is_err());
    assert_eq!(ask(&mut secured(address, &trusting(last.unwrap(), None))), Ok(true));
    done.store(true, Ordering::SeqCst);
    clients.into_iter().for_each(|client| client.join().unwrap());
}

#[test]
fn clients_show_certificates_where_they_must_and_only_good_ones_count() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let own = write_pair(&path("c.pem"), &path("k.pem"));
    write_pair(&path("stranger.pem"), &path("stranger-key.pem"));
    // An authority for clients, and a client of it.
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    fs::write(path("clients.pem"), ca.self_signed(&ca_key).unwrap().pem()).unwrap();
    let client_key = KeyPair::generate().unwrap();
    let mut client = CertificateParams::new(vec!["client".into()]).unwrap();
    client.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    let made = client.signed_by(&client_key, &rcgen::Issuer::new(ca, ca_key)).unwrap();
    fs::write(path("client.pem"), made.pem()).unwrap();
    fs::write(path("client-key.pem"), client_key.serialize_pem()).unwrap();

    let certificates = Arc::new(Certificates::from_files(&path("c.pem"), &path("k.pem"), SystemClock.now()).unwrap());
    let settings = TlsSettings { client_ca: Some(path("clients.pem")), ..TlsSettings::default() };
    for (mode, nobody) in [(ClientAuth::Required, false), (ClientAuth::Optional, true)] {
        let tls = Tls::configured(certificates.clone(), &settings, mode).unwrap();
        let server = TestServer::of(|options| options.tls = tls);
        for (pair, is_let_in) in [(None, nobody), (Some("client"), true), (Some("stranger"), false)] {
            let files = pair.map(|name| (path(&format!("{name}.pem")), path(&format!("{name}-key.pem"))));
            let files = files.as_ref().map(|(certificate, key)| (certificate.as_path(), key.as_path()));
            let asked = ask(&mut secured(server.address, &trusting(own.clone(), files)));
            assert_eq!(asked.is_ok(), is_let_in, "{mode:?} {pair:?} {asked:?}");
        }
    }
    let missing = Tls::configured(certificates, &TlsSettings::default(), ClientAuth::Required).err().unwrap();
    assert!(missing.to_string().contains("tls.client_ca"), "{missing}");
}
