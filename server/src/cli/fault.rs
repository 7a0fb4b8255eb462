//! `fastness fault`: makes calls fail, to see what a client makes of it.

use super::client::Client;
use super::{Outcome, arguments, say};
use crate::control::{Command, FaultAdd};
use clap::{Arg, ArgMatches, value_parser};
use serde_json::Value;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  fastness fault add kms:Encrypt --throttle 0.3                 three calls in ten are throttled
  fastness fault add kms --latency 200ms --for 10m              every call of KMS is late, for ten minutes
  fastness fault add kms:Decrypt --error 500:0.1 --key 1234abcd-12ab-34cd-56ef-1234567890ab
  fastness fault add '*' --reset 0.05 --principal 'arn:aws:iam::000000000000:user/*'
  fastness fault list
  fastness fault remove 1
  fastness fault clear

A probability is between 0 and 1; several kinds may be given together. The errors are those of the service. What met a
fault is on record, and a reset of the server ends all faults. Only `fastness dev` has any.";

pub(super) fn describe() -> clap::Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let add = clap::Command::new("add").about("Set a fault; prints its number").args([
        Arg::new("TARGET").required(true).help("kms:Encrypt, kms for all of its operations, or '*'"),
        option("throttle", "PROBABILITY", "Throttle calls").value_parser(probability),
        option("error", "500|503[:PROBABILITY]", "Fail as the service does inside (500), or as unavailable (503)")
            .value_parser(failure),
        option("reset", "PROBABILITY", "Close the connection instead of answering").value_parser(probability),
        option("latency", "DURATION", "Answer later, by up to 60s: 200ms, 2s").value_parser(latency),
        option("principal", "ARN", "Only calls of this principal; an ARN may end in *"),
        option("key", "ID|ARN", "Only calls that reach this key or other resource"),
        option("for", "DURATION", "End the fault after this time: 10m").value_parser(arguments::duration),
        option("seed", "NUMBER", "Throw the same dice every time").value_parser(value_parser!(u64)),
    ]);
    let remove = clap::Command::new("remove")
        .about("Take a fault back")
        .arg(Arg::new("ID").required(true).value_parser(value_parser!(u64)));
    clap::Command::new("fault")
        .about("Make calls fail, to test a client's back-off (dev)")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .args(arguments::server())
        .arg(arguments::json())
        .subcommand(add)
        .subcommand(clap::Command::new("list").about("List the faults that are set, and what came of them"))
        .subcommand(remove)
        .subcommand(clap::Command::new("clear").about("Take all faults back"))
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let Some((name, inner)) = matches.subcommand() else { return Ok(()) };
    let command = match name {
        "add" => Command::FaultAdd(fault(inner)),
        "remove" => Command::FaultRemove { id: inner.get_one::<u64>("ID").copied().unwrap_or_default() },
        "clear" => Command::FaultClear {},
        _ => Command::FaultList {},
    };
    let told = &Client::new(inner)?.send(&command)?;
    match name {
        _ if inner.get_flag("json") => say(&told.to_string()),
        "add" => say(&told["id"].to_string()),
        "list" => told["faults"].as_array().into_iter().flatten().for_each(|fault| say(&line(fault))),
        _ => {}
    }
    Ok(())
}

fn fault(matches: &ArgMatches) -> FaultAdd {
    let target = arguments::text(matches, "TARGET").unwrap_or_default();
    let (service, operation) = target.split_once(':').unwrap_or((target, ""));
    let named = |name: &str| if name == "*" { String::new() } else { name.to_owned() };
    let text = |name| arguments::text(matches, name).map(str::to_owned);
    let share = |name| matches.get_one::<u32>(name).copied().unwrap_or_default();
    let (status, error) = matches.get_one::<(u16, u32)>("error").copied().unwrap_or((500, 0));
    let millis = |name| {
        let duration = matches.get_one::<Duration>(name);
        duration.map(|duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    };
    FaultAdd {
        service: named(service),
        operation: named(operation),
        principal: text("principal"),
        key: text("key"),
        throttle: share("throttle"),
        error,
        status,
        reset: share("reset"),
        latency_millis: millis("latency").unwrap_or_default(),
        lasts_millis: millis("for"),
        seed: matches.get_one::<u64>("seed").copied(),
    }
}

/// A fault in one line.
fn line(fault: &Value) -> String {
    let text = |member: &str| fault[member].as_str().unwrap_or_default();
    let mut line = format!("{}", fault["id"]);
    let target = match (text("service"), text("operation")) {
        ("", _) => "*".to_owned(),
        (service, "") => service.to_owned(),
        (service, operation) => format!("{service}:{operation}"),
    };
    line += &format!(" {target}");
    let share = |member: &str| fault[member].as_f64().filter(|share| *share > 0.0);
    if let Some(share) = share("throttle") {
        line += &format!(" throttle {share}");
    }
    if let Some(share) = share("error") {
        line += &format!(" error {}:{share}", fault["status"]);
    }
    if let Some(share) = share("reset") {
        line += &format!(" reset {share}");
    }
    if let Some(millis @ 1..) = fault["latencyMillis"].as_u64() {
        line += &format!(" latency {millis}ms");
    }
    for member in ["principal", "key", "until"] {
        if let Some(value) = fault[member].as_str() {
            line += &format!(" {member} {value}");
        }
    }
    let [met, throttled, failed, cut] = ["met", "throttled", "failed", "cutOff"].map(|member| &fault[member]);
    line + &format!(" — met by {met} calls: {throttled} throttled, {failed} failed, {cut} cut off")
}

/// Reads a probability, in millionths.
fn probability(text: &str) -> Result<u32, String> {
    let share: f64 = text.parse().map_err(|_| PROBABILITY)?;
    // Its range fits, and what is no number is in no range.
    if (0.0..=1.0).contains(&share) {
        Ok((share * f64::from(kernel::ALWAYS)).round() as u32)
    } else {
        Err(PROBABILITY.into())
    }
}

const PROBABILITY: &str = "a probability is a number between 0 and 1";

fn failure(text: &str) -> Result<(u16, u32), String> {
    let (status, share) = text.split_once(':').unwrap_or((text, "1"));
    match status {
        "500" => Ok((500, probability(share)?)),
        "503" => Ok((503, probability(share)?)),
        _ => Err("an error is 500 or 503, with a probability if not always: 500:0.1".into()),
    }
}

fn latency(text: &str) -> Result<Duration, String> {
    match text.strip_suffix("ms").map(str::parse) {
        Some(Ok(millis)) => Ok(Duration::from_millis(millis)),
        Some(Err(_)) => Err("a latency is like 200ms or 2s".into()),
        None => arguments::duration(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_fault_is_read_from_the_command_line() {
        let line = "fault add kms:Encrypt --throttle 0.3 --error 503:0.25 --reset 1 --latency 200ms --for 10m --seed 7";
        let matches = describe().try_get_matches_from(line.split(' ')).unwrap();
        let fault = fault(matches.subcommand().unwrap().1);
        assert_eq!((fault.service.as_str(), fault.operation.as_str()), ("kms", "Encrypt"));
        assert_eq!((fault.throttle, fault.status, fault.error, fault.reset), (300_000, 503, 250_000, 1_000_000));
        assert_eq!((fault.latency_millis, fault.lasts_millis, fault.seed), (200, Some(600_000), Some(7)));
    }

    #[test]
    fn what_is_no_probability_status_or_latency_is_refused() {
        for wrong in ["1.1", "-0.1", "x", "", "NaN", "inf"] {
            assert!(probability(wrong).is_err(), "{wrong}");
        }
        for wrong in ["404", "500:2", "", ":0.1"] {
            assert!(failure(wrong).is_err(), "{wrong}");
        }
        for wrong in ["ms", "1.5ms", "200", "-1ms"] {
            assert!(latency(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_fault_is_told_in_one_line() {
        let fault = json!({
            "id": 3, "service": "kms", "operation": "", "principal": null, "key": "1234", "throttle": 0.3, "error": 0.0,
            "status": 500, "reset": 0.0, "latencyMillis": 200, "until": null, "met": 10, "throttled": 3, "failed": 0,
            "cutOff": 0,
        });
        assert_eq!(
            line(&fault),
            "3 kms throttle 0.3 latency 200ms key 1234 — met by 10 calls: 3 throttled, 0 failed, 0 cut off"
        );
    }
}
