//! Condition keys of a request and their values.
//!
//! Guarantees: names are compared without regard to case, and a name that is set twice has no single value; values keep
//! their type, and are formatted only when a policy compares them as text.
//! Source: IAM User Guide, "AWS global condition context keys" and "Single-valued vs. multivalued context keys".

use crate::keys::Found;
use base::Timestamp;
use std::borrow::Cow;
use std::net::IpAddr;

/// One value of a condition key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Text: strings, ARNs, and whatever the request brought as text.
    Text(Cow<'a, str>),
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A point in time.
    Date(Timestamp),
    /// An address.
    Ip(IpAddr),
}

impl<'a> Value<'a> {
    /// The value as policies compare it with text.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Date(time) => Cow::Owned(time.to_seconds_rfc3339()),
            Self::Ip(address) => Cow::Owned(address.to_string()),
        }
    }

    /// The same value, borrowed.
    pub(crate) fn by_ref(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(value) => Value::Number(*value),
            Self::Date(value) => Value::Date(*value),
            Self::Ip(value) => Value::Ip(*value),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Date(value)
    }
}

impl From<IpAddr> for Value<'_> {
    fn from(value: IpAddr) -> Self {
        Self::Ip(value)
    }
}

/// What a condition key holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values<'a> {
    /// A key that has one value.
    Single(Value<'a>),
    /// A key that has a set of values, which may be empty (`aws:TagKeys`).
    Set(Cow<'a, [String]>),
}

/// A key's name: the part that is known beforehand and the part that a request chose (`aws:RequestTag/` + `team`).
#[derive(Clone, Debug)]
struct Name<'a> {
    stem: Cow<'a, str>,
    rest: &'a str,
}

impl Name<'_> {
    #[inline]
    fn is(&self, name: &[u8]) -> bool {
        let (stem, rest) = (self.stem.as_bytes(), self.rest.as_bytes());
        name.len() == stem.len() + rest.len()
            && name
                .split_at_checked(stem.len())
                .is_some_and(|(first, second)| first.eq_ignore_ascii_case(stem) && second.eq_ignore_ascii_case(rest))
    }
}

/// Keys that a call usually has, a few more: room for them is made at once.
const USUAL: usize = 24;

/// The condition keys that a request has. Those that follow from the principal ([`crate::Principal`]) are added by the
/// evaluator.
#[derive(Clone, Debug, Default)]
pub struct Context<'a> {
    /// Service time, for `aws:CurrentTime`, `aws:EpochTime` and `aws:MultiFactorAuthAge`.
    now: Timestamp,
    /// See [`Context::simulated`].
    is_whole: bool,
    entries: Vec<(Name<'a>, Values<'a>)>,
}

impl<'a> Context<'a> {
    /// No keys but the time.
    pub fn new(now: Timestamp) -> Self {
        Self { now, is_whole: false, entries: Vec::with_capacity(USUAL) }
    }

    /// No keys at all, and none that follow from the principal, the time or the resource either: a simulated request has
    /// those that it is given.
    pub fn simulated() -> Self {
        Self { is_whole: true, ..Self::default() }
    }

    /// Whether nothing adds to the keys here.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Service time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Sets a key that has one value.
    pub fn set(&mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Value<'a>>) {
        self.insert(key.into(), "", Values::Single(value.into()));
    }

    /// Sets a key whose name ends in what a request chose: `aws:RequestTag/` and a tag's key.
    pub fn set_with(&mut self, stem: &'a str, rest: &'a str, value: impl Into<Value<'a>>) {
        self.insert(Cow::Borrowed(stem), rest, Values::Single(value.into()));
    }

    /// Sets a key that has a set of values.
    pub fn set_many(&mut self, key: impl Into<Cow<'a, str>>, values: impl Into<Cow<'a, [String]>>) {
        self.insert(key.into(), "", Values::Set(values.into()));
    }

    /// What a key holds; `None` if the request does not have it. Of a name that is set twice, the first.
    pub fn get(&self, key: &str) -> Option<&Values<'a>> {
        self.entries.iter().find(|(name, _)| name.is(key.as_bytes())).map(|(_, values)| values)
    }

    /// What a key holds, for decisions.
    pub(crate) fn find(&self, key: &[u8]) -> Found<'_> {
        let mut entries = self.entries.iter().filter(|(name, _)| name.is(key)).map(|(_, values)| values);
        match (entries.next(), entries.next()) {
            (None, _) => Found::Nothing,
            (Some(Values::Single(value)), None) => Found::One(value.by_ref()),
            (Some(Values::Set(values)), None) => Found::Set(values),
            (Some(_), Some(_)) => {
                let entries = self.entries.iter().filter(|(name, _)| name.is(key));
                let mut all = Vec::new();
                for (_, values) in entries {
                    match values {
                        Values::Single(value) => all.push(value.by_ref()),
                        Values::Set(values) => all.extend(values.iter().map(|value| Value::from(value.as_str()))),
                    }
                }
                Found::Ambiguous(all)
            }
        }
    }

    /// All keys, by name, in the order set. The time is not among them.
    pub fn iter(&self) -> impl Iterator<Item = (String, &Values<'a>)> {
        self.entries.iter().map(|(name, values)| (format!("{}{}", name.stem, name.rest), values))
    }

    fn insert(&mut self, stem: Cow<'a, str>, rest: &'a str, values: Values<'a>) {
        self.entries.push((Name { stem, rest }, values));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_whatever_their_case() {
        let mut context = Context::new(Timestamp::from_millis(0));
        context.set("aws:SecureTransport", true);
        context.set_with("aws:RequestTag/", "Team", "red");
        assert_eq!(context.get("aws:securetransport"), Some(&Values::Single(Value::Bool(true))));
        assert_eq!(context.get("aws:requesttag/team"), Some(&Values::Single("red".into())));
        assert_eq!(context.get("aws:requesttag/tea"), None);
        assert_eq!(context.get("aws:requesttag/teams"), None);
        assert!(matches!(context.find(b"aws:securetransport"), Found::One(Value::Bool(true))));
    }

    #[test]
    fn names_that_differ_in_case_alone_have_no_single_value() {
        let mut context = Context::new(Timestamp::from_millis(0));
        context.set_with("kms:EncryptionContext:", "team", "red");
        context.set_with("kms:EncryptionContext:", "Team", "blue");
        assert!(matches!(context.find(b"kms:encryptioncontext:team"), Found::Ambiguous(values) if values.len() == 2));
    }
}
