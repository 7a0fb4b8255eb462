//! What the process counts about itself, from its start to its end, sealed or not.
//!
//! Guarantees: counting takes no lock and allocates nothing once a counter is there; labels are names of this program's,
//! never what a client sent.

mod connections;
mod requests;

pub(crate) use connections::Connections;
pub(crate) use requests::{BOUNDS, Line, Requests};

use base::{Clock, SystemClock, Timestamp};
use std::sync::Arc;

/// The counters of a process.
pub struct Watch {
    /// Requests of AWS's APIs.
    pub(crate) requests: Requests,
    /// Connections and handshakes.
    pub(crate) connections: Connections,
    /// When the process began to count.
    pub(crate) began: Timestamp,
}

impl Watch {
    /// Counters that stand at zero. `names` are service and operation of all that is served, as the registry numbers them.
    pub fn new(names: &[(&'static str, &'static str)]) -> Arc<Self> {
        Arc::new(Self { requests: Requests::new(names), connections: Connections::default(), began: SystemClock.now() })
    }
}
