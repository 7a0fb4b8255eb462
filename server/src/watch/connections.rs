//! Connections and TLS handshakes.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of all listeners together.
#[derive(Default)]
pub(crate) struct Connections {
    opened: AtomicU64,
    closed: AtomicU64,
    refused: AtomicU64,
    handshakes: AtomicU64,
    failed_handshakes: AtomicU64,
}

/// An open connection, until it is dropped.
pub(crate) struct Open<'a>(&'a Connections);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.closed.fetch_add(1, Ordering::Relaxed);
    }
}

impl Connections {
    /// A connection was accepted.
    pub(crate) fn open(&self) -> Open<'_> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        Open(self)
    }

    /// A connection was turned away: too many are open.
    pub(crate) fn refuse(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// A TLS handshake ended.
    pub(crate) fn handshake(&self, succeeded: bool) {
        let counter = if succeeded { &self.handshakes } else { &self.failed_handshakes };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Open now, accepted and turned away since the start.
    pub(crate) fn connections(&self) -> (u64, u64, u64) {
        let (closed, opened) = (self.closed.load(Ordering::Relaxed), self.opened.load(Ordering::Relaxed));
        (opened.saturating_sub(closed), opened, self.refused.load(Ordering::Relaxed))
    }

    /// Handshakes that succeeded, and those that failed.
    pub(crate) fn handshakes(&self) -> (u64, u64) {
        (self.handshakes.load(Ordering::Relaxed), self.failed_handshakes.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_open_until_it_is_dropped() {
        let connections = Connections::default();
        let (first, second) = (connections.open(), connections.open());
        drop(first);
        connections.refuse();
        assert_eq!(connections.connections(), (1, 2, 1));
        drop(second);
        assert_eq!(connections.connections(), (0, 2, 1));
    }
}
