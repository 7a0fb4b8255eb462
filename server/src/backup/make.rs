//! Makes a backup: as a stream, from a running node or from a directory that nobody uses.

use super::check::Whole;
use crate::node::{AUDIT, STORE};
use ::backup::{AuditHead, Header, Writer};
use audit::{Content, Copy};
use base::{Clock, SystemClock};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use store::{Engine, KeyRange, MAX_KEY_BYTES, Postgres, PostgresOptions, Redb, Snapshot, restoring_path};

/// Entries read at a time: with the largest of them, 64 MiB.
const PAGE: usize = 64;

/// Writes a backup. `copy` is asked for the log once the snapshot stands.
pub(crate) fn stream(
    engine: &dyn Engine,
    dir: Option<&Path>,
    copy: impl FnOnce() -> Result<Option<Copy>, audit::Error>,
    out: impl Write,
) -> Result<Whole, String> {
    let mut snapshot = engine.snapshot_to_copy().map_err(in_words)?;
    // Over a database, the snapshot is taken by the first read.
    if snapshot.get(&restoring_path()).map_err(in_words)?.is_some() {
        return Err("the store is not whole: a restore into it has not ended".into());
    }
    let taken_at_millis = SystemClock.now().millis();
    let log = copy().map_err(|error| error.to_string())?;
    let head = log.as_ref().and_then(|log| log.head);
    let node = dir.and_then(|dir| fs::read_to_string(dir.join("node")).ok()).unwrap_or_default();
    let header = Header {
        product: env!("CARGO_PKG_VERSION").to_owned(),
        store_format: store::FORMAT,
        taken_at_millis,
        engine: if engine.is_remote() { "PostgreSQL" } else { "redb" }.to_owned(),
        snapshot: snapshot.version(),
        node,
        audit: head.map(|head| AuditHead { next: head.next, hash: head.hash }),
    };
    let failed = |error: io::Error| match error.kind() {
        ErrorKind::BrokenPipe => "the reader of the backup has gone away".to_owned(),
        _ => format!("the backup cannot be written: {error}"),
    };
    let mut writer = Writer::new(out, &header).map_err(failed)?;
    entries(snapshot.as_mut(), |key, value| writer.entry(key, value).map_err(failed))?;
    drop(snapshot);
    for (name, content) in log.iter().flat_map(|log| &log.files) {
        let name = format!("{AUDIT}/{name}");
        match content {
            Content::Bytes(bytes) => writer.file(&name, bytes.as_slice()).map_err(failed)?,
            Content::Part(path, length) => match File::open(path) {
                Ok(file) => writer.file(&name, Exactly { file, left: *length }).map_err(failed)?,
                // It grew too old to be kept while what came before it was copied.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(format!("{}: {error}", path.display())),
            },
        }
    }
    let (totals, check, bytes) = writer.finish().map_err(failed)?;
    Ok(Whole { header, totals, bytes, check })
}

/// Reads so many bytes of a file, and fails where there are fewer.
struct Exactly {
    file: File,
    left: u64,
}

impl Read for Exactly {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let Some(part) = buffer.get_mut(..wanted).filter(|part| !part.is_empty()) else { return Ok(0) };
        let count = self.file.read(part)?;
        if count == 0 {
            return Err(io::Error::other("a segment of the audit log is shorter than it was"));
        }
        self.left -= count as u64;
        Ok(count)
    }
}

/// Every entry of a snapshot, in the order of keys.
pub(super) fn entries(
    snapshot: &mut dyn Snapshot,
    mut each: impl FnMut(&[u8], &[u8]) -> Result<(), String>,
) -> Result<(), String> {
    let mut range = everything();
    loop {
        let page = snapshot.range(&range, PAGE).map_err(in_words)?;
        for entry in &page {
            each(&entry.key, &entry.value)?;
        }
        let Some(last) = page.last().filter(|_| page.len() == PAGE) else { return Ok(()) };
        range.start = [&last.key[..], &[0]].concat();
    }
}

pub(super) fn everything() -> KeyRange {
    KeyRange { start: Vec::new(), end: vec![u8::MAX; MAX_KEY_BYTES] }
}

/// Makes a backup of a directory whose store nobody has open. Nothing in it is changed.
pub(crate) fn from_directory(dir: &Path, url: Option<&str>, out: impl Write) -> Result<Whole, String> {
    let engine = open(dir, url).map_err(Unopened::words)?;
    let copied = store::check_format(engine.as_ref())
        .map_err(in_words)
        .and_then(|()| stream(engine.as_ref(), Some(dir), || Copy::of_directory(&dir.join(AUDIT)).map(Some), out));
    engine.close();
    copied
}

/// Why a directory's store is not open.
pub(super) enum Unopened {
    /// It is damaged.
    Damaged(String),
    /// It is not there, in use, of a newer version or out of reach.
    Refused(String),
}

impl Unopened {
    fn words(self) -> String {
        match self {
            Self::Damaged(why) | Self::Refused(why) => why,
        }
    }
}

/// The engine of a directory, which changes nothing there.
pub(super) fn open(dir: &Path, url: Option<&str>) -> Result<Box<dyn Engine>, Unopened> {
    let refused = |why: String| Err(Unopened::Refused(why));
    if dir.join(super::STAGING).exists() {
        return refused(format!("{}: a restore has not ended: run `fastness restore` again", dir.display()));
    }
    if !dir.join(AUDIT).is_dir() {
        return refused(format!("{} is not a data directory: it holds no audit log", dir.display()));
    }
    let Some(url) = url else {
        let path = dir.join(STORE);
        if !path.exists() {
            return refused(format!("{} is missing; with state in PostgreSQL, name it with --store", path.display()));
        }
        let named = |error: &store::Error| format!("{}: {error}", path.display());
        return match Redb::open_untouched(&path) {
            Ok(engine) => Ok(Box::new(engine)),
            Err(error @ store::Error::Damaged(_)) => Err(Unopened::Damaged(named(&error))),
            Err(error) => refused(named(&error)),
        };
    };
    match Postgres::connect(url, PostgresOptions { connections: 2 }) {
        Ok(engine) => Ok(Box::new(engine)),
        Err(error) => refused(in_words(error)),
    }
}

pub(super) fn in_words(error: store::Error) -> String {
    error.to_string()
}
