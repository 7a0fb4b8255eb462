//! What the listener serves: calls and control, as traits, so that limits can be tested without a kernel.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use kernel::{Connection, Ending, Told};
use std::future::Future;
use std::pin::Pin;

/// A future that a trait object returns.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Answers calls.
pub trait Handler: Send + Sync + 'static {
    /// Answers one call, whatever it is: errors are answers too.
    fn handle(&self, request: Request<Bytes>, connection: Connection) -> Boxed<'_, Answered>;
}

/// An answer, and what it is an answer to.
pub struct Answered {
    /// For the client.
    pub response: Response<Bytes>,
    /// For those who watch.
    pub told: Told,
}

impl From<Response<Bytes>> for Answered {
    /// An answer to a request of no known operation.
    fn from(response: Response<Bytes>) -> Self {
        let told = Told::unknown(ending(response.status()));
        Self { response, told }
    }
}

/// How a request ended, as far as the status tells.
fn ending(status: StatusCode) -> Ending {
    match status {
        StatusCode::UNAUTHORIZED => Ending::Unauthenticated,
        StatusCode::FORBIDDEN => Ending::Denied,
        StatusCode::TOO_MANY_REQUESTS => Ending::Throttled,
        status if status.is_server_error() => Ending::ServerError,
        status if status.is_client_error() => Ending::ClientError,
        _ => Ending::Success,
    }
}
