//! What the process asks of the operating system: no core dumps, private files, enough descriptors, signals.

use rustix::fs::Mode;
use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Keeps keys out of core dumps and other users' debuggers, files from all users but this one, and allows as many connections as the system does. What the
/// system refuses is logged and lived with.
pub(crate) fn prepare() {
    if let Some(Ok(module)) = primitives::fips_module() {
        tracing::info!(module, "FIPS 140-3: approved mode");
    }
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    if let Err(error) = keep_from_dumps() {
        tracing::warn!(%error, "core dumps could not be turned off");
    }
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// Open files without which a node does not start: its store, log, sockets and threads' own. Some parts panic without.
const DESCRIPTORS_MIN: u64 = 48;

/// Refuses to start where there are too few descriptors.
pub(crate) fn enough_descriptors() -> Result<(), String> {
    match getrlimit(Resource::Nofile).current {
        Some(current) if current < DESCRIPTORS_MIN => Err(format!(
            "at most {current} open files are allowed, and a server needs {DESCRIPTORS_MIN}: raise ulimit -n (systemd: LimitNOFILE=)"
        )),
        _ => Ok(()),
    }
}

/// Keeps keys out of core dumps and other users' debuggers.
pub(crate) fn keep_from_dumps() -> rustix::io::Result<()> {
    let no_core = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let not_dumpable = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    no_core.and(not_dumpable)
}

/// SIGHUP, caught from the moment that this exists: a request to read the configuration again.
pub(crate) struct Hangups(Signal);

impl Hangups {
    /// Must run inside the tokio runtime.
    pub(crate) fn new() -> std::io::Result<Self> {
        signal(SignalKind::hangup()).map(Self)
    }

    /// Ready at the next one. Several that come while one is dealt with count as one.
    pub(crate) async fn next(&mut self) {
        self.0.recv().await;
    }
}

/// The signals that ask the process to end, caught from the moment that this exists.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Must run inside the tokio runtime.
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Ready when the process is asked to end. A second signal ends it at once, as the default would have.
    pub(crate) async fn asked_to_end(mut self) {
        self.next().await;
        tracing::info!("stopping: finishing what is under way");
        tokio::spawn(async move {
            self.next().await;
            tracing::warn!("stopped at once");
            std::process::exit(130);
        });
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
