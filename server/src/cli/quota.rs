//! `fastness quota`: answers what accounts ask for through Service Quotas.

use super::client::Client;
use super::{Outcome, arguments, say};
use crate::control::Command;
use clap::{Arg, ArgMatches};
use serde_json::Value;

const EXAMPLES: &str = "\
Examples:
  aws service-quotas request-service-quota-increase --service-code kms --quota-code L-32B67F4A --desired-value 50
  fastness quota requests
  fastness quota requests --data /var/lib/fastness
  fastness quota approve d187537d15254312a9609aa51bbf7624u7W49tPO
  fastness quota approve ID --value 20        less than was asked for
  fastness quota deny ID

An approved value counts from the next call on and survives a restart. `fastness dev --quota kms:CreateKey=50` sets one
for all accounts instead.";

pub(super) fn describe() -> clap::Command {
    let id = || Arg::new("ID").required(true).help("The request's id");
    let value = Arg::new("value").long("value").value_name("NUMBER").help("Another value than was asked for");
    clap::Command::new("quota")
        .about("Answer requests for higher quotas")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .args(arguments::server())
        .arg(arguments::json())
        .subcommand(clap::Command::new("requests").about("List the requests that wait for an answer"))
        .subcommand(clap::Command::new("approve").about("Give an account what it asks for").args([id(), value]))
        .subcommand(clap::Command::new("deny").about("Leave the quota as it is").arg(id()))
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let Some((name, inner)) = matches.subcommand() else { return Ok(()) };
    let text = |name| arguments::text(inner, name).map(str::to_owned);
    let command = match name {
        "approve" => Command::QuotaApprove { id: text("ID").unwrap_or_default(), value: text("value") },
        "deny" => Command::QuotaDeny { id: text("ID").unwrap_or_default() },
        _ => Command::QuotaRequests {},
    };
    let told = &Client::new(inner)?.send(&command)?;
    if inner.get_flag("json") {
        say(&told.to_string());
    } else if name == "requests" {
        told["requests"].as_array().into_iter().flatten().for_each(|request| say(&line(request)));
    }
    Ok(())
}

/// A request in one line.
fn line(request: &Value) -> String {
    let text = |member: &str| request[member].as_str().unwrap_or_default();
    let (service, code, name) = (text("serviceCode"), text("quotaCode"), text("quotaName"));
    let (current, desired) = (&request["current"], &request["desired"]);
    let [id, created, account, region] = ["id", "created", "account", "region"].map(text);
    format!("{id} {created} {account} {region} {service}/{code} ({name}): {current} -> {desired}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_is_told_in_one_line() {
        let request = json!({
            "id": "d187", "created": "2026-01-01T00:00:00Z", "account": "000000000000", "region": "us-east-1",
            "serviceCode": "kms", "quotaCode": "L-32B67F4A", "quotaName": "CreateKey request rate", "current": 5.0,
            "desired": 50.0,
        });
        assert_eq!(
            line(&request),
            "d187 2026-01-01T00:00:00Z 000000000000 us-east-1 kms/L-32B67F4A (CreateKey request rate): 5.0 -> 50.0"
        );
    }
}
