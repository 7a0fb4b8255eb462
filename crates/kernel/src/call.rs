//! One admitted call: who asks for what, from where. Facts that stay the same however often the handler runs.

use crate::compute::Computed;
use crate::errand::Brought;
use crate::exchange::Exchange;
use crate::told::{Stage, Stages};
use base::{Scope, Timestamp, Uuid};
use directory::Authority;
use policy::Principal;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// How a connection is encrypted, in the names that audit records use.
#[derive(Clone, Copy)]
pub struct Tls {
    /// `TLSv1.3`
    pub version: &'static str,
    /// `TLS_AES_128_GCM_SHA256`
    pub cipher_suite: &'static str,
    /// `X25519MLKEM768`
    pub key_exchange: Option<&'static str>,
}

/// Where a request came from; filled by the listener.
#[derive(Clone)]
pub struct Connection {
    /// The other end.
    pub peer: SocketAddr,
    /// Set when the request came over TLS.
    pub tls: Option<Tls>,
}

/// Who calls, as handlers and policies see it.
#[derive(Clone)]
pub struct Caller {
    /// The authenticated identity.
    pub principal: Arc<Principal>,
    /// What policies say about it, as of the admission of the call.
    pub(crate) authority: Arc<Authority>,
    /// The key that signed; empty for a service's own work.
    pub access_key_id: String,
    /// The client's address, or the service that calls on the caller's behalf.
    pub source: String,
    /// The client's address, for policies; absent where a service calls.
    pub(crate) address: Option<IpAddr>,
    /// The client's User-Agent, or the service that calls on the caller's behalf.
    pub user_agent: String,
    /// The client's Referer.
    pub(crate) referer: Option<String>,
    /// The service (`s3.amazonaws.com`) that calls on the caller's behalf (`kms:ViaService`).
    pub via: Option<String>,
    /// All services that the call came by, the first first.
    pub(crate) called_via: Vec<String>,
}

impl Caller {
    /// A service at work on its own.
    pub(crate) fn service(principal: Principal) -> Self {
        let authority = Authority::without_policies(principal);
        Self {
            principal: authority.principal().clone(),
            authority,
            access_key_id: String::new(),
            source: INTERNAL.to_owned(),
            address: None,
            user_agent: INTERNAL.to_owned(),
            referer: None,
            via: None,
            called_via: Vec::new(),
        }
    }
}

/// What audit records name where a service does something on its own.
pub(crate) const INTERNAL: &str = "AWS Internal";

/// The facts of a call.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) service: &'static model::Service,
    /// The operation's name, or the job's.
    pub(crate) name: &'static str,
    /// Absent for jobs.
    pub(crate) operation: Option<&'static model::Operation>,
    pub(crate) scope: Scope,
    pub(crate) caller: Caller,
    pub(crate) request_id: String,
    /// The id by which the client knows the call that this one is part of, if it is another's part.
    pub(crate) part_of: Option<String>,
    pub(crate) event_id: Uuid,
    pub(crate) now: Timestamp,
    /// `requestParameters` of the audit record, already redacted.
    pub(crate) parameters: String,
    pub(crate) tls: Option<Tls>,
    pub(crate) host: String,
    /// Draws on quotas that forwarded calls made in earlier runs, and that a run again does not repeat.
    pub(crate) drawn: Arc<AtomicUsize>,
    /// What its errand brought, if it had one.
    pub(crate) brought: Option<Brought>,
    /// What it asked outside in earlier runs, the last first.
    pub(crate) exchanged: Option<Arc<Exchange>>,
    /// What was computed for it after earlier runs, the last first.
    pub(crate) computed: Option<Arc<Computed>>,
    /// Where its stages are written down, if somebody watches it.
    pub(crate) stages: Option<Arc<Stages>>,
}

impl Call {
    /// Writes down that a stage of the road is over, if somebody watches.
    pub(crate) fn pass(&self, stage: Stage) {
        if let Some(stages) = &self.stages {
            stages.pass(stage);
        }
    }

    /// The id by which the client knows the call.
    pub(crate) fn asked_as(&self) -> &str {
        self.part_of.as_deref().unwrap_or(&self.request_id)
    }
}
