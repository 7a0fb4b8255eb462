//! Conditions: whether a request passes one, fails it, or leaves it in doubt.
//!
//! Guarantees: doubt never helps a request: a statement that allows does not match on it, one that denies does. In doubt is
//! what AWS leaves open: a key with a set of values under an operator for single ones, names that differ in case alone,
//! and values that are not what the operator compares.
//! Sources: IAM User Guide, "IAM JSON policy elements: Condition operators", "Single-valued vs. multivalued context keys".

use crate::code::Reader;
use crate::compile::{UNREADABLE, VALUE_BITS, VARIABLES};
use crate::context::Value;
use crate::decision::Question;
use crate::glob;
use crate::keys::{self, Found};
use crate::operator::{Family, Operator, SetOperator};
use crate::values;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::cmp::Ordering;

/// What comes of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passes {
    Yes,
    No,
    Doubt,
}

impl From<bool> for Passes {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}

impl Passes {
    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Doubt => Self::Doubt,
        }
    }

    /// Whether all of them pass.
    fn all(each: impl Iterator<Item = Self>) -> Self {
        each.fold(Self::Yes, |all, one| match (all, one) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Doubt, _) | (_, Self::Doubt) => Self::Doubt,
            _ => Self::Yes,
        })
    }

    /// Whether one of them passes.
    fn any(mut each: impl Iterator<Item = Self>) -> Self {
        let mut any = Self::No;
        for one in &mut each {
            match one {
                Self::Yes => return Self::Yes,
                Self::Doubt => any = Self::Doubt,
                Self::No => {}
            }
        }
        any
    }
}

/// A compiled condition.
#[derive(Clone, Copy)]
pub(crate) struct Condition<'p> {
    pub(crate) operator: Operator,
    key: Key<'p>,
    values: Reader<'p>,
}

#[derive(Clone, Copy)]
enum Key<'p> {
    Own(u8),
    Named(&'p [u8]),
}

impl<'p> Condition<'p> {
    /// Takes the next one; `None` if there is none.
    pub(crate) fn next(conditions: &mut Reader<'p>) -> Option<Self> {
        let mut code = conditions.block()?;
        let operator = Operator::from_bytes([code.byte()?, code.byte()?])?;
        let key = match code.byte()? {
            0 => Key::Named(code.bytes()?),
            number => Key::Own(number),
        };
        Some(Self { operator, key, values: code })
    }

    /// The key's name, lower-cased.
    pub(crate) fn key(&self) -> &'p str {
        match self.key {
            Key::Own(number) => keys::name(number).unwrap_or_default(),
            Key::Named(name) => std::str::from_utf8(name).unwrap_or_default(),
        }
    }

    /// Its values as they were written.
    pub(crate) fn written(&self) -> Vec<String> {
        self.each().map(|value| value.written(self.operator.family)).collect()
    }

    /// What the request has for the key.
    pub(crate) fn found<'a>(&self, question: &Question<'a>) -> Found<'a> {
        match self.key {
            Key::Own(number) => keys::by_number(question, number),
            Key::Named(name) => keys::given(question, name),
        }
    }

    /// Whether a request passes.
    pub(crate) fn passes(&self, question: &Question<'_>) -> Passes {
        let found = self.found(question);
        let is_missing = match &found {
            Found::Nothing => true,
            Found::Set(values) => values.is_empty(),
            Found::One(_) | Found::Ambiguous(_) => false,
        };
        let Operator { set, family, comparison, if_exists } = self.operator;
        if family == Family::Null {
            return Passes::any(self.each().map(|value| (value.bytes == [1]) == is_missing).map(Passes::from));
        }
        if is_missing {
            return match set {
                _ if if_exists => Passes::Yes,
                Some(SetOperator::All) => Passes::Yes,
                Some(SetOperator::Any) => Passes::No,
                None => comparison.is_negated().into(),
            };
        }
        let one = |value: &Value<'_>| self.one(question, value);
        match (set, &found) {
            // An empty text is an empty set (see "ForAllValues").
            (Some(SetOperator::All), Found::One(Value::Text(text))) if text.is_empty() => Passes::Yes,
            (_, Found::One(value)) => one(value),
            (None, _) => Passes::Doubt,
            (Some(set), Found::Set(values)) => {
                let each = values.iter().map(|value| one(&Value::from(value.as_str())));
                taken_together(set, each)
            }
            (Some(set), Found::Ambiguous(values)) => taken_together(set, values.iter().map(one)),
            (Some(_), Found::Nothing) => Passes::Doubt,
        }
    }

    /// Whether one value of the request passes against all of the policy's.
    fn one(&self, question: &Question<'_>, value: &Value<'_>) -> Passes {
        let any = Passes::any(self.each().map(|wanted| wanted.compare(question, self.operator, value)));
        if self.operator.comparison.is_negated() { any.not() } else { any }
    }

    fn each(&self) -> impl Iterator<Item = Wanted<'p>> + use<'p> {
        let mut values = self.values;
        std::iter::from_fn(move || values.flagged(VALUE_BITS).map(|(flags, bytes)| Wanted { flags, bytes }))
    }
}

fn taken_together(set: SetOperator, each: impl Iterator<Item = Passes>) -> Passes {
    match set {
        SetOperator::All => Passes::all(each),
        SetOperator::Any => Passes::any(each),
    }
}

/// A value of the policy.
struct Wanted<'p> {
    flags: usize,
    bytes: &'p [u8],
}

impl Wanted<'_> {
    /// Whether a value of the request is what this one asks for, negation left aside.
    fn compare(&self, question: &Question<'_>, operator: Operator, value: &Value<'_>) -> Passes {
        if self.flags & UNREADABLE != 0 {
            return Passes::Doubt;
        }
        let comparison = operator.comparison;
        let ordered = |order: Option<Ordering>| order.map_or(Passes::Doubt, |order| comparison.holds(order).into());
        match operator.family {
            Family::String | Family::StringIgnoreCase | Family::StringLike | Family::Arn | Family::Bool => {
                let expanded = match self.expanded(question) {
                    Ok(Some(expanded)) => expanded,
                    // A variable without a value is equal to nothing.
                    Ok(None) => return Passes::No,
                    Err(Ambiguous) => return Passes::Doubt,
                };
                as_text(operator.family, &expanded, value)
            }
            Family::Numeric => {
                let wanted = std::str::from_utf8(self.bytes).ok().and_then(values::number);
                let given = match value {
                    Value::Number(number) => Some(values::whole(*number)),
                    other => values::number(&other.text()),
                };
                ordered(given.zip(wanted).map(|(given, wanted)| given.cmp(&wanted)))
            }
            Family::Date => {
                let wanted = <[u8; 8]>::try_from(self.bytes).ok().map(i64::from_be_bytes);
                let given = match value {
                    Value::Date(time) => Some(time.millis()),
                    Value::Number(seconds) => seconds.checked_mul(1000),
                    other => values::date(&other.text()).map(base::Timestamp::millis),
                };
                ordered(given.zip(wanted).map(|(given, wanted)| given.cmp(&wanted)))
            }
            Family::Binary => match STANDARD.decode(value.text().as_bytes()) {
                Ok(given) => (given == self.bytes).into(),
                Err(_) => Passes::Doubt,
            },
            Family::Ip => {
                let given = match value {
                    Value::Ip(address) => Some(*address),
                    other => other.text().parse().ok(),
                };
                given.map_or(Passes::Doubt, |address| values::in_range(self.bytes, address).into())
            }
            Family::Null => Passes::Doubt,
        }
    }

    fn expanded(&self, question: &Question<'_>) -> Result<Option<Cow<'_, [u8]>>, Ambiguous> {
        if self.flags & VARIABLES == 0 {
            return Ok(Some(Cow::Borrowed(self.bytes)));
        }
        Ok(expand(question, self.bytes)?.map(Cow::Owned))
    }

    fn written(&self, family: Family) -> String {
        let text = || String::from_utf8_lossy(self.bytes).into_owned();
        if self.flags & UNREADABLE != 0 {
            return glob::written(self.bytes);
        }
        match family {
            Family::String | Family::StringIgnoreCase | Family::StringLike | Family::Arn | Family::Bool => {
                glob::written(self.bytes)
            }
            Family::Numeric => text(),
            Family::Date => {
                let millis = <[u8; 8]>::try_from(self.bytes).map(i64::from_be_bytes).unwrap_or_default();
                base::Timestamp::from_millis(millis).to_seconds_rfc3339()
            }
            Family::Binary => STANDARD.encode(self.bytes),
            Family::Ip => values::range_written(self.bytes).unwrap_or_default(),
            Family::Null => (self.bytes == [1]).to_string(),
        }
    }
}

fn as_text(family: Family, wanted: &[u8], value: &Value<'_>) -> Passes {
    let given = value.text();
    match family {
        Family::StringLike => glob::matches(wanted, &given).into(),
        Family::StringIgnoreCase => same_ignoring_case(wanted, &given).into(),
        Family::Arn => arn_like(wanted, &given).into(),
        Family::Bool => {
            let truth = |text: &[u8]| match text {
                text if text.eq_ignore_ascii_case(b"true") => Some(true),
                text if text.eq_ignore_ascii_case(b"false") => Some(false),
                _ => None,
            };
            match (truth(wanted), truth(given.as_bytes())) {
                (Some(wanted), Some(given)) => (wanted == given).into(),
                _ => Passes::Doubt,
            }
        }
        _ => (wanted == given.as_bytes()).into(),
    }
}

fn same_ignoring_case(wanted: &[u8], given: &str) -> bool {
    wanted.eq_ignore_ascii_case(given.as_bytes())
        || !given.is_ascii()
            && std::str::from_utf8(wanted).is_ok_and(|wanted| wanted.to_lowercase() == given.to_lowercase())
}

/// Each of the six parts by itself.
fn arn_like(wanted: &[u8], given: &str) -> bool {
    let mut wanted = wanted.splitn(6, |byte| *byte == b':');
    let mut given = given.splitn(6, ':');
    for _ in 0..6 {
        match (wanted.next(), given.next()) {
            (Some(wanted), Some(given)) if glob::matches(wanted, given) => {}
            _ => return false,
        }
    }
    true
}

/// A variable's key stands twice in the request.
pub(crate) struct Ambiguous;

/// Puts the request's values into a pattern; `None` if one has none.
pub(crate) fn expand(question: &Question<'_>, pattern: &[u8]) -> Result<Option<Vec<u8>>, Ambiguous> {
    let mut ambiguous = false;
    let expanded = glob::expand(pattern, |key| match keys::by_name(question, key) {
        Found::One(Value::Text(text)) => Some(text),
        Found::One(value) => Some(Cow::Owned(value.text().into_owned())),
        Found::Ambiguous(_) => {
            ambiguous = true;
            None
        }
        // A key with a set of values cannot be a variable.
        Found::Nothing | Found::Set(_) => None,
    });
    if ambiguous { Err(Ambiguous) } else { Ok(expanded) }
}
