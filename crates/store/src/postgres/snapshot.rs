//! A transaction in the database, from its first read to COMMIT.
//!
//! Guarantees: the database's transaction begins with the first read and ends with the snapshot; after any failed
//! statement nothing of it is committed; only an error in COMMIT itself can leave the outcome unknown.

use super::pool::Lent;
use super::{Shared, explain, explain_commit, is_fatal, poller};
use crate::{Batch, Committed, Entry, Error, Key, KeyRange, Pending, Snapshot};
use ::postgres::Row;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A transaction that others commit beside.
const BEGIN: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
/// One that only reads, for long: it waits until it can do so without ever having to be given up, nor others for it.
const BEGIN_COPY: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE; \
    SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";

pub(super) struct PostgresSnapshot {
    shared: Arc<Shared>,
    begin: &'static str,
    version: u64,
    /// Absent before the first read.
    lent: Option<Lent>,
    /// The first failure: the database has given the transaction up, so we must too.
    failure: Option<Error>,
}

impl PostgresSnapshot {
    pub(super) fn new(shared: Arc<Shared>, version: u64) -> Self {
        Self { shared, begin: BEGIN, version, lent: None, failure: None }
    }

    pub(super) fn to_copy(shared: Arc<Shared>, version: u64) -> Self {
        Self { shared, begin: BEGIN_COPY, version, lent: None, failure: None }
    }

    /// The connection, with the transaction begun.
    fn begun(&mut self) -> Result<&mut Lent, Error> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        if self.lent.is_none() {
            self.lent = Some(begin(&self.shared, self.begin)?);
        }
        self.lent.as_mut().ok_or(Error::Closed)
    }

    /// Runs a statement; a failure is the end of the transaction.
    fn run<T>(
        &mut self,
        body: impl FnOnce(&mut super::pool::Connection) -> Result<T, ::postgres::Error>,
    ) -> Result<T, Error> {
        let connection = self.begun()?.connection()?;
        let outcome = body(connection).map_err(|error| explain(&error));
        if let Err(error) = &outcome {
            self.failure = Some(error.clone());
        }
        outcome
    }

    fn write(&mut self, batch: &Batch) -> Result<Committed, Error> {
        let rows = self.run(|connection| {
            let rows = Rows::of(batch);
            let marker: &[u8] = &batch.marker.0.0;
            connection.client.query(
                &connection.write,
                &[&rows.written_keys, &rows.written_values, &rows.deleted_keys, &marker, &rows.spaces, &rows.changed],
            )
        })?;
        let numbered: Vec<(Vec<u8>, i64)> = rows
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect::<Result<_, _>>()
            .map_err(|error: ::postgres::Error| explain(&error))?;
        let Some(mut lent) = self.lent.take() else { return Err(Error::Closed) };
        lent.connection()?.client.batch_execute("COMMIT").map_err(|error| explain_commit(&error))?;
        lent.give_back();
        self.shared.progress.wait_for(&numbered);
        Ok(Committed { version: self.shared.feed.lock().version() })
    }
}

impl Snapshot for PostgresSnapshot {
    fn version(&self) -> u64 {
        self.version
    }

    fn get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let row = self.run(|connection| connection.client.query_opt(&connection.get, &[&key]))?;
        row.map(|row| row.try_get(0).map_err(|error| explain(&error))).transpose()
    }

    fn range(&mut self, range: &KeyRange, limit: usize) -> Result<Vec<Entry>, Error> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows =
            self.run(|connection| connection.client.query(&connection.range, &[&range.start, &range.end, &limit]))?;
        let entry = |row: &Row| Ok(Entry { key: row.try_get(0)?, value: row.try_get(1)? });
        rows.iter().map(entry).collect::<Result<_, _>>().map_err(|error: ::postgres::Error| explain(&error))
    }

    fn commit(mut self: Box<Self>, batch: Batch) -> Pending {
        self.write(&batch).into()
    }
}

impl Drop for PostgresSnapshot {
    fn drop(&mut self) {
        if let Some(mut lent) = self.lent.take()
            && let Ok(connection) = lent.connection()
            && connection.client.batch_execute("ROLLBACK").is_ok()
        {
            lent.give_back();
        }
    }
}

/// Begins a transaction, passing over connections that died while they waited.
fn begin(shared: &Shared, statement: &str) -> Result<Lent, Error> {
    loop {
        let mut lent = shared.pool.take()?;
        let connection = lent.connection()?;
        match connection.client.batch_execute(statement) {
            Ok(()) => return Ok(lent),
            Err(error) if connection.has_waited && is_fatal(&error) => {}
            Err(error) => return Err(explain(&error)),
        }
    }
}

/// A batch as the columns of the statement that writes it.
struct Rows<'a> {
    written_keys: Vec<&'a [u8]>,
    written_values: Vec<&'a [u8]>,
    deleted_keys: Vec<&'a [u8]>,
    spaces: Vec<&'a [u8]>,
    /// The changed keys of each space, packed.
    changed: Vec<Vec<u8>>,
}

impl<'a> Rows<'a> {
    fn of(batch: &'a Batch) -> Self {
        let mut rows = Self {
            written_keys: Vec::new(),
            written_values: Vec::new(),
            deleted_keys: Vec::new(),
            spaces: Vec::new(),
            changed: Vec::new(),
        };
        let mut by_space: BTreeMap<&[u8], Vec<u8>> = BTreeMap::new();
        for (key, value) in &batch.writes {
            poller::pack(by_space.entry(Key::space_bytes(key)).or_default(), key);
            match value {
                Some(value) => {
                    rows.written_keys.push(key);
                    rows.written_values.push(value);
                }
                None => rows.deleted_keys.push(key),
            }
        }
        (rows.spaces, rows.changed) = by_space.into_iter().unzip();
        rows
    }
}
