//! TLS on the listener.
//!
//! Guarantees: TLS 1.2 and 1.3 only; the hybrid post-quantum group X25519MLKEM768 is preferred; a server certificate
//! is replaced before it expires, without a restart.

use crate::ca::{Authority, CERTIFICATE_LIFE, CaError, Issued};
use crate::exchange::strict_provider;
use base::{Clock, SystemClock, Timestamp};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{CipherSuite, CommonState, NamedGroup, ProtocolVersion, ServerConfig};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A certificate with less than this left is replaced.
const RENEW_BEFORE: Duration = Duration::from_secs(30 * 86_400);

/// Accepts TLS connections under the development authority.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    certificates: Arc<Certificates>,
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

    fn with(
        provider: Arc<CryptoProvider>,
        authority: Authority,
        listen: SocketAddr,
        names: &[String],
    ) -> Result<Self, CaError> {
        let mut all: Vec<String> = ["localhost", "*.localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
        if !listen.ip().is_unspecified() {
            all.push(listen.ip().to_string());
        }
        all.extend_from_slice(names);
        all.sort_unstable();
        all.dedup();
        let certificates = Arc::new(Certificates::new(authority, all, &SystemClock)?);
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| CaError::tls(&e))?
            .with_no_client_auth()
            .with_cert_resolver(certificates.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), certificates })
    }

    /// When the certificate in use ends.
    pub(crate) fn certificate_end(&self) -> Timestamp {
        self.certificates.current.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    pub(crate) async fn accept(&self, stream: TcpStream) -> io::Result<(TlsStream<TcpStream>, kernel::Tls)> {
        let stream = self.acceptor.accept(stream).await?;
        let details = details(stream.get_ref().1);
        Ok((stream, details))
    }
}

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

/// Hands out the current server certificate and makes the next one in time.
struct Certificates {
    authority: Authority,
    names: Vec<String>,
    current: Mutex<(Arc<CertifiedKey>, Timestamp)>,
}

impl Certificates {
    fn new(authority: Authority, names: Vec<String>, clock: &dyn Clock) -> Result<Self, CaError> {
        let first = certified(authority.issue(&names, clock.now())?)?;
        Ok(Self { authority, names, current: Mutex::new(first) })
    }

    fn at(&self, now: Timestamp) -> Arc<CertifiedKey> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.1.since(now) < RENEW_BEFORE || current.1.since(now) > CERTIFICATE_LIFE {
            match self.authority.issue(&self.names, now).and_then(certified) {
                Ok(next) => *current = next,
                Err(error) => tracing::error!(%error, "the server certificate could not be renewed"),
            }
        }
        current.0.clone()
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.at(SystemClock.now()))
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificates")
    }
}

fn certified(issued: Issued) -> Result<(Arc<CertifiedKey>, Timestamp), CaError> {
    let key = aws_lc_rs::sign::any_supported_type(&issued.key).map_err(|e| CaError::tls(&e))?;
    Ok((Arc::new(CertifiedKey::new(issued.chain, key)), issued.not_after))
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
        Some(CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) => "ECDHE-RSA-AES256-GCM-SHA384",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_near_its_end_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let now = SystemClock.now();
        let authority = Authority::open(dir.path(), now).unwrap();
        let certificates = Certificates::new(authority, vec!["localhost".into()], &SystemClock).unwrap();
        let first = certificates.at(now);
        assert_eq!(certificates.at(now.plus(CERTIFICATE_LIFE / 2)).cert, first.cert);
        let later = now.plus(CERTIFICATE_LIFE - RENEW_BEFORE / 2);
        assert_ne!(certificates.at(later).cert, first.cert);
    }
}
