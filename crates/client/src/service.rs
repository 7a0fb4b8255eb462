//! Calls to one service in one Region: signed, sent, judged, tried again.
//!
//! Guarantees: each attempt is signed anew with credentials that are good then; a clock that is wrong is corrected by the
//! service's own, not believed; whatever is tried again is limited in number and by a quota.

use crate::credentials::{Credentials, Provider};
use crate::endpoint::Endpoint;
use crate::retry::{self, Quota, Reason};
use crate::transport::{Answer, Lost, Transport};
use crate::world::World;
use crate::{Error, protocol};
use authn::Signer;
use base::{Region, Timestamp};
use http::header::{HOST, HeaderName};
use http::{HeaderMap, HeaderValue, Method};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// How far the clocks may be apart before ours is taken to be wrong.
const SKEW: i64 = 4 * 60 * 1000;

const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// A service in a Region.
pub(crate) struct Service {
    /// The name that it is signed by.
    pub(crate) name: &'static str,
    pub(crate) region: Region,
    pub(crate) endpoint: Endpoint,
    pub(crate) transport: Arc<Transport>,
    /// Who calls; nobody where calls are not signed.
    pub(crate) provider: Option<Arc<Provider>>,
    pub(crate) attempts: u32,
    pub(crate) quota: Quota,
    /// How much later it is there than here, in milliseconds.
    pub(crate) skew: AtomicI64,
    pub(crate) world: World,
}

/// Why an attempt failed.
struct Fault {
    error: Error,
    /// Why another might not.
    reason: Option<Reason>,
    /// How long the service asks us to wait.
    asked: Option<Duration>,
}

impl Service {
    /// Posts a body and gives the answer to it, if that is no error.
    pub(crate) fn call(&self, headers: &HeaderMap, body: &[u8]) -> Result<Answer, Error> {
        let mut paid = None;
        let mut attempt = 1;
        loop {
            let fault = match self.attempt(headers, body) {
                Ok(answer) => {
                    self.quota.succeeded(paid);
                    return Ok(answer);
                }
                Err(fault) => fault,
            };
            let Some(reason) = fault.reason.filter(|_| attempt < self.attempts) else { return Err(fault.error) };
            paid = self.quota.pay(reason);
            if paid.is_none() {
                return Err(fault.error);
            }
            (self.world.wait)(retry::delay(reason, attempt, fault.asked, &*self.world.rng));
            attempt = attempt.saturating_add(1);
        }
    }

    fn attempt(&self, headers: &HeaderMap, body: &[u8]) -> Result<Answer, Fault> {
        let credentials = self.provider.as_ref().map(|provider| provider.current()).transpose().map_err(last)?;
        let headers = self.signed(headers, body, credentials.as_deref()).map_err(last)?;
        let answer = self.transport.send(Method::POST, &self.endpoint.uri, headers, body);
        let answer = answer.map_err(|Lost { error, transient }| Fault {
            error,
            reason: transient.then_some(Reason::Transient),
            asked: None,
        })?;
        if (200..300).contains(&answer.status) { Ok(answer) } else { Err(self.judged(&answer, credentials.as_ref())) }
    }

    fn signed(&self, headers: &HeaderMap, body: &[u8], credentials: Option<&Credentials>) -> Result<HeaderMap, Error> {
        let unsendable = |_| Error::Configuration("the endpoint or the session token cannot stand in a header".into());
        let mut headers = headers.clone();
        headers.insert(HOST, HeaderValue::from_str(&self.endpoint.host).map_err(unsendable)?);
        let Some(credentials) = credentials else { return Ok(headers) };
        if let Some(token) = &credentials.token {
            let mut token = HeaderValue::from_str(token.expose()).map_err(unsendable)?;
            token.set_sensitive(true);
            headers.insert(SECURITY_TOKEN, token);
        }
        let signer = Signer {
            access_key_id: &credentials.access_key_id,
            secret: &credentials.secret,
            region: self.region,
            service: self.name,
        };
        let path = self.endpoint.uri.path();
        let request = authn::Request { method: "POST", path, query: "", headers: &headers, body };
        authn::sign(&request, &signer, self.now_there())
            .map_err(|_| Error::Configuration("the request cannot be signed with these credentials".into()))
    }

    /// The time as the service has it, as far as we know.
    fn now_there(&self) -> Timestamp {
        let skew = self.skew.load(Ordering::Relaxed);
        Timestamp::from_millis(self.world.clock.now().millis().saturating_add(skew))
    }

    fn judged(&self, answer: &Answer, credentials: Option<&Arc<Credentials>>) -> Fault {
        let error = protocol::error(answer);
        let code = error.code().unwrap_or_default();
        let mut reason = Reason::of(code, answer.status);
        if retry::SKEWED.contains(&code) && self.is_clock_corrected(answer) {
            reason = Some(Reason::Transient);
        }
        if retry::EXPIRED.contains(&code)
            && let (Some(provider), Some(credentials)) = (&self.provider, credentials)
            && provider.forget(credentials)
        {
            reason = Some(Reason::Transient);
        }
        let asked = answer.header("x-amz-retry-after").and_then(|millis| millis.trim().parse().ok());
        Fault { error, reason, asked: asked.map(Duration::from_millis) }
    }

    /// Takes over the service's time, if ours is far from it.
    fn is_clock_corrected(&self, answer: &Answer) -> bool {
        let Some(there) = answer.header("date").and_then(|date| Timestamp::from_http_date(date).ok()) else {
            return false;
        };
        if there.millis().abs_diff(self.now_there().millis()) <= SKEW.unsigned_abs() {
            return false;
        }
        self.skew.store(there.millis().saturating_sub(self.world.clock.now().millis()), Ordering::Relaxed);
        true
    }
}

fn last(error: Error) -> Fault {
    Fault { error, reason: None, asked: None }
}
