//! Reads a store, its log and its files through.

use crate::backup::make::{self, entries, in_words};
use crate::backup::{CA, CA_KEY};
use crate::node::AUDIT;
use crate::{authority, certificates};
use audit::{Keys, Report};
use base::{Clock, SystemClock};
use crypto::{Hierarchy, RootRecord, root_key_path};
use kernel::Kernel;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use store::{Engine, Key, MAX_VALUE_BYTES, Seal, Store, format_path};

/// Findings beyond this are only counted.
const MOST: usize = 100;
/// Entries between two words of progress.
const OFTEN: u64 = 4096;

/// Something that is wrong.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// Where.
    place: String,
    /// What, and what to do.
    problem: String,
}

/// What a scrub found.
#[derive(Default)]
pub(crate) struct Scrub {
    entries: u64,
    opened: bool,
    audit_records: Option<u64>,
    waiting: Option<usize>,
    not_checked: Vec<&'static str>,
    findings: Vec<Finding>,
    more: u64,
}

/// Told how many entries were read; an error ends the scrub.
pub(crate) type Progress<'a> = &'a mut dyn FnMut(u64) -> Result<(), String>;

impl Scrub {
    /// As a result for programs.
    pub(crate) fn told(&self) -> Value {
        let findings = self.findings.iter().map(|f| json!({ "place": f.place, "problem": f.problem }));
        json!({
            "entries": self.entries,
            "values_opened": self.opened,
            "audit_records": self.audit_records,
            "audit_records_waiting": self.waiting,
            "not_checked": self.not_checked,
            "findings": findings.collect::<Vec<_>>(),
            "further_findings": self.more,
        })
    }

    fn find(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        if self.findings.len() < MOST {
            self.findings.push(Finding { place: place.into(), problem: problem.into() });
        } else {
            self.more += 1;
        }
    }

    /// Every entry. Values are opened where there are keys to open them with.
    fn read_store(
        &mut self,
        engine: &dyn Engine,
        keys: Option<&Arc<Hierarchy>>,
        progress: Progress<'_>,
    ) -> Result<(), String> {
        let mut snapshot = engine.snapshot_to_copy().map_err(in_words)?;
        match snapshot.get(&root_key_path()) {
            Ok(Some(record)) => {
                if let Err(error) = RootRecord::read(&record) {
                    self.find("system/crypto.root", error.to_string());
                }
            }
            Ok(None) => self.find("system/crypto.root", "the root key is missing: restore a backup"),
            Err(error) => self.find("the store", format!("{error}: restore a backup")),
        }
        let mut stopped = None;
        let read = entries(snapshot.as_mut(), |key, value| {
            self.entries += 1;
            self.judge(key, value, keys);
            if self.entries.is_multiple_of(OFTEN) {
                progress(self.entries).inspect_err(|why| stopped = Some(why.clone()))?;
            }
            Ok(())
        });
        if let Some(why) = stopped {
            return Err(why);
        }
        if let Err(why) = read {
            let place = format!("the store, after {} entries", self.entries);
            self.find(place, format!("{why}: restore a backup"));
        }
        Ok(())
    }

    fn judge(&mut self, key: &[u8], value: &[u8], keys: Option<&Arc<Hierarchy>>) {
        let Some(path) = Key::from_bytes(key) else {
            return self.find(format!("0x{}", base::hex(key)), "this is no key of this program: restore a backup");
        };
        if value.len() > MAX_VALUE_BYTES {
            return self.find(path.to_string(), "the value is longer than any can be: restore a backup");
        }
        if key == format_path() {
            if let Err(error) = store::judge_format(value) {
                self.find(path.to_string(), error.to_string());
            }
            return;
        }
        // The root key opened, or there would be no keys; keyrings open below, with what they seal.
        if path.table().starts_with("crypto.") {
            return;
        }
        let Some((version, sealed)) = value.split_first().filter(|(version, _)| **version > 0) else {
            return self.find(path.to_string(), "the value has no version: restore a backup");
        };
        if let Some(keys) = keys
            && let Err(error) = keys.open(&[key, &[*version]].concat(), sealed)
        {
            self.find(path.to_string(), format!("the value does not open ({error}): restore a backup"));
        }
    }

    fn read_outbox(&mut self, store: &Store) {
        match audit::count_waiting(store) {
            Ok(count) => self.waiting = Some(count),
            Err(error) => self.find("the audit outbox", format!("{error}: restore a backup")),
        }
    }

    fn read_report(&mut self, report: Report, is_main: bool) {
        if is_main {
            self.audit_records = Some(report.records);
        }
        for problem in report.problems {
            self.find("the audit log", format!("{problem}; {KEEP}"));
        }
    }

    /// The log in a directory where nobody writes it.
    fn read_log(&mut self, dir: &Path, keys: Option<&Arc<Hierarchy>>) {
        let dir = dir.join(AUDIT);
        let Some(keys) = keys.map(log_keys) else {
            self.not_checked.push("that the audit records are what was written (needs the seal)");
            match audit::examine(&dir) {
                Ok((_, problems)) => {
                    problems.iter().for_each(|problem| self.find("the audit log", format!("{problem}; {KEEP}")));
                }
                Err(error) => self.find("the audit log", error.to_string()),
            }
            return;
        };
        for (report, is_main) in [(audit::verify(&dir, &keys), true), (audit::verify_strangers(&dir, &keys), false)] {
            match report {
                Ok(report) => self.read_report(report, is_main),
                Err(error) => self.find("the audit log", error.to_string()),
            }
        }
    }

    /// Certificates, with the store that keeps their authority, where that can be read.
    fn read_files(&mut self, dir: &Path, store: Option<&Store>) {
        let now = SystemClock.now();
        for (place, problem) in store.map(|store| authority::examine(store, dir, now)).unwrap_or_default() {
            self.find(place, problem);
        }
        if let Some((place, problem)) = certificates::examine(&dir.join("tls"), now) {
            self.find(place, problem);
        }
        let path = dir.join(CA);
        match std::fs::read_to_string(&path) {
            Ok(text) if !text.contains("-----BEGIN CERTIFICATE-----") => {
                self.find(path.display().to_string(), "this is no certificate: delete it, the next start writes it");
            }
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if dir.join(CA_KEY).exists() {
                    self.find(path.display().to_string(), "it is missing, and its key is there: copy it from a client");
                }
            }
            Err(error) => self.find(path.display().to_string(), error.to_string()),
        }
    }
}

/// What to do about a damaged log, before all else.
const KEEP: &str =
    "keep a copy of the directory before anything else; `fastness restore` brings back the log of a backup";

/// Reads what a running server has, as far as it was written when this began.
pub(crate) fn scrub_running(kernel: &Kernel, dir: &Path, progress: Progress<'_>) -> Result<Scrub, String> {
    let mut scrub = Scrub { opened: true, ..Scrub::default() };
    scrub.read_store(kernel.store().engine().as_ref(), Some(kernel.crypto()), progress)?;
    scrub.read_outbox(kernel.store());
    progress(scrub.entries)?;
    let copy = kernel.log().copy().map_err(|error| error.to_string())?;
    if let Some(copy) = copy {
        let [main, strangers] =
            audit::verify_copy(&copy, &log_keys(kernel.crypto())).map_err(|error| error.to_string())?;
        scrub.read_report(main, true);
        scrub.read_report(strangers, false);
    }
    scrub.read_files(dir, Some(kernel.store()));
    Ok(scrub)
}

/// Reads a directory whose store nobody has open, with the keys that `unseal` makes of it.
pub(crate) fn scrub_directory(
    dir: &Path,
    url: Option<&str>,
    unseal: impl FnOnce(Arc<dyn Engine>) -> Result<Option<Arc<Hierarchy>>, String>,
    progress: Progress<'_>,
) -> Result<Scrub, String> {
    let mut scrub = Scrub::default();
    let engine: Arc<dyn Engine> = match make::open(dir, url) {
        Ok(engine) => Arc::from(engine),
        // What lies beside it can be read all the same.
        Err(make::Unopened::Damaged(why)) => {
            scrub.find("the store", format!("{why}: restore a backup"));
            scrub.not_checked.push("the store's entries (it does not open)");
            scrub.read_log(dir, None);
            scrub.read_files(dir, None);
            return Ok(scrub);
        }
        Err(make::Unopened::Refused(why)) => return Err(why),
    };
    let scrubbed = (|| {
        store::check_format(engine.as_ref()).map_err(in_words)?;
        let keys = unseal(engine.clone())?;
        scrub.opened = keys.is_some();
        if keys.is_none() {
            scrub.not_checked.push("that the values open (needs the seal)");
            scrub.not_checked.push("the certificate authority (needs the seal)");
        }
        scrub.read_store(engine.as_ref(), keys.as_ref(), progress)?;
        let store = keys.as_ref().map(|keys| Store::new(engine.clone(), keys.clone()));
        if let Some(store) = &store {
            scrub.read_outbox(store);
        }
        scrub.read_log(dir, keys.as_ref());
        scrub.read_files(dir, store.as_ref());
        Ok(scrub)
    })();
    engine.close();
    scrubbed
}

fn log_keys(keys: &Arc<Hierarchy>) -> Keys {
    Keys { seal: keys.audit_seal(), chain: keys.audit_chain("records"), strangers: keys.audit_chain("strangers") }
}
