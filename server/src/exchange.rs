//! Questions that calls ask over HTTPS: signed, over connections that are kept, each within its time.
//!
//! Guarantees: HTTPS only, with TLS 1.3 or 1.2 and AES-256-GCM or ChaCha20-Poly1305; a server is believed if its certificate is for its
//! name and chains to an authority of the system's (those of `SSL_CERT_FILE` and `SSL_CERT_DIR`, if these are set); no
//! redirection is followed; an answer has a limited size; connections that lie idle are limited in number and time. A question that
//! a kept connection lost before anything was answered is sent once more over a new one.
//! Source: AWS KMS External Keystore (XKS) Proxy API Specification, "Connectivity requirements".

use crate::outside::{Trusted, system_authorities};
use crate::tls::provider;
use authn::{Signer, SigningSecret};
use base::{Clock, Secret, SystemClock};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, USER_AGENT};
use http::{Request, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use kernel::{Reply, Unanswered, WebQuestion};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::{CipherSuite, ClientConfig};
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

/// The longest answer that is taken.
const MAX_REPLY: usize = 64 * 1024;

/// Idle connections that are kept to one server.
const IDLE_EACH: usize = 16;

/// Servers that idle connections are kept to.
const IDLE_SERVERS: usize = 256;

/// How long a connection is kept idle: less than servers and what stands before them usually allow.
const IDLE_FOR: Duration = Duration::from_secs(30);

/// The suites that the specification of external key stores admits.
const SUITES: [CipherSuite; 4] = [
    CipherSuite::TLS13_AES_256_GCM_SHA384,
    CipherSuite::TLS13_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
];

/// aws-lc-rs with no other suites than those.
pub(crate) fn strict_provider() -> Arc<CryptoProvider> {
    let mut strict = CryptoProvider::clone(&provider());
    strict.cipher_suites.retain(|suite| SUITES.contains(&suite.suite()));
    Arc::new(strict)
}

type Sender = SendRequest<Full<Bytes>>;

/// Asks questions over HTTPS.
#[derive(Default)]
pub(crate) struct Questions {
    /// Where to connect to for a host, instead of where its name leads.
    routes: BTreeMap<String, SocketAddr>,
    config: OnceLock<Option<Arc<ClientConfig>>>,
    idle: Mutex<HashMap<String, Vec<Idle>>>,
}

struct Idle {
    sender: Sender,
    since: Instant,
}

/// Where a question goes.
struct Place {
    host: String,
    port: u16,
    authority: String,
    path: String,
}

impl Place {
    fn of(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
        (uri.scheme_str() == Some("https") && uri.query().is_none()).then_some(())?;
        Some(Self {
            host: authority.host().to_owned(),
            port: authority.port_u16().unwrap_or(443),
            authority: authority.to_string(),
            path: uri.path().to_owned(),
        })
    }
}

impl Questions {
    /// Connects to these addresses for these hosts.
    pub(crate) fn routed(routes: BTreeMap<String, SocketAddr>) -> Self {
        Self { routes, ..Self::default() }
    }

    /// Asks. The whole takes at most as long as the question says.
    pub(crate) async fn ask(&self, question: &WebQuestion) -> Result<Reply, Unanswered> {
        // Read once; that is no fault of the first who asks.
        let config = self.config.get_or_init(|| client_config(system_authorities())).clone();
        let config = config.ok_or(Unanswered::NoTls)?;
        let asked = tokio::time::timeout(question.within, self.ask_in_time(question, config)).await;
        let answer = asked.unwrap_or(Err(Unanswered::TimedOut));
        if let Err(why) = &answer {
            tracing::warn!(url = question.url, ?why, "a question outside was not answered");
        }
        answer
    }

    async fn ask_in_time(&self, question: &WebQuestion, config: Arc<ClientConfig>) -> Result<Reply, Unanswered> {
        let place = Place::of(&question.url).ok_or(Unanswered::NoConnection)?;
        while let Some(mut sender) = self.kept(&place.authority) {
            if sender.ready().await.is_err() {
                continue;
            }
            match self.over(sender, question, &place).await {
                // The server closed it while we wrote: it read nothing, or at least answered nothing.
                Err(Lost::Connection) => break,
                Err(Lost::Answer(why)) => return Err(why),
                Ok(reply) => return Ok(reply),
            }
        }
        let sender = self.connect(&place, config).await?;
        self.over(sender, question, &place).await.map_err(|lost| match lost {
            Lost::Connection => Unanswered::Broken,
            Lost::Answer(why) => why,
        })
    }

    async fn connect(&self, place: &Place, config: Arc<ClientConfig>) -> Result<Sender, Unanswered> {
        let addresses: Vec<SocketAddr> = match self.routes.get(&place.host.to_ascii_lowercase()) {
            Some(address) => vec![*address],
            None => {
                let found = lookup_host((place.host.as_str(), place.port)).await;
                found.map_err(|_| Unanswered::NoConnection)?.collect()
            }
        };
        let stream = TcpStream::connect(addresses.as_slice()).await.map_err(|_| Unanswered::NoConnection)?;
        let _ = stream.set_nodelay(true);
        let name = ServerName::try_from(place.host.clone()).map_err(|_| Unanswered::NoTls)?;
        let stream = TlsConnector::from(config).connect(name, stream).await.map_err(|error| {
            tracing::warn!(host = place.host, %error, "no TLS connection outside");
            Unanswered::NoTls
        })?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|_| Unanswered::Broken)?;
        // Ends when its sender is dropped, or the server closes.
        tokio::spawn(async move {
            let _ = connection.await;
        });
        Ok(sender)
    }

    async fn over(&self, mut sender: Sender, question: &WebQuestion, place: &Place) -> Result<Reply, Lost> {
        let request = signed(question, place).ok_or(Lost::Answer(Unanswered::NoConnection))?;
        let answer = sender.send_request(request).await.map_err(|error| {
            if error.is_canceled() || error.is_incomplete_message() || error.is_closed() || is_cut(&error) {
                Lost::Connection
            } else {
                Lost::Answer(Unanswered::Broken)
            }
        })?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), MAX_REPLY).collect().await;
        let body = body.map_err(|_| Lost::Answer(Unanswered::Broken))?.to_bytes();
        self.keep(place, sender);
        Ok(Reply { status, body: Secret::new(body.to_vec()) })
    }

    /// A connection that lay idle for not too long.
    fn kept(&self, authority: &str) -> Option<Sender> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle.get_mut(authority)?;
        while let Some(Idle { sender, since }) = kept.pop() {
            if since.elapsed() < IDLE_FOR && !sender.is_closed() {
                return Some(sender);
            }
        }
        idle.remove(authority);
        None
    }

    fn keep(&self, place: &Place, sender: Sender) {
        if sender.is_closed() {
            return;
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() >= IDLE_SERVERS && !idle.contains_key(&place.authority) {
            // Whatever is idle can be made anew.
            idle.clear();
        }
        let kept = idle.entry(place.authority.clone()).or_default();
        kept.retain(|idle| idle.since.elapsed() < IDLE_FOR);
        if kept.len() < IDLE_EACH {
            kept.push(Idle { sender, since: Instant::now() });
        }
    }
}

/// What became of a question.
enum Lost {
    /// Its connection was closed before there was an answer.
    Connection,
    /// There is no answer, or a broken one.
    Answer(Unanswered),
}

fn is_cut(error: &hyper::Error) -> bool {
    use std::error::Error as _;
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.downcast_ref::<std::io::Error>().is_some() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn client_config(trusted: Trusted) -> Option<Arc<ClientConfig>> {
    let mut config = ClientConfig::builder_with_provider(strict_provider())
        .with_safe_default_protocol_versions()
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(trusted?)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Some(Arc::new(config))
}

/// The request of a question, signed now.
fn signed(question: &WebQuestion, place: &Place) -> Option<Request<Full<Bytes>>> {
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_str(&place.authority).ok()?);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_LENGTH, question.body.expose().len().into());
    let secret = SigningSecret::new(question.secret.duplicate());
    let signer = Signer {
        access_key_id: &question.access_key_id,
        secret: &secret,
        region: question.region,
        service: question.service,
    };
    let (method, path, body) = ("POST", place.path.as_str(), question.body.expose().as_slice());
    let request = authn::Request { method, path, query: "", headers: &headers, body };
    let mut headers = authn::sign(&request, &signer, SystemClock.now()).ok()?;
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("fastness/", env!("CARGO_PKG_VERSION"))));
    let body = Bytes::from_owner(Wiped(question.body.duplicate()));
    let mut request = Request::post(path).body(Full::new(body)).ok()?;
    *request.headers_mut() = headers;
    Some(request)
}

/// A body that leaves nothing behind.
pub(crate) struct Wiped(pub(crate) Secret<Vec<u8>>);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests;
