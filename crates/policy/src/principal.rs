//! Who is calling.

use base::{AccountId, Partition};

/// An authenticated identity. Users are known by their unique id, so that a name used again is somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    /// The root of an account.
    Root {
        /// The account.
        account: AccountId,
    },
    /// An IAM user.
    User {
        /// The account that the user belongs to.
        account: AccountId,
        /// The user's name, unique in the account at one time.
        name: String,
        /// `AIDA…`, unique for ever.
        id: String,
    },
    /// The service itself, doing what it does on its own (a scheduled deletion).
    Service {
        /// The account on whose resources the service works.
        account: AccountId,
        /// `kms.amazonaws.com`
        name: &'static str,
    },
}

impl Principal {
    /// The account that is charged and whose policies count.
    pub fn account(&self) -> AccountId {
        match self {
            Self::Root { account } | Self::User { account, .. } | Self::Service { account, .. } => *account,
        }
    }

    /// The ARN by which policies, messages and audit records call the principal.
    pub fn arn(&self, partition: Partition) -> String {
        match self {
            Self::Root { account } => format!("arn:{partition}:iam::{account}:root"),
            Self::User { account, name, .. } => format!("arn:{partition}:iam::{account}:user/{name}"),
            Self::Service { name, .. } => (*name).to_owned(),
        }
    }

    /// The `userId` of GetCallerIdentity and `principalId` of audit records: the account for its root.
    pub fn unique_id(&self) -> &str {
        match self {
            Self::Root { account } => account.as_str(),
            Self::User { id, .. } => id,
            Self::Service { name, .. } => name,
        }
    }
}
