//! `fastness seals` and `fastness recover`: what holders of a seal do to a server that runs.

use super::local::{self, Unanswered};
use super::{Outcome, arguments, ask, say};
use crate::control::{Command, Words};
use crate::seals::Locator;
use base::Secret;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use serde_json::Value;
use std::io::{self, IsTerminal as _};
use std::path::Path;

const SEALS: &str = "\
Examples:
  fastness seals list --data /var/lib/fastness
  fastness seals add file:/etc/fastness/second.key --data /var/lib/fastness
  fastness seals add passphrase --data /var/lib/fastness
  fastness seals add shamir:2/3 --data /var/lib/fastness --json
  fastness seals remove 1 --data /var/lib/fastness

The server goes on serving: only the root key is wrapped again. Whoever adds or removes a seal proves to hold one: the
server tries those that need no person, else it asks for a passphrase or shares (on standard input, a line each; where
`add passphrase` reads there, the last line is the new one). `remove` asks for a seal that stays.
Seals are those of `fastness init --help`. Paths and variables are the server's, and so is who may read them.
Whoever has an old seal and an old backup can still open that backup.";

const RECOVER: &str = "\
Examples:
  fastness recover --data /var/lib/fastness
  fastness recover --data /var/lib/fastness --json < passphrase.txt
  cat share-1.txt share-3.txt | fastness recover --data /var/lib/fastness --account 111122223333 --keep

Makes an access key of an account's root user, and deletes those that it has, unless they are to be kept (a root user has
at most two). It takes a holder of the seal: the server tries those that need no person, else it asks for a passphrase or
shares. The server must be unsealed. The credential is printed once; the audit log has the event RecoverRootAccessKey.";

pub(super) fn describe_seals() -> clap::Command {
    let add = clap::Command::new("add").about("Have one more seal open the server").args(local::shared()).arg(
        Arg::new("seal").value_name("SEAL").required(true).help("file:PATH, passphrase, shamir:M/N, … as for `init`"),
    );
    let remove = clap::Command::new("remove").about("Take a seal away").args(local::shared()).arg(
        Arg::new("place")
            .value_name("PLACE")
            .required(true)
            .value_parser(value_parser!(u8))
            .help("Its place in the list"),
    );
    clap::Command::new("seals")
        .about("List, add and remove what opens a server")
        .after_help(SEALS)
        .subcommand_required(true)
        .subcommand(clap::Command::new("list").about("List the seals").args(local::shared()))
        .subcommand(add)
        .subcommand(remove)
}

pub(super) fn describe_recover() -> clap::Command {
    clap::Command::new("recover")
        .about("Get a root credential again, as a holder of the seal")
        .after_help(RECOVER)
        .args(local::shared().into_iter().chain([
            Arg::new("account").long("account").value_name("ID").help("Whose root [default: the first account]"),
            Arg::new("keep").long("keep").action(ArgAction::SetTrue).help("Keep the access keys that it has"),
        ]))
}

pub(super) fn run_seals(matches: &ArgMatches) -> Outcome {
    match matches.subcommand() {
        Some(("list", matches)) => list(matches),
        Some(("add", matches)) => add(matches),
        Some(("remove", matches)) => remove(matches),
        _ => Ok(()),
    }
}

fn list(matches: &ArgMatches) -> Outcome {
    let dir = local::dir(matches)?;
    let told = local::send(dir, &Command::SealsList {}).map_err(|unanswered| unanswered.words(dir))?;
    let lines = || {
        let seals = told.get("seals").and_then(Value::as_array);
        let lines = seals.into_iter().flatten().map(|seal| format!("{}  {}", number(seal), described(seal)));
        lines.collect::<Vec<_>>().join("\n")
    };
    local::tell(matches, &told, lines);
    Ok(())
}

fn add(matches: &ArgMatches) -> Outcome {
    let dir = local::dir(matches)?;
    let given = arguments::text(matches, "seal").unwrap_or_default();
    let locator = absolute(Locator::parse(given)?)?;
    let (new, words) = match locator {
        Locator::Passphrase => new_passphrase()?,
        _ => (None, Vec::new()),
    };
    let seal = locator.to_string();
    let command = |words: Vec<Words>| Command::SealsAdd { seal: seal.clone(), new: new.clone(), words };
    // What was on standard input has been read, so that there is nothing to ask for.
    let ask = if new.is_some() && !io::stdin().is_terminal() { already_read } else { ask::holder };
    let told = proven(dir, words, command, ask)?;
    local::tell(matches, &told, || {
        let mut lines = vec![format!("seal {} opens the server now: {}", number(&told), described(&told))];
        lines.extend(told.get("note").and_then(Value::as_str).map(str::to_owned));
        let shares: Vec<&str> =
            told.get("shares").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        if !shares.is_empty() {
            lines.push("# The shares, each for another holder. They are shown this once:".into());
            lines.extend(shares.into_iter().map(str::to_owned));
        }
        lines.join("\n")
    });
    Ok(())
}

fn remove(matches: &ArgMatches) -> Outcome {
    let dir = local::dir(matches)?;
    let place = matches.get_one::<u8>("place").copied().unwrap_or_default().into();
    let told = proven(dir, Vec::new(), |words| Command::SealsRemove { place, words }, ask::holder)?;
    local::tell(matches, &told, || format!("seal {place} opens the server no longer: {}", described(&told)));
    Ok(())
}

pub(super) fn run_recover(matches: &ArgMatches) -> Outcome {
    let dir = local::dir(matches)?;
    let account = arguments::text(matches, "account").map(str::to_owned);
    let keep = matches.get_flag("keep");
    let command = |words| Command::Recover { account: account.clone(), keep, words };
    let told = proven(dir, Vec::new(), command, ask::holder)?;
    if matches.get_flag("json") {
        say(&told.to_string());
        return Ok(());
    }
    say(&format!("# The root credential of account {}. It is shown this once:", text(&told, "account")));
    say(&format!("export AWS_ACCESS_KEY_ID={}", text(&told, "access_key_id")));
    say(&format!("export AWS_SECRET_ACCESS_KEY={}", text(&told, "secret_access_key")));
    for (name, words) in [("deleted", "deleted, and refused from now on"), ("kept", "kept, and still good")] {
        let ids: Vec<&str> =
            told.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        if !ids.is_empty() {
            say(&format!("# {words}: {}", ids.join(", ")));
        }
    }
    Ok(())
}

/// Sends a command that takes a holder of the seal, who is asked if what needs no person is not enough.
fn proven(
    dir: &Path,
    words: Vec<Words>,
    command: impl Fn(Vec<Words>) -> Command,
    ask: fn() -> Result<Vec<Secret<String>>, String>,
) -> Result<Value, String> {
    let given = !words.is_empty();
    match local::send(dir, &command(words)) {
        Err(Unanswered::Unproven(why)) if !given => {
            let words = ask().map_err(|problem| format!("{why}: {problem}"))?;
            if words.is_empty() {
                return Err(why);
            }
            let words = words.into_iter().map(Words::new).collect();
            local::send(dir, &command(words)).map_err(|unanswered| unanswered.words(dir))
        }
        told => told.map_err(|unanswered| unanswered.words(dir)),
    }
}

fn already_read() -> Result<Vec<Secret<String>>, String> {
    Err("before the new passphrase, which comes last".into())
}

/// A new passphrase, and what was given on standard input before it.
fn new_passphrase() -> Result<(Option<Words>, Vec<Words>), String> {
    if io::stdin().is_terminal() {
        return Ok((Some(Words::new(ask::typed_twice()?)), Vec::new()));
    }
    let mut lines = ask::lines()?;
    let new = lines.pop().ok_or("the new passphrase is read from standard input, which is empty")?;
    Ok((Some(Words::new(new)), lines.into_iter().map(Words::new).collect()))
}

/// The server stands elsewhere, so a path must not depend on where.
fn absolute(locator: Locator) -> Result<Locator, String> {
    match locator {
        Locator::File(path) => {
            let absolute = std::path::absolute(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            Ok(Locator::File(absolute))
        }
        other => Ok(other),
    }
}

fn number(seal: &Value) -> u64 {
    seal.get("place").and_then(Value::as_u64).unwrap_or_default()
}

fn described(seal: &Value) -> String {
    match text(seal, "seal") {
        "" => text(seal, "name").to_owned(),
        locator => format!("{locator}  ({})", text(seal, "name")),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
