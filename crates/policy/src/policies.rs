//! Compiled policies, and which of them speak about a request.

use crate::code::Reader;
use crate::compile;
use crate::{Document, Grant, Kind, Position};
use std::fmt;
use std::sync::Arc;

/// A document, compiled: what decisions are made with. Cheap to keep by the ten thousand.
pub struct Policy {
    kind: Kind,
    pub(crate) statements: Box<[Compiled]>,
    code: Box<[u8]>,
}

/// A statement: what rules it out fast, and where the rest of it is in the buffer.
pub(crate) struct Compiled {
    /// See [`compile::service_bit`].
    pub(crate) services: u64,
    /// See [`compile::initial_bits`].
    pub(crate) initials: u32,
    pub(crate) start: u32,
    pub(crate) flags: Flags,
    pub(crate) from: Position,
    pub(crate) to: Position,
}

/// What a statement is and has.
#[derive(Clone, Copy, Default)]
pub(crate) struct Flags(u8);

impl Flags {
    pub(crate) const DENY: u8 = 1;
    pub(crate) const ACTIONS: u8 = 2;
    pub(crate) const NOT_ACTIONS: u8 = 4;
    pub(crate) const RESOURCES: u8 = 8;
    pub(crate) const NOT_RESOURCES: u8 = 16;
    pub(crate) const PRINCIPALS: u8 = 32;
    pub(crate) const NOT_PRINCIPALS: u8 = 64;
    pub(crate) const SID: u8 = 128;

    pub(crate) fn set(&mut self, flag: u8, on: bool) {
        self.0 |= if on { flag } else { 0 };
    }

    pub(crate) fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }
}

impl Policy {
    /// Compiles a document.
    pub fn compile(document: &Document) -> Self {
        compile::policy(document)
    }

    /// A policy that denies everything to everyone: what stands for a stored document that cannot be read, since it might
    /// have denied.
    pub fn denying(kind: Kind) -> Self {
        compile::denying(kind)
    }

    /// A policy that says nothing, and so admits nobody.
    pub fn silent(kind: Kind) -> Self {
        Self::new(kind, Box::new([]), Box::new([]))
    }

    pub(crate) fn new(kind: Kind, statements: Box<[Compiled]>, code: Box<[u8]>) -> Self {
        Self { kind, statements, code }
    }

    /// What the document is for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How many statements it has.
    pub fn len(&self) -> usize {
        self.statements.len()
    }

    /// Whether it has no statement.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// The `Sid` of a statement, if it has one.
    pub fn sid(&self, statement: usize) -> Option<&str> {
        let statement = self.statements.get(statement).filter(|statement| statement.flags.has(Flags::SID))?;
        let mut code = self.behind(statement, &[Flags::ACTIONS, Flags::RESOURCES, Flags::PRINCIPALS])?;
        code.block()?;
        code.text().filter(|sid| !sid.is_empty())
    }

    /// Where a statement begins and ends in the document.
    pub fn position(&self, statement: usize) -> Option<(Position, Position)> {
        self.statements.get(statement).map(|statement| (statement.from, statement.to))
    }

    /// How many bytes of memory it holds.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.statements) + self.code.len()
    }

    /// What a statement says: blocks of actions, resources and principals as far as it has them, conditions, `Sid`.
    pub(crate) fn code(&self, statement: &Compiled) -> Option<Reader<'_>> {
        self.code.get(statement.start as usize..).map(Reader)
    }

    /// The conditions of a statement.
    pub(crate) fn conditions(&self, statement: &Compiled) -> Option<Reader<'_>> {
        self.behind(statement, &[Flags::ACTIONS, Flags::RESOURCES, Flags::PRINCIPALS])?.block()
    }

    /// What follows those of the blocks that a statement has.
    fn behind(&self, statement: &Compiled, blocks: &[u8]) -> Option<Reader<'_>> {
        let mut code = self.code(statement)?;
        for _ in blocks.iter().filter(|block| statement.flags.has(**block)) {
            code.block()?;
        }
        Some(code)
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Policy({:?}, {} statements)", self.kind, self.len())
    }
}
/// Where a policy comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A managed policy of AWS's own.
    AwsManaged,
    /// A managed policy of a customer: of an account, or of an organization.
    Managed,
    /// Inline in the user.
    User(Arc<str>),
    /// Inline in a group.
    Group(Arc<str>),
    /// Inline in the role.
    Role(Arc<str>),
    /// The policy of a resource, a key, an endpoint, or a role's trust.
    Resource,
    /// Given with the request: a session policy, or one to simulate.
    Given,
}

/// A policy and what it is called.
#[derive(Clone, Debug)]
pub struct Attached {
    /// Its ARN, or its name where it has none.
    pub id: Arc<str>,
    /// Where it comes from.
    pub origin: Origin,
    /// What it says.
    pub policy: Arc<Policy>,
}

impl Attached {
    /// A policy by its ARN or name.
    pub fn new(id: impl Into<Arc<str>>, origin: Origin, policy: Arc<Policy>) -> Self {
        Self { id: id.into(), origin, policy }
    }

    /// The ARN, if it has one.
    pub fn arn(&self) -> Option<&str> {
        Some(&*self.id).filter(|id| id.starts_with("arn:"))
    }
}

/// The part that a policy plays in a decision, and AWS's word for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyType {
    /// Of the principal or its groups.
    Identity,
    /// Of the resource.
    Resource,
    /// The principal's permissions boundary.
    Boundary,
    /// Passed with the session.
    Session,
    /// Of the organization, about the principal's account.
    ServiceControl,
    /// Of the organization, about the resource's account.
    ResourceControl,
    /// Of the VPC endpoint that the request came through.
    Endpoint,
    /// The trust policy of the role.
    Trust,
}

/// Every policy that speaks about a request.
///
/// The session's own policies are [`crate::Principal::session_policies`] unless others are given here.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policies<'a> {
    /// Of the user and its groups, or of the role.
    pub identity: &'a [Attached],
    /// The permissions boundary of the user or role.
    pub boundary: Option<&'a Attached>,
    /// The session's, when they are read elsewhere than from the principal.
    pub session: Option<&'a [Attached]>,
    /// Service control policies, a list for each level from the organization's root down to the principal's account.
    /// No level at all: none apply (no organization, or its management account).
    pub scp: &'a [Vec<Attached>],
    /// Resource control policies, likewise for the account that owns the resource.
    pub rcp: &'a [Vec<Attached>],
    /// The policy on the resource: of kind `Resource`, `Key` or `Trust`.
    pub resource: Option<&'a Attached>,
    /// Grants on the resource that may be the principal's.
    pub grants: &'a [Arc<Grant>],
    /// The policy on the VPC endpoint that the request came through.
    pub endpoint: Option<&'a Attached>,
}
