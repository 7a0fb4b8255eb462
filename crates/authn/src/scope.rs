//! The scope of a signature: its day, Region, service and window of time.
//!
//! Guarantees: a signature made for another service, Region, day or time is refused before any secret is looked up.
//! The sentences are AWS's, and all that apply are said at once, in AWS's order.

use crate::AuthnError;
use crate::claim::{Claim, Stamp, shorten};
use base::Timestamp;
use std::fmt::Write as _;
use std::time::Duration;

/// What the dispatcher found the request to be for.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// The signing name of the service.
    pub service: &'a str,
    /// How far the two clocks may be apart, either way.
    pub window: Duration,
}

impl<'a> Expected<'a> {
    /// The service that signs as `service`, with AWS's window for it.
    pub fn of(service: &'a str) -> Self {
        Self { service, window: window(service) }
    }
}

const NARROW: Duration = Duration::from_secs(5 * 60);
const WIDE: Duration = Duration::from_secs(15 * 60);

/// Services whose window is five minutes; all others have fifteen. Measured against AWS.
const NARROW_SERVICES: [&str; 6] = ["kms", "secretsmanager", "lambda", "kinesis", "route53", "monitoring"];

/// How far the clocks of a caller and of the service that signs as `service` may be apart.
pub fn window(service: &str) -> Duration {
    if NARROW_SERVICES.contains(&service) { NARROW } else { WIDE }
}

/// The end of every scope.
pub(crate) const TERMINATOR: &str = "aws4_request";

impl Claim<'_> {
    /// Judges time and scope; needs no secret, and comes before the look-up of one, as at AWS.
    pub fn check(&self, expected: &Expected<'_>, now: Timestamp) -> Result<(), AuthnError> {
        self.check_time(expected.window, now)?;
        let mut faults = String::new();
        if self.service != expected.service {
            let _ = write!(faults, "Credential should be scoped to correct service: '{}'. ", expected.service);
        }
        describe_date_and_terminator(self.date, self.terminator, &self.stamp, &mut faults);
        if faults.is_empty() { Ok(()) } else { Err(AuthnError::BadSignature(faults.into())) }
    }

    fn check_time(&self, window: Duration, now: Timestamp) -> Result<(), AuthnError> {
        let (earliest, latest) = (now.minus(window), now.plus(window));
        // Requests carry whole seconds, so whole seconds are compared.
        let (word, edge, sign) = if self.time.seconds() < earliest.seconds() {
            ("Signature expired: {} is now earlier than", earliest, '-')
        } else if self.time.seconds() > latest.seconds() {
            ("Signature not yet current: {} is still later than", latest, '+')
        } else {
            return Ok(());
        };
        let (beginning, minutes) = (word.replace("{}", self.stamp.as_str()), window.as_secs() / 60);
        let text = format!("{beginning} {} ({} {sign} {minutes} min.)", edge.to_basic(), now.to_basic());
        Err(AuthnError::Skewed(text))
    }
}

/// Splits `keyid/date/region/service/term`.
pub(crate) fn split(credential: &str) -> Result<(&str, &str, &str, &str, &str), AuthnError> {
    let mut parts = credential.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(key), Some(date), Some(region), Some(service), Some(terminator), None) if !key.is_empty() => {
            Ok((key, date, region, service, terminator))
        }
        _ => Err(AuthnError::Incomplete(format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{}'",
            shorten(credential)
        ))),
    }
}

/// The answer to a scope whose Region is none, with whatever else is wrong with it.
pub(crate) fn invalid_region(date: &str, terminator: &str, stamp: &Stamp) -> AuthnError {
    let mut faults = String::from("Credential should be scoped to a valid region. ");
    describe_date_and_terminator(date, terminator, stamp, &mut faults);
    AuthnError::BadSignature(faults.into())
}

fn describe_date_and_terminator(date: &str, terminator: &str, stamp: &Stamp, faults: &mut String) {
    if terminator != TERMINATOR {
        let shown = shorten(terminator);
        let _ = write!(faults, "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{shown}'. ");
    }
    if date != stamp.date() {
        let _ = write!(
            faults,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
             '{}' != '{}', from '{}'. ",
            shorten(date),
            stamp.date(),
            stamp.as_str()
        );
    }
}

/// Reads the time of a request: basic ISO 8601, or in a Date header also the form of RFC 9110.
pub(crate) fn read_time(sent: &str) -> Result<(Timestamp, Stamp), AuthnError> {
    let time = Timestamp::from_basic(sent).ok().or_else(|| from_http_date(sent));
    let stamp = match time {
        Some(_) if sent.len() == 16 => Stamp::new(sent),
        Some(time) => Stamp::new(&time.to_basic()),
        None => None,
    };
    time.zip(stamp).ok_or_else(|| {
        AuthnError::Incomplete(format!(
            "Date must be in ISO-8601 'basic format'. Got '{}'. See http://en.wikipedia.org/wiki/ISO_8601",
            shorten(sent)
        ))
    })
}

/// Reads `Sun, 30 Aug 2015 12:36:00 GMT`, and nothing that would be written differently.
fn from_http_date(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split(' ').skip(1);
    let (day, month, year, clock) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let time = Timestamp::from_rfc3339(&format!("{year}-{month:02}-{day}T{clock}Z")).ok()?;
    (time.to_http_date() == text).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_header_reads_in_both_forms_and_no_other() {
        let time = Timestamp::from_basic("20150830T123600Z").unwrap();
        for good in ["20150830T123600Z", "Sun, 30 Aug 2015 12:36:00 GMT"] {
            let (read, stamp) = read_time(good).unwrap();
            assert_eq!((read, stamp.as_str(), stamp.date()), (time, "20150830T123600Z", "20150830"));
        }
        for bad in
            ["", "2015", "Mon, 30 Aug 2015 12:36:00 GMT", "Sun, 30 Aug 2015 12:36:00 CET", "2015-08-30T12:36:00Z", "é"]
        {
            let Err(AuthnError::Incomplete(text)) = read_time(bad) else { panic!("{bad}") };
            assert!(text.starts_with("Date must be in ISO-8601 'basic format'. Got '"), "{text}");
        }
    }

    #[test]
    fn kms_has_five_minutes_and_sts_fifteen() {
        assert_eq!(window("kms").as_secs(), 300);
        assert_eq!(window("sts").as_secs(), 900);
    }
}
