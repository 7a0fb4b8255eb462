//! Compiled policies, and which of them speak about a request.

use crate::{Document, Kind, Position};
use std::fmt;
use std::sync::Arc;

/// A document, compiled: what decisions are made with. Cheap to keep by the ten thousand.
pub struct Policy {
    kind: Kind,
}

impl Policy {
    /// Compiles a document.
    pub fn compile(document: &Document) -> Self {
        Self { kind: document.kind() }
    }

    /// What the document is for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The `Sid` of a statement, if it has one.
    pub fn sid(&self, _statement: usize) -> Option<&str> {
        None
    }

    /// Where a statement begins and ends in the document.
    pub fn position(&self, _statement: usize) -> Option<(Position, Position)> {
        None
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Policy({:?})", self.kind)
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
    /// The policy on the VPC endpoint that the request came through.
    pub endpoint: Option<&'a Attached>,
}
