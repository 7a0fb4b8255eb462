//! `fastness xks-proxy`: which keys of this server are external keys of a KMS elsewhere.

use super::client::Client;
use super::{Outcome, arguments, say};
use crate::control::Command;
use clap::{Arg, ArgAction, ArgMatches};
use serde_json::Value;
use std::collections::BTreeMap;

const EXAMPLES: &str = "\
Examples:
  fastness dev --xks-proxy 0.0.0.0:8443              a server with the proxy's own address
  fastness xks-proxy add --prefix /bank --key ledger=arn:aws:kms:eu-central-1:111122223333:key/…
  fastness xks-proxy add --prefix /bank --new-credential     a second credential, to replace the first
  fastness xks-proxy remove --prefix /bank --credential ACCESSKEYID
  fastness xks-proxy list --data /var/lib/fastness --json

The secret of a credential is shown once. KMS is given it with CreateCustomKeyStore, with the path that is shown.";

pub(super) fn describe() -> clap::Command {
    let prefix = || {
        Arg::new("prefix").long("prefix").value_name("/PATH").default_value("").help("What comes before /kms/xks/v1")
    };
    let keys = |value: &'static str, help: &'static str| {
        Arg::new("key").long("key").value_name(value).action(ArgAction::Append).help(help)
    };
    clap::Command::new("xks-proxy")
        .about("Let a KMS elsewhere use keys that are kept here (external key store)")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .args(arguments::server())
        .arg(arguments::json())
        .subcommand(
            clap::Command::new("add").about("Expose keys under a prefix").args([
                prefix(),
                keys("ID=ARN", "The id outside, and the ARN of a key here"),
                Arg::new("new-credential")
                    .long("new-credential")
                    .action(ArgAction::SetTrue)
                    .help("Make another credential"),
            ]),
        )
        .subcommand(clap::Command::new("list").about("Show prefixes, keys and the ids of credentials"))
        .subcommand(clap::Command::new("remove").about("Take keys, a credential or a whole prefix back").args([
            prefix(),
            keys("ID", "An id outside"),
            Arg::new("credential").long("credential").value_name("ACCESSKEYID").help("A credential"),
        ]))
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let Some((name, matches)) = matches.subcommand() else { return Ok(()) };
    let command = match name {
        "add" => Command::XksAdd {
            prefix: prefix(matches),
            keys: keys(matches)
                .map(|key| key.split_once('=').ok_or_else(|| format!("--key {key:?} is no ID=ARN")))
                .map(|pair| pair.map(|(id, arn)| (id.to_owned(), arn.to_owned())))
                .collect::<Result<BTreeMap<_, _>, _>>()?,
            new_credential: matches.get_flag("new-credential"),
        },
        "remove" => Command::XksRemove {
            prefix: prefix(matches),
            keys: keys(matches).map(str::to_owned).collect(),
            credential: arguments::text(matches, "credential").map(str::to_owned),
        },
        _ => Command::XksList {},
    };
    let told = Client::new(matches)?.send(&command)?;
    if matches.get_flag("json") {
        say(&told.to_string());
        return Ok(());
    }
    match told.get("prefixes").and_then(Value::as_array) {
        Some(prefixes) => prefixes.iter().for_each(show),
        None => show(&told),
    }
    Ok(())
}

fn prefix(matches: &ArgMatches) -> String {
    arguments::text(matches, "prefix").unwrap_or_default().to_owned()
}

fn keys(matches: &ArgMatches) -> impl Iterator<Item = &str> {
    matches.get_many::<String>("key").into_iter().flatten().map(String::as_str)
}

fn show(prefix: &Value) {
    let text = |name: &str| prefix.get(name).and_then(Value::as_str).unwrap_or_default();
    say(&format!("XksProxyUriPath {}", text("path")));
    for (id, arn) in prefix.get("keys").and_then(Value::as_object).into_iter().flatten() {
        say(&format!("  key {id} {}", arn.as_str().unwrap_or_default()));
    }
    for id in prefix.get("credentials").and_then(Value::as_array).into_iter().flatten() {
        say(&format!("  credential {}", id.as_str().unwrap_or_default()));
    }
    if !text("secret_access_key").is_empty() {
        say(&format!("  new: AccessKeyId={},RawSecretAccessKey={}", text("access_key_id"), text("secret_access_key")));
    }
}
