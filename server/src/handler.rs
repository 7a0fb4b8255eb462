//! What the listener serves: calls and control, as traits, so that limits can be tested without a kernel.

use bytes::Bytes;
use http::{Request, Response};
use kernel::Connection;
use std::future::Future;
use std::pin::Pin;

/// A future that a trait object returns.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Answers calls.
pub trait Handler: Send + Sync + 'static {
    /// Answers one call, whatever it is: errors are answers too.
    fn handle(&self, request: Request<Bytes>, connection: Connection) -> Boxed<'_, Response<Bytes>>;
}
