//! Forms as the query protocol uses them, read into values by shape, and written from them; and the XML that answers
//! them. EC2 speaks the same with names and lists of its own: see [`Dialect`].
//!
//! Guarantees: unknown parameters are ignored; a parameter that occurs twice is refused, since the next reader might
//! take the other one; elements of lists keep the order of their numbers. A list or map that is sent as an empty
//! parameter is empty.

mod answer;
mod form;
mod read;
mod write;

pub(crate) use answer::{answer, fault};
pub(crate) use form::parameters;
pub(crate) use read::read;
pub(crate) use write::request;

use crate::Protocol;
use model::{List, Map, Member};
use std::borrow::Cow;

/// Which of the two query protocols.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// AWS query.
    Query,
    /// EC2 query: capitalised names, lists without a step of their own, no maps.
    Ec2,
}

impl Dialect {
    pub(crate) fn of(protocol: Protocol) -> Self {
        if protocol == Protocol::Ec2Query { Self::Ec2 } else { Self::Query }
    }

    /// A member's step in the names of parameters. In EC2 the model's `queryName` wins, and every other name begins
    /// with a capital (Smithy, "AWS EC2 query protocol", Query key resolution).
    fn step(self, member: &Member) -> Cow<'static, str> {
        let name = member.location_name.unwrap_or(member.name);
        match (self, member.query_name) {
            (Self::Query, _) => Cow::Borrowed(name),
            (Self::Ec2, Some(name)) => Cow::Borrowed(name),
            (Self::Ec2, None) => capitalised(name),
        }
    }

    /// What stands between a list's name and the numbers of its elements. The name of a flattened list's element is not
    /// used: the elements go by the list's own name.
    fn list_step(self, list: &List) -> Option<&'static str> {
        let flat = self == Self::Ec2 || list.flattened;
        (!flat).then(|| list.location_name.unwrap_or("member"))
    }

    /// What stands between a map's name and the numbers of its entries.
    fn map_step(self, map: &Map) -> Option<&'static str> {
        (!map.flattened).then_some("entry")
    }
}

fn capitalised(name: &'static str) -> Cow<'static, str> {
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Cow::Borrowed(name);
    }
    let mut chars = name.chars();
    Cow::Owned(chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect())
}
