//! TLS on the listener.
//!
//! Guarantees: TLS 1.2 and 1.3 only; the hybrid post-quantum group X25519MLKEM768 is preferred; what
//! is reloaded counts for connections from then on and disturbs none that are open; where clients show certificates, each
//! connection is checked anew, so that none outlives its certificate, its authority or a revocation in a resumed session.

use crate::ca::{Authority, CaError};
use crate::certificates::{self, Certificates};
use crate::der::subject;
use crate::exchange::strict_provider;
use crate::settings::{ClientAuth, MinimumTls, TlsSettings};
use base::{Clock, SystemClock, Timestamp};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{CipherSuite, CommonState, NamedGroup, ProtocolVersion, RootCertStore, ServerConfig};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What a listener's TLS is made of. Its copies share what can be reloaded.
#[derive(Clone)]
pub struct Tls(Arc<Inner>);

struct Inner {
    provider: Arc<CryptoProvider>,
    certificates: Arc<Certificates>,
    client_auth: ClientAuth,
    configs: RwLock<Configs>,
}

#[derive(Clone)]
struct Configs {
    /// HTTP/1.1 alone.
    http1: Arc<ServerConfig>,
    /// HTTP/2 too.
    http2: Arc<ServerConfig>,
}

/// What was read and is not served yet.
pub(crate) struct Prepared(Configs);

/// What a client and the server agreed on.
pub(crate) struct Agreed {
    /// For audit records.
    pub(crate) details: kernel::Tls,
    /// Whether HTTP/2 is spoken.
    pub(crate) http2: bool,
    /// Whom the client's certificate is for, if it showed one.
    pub(crate) client: Option<String>,
}

impl Tls {
    /// Serves loopback's names, the listen address and `names` with certificates of `authority`.
    pub fn new(authority: Authority, listen: SocketAddr, names: &[String]) -> Result<Self, CaError> {
        Self::with(provider(), authority, listen, names)
    }

    /// The same with no other suites than external key stores use.
    pub fn strict(authority: Authority, listen: SocketAddr, names: &[String]) -> Result<Self, CaError> {
        Self::with(strict_provider(), authority, listen, names)
    }

    /// As an operator says: with `certificates`, which other listeners may share, and with clients' certificates where
    /// `client_auth` asks for them.
    pub fn configured(
        certificates: Arc<Certificates>,
        settings: &TlsSettings,
        client_auth: ClientAuth,
    ) -> Result<Self, CaError> {
        Self::build(provider(), certificates, settings, client_auth)
    }

    /// For external key stores, with `certificates`, which other listeners may share.
    pub fn configured_strict(certificates: Arc<Certificates>) -> Result<Self, CaError> {
        Self::build(strict_provider(), certificates, &TlsSettings::default(), ClientAuth::Off)
    }

    fn with(
        provider: Arc<CryptoProvider>,
        authority: Authority,
        listen: SocketAddr,
        names: &[String],
    ) -> Result<Self, CaError> {
        let names = certificates::names(&[listen], names);
        let certificates = Arc::new(Certificates::issued(authority, names, SystemClock.now())?);
        Self::build(provider, certificates, &TlsSettings::default(), ClientAuth::Off)
    }

    fn build(
        provider: Arc<CryptoProvider>,
        certificates: Arc<Certificates>,
        settings: &TlsSettings,
        client_auth: ClientAuth,
    ) -> Result<Self, CaError> {
        let configs = RwLock::new(Configs::new(&provider, &certificates, settings, client_auth)?);
        Ok(Self(Arc::new(Inner { provider, certificates, client_auth, configs })))
    }

    /// Reads the authorities of clients anew. Nothing changes before [`Tls::take`]. Waits for the disk.
    pub(crate) fn prepare(&self, settings: &TlsSettings) -> Result<Prepared, CaError> {
        let Inner { provider, certificates, client_auth, .. } = &*self.0;
        Ok(Prepared(Configs::new(provider, certificates, settings, *client_auth)?))
    }

    /// Serves what was prepared, to connections from now on.
    pub(crate) fn take(&self, Prepared(fresh): Prepared) {
        *self.0.configs.write().unwrap_or_else(PoisonError::into_inner) = fresh;
    }

    /// What it shows to clients.
    pub fn certificates(&self) -> &Arc<Certificates> {
        &self.0.certificates
    }

    /// When the certificate in use ends.
    pub(crate) fn certificate_end(&self) -> Timestamp {
        self.0.certificates.not_after()
    }

    /// Accepts a connection for HTTP/1.1.
    pub(crate) async fn accept(&self, stream: TcpStream) -> io::Result<(TlsStream<TcpStream>, kernel::Tls)> {
        let config = self.configs().http1;
        let stream = TlsAcceptor::from(config).accept(stream).await?;
        let details = details(stream.get_ref().1);
        Ok((stream, details))
    }

    /// Accepts a connection for HTTP/1.1 or HTTP/2, as the client prefers.
    pub(crate) async fn accept_any(&self, stream: TcpStream) -> io::Result<(TlsStream<TcpStream>, Agreed)> {
        let config = self.configs().http2;
        let stream = TlsAcceptor::from(config).accept(stream).await?;
        let session = stream.get_ref().1;
        let agreed = Agreed {
            details: details(session),
            http2: session.alpn_protocol() == Some(HTTP2),
            client: session.peer_certificates().and_then(|chain| subject(chain.first()?)),
        };
        Ok((stream, agreed))
    }

    fn configs(&self) -> Configs {
        self.0.configs.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Configs {
    fn new(
        provider: &Arc<CryptoProvider>,
        certificates: &Arc<Certificates>,
        settings: &TlsSettings,
        client_auth: ClientAuth,
    ) -> Result<Self, CaError> {
        let versions: &[_] = match settings.min_version {
            MinimumTls::Tls12 => &[&TLS13, &TLS12],
            MinimumTls::Tls13 => &[&TLS13],
        };
        let verifier = verifier(provider, settings, client_auth)?;
        // Made anew and not copied: sessions that were begun under other rules are not taken up again.
        let config = |protocols: &[&[u8]]| {
            let builder = ServerConfig::builder_with_provider(provider.clone())
                .with_protocol_versions(versions)
                .map_err(|e| CaError::tls(&e))?;
            let builder = match &verifier {
                Some(verifier) => builder.with_client_cert_verifier(verifier.clone()),
                None => builder.with_no_client_auth(),
            };
            let mut config = builder.with_cert_resolver(certificates.clone());
            if verifier.is_some() {
                // A session that is resumed is not verified again.
                config.session_storage = Arc::new(NoServerSessionStorage {});
                config.send_tls13_tickets = 0;
            }
            config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
            Ok::<_, CaError>(Arc::new(config))
        };
        Ok(Self { http1: config(&[HTTP1])?, http2: config(&[HTTP2, HTTP1])? })
    }
}

/// What checks clients' certificates, where any are asked for.
fn verifier(
    provider: &Arc<CryptoProvider>,
    settings: &TlsSettings,
    client_auth: ClientAuth,
) -> Result<Option<Arc<dyn ClientCertVerifier>>, CaError> {
    if client_auth == ClientAuth::Off {
        return Ok(None);
    }
    let path = settings.client_ca.as_deref().ok_or_else(|| {
        CaError::new("clients' certificates need tls.client_ca: the authorities that they are checked against".into())
    })?;
    let failed = |path: &Path, problem: &dyn fmt::Display| CaError::new(format!("{}: {problem}", path.display()));
    let mut roots = RootCertStore::empty();
    for certificate in certificates::certificates(path)? {
        roots.add(certificate).map_err(|e| failed(path, &e))?;
    }
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let builder = if client_auth == ClientAuth::Optional { builder.allow_unauthenticated() } else { builder };
    let Some(lists) = settings.client_crl.as_deref() else {
        return Ok(Some(builder.build().map_err(|e| failed(path, &e))?));
    };
    // A list that has ended may lack whoever was revoked since.
    let builder = builder.with_crls(certificates::revocations(lists)?).enforce_revocation_expiration();
    Ok(Some(builder.build().map_err(|e| failed(lists, &e))?))
}

/// Protocols by the names that TLS has for them (RFC 7301 §6, RFC 9113 §3.2).
const HTTP1: &[u8] = b"http/1.1";
const HTTP2: &[u8] = b"h2";

/// aws-lc-rs with the hybrid group first, so that a client that offers it gets it.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    use aws_lc_rs::kx_group::{SECP256R1, SECP384R1, X25519, X25519MLKEM768};
    // X25519 alone is not approved, and neither are the suites that the default then leaves out.
    let kx_groups = if cfg!(feature = "fips") {
        vec![X25519MLKEM768, SECP256R1, SECP384R1]
    } else {
        vec![X25519MLKEM768, X25519, SECP256R1, SECP384R1]
    };
    Arc::new(CryptoProvider { kx_groups, ..aws_lc_rs::default_provider() })
}

/// The session in the names that CloudTrail uses: IANA's for TLS 1.3, OpenSSL's for TLS 1.2.
fn details(session: &CommonState) -> kernel::Tls {
    let version = match session.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLSv1.3",
        _ => "TLSv1.2",
    };
    let cipher_suite = match session.negotiated_cipher_suite().map(|suite| suite.suite()) {
        Some(CipherSuite::TLS13_AES_128_GCM_SHA256) => "TLS_AES_128_GCM_SHA256",
        Some(CipherSuite::TLS13_AES_256_GCM_SHA384) => "TLS_AES_256_GCM_SHA384",
        Some(CipherSuite::TLS13_CHACHA20_POLY1305_SHA256) => "TLS_CHACHA20_POLY1305_SHA256",
        Some(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256) => "ECDHE-ECDSA-AES128-GCM-SHA256",
        Some(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384) => "ECDHE-ECDSA-AES256-GCM-SHA384",
        Some(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256) => "ECDHE-RSA-AES128-GCM-SHA256",
        Some(CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) => "ECDHE-RSA-AES256-GCM-SHA384",
        Some(CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256) => "ECDHE-RSA-CHACHA20-POLY1305",
        Some(CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256) => "ECDHE-ECDSA-CHACHA20-POLY1305",
        _ => "unknown",
    };
    let key_exchange = session.negotiated_key_exchange_group().and_then(|group| match group.name() {
        NamedGroup::X25519MLKEM768 => Some("X25519MLKEM768"),
        NamedGroup::X25519 => Some("x25519"),
        NamedGroup::secp256r1 => Some("secp256r1"),
        NamedGroup::secp384r1 => Some("secp384r1"),
        _ => None,
    });
    kernel::Tls { version, cipher_suite, key_exchange }
}
