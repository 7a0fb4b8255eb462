//! What a request says of its sender, before anything is proven.
//!
//! Guarantees: never panics; sizes are bounded by [`limits`](crate::limits); what is ambiguous (a header or parameter
//! given twice, authentication in both places) is refused rather than interpreted.

use crate::AuthnError;
use crate::header;
use crate::malformed::{ECDSA, HMAC, Malformed, shorten};
use crate::presigned;
use crate::request::{Request, limits};
use base::{Region, Timestamp};
use std::borrow::Cow;

/// What a signed request says of its sender. Proven only by [`crate::Verifier::verify`].
#[derive(Clone)]
pub struct Claim<'a> {
    /// Whose secret is said to have signed.
    pub access_key_id: Cow<'a, str>,
    /// The signing name of the service that the call is for.
    pub service: Cow<'a, str>,
    /// The token of a session, if the request carries one.
    pub security_token: Option<Cow<'a, str>>,
    /// When the request says it was signed.
    pub time: Timestamp,
    pub(crate) form: Form,
    pub(crate) regions: Regions<'a>,
    pub(crate) stamp: Stamp,
    pub(crate) date: Cow<'a, str>,
    pub(crate) terminator: Cow<'a, str>,
    pub(crate) signed_headers: Cow<'a, str>,
    pub(crate) signature: Cow<'a, str>,
}

/// Where the signature stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// In the Authorization header.
    Header,
    /// In the query string, good for so many seconds if it says so.
    Query { expires: Option<u32> },
    /// In a field of a form, whose policy document is what was signed.
    Post,
}

/// Where the signature is good, which also tells the algorithm.
#[derive(Clone)]
pub(crate) enum Regions<'a> {
    /// Signature Version 4: the Region of the scope, or what stands there instead of one.
    One(Result<Region, Cow<'a, str>>),
    /// Signature Version 4a: a list of Regions, or of patterns that end in `*`.
    Set(Cow<'a, str>),
}

/// A time in basic ISO 8601, the form that is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Stamp([u8; 16]);

impl Stamp {
    pub(crate) fn new(text: &str) -> Option<Self> {
        text.is_ascii().then_some(())?;
        text.as_bytes().try_into().ok().map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The eight digits of the day.
    pub(crate) fn date(&self) -> &str {
        self.as_str().get(..8).unwrap_or_default()
    }
}

/// Reads the claim of a request; `None` when it carries no authentication of AWS's at all.
pub fn claim<'a>(request: &Request<'a>) -> Result<Option<Claim<'a>>, AuthnError> {
    let header = header::find(request)?;
    let claim = match (header, presigned::is_signed(request.query)) {
        (None, false) => return Ok(None),
        (Some(_), true) => {
            return Err(Malformed::Header(
                "Authentication is given both in the Authorization header and in the query string.".into(),
            )
            .in_header());
        }
        (Some(header), false) => header::read(request, header)?,
        (None, true) => presigned::read(request)?,
    };
    if 1 + claim.signed_headers.bytes().filter(|byte| *byte == b';').count() > limits::SIGNED_HEADERS {
        let text = format!("More than {} headers are signed.", limits::SIGNED_HEADERS);
        return Err(Malformed::Header(text).at(claim.is_query()));
    }
    Ok(Some(claim))
}

impl<'a> Claim<'a> {
    /// The Region that the call is for, where the server is at home in `home`; `None` when the claim names none.
    ///
    /// A set of Regions that includes `home` is for `home`; any other is for the first Region that it lists, since
    /// every Region is served here. A pattern that does not match `home` names no Region.
    pub fn region(&self, home: Region) -> Option<Region> {
        match &self.regions {
            Regions::One(region) => region.as_ref().ok().copied(),
            Regions::Set(set) => {
                let mut listed = set.split(',').map(str::trim);
                if listed.clone().any(|pattern| matches(pattern, home.as_str())) {
                    return Some(home);
                }
                listed.find_map(|name| name.parse().ok())
            }
        }
    }

    pub(crate) fn is_query(&self) -> bool {
        self.form != Form::Header
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        match self.regions {
            Regions::One(_) => HMAC,
            Regions::Set(_) => ECDSA,
        }
    }

    pub(crate) fn signs(&self, name: &str) -> bool {
        self.signed_headers.as_bytes().split(|byte| *byte == b';').any(|signed| signed == name.as_bytes())
    }
}

fn matches(pattern: &str, region: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => region.starts_with(beginning),
        None => pattern == region,
    }
}

/// What a Credential names.
pub(crate) struct Credential<'a> {
    pub(crate) access_key_id: Cow<'a, str>,
    pub(crate) date: Cow<'a, str>,
    /// `None` in Signature Version 4a.
    pub(crate) region: Option<Cow<'a, str>>,
    pub(crate) service: Cow<'a, str>,
    pub(crate) terminator: Cow<'a, str>,
}

impl<'a> Credential<'a> {
    /// Splits `keyid/date/region/service/term`; without a Region unless `regional`.
    pub(crate) fn split(text: Cow<'a, str>, regional: bool, in_query: bool) -> Result<Self, AuthnError> {
        let found = match &text {
            Cow::Borrowed(text) => Self::parts(text, regional),
            Cow::Owned(text) => Self::parts(text, regional).map(Credential::into_owned),
        };
        found.ok_or_else(|| Malformed::Credential { shown: shorten(&text), regional }.at(in_query))
    }

    fn parts(text: &str, regional: bool) -> Option<Credential<'_>> {
        let mut parts = text.split('/');
        let mut next = || parts.next().map(Cow::Borrowed);
        let (access_key_id, date) = (next()?, next()?);
        let region = if regional { Some(next()?) } else { None };
        let (service, terminator) = (next()?, next()?);
        (next().is_none() && !access_key_id.is_empty()).then_some(Credential {
            access_key_id,
            date,
            region,
            service,
            terminator,
        })
    }

    fn into_owned<'b>(self) -> Credential<'b> {
        let own = |part: Cow<'_, str>| Cow::Owned(part.into_owned());
        Credential {
            access_key_id: own(self.access_key_id),
            date: own(self.date),
            region: self.region.map(own),
            service: own(self.service),
            terminator: own(self.terminator),
        }
    }

    /// The Regions that the credential is scoped to, or that `set` lists.
    pub(crate) fn regions(region: Option<Cow<'a, str>>, set: Option<Cow<'a, str>>) -> Regions<'a> {
        match region {
            Some(region) => Regions::One(region.parse().map_err(|_| region)),
            None => Regions::Set(set.unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_set_is_for_the_home_region_if_it_may_be() {
        let home: Region = "eu-west-1".parse().unwrap();
        let table = [
            ("*", Some("eu-west-1")),
            ("eu-*", Some("eu-west-1")),
            ("us-east-1, eu-west-1", Some("eu-west-1")),
            ("us-east-1,us-west-2", Some("us-east-1")),
            ("us-*,ap-south-1", Some("ap-south-1")),
            ("us-*", None),
            ("*-west-1", None),
            ("nowhere", None),
            ("", None),
        ];
        for (set, expected) in table {
            let claim = Claim {
                access_key_id: "".into(),
                service: "".into(),
                security_token: None,
                time: Timestamp::from_millis(0),
                form: Form::Header,
                regions: Regions::Set(set.into()),
                stamp: Stamp([b'0'; 16]),
                date: "".into(),
                terminator: "".into(),
                signed_headers: "".into(),
                signature: "".into(),
            };
            let region = claim.region(home);
            assert_eq!(region.as_ref().map(Region::as_str), expected, "{set}");
        }
    }
}
