//! HTTP: one request, one answer.
//!
//! Guarantees: no redirection is followed; every step has its time and an answer its size; connections are kept for the
//! next call, few and not long; this machine is reached directly, whatever proxies there are.

use crate::Error;
use crate::endpoint::is_loopback;
use crate::trust;
use crate::world::Environment;
use base::Secret;
use http::{HeaderMap, Method, Request, Uri};
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use ureq::config::Config;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Proxy};

/// The longest head of an answer.
const MAX_HEAD: usize = 16 * 1024;
/// Room for an answer that does not say how long it is.
const UNSAID: usize = 64 * 1024;
/// Room for what goes out and comes in at once.
const BUFFER: usize = 16 * 1024;
/// How long a connection is kept idle: less than what stands before services usually allows.
const IDLE_FOR: Duration = Duration::from_secs(15);
/// Connections that are kept to one host.
const IDLE_EACH: usize = 8;

/// How much is borne.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// How long a connection may take, with its TLS.
    pub(crate) connect: Duration,
    /// How long all of a request may take.
    pub(crate) whole: Duration,
    /// The longest answer, in bytes.
    pub(crate) answer: usize,
}

/// What a server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Secret<Vec<u8>>,
}

impl Answer {
    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Why there is no answer.
pub(crate) struct Lost {
    pub(crate) error: Error,
    /// Another attempt may fare better.
    pub(crate) transient: bool,
}

/// Sends requests.
pub(crate) struct Transport {
    limits: Limits,
    ca_bundle: Option<PathBuf>,
    proxies: Proxies,
    /// Made when first needed: in clear, over TLS, and each through its proxy. Reading the system's authorities takes
    /// milliseconds.
    agents: Mutex<[Option<Agent>; 4]>,
}

impl Transport {
    /// With the proxies of the environment.
    pub(crate) fn new(limits: Limits, ca_bundle: Option<PathBuf>, environment: &Environment) -> Self {
        Self { limits, ca_bundle, proxies: Proxies::of(environment), agents: Mutex::default() }
    }

    /// Without proxies: for what must not leave the machine or its link.
    pub(crate) fn direct(limits: Limits, ca_bundle: Option<PathBuf>) -> Self {
        Self { limits, ca_bundle, proxies: Proxies::default(), agents: Mutex::default() }
    }

    /// Sends a request, whose headers have its Host.
    pub(crate) fn send(&self, method: Method, uri: &Uri, headers: HeaderMap, body: &[u8]) -> Result<Answer, Lost> {
        let agent = self.agent(uri).map_err(|error| Lost { error, transient: false })?;
        let mut request = Request::builder()
            .method(method)
            .uri(uri.clone())
            .body(body)
            .map_err(|error| Lost { error: Error::Configuration(format!("{uri}: {error}")), transient: false })?;
        *request.headers_mut() = headers;
        let mut answer = agent.run(request).map_err(|error| lost(uri, &error))?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let most = self.limits.answer.saturating_add(1);
        // Room for all of it, so that no piece of a secret stays behind in a smaller one.
        let said = answer.body().content_length().map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        let mut body = Secret::new(Vec::with_capacity(said.unwrap_or(UNSAID).saturating_add(1).min(most)));
        let mut reader = answer.body_mut().as_reader().take(most as u64);
        reader.read_to_end(body.expose_mut()).map_err(|error| lost(uri, &ureq::Error::from(error)))?;
        if body.expose().len() >= most {
            let error = Error::Answer(format!("{uri} answered more than {} bytes", self.limits.answer));
            return Err(Lost { error, transient: false });
        }
        Ok(Answer { status, headers, body })
    }

    fn agent(&self, uri: &Uri) -> Result<Agent, Error> {
        let tls = uri.scheme_str() == Some("https");
        let proxy = self.proxies.toward(uri);
        let index = usize::from(tls) + 2 * usize::from(proxy.is_some());
        let mut agents = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Some(agent)) = agents.get(index) {
            return Ok(agent.clone());
        }
        let proxy = proxy.map(|url| {
            Proxy::new(url).map_err(|error| Error::Configuration(format!("the proxy of the environment: {error}")))
        });
        let agent = self.make(tls, proxy.transpose()?)?;
        if let Some(slot) = agents.get_mut(index) {
            *slot = Some(agent.clone());
        }
        Ok(agent)
    }

    fn make(&self, tls: bool, proxy: Option<Proxy>) -> Result<Agent, Error> {
        // A proxy may be spoken to over TLS too.
        let tls = tls || proxy.as_ref().is_some_and(|proxy| proxy.protocol() == ureq::ProxyProtocol::Https);
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(proxy)
            .user_agent(concat!("fastness/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .timeout_resolve(Some(self.limits.connect))
            .timeout_connect(Some(self.limits.connect))
            .timeout_global(Some(self.limits.whole))
            .max_response_header_size(MAX_HEAD)
            .input_buffer_size(BUFFER)
            .output_buffer_size(BUFFER)
            .max_idle_connections_per_host(IDLE_EACH)
            .max_idle_age(IDLE_FOR);
        if tls {
            config = config.tls_config(trust::config(self.ca_bundle.as_ref())?);
        }
        Ok(Agent::with_parts(config.build(), DefaultConnector::new(), Strict::default()))
    }
}

/// Finds addresses, and lets a name that says loopback lead nowhere else.
#[derive(Debug, Default)]
struct Strict(DefaultResolver);

impl Resolver for Strict {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.0.resolve(uri, config, timeout)?;
        if leads_astray(uri, &found) { Err(ureq::Error::HostNotFound) } else { Ok(found) }
    }
}

fn leads_astray(uri: &Uri, found: &[SocketAddr]) -> bool {
    is_loopback(uri.host().unwrap_or_default()) && !found.iter().all(|address| address.ip().is_loopback())
}

fn lost(uri: &Uri, error: &ureq::Error) -> Lost {
    let host = uri.host().unwrap_or_default();
    let transient = |text: String| Lost { error: Error::Connection(text), transient: true };
    let last = |text: String| Lost { error: Error::Connection(text), transient: false };
    match error {
        ureq::Error::Timeout(what) => transient(format!("{host}: time ran out ({what})")),
        ureq::Error::HostNotFound => transient(format!("{host}: there is no such host")),
        ureq::Error::Rustls(error) => last(untrusted(host, error)),
        ureq::Error::Io(error) => match tls_fault(error) {
            Some(fault) => last(untrusted(host, fault)),
            None => transient(format!("{host}: {error}")),
        },
        ureq::Error::Protocol(error) => transient(format!("{host}: {error}")),
        ureq::Error::ConnectionFailed | ureq::Error::ConnectProxyFailed(_) => transient(format!("{host}: {error}")),
        error => last(format!("{host}: {error}")),
    }
}

fn untrusted(host: &str, fault: &rustls::Error) -> String {
    let advice = match fault {
        rustls::Error::InvalidCertificate(_) => {
            "; AWS_CA_BUNDLE names a PEM file of the authorities to trust instead of the system's"
        }
        _ => "",
    };
    format!("{host}: no TLS: {fault}{advice}")
}

/// What rustls wraps when it fails within reading or writing.
fn tls_fault(error: &std::io::Error) -> Option<&rustls::Error> {
    let inner = error.get_ref()?;
    inner.downcast_ref().or_else(|| inner.source()?.downcast_ref())
}

/// The proxies of the environment, and who is reached without.
#[derive(Default)]
struct Proxies {
    http: Option<String>,
    https: Option<String>,
    none: Vec<String>,
}

impl Proxies {
    fn of(environment: &Environment) -> Self {
        // In lower case first, as curl and Python have it.
        let get = |name: &str| environment.get(name).or_else(|| environment.get(&name.to_ascii_uppercase()));
        let none = get("no_proxy").unwrap_or_default().to_ascii_lowercase();
        let none = none.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        let all = || get("all_proxy");
        Self { http: get("http_proxy").or_else(all), https: get("https_proxy").or_else(all), none }
    }

    fn toward(&self, uri: &Uri) -> Option<&str> {
        let proxy = if uri.scheme_str() == Some("https") { &self.https } else { &self.http };
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let excepted = |name: &String| {
            let name = name.split_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(&**name, |it| it.0);
            let name = name.trim_start_matches('*').trim_start_matches('.');
            name.is_empty() || bare == name || bare.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'))
        };
        if is_loopback(&host) || self.none.iter().any(excepted) {
            return None;
        }
        proxy.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_says_loopback_leads_nowhere_else() {
        let (here, there) = ("127.0.0.1:80".parse().unwrap(), "10.0.0.1:80".parse().unwrap());
        for (uri, found, astray) in [
            ("http://a.localhost", &[here][..], false),
            ("http://a.localhost", &[here, there], true),
            ("http://LOCALHOST", &[there], true),
            ("https://a.example", &[there], false),
        ] {
            assert_eq!(leads_astray(&uri.parse().unwrap(), found), astray, "{uri}");
        }
    }

    #[test]
    fn proxies_are_for_those_who_are_not_excepted() {
        let proxies = Proxies::of(&Environment::of(&[
            ("HTTPS_PROXY", "http://upper:1"),
            ("https_proxy", "http://lower:1"),
            ("HTTP_PROXY", "http://plain:1"),
            ("NO_PROXY", " .internal, example.com,10.0.0.1,*.starred.net,ported.com:443"),
        ]));
        for (uri, proxy) in [
            ("https://kms.us-east-1.amazonaws.com", Some("http://lower:1")),
            ("http://kms.us-east-1.amazonaws.com", Some("http://plain:1")),
            ("https://kms.internal", None),
            ("https://example.com", None),
            ("https://KMS.example.com", None),
            ("https://badexample.com", Some("http://lower:1")),
            ("https://10.0.0.1:8443", None),
            ("https://a.starred.net", None),
            ("https://ported.com", None),
            ("https://localhost:4566", None),
            ("http://127.0.0.1:4566", None),
            ("http://[::1]:4566", None),
        ] {
            assert_eq!(proxies.toward(&uri.parse().unwrap()), proxy, "{uri}");
        }
        let all = Proxies::of(&Environment::of(&[("ALL_PROXY", "http://all:1"), ("NO_PROXY", "*")]));
        assert_eq!(all.toward(&"https://kms.us-east-1.amazonaws.com".parse().unwrap()), None);
    }
}
