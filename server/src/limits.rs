//! Every limit of the listener, with its name and its reason.
//!
//! Guarantees: whatever a client sends or withholds, a connection ends in bounded time and holds bounded memory. The worst
//! case of requests in memory that are still arriving, of heads, bodies and what was read ahead, is
//! `large_bodies * body_bytes + connections * (head_bytes + SMALL_BODY + READ_BUFFER)`, 704 MiB by default.

use std::time::Duration;

/// Bodies up to this size need no permit: every KMS request fits.
pub const SMALL_BODY: usize = 16 * 1024;

/// Largest read buffer of a connection; hyper starts with 8 KiB and grows only while a request needs it.
pub(crate) const READ_BUFFER: usize = 64 * 1024;

/// Threads that serve connections. One per core is tokio's default and the right number here: a call is a few dozen
/// microseconds of CPU without blocking, so that more threads would only add switches.
pub fn worker_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// What a client may take.
#[derive(Clone, Copy)]
pub struct Limits {
    /// From accept to the first byte, and again to the end of the TLS handshake.
    pub handshake: Duration,
    /// From the first byte of a request head to its last: what a slow-loris client gets.
    pub head: Duration,
    /// How long a connection may stay open between requests. Longer than the 60 s that AWS's SDKs pool connections.
    pub idle: Duration,
    /// Time for a body of any size, on top of what `body_rate` grants.
    pub body_grace: Duration,
    /// Bytes a second below which a body is given up after the grace.
    pub body_rate: u64,
    /// How long a client may refuse to take any byte of an answer.
    pub write_stall: Duration,
    /// Largest request head, request line included.
    pub head_bytes: usize,
    /// Most header lines of one head. AWS's clients send about ten.
    pub header_lines: usize,
    /// Largest request body; above it 413. As much as the protocols take.
    pub body_bytes: usize,
    /// How much of a refused body is read and dropped, so that a client that sends first and reads afterwards sees
    /// the refusal instead of a reset connection.
    pub drain_bytes: usize,
    /// How long a connection that is being closed may still send, for the same reason.
    pub linger: Duration,
    /// Open connections of all listeners together; the next are answered 503.
    pub connections: usize,
    /// Requests at once on one HTTP/2 connection.
    pub streams: usize,
    /// Calls that run at once; the next wait for `call_wait`, then are answered 503.
    pub calls: usize,
    /// How long a call waits for its turn.
    pub call_wait: Duration,
    /// Requests at once whose body is larger than [`SMALL_BODY`].
    pub large_bodies: usize,
    /// How long a stopping server still answers on connections that are open, so that whoever has just sent a request
    /// hears an answer.
    pub farewell: Duration,
    /// How long a stopping server waits for the calls under way, after that.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            body_grace: Duration::from_secs(10),
            body_rate: 16 * 1024,
            write_stall: Duration::from_secs(30),
            head_bytes: 64 * 1024,
            header_lines: 100,
            body_bytes: 4 * 1024 * 1024,
            drain_bytes: 16 * 1024 * 1024,
            linger: Duration::from_secs(2),
            connections: 4096,
            streams: 100,
            calls: 1024,
            call_wait: Duration::from_secs(5),
            large_bodies: 32,
            farewell: Duration::from_secs(1),
            shutdown: Duration::from_secs(10),
        }
    }
}
