//! The tables, and their version.
//!
//! Guarantees: preparing is idempotent and safe for many nodes at once; a database of a newer version is refused, one
//! that is less than serialisable too.

use super::{explain, unavailable};
use crate::Error;
use ::postgres::{Client, Config, NoTls};

/// Goes up when the tables change; older ones are then altered here.
const VERSION: i64 = 1;
/// Nodes that start together may trip over each other's CREATE.
const ATTEMPTS: u32 = 8;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS fastness_note (name text PRIMARY KEY, number bigint NOT NULL);
    CREATE TABLE IF NOT EXISTS fastness_entry (key bytea PRIMARY KEY, value bytea NOT NULL);
    CREATE TABLE IF NOT EXISTS fastness_head (space bytea PRIMARY KEY, sequence bigint NOT NULL, at bigint NOT NULL);
    CREATE INDEX IF NOT EXISTS fastness_head_at ON fastness_head (at);
    CREATE TABLE IF NOT EXISTS fastness_change
        (space bytea, sequence bigint, at bigint NOT NULL, keys bytea NOT NULL, PRIMARY KEY (space, sequence));
    CREATE INDEX IF NOT EXISTS fastness_change_at ON fastness_change (at);
    CREATE TABLE IF NOT EXISTS fastness_marker (marker bytea PRIMARY KEY, at bigint NOT NULL);
    CREATE INDEX IF NOT EXISTS fastness_marker_at ON fastness_marker (at);
";

/// Makes what is absent and checks what is there.
pub(super) fn prepare(config: &Config) -> Result<(), Error> {
    let mut client = config.connect(NoTls).map_err(|error| explain(&error))?;
    let mut attempt = 0;
    while let Err(error) = create(&mut client) {
        attempt += 1;
        if attempt == ATTEMPTS || client.is_closed() {
            return Err(explain(&error));
        }
        // Best effort: the next attempt fails if this did.
        let _ = client.batch_execute("ROLLBACK");
    }
    check(&mut client)
}

fn create(client: &mut Client) -> Result<(), ::postgres::Error> {
    // Looking first keeps a node without the right to create tables able to start on existing ones.
    let note = client.query_opt("SELECT 1 FROM information_schema.tables WHERE table_name = 'fastness_marker'", &[])?;
    if note.is_none() {
        client.batch_execute(TABLES)?;
    }
    client.execute(
        "INSERT INTO fastness_note (name, number) VALUES ('version', $1) ON CONFLICT (name) DO NOTHING",
        &[&VERSION],
    )?;
    Ok(())
}

fn check(client: &mut Client) -> Result<(), Error> {
    let read = |client: &mut Client| -> Result<(i64, String), ::postgres::Error> {
        client.batch_execute("BEGIN ISOLATION LEVEL SERIALIZABLE")?;
        let isolation: String = client.query_one("SHOW transaction_isolation", &[])?.try_get(0)?;
        let version = client.query_one("SELECT number FROM fastness_note WHERE name = 'version'", &[])?.try_get(0)?;
        client.batch_execute("ROLLBACK")?;
        Ok((version, isolation))
    };
    let (version, isolation) = read(client).map_err(|error| explain(&error))?;
    if version > VERSION {
        return Err(Error::Version(format!(
            "the tables have version {version}, and this server knows versions up to {VERSION}"
        )));
    }
    if isolation != "serializable" {
        return Err(unavailable(
            "the database does not offer SERIALIZABLE transactions, without which decisions could be wrong",
        ));
    }
    Ok(())
}

/// Forgets all entries. Every space's sequence leaves a gap, by which watches learn that they missed changes.
pub(super) fn clear(client: &mut Client) -> Result<(), ::postgres::Error> {
    let cleared = client.batch_execute(
        "BEGIN ISOLATION LEVEL SERIALIZABLE;
         UPDATE fastness_head SET sequence = sequence + 2, at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
         DELETE FROM fastness_entry;
         DELETE FROM fastness_change;
         COMMIT",
    );
    if cleared.is_err() {
        // The error that matters is the first.
        let _ = client.batch_execute("ROLLBACK");
    }
    cleared
}
