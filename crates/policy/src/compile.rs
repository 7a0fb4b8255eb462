//! From a document to the form that decisions are made with.
//!
//! Guarantees: a compiled policy keeps no more than its texts, a word for each statement that rules most requests out by
//! their action, and the places of statements; what could not be compiled to what its operator compares never matches for
//! an Allow and always does for a Deny.

use crate::code::Writer;
use crate::document::{Condition, Effect, Kind, List, Principals, Statement};
use crate::elements::{self, Named};
use crate::glob::{self, Wildcards};
use crate::operator::{Family, Operator};
use crate::place::Places;
use crate::policies::{Compiled, Flags, Policy};
use crate::variables::Piece;
use crate::{Document, Position, PrincipalKind, Version, keys, values};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Set on a value that is not what its operator compares.
pub(crate) const UNREADABLE: usize = 1;
/// Set on a value that has variables.
pub(crate) const VARIABLES: usize = 2;
/// How many flags a value has.
pub(crate) const VALUE_BITS: u32 = 2;
/// Set on an action that has wildcards.
pub(crate) const WILD: usize = 1;
/// How many flags an action has.
pub(crate) const ACTION_BITS: u32 = 1;
/// Set on a resource that AWS does not say what it matches.
pub(crate) const DOUBTFUL: usize = 1;
/// How many flags a resource has, with [`VARIABLES`].
pub(crate) const RESOURCE_BITS: u32 = 2;

/// What principals begin with in the buffer.
pub(crate) mod tag {
    pub(crate) const EVERYONE: u8 = 0;
    pub(crate) const ACCOUNT: u8 = 1;
    pub(crate) const USER: u8 = 2;
    pub(crate) const ROLE: u8 = 3;
    pub(crate) const SESSION: u8 = 4;
    pub(crate) const FEDERATED_USER: u8 = 5;
    pub(crate) const ID: u8 = 6;
    pub(crate) const SESSION_OF: u8 = 7;
    pub(crate) const SERVICE: u8 = 8;
    pub(crate) const PROVIDER: u8 = 9;
    pub(crate) const OTHER: u8 = 10;
}

pub(crate) fn policy(document: &Document) -> Policy {
    let mut out = Writer::default();
    let mut places = Places::new(document.text());
    let statements = document.statements().iter().map(|statement| {
        let from = places.position(statement.at.start);
        let to = places.position(statement.at.end);
        let start = out.0.len() as u32;
        let (services, initials) = statement.actions.as_ref().map_or((0, 0), reach);
        let flags = write(&mut out, document, statement);
        Compiled { services, initials, start, flags, from, to }
    });
    let statements = statements.collect();
    Policy::new(document.kind(), statements, out.0.into_boxed_slice())
}

/// The policy that stands for one that cannot be read.
pub(crate) fn denying(kind: Kind) -> Policy {
    let mut out = Writer::default();
    let mut flags = Flags::default();
    for flag in [Flags::DENY, Flags::ACTIONS, Flags::RESOURCES, Flags::SID] {
        flags.set(flag, true);
    }
    let everything = glob::compile(&[Piece::Text("*")], Wildcards::Anywhere).bytes;
    out.block(|out| out.flagged(ACTION_BITS, WILD, &everything));
    out.block(|out| out.flagged(RESOURCE_BITS, 0, &everything));
    out.block(|_| ());
    out.bytes(b"ThisPolicyCannotBeRead");
    let start = Position { line: 1, column: 1 };
    let statement = Compiled { services: u64::MAX, initials: u32::MAX, start: 0, flags, from: start, to: start };
    Policy::new(kind, Box::new([statement]), out.0.into_boxed_slice())
}

/// Which services a statement can be about, a bit for each of 64 classes, and which initials of action names.
fn reach(actions: &List) -> (u64, u32) {
    if actions.negated {
        return (u64::MAX, u32::MAX);
    }
    actions.values.iter().fold((0, 0), |(services, initials), action| match action.value.split_once(':') {
        Some((service, name)) => (services | service_bit(service), initials | initial_bits(name)),
        None => (u64::MAX, u32::MAX),
    })
}

/// The class of a service's name.
pub(crate) fn service_bit(service: &str) -> u64 {
    let hash = service
        .bytes()
        .fold(5381_u32, |hash, byte| hash.wrapping_mul(33).wrapping_add(u32::from(byte.to_ascii_lowercase())));
    1 << (hash.wrapping_mul(0x9e37_79b1) >> 26)
}

/// The class of an action name's first character; all of them for a wildcard.
pub(crate) fn initial_bits(name: &str) -> u32 {
    match name.bytes().next() {
        Some(b'*' | b'?') => u32::MAX,
        Some(byte) => 1 << (byte.to_ascii_lowercase() & 31),
        None => 0,
    }
}

fn write(out: &mut Writer, document: &Document, statement: &Statement) -> Flags {
    let mut flags = Flags::default();
    flags.set(Flags::DENY, statement.effect == Effect::Deny);
    if let Some(actions) = &statement.actions {
        flags.set(Flags::ACTIONS, true);
        flags.set(Flags::NOT_ACTIONS, actions.negated);
        out.block(|out| actions.values.iter().for_each(|action| write_action(out, &action.value)));
    }
    if let Some(resources) = &statement.resources {
        flags.set(Flags::RESOURCES, true);
        flags.set(Flags::NOT_RESOURCES, resources.negated);
        out.block(|out| resources.values.iter().for_each(|text| write_resource(out, document, &text.value)));
    }
    if let Some(principals) = &statement.principals {
        flags.set(Flags::PRINCIPALS, true);
        flags.set(Flags::NOT_PRINCIPALS, principals.negated);
        out.block(|out| write_principals(out, document.kind(), principals));
    }
    out.block(|out| {
        statement.conditions.iter().for_each(|condition| write_condition(out, document.version(), condition))
    });
    if let Some(sid) = &statement.sid {
        flags.set(Flags::SID, true);
        out.bytes(sid.value.as_bytes());
    }
    flags
}

fn write_action(out: &mut Writer, action: &str) {
    let lower = action.to_ascii_lowercase();
    let pattern = glob::compile(&[Piece::Text(&lower)], Wildcards::Anywhere).bytes;
    let is_wild = glob::literal_prefix(&pattern).len() < pattern.len();
    out.flagged(ACTION_BITS, if is_wild { WILD } else { 0 }, &pattern);
}

fn write_resource(out: &mut Writer, document: &Document, resource: &str) {
    let mut text = resource.to_owned();
    // What is missing of an ARN is filled up.
    if resource != "*" {
        for _ in resource.split(':').count()..6 {
            text.push_str(":*");
        }
    }
    let compiled = glob::compile(&pieces(document.version(), true, &text), Wildcards::Arn);
    let doubtful = if compiled.is_doubtful { DOUBTFUL } else { 0 };
    let variables = if compiled.has_variables { VARIABLES } else { 0 };
    out.flagged(RESOURCE_BITS, doubtful | variables, &compiled.bytes);
}

fn write_principals(out: &mut Writer, kind: Kind, principals: &Principals) {
    principals.entries.iter().for_each(|(list, text)| write_principal(out, kind, *list, &text.value));
}

/// Writes one principal that a list of this kind names.
pub(crate) fn write_principal(out: &mut Writer, kind: Kind, list: PrincipalKind, text: &str) {
    match elements::principal(kind, list, text) {
        Some(Named::Everyone) => out.0.push(tag::EVERYONE),
        Some(Named::Account(account)) => {
            out.0.push(tag::ACCOUNT);
            out.account(account);
        }
        Some(Named::User(account, path)) => {
            out.0.push(tag::USER);
            out.account(account);
            out.bytes(path.as_bytes());
        }
        Some(Named::Role(account, path)) => {
            out.0.push(tag::ROLE);
            out.account(account);
            out.bytes(path.as_bytes());
        }
        Some(Named::Session(account, role, session)) => {
            out.0.push(tag::SESSION);
            out.account(account);
            out.bytes(role.as_bytes());
            out.bytes(session.as_bytes());
        }
        Some(Named::FederatedUser(account, name)) => {
            out.0.push(tag::FEDERATED_USER);
            out.account(account);
            out.bytes(name.as_bytes());
        }
        Some(Named::Id(id)) => {
            out.0.push(tag::ID);
            out.bytes(id.as_bytes());
        }
        Some(Named::SessionOf(id, session)) => {
            out.0.push(tag::SESSION_OF);
            out.bytes(id.as_bytes());
            out.bytes(session.as_bytes());
        }
        Some(Named::Service(name)) => {
            out.0.push(tag::SERVICE);
            out.bytes(name.as_bytes());
        }
        Some(Named::Provider(name)) => {
            out.0.push(tag::PROVIDER);
            out.bytes(name.as_bytes());
        }
        Some(Named::Other(_)) | None => {
            out.0.push(tag::OTHER);
            out.bytes(text.as_bytes());
        }
    }
}

fn write_condition(out: &mut Writer, version: Version, condition: &Condition) {
    out.block(|out| {
        out.0.extend_from_slice(&condition.operator.to_bytes());
        let key = condition.key.value.to_ascii_lowercase();
        let number = keys::number(&key);
        out.0.push(number);
        if number == 0 {
            out.bytes(key.as_bytes());
        }
        for value in &condition.values {
            write_value(out, version, condition.operator, &value.value);
        }
    });
}

fn write_value(out: &mut Writer, version: Version, operator: Operator, text: &str) {
    let read = match operator.family {
        Family::String | Family::StringIgnoreCase | Family::StringLike | Family::Arn | Family::Bool => {
            let wildcards = if operator.takes_wildcards() { Wildcards::Anywhere } else { Wildcards::No };
            let compiled = glob::compile(&pieces(version, operator.takes_variables(), text), wildcards);
            let is_bool = |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
            let readable = compiled.has_variables
                || match operator.family {
                    // A lone star is no ARN; AWS does not say what it matches.
                    Family::Arn => text.split(':').count() >= 6,
                    Family::Bool => is_bool(text),
                    _ => true,
                };
            let flags = if compiled.has_variables { VARIABLES } else { 0 } | if readable { 0 } else { UNREADABLE };
            return out.flagged(VALUE_BITS, flags, &compiled.bytes);
        }
        // Kept as written: a number takes less room so than otherwise.
        Family::Numeric => values::number(text).map(|_| text.as_bytes().to_vec()),
        Family::Date => values::date(text).map(|date| date.millis().to_be_bytes().to_vec()),
        Family::Binary => STANDARD.decode(text).ok(),
        Family::Ip => values::range(text),
        Family::Null => Some(vec![u8::from(text.eq_ignore_ascii_case("true"))]),
    };
    match read {
        Some(bytes) => out.flagged(VALUE_BITS, 0, &bytes),
        None => out.flagged(VALUE_BITS, UNREADABLE, text.as_bytes()),
    }
}

/// The pieces of a text. The grammar has refused what begins like a variable and is none.
fn pieces(version: Version, takes_variables: bool, text: &str) -> Vec<Piece<'_>> {
    elements::pieces(version, takes_variables, text).unwrap_or_else(|_| vec![Piece::Text(text)])
}
