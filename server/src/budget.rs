//! What all listeners of a process share, so that a second address doubles nothing that clients may take.
//!
//! Guarantees: never more connections, calls, large bodies and requests that are still arriving at once than [`Limits`] say,
//! however many listeners there are.

use crate::limits::Limits;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Places that clients take and give back.
pub struct Budget {
    /// Open connections.
    pub(crate) connections: Arc<Semaphore>,
    /// Connections beyond them that are being told so.
    pub(crate) refusals: Arc<Semaphore>,
    /// Calls that run.
    pub(crate) calls: Semaphore,
    /// Requests whose body is larger than [`crate::limits::SMALL_BODY`].
    pub(crate) large_bodies: Semaphore,
    /// Requests of HTTP/2 that are still arriving. Over HTTP/1.1 there is one a connection, so here there are as many.
    pub(crate) arriving: Semaphore,
}

/// Refusals that may be under way at once; beyond them a surplus connection is closed without a word.
const REFUSALS: usize = 64;

impl Budget {
    /// As much as `limits` allow.
    pub fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self {
            connections: Arc::new(Semaphore::new(limits.connections)),
            refusals: Arc::new(Semaphore::new(REFUSALS)),
            calls: Semaphore::new(limits.calls),
            large_bodies: Semaphore::new(limits.large_bodies),
            arriving: Semaphore::new(limits.connections),
        })
    }
}
