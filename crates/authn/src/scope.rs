//! The scope of a signature: its day, Region, service and window of time.
//!
//! Guarantees: a signature made for another service, Region, day or time is refused before any secret is looked up.
//! Outside S3 all sentences that apply are said at once, in AWS's order.

use crate::AuthnError;
use crate::claim::{Claim, Form, Regions, Stamp};
use crate::malformed::{HMAC, Malformed, s3_prefix, shorten};
use crate::presigned::MAX_EXPIRES;
use base::{Region, Timestamp};
use std::fmt::Write as _;
use std::time::Duration;

/// What the dispatcher found the request to be for.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// The signing name of the service.
    pub service: &'a str,
    /// How far the two clocks may be apart, either way.
    pub window: Duration,
    /// The Region that this server is at home in.
    pub home: Region,
    /// Which rules the service signs by.
    pub dialect: Dialect,
    /// The service also accepts Signature Version 4a.
    pub sigv4a: bool,
    /// The operation's body need not be signed.
    pub unsigned_payload: bool,
    /// Names, in any case, of headers that are part of what the operation is told, beside all that begin with `x-amz-`.
    pub told_in: &'a [&'a str],
}

/// The two sets of rules for paths and bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Paths are normalised and encoded twice; the body is signed.
    Standard,
    /// Paths stay as they were sent; `x-amz-content-sha256` says how the body is signed.
    S3,
}

impl<'a> Expected<'a> {
    /// The service that signs as `service` by the standard rules, with AWS's window for it.
    pub fn of(service: &'a str, home: Region) -> Self {
        let dialect = Dialect::Standard;
        Self { service, window: window(service), home, dialect, sigv4a: false, unsigned_payload: false, told_in: &[] }
    }
}

const NARROW: Duration = Duration::from_secs(5 * 60);
const WIDE: Duration = Duration::from_secs(15 * 60);

/// Services whose window is five minutes; all others have fifteen. Measured against AWS.
const NARROW_SERVICES: [&str; 6] = ["kms", "secretsmanager", "lambda", "kinesis", "route53", "monitoring"];

/// Services for which `X-Amz-Expires` counts for nothing, so that a presigned request lives as long as any other.
/// Source: aws-iam-authenticator, which builds tokens on it, `pkg/token/token.go`.
const IGNORES_EXPIRES: [&str; 1] = ["sts"];

/// How far the clocks of a caller and of the service that signs as `service` may be apart.
pub fn window(service: &str) -> Duration {
    if NARROW_SERVICES.contains(&service) { NARROW } else { WIDE }
}

/// The end of every scope.
pub(crate) const TERMINATOR: &str = "aws4_request";

/// A signature outside its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skew {
    /// When the request was signed.
    pub(crate) request: Timestamp,
    /// The server's clock.
    pub(crate) now: Timestamp,
    /// The window that was left, or the time that a presigned request was good for.
    pub(crate) window: Duration,
    /// Which end of it.
    pub(crate) end: End,
}

/// Where a signature left its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Early {
        presigned: bool,
    },
    Late,
    /// A presigned request past its own expiry.
    Expired,
}

impl Skew {
    /// The text of every service but S3.
    pub(crate) fn text(&self) -> String {
        let (request, now) = (self.request.to_basic(), self.now.to_basic());
        let seconds = self.window.as_secs();
        let length =
            if seconds.is_multiple_of(60) { format!("{} min.", seconds / 60) } else { format!("{seconds} sec.") };
        match self.end {
            End::Early { .. } => {
                let edge = self.now.plus(self.window).to_basic();
                format!("Signature not yet current: {request} is still later than {edge} ({now} + {length})")
            }
            End::Late | End::Expired => {
                let edge = self.now.minus(self.window).to_basic();
                format!("Signature expired: {request} is now earlier than {edge} ({now} - {length})")
            }
        }
    }
}

/// A signature made for something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongScope {
    pub(crate) in_query: bool,
    /// All sentences that apply, for every service but S3.
    pub(crate) text: String,
    /// S3's sentence about the first fault.
    pub(crate) s3: String,
    /// The Region that S3 expected, if that was the fault.
    pub(crate) s3_region: Option<String>,
}

impl Claim<'_> {
    /// Judges time and scope; needs no secret, and comes before the look-up of one, as at AWS.
    pub fn check(&self, expected: &Expected<'_>, now: Timestamp) -> Result<(), AuthnError> {
        if self.algorithm() != HMAC && !expected.sigv4a {
            return Err(Malformed::Algorithm(self.algorithm().into()).at(self.is_query()));
        }
        if self.form == (Form::Query { expires: None }) && expected.dialect == Dialect::S3 {
            return Err(Malformed::MissingParameters(vec!["X-Amz-Expires"]).in_query());
        }
        self.check_time(expected, now)?;
        let right = self.region(expected.home).is_some()
            && self.service == expected.service
            && self.terminator == TERMINATOR
            && self.date == self.stamp.date();
        if right { self.check_host() } else { Err(self.wrong_scope(expected)) }
    }

    fn check_time(&self, expected: &Expected<'_>, now: Timestamp) -> Result<(), AuthnError> {
        // Requests carry whole seconds, so whole seconds are compared.
        let (request, window) = (self.time, expected.window);
        let presigned = self.is_query();
        let end = match self.form {
            _ if request.seconds() > now.plus(window).seconds() => Some((End::Early { presigned }, window)),
            Form::Query { expires: Some(expires) } if !IGNORES_EXPIRES.contains(&expected.service) => {
                let good_for = Duration::from_secs(expires.min(MAX_EXPIRES).into());
                (request.seconds() < now.minus(good_for).seconds()).then_some((End::Expired, good_for))
            }
            Form::Post => {
                let good_for = Duration::from_secs(MAX_EXPIRES.into());
                (request.seconds() < now.minus(good_for).seconds()).then_some((End::Expired, good_for))
            }
            Form::Header | Form::Query { .. } => {
                (request.seconds() < now.minus(window).seconds()).then_some((End::Late, window))
            }
        };
        match end {
            None => Ok(()),
            Some((end, window)) => Err(AuthnError::Skewed(Box::new(Skew { request, now, window, end }))),
        }
    }

    fn check_host(&self) -> Result<(), AuthnError> {
        // A form signs no header.
        if self.form == Form::Post || self.signs("host") { Ok(()) } else { Err(AuthnError::HostNotSigned) }
    }

    fn wrong_scope(&self, expected: &Expected<'_>) -> AuthnError {
        let (mut text, mut s3, mut s3_region) = (String::new(), String::new(), None);
        let prefix = s3_prefix(self.is_query());
        let mut first = |sentence: String| {
            if s3.is_empty() {
                s3 = sentence;
                true
            } else {
                false
            }
        };
        if self.region(expected.home).is_none() {
            text.push_str("Credential should be scoped to a valid region. ");
            let shown = match &self.regions {
                Regions::One(region) => {
                    region.as_ref().map_or_else(|text| shorten(text), |region| region.as_str().into())
                }
                Regions::Set(set) => shorten(set),
            };
            if first(format!("{prefix}the region '{shown}' is wrong; expecting '{}'", expected.home.as_str())) {
                s3_region = Some(expected.home.as_str().to_owned());
            }
        }
        if self.service != expected.service {
            let _ = write!(text, "Credential should be scoped to correct service: '{}'. ", expected.service);
            let shown = shorten(&self.service);
            first(format!("{prefix}incorrect service \"{shown}\". This endpoint belongs to \"{}\".", expected.service));
        }
        if self.terminator != TERMINATOR {
            let shown = shorten(&self.terminator);
            let _ =
                write!(text, "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{shown}'. ");
            first(format!("{prefix}incorrect terminal \"{shown}\". This endpoint uses \"{TERMINATOR}\"."));
        }
        if self.date != self.stamp.date() {
            let (shown, day, stamp) = (shorten(&self.date), self.stamp.date(), self.stamp.as_str());
            let _ = write!(
                text,
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
                 '{shown}' != '{day}', from '{stamp}'. "
            );
            first(format!("Invalid credential date \"{shown}\". This date is not the same as X-Amz-Date: \"{day}\"."));
        }
        AuthnError::WrongScope(Box::new(WrongScope { in_query: self.is_query(), text, s3, s3_region }))
    }
}

/// Reads the time of a request in basic ISO 8601.
pub(crate) fn read_basic(sent: &str) -> Option<(Timestamp, Stamp)> {
    Timestamp::from_basic(sent).ok().zip(Stamp::new(sent))
}

/// The same; in a Date header the form of RFC 9110 serves as well.
pub(crate) fn read_time(sent: &str) -> Option<(Timestamp, Stamp)> {
    read_basic(sent).or_else(|| {
        let time = from_http_date(sent)?;
        Some((time, Stamp::new(&time.to_basic())?))
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
            assert_eq!(read_time(bad), None, "{bad}");
        }
    }

    #[test]
    fn kms_has_five_minutes_and_sts_fifteen() {
        assert_eq!(window("kms").as_secs(), 300);
        assert_eq!(window("sts").as_secs(), 900);
    }
}
