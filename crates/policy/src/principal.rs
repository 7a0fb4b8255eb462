//! Who is calling.
//!
//! Guarantees: two principals are equal when they are the same identity, whatever session they speak in; users and roles
//! are known by their unique id, so that a name used again is somebody else.
//! Source: IAM User Guide, "IAM identifiers", "AWS JSON policy elements: Principal"; "AWS global condition context keys".

use crate::Attached;
use base::{AccountId, Partition, Timestamp};
use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// An authenticated identity, or nobody.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The account that is charged and whose policies count. For a service or an anonymous caller, who belong to none,
    /// the account on whose resources they work.
    pub account: AccountId,
    /// Who in that account.
    pub identity: Identity,
    /// Set when the credentials are temporary.
    pub session: Option<Arc<SessionFacts>>,
    /// Tags of the user or role; those of the session come from [`SessionFacts`] and go before these.
    pub tags: Arc<Tags>,
}

/// Tags, in the order given. Keys are compared without regard to case.
pub type Tags = Vec<(String, String)>;

/// Who a principal is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The root user of the account.
    Root,
    /// An IAM user.
    User(Entity),
    /// A session of an IAM role.
    Role {
        /// The role.
        role: Entity,
        /// What the caller named the session.
        session_name: String,
    },
    /// A session that GetFederationToken made.
    Federated {
        /// What the caller named the session.
        name: String,
        /// The user who asked for it and whose policies it has; `None` for the account's root.
        user: Option<Entity>,
    },
    /// Someone whom an identity provider knows, asking for a role with the provider's word only.
    External {
        /// How the provider vouched.
        kind: SessionKind,
        /// The provider's ARN, or its domain where it has none (`accounts.google.com`).
        provider: String,
        /// The provider's name for the person.
        subject: String,
    },
    /// A service in its own name (`kms.amazonaws.com`).
    Service {
        /// The service's DNS name.
        name: String,
    },
    /// Nobody: the request is not signed.
    Anonymous,
}

/// A user or role.
#[derive(Clone, Debug)]
pub struct Entity {
    /// `/`, or `/division/team/`.
    pub path: String,
    /// Unique in the account at one time.
    pub name: String,
    /// `AIDA…` or `AROA…`, unique for ever.
    pub id: String,
}

/// The unique id says who it is; name and path may change.
impl PartialEq for Entity {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Entity {}

impl Hash for Entity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

/// How temporary credentials came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionKind {
    /// AssumeRole
    AssumedRole,
    /// AssumeRoleWithWebIdentity
    WebIdentity,
    /// AssumeRoleWithSAML
    Saml,
    /// GetSessionToken
    SessionToken,
    /// GetFederationToken
    Federation,
}

/// What is true of a session and was settled when it was issued.
#[derive(Clone, Debug)]
pub struct SessionFacts {
    /// How it came about.
    pub kind: SessionKind,
    /// When: `aws:TokenIssueTime`.
    pub issued: Timestamp,
    /// When a second factor was last given: `aws:MultiFactorAuthAge` counts from it.
    pub mfa_at: Option<Timestamp>,
    /// `aws:SourceIdentity`
    pub source_identity: Option<String>,
    /// `aws:FederatedProvider`
    pub federated_provider: Option<String>,
    /// Session tags, those inherited from the session before among them.
    pub tags: Tags,
    /// Keys of tags that the next session inherits.
    pub transitive_tag_keys: Vec<String>,
    /// Policies passed when the session was asked for; empty if none were.
    pub policies: Vec<Attached>,
    /// The role was assumed with a role's session.
    pub chained: bool,
}

impl Principal {
    /// A principal with long-term credentials and no tags.
    pub fn new(account: AccountId, identity: Identity) -> Self {
        Self { account, identity, session: None, tags: Arc::default() }
    }

    /// The root user of an account.
    pub fn root(account: AccountId) -> Self {
        Self::new(account, Identity::Root)
    }

    /// An IAM user.
    pub fn user(account: AccountId, path: impl Into<String>, name: impl Into<String>, id: impl Into<String>) -> Self {
        Self::new(account, Identity::User(Entity { path: path.into(), name: name.into(), id: id.into() }))
    }

    /// A service, at work on an account's resources.
    pub fn service(account: AccountId, name: impl Into<String>) -> Self {
        Self::new(account, Identity::Service { name: name.into() })
    }

    /// See the field.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Whether this is the account's root user.
    pub fn is_root(&self) -> bool {
        self.identity == Identity::Root
    }

    /// Whether the account's own policies speak about the principal: not so for services and for those who are nobody
    /// in it yet.
    pub fn belongs_to_account(&self) -> bool {
        match &self.identity {
            Identity::Root | Identity::User(_) | Identity::Role { .. } | Identity::Federated { .. } => true,
            Identity::External { .. } | Identity::Service { .. } | Identity::Anonymous => false,
        }
    }

    /// Whether it is a session of a role that a service made for itself; nobody else can make one on that path.
    pub fn is_service_linked(&self) -> bool {
        matches!(&self.identity, Identity::Role { role, .. } if role.path.starts_with("/aws-service-role/"))
    }

    /// Policies that were passed for the session, if any were.
    pub fn session_policies(&self) -> Option<&[Attached]> {
        self.session.as_ref().map(|session| session.policies.as_slice()).filter(|policies| !policies.is_empty())
    }

    /// The ARN by which messages, audit records and GetCallerIdentity call the principal: for a role, its session.
    pub fn arn(&self, partition: Partition) -> String {
        let account = self.account;
        match &self.identity {
            Identity::Role { role, session_name } => {
                format!("arn:{partition}:sts::{account}:assumed-role/{}/{session_name}", role.name)
            }
            _ => self.principal_arn(partition),
        }
    }

    /// The value of `aws:PrincipalArn`: for a role, the role itself.
    pub fn principal_arn(&self, partition: Partition) -> String {
        let account = self.account;
        match &self.identity {
            Identity::Root => format!("arn:{partition}:iam::{account}:root"),
            Identity::User(Entity { path, name, .. }) => format!("arn:{partition}:iam::{account}:user{path}{name}"),
            Identity::Role { role: Entity { path, name, .. }, .. } => {
                format!("arn:{partition}:iam::{account}:role{path}{name}")
            }
            Identity::Federated { name, .. } => format!("arn:{partition}:sts::{account}:federated-user/{name}"),
            Identity::External { provider, subject, .. } => format!("{provider}:{subject}"),
            Identity::Service { name } => name.clone(),
            Identity::Anonymous => "anonymous".to_owned(),
        }
    }

    /// `aws:userid`, the `UserId` of GetCallerIdentity and the `principalId` of audit records.
    pub fn unique_id(&self) -> Cow<'_, str> {
        match &self.identity {
            Identity::Root => Cow::Borrowed(self.account.as_str()),
            Identity::User(user) => Cow::Borrowed(&user.id),
            Identity::Role { role, session_name } => Cow::Owned(format!("{}:{session_name}", role.id)),
            Identity::Federated { name, .. } => Cow::Owned(format!("{}:{name}", self.account)),
            Identity::External { provider, subject, .. } => Cow::Owned(format!("{provider}:{subject}")),
            Identity::Service { name } => Cow::Borrowed(name),
            Identity::Anonymous => Cow::Borrowed("anonymous"),
        }
    }
}

impl PartialEq for Principal {
    fn eq(&self, other: &Self) -> bool {
        self.account == other.account && self.identity == other.identity
    }
}

impl Eq for Principal {}

impl Hash for Principal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.account.hash(state);
        self.identity.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_and_ids_are_those_that_aws_gives() {
        let account: AccountId = "111122223333".parse().unwrap();
        let alice = Principal::user(account, "/division/", "alice", "AIDA1");
        assert_eq!(alice.arn(Partition::Aws), "arn:aws:iam::111122223333:user/division/alice");
        assert_eq!(alice.unique_id(), "AIDA1");
        let role = Entity { path: "/service/".into(), name: "app".into(), id: "AROA1".into() };
        let app = Principal::new(account, Identity::Role { role, session_name: "s1".into() });
        assert_eq!(app.arn(Partition::China), "arn:aws-cn:sts::111122223333:assumed-role/app/s1");
        assert_eq!(app.principal_arn(Partition::China), "arn:aws-cn:iam::111122223333:role/service/app");
        assert_eq!(app.unique_id(), "AROA1:s1");
        let bob = Principal::new(account, Identity::Federated { name: "bob".into(), user: None });
        assert_eq!(bob.arn(Partition::Aws), "arn:aws:sts::111122223333:federated-user/bob");
        assert_eq!(bob.unique_id(), "111122223333:bob");
        assert_eq!(Principal::root(account).unique_id(), "111122223333");
    }

    #[test]
    fn a_name_used_again_is_somebody_else() {
        let account: AccountId = "111122223333".parse().unwrap();
        assert_ne!(Principal::user(account, "/", "alice", "AIDA1"), Principal::user(account, "/", "alice", "AIDA2"));
        assert_eq!(Principal::user(account, "/", "alice", "AIDA1"), Principal::user(account, "/", "alicia", "AIDA1"));
    }
}
