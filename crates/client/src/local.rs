//! Questions to what runs beside us: the metadata service of an instance, the agent of a container, Fastness itself.
//!
//! Guarantee: no proxy comes between.

use crate::Error;
use crate::endpoint::Endpoint;
use crate::retry::{self, Reason};
use crate::transport::{Answer, Limits, Transport};
use crate::world::World;
use base::Secret;
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Method, Uri};
use std::path::PathBuf;
use std::time::Duration;

/// The longest answer about credentials.
const MAX_ANSWER: usize = 64 * 1024;

/// How long a connection to a server takes that is there.
const CONNECT: Duration = Duration::from_secs(10);

/// Posts JSON, once, to a server that is meant outright and of which more is asked than AWS's APIs: its status, and its
/// answer of at most `largest` bytes, if it comes `within` that time. `authorities` are those that it is known by.
pub fn post(
    url: &str,
    body: &[u8],
    authorities: PathBuf,
    within: Duration,
    largest: usize,
) -> Result<(u16, Secret<Vec<u8>>), Error> {
    let Endpoint { uri, host } = Endpoint::parse(url)?;
    let transport = Transport::direct(Limits { connect: CONNECT, whole: within, answer: largest }, Some(authorities));
    let host = HeaderValue::from_str(&host).map_err(|_| Error::Configuration(format!("{url}: this is no URL")))?;
    let headers = HeaderMap::from_iter([(HOST, host), (CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let answer = transport.send(Method::POST, &uri, headers, body).map_err(|lost| lost.error)?;
    Ok((answer.status, answer.body))
}

/// Asks, and asks again.
pub(crate) struct Local {
    transport: Transport,
    attempts: u32,
    world: World,
}

impl Local {
    pub(crate) fn new(patience: Duration, attempts: u32, ca_bundle: Option<PathBuf>, world: &World) -> Self {
        let limits = Limits { connect: patience, whole: patience, answer: MAX_ANSWER };
        Self { transport: Transport::direct(limits, ca_bundle), attempts, world: world.clone() }
    }

    /// The answer, whatever its status, but for failures of the server's own that do not pass.
    pub(crate) fn ask(&self, method: Method, uri: &Uri, headers: &HeaderMap) -> Result<Answer, Error> {
        let mut headers = headers.clone();
        let host = uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
        let broken = |_| Error::Configuration(format!("{uri}: this is no URL"));
        headers.insert(HOST, HeaderValue::from_str(host).map_err(broken)?);
        let mut attempt = 1;
        loop {
            let outcome = self.transport.send(method.clone(), uri, headers.clone(), &[]);
            let again = match &outcome {
                Ok(answer) => answer.status >= 500 || answer.status == 429,
                Err(lost) => lost.transient,
            };
            if !again || attempt >= self.attempts {
                return outcome.map_err(|lost| lost.error);
            }
            (self.world.wait)(retry::delay(Reason::Transient, attempt, None, &*self.world.rng));
            attempt = attempt.saturating_add(1);
        }
    }
}
