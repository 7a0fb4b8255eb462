//! What costs something for as long as it is there, and the bill that comes of it and of the counts.
//!
//! A service tells what stands in an account and Region, since when (see [`Service::rented`]); what it stops charging for,
//! because it is deleted, it closes, and the closed rent is kept for the months that it counts in. Guarantee: a report
//! changes nothing.

use crate::Service;
use crate::control::Kernel;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::meter::Month;
use crate::prices::{Class, Unit, Usd};
use crate::views::Reader;
use base::{AccountId, Clock, Scope, Timestamp, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Key, Marker, Part, Space};

/// Something that is paid for by the month.
pub struct Rent {
    /// Its ARN.
    pub resource: String,
    /// What it costs.
    pub class: &'static Class,
    /// Since when.
    pub from: Timestamp,
}

/// The rents of an account in a Region after a resource, and the resource after which there are more.
pub type Renting = fn(&mut Reader<'_>, Scope, Option<&str>) -> Result<(Vec<Rent>, Option<String>)>;

/// One line of a bill.
pub struct Cost {
    /// Who pays.
    pub account: AccountId,
    /// Where; empty for what an account has free over all Regions.
    pub region: String,
    /// The service's name.
    pub service: String,
    /// The resource's ARN; empty for what is none's.
    pub resource: String,
    /// The price class, or `free tier`.
    pub class: String,
    /// How many requests.
    pub requests: u64,
    /// How many hours.
    pub hours: u64,
    /// The amount; what is free is negative.
    pub cost: Usd,
}

/// Rents that are over: the class, and from when until when.
#[derive(Serialize, Deserialize)]
struct ClosedRecord(Vec<(String, i64, i64)>);

impl store::Record for ClosedRecord {
    const VERSION: u8 = 1;
}

fn closed_table() -> Key {
    Key::new(Space::system(), "kernel.rent")
}

fn closed(scope: Scope, service: &str, resource: &str) -> Key {
    closed_table().text(scope.account.as_str()).text(scope.region.as_str()).text(service).text(resource)
}

/// Records read at once.
const PAGE: usize = 1_000;

impl Ctx<'_> {
    /// Ends the rents of a resource now. From here on the service tells of none for it.
    pub fn close_rents(&mut self, scope: Scope, resource: &str, rents: &[Rent]) -> Result<()> {
        let now = self.now().millis();
        let closed_rents = rents.iter().map(|rent| (rent.class.name.to_owned(), rent.from.millis(), now)).collect();
        let key = closed(scope, self.call.service.name, resource);
        self.put(&key, &ClosedRecord(closed_rents))
    }

    /// Takes the end of a resource's rents back, as if they had never ended.
    pub fn reopen_rents(&mut self, scope: Scope, resource: &str) -> Result<()> {
        let key = closed(scope, self.call.service.name, resource);
        self.delete(&key)
    }
}

impl Kernel {
    /// What the use of a month costs on AWS, up to now; the lines of one account together.
    pub fn costs(&self, month: Month) -> Result<Vec<Cost>> {
        let mut costs = self.request_costs(month)?;
        costs.extend(self.closed_costs(month)?);
        for scope in self.metered()? {
            for service in self.registry.services() {
                self.rent_costs(service, scope, month, &mut costs)?;
            }
        }
        costs.sort_by(|a, b| {
            let key = |cost: &Cost| (cost.account, cost.region.is_empty(), cost.region.clone(), cost.service.clone());
            key(a).cmp(&key(b)).then_with(|| (&a.resource, &a.class).cmp(&(&b.resource, &b.class)))
        });
        Ok(costs)
    }

    fn class(&self, service: &str, name: &str) -> Option<&'static Class> {
        let tariff = self.registry.service(service)?.tariff()?;
        tariff.classes.iter().copied().find(|class| class.name == name)
    }

    fn request_costs(&self, month: Month) -> Result<Vec<Cost>> {
        let mut costs = Vec::new();
        let mut free = BTreeMap::<(AccountId, String, &'static str), (&'static Class, u64)>::new();
        for (line, counts) in self.used(month)? {
            for (name, requests) in counts {
                // A service or class that a later version has dropped.
                let Some(class) = self.class(&line.service, &name) else { continue };
                let key = (line.scope.account, line.service.clone(), class.name);
                free.entry(key).or_insert((class, 0)).1 += requests;
                costs.push(Cost {
                    account: line.scope.account,
                    region: line.scope.region.to_string(),
                    service: line.service.clone(),
                    resource: line.resource.clone(),
                    class: name,
                    requests,
                    hours: 0,
                    cost: Usd::of(class, requests),
                });
            }
        }
        let credits = free.into_iter().filter(|(_, (class, _))| class.free > 0);
        costs.extend(credits.map(|((account, service, _), (class, used))| {
            let requests = used.min(class.free);
            let (region, resource, class_name) = (String::new(), String::new(), "free tier".to_owned());
            let cost = Usd(-Usd::of(class, requests).0);
            Cost { account, region, service, resource, class: class_name, requests, hours: 0, cost }
        }));
        Ok(costs)
    }

    fn rent_costs(&self, service: &Service, scope: Scope, month: Month, costs: &mut Vec<Cost>) -> Result<()> {
        let (Some(renting), mut after) = (service.renting(), None::<String>) else { return Ok(()) };
        let now = self.clock.now();
        loop {
            let mut transaction = self.store.begin()?;
            let mut reader = Reader { transaction: &mut transaction, crypto: &self.crypto, meter: &self.meter };
            let (rents, more) = renting(&mut reader, scope, after.as_deref())?;
            let charged = rents
                .into_iter()
                .filter_map(|rent| cost_of(scope, service.name, rent.resource, rent.class, (rent.from, now), month));
            costs.extend(charged);
            match more {
                Some(last) => after = Some(last),
                None => return Ok(()),
            }
        }
    }

    /// Removes the rents that ended before `oldest`.
    pub(crate) fn prune_rents(&self, oldest: Month) -> std::result::Result<(), store::Error> {
        let (begin, mut after) = (oldest.begin().millis(), None);
        loop {
            let page: Vec<(Key, ClosedRecord)> = self.store.begin()?.scan(&closed_table(), after.as_ref(), PAGE)?;
            let is_over = |record: &ClosedRecord| record.0.iter().all(|(_, _, until)| *until < begin);
            let over: Vec<_> = page.iter().filter(|(_, record)| is_over(record)).map(|(key, _)| key).collect();
            if !over.is_empty() {
                let marker = Marker(Uuid::random(self.rng.as_ref()));
                self.store.transact(marker, |transaction| over.iter().try_for_each(|key| transaction.delete(key)))?;
            }
            match page.into_iter().nth(PAGE - 1) {
                Some((last, _)) => after = Some(last),
                None => return Ok(()),
            }
        }
    }

    fn closed_costs(&self, month: Month) -> Result<Vec<Cost>> {
        let (mut costs, mut after) = (Vec::new(), None);
        loop {
            let page: Vec<(Key, ClosedRecord)> = self.store.begin()?.scan(&closed_table(), after.as_ref(), PAGE)?;
            let is_last = page.len() < PAGE;
            after = page.last().map(|(key, _)| key.clone());
            for (key, ClosedRecord(rents)) in page {
                let parts = key.parts();
                let [Part::Text(account), Part::Text(region), Part::Text(service), Part::Text(resource)] =
                    parts.as_slice()
                else {
                    continue;
                };
                let (Ok(account), Ok(region)) = (account.parse(), region.parse()) else { continue };
                for (name, from, until) in rents {
                    let Some(class) = self.class(service, &name) else { continue };
                    let time = (Timestamp::from_millis(from), Timestamp::from_millis(until));
                    costs.extend(cost_of(Scope { account, region }, service, resource.clone(), class, time, month));
                }
            }
            if is_last {
                return Ok(costs);
            }
        }
    }
}

/// What a rent costs in a month: each hour begun counts.
fn cost_of(
    scope: Scope,
    service: &str,
    resource: String,
    class: &'static Class,
    (from, until): (Timestamp, Timestamp),
    month: Month,
) -> Option<Cost> {
    let (begin, end) = (month.begin(), month.end());
    let (from, until) = (from.max(begin), until.min(end));
    if until <= from || class.unit != Unit::Months {
        return None;
    }
    let hours = |from: Timestamp, until: Timestamp| until.since(from).as_secs_f64() / 3_600.0;
    let all = hours(begin, end).round() as u64;
    let begun = (hours(from, until).ceil() as u64).min(all);
    Some(Cost {
        account: scope.account,
        region: scope.region.to_string(),
        service: service.to_owned(),
        resource,
        class: class.name.to_owned(),
        requests: 0,
        hours: begun,
        cost: Usd::of_hours(class, begun, all),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONTHS: Class = Class { slot: 1, name: "key-months", unit: Unit::Months, nano_usd: 1_000_000_000, free: 0 };

    fn cost(from: &str, until: &str, month: &str) -> Option<(u64, String)> {
        let scope = Scope { account: "111122223333".parse().unwrap(), region: "us-east-1".parse().unwrap() };
        let time = |text: &str| Timestamp::from_rfc3339(text).unwrap();
        let month = Month::parse(month).unwrap();
        let cost = cost_of(scope, "kms", "arn".into(), &MONTHS, (time(from), time(until)), month)?;
        Some((cost.hours, cost.cost.to_string()))
    }

    #[test]
    fn a_rent_is_charged_by_the_begun_hour_and_never_more_than_a_month() {
        let (begin, end) = ("2026-01-10T00:00:00Z", "2026-03-01T12:30:00Z");
        assert_eq!(cost(begin, end, "2025-12"), None);
        assert_eq!(cost(begin, end, "2026-01"), Some((22 * 24, "0.709677".into())));
        assert_eq!(cost(begin, end, "2026-02"), Some((28 * 24, "1.000000".into())));
        assert_eq!(cost(begin, end, "2026-03"), Some((13, "0.017473".into())));
        assert_eq!(cost(begin, end, "2026-04"), None);
    }
}
