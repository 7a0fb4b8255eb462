//! Condition operators: their names, and what each compares.
//!
//! Guarantee: a name that is not in the table is no operator; names are compared exactly, as AWS does.
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators".

/// A condition operator with its prefix and suffix: `ForAnyValue:StringLikeIfExists`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// How the values of a key with many are taken together.
    pub set: Option<SetOperator>,
    /// What is compared with what.
    pub family: Family,
    /// Which way.
    pub comparison: Comparison,
    /// True of keys that the request does not have.
    pub if_exists: bool,
}

/// `ForAllValues:` or `ForAnyValue:`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOperator {
    /// Every value of the request has to pass; true when there is none.
    All,
    /// One value of the request has to pass; false when there is none.
    Any,
}

/// What an operator takes values to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Text, to the letter.
    String,
    /// Text, without regard to case.
    StringIgnoreCase,
    /// Text with wildcards in the policy.
    StringLike,
    /// Numbers.
    Numeric,
    /// Points in time.
    Date,
    /// `true` or `false`.
    Bool,
    /// Bytes, written in base64.
    Binary,
    /// Addresses in ranges.
    Ip,
    /// ARNs, segment by segment.
    Arn,
    /// Whether the request has the key at all.
    Null,
}

/// How a value of the request stands to one of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// It is equal, or like, or in the range.
    Equal,
    /// It is none of them.
    NotEqual,
    /// It is smaller, or earlier.
    Less,
    /// Or equal.
    LessOrEqual,
    /// It is greater, or later.
    Greater,
    /// Or equal.
    GreaterOrEqual,
}

/// Every operator by its name, and by the number that compiled policies know it by.
const NAMES: &[(&str, Family, Comparison)] = &[
    ("StringEquals", Family::String, Comparison::Equal),
    ("StringNotEquals", Family::String, Comparison::NotEqual),
    ("StringEqualsIgnoreCase", Family::StringIgnoreCase, Comparison::Equal),
    ("StringNotEqualsIgnoreCase", Family::StringIgnoreCase, Comparison::NotEqual),
    ("StringLike", Family::StringLike, Comparison::Equal),
    ("StringNotLike", Family::StringLike, Comparison::NotEqual),
    ("NumericEquals", Family::Numeric, Comparison::Equal),
    ("NumericNotEquals", Family::Numeric, Comparison::NotEqual),
    ("NumericLessThan", Family::Numeric, Comparison::Less),
    ("NumericLessThanEquals", Family::Numeric, Comparison::LessOrEqual),
    ("NumericGreaterThan", Family::Numeric, Comparison::Greater),
    ("NumericGreaterThanEquals", Family::Numeric, Comparison::GreaterOrEqual),
    ("DateEquals", Family::Date, Comparison::Equal),
    ("DateNotEquals", Family::Date, Comparison::NotEqual),
    ("DateLessThan", Family::Date, Comparison::Less),
    ("DateLessThanEquals", Family::Date, Comparison::LessOrEqual),
    ("DateGreaterThan", Family::Date, Comparison::Greater),
    ("DateGreaterThanEquals", Family::Date, Comparison::GreaterOrEqual),
    ("Bool", Family::Bool, Comparison::Equal),
    ("BinaryEquals", Family::Binary, Comparison::Equal),
    ("IpAddress", Family::Ip, Comparison::Equal),
    ("NotIpAddress", Family::Ip, Comparison::NotEqual),
    ("ArnEquals", Family::Arn, Comparison::Equal),
    ("ArnNotEquals", Family::Arn, Comparison::NotEqual),
    ("ArnLike", Family::Arn, Comparison::Equal),
    ("ArnNotLike", Family::Arn, Comparison::NotEqual),
    ("Null", Family::Null, Comparison::Equal),
];

impl Operator {
    /// The operator of that name; `None` if there is none.
    pub fn parse(name: &str) -> Option<Self> {
        let (set, rest) = match name.split_once(':') {
            None => (None, name),
            Some(("ForAllValues", rest)) => (Some(SetOperator::All), rest),
            Some(("ForAnyValue", rest)) => (Some(SetOperator::Any), rest),
            Some(_) => return None,
        };
        let (plain, if_exists) = rest.strip_suffix("IfExists").map_or((rest, false), |plain| (plain, true));
        let (_, family, comparison) = NAMES.iter().find(|(name, ..)| *name == plain)?;
        if if_exists && *family == Family::Null {
            return None;
        }
        Some(Self { set, family: *family, comparison: *comparison, if_exists })
    }

    /// Whether variables are replaced in its values.
    pub fn takes_variables(self) -> bool {
        matches!(
            self.family,
            Family::String | Family::StringIgnoreCase | Family::StringLike | Family::Arn | Family::Bool
        )
    }

    /// Whether `*` and `?` in its values are wildcards.
    pub fn takes_wildcards(self) -> bool {
        matches!(self.family, Family::StringLike | Family::Arn)
    }

    /// Two bytes to keep it by.
    pub(crate) fn to_bytes(self) -> [u8; 2] {
        let row =
            NAMES.iter().position(|(_, family, comparison)| (*family, *comparison) == (self.family, self.comparison));
        let set = match self.set {
            None => 0,
            Some(SetOperator::All) => 1,
            Some(SetOperator::Any) => 2,
        };
        [row.map_or(u8::MAX, |row| row as u8), set | u8::from(self.if_exists) << 2]
    }

    /// What [`Self::to_bytes`] made.
    pub(crate) fn from_bytes([row, rest]: [u8; 2]) -> Option<Self> {
        let (_, family, comparison) = NAMES.get(usize::from(row))?;
        let set = match rest & 3 {
            0 => None,
            1 => Some(SetOperator::All),
            _ => Some(SetOperator::Any),
        };
        Some(Self { set, family: *family, comparison: *comparison, if_exists: rest & 4 != 0 })
    }

    /// Its name. `ArnEquals` does what `ArnLike` does, and compiled policies do not tell them apart.
    pub fn name(self) -> String {
        let row = NAMES.iter().find(|(_, family, comparison)| (*family, *comparison) == (self.family, self.comparison));
        let set = match self.set {
            None => "",
            Some(SetOperator::All) => "ForAllValues:",
            Some(SetOperator::Any) => "ForAnyValue:",
        };
        format!("{set}{}{}", row.map_or("", |(name, ..)| name), if self.if_exists { "IfExists" } else { "" })
    }
}

impl Comparison {
    /// Whether it asks for all of the policy's values not to match, rather than for one to match.
    pub(crate) fn is_negated(self) -> bool {
        self == Self::NotEqual
    }

    pub(crate) fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal | Self::NotEqual => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_reads_back_from_its_bytes_and_its_name() {
        for (name, ..) in NAMES {
            for set in ["", "ForAllValues:", "ForAnyValue:"] {
                for suffix in ["", "IfExists"] {
                    let name = format!("{set}{name}{suffix}");
                    let Some(operator) = Operator::parse(&name) else {
                        assert!(name.ends_with("NullIfExists"), "{name}");
                        continue;
                    };
                    assert_eq!(Operator::from_bytes(operator.to_bytes()), Some(operator), "{name}");
                    assert_eq!(Operator::parse(&operator.name()), Some(operator), "{name}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_in_the_table_is_no_operator() {
        for name in [
            "stringEquals",
            "StringEqual",
            "ForSomeValues:Bool",
            "IfExists",
            "",
            "StringLikeIgnoreCase",
            "BoolIfExistsIfExists",
            "ForAnyValue:",
        ] {
            assert_eq!(Operator::parse(name), None, "{name}");
        }
    }
}
