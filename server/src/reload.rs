//! SIGHUP: settings are read again, and what can change without a restart does.
//!
//! Guarantees: each reload says in the log what it applied, what waits for a restart and what failed; a configuration that
//! is wrong is told with its line and key, and changes nothing.

use crate::node::Node;
use crate::process::Hangups;
use crate::settings::{ConfigError, Live, Reloaded};
use crate::watch::{self, Watch};
use std::sync::Arc;

/// Has quotas, logs and traces follow the settings.
pub(crate) fn wire(live: &Live, node: Arc<Node>, watch: Arc<Watch>) {
    live.follow(&["quotas", "quota"], move |old, new| {
        // A bucket that is made anew is full, so that only a change may do so.
        if (old.quotas, &old.quota) == (new.quotas, &new.quota) {
            return Ok(());
        }
        node.set_quotas(new.quotas, &new.quota)
    });
    live.follow(watch::LIVE, move |_, new| watch.apply(new));
}

/// Reloads at every SIGHUP, until it is dropped.
pub(crate) async fn follow(live: Arc<Live>, mut hangups: Hangups) {
    loop {
        hangups.next().await;
        let live = live.clone();
        // It waits for the disk.
        match tokio::task::spawn_blocking(move || live.reload()).await {
            Ok(outcome) => tell(outcome),
            Err(error) => tracing::error!(%error, "the reload crashed; the settings are what they were"),
        }
    }
}

fn tell(outcome: Result<Reloaded, ConfigError>) {
    let Reloaded { applied, restart, failed } = match outcome {
        Ok(done) => done,
        Err(error) => {
            tracing::error!("nothing is reloaded: {error}");
            return;
        }
    };
    tracing::info!("settings are reloaded; applied: {}", list(&applied));
    if !restart.is_empty() {
        tracing::warn!("these changed settings need a restart: {}", list(&restart));
    }
    failed.iter().for_each(|problem| tracing::error!("not applied: {problem}"));
}

fn list(keys: &[&str]) -> String {
    if keys.is_empty() { "nothing changed".to_owned() } else { keys.join(", ") }
}
