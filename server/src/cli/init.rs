//! `fastness init`: makes a server's store, its seals, its first account and its certificate authority.

use super::begin::begin;
use super::{Outcome, arguments, ask, local};
use crate::authority;
use crate::clock;
use crate::config::Config;
use crate::custody;
use crate::files;
use crate::making::{Making, refuse_occupied};
use crate::node::Node;
use crate::seals::Locator;
use crate::settings::{FILE_NAME, Program};
use crate::socket;
use base::{AccountId, Clock, Region, Rng as _, Secret, SystemClock};
use clap::{Arg, ArgAction, ArgMatches, Command};
use crypto::{RootSeal, UnwrapError};
use directory::NewRootKey;
use primitives::{SystemRng, equal};
use serde_json::json;
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

const EXAMPLES: &str = "\
Examples:
  fastness init --data /var/lib/fastness --seal file:/etc/fastness/seal.key
  fastness init --data /var/lib/fastness --seal passphrase --seal shamir:2/3
  fastness init --data /var/lib/fastness --seal credential:seal --store postgres://fastness@db/fastness --json
  fastness init --data /var/lib/fastness --seal kms:arn:aws:kms:eu-central-1:111122223333:alias/seal --seal shamir:2/3

Seals: file:PATH (made with mode 0600 if it is not there), credential:NAME (systemd's LoadCredential), env:NAME,
passphrase (asked for, or the first line of standard input), shamir:M/N (N shares, of which M open),
kms:ARN (a key of AWS's KMS or of another Fastness, with the endpoint, trust and credentials of AWS's tools),
pkcs11:token=LABEL;object=KEY?module-path=/PATH&pin-source=file:/PATH (an AES-256 key in a token, made if it is not there;
id=%01 names one that is; the PIN may also come from credential:NAME or env:NAME).
With several seals any of them opens the server. Keep the seal apart from backups: whoever has both has everything,
and whoever loses the seal has lost everything.
The root credential and the shares are printed once and kept nowhere. What does not end (no space, no power, nobody
who reads what it prints) made no server; run it again.";

pub(super) fn describe() -> Command {
    let text = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    Command::new("init").about("Make a server: its store, its seal, its root credential").after_help(EXAMPLES).args([
        text("data", "DIR").required(true).help("A new or empty directory for its state"),
        // Under a name of its own: a server's setting takes none that needs a person.
        Arg::new("seals")
            .long("seal")
            .value_name("SEAL")
            .action(ArgAction::Append)
            .required(true)
            .help("What opens it; may be repeated"),
        text("store", "URL").help("Keep state in PostgreSQL instead: postgres://…"),
        text("account", "ID").help("The first account [default: a random one]"),
        text("region", "REGION").help("The home Region [default: us-east-1]"),
        arguments::json(),
    ])
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let (_, loaded) = begin(matches, Program::Serve)?;
    let settings = &*loaded.settings;
    let dir = settings.data.clone().ok_or("--data DIR is missing")?;
    let given = matches.get_many::<String>("seals").into_iter().flatten();
    let module = settings.pkcs11_module.as_deref();
    let locators = given.map(|text| Ok(Locator::parse(text)?.with_module(module)));
    let locators = locators.collect::<Result<Vec<_>, String>>()?;
    let account = account(arguments::text(matches, "account"))?;
    let config = Config::of(settings).map_err(|error| error.to_string())?;
    refuse_an_output_that_keeps_nothing()?;
    if config.check_clock {
        clock::plausible(SystemClock.now())?;
    }
    let key_files = locators.iter().filter_map(Locator::path).collect::<Vec<_>>();
    refuse_occupied(&dir, &key_files)?;
    let was_there = dir.exists();
    files::claim(&dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    let held = socket::hold(&dir)?;
    let database = if settings.store.is_some() { ", over an empty database" } else { "" };
    let none = |why| format!("{why}. No server was made: run `fastness init` again{database}");
    let making = Making::begin(&dir, &key_files, &held).inspect_err(|_| leave(&dir, was_there)).map_err(none)?;
    match make(config, &locators, account, &dir, matches) {
        Ok(()) => making.end().map_err(none),
        Err(why) => {
            making.undo();
            leave(&dir, was_there);
            Err(none(why))
        }
    }
}

/// The credential is printed once. Rust opens what was closed as `/dev/null`, too.
fn refuse_an_output_that_keeps_nothing() -> Outcome {
    let nowhere = std::fs::metadata("/dev/null").map(|meta| meta.rdev());
    let output = rustix::fs::fstat(io::stdout()).map_err(|error| format!("standard output: {error}"))?;
    if nowhere.is_ok_and(|nowhere| nowhere == output.st_rdev) {
        return Err("standard output is closed or /dev/null, and the root credential is printed there once: \
                    let it go to a terminal or a file"
            .into());
    }
    Ok(())
}

fn make(config: Config, locators: &[Locator], account: AccountId, dir: &Path, matches: &ArgMatches) -> Outcome {
    let (seals, shares) = make_seals(locators)?;
    let node = Node::make(config, &seals)?;
    let made = furnish(&node, account, dir, matches, locators);
    node.shut_down();
    tell(matches, account, node.home(), dir, &made?, &shares)
        .map_err(|error| format!("the root credential could not be printed: {error}"))
}

/// A random account where none is named: no two servers' ARNs are then the same.
fn account(named: Option<&str>) -> Result<AccountId, String> {
    if let Some(text) = named {
        return text.parse().map_err(|invalid: base::Invalid| format!("--account: {}", invalid.0));
    }
    let mut number = [0; 8];
    SystemRng.fill(&mut number);
    let digits = 100_000_000_000 + u64::from_be_bytes(number) % 900_000_000_000;
    digits.to_string().parse().map_err(|invalid: base::Invalid| invalid.0.into())
}

/// Leaves a directory as it was, as far as nothing else is in it by now.
fn leave(dir: &Path, was_there: bool) {
    let _ = std::fs::remove_file(dir.join(socket::LOCK));
    if !was_there {
        let _ = std::fs::remove_dir(dir);
    }
}

type Seals = (Vec<Box<dyn RootSeal>>, Vec<Secret<String>>);

fn make_seals(locators: &[Locator]) -> Result<Seals, String> {
    let (mut seals, mut shares) = (Vec::new(), Vec::new());
    for (index, locator) in locators.iter().enumerate() {
        let twice = |kind: fn(&Locator) -> bool| kind(locator) && locators.iter().take(index).any(kind);
        if locators.iter().take(index).any(|other| other == locator)
            || twice(|locator| matches!(locator, Locator::Shamir { .. }))
        {
            return Err(format!("--seal: {locator} is given twice"));
        }
        let (seal, drawn) = locator.make(ask::new_passphrase, &SystemRng)?;
        if locator.is_automatic() {
            try_out(seal.as_ref())?;
        }
        seals.push(seal);
        shares.extend(drawn);
    }
    Ok((seals, shares))
}

/// Has a seal wrap and unwrap something before there is a store: what keeps it may be away, or refuse.
fn try_out(seal: &dyn RootSeal) -> Outcome {
    let mut sample = Secret::new([0; 32]);
    SystemRng.fill_secret(sample.expose_mut());
    let failed = |why: String| format!("the seal, {}, cannot be used: {why}", seal.name());
    let wrapped = seal.wrap(&sample, &SystemRng).map_err(failed)?;
    let again = seal.unwrap(&wrapped).map_err(|error| match error {
        UnwrapError::Unavailable(why) | UnwrapError::Refused(why) => failed(why),
        UnwrapError::WrongSeal | UnwrapError::Damaged => failed("it does not open what it sealed".into()),
    })?;
    let same = equal(again.expose(), sample.expose());
    if same { Ok(()) } else { Err(failed("it gave something else back".into())) }
}

/// What stands in a server besides its keys: an account, a root credential, an authority, a configuration.
fn furnish(
    node: &Node,
    account: AccountId,
    dir: &Path,
    matches: &ArgMatches,
    locators: &[Locator],
) -> Result<NewRootKey, String> {
    let kernel = node.running().ok_or("the server did not start")?;
    kernel.directory().ensure_account(account).map_err(|error| error.to_string())?;
    authority::open(&kernel, dir)?;
    let path = dir.join(FILE_NAME);
    files::write_new(&path, configuration(matches, locators).as_bytes(), 0o600)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    custody::begin_with(&kernel, account)?;
    // Last, since it is told once.
    kernel.create_root_key(account, "CreateRootAccessKey", true).map_err(|error| error.to_string())?
}

fn configuration(matches: &ArgMatches, locators: &[Locator]) -> String {
    let mut text = "# What this server is told besides its flags; `fastness config` prints every setting.\n".to_owned();
    for key in ["store", "region"] {
        if let Some(value) = arguments::text(matches, key) {
            // A string of JSON is one of TOML.
            text.push_str(&format!("{key} = {}\n", json!(value)));
        }
    }
    // A server confines itself before it can ask a store elsewhere what opens it, and need not believe what that says.
    let automatic = |locator: &&Locator| locator.is_automatic();
    let seals: Vec<String> = locators.iter().filter(automatic).filter_map(absolute).collect();
    if arguments::text(matches, "store").is_some() && !seals.is_empty() {
        text.push_str(&format!("seal = {}\n", json!(seals)));
    }
    text
}

/// As it is found from wherever the server is started next.
fn absolute(locator: &Locator) -> Option<String> {
    match locator {
        Locator::File(path) => Some(format!("file:{}", std::fs::canonicalize(path).ok()?.display())),
        other => Some(other.to_string()),
    }
}

fn tell(
    matches: &ArgMatches,
    account: AccountId,
    home: Region,
    dir: &Path,
    key: &NewRootKey,
    shares: &[Secret<String>],
) -> io::Result<()> {
    let ca = authority::path(dir);
    let shares: Vec<&str> = shares.iter().map(|share| share.expose().as_str()).collect();
    let mut out = io::stdout().lock();
    if matches.get_flag("json") {
        let made = json!({
            "account": account.as_str(),
            "access_key_id": key.access_key_id,
            "secret_access_key": key.secret.expose(),
            "ca_certificate": ca,
            "shares": shares,
        });
        writeln!(out, "{made}")?;
        return out.flush();
    }
    writeln!(out, "# The root credential of account {account}. It is shown this once:")?;
    writeln!(out, "export AWS_ACCESS_KEY_ID={}", key.access_key_id)?;
    writeln!(out, "export AWS_SECRET_ACCESS_KEY={}", key.secret.expose())?;
    writeln!(out, "export AWS_CA_BUNDLE={}", local::quoted(&ca.display().to_string()))?;
    writeln!(out, "export AWS_REGION={home} AWS_DEFAULT_REGION={home}")?;
    if !shares.is_empty() {
        writeln!(out, "# The shares, each for another holder. They are shown this once:")?;
        shares.iter().try_for_each(|share| writeln!(out, "{share}"))?;
    }
    writeln!(out, "# now: fastness serve --data {}", local::quoted(&dir.display().to_string()))?;
    out.flush()
}
