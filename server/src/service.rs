//! From a hyper request to an answer: takes the body within its limits, tells control from calls, waits for a turn.
//!
//! Guarantees: a body is never held beyond [`Limits::body_bytes`]; a client's mistake is a 4xx; a crash in one call is
//! a 500 of that call alone.

use crate::budget::Budget;
use crate::control::{self, Control};
use crate::guard::Activity;
use crate::handler::{Answered, Boxed, Handler};
use crate::http2;
use crate::limits::{Limits, SMALL_BODY};
use crate::logs::{self, Sluice};
use crate::proxies::Proxies;
use crate::refusal::{
    BODY_BROKEN, BODY_SLOW, BODY_TOO_LARGE, BUSY, CRASHED, Form, HOST_MISSING, HOST_TWO, METHOD, Refusal,
};
use crate::trace::Facts;
use crate::watch::Watch;
use bytes::{Bytes, BytesMut};
use http::header::{CONNECTION, EXPECT, HOST, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use kernel::{Connection, Ending, Registry, Told};
use std::error::Error;
use std::io;
use std::net::{Ipv6Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout, timeout_at};

/// The connection is to be closed without an answer, because a fault was set.
#[derive(Debug)]
pub(crate) struct CutOff;

impl std::fmt::Display for CutOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut off by a fault that was set")
    }
}

impl Error for CutOff {}

/// Lines a second about requests that failed, that were slow, and of those who did not prove who they are.
static FAILURES: Sluice = Sluice::new(50);
static SLOW: Sluice = Sluice::new(10);
static STRANGERS: Sluice = Sluice::new(50);

/// Why a request is worth a line of its own.
#[derive(Clone, Copy)]
struct Marks {
    failed: bool,
    slow: bool,
}

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) handler: Arc<dyn Handler>,
    pub(crate) control: Arc<dyn Control>,
    pub(crate) limits: Limits,
    pub(crate) watch: Arc<Watch>,
    pub(crate) budget: Arc<Budget>,
    leaving: AtomicBool,
}

impl Shared {
    pub(crate) fn new(
        handler: Arc<dyn Handler>,
        control: Arc<dyn Control>,
        limits: Limits,
        watch: Arc<Watch>,
        budget: Arc<Budget>,
    ) -> Self {
        Self { handler, control, limits, watch, budget, leaving: AtomicBool::new(false) }
    }

    /// From now on every answer says that its connection closes.
    pub(crate) fn leave(&self) {
        self.leaving.store(true, Ordering::Release);
    }
}

/// The service of one connection.
pub(crate) struct Service {
    pub(crate) shared: Arc<Shared>,
    pub(crate) connection: Connection,
    /// Whom the client's certificate is for, if it showed one.
    pub(crate) client: Option<String>,
    /// Whether an answer has said that the connection closes because the server is leaving.
    pub(crate) farewell: AtomicBool,
    /// The address that the client connected to.
    pub(crate) local: SocketAddr,
    pub(crate) activity: Activity,
    /// Whether a proxy says who the client is.
    pub(crate) relayed: bool,
    /// Set where the other end is a trusted proxy, whose `X-Forwarded-For` counts.
    pub(crate) forwarding: Option<Arc<Proxies>>,
}

impl Service {
    /// Answers a request.
    pub(crate) fn serve(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<Full<Bytes>>, CutOff>> + Send {
        let started = Instant::now();
        let (form, method) = (Form::of(request.headers()), request.method().clone());
        let (mut head, body) = request.into_parts();
        async move {
            let watch = &*self.shared.watch;
            // Who controls or probes the server is no customer of its services.
            let is_call = !head.uri.path().starts_with(control::PREFIX);
            let under_way = is_call.then(|| watch.requests.begin());
            let tracer = watch.tracer().filter(|_| is_call);
            let traced = tracer.and_then(|tracer| Some((tracer, tracer.begin(&head.headers)?)));
            if let Some((_, active)) = &traced {
                head.extensions.insert(active.stages.clone());
            }
            let version = head.version;
            let Answered { mut response, told } = match self.answer(head, body, form).await {
                Ok(answered) => answered,
                Err(refusal) => {
                    tracing::debug!(peer = %self.connection.peer, reason = refusal.message(), "request refused");
                    refusal.answer(form).into()
                }
            };
            if let Some(under_way) = under_way {
                let took = started.elapsed();
                under_way.end();
                watch.requests.count(told, took);
                self.note(&method, &response, told, took);
            }
            if let Some((tracer, active)) = traced {
                let (service, operation) = watch.requests.name(told);
                let (status, request_id) = (response.status().as_u16(), request_id(&response));
                let Told { region, ending, .. } = told;
                tracer.end(active, Facts { service, operation, region, ending, status, request_id });
            }
            if response.extensions().get::<kernel::Reset>().is_some() {
                return Err(CutOff);
            }
            if version != Version::HTTP_2 && self.shared.leaving.load(Ordering::Acquire) {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                self.farewell.store(true, Ordering::Relaxed);
            }
            Ok(response.map(Full::new))
        }
    }

    /// Logs an answer: never a target, a header or a body, all of which can hold secrets. The request id finds the rest
    /// in the audit log.
    fn note(&self, method: &Method, answer: &Response<Bytes>, told: Told, took: Duration) {
        let status = answer.status().as_u16();
        let marks = Marks { failed: status >= 500 && status != 501 && status != 503, slow: logs::is_slow(took) };
        if marks.failed || marks.slow || logs::has_requests() || tracing::enabled!(tracing::Level::DEBUG) {
            self.log(method, answer, told, took, marks);
        }
    }

    #[cold]
    fn log(&self, method: &Method, answer: &Response<Bytes>, told: Told, took: Duration, marks: Marks) {
        let (peer, status) = (self.connection.peer, answer.status().as_u16());
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let ((service, operation), request_id) = (self.shared.watch.requests.name(told), request_id(answer));
        if marks.failed
            && let Some(held_back) = FAILURES.pass()
        {
            tracing::error!(%peer, %method, service, operation, status, request_id, held_back, "a request failed here");
        }
        if marks.slow
            && let Some(held_back) = SLOW.pass()
        {
            tracing::warn!(%peer, %method, service, operation, status, request_id, micros, held_back, "a slow request");
        }
        let outcome = told.ending.as_str();
        let region = told.region.as_ref().map(base::Region::as_str);
        let client = self.client.as_deref();
        if !logs::has_requests() {
            tracing::debug!(%peer, client, %method, service, operation, region, status, outcome, request_id, micros, "answered");
            return;
        }
        // Whoever may not call should not fill the disk with lines either.
        let is_stranger = told.ending == Ending::Unauthenticated || told.number == Registry::UNKNOWN;
        let held_back = if is_stranger { STRANGERS.pass() } else { Some(0) };
        if let Some(held_back) = held_back {
            let held_back = (held_back > 0).then_some(held_back);
            tracing::info!(
                %peer, client, %method, service, operation, region, status, outcome, request_id, micros, held_back, "request"
            );
        }
    }

    #[expect(clippy::manual_async_fn, reason = "it would keep its arguments twice, and they are moved on every call")]
    fn answer(
        &self,
        mut head: Parts,
        body: Incoming,
        form: Form,
    ) -> impl Future<Output = Result<Answered, Refusal>> + Send {
        async move {
            let is_http2 = head.version == Version::HTTP_2;
            if is_http2 {
                http2::as_http1(&mut head, &self.shared.limits)?;
            }
            if head.version == Version::HTTP_11 && !head.headers.contains_key(HOST) {
                return Err(HOST_MISSING);
            }
            if head.method == Method::CONNECT {
                return Err(METHOD);
            }
            let expects = head.headers.contains_key(EXPECT);
            let body = self.body(body, expects, is_http2);
            let bytes = if is_http2 { Box::pin(self.arriving(body)).await? } else { body.await? };
            let _calling = self.activity.calling();
            if head.uri.path().starts_with(control::PREFIX) {
                return Ok(Box::pin(self.control(Request::from_parts(head, bytes))).await?.into());
            }
            if names_another_host(&head) {
                return Err(HOST_TWO);
            }
            let _turn = self.turn(&self.shared.budget.calls).await?;
            let connection = self.client(&head)?;
            let call = self.shared.handler.handle(Request::from_parts(head, bytes), connection);
            Ok(self.call(call, form).await)
        }
    }

    async fn control(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Refusal> {
        let (head, body) = request.into_parts();
        let mut connection = self.client(&head)?;
        // Whoever comes through a proxy is not on this machine, whatever the proxy says.
        if (self.relayed || self.forwarding.is_some()) && control::is_loopback(connection.peer.ip()) {
            connection.peer.set_ip(Ipv6Addr::UNSPECIFIED.into());
        }
        let request = Request::from_parts(head, body);
        Ok(control::answer(&*self.shared.control, &request, &connection, self.local).await)
    }

    /// Where a request came from: the other end, or for whom a trusted proxy there forwarded it.
    fn client(&self, head: &Parts) -> Result<Connection, Refusal> {
        let mut connection = self.connection.clone();
        if let Some(proxies) = &self.forwarding
            && let Some(address) = proxies.client(&head.headers)?
        {
            connection.peer = SocketAddr::new(address, 0);
        }
        Ok(connection)
    }

    /// A body of HTTP/2, of whose streams a connection has many, and which no guard times: as long as the slowest largest
    /// one may take.
    async fn arriving(&self, body: impl Future<Output = Result<Bytes, Refusal>>) -> Result<Bytes, Refusal> {
        let _place = self.shared.budget.arriving.try_acquire().map_err(|_| BUSY)?;
        let limits = &self.shared.limits;
        let allowed = limits.body_grace + Duration::from_secs(limits.body_bytes as u64 / limits.body_rate.max(1));
        timeout(allowed, body).await.unwrap_or(Err(BODY_SLOW))
    }

    async fn turn<'a>(&self, of: &'a Semaphore) -> Result<SemaphorePermit<'a>, Refusal> {
        if let Ok(permit) = of.try_acquire() {
            return Ok(permit);
        }
        match Box::pin(timeout(self.shared.limits.call_wait, of.acquire())).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(BUSY),
        }
    }

    async fn body(&self, mut body: Incoming, expects_continue: bool, is_http2: bool) -> Result<Bytes, Refusal> {
        let limits = &self.shared.limits;
        let begun = is_http2.then(Instant::now);
        let length = body.size_hint().exact();
        if length == Some(0) {
            return Ok(Bytes::new());
        }
        if length.is_some_and(|length| length > limits.body_bytes as u64) {
            // Whoever waits for `100 Continue` has sent nothing yet and reads the refusal now.
            if !expects_continue {
                Box::pin(drain(&mut body, limits.drain_bytes)).await;
            }
            return Err(BODY_TOO_LARGE);
        }
        let mut permit = None;
        let mut whole = BytesMut::new();
        loop {
            let next = match begun {
                None => body.frame().await,
                Some(begun) => {
                    let earned = Duration::from_secs(whole.len() as u64 / limits.body_rate.max(1));
                    timeout_at(begun + limits.body_grace + earned, body.frame()).await.map_err(|_| BODY_SLOW)?
                }
            };
            let Some(frame) = next else { break };
            let Ok(data) = frame.map_err(|error| broken(&error))?.into_data() else { continue };
            if whole.len() + data.len() > limits.body_bytes {
                Box::pin(drain(&mut body, limits.drain_bytes)).await;
                return Err(BODY_TOO_LARGE);
            }
            if whole.is_empty() && length == Some(data.len() as u64) {
                return Ok(data);
            }
            // Not before: whoever announces much and sends nothing would keep out those who send it.
            if permit.is_none() && whole.len() + data.len() > SMALL_BODY {
                permit = Some(self.turn(&self.shared.budget.large_bodies).await?);
            }
            whole.extend_from_slice(&data);
        }
        Ok(whole.freeze())
    }

    async fn call(&self, mut call: Boxed<'_, Answered>, form: Form) -> Answered {
        let outcome = std::future::poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Some),
            Err(_) => Poll::Ready(None),
        });
        outcome.await.unwrap_or_else(|| {
            tracing::error!(peer = %self.connection.peer, "a call crashed; its answer is 500 and the server goes on");
            CRASHED.answer(form).into()
        })
    }
}

/// The id by which the client knows its request, in AWS's headers.
fn request_id(answer: &Response<Bytes>) -> &str {
    let id = ["x-amzn-requestid", "x-amz-request-id"].into_iter().find_map(|name| answer.headers().get(name));
    id.and_then(|id| id.to_str().ok()).unwrap_or_default()
}

/// Whether the target names a host of its own that is not the one in the header. A signature covers only the header.
fn names_another_host(head: &Parts) -> bool {
    let differs = |authority: &str, host: &HeaderValue| !host.as_bytes().eq_ignore_ascii_case(authority.as_bytes());
    head.uri.authority().zip(head.headers.get(HOST)).is_some_and(|(named, host)| differs(named.as_str(), host))
}

/// Reads and drops up to `limit` bytes of a refused body.
async fn drain(body: &mut Incoming, limit: usize) {
    let mut seen = 0;
    while let Some(Ok(frame)) = body.frame().await {
        seen += frame.data_ref().map_or(0, Bytes::len);
        if seen > limit {
            return;
        }
    }
}

fn broken(error: &hyper::Error) -> Refusal {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
            return BODY_SLOW;
        }
        cause = error.source();
    }
    BODY_BROKEN
}
