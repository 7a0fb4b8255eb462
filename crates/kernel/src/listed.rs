//! Quotas as AWS lists them: by code and name, with their defaults, in one table for each service.
//!
//! Guarantees: what is listed is what is enforced, since a listed quota names the pool or the limit itself.

use crate::quota::Pool;
use crate::registry::Registry;
use base::Region;

/// How many there may be of something.
pub struct Limit {
    /// Its name, unique in the process, such as `kms.Keys`.
    pub name: &'static str,
    /// What it is where nobody set another value.
    pub default: u64,
    /// What it can be raised to.
    pub most: u64,
}

/// A quota that Service Quotas knows.
pub struct Quota {
    /// AWS's code, `L-` and eight hexadecimal digits.
    pub code: &'static str,
    /// AWS's name.
    pub name: &'static str,
    /// Whether its value can be raised.
    pub adjustable: bool,
    /// What it bounds.
    pub of: Measure,
}

/// Calls a second that any quota can be raised to: the largest value of the Service Quotas API.
const MOST_CALLS: f64 = 10_000_000_000.0;

/// What a quota bounds.
#[derive(Clone, Copy)]
pub enum Measure {
    /// Calls a second.
    Rate(&'static Pool),
    /// Resources.
    Count(&'static Limit),
}

impl Quota {
    /// The name of its pool or limit, by which its value is kept.
    pub fn key(&self) -> &'static str {
        match self.of {
            Measure::Rate(pool) => pool.name,
            Measure::Count(limit) => limit.name,
        }
    }

    /// AWS's default in a Region.
    pub fn default_in(&self, region: Region) -> f64 {
        match self.of {
            Measure::Rate(pool) => (pool.rate)(region),
            Measure::Count(limit) => limit.default as f64,
        }
    }

    /// The highest value that it can be set to.
    pub fn most(&self) -> f64 {
        match self.of {
            Measure::Rate(_) => MOST_CALLS,
            Measure::Count(limit) => limit.most as f64,
        }
    }

    /// Whether it counts calls a second.
    pub fn is_rate(&self) -> bool {
        matches!(self.of, Measure::Rate(_))
    }
}

impl Registry {
    /// The pool or limit that an operator means by `kms:CreateKey` (an operation's), `kms:L-32B67F4A` (AWS's code) or
    /// `kms:Keys` (its own name).
    pub fn quota_named(&self, text: &str) -> Option<&'static str> {
        let (service, name) = text.split_once(':')?;
        let service = self.services().iter().find(|known| known.name == service || known.code() == service)?;
        let listed = service.quotas().iter().find(|quota| {
            let own = quota.key().split_once('.').map_or(quota.key(), |(_, own)| own);
            quota.code == name || own == name
        });
        let of_operation = || service.operations().find(|operation| operation.name == name)?.pool.map(|pool| pool.name);
        listed.map(Quota::key).or_else(of_operation)
    }
}
