//! What `fastness cost` is told: the bill of a month, summed up as it was asked for.

use crate::control::ControlError;
use base::Clock;
use kernel::{Cost, Kernel, Month, Usd};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What lines of a bill are summed up by. The parts that a line does not tell are left out of it.
#[derive(Clone, Copy, Default)]
struct By {
    region: bool,
    service: bool,
    resource: bool,
    class: bool,
}

impl By {
    /// What `--by` names; without it, everything but the resource.
    fn named(name: Option<&str>) -> Result<Self, ControlError> {
        let none = Self::default();
        Ok(match name {
            None => Self { region: true, service: true, class: true, ..none },
            Some("account") => none,
            Some("region") => Self { region: true, ..none },
            Some("service") => Self { service: true, ..none },
            Some("key") => Self { region: true, service: true, resource: true, ..none },
            Some(other) => {
                let rule = "a bill is by account, region, service or key";
                return Err(ControlError::Refused(format!("{other:?}: {rule}")));
            }
        })
    }
}

#[derive(Default)]
struct Sum {
    requests: u64,
    hours: u64,
    cost: Usd,
}

/// The bill of a month; of the present one where none is named.
pub(crate) fn told(kernel: &Kernel, month: Option<&str>, by: Option<&str>) -> Result<Value, ControlError> {
    let by = By::named(by)?;
    let now = kernel.clock().now();
    let month = match month {
        None => Month::of(now),
        Some(text) => Month::parse(text)
            .ok_or_else(|| ControlError::Refused(format!("{text:?}: a month is written like 2026-01")))?,
    };
    let costs = kernel.costs(month).map_err(|error| ControlError::Failed(error.words()))?;
    let total: Usd = costs.iter().map(|cost| cost.cost).sum();
    let priced = kernel.registry().services().iter().filter_map(|service| Some((service.name, service.tariff()?)));
    let as_of: serde_json::Map<_, _> = priced.map(|(name, tariff)| (name.to_owned(), json!(tariff.as_of))).collect();
    Ok(json!({
        "month": month.to_string(),
        "until": now.min(month.end()).to_seconds_rfc3339(),
        "currency": "USD",
        "pricesAsOf": as_of,
        "lines": lines(&costs, by),
        "total": total.to_string(),
    }))
}

fn lines(costs: &[Cost], by: By) -> Vec<Value> {
    let mut sums = BTreeMap::<[&str; 5], Sum>::new();
    for cost in costs {
        let or_none = |is_asked: bool, text| if is_asked { text } else { "" };
        let key = [
            cost.account.as_str(),
            or_none(by.region, cost.region.as_str()),
            or_none(by.service, cost.service.as_str()),
            or_none(by.resource, cost.resource.as_str()),
            or_none(by.class, cost.class.as_str()),
        ];
        let sum = sums.entry(key).or_default();
        // What is free has been counted once.
        if cost.cost >= Usd(0) {
            sum.requests += cost.requests;
            sum.hours += cost.hours;
        }
        sum.cost = sum.cost + cost.cost;
    }
    let line = |([account, region, service, resource, class], sum): ([&str; 5], Sum)| {
        json!({
            "account": account,
            "region": region,
            "service": service,
            "resource": resource,
            "class": class,
            "requests": sum.requests,
            "hours": sum.hours,
            "cost": sum.cost.to_string(),
        })
    };
    sums.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(account: &str, region: &str, resource: &str, class: &str, requests: u64, nanos: i128) -> Cost {
        Cost {
            account: account.parse().unwrap(),
            region: region.into(),
            service: "kms".into(),
            resource: resource.into(),
            class: class.into(),
            requests,
            hours: 0,
            cost: Usd(nanos),
        }
    }

    #[test]
    fn lines_are_summed_up_by_what_was_asked_for() {
        let costs = [
            cost("111122223333", "us-east-1", "arn:a", "requests", 5, 15_000),
            cost("111122223333", "us-east-1", "arn:b", "requests", 1, 3_000),
            cost("111122223333", "eu-west-1", "arn:c", "requests", 2, 6_000),
            cost("111122223333", "", "", "free tier", 8, -24_000),
            cost("444455556666", "eu-west-1", "", "requests", 1, 3_000),
        ];
        let told = |by: Option<&str>| -> Vec<String> {
            let lines = lines(&costs, By::named(by).unwrap_or_default());
            let told = |line: &Value| {
                let text = |member: &str| line[member].as_str().unwrap().to_owned();
                [text("account"), text("region"), text("resource"), line["requests"].to_string(), text("cost")]
                    .join(" ")
            };
            lines.iter().map(told).collect()
        };
        assert_eq!(told(Some("account")), ["111122223333   8 0.000000", "444455556666   1 0.000003"]);
        assert_eq!(
            told(None),
            [
                "111122223333   0 -0.000024",
                "111122223333 eu-west-1  2 0.000006",
                "111122223333 us-east-1  6 0.000018",
                "444455556666 eu-west-1  1 0.000003"
            ]
        );
        assert_eq!(told(Some("key")).len(), 5);
        assert!(By::named(Some("colour")).is_err());
    }
}
