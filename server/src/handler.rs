//! What the listener serves: calls and control, as traits, so that limits can be tested without a kernel.

use bytes::Bytes;
use http::{Request, Response};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;

/// A future that a trait object returns.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// How a request reached the server.
#[derive(Clone)]
pub struct Connection {
    /// The client's address.
    pub peer: SocketAddr,
    /// What was negotiated, when the request came over TLS.
    pub tls: Option<TlsDetails>,
}

/// A TLS session in CloudTrail's words.
#[derive(Clone, Copy)]
pub struct TlsDetails {
    /// `TLSv1.2` or `TLSv1.3`.
    pub version: &'static str,
    /// Such as `TLS_AES_128_GCM_SHA256`.
    pub cipher_suite: &'static str,
    /// The group, such as `X25519MLKEM768`; none when a TLS 1.2 session was resumed.
    pub key_exchange: Option<&'static str>,
}

/// Answers calls.
pub trait Handler: Send + Sync + 'static {
    /// Answers one call, whatever it is: errors are answers too.
    fn handle(&self, request: Request<Bytes>, connection: Connection) -> Boxed<'_, Response<Bytes>>;
}
