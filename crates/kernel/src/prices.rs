//! What the same use costs on AWS: price classes, as each service's data.
//!
//! Guarantees: a price is one number in one place, with the date of the page that it is from; money is counted in whole
//! billionths of a dollar, so that sums are exact.

/// The price classes of a service, the first of which its requests are in unless a call says otherwise.
pub struct Tariff {
    /// When AWS's page said so, as `YYYY-MM`.
    pub as_of: &'static str,
    /// The classes, each in its slot.
    pub classes: &'static [&'static Class],
}

/// Something that has a price of its own.
pub struct Class {
    /// Its place in its tariff.
    pub slot: usize,
    /// Its name, such as `requests`.
    pub name: &'static str,
    /// What is counted.
    pub unit: Unit,
    /// The list price of one, in billionths of a US dollar.
    pub nano_usd: u64,
    /// How many an account has free in a month, over all Regions.
    pub free: u64,
}

/// What a price is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Calls that succeeded.
    Requests,
    /// Months for which something is there, by the hour.
    Months,
}

/// Classes that a tariff may have.
pub(crate) const MAX_CLASSES: usize = 8;

/// An amount of money, in billionths of a US dollar; a credit is negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Usd(pub i128);

impl Usd {
    /// The price of a number of requests.
    pub(crate) fn of(class: &Class, count: u64) -> Self {
        Self(i128::from(class.nano_usd) * i128::from(count))
    }

    /// The price of hours out of a month of `all` hours, to the nearest billionth.
    pub(crate) fn of_hours(class: &Class, hours: u64, all: u64) -> Self {
        let all = i128::from(all.max(1));
        Self((i128::from(class.nano_usd) * i128::from(hours) + all / 2) / all)
    }
}

impl std::ops::Add for Usd {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::iter::Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), std::ops::Add::add)
    }
}

/// Dollars with six digits after the point, which is a third of a request's price.
impl std::fmt::Display for Usd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let micros = (self.0.abs() + 500) / 1_000;
        let sign = if self.0 < 0 && micros > 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLS: Class = Class { slot: 0, name: "requests", unit: Unit::Requests, nano_usd: 3_000, free: 0 };
    const MONTHS: Class = Class { slot: 1, name: "months", unit: Unit::Months, nano_usd: 1_000_000_000, free: 0 };

    #[test]
    fn money_is_exact_and_reads_as_dollars() {
        assert_eq!(Usd::of(&CALLS, 10_000).to_string(), "0.030000");
        assert_eq!(Usd::of(&CALLS, u64::MAX).0, 3_000 * i128::from(u64::MAX));
        assert_eq!(Usd::of_hours(&MONTHS, 360, 720).to_string(), "0.500000");
        assert_eq!(Usd::of_hours(&MONTHS, 1, 720).to_string(), "0.001389");
        assert_eq!(
            [Usd(-1_500_000), Usd(-1), Usd(0)].map(|usd| usd.to_string()),
            ["-0.001500", "0.000000", "0.000000"]
        );
        assert_eq!([Usd(1), Usd(2)].into_iter().sum::<Usd>(), Usd(3));
    }
}
