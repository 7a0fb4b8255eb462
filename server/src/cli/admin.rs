//! `fastness admin`: the first administrator of an account.

use super::client::Client;
use super::profile::Profile;
use super::{Outcome, arguments, say};
use crate::control::Command;
use clap::{Arg, ArgMatches};
use serde_json::Value;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  fastness admin create-admin                        a user `admin` of the account that dev begins with
  fastness admin create-admin --data /var/lib/fastness
  fastness admin create-admin --account 111122223333 --user ops --json
  fastness admin create-admin --profile fastness     and a profile for the AWS CLI:
  aws --profile fastness sts get-caller-identity

The access key is shown once. The user may do everything in its account and nothing in others.";

pub(super) fn describe() -> clap::Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    clap::Command::new("admin")
        .about("Make the first administrator of an account")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .args(arguments::server())
        .arg(arguments::json())
        .subcommand(clap::Command::new("create-admin").about("Make a user that may do everything in its account").args(
            [
                option("account", "ID", "The account [default: the first one; with dev 000000000000]"),
                option("user", "NAME", "The user's name").default_value("admin"),
                option("profile", "NAME", "Write the access key and the endpoint to a profile of the AWS CLI"),
                option("region", "REGION", "The profile's Region [default: the server's; with dev us-east-1]"),
            ],
        ))
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let Some(("create-admin", matches)) = matches.subcommand() else { return Ok(()) };
    let client = Client::new(matches)?;
    // A server of `dev` begins with whatever accounts its seed names.
    let account = arguments::text(matches, "account").or(client.directory().is_none().then_some("000000000000"));
    // Whatever would keep the profile from being written is found before there is a key that nobody has.
    let profile = arguments::text(matches, "profile").map(Profile::new).transpose()?;
    let place = profile.as_ref().map(|_| Place::of(&client, matches)).transpose()?;
    let user = arguments::text(matches, "user").unwrap_or_default().to_owned();
    let made = client.send(&Command::CreateAdmin { account: account.map(str::to_owned), user })?;
    let member = |name: &str| made.get(name).and_then(Value::as_str).unwrap_or_default();
    if let (Some(profile), Some(Place { endpoint, region, ca })) = (&profile, &place) {
        let (id, secret) = (member("access_key_id"), member("secret_access_key"));
        if let Err(problem) = profile.write(id, secret, region, endpoint, ca.as_deref()) {
            // The key is shown all the same: it will not be told again.
            say(&made.to_string());
            return Err(problem);
        }
    }
    if matches.get_flag("json") {
        say(&made.to_string());
    } else if let Some(profile) = profile {
        say(&format!("{} is an administrator now: aws --profile {} …", member("arn"), profile.name()));
    } else {
        say(&format!("# {}", member("arn")));
        say(&format!("export AWS_ACCESS_KEY_ID={}", member("access_key_id")));
        say(&format!("export AWS_SECRET_ACCESS_KEY={}", member("secret_access_key")));
    }
    Ok(())
}

/// Where a profile's calls go.
struct Place {
    endpoint: String,
    region: String,
    ca: Option<PathBuf>,
}

impl Place {
    /// As the command line says, or as the server in the data directory tells.
    fn of(client: &Client, matches: &ArgMatches) -> Result<Self, String> {
        let region = arguments::text(matches, "region").map(str::to_owned);
        if client.directory().is_none() {
            return Ok(Self {
                endpoint: arguments::text(matches, "endpoint").unwrap_or_default().to_owned(),
                region: region.unwrap_or_else(|| "us-east-1".into()),
                ca: matches.get_one::<PathBuf>("ca").cloned(),
            });
        }
        let status = client.send(&Command::Status {})?;
        let told = |name: &str| status.get(name).and_then(Value::as_str).map(str::to_owned);
        let endpoint = told("endpoint").ok_or("the server does not listen yet; try again")?;
        let region = region.or_else(|| told("region")).ok_or("--region REGION is missing")?;
        Ok(Self { endpoint, region, ca: told("ca_certificate").map(PathBuf::from) })
    }
}
