//! Restores a backup into a place where there is nothing, or nothing but a kept audit log and a configuration.
//!
//! Guarantees: everything that is there already stays as it is; what is restored lies in a staging directory, or in a
//! database under a note that keeps servers out, until the backup's end was verified; then it is moved into place, the
//! store last. Interrupted at any moment, the same command can be given again.

use super::make::{everything, in_words};
use super::restored::{ADOPT, RESTORED, Restored, STAGING};
use crate::files;
use crate::node::{AUDIT, STORE};
use crate::settings::FILE_NAME;
use crate::socket;
use ::backup::{Header, Item, Reader, Totals};
use audit::Head;
use base::{Rng, Uuid};
use crypto::root_key_path;
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use store::{Batch, Engine, Marker, Postgres, PostgresOptions, ReadSet, Redb, RedbOptions, restoring_path};

/// Bytes that are written in one transaction.
const BATCH_BYTES: usize = 4 << 20;
/// Entries that are written in one transaction.
const BATCH_ENTRIES: usize = 1024;
/// In the staging directory: an audit log was there before, and is kept.
const KEPT: &str = "kept";
/// In the staging directory: all was verified, and is being moved.
const VERIFIED: &str = "verified";

/// How a backup is restored.
pub(crate) struct Given<'a> {
    pub(crate) dir: &'a Path,
    pub(crate) store: Option<&'a str>,
    /// How many records the audit log is known to have had at least.
    pub(crate) expect_records: Option<u64>,
    pub(crate) accept_loss: bool,
}

/// Restores; the result is what was restored, and what the operator should know.
pub(crate) fn restore(given: &Given<'_>, input: impl Read, rng: &dyn Rng) -> Result<(Totals, Vec<String>), String> {
    let mut reader = Reader::new(input).map_err(|problem| problem.to_string())?;
    if reader.header().store_format > store::FORMAT {
        return Err(format!(
            "the backup was written by Fastness {}, this is {}: downgrade is not possible; restore it with that version",
            reader.header().product,
            env!("CARGO_PKG_VERSION")
        ));
    }
    files::claim(given.dir).map_err(|error| format!("cannot restore into {}: {error}", given.dir.display()))?;
    let _held = socket::hold(given.dir)?;
    if was_committed(given)? {
        let staging = given.dir.join(STAGING);
        fs::remove_dir_all(&staging).map_err(|error| format!("{}: {error}", staging.display()))?;
        return Ok((Totals::default(), vec!["the restore that was interrupted here had come to its end".into()]));
    }
    let target = Target::prepare(given.dir)?;
    let mut notes = Vec::new();
    judge_loss(given, &target, reader.header(), &mut notes).inspect_err(|_| target.abandon())?;
    let engine = target.engine(given.store).inspect_err(|_| target.abandon())?;
    let filled = target.fill(engine.as_ref(), &mut reader, rng);
    let finished = filled.and_then(|(totals, last)| {
        let restored = Restored::new(reader.header(), &notes);
        target.finish(engine, given.store, last, &restored, rng).map(|()| totals)
    });
    let totals =
        finished.map_err(|why| format!("{why}; nothing was restored, and the same command can be given again"))?;
    Ok((totals, notes))
}

/// Whether an interrupted restore had done all but tidy up.
fn was_committed(given: &Given<'_>) -> Result<bool, String> {
    if !given.dir.join(STAGING).join(VERIFIED).exists() {
        return Ok(false);
    }
    let Some(url) = given.store else { return Ok(given.dir.join(STORE).exists()) };
    let engine = Postgres::connect(url, PostgresOptions { connections: 2 }).map_err(in_words)?;
    let mut snapshot = engine.snapshot().map_err(in_words)?;
    let has_root = snapshot.get(&root_key_path()).map_err(in_words)?.is_some();
    Ok(has_root && snapshot.get(&restoring_path()).map_err(in_words)?.is_none())
}

/// Finds what was recorded after the backup, and refuses to lose it in silence.
fn judge_loss(given: &Given<'_>, target: &Target, header: &Header, notes: &mut Vec<String>) -> Result<(), String> {
    let backup = header.audit.as_ref().map(|head| Head { next: head.next, hash: head.hash });
    let backup_next = backup.map_or(0, |head| head.next);
    let mut newest = given.expect_records.unwrap_or(0);
    if target.keeps_log {
        let log = target.dir.join(AUDIT);
        let kept = audit::outline(&log).map_err(|error| error.to_string())?;
        let kept = kept.ok_or_else(|| format!("{} holds no segments; remove it", log.display()))?;
        let passed = match &backup {
            Some(head) => audit::passed(&log, head).map_err(|error| error.to_string())?,
            None => false,
        };
        if !passed {
            return Err(format!(
                "the audit log kept in {} does not continue the backup's (it ends with record {}, the backup's with {}): \
                 move it elsewhere to restore the log of the backup",
                log.display(),
                kept.next,
                backup_next
            ));
        }
        newest = newest.max(kept.next);
    }
    if newest <= backup_next {
        return Ok(());
    }
    let lost = format!(
        "the backup is older than the audit log: {} records were made after it (it ends with record {backup_next}, the \
         log with {newest})",
        newest - backup_next
    );
    if !given.accept_loss {
        return Err(format!("{lost}; a newer backup loses less, --accept-loss restores this one all the same"));
    }
    notes.push(lost);
    Ok(())
}

/// A directory that is restored into.
struct Target {
    dir: PathBuf,
    staging: PathBuf,
    keeps_log: bool,
}

impl Target {
    /// Refuses a directory that holds anything but a kept audit log and a configuration, and clears what an interrupted restore left.
    fn prepare(dir: &Path) -> Result<Self, String> {
        let failed = |error: io::Error| format!("cannot restore into {}: {error}", dir.display());
        let staging = dir.join(STAGING);
        if staging.exists() {
            // Whatever lies here beside a kept log, the interrupted restore has moved here.
            if staging.join(VERIFIED).exists() {
                for name in [STORE, RESTORED, ADOPT] {
                    remove(&dir.join(name)).map_err(failed)?;
                }
                if !staging.join(KEPT).exists() && dir.join(AUDIT).exists() {
                    fs::remove_dir_all(dir.join(AUDIT)).map_err(failed)?;
                }
            }
            fs::remove_dir_all(&staging).map_err(failed)?;
        }
        let mut keeps_log = false;
        for entry in fs::read_dir(dir).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            if ![AUDIT, FILE_NAME, socket::LOCK, "lost+found"].iter().any(|known| name == *known) {
                return Err(format!(
                    "{} is not empty ({} is there): restore into a new directory; nothing was changed",
                    dir.display(),
                    name.to_string_lossy()
                ));
            }
            keeps_log |= name == AUDIT;
        }
        DirBuilder::new().mode(0o700).create(&staging).map_err(failed)?;
        let target = Self { dir: dir.into(), staging, keeps_log };
        if keeps_log {
            target.note(KEPT, "").map_err(failed)?;
        }
        Ok(target)
    }

    /// Removes what was staged: nothing else was touched. Best effort, since a repetition clears it too.
    fn abandon(&self) {
        let _ = fs::remove_dir_all(&self.staging);
    }

    fn engine(&self, url: Option<&str>) -> Result<Box<dyn Engine>, String> {
        let Some(url) = url else {
            let engine = Redb::open(&self.staging.join(STORE), RedbOptions::default());
            return Ok(Box::new(engine.map_err(in_words)?));
        };
        let engine = Postgres::connect(url, PostgresOptions { connections: 2 }).map_err(in_words)?;
        let mut snapshot = engine.snapshot().map_err(in_words)?;
        if snapshot.get(&restoring_path()).map_err(in_words)?.is_some() {
            drop(snapshot);
            engine.clear().map_err(in_words)?;
        } else if !snapshot.range(&everything(), 1).map_err(in_words)?.is_empty() {
            return Err("the database is not empty: restore into a new one; nothing was changed".into());
        }
        Ok(Box::new(engine))
    }

    /// Writes what the backup holds, but for the root key's record, which makes a store a store.
    fn fill(
        &self,
        engine: &dyn Engine,
        reader: &mut Reader<impl Read>,
        rng: &dyn Rng,
    ) -> Result<(Totals, Writes), String> {
        commit(engine, BTreeMap::from([(restoring_path(), Some(b"1".to_vec()))]), rng)?;
        let (mut batch, mut bytes, mut last) = (Writes::new(), 0, Writes::new());
        let mut file: Option<(PathBuf, File)> = None;
        let failed = |path: &Path, error: io::Error| format!("{}: {error}", path.display());
        loop {
            let item = reader.read_item().map_err(|problem| problem.to_string())?;
            match item {
                Some(Item::Entries(entries)) => {
                    for (key, value) in entries {
                        if key == root_key_path() {
                            last.insert(key, Some(value));
                            continue;
                        }
                        bytes += key.len() + value.len();
                        batch.insert(key, Some(value));
                        if bytes >= BATCH_BYTES || batch.len() >= BATCH_ENTRIES {
                            commit(engine, std::mem::take(&mut batch), rng)?;
                            bytes = 0;
                        }
                    }
                }
                Some(Item::File(name)) => {
                    close(file.take())?;
                    // What other versions add has no place here. An own kept log is newer.
                    let has_place = name.starts_with("audit/") && !self.keeps_log;
                    if has_place {
                        let path = self.staging.join(&name);
                        let parent = path.parent().unwrap_or(&self.staging);
                        files::private_directory(parent).map_err(|error| failed(parent, error))?;
                        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
                        file = Some((path.clone(), made.map_err(|error| failed(&path, error))?));
                    }
                }
                Some(Item::Bytes(content)) => {
                    if let Some((path, file)) = &mut file {
                        file.write_all(&content).map_err(|error| failed(path, error))?;
                    }
                }
                Some(Item::End(totals, _)) => {
                    close(file.take())?;
                    commit(engine, batch, rng)?;
                    if last.is_empty() {
                        return Err("the backup holds no root key".into());
                    }
                    return Ok((totals, last));
                }
                None => return Err("the backup has no end".into()),
            }
        }
    }

    /// Moves everything into place. The store becomes one with the last step but one, the directory with the last.
    fn finish(
        &self,
        engine: Box<dyn Engine>,
        store: Option<&str>,
        mut last: Writes,
        restored: &Restored,
        rng: &dyn Rng,
    ) -> Result<(), String> {
        let failed = |error: io::Error| format!("{}: {error}", self.dir.display());
        self.note(RESTORED, &restored.text).map_err(failed)?;
        if let Some(url) = store {
            // As `fastness init` does; a configuration that is there already counts.
            let text = format!("# Where `fastness restore` put the state.\nstore = {}\n", serde_json::json!(url));
            files::write_new(&self.dir.join(FILE_NAME), text.as_bytes(), 0o600).map_err(failed)?;
        }
        self.note(ADOPT, "").map_err(failed)?;
        self.note(VERIFIED, "").map_err(failed)?;
        if !self.keeps_log && self.staging.join(AUDIT).exists() {
            sync_tree(&self.staging.join(AUDIT)).map_err(failed)?;
            self.place(AUDIT).map_err(failed)?;
        }
        for name in [RESTORED, ADOPT] {
            self.place(name).map_err(failed)?;
        }
        last.insert(restoring_path(), None);
        commit(engine.as_ref(), last, rng)?;
        engine.close();
        if store.is_none() {
            self.place(STORE).map_err(failed)?;
        }
        fs::remove_dir_all(&self.staging).map_err(failed)?;
        sync(&self.dir).map_err(failed)
    }

    fn note(&self, name: &str, text: &str) -> io::Result<()> {
        files::write_new(&self.staging.join(name), text.as_bytes(), 0o600).map(|_| ())
    }

    fn place(&self, name: &str) -> io::Result<()> {
        let (from, to) = (self.staging.join(name), self.dir.join(name));
        if from.exists() {
            fs::rename(from, to)?;
            sync(&self.dir)?;
        }
        Ok(())
    }
}

type Writes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

fn commit(engine: &dyn Engine, writes: Writes, rng: &dyn Rng) -> Result<(), String> {
    if writes.is_empty() {
        return Ok(());
    }
    let marker = Marker(Uuid::random(rng));
    let batch = Batch { reads: ReadSet::default(), writes, marker };
    let committed = engine.snapshot().map_err(in_words)?.commit(batch).wait_blocking();
    match committed {
        Err(store::Error::Ambiguous) if engine.committed(marker).map_err(in_words)? => Ok(()),
        committed => committed.map(|_| ()).map_err(in_words),
    }
}

fn close(file: Option<(PathBuf, File)>) -> Result<(), String> {
    file.map_or(Ok(()), |(path, file)| file.sync_all().map_err(|error| format!("{}: {error}", path.display())))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn sync(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

fn sync_tree(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        }
    }
    sync(dir)
}
