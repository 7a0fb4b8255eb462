//! Checks of what is stored: a backup's bytes, or a store and its files.
//!
//! Guarantees: nothing is changed, but for what opening the embedded store repairs after a crash; each finding says where
//! it is and what to do.

use super::make::{entries, in_words};
use super::{CA, CA_KEY, make};
use crate::node::AUDIT;
use ::backup::{Item, Reader};
use audit::{Keys, verify};
use base::Timestamp;
use crypto::{Hierarchy, root_key_path};
use serde_json::{Value, json};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use store::{Engine, Key, MAX_VALUE_BYTES, Seal, format_path};

/// Findings of one kind beyond this are only counted.
const MOST: usize = 100;

/// Something that is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Where.
    pub(crate) place: String,
    /// What, and what to do.
    pub(crate) problem: String,
}

/// Reads a backup through; the result is what it is, or the first thing that is wrong with it.
pub(crate) fn check_file(input: impl Read) -> Result<Value, String> {
    let mut reader = Reader::new(input).map_err(|problem| problem.to_string())?;
    let header = reader.header().clone();
    while let Some(item) = reader.read_item().map_err(|problem| problem.to_string())? {
        if let Item::End(totals, check) = item {
            let bytes = reader.place();
            // Reading on makes sure that nothing follows.
            reader.read_item().map_err(|problem| problem.to_string())?;
            return Ok(json!({
                "taken_at": Timestamp::from_millis(header.taken_at_millis).to_seconds_rfc3339(),
                "version": header.product,
                "store_format": header.store_format,
                "engine": header.engine,
                "node": header.node,
                "entries": totals.entries,
                "files": totals.files,
                "bytes": bytes,
                "audit_records": header.audit.map(|head| head.next),
                "sha256": base::hex(&check),
            }));
        }
    }
    Err("the backup has no end".into())
}

/// What a scrub found.
pub(crate) struct Scrub {
    pub(crate) entries: u64,
    pub(crate) opened: bool,
    pub(crate) audit_records: Option<u64>,
    pub(crate) findings: Vec<Finding>,
}

impl Scrub {
    pub(crate) fn told(&self) -> Value {
        let findings: Vec<Value> =
            self.findings.iter().map(|f| json!({ "place": f.place, "problem": f.problem })).collect();
        json!({
            "entries": self.entries,
            "values_opened": self.opened,
            "audit_records": self.audit_records,
            "findings": findings,
        })
    }

    fn find(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        if self.findings.len() < MOST {
            self.findings.push(Finding { place: place.into(), problem: problem.into() });
        }
    }
}

/// Reads a store and its files through. Values are opened where there are keys to open them with; the log is read where
/// nobody writes it.
pub(crate) fn scrub(
    engine: &dyn Engine,
    dir: Option<&Path>,
    keys: Option<&Arc<Hierarchy>>,
    log_rests: bool,
) -> Result<Scrub, String> {
    let mut scrub = Scrub { entries: 0, opened: keys.is_some(), audit_records: None, findings: Vec::new() };
    let mut snapshot = engine.snapshot_to_copy().map_err(in_words)?;
    match snapshot.get(&root_key_path()) {
        Ok(Some(_)) => {}
        Ok(None) => scrub.find("system/crypto.root", "the root key is missing: restore a backup"),
        Err(error) => scrub.find("the store", format!("{error}: restore a backup")),
    }
    let read = entries(snapshot.as_mut(), |key, value| {
        scrub.entries += 1;
        judge(&mut scrub, key, value, keys);
        Ok(())
    });
    if let Err(why) = read {
        let place = format!("the store, after {} entries", scrub.entries);
        scrub.find(place, format!("{why}: restore a backup"));
    }
    drop(snapshot);
    if let Some(dir) = dir {
        check_files(&mut scrub, dir);
        if let Some(keys) = keys.filter(|_| log_rests) {
            let keys = Keys {
                seal: keys.audit_seal(),
                chain: keys.audit_chain("records"),
                strangers: keys.audit_chain("strangers"),
            };
            let report = verify(&dir.join(AUDIT), &keys).map_err(|error| error.to_string())?;
            scrub.audit_records = Some(report.records);
            for problem in report.problems {
                scrub.find("the audit log", format!("{problem}; keep a copy before anything else"));
            }
        }
    }
    Ok(scrub)
}

fn judge(scrub: &mut Scrub, key: &[u8], value: &[u8], keys: Option<&Arc<Hierarchy>>) {
    let Some(path) = Key::from_bytes(key) else {
        return scrub.find(format!("0x{}", base::hex(key)), "this is no key of this program: restore a backup");
    };
    if value.len() > MAX_VALUE_BYTES {
        return scrub.find(path.to_string(), "the value is longer than any can be: restore a backup");
    }
    if key == format_path() {
        if let Err(error) = store::judge_format(value) {
            scrub.find(path.to_string(), error.to_string());
        }
        return;
    }
    // The root key opened, or there would be no keys; keyrings open below, with what they seal.
    if path.table().starts_with("crypto.") {
        return;
    }
    let Some((version, sealed)) = value.split_first().filter(|(version, _)| **version > 0) else {
        return scrub.find(path.to_string(), "the value has no version: restore a backup");
    };
    if let Some(keys) = keys
        && let Err(error) = keys.open(&[key, &[*version]].concat(), sealed)
    {
        scrub.find(path.to_string(), format!("the value does not open ({error}): restore a backup"));
    }
}

fn check_files(scrub: &mut Scrub, dir: &Path) {
    let path = dir.join(CA);
    match std::fs::read_to_string(&path) {
        Ok(text) if !text.contains("-----BEGIN CERTIFICATE-----") => {
            scrub.find(path.display().to_string(), "this is no certificate: take it from a backup");
        }
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if dir.join(CA_KEY).exists() {
                scrub.find(path.display().to_string(), "it is missing, and its key is there: take it from a backup");
            }
        }
        Err(error) => scrub.find(path.display().to_string(), error.to_string()),
    }
}

/// Scrubs a directory that no server uses, with the keys that `unseal` makes of its store.
pub(crate) fn scrub_directory(
    dir: &Path,
    url: Option<&str>,
    unseal: impl FnOnce(Arc<dyn Engine>) -> Result<Option<Arc<Hierarchy>>, String>,
) -> Result<Scrub, String> {
    let engine: Arc<dyn Engine> = Arc::from(make::open(dir, url)?);
    let scrubbed = (|| {
        store::check_format(engine.as_ref()).map_err(in_words)?;
        let keys = unseal(engine.clone())?;
        scrub(engine.as_ref(), Some(dir), keys.as_ref(), true)
    })();
    engine.close();
    scrubbed
}
