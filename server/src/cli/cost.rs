//! `fastness cost`: what the use of a month costs on AWS.

use super::client::Client;
use super::{Outcome, arguments, say};
use crate::control::Command;
use clap::{Arg, ArgAction, ArgMatches};
use serde_json::Value;

const EXAMPLES: &str = "\
Examples:
  fastness cost                                this month so far, by Region, service and price
  fastness cost --data /var/lib/fastness       the same of a server of `fastness serve`
  fastness cost --by key                       which key costs what
  fastness cost --month 2026-01 --by account
  fastness cost --json | jq -r .total
  fastness cost --metrics                      the counters in Prometheus' text form

Counted are calls that succeeded, for the account that made them, and keys by the hour, in service time. Prices are
AWS's public ones of us-east-1; the first line of the table says of when.";

pub(super) fn describe() -> clap::Command {
    let month = Arg::new("month").long("month").value_name("YYYY-MM").help("The month [default: the present one]");
    let by = Arg::new("by")
        .long("by")
        .value_name("WHAT")
        .value_parser(["account", "region", "service", "key"])
        .help("What to sum up by");
    let metrics = Arg::new("metrics")
        .long("metrics")
        .action(ArgAction::SetTrue)
        .conflicts_with_all(["month", "by", "json"])
        .help("Print the counters in Prometheus' text form");
    let command = clap::Command::new("cost").about("Price the use of a month as AWS would").after_help(EXAMPLES);
    command.args(arguments::server()).args([month, by, metrics, arguments::json()])
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let client = Client::new(matches)?;
    if matches.get_flag("metrics") {
        let told = &client.send(&Command::Metrics {})?;
        say(told["text"].as_str().unwrap_or_default().trim_end());
        return Ok(());
    }
    let text = |name| arguments::text(matches, name).map(str::to_owned);
    let bill = client.send(&Command::Cost { month: text("month"), by: text("by") })?;
    if matches.get_flag("json") {
        say(&bill.to_string());
    } else {
        table(&bill).iter().for_each(|line| say(line));
    }
    Ok(())
}

/// The bill for people: columns that nothing is in are left out.
fn table(bill: &Value) -> Vec<String> {
    let text = |value: &Value, member: &str| value[member].as_str().unwrap_or_default().to_owned();
    let as_of = bill["pricesAsOf"].as_object().into_iter().flatten();
    let as_of: Vec<_> = as_of.map(|(service, month)| format!("{service} {}", month.as_str().unwrap_or("?"))).collect();
    let mut rows = vec![TITLES.map(str::to_owned)];
    for line in bill["lines"].as_array().into_iter().flatten() {
        let number = |member: &str| line[member].as_u64().unwrap_or_default();
        // A month of 730 hours, as AWS's calculator has it, is close enough to read.
        let months = (number("hours") > 0).then(|| format!("{:.3}", number("hours") as f64 / 730.0));
        let requests = (number("requests") > 0).then(|| number("requests").to_string());
        let [account, region, service, resource, class, cost] =
            ["account", "region", "service", "resource", "class", "cost"].map(|member| text(line, member));
        let (requests, months) = (requests.unwrap_or_default(), months.unwrap_or_default());
        rows.push([account, region, service, resource, class, requests, months, cost]);
    }
    let empty = String::new;
    rows.push(["total".to_owned(), empty(), empty(), empty(), empty(), empty(), empty(), text(bill, "total")]);
    let begin = format!("{} until {}, AWS's list prices", text(bill, "month"), text(bill, "until"));
    let mut lines = vec![String::new(); rows.len()];
    for (column, title) in TITLES.iter().enumerate() {
        let cells: Vec<&str> = rows.iter().filter_map(|row| row.get(column)).map(String::as_str).collect();
        if cells.iter().skip(1).all(|cell| cell.is_empty()) {
            continue;
        }
        let width = cells.iter().map(|cell| cell.len()).max().unwrap_or_default();
        let is_number = NUMBERS.contains(title);
        for (line, cell) in lines.iter_mut().zip(cells) {
            *line += &if is_number { format!("{cell:>width$}  ") } else { format!("{cell:<width$}  ") };
        }
    }
    let lines = lines.iter().map(|line| line.trim_end().to_owned());
    std::iter::once(format!("{begin} of {}", as_of.join(", "))).chain(lines).collect()
}

const TITLES: [&str; 8] = ["account", "region", "service", "resource", "price", "requests", "months", "USD"];
const NUMBERS: [&str; 3] = ["requests", "months", "USD"];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_bill_is_a_table_without_empty_columns() {
        let line = |class: &str, requests: u64, hours: u64, cost: &str| {
            json!({ "account": "000000000000", "region": "us-east-1", "service": "kms", "resource": "", "class": class,
                    "requests": requests, "hours": hours, "cost": cost })
        };
        let bill = json!({
            "month": "2026-01", "until": "2026-01-31T00:00:00Z", "pricesAsOf": { "kms": "2026-03" },
            "lines": [line("key months", 0, 730, "1.000000"), line("requests", 10_000, 0, "0.030000")],
            "total": "1.030000",
        });
        assert_eq!(
            table(&bill),
            [
                "2026-01 until 2026-01-31T00:00:00Z, AWS's list prices of kms 2026-03",
                "account       region     service  price       requests  months       USD",
                "000000000000  us-east-1  kms      key months             1.000  1.000000",
                "000000000000  us-east-1  kms      requests       10000          0.030000",
                "total                                                           1.030000",
            ]
        );
    }
}
