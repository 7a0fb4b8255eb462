//! `fastness admin`: the first administrator of an account.

use super::client::Client;
use super::profile::Profile;
use super::{Outcome, arguments, say};
use crate::control::Command;
use clap::{Arg, ArgMatches};
use serde_json::Value;

const EXAMPLES: &str = "\
Examples:
  fastness admin create-admin                        a user `admin` of the account that dev begins with
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
        .args([arguments::endpoint(), arguments::ca(), arguments::json()])
        .subcommand(clap::Command::new("create-admin").about("Make a user that may do everything in its account").args(
            [
                option("account", "ID", "The account").default_value("000000000000"),
                option("user", "NAME", "The user's name").default_value("admin"),
                option("profile", "NAME", "Write the access key and the endpoint to a profile of the AWS CLI"),
                option("region", "REGION", "The profile's Region").default_value("us-east-1"),
            ],
        ))
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let Some(("create-admin", matches)) = matches.subcommand() else { return Ok(()) };
    let text = |name| arguments::text(matches, name).unwrap_or_default().to_owned();
    // Whatever would keep the profile from being written is found before there is a key that nobody has.
    let profile = arguments::text(matches, "profile").map(Profile::new).transpose()?;
    let command = Command::CreateAdmin { account: text("account"), user: text("user") };
    let made = Client::new(matches)?.send(&command)?;
    let member = |name: &str| made.get(name).and_then(Value::as_str).unwrap_or_default();
    if let Some(profile) = &profile {
        let (id, secret) = (member("access_key_id"), member("secret_access_key"));
        let ca = matches.get_one::<std::path::PathBuf>("ca");
        let written =
            profile.write(id, secret, &text("region"), &text("endpoint"), ca.map(std::path::PathBuf::as_path));
        if let Err(problem) = written {
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
