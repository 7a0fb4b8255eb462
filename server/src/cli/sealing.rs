//! `fastness status`, `seal` and `unseal`: whether a server has its keys at hand.

use super::local::{self, Unanswered};
use super::{Outcome, ask};
use crate::control::{Command, Words};
use crate::making;
use crate::node::STORE;
use clap::{Arg, ArgAction, ArgMatches};
use serde_json::{Value, json};
use std::io::{self, Write as _};

const STATUS: &str = "\
Examples:
  fastness status --data /var/lib/fastness
  fastness status --data /var/lib/fastness --json

Tells whether a server runs in the directory, whether it is sealed, and which seals open it.
The exit status is 0 if it runs unsealed and well, 3 if it is sealed, 4 if it is in trouble, 5 if none runs,
and 1 if it cannot be asked. With --json it is 0 also for a server that is sealed or in trouble: the answer says so.";

const SEAL: &str = "\
Examples:
  fastness seal --data /var/lib/fastness

Calls under way are finished, the keys are forgotten, and calls are refused until `fastness unseal`.
A restart unseals by itself what opens without a person, such as a key file.";

const UNSEAL: &str = "\
Examples:
  fastness unseal --data /var/lib/fastness                       asks for a passphrase or a share
  fastness unseal --data /var/lib/fastness < passphrase.txt
  cat share-1.txt share-3.txt | fastness unseal --data /var/lib/fastness

What opens without a person is tried first. Shares may come one at a time, from one holder after the other: the exit
status is 3 while more are needed, and 0 once the server is open.";

/// The exit status that tells of a server which is sealed.
const STILL_SEALED: i32 = 3;

pub(super) fn describe_status() -> clap::Command {
    clap::Command::new("status")
        .about("Tell whether a server runs, and whether it is sealed")
        .after_help(STATUS)
        .args(local::shared())
}

pub(super) fn describe_seal() -> clap::Command {
    clap::Command::new("seal").about("Have a server forget its keys").after_help(SEAL).args(local::shared())
}

pub(super) fn describe_unseal() -> clap::Command {
    clap::Command::new("unseal")
        .about("Open a sealed server")
        .after_help(UNSEAL)
        .args(local::shared())
        .arg(Arg::new("reset").long("reset").action(ArgAction::SetTrue).help("Forget the shares given before"))
}

pub(super) fn status(matches: &ArgMatches) -> Outcome {
    let dir = local::dir(matches)?;
    let (told, code) = match local::send(dir, &Command::Status {}) {
        // Who reads the answer needs no other sign.
        Ok(told) if matches.get_flag("json") => (told, 0),
        Ok(told) => {
            let code = match (is(&told, "sealed"), told.get("trouble").is_some_and(|trouble| !trouble.is_null())) {
                (true, _) => STILL_SEALED,
                (false, true) => 4,
                (false, false) => 0,
            };
            (told, code)
        }
        Err(Unanswered::NotRunning) => {
            let made = dir.join(STORE).exists() || dir.join("node").exists();
            let initialised = made && !making::is_unfinished(dir);
            (json!({ "running": false, "initialised": initialised }), 5)
        }
        Err(unanswered) => return Err(unanswered.words(dir)),
    };
    local::tell(matches, &told, || described(&told));
    if code != 0 {
        std::process::exit(code);
    }
    Ok(())
}

fn described(told: &Value) -> String {
    if !is(told, "running") {
        let rest = if is(told, "initialised") { "" } else { ", and none was made there" };
        return format!("no server runs there{rest}");
    }
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let state = match (is(told, "sealed"), text(told, "trouble")) {
        (true, _) => "sealed".to_owned(),
        (false, trouble) if trouble.is_empty() => "unsealed".to_owned(),
        (false, trouble) => format!("unsealed, in trouble: {trouble}"),
    };
    let mut lines = vec![format!("Fastness {} runs, {state}", text(told, "version"))];
    if !text(told, "endpoint").is_empty() {
        let trusted = match text(told, "ca_certificate") {
            ca if ca.is_empty() => String::new(),
            ca => format!(", for clients that trust {ca}"),
        };
        lines.push(format!("  at {}{trusted}", text(told, "endpoint")));
    }
    for seal in told.get("seals").and_then(Value::as_array).into_iter().flatten() {
        let place = seal.get("place").and_then(Value::as_u64).unwrap_or_default();
        let locator = text(seal, "seal");
        lines.push(format!("  seal {place}: {}", if locator.is_empty() { text(seal, "name") } else { locator }));
    }
    if is(told, "sealed") && !text(told, "why_sealed").is_empty() {
        let next = if is(told, "tries_again") { "; it tries again" } else { "" };
        lines.push(format!("  not opened: {}{next}", text(told, "why_sealed")));
    }
    match told.get("shares_given").and_then(Value::as_u64) {
        Some(0) | None => {}
        Some(given) => lines.push(format!("  shares given: {given}")),
    }
    lines.join("\n")
}

fn is(told: &Value, name: &str) -> bool {
    told.get(name).and_then(Value::as_bool).unwrap_or_default()
}

pub(super) fn seal(matches: &ArgMatches) -> Outcome {
    let dir = local::dir(matches)?;
    let told = local::send(dir, &Command::Seal {}).map_err(|unanswered| unanswered.words(dir))?;
    local::tell(matches, &told, || "sealed".into());
    Ok(())
}

pub(super) fn unseal(matches: &ArgMatches) -> Outcome {
    let dir = local::dir(matches)?;
    let send = |words: Vec<Words>, forget| local::send(dir, &Command::Unseal { words, forget });
    // What needs no person first: then there is nobody to ask.
    let told = match send(Vec::new(), matches.get_flag("reset")) {
        Err(Unanswered::Unproven(why)) => {
            let words: Vec<_> = ask::to_open()?.into_iter().map(Words::new).collect();
            if words.is_empty() {
                return Err(why);
            }
            send(words, false)
        }
        told => told,
    };
    let told = told.map_err(|unanswered| unanswered.words(dir))?;
    let missing = told.get("shares_missing").and_then(Value::as_u64);
    let Some(missing) = missing else {
        local::tell(matches, &told, || "unsealed".into());
        return Ok(());
    };
    if matches.get_flag("json") {
        super::say(&told.to_string());
    } else {
        let (share, are) = if missing == 1 { ("share", "is") } else { ("shares", "are") };
        let _ = writeln!(io::stderr(), "fastness unseal: still sealed: {missing} more {share} {are} needed");
    }
    std::process::exit(STILL_SEALED)
}
