//! What the process counts about itself, from its start to its end, sealed or not.
//!
//! Guarantees: counting takes no lock and allocates nothing once a counter is there; labels are names of this program's,
//! never what a client sent.

mod connections;
mod requests;

pub(crate) use connections::Connections;
pub(crate) use requests::{BOUNDS, Line, Requests};

use crate::logs;
use crate::settings::Settings;
use crate::trace::{Exporter, Tracer};
use base::{Clock, SystemClock, Timestamp};
use std::sync::{Arc, OnceLock};

/// The settings that [`Watch::apply`] applies.
pub(crate) const LIVE: &[&str] = &["log.level", "log.requests", "log.slow_ms", "watch.sampling"];

/// The counters of a process.
pub struct Watch {
    /// Requests of AWS's APIs.
    pub(crate) requests: Requests,
    /// Connections and handshakes.
    pub(crate) connections: Connections,
    /// When the process began to count.
    pub(crate) began: Timestamp,
    /// Unless no collector is named.
    tracer: OnceLock<Tracer>,
}

impl Watch {
    /// Counters that stand at zero. `names` are service and operation of all that is served, as the registry numbers them.
    pub fn new(names: &[(&'static str, &'static str)]) -> Arc<Self> {
        Arc::new(Self {
            requests: Requests::new(names),
            connections: Connections::default(),
            began: SystemClock.now(),
            tracer: OnceLock::new(),
        })
    }

    /// What traces requests, if somebody collects traces.
    pub(crate) fn tracer(&self) -> Option<&Tracer> {
        self.tracer.get()
    }

    /// Begins to trace, if the settings name a collector; what is traced, the exporter sends.
    pub(crate) fn trace(&self, settings: &Settings) -> Result<Option<Exporter>, String> {
        let Some(collector) = &settings.watch.otlp else { return Ok(None) };
        let (tracer, spans, counts) = Tracer::new(settings.watch.sampling);
        let exporter = Exporter::new(collector, spans, counts)?;
        if self.tracer.set(tracer).is_err() {
            return Err("traces are sent already".to_owned());
        }
        Ok(Some(exporter))
    }

    /// Applies the settings that count at once when they change: [`LIVE`].
    pub(crate) fn apply(&self, settings: &Settings) -> Result<(), String> {
        if let Some(tracer) = self.tracer() {
            tracer.sample(settings.watch.sampling);
        }
        logs::apply(settings)
    }
}
