//! The way outside: documents of identity providers, fetched over HTTPS, and the questions of calls (see `exchange`).
//!
//! Guarantees: a server is believed if its certificate is for its name and chains to an authority of the system's (those
//! of `SSL_CERT_FILE` and `SSL_CERT_DIR`, if these are set), or to a certificate that the provider's record names by its
//! thumbprint; no redirection is followed; an answer has a limited size; nothing is fetched in clear, but for loopback
//! in `dev`. Source: IAM User Guide, "Obtain the thumbprint for an OpenID Connect identity provider".

use crate::exchange::Questions;
use crate::tls::provider;
use crate::tokens::Tokens;
use bytes::Bytes;
use http::header::{ACCEPT, HOST, USER_AGENT};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use kernel::{Answer, Answering, Bringing, Brought, Fruitless, Outside, Question};
use primitives::sha1_thumbprint;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

/// The longest document that is taken.
const MAX_DOCUMENT: usize = 512 * 1024;

/// The longest address.
const MAX_URL: usize = 2_048;

/// Whom everybody trusts; `None` if the system names nobody.
pub(crate) type Trusted = Option<Arc<WebPkiServerVerifier>>;

/// Fetches documents.
pub(crate) struct Web {
    /// Loopback may be asked without TLS.
    plain_loopback: bool,
    /// Read when first needed, which for most is never.
    trusted: OnceLock<Trusted>,
    questions: Questions,
    tokens: Tokens,
}

impl Web {
    /// `routes` are the addresses of hosts that calls have questions for, where these are not what the names lead to.
    /// `module` is the PKCS#11 module whose tokens are asked.
    pub(crate) fn new(plain_loopback: bool, routes: BTreeMap<String, SocketAddr>, module: Option<&Path>) -> Self {
        let (questions, tokens) = (Questions::routed(routes), Tokens::new(module));
        Self { plain_loopback, trusted: OnceLock::new(), questions, tokens }
    }

    async fn get(&self, url: &str, thumbprints: &[[u8; 20]]) -> Brought {
        let place =
            Place::of(url, self.plain_loopback).ok_or_else(|| useless(url, "an address that is not gone to"))?;
        let stream = self.connect(&place).await?;
        if !place.tls {
            return ask(stream, &place).await;
        }
        let name = ServerName::try_from(place.host.clone()).map_err(|_| useless(url, "no name of a server"))?;
        let config = self.config(thumbprints).map_err(|error| Fruitless::Untrusted(format!("{url}: {error}")))?;
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
        ask(stream.map_err(|error| in_handshake(url, &error))?, &place).await
    }

    async fn connect(&self, place: &Place) -> Result<TcpStream, Fruitless> {
        let unreachable = |error: &dyn std::fmt::Display| Fruitless::Unreachable(format!("{}: {error}", place.host));
        let found = lookup_host((place.host.as_str(), place.port)).await.map_err(|error| unreachable(&error))?;
        // A name that says loopback must lead there.
        let addresses: Vec<SocketAddr> = found.filter(|found| place.tls || found.ip().is_loopback()).collect();
        TcpStream::connect(addresses.as_slice()).await.map_err(|error| unreachable(&error))
    }

    fn config(&self, thumbprints: &[[u8; 20]]) -> Result<ClientConfig, Error> {
        let trusted = self.trusted.get_or_init(system_authorities).clone();
        let verifier = Arc::new(Verifier { trusted, thumbprints: thumbprints.to_vec() });
        let mut config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

impl Outside for Web {
    fn fetch<'a>(&'a self, url: &'a str, thumbprints: &'a [[u8; 20]]) -> Bringing<'a> {
        Box::pin(self.get(url, thumbprints))
    }

    fn exchange<'a>(&'a self, question: &'a Question) -> Answering<'a> {
        Box::pin(async move {
            match question {
                Question::Web(question) => Answer::Web(self.questions.ask(question).await),
                Question::Token(question) => Answer::Token(self.tokens.ask(question).await),
            }
        })
    }
}

/// Where a document is.
struct Place {
    tls: bool,
    /// Without the brackets of an IPv6 address.
    host: String,
    port: u16,
    authority: String,
    /// Path and query.
    target: String,
}

impl Place {
    /// `None` if it is no place to go to.
    fn of(url: &str, plain_loopback: bool) -> Option<Self> {
        let uri: Uri = url.parse().ok().filter(|_| url.len() <= MAX_URL)?;
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let is_loopback =
            || host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        let tls = match uri.scheme_str()? {
            "https" => true,
            "http" if plain_loopback && is_loopback() => false,
            _ => return None,
        };
        let port = authority.port_u16().unwrap_or(if tls { 443 } else { 80 });
        let target = uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        Some(Self { tls, host, port, authority: authority.to_string(), target })
    }
}

/// One question, one answer.
async fn ask<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S, place: &Place) -> Brought {
    let at = format!("{}{}", place.authority, place.target);
    let broken = |error: hyper::Error| Fruitless::Unreachable(format!("{at}: {error}"));
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // Ends with this function, whichever way that ends.
    let mut connections = JoinSet::new();
    connections.spawn(connection);
    let request = Request::get(&place.target)
        .header(HOST, &place.authority)
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, concat!("fastness/", env!("CARGO_PKG_VERSION")))
        .body(Empty::<Bytes>::new())
        .map_err(|error| useless(&at, &error.to_string()))?;
    let answer = sender.send_request(request).await.map_err(broken)?;
    match answer.status() {
        StatusCode::OK => {}
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            return Err(Fruitless::Unreachable(format!("{at}: {status}")));
        }
        status => return Err(useless(&at, status.as_str())),
    }
    let body = Limited::new(answer.into_body(), MAX_DOCUMENT).collect().await;
    body.map(|body| body.to_bytes()).map_err(|error| useless(&at, &error.to_string()))
}

fn useless(url: &str, why: &str) -> Fruitless {
    Fruitless::Useless(format!("{url}: {why}"))
}

fn in_handshake(url: &str, error: &std::io::Error) -> Fruitless {
    let words = format!("{url}: {error}");
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::InvalidCertificate(_) | Error::NoCertificatesPresented) => Fruitless::Untrusted(words),
        _ => Fruitless::Unreachable(words),
    }
}

/// The authorities that the system trusts.
pub(crate) fn system_authorities() -> Trusted {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (taken, _) = roots.add_parsable_certificates(found.certs);
    if taken == 0 {
        tracing::warn!(errors = ?found.errors, "the system trusts no certificate authority; only thumbprints count");
        return None;
    }
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().ok()
}

/// Believes servers as the module says.
#[derive(Debug)]
struct Verifier {
    trusted: Trusted,
    thumbprints: Vec<[u8; 20]>,
}

impl Verifier {
    /// A verifier that believes the one certificate that the record names, of those that the server shows.
    fn named(&self, shown: &[&CertificateDer<'_>]) -> Option<Arc<WebPkiServerVerifier>> {
        let named = shown.iter().find(|shown| self.thumbprints.contains(&sha1_thumbprint(shown)))?;
        let mut roots = RootCertStore::empty();
        roots.add((**named).clone().into_owned()).ok()?;
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().ok()
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let by = |verifier: &WebPkiServerVerifier| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        let unknown = || Err(Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer));
        let publicly = self.trusted.as_deref().map_or_else(unknown, by);
        if publicly.is_ok() {
            return publicly;
        }
        let shown: Vec<_> = std::iter::once(end_entity).chain(intermediates).collect();
        self.named(&shown).as_deref().map_or(publicly, by)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &provider().signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &provider().signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    use std::future::Future;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    /// An authority that nobody trusts, a certificate of it for `name`, and the thumbprint of the authority.
    fn authority(name: &str) -> (rustls::ServerConfig, [u8; 20]) {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let own = parameters.self_signed(&key).unwrap();
        let issuer = Issuer::new(parameters, key);
        let leaf_key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&leaf_key, &issuer).unwrap();
        let chain = vec![leaf.der().clone(), own.der().clone()];
        let config = rustls::ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, leaf_key.serialize_der().try_into().unwrap())
            .unwrap();
        (config, sha1_thumbprint(own.der()))
    }

    /// Serves one answer to each of `times` connections; the port.
    async fn serve(tls: Option<rustls::ServerConfig>, answer: String, times: usize) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let tls = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
            for _ in 0..times {
                let (stream, _) = listener.accept().await.unwrap();
                match &tls {
                    None => reply(stream, &answer).await,
                    // A client that does not believe the certificate hangs up.
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            reply(stream, &answer).await;
                        }
                    }
                }
            }
        });
        port
    }

    async fn reply(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &str) {
        let mut head = [0; 1024];
        let _ = stream.read(&mut head).await;
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
    }

    fn ok(body: &str) -> String {
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    }

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    #[test]
    fn only_https_is_gone_to_and_loopback_in_the_clear_where_that_is_allowed() {
        for (url, plain) in [
            ("http://idp.example/", true),
            ("http://127.0.0.1.idp.example/", true),
            ("http://127.0.0.1:80/", false),
            ("ftp://idp.example/", true),
            ("https://user@idp.example/", true),
            ("/.well-known", true),
            ("", true),
        ] {
            assert!(Place::of(url, plain).is_none(), "{url}");
        }
        let place = Place::of("https://idp.example:8443/a?b=c", false).unwrap();
        assert_eq!((place.host.as_str(), place.port, place.target.as_str()), ("idp.example", 8443, "/a?b=c"));
        assert_eq!(Place::of("https://[::1]/", false).unwrap().host, "::1");
        assert!(!Place::of("http://[::1]:9/", true).unwrap().tls);
        assert!(Place::of(&format!("https://idp.example/{}", "a".repeat(MAX_URL)), true).is_none());
    }

    #[test]
    fn a_server_is_believed_by_the_thumbprint_of_its_authority_and_for_its_own_name() {
        run(async {
            let web = Web::new(false, BTreeMap::new(), None);
            let (config, thumbprint) = authority("127.0.0.1");
            let port = serve(Some(config), ok("keys"), 3).await;
            let url = format!("https://127.0.0.1:{port}/jwks");
            assert!(matches!(web.get(&url, &[]).await, Err(Fruitless::Untrusted(_))));
            assert!(matches!(web.get(&url, &[[7; 20]]).await, Err(Fruitless::Untrusted(_))));
            assert_eq!(web.get(&url, &[[7; 20], thumbprint]).await, Ok(Bytes::from("keys")));

            let (config, thumbprint) = authority("another.example");
            let port = serve(Some(config), ok("keys"), 1).await;
            let answer = web.get(&format!("https://127.0.0.1:{port}/"), &[thumbprint]).await;
            assert!(matches!(answer, Err(Fruitless::Untrusted(_))), "{answer:?}");
        });
    }

    #[test]
    fn what_is_no_document_is_told_apart_from_a_server_that_cannot_answer() {
        run(async {
            let web = Web::new(true, BTreeMap::new(), None);
            let get = |answer: String| async {
                let port = serve(None, answer, 1).await;
                web.get(&format!("http://127.0.0.1:{port}/"), &[]).await
            };
            assert_eq!(get(ok("{}")).await, Ok(Bytes::from("{}")));
            let answer = get("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n".into()).await;
            assert!(matches!(answer, Err(Fruitless::Unreachable(_))), "{answer:?}");
            for useless in [
                "HTTP/1.1 302 Found\r\nlocation: https://idp.example/\r\ncontent-length: 0\r\n\r\n".to_owned(),
                "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(),
                ok(&"a".repeat(MAX_DOCUMENT + 1)),
            ] {
                let answer = get(useless).await;
                assert!(matches!(answer, Err(Fruitless::Useless(_))), "{answer:?}");
            }
            let answer = web.get("http://127.0.0.1:1/", &[]).await;
            assert!(matches!(answer, Err(Fruitless::Unreachable(_))), "{answer:?}");
        });
    }
}
