//! The engine over a database that speaks PostgreSQL's protocol, for any number of nodes.
//!
//! Guarantees: transactions run at SERIALIZABLE, and a connection that gives less is refused; a connection lost in COMMIT
//! is an ambiguous outcome, and [`Engine::committed`] gives the final answer; changes of every node reach every watch, in
//! commit order within a space; a commit made here has reached the watches here before it resolves.
//!
//! Calls wait on the network and on an inner runtime: they must run on threads where blocking is allowed, never on the
//! threads of an async runtime. That holds for dropping a transaction too, since it is rolled back. Connecting, clearing
//! and closing, which happen at the edges of a server's life, may be called anywhere.

#[cfg(test)]
#[path = "../../tests/support/postgres.rs"]
mod fixture;
mod poller;
mod pool;
mod schema;
mod snapshot;

use crate::window::Feed;
use crate::{Engine, Error, Marker, Snapshot, Watch};
use ::postgres::config::{Host, SslMode};
use ::postgres::error::{Severity, SqlState};
use ::postgres::{Client, Config};
use poller::{Poller, Progress};
use pool::Pool;
use snapshot::PostgresSnapshot;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often clearing is tried against concurrent transactions.
const CLEAR_ATTEMPTS: u32 = 10;
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long sent bytes may stay unacknowledged before the connection counts as lost.
const ACKNOWLEDGE_WITHIN: Duration = Duration::from_secs(10);

/// How the engine uses its database.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// The most connections for transactions; one more follows changes.
    pub connections: usize,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self { connections: 16 }
    }
}

/// An engine over one database.
pub struct Postgres {
    shared: Arc<Shared>,
    poller: Mutex<Option<Poller>>,
}

/// What snapshots and the engine share.
struct Shared {
    pool: Arc<Pool>,
    feed: Arc<Feed>,
    progress: Arc<Progress>,
}

impl Postgres {
    /// Connects, and makes the tables if they are absent. `url` is a connection string such as
    /// `postgres://user:password@host/database`. Off loopback it must say `sslmode=disable`, since the connection is not
    /// encrypted: values are sealed, but paths and the password are not.
    pub fn connect(url: &str, options: PostgresOptions) -> Result<Self, Error> {
        let config: Config =
            url.parse().map_err(|_| unavailable("the URL is not postgres://user:password@host:port/database"))?;
        check_transport(&config)?;
        outside_runtimes(|| Self::start(config, &options))
    }

    fn start(mut config: Config, options: &PostgresOptions) -> Result<Self, Error> {
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_WITHIN);
        }
        config.tcp_user_timeout(ACKNOWLEDGE_WITHIN);
        config.keepalives_idle(ACKNOWLEDGE_WITHIN).keepalives_interval(ACKNOWLEDGE_WITHIN / 4).keepalives_retries(3);
        config.application_name("fastness");
        schema::prepare(&config)?;
        let pool = Pool::new(config.clone(), options.connections);
        let feed = Feed::polled();
        let poller = Poller::start(config, feed.clone())?;
        let shared = Arc::new(Shared { pool, feed, progress: poller.progress() });
        Ok(Self { shared, poller: Mutex::new(Some(poller)) })
    }

    /// Runs something that can be repeated, passing over connections that died while they waited.
    fn on_any_connection<T>(
        &self,
        mut body: impl FnMut(&mut Client) -> Result<T, ::postgres::Error>,
    ) -> Result<T, Error> {
        loop {
            let mut lent = self.shared.pool.take()?;
            let connection = lent.connection()?;
            match body(&mut connection.client) {
                Ok(value) => {
                    lent.give_back();
                    return Ok(value);
                }
                Err(error) if connection.has_waited && is_fatal(&error) => {}
                Err(error) => return Err(explain(&error)),
            }
        }
    }
}

impl Engine for Postgres {
    fn is_remote(&self) -> bool {
        true
    }

    fn snapshot(&self) -> Result<Box<dyn Snapshot>, Error> {
        let window = self.shared.feed.lock();
        if window.is_closed() {
            return Err(Error::Closed);
        }
        // Taken before the transaction begins, so what the snapshot will hold is at least this.
        let version = window.version();
        drop(window);
        Ok(Box::new(PostgresSnapshot::new(self.shared.clone(), version)))
    }

    fn snapshot_to_copy(&self) -> Result<Box<dyn Snapshot>, Error> {
        let window = self.shared.feed.lock();
        if window.is_closed() {
            return Err(Error::Closed);
        }
        let version = window.version();
        drop(window);
        Ok(Box::new(PostgresSnapshot::to_copy(self.shared.clone(), version)))
    }

    fn committed(&self, marker: Marker) -> Result<bool, Error> {
        // An insertion waits for one under way to end, whichever way; it is always rolled back.
        let ask = |client: &mut Client| -> Result<u64, ::postgres::Error> {
            client.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED")?;
            let inserted = client.execute(
                "INSERT INTO fastness_marker (marker, at) VALUES ($1, 0) ON CONFLICT (marker) DO NOTHING",
                &[&&marker.0.0[..]],
            )?;
            client.batch_execute("ROLLBACK")?;
            Ok(inserted)
        };
        self.on_any_connection(ask).map(|inserted| inserted == 0).map_err(|error| match error {
            Error::Conflict => unavailable("the marker's transaction has not ended yet"),
            error => error,
        })
    }

    fn watch(&self) -> Result<Box<dyn Watch>, Error> {
        Ok(self.shared.feed.watch())
    }

    fn clear(&self) -> Result<(), Error> {
        let mut attempt = 0;
        outside_runtimes(|| {
            loop {
                match self.on_any_connection(schema::clear) {
                    Err(Error::Conflict) if attempt < CLEAR_ATTEMPTS => attempt += 1,
                    outcome => break outcome,
                }
            }
        })
    }

    fn close(&self) {
        self.shared.feed.close();
        if let Some(poller) = lock(&self.poller).take() {
            poller.stop();
        }
        outside_runtimes(|| self.shared.pool.close());
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.close();
    }
}

/// Runs something on a thread of its own, since the inner runtime refuses to be entered from within another.
fn outside_runtimes<T: Send>(body: impl FnOnce() -> T + Send) -> T {
    match std::thread::scope(|scope| scope.spawn(body).join()) {
        Ok(value) => value,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Refuses what would cross a network unencrypted unless the operator has said so.
fn check_transport(config: &Config) -> Result<(), Error> {
    match config.get_ssl_mode() {
        SslMode::Disable => return Ok(()),
        SslMode::Prefer => {}
        _ => {
            return Err(unavailable(
                "this server does not speak TLS to databases: use a local socket, a tunnel, or sslmode=disable in a trusted network",
            ));
        }
    }
    let is_local = |host: &Host| match host {
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
        Host::Unix(_) => true,
    };
    let local_addresses = config.get_hostaddrs().iter().all(IpAddr::is_loopback);
    let names_count = config.get_hostaddrs().is_empty();
    if local_addresses && (!names_count || config.get_hosts().iter().all(is_local)) {
        return Ok(());
    }
    Err(unavailable(
        "the connection to a database on another machine is not encrypted; say sslmode=disable in the URL if the network between is trusted, or use a tunnel",
    ))
}

/// The engine's words for the database's errors, outside COMMIT.
fn explain(error: &::postgres::Error) -> Error {
    let Some(failure) = error.as_db_error() else {
        return Error::Unavailable(with_causes(error));
    };
    let code = failure.code();
    if *code == SqlState::T_R_SERIALIZATION_FAILURE
        || *code == SqlState::T_R_DEADLOCK_DETECTED
        || *code == SqlState::LOCK_NOT_AVAILABLE
    {
        Error::Conflict
    } else if *code == SqlState::DISK_FULL {
        Error::Full
    } else {
        Error::Unavailable(format!("{} ({})", failure.message(), code.code()))
    }
}

/// Whether the error ended the connection: only the database's own words about a statement do not.
fn is_fatal(error: &::postgres::Error) -> bool {
    let severity = error.as_db_error().and_then(|failure| failure.parsed_severity());
    !matches!(severity, Some(Severity::Error))
}

/// As [`explain`], for an error that COMMIT gave: only what the database says it did not do was surely not done.
fn explain_commit(error: &::postgres::Error) -> Error {
    // Connection exceptions, operator interventions, internal errors, and CockroachDB's "result is ambiguous".
    let is_unknown =
        |code: &str| code.starts_with("08") || code.starts_with("57") || code.starts_with("XX") || code == "40003";
    match error.code() {
        Some(code) if !is_unknown(code.code()) => explain(error),
        _ => Error::Ambiguous,
    }
}

/// The library's own words end before the reason: "connection refused", say.
fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

fn unavailable(text: &str) -> Error {
    Error::Unavailable(text.to_owned())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str) -> Result<(), Error> {
        check_transport(&url.parse().unwrap())
    }

    #[test]
    fn an_unencrypted_connection_leaves_the_machine_only_when_asked_to() {
        for local in [
            "postgres://u@localhost/d",
            "postgres://u@127.0.0.1:5433/d",
            "postgres://u@[::1]/d",
            "host=/run/postgresql user=u",
            "host=localhost,127.0.0.1 user=u",
        ] {
            assert_eq!(check(local), Ok(()), "{local}");
        }
        for remote in [
            "postgres://u@db.example/d",
            "postgres://u@192.0.2.1/d",
            "host=localhost,db.example user=u",
            "host=localhost hostaddr=192.0.2.1 user=u",
            "postgres://u@db.example/d?sslmode=prefer",
        ] {
            assert!(
                matches!(check(remote), Err(Error::Unavailable(text)) if text.contains("sslmode=disable")),
                "{remote}"
            );
        }
        assert_eq!(check("postgres://u@db.example/d?sslmode=disable"), Ok(()));
        assert!(check("postgres://u@localhost/d?sslmode=require").is_err());
    }

    #[test]
    fn a_url_that_cannot_be_read_is_not_repeated_in_the_error() {
        let error = Postgres::connect("postgres://user:hunter2@host:port/", PostgresOptions::default()).err().unwrap();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
