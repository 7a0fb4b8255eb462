//! Connections, a bounded number of them, used again.

use super::{explain, lock};
use crate::Error;
use ::postgres::{Client, Config, NoTls, Statement};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a transaction waits for a connection.
const WAIT: Duration = Duration::from_secs(5);

const GET: &str = "SELECT value FROM fastness_entry WHERE key = $1";
const RANGE: &str = "SELECT key, value FROM fastness_entry WHERE key >= $1 AND key < $2 ORDER BY key LIMIT $3";
/// Writes everything of a transaction and numbers its changes, space by space. Taking a space's number is what orders the
/// commits in it.
const WRITE: &str = "WITH moment AS (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS at), \
    written AS (INSERT INTO fastness_entry (key, value) SELECT * FROM unnest($1::bytea[], $2::bytea[]) \
        ON CONFLICT (key) DO UPDATE SET value = excluded.value), \
    deleted AS (DELETE FROM fastness_entry WHERE key = ANY ($3::bytea[])), \
    marked AS (INSERT INTO fastness_marker (marker, at) SELECT $4::bytea, at FROM moment), \
    numbered AS (INSERT INTO fastness_head AS head (space, sequence, at) \
        SELECT space, 1, at FROM unnest($5::bytea[]) AS changed (space), moment \
        ON CONFLICT (space) DO UPDATE SET sequence = head.sequence + 1, at = excluded.at \
        RETURNING head.space, head.sequence, head.at) \
    INSERT INTO fastness_change (space, sequence, at, keys) \
        SELECT numbered.space, numbered.sequence, numbered.at, changed.keys \
        FROM numbered JOIN unnest($5::bytea[], $6::bytea[]) AS changed (space, keys) ON numbered.space = changed.space \
        RETURNING space, sequence";

/// A stuck statement or a forgotten transaction must not hold others up; a commit is durable when it is answered.
const SESSION: &str = "SET statement_timeout = '10s'; SET idle_in_transaction_session_timeout = '30s'; \
    SET lock_timeout = '5s'; SET synchronous_commit = on";

/// A connection and its prepared statements.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) get: Statement,
    pub(super) range: Statement,
    pub(super) write: Statement,
    /// Whether it has waited in the pool, where it may have died unseen.
    pub(super) has_waited: bool,
}

/// Connections for transactions.
pub(super) struct Pool {
    config: Config,
    limit: usize,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    /// Those in use as well as those idle.
    open: usize,
    is_closed: bool,
}

impl Pool {
    pub(super) fn new(config: Config, limit: usize) -> Arc<Self> {
        Arc::new(Self { config, limit: limit.max(1), state: Mutex::new(State::default()), returned: Condvar::new() })
    }

    /// A connection with no transaction open, waiting for one when all are in use.
    pub(super) fn take(self: &Arc<Self>) -> Result<Lent, Error> {
        let deadline = Instant::now() + WAIT;
        let mut state = lock(&self.state);
        loop {
            if state.is_closed {
                return Err(Error::Closed);
            }
            if let Some(connection) = state.idle.pop() {
                return Ok(Lent { pool: self.clone(), connection: Some(connection) });
            }
            if state.open < self.limit {
                state.open += 1;
                drop(state);
                // If connecting fails, dropping this frees the place.
                let mut lent = Lent { pool: self.clone(), connection: None };
                lent.connection = Some(open(&self.config).map_err(|error| explain(&error))?);
                return Ok(lent);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::Unavailable(format!("all {} connections to the database are in use", self.limit)));
            }
            state = self.returned.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn close(&self) {
        let mut state = lock(&self.state);
        state.is_closed = true;
        let idle = std::mem::take(&mut state.idle);
        drop(state);
        drop(idle);
        self.returned.notify_all();
    }
}

/// A connection on loan. Dropping it closes it: only who knows that no transaction is open gives it back.
pub(super) struct Lent {
    pool: Arc<Pool>,
    connection: Option<Connection>,
}

impl Lent {
    pub(super) fn connection(&mut self) -> Result<&mut Connection, Error> {
        self.connection.as_mut().ok_or(Error::Closed)
    }

    /// Returns it for others to use.
    pub(super) fn give_back(mut self) {
        if let Some(mut connection) = self.connection.take() {
            connection.has_waited = true;
            let mut state = lock(&self.pool.state);
            if !state.is_closed && !connection.client.is_closed() {
                state.idle.push(connection);
                // The place stays taken, by the idle connection.
                state.open += 1;
            }
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        lock(&self.pool.state).open -= 1;
        self.pool.returned.notify_one();
    }
}

fn open(config: &Config) -> Result<Connection, ::postgres::Error> {
    let mut client = config.connect(NoTls)?;
    client.batch_execute(SESSION)?;
    // Conflicts are found by what a plan reads: a sequential scan reads, and conflicts with, everything. Engines that
    // know no such setting need none.
    let _ = client.batch_execute("SET enable_seqscan = off");
    let (get, range, write) = (client.prepare(GET)?, client.prepare(RANGE)?, client.prepare(WRITE)?);
    Ok(Connection { client, get, range, write, has_waited: false })
}
