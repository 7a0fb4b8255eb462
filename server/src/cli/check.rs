//! `fastness check`: a backup, or a store and its files.

use super::backup::{Place, data, file, input, place, store};
use super::local::{self, Unanswered};
use super::meter::Meter;
use super::{Outcome, arguments, ask, say};
use crate::backup;
use crate::control::{Command as Order, Words};
use crate::seals::{Locator, person};
use base::Rng;
use clap::{Arg, ArgAction, ArgMatches, Command};
use crypto::{Hierarchy, RootRecord, RootSeal, SharedSeal, root_record, unlock};
use primitives::SystemRng;
use serde_json::Value;
use std::io::BufRead as _;
use std::path::Path;
use std::sync::Arc;
use store::Engine;

const EXAMPLES: &str = "\
Examples:
  fastness check --backup backup.fst
  fastness check --data /var/lib/fastness --json
  fastness check --data ./data --seal file:./data/dev-seal.key
  cat share-1.txt share-3.txt | fastness check --data /var/lib/fastness --seal shamir:2/3

A running server is asked and has its keys at hand. Where none runs, or a sealed one, --seal opens the values and the audit
records; without it they are not looked into, which is said. A passphrase and shares are read from standard input.
Nothing is changed. Exit status 1 means that something is wrong; each line says where, and what to do.";

pub(super) fn describe() -> Command {
    Command::new("check")
        .about("Check a backup, or a store and its files")
        .after_help(EXAMPLES)
        .arg(file("backup", "FILE").help("A backup, or -"))
        .arg(data().required_unless_present("backup").help("A data directory"))
        .arg(store().requires("data"))
        .arg(
            // Under a name of its own: a server's setting takes none that needs a person.
            Arg::new("seals")
                .long("seal")
                .value_name("SEAL")
                .action(ArgAction::Append)
                .requires("data")
                .help("What opens the store where no server runs, as for `fastness init`; may be repeated"),
        )
        .arg(arguments::json())
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let found = match super::backup::path(matches, "backup") {
        Some(_) => backup::check_file(input(matches, "backup")?)?.told(),
        None => {
            let place = place(matches)?;
            let locators: Vec<&String> = matches.get_many("seals").into_iter().flatten().collect();
            let locators =
                locators.into_iter().map(|text| Ok(Locator::parse(text)?.with_module(place.module.as_deref())));
            let locators = locators.collect::<Result<Vec<_>, String>>()?;
            match running(&place.dir, !locators.is_empty())? {
                Some(found) => found,
                None => resting(&place, &locators)?,
            }
        }
    };
    tell(matches, &found)
}

fn tell(matches: &ArgMatches, found: &Value) -> Outcome {
    let list = |name| found.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let findings = list("findings");
    if matches.get_flag("json") {
        say(&found.to_string());
    } else {
        for finding in &findings {
            let member = |name| finding.get(name).and_then(Value::as_str).unwrap_or_default();
            say(&format!("{}: {}", member("place"), member("problem")));
        }
        for missing in list("not_checked") {
            say(&format!("not checked: {}", missing.as_str().unwrap_or_default()));
        }
        let is_list = |value: &Value| value.is_array() || value.is_null();
        for (name, value) in found.as_object().into_iter().flatten().filter(|(_, value)| !is_list(value)) {
            say(&format!("{name}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        }
    }
    match findings.len() {
        0 => Ok(()),
        1 => Err("one thing is wrong".into()),
        count => Err(format!("{count} things are wrong")),
    }
}

/// What a running server finds; `None` where none runs, or one that is sealed while there are seals to open the store with.
fn running(dir: &Path, has_seals: bool) -> Result<Option<Value>, String> {
    if has_seals {
        match local::send(dir, &Order::Status {}) {
            Ok(told) if told.get("sealed") == Some(&Value::Bool(true)) => return Ok(None),
            _ => {}
        }
    }
    let answer = match local::stream(dir, "check") {
        Ok(answer) => answer,
        Err(Unanswered::NotRunning) => return Ok(None),
        Err(Unanswered::Failed(why) | Unanswered::Unproven(why)) => return Err(why),
    };
    let mut meter = Meter::new("entries");
    for line in answer.lines() {
        let line = line.map_err(|error| error.to_string())?;
        let Ok(told) = serde_json::from_str::<Value>(&line) else { break };
        if told.get("findings").is_some() {
            return Ok(Some(told));
        }
        meter.set(told.get("entries").and_then(Value::as_u64).unwrap_or_default());
    }
    Err("the server ended the check before it was done: it was stopped, sealed or unsealed meanwhile, or its log says why".into())
}

/// What lies in a directory whose store nobody has open.
fn resting(place: &Place, locators: &[Locator]) -> Result<Value, String> {
    let seals = seals(locators)?;
    let unseal = |engine: Arc<dyn Engine>| {
        if seals.is_empty() {
            return Ok(None);
        }
        let record: Option<RootRecord> = root_record(engine.as_ref()).map_err(|error| error.to_string())?;
        let record = record.ok_or("the store holds no root key: restore a backup")?;
        let seals: Vec<&dyn RootSeal> = seals.iter().map(AsRef::as_ref).collect();
        let root = unlock(&seals, &record).map_err(|error| format!("--seal: {error}"))?;
        let rng: Arc<dyn Rng> = Arc::new(SystemRng);
        Ok(Some(Hierarchy::under(engine, &root, rng)))
    };
    let mut meter = Meter::new("entries");
    let mut progress = |entries| {
        meter.set(entries);
        Ok(())
    };
    let scrub = backup::scrub_directory(&place.dir, place.store.as_deref(), unseal, &mut progress)?;
    drop(meter);
    Ok(scrub.told())
}

/// The seals of these locators; what persons know is read from standard input, all of it at once.
fn seals(locators: &[Locator]) -> Result<Vec<Box<dyn RootSeal>>, String> {
    let automatic = locators.iter().filter(|locator| locator.is_automatic());
    let mut seals = automatic.map(Locator::find).collect::<Result<Vec<_>, _>>()?;
    if locators.iter().all(Locator::is_automatic) {
        return Ok(seals);
    }
    let words = ask::to_open()?.into_iter().map(Words::new).collect();
    let (phrases, shares) = person::sorted(words);
    seals.extend(person::passphrases(&phrases)?);
    if !shares.is_empty() {
        seals.push(Box::new(SharedSeal::combine(&shares).map_err(|bad| bad.to_string())?));
    }
    if seals.is_empty() {
        return Err("give a passphrase or shares on standard input".into());
    }
    Ok(seals)
}
