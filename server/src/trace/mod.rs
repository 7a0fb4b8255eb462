//! Traces: a span for each sampled request, with a child for each stage of the road, for a collector of OpenTelemetry.
//!
//! Guarantees: without a collector a request pays one comparison; with one, a request waits for nothing, since spans go
//! into a queue of limited length, and what finds it full is dropped and counted; a span holds names, ids and times, never
//! what a client sent or got. See docs/adr/0015-traces-without-a-library.md for why this is no library's.

mod context;
mod exporter;
mod otlp;

pub(crate) use exporter::Exporter;

use crate::logs::Sluice;
use base::{Region, Rng};
use context::Context;
use http::HeaderMap;
use kernel::{Ending, Stage, Stages};
use primitives::SystemRng;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tokio::sync::mpsc;

/// Spans that may wait for the collector.
const QUEUE: usize = 4_096;
/// Requests a second that are traced because their callers want it, whatever the sampling says.
const WANTED_A_SECOND: u64 = 200;

/// Decides which requests are traced, and takes their spans.
pub(crate) struct Tracer {
    /// Of 2^63: a trace whose last 63 bits are below it is sampled.
    threshold: AtomicU64,
    wanted: Sluice,
    queue: mpsc::Sender<Span>,
    counts: Arc<Counts>,
}

/// What became of spans.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) exported: AtomicU64,
    pub(crate) dropped: AtomicU64,
}

/// A traced request under way.
pub(crate) struct Active {
    context: Context,
    /// Where the road writes down its stages.
    pub(crate) stages: Arc<Stages>,
}

/// What a request came to.
pub(crate) struct Facts<'a> {
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) region: Option<Region>,
    pub(crate) ending: Ending,
    pub(crate) status: u16,
    pub(crate) request_id: &'a str,
}

/// A request with its stages, for the collector.
pub(crate) struct Span {
    context: Context,
    service: &'static str,
    operation: &'static str,
    region: Option<Region>,
    ending: Ending,
    status: u16,
    request_id: String,
    began: Instant,
    ended: Instant,
    stages: Vec<(Stage, Instant)>,
}

impl Tracer {
    /// Samples this share of what begins here. What it takes, [`Exporter`] sends.
    pub(crate) fn new(sampling: f64) -> (Self, mpsc::Receiver<Span>, Arc<Counts>) {
        let (queue, spans) = mpsc::channel(QUEUE);
        let counts = Arc::new(Counts::default());
        let (threshold, wanted) = (AtomicU64::new(0), Sluice::new(WANTED_A_SECOND));
        let tracer = Self { threshold, wanted, queue, counts: counts.clone() };
        tracer.sample(sampling);
        (tracer, spans, counts)
    }

    /// Samples this share from now on.
    pub(crate) fn sample(&self, share: f64) {
        // Exact enough: a float has 53 bits. One is all of them.
        self.threshold.store((share.clamp(0.0, 1.0) * (1_u64 << 63) as f64) as u64, Ordering::Relaxed);
    }

    /// Exported and dropped so far.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.counts.exported.load(Ordering::Relaxed), self.counts.dropped.load(Ordering::Relaxed))
    }

    /// Whether the request of these headers is traced: as its caller decided, else by chance.
    pub(crate) fn begin(&self, headers: &HeaderMap) -> Option<Active> {
        let context = Context::of(headers);
        let sampled = context.and_then(|context| context.sampled);
        let threshold = self.threshold.load(Ordering::Relaxed);
        if sampled == Some(false) || (sampled.is_none() && threshold == 0) {
            return None;
        }
        let context = context.unwrap_or_else(|| Context { trace: random(), parent: None, sampled: None });
        let chance = context.trace.iter().skip(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte)) & (u64::MAX >> 1);
        if chance >= threshold && (sampled.is_none() || self.wanted.pass().is_none()) {
            return None;
        }
        Some(Active { context, stages: Arc::new(Stages::new()) })
    }

    /// The request is over.
    pub(crate) fn end(&self, active: Active, facts: Facts<'_>) {
        let Facts { service, operation, region, ending, status, request_id } = facts;
        let span = Span {
            context: active.context,
            service,
            operation,
            region,
            ending,
            status,
            request_id: request_id.to_owned(),
            began: active.stages.began(),
            ended: Instant::now(),
            stages: active.stages.passed(),
        };
        if self.queue.try_send(span).is_err() {
            self.counts.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRng.fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(flags: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        // The half that chance is taken from is as large as it can be.
        let parent = format!("00-00000000000000017fffffffffffffff-00f067aa0ba902b7-{flags}");
        headers.insert("traceparent", parent.parse().unwrap());
        headers
    }

    fn facts() -> Facts<'static> {
        let (service, operation) = ("kms", "Encrypt");
        Facts { service, operation, region: None, ending: Ending::Success, status: 200, request_id: "1" }
    }

    #[test]
    fn a_caller_decides_for_its_trace_and_chance_for_the_others() {
        let (tracer, _spans, _) = Tracer::new(0.0);
        assert!(tracer.begin(&headers("01")).is_some());
        assert!(tracer.begin(&headers("00")).is_none());
        assert!(tracer.begin(&HeaderMap::new()).is_none());
        tracer.sample(1.0);
        assert!(tracer.begin(&headers("00")).is_none());
        assert!((0..100).all(|_| tracer.begin(&HeaderMap::new()).is_some()));
        tracer.sample(0.25);
        let sampled = (0..4_000).filter(|_| tracer.begin(&HeaderMap::new()).is_some()).count();
        // Seven standard deviations.
        assert!((800..1_200).contains(&sampled), "{sampled}");
    }

    #[test]
    fn callers_who_want_every_request_traced_get_so_many_a_second() {
        let (tracer, _spans, _) = Tracer::new(0.0);
        let traced = (0..10_000).filter(|_| tracer.begin(&headers("01")).is_some()).count();
        assert!(traced < 10_000 && traced >= WANTED_A_SECOND as usize, "{traced}");
    }

    #[test]
    fn what_finds_the_queue_full_is_dropped_and_counted() {
        let (tracer, spans, _) = Tracer::new(1.0);
        for _ in 0..QUEUE + 5 {
            tracer.end(tracer.begin(&HeaderMap::new()).unwrap(), facts());
        }
        assert_eq!((tracer.counts(), spans.len()), ((0, 5), QUEUE));
    }
}
