//! Questions to what runs beside us: the metadata service of an instance, the agent of a container.
//!
//! Guarantee: no proxy comes between.

use crate::Error;
use crate::retry::{self, Reason};
use crate::transport::{Answer, Patience, Transport};
use crate::world::World;
use http::header::HOST;
use http::{HeaderMap, HeaderValue, Method, Uri};
use std::path::PathBuf;
use std::time::Duration;

/// Asks, and asks again.
pub(crate) struct Local {
    transport: Transport,
    attempts: u32,
    world: World,
}

impl Local {
    pub(crate) fn new(patience: Duration, attempts: u32, ca_bundle: Option<PathBuf>, world: &World) -> Self {
        let patience = Patience { connect: patience, whole: patience };
        Self { transport: Transport::direct(patience, ca_bundle), attempts, world: world.clone() }
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
