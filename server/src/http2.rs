//! One HTTP/2 connection.
//!
//! Guarantees: its limits are those of HTTP/1.1, for each stream; a client that resets a stream does not cut off the call
//! in it, which finishes and is recorded, and counts among the streams until then; a stop or a long silence ends it by
//! GOAWAY, so that no request under way is lost. Source: RFC 9113 §5.1.2, §6.8, §8.3.1, §10.5.

use crate::connection::Stage;
use crate::framing::HEAD_TOO_LARGE;
use crate::guard::{Activity, Guard};
use crate::handler::Boxed;
use crate::limits::Limits;
use crate::refusal::{HOST_MISSING, HOST_TWO, Refusal};
use crate::service::{CutOff, Service};
use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Request, Response, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep_until, timeout};

/// How much of all bodies of a connection may come before it is read: no more than HTTP/1.1 reads ahead, since strangers may
/// fill it on every connection.
const WINDOW: u32 = 64 * 1024;
/// How much of answers waits to be sent.
const SEND_BUFFER: usize = 256 * 1024;

/// Serves a connection until it ends.
pub(crate) async fn drive<S>(stream: S, service: Arc<Service>, mut stopping: watch::Receiver<Stage>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = service.shared.limits;
    let streams = Arc::new(Streams::new(&limits));
    let guard = Guard::http2(stream, limits, Activity::default());
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(u32::try_from(limits.streams).unwrap_or(u32::MAX))
        .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
        .max_pending_accept_reset_streams(limits.streams)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .serve_connection(TokioIo::new(guard), Calls { service, streams: streams.clone() });
    let mut connection = pin!(connection);
    loop {
        let deadline = streams.silent_since() + limits.idle;
        tokio::select! {
            biased;
            outcome = &mut connection => {
                if let Err(error) = outcome {
                    tracing::debug!(%error, "an HTTP/2 connection broke");
                }
                return;
            }
            _ = stopping.wait_for(|stage| *stage != Stage::Serving) => break,
            () = sleep_until(deadline) => if streams.are_silent(deadline, &limits) { break },
        }
    }
    Pin::as_mut(&mut connection).graceful_shutdown();
    // A client that does not answer the farewell is left once its calls are.
    while timeout(limits.linger, &mut connection).await.is_err() {
        if streams.are_silent(Instant::now(), &Limits { idle: limits.linger, ..limits }) {
            return;
        }
    }
}

/// The calls of a connection.
struct Streams {
    under_way: AtomicUsize,
    last_end: Mutex<Instant>,
    places: Arc<Semaphore>,
}

impl Streams {
    fn new(limits: &Limits) -> Self {
        let places = Arc::new(Semaphore::new(limits.streams));
        Self { under_way: AtomicUsize::new(0), last_end: Mutex::new(Instant::now()), places }
    }

    /// When the last call ended; now, while there is one.
    fn silent_since(&self) -> Instant {
        match self.under_way.load(Ordering::Acquire) {
            0 => *self.last_end.lock().unwrap_or_else(PoisonError::into_inner),
            _ => Instant::now(),
        }
    }

    fn are_silent(&self, now: Instant, limits: &Limits) -> bool {
        now.saturating_duration_since(self.silent_since()) >= limits.idle
    }
}

/// A call under way.
struct UnderWay(Arc<Streams>);

impl UnderWay {
    fn new(streams: Arc<Streams>) -> Self {
        streams.under_way.fetch_add(1, Ordering::AcqRel);
        Self(streams)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        *self.0.last_end.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.0.under_way.fetch_sub(1, Ordering::AcqRel);
    }
}

struct Calls {
    service: Arc<Service>,
    streams: Arc<Streams>,
}

impl hyper::service::Service<Request<Incoming>> for Calls {
    type Response = Response<Full<Bytes>>;
    type Error = CutOff;
    type Future = Boxed<'static, Result<Self::Response, CutOff>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let (service, under_way) = (self.service.clone(), UnderWay::new(self.streams.clone()));
        Box::pin(async move {
            let place = under_way.0.places.clone().acquire_owned().await.map_err(|_| CutOff)?;
            // A task of its own: hyper drops what it waits for when the client resets the stream.
            let task = tokio::spawn(async move {
                let answer = service.serve(request).await;
                drop((place, under_way));
                answer
            });
            task.await.unwrap_or(Err(CutOff))
        })
    }
}

/// A head as HTTP/1.1 has it: the authority in `Host`, which signatures cover, and a target without it.
pub(crate) fn as_http1(head: &mut Parts, limits: &Limits) -> Result<(), Refusal> {
    if head.headers.len() > limits.header_lines {
        return Err(HEAD_TOO_LARGE);
    }
    let hosts = head.headers.get_all(HOST).iter().count();
    if hosts > 1 {
        return Err(HOST_TWO);
    }
    if let Some(authority) = head.uri.authority() {
        if authority.as_str().contains('@') {
            return Err(USER);
        }
        match head.headers.get(HOST) {
            Some(host) if !host.as_bytes().eq_ignore_ascii_case(authority.as_str().as_bytes()) => return Err(HOST_TWO),
            Some(_) => {}
            None => {
                let host = HeaderValue::from_str(authority.as_str()).map_err(|_| HOST_MISSING)?;
                head.headers.insert(HOST, host);
            }
        }
    } else if hosts == 0 {
        return Err(HOST_MISSING);
    }
    let target = head.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    head.uri = Uri::from(target);
    Ok(())
}

const USER: Refusal = Refusal::bad_request("the request's authority names a user");

#[cfg(test)]
mod tests {
    use super::*;

    fn head(uri: &str, hosts: &[&'static str]) -> Result<(String, String), Refusal> {
        let (mut head, ()) = Request::builder().uri(uri).body(()).unwrap().into_parts();
        for host in hosts {
            head.headers.append(HOST, HeaderValue::from_static(host));
        }
        as_http1(&mut head, &Limits::default())?;
        Ok((head.uri.to_string(), head.headers[HOST].to_str().unwrap().to_owned()))
    }

    #[test]
    fn the_authority_is_the_host_that_a_signature_covers() {
        let expected = Ok(("/a?b=c".to_owned(), "kms.example.com:443".to_owned()));
        assert_eq!(head("https://kms.example.com:443/a?b=c", &[]), expected);
        assert_eq!(head("https://kms.example.com:443/a?b=c", &["kms.example.com:443"]), expected);
        assert_eq!(head("/a?b=c", &["kms.example.com:443"]), expected);
    }

    #[test]
    fn two_hosts_none_and_a_user_are_refused() {
        assert_eq!(head("https://a.example/", &["b.example"]), Err(HOST_TWO));
        assert_eq!(head("https://a.example/", &["a.example", "a.example"]), Err(HOST_TWO));
        assert_eq!(head("/", &[]), Err(HOST_MISSING));
        assert_eq!(head("https://user@a.example/", &[]), Err(USER));
    }
}
