//! One reading of all metrics.
//!
//! Guarantees: it reads memory, `/proc` and the sizes of files, never the store's contents; its size depends on how many
//! operations are served, not on how many accounts or keys there are.

use super::exposition::{Exposition, Form, Labels};
use super::process;
use super::source::Source;
use crate::backup;
use crate::watch::{BOUNDS, Line};
use audit::AtRest;
use kernel::{Ending, Kernel};
use std::sync::Arc;
use store::COMMIT_BOUNDS;

/// The metrics as text. Reads files.
pub(super) fn scrape(source: &Source, kernel: Option<&Arc<Kernel>>, is_ready: bool, form: Form) -> String {
    let mut text = Exposition::new(form);
    let version: Labels<'_> = &[("version", env!("CARGO_PKG_VERSION")), ("engine", source.engine())];
    text.gauges("fastness_build_info", "The running version and the kind of its store; always 1.", [(version, 1)]);
    text.gauge(
        "fastness_sealed",
        "Whether the root key is sealed, so that no call can be served.",
        u8::from(source.is_sealed()),
    );
    let slots: Vec<_> = source.slots().into_iter().map(|(kind, count)| ([("kind", kind)], count)).collect();
    let samples = slots.iter().map(|(labels, count)| (labels.as_slice(), count));
    text.gauges("fastness_seal_slots", "Seals that open the root key, each for itself, by kind.", samples);
    text.gauge("fastness_ready", "Whether calls are served durably, as GET /ready says.", u8::from(is_ready));
    requests(&mut text, source);
    connections(&mut text, source);
    disk(&mut text, source);
    backups(&mut text, source);
    if let Some(tracer) = source.watch().tracer() {
        let (exported, dropped) = tracer.counts();
        let results: [(Labels<'_>, u64); 2] =
            [(&[("result", "exported")], exported), (&[("result", "dropped")], dropped)];
        let help = "Requests traced, by what became of their spans.";
        text.counters("fastness_traced_requests_total", help, results);
    }
    match kernel {
        Some(kernel) => state(&mut text, kernel),
        None => closed(&mut text, source),
    }
    process::add(&mut text);
    text.finish()
}

fn requests(text: &mut Exposition, source: &Source) {
    let (requests, lines) = (&source.watch().requests, source.watch().requests.read());
    let help = "Requests answered, by service, operation and outcome.";
    let labelled: Vec<_> = lines.iter().flat_map(by_ending).collect();
    let samples = labelled.iter().map(|(labels, count)| (labels.as_slice(), count));
    text.counters("fastness_requests_total", help, samples);
    let name = "fastness_request_duration_seconds";
    text.histograms(name, "From a request's head to its answer, the time that its body took to arrive included.");
    for Line { service, operation, durations, .. } in &lines {
        text.histogram(name, &[("service", service), ("operation", operation)], &BOUNDS, durations);
    }
    let (in_flight, abandoned) = requests.flights();
    text.gauge("fastness_requests_in_flight", "Requests under way.", in_flight);
    let help = "Requests whose client went away before the answer.";
    text.counter("fastness_requests_abandoned_total", help, abandoned);
}

/// The counts of an operation that are not zero.
fn by_ending(line: &Line) -> impl Iterator<Item = ([(&'static str, &'static str); 3], u64)> {
    let (service, operation) = (line.service, line.operation);
    Ending::ALL.into_iter().zip(line.endings).filter(|(_, count)| *count > 0).map(move |(ending, count)| {
        ([("service", service), ("operation", operation), ("outcome", ending.as_str())], count)
    })
}

fn connections(text: &mut Exposition, source: &Source) {
    let connections = &source.watch().connections;
    let (open, accepted, refused) = connections.connections();
    text.gauge("fastness_connections_open", "Connections that are open.", open);
    text.counter("fastness_connections_total", "Connections accepted.", accepted);
    text.counter("fastness_connections_refused_total", "Connections turned away because too many were open.", refused);
    let (succeeded, failed) = connections.handshakes();
    let results: [(Labels<'_>, u64); 2] = [(&[("result", "success")], succeeded), (&[("result", "failure")], failed)];
    text.counters("fastness_tls_handshakes_total", "TLS handshakes by result.", results);
    if let Some(tls) = source.tls() {
        let help = "When the server certificate in use ends, in seconds since 1970.";
        let end = tls.certificate_end().millis() as f64 / 1e3;
        text.gauge("fastness_certificate_expiry_timestamp_seconds", help, end);
    }
}

fn disk(text: &mut Exposition, source: &Source) {
    if let Some(free) = source.free() {
        text.gauge("fastness_data_free_bytes", "Free space where the state is kept.", free);
    }
    let file = source.data().map(|dir| dir.join(crate::node::STORE));
    if let Some(found) = file.and_then(|file| std::fs::metadata(file).ok()) {
        text.gauge("fastness_store_size_bytes", "Size of the embedded store's file.", found.len());
    }
}

/// What nobody has backed up yet is as old as time itself.
fn backups(text: &mut Exposition, source: &Source) {
    let Some(dir) = source.data() else { return };
    let help = "When the last backup was begun that was made and verified, in seconds since 1970; 0 before the first.";
    let begun = backup::noted(dir).map_or(0.0, |begun| begun.millis() as f64 / 1e3);
    text.gauge("fastness_backup_last_success_timestamp_seconds", help, begun);
}

const AUDIT_BYTES: (&str, &str) = ("fastness_audit_bytes", "Bytes of audit records that are kept.");
const RESERVE_HELD: (&str, &str) =
    ("fastness_audit_reserve_held", "Whether the space set aside for the audit log is still there.");

/// What the disk tells of a state that is not open.
fn closed(text: &mut Exposition, source: &Source) {
    let Some(found) = source.data().and_then(|dir| AtRest::of(&dir.join(crate::node::AUDIT))) else { return };
    text.gauge(AUDIT_BYTES.0, AUDIT_BYTES.1, found.bytes);
    text.gauge(RESERVE_HELD.0, RESERVE_HELD.1, u8::from(found.reserve_held));
}

fn state(text: &mut Exposition, kernel: &Kernel) {
    let now = kernel.readings();
    let refused: Vec<_> = now.refused.iter().map(|(pool, count)| ([("quota", *pool)], count)).collect();
    let samples = refused.iter().map(|(labels, count)| (labels.as_slice(), *count));
    text.counters("fastness_quota_throttled_total", "Draws refused because a quota was used up.", samples);
    let help = "Requests whose sender did not prove who it is.";
    text.counter("fastness_unauthenticated_requests_total", help, now.strangers);
    text.counter("fastness_denials_let_through_total", "Denials that --soft let through.", now.let_through);

    let commits = &now.commits;
    let outcomes: [(Labels<'_>, u64); 4] = [
        (&[("outcome", "committed")], commits.committed),
        (&[("outcome", "conflict")], commits.conflicts),
        (&[("outcome", "ambiguous")], commits.ambiguous),
        (&[("outcome", "failed")], commits.failed),
    ];
    text.counters("fastness_store_commits_total", "Commits by outcome; what conflicted was run again.", outcomes);
    let name = "fastness_store_commit_duration_seconds";
    text.histograms(name, "How long commits that took effect took, to the disk or the database.");
    text.histogram(name, &[], &COMMIT_BOUNDS, &commits.durations);
    let remote = u8::from(now.store_is_remote);
    text.gauge("fastness_store_remote", "Whether the store is a network away.", remote);

    let audit = &now.audit;
    text.counter("fastness_audit_records_total", "Records in the audit log since it began.", audit.records);
    let help = "Records of unproven callers since their log began.";
    text.counter("fastness_audit_stranger_records_total", help, audit.strangers);
    text.gauge(AUDIT_BYTES.0, AUDIT_BYTES.1, audit.bytes);
    text.gauge("fastness_audit_unsynced_records", "Audit records that wait for their sync.", audit.unsynced);
    if let Some(age) = audit.last_sync {
        let help = "How long ago the audit log was last synced; grows while nothing is written.";
        text.gauge("fastness_audit_last_sync_age_seconds", help, age.as_secs_f64());
    }
    let help = "Whether the audit log can be written and has space to go on.";
    text.gauge("fastness_audit_healthy", help, u8::from(audit.healthy));
    if let Some(held) = audit.reserve_held {
        text.gauge(RESERVE_HELD.0, RESERVE_HELD.1, u8::from(held));
    }
    let help = "Accounts and Regions whose changes have records on their way into the audit log.";
    text.gauge("fastness_audit_outbox_spaces", help, now.outbox.spaces);
    let help = "How long the oldest record has been on its way into the audit log.";
    text.gauge("fastness_audit_outbox_wait_seconds", help, now.outbox.waited.as_secs_f64());

    text.counter("fastness_job_attempts_total", "Attempts at background jobs.", now.jobs.attempts);
    text.counter("fastness_job_failures_total", "Attempts at background jobs that failed.", now.jobs.failures);
    text.gauge("fastness_job_spaces", "Accounts and Regions with jobs that wait.", now.jobs.spaces);
    let help = "How long the most overdue background job waits by now.";
    text.gauge("fastness_jobs_overdue_seconds", help, now.jobs.overdue.as_secs_f64());

    let caches: Vec<_> = now.caches.iter().map(|(cache, entries)| ([("cache", *cache)], entries)).collect();
    let samples = caches.iter().map(|(labels, entries)| (labels.as_slice(), *entries));
    text.gauges("fastness_cache_entries", "Entries of each cache.", samples);
    let help = "How far service time is ahead of wall time; moved in dev only.";
    text.gauge("fastness_clock_offset_seconds", help, now.clock_offset);
}
