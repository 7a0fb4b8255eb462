//! JSON as awsJson uses it, read straight into values by shape, and written from them.

mod answer;
mod read;
mod scan;
mod write;

pub(crate) use answer::{answer, fault, request};
pub use read::read;
pub(crate) use read::{has_duplicate, read_as};
pub use scan::{Malformed, Number, Scanner};
pub use write::write;
pub(crate) use write::{length, scalar, write_as};

use model::{Location, Member, Structure};

/// Which of a member's names JSON has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// The model's: awsJson.
    Model,
    /// The one on the wire: REST protocols, whose bodies hold no member that is bound elsewhere.
    Wire,
}

impl Names {
    /// The index of the member of that name.
    fn find(self, structure: &Structure, name: &str) -> Option<usize> {
        match self {
            Self::Model => structure.index_of(name),
            Self::Wire => structure.members.iter().position(|member| self.of(member) == Some(name)),
        }
    }

    /// The member's name, if it is part of a body at all.
    fn of(self, member: &Member) -> Option<&'static str> {
        match self {
            Self::Model => Some(member.name),
            Self::Wire if member.location == Location::Body => Some(member.location_name.unwrap_or(member.name)),
            Self::Wire => None,
        }
    }
}
